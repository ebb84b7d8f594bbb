//! Fonts: the text and the width of every code.
//!
//! Official Chinese files often name fonts they do not embed (宋体, 仿宋), coded in GBK or UCS-2: their codes are text
//! in a known encoding and need no table.

use std::collections::BTreeMap;

use encoding_rs::{BIG5, EUC_JP, EUC_KR, Encoding, GB18030, SHIFT_JIS};

use super::cmap::CMap;
use super::file::File;
use super::glyph_name;
use super::object::{Dictionary, Object};

/// One code of a shown string.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Glyph {
    /// Empty when nothing is known of it.
    pub(super) text: String,
    /// In thousandths of the font size.
    pub(super) width: f64,
    pub(super) is_space: bool,
}

/// How codes stand in a string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Coding {
    /// One byte each (Western fonts).
    Single,
    /// Two bytes each, numbers of glyphs: only `ToUnicode` knows their text.
    Glyphs,
    Utf16,
    Utf32,
    /// One or two bytes in an encoding of East Asia.
    Multibyte(&'static Encoding),
}

/// A font as far as text needs it.
#[derive(Debug)]
pub(super) struct Font {
    coding: Coding,
    map: CMap,
    names: BTreeMap<u8, String>,
    widths: BTreeMap<u32, f64>,
    default_width: f64,
    pub(super) vertical: bool,
}

impl Font {
    /// Reads a font dictionary.
    pub(super) fn read(file: &File<'_>, font: &Dictionary) -> Self {
        let map = file
            .stream(font.entry("ToUnicode"))
            .map(|(_, bytes)| CMap::read(&bytes))
            .unwrap_or_default();
        if font.says("Subtype", "Type0") {
            Self::composite(file, font, map)
        } else {
            Self::simple(file, font, map)
        }
    }

    fn composite(file: &File<'_>, font: &Dictionary, map: CMap) -> Self {
        let encoding = file.entry(font, "Encoding");
        let name = encoding.name().unwrap_or("Identity-H");
        let descendants = file.entry(font, "DescendantFonts");
        let descendant =
            descendants.items().first().map_or(Object::Null, |first| file.resolve(first));
        let descendant = descendant.dictionary().cloned().unwrap_or_default();
        Self {
            coding: coding(name),
            map,
            names: BTreeMap::new(),
            widths: composite_widths(file, &file.entry(&descendant, "W")),
            default_width: file.entry(&descendant, "DW").number().unwrap_or(1000.0),
            vertical: name.ends_with("-V"),
        }
    }

    fn simple(file: &File<'_>, font: &Dictionary, map: CMap) -> Self {
        let first = file.entry(font, "FirstChar").count().unwrap_or(0);
        let widths = file.entry(font, "Widths");
        let codes = (0_u32..).skip(first);
        let mut widths: BTreeMap<u32, f64> = codes
            .zip(widths.items())
            .take(256)
            .filter_map(|(code, w)| Some((code, file.resolve(w).number()?)))
            .collect();
        // Glyphs of a Type 3 font are drawn in a space of their own.
        if font.says("Subtype", "Type3") {
            let scale = file
                .entry(font, "FontMatrix")
                .items()
                .first()
                .and_then(Object::number)
                .unwrap_or(0.001);
            for width in widths.values_mut() {
                *width *= scale * 1000.0;
            }
        }
        Self {
            coding: Coding::Single,
            map,
            names: glyph_name::of_encoding(file, &file.entry(font, "Encoding")),
            widths,
            default_width: 500.0,
            vertical: false,
        }
    }

    /// Splits a shown string into its codes.
    pub(super) fn glyphs(&self, shown: &[u8]) -> Vec<Glyph> {
        let mut glyphs = Vec::with_capacity(shown.len() / 2);
        let mut rest = shown;
        while !rest.is_empty() {
            let length = self.code_length(rest).clamp(1, rest.len());
            let (code, after) = rest.split_at(length);
            glyphs.push(self.glyph(code));
            rest = after;
        }
        glyphs
    }

    fn code_length(&self, rest: &[u8]) -> usize {
        match self.coding {
            Coding::Single => 1,
            Coding::Glyphs => self.map.code_length(rest).unwrap_or(2),
            Coding::Utf16 if rest.first().is_some_and(|byte| (0xD8..0xDC).contains(byte)) => 4,
            Coding::Utf16 => 2,
            Coding::Utf32 => 4,
            Coding::Multibyte(encoding) => match rest {
                [0x00..=0x80, ..] => 1,
                [_, 0x30..=0x39, ..] if encoding == GB18030 => 4,
                [0xA1..=0xDF, ..] if encoding == SHIFT_JIS => 1,
                _ => 2,
            },
        }
    }

