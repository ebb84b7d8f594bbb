//! 评估: is a target attained, and how far is it?
//!
//! Judges figures against targets; never words a sentence for a reader.

pub mod attainment;
