//! 7.2.4, 7.2.6, 7.2.7, 10.1: 发文机关标志, 签发人, red lines.

use super::measured::{FormFound, Measured};
use super::{Deviation, deviation};
use crate::layout::Role;

pub(super) fn check(measured: &Measured) -> Vec<Deviation> {
    let form = measured.form();
    let Some(issuer) = measured.issuer() else { return Vec::new() };
    let mut found = Vec::new();
    let place = "发文机关标志";
    if !issuer.has_face(Role::Title) {
        found.push(deviation("7.2.4", place, issuer.told(), "小标宋体"));
    }
    if issuer.properties.align != "center" {
        found.push(deviation("7.2.4", place, "未居中", "居中"));
    }
    let rules = measured.lines.iter().filter(|l| l.is_rule()).count();
    match form {
        FormFound::Letter => {
            if issuer.text.trim().ends_with("文件") {
                found.push(deviation("10.1", place, "带“文件”二字", "信函格式不加“文件”"));
            }
            if rules + measured.header_rules < 2 {
                found.push(deviation(
                    "10.1",
                    "红色双线",
                    format!("{}条", rules + measured.header_rules),
                    "2条：标志下方一条，距下页边20 mm处一条",
                ));
            }
        }
        FormFound::Official | FormFound::Minutes => {
            let divided =
                rules > 0 || measured.lines.iter().take(8).any(|l| l.properties.red_border);
            if !divided {
                found.push(deviation(
                    "7.2.7",
                    "红色分隔线",
                    "没有",
                    "发文字号之下4 mm，与版心等宽",
                ));
            }
        }
        FormFound::Report => {}
    }
    found.extend(signer(measured));
    found
}

/// Only what goes to the level above has 签发人, and it must have one.
fn signer(measured: &Measured) -> Option<Deviation> {
    let title = measured.title().and_then(|at| measured.lines.get(at))?;
    let text = title.text.trim();
    let upward = measured.form() == FormFound::Official
        && (text.ends_with("请示") || text.ends_with("报告"));
    let signed = measured.lines.iter().take(8).any(|l| l.text.contains("签发人："));
    match (upward, signed) {
        (true, false) => Some(deviation("7.2.6", "签发人", "没有", "上行文应标注签发人")),
        (false, true) => Some(deviation("7.2.6", "签发人", "有", "只有上行文标注签发人")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{check, letter, official};

    #[test]
    fn our_heads_have_their_lines() {
        for document in [letter(), official()] {
            check(&document, &[], "7.2", &[]);
            check(&document, &[], "10.1", &[]);
        }
    }

    #[test]
    fn a_letter_has_two_lines_and_no_file_in_its_head() {
        let broken = [
            ("word/header1.xml", "FF0000", "000000"),
            ("word/document.xml", "工作委员会办公室</w:t>", "工作委员会办公室文件</w:t>"),
        ];
        let told = [
            "发文机关标志：带“文件”二字，应为信函格式不加“文件”",
            "红色双线：1条，应为2条：标志下方一条，距下页边20 mm处一条",
        ];
        check(&letter(), &broken, "10.1", &told);
    }

    #[test]
    fn a_request_names_who_signed_it() {
        let broken = [("word/document.xml", "签发人：", "承办人：")];
        check(&official(), &broken, "7.2.6", &["签发人：没有，应为上行文应标注签发人"]);
    }
}
