//! Open document spreadsheets (.ods).
//!
//! Read here and not by a library: a few bytes may repeat a cell a million times, and the readers at hand repeat first
//! and count afterwards.

use std::io::{Cursor, Read};

use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::grid::{Collector, Grid, GridCell, OpenProblem};

/// A cell repeated more often than this is a fill to the edge of the sheet.
const MOST_REPEATS: u32 = 1000;

/// Opens a spreadsheet whose size was checked before.
pub(super) fn open(bytes: &[u8]) -> Result<Vec<Grid>, OpenProblem> {
    let unknown = || OpenProblem::Unknown;
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| unknown())?;
    let mut content = archive.by_name("content.xml").map_err(|_| unknown())?;
    let mut text = String::new();
    content.read_to_string(&mut text).map_err(|_| unknown())?;
    let mut reader = Reader::from_str(&text);
    reader.config_mut().expand_empty_elements = true;
    let mut sheets = Sheets::new();
    loop {
        match reader.read_event().map_err(|_| unknown())? {
            Event::Eof => return Ok(sheets.collector.done()),
            Event::DocType(_) => return Err(unknown()),
            Event::Start(start) => sheets.start(&start),
            Event::End(end) => sheets.end(end.name().into_inner())?,
            Event::Text(text) => sheets.words(&text.xml10_content()),
            Event::GeneralRef(reference) => sheets.words(&character(&reference)?),
            _ => {}
        }
    }
}

/// Character references and the five names of XML; anything else was declared by somebody.
fn character(reference: &BytesRef<'_>) -> Result<String, OpenProblem> {
    if reference.is_char_ref() {
        let found = reference.resolve_char_ref().ok().flatten().filter(|c| *c != '\0');
        return Ok(found.unwrap_or('\u{FFFD}').to_string());
    }
    quick_xml::escape::resolve_xml_entity(reference)
        .map(ToOwned::to_owned)
        .ok_or(OpenProblem::Unknown)
}

struct Sheets {
    collector: Collector,
    row: u32,
    column: u32,
    row_repeats: u32,
    /// The cell being read; none inside notes and outside cells.
    cell: Option<CellSoFar>,
    in_paragraph: bool,
    in_note: u32,
    /// The cells of the row, to be repeated when the row is.
    of_row: Vec<(u32, CellSoFar)>,
}

#[derive(Clone)]
struct CellSoFar {
    repeats: u32,
    number: Option<f64>,
    text: String,
}

impl Sheets {
    const fn new() -> Self {
        Self {
            collector: Collector::new(),
            row: 0,
            column: 0,
            row_repeats: 1,
            cell: None,
            in_paragraph: false,
            in_note: 0,
            of_row: Vec::new(),
        }
    }

    fn start(&mut self, start: &BytesStart<'_>) {
        let attribute = |name: &str| attribute(start, name);
        match start.name().into_inner() {
            "table:table" => {
                self.collector.sheet(&attribute("table:name").unwrap_or_default());
                (self.row, self.column) = (0, 0);
            }
            "table:table-row" => {
                self.column = 0;
                self.row_repeats = count(attribute("table:number-rows-repeated"));
            }
            "table:table-cell" | "table:covered-table-cell" => {
                let number = match attribute("office:value-type").as_deref() {
                    Some("float" | "percentage" | "currency") => {
                        attribute("office:value").and_then(|v| v.parse().ok())
                    }
                    _ => None,
                };
                let repeats = count(attribute("table:number-columns-repeated"));
                self.cell = Some(CellSoFar { repeats, number, text: String::new() });
            }
            "office:annotation" => self.in_note += 1,
            "text:p" if self.in_note == 0 => {
                self.in_paragraph = true;
                if let Some(cell) = self.cell.as_mut().filter(|cell| !cell.text.is_empty()) {
                    cell.text.push('\n');
                }
            }
            "text:s" => self.words(" "),
            "text:line-break" => self.words("\n"),
            _ => {}
        }
    }

    fn words(&mut self, words: &str) {
        if self.in_paragraph
            && self.in_note == 0
            && let Some(cell) = &mut self.cell
        {
            cell.text.push_str(words);
        }
    }

    fn end(&mut self, name: &str) -> Result<(), OpenProblem> {
        match name {
            "office:annotation" => self.in_note = self.in_note.saturating_sub(1),
            "text:p" => self.in_paragraph = false,
            "table:table-cell" | "table:covered-table-cell" => {
                if let Some(cell) = self.cell.take() {
                    let (column, repeats) = (self.column, cell.repeats);
                    if cell.number.is_some() || !cell.text.trim().is_empty() {
                        self.of_row.push((column, cell));
                    }
                    self.column = column.saturating_add(repeats);
                }
            }
            "table:table-row" => self.end_row()?,
            _ => {}
        }
        Ok(())
    }

    fn end_row(&mut self) -> Result<(), OpenProblem> {
        let cells = std::mem::take(&mut self.of_row);
        let rows = if cells.is_empty() { 0 } else { self.row_repeats.min(MOST_REPEATS) };
        for row in 0..rows {
            for (column, cell) in &cells {
                for repeat in 0..cell.repeats.min(MOST_REPEATS) {
                    let at = (self.row.saturating_add(row), column.saturating_add(repeat));
                    match cell.number {
                        Some(number) => self.collector.put(at, GridCell::Number(number))?,
                        None => self.collector.text(at, &cell.text)?,
                    }
                }
            }
        }
        self.row = self.row.saturating_add(self.row_repeats);
        Ok(())
    }
}

fn count(text: Option<String>) -> u32 {
    text.and_then(|t| t.parse().ok()).filter(|n| *n > 0).unwrap_or(1)
}

fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let found =
        start.attributes().with_checks(false).flatten().find(|a| a.key.into_inner() == name)?;
    found.normalized_value(XmlVersion::Implicit1_0).ok().map(std::borrow::Cow::into_owned)
}
