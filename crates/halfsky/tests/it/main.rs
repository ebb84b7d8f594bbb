//! The house as a whole: its rules, its commands, its example.

mod tidy;
