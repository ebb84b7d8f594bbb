//! A document as the data of the template, in sections of pages that lie the same way.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::chart::ChartSize;
use crate::chart::line::line_chart;
use crate::document::{Block, Document, Form, NumberedTable, Orientation, Run};
use crate::fonts::Fonts;
use crate::layout::{
    LETTER_RULE, Role, SIZE_ISSUER, SIZE_ISSUER_LETTER, TYPE_WIDTH, issuer_size, title_lines,
};
use crate::table::Align;

/// The files the template reads.
pub(super) fn files(document: &Document, fonts: &Fonts) -> BTreeMap<String, Vec<u8>> {
    let mut sheets = Sheets { family: fonts.family(Role::Hei).to_owned(), ..Sheets::default() };
    sheets.document(document);
    let faces: serde_json::Map<String, Value> = Role::ALL
        .into_iter()
        .map(|role| {
            let family = fonts.family(role);
            // the wanted title face is heavy in itself; what stands in for it is not
            let heavy = role == Role::Title && fonts.substitutions().any(|c| c.role == role);
            let weight = if heavy { "bold" } else { "regular" };
            (name(role).to_owned(), json!({"family": family, "weight": weight}))
        })
        .collect();
    let (width, largest) = match document.form {
        Form::Letter => (LETTER_RULE, SIZE_ISSUER_LETTER),
        Form::Report | Form::Official | Form::Minutes => (TYPE_WIDTH, SIZE_ISSUER),
    };
    let head = document.head.as_ref().map(|head| {
        json!({
            "issuer": head.issuer,
            "issuer_size": issuer_size(&head.issuer, width, largest),
            "number": head.number,
            "signed_by": head.signed_by,
            "urgency": head.urgency,
        })
    });
    let data = json!({
        "form": match document.form {
            Form::Report => "report",
            Form::Letter => "letter",
            Form::Official => "official",
            Form::Minutes => "minutes",
        },
        "title": document.title,
        "title_lines": title_lines(&document.title),
        "author": document.byline.first().or(document.signature.as_ref().map(|s| &s.organ)),
        "description": document.basis,
        "faces": faces,
        "fallback": fonts.family(Role::Song),
        "head": head,
        "sections": sheets.sections,
    });
    let mut files = sheets.drawings;
    files.insert("document.json".to_owned(), data.to_string().into_bytes());
    files
}

const fn name(role: Role) -> &'static str {
    match role {
        Role::Title => "title",
        Role::Body => "body",
        Role::Kai => "kai",
        Role::Hei => "hei",
        Role::Song => "song",
    }
}

/// All words of a document, to see whether the faces have their characters.
pub(super) fn words(document: &Document) -> String {
    let mut words = format!("{}{}{}", document.title, document.addressee, document.remark);
    for line in &document.byline {
        words.push_str(line);
    }
    for attachment in &document.attachments {
        words.push_str(&attachment.title);
    }
    for block in document.all_blocks() {
        match block {
            Block::Heading(heading) => words.push_str(&heading.text),
            Block::Paragraph(paragraph) => words.push_str(&paragraph.text()),
            Block::Chart(chart) => words.push_str(&chart.caption),
            Block::Table(table) => {
                words.push_str(&table.caption);
                table.notes.iter().for_each(|note| words.push_str(note));
                table.table.columns.iter().for_each(|column| words.push_str(&column.title));
                table.table.rows.iter().flatten().for_each(|cell| words.push_str(cell));
            }
        }
    }
    words
}

#[derive(Default)]
struct Sheets {
    sections: Vec<Value>,
    items: Vec<Value>,
    landscape: Landscape,
    drawings: BTreeMap<String, Vec<u8>>,
    family: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Default)]
enum Landscape {
    Yes,
    #[default]
    No,
}

