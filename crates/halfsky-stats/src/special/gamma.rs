//! Regularised incomplete gamma function, gamma and chi-square distributions.

use std::f64::consts::TAU;

use super::normal::normal_quantile;
use super::solve::solve;

/// More terms than any sum needs for counts up to ten million.
const TERMS: u32 = 100_000;

/// `ln Γ(a)` less its Stirling main part `(a − ½)·ln a − a + ½·ln 2π`.
pub(super) fn stirling_rest(a: f64) -> f64 {
    if a < 10.0 {
        return libm::lgamma(a) - ((a - 0.5) * libm::log(a) - a + 0.5 * libm::log(TAU));
    }
    let square = a * a;
    let series = [-691.0 / 360_360.0, 1.0 / 1188.0, -1.0 / 1680.0, 1.0 / 1260.0, -1.0 / 360.0];
    series.iter().fold(0.0, |sum, c| (sum + c) / square).mul_add(1.0, 1.0 / 12.0) / a
}

/// `a·ln(a/m) + m − a` without cancellation: half the Poisson deviance of a count a at mean m.
pub(super) fn deviance(a: f64, m: f64) -> f64 {
    if (a - m).abs() >= 0.1 * (a + m) {
        return a * libm::log(a / m) + m - a;
    }
    let ratio = (a - m) / (a + m);
    let mut sum = (a - m) * ratio;
    let mut term = 2.0 * a * ratio;
    for odd in (3..1000).step_by(2) {
        term *= ratio * ratio;
        let next = sum + term / f64::from(odd);
        if next.to_bits() == sum.to_bits() {
            break;
        }
        sum = next;
    }
    sum
}

/// `x^a·e^(−x)/Γ(a)`: the gamma density times x.
fn density(a: f64, x: f64) -> f64 {
    (a / TAU).sqrt() * libm::exp(-stirling_rest(a) - deviance(a, x))
}

/// Lower and upper tail with the density, each tail small ones included to full relative precision.
fn tails(a: f64, x: f64) -> (f64, f64, f64) {
    if x.is_nan() || !(a > 0.0) {
        return (f64::NAN, f64::NAN, f64::NAN);
    }
    if x <= 0.0 {
        return (0.0, 1.0, 0.0);
    }
    if x.is_infinite() {
        return (1.0, 0.0, 0.0);
    }
    let d = density(a, x);
    if x < a + 1.0 {
        let (mut term, mut sum) = (1.0 / a, 1.0 / a);
        for n in 1..TERMS {
            term *= x / (a + f64::from(n));
            sum += term;
            if term < sum * 1e-17 {
                break;
            }
        }
        let lower = (d * sum).min(1.0);
        return (lower, 1.0 - lower, d);
    }
    let upper = (d * fraction(a, x)).min(1.0);
    (1.0 - upper, upper, d)
}

/// The continued fraction of the upper tail by Lentz's method.
fn fraction(a: f64, x: f64) -> f64 {
    let mut b = x + 1.0 - a;
    let mut c = f64::MAX;
    let mut d = 1.0 / b;
    let mut h = d;
    for n in 1..TERMS {
        let n = f64::from(n);
        let numerator = -n * (n - a);
        b += 2.0;
        d = 1.0 / away_from_zero(numerator.mul_add(d, b));
        c = away_from_zero(b + numerator / c);
        let step = d * c;
        h *= step;
        if (step - 1.0).abs() < 1e-16 {
            break;
        }
    }
    h
}

pub(super) fn away_from_zero(x: f64) -> f64 {
    if x.abs() < 1e-300 { 1e-300 } else { x }
}

/// P(X ≤ x) of the gamma distribution with `shape` and rate 1.
///
/// Described in `docs/methods/special-functions.md`.
pub fn gamma_cdf(shape: f64, x: f64) -> f64 {
    tails(shape, x).0
}

