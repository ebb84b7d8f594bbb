//! 7.3.5.4: 成文日期.

use std::sync::LazyLock;

use regex::Regex;

use super::measured::Measured;
use super::{Deviation, deviation};

static RIGHT: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^\d{4}年([1-9]|1[0-2])月([1-9]|[12]\d|3[01])日$").ok());

pub(super) fn check(measured: &Measured) -> Vec<Deviation> {
    let dates = measured.lines.iter().filter(|l| l.is_date() && !l.in_table);
    let right = |text: &str| RIGHT.as_ref().is_some_and(|right| right.is_match(text));
    dates
        .filter(|line| !right(line.text.trim()))
        .map(|line| {
            deviation("7.3.5.4", "成文日期", line.text.trim(), "年月日标全，月、日不编虚位，不空格")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{check, letter};

    #[test]
    fn a_leading_zero_is_told() {
        check(&letter(), &[], "7.3.5.4", &[]);
        let broken = [("word/document.xml", "2026年3月5日", "2026年03月05日")];
        let told = ["成文日期：2026年03月05日，应为年月日标全，月、日不编虚位，不空格"];
        check(&letter(), &broken, "7.3.5.4", &told);
    }
}
