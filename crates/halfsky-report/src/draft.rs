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

pub(crate) mod rates;
mod sentences;
mod target_table;

#[cfg(test)]
pub(crate) mod testing;

pub use material::{Issuing, Material};
pub use prepared::{Prepared, Published, View};
