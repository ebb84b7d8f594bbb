//! Documents: the text of a published plan becomes plans, clauses, targets and notes.
//!
//! Reading goes from large to small: text without its typing accidents, outline of plans, domains and
//! sections, clauses, quantities. Every step keeps where its words stand in the source text.

pub mod annex;
pub mod assemble;
mod assignment;
mod baseline;
mod calendar;
pub mod clause;
pub mod combined;
mod counting;
mod coverage;
pub mod deadline;
mod direction;
mod eligible;
pub mod heading;
mod layout;
pub mod line;
pub mod marker;
mod measured;
pub mod noise;
pub mod numeral;
pub mod outline;
pub mod parents;
pub mod passage;
mod plausible;
mod polarity;
mod predicate;
mod qualitative;
pub mod quantity;
mod relative;
mod restore;
mod share;
pub mod split;
mod statement;
mod subject;
pub mod text;
pub mod title;
mod words;

use crate::note::{Note, Severity, Span};
use crate::plan::Plan;

/// What was read from one document.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parsed {
    /// The plans it holds, in document order.
    pub plans: Vec<Plan>,
    /// Notes that belong to no plan (no plan found).
    pub notes: Vec<Note>,
}

/// Reads the plans of a document; whatever it holds, this returns.
pub fn parse(source: &str) -> Parsed {
    let passage = text::normalise(source, 0..source.len(), text::Spaces::Dropped);
    let simple = text::simplified::simplify(passage.text());
    let words = simple.as_deref().unwrap_or(passage.text());
    let document = assemble::Document { source, passage: &passage, words };
    let lines = line::split(words);
    let mut parsed = Parsed::default();
    for draft in outline::read(words, &lines) {
        for (beneficiary, part) in combined::by_beneficiary(words, draft) {
            parsed.plans.push(assemble::assemble(document, &part, beneficiary));
        }
    }
    if parsed.plans.is_empty() {
        parsed.notes.push(nothing_found(source));
    }
    parsed
}

fn nothing_found(source: &str) -> Note {
    Note {
        span: Span::new(0, source.len()),
        severity: Severity::Error,
        message: "没有找到规划：全文没有“主要目标”“策略措施”等分节标题和发展领域标题。".to_owned(),
        hint: "请确认文件是妇女发展规划或儿童发展规划的全文；如为扫描件，请先做文字识别。"
            .to_owned(),
    }
}
