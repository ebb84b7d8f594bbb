//! Plans and their versions: save, load, list, correct, confirm.
//!
//! The rules of a version (what may be corrected, when it may be confirmed) live in `halfsky_plan::version`;
//! the store keeps the outcome, and refuses when somebody else was faster.

mod find;
mod json;
mod linked;
mod load;
mod summary;
mod tables;
mod write;

use halfsky_plan::ref_area::RefArea;
use halfsky_plan::version::{PlanId, PlanVersion};
use jiff::Timestamp;

pub use find::{PlanFilter, PlanSort, count, find, in_force};
pub use linked::{LinkedTarget, count_linked, linked_in_force, linked_to};
pub use load::load;
pub use summary::{PlanSummary, drafts, due_in, first_year, list, versions};
pub use write::{
    confirm, discard, find_plan, insert_draft, next_number, save_corrections, undo_correction,
};

/// Which version of which plan.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct VersionKey {
    pub ref_area: RefArea,
    pub plan_id: PlanId,
    pub number: u32,
}

impl VersionKey {
    /// The key of a version.
    pub fn of(version: &PlanVersion) -> Self {
        Self {
            ref_area: version.ref_area.clone(),
            plan_id: version.plan_id.clone(),
            number: version.number,
        }
    }

    /// The version's name in audit entries.
    pub fn object(&self) -> String {
        format!("plan {}/{}", self.plan_id.0, self.number)
    }
}

/// When something was done, and by whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    pub at: Timestamp,
    pub by: String,
}

/// A version with what only the store knows of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredVersion {
    pub version: PlanVersion,
    /// Grows with every change. A form carries it, and hands it back when it saves: what changed in
    /// between is then a conflict instead of a loss.
    pub revision: i64,
    pub imported: Stamp,
    /// When it was confirmed or discarded.
    pub decided: Option<Stamp>,
}
