//! Trends by ranks: Theil–Sen and Siegel slopes, Mann–Kendall test. They describe; they do not forecast.

use crate::describe::{median, sorted};
use crate::special::normal_quantile;

/// A line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Line {
    pub slope: f64,
    pub intercept: f64,
}

/// How the intercept of Theil–Sen is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Intercept {
    /// median(y) − slope·median(x).
    Separate,
    /// median(y − slope·x).
    Joint,
}

/// A Theil–Sen line with limits of its slope.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TheilSen {
    pub line: Line,
    pub lower: f64,
    pub upper: f64,
}

/// Median of the pairwise slopes with rank limits; None without two distinct x.
///
/// Described in `docs/methods/rank-trend.md`.
pub fn theil_sen(points: &[(f64, f64)], confidence: f64, intercept: Intercept) -> Option<TheilSen> {
    let slopes = sorted(&pairwise_slopes(points));
    let slope = median(&slopes)?;
    let (x, y): (Vec<f64>, Vec<f64>) = points.iter().copied().unzip();
    let line = Line { slope, intercept: intercept_of(points, slope, intercept)? };
    let z = normal_quantile((1.0 - confidence) / 2.0);
    let spread = z * (tie_variance(points.len(), &[&x, &y])).sqrt();
    let n = slopes.len() as f64;
    let last = slopes.len() - 1;
    Some(TheilSen {
        line,
        lower: slopes[whole(f64::midpoint(n, spread).round_ties_even() - 1.0, last)],
        upper: slopes[whole(((n - spread) / 2.0).round_ties_even(), last)],
    })
}

/// A rank as an index inside the list.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0..=last")]
fn whole(rank: f64, last: usize) -> usize {
    rank.clamp(0.0, last as f64) as usize
}

fn pairwise_slopes(points: &[(f64, f64)]) -> Vec<f64> {
    let mut slopes = Vec::new();
    for (i, a) in points.iter().enumerate() {
        for b in &points[..i] {
            if a.0 - b.0 != 0.0 {
                slopes.push((a.1 - b.1) / (a.0 - b.0));
            }
        }
    }
    slopes
}

fn intercept_of(points: &[(f64, f64)], slope: f64, how: Intercept) -> Option<f64> {
    match how {
        Intercept::Separate => {
            let (x, y): (Vec<f64>, Vec<f64>) = points.iter().copied().unzip();
            Some(median(&y)? - slope * median(&x)?)
        }
        Intercept::Joint => {
            let rests: Vec<f64> = points.iter().map(|(x, y)| y - slope * x).collect();
            median(&rests)
        }
    }
}

/// Variance of Kendall's S, corrected for ties in each of the lists.
fn tie_variance(n: usize, lists: &[&[f64]]) -> f64 {
    let part = |g: f64| g * (g - 1.0) * (2.0 * g + 5.0);
    let ties: f64 = lists
        .iter()
        .map(|list| {
            let sorted = sorted(list);
            sorted
                .chunk_by(|a, b| a.total_cmp(b).is_eq())
                .map(|g| part(g.len() as f64))
                .sum::<f64>()
        })
        .sum();
    (part(n as f64) - ties) / 18.0
}

/// Median over the points of the median slope through each; None without two distinct x.
///
/// Described in `docs/methods/rank-trend.md`.
pub fn siegel(points: &[(f64, f64)]) -> Option<Line> {
    let medians: Vec<f64> = points
        .iter()
        .filter_map(|a| {
            let through: Vec<f64> = points
                .iter()
                .filter(|b| b.0 - a.0 != 0.0)
                .map(|b| (b.1 - a.1) / (b.0 - a.0))
                .collect();
            median(&through)
        })
        .collect();
    let slope = median(&medians)?;
    Some(Line { slope, intercept: intercept_of(points, slope, Intercept::Joint)? })
}

/// Where a series of ranks leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RankTrend {
    Increasing,
    Decreasing,
    None,
}

impl RankTrend {
    /// The code used in data.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Increasing => "increasing",
            Self::Decreasing => "decreasing",
            Self::None => "no trend",
        }
    }
}

/// The Mann–Kendall test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MannKendall {
    pub s: f64,
    pub variance: f64,
    pub z: f64,
    /// Two-sided.
    pub p: f64,
    pub tau: f64,
    pub trend: RankTrend,
}

/// Tests values in order of time at 5 %; None below two values.
///
/// Described in `docs/methods/rank-trend.md`.
pub fn mann_kendall(values: &[f64]) -> Option<MannKendall> {
    let n = values.len();
    if n < 2 {
        return None;
    }
    let mut s = 0.0;
    for (i, a) in values.iter().enumerate() {
        for b in &values[i + 1..] {
            s += if b > a {
                1.0
            } else if b < a {
                -1.0
            } else {
                0.0
            };
        }
    }
    let variance = tie_variance(n, &[values]);
    let sign = if s > 0.0 { 1.0 } else { -1.0 };
    let z = if s == 0.0 { 0.0 } else { (s - sign) / variance.sqrt() };
    let p = libm::erfc(z.abs() * std::f64::consts::FRAC_1_SQRT_2);
    let trend = match (p < 0.05, z > 0.0) {
        (true, true) => RankTrend::Increasing,
        (true, false) => RankTrend::Decreasing,
        (false, _) => RankTrend::None,
    };
    let pairs = n as f64 * (n as f64 - 1.0) / 2.0;
    Some(MannKendall { s, variance, z, p, tau: s / pairs, trend })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::special::close;

    /// The data of Sen (1968): slope 4, limits 26/7 and 35/8 at 93 %.
    #[test]
    fn published_example() {
        let x = [1.0, 2.0, 3.0, 4.0, 10.0, 12.0, 18.0];
        let y = [9.0, 15.0, 19.0, 20.0, 45.0, 55.0, 78.0];
        let points: Vec<(f64, f64)> = x.into_iter().zip(y).collect();
        let found = theil_sen(&points, 0.93, Intercept::Separate).unwrap();
        close(found.line.slope, 4.0, 1e-15);
        close(found.line.intercept, 4.0, 1e-15);
        close(found.lower, 26.0 / 7.0, 1e-15);
        close(found.upper, 35.0 / 8.0, 1e-15);
        close(siegel(&points).unwrap().slope, 3.998_161_764_705_882, 1e-14);
    }

    #[test]
    fn one_wild_value_does_not_turn_the_line() {
        let points: Vec<(f64, f64)> =
            (0..9).map(|i| (f64::from(i), if i == 4 { 900.0 } else { f64::from(2 * i) })).collect();
        close(theil_sen(&points, 0.95, Intercept::Joint).unwrap().line.slope, 2.0, 1e-15);
        close(siegel(&points).unwrap().slope, 2.0, 1e-15);
    }

    #[test]
    fn steadily_rising_is_a_trend() {
        let rising: Vec<f64> = (0..8).map(f64::from).collect();
        let test = mann_kendall(&rising).unwrap();
        assert_eq!((test.s, test.tau, test.trend), (28.0, 1.0, RankTrend::Increasing));
        assert_eq!(mann_kendall(&[1.0, 1.0, 1.0]).unwrap().trend, RankTrend::None);
        assert_eq!(mann_kendall(&[1.0]), None);
        assert_eq!(theil_sen(&[(1.0, 2.0), (1.0, 3.0)], 0.95, Intercept::Joint), None);
    }
}
