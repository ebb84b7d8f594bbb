//! The public surface of the plan stage.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod annexes;
mod damage;
mod duties;
mod example;
mod source;
mod specimens;
mod targets;
mod whole_plans;
