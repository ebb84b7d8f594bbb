//! 规划: a published plan document becomes clauses, targets and notes.
//!
//! Owns the vocabulary that every later stage reads (figure, period, reference area, indicator, plan)
//! and the reading of foreign documents. It never fails on a document a person wrote: what is not
//! understood becomes a [`note::Note`].

pub mod coded;
pub mod figure;
pub mod period;
pub mod ref_area;
pub mod unit;
pub mod comparator;
pub mod note;
pub mod indicator;
pub mod target;
pub mod plan;
pub mod source;
pub mod document;
pub mod matching;
pub mod version;
pub mod revision;
pub mod alignment;

#[cfg(test)]
mod testing;
