//! 总览: where things stand and what needs somebody now.

mod grid;
pub(crate) mod home;
pub(crate) mod search;
pub(crate) mod tasks;
