//! 评估: is a target attained, will it be, and who acts?
//!
//! Three lines stand side by side for every target and none overwrites another: the official fact
//! ([`attainment`]), the official arithmetic ([`pace`]) and the statistical outlook ([`outlook`]).
//! Judges figures against targets; never words a sentence for a reader.

pub mod series;
pub mod goal;
pub mod working;
pub mod attainment;
pub mod pace;
pub mod status;
pub mod outlook;
pub mod trend;
pub mod small_number;
pub mod qualitative;
pub mod judgement;
pub mod milestone;
pub mod evaluation;
pub mod attainment_rate;
pub mod composite;
pub mod gender;
pub mod comparison;
pub mod regional;
pub mod delivery;
pub mod warning;
pub mod supervision;
pub mod own_series;
pub mod class;
pub mod figures;
pub mod run;
