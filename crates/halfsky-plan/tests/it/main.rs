//! The public surface of the plan stage.

mod source;
mod specimens;
