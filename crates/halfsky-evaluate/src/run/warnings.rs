//! Warnings of a run: the steps that are told, once for every release.

use std::collections::BTreeMap;

use super::record::{EvidenceResult, FindingResult, Run};
use crate::warning::{Evidence, Finding, Level, Rule, State, follow};

/// Which warning of a plan.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct WarningKey {
    /// Key of the target.
    pub target: String,
    pub rule: Rule,
}

/// How a rule stands for a target after a release.
pub type WarningState = State;

/// A warning that was raised, changed its level or is over.
#[derive(Debug, Clone, PartialEq)]
pub struct WarningStep {
    pub key: WarningKey,
    /// The indicator and what is demanded of it, as they were then.
    pub indicator: String,
    pub demand: String,
    pub lead: Vec<String>,
    pub from: Option<Level>,
    /// None: the warning is over.
    pub to: Option<Level>,
    /// Nothing but the first release speaks for it.
    pub provisional: bool,
    /// The release that caused it.
    pub release: String,
    pub evidence: Option<EvidenceResult>,
}

/// The states after a run with the steps that led there.
#[derive(Debug, Clone, PartialEq)]
pub struct Followed {
    pub states: BTreeMap<WarningKey, WarningState>,
    pub steps: Vec<WarningStep>,
}

/// Follows the warnings of a plan through a run. A target that left the plan ends its warnings.
pub fn follow_run(states: &BTreeMap<WarningKey, WarningState>, run: &Run) -> Followed {
    let mut by_target: BTreeMap<&str, BTreeMap<Rule, State>> = BTreeMap::new();
    for (key, state) in states {
        by_target.entry(&key.target).or_default().insert(key.rule, *state);
    }
    for target in &run.targets {
        by_target.entry(&target.key).or_default();
    }
    let (parameters, release) = (run.parameters.warning(), run.release());
    let mut followed = Followed { states: BTreeMap::new(), steps: Vec::new() };
    for (key, before) in by_target {
        let target = run.keyed(key);
        let findings: Vec<Finding> =
            target.map_or_else(Vec::new, |t| t.findings.iter().map(Finding::from).collect());
        let (after, told) = follow(&before, &findings, &parameters, &release);
        let keyed = |rule| WarningKey { target: key.to_owned(), rule };
        followed.states.extend(after.into_iter().map(|(rule, state)| (keyed(rule), state)));
        followed.steps.extend(told.into_iter().map(|step| WarningStep {
            key: keyed(step.rule),
            indicator: target.map_or_else(String::new, |t| t.indicator.clone()),
            demand: target.map_or_else(String::new, |t| t.demand.clone()),
            lead: target.map_or_else(Vec::new, |t| t.lead.clone()),
            from: step.from,
            to: step.to,
            provisional: step.provisional,
            release: step.release,
            evidence: step.evidence.as_ref().map(EvidenceResult::from),
        }));
    }
    followed
}

impl From<&FindingResult> for Finding {
    fn from(found: &FindingResult) -> Self {
        Self { rule: found.rule, level: found.level, evidence: Evidence::from(&found.evidence) }
    }
}
