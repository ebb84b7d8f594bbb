//! 7.2.5: 发文字号.

use std::sync::LazyLock;

use regex::Regex;

use super::measured::Measured;
use super::{Deviation, deviation};

static RIGHT: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^[^〔\[\(（【]+〔\d{4}〕[1-9]\d*号").ok());

pub(super) fn check(measured: &Measured) -> Vec<Deviation> {
    let Some(line) = measured.number() else { return Vec::new() };
    let text = line.text.trim();
    if RIGHT.as_ref().is_some_and(|right| right.is_match(text)) {
        return Vec::new();
    }
    let wanted = "机关代字〔年份〕序号号：六角括号，年份全称，不加“第”，不编虚位";
    vec![deviation("7.2.5", "发文字号", text, wanted)]
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{check, letter};

    #[test]
    fn brackets_and_leading_zeros_are_told() {
        check(&letter(), &[], "7.2.5", &[]);
        let wanted = "应为机关代字〔年份〕序号号：六角括号，年份全称，不加“第”，不编虚位";
        for wrong in ["示妇儿办函[2026]5号", "示妇儿办函〔2026〕05号", "示妇儿办函〔2026〕第5号"]
        {
            let broken = [("word/document.xml", "示妇儿办函〔2026〕5号", wrong)];
            check(&letter(), &broken, "7.2.5", &[&format!("发文字号：{wrong}，{wanted}")]);
        }
    }
}
