//! Funnel limits: around a ratio of one for counts with an expectation, around a share for parts of a whole.

use crate::rate_interval::Limits;
use crate::special::{chi_square_quantile, poisson_upper_tail, regularised_beta};

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

/// Limits of the share of `whole` that chance alone gives when the true share is `share`, each with a tail: exact
/// binomial, interpolated between counts as Spiegelhalter does. None where the share is no share or nothing is counted.
///
/// Described in `docs/methods/funnel.md`.
pub fn binomial_limits(share: f64, whole: u64, tail: f64) -> Option<Limits> {
    let proper = share > 0.0 && share < 1.0 && tail > 0.0 && tail < 0.5;
    if !proper || whole == 0 || whole > 1 << 40 {
        return None;
    }
    let limit = |p: f64| interpolated(p, share, whole) / whole as f64;
    Some(Limits { lower: limit(tail), upper: limit(1.0 - tail) })
}

/// P(X ≤ count) of the binomial distribution.
fn at_most(count: u64, share: f64, whole: u64) -> f64 {
    if count >= whole {
        return 1.0;
    }
    1.0 - regularised_beta(count as f64 + 1.0, (whole - count) as f64, share)
}

/// The fewest events r with P(X ≤ r) ≥ p, less the part of its own probability by which it is passed.
fn interpolated(p: f64, share: f64, whole: u64) -> f64 {
    let (mut low, mut high) = (0, whole);
    while low < high {
        let middle = u64::midpoint(low, high);
        if at_most(middle, share, whole) >= p { high = middle } else { low = middle + 1 }
    }
    let reached = at_most(low, share, whole);
    let before = if low == 0 { 0.0 } else { at_most(low - 1, share, whole) };
    let passed = if reached > before { (reached - p) / (reached - before) } else { 0.0 };
    (low as f64 - passed).max(0.0)
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

    /// Worked out with exact fractions from the definition.
    #[test]
    fn shares_have_exact_limits() {
        let check = |share: f64, whole: u64, inner: [f64; 2], outer: [f64; 2]| {
            for (tail, [lower, upper]) in [(INNER, inner), (OUTER, outer)] {
                let limits = binomial_limits(share, whole, tail).unwrap();
                close(limits.lower, lower, 1e-12);
                close(limits.upper, upper, 1e-12);
            }
        };
        check(
            0.3,
            20,
            [0.081_176_505_980_675_84, 0.487_255_146_595_147],
            [0.001_477_316_688_281_495, 0.613_699_679_347_967_2],
        );
        check(
            0.9,
            150,
            [0.846_290_031_728_118, 0.942_287_961_838_952_2],
            [0.813_941_080_341_358_3, 0.964_467_334_604_877_1],
        );
        check(0.02, 40, [0.0, 0.063_806_182_020_693_4], [0.0, 0.104_218_534_495_088_6]);
        check(0.5, 1, [0.0, 0.95], [0.0, 0.998]);
        for (share, whole) in [(0.0, 10), (1.0, 10), (f64::NAN, 10), (0.5, 0)] {
            assert_eq!(binomial_limits(share, whole, INNER), None);
        }
    }

    #[test]
    fn limits_close_in_as_more_is_counted() {
        let width = |whole| {
            let limits = binomial_limits(0.93, whole, OUTER).unwrap();
            assert!(limits.lower < 0.93 && 0.93 < limits.upper, "{whole}");
            limits.upper - limits.lower
        };
        assert!(width(100) > width(1_000) && width(1_000) > width(1_000_000));
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
