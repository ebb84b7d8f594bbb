//! Student's t distribution.

use std::f64::consts::TAU;

use super::beta::{Beta, Share, Tails};
use super::normal::normal_quantile;
use super::solve::solve;

/// Upper normal quantiles of the tails that intervals ask for: only a start.
const USUAL: [(f64, f64); 3] =
    [(0.1, 1.281_551_565_544_6), (0.025, 1.959_963_984_540_1), (0.005, 2.575_829_303_548_9)];

/// Student's t with fixed degrees of freedom, which may be fractional and below 1.
///
/// Described in `docs/methods/special-functions.md`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Student {
    df: f64,
    beta: Beta,
}

impl Student {
    /// The distribution; every answer is NaN unless `df` is positive.
    pub fn new(df: f64) -> Self {
        Self { df, beta: Beta::new(df / 2.0, 0.5) }
    }

    /// Degrees of freedom.
    pub fn df(&self) -> f64 {
        self.df
    }

    /// P(T ≤ t).
    pub fn cdf(&self, t: f64) -> f64 {
        if t.is_nan() || !(self.df > 0.0) {
            return f64::NAN;
        }
        if self.df.is_infinite() {
            return super::normal_cdf(t);
        }
        let both = self.two_sided(t);
        // near the middle the inner part carries the digits, far out the outer one
        if t < 0.0 { 0.5 * both.lower } else { 0.5 + 0.5 * both.upper }
    }

    /// P(T > t), to full relative precision where it is small.
    pub fn upper(&self, t: f64) -> f64 {
        self.cdf(-t)
    }

    /// The t with P(T ≤ t) = p; infinite where it passes the range of numbers.
    pub fn quantile(&self, p: f64) -> f64 {
        if !(self.df > 0.0) || !(0.0..=1.0).contains(&p) {
            return f64::NAN;
        }
        if self.df.is_infinite() {
            return normal_quantile(p);
        }
        let tail = p.min(1.0 - p);
        let sign = if p < 0.5 { -1.0 } else { 1.0 };
        if tail == 0.0 {
            return sign * f64::INFINITY;
        }
        if p == 0.5 {
            return 0.0;
        }
        let u = if tail < 0.4 { self.outer(tail) } else { self.inner(0.5 - tail) };
        sign * libm::exp(u)
    }

    /// P(|T| > t) and P(|T| ≤ t), with t times twice the density.
    fn two_sided(&self, t: f64) -> Tails {
        let square = t * t / self.df;
        let share = if square.is_infinite() {
            Share { x: 0.0, rest: 1.0 }
        } else {
            Share { x: 1.0 / (1.0 + square), rest: square / (1.0 + square) }
        };
        self.beta.tails(share)
    }

    /// ln t for a tail probability.
    fn outer(&self, tail: f64) -> f64 {
        let start = if self.df < 3.0 { self.power_start(tail) } else { self.normal_start(tail) };
        solve(start, libm::log(2.0 * tail), |u| {
            let both = self.two_sided(libm::exp(u.min(350.0)));
            (libm::log(both.lower), -2.0 * both.density / both.lower)
        })
    }

    /// Far out P(T > t) ≈ c·t^(−df).
    fn power_start(&self, tail: f64) -> f64 {
        let half = self.df / 2.0;
        let ln_beta = libm::lgamma(half) + 0.5 * libm::log(TAU / 2.0) - libm::lgamma(half + 0.5);
        0.5 * libm::log(self.df) - (libm::log(2.0 * tail) + libm::log(half) + ln_beta) / self.df
    }

