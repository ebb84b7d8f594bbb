//! The recommended forecast: a random walk whose drift is shrunk towards no change.
//!
//! Normal–inverse-gamma conjugate algebra (Gelman et al., Bayesian Data Analysis, ch. 3). All values are on the
//! working scale of [`crate::scale`]; years are whole and may be missing.

use crate::scale::{OutOfScale, Scale, from_working, to_working};
use crate::special::Student;

/// The prior counts as this many years without change.
pub const STILL_YEARS: f64 = 3.0;
/// Room for a change of the drift itself.
pub const DRIFT_CHANGE: f64 = 0.10;
/// A prior is never worth more degrees of freedom than this.
pub const DF_CAP: f64 = 6.0;

/// What is believed of the variance of one year's change before the series is seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prior {
    /// s0², on the working scale.
    pub variance: f64,
    /// d0: how many degrees of freedom it is worth; capped at [`DF_CAP`] when used.
    pub df: f64,
}

/// A value of a year, on the working scale.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    pub year: i32,
    pub z: f64,
}

/// What the series has taught: drift and variance of one year's change.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Posterior {
    pub last: Point,
    /// k: years of change seen, the prior's included.
    pub years: f64,
    /// m: change per year, shrunk.
    pub drift: f64,
    /// s².
    pub variance: f64,
    /// Student's t with the degrees of freedom of the variance.
    pub student: Student,
}

/// Drift and variance after the points, which stand in strictly increasing years; None of no or unordered points.
///
/// Described in `docs/methods/recommended-forecast.md`.
pub fn posterior(points: &[Point], prior: Prior) -> Option<Posterior> {
    let (first, last) = (points.first()?, *points.last()?);
    if points.windows(2).any(|pair| pair[1].year <= pair[0].year) {
        return None;
    }
    let df0 = prior.df.min(DF_CAP);
    let years = STILL_YEARS + gap(*first, last);
    let drift = (last.z - first.z) / years;
    let steps: f64 = points
        .windows(2)
        .map(|pair| {
            let delta = gap(pair[0], pair[1]);
            let rest = pair[1].z - pair[0].z - drift * delta;
            rest * rest / delta
        })
        .sum();
    let squares = steps + STILL_YEARS * drift * drift;
    let df = df0 + points.len() as f64 - 1.0;
    let variance = (df0 * prior.variance + squares) / df;
    Some(Posterior { last, years, drift, variance, student: Student::new(df) })
}

fn gap(from: Point, to: Point) -> f64 {
    f64::from(to.year) - f64::from(from.year)
}

impl Posterior {
    /// Degrees of freedom of the variance.
    pub fn df(&self) -> f64 {
        self.student.df()
    }

    /// The typical change of one year (sd1).
    pub fn yearly_swing(&self) -> f64 {
        self.variance.sqrt()
    }

    /// P(drift > 0).
    pub fn probability_of_rise(&self) -> f64 {
        let scale = (self.variance / self.years).sqrt();
        if scale == 0.0 {
            return certain(self.drift);
        }
        self.student.upper(-self.drift / scale)
    }

    /// What is to be expected of a year; None before the last year seen, where there are facts.
    pub fn at(&self, year: i32) -> Option<Prediction> {
        if year < self.last.year {
            return None;
        }
        let h = f64::from(year) - f64::from(self.last.year);
        let spread = h + h * h * (1.0 / self.years + DRIFT_CHANGE);
        Some(Prediction {
            centre: self.last.z + self.drift * h,
            scale: (self.variance * spread).sqrt(),
            student: self.student,
        })
    }
}

fn certain(sign: f64) -> f64 {
    if sign > 0.0 {
        1.0
    } else if sign < 0.0 {
        0.0
    } else {
        0.5
    }
}

/// Student's t around a centre.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prediction {
    pub centre: f64,
    pub scale: f64,
    pub student: Student,
}

impl Prediction {
    /// P(value ≥ z).
    pub fn at_least(&self, z: f64) -> f64 {
        if self.scale == 0.0 {
            return if self.centre >= z { 1.0 } else { 0.0 };
        }
        self.student.upper((z - self.centre) / self.scale)
    }

