//! Regularised incomplete beta function and the beta distribution.

use std::f64::consts::TAU;

use super::gamma::{away_from_zero, deviance, stirling_rest};
use super::normal::normal_quantile;
use super::solve::solve;

/// More terms than the fraction needs for counts up to ten million.
const TERMS: u32 = 100_000;

/// A place between 0 and 1 with its complement, so that neither end loses digits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Share {
    pub(super) x: f64,
    pub(super) rest: f64,
}

/// What `I_x(a, b)` is made of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tails {
    pub(super) lower: f64,
    pub(super) upper: f64,
    /// `x^a·(1 − x)^b/B(a, b)`: the derivative of `lower` after `ln(x/(1 − x))`.
    pub(super) density: f64,
}

/// The parameters with what follows from them alone, so that many places cost it once.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Beta {
    a: f64,
    b: f64,
    /// Factor of the density.
    front: f64,
    /// Stirling rests of the normalising constant.
    rests: f64,
}

impl Beta {
    pub(super) fn new(a: f64, b: f64) -> Self {
        let sum = a + b;
        Self {
            a,
            b,
            front: (a * b / (TAU * sum)).sqrt(),
            rests: stirling_rest(sum) - stirling_rest(a) - stirling_rest(b),
        }
    }

    /// Both tails.
    pub(super) fn tails(&self, at: Share) -> Tails {
        let (Share { x, rest }, Self { a, b, .. }) = (at, *self);
        if x <= 0.0 {
            return Tails { lower: 0.0, upper: 1.0, density: 0.0 };
        }
        if rest <= 0.0 {
            return Tails { lower: 1.0, upper: 0.0, density: 0.0 };
        }
        let sum = a + b;
        let exponent = self.rests - deviance(a, sum * x) - deviance(b, sum * rest);
        let density = self.front * libm::exp(exponent);
        if x < (a + 1.0) / (sum + 2.0) {
            let lower = (density * fraction(a, b, x, rest)).min(1.0);
            Tails { lower, upper: 1.0 - lower, density }
        } else {
            let upper = (density * fraction(b, a, rest, x)).min(1.0);
            Tails { lower: 1.0 - upper, upper, density }
        }
    }
}

/// Both tails of the beta distribution.
pub(super) fn tails(a: f64, b: f64, at: Share) -> Tails {
    Beta::new(a, b).tails(at)
}

/// `I_x(a, b)` through its density: the continued fraction of Didonato and Morris (1992) by Lentz's method.
fn fraction(a: f64, b: f64, x: f64, rest: f64) -> f64 {
    let inner = a * rest - b * x + 1.0;
    let mut below = 1.0 / (a + 1.0);
    let mut whole = away_from_zero(a * inner * below);
    let (mut c, mut d) = (whole, 0.0);
    for m in 1..TERMS {
        let m = f64::from(m);
        let before = below;
        below = 1.0 / (a + 2.0 * m + 1.0);
        let half = m * (b - m) * x * before;
        let over = (a + m - 1.0) * (a + b + m - 1.0) * x * before * half;
        let under = m + half + (a + m) * (inner + m * (1.0 + rest)) * below;
        d = 1.0 / away_from_zero(under + over * d);
        c = away_from_zero(under + over / c);
        let step = c * d;
        whole *= step;
        if (step - 1.0).abs() < 2e-16 {
            break;
        }
    }
    1.0 / whole
}

/// The regularised incomplete beta function `I_x(a, b)`; NaN outside a, b > 0 and 0 ≤ x ≤ 1.
///
/// Described in `docs/methods/special-functions.md`.
pub fn regularised_beta(a: f64, b: f64, x: f64) -> f64 {
    if !(a > 0.0 && b > 0.0 && (0.0..=1.0).contains(&x)) {
        return f64::NAN;
    }
    tails(a, b, Share { x, rest: 1.0 - x }).lower
}

/// The x with `I_x(a, b)` = p.
///
/// Described in `docs/methods/special-functions.md`.
pub fn beta_quantile(p: f64, a: f64, b: f64) -> f64 {
    if !(a > 0.0 && b > 0.0 && (0.0..=1.0).contains(&p)) {
        return f64::NAN;
    }
    if p == 0.0 || p == 1.0 {
        return p;
    }
    let share = |u: f64| {
        let e = libm::exp(-u.abs());
        let (near, far) = (1.0 / (1.0 + e), e / (1.0 + e));
        if u < 0.0 { Share { x: far, rest: near } } else { Share { x: near, rest: far } }
    };
    let beta = Beta::new(a, b);
    let start = libm::log(a / b) + normal_quantile(p) * (1.0 / a + 1.0 / b).sqrt().min(3.0);
    let u = if p <= 0.5 {
        solve(start, libm::log(p), |u| {
            let t = beta.tails(share(u));
            (libm::log(t.lower), t.density / t.lower)
        })
    } else {
        solve(start, libm::log1p(-p), |u| {
            let t = beta.tails(share(u));
            (libm::log(t.upper), -t.density / t.upper)
        })
    };
    share(u).x
}

#[cfg(test)]
mod tests {
    use super::super::close;
    use super::*;

    #[test]
    fn simple_cases_have_closed_forms() {
        close(regularised_beta(1.0, 3.0, 0.2), 1.0 - 0.8 * 0.8 * 0.8, 1e-14);
        close(regularised_beta(2.0, 1.0, 0.3), 0.09, 1e-14);
        close(regularised_beta(0.5, 0.5, 0.25), 1.0 / 3.0, 1e-14);
    }

    #[test]
    fn agrees_with_a_second_implementation() {
        for (a, b) in [(0.435, 0.5), (0.5, 7.0), (3.0, 12.5), (60.0, 900.0)] {
            for x in [1e-9, 0.01, 0.06, 0.4, 0.9, 0.999] {
                close(regularised_beta(a, b, x), statrs::function::beta::beta_reg(a, b, x), 1e-10);
            }
        }
    }

    #[test]
    fn quantile_inverts() {
        for (a, b) in [(0.435, 0.5), (1.0, 1.0), (4.0, 7.0), (66.0, 35.0), (20_001.0, 3.0)] {
            for p in [1e-9, 0.0005, 0.1, 0.5, 0.9, 0.9995] {
                close(regularised_beta(a, b, beta_quantile(p, a, b)), p, 1e-10);
            }
        }
    }

    #[test]
    fn what_makes_no_sense_is_no_number() {
        assert!(regularised_beta(-1.0, 2.0, 0.5).is_nan() && beta_quantile(2.0, 1.0, 1.0).is_nan());
        assert_eq!((regularised_beta(2.0, 3.0, 0.0), regularised_beta(2.0, 3.0, 1.0)), (0.0, 1.0));
    }
}
