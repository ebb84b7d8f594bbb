//! Scores of past forecasts: Brier score, interval coverage, reliability.

/// A probability that was issued and what happened.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Issued {
    pub probability: f64,
    pub happened: bool,
}

/// Mean squared distance between probability and outcome (0 best); None of nothing.
///
/// Described in `docs/methods/hindcast.md`.
pub fn brier_score(issued: &[Issued]) -> Option<f64> {
    let distances: Vec<f64> = issued.iter().map(|i| i.probability - outcome(*i)).collect();
    crate::describe::mean(&distances.iter().map(|d| d * d).collect::<Vec<_>>())
}

/// The Brier score of always saying how often it happens; None of nothing.
///
/// Described in `docs/methods/hindcast.md`.
pub fn climatology_score(issued: &[Issued]) -> Option<f64> {
    let rate = share(issued.iter().map(|i| i.happened))?;
    Some(rate * (1.0 - rate))
}

/// Share that is true, such as the intervals that held; None of nothing.
///
/// Described in `docs/methods/hindcast.md`.
pub fn share(held: impl Iterator<Item = bool>) -> Option<f64> {
    let (mut count, mut all) = (0u64, 0u64);
    for one in held {
        all += 1;
        count += u64::from(one);
    }
    if all == 0 { None } else { Some(count as f64 / all as f64) }
}

fn outcome(issued: Issued) -> f64 {
    if issued.happened { 1.0 } else { 0.0 }
}

/// One step of the reliability diagram.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReliabilityClass {
    pub cases: usize,
    pub mean_probability: f64,
    pub happened: f64,
}

/// Probabilities in ascending order, cut into equally large classes, each with how often it happened.
///
/// Described in `docs/methods/hindcast.md`.
pub fn reliability(issued: &[Issued], classes: usize) -> Vec<ReliabilityClass> {
    let mut ordered = issued.to_vec();
    ordered
        .sort_by(|a, b| a.probability.total_cmp(&b.probability).then(a.happened.cmp(&b.happened)));
    let n = ordered.len();
    (0..classes)
        .map(|at| &ordered[n * at / classes..n * (at + 1) / classes])
        .filter(|class| !class.is_empty())
        .map(|class| {
            let cases = class.len();
            let mean = class.iter().map(|i| i.probability).sum::<f64>() / cases as f64;
            let happened = class.iter().copied().map(outcome).sum::<f64>() / cases as f64;
            ReliabilityClass { cases, mean_probability: mean, happened }
        })
        .collect()
}

/// Probability that a case that happened was given more than one that did not (AUC); None if one kind is missing.
///
/// Described in `docs/methods/hindcast.md`.
pub fn discrimination(issued: &[Issued]) -> Option<f64> {
    let mut ordered = issued.to_vec();
    ordered.sort_by(|a, b| a.probability.total_cmp(&b.probability));
    let (mut below, mut wins, mut hits) = (0.0, 0.0, 0.0);
    for tie in ordered.chunk_by(|a, b| a.probability.total_cmp(&b.probability).is_eq()) {
        let yes = tie.iter().copied().map(outcome).sum::<f64>();
        let no = tie.len() as f64 - yes;
        wins += yes * (below + no / 2.0);
        below += no;
        hits += yes;
    }
    if below > 0.0 && hits > 0.0 { Some(wins / (below * hits)) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::special::close;

    fn issued(list: &[(f64, bool)]) -> Vec<Issued> {
        list.iter().map(|&(probability, happened)| Issued { probability, happened }).collect()
    }

    #[test]
    fn certainty_is_rewarded_when_right_and_punished_when_wrong() {
        assert_eq!(brier_score(&issued(&[(1.0, true), (0.0, false)])), Some(0.0));
        assert_eq!(brier_score(&issued(&[(1.0, false)])), Some(1.0));
        close(brier_score(&issued(&[(0.7, true), (0.7, false)])).unwrap(), 0.29, 1e-14);
        close(climatology_score(&issued(&[(0.7, true), (0.7, false)])).unwrap(), 0.25, 1e-15);
        assert_eq!(brier_score(&[]), None);
    }

    #[test]
    fn reliability_classes_are_equally_large() {
        let list: Vec<Issued> = (0..20)
            .map(|i| Issued { probability: f64::from(i) / 20.0, happened: i >= 10 })
            .collect();
        let classes = reliability(&list, 4);
        assert_eq!(classes.iter().map(|c| c.cases).collect::<Vec<_>>(), [5, 5, 5, 5]);
        assert_eq!(classes.iter().map(|c| c.happened).collect::<Vec<_>>(), [0.0, 0.0, 1.0, 1.0]);
        assert_eq!(discrimination(&list), Some(1.0));
    }

    #[test]
    fn saying_the_same_of_all_tells_nothing_apart() {
        assert_eq!(discrimination(&issued(&[(0.5, true), (0.5, false)])), Some(0.5));
        assert_eq!(discrimination(&issued(&[(0.5, true)])), None);
        assert!(reliability(&[], 10).is_empty());
    }
}
