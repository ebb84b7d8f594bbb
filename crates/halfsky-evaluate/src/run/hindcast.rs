//! Hindcast (回测): the forecasts the method would have issued on past figures, held against what happened.

use std::collections::BTreeMap;

use halfsky_stats::forecast::posterior;
use halfsky_stats::hindcast::{
    Issued, ReliabilityClass, brier_score, climatology_score, discrimination, reliability, share,
};

use crate::evaluation::peer_priors;
use crate::outlook::{Quantiles, Question, outlook, points};
use crate::series::Series;
use crate::working::Held;

/// Fewer figures than this are no past to forecast from.
const LEAST: usize = 2;
/// Classes of the reliability diagram.
const CLASSES: usize = 10;

/// How the forecasts did.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Hindcast {
    /// Series that gave at least one case.
    pub series: usize,
    /// Forecasts that were held against a figure.
    pub cases: usize,
    /// Shares of the intervals that held.
    pub coverage50: Option<f64>,
    pub coverage80: Option<f64>,
    pub coverage95: Option<f64>,
    /// Forecasts with a probability.
    pub issued: usize,
    pub brier: Option<f64>,
    /// The score of always saying how often it happened.
    pub climatology: Option<f64>,
    pub discrimination: Option<f64>,
    pub reliability: Vec<ReliabilityClass>,
    /// By years ahead.
    pub horizons: Vec<Horizon>,
}

/// The forecasts of one distance.
#[derive(Debug, Clone, PartialEq)]
pub struct Horizon {
    pub years: i32,
    pub cases: usize,
    pub coverage80: Option<f64>,
    pub brier: Option<f64>,
}

struct Case {
    years: i32,
    held: [bool; 3],
    issued: Option<Issued>,
}

/// Runs through every origin of every series: the years after it are forecast from those up to it, with priors from
/// the peers' figures up to it.
pub fn hindcast(subjects: &[(Held, Vec<Series>, Option<u32>)]) -> Hindcast {
    let mut quantiles = Quantiles::default();
    let mut all = Vec::new();
    let mut series = 0;
    for (held, peers, decimals) in subjects {
        let cases = cases(held, peers, *decimals, &mut quantiles);
        series += usize::from(!cases.is_empty());
        all.extend(cases);
    }
    let covered = |at: usize| share(all.iter().map(|c| c.held[at]));
    let issued: Vec<Issued> = all.iter().filter_map(|c| c.issued).collect();
    let mut by_years: BTreeMap<i32, Vec<&Case>> = BTreeMap::new();
    for case in &all {
        by_years.entry(case.years).or_default().push(case);
    }
    let horizon = |(years, cases): (i32, Vec<&Case>)| {
        let issued: Vec<Issued> = cases.iter().filter_map(|c| c.issued).collect();
        Horizon {
            years,
            cases: cases.len(),
            coverage80: share(cases.iter().map(|c| c.held[1])),
            brier: brier_score(&issued),
        }
    };
    Hindcast {
        series,
        cases: all.len(),
        coverage50: covered(0),
        coverage80: covered(1),
        coverage95: covered(2),
        issued: issued.len(),
        brier: brier_score(&issued),
        climatology: climatology_score(&issued),
        discrimination: discrimination(&issued),
        reliability: reliability(&issued, CLASSES),
        horizons: by_years.into_iter().map(horizon).collect(),
    }
}

fn cases(
    held: &Held,
    peers: &[Series],
    decimals: Option<u32>,
    quantiles: &mut Quantiles,
) -> Vec<Case> {
    let observations = held.series.comparable(i32::MAX);
    let Ok(known) = points(observations, held.scale, decimals) else { return Vec::new() };
    let peers: Vec<Held> =
        peers.iter().map(|series| Held { series: series.clone(), ..held.clone() }).collect();
    let mut cases = Vec::new();
    for origin in LEAST..observations.len() {
        let last = observations[origin - 1];
        let places: Vec<&Held> = std::iter::once(held).chain(&peers).collect();
        let prior = peer_priors(&places, last.year).into_iter().next().flatten();
        let past =
            crate::outlook::Points { points: known.points[..origin].to_vec(), floor: known.floor };
        for (then, point) in observations.iter().zip(&known.points).skip(origin) {
            let question = Question {
                goal: held.demand.goal,
                by: then.year,
                scale: held.scale,
                decimals,
                prior,
                needs_prior: held.needs_prior,
            };
            let Some(told) = outlook(&past, &question, quantiles) else { continue };
            let Some(after) = posterior(&past.points, told.prior.prior) else { continue };
            let Some(prediction) = after.at(then.year) else { continue };
            let inside = |p: f64| {
                let (low, high) = prediction.interval(after.student.quantile(p));
                low <= point.z && point.z <= high
            };
            let happened = held.demand.goal.met(then.value);
            cases.push(Case {
                years: then.year - last.year,
                held: [inside(0.75), inside(0.90), inside(0.975)],
                issued: told.probability.ok().map(|probability| Issued { probability, happened }),
            });
        }
    }
    cases
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attainment::{Demand, Duty};
    use crate::goal::Goal;
    use crate::series::tests::series;
    use halfsky_stats::scale::Scale;
    use rust_decimal::Decimal;

    fn subject(values: &[(i32, &str)], breaks: &[i32]) -> (Held, Vec<Series>, Option<u32>) {
        let held = Held {
            series: series(values, breaks),
            demand: Demand {
                goal: Goal::AtMost(Decimal::from(20)),
                by: 2020,
                duty: Duty::AtDeadline,
                base_year: None,
                tolerance: None,
            },
            scale: Scale::Log,
            needs_prior: false,
        };
        (held, Vec::new(), Some(1))
    }

    const FALLING: [(i32, &str); 5] =
        [(2010, "30.0"), (2011, "26.1"), (2012, "24.5"), (2013, "23.2"), (2014, "18.9")];

    #[test]
    fn every_origin_is_held_against_every_year_after_it() {
        let told = hindcast(&[subject(&FALLING, &[])]);
        assert_eq!((told.series, told.cases, told.issued), (1, 6, 6));
        let cases: Vec<(i32, usize)> = told.horizons.iter().map(|h| (h.years, h.cases)).collect();
        assert_eq!(cases, [(1, 3), (2, 2), (3, 1)]);
        assert!(told.coverage50 <= told.coverage80 && told.coverage80 <= told.coverage95);
        assert!(told.brier.is_some_and(|b| (0.0..=1.0).contains(&b)));
        assert_eq!(told.reliability.iter().map(|c| c.cases).sum::<usize>(), 6);
    }

    #[test]
    fn a_break_and_a_short_past_give_no_case() {
        assert_eq!(hindcast(&[subject(&FALLING, &[2013])]).cases, 0);
        assert_eq!(hindcast(&[subject(&FALLING[..2], &[])]), Hindcast::default());
    }

    /// The worked example of the methods: figures to 2015 give 0.792 for 2020, where 16.9 was published.
    #[test]
    fn the_probability_is_the_one_that_would_have_been_issued() {
        let mut values = FALLING.to_vec();
        values[4] = (2014, "21.7");
        values.extend([(2015, "20.1"), (2020, "16.9")]);
        let (held, ..) = subject(&values, &[]);
        let all = cases(&held, &[], Some(1), &mut Quantiles::default());
        let last = all.last().and_then(|c| c.issued).unwrap();
        assert!((last.probability - 0.792_232_871_993_883).abs() < 1e-12 && last.happened);
    }
}