    /// P(value ≤ z).
    pub fn at_most(&self, z: f64) -> f64 {
        if self.scale == 0.0 {
            return if self.centre <= z { 1.0 } else { 0.0 };
        }
        self.student.cdf((z - self.centre) / self.scale)
    }

    /// P(low ≤ value ≤ high).
    pub fn within(&self, low: f64, high: f64) -> f64 {
        if self.scale == 0.0 {
            return if (low..=high).contains(&self.centre) { 1.0 } else { 0.0 };
        }
        (self.at_most(high) - self.at_most(low)).max(0.0)
    }

    /// Lower and upper limit of the central interval, given the t quantile of its upper end.
    pub fn interval(&self, quantile: f64) -> (f64, f64) {
        if self.scale == 0.0 {
            return (self.centre, self.centre);
        }
        (self.centre - quantile * self.scale, self.centre + quantile * self.scale)
    }
}

/// The t quantiles of the 80 % and the 95 % interval, which depend on the degrees of freedom alone.
///
/// Described in `docs/methods/recommended-forecast.md`.
pub fn interval_quantiles(student: &Student) -> (f64, f64) {
    (student.quantile(0.90), student.quantile(0.975))
}

/// What a value is held against, in its own unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Bound {
    AtLeast(f64),
    AtMost(f64),
    Within(f64, f64),
}

/// A forecast in the unit of the series.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Forecast {
    pub median: f64,
    pub lo80: f64,
    pub hi80: f64,
    pub lo95: f64,
    pub hi95: f64,
}

/// Median and intervals of a prediction, taken back to the unit of the series.
///
/// Described in `docs/methods/recommended-forecast.md`.
pub fn forecast(prediction: &Prediction, scale: Scale, quantiles: (f64, f64)) -> Forecast {
    let back = |z| from_working(scale, z);
    let (lo80, hi80) = prediction.interval(quantiles.0);
    let (lo95, hi95) = prediction.interval(quantiles.1);
    Forecast {
        median: back(prediction.centre),
        lo80: back(lo80),
        hi80: back(hi80),
        lo95: back(lo95),
        hi95: back(hi95),
    }
}

