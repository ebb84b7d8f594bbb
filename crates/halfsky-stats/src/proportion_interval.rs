//! Limits of a proportion: Wilson and Clopper–Pearson.

use crate::rate_interval::Limits;
use crate::special::{beta_quantile, normal_quantile};

/// Wilson's limits for x of n (0–1); None where x of n is no proportion.
///
/// Described in `docs/methods/proportion-interval.md`.
pub fn wilson_limits(x: u64, n: u64, confidence: f64) -> Option<Limits> {
    if n == 0 || x > n {
        return None;
    }
    let z = normal_quantile(1.0 - (1.0 - confidence) / 2.0);
    let (x, n) = (x as f64, n as f64);
    let square = z * z;
    let half = z * (square + 4.0 * x * (1.0 - x / n)).sqrt();
    let limit =
        |sign: f64| ((2.0 * x + square + sign * half) / (2.0 * (n + square))).clamp(0.0, 1.0);
    Some(Limits { lower: limit(-1.0), upper: limit(1.0) })
}

/// Exact limits (Clopper–Pearson) for x of n (0–1); None where x of n is no proportion.
///
/// Described in `docs/methods/proportion-interval.md`.
pub fn clopper_pearson_limits(x: u64, n: u64, confidence: f64) -> Option<Limits> {
    if n == 0 || x > n {
        return None;
    }
    let tail = (1.0 - confidence) / 2.0;
    let (hits, misses) = (x as f64, (n - x) as f64);
    let lower = if x == 0 { 0.0 } else { beta_quantile(tail, hits, misses + 1.0) };
    let upper = if x == n { 1.0 } else { beta_quantile(1.0 - tail, hits + 1.0, misses) };
    Some(Limits { lower, upper })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::special::close;

    /// Published example: 81 of 263 (Newcombe 1998), both methods.
    #[test]
    fn published_example() {
        let wilson = wilson_limits(81, 263, 0.95).unwrap();
        close(wilson.lower, 0.2553, 2e-4);
        close(wilson.upper, 0.3662, 2e-4);
        let exact = clopper_pearson_limits(81, 263, 0.95).unwrap();
        close(exact.lower, 0.2527, 2e-4);
        close(exact.upper, 0.3676, 2e-4);
    }

    #[test]
    fn none_and_all_stay_inside() {
        let none = wilson_limits(0, 12, 0.95).unwrap();
        assert!(none.lower == 0.0 && none.upper < 0.3);
        let all = clopper_pearson_limits(12, 12, 0.95).unwrap();
        assert!(all.upper == 1.0 && all.lower > 0.7);
        assert_eq!((wilson_limits(3, 2, 0.95), clopper_pearson_limits(0, 0, 0.95)), (None, None));
    }
}
