//! Reads a docx into what is measured, with the properties of styles resolved.

mod parts;
mod styles;
mod text;

use super::Unreadable;
use super::measured::{Footer, Measured};
use parts::Parts;
use styles::Styles;
use text::Text;

/// Reads a document.
pub(super) fn read(bytes: &[u8]) -> Result<Measured, Unreadable> {
    let mut parts = Parts::open(bytes)?;
    let main = parts
        .text("word/document.xml")?
        .ok_or_else(|| Unreadable("文件中没有正文，不是Word文档（docx）".to_owned()))?;
    let styles = match parts.text("word/styles.xml")? {
        Some(part) => Styles::read(&part)?,
        None => Styles::default(),
    };
    let targets = match parts.text("word/_rels/document.xml.rels")? {
        Some(part) => text::links(&part)?,
        None => Vec::new(),
    };
    let settings = parts.text("word/settings.xml")?.unwrap_or_default();
    let mut read = Text::read(&main, &styles)?;
    let mut footers = Vec::new();
    let mut header_rules = 0;
    for (what, kind, id) in std::mem::take(&mut read.references) {
        let Some((_, target)) = targets.iter().find(|(link, _)| *link == id) else { continue };
        let Some(part) = parts.text(&format!("word/{target}"))? else { continue };
        let lines = Text::read(&part, &styles)?.lines;
        if what == "footerReference" {
            footers.push(Footer { kind, lines });
        } else if kind == "first" {
            header_rules += lines.iter().filter(|l| l.is_rule()).count();
        }
    }
    Ok(Measured {
        lines: read.lines,
        sheets: read.sheets,
        footers,
        even_and_odd: text::is_on(&settings, "evenAndOddHeaders")?,
        header_rules,
    })
}
