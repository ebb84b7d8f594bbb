//! 7.3.3: the marks of the levels, their faces and their order.

use super::measured::{Line, Measured, level};
use super::{Deviation, deviation};
use crate::layout::{Role, SIZE_BODY};

pub(super) fn check(measured: &Measured) -> Vec<Deviation> {
    let mut found = Vec::new();
    let mut above = 0;
    for (_, line) in measured.text() {
        if line.is_attachment_mark() {
            // an attachment counts anew
            above = 0;
        }
        // entries of a list of attachments are marked alike
        let listed = line.properties.style == "AttachmentList";
        let Some(level) = level(line.text.trim()).filter(|_| !listed) else { continue };
        let place = || format!("标题{}", line.quoted());
        if level > above + 1 {
            let wanted = format!("先有第{}层", above + 1);
            found.push(deviation("7.3.3", place(), format!("直接用第{level}层序号"), wanted));
        }
        above = level;
        found.extend(face(line, level));
    }
    found
}

/// Only a line that is a heading throughout is measured: text that runs on after its heading has several faces.
fn face(line: &Line, level: u8) -> Option<Deviation> {
    let (role, wanted) = match level {
        1 => (Role::Hei, "黑体 16磅"),
        2 => (Role::Kai, "楷体 16磅"),
        _ => (Role::Body, "仿宋体 16磅"),
    };
    let first = line.types.first()?;
    let (faces, _) = role.families();
    let fits = faces.contains(&first.face.as_str()) || first.face == role.name();
    let right = fits && first.size == i64::from(SIZE_BODY);
    (!right).then(|| deviation("7.3.3", format!("标题{}", line.quoted()), line.told(), wanted))
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{check, report};

    #[test]
    fn levels_are_not_skipped() {
        check(&report(), &[], "7.3.3 标题", &[]);
        let broken = [("word/document.xml", "（一）妇女与健康", "（1）妇女与健康")];
        let told = [
            "标题“（1）妇女与健康”：直接用第4层序号，应为先有第2层",
            "标题“（1）妇女与健康”：楷体_GB2312 16磅，应为仿宋体 16磅",
        ];
        check(&report(), &broken, "7.3.3 标题", &told);
    }
}
