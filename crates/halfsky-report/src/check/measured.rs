//! What is measured of a document: its sections, and its paragraphs with the properties that hold for them.

use std::sync::LazyLock;

use regex::Regex;

use crate::layout::{Role, SIZE_BODY, SIZE_TITLE};

/// A paragraph with the properties that hold for it, styles resolved.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a mark of its own in the file")]
pub(super) struct Line {
    pub(super) text: String,
    pub(super) properties: Properties,
    /// Faces and sizes of its runs that have words, each once.
    pub(super) types: Vec<Type>,
    pub(super) in_table: bool,
    pub(super) has_drawing: bool,
    /// A page break stands in it as a character.
    pub(super) breaks_page: bool,
    pub(super) framed: bool,
}

/// Properties of a paragraph, in twips.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a mark of its own in the file")]
pub(super) struct Properties {
    pub(super) style: String,
    pub(super) align: String,
    pub(super) first_line: i64,
    /// In hundredths of a character; goes before the measure in twips.
    pub(super) first_line_chars: i64,
    pub(super) left: i64,
    pub(super) line: i64,
    pub(super) line_rule: String,
    pub(super) keep_next: bool,
    pub(super) page_break_before: bool,
    pub(super) red_border: bool,
    pub(super) border: bool,
}

/// A face, its size in half points, its colour.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Type {
    pub(super) face: String,
    pub(super) size: i64,
    pub(super) colour: String,
}

/// Page and margins of a section, in twips.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Sheet {
    pub(super) width: i64,
    pub(super) height: i64,
    pub(super) top: i64,
    pub(super) right: i64,
    pub(super) bottom: i64,
    pub(super) left: i64,
    pub(super) title_page: bool,
}

/// A footer: what kind of page it is for, and its paragraphs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Footer {
    /// `default`, `even`, `first`
    pub(super) kind: String,
    pub(super) lines: Vec<Line>,
}

/// A document as it is measured.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Measured {
    pub(super) lines: Vec<Line>,
    pub(super) sheets: Vec<Sheet>,
    pub(super) footers: Vec<Footer>,
    pub(super) even_and_odd: bool,
    /// Red lines in the header of the first page.
    pub(super) header_rules: usize,
}

/// What a document is taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FormFound {
    Letter,
    Official,
    Minutes,
    Report,
}

impl FormFound {
    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::Letter => "信函",
            Self::Official => "公文",
            Self::Minutes => "纪要",
            Self::Report => "报告类文书",
        }
    }
}

static NUMBER: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^.{1,30}[〔\[\(（【]\d{4}[〕\]\)）】].{0,8}号").ok());
static DATE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日$").ok());
static MARK: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^附件\d*$").ok());

fn fits(pattern: &LazyLock<Option<Regex>>, text: &str) -> bool {
    pattern.as_ref().is_some_and(|regex| regex.is_match(text))
}

impl Line {
    pub(super) fn is_red(&self) -> bool {
        !self.text.trim().is_empty() && self.types.iter().any(|t| t.colour == "FF0000")
    }

    /// A drawn line without words.
    pub(super) fn is_rule(&self) -> bool {
        self.text.trim().is_empty() && self.properties.red_border
    }

    pub(super) fn has_face(&self, role: Role) -> bool {
        let (wanted, _) = role.families();
        self.types.iter().all(|t| wanted.contains(&t.face.as_str()) || t.face == role.name())
    }

    /// The faces as they are told: `宋体 12磅`.
    pub(super) fn told(&self) -> String {
        let told = |t: &Type| format!("{} {}磅", t.face, half(t.size));
        self.types.iter().map(told).collect::<Vec<_>>().join("、")
    }

    /// The start of its words.
    pub(super) fn quoted(&self) -> String {
        let start: String = self.text.trim().chars().take(12).collect();
        let more = if self.text.trim().chars().count() > 12 { "……" } else { "" };
        format!("“{start}{more}”")
    }

    pub(super) fn is_number(&self) -> bool {
        fits(&NUMBER, self.text.trim())
    }

    pub(super) fn is_date(&self) -> bool {
        fits(&DATE, self.text.trim())
    }

    pub(super) fn is_attachment_mark(&self) -> bool {
        fits(&MARK, self.text.trim())
    }

    pub(super) fn is_imprint(&self) -> bool {
        let text = self.text.trim();
        text.starts_with("抄送：") || (text.ends_with("印发") && text.contains('年'))
    }
}

/// Half points as points: 32 is 16, 21 is 10.5.
pub(super) fn half(size: i64) -> String {
    if size % 2 == 0 { (size / 2).to_string() } else { format!("{}.5", size / 2) }
}

/// Twips as millimetres with one decimal.
pub(super) fn millimetres(twips: i64) -> String {
    // twips × 10 / 56.693, rounded, without floats
    let tenths = (twips * 10_000 + 28_346) / 56_693;
    format!("{}.{} mm", tenths / 10, (tenths % 10).abs())
}

impl Measured {
    /// The document number, if there is one above the title.
    pub(super) fn number(&self) -> Option<&Line> {
        self.lines.iter().take(8).find(|line| line.is_number())
    }

    /// 发文机关标志
    pub(super) fn issuer(&self) -> Option<&Line> {
        self.lines.iter().take(6).find(|line| line.is_red())
    }

