//! Limits of counts and rates: exact (Garwood), Byar, and the factors of published rates.

use crate::special::{chi_square_quantile, normal_quantile};

/// From this many events on Byar's approximation is shown, below it the exact limits.
pub const BYAR_FROM: u64 = 10;

/// Lower and upper limit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    pub lower: f64,
    pub upper: f64,
}

impl Limits {
    /// Both limits times a factor.
    #[must_use]
    pub fn scaled(self, factor: f64) -> Self {
        Self { lower: self.lower * factor, upper: self.upper * factor }
    }
}

/// Which limits were taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CountMethod {
    Exact,
    Byar,
}

impl CountMethod {
    /// The code used in data.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Exact => "Exact",
            Self::Byar => "Byars",
        }
    }
}

/// Exact limits of the mean of a Poisson count (Garwood 1936); confidence between 0 and 1.
///
/// Described in `docs/methods/rate-interval.md`.
pub fn exact_count_limits(events: u64, confidence: f64) -> Limits {
    let tail = (1.0 - confidence) / 2.0;
    let d = events as f64;
    let lower = if events == 0 { 0.0 } else { chi_square_quantile(tail, 2.0 * d) / 2.0 };
    Limits { lower, upper: chi_square_quantile(1.0 - tail, 2.0 * d + 2.0) / 2.0 }
}

/// Byar's limits; no lower one where the approximation falls below zero, as it does without events.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ByarLimits {
    pub lower: Option<f64>,
    pub upper: f64,
}

/// Byar's approximation (Breslow and Day 1987).
///
/// Described in `docs/methods/rate-interval.md`.
pub fn byar_count_limits(events: u64, confidence: f64) -> ByarLimits {
    let z = normal_quantile(1.0 - (1.0 - confidence) / 2.0);
    let d = events as f64;
    let cube = |d: f64, side: f64| {
        let root = 1.0 - 1.0 / (9.0 * d) + side * z / (3.0 * d.sqrt());
        d * root * root * root
    };
    let lower = if events == 0 { 0.0 } else { cube(d, -1.0) };
    ByarLimits { lower: (lower > 0.0).then_some(lower), upper: cube(d + 1.0, 1.0) }
}

/// The limits to show for a count: exact below ten events, Byar's from ten.
///
/// Described in `docs/methods/rate-interval.md`.
pub fn shown_count_limits(events: u64, confidence: f64) -> (CountMethod, Limits) {
    if events < BYAR_FROM {
        return (CountMethod::Exact, exact_count_limits(events, confidence));
    }
    let byar = byar_count_limits(events, confidence);
    let limits = Limits { lower: byar.lower.unwrap_or(0.0), upper: byar.upper };
    (CountMethod::Byar, limits)
}

/// Factors that turn a rate resting on a number of events into its exact 95 % limits; None without events.
///
/// Described in `docs/methods/rate-interval.md`.
pub fn rate_factors(events: u64) -> Option<Limits> {
    if events == 0 {
        return None;
    }
    Some(exact_count_limits(events, 0.95).scaled(1.0 / events as f64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::special::close;

    /// Exact 95 % limits as every table of Poisson limits prints them.
    #[test]
    fn published_table() {
        for (events, lower, upper) in [
            (0, 0.0, 3.689),
            (1, 0.0253, 5.572),
            (5, 1.623, 11.668),
            (10, 4.795, 18.39),
            (100, 81.36, 121.63),
        ] {
            let limits = exact_count_limits(events, 0.95);
            close(limits.lower, lower, 1e-3);
            close(limits.upper, upper, 1e-3);
        }
    }

    #[test]
    fn one_death_in_2532_births() {
        let limits = exact_count_limits(1, 0.95).scaled(100_000.0 / 2532.0);
        close(limits.lower, 1.0, 1e-3);
        close(limits.upper, 220.0, 1e-3);
    }

    #[test]
    fn the_rule_of_ten() {
        assert_eq!(shown_count_limits(9, 0.95).0, CountMethod::Exact);
        assert_eq!(shown_count_limits(10, 0.95).0, CountMethod::Byar);
        let byar = byar_count_limits(10, 0.95);
        close(byar.lower.unwrap(), exact_count_limits(10, 0.95).lower, 5e-3);
        assert_eq!(byar_count_limits(0, 0.95).lower, None);
        assert_eq!(rate_factors(0), None);
    }
}
