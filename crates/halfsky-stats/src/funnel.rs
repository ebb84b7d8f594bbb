//! Funnel limits around a ratio of one, for counts with an expectation.

use crate::rate_interval::Limits;
use crate::special::{chi_square_quantile, poisson_upper_tail};

/// Tail of the 95 % limits.
pub const INNER: f64 = 0.025;
/// Tail of the 99.8 % limits.
pub const OUTER: f64 = 0.001;

/// Limits of observed through expected, each with a tail; None where nothing is expected.
///
/// Described in `docs/methods/funnel.md`.
pub fn funnel_limits(expected: f64, tail: f64) -> Option<Limits> {
    if !(expected > 0.0 && expected.is_finite()) {
        return None;
    }
    let twice = 2.0 * expected;
    Some(Limits {
        lower: chi_square_quantile(tail, twice) / twice,
        upper: chi_square_quantile(1.0 - tail, twice + 2.0) / twice,
    })
}

/// The fewest events that chance alone produces at most once in a thousand, given the expectation.
///
/// Described in `docs/methods/funnel.md`.
pub fn alarming_count(expected: f64) -> Option<u64> {
    if !(expected > 0.0 && expected <= 1e6) {
        return None;
    }
    let (mut low, mut high) = (0u64, 1u64);
    while poisson_upper_tail(high, expected) > OUTER {
        low = high;
        high *= 2;
    }
    while high - low > 1 {
        let middle = u64::midpoint(low, high);
        if poisson_upper_tail(middle, expected) > OUTER { low = middle } else { high = middle }
    }
    Some(high)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::special::close;

    /// Published example of Poisson funnel limits: 15 expected.
    #[test]
    fn published_limits() {
        let inner = funnel_limits(15.0, INNER).unwrap();
        close(inner.lower, 0.5597, 1e-4);
        close(inner.upper, 1.6493, 1e-4);
        assert_eq!(funnel_limits(0.0, INNER), None);
    }

    #[test]
    fn counts_that_alarm() {
        for (expected, count) in
            [(0.1, 3), (0.3, 4), (1.0, 6), (2.0, 9), (5.0, 14), (10.0, 22), (20.0, 36)]
        {
            assert_eq!(alarming_count(expected), Some(count), "{expected}");
        }
        assert_eq!(alarming_count(f64::NAN), None);
    }
}
