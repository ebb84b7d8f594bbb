//! One file per format that leaves.

pub mod csv;
pub mod html;
pub mod json;
pub mod text;
pub mod xlsx;
