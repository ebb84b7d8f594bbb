//! Automatic numbers: Word keeps `一、` and `1.` out of the text, so they are counted here as Word counts them.

use std::collections::{BTreeMap, BTreeSet};

use super::styles::{NumberingRef, Styles};
use super::xml::{self, Element, Node, Space};
use crate::source::{SourceError, numeral};

const LEVELS: usize = 9;
const DEEPEST_LEVEL: u8 = 8;

/// How one level of a list looks.
#[derive(Debug, Clone, Default)]
struct Level {
    start: Option<u32>,
    format: String,
    text: String,
    suffix: String,
    /// Restarts after this level (from 1); 0 never. Usually after every higher one.
    restart: Option<u8>,
    /// All numbers of the mark in digits.
    legal: bool,
    /// The style that stands for this level.
    style: Option<String>,
}

#[derive(Debug, Default)]
struct Abstract {
    levels: BTreeMap<u8, Level>,
    /// The numbers are defined by the list of this style.
    style_link: Option<String>,
}

#[derive(Debug, Default)]
struct List {
    template: u32,
    levels: BTreeMap<u8, Level>,
    starts: BTreeMap<u8, u32>,
}

/// All lists of a document and how far each has counted.
#[derive(Debug, Default)]
pub(super) struct Numbering {
    templates: BTreeMap<u32, Abstract>,
    lists: BTreeMap<u32, List>,
    /// Per template: the number reached on each level. Lists of one template count on.
    reached: BTreeMap<u32, [Option<u32>; LEVELS]>,
    /// Lists and levels whose own start has been used.
    started: BTreeSet<(u32, u8)>,
}

impl Numbering {
    /// Reads the numbering part.
    pub(super) fn read(part: &[u8]) -> Result<Self, SourceError> {
        let mut reader = Reader::default();
        xml::walk(part, |node| {
            match node {
                Node::Start(element) => reader.start(&element),
                Node::End { space, name } => reader.end(space, name),
                Node::Text(_) => {}
            }
            Ok(())
        })?;
        Ok(reader.numbering)
    }

    /// Counts on and gives the mark of the next paragraph, with the space that follows it.
    pub(super) fn next_mark(
        &mut self,
        own: &NumberingRef,
        style: Option<&str>,
        styles: &Styles,
    ) -> Option<String> {
        let inherited = styles.numbering(style);
        let list = own.list.or(inherited.as_ref().and_then(|(found, _)| found.list))?;
        let level = own.level.or_else(|| {
            let (found, says) = inherited.as_ref().filter(|_| own.list.is_none())?;
            found.level.or_else(|| self.level_of_style(list, says))
        });
        let level = level.unwrap_or(0).min(DEEPEST_LEVEL);
        let template = self.template(list, styles)?;
        self.count(list, template, level);
        self.mark(list, template, level)
    }

    /// The template of a list, also through the style that defines it.
    fn template(&self, list: u32, styles: &Styles) -> Option<u32> {
        let template = self.lists.get(&list)?.template;
        let linked = self.templates.get(&template)?.style_link.as_deref();
        let through = linked
            .and_then(|style| styles.numbering(Some(style)))
            .and_then(|(found, _)| self.lists.get(&found.list?).map(|list| list.template));
        Some(through.unwrap_or(template))
    }

    fn level_of_style(&self, list: u32, style: &str) -> Option<u8> {
        let template = self.templates.get(&self.lists.get(&list)?.template)?;
        template
            .levels
            .iter()
            .find(|(_, level)| level.style.as_deref() == Some(style))
            .map(|(at, _)| *at)
    }

    fn level(&self, list: u32, template: u32, level: u8) -> Option<&Level> {
        let own = self.lists.get(&list).and_then(|list| list.levels.get(&level));
        own.or_else(|| self.templates.get(&template)?.levels.get(&level))
    }

    fn start(&self, list: u32, template: u32, level: u8) -> u32 {
        let own = self.lists.get(&list).and_then(|list| list.starts.get(&level)).copied();
        own.or_else(|| self.level(list, template, level)?.start).unwrap_or(1)
    }

    fn count(&mut self, list: u32, template: u32, level: u8) {
        let start = self.start(list, template, level);
        let overridden = self.lists.get(&list).is_some_and(|list| list.starts.contains_key(&level));
        let anew = overridden && self.started.insert((list, level));
        let never: Vec<bool> = (0..=DEEPEST_LEVEL)
            .map(|deeper| {
                let restart = self.level(list, template, deeper).and_then(|level| level.restart);
                restart.is_some_and(|after| after == 0 || level + 1 > after)
            })
            .collect();
        let reached = self.reached.entry(template).or_default();
        let at = usize::from(level);
        reached[at] = Some(match reached[at] {
            Some(number) if !anew => number.saturating_add(1),
            _ => start,
        });
        for deeper in at + 1..LEVELS {
            if !never[deeper] {
                reached[deeper] = None;
            }
        }
    }

