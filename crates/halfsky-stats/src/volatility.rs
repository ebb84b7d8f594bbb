//! Volatility: does a series swing more than its kind does, or more than its target asks?

use crate::describe::median;
use crate::forecast::{DF_CAP, Point, Prior};
use crate::special::f_upper_tail;

/// The wanted direction of a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Up,
    Down,
}

impl Direction {
    /// +1 or −1.
    pub const fn sign(self) -> f64 {
        match self {
            Self::Up => 1.0,
            Self::Down => -1.0,
        }
    }
}

/// The target on the working scale and its year.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Goal {
    pub z: f64,
    pub year: i32,
}

/// Measures of volatility on the working scale.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Volatility {
    /// Scatter of the yearly changes around their mean.
    pub sd: f64,
    /// The same from the median deviation, blind to single jumps.
    pub robust: f64,
    /// Share of steps in the wrong direction; None where no direction is wanted.
    pub wrong: Option<f64>,
    /// sd² against the prior variance.
    pub f: f64,
    /// P(F > f): how often the prior alone would scatter as much.
    pub p_f: f64,
    /// Required yearly change through the scatter; None without target, infinite without scatter.
    pub snr: Option<f64>,
    /// The flag.
    pub volatile: bool,
}

/// Volatility of a series; None below three points or out of order.
///
/// Described in `docs/methods/volatility.md`.
pub fn volatility(
    points: &[Point],
    prior: Prior,
    direction: Option<Direction>,
    goal: Option<Goal>,
) -> Option<Volatility> {
    let n = points.len();
    if n < 3 || points.windows(2).any(|pair| pair[1].year <= pair[0].year) {
        return None;
    }
    let (first, last) = (points[0], points[n - 1]);
    let drift = (last.z - first.z) / years(first, last);
    let steps = points.windows(2);
    let changes: Vec<f64> =
        steps.clone().map(|p| (p[1].z - p[0].z) / years(p[0], p[1]).sqrt()).collect();
    let squares: f64 = steps
        .clone()
        .map(|p| {
            let delta = years(p[0], p[1]);
            let rest = (p[1].z - p[0].z - drift * delta) / delta.sqrt();
            rest * rest
        })
        .sum();
    let df = n as f64 - 2.0;
    let sd = (squares / df).sqrt();
    let middle = median(&changes)?;
    let robust = 1.4826 * median(&changes.iter().map(|u| (u - middle).abs()).collect::<Vec<_>>())?;
    let wrong = direction.map(|direction| {
        let count = steps.filter(|p| direction.sign() * (p[1].z - p[0].z) < 0.0).count();
        count as f64 / changes.len() as f64
    });
    let f = sd * sd / prior.variance;
    let p_f = f_upper_tail(f, df, prior.df.min(DF_CAP));
    let snr = goal.filter(|goal| goal.year > first.year).map(|goal| {
        let needed = (goal.z - first.z).abs() / (f64::from(goal.year) - f64::from(first.year));
        if sd == 0.0 { f64::INFINITY } else { needed / sd }
    });
    let restless = snr.is_some_and(|r| r < 0.5) && wrong.is_some_and(|w| w >= 1.0 / 3.0);
    Some(Volatility {
        sd,
        robust,
        wrong,
        f,
        p_f,
        snr,
        volatile: n >= 4 && (p_f < 0.10 || restless),
    })
}

fn years(from: Point, to: Point) -> f64 {
    f64::from(to.year) - f64::from(from.year)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::special::close;

    fn points(values: &[(i32, f64)]) -> Vec<Point> {
        values.iter().map(|&(year, v)| Point { year, z: libm::log(v) }).collect()
    }

    /// Maternal deaths of China without 2011–12, against the national prior.
    #[test]
    fn worked_example() {
        let series = points(&[
            (2010, 30.0),
            (2013, 23.2),
            (2014, 21.7),
            (2015, 20.1),
            (2016, 19.9),
            (2017, 19.6),
            (2018, 18.3),
            (2019, 17.8),
            (2020, 16.9),
            (2021, 16.1),
            (2022, 15.7),
            (2023, 15.1),
            (2024, 14.3),
        ]);
        let v = volatility(&series, crate::prior::NATIONAL, Some(Direction::Down), None).unwrap();
        close(v.sd, 0.0288, 2e-3);
        close(v.f, 0.781, 2e-3);
        close(v.p_f, 0.68, 1e-2);
        assert_eq!((v.wrong, v.volatile), (Some(0.0), false));
    }

    #[test]
    fn a_wild_series_is_flagged_by_either_leg() {
        let wild = points(&[(2018, 10.0), (2019, 30.0), (2020, 8.0), (2021, 33.0), (2022, 9.0)]);
        let smooth = Prior { variance: 0.001, df: 3.0 };
        assert!(volatility(&wild, smooth, None, None).unwrap().volatile);
        let broad = Prior { variance: 10.0, df: 3.0 };
        let goal = Some(Goal { z: libm::log(9.5), year: 2030 });
        assert!(volatility(&wild, broad, Some(Direction::Down), goal).unwrap().volatile);
        assert!(!volatility(&wild, broad, None, goal).unwrap().volatile);
    }

    #[test]
    fn two_points_say_nothing() {
        assert_eq!(
            volatility(&points(&[(2020, 1.0), (2021, 2.0)]), crate::prior::NATIONAL, None, None),
            None
        );
    }
}
