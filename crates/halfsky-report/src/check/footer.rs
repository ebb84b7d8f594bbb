//! 7.5, 10.1: page numbers.

use super::measured::{Footer, FormFound, Measured, half};
use super::{Deviation, deviation};
use crate::layout::{Role, SIZE_FOOT};

pub(super) fn check(measured: &Measured) -> Vec<Deviation> {
    let mut found = Vec::new();
    if !measured.even_and_odd {
        found.push(deviation("7.5", "页码", "单双页相同", "单页居右、双页居左"));
    }
    for (kind, name, align) in [("default", "单页页码", "right"), ("even", "双页页码", "left")]
    {
        match measured.footers.iter().find(|f| f.kind == kind) {
            None => found.push(deviation("7.5", name, "没有", "一字线加阿拉伯数字")),
            Some(footer) => found.extend(one(footer, name, align)),
        }
    }
    if measured.form() == FormFound::Letter {
        let first = measured.footers.iter().find(|f| f.kind == "first");
        let empty = first.is_some_and(|f| f.lines.iter().all(|l| l.text.trim().is_empty()));
        if !(empty && measured.sheets.iter().any(|s| s.title_page)) {
            found.push(deviation("10.1", "首页页码", "有", "信函首页不显示页码"));
        }
    }
    found
}

fn one(footer: &Footer, name: &'static str, align: &str) -> Vec<Deviation> {
    let Some(line) = footer.lines.iter().find(|l| !l.text.trim().is_empty()) else {
        return vec![deviation("7.5", name, "没有", "一字线加阿拉伯数字")];
    };
    let mut found = Vec::new();
    if !(line.text.starts_with("— ") && line.text.ends_with(" —")) {
        found.push(deviation("7.5", name, line.text.trim(), "数字左右各放一条一字线"));
    }
    let told = |align: &str| if align == "right" { "居右" } else { "居左" };
    if line.properties.align != align {
        found.push(deviation("7.5", name, "位置不对", told(align)));
    }
    if line.types.iter().any(|t| t.size != i64::from(SIZE_FOOT)) || !line.has_face(Role::Song) {
        let size = line.types.first().map_or(0, |t| t.size);
        let found_type = format!("{} {}磅", line.types.first().map_or("", |t| &t.face), half(size));
        found.push(deviation("7.5", name, found_type, "宋体 14磅（4号）"));
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{check, letter, report};

    #[test]
    fn numbers_stand_outside() {
        for document in [report(), letter()] {
            check(&document, &[], "7.5", &[]);
        }
        let broken =
            [("word/settings.xml", "<w:evenAndOddHeaders/>", ""), ("word/footer1.xml", "— ", "第")];
        let told = [
            "页码：单双页相同，应为单页居右、双页居左",
            "单页页码：第1 —，应为数字左右各放一条一字线",
        ];
        check(&report(), &broken, "7.5", &told);
    }

    #[test]
    fn the_first_page_of_a_letter_has_none() {
        let broken = [("word/document.xml", "<w:titlePg/>", "")];
        check(&letter(), &broken, "10.1 首页", &["首页页码：有，应为信函首页不显示页码"]);
    }
}
