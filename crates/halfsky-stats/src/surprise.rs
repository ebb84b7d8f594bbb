//! One step ahead: is a new value within what the earlier ones let expect?

use crate::forecast::{Point, Prediction, Prior, posterior};

/// Only one in a hundred values of an undisturbed series is this surprising.
const QUANTILE: f64 = 0.995;

/// How a new value compares with its forecast.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Surprise {
    /// (z − centre)/scale.
    pub u: f64,
    /// The limit |u| is held against.
    pub limit: f64,
    /// What would have been accepted, on the working scale.
    pub accepted: (f64, f64),
    pub surprising: bool,
}

/// Below this |u| nothing is surprising, however many the degrees of freedom: the normal quantile is below every
/// quantile of Student's t.
const NEVER_SURPRISING: f64 = 2.5758;

/// Whether a value is so near its forecast that [`surprise`] cannot find it surprising. Most values are; the quantile
/// of each is the dear part.
///
/// Described in `docs/methods/surprise.md`.
pub fn near(earlier: &[Point], prior: Prior, new: Point) -> bool {
    compare(earlier, prior, new).is_some_and(|(u, _)| u.abs() < NEVER_SURPRISING)
}

/// Holds a value against the forecast from the earlier points; None without earlier points or forecast scale.
///
/// Described in `docs/methods/surprise.md`.
pub fn surprise(earlier: &[Point], prior: Prior, new: Point) -> Option<Surprise> {
    let (u, then) = compare(earlier, prior, new)?;
    let limit = then.student.quantile(QUANTILE);
    Some(Surprise { u, limit, accepted: then.interval(limit), surprising: u.abs() > limit })
}

/// How many scales a value is from its forecast, and the forecast.
fn compare(earlier: &[Point], prior: Prior, new: Point) -> Option<(f64, Prediction)> {
    let known = posterior(earlier, prior)?;
    let then = known.at(new.year).filter(|_| new.year > known.last.year)?;
    (then.scale > 0.0).then(|| ((new.z - then.centre) / then.scale, then))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::special::close;

    fn judge(value: f64) -> Surprise {
        let values = [30.0, 26.1, 24.5, 23.2, 21.7, 20.1];
        let earlier: Vec<Point> =
            (2010..).zip(values).map(|(year, v)| Point { year, z: libm::log(v) }).collect();
        let prior = Prior { variance: 0.0262, df: 1.09 };
        surprise(&earlier, prior, Point { year: 2016, z: libm::log(value) }).unwrap()
    }

    /// 29.9 typed for 19.9.
    #[test]
    fn worked_example() {
        let typed = judge(29.9);
        close(typed.u, 4.69, 2e-3);
        close(typed.limit, 3.69, 2e-3);
        assert!(typed.surprising);
        close(libm::exp(typed.accepted.0), 13.5, 1e-2);
        close(libm::exp(typed.accepted.1), 27.2, 1e-2);
        let meant = judge(19.9);
        close(meant.u, 0.42, 1e-2);
        assert!(!meant.surprising);
    }

    /// For a steady series the change noticed shrinks with the values before: factor 3.5 after two, 1.3 after six.
    #[test]
    fn more_history_notices_smaller_jumps() {
        let factor = |n: i32| {
            let earlier: Vec<Point> = (0..n).map(|i| Point { year: 2000 + i, z: 0.0 }).collect();
            let new = Point { year: 2000 + n, z: 0.0 };
            libm::exp(
                surprise(&earlier, crate::prior::generic(crate::scale::Scale::Log, &[]), new)
                    .unwrap()
                    .accepted
                    .1,
            )
        };
        close(factor(2), 3.5, 2e-2);
        close(factor(3), 1.9, 3e-2);
        close(factor(6), 1.3, 3e-2);
    }

    /// Values from far below to far above: none that is near is surprising, and most are near.
    #[test]
    fn what_is_near_is_never_surprising() {
        let prior = Prior { variance: 0.0262, df: 1.09 };
        let mut nears = 0;
        for years in 1..30 {
            let earlier: Vec<Point> =
                (0..years).map(|i| Point { year: 1990 + i, z: f64::from(i % 3) * 0.05 }).collect();
            for step in -40..=40 {
                let new = Point { year: 1990 + years, z: f64::from(step) * 0.05 };
                let told = surprise(&earlier, prior, new).unwrap();
                let near = near(&earlier, prior, new);
                assert!(!(near && told.surprising), "{years} {step}");
                nears += i32::from(near);
            }
        }
        assert!(nears > 200, "{nears}");
    }

    #[test]
    fn nothing_before_is_nothing_to_be_surprised_at() {
        let prior = Prior { variance: 0.01, df: 2.0 };
        assert_eq!(surprise(&[], prior, Point { year: 2020, z: 0.0 }), None);
        let same_year = [Point { year: 2020, z: 0.0 }];
        assert_eq!(surprise(&same_year, prior, Point { year: 2020, z: 1.0 }), None);
    }
}
