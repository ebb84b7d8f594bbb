//! The paragraphs of a part.

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use super::styles::{Said, Styles};
use crate::check::Unreadable;
use crate::check::measured::{Line, Sheet};

/// An element as it starts or ends; an empty one does both.
#[derive(Debug)]
pub(super) struct Element {
    /// Without its prefix.
    pub(super) name: String,
    attributes: Vec<(String, String)>,
    ends: Ends,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ends {
    No,
    Yes,
}

impl Element {
    fn starting(start: &BytesStart<'_>) -> Self {
        let mut attributes = Vec::new();
        for attribute in start.attributes().with_checks(false).flatten() {
            let value = attribute.normalized_value(XmlVersion::Implicit1_0);
            attributes.push((
                attribute.key.local_name().into_inner().to_owned(),
                value.map_or_else(|_| String::new(), std::borrow::Cow::into_owned),
            ));
        }
        Self { name: start.local_name().into_inner().to_owned(), attributes, ends: Ends::No }
    }

    pub(super) fn starts(&self) -> bool {
        self.ends == Ends::No
    }

    pub(super) fn value(&self, name: &str) -> Option<String> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())
    }

    pub(super) fn number(&self, name: &str) -> Option<i64> {
        self.value(name)?.trim().parse().ok()
    }

    pub(super) fn is_on(&self) -> bool {
        !matches!(self.value("val").as_deref(), Some("0" | "false" | "off" | "none"))
    }
}

/// Walks over a part: elements as they start and end, with the words between as `text`.
pub(super) fn walk(part: &str, mut visit: impl FnMut(&Element, &str)) -> Result<(), Unreadable> {
    let mut reader = Reader::from_str(part);
    reader.config_mut().expand_empty_elements = true;
    let mut words = String::new();
    loop {
        match reader.read_event() {
            Ok(Event::Start(start)) => {
                let element = Element::starting(&start);
                visit(&element, &words);
                words.clear();
            }
            Ok(Event::End(end)) => {
                let name = end.local_name().into_inner().to_owned();
                visit(&Element { name, attributes: Vec::new(), ends: Ends::Yes }, &words);
                words.clear();
            }
            Ok(Event::Text(text)) => words.push_str(&text.xml10_content()),
            Ok(Event::GeneralRef(reference)) => {
                let character = reference.resolve_char_ref().ok().flatten();
                match (character, quick_xml::escape::resolve_xml_entity(&reference)) {
                    (Some(character), _) => words.push(character),
                    (None, Some(known)) => words.push_str(known),
                    (None, None) => return Err(Unreadable("文件中有不允许的XML声明".to_owned())),
                }
            }
            Ok(Event::DocType(_)) => {
                return Err(Unreadable("文件中有不允许的XML声明".to_owned()));
            }
            Ok(Event::Eof) => return Ok(()),
            Ok(_) => {}
            Err(_) => return Err(Unreadable("文件的XML结构有误".to_owned())),
        }
    }
}

/// Relations: id and target.
pub(super) fn links(part: &str) -> Result<Vec<(String, String)>, Unreadable> {
    let mut links = Vec::new();
    walk(part, |element, _| {
        if let (Some(id), Some(target)) = (element.value("Id"), element.value("Target")) {
            links.push((id, target));
        }
    })?;
    Ok(links)
}

/// Whether a switch is on.
pub(super) fn is_on(part: &str, name: &str) -> Result<bool, Unreadable> {
    let mut on = false;
    walk(part, |element, _| on |= element.starts() && element.name == name && element.is_on())?;
    Ok(on)
}

/// The paragraphs and sections of a part.
#[derive(Debug, Default)]
pub(super) struct Text {
    pub(super) lines: Vec<Line>,
    pub(super) sheets: Vec<Sheet>,
    /// `footerReference` or `headerReference`, its kind, its relation.
    pub(super) references: Vec<(String, String, String)>,
}

/// The paragraph being read.
#[derive(Default)]
struct Open {
    line: Line,
    style: Option<String>,
    own: Said,
    run_style: Option<String>,
    run: Said,
    place: Place,
}

