//! The public surface of the plan stage.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod damage;
mod source;
mod specimens;