    fn glyph(&self, code: &[u8]) -> Glyph {
        let number = code.iter().take(4).fold(0, |number, byte| (number << 8) | u32::from(*byte));
        let text = self.map.text(code.len(), number).filter(|text| is_meaningful(text));
        let text = text.unwrap_or_else(|| self.decoded(code, number));
        let width = self.widths.get(&self.width_key(code, number)).copied();
        let narrow = matches!(self.coding, Coding::Utf16 | Coding::Multibyte(_)) && text.is_ascii();
        let width = width.unwrap_or(if narrow { 500.0 } else { self.default_width });
        Glyph { text, width, is_space: code == b" " }
    }

    /// The text of a code by the encoding of the font.
    fn decoded(&self, code: &[u8], number: u32) -> String {
        match self.coding {
            Coding::Single => {
                let Ok(byte) = u8::try_from(number) else { return String::new() };
                self.names.get(&byte).cloned().unwrap_or_else(|| glyph_name::windows(byte))
            }
            Coding::Glyphs => String::new(),
            Coding::Utf16 => {
                let units: Vec<u16> = code
                    .chunks_exact(2)
                    .map(|pair| u16::from_be_bytes([pair[0], pair[1]]))
                    .collect();
                String::from_utf16_lossy(&units)
            }
            Coding::Utf32 => char::from_u32(number).map(String::from).unwrap_or_default(),
            Coding::Multibyte(encoding) => {
                encoding.decode_without_bom_handling(code).0.into_owned()
            }
        }
    }

    /// The number under which the width of a code is kept: in the collections of Adobe, Western letters of GBK fonts
    /// are half as wide and start at 814, those of Unicode fonts start at 1.
    fn width_key(&self, code: &[u8], number: u32) -> u32 {
        match self.coding {
            Coding::Multibyte(encoding) if encoding == GB18030 && code.len() == 1 => {
                number.wrapping_sub(0x20).wrapping_add(814)
            }
            Coding::Utf16 if (0x20..0x7F).contains(&number) => number - 0x1F,
            Coding::Utf16 | Coding::Utf32 | Coding::Multibyte(_) => u32::MAX,
            Coding::Single | Coding::Glyphs => number,
        }
    }

    /// Whether the file says what the codes of this font mean.
    pub(super) fn is_readable(&self) -> bool {
        self.coding != Coding::Glyphs || !self.map.is_empty()
    }
}

fn is_meaningful(text: &str) -> bool {
    text.chars().any(|c| c != '\u{FFFD}' && c != '\0')
}

fn coding(name: &str) -> Coding {
    let has = |part: &str| name.contains(part);
    if name.starts_with("Uni") && has("UTF32") {
        Coding::Utf32
    } else if name.starts_with("Uni") && (has("UCS2") || has("UTF16")) {
        Coding::Utf16
    } else if has("GBK") || name.starts_with("GB-") || name.starts_with("GBpc") {
        Coding::Multibyte(GB18030)
    } else if has("B5") || has("HKscs") {
        Coding::Multibyte(BIG5)
    } else if has("KSC") {
        Coding::Multibyte(EUC_KR)
    } else if has("RKSJ") {
        Coding::Multibyte(SHIFT_JIS)
    } else if name == "EUC-H" || name == "EUC-V" {
        Coding::Multibyte(EUC_JP)
    } else {
        Coding::Glyphs
    }
}

/// The widths of a composite font: `code [w w w]` or `first last w`.
fn composite_widths(file: &File<'_>, list: &Object) -> BTreeMap<u32, f64> {
    const MOST: usize = 100_000;
    let mut widths = BTreeMap::new();
    let items: Vec<Object> = list.items().iter().map(|item| file.resolve(item)).collect();
    let mut rest = items.as_slice();
    while let [first, second, tail @ ..] = rest {
        let Some(start) = first.count().and_then(|n| u32::try_from(n).ok()) else { break };
        if let Object::Array(each) = second {
            for (code, width) in (start..).zip(each).take(MOST) {
                widths.extend(file.resolve(width).number().map(|width| (code, width)));
            }
            rest = tail;
        } else {
            let [width, after @ ..] = tail else { break };
            let end = second.count().and_then(|n| u32::try_from(n).ok()).unwrap_or(start);
            if let Some(width) = width.number() {
                widths.extend((start..=end).take(MOST).map(|code| (code, width)));
            }
            rest = after;
        }
        if widths.len() > MOST {
            break;
        }
    }
    widths
}
