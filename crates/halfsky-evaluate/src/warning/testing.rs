//! A target with its figures, to try warning rules on.

use halfsky_stats::scale::Scale;
use halfsky_stats::small_number::Count;

use super::{Finding, Parameters, Rule, Watch, findings};
use crate::attainment::{Demand, Duty};
use crate::delivery::Delivery;
use crate::goal::Goal;
use crate::judgement::{Judgement, Knowledge, judge};
use crate::outlook::Quantiles;
use crate::series::Series;
use crate::series::tests::series;
use crate::status::Status;
use crate::working::Held;

pub(super) fn at_least(value: &str) -> Goal {
    Goal::AtLeast(value.parse::<halfsky_plan::figure::Figure>().unwrap().decimal())
}

pub(super) fn at_most(value: &str) -> Goal {
    Goal::AtMost(value.parse::<halfsky_plan::figure::Figure>().unwrap().decimal())
}

pub(super) struct Scene {
    pub(super) held: Held,
    pub(super) counts: Vec<Count>,
    pub(super) before: Option<Status>,
    pub(super) delivery: Delivery,
    pub(super) sexes: Option<(Series, Series)>,
    pub(super) residences: Option<(Series, Series)>,
    pub(super) milestones: Vec<(i32, Judgement)>,
}

impl Scene {
    /// A target for 2030 with base year the first of its figures, on the log scale.
    pub(super) fn new(goal: Goal, values: &[(i32, &str)]) -> Self {
        let demand = Demand {
            goal,
            by: 2030,
            duty: Duty::AtDeadline,
            base_year: values.first().map(|v| v.0),
            tolerance: None,
        };
        let held =
            Held { series: series(values, &[]), demand, scale: Scale::Log, needs_prior: false };
        Self {
            held,
            counts: Vec::new(),
            before: None,
            delivery: Delivery::InTime,
            sexes: None,
            residences: None,
            milestones: Vec::new(),
        }
    }

    pub(super) fn break_in(&mut self, year: i32) {
        self.held.series =
            Series::new(self.held.series.observations().to_vec(), vec![year]).unwrap();
    }

    pub(super) fn keep(&mut self) {
        self.held.demand.duty = Duty::EveryYear { since: 0 };
    }

    pub(super) fn judge(&self, as_of: i32) -> Judgement {
        let knowledge = Knowledge { counts: &self.counts, multiplier: 1e5, ..Knowledge::default() };
        judge(&self.held, &knowledge, as_of, &mut Quantiles::default())
    }

    pub(super) fn findings(&self, as_of: i32) -> Vec<Finding> {
        let judgement = self.judge(as_of);
        let milestones: Vec<_> = self.milestones.iter().map(|(y, j)| (*y, j)).collect();
        findings(&Watch {
            held: &self.held,
            judgement: &judgement,
            before: self.before,
            milestones: &milestones,
            sexes: self.sexes.as_ref().map(|(a, b)| (a, b)),
            residences: self.residences.as_ref().map(|(a, b)| (a, b)),
            delivery: self.delivery,
            as_of,
            parameters: Parameters::default(),
        })
    }

    /// The finding of one rule.
    pub(super) fn found(&self, rule: Rule, as_of: i32) -> Option<Finding> {
        self.findings(as_of).into_iter().find(|f| f.rule == rule)
    }
}
