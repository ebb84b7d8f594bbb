//! 总览: where things stand and what needs somebody now.

pub(crate) mod home;
pub(crate) mod search;
pub(crate) mod tasks;
