//! Tests over the public surface: one binary.

mod damage;
mod specimens;
