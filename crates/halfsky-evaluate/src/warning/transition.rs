//! Transitions: a warning is the step from one level to another, raised with care and lowered at once.

use std::collections::BTreeMap;

use super::{Evidence, Finding, Level, Parameters, Rule};

/// How a rule stands for one target.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct State {
    /// The level that was told; None: no warning.
    pub level: Option<Level>,
    /// A higher level seen at the last release, which must be seen again.
    pub pending: Option<Level>,
    /// The probability at the last release.
    pub probability: Option<f64>,
    /// Nothing but the first release speaks for the level.
    pub provisional: bool,
}

/// A step from one level to another, with the evidence of the release that caused it.
#[derive(Debug, Clone, PartialEq)]
pub struct Transition {
    pub rule: Rule,
    /// The data release (edition) that caused it.
    pub release: String,
    pub from: Option<Level>,
    /// None: the warning is over.
    pub to: Option<Level>,
    pub provisional: bool,
    /// None where nothing is found any more.
    pub evidence: Option<Evidence>,
}

/// Follows every rule of one target through a release: the new states, and the steps that are told.
///
/// A level rises if it was found at two releases running or if the probability moved far, and falls at once.
/// A state that stays the same tells nothing.
pub fn follow(
    states: &BTreeMap<Rule, State>,
    findings: &[Finding],
    parameters: &Parameters,
    release: &str,
) -> (BTreeMap<Rule, State>, Vec<Transition>) {
    let (mut after, mut told) = (BTreeMap::new(), Vec::new());
    for rule in Rule::ALL {
        let found = findings.iter().find(|f| f.rule == rule);
        let before = states.get(&rule).copied();
        let state = next(before, found, parameters);
        let from = before.and_then(|s| s.level);
        if state.level != from {
            told.push(Transition {
                rule,
                release: release.to_owned(),
                from,
                to: state.level,
                provisional: state.provisional,
                evidence: found.map(|f| f.evidence.clone()),
            });
        }
        after.insert(rule, state);
    }
    (after, told)
}

fn next(before: Option<State>, found: Option<&Finding>, parameters: &Parameters) -> State {
    let level = found.map(|f| f.level);
    let probability = found.and_then(|f| f.evidence.probability);
    let Some(before) = before else {
        return State { level, pending: None, probability, provisional: level.is_some() };
    };
    let settled = |level, pending| State { level, pending, probability, provisional: false };
    if level <= before.level {
        return settled(level, None);
    }
    let moved = before
        .probability
        .zip(probability)
        .is_some_and(|(was, is)| (is - was).abs() > parameters.moved);
    if moved {
        return settled(level, None);
    }
    // what both releases have seen, at least
    let twice = before.pending.min(level);
    if twice > before.level {
        return settled(twice, level.filter(|_| level > twice));
    }
    State { level: before.level, pending: level, probability, provisional: before.provisional }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::status::Status;
    use proptest::prelude::*;

    fn found(level: Level, probability: Option<f64>) -> Finding {
        let evidence = Evidence {
            status: Status::OffTrack,
            probability,
            pace: None,
            figures: Vec::new(),
            events: None,
            prior: None,
            undelivered: None,
            method: "1".to_owned(),
        };
        Finding { rule: Rule::OffTrack, level, evidence }
    }

    /// The steps told over releases, as (from, to) levels.
    fn run(releases: &[(Option<Level>, Option<f64>)]) -> Vec<(Option<Level>, Option<Level>)> {
        let mut states = BTreeMap::new();
        let mut steps = Vec::new();
        for (at, (level, p)) in releases.iter().enumerate() {
            let findings: Vec<Finding> = level.iter().map(|level| found(*level, *p)).collect();
            let (after, told) = follow(&states, &findings, &Parameters::default(), &at.to_string());
            states = after;
            steps.extend(told.into_iter().map(|t| (t.from, t.to)));
        }
        steps
    }

    const YELLOW: Option<Level> = Some(Level::Yellow);
    const RED: Option<Level> = Some(Level::Red);

    #[test]
    fn the_first_release_tells_provisionally() {
        let (states, told) =
            follow(&BTreeMap::new(), &[found(Level::Red, None)], &Parameters::default(), "1");
        assert!(told[0].provisional && states[&Rule::OffTrack].provisional);
        let (states, told) =
            follow(&states, &[found(Level::Red, None)], &Parameters::default(), "2");
        assert!(told.is_empty() && !states[&Rule::OffTrack].provisional);
    }

    #[test]
    fn a_rise_must_be_seen_twice_and_a_fall_once() {
        let p = Some(0.3);
        assert_eq!(run(&[(YELLOW, p), (RED, p)]), [(None, YELLOW)]);
        assert_eq!(run(&[(YELLOW, p), (RED, p), (RED, p)]), [(None, YELLOW), (YELLOW, RED)]);
        assert_eq!(run(&[(YELLOW, p), (RED, p), (YELLOW, p), (RED, p)]), [(None, YELLOW)]);
        assert_eq!(run(&[(RED, p), (YELLOW, p)]), [(None, RED), (RED, YELLOW)]);
        assert_eq!(run(&[(RED, p), (None, None)]), [(None, RED), (RED, None)]);
    }

    #[test]
    fn a_probability_that_fell_far_raises_at_once() {
        assert_eq!(run(&[(YELLOW, Some(0.5)), (RED, Some(0.1))]), [(None, YELLOW), (YELLOW, RED)]);
        assert_eq!(run(&[(YELLOW, Some(0.3)), (RED, Some(0.16))]), [(None, YELLOW)]);
    }

    fn level() -> impl Strategy<Value = Option<Level>> {
        proptest::sample::select(vec![None, Some(Level::Blue), YELLOW, Some(Level::Orange), RED])
    }

    proptest! {
        #[test]
        fn the_same_state_never_warns_twice(
            releases in proptest::collection::vec((level(), proptest::option::of(0.0f64..1.0)), 1..12)
        ) {
            let steps = run(&releases);
            prop_assert!(steps.iter().all(|(from, to)| from != to));
            // steps join up: nothing is told that the last step did not leave
            prop_assert!(steps.windows(2).all(|pair| pair[0].1 == pair[1].0));
            prop_assert!(steps.first().is_none_or(|first| first.0.is_none()));
        }

        #[test]
        fn what_stays_is_told_once(level in level(), p in 0.0f64..1.0, times in 1usize..6) {
            let steps = run(&vec![(level, Some(p)); times]);
            prop_assert_eq!(steps.len(), usize::from(level.is_some()));
        }
    }
}
