//! Clause: the targets a clause states.
//!
//! Owns the reading of one clause's words; never sees the rest of the document.

use crate::note::Note;
use crate::period::PlanPeriod;
use crate::plan::{Beneficiary, Section};
use crate::target::Target;

/// What a clause's words cannot tell: the plan and the place it stands in.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    pub period: PlanPeriod,
    pub beneficiary: Beneficiary,
    pub section: Section,
    pub domain: &'a str,
}

/// The targets of a clause; spans are byte ranges of the text that was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reading {
    pub targets: Vec<Target>,
    pub notes: Vec<Note>,
}

/// Reads the targets of one clause (normalised text, without its number).
pub fn read_targets(_text: &str, _context: &Context<'_>) -> Reading {
    Reading::default()
}
