//! Tests over the public surface: one binary.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stdout, reason = "a test that is skipped says so")]

mod documents;
mod drafts;
mod published_plans;
mod workbook;
