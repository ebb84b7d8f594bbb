//! Word documents (docx): real styles, outline levels and tables, laid out by the numbers of [`crate::layout`].
//!
//! The parts are written here rather than by a library: odd and even footers, frames and the order of styles that
//! word processors insist on are what the layout consists of. No time and no chance enters the file.

mod body;
mod head;
mod section;
mod styles;
mod xml;

use crate::chart::put;
use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::document::{Block, Document, Form, Orientation, Paragraph};
use crate::fonts::Fonts;
use crate::layout::{Role, TYPE_WIDTH};
use crate::render::picture::{Picture, PictureError};

use body::{Body, Keep};
use section::{Section, Shape};
use xml::escape;

/// Why there is no file.
#[derive(Debug, thiserror::Error)]
pub enum DocxError {
    #[error("文书中有图，但没有可用的字体")]
    NoFonts,
    #[error(transparent)]
    Picture(#[from] PictureError),
    #[error("文件不能写成：{0}")]
    Package(#[from] zip::result::ZipError),
    #[error("文件不能写成：{0}")]
    Write(#[from] std::io::Error),
}

/// The bytes of a document. `fonts` are needed for charts alone.
pub fn docx(document: &Document, fonts: Option<&Fonts>) -> Result<Vec<u8>, DocxError> {
    let faces = Faces::of(document);
    let (text, pictures) = text(document, fonts)?;
    let mut package = Package::new();
    // only the parts that are there may be declared
    let first_page = if document.form == Form::Letter { FIRST_PAGE_TYPES } else { "" };
    let types = CONTENT_TYPES.replace("{FIRST_PAGE}", first_page);
    package.part("[Content_Types].xml", types.as_bytes())?;
    package.part("_rels/.rels", RELATIONSHIPS.as_bytes())?;
    package.part("docProps/core.xml", core(document).as_bytes())?;
    package.part("docProps/app.xml", APP.as_bytes())?;
    package.part("word/document.xml", text.as_bytes())?;
    package.part("word/styles.xml", styles::part(faces).as_bytes())?;
    package.part("word/settings.xml", SETTINGS.as_bytes())?;
    package.part("word/fontTable.xml", styles::font_table(faces).as_bytes())?;
    for (name, part) in section::parts(document) {
        package.part(name, part.as_bytes())?;
    }
    package.part("word/_rels/document.xml.rels", links(document, pictures.len()).as_bytes())?;
    for (number, picture) in (1..).zip(&pictures) {
        package.part(&format!("word/media/image{number}.png"), &picture.png)?;
    }
    package.finish()
}

/// The names of the faces written into a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Faces {
    /// As the standard names them.
    Gb2312,
    /// 仿宋 and 楷体: the text has characters that the `_GB2312` faces lack.
    Wide,
}

impl Faces {
    /// The names a document needs.
    pub fn of(document: &Document) -> Self {
        if rare(document).is_empty() { Self::Gb2312 } else { Self::Wide }
    }

    pub(crate) const fn name(self, role: Role) -> &'static str {
        match (self, role) {
            (Self::Wide, Role::Body) => "仿宋",
            (Self::Wide, Role::Kai) => "楷体",
            (_, role) => role.name(),
        }
    }
}

/// The Chinese characters of a document outside GB 2312, each once, in order.
pub fn rare(document: &Document) -> Vec<char> {
    let mut words: Vec<String> = document.paragraphs().map(Paragraph::text).collect();
    words.extend([document.title.clone(), document.addressee.clone()]);
    words.extend(document.signature.iter().map(|s| s.organ.clone()));
    for block in document.all_blocks() {
        match block {
            Block::Table(table) => words.extend(table.table.rows.iter().flatten().cloned()),
            Block::Heading(heading) => words.push(heading.text.clone()),
            Block::Chart(chart) => words.push(chart.caption.clone()),
            Block::Paragraph(_) => {}
        }
    }
    let han = |c: &char| ('\u{3400}'..='\u{9fff}').contains(c) || *c >= '\u{20000}';
    let mut found: Vec<char> = words.iter().flat_map(|w| w.chars()).filter(han).collect();
    found.sort_unstable();
    found.dedup();
    found.retain(|c| {
        let mut buffer = [0; 4];
        let (bytes, _, failed) = encoding_rs::GBK.encode(c.encode_utf8(&mut buffer));
        failed || bytes.iter().any(|byte| *byte < 0xA1)
    });
    found
}

/// The main part and the pictures in it.
fn text(document: &Document, fonts: Option<&Fonts>) -> Result<(String, Vec<Picture>), DocxError> {
    let mut body = Body::new(fonts);
    body.raw(&head::above(document));
    let mut shape = Shape::Upright;
    blocks(&mut body, &document.blocks, document, &mut shape)?;
    turn(&mut body, document, &mut shape, Shape::Upright);
    body.raw(&head::below(document));
    for (number, attachment) in (1..).zip(&document.attachments) {
        let mark = if document.attachments.len() == 1 {
            "附件".to_owned()
        } else {
            format!("附件{number}")
        };
        // a landscape first table has a page of its own: mark and title go there
        if attachment.blocks.iter().any(is_landscape) {
            turn(&mut body, document, &mut shape, Shape::Landscape);
            body.styled("AttachmentMark", &mark);
        } else {
            body.styled_on_new_page("AttachmentMark", &mark);
        }
        body.raw(&head::attachment_title(&attachment.title));
        blocks(&mut body, &attachment.blocks, document, &mut shape)?;
        turn(&mut body, document, &mut shape, Shape::Upright);
    }
    body.raw(&head::imprint(document));
    let (xml, pictures, last) = body.finish();
    // a document that ends in a landscape table must not end in an empty upright page
    let last = last.unwrap_or_else(|| Section::of(document, shape).properties());
    let main = format!("{DECLARATION}{DOCUMENT_START}{xml}{last}</w:body></w:document>");
    Ok((main, pictures))
}

/// Ends the section when the pages have to lie the other way.
fn turn(body: &mut Body<'_>, document: &Document, shape: &mut Shape, wanted: Shape) {
    if *shape != wanted {
        body.end_section(Section::of(document, *shape));
        *shape = wanted;
    }
}

fn is_landscape(block: &Block) -> bool {
    matches!(block, Block::Table(table) if table.orientation == Orientation::Landscape)
}

fn blocks(
    body: &mut Body<'_>,
    blocks: &[Block],
    document: &Document,
    shape: &mut Shape,
) -> Result<(), DocxError> {
    let signed = document.signature.is_some() && std::ptr::eq(blocks, document.blocks.as_slice());
    for (at, block) in blocks.iter().enumerate() {
        match block {
            Block::Table(table) if is_landscape(block) => {
                turn(body, document, shape, Shape::Landscape);
                body.table(table, shape.width());
            }
            // words about a landscape table stay on its page
            Block::Paragraph(paragraph) => {
                let last = signed && at + 1 == blocks.len();
                body.paragraph(paragraph, if last { Keep::WithNext } else { Keep::Free });
            }
            block => {
                let heads_table = matches!(block, Block::Heading(_))
                    && blocks.get(at + 1).is_some_and(is_landscape);
                let wanted = if heads_table { Shape::Landscape } else { Shape::Upright };
                turn(body, document, shape, wanted);
                match block {
                    Block::Heading(heading) => body.heading(heading),
                    Block::Table(table) => body.table(table, shape.width()),
                    Block::Chart(chart) => body.chart(chart, TYPE_WIDTH)?,
                    Block::Paragraph(_) => {}
                }
            }
        }
    }
    Ok(())
}

/// A zip archive without times.
struct Package(ZipWriter<Cursor<Vec<u8>>>);

impl Package {
    fn new() -> Self {
        Self(ZipWriter::new(Cursor::new(Vec::new())))
    }

