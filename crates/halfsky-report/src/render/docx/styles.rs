//! Styles: one for each part of a document, in the order the schema asks for.

use crate::chart::put;
use crate::layout::{
    CHARACTER_SPACING, FOOT_INDENT, FOOTER_LINE, INDENT, LINE, ONE_CHARACTER, RED, Role, SIZE_BODY,
    SIZE_FOOT, SIZE_ISSUER, SIZE_ISSUER_LETTER, SIZE_NOTE, SIZE_TABLE, SIZE_TITLE,
};

use super::{DECLARATION, Faces};

/// A paragraph style.
struct Style {
    id: &'static str,
    /// As the style list of a word processor shows it.
    name: &'static str,
    role: Role,
    size: u32,
    /// Exact height of a line; 0: as high as its words.
    line: u32,
    /// Paragraph properties between the spacing and the alignment.
    indent: String,
    align: &'static str,
    /// Space above and below.
    around: (u32, u32),
    colour: Option<&'static str>,
    /// From 0; None for text.
    outline: Option<u8>,
    keep: &'static str,
    /// Added to each character.
    tracking: i32,
}

impl Style {
    fn new(id: &'static str, name: &'static str, role: Role, size: u32) -> Self {
        Self {
            id,
            name,
            role,
            size,
            line: LINE,
            indent: String::new(),
            align: "left",
            around: (0, 0),
            colour: None,
            outline: None,
            keep: "",
            tracking: 0,
        }
    }

    fn line(self, line: u32) -> Self {
        Self { line, ..self }
    }

    fn centred(self) -> Self {
        Self { align: "center", ..self }
    }

    fn aligned(self, align: &'static str) -> Self {
        Self { align, ..self }
    }

    fn around(self, above: u32, below: u32) -> Self {
        Self { around: (above, below), ..self }
    }

    fn red(self) -> Self {
        Self { colour: Some(RED), ..self }
    }

    fn tracked(self) -> Self {
        Self { tracking: CHARACTER_SPACING, ..self }
    }

    fn kept(self) -> Self {
        Self { keep: "<w:keepNext/><w:keepLines/>", ..self }
    }

    /// The first line begins two characters in.
    fn indented(self) -> Self {
        let indent = format!("<w:ind w:firstLine=\"{INDENT}\" w:firstLineChars=\"200\"/>");
        Self { indent, ..self }
    }

    fn ind(self, indent: String) -> Self {
        Self { indent, ..self }
    }

    fn outlined(self, level: u8) -> Self {
        Self { outline: Some(level), ..self }
    }

    fn xml(&self, faces: Faces) -> String {
        let spacing = match self.line {
            0 => "w:line=\"240\" w:lineRule=\"auto\"".to_owned(),
            line => format!("w:line=\"{line}\" w:lineRule=\"exact\""),
        };
        let (above, below) = self.around;
        let outline =
            self.outline.map(|l| format!("<w:outlineLvl w:val=\"{l}\"/>")).unwrap_or_default();
        let colour = self.colour.map(|c| format!("<w:color w:val=\"{c}\"/>")).unwrap_or_default();
        let tracking = if self.tracking == 0 {
            String::new()
        } else {
            format!("<w:spacing w:val=\"{}\"/>", self.tracking)
        };
        let based = if self.id == "Normal" { "" } else { "<w:basedOn w:val=\"Normal\"/>" };
        let default = if self.id == "Normal" { " w:default=\"1\"" } else { "" };
        format!(
            "<w:style w:type=\"paragraph\"{default} w:styleId=\"{}\"><w:name w:val=\"{}\"/>{based}<w:qFormat/>\
             <w:pPr>{}<w:spacing w:before=\"{above}\" w:after=\"{below}\" {spacing}/>{}<w:jc w:val=\"{}\"/>{outline}</w:pPr>\
             <w:rPr>{}{colour}{tracking}<w:sz w:val=\"{}\"/><w:szCs w:val=\"{}\"/></w:rPr></w:style>",
            self.id,
            self.name,
            self.keep,
            self.indent,
            self.align,
            fonts(faces.name(self.role)),
            self.size,
            self.size,
        )
    }
}

fn fonts(name: &str) -> String {
    format!(
        "<w:rFonts w:ascii=\"{name}\" w:eastAsia=\"{name}\" w:hAnsi=\"{name}\" w:cs=\"{name}\"/>"
    )
}

