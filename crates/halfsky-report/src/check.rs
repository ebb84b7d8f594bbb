//! Checker (格式检查): measures a docx against the numbers of GB/T 9704-2012 and lists what deviates.
//!
//! It reads what is written in the file; what a page really looks like also depends on the faces it is shown with.

mod measured;
mod reading;

mod addressee;
mod attachments;
mod body;
mod date;
mod footer;
mod head;
mod imprint;
mod levels;
mod number;
mod page;
mod signature;
mod title;

#[cfg(test)]
mod testing;

use measured::Measured;

/// Something that is not as the standard says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deviation {
    /// Clause of the standard.
    pub clause: &'static str,
    /// What was measured: `正文第3段“……”`.
    pub place: String,
    pub found: String,
    pub wanted: String,
}

/// What was measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// As the program recognised the document: `信函`, `公文`, `报告类文书`.
    pub form: &'static str,
    pub paragraphs: usize,
    pub deviations: Vec<Deviation>,
}

/// The file is no document that can be measured.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("不能检查：{0}。请用Word或WPS打开后另存为docx，再检查")]
pub struct Unreadable(pub String);

/// One rule: one file.
type Rule = fn(&Measured) -> Vec<Deviation>;

const RULES: [Rule; 12] = [
    page::check,
    head::check,
    number::check,
    title::check,
    addressee::check,
    body::check,
    levels::check,
    attachments::check,
    signature::check,
    date::check,
    footer::check,
    imprint::check,
];

/// Measures a document.
pub fn check(bytes: &[u8]) -> Result<Checked, Unreadable> {
    let measured = reading::read(bytes)?;
    Ok(Checked {
        form: measured.form().label(),
        paragraphs: measured.lines.len(),
        deviations: RULES.iter().flat_map(|rule| rule(&measured)).collect(),
    })
}

/// A finding about a place.
fn deviation(
    clause: &'static str,
    place: impl Into<String>,
    found: impl Into<String>,
    wanted: impl Into<String>,
) -> Deviation {
    Deviation { clause, place: place.into(), found: found.into(), wanted: wanted.into() }
}
