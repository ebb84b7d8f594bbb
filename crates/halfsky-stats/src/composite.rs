//! Composite scores: each figure between its base and its target (60 to 100), weighted means, two means of groups.

/// A part is scored only if this share of its weight is present.
pub const PRESENT: f64 = 2.0 / 3.0;
/// Points lost per peer deviation of shortfall, where the base already met the target.
const PER_DEVIATION: f64 = 20.0;

/// 60 at the base, 100 at the target, cut to 0–100; None where base and target are equal.
///
/// Described in `docs/methods/composite.md`.
pub fn efficacy_score(value: f64, base: f64, target: f64) -> Option<f64> {
    let way = target - base;
    if way == 0.0 { None } else { Some((60.0 + 40.0 * (value - base) / way).clamp(0.0, 100.0)) }
}

/// The score where the base already met the target: 100 while held, else 60 less 20 per peer deviation short.
///
/// `shortfall` is how far the value misses the target (0 or less: held). Described in `docs/methods/composite.md`.
pub fn keeping_score(shortfall: f64, peer_deviation: f64) -> Option<f64> {
    if shortfall <= 0.0 {
        return Some(100.0);
    }
    if !(peer_deviation > 0.0) {
        return None;
    }
    Some((60.0 - PER_DEVIATION * shortfall / peer_deviation).max(0.0))
}

/// A score that may be missing, with its weight.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weighted {
    pub score: Option<f64>,
    pub weight: f64,
}

/// Weighted mean of the present scores; None if less than `present` of the weight is there.
///
/// Described in `docs/methods/composite.md`.
pub fn weighted_mean(scores: &[Weighted], present: f64) -> Option<f64> {
    let whole: f64 = scores.iter().map(|s| s.weight).sum();
    let (mut sum, mut weight) = (0.0, 0.0);
    for part in scores {
        if let Some(score) = part.score {
            sum += part.weight * score;
            weight += part.weight;
        }
    }
    // a share of exactly two thirds is enough, whatever the last bit of the sum says
    if weight > 0.0 && weight / whole >= present - 1e-12 { Some(sum / weight) } else { None }
}

/// Arithmetic and geometric mean of groups, and how far they part.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Overall {
    pub arithmetic: f64,
    pub geometric: f64,
    /// arithmetic − geometric: a strong group does not make up for a weak one.
    pub imbalance: f64,
}

/// Both means of the present groups; None if fewer than `present` of them are there.
///
/// Described in `docs/methods/composite.md`.
pub fn overall(groups: &[Option<f64>], present: f64) -> Option<Overall> {
    let there: Vec<f64> = groups.iter().flatten().copied().collect();
    let n = there.len() as f64;
    if there.is_empty() || n / (groups.len() as f64) < present - 1e-12 {
        return None;
    }
    let arithmetic = there.iter().sum::<f64>() / n;
    let logs: f64 = there.iter().map(|score| libm::log(score.max(1.0))).sum();
    let geometric = libm::exp(logs / n);
    Some(Overall { arithmetic, geometric, imbalance: arithmetic - geometric })
}

/// The rank of a candidate, and how far it moves with the weights. 1 is the highest; equals share the better rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RankRange {
    /// With the weights given.
    pub rank: usize,
    pub best: usize,
    pub worst: usize,
}

