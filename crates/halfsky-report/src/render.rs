//! One file per format that leaves.

pub mod csv;
pub mod json;
pub mod text;
pub mod xlsx;
