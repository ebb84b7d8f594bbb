//! The body of a document: runs become paragraphs, rows become lines.

use super::numbering::Numbering;
use super::styles::{NumberingRef, Styles};
use super::xml::{self, Element, Node, Space};
use crate::note::{Note, Span};
use crate::source::table::{self, Cell};
use crate::source::{SourceError, warning};

/// Reads the lines of the body.
pub(super) fn read(
    part: &[u8],
    styles: &Styles,
    numbering: Numbering,
    notes: &mut Vec<Note>,
) -> Result<String, SourceError> {
    let mut body = Body::new(styles, numbering);
    xml::walk(part, |node| {
        match node {
            Node::Start(element) => body.start(&element),
            Node::End { space, name } => body.end(space, name),
            Node::Text(text) => body.text(&text),
        }
        Ok(())
    })?;
    if body.foreign_parts > 0 {
        notes.push(warning(
            Span::default(),
            format!("文档里有 {} 处嵌入的其他文档，其中的文字没有读取", body.foreign_parts),
            "请用 Word 或 WPS 打开后另存为普通 docx，再重新上传".to_owned(),
        ));
    }
    let mut text = body.into_lines().join("\n");
    text.push('\n');
    Ok(text)
}

/// Elements without text for the reader: old formatting, deleted text, readings above characters.
const SKIPPED: [&str; 15] = [
    "del",
    "moveFrom",
    "pPrChange",
    "rPrChange",
    "tblPrChange",
    "tblPrExChange",
    "tcPrChange",
    "trPrChange",
    "sectPrChange",
    "tblGridChange",
    "numberingChange",
    "sdtPr",
    "sdtEndPr",
    "rt",
    "sectPr",
];

/// What is being filled.
#[derive(Debug)]
enum Frame {
    /// The body or a text box.
    Lines(Vec<String>),
    Table(Vec<Vec<Cell>>),
    Row {
        cells: Vec<Cell>,
        deleted: bool,
    },
    Cell(Cell),
}

#[derive(Debug, Default)]
struct Paragraph {
    text: String,
    style: Option<String>,
    numbering: NumberingRef,
    /// Its end was deleted: it runs on into the next paragraph.
    joined: bool,
    has_hidden: bool,
    /// Text boxes anchored here, told after it.
    boxes: Vec<String>,
}

#[derive(Debug)]
struct Body<'a> {
    styles: &'a Styles,
    numbering: Numbering,
    frames: Vec<Frame>,
    paragraphs: Vec<Paragraph>,
    /// Text of paragraphs that run on.
    carried: String,
    skipped: usize,
    /// Inside `pPr`, where run properties speak of the paragraph mark.
    in_properties: usize,
    in_text: bool,
    hidden: bool,
    foreign_parts: usize,
}

impl<'a> Body<'a> {
    fn new(styles: &'a Styles, numbering: Numbering) -> Self {
        Self {
            styles,
            numbering,
            frames: vec![Frame::Lines(Vec::new())],
            paragraphs: Vec::new(),
            carried: String::new(),
            skipped: 0,
            in_properties: 0,
            in_text: false,
            hidden: false,
            foreign_parts: 0,
        }
    }

    fn start(&mut self, element: &Element<'_>) {
        let name = element.name();
        if self.skipped > 0 {
            self.skipped += 1;
            return;
        }
        match element.space {
            Space::Compatibility if name == "Fallback" => self.skipped = 1,
            Space::Math if name == "t" => self.in_text = true,
            Space::Word if self.in_properties > 0 => self.property(element),
            Space::Word => self.word(element),
            _ => {}
        }
    }

    /// Paragraph, row and cell properties.
    fn property(&mut self, element: &Element<'_>) {
        let name = element.name();
        match name {
            "pPr" | "trPr" | "tcPr" | "rPr" => self.in_properties += 1,
            "del" => self.deleted_mark(),
            _ if SKIPPED.contains(&name) => {}
            _ => self.detail(element),
        }
        if SKIPPED.contains(&name) {
            self.skipped = 1;
        }
    }

    fn deleted_mark(&mut self) {
        match (self.frames.last_mut(), self.paragraphs.last_mut()) {
            (Some(Frame::Row { deleted, .. }), _) => *deleted = true,
            (_, Some(paragraph)) => paragraph.joined = true,
            _ => {}
        }
    }

    fn detail(&mut self, element: &Element<'_>) {
        match element.name() {
            "pStyle" => self.with_paragraph(|p| p.style = element.attribute("val")),
            "numId" => self.with_paragraph(|p| p.numbering.list = element.number()),
            "ilvl" => self.with_paragraph(|p| p.numbering.level = element.number()),
            "gridSpan" => self.with_cell(|cell| cell.columns = element.number().unwrap_or(1)),
            "vMerge" => {
                let restart = element.attribute("val").is_some_and(|v| v == "restart");
                self.with_cell(|cell| cell.continued = !restart);
            }
            "gridBefore" => {
                if let Some(Frame::Row { cells, .. }) = self.frames.last_mut() {
                    cells.push(Cell {
                        columns: element.number().unwrap_or(1),
                        rows: 1,
                        ..Cell::default()
                    });
                }
            }
            _ => {}
        }
    }

    fn with_paragraph(&mut self, change: impl FnOnce(&mut Paragraph)) {
        if let Some(paragraph) = self.paragraphs.last_mut() {
            change(paragraph);
        }
    }

    fn with_cell(&mut self, change: impl FnOnce(&mut Cell)) {
        if let Some(Frame::Cell(cell)) = self.frames.last_mut() {
            change(cell);
        }
    }

