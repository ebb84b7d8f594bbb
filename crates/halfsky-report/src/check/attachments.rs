//! 7.3.4, 7.3.7: the list of attachments and the attachments themselves.

use super::measured::{FormFound, Line, Measured};
use super::{Deviation, deviation};
use crate::layout::Role;

pub(super) fn check(measured: &Measured) -> Vec<Deviation> {
    let mut found = Vec::new();
    let marks: Vec<usize> = measured
        .lines
        .iter()
        .enumerate()
        .filter(|(_, l)| l.is_attachment_mark() && !l.in_table)
        .map(|(at, _)| at)
        .collect();
    for at in &marks {
        let line = &measured.lines[*at];
        let place = format!("附件标记“{}”", line.text.trim());
        if !line.has_face(Role::Hei) {
            found.push(deviation("7.3.7", place.clone(), line.told(), "黑体 16磅"));
        }
        if !starts_page(measured, *at) {
            found.push(deviation("7.3.7", place, "未另起一面", "另面编排"));
        }
    }
    if measured.form() != FormFound::Report {
        found.extend(list(measured, marks.len()));
    }
    found
}

/// A page begins with it, or a section does.
fn starts_page(measured: &Measured, at: usize) -> bool {
    let line = &measured.lines[at];
    let before = at.checked_sub(1).and_then(|at| measured.lines.get(at));
    line.properties.page_break_before
        || before.is_some_and(|l| l.breaks_page || l.properties.style == "Anchor")
}

fn list(measured: &Measured, attached: usize) -> Vec<Deviation> {
    let entries: Vec<&Line> = {
        let first = measured.lines.iter().position(|l| l.text.trim().starts_with("附件："));
        let Some(first) = first else {
            return if attached == 0 {
                Vec::new()
            } else {
                vec![deviation("7.3.4", "附件说明", "没有", "正文之下空一行列出附件")]
            };
        };
        let rest = measured.lines[first + 1..].iter();
        let more = rest.take_while(|l| {
            l.text.trim().split_once('.').is_some_and(|(n, _)| n.parse::<u8>().is_ok())
        });
        std::iter::once(&measured.lines[first]).chain(more).collect()
    };
    let mut found = Vec::new();
    if entries.len() != attached {
        let wanted = format!("与附件数相同（{attached}个）");
        found.push(deviation("7.3.4", "附件说明", format!("{}个", entries.len()), wanted));
    }
    for entry in &entries {
        let text = entry.text.trim();
        if text.ends_with(['。', '；', '，', '、']) {
            found.push(deviation(
                "7.3.4",
                format!("附件说明{}", entry.quoted()),
                "末尾有标点",
                "名称后不加标点",
            ));
        }
    }
    let numbered = entries[0].text.trim().starts_with("附件：1.");
    if numbered != (entries.len() > 1) {
        let wanted = "多个附件用阿拉伯数字编号，一个附件不编号";
        found.push(deviation("7.3.4", "附件说明", entries[0].text.trim(), wanted));
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{check, letter};

    #[test]
    fn a_list_matches_what_is_attached() {
        check(&letter(), &[], "7.3.4", &[]);
        check(&letter(), &[], "7.3.7", &[]);
        let broken =
            [("word/document.xml", "附件：指标数据表</w:t>", "附件：1.指标数据表。</w:t>")];
        let told = [
            "附件说明“附件：1.指标数据表。”：末尾有标点，应为名称后不加标点",
            "附件说明：附件：1.指标数据表。，应为多个附件用阿拉伯数字编号，一个附件不编号",
        ];
        check(&letter(), &broken, "7.3.4", &told);
    }

    #[test]
    fn an_attachment_begins_a_page() {
        let broken = [("word/document.xml", "<w:pageBreakBefore/>", "")];
        check(&letter(), &broken, "7.3.7", &["附件标记“附件”：未另起一面，应为另面编排"]);
    }
}
