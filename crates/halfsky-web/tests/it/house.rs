//! The house of every test, with the example plans as specimens.

use std::sync::Arc;

use halfsky_report::fonts::{Fonts, NoChineseFont};
use halfsky_web::Typesetting;

pub(crate) use halfsky_web::testing::{House, numbers, seen, value};

/// The example plans, also used as specimens here.
pub(crate) const WOMEN: &str = include_str!("../../../halfsky/demo/yunxi-women.txt");
pub(crate) const CITY: &str = include_str!("../../../halfsky/demo/yunjiang-women.txt");

/// What stands between two texts.
pub(crate) fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let rest = text.split(before).nth(1).unwrap_or_else(|| panic!("no {before} in {text}"));
    rest.split(after).next().unwrap()
}

/// The open fonts of a Linux desktop; None where they are missing.
pub(crate) fn typesetting() -> Option<Typesetting> {
    let folder = std::path::Path::new("/usr/share/fonts/opentype/noto");
    let names = ["NotoSansCJK-Regular.ttc", "NotoSerifCJK-Regular.ttc", "NotoSerifCJK-Bold.ttc"];
    if !names.iter().all(|name| folder.join(name).exists()) {
        assert!(std::env::var_os("CI").is_none(), "fonts-noto-cjk is missing");
        println!("skipped: fonts-noto-cjk is missing");
        return None;
    }
    let find = move || {
        let files: Result<Vec<Vec<u8>>, _> =
            names.iter().map(|name| std::fs::read(folder.join(name))).collect();
        Fonts::new(files.map_err(|_| NoChineseFont)?)
    };
    Some(Typesetting::new(Arc::new(find)))
}
