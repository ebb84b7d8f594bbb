//! Numbers only: description, trend, interval, forecast, rank.
//!
//! Knows no word of the field. Every public function has a page in `docs/methods/`.

pub mod change;
