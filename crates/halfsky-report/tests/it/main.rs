//! Tests over the public surface: one binary.

mod published_plans;
