//! 7.3.5.5: the signature never stands alone on a page.

use super::measured::Measured;
use super::{Deviation, deviation};

pub(super) fn check(measured: &Measured) -> Vec<Deviation> {
    let Some(at) = measured.signature() else { return Vec::new() };
    let mut found = Vec::new();
    let before = measured.lines[..at].iter().rev();
    let text = before.take_while(|l| !l.in_table).find(|l| !l.text.trim().is_empty());
    let (line, date) = (&measured.lines[at], measured.lines.get(at + 1));
    if line.properties.page_break_before || text.is_some_and(|l| l.breaks_page) {
        found.push(deviation("7.3.5.5", "落款", "前有手动分页", "与正文同处一面"));
    }
    let kept = text.is_none_or(|l| l.properties.keep_next) && line.properties.keep_next;
    if date.is_some() && !kept {
        let wanted = "正文末段和署名设置“与下段同页”，落款不单独成页";
        found.push(deviation("7.3.5.5", "落款", "可能与正文分处两面", wanted));
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{check, letter, official};

    #[test]
    fn a_signature_stays_with_its_text() {
        check(&letter(), &[], "7.3.5.5", &[]);
        check(&official(), &[], "7.3.5.5", &[]);
        let broken = [("word/document.xml", "<w:keepNext/>", "")];
        let told = ["落款：可能与正文分处两面，应为正文末段和署名设置“与下段同页”，落款不单独成页"];
        check(&letter(), &broken, "7.3.5.5", &told);
    }
}