    fn part(&mut self, name: &str, bytes: &[u8]) -> Result<(), DocxError> {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(DateTime::default());
        self.0.start_file(name, options)?;
        self.0.write_all(bytes)?;
        Ok(())
    }

    fn finish(self) -> Result<Vec<u8>, DocxError> {
        Ok(self.0.finish()?.into_inner())
    }
}

fn core(document: &Document) -> String {
    let author = document
        .signature
        .as_ref()
        .map(|s| s.organ.as_str())
        .or_else(|| document.byline.first().map(String::as_str))
        .unwrap_or_default();
    format!(
        "{DECLARATION}<cp:coreProperties \
         xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>{}</dc:title><dc:creator>{}</dc:creator>\
         <dc:description>{}</dc:description><dc:language>zh-CN</dc:language></cp:coreProperties>",
        escape(&document.title),
        escape(author),
        escape(&document.basis),
    )
}

fn links(document: &Document, pictures: usize) -> String {
    const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let mut links = format!(
        "{DECLARATION}<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
    );
    let mut link = |id: &str, kind: &str, target: &str| {
        put(
            &mut links,
            format_args!(
                "<Relationship Id=\"{id}\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\"/>"
            ),
        );
    };
    link("rStyles", "styles", "styles.xml");
    link("rSettings", "settings", "settings.xml");
    link("rFonts", "fontTable", "fontTable.xml");
    link("rOdd", "footer", "footer1.xml");
    link("rEven", "footer", "footer2.xml");
    if document.form == Form::Letter {
        link("rFirstFooter", "footer", "footer3.xml");
        link("rFirstHeader", "header", "header1.xml");
    }
    for number in 1..=pictures {
        link(&format!("rImage{number}"), "image", &format!("media/image{number}.png"));
    }
    links.push_str("</Relationships>");
    links
}

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

const DOCUMENT_START: &str = "<w:document \
xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" \
xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" \
xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\" \
xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" \
xmlns:pic=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"><w:body>";

const CONTENT_TYPES: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
<Default Extension=\"xml\" ContentType=\"application/xml\"/>\
<Default Extension=\"png\" ContentType=\"image/png\"/>\
<Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/>\
<Override PartName=\"/word/styles.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml\"/>\
<Override PartName=\"/word/settings.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.settings+xml\"/>\
<Override PartName=\"/word/fontTable.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.fontTable+xml\"/>\
<Override PartName=\"/word/footer1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml\"/>\
<Override PartName=\"/word/footer2.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml\"/>\
{FIRST_PAGE}\
<Override PartName=\"/docProps/core.xml\" ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/>\
<Override PartName=\"/docProps/app.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.extended-properties+xml\"/>\
</Types>";

const FIRST_PAGE_TYPES: &str = "\
<Override PartName=\"/word/footer3.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml\"/>\
<Override PartName=\"/word/header1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml\"/>";

const RELATIONSHIPS: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
<Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"word/document.xml\"/>\
<Relationship Id=\"r2\" Type=\"http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties\" Target=\"docProps/core.xml\"/>\
<Relationship Id=\"r3\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/extended-properties\" Target=\"docProps/app.xml\"/>\
</Relationships>";

const APP: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
<Properties xmlns=\"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties\">\
<Application>Halfsky</Application></Properties>";

const SETTINGS: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
<w:settings xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">\
<w:zoom w:percent=\"100\"/><w:defaultTabStop w:val=\"420\"/><w:evenAndOddHeaders/>\
<w:characterSpacingControl w:val=\"doNotCompress\"/>\
<w:compat><w:compatSetting w:name=\"compatibilityMode\" w:uri=\"http://schemas.microsoft.com/office/word\" w:val=\"15\"/></w:compat>\
<w:themeFontLang w:val=\"en-US\" w:eastAsia=\"zh-CN\"/></w:settings>";

#[cfg(test)]
mod tests;
