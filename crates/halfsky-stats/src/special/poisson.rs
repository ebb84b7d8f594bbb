//! Counts: Poisson and negative binomial distributions.

use super::{gamma_cdf, regularised_beta};

/// P(X ≥ count) of the Poisson distribution with a mean.
///
/// Described in `docs/methods/special-functions.md`.
pub fn poisson_upper_tail(count: u64, mean: f64) -> f64 {
    if count == 0 { 1.0 } else { gamma_cdf(count as f64, mean) }
}

/// P(X ≤ count) of the negative binomial distribution: failures before the `size`-th success, size fractional.
///
/// Described in `docs/methods/special-functions.md`.
pub fn negative_binomial_cdf(count: u64, size: f64, success: f64) -> f64 {
    regularised_beta(size, count as f64 + 1.0, success)
}

#[cfg(test)]
mod tests {
    use super::super::close;
    use super::*;

    #[test]
    fn none_or_more_is_certain_and_one_or_more_is_simple() {
        assert_eq!(poisson_upper_tail(0, 3.0), 1.0);
        close(poisson_upper_tail(1, 0.303_84), 1.0 - libm::exp(-0.303_84), 1e-15);
    }

    #[test]
    fn no_failure_before_three_successes() {
        close(negative_binomial_cdf(0, 3.0, 0.8), 0.512, 1e-15);
    }
}
