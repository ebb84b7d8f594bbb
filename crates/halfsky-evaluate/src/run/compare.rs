//! Two runs side by side: what changed, and why.

use std::collections::BTreeMap;

use super::record::{Bounds, PriorResult, Run, TargetResult};
use crate::class::Class;
use crate::qualitative::Progress;

/// What is different between two runs.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// Versions of the methods, where they differ.
    pub method: Option<(String, String)>,
    /// 评估年度, where it differs.
    pub year: Option<(i32, i32)>,
    /// Versions of the plan, where they differ.
    pub version: Option<(u32, u32)>,
    /// Parameters that were set differently: words, before, after.
    pub parameters: Vec<(&'static str, String, String)>,
    /// Targets that stand differently or rest on something else, in the order of the later run.
    pub targets: Vec<TargetDifference>,
}

/// One target in both runs.
#[derive(Debug, Clone, PartialEq)]
pub struct TargetDifference {
    pub key: String,
    /// Number in the later run; None for a target that is there no more.
    pub number: Option<u32>,
    pub indicator: String,
    pub demand: String,
    pub before: Option<Class>,
    pub after: Option<Class>,
    pub changes: Vec<Change>,
}

/// Why a target may stand differently.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    Appeared,
    Disappeared,
    /// A figure of the working series, as printed.
    Figure {
        year: i32,
        before: Option<String>,
        after: Option<String>,
    },
    /// 口径断点 that were added or taken away.
    Breaks {
        before: Vec<i32>,
        after: Vec<i32>,
    },
    Goal {
        before: Option<Bounds>,
        after: Option<Bounds>,
    },
    Prior {
        before: PriorResult,
        after: PriorResult,
    },
    /// In whole per cents: smaller steps are not told.
    Probability {
        before: Option<f64>,
        after: Option<f64>,
    },
    Judged {
        before: Option<Progress>,
        after: Option<Progress>,
    },
}

impl TargetDifference {
    /// The class is another one.
    pub fn moved(&self) -> bool {
        self.before != self.after
    }
}

/// Compares an earlier run of a plan with a later one.
pub fn compare(before: &Run, after: &Run) -> Difference {
    let parameters = before
        .parameters
        .told()
        .into_iter()
        .zip(after.parameters.told())
        .filter(|(was, is)| was.1 != is.1)
        .map(|((words, was), (_, is))| (words, was, is))
        .collect();
    let known: BTreeMap<&str, &TargetResult> =
        before.targets.iter().map(|t| (t.key.as_str(), t)).collect();
    let mut targets: Vec<TargetDifference> =
        after.targets.iter().filter_map(|t| one(known.get(t.key.as_str()).copied(), t)).collect();
    for gone in before.targets.iter().filter(|t| after.keyed(&t.key).is_none()) {
        targets.push(TargetDifference {
            key: gone.key.clone(),
            number: None,
            indicator: gone.indicator.clone(),
            demand: gone.demand.clone(),
            before: Some(gone.class),
            after: None,
            changes: vec![Change::Disappeared],
        });
    }
    let differ = |was: &String, is: &String| (was != is).then(|| (was.clone(), is.clone()));
    Difference {
        method: differ(&before.method, &after.method),
        year: (before.year != after.year).then_some((before.year, after.year)),
        version: (before.version != after.version).then_some((before.version, after.version)),
        parameters,
        targets,
    }
}

fn one(before: Option<&TargetResult>, after: &TargetResult) -> Option<TargetDifference> {
    let changes = match before {
        None => vec![Change::Appeared],
        Some(before) => changes(before, after),
    };
    let class = before.map(|b| b.class);
    if changes.is_empty() && class == Some(after.class) {
        return None;
    }
    Some(TargetDifference {
        key: after.key.clone(),
        number: Some(after.number),
        indicator: after.indicator.clone(),
        demand: after.demand.clone(),
        before: class,
        after: Some(after.class),
        changes,
    })
}

fn changes(before: &TargetResult, after: &TargetResult) -> Vec<Change> {
    let mut changes = Vec::new();
    let by_year = |t: &TargetResult| -> BTreeMap<i32, String> {
        t.figures.iter().map(|p| (p.year, p.value.clone())).collect()
    };
    let (was, is) = (by_year(before), by_year(after));
    let years: std::collections::BTreeSet<i32> = was.keys().chain(is.keys()).copied().collect();
    for year in years {
        let (before, after) = (was.get(&year).cloned(), is.get(&year).cloned());
        if before != after {
            changes.push(Change::Figure { year, before, after });
        }
    }
    if before.breaks != after.breaks {
        let (before, after) = (before.breaks.clone(), after.breaks.clone());
        changes.push(Change::Breaks { before, after });
    }
    if before.goal != after.goal {
        changes.push(Change::Goal { before: before.goal.clone(), after: after.goal.clone() });
    }
    if let (Some(was), Some(is)) = (&before.outlook, &after.outlook)
        && was.prior != is.prior
    {
        changes.push(Change::Prior { before: was.prior.clone(), after: is.prior.clone() });
    }
    let probability = |t: &TargetResult| t.outlook.as_ref().and_then(|o| o.probability);
    let (was, is) = (probability(before), probability(after));
    let percent = |p: Option<f64>| p.map(|p| format!("{:.0}", p * 100.0));
    if percent(was) != percent(is) {
        changes.push(Change::Probability { before: was, after: is });
    }
    let judged = |t: &TargetResult| t.judged.as_ref().map(|j| j.progress);
    if judged(before) != judged(after) {
        changes.push(Change::Judged { before: judged(before), after: judged(after) });
    }
    changes
}
