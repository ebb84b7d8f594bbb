//! 妇女儿童统计资料 as a document: the tables of the yearbook on landscape pages.

use super::Material;
use crate::document::{Composer, Document, Form, Level, Orientation};
use crate::yearbook::{Yearbook, yearbook_by_domain};

/// Shares of the width of a table by domain, and of the table of definitions.
const DOMAIN: [u16; 13] = [18, 7, 7, 7, 7, 8, 8, 9, 7, 7, 7, 7, 16];
const DEFINITIONS: [u16; 9] = [8, 14, 7, 20, 24, 8, 9, 16, 10];

/// The yearbook of the edition a document rests on.
pub fn yearbook_of(material: &Material<'_>) -> Document {
    let definitions = material.names.in_year(material.year());
    let book = yearbook_by_domain(material.region, material.edition, &definitions);
    yearbook_document(&book, &material.issuing.monitoring, &material.issuing.date())
}

/// The yearbook as it is printed.
pub fn yearbook_document(book: &Yearbook, published_by: &str, date: &str) -> Document {
    let mut text = Composer::default();
    text.words("edition", format!("{}。", book.edition));
    for (number, note) in (1..).zip(&book.notes) {
        text.words(format!("note-{number}"), note.clone());
    }
    for (at, table) in book.tables.iter().enumerate() {
        let last = at + 1 == book.tables.len();
        text.heading(Level::One, &table.title);
        let widths: &[u16] = if last { &DEFINITIONS } else { &DOMAIN };
        let notes = book.notes.iter().take(2).map(|note| format!("注：{note}")).collect();
        let notes = if last { Vec::new() } else { notes };
        text.table(table.clone(), widths, Orientation::Landscape, notes);
    }
    Document {
        form: Form::Report,
        title: book.title.clone(),
        byline: vec![published_by.to_owned(), date.to_owned()],
        head: None,
        addressee: String::new(),
        blocks: text.finish(),
        signature: None,
        attachments: vec![],
        remark: String::new(),
        imprint: None,
        basis: book.edition.clone(),
    }
}