impl Sheets {
    fn document(&mut self, document: &Document) {
        self.items.push(json!({
            "kind": "head",
            "byline": document.byline,
            "addressee": document.addressee,
        }));
        let signed =
            if document.signature.is_some() { Signature::Follows } else { Signature::None };
        self.blocks(&document.blocks, signed);
        self.turn(Landscape::No);
        let titles: Vec<&str> = document.attachments.iter().map(|a| a.title.as_str()).collect();
        if document.form != Form::Report && !titles.is_empty() {
            self.items.push(json!({"kind": "attachment_list", "titles": titles}));
        }
        if let Some(signature) = &document.signature {
            let (organ, date) = (&signature.organ, &signature.date);
            self.items.push(json!({"kind": "signature", "organ": organ, "date": date}));
        }
        if !document.remark.is_empty() {
            self.items.push(json!({"kind": "remark", "text": document.remark}));
        }
        for (number, attachment) in (1..).zip(&document.attachments) {
            let one = document.attachments.len() == 1;
            let mark = if one { "附件".to_owned() } else { format!("附件{number}") };
            let wide = attachment.blocks.iter().any(is_landscape);
            self.turn(if wide { Landscape::Yes } else { Landscape::No });
            let title = title_lines(&attachment.title);
            let new_page = !wide;
            self.items.push(json!({
                "kind": "attachment", "mark": mark, "title": title, "new_page": new_page,
            }));
            self.blocks(&attachment.blocks, Signature::None);
            self.turn(Landscape::No);
        }
        if let Some(imprint) = &document.imprint {
            self.items.push(json!({
                "kind": "imprint",
                "copies": imprint.copies,
                "printed_by": imprint.printed_by,
                "printed_on": imprint.printed_on,
            }));
        }
        self.end_section();
    }

    fn turn(&mut self, wanted: Landscape) {
        if self.landscape != wanted {
            self.end_section();
            self.landscape = wanted;
        }
    }

    fn end_section(&mut self) {
        if !self.items.is_empty() {
            let items = std::mem::take(&mut self.items);
            let landscape = self.landscape == Landscape::Yes;
            self.sections.push(json!({"landscape": landscape, "items": items}));
        }
    }

    fn blocks(&mut self, blocks: &[Block], signature: Signature) {
        for (at, block) in blocks.iter().enumerate() {
            match block {
                Block::Heading(heading) => {
                    // a heading over a landscape table stands on its page
                    let wide = blocks.get(at + 1).is_some_and(is_landscape);
                    self.turn(if wide { Landscape::Yes } else { Landscape::No });
                    let level = heading.level.number();
                    self.items
                        .push(json!({"kind": "heading", "level": level, "text": heading.text}));
                }
                Block::Paragraph(paragraph) => {
                    let runs: Vec<&str> = paragraph.runs.iter().map(Run::text).collect();
                    let last = signature == Signature::Follows && at + 1 == blocks.len();
                    self.items.push(json!({"kind": "paragraph", "runs": runs, "sticky": last}));
                }
                Block::Table(table) => self.table(table, block),
                Block::Chart(chart) => {
                    self.turn(Landscape::No);
                    let drawn = line_chart(&chart.chart, ChartSize::Wide, "chart").ok();
                    let file = drawn.map(|svg| {
                        let name = format!("chart{}.svg", self.drawings.len() + 1);
                        let svg = crate::render::picture::with_family(&svg, &self.family);
                        self.drawings.insert(name.clone(), svg.into_bytes());
                        name
                    });
                    self.items.push(json!({
                        "kind": "chart",
                        "file": file,
                        "caption": chart.caption,
                        "description": chart.chart.description,
                    }));
                }
            }
        }
    }

    fn table(&mut self, numbered: &NumberedTable, block: &Block) {
        self.turn(if is_landscape(block) { Landscape::Yes } else { Landscape::No });
        let table = &numbered.table;
        let columns: Vec<Value> = (0..)
            .zip(&table.columns)
            .map(|(at, column)| {
                json!({
                    "title": column.title,
                    "numbers": column.align == Align::Right,
                    "share": numbered.widths.get(at).copied().unwrap_or(1),
                })
            })
            .collect();
        self.items.push(json!({
            "kind": "table",
            "caption": numbered.caption,
            "columns": columns,
            "rows": table.rows,
            "notes": numbered.notes,
        }));
    }
}

/// Whether a signature follows the blocks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Signature {
    Follows,
    None,
}

fn is_landscape(block: &Block) -> bool {
    matches!(block, Block::Table(table) if table.orientation == Orientation::Landscape)
}
