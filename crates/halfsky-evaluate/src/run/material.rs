//! Material (评估依据): everything an evaluation needs, gathered from where it is kept.

use std::collections::BTreeMap;

use halfsky_monitor::definition::Definitions;
use halfsky_monitor::item::Item;
use halfsky_monitor::observation::Observation;
use halfsky_plan::indicator::IndicatorCode;
use halfsky_plan::version::PlanVersion;

use super::record::{PeopleJudgement, PlanParameters, Run, UsedEdition};
use super::{Effect, Inputs, PartOfYear, Told, evaluate, part_of_year, preview};
use crate::delivery::Deadline;
use crate::figures::{Figures, merged};
use crate::series::Series;
use crate::working::Held;

/// The version in force with what is published and set.
#[derive(Debug, Clone)]
pub struct Material {
    pub version: PlanVersion,
    /// 评估年度.
    pub year: i32,
    /// Published figures of the region, each period from its newest edition.
    pub observations: Vec<Observation>,
    pub editions: Vec<UsedEdition>,
    pub definitions: BTreeMap<IndicatorCode, Definitions>,
    /// Reported items by name.
    pub items: BTreeMap<String, Item>,
    /// Published figures of comparable regions, each in a list of its own.
    pub peers: Vec<Vec<Observation>>,
    pub judged: BTreeMap<String, PeopleJudgement>,
    /// What rounds asked for, by indicator and year.
    pub asked: BTreeMap<(IndicatorCode, i32), Deadline>,
    pub parameters: PlanParameters,
}

impl Material {
    /// Evaluates it.
    pub fn evaluate(&self) -> Run {
        self.with(evaluate)
    }

    /// What figures entered since would do, with the year they are of. Nothing is published.
    pub fn preview(&self, entered: &[Observation], year: i32) -> Vec<Effect> {
        let with = merged(&self.observations, entered);
        let figures = Figures::new(&with, &self.definitions, &self.items, year);
        self.with(|published| preview(published, &Inputs { figures: &figures, year, ..*published }))
    }

    /// What figures of a part of a year mean for the targets. Nothing is published or forecast.
    pub fn part_of_year(&self, told: &Told<'_>) -> Vec<PartOfYear> {
        self.with(|published| part_of_year(published, told))
    }

    /// The series the targets are judged on, each with those of its peers and its printed decimals: what a hindcast
    /// needs.
    pub fn held(&self) -> Vec<(Held, Vec<Series>, Option<u32>)> {
        self.with(super::target::held_with_peers)
    }

    fn with<R>(&self, use_it: impl FnOnce(&Inputs<'_>) -> R) -> R {
        let of =
            |observations| Figures::new(observations, &self.definitions, &self.items, self.year);
        let peers = self.peer_series(of);
        let figures = of(&self.observations);
        use_it(&Inputs {
            version: &self.version,
            year: self.year,
            editions: &self.editions,
            figures: &figures,
            peers: &peers,
            judged: &self.judged,
            asked: &self.asked,
            parameters: &self.parameters,
        })
    }

    fn peer_series<'a>(
        &'a self,
        of: impl Fn(&'a [Observation]) -> Figures<'a>,
    ) -> BTreeMap<IndicatorCode, Vec<Series>> {
        let links = || self.version.active_targets().filter_map(|t| t.link.as_ref());
        let mut series: BTreeMap<IndicatorCode, Vec<Series>> = BTreeMap::new();
        for peer in &self.peers {
            let figures = of(peer);
            for link in links() {
                if let Some(found) = figures.whole(&link.code) {
                    let known = series.entry(link.code.clone()).or_default();
                    // two targets of one indicator still have each peer once
                    if known.last() != Some(&found) {
                        known.push(found);
                    }
                }
            }
        }
        series
    }
}
