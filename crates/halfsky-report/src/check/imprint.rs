//! 7.4, 10.1: 版记.

use super::measured::{FormFound, Measured};
use super::{Deviation, deviation};
use crate::layout::{Role, SIZE_FOOT};

pub(super) fn check(measured: &Measured) -> Vec<Deviation> {
    let lines: Vec<_> = measured.lines.iter().filter(|l| l.is_imprint() && !l.in_table).collect();
    let mut found = Vec::new();
    let printed = lines.iter().any(|l| l.text.trim().ends_with("印发"));
    match measured.form() {
        FormFound::Official if !printed => {
            found.push(deviation("7.4.3", "版记", "没有印发机关和印发日期", "末条线之上标注"));
        }
        FormFound::Letter if printed => {
            found.push(deviation("10.1", "版记", "有印发机关和印发日期", "信函版记不加"));
        }
        _ => {}
    }
    for line in lines {
        let place = || format!("版记{}", line.quoted());
        if line.text.starts_with("抄送：") && !line.text.trim().ends_with('。') {
            found.push(deviation("7.4.2", place(), "末尾不是句号", "末尾用句号"));
        }
        let size = line.types.iter().all(|t| t.size == i64::from(SIZE_FOOT));
        if !size || !line.has_face(Role::Body) {
            found.push(deviation("7.4.2", place(), line.told(), "仿宋体 14磅（4号）"));
        }
        if measured.form() == FormFound::Letter && line.properties.border {
            found.push(deviation("10.1", place(), "有分隔线", "信函版记不加分隔线"));
        }
        if !line.framed {
            found.push(deviation(
                "7.4.1",
                place(),
                "没有固定在版心底部",
                "末条分隔线与版心下边缘重合",
            ));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{check, letter, official};

    #[test]
    fn copies_end_in_a_full_stop() {
        for document in [letter(), official()] {
            check(&document, &[], "7.4", &[]);
        }
        let broken = [("word/document.xml", "县人民政府办公室。</w:t>", "县人民政府办公室</w:t>")];
        let told = ["版记“抄送：县人民政府办公室”：末尾不是句号，应为末尾用句号"];
        check(&letter(), &broken, "7.4", &told);
    }

    #[test]
    fn a_red_headed_document_says_who_printed_it() {
        let broken = [("word/document.xml", "2026年3月6日印发", "2026年3月6日")];
        let told = ["版记：没有印发机关和印发日期，应为末条线之上标注"];
        check(&official(), &broken, "7.4", &told);
    }
}
