//! The F distribution.

use super::beta::{Share, tails};

/// P(X > f) of the F distribution with `over` and `under` degrees of freedom.
///
/// Described in `docs/methods/special-functions.md`.
pub fn f_upper_tail(f: f64, over: f64, under: f64) -> f64 {
    if f.is_nan() || !(over > 0.0 && under > 0.0) {
        return f64::NAN;
    }
    if f <= 0.0 {
        return 1.0;
    }
    let odds = over * f / under;
    if odds.is_infinite() {
        return 0.0;
    }
    tails(under / 2.0, over / 2.0, Share { x: 1.0 / (1.0 + odds), rest: odds / (1.0 + odds) }).lower
}

#[cfg(test)]
mod tests {
    use super::super::{close, student_cdf};
    use super::*;

    #[test]
    fn the_square_of_a_t_is_an_f() {
        for df in [0.87, 3.0, 12.0] {
            close(f_upper_tail(4.0, 1.0, df), 2.0 * student_cdf(-2.0, df), 1e-14);
        }
    }

    /// 5 % points of the printed tables.
    #[test]
    fn table_of_f() {
        close(f_upper_tail(4.964_602_743_730_711, 1.0, 10.0), 0.05, 1e-12);
        close(f_upper_tail(3.325_834_530_413_011, 5.0, 10.0), 0.05, 1e-12);
    }

    #[test]
    fn the_ends_are_the_ends() {
        assert_eq!(
            (f_upper_tail(0.0, 2.0, 2.0), f_upper_tail(f64::INFINITY, 2.0, 2.0)),
            (1.0, 0.0)
        );
        assert!(f_upper_tail(1.0, 0.0, 2.0).is_nan());
    }
}
