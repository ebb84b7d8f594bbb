//! 监测: who is responsible for what, what they report, and how a report becomes published figures.
//!
//! Never judges whether a target is attained.

mod coded;
pub mod organisation;
pub mod allocation;
pub mod period;
pub mod definition;
pub mod formula;
pub mod observation;
pub mod item;
pub mod data_set;
pub mod entry_text;
pub mod reporting;
pub mod text_report;
pub mod round;
pub mod calendar;
pub mod workbook;
pub mod validation;
pub mod submission;
pub mod board;
pub mod observe;
pub mod missing;
pub mod edition;
pub mod suppression;
pub mod series;
pub mod disaggregation;
