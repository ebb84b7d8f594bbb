//! Documents: the text of a published plan becomes plans, clauses, targets and notes.
//!
//! Reading goes from large to small: text without its typing accidents, outline of plans, domains and
//! sections, clauses, quantities. Every step keeps where its words stand in the source text.

pub mod annex;
pub mod clause;
pub mod numeral;
pub mod passage;
pub mod quantity;

use crate::note::Note;
use crate::plan::Plan;

/// What was read from one document.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parsed {
    /// The plans it holds, in document order.
    pub plans: Vec<Plan>,
    /// Notes that belong to no plan (no plan found).
    pub notes: Vec<Note>,
}

/// Reads the plans of a document.
pub fn parse(_text: &str) -> Parsed {
    Parsed::default()
}
