//! 监测: who is responsible for what.
//!
//! Never judges whether a target is attained.

pub mod organisation;
pub mod allocation;
