//! 5.2.2, 5.2.3, 7.3.3: running text.

use super::measured::{Measured, half};
use super::{Deviation, deviation};
use crate::layout::{INDENT, LINE, Role, SIZE_BODY};

/// The lowest pitch that still fills the type area.
const LOWEST: i64 = 570;

pub(super) fn check(measured: &Measured) -> Vec<Deviation> {
    let mut found = Vec::new();
    let mut shown = false;
    for (number, (_, line)) in (1..).zip(measured.running()) {
        shown = true;
        let place = || format!("正文第{number}段{}", line.quoted());
        if !line.has_face(Role::Body) {
            found.push(deviation("5.2.2", place(), line.told(), "仿宋体 16磅（3号）"));
        }
        let size = i64::from(SIZE_BODY);
        if let Some(other) = line.types.iter().find(|t| t.size != size) {
            found.push(deviation(
                "5.2.2",
                place(),
                format!("{}磅", half(other.size)),
                "16磅（3号）",
            ));
        }
        let colour = |c: &str| matches!(c, "" | "auto" | "000000");
        if let Some(other) = line.types.iter().find(|t| !colour(&t.colour)) {
            found.push(deviation("5.2.4", place(), format!("颜色{}", other.colour), "黑色"));
        }
        let properties = &line.properties;
        let pitch = properties.line_rule == "exact"
            && (LOWEST..=i64::from(LINE)).contains(&properties.line);
        if !pitch {
            let found_line = match properties.line_rule.as_str() {
                "exact" | "atLeast" => format!("行距{}磅", half(properties.line / 10)),
                _ => "行距不固定".to_owned(),
            };
            found.push(deviation("5.2.3", place(), found_line, "固定行距28.5至28.95磅，每面22行"));
        }
        let near =
            (i64::from(INDENT) - 20..=i64::from(INDENT) + 20).contains(&properties.first_line);
        if properties.first_line_chars != 200 && !near {
            found.push(deviation("7.3.3", place(), "首行未缩进二字", "首行左空二字"));
        }
    }
    if !shown {
        found.push(deviation("7.3.3", "正文", "没有", "首页必须显示正文"));
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{check, report};

    #[test]
    fn our_text_has_the_pitch_of_the_standard() {
        for clause in ["5.2.2", "5.2.3", "5.2.4", "7.3.3"] {
            check(&report(), &[], clause, &[]);
        }
    }

    #[test]
    fn another_pitch_is_told() {
        let broken = [("word/styles.xml", "w:line=\"579\"", "w:line=\"600\"")];
        let told =
            ["正文第1段“2025年，全县妇女发展……”：行距30磅，应为固定行距28.5至28.95磅，每面22行"];
        check(&report(), &broken, "5.2.3", &told);
    }

    #[test]
    fn a_missing_indent_is_told() {
        let broken =
            [("word/styles.xml", "<w:ind w:firstLine=\"640\" w:firstLineChars=\"200\"/>", "")];
        let told = ["正文第1段“2025年，全县妇女发展……”：首行未缩进二字，应为首行左空二字"];
        check(&report(), &broken, "7.3.3 正文", &told);
    }
}
