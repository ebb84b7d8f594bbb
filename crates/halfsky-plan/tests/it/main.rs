//! The public surface of the plan stage.

mod duties;
mod source;
