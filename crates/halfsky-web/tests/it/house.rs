//! The house of every test, with the example plans as specimens.

pub(crate) use halfsky_web::testing::{House, numbers, seen, value};

/// The example plans, also used as specimens here.
pub(crate) const WOMEN: &str = include_str!("../../../halfsky/demo/yunxi-women.txt");
pub(crate) const CITY: &str = include_str!("../../../halfsky/demo/yunjiang-women.txt");

/// What stands between two texts.
pub(crate) fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let rest = text.split(before).nth(1).unwrap_or_else(|| panic!("no {before} in {text}"));
    rest.split(after).next().unwrap()
}