    /// The place of the title: the first large line that is not red.
    pub(super) fn title(&self) -> Option<usize> {
        let large = |l: &Line| l.types.iter().any(|t| t.size >= i64::from(SIZE_TITLE));
        self.lines.iter().take(12).position(|l| {
            (large(l) || l.properties.style == "Title") && !l.is_red() && !l.text.trim().is_empty()
        })
    }

    pub(super) fn form(&self) -> FormFound {
        let Some(issuer) = self.issuer() else { return FormFound::Report };
        let text = issuer.text.trim();
        if text.ends_with("纪要") {
            FormFound::Minutes
        } else if issuer.framed || self.sheets.iter().any(|s| s.title_page) {
            FormFound::Letter
        } else {
            FormFound::Official
        }
    }

    /// The lines of the text: below the title, above the signature, outside tables and drawings.
    pub(super) fn text(&self) -> impl Iterator<Item = (usize, &Line)> {
        let start = self.title().map_or(0, |at| at + 1);
        self.lines.iter().enumerate().skip(start).filter(|(_, line)| {
            let text = line.text.trim();
            !line.in_table
                && !line.has_drawing
                && !line.framed
                && !text.is_empty()
                && !line.is_imprint()
                && !line.is_date()
        })
    }

    /// The lines that are running text: neither headings nor captions nor anything set apart.
    pub(super) fn running(&self) -> impl Iterator<Item = (usize, &Line)> {
        let addressee = self.addressee();
        let signed = self.signature();
        self.text().filter(move |(at, line)| {
            let text = line.text.trim();
            let apart = line.properties.align == "center"
                || line.properties.align == "right"
                || text.starts_with("附件：")
                || line.is_attachment_mark()
                || Some(*at) == addressee
                || Some(*at) == signed
                || self.is_attachment_entry(*at)
                || level(text).is_some()
                || (line.types.iter().all(|t| t.size < i64::from(SIZE_BODY) - 4)
                    && self.beside_table(*at));
            !apart
        })
    }

    /// A note under a table, or the line under another note.
    fn beside_table(&self, at: usize) -> bool {
        let mut before = self.lines[..at].iter().rev();
        before
            .find(|l| {
                l.in_table
                    || l.has_drawing
                    || l.types.iter().any(|t| t.size >= i64::from(SIZE_BODY) - 4)
            })
            .is_some_and(|l| l.in_table || l.has_drawing)
    }

    /// A further entry of the list that begins with 附件：1.
    fn is_attachment_entry(&self, at: usize) -> bool {
        let first = self.lines.iter().position(|l| l.text.trim().starts_with("附件：1."));
        first.is_some_and(|first| {
            at > first
                && self.lines[first..=at].iter().all(|l| {
                    let text = l.text.trim();
                    text.starts_with("附件：")
                        || text.split('.').next().is_some_and(|n| n.parse::<u8>().is_ok())
                })
        })
    }

    /// 主送机关: directly below the title; in a report only what looks like one.
    pub(super) fn addressee(&self) -> Option<usize> {
        let start = self.title()? + 1;
        let line = self.lines.get(start)?;
        let indented = line.properties.first_line > 0 || line.properties.first_line_chars > 0;
        let colon = line.text.trim().ends_with('：');
        let found = match self.form() {
            FormFound::Report => colon && !indented,
            FormFound::Minutes => false,
            FormFound::Letter | FormFound::Official => colon || !indented,
        };
        found.then_some(start)
    }

    /// 署名: the line above the date of a letter or red-headed document.
    pub(super) fn signature(&self) -> Option<usize> {
        let date = self.date()?;
        date.checked_sub(1)
    }

    /// 成文日期 of the document itself.
    pub(super) fn date(&self) -> Option<usize> {
        // minutes have no title but their red head
        let title = self.title().unwrap_or(0);
        let found = self.lines.iter().skip(title).position(|l| l.is_date() && !l.in_table)?;
        let at = title + found;
        // below the title of a report the date belongs to the byline
        (at > title + 2).then_some(at)
    }
}

/// The level a line's mark says: 1 to 4.
pub(super) fn level(text: &str) -> Option<u8> {
    static MARKS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
        let marks = [
            r"^[一二三四五六七八九十]+、",
            r"^（[一二三四五六七八九十]+）",
            r"^\d{1,2}\.\D",
            r"^（\d{1,2}）",
        ];
        marks.iter().filter_map(|mark| Regex::new(mark).ok()).collect()
    });
    (1..).zip(MARKS.iter()).find(|(_, mark)| mark.is_match(text)).map(|(level, _)| level)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_tell_levels() {
        let told =
            ["一、总体", "（二）健康", "3.教育", "（4）就业", "12.5/10万", "总体", "十一、附"];
        let told = told.map(level);
        assert_eq!(told, [Some(1), Some(2), Some(3), Some(4), None, None, Some(1)]);
    }

    #[test]
    fn lengths_are_told_for_people() {
        assert_eq!((millimetres(2098), millimetres(1587)), ("37.0 mm".into(), "28.0 mm".into()));
        assert_eq!((half(32), half(21)), ("16".to_owned(), "10.5".to_owned()));
    }
}
