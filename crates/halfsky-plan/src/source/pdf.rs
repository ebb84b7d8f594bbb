//! PDF documents with a text layer: pages, reading order, paragraphs.
//!
//! A reader of our own, because what a plan needs of PDF is small and the libraries that read all of it cost minutes
//! of building. It never draws, runs or fetches anything.

use super::{Format, SourceError, SourceText, warning};
use crate::note::{Note, Span};

mod cmap;
mod content;
mod file;
mod filter;
mod font;
mod glyph_name;
mod layout;
mod object;
mod pages;
mod ruling;

use content::Reader;
use file::File;

/// Stands between two pages.
const PAGE_BREAK: &str = "\u{C}\n";

/// Reads the text of a document.
pub(super) fn read(bytes: &[u8]) -> Result<SourceText, SourceError> {
    let file = File::open(bytes);
    if *file.trailer.entry("Encrypt") != object::Object::Null {
        return Err(SourceError::Encrypted(Format::Pdf));
    }
    let pages = pages::find(&file)?;
    let mut reader = Reader::new(&file);
    let mut tally = Tally::default();
    let mut text = String::new();
    for (number, page) in pages.iter().enumerate() {
        let drawn = reader.page(&page.content(&file), &page.resources, page.quarters);
        if reader.is_spent() {
            let detail = format!("第 {} 页起内容过多", number + 1);
            return Err(SourceError::Excessive { format: Format::Pdf, detail });
        }
        tally.unreadable += drawn.unreadable;
        tally.images += drawn.images;
        let words = layout::text(drawn.glyphs, &drawn.rules);
        let letters = words.chars().filter(|c| !c.is_whitespace()).count();
        tally.letters += letters;
        if letters == 0 && drawn.images > 0 {
            tally.silent.push(number + 1);
        }
        if number > 0 {
            text.push_str(PAGE_BREAK);
        }
        text.push_str(&words);
    }
    tally.judge(pages.len())?;
    let notes = tally.notes(bytes);
    Ok(SourceText { text, format: Format::Pdf, encoding: None, notes })
}

/// What was seen on all pages.
#[derive(Debug, Default)]
struct Tally {
    letters: usize,
    unreadable: usize,
    images: usize,
    /// Pages with pictures and no text.
    silent: Vec<usize>,
}

impl Tally {
    /// Refuses a document whose text cannot be had.
    fn judge(&self, pages: usize) -> Result<(), SourceError> {
        if self.unreadable > self.letters {
            return Err(SourceError::Unsupported {
                found: "这份 PDF 的字体没有附带文字对照表",
                advice: "请上传 Word 原件（docx），或用原软件重新导出为带文字的 PDF",
            });
        }
        // A scan may carry page numbers or the mark of the scanner.
        let scan = self.images >= pages && self.letters < 12 * pages;
        if self.letters == 0 || scan { Err(SourceError::NoTextLayer) } else { Ok(()) }
    }

    fn notes(&self, bytes: &[u8]) -> Vec<Note> {
        let mut notes = Vec::new();
        let mut warn = |message: String, hint: &str| {
            notes.push(warning(Span::default(), message, hint.to_owned()));
        };
        if !self.silent.is_empty() {
            let pages: Vec<String> = self.silent.iter().take(20).map(ToString::to_string).collect();
            let message = format!("第 {} 页只有图片、没有文字层，没有读取", pages.join("、"));
            warn(message, "如这些页有正文，请先做文字识别（OCR），或上传 Word 原件");
        }
        if self.unreadable > 0 {
            let message = format!("有 {} 个字符的字体没有文字对照表，无法读取", self.unreadable);
            warn(message, "请对照原文核对，或上传 Word 原件");
        }
        let tail = bytes.get(bytes.len().saturating_sub(2048)..).unwrap_or_default();
        if !tail.windows(5).any(|part| part == b"%%EOF") {
            warn("文件没有正常结束，后面的内容可能缺失".to_owned(), "请重新下载或另存后再上传");
        }
        notes
    }
}