/// The rank of each candidate, with the best and the worst one when each weight in turn varies by a share, others
/// unchanged.
///
/// `scores[candidate][item]`; ranked by weighted mean. None for a candidate that has none with the weights given: it
/// is left out of every comparison. Described in `docs/methods/composite.md`.
pub fn rank_ranges(
    scores: &[Vec<Option<f64>>],
    weights: &[f64],
    vary: f64,
) -> Vec<Option<RankRange>> {
    let means = |weights: &[f64]| -> Vec<Option<f64>> {
        let of_row = |row: &Vec<Option<f64>>| {
            let parts: Vec<Weighted> = row
                .iter()
                .zip(weights)
                .map(|(score, weight)| Weighted { score: *score, weight: *weight })
                .collect();
            weighted_mean(&parts, PRESENT)
        };
        scores.iter().map(of_row).collect()
    };
    let given = means(weights);
    let ranks = |means: &[Option<f64>]| -> Vec<Option<usize>> {
        let ranked: Vec<Option<f64>> =
            means.iter().zip(&given).map(|(mean, given)| given.and(*mean)).collect();
        let of = |mean: f64| 1 + ranked.iter().flatten().filter(|other| **other > mean).count();
        ranked.iter().map(|mean| mean.map(of)).collect()
    };
    let mut ranges: Vec<Option<RankRange>> = ranks(&given)
        .into_iter()
        .map(|rank| rank.map(|rank| RankRange { rank, best: rank, worst: rank }))
        .collect();
    for at in 0..weights.len() {
        for factor in [1.0 - vary, 1.0 + vary] {
            let mut varied = weights.to_vec();
            varied[at] *= factor;
            for (range, rank) in ranges.iter_mut().zip(ranks(&means(&varied))) {
                if let (Some(range), Some(rank)) = (range, rank) {
                    range.best = range.best.min(rank);
                    range.worst = range.worst.max(rank);
                }
            }
        }
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::special::close;

    /// Maternal deaths 16.9 (2020) → 14.3 (2024), target 12.
    #[test]
    fn worked_example() {
        close(efficacy_score(14.3, 16.9, 12.0).unwrap(), 81.2, 1e-3);
        close(efficacy_score(20.0, 16.9, 12.0).unwrap(), 34.693_877_551_020_41, 1e-14);
        assert_eq!(efficacy_score(1.0, 5.0, 5.0), None);
    }

    #[test]
    fn a_target_met_at_the_base_is_kept_or_lost() {
        assert_eq!(keeping_score(0.0, 0.0), Some(100.0));
        close(keeping_score(1.5, 1.0).unwrap(), 30.0, 1e-15);
        assert_eq!((keeping_score(9.0, 1.0), keeping_score(1.0, 0.0)), (Some(0.0), None));
    }

    #[test]
    fn two_thirds_must_be_there() {
        let part = |score| Weighted { score, weight: 1.0 };
        assert_eq!(
            weighted_mean(&[part(Some(60.0)), part(Some(90.0)), part(None)], PRESENT),
            Some(75.0)
        );
        assert_eq!(weighted_mean(&[part(Some(60.0)), part(None)], PRESENT), None);
        assert_eq!(weighted_mean(&[], PRESENT), None);
        assert_eq!(overall(&[Some(80.0), None], PRESENT), None);
    }

    #[test]
    fn a_weak_group_lowers_the_geometric_mean() {
        let whole = overall(&[Some(100.0), Some(25.0)], PRESENT).unwrap();
        close(whole.geometric, 50.0, 1e-14);
        close(whole.imbalance, 12.5, 1e-13);
    }

    #[test]
    fn ranks_that_hang_on_the_weights_have_a_range() {
        let scores = vec![
            vec![Some(90.0), Some(60.0)],
            vec![Some(61.0), Some(88.0)],
            vec![Some(10.0), Some(10.0)],
            vec![None, None],
        ];
        let ranges = rank_ranges(&scores, &[1.0, 1.0], 0.25);
        let told: Vec<_> =
            ranges.iter().map(|range| range.map(|r| (r.rank, r.best, r.worst))).collect();
        assert_eq!(told, [Some((1, 1, 2)), Some((2, 1, 2)), Some((3, 3, 3)), None]);
    }

    #[test]
    fn a_candidate_without_a_mean_moves_nobody() {
        // two of four items are not enough, but would be if the weight of the third shrank
        let part = vec![Some(99.0), Some(99.0), None];
        let whole = vec![Some(50.0), Some(40.0), Some(60.0)];
        let ranges = rank_ranges(&[part, whole], &[1.0, 0.9, 1.0], 0.25);
        assert_eq!(ranges, [None, Some(RankRange { rank: 1, best: 1, worst: 1 })]);
    }

    #[test]
    fn equals_share_the_better_rank() {
        let same = vec![Some(70.0)];
        let ranges = rank_ranges(&[same.clone(), same, vec![Some(60.0)]], &[1.0], 0.25);
        let ranks: Vec<_> = ranges.iter().flatten().map(|range| range.rank).collect();
        assert_eq!(ranks, [1, 1, 3]);
    }
}
