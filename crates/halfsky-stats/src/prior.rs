//! Priors of the yearly variance: from peers where there are enough, generic otherwise.

use crate::describe::{mean, sorted};
use crate::forecast::{Point, Prior};
use crate::scale::Scale;
use crate::special::{digamma, tetragamma, trigamma};

/// Peers must be at least this many series…
pub const PEER_SERIES: usize = 8;
/// …of at least this many points.
pub const PEER_POINTS: usize = 6;

/// Starting value fitted on national official series of China, for national data on a logit or log scale.
pub const NATIONAL: Prior = Prior { variance: 0.00106, df: 2.19 };

/// The prior when nothing else is known; `values` are read on the identity scale alone.
///
/// Described in `docs/methods/prior.md`.
pub fn generic(scale: Scale, values: &[f64]) -> Prior {
    match scale {
        Scale::Logit => Prior { variance: 0.0469, df: 0.87 },
        Scale::Log => Prior { variance: 0.0262, df: 1.09 },
        Scale::Identity => {
            let sizes = sorted(&values.iter().map(|v| v.abs()).collect::<Vec<_>>());
            let middle = sizes.get(sizes.len() / 2).copied().unwrap_or(0.0);
            let variance = if middle == 0.0 { 1e-4 } else { 0.03 * middle * (0.03 * middle) };
            Prior { variance, df: 0.5 }
        }
    }
}

/// The prior for the difference of two percentages, from the logit prior of each and its share (0–1).
///
/// Described in `docs/methods/prior.md`.
pub fn of_difference(parts: [(f64, Prior); 2]) -> Prior {
    let variance = parts
        .iter()
        .map(|(share, prior)| {
            let points = 100.0 * share * (1.0 - share);
            points * points * prior.variance
        })
        .sum();
    Prior { variance, df: parts[0].1.df.min(parts[1].1.df) }
}

/// The scatter of one series' yearly changes around its own mean change.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PeerVariance {
    /// s².
    pub variance: f64,
    /// f = n − 2.
    pub df: f64,
}

/// Scatter of a series on the working scale; None below three points, out of order, or without any scatter.
///
/// Described in `docs/methods/prior.md`.
pub fn peer_variance(points: &[Point]) -> Option<PeerVariance> {
    let (first, last) = (points.first()?, points.last()?);
    if points.len() < 3 || points.windows(2).any(|pair| pair[1].year <= pair[0].year) {
        return None;
    }
    let drift = (last.z - first.z) / (f64::from(last.year) - f64::from(first.year));
    let df = points.len() as f64 - 2.0;
    let squares: f64 = points
        .windows(2)
        .map(|pair| {
            let delta = f64::from(pair[1].year) - f64::from(pair[0].year);
            let rest = pair[1].z - pair[0].z - drift * delta;
            rest * rest / delta
        })
        .sum();
    let variance = squares / df;
    if variance > 0.0 { Some(PeerVariance { variance, df }) } else { None }
}

/// What the peers teach, and on which middle figures it rests.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fitted {
    /// Its df is infinite where the peers scatter no more than chance does.
    pub prior: Prior,
    /// ē: mean of the corrected logarithms.
    pub centre: f64,
    /// v: what scatters beyond chance.
    pub excess: f64,
}

/// Moment fit of a scaled inverse chi-square to the variances of peers (as limma does); None below two of them.
///
/// Described in `docs/methods/prior.md`.
pub fn fit_moments(peers: &[PeerVariance]) -> Option<Fitted> {
    Pool::of(peers).fitted()
}

/// Peers as their sums, so that one of them can be left out without adding up all others again.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pool {
    peers: f64,
    centre: f64,
    /// Sum of squared distances from the centre.
    scatter: f64,
    /// Sum of what chance alone scatters.
    chance: f64,
    /// Where the search for the degrees of freedom begins.
    start: Option<f64>,
}

impl Pool {
    /// Adds up peers in the order given.
    pub fn of(peers: &[PeerVariance]) -> Self {
        let logs: Vec<f64> = peers.iter().map(|p| corrected_log(*p)).collect();
        let centre = mean(&logs).unwrap_or(0.0);
        Self {
            peers: logs.len() as f64,
            centre,
            scatter: logs.iter().map(|e| (e - centre) * (e - centre)).sum(),
            chance: peers.iter().map(|p| trigamma(p.df / 2.0)).sum(),
            start: None,
        }
    }

    /// How many peers there are.
    pub fn peers(&self) -> f64 {
        self.peers
    }

    /// The pool without one of its peers.
    #[must_use]
    pub fn without(&self, peer: PeerVariance) -> Self {
        let rest = self.peers - 1.0;
        let distance = corrected_log(peer) - self.centre;
        Self {
            peers: rest,
            centre: self.centre - distance / rest,
            scatter: (self.scatter - distance * distance * self.peers / rest).max(0.0),
            chance: self.chance - trigamma(peer.df / 2.0),
            start: self.start,
        }
    }

    /// The prior the pool teaches; None below two peers.
    pub fn fitted(&self) -> Option<Fitted> {
        if self.peers < 2.0 {
            return None;
        }
        let centre = self.centre;
        let excess = self.scatter / (self.peers - 1.0) - self.chance / self.peers;
        if excess <= 0.0 {
            let prior = Prior { variance: libm::exp(centre), df: f64::INFINITY };
            return Some(Fitted { prior, centre, excess });
        }
        let x = inverse_trigamma(excess, self.start.unwrap_or(0.5 + 1.0 / excess));
        let variance = libm::exp(centre + digamma(x) - libm::log(x));
        Some(Fitted { prior: Prior { variance, df: 2.0 * x }, centre, excess })
    }

