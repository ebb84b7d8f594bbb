//! Numbers only: description, trend, interval, forecast, rank.
//!
//! Knows no word of the field. Every public function has a page in `docs/methods/`.

#![expect(
    clippy::float_cmp,
    clippy::neg_cmp_op_on_partial_ord,
    clippy::many_single_char_names,
    reason = "formulas keep their letters, compare exactly where they divide, and let NaN fail"
)]

pub mod special;
pub mod describe;
pub mod change;
pub mod scale;
pub mod forecast;
pub mod prior;
pub mod hindcast;
pub mod pace;
pub mod volatility;
pub mod control_chart;
pub mod rate_interval;
pub mod proportion_interval;
pub mod small_number;
pub mod suppression;
pub mod gamma_poisson;
pub mod funnel;
pub mod outlier;
pub mod surprise;
pub mod data_quality;
pub mod parity;
pub mod gender_inequality;
pub mod gender_development;
pub mod gender_gap_index;
pub mod composite;
pub mod realisation;
pub mod ampi;
pub mod open_sdg;
pub mod eurostat;
pub mod reduction_rate;
pub mod escap;
pub mod sdsn;
pub mod rank_trend;
pub mod holt;
