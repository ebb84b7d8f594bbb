//! 7.3.1: 标题.

use super::measured::{FormFound, Measured};
use super::{Deviation, deviation};
use crate::layout::{Role, SIZE_TITLE};

pub(super) fn check(measured: &Measured) -> Vec<Deviation> {
    if measured.form() == FormFound::Minutes {
        return Vec::new();
    }
    let Some(title) = measured.title().and_then(|at| measured.lines.get(at)) else {
        return vec![deviation("7.3.1", "标题", "没有", "2号小标宋体，居中")];
    };
    let mut found = Vec::new();
    if !title.has_face(Role::Title) || title.types.iter().any(|t| t.size != i64::from(SIZE_TITLE)) {
        found.push(deviation("7.3.1", "标题", title.told(), "小标宋体 22磅（2号）"));
    }
    if title.properties.align != "center" {
        found.push(deviation("7.3.1", "标题", "未居中", "居中"));
    }
    if title.text.trim().ends_with(['。', '，', '；', '：', '、', '！', '.', ',']) {
        found.push(deviation("7.3.1", "标题", "末尾有标点", "末尾不用标点"));
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{check, letter, report};

    #[test]
    fn another_face_and_a_full_stop_are_told() {
        check(&report(), &[], "7.3.1", &[]);
        check(&letter(), &[], "7.3.1", &[]);
        let broken = [
            ("word/styles.xml", "方正小标宋简体", "宋体"),
            ("word/document.xml", "统计监测报告</w:t>", "统计监测报告。</w:t>"),
        ];
        let told =
            ["标题：宋体 22磅，应为小标宋体 22磅（2号）", "标题：末尾有标点，应为末尾不用标点"];
        check(&report(), &broken, "7.3.1", &told);
    }
}
