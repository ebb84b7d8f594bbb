//! Paragraph styles, as far as they number paragraphs.

use std::collections::BTreeMap;

use super::xml::{self, Node, Space};
use crate::source::SourceError;

/// What a paragraph or a style says about numbering.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct NumberingRef {
    /// 0 means: no number, whatever the style says.
    pub(super) list: Option<u32>,
    pub(super) level: Option<u8>,
}

#[derive(Debug, Default)]
struct Style {
    numbering: NumberingRef,
    based_on: Option<String>,
}

/// The paragraph styles of a document.
#[derive(Debug, Default)]
pub(super) struct Styles {
    by_id: BTreeMap<String, Style>,
    default: Option<String>,
}

/// Styles refer to others; a circle must end.
const LONGEST_CHAIN: usize = 32;

impl Styles {
    /// Reads the styles part.
    pub(super) fn read(part: &[u8]) -> Result<Self, SourceError> {
        let mut styles = Self::default();
        let mut current: Option<(String, Style)> = None;
        let mut changes = 0_usize;
        xml::walk(part, |node| {
            match node {
                Node::Start(e) if e.space == Space::Word => match e.name() {
                    "style" => {
                        let id = e.attribute("styleId").unwrap_or_default();
                        let paragraph = e.attribute("type").is_none_or(|kind| kind == "paragraph");
                        let default =
                            e.attribute("default").is_some_and(|v| v == "1" || v == "true");
                        if paragraph && default {
                            styles.default = Some(id.clone());
                        }
                        current = Some((id, Style::default()));
                    }
                    "pPrChange" => changes += 1,
                    name if changes == 0 => {
                        if let Some((_, style)) = &mut current {
                            match name {
                                "basedOn" => style.based_on = e.attribute("val"),
                                "numId" => style.numbering.list = e.number(),
                                "ilvl" => style.numbering.level = e.number(),
                                _ => {}
                            }
                        }
                    }
                    _ => {}
                },
                Node::End { space: Space::Word, name: "style" } => {
                    styles.by_id.extend(current.take());
                }
                Node::End { space: Space::Word, name: "pPrChange" } => changes -= 1,
                _ => {}
            }
            Ok(())
        })?;
        Ok(styles)
    }

    /// The numbering a style gives, its own or inherited, and the style that says so.
    pub(super) fn numbering(&self, id: Option<&str>) -> Option<(NumberingRef, &str)> {
        let mut id = id.or(self.default.as_deref())?;
        let mut found = NumberingRef::default();
        let mut says = None;
        for _ in 0..LONGEST_CHAIN {
            let (id_here, style) = self.by_id.get_key_value(id)?;
            found.level = found.level.or(style.numbering.level);
            if found.list.is_none() && style.numbering.list.is_some() {
                found.list = style.numbering.list;
                says = Some(id_here.as_str());
            }
            let Some(next) = style.based_on.as_deref().filter(|_| says.is_none()) else { break };
            id = next;
        }
        says.map(|says| (found, says))
    }
}
