//! Files made for the tests: the smallest documents that real software would accept.

use std::io::{Cursor, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

pub(super) const TRANSITIONAL: &str =
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
pub(super) const STRICT: &str = "http://purl.oclc.org/ooxml/wordprocessingml/main";

/// A zip archive of the given parts.
pub(super) fn zip(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A part of a document around its content; `w` is the name space of words.
pub(super) fn part(root: &str, space: &str, content: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<w:{root} xmlns:w=\"{space}\" \
         xmlns:m=\"http://schemas.openxmlformats.org/officeDocument/2006/math\" \
         xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\" \
         xmlns:v=\"urn:schemas-microsoft-com:vml\" xmlns:wps=\"urn:wps\">{content}</w:{root}>"
    )
}

/// A document of one body, with numbering and styles where given.
pub(super) fn docx(body: &str, numbering: &str, styles: &str) -> Vec<u8> {
    let document = part("document", TRANSITIONAL, &format!("<w:body>{body}<w:sectPr/></w:body>"));
    let numbering = part("numbering", TRANSITIONAL, numbering);
    let styles = part("styles", TRANSITIONAL, styles);
    zip(&[
        ("[Content_Types].xml", CONTENT_TYPES.as_bytes()),
        ("_rels/.rels", RELATIONS.as_bytes()),
        ("word/document.xml", document.as_bytes()),
        ("word/numbering.xml", numbering.as_bytes()),
        ("word/styles.xml", styles.as_bytes()),
    ])
}

/// A document with one paragraph per line; a line with TAB becomes a row of a table.
pub(super) fn docx_of_text(text: &str) -> Vec<u8> {
    let mut body = String::new();
    let mut table = false;
    for line in text.lines() {
        let row = line.contains('\t');
        if row != table {
            body.push_str(if row { "<w:tbl>" } else { "</w:tbl>" });
            table = row;
        }
        if row {
            let cell = |cell| format!("<w:tc>{}</w:tc>", paragraph(cell));
            let cells: String = line.split('\t').map(cell).collect();
            body.push_str(&format!("<w:tr>{cells}</w:tr>"));
        } else {
            body.push_str(&paragraph(line));
        }
    }
    body.push_str(if table { "</w:tbl>" } else { "" });
    docx(&body, "", "")
}

/// A paragraph of one run.
pub(super) fn paragraph(text: &str) -> String {
    format!("<w:p><w:r><w:t xml:space=\"preserve\">{}</w:t></w:r></w:p>", escaped(text))
}

pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

const CONTENT_TYPES: &str = "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
<Default Extension=\"xml\" ContentType=\"application/xml\"/>\
<Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/></Types>";
const RELATIONS: &str = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
<Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"word/document.xml\"/></Relationships>";
