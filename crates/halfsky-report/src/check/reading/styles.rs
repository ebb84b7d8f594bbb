//! Properties, and the styles they come from.

use std::collections::BTreeMap;

use super::text::{Element, walk};
use crate::check::Unreadable;
use crate::check::measured::{Properties, Type};

/// Properties as far as they are said.
#[derive(Debug, Clone, Default)]
pub(super) struct Said {
    align: Option<String>,
    first_line: Option<i64>,
    first_line_chars: Option<i64>,
    left: Option<i64>,
    line: Option<i64>,
    line_rule: Option<String>,
    keep_next: Option<bool>,
    page_break_before: Option<bool>,
    border: Option<bool>,
    red_border: Option<bool>,
    face: Option<String>,
    size: Option<i64>,
    colour: Option<String>,
}

impl Said {
    /// Takes what an element inside `pPr` or `rPr` says.
    pub(super) fn take(&mut self, element: &Element) {
        match element.name.as_str() {
            "jc" => self.align = element.value("val"),
            "ind" => {
                self.first_line = element.number("firstLine").or(self.first_line);
                self.first_line_chars = element.number("firstLineChars").or(self.first_line_chars);
                self.left = element.number("left").or(self.left);
                if element.number("hanging").is_some() {
                    (self.first_line, self.first_line_chars) = (Some(0), Some(0));
                }
            }
            // inside a run it is the space between characters
            "spacing" if element.value("val").is_none() => {
                self.line = element.number("line").or(self.line);
                self.line_rule = element.value("lineRule").or(self.line_rule.take());
            }
            "keepNext" => self.keep_next = Some(element.is_on()),
            "pageBreakBefore" => self.page_break_before = Some(element.is_on()),
            "top" | "bottom" if element.value("space").is_some() => {
                self.border = Some(true);
                if element.value("color").as_deref() == Some("FF0000") {
                    self.red_border = Some(true);
                }
            }
            "rFonts" => self.face = element.value("eastAsia").or(self.face.take()),
            "sz" => self.size = element.number("val").or(self.size),
            "color" => self.colour = element.value("val"),
            _ => {}
        }
    }

    /// What holds when something else is said on top of it.
    pub(super) fn under(&self, above: &Self) -> Self {
        let above = above.clone();
        Self {
            align: above.align.or_else(|| self.align.clone()),
            first_line: above.first_line.or(self.first_line),
            first_line_chars: above.first_line_chars.or(self.first_line_chars),
            left: above.left.or(self.left),
            line: above.line.or(self.line),
            line_rule: above.line_rule.or_else(|| self.line_rule.clone()),
            keep_next: above.keep_next.or(self.keep_next),
            page_break_before: above.page_break_before.or(self.page_break_before),
            border: above.border.or(self.border),
            red_border: above.red_border.or(self.red_border),
            face: above.face.or_else(|| self.face.clone()),
            size: above.size.or(self.size),
            colour: above.colour.or_else(|| self.colour.clone()),
        }
    }

    pub(super) fn properties(&self, style: String) -> Properties {
        Properties {
            style,
            align: self.align.clone().unwrap_or_else(|| "left".to_owned()),
            first_line: self.first_line.unwrap_or(0),
            first_line_chars: self.first_line_chars.unwrap_or(0),
            left: self.left.unwrap_or(0),
            line: self.line.unwrap_or(240),
            line_rule: self.line_rule.clone().unwrap_or_else(|| "auto".to_owned()),
            keep_next: self.keep_next.unwrap_or(false),
            page_break_before: self.page_break_before.unwrap_or(false),
            red_border: self.red_border.unwrap_or(false),
            border: self.border.unwrap_or(false),
        }
    }

    pub(super) fn letters(&self) -> Type {
        Type {
            face: self.face.clone().unwrap_or_default(),
            // the size of the format where nobody says one
            size: self.size.unwrap_or(20),
            colour: self.colour.clone().unwrap_or_default(),
        }
    }
}

/// The styles of a document.
#[derive(Debug, Default)]
pub(super) struct Styles {
    defaults: Said,
    known: BTreeMap<String, (Option<String>, Said)>,
    normal: String,
}

impl Styles {
    pub(super) fn read(part: &str) -> Result<Self, Unreadable> {
        let mut styles = Self::default();
        let mut current: Option<(String, Option<String>, Said)> = None;
        walk(part, |element, _| match element.name.as_str() {
            "style" if element.starts() => {
                let id = element.value("styleId").unwrap_or_default();
                if element.value("default").as_deref() == Some("1")
                    && element.value("type").as_deref() == Some("paragraph")
                {
                    styles.normal.clone_from(&id);
                }
                current = Some((id, None, Said::default()));
            }
            "style" => {
                if let Some((id, based, said)) = current.take() {
                    styles.known.insert(id, (based, said));
                }
            }
            _ if !element.starts() => {}
            "basedOn" => {
                if let Some((_, based, _)) = &mut current {
                    *based = element.value("val");
                }
            }
            _ => match &mut current {
                Some((.., said)) => said.take(element),
                None => styles.defaults.take(element),
            },
        })?;
        Ok(styles)
    }

    /// What a style says by itself.
    pub(super) fn alone(&self, id: &str) -> Said {
        self.known.get(id).map(|(_, said)| said.clone()).unwrap_or_default()
    }

    /// Everything a style says, with what it is based on.
    pub(super) fn of(&self, id: Option<&str>) -> Said {
        let mut chain = Vec::new();
        let mut next = Some(id.unwrap_or(&self.normal));
        while let Some((based, said)) = next.and_then(|id| self.known.get(id)) {
            chain.push(said);
            // a style based on itself says nothing more
            next = based.as_deref().filter(|_| chain.len() < 20);
        }
        chain.iter().rev().fold(self.defaults.clone(), |below, said| below.under(said))
    }
}