/// The x with P(X ≤ x) = p of the gamma distribution with `shape` and rate 1.
///
/// Described in `docs/methods/special-functions.md`.
pub fn gamma_quantile(shape: f64, p: f64) -> f64 {
    if !(shape > 0.0) || !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    if p == 0.0 {
        return 0.0;
    }
    if p == 1.0 {
        return f64::INFINITY;
    }
    // both starts are below or near the root; where the distribution is narrow the cube is the better one
    let floor = (libm::log(p) + libm::lgamma(shape + 1.0)) / shape;
    let cube = 1.0 - 1.0 / (9.0 * shape) + normal_quantile(p) / (3.0 * shape.sqrt());
    let start = if cube > 0.0 { floor.max(libm::log(shape * cube * cube * cube)) } else { floor };
    let u = if p <= 0.5 {
        solve(start, libm::log(p), |u| {
            let (lower, _, d) = tails(shape, libm::exp(u));
            (libm::log(lower), d / lower)
        })
    } else {
        solve(start, libm::log1p(-p), |u| {
            let (_, upper, d) = tails(shape, libm::exp(u));
            (libm::log(upper), -d / upper)
        })
    };
    libm::exp(u)
}

/// P(X ≤ x) of the chi-square distribution.
///
/// Described in `docs/methods/special-functions.md`.
pub fn chi_square_cdf(x: f64, df: f64) -> f64 {
    gamma_cdf(df / 2.0, x / 2.0)
}

/// The x with P(X ≤ x) = p of the chi-square distribution.
///
/// Described in `docs/methods/special-functions.md`.
pub fn chi_square_quantile(p: f64, df: f64) -> f64 {
    2.0 * gamma_quantile(df / 2.0, p)
}

#[cfg(test)]
mod tests {
    use super::super::close;
    use super::*;
    use statrs::distribution::{ChiSquared, ContinuousCDF as _};

    #[test]
    fn whole_degrees_have_closed_forms() {
        close(gamma_cdf(1.0, 0.7), 1.0 - libm::exp(-0.7), 1e-15);
        close(gamma_cdf(3.0, 2.0), 1.0 - 5.0 * libm::exp(-2.0), 1e-15);
        close(gamma_cdf(0.5, 1.3), libm::erf(1.3_f64.sqrt()), 1e-14);
    }

    /// Percentage points printed in every table of the chi-square distribution.
    #[test]
    fn table_of_chi_square() {
        for (p, df, x) in [
            (0.95, 1.0, 3.841_458_820_694_124),
            (0.99, 10.0, 23.209_251_158_954_356),
            (0.025, 2.0, 0.050_635_615_968_579_8),
            (0.975, 4.0, 11.143_286_781_877_796),
        ] {
            close(chi_square_quantile(p, df), x, 1e-13);
        }
    }

    #[test]
    fn agrees_with_a_second_implementation() {
        for df in [0.87, 1.0, 2.5, 7.0, 40.0, 900.0] {
            let other = ChiSquared::new(df).unwrap();
            for x in [0.01, 0.5, 1.0, 4.0, 33.0, 950.0] {
                close(chi_square_cdf(x, df), other.cdf(x), 1e-10);
            }
        }
    }

    #[test]
    fn quantile_inverts_far_into_both_tails() {
        for shape in [0.05, 0.435, 1.0, 3.2, 50.0, 1e5] {
            for p in [1e-12, 1e-3, 0.3, 0.5, 0.9, 1.0 - 1e-9] {
                close(gamma_cdf(shape, gamma_quantile(shape, p)), p, 1e-11);
            }
        }
    }

    #[test]
    fn the_ends_are_the_ends() {
        assert_eq!((gamma_quantile(2.0, 0.0), gamma_quantile(2.0, 1.0)), (0.0, f64::INFINITY));
        assert!(gamma_quantile(-1.0, 0.5).is_nan() && gamma_quantile(1.0, 1.5).is_nan());
        assert_eq!((gamma_cdf(2.0, -1.0), gamma_cdf(2.0, f64::INFINITY)), (0.0, 1.0));
    }
}
