//! Drafts (文稿): what the office hands in, made from a published edition and an evaluation.
//!
//! Nothing is judged here. Where there is no figure there is no sentence about one: it is said that it is missing.

pub mod annual;
pub mod assessment;
pub mod brief;
pub mod material;
pub mod official;
pub mod prepared;
pub mod supervision_letter;
pub mod unit_report;
pub mod yearbook_document;

mod kind;

pub(crate) mod rates;
mod sentences;
mod target_table;

#[cfg(test)]
pub(crate) mod testing;

pub use kind::{Detail, Details, draft};
pub use material::{Issuing, Material};
pub use prepared::{Prepared, Published, View};

use crate::template::TemplateError;
use supervision_letter::NothingToSay;

/// Why a document cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DraftError {
    /// A standing paragraph of the region cannot be used.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// A letter without a reason.
    #[error(transparent)]
    NothingToSay(#[from] NothingToSay),
    /// The plan gives a unit nothing to do.
    #[error("规划没有给“{unit}”分配目标；有分工的单位：{}", .known.join("、"))]
    NoDuty { unit: String, known: Vec<String> },
    /// Something only a person knows is not given.
    #[error("没有写明{0}")]
    Lacking(&'static str),
}
