//! 监测: who is responsible for what and who may act for whom, what units report, and how a report becomes
//! published figures.
//!
//! Never judges whether a target is attained.

pub mod validity;
pub mod unit;
pub mod organ;
pub mod role;
pub mod appointment;
pub mod password;
pub mod lockout;
pub mod people_list;
pub mod organisation;
pub mod allocation;
pub mod period;
pub mod definition;
pub mod card;
pub mod formula;
pub mod observation;
pub mod item;
pub mod data_set;
pub mod entry_text;
pub mod reporting;
pub mod unit_form;
pub mod text_report;
pub mod round;
pub mod calendar;
pub mod workbook;
pub mod validation;
pub mod submission;
pub mod board;
pub mod observe;
pub mod comparison;
pub mod names;
pub mod threads;
pub mod progress;
pub mod missing;
pub mod long_table;
pub mod edition;
pub mod suppression;
pub mod series;
pub mod disaggregation;
pub mod imagined;
pub mod testing;
