//! One file per format that leaves.

pub mod json;
pub mod text;
