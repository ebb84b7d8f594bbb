//! The public surface of the plan stage.

mod damage;
mod source;
mod specimens;
