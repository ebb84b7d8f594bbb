//! Run (评估): a plan version and its published figures judged in one go, as a value.
//!
//! A pure function: the same version, editions and parameters give the same bytes on any machine. What is stored,
//! compared and shown is the [`Run`]; nothing is judged a second time.

mod compare;
mod gender;
mod gender_index;
mod hindcast;
mod key;
mod material;
mod parameters;
mod part_of_year;
mod preview;
mod rates;
mod read_outs;
mod record;
mod scenario;
mod target;
mod warnings;

use std::collections::BTreeMap;

use halfsky_plan::indicator::IndicatorCode;
use halfsky_plan::version::PlanVersion;

use crate::delivery::Deadline;
use crate::evaluation::METHOD_VERSION;
use crate::figures::Figures;
use crate::series::Series;

pub use compare::{Change, Difference, TargetDifference, compare};
pub use hindcast::{Hindcast, Horizon, hindcast};
pub use key::target_keys;
pub use material::Material;
pub use parameters::ParameterProblem;
pub use part_of_year::{Nature, NotHeld, PartOfYear, Says, Told, nature, part_of_year};
pub use preview::{Effect, preview};
pub use read_outs::target_read_outs;
pub use record::{
    Bounds, Cause, CompositeResult, DomainScore, EvidenceResult, FewEventsResult, FindingResult,
    GenderIndexResult, GenderInputResult, GenderResult, InputGap, NotARun, OutlookResult,
    PaceResult, PathPoint, PeopleJudgement, PlanParameters, Printed, PriorResult, RateResult, Run,
    TargetResult, UndeliveredResult, UsedEdition, VolatilityResult, YearClass,
};
pub use scenario::{Asked, Basis, Peer, PeerPace, Scenario, YearlyChange, scenario};
pub use warnings::{Followed, WarningKey, WarningState, WarningStep, follow_run};

/// Everything a run rests on.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'a> {
    pub version: &'a PlanVersion,
    /// 评估年度: what is known up to this year.
    pub year: i32,
    /// The edition each year of the figures was taken from.
    pub editions: &'a [UsedEdition],
    pub figures: &'a Figures<'a>,
    /// The same indicators in other regions.
    pub peers: &'a BTreeMap<IndicatorCode, Vec<Series>>,
    /// What people said of qualitative targets, by target key.
    pub judged: &'a BTreeMap<String, PeopleJudgement>,
    /// What rounds asked for, by indicator and year.
    pub asked: &'a BTreeMap<(IndicatorCode, i32), Deadline>,
    pub parameters: &'a PlanParameters,
}

/// Evaluates a plan.
pub fn evaluate(inputs: &Inputs<'_>) -> Run {
    let version = inputs.version;
    let targets = target::all(inputs);
    Run {
        method: METHOD_VERSION.to_owned(),
        ref_area: version.ref_area.as_str().to_owned(),
        plan: version.plan_id.0.clone(),
        version: version.number,
        year: inputs.year,
        start: version.plan.period.start,
        end: version.plan.period.end,
        editions: inputs.editions.to_vec(),
        parameters: inputs.parameters.clone(),
        rates: rates::rates(&targets, inputs.parameters),
        composite: rates::composite_of(&targets),
        gender: gender::gaps(inputs),
        gender_indices: gender_index::all(inputs),
        targets,
    }
}

impl Run {
    /// The release the run belongs to: its editions, newest first. A correction of an earlier year is another release.
    pub fn release(&self) -> String {
        let names: Vec<String> =
            self.editions.iter().rev().map(|e| format!("{}/{}", e.period, e.number)).collect();
        names.join(" ")
    }

    /// What those see who may not see small counts: of targets that rest on a handful of cases neither figures nor
    /// cases, of everything else all.
    #[must_use]
    pub fn without_small_counts(mut self) -> Self {
        for target in &mut self.targets {
            if target.few_events.as_ref().is_some_and(|few| few.guards) {
                target.hide_figures();
                self.gender.retain(|gap| target.code.as_deref() != Some(gap.code.as_str()));
                let rests =
                    |input: &GenderInputResult| input.code.is_some() && input.code == target.code;
                self.gender_indices.retain(|index| !index.inputs.iter().any(rests));
            }
        }
        self
    }

    /// The result of a target by its number.
    pub fn target(&self, number: u32) -> Option<&TargetResult> {
        self.targets.iter().find(|t| t.number == number)
    }

    /// The result of a target by its key.
    pub fn keyed(&self, key: &str) -> Option<&TargetResult> {
        self.targets.iter().find(|t| t.key == key)
    }
}

/// A release as people name it, by its newest edition: 2025年第1版.
pub fn release_label(release: &str) -> String {
    match release.split(' ').next().and_then(|newest| newest.split_once('/')) {
        Some((period, number)) => format!("{period}年第{number}版"),
        None => release.to_owned(),
    }
}

impl TargetResult {
    /// Leaves the class and what is demanded, and hides every figure.
    fn hide_figures(&mut self) {
        let shown = self.figures.iter_mut().chain(&mut self.base).chain(&mut self.latest);
        for printed in shown {
            "…".clone_into(&mut printed.value);
        }
        for year in &mut self.years {
            year.value = year.value.take().map(|_| "…".to_owned());
        }
        self.few_events = None;
        self.outlook = None;
        self.volatility = None;
        self.pace = None;
        self.score = None;
        self.realisation = None;
        for finding in &mut self.findings {
            finding.evidence.figures.clear();
            finding.evidence.events = None;
            finding.evidence.pace = None;
        }
    }
}

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
