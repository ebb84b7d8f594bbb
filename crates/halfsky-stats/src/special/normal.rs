//! Normal distribution.

use std::f64::consts::{FRAC_1_SQRT_2, TAU};

use super::solve::solve;

/// P(Z ≤ z) of the standard normal distribution.
///
/// Described in `docs/methods/special-functions.md`.
pub fn normal_cdf(z: f64) -> f64 {
    0.5 * libm::erfc(-z * FRAC_1_SQRT_2)
}

/// The z with P(Z ≤ z) = p.
///
/// Described in `docs/methods/special-functions.md`.
pub fn normal_quantile(p: f64) -> f64 {
    if !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    let tail = p.min(1.0 - p);
    if tail == 0.0 {
        return if p == 0.0 { f64::NEG_INFINITY } else { f64::INFINITY };
    }
    if p == 0.5 {
        return 0.0;
    }
    let z = solve(rough_upper_quantile(tail), libm::log(tail), |z| {
        let upper = normal_cdf(-z);
        let density = libm::exp(-0.5 * z * z) / TAU.sqrt();
        (libm::log(upper), -density / upper)
    });
    if p < 0.5 { -z } else { z }
}

/// z with P(Z > z) = tail to three decimals (Abramowitz and Stegun 26.2.23): only a start.
fn rough_upper_quantile(tail: f64) -> f64 {
    let r = (-2.0 * libm::log(tail)).sqrt();
    let up = 2.515_517 + r * (0.802_853 + r * 0.010_328);
    let down = 1.0 + r * (1.432_788 + r * (0.189_269 + r * 0.001_308));
    (r - up / down).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::super::close;
    use super::*;

    /// Values every table of the normal distribution prints.
    #[test]
    fn table_of_the_normal_distribution() {
        close(normal_quantile(0.975), 1.959_963_984_540_054, 1e-15);
        close(normal_quantile(0.9), 1.281_551_565_544_600_5, 1e-15);
        close(normal_quantile(0.999), 3.090_232_306_167_813_5, 1e-14);
        close(normal_cdf(-1.0), 0.158_655_253_931_457_05, 1e-15);
    }

    #[test]
    fn quantile_inverts_from_the_middle_to_the_tails() {
        for p in [1e-300, 1e-12, 0.2, 0.499_999, 0.5, 0.500_001, 0.7, 1.0 - 1e-12] {
            close(normal_cdf(normal_quantile(p)), p, 1e-12);
        }
        assert_eq!(normal_quantile(1.0), f64::INFINITY);
        assert!(normal_quantile(-0.1).is_nan());
    }
}
