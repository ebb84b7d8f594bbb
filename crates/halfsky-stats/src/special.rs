//! Special functions and distributions, with fractional parameters down to degrees of freedom below 1.
//!
//! Written on `libm` alone, so that every machine computes the same bits: a library that calls the platform's
//! own `exp` and `ln` would not keep an evaluation byte-identical. Tests hold them against statrs and tables.

mod beta;
mod gamma;
mod normal;
mod poisson;
mod psi;
mod snedecor;
mod solve;
mod student;

pub use beta::{beta_quantile, regularised_beta};
pub use gamma::{chi_square_cdf, chi_square_quantile, gamma_cdf, gamma_quantile};
pub use normal::{normal_cdf, normal_quantile};
pub use poisson::{negative_binomial_cdf, poisson_upper_tail};
pub use psi::{digamma, tetragamma, trigamma};
pub use snedecor::f_upper_tail;
pub use student::{Student, student_cdf, student_quantile};

#[cfg(test)]
pub(crate) fn close(got: f64, want: f64, tolerance: f64) {
    let error = (got - want).abs() / want.abs().max(f64::MIN_POSITIVE);
    assert!(got == want || error <= tolerance, "got {got:e}, want {want:e}, off by {error:e}");
}
