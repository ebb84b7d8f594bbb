//! Files made for the tests: the smallest documents that real software would accept.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

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
            write!(body, "<w:tr>{cells}</w:tr>").unwrap();
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

/// How the text of a PDF is coded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PdfFont {
    /// 仿宋 by name, codes in UCS-2 (`UniGB-UCS2-H`).
    Ucs2,
    /// 仿宋 by name, codes in GBK (`GBK-EUC-H`).
    Gbk,
    /// Numbers of glyphs, with a map to Unicode.
    Identity,
}

impl PdfFont {
    fn encoded(self, text: &str) -> String {
        let bytes: Vec<u8> = match self {
            Self::Gbk => encoding_rs::GBK.encode(text).0.into_owned(),
            Self::Ucs2 => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
            Self::Identity => {
                text.encode_utf16().flat_map(|unit| (unit ^ 0x5555).to_be_bytes()).collect()
            }
        };
        bytes.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().concat()
    }

    fn font(self) -> &'static str {
        match self {
            Self::Ucs2 => "/Encoding /UniGB-UCS2-H",
            Self::Gbk => "/Encoding /GBK-EUC-H",
            Self::Identity => "/Encoding /Identity-H /ToUnicode 5 0 R",
        }
    }
}

/// Full width characters on a line, and lines on a page.
const COLUMNS: usize = 34;
const ROWS: usize = 30;

/// A PDF of the text: 14 points, paragraphs indented by two characters and broken at the margin.
pub(super) fn pdf(text: &str, font: PdfFont) -> Vec<u8> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    for paragraph in text.lines() {
        let (mut indent, mut width, mut line) = (2, 4, String::new());
        for c in paragraph.chars() {
            let columns = if c.is_ascii() { 1 } else { 2 };
            if width + columns > 2 * COLUMNS {
                lines.push((indent, std::mem::take(&mut line)));
                (indent, width) = (0, 0);
            }
            width += columns;
            line.push(c);
        }
        lines.push((indent, line));
    }
    let pages: Vec<String> = lines.chunks(ROWS).map(|rows| page(rows, font)).collect();
    let map =
        "1 begincodespacerange <0000> <FFFF> endcodespacerange\n".to_owned() + &identity_map(text);
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        String::new(),
        format!(
            "<< /Type /Font /Subtype /Type0 /BaseFont /FangSong_GB2312 /DescendantFonts [4 0 R] {} >>",
            font.font()
        ),
        "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /FangSong_GB2312 /DW 1000 \
         /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{map}\nendstream", map.len()),
    ];
    let mut kids = String::new();
    for content in pages {
        let number = objects.len() + 1;
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /Resources << /Font << /F1 3 0 R >> >> /Contents {} 0 R >>", number + 1
        ));
        objects.push(format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()));
        write!(kids, "{number} 0 R ").unwrap();
    }
    objects[1] = format!("<< /Type /Pages /Kids [{kids}] /MediaBox [0 0 595 842] >>");
    assemble(&objects)
}

fn page(rows: &[(usize, String)], font: PdfFont) -> String {
    let mut content = "BT /F1 14 Tf ".to_owned();
    for (row, (indent, line)) in rows.iter().enumerate() {
        write!(content, "1 0 0 1 {} {} Tm [", 60 + indent * 14, 780 - row * 24).unwrap();
        for c in line.chars() {
            // Numbers of glyphs are all as wide as a Chinese character: go half back after a narrow one.
            let back = if font == PdfFont::Identity && c.is_ascii() { "500" } else { "" };
            write!(content, "<{}> {back} ", font.encoded(&c.to_string())).unwrap();
        }
        content.push_str("] TJ\n");
    }
    content + "ET"
}

fn identity_map(text: &str) -> String {
    let mut units: Vec<u16> = text.encode_utf16().collect();
    units.sort_unstable();
    units.dedup();
    let mut map = String::new();
    for unit in units {
        writeln!(map, "1 beginbfchar <{:04X}> <{unit:04X}> endbfchar", unit ^ 0x5555).unwrap();
    }
    map
}

/// A page that is one picture.
pub(super) fn scanned_pdf() -> Vec<u8> {
    assemble(&[
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] >>".to_owned(),
        "<< /Type /Page /Resources << /XObject << /I 5 0 R >> >> /Contents 4 0 R >>".to_owned(),
        "<< /Length 30 >>\nstream\nq 500 0 0 700 0 0 cm /I Do Q   \nendstream".to_owned(),
        "<< /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray /Length 1 >>\nstream\nx\nendstream".to_owned(),
    ])
}

fn assemble(objects: &[String]) -> Vec<u8> {
    let mut file = "%PDF-1.4\n".to_owned();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (number, object) in (1..).zip(objects) {
        writeln!(table, "{:010} 00000 n ", file.len()).unwrap();
        write!(file, "{number} 0 obj\n{object}\nendobj\n").unwrap();
    }
    let start = file.len();
    write!(
        file,
        "{table}trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n",
        objects.len() + 1
    )
    .unwrap();
    file.into_bytes()
}