    /// Expansion around the normal quantile (Abramowitz and Stegun 26.7.5).
    fn normal_start(&self, tail: f64) -> f64 {
        let known = USUAL.iter().find(|(usual, _)| (usual - tail).abs() < 1e-12);
        let z = known.map_or_else(|| -normal_quantile(tail), |(_, z)| *z);
        let (y, n) = (z * z, 1.0 / self.df);
        let terms = [
            (79.0, 776.0, 1482.0, -1920.0, -945.0, 92_160.0),
            (0.0, 3.0, 19.0, 17.0, -15.0, 384.0),
            (0.0, 0.0, 5.0, 16.0, 3.0, 96.0),
            (0.0, 0.0, 0.0, 1.0, 1.0, 4.0),
        ];
        let grown = terms.iter().fold(0.0, |sum, (a, b, c, d, e, by)| {
            (sum + ((((a * y + b) * y + c) * y + d) * y + e) / by) * n
        });
        libm::log(z * (1.0 + grown))
    }

    /// ln t for the probability between 0 and t.
    fn inner(&self, half: f64) -> f64 {
        let start = libm::log(normal_quantile(0.5 + half));
        solve(start, libm::log(2.0 * half), |u| {
            let both = self.two_sided(libm::exp(u.min(350.0)));
            (libm::log(both.upper), 2.0 * both.density / both.upper)
        })
    }
}

/// P(T ≤ t) of Student's t distribution; df may be fractional and below 1.
///
/// Described in `docs/methods/special-functions.md`.
pub fn student_cdf(t: f64, df: f64) -> f64 {
    Student::new(df).cdf(t)
}

/// The t with P(T ≤ t) = p; infinite where it passes the range of numbers.
///
/// Described in `docs/methods/special-functions.md`.
pub fn student_quantile(p: f64, df: f64) -> f64 {
    Student::new(df).quantile(p)
}

#[cfg(test)]
mod tests {
    use super::super::close;
    use super::*;
    use statrs::distribution::{ContinuousCDF as _, StudentsT};

    /// One and two degrees of freedom have closed forms.
    #[test]
    fn closed_forms() {
        for p in [0.55, 0.9, 0.975, 0.9999] {
            close(student_quantile(p, 1.0), libm::tan((p - 0.5) * TAU / 2.0), 1e-12);
            let a = 2.0 * p - 1.0;
            close(student_quantile(p, 2.0), a * (2.0 / (1.0 - a * a)).sqrt(), 1e-12);
        }
        close(student_cdf(1.0, 1.0), 0.75, 1e-15);
    }

    /// Percentage points of the printed tables.
    #[test]
    fn table_of_student() {
        close(student_quantile(0.975, 10.0), 2.228_138_852, 1e-10);
        close(student_quantile(0.95, 5.0), 2.015_048_373, 1e-9);
        close(student_quantile(0.995, 30.0), 2.749_995_654, 1e-9);
    }

    #[test]
    fn agrees_with_a_second_implementation() {
        for df in [0.87, 1.09, 2.19, 6.0, 13.09, 50.0] {
            let other = StudentsT::new(0.0, 1.0, df).unwrap();
            for t in [-20.0, -1.0, -0.1, 0.3, 2.0, 7.0] {
                close(student_cdf(t, df), other.cdf(t), 1e-10);
            }
        }
    }

    #[test]
    fn quantile_inverts_below_one_degree() {
        for df in [0.1, 0.5, 0.87, 1.09, 3.3, 29.0, 400.0] {
            for p in [1e-6, 0.025, 0.1, 0.3, 0.45, 0.4999, 0.6, 0.9, 0.975, 0.995] {
                close(student_cdf(student_quantile(p, df), df), p, 1e-12);
            }
        }
    }

    #[test]
    fn the_ends_are_the_ends() {
        assert_eq!(student_quantile(0.5, 3.0), 0.0);
        assert_eq!(student_quantile(1.0, 3.0), f64::INFINITY);
        assert_eq!(student_cdf(f64::NEG_INFINITY, 0.5), 0.0);
        assert!(student_quantile(0.9, 0.0).is_nan());
        close(student_quantile(0.9, f64::INFINITY), normal_quantile(0.9), 1e-15);
    }
}