    fn mark(&self, list: u32, template: u32, level: u8) -> Option<String> {
        let look = self.level(list, template, level)?;
        if look.format == "bullet" {
            let dash = look.text.starts_with(['-', '–', '—', '－', '―']);
            return dash.then(|| format!("{} ", look.text.trim()));
        }
        let mut mark = String::new();
        let mut rest = look.text.as_str();
        while let Some((before, after)) = rest.split_once('%') {
            mark.push_str(before);
            let digit = after.bytes().next().filter(|byte| (b'1'..=b'9').contains(byte));
            rest = after;
            let Some(digit) = digit else {
                mark.push('%');
                continue;
            };
            rest = after.get(1..).unwrap_or_default();
            mark.push_str(&self.number(list, template, digit - b'1', look));
        }
        mark.push_str(rest);
        let spaced = look.suffix != "nothing" && mark.ends_with(|c: char| c.is_ascii());
        if spaced && !mark.ends_with(' ') {
            mark.push(' ');
        }
        Some(mark).filter(|mark| !mark.trim().is_empty())
    }

    /// The number reached on a level, written in the manner of that level.
    fn number(&self, list: u32, template: u32, level: u8, look: &Level) -> String {
        let reached = self.reached.get(&template).and_then(|reached| reached[usize::from(level)]);
        let number = reached.unwrap_or_else(|| self.start(list, template, level));
        let format =
            self.level(list, template, level).map_or("decimal", |level| level.format.as_str());
        written(number, if look.legal && format != "none" { "decimal" } else { format })
    }
}

/// A number in one of the formats of Word.
fn written(number: u32, format: &str) -> String {
    match format {
        "chineseCounting"
        | "chineseCountingThousand"
        | "japaneseCounting"
        | "taiwaneseCounting"
        | "taiwaneseCountingThousand" => numeral::chinese(number),
        "chineseLegalSimplified" | "ideographLegalTraditional" | "japaneseLegal" => {
            numeral::formal(number)
        }
        "ideographDigital" | "japaneseDigitalTenThousand" | "taiwaneseDigital" => {
            numeral::chinese_digits(number)
        }
        "decimalEnclosedCircle" | "decimalEnclosedCircleChinese" => numeral::circled(number),
        "decimalFullWidth" | "decimalFullWidth2" => numeral::full_width(number),
        "decimalZero" => format!("{number:02}"),
        "ideographTraditional" => numeral::stems(number),
        "ideographZodiac" => numeral::branches(number),
        "lowerLetter" => numeral::letters(number),
        "upperLetter" => numeral::letters(number).to_ascii_uppercase(),
        "lowerRoman" => numeral::roman(number),
        "upperRoman" => numeral::roman(number).to_ascii_uppercase(),
        "none" => String::new(),
        _ => number.to_string(),
    }
}

/// Builds the lists from the events of the part.
#[derive(Debug, Default)]
struct Reader {
    numbering: Numbering,
    template: Option<(u32, Abstract)>,
    list: Option<(u32, List)>,
    level: Option<(u8, Level)>,
    /// The level an override speaks of.
    overridden: u8,
    skipped: usize,
}

impl Reader {
    fn start(&mut self, element: &Element<'_>) {
        if self.skipped > 0
            || (element.space == Space::Compatibility && element.name() == "Fallback")
        {
            self.skipped += 1;
            return;
        }
        if element.space != Space::Word {
            return;
        }
        match element.name() {
            "abstractNum" => {
                let id = element.attribute("abstractNumId").and_then(|v| v.parse().ok());
                self.template = id.map(|id| (id, Abstract::default()));
            }
            "num" => {
                let id = element.attribute("numId").and_then(|v| v.parse().ok());
                self.list = id.map(|id| (id, List::default()));
            }
            "abstractNumId" => {
                if let Some((_, list)) = &mut self.list {
                    list.template = element.number().unwrap_or(0);
                }
            }
            "numStyleLink" => {
                if let Some((_, template)) = &mut self.template {
                    template.style_link = element.attribute("val");
                }
            }
            "lvlOverride" => self.overridden = place(element),
            "startOverride" => {
                let start = element.number();
                if let (Some((_, list)), Some(start)) = (&mut self.list, start) {
                    list.starts.insert(self.overridden, start);
                }
            }
            "lvl" => self.level = Some((place(element), Level::default())),
            _ => self.level_detail(element),
        }
    }

    fn level_detail(&mut self, element: &Element<'_>) {
        let Some((_, level)) = &mut self.level else { return };
        match element.name() {
            "start" => level.start = element.number(),
            "numFmt" => level.format = element.attribute("val").unwrap_or_default(),
            "lvlText" => level.text = element.attribute("val").unwrap_or_default(),
            "suff" => level.suffix = element.attribute("val").unwrap_or_default(),
            "lvlRestart" => level.restart = element.number(),
            "isLgl" => level.legal = element.is_on(),
            "pStyle" => level.style = element.attribute("val"),
            _ => {}
        }
    }

    fn end(&mut self, space: Space, name: &str) {
        if self.skipped > 0 {
            self.skipped -= 1;
            return;
        }
        match (space, name) {
            (Space::Word, "lvl") => {
                if let Some((_, list)) = &mut self.list {
                    list.levels.extend(self.level.take());
                } else if let Some((_, template)) = &mut self.template {
                    template.levels.extend(self.level.take());
                }
            }
            (Space::Word, "abstractNum") => self.numbering.templates.extend(self.template.take()),
            (Space::Word, "num") => self.numbering.lists.extend(self.list.take()),
            _ => {}
        }
    }
}

fn place(element: &Element<'_>) -> u8 {
    element.attribute("ilvl").and_then(|v| v.parse().ok()).unwrap_or(0)
}
