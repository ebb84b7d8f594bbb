//! Source: the bytes of an uploaded file become the text that every span points into.
//!
//! Owns the recognition of file formats and encodings and what each reader may cost. Characters stay as
//! printed (full-width digits, odd spaces); making sense of them is the work of [`crate::document`].
//! A reader returns text or a plain error and never panics.

use crate::note::{Note, Severity, Span};

mod archive;
mod docx;
mod error;
mod html;
mod markdown;
mod numeral;
mod pdf;
mod radical;
mod sniff;
mod table;
mod txt;

pub use error::SourceError;

/// The largest file that is read.
pub const LARGEST_FILE: usize = 64 * 1024 * 1024;

/// The formats a plan can be read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    Txt,
    Markdown,
    Html,
    Docx,
    Pdf,
}

impl Format {
    /// All formats, in the order they are offered to people.
    pub const ALL: [Self; 5] = [Self::Docx, Self::Pdf, Self::Html, Self::Markdown, Self::Txt];

    /// The code used in data.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Txt => "txt",
            Self::Markdown => "md",
            Self::Html => "html",
            Self::Docx => "docx",
            Self::Pdf => "pdf",
        }
    }

    /// The format of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|f| f.code() == code)
    }

    /// The words shown to people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Txt => "纯文本",
            Self::Markdown => "Markdown 文本",
            Self::Html => "网页",
            Self::Docx => "Word 文档（docx）",
            Self::Pdf => "PDF 文档",
        }
    }
}

/// The text of a file and how it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceText {
    /// Lines end in `\n`; a table row is one line with TAB between its cells; a form feed stands on a line
    /// of its own between the pages of a PDF.
    pub text: String,
    pub format: Format,
    /// Name of the character encoding; None where the format fixes it.
    pub encoding: Option<&'static str>,
    /// What a person should know about the reading.
    pub notes: Vec<Note>,
}

/// Reads the text of a file. The name only serves as a hint: what the bytes are decides.
pub fn read(bytes: &[u8], name: &str) -> Result<SourceText, SourceError> {
    if bytes.len() > LARGEST_FILE {
        return Err(SourceError::TooLarge { megabytes: bytes.len().div_ceil(1024 * 1024) });
    }
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(SourceError::Empty);
    }
    let hint = sniff::hinted(name);
    let mut source = match sniff::container(bytes, hint)? {
        Some(sniff::Container::Docx) => cleaned(docx::read(bytes)?),
        Some(sniff::Container::Pdf) => cleaned(pdf::read(bytes)?),
        None => read_text(bytes, hint)?,
    };
    source.text = radical::unified(source.text);
    if source.text.trim().is_empty() {
        return Err(SourceError::Empty);
    }
    if let Some(hint) = hint.filter(|hint| !alike(*hint, source.format)) {
        let message = format!("文件扩展名像是{}，内容却是{}", hint.label(), source.format.label());
        source
            .notes
            .push(info(message, "已按内容读取；如结果不对，请核对是否选错了文件".to_owned()));
    }
    Ok(source)
}

/// Text that was decoded and not looked into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlainText {
    /// Lines end in `\n`; a byte order mark is gone.
    pub text: String,
    /// Characters that could not be read; each stands as U+FFFD.
    pub lost: usize,
}

/// The text of bytes that hold a plain table (csv), in whatever encoding Chinese offices write.
pub fn plain_text(bytes: &[u8]) -> Result<PlainText, SourceError> {
    if bytes.len() > LARGEST_FILE {
        return Err(SourceError::TooLarge { megabytes: bytes.len().div_ceil(1024 * 1024) });
    }
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(SourceError::Empty);
    }
    let decoded = txt::decode(bytes, None)?;
    Ok(PlainText { text: decoded.text, lost: decoded.lost })
}

/// Reads bytes that are text in some encoding.
fn read_text(bytes: &[u8], hint: Option<Format>) -> Result<SourceText, SourceError> {
    let decoded = txt::decode(bytes, html::declared_encoding(bytes))?;
    let format = sniff::text_format(&decoded.text, hint);
    let (encoding, lost) = (decoded.encoding, decoded.lost);
    let mut notes = Vec::new();
    let text = match format {
        // References such as `&#13;` may bring control characters back.
        Format::Html => txt::without_controls(html::read(&decoded.text, &mut notes).into()),
        Format::Markdown => txt::without_controls(markdown::read(&decoded.text).into()),
        _ => decoded.text,
    };
    notes.extend(txt::losses(lost, encoding, &text));
    Ok(SourceText { text, format, encoding: Some(encoding), notes })
}

/// A text without control characters; no note points into it yet.
fn cleaned(source: SourceText) -> SourceText {
    SourceText { text: txt::without_controls(source.text.into()), ..source }
}

/// Markdown is plain text too: calling one the other misleads nobody.
fn alike(hint: Format, found: Format) -> bool {
    let plain = |f| matches!(f, Format::Txt | Format::Markdown);
    hint == found || (plain(hint) && plain(found))
}

/// A note about the whole reading, told for completeness.
fn info(message: String, hint: String) -> Note {
    Note { span: Span::default(), severity: Severity::Info, message, hint }
}

/// A note about a doubt in the reading.
fn warning(span: Span, message: String, hint: String) -> Note {
    Note { span, severity: Severity::Warning, message, hint }
}
