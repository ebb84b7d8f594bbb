//! The house of every test, with the example plans as specimens.

pub(crate) use halfsky_web::testing::{House, numbers, seen, value};

/// The example plans, also used as specimens here.
pub(crate) const WOMEN: &str = include_str!("../../../halfsky/demo/yunxi-women.txt");
pub(crate) const CITY: &str = include_str!("../../../halfsky/demo/yunjiang-women.txt");
