//! PDF: the same document, set by typst as a library, tagged for screen readers.
//!
//! The text never becomes markup: it goes into the template as data.

mod data;
mod world;

use typst::foundations::Smart;
use typst_layout::PagedDocument;
use typst_pdf::PdfOptions;

use crate::document::Document;
use crate::fonts::Fonts;

use world::Desk;

/// How many runs a memoised layout is kept for.
const KEPT: usize = 2;

/// A PDF and what its reader has to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pdf {
    pub bytes: Vec<u8>,
    pub pages: usize,
    /// Replaced faces and missing characters, one sentence each.
    pub remarks: Vec<String>,
}

/// Why there is no PDF.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("PDF不能生成：{0}")]
pub struct PdfError(String);

/// Forgets every memoised layout: the next document is set as the first one.
pub fn forget() {
    typst::comemo::evict(0);
}

/// Sets a document.
pub fn pdf(document: &Document, fonts: &Fonts) -> Result<Pdf, PdfError> {
    let told = |errors: &[typst::diag::SourceDiagnostic]| {
        PdfError(errors.iter().map(|e| e.message.to_string()).collect::<Vec<_>>().join("；"))
    };
    let desk = Desk::new(data::files(document, fonts), fonts);
    let compiled = typst::compile::<PagedDocument>(&desk);
    let set = compiled.output.map_err(|errors| told(&errors))?;
    if !compiled.warnings.is_empty() {
        return Err(told(&compiled.warnings));
    }
    let options = PdfOptions {
        ident: Smart::Custom(document.title.clone()),
        creator: Smart::Custom(Some("Halfsky".to_owned())),
        ..PdfOptions::default()
    };
    let bytes = typst_pdf::pdf(&set, &options).map_err(|errors| told(&errors))?;
    typst::comemo::evict(KEPT);
    let missing = fonts.missing(&data::words(document));
    let mut remarks: Vec<String> = fonts.remark().into_iter().collect();
    if !missing.is_empty() {
        let missing: Vec<String> = missing.iter().map(char::to_string).collect();
        remarks.push(format!("字体中没有这些字，PDF中不能显示：{}。", missing.join("、")));
    }
    Ok(Pdf { bytes, pages: set.pages().len(), remarks })
}
