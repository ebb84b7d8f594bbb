//! 总览: where things stand and what needs somebody now.

pub(crate) mod home;
