//! Annex: tables, assignments, duties and past figures complete a plan whose clauses are read.
//!
//! Owns what stands beside the clauses; never changes the outline.

use super::passage::Passage;
use crate::plan::{ClausePlace, Plan};

/// What the outline hands over, besides the plan itself; passages turn ranges into source spans.
#[derive(Debug, Default)]
pub struct AnnexInput {
    /// The text before the first domain (序言, 指导思想 …), one passage a paragraph.
    pub preamble: Vec<Passage>,
    /// Every clause of the plan with the words it was read from (equal to `Clause::text`), document order.
    pub clauses: Vec<(ClausePlace, Passage)>,
    /// Tables met anywhere in the plan and everything behind its last chapter, document order.
    pub regions: Vec<Region>,
}

/// A run of lines that belong to no clause: a table in the text, or the annexes behind the last chapter.
#[derive(Debug, Default)]
pub struct Region {
    /// One passage a line: cells separated by a TAB, spaces kept, empty lines left out.
    pub lines: Vec<Passage>,
}

/// Completes a plan from the text around its clauses: `table_targets`, `assignments`, `calendar`,
/// `baseline`, and what tables add to the targets of clauses; doubts go to `plan.notes`.
pub fn complete(_plan: &mut Plan, _input: &AnnexInput) {}
