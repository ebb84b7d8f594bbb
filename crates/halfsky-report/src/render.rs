//! One file per format that leaves.

pub mod csv;
pub mod docx;
pub mod html;
pub mod json;
pub mod pdf;
pub mod picture;
pub mod text;
pub mod xlsx;