    /// The same pool, which with one peer left out looks for its prior near its own.
    #[must_use]
    pub fn remembering(self) -> Self {
        let df = self.fitted().map(|fitted| fitted.prior.df).filter(|df| df.is_finite());
        Self { start: df.map(|df| df / 2.0), ..self }
    }
}

/// e = ln s² less what chance alone makes of it.
fn corrected_log(peer: PeerVariance) -> f64 {
    let half = peer.df / 2.0;
    libm::log(peer.variance) - digamma(half) + libm::log(half)
}

/// x with ψ′(x) = v, by Newton's method on 1/ψ′, which is convex: from any start it ends on one side.
fn inverse_trigamma(v: f64, start: f64) -> f64 {
    let mut x = start;
    for _ in 0..100 {
        let t = trigamma(x);
        let step = t * (1.0 - t / v) / tetragamma(x);
        x = (x + step).max(x / 4.0);
        if (step / x).abs() < 1e-8 {
            break;
        }
    }
    x
}

/// The prior from peers on the working scale, if there are enough of them: at least eight series of six points.
///
/// The series that is judged must not be among them. Described in `docs/methods/prior.md`.
pub fn from_peers<'a>(series: impl IntoIterator<Item = &'a [Point]>) -> Option<Fitted> {
    let peers: Vec<PeerVariance> = series
        .into_iter()
        .filter(|points| points.len() >= PEER_POINTS)
        .filter_map(peer_variance)
        .collect();
    if peers.len() < PEER_SERIES { None } else { fit_moments(&peers) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::special::close;

    /// Check value: twelve national series with their standard deviations and lengths.
    #[test]
    fn check_value_of_the_moment_fit() {
        let series = [
            (0.0334, 10.0),
            (0.0403, 5.0),
            (0.0253, 9.0),
            (0.2840, 6.0),
            (0.0425, 6.0),
            (0.0315, 12.0),
            (0.0646, 4.0),
            (0.0217, 5.0),
            (0.0199, 5.0),
            (0.0291, 4.0),
            (0.0272, 6.0),
            (0.0165, 5.0),
        ];
        let peers: Vec<_> =
            series.iter().map(|&(sd, n)| PeerVariance { variance: sd * sd, df: n - 2.0 }).collect();
        let fitted = fit_moments(&peers).unwrap();
        close(fitted.centre, -6.330_51, 1e-6);
        close(fitted.excess, 1.444_17, 1e-5);
        close(fitted.prior.df, 2.1884, 1e-4);
        close(fitted.prior.variance, 0.001_056_7, 1e-4);
    }

    #[test]
    fn leaving_one_out_is_fitting_the_others() {
        let peers: Vec<_> = (1..=9)
            .map(|i| PeerVariance { variance: 0.001 * f64::from(i * i), df: f64::from(3 + i) })
            .collect();
        let pool = Pool::of(&peers).remembering();
        for (at, peer) in peers.iter().enumerate() {
            let others: Vec<_> =
                peers.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, p)| *p).collect();
            let (one, other) =
                (pool.without(*peer).fitted().unwrap(), fit_moments(&others).unwrap());
            close(one.prior.variance, other.prior.variance, 1e-12);
            close(one.prior.df, other.prior.df, 1e-10);
        }
        assert!(Pool::of(&[]).fitted().is_none());
    }

    #[test]
    fn peers_no_more_scattered_than_chance_are_worth_the_cap() {
        let alike = [PeerVariance { variance: 0.01, df: 8.0 }; 9];
        let fitted = fit_moments(&alike).unwrap();
        assert!(fitted.prior.df.is_infinite() && fitted.excess < 0.0);
    }

    #[test]
    fn too_few_or_too_short_peers_are_none() {
        let wavy = |n: i32, swing: f64| -> Vec<Point> {
            (0..n).map(|i| Point { year: 2000 + i, z: swing * f64::from(i % 3) }).collect()
        };
        let eight: Vec<_> = (1..=8).map(|i| wavy(7, f64::from(i) / 50.0)).collect();
        assert!(from_peers(eight.iter().map(Vec::as_slice)).is_some());
        assert!(from_peers(eight[1..].iter().map(Vec::as_slice)).is_none());
        let short: Vec<_> = (1..=9).map(|i| wavy(5, f64::from(i) / 50.0)).collect();
        assert!(from_peers(short.iter().map(Vec::as_slice)).is_none());
        assert_eq!(peer_variance(&wavy(4, 0.0)), None);
    }

    #[test]
    fn level_decides_where_there_is_no_scale() {
        assert_eq!(generic(Scale::Identity, &[0.0, 0.0]).variance.to_bits(), 1e-4f64.to_bits());
        close(generic(Scale::Identity, &[-10.0, 20.0, 30.0]).variance, 0.36, 1e-14);
        let half = Prior { variance: 0.04, df: 2.0 };
        close(of_difference([(0.5, half), (0.5, half)]).variance, 50.0, 1e-14);
    }
}
