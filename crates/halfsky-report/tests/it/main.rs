//! Tests over the public surface: one binary.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod published_plans;
mod workbook;