#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Place {
    #[default]
    Text,
    Properties,
    Mark,
    RunProperties,
}

impl Text {
    pub(super) fn read(part: &str, styles: &Styles) -> Result<Self, Unreadable> {
        let mut text = Self::default();
        let mut open: Option<Open> = None;
        let mut tables = 0_usize;
        let mut section = false;
        walk(part, |element, words| {
            let name = element.name.as_str();
            match (name, element.starts()) {
                ("tbl", true) => tables += 1,
                ("tbl", false) => tables = tables.saturating_sub(1),
                ("sectPr", starts) => {
                    section = starts;
                    if starts {
                        text.sheets.push(Sheet::default());
                    }
                }
                _ if section && element.starts() => text.section(element),
                ("p", true) => {
                    let line = Line { in_table: tables > 0, ..Line::default() };
                    open = Some(Open { line, ..Open::default() });
                }
                ("p", false) => {
                    if let Some(open) = open.take() {
                        text.lines.push(open.close(styles));
                    }
                }
                _ => {
                    if let Some(open) = &mut open {
                        open.take(element, words, styles);
                    }
                }
            }
        })?;
        Ok(text)
    }

    fn section(&mut self, element: &Element) {
        let Some(sheet) = self.sheets.last_mut() else { return };
        let number = |name| element.number(name).unwrap_or(0);
        match element.name.as_str() {
            "pgSz" => (sheet.width, sheet.height) = (number("w"), number("h")),
            "pgMar" => {
                (sheet.top, sheet.right) = (number("top"), number("right"));
                (sheet.bottom, sheet.left) = (number("bottom"), number("left"));
            }
            "titlePg" => sheet.title_page = element.is_on(),
            "footerReference" | "headerReference" => {
                let kind = element.value("type").unwrap_or_else(|| "default".to_owned());
                let reference =
                    (element.name.clone(), kind, element.value("id").unwrap_or_default());
                if !self.references.contains(&reference) {
                    self.references.push(reference);
                }
            }
            _ => {}
        }
    }
}

impl Open {
    fn take(&mut self, element: &Element, words: &str, styles: &Styles) {
        let name = element.name.as_str();
        match (name, element.starts()) {
            ("pPr", true) => self.place = Place::Properties,
            // the type of the paragraph mark is that of nothing
            ("rPr", true) if self.place == Place::Properties => self.place = Place::Mark,
            ("rPr", false) if self.place == Place::Mark => self.place = Place::Properties,
            ("rPr", true) => self.place = Place::RunProperties,
            ("pPr" | "rPr", false) => self.place = Place::Text,
            ("r", true) => (self.run, self.run_style) = (Said::default(), None),
            ("t", false) => {
                self.line.text.push_str(words);
                if !words.trim().is_empty() {
                    let below = styles.of(self.style.as_deref()).under(&self.own);
                    let below = match &self.run_style {
                        Some(style) => below.under(&styles.alone(style)),
                        None => below,
                    };
                    let letters = below.under(&self.run).letters();
                    if !self.line.types.contains(&letters) {
                        self.line.types.push(letters);
                    }
                }
            }
            ("tab", true) if self.place == Place::Text => self.line.text.push(' '),
            ("br", true) if element.value("type").as_deref() == Some("page") => {
                self.line.breaks_page = true;
            }
            ("drawing" | "pict", true) => self.line.has_drawing = true,
            ("framePr", true) => self.line.framed = true,
            ("pStyle", true) => self.style = element.value("val"),
            ("rStyle", true) => self.run_style = element.value("val"),
            (_, true) => match self.place {
                Place::Properties => self.own.take(element),
                Place::RunProperties => self.run.take(element),
                Place::Text | Place::Mark => {}
            },
            _ => {}
        }
    }

    fn close(mut self, styles: &Styles) -> Line {
        let said = styles.of(self.style.as_deref()).under(&self.own);
        self.line.properties = said.properties(self.style.unwrap_or_default());
        self.line
    }
}
