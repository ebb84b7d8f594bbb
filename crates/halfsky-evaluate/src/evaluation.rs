//! Evaluation (评估): all targets of a place, or of all places, judged in one run.
//!
//! A run is a pure function of its inputs: the same figures and parameters give the same results whatever the
//! number of threads, because every target is judged on its own and results keep the order of the subjects.

use halfsky_stats::prior::{PEER_POINTS, PEER_SERIES, Pool, peer_variance};

use crate::judgement::{Judgement, Knowledge, judge};
use crate::outlook::{PriorOrigin, Quantiles, UsedPrior, points};
use crate::working::Held;

/// Version of the methods: results of different versions are not compared without saying so.
pub const METHOD_VERSION: &str = "1";

/// A target with what is known of it.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    pub held: &'a Held,
    pub knowledge: Knowledge<'a>,
}

/// Judges subjects in order.
pub fn judge_all(subjects: &[Subject<'_>], as_of: i32) -> Vec<Judgement> {
    let mut quantiles = Quantiles::default();
    subjects.iter().map(|s| judge(s.held, &s.knowledge, as_of, &mut quantiles)).collect()
}

/// Judges the same indicator of many places, each under the prior its peers teach.
pub fn judge_indicator(places: &[Held], base_year: i32, as_of: i32) -> Vec<Judgement> {
    let peers: Vec<&Held> = places.iter().collect();
    let priors = peer_priors(&peers, as_of);
    let subjects: Vec<Subject<'_>> = places
        .iter()
        .zip(priors)
        .map(|(held, prior)| Subject {
            held,
            knowledge: Knowledge { prior, base_year: Some(base_year), ..Knowledge::default() },
        })
        .collect();
    judge_all(&subjects, as_of)
}

/// The prior of each series from the others of the same indicator (its own is left out); None: too few peers.
pub fn peer_priors(same_indicator: &[&Held], as_of: i32) -> Vec<Option<UsedPrior>> {
    let scatter: Vec<_> = same_indicator
        .iter()
        .map(|held| {
            let known = points(held.series.comparable(as_of), held.scale, None).ok()?;
            if known.points.len() < PEER_POINTS { None } else { peer_variance(&known.points) }
        })
        .collect();
    let peers: Vec<_> = scatter.iter().flatten().copied().collect();
    let pool = Pool::of(&peers).remembering();
    scatter
        .iter()
        .map(|own| {
            let others = own.map_or(pool, |own| pool.without(own));
            if others.peers() < PEER_SERIES as f64 {
                return None;
            }
            let prior = others.fitted()?.prior;
            Some(UsedPrior { prior, origin: PriorOrigin::Peers })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;

    use halfsky_monitor::threads::in_order;

    use super::*;
    use crate::attainment::{Demand, Duty};
    use crate::goal::Goal;
    use crate::series::{Observation, Series};
    use halfsky_plan::figure::Figure;
    use halfsky_stats::scale::Scale;
    use rust_decimal::Decimal;

    /// A series that rises with a wave of its own.
    fn held(seed: i64, years: i32) -> Held {
        let observations = (0..years)
            .map(|i| {
                let wave = (i64::from(i) * (7 + seed)) % 5;
                let value = Decimal::new(500 + 8 * i64::from(i) + wave * (1 + seed % 3), 1);
                Observation { year: 2015 + i, value: Figure::new(value) }
            })
            .collect();
        Held {
            series: Series::new(observations, Vec::new()).unwrap(),
            demand: Demand {
                goal: Goal::AtLeast(Decimal::from(62)),
                by: 2030,
                duty: Duty::AtDeadline,
                base_year: Some(2020),
                tolerance: None,
            },
            scale: Scale::Logit,
            needs_prior: false,
        }
    }

    #[test]
    fn threads_change_nothing() {
        let indicators: Vec<Vec<Held>> = (0..13)
            .map(|k| {
                (0..11).map(|i| held(i + k, 6 + i32::try_from((i + k) % 4).unwrap())).collect()
            })
            .collect();
        let work = |places: &Vec<Held>| format!("{:?}", judge_indicator(places, 2020, 2024));
        let alone: Vec<String> = indicators.iter().map(work).collect();
        for threads in [1, 2, 5, 64] {
            assert_eq!(in_order(&indicators, NonZeroUsize::new(threads).unwrap(), work), alone);
        }
    }

    #[test]
    fn peers_need_to_be_many_and_long() {
        let all: Vec<Held> = (0..9).map(|i| held(i, 8)).collect();
        let peers: Vec<&Held> = all.iter().collect();
        let priors = peer_priors(&peers, 2024);
        assert!(priors.iter().all(Option::is_some));
        assert_eq!(priors[0].map(|p| p.origin), Some(PriorOrigin::Peers));
        assert!(peer_priors(&peers[1..], 2024).iter().all(Option::is_none));
    }
}