/// The probability that the predicted value satisfies a bound, which goes through the same transform.
///
/// Described in `docs/methods/recommended-forecast.md`.
pub fn probability(
    prediction: &Prediction,
    bound: Bound,
    scale: Scale,
    floor: Option<f64>,
) -> Result<f64, OutOfScale> {
    let z = |value| to_working(scale, value, floor);
    Ok(match bound {
        Bound::AtLeast(value) => prediction.at_least(z(value)?),
        Bound::AtMost(value) => prediction.at_most(z(value)?),
        Bound::Within(low, high) => prediction.within(z(low)?, z(high)?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::special::close;
    use proptest::prelude::*;

    fn log_points(values: &[(i32, f64)]) -> Vec<Point> {
        values.iter().map(|&(year, value)| Point { year, z: libm::log(value) }).collect()
    }

    /// Maternal deaths of China 2010–2015 against 20 in 2020, worked by hand.
    #[test]
    fn worked_example() {
        let points = log_points(&[
            (2010, 30.0),
            (2011, 26.1),
            (2012, 24.5),
            (2013, 23.2),
            (2014, 21.7),
            (2015, 20.1),
        ]);
        let known = posterior(&points, Prior { variance: 0.0262, df: 1.09 }).unwrap();
        close(known.drift, -0.050_06, 1e-4);
        close(known.variance, 0.007_424, 1e-4);
        let then = known.at(2020).unwrap();
        close(then.scale, 0.280_86, 1e-4);
        close(then.at_most(libm::log(20.0)), 0.792_232_871_993_883, 1e-12);
        let told = forecast(&then, Scale::Log, interval_quantiles(&known.student));
        close(told.median, 15.649_224_075_891_876, 1e-12);
        close(told.lo80, 10.451_930_947_936_448, 1e-12);
    }

    #[test]
    fn a_band_has_the_probability_of_both_its_ends() {
        let values = [(2018, 1.01), (2019, 1.0), (2020, 1.02), (2021, 0.99)];
        let points: Vec<_> = values.iter().map(|&(year, z)| Point { year, z }).collect();
        let known = posterior(&points, Prior { variance: 0.0004, df: 3.0 }).unwrap();
        let then = known.at(2030).unwrap();
        let p = probability(&then, Bound::Within(0.97, 1.03), Scale::Identity, None).unwrap();
        close(p, 0.186_068_368_793_765_98, 1e-12);
    }

    #[test]
    fn the_year_itself_is_certain_and_the_past_is_no_forecast() {
        let points = log_points(&[(2029, 88.0), (2030, 91.0)]);
        let known = posterior(&points, Prior { variance: 0.01, df: 2.0 }).unwrap();
        let now = known.at(2030).unwrap();
        assert_eq!((now.at_least(libm::log(90.0)), now.at_most(libm::log(90.0))), (1.0, 0.0));
        assert_eq!(known.at(2029), None);
    }

    #[test]
    fn unordered_or_no_points_are_refused() {
        let prior = Prior { variance: 0.01, df: 2.0 };
        assert_eq!(posterior(&[], prior), None);
        assert_eq!(posterior(&log_points(&[(2020, 1.0), (2020, 2.0)]), prior), None);
    }

    #[test]
    fn no_spread_leaves_a_certain_drift() {
        let points = [Point { year: 2020, z: 1.0 }, Point { year: 2021, z: 1.0 }];
        let known = posterior(&points, Prior { variance: 0.0, df: 2.0 }).unwrap();
        close(known.probability_of_rise(), 0.5, 0.0);
    }

    fn series() -> impl Strategy<Value = Vec<(i32, f64)>> {
        proptest::collection::vec((1i32..4, 1.0f64..99.0), 1..14).prop_map(|steps| {
            let mut year = 2000;
            steps
                .into_iter()
                .map(|(gap, value)| {
                    year += gap;
                    (year, value)
                })
                .collect()
        })
    }

    fn run(series: &[(i32, f64)], scale: Scale, bound: Bound, by: i32) -> (f64, Forecast) {
        let points: Vec<Point> = series
            .iter()
            .map(|&(year, v)| Point { year, z: to_working(scale, v, None).unwrap() })
            .collect();
        let known = posterior(&points, crate::prior::generic(scale, &[])).unwrap();
        let then = known.at(by).unwrap();
        let p = probability(&then, bound, scale, None).unwrap();
        (p, forecast(&then, scale, interval_quantiles(&known.student)))
    }

    proptest! {
        #[test]
        fn properties_of_the_method(series in series(), target in 1.0f64..99.0, ahead in 1i32..10) {
            let by = series.last().unwrap().0 + ahead;
            let (p, told) = run(&series, Scale::Logit, Bound::AtLeast(target), by);
            let (q, _) = run(&series, Scale::Logit, Bound::AtMost(target), by);
            prop_assert!((p + q - 1.0).abs() < 1e-12);
            prop_assert!(told.lo95 <= told.lo80 && told.lo80 <= told.median);
            prop_assert!(told.median <= told.hi80 && told.hi80 <= told.hi95);
            // shifting all years changes nothing
            let shifted: Vec<_> = series.iter().map(|&(y, v)| (y + 100, v)).collect();
            prop_assert_eq!(run(&shifted, Scale::Logit, Bound::AtLeast(target), by + 100).0.to_bits(), p.to_bits());
            // a share and its complement
            let mirror: Vec<_> = series.iter().map(|&(y, v)| (y, 100.0 - v)).collect();
            let (m, _) = run(&mirror, Scale::Logit, Bound::AtMost(100.0 - target), by);
            prop_assert!((m - p).abs() < 1e-9);
            // the unit of an amount does not matter
            let (a, _) = run(&series, Scale::Log, Bound::AtMost(target), by);
            let larger: Vec<_> = series.iter().map(|&(y, v)| (y, 8.0 * v)).collect();
            let (b, _) = run(&larger, Scale::Log, Bound::AtMost(8.0 * target), by);
            prop_assert!((a - b).abs() < 1e-9);
        }
    }
}