    fn word(&mut self, element: &Element<'_>) {
        let name = element.name();
        if SKIPPED.contains(&name) {
            self.skipped = 1;
            return;
        }
        match name {
            "pPr" | "trPr" | "tcPr" => self.in_properties = 1,
            "p" => self.paragraphs.push(Paragraph::default()),
            "r" => self.hidden = false,
            "vanish" => self.hidden = element.is_on(),
            "t" => self.in_text = true,
            "tab" | "ptab" => self.push(" "),
            "br" | "cr" => self.push("\n"),
            "noBreakHyphen" => self.push("-"),
            "sym" => {
                if let Some(symbol) = symbol(element) {
                    self.push(symbol.encode_utf8(&mut [0; 4]));
                }
            }
            "txbxContent" => self.frames.push(Frame::Lines(Vec::new())),
            "tbl" => self.frames.push(Frame::Table(Vec::new())),
            "tr" => self.frames.push(Frame::Row { cells: Vec::new(), deleted: false }),
            "tc" => self.frames.push(Frame::Cell(Cell { columns: 1, rows: 1, ..Cell::default() })),
            "altChunk" | "subDoc" => self.foreign_parts += 1,
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if self.in_text && self.skipped == 0 {
            self.push(text);
        }
    }

    fn push(&mut self, text: &str) {
        let hidden = self.hidden;
        self.with_paragraph(|paragraph| {
            if hidden {
                paragraph.has_hidden = true;
            } else {
                paragraph.text.push_str(text);
            }
        });
    }

    fn end(&mut self, space: Space, name: &str) {
        if self.skipped > 0 {
            self.skipped -= 1;
            return;
        }
        if matches!(space, Space::Word | Space::Math) && name == "t" {
            self.in_text = false;
        }
        if space != Space::Word {
            return;
        }
        match name {
            "pPr" | "trPr" | "tcPr" | "rPr" => {
                self.in_properties = self.in_properties.saturating_sub(1);
            }
            "r" => self.hidden = false,
            "p" => self.end_paragraph(),
            "txbxContent" | "tbl" | "tr" | "tc" => self.end_frame(),
            _ => {}
        }
    }

    fn end_paragraph(&mut self) {
        let Some(paragraph) = self.paragraphs.pop() else { return };
        let unseen = paragraph.text.is_empty() && (paragraph.has_hidden || paragraph.joined);
        let mark = if unseen {
            None
        } else {
            self.numbering.next_mark(&paragraph.numbering, paragraph.style.as_deref(), self.styles)
        };
        let mut text = std::mem::take(&mut self.carried);
        if text.is_empty() && !paragraph.text.trim().is_empty() {
            text.push_str(mark.as_deref().unwrap_or_default());
        }
        text.push_str(&paragraph.text);
        if paragraph.joined {
            self.carried = text;
        } else if !text.trim().is_empty() {
            let lines = text.split('\n').map(str::trim_end).filter(|line| !line.is_empty());
            self.add_lines(lines.map(ToOwned::to_owned).collect());
        }
        self.add_lines(paragraph.boxes);
    }

    /// Adds finished lines to what is open.
    fn add_lines(&mut self, lines: Vec<String>) {
        match self.frames.last_mut() {
            Some(Frame::Lines(open) | Frame::Cell(Cell { lines: open, .. })) => open.extend(lines),
            // Paragraphs outside a cell are against the rules of the format, but text is text.
            _ => {
                if let Some(Frame::Lines(open)) = self.frames.first_mut() {
                    open.extend(lines);
                }
            }
        }
    }

    fn end_frame(&mut self) {
        if self.frames.len() < 2 {
            return;
        }
        match self.frames.pop() {
            Some(Frame::Cell(cell)) => match self.frames.last_mut() {
                Some(Frame::Row { cells, .. }) => cells.push(cell),
                _ => self.add_lines(cell.lines),
            },
            Some(Frame::Row { cells, deleted }) => {
                if let Some(Frame::Table(rows)) = self.frames.last_mut() {
                    rows.extend((!deleted).then_some(cells));
                }
            }
            Some(Frame::Table(rows)) => self.add_lines(table::lines(rows)),
            Some(Frame::Lines(lines)) => match self.paragraphs.last_mut() {
                Some(paragraph) => paragraph.boxes.extend(lines),
                None => self.add_lines(lines),
            },
            None => {}
        }
    }

    fn into_lines(mut self) -> Vec<String> {
        let carried = std::mem::take(&mut self.carried);
        match self.frames.into_iter().next() {
            Some(Frame::Lines(mut lines)) => {
                lines.extend(Some(carried).filter(|text| !text.trim().is_empty()));
                lines
            }
            _ => Vec::new(),
        }
    }
}

/// Characters of symbol fonts that mean something in a target.
fn symbol(element: &Element<'_>) -> Option<char> {
    let code = u32::from_str_radix(&element.attribute("char")?, 16).ok()?;
    let font = element.attribute("font").unwrap_or_default().to_ascii_lowercase();
    match (font.as_str(), code & 0xFF) {
        ("symbol", 0xB3) => Some('≥'),
        ("symbol", 0xA3) => Some('≤'),
        ("symbol", 0xB1) => Some('±'),
        ("symbol", 0xB4) => Some('×'),
        ("symbol", 0xBB) => Some('≈'),
        ("symbol", 0x25) => Some('%'),
        (_, _) if (0xE000..0xF900).contains(&code) => None,
        (_, _) => char::from_u32(code).filter(|c| !c.is_control()),
    }
}
