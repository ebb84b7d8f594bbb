//! 报告: every byte that leaves Halfsky, and its wording.
//!
//! Composes and renders; never decides a figure or a status.

pub mod table;
pub mod layout;
pub mod fonts;
pub mod document;
pub mod plan_tables;
pub mod wording;
pub mod reminder;
pub mod barcode;
pub mod chart;
pub mod workbook;
pub mod yearbook;
pub mod figure_tables;
pub mod regional;
pub mod ranking;
pub mod series_chart;
pub mod outlook_wording;
pub mod outlook_tables;
pub mod delivery_wording;
pub mod evaluation_wording;
pub mod part_of_year_wording;
pub mod evaluation_tables;
pub mod evaluation_chart;
pub mod read_outs;
pub mod hindcast_table;
pub mod render;
pub mod check;
pub mod template;
pub mod draft;
pub mod issue;
pub mod opinion;
pub mod portal;