/// The styles of every document.
fn styles() -> Vec<Style> {
    let body = |id, name, role| Style::new(id, name, role, SIZE_BODY);
    let heading = |id, name, role, level| {
        body(id, name, role).tracked().indented().kept().outlined(level).aligned("left")
    };
    let foot = |id, name, align| {
        let side = if align == "right" { "right" } else { "left" };
        Style::new(id, name, Role::Song, SIZE_FOOT)
            .line(FOOTER_LINE)
            .ind(format!("<w:ind w:{side}=\"{FOOT_INDENT}\"/>"))
            .aligned(align)
    };
    vec![
        body("Normal", "Normal", Role::Body),
        body("BodyText", "Body Text", Role::Body).tracked().indented().aligned("both"),
        Style::new("Title", "Title", Role::Title, SIZE_TITLE).line(700).centred().kept(),
        body("Byline", "题下署名", Role::Kai).around(0, 0).centred(),
        heading("Heading1", "heading 1", Role::Hei, 0),
        heading("Heading2", "heading 2", Role::Kai, 1),
        heading("Heading3", "heading 3", Role::Body, 2),
        heading("Heading4", "heading 4", Role::Body, 3),
        body("Addressee", "主送机关", Role::Body).around(LINE, 0),
        Style::new("Issuer", "发文机关标志", Role::Title, SIZE_ISSUER).line(920).centred().red(),
        Style::new("IssuerLetter", "发文机关标志（信函）", Role::Title, SIZE_ISSUER_LETTER)
            .line(0)
            .centred()
            .red(),
        Style::new("LetterRule", "信函双红线", Role::Body, 2).line(20),
        body("Urgency", "紧急程度", Role::Hei),
        body("DocumentNumber", "发文字号", Role::Body).line(ONE_CHARACTER).around(2 * LINE, 0),
        body("DocumentNumberLetter", "发文字号（信函）", Role::Body)
            .line(ONE_CHARACTER)
            .aligned("right"),
        body("AttachmentList", "附件说明", Role::Body),
        body("Signature", "署名和成文日期", Role::Body),
        body("Remark", "附注", Role::Body).indented(),
        body("AttachmentMark", "附件标记", Role::Hei),
        Style::new("AttachmentTitle", "附件标题", Role::Title, SIZE_TITLE)
            .line(700)
            .centred()
            .around(LINE, LINE / 2),
        Style::new("Imprint", "版记", Role::Body, SIZE_FOOT).line(0).around(60, 60),
        Style::new("Anchor", "框架锚点", Role::Body, 2).line(20),
        Style::new("Caption", "caption", Role::Hei, SIZE_TABLE)
            .line(0)
            .centred()
            .around(160, 80)
            .kept(),
        Style::new("Figure", "图", Role::Song, SIZE_TABLE).line(0).centred().around(160, 0).kept(),
        Style::new("FigureCaption", "图题", Role::Hei, SIZE_TABLE)
            .line(0)
            .centred()
            .around(40, 160),
        Style::new("TableHead", "表头", Role::Hei, SIZE_TABLE).line(0).centred().around(40, 40),
        Style::new("TableText", "表格文字", Role::Song, SIZE_TABLE).line(0).around(30, 30),
        Style::new("TableNumber", "表格数字", Role::Song, SIZE_TABLE)
            .line(0)
            .aligned("right")
            .around(30, 30),
        Style::new("TableNote", "表注", Role::Song, SIZE_NOTE).line(0).around(40, 80),
        foot("FooterOdd", "页码（单页）", "right"),
        foot("FooterEven", "页码（双页）", "left"),
    ]
}

/// `styles.xml`
pub(super) fn part(faces: Faces) -> String {
    let mut xml = format!(
        "{DECLARATION}<w:styles xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">\
         <w:docDefaults><w:rPrDefault><w:rPr>{}<w:sz w:val=\"{SIZE_BODY}\"/><w:szCs w:val=\"{SIZE_BODY}\"/>\
         <w:lang w:val=\"en-US\" w:eastAsia=\"zh-CN\" w:bidi=\"ar-SA\"/></w:rPr></w:rPrDefault>\
         <w:pPrDefault><w:pPr><w:autoSpaceDE w:val=\"0\"/><w:autoSpaceDN w:val=\"0\"/><w:snapToGrid w:val=\"0\"/></w:pPr></w:pPrDefault></w:docDefaults>",
        fonts(faces.name(Role::Body))
    );
    for style in styles() {
        xml.push_str(&style.xml(faces));
    }
    put(
        &mut xml,
        format_args!(
            "<w:style w:type=\"character\" w:styleId=\"Signer\"><w:name w:val=\"签发人姓名\"/><w:rPr>{}</w:rPr></w:style>",
            fonts(faces.name(Role::Kai))
        ),
    );
    let line = |side: &str| {
        format!("<w:{side} w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"auto\"/>")
    };
    let lines: String = ["top", "left", "bottom", "right", "insideH", "insideV"].map(line).concat();
    put(
        &mut xml,
        format_args!(
            "<w:style w:type=\"table\" w:styleId=\"TableGrid\"><w:name w:val=\"Table Grid\"/><w:tblPr><w:tblBorders>{lines}\
         </w:tblBorders><w:tblCellMar><w:left w:w=\"60\" w:type=\"dxa\"/><w:right w:w=\"60\" w:type=\"dxa\"/></w:tblCellMar>\
         </w:tblPr></w:style></w:styles>"
        ),
    );
    xml
}

/// `fontTable.xml`: every face that is named.
pub(super) fn font_table(faces: Faces) -> String {
    let fonts: String = Role::ALL
        .map(|role| {
            format!("<w:font w:name=\"{}\"><w:charset w:val=\"86\"/></w:font>", faces.name(role))
        })
        .concat();
    format!(
        "{DECLARATION}<w:fonts xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">{fonts}</w:fonts>"
    )
}
