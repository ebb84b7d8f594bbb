//! Composite score (综合得分): 功效系数 of every target, domain means, overall, and how far ranks hang on weights.

use std::collections::{BTreeMap, BTreeSet};

use halfsky_plan::figure::Figure;
use halfsky_stats::composite::{
    Overall, PRESENT, Weighted, efficacy_score, keeping_score, overall, rank_ranges, weighted_mean,
};
use halfsky_stats::realisation::{Standard, realisation_degree};

pub use halfsky_stats::composite::RankRange;

use crate::goal::Goal;
use crate::series::{Observation, number};

/// Each weight in turn is varied by this share.
const VARIED: f64 = 0.25;

/// The score of a goal (0–100); `peer_deviation` is used where the base already met it.
pub fn score(
    goal: &Goal,
    base: Observation,
    now: Observation,
    peer_deviation: Option<f64>,
) -> Option<f64> {
    if goal.met(base.value) {
        let shortfall = number(Figure::new(goal.shortfall(now.value)));
        return keeping_score(shortfall, peer_deviation.unwrap_or(0.0));
    }
    if goal.met(now.value) {
        // a band may be left on its other side, where the straight line would go on rising
        return Some(100.0);
    }
    efficacy_score(
        number(now.value),
        number(base.value),
        number(Figure::new(goal.nearest(base.value))),
    )
}

/// 实现程度 of a goal (0–100), whatever the base; None for a band, whose outer limits no plan states.
pub fn realisation(goal: &Goal, now: Observation) -> Option<f64> {
    let value = |v| number(Figure::new(v));
    let standard = match *goal {
        Goal::AtLeast(target) => Standard::Positive(value(target)),
        Goal::AtMost(target) => Standard::Negative(value(target)),
        Goal::Within { .. } => return None,
    };
    realisation_degree(number(now.value), standard)
}

/// Scores of one place: per domain, and both overall means.
#[derive(Debug, Clone, PartialEq)]
pub struct Composite<D> {
    pub domains: BTreeMap<D, Option<f64>>,
    pub overall: Option<Overall>,
}

/// Domain and overall scores of weighted target scores.
pub fn composite<D: Ord + Clone>(scores: &BTreeMap<D, Vec<Weighted>>) -> Composite<D> {
    let domains: BTreeMap<D, Option<f64>> = scores
        .iter()
        .map(|(domain, parts)| (domain.clone(), weighted_mean(parts, PRESENT)))
        .collect();
    let means: Vec<Option<f64>> = domains.values().copied().collect();
    Composite { domains, overall: overall(&means, PRESENT) }
}

/// The rank of each place by its domain scores, all of one weight, with the best and the worst rank when the weight of
/// each domain in turn varies by ± 25 %.
///
/// A domain that a place does not have is a score it lacks; a place without enough domains has no rank.
pub fn ranks<P: Ord + Clone, D: Ord>(
    places: &BTreeMap<P, BTreeMap<D, Option<f64>>>,
) -> BTreeMap<P, Option<RankRange>> {
    let domains: BTreeSet<&D> = places.values().flat_map(BTreeMap::keys).collect();
    let row = |own: &BTreeMap<D, Option<f64>>| -> Vec<Option<f64>> {
        domains.iter().map(|domain| own.get(*domain).copied().flatten()).collect()
    };
    let scores: Vec<Vec<Option<f64>>> = places.values().map(row).collect();
    let ranges = rank_ranges(&scores, &vec![1.0; domains.len()], VARIED);
    places.keys().cloned().zip(ranges).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_decimal::Decimal;

    fn at(year: i32, value: &str) -> Observation {
        Observation { year, value: value.parse().unwrap() }
    }

    const AT_MOST_12: Goal = Goal::AtMost(Decimal::from_parts(12, 0, 0, false, 0));

    #[test]
    fn sixty_at_the_base_and_a_hundred_at_the_target() {
        let of = |now| score(&AT_MOST_12, at(2020, "16.9"), at(2024, now), None).unwrap();
        assert!((of("14.3") - 81.224_489_795_918_37).abs() < 1e-9);
        assert!((of("16.9") - 60.0).abs() < 1e-9 && (of("11") - 100.0).abs() < 1e-9);
        assert!((realisation(&AT_MOST_12, at(2024, "14.3")).unwrap() - 83.9).abs() < 0.02);
    }

    #[test]
    fn met_at_the_base_is_held_or_falls_with_the_peers() {
        let of = |now, peers| score(&AT_MOST_12, at(2020, "11"), at(2024, now), peers);
        assert_eq!(of("11.9", None), Some(100.0));
        assert!((of("13", Some(2.0)).unwrap() - 50.0).abs() < 1e-9);
        assert_eq!(of("13", None), None);
    }

    #[test]
    fn domains_need_two_thirds_and_ranks_have_a_range() {
        let part = |score| Weighted { score, weight: 1.0 };
        let place = |a, b| {
            composite(&BTreeMap::from([("健康", vec![part(a)]), ("教育", vec![part(b), part(b)])]))
        };
        let missing = place(Some(80.0), None);
        assert_eq!((missing.domains["教育"], missing.overall), (None, None));
        let places = BTreeMap::from([
            ("甲县", place(Some(90.0), Some(60.0)).domains),
            ("乙县", place(Some(61.0), Some(88.0)).domains),
            ("丙县", missing.domains),
        ]);
        let ranks = ranks(&places);
        assert_eq!(ranks["甲县"], Some(RankRange { rank: 1, best: 1, worst: 2 }));
        assert_eq!(ranks["丙县"], None);
    }

    #[test]
    fn domains_meet_by_their_names() {
        let of = |parts: &[(&'static str, f64)]| -> BTreeMap<&'static str, Option<f64>> {
            parts.iter().map(|(name, score)| (*name, Some(*score))).collect()
        };
        let places = BTreeMap::from([
            ("甲县", of(&[("健康", 80.0), ("教育", 80.0), ("环境", 80.0)])),
            // one domain less, and one of its own
            ("乙县", of(&[("健康", 90.0), ("教育", 90.0), ("乡村振兴", 10.0)])),
        ]);
        let ranks = ranks(&places);
        assert_eq!(ranks["甲县"].map(|r| r.rank), Some(1));
        assert_eq!(ranks["乙县"].map(|r| r.rank), Some(2));
    }
}
