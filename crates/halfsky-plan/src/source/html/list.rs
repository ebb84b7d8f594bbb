//! Numbers that a browser writes before the items of an ordered list.

use super::token::attribute;
use crate::source::numeral;

/// An ordered list being read.
#[derive(Debug)]
pub(super) struct Ordered {
    next: i64,
    manner: Manner,
}

#[derive(Debug, Clone, Copy)]
enum Manner {
    Decimal,
    Letter,
    Roman,
    Chinese,
    /// `list-style: none`: the page prints its own numbers, or none.
    None,
}

impl Ordered {
    /// Reads `start`, `type` and the style.
    pub(super) fn new(attributes: &str) -> Self {
        let next = attribute(attributes, "start").and_then(|v| v.trim().parse().ok()).unwrap_or(1);
        let style = attribute(attributes, "style").unwrap_or_default().to_ascii_lowercase();
        let manner = if style.contains("list-style") && style.contains("none") {
            Manner::None
        } else if style.contains("cjk") || style.contains("chinese") {
            Manner::Chinese
        } else {
            match attribute(attributes, "type") {
                Some("a" | "A") => Manner::Letter,
                Some("i" | "I") => Manner::Roman,
                _ => Manner::Decimal,
            }
        };
        Self { next, manner }
    }

    /// The mark of the next item.
    pub(super) fn next(&mut self, attributes: &str) -> String {
        if let Some(value) = attribute(attributes, "value").and_then(|v| v.trim().parse().ok()) {
            self.next = value;
        }
        let number = self.next;
        self.next = self.next.saturating_add(1);
        let count = u32::try_from(number).unwrap_or(0);
        match self.manner {
            Manner::None => String::new(),
            Manner::Letter if count > 0 => format!("{}. ", numeral::letters(count)),
            Manner::Roman if count > 0 => format!("{}. ", numeral::roman(count)),
            Manner::Chinese if count > 0 => format!("{}、", numeral::chinese(count)),
            _ => format!("{number}. "),
        }
    }
}
