//! Sections: page, margins, page numbers; the first page of a letter.

use crate::chart::put;
use crate::document::{Document, Form};
use crate::layout::{
    BOTTOM, FOOTER, LEFT, LETTER_RULE, LETTER_RULE_BOTTOM, LETTER_RULE_LEFT, PAGE_HEIGHT,
    PAGE_WIDTH, RED, RIGHT, TOP, TYPE_WIDTH,
};

use super::DECLARATION;
use super::xml::paragraph;

/// Which way the pages of a section lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Upright,
    /// The upright page turned: its top is at the left.
    Landscape,
}

impl Shape {
    /// Width of the type area.
    pub(super) const fn width(self) -> u32 {
        match self {
            Self::Upright => TYPE_WIDTH,
            Self::Landscape => PAGE_HEIGHT - TOP - BOTTOM,
        }
    }
}

/// A section of a document.
#[derive(Debug, Clone, Copy)]
pub(super) struct Section {
    form: Form,
    shape: Shape,
}

impl Section {
    pub(super) const fn of(document: &Document, shape: Shape) -> Self {
        Self { form: document.form, shape }
    }

    /// Its `sectPr`.
    pub(super) fn properties(self) -> String {
        let mut references = String::new();
        let mut reference = |what: &str, kind: &str, id: &str| {
            put(
                &mut references,
                format_args!("<w:{what}Reference w:type=\"{kind}\" r:id=\"{id}\"/>"),
            );
        };
        let letter = self.form == Form::Letter;
        if letter {
            reference("header", "first", "rFirstHeader");
        }
        reference("footer", "default", "rOdd");
        reference("footer", "even", "rEven");
        if letter {
            reference("footer", "first", "rFirstFooter");
        }
        let page = match self.shape {
            Shape::Upright => format!(
                "<w:pgSz w:w=\"{PAGE_WIDTH}\" w:h=\"{PAGE_HEIGHT}\"/><w:pgMar w:top=\"{TOP}\" w:right=\"{RIGHT}\" \
                 w:bottom=\"{BOTTOM}\" w:left=\"{LEFT}\" w:header=\"851\" w:footer=\"{FOOTER}\" w:gutter=\"0\"/>"
            ),
            Shape::Landscape => format!(
                "<w:pgSz w:w=\"{PAGE_HEIGHT}\" w:h=\"{PAGE_WIDTH}\" w:orient=\"landscape\"/><w:pgMar w:top=\"{LEFT}\" \
                 w:right=\"{TOP}\" w:bottom=\"{RIGHT}\" w:left=\"{BOTTOM}\" w:header=\"851\" w:footer=\"851\" w:gutter=\"0\"/>"
            ),
        };
        let first = if letter && self.shape == Shape::Upright { "<w:titlePg/>" } else { "" };
        format!("<w:sectPr>{references}<w:type w:val=\"nextPage\"/>{page}{first}</w:sectPr>")
    }
}

/// Headers and footers with their names.
pub(super) fn parts(document: &Document) -> Vec<(&'static str, String)> {
    let mut parts = vec![
        ("word/footer1.xml", footer(&page_number("FooterOdd"))),
        ("word/footer2.xml", footer(&page_number("FooterEven"))),
    ];
    if document.form == Form::Letter {
        parts.push(("word/footer3.xml", footer(&paragraph("FooterOdd", "", ""))));
        parts.push(("word/header1.xml", first_header()));
    }
    parts
}

/// `— 1 —`
fn page_number(style: &str) -> String {
    let runs = "<w:r><w:t xml:space=\"preserve\">— </w:t></w:r>\
                <w:r><w:fldChar w:fldCharType=\"begin\"/></w:r>\
                <w:r><w:instrText xml:space=\"preserve\"> PAGE </w:instrText></w:r>\
                <w:r><w:fldChar w:fldCharType=\"separate\"/></w:r><w:r><w:t>1</w:t></w:r>\
                <w:r><w:fldChar w:fldCharType=\"end\"/></w:r>\
                <w:r><w:t xml:space=\"preserve\"> —</w:t></w:r>";
    paragraph(style, "", runs)
}

fn footer(content: &str) -> String {
    format!("{DECLARATION}<w:ftr {NAMESPACE}>{content}</w:ftr>")
}

/// The second double line of a letter, thin above thick, at its place on the paper.
fn first_header() -> String {
    let line = double_line(LETTER_RULE_BOTTOM, ["4", "12"]);
    format!("{DECLARATION}<w:hdr {NAMESPACE}>{line}{}</w:hdr>", paragraph("Normal", "", ""))
}

/// Two red lines as the borders of a low frame: built-in double borders are drawn differently by different programs.
pub(super) fn double_line(y: u32, [upper, lower]: [&str; 2]) -> String {
    let frame = format!(
        "<w:framePr w:w=\"{LETTER_RULE}\" w:h=\"20\" w:hRule=\"exact\" w:wrap=\"around\" w:vAnchor=\"page\" \
         w:hAnchor=\"page\" w:x=\"{LETTER_RULE_LEFT}\" w:y=\"{y}\"/>\
         <w:pBdr><w:top w:val=\"single\" w:sz=\"{upper}\" w:space=\"0\" w:color=\"{RED}\"/>\
         <w:bottom w:val=\"single\" w:sz=\"{lower}\" w:space=\"0\" w:color=\"{RED}\"/></w:pBdr>\
         <w:spacing w:line=\"20\" w:lineRule=\"exact\"/>"
    );
    paragraph("LetterRule", &frame, "")
}

const NAMESPACE: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" \
xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"";
