//! A small plan with figures, to try runs on.

use std::collections::BTreeMap;

use halfsky_monitor::definition::{Continuity, Definition, Definitions};
use halfsky_monitor::item::{Item, items};
use halfsky_monitor::observation::{
    ConfStatus, Missing, MissingReason, ObsStatus, Observation, ObservationKey, Sex, Value,
};
use halfsky_monitor::period::Period;
use halfsky_plan::document::parse;
use halfsky_plan::indicator::{Catalogue, IndicatorCode};
use halfsky_plan::version::{DraftHeader, PlanId, PlanVersion, SourceFile};

use super::{Inputs, PeopleJudgement, PlanParameters, Run, UsedEdition, evaluate};
use crate::delivery::Deadline;
use crate::figures::Figures;
use crate::series::Series;

/// Every kind of target: a rate of rare events, milestones, a share, a trend, a mechanism.
pub(super) const PLAN: &str = "云溪县妇女发展规划（2021—2030年）

一、发展领域、主要目标与策略措施

（一）妇女与健康

主要目标：

1.孕产妇死亡率控制在10/10万以下。（牵头单位：县卫生健康局）

2.适龄妇女宫颈癌人群筛查率到2025年达到60%，到2030年达到75%以上。（牵头单位：县卫生健康局）

3.孕产妇系统管理率保持在92%以上。（牵头单位：县卫生健康局）

（二）妇女与教育

主要目标：

1.高中阶段毛入学率达到96%以上，并保持性别差距缩小。（牵头单位：县教育局）

2.劳动年龄女性平均受教育年限逐步提高。（牵头单位：县教育局）

3.健全性别平等教育工作机制。（牵头单位：县教育局）
";

/// Everything inputs borrow from.
pub(super) struct Scene {
    pub(super) version: PlanVersion,
    pub(super) observations: Vec<Observation>,
    pub(super) definitions: BTreeMap<IndicatorCode, Definitions>,
    pub(super) items: BTreeMap<String, Item>,
    pub(super) editions: Vec<UsedEdition>,
    pub(super) peers: BTreeMap<IndicatorCode, Vec<Series>>,
    pub(super) judged: BTreeMap<String, PeopleJudgement>,
    pub(super) asked: BTreeMap<(IndicatorCode, i32), Deadline>,
    pub(super) parameters: PlanParameters,
    pub(super) year: i32,
}

impl Scene {
    pub(super) fn new() -> Self {
        let catalogue = Catalogue::builtin();
        let cards: Vec<Definition> = catalogue
            .indicators()
            .iter()
            .map(|card| Definition::from_catalogue(card, 2010).unwrap())
            .collect();
        let items = items(&cards);
        let definitions = cards
            .into_iter()
            .map(|card| (card.code.clone(), Definitions::new(vec![card]).unwrap()))
            .collect();
        let plan = parse(PLAN).plans.into_iter().next().unwrap();
        let header = DraftHeader {
            ref_area: "990101".parse().unwrap(),
            plan_id: PlanId("plan-1".to_owned()),
            number: 1,
            source: SourceFile {
                name: "plan.txt".to_owned(),
                sha256: String::new(),
                size: 0,
                format: "txt".to_owned(),
            },
            text: PLAN.to_owned(),
            example: true,
        };
        let edition = |year: i32| UsedEdition {
            period: year.to_string(),
            number: 1,
            hash: format!("hash of {year}"),
        };
        Self {
            version: PlanVersion::draft(header, plan, catalogue.indicators()),
            observations: Vec::new(),
            definitions,
            items,
            editions: (2020..=2024).map(edition).collect(),
            peers: BTreeMap::new(),
            judged: BTreeMap::new(),
            asked: BTreeMap::new(),
            parameters: PlanParameters::default(),
            year: 2024,
        }
    }

    /// The number of the target whose words contain `part` and that is due in a year.
    pub(super) fn number(&self, part: &str, by: i32) -> u32 {
        let found = self
            .version
            .active_targets()
            .find(|t| t.target.indicator.contains(part) && t.target.by == by);
        found.unwrap_or_else(|| panic!("no target “{part}” by {by}")).number
    }

    /// The code of the indicator a target is linked to.
    pub(super) fn code(&self, part: &str) -> IndicatorCode {
        let found = self.version.active_targets().find(|t| t.target.indicator.contains(part));
        found.unwrap().link.clone().unwrap().code
    }

    /// Publishes figures of the indicator a target is linked to, from 2020 on; an empty text leaves a year out.
    pub(super) fn publish(&mut self, part: &str, values: &[&str]) {
        self.publish_of(&self.code(part), Sex::Total, values);
    }

    pub(super) fn publish_of(&mut self, code: &IndicatorCode, sex: Sex, values: &[&str]) {
        let definition = self.definitions.get(code).and_then(|d| d.versions().last());
        let source = definition
            .map_or(halfsky_monitor::observation::SourceVariant::FullCount, |d| d.source.variant);
        for (year, value) in (2020..).zip(values).filter(|(_, v)| !v.is_empty()) {
            let area = self.version.ref_area.clone();
            let period = Period::year_of(year).unwrap();
            let key =
                ObservationKey { sex, source, ..ObservationKey::total(area, code.clone(), period) };
            self.observations.push(Observation {
                key,
                value: Value::Figure(value.parse().unwrap()),
                definition_version: 1,
                status: ObsStatus::Normal,
                confidentiality: ConfStatus::Free,
                unit_mult: 0,
                explanation: String::new(),
            });
        }
    }

    /// Makes an indicator of a name known, as a copy of another.
    pub(super) fn define(&mut self, name: &str) {
        if self.definitions.values().any(|d| d.versions().iter().any(|v| v.name_zh == name)) {
            return;
        }
        let mut card = self.definitions[&self.code("系统管理率")].versions()[0].clone();
        card.code = IndicatorCode(format!("X-{}", self.definitions.len()));
        name.clone_into(&mut card.name_zh);
        self.definitions.insert(card.code.clone(), Definitions::new(vec![card]).unwrap());
    }

    /// Publishes the figure of 2020 of an indicator by its name.
    pub(super) fn publish_named(&mut self, name: &str, sex: Sex, value: &str) {
        let known = self.definitions.iter();
        let (code, _) = known.clone().find(|(_, d)| d.versions()[0].name_zh == name).unwrap();
        let code = code.clone();
        self.publish_of(&code, sex, &[value]);
    }

    /// Cases and exposure of a rate, from 2020 on.
    pub(super) fn count(&mut self, part: &str, events: &[&str], exposure: &[&str]) {
        let calculation = self.definitions[&self.code(part)].versions()[0].calculation.clone();
        let code = |scene: &Self, name: &str| scene.items[name].code.clone();
        let (n, d) = (code(self, &calculation.numerator), code(self, &calculation.denominator));
        self.publish_of(&n, Sex::Total, events);
        self.publish_of(&d, Sex::Total, exposure);
    }

    /// Says why the figure of a year is missing.
    pub(super) fn explain(&mut self, part: &str, year: i32, reason: MissingReason) {
        let area = self.version.ref_area.clone();
        let period = Period::year_of(year).unwrap();
        let missing = Missing {
            reason,
            note: String::new(),
            owner: String::new(),
            substitute: String::new(),
        };
        self.observations.push(Observation {
            key: ObservationKey::total(area, self.code(part), period),
            value: Value::Missing(missing),
            definition_version: 1,
            status: reason.status(),
            confidentiality: ConfStatus::Free,
            unit_mult: 0,
            explanation: String::new(),
        });
    }

    /// Changes a definition so that figures from a year on are not comparable with those before.
    pub(super) fn break_in(&mut self, part: &str, year: i32) {
        let code = self.code(part);
        let first = self.definitions[&code].versions()[0].clone();
        let mut second = first.clone();
        second.version = 2;
        second.valid_from = year;
        second.continuity = Continuity::Break { reason: "改为常住人口口径".to_owned() };
        for o in &mut self.observations {
            if o.key.indicator == code && o.key.period.year() >= year {
                o.definition_version = 2;
            }
        }
        self.definitions.insert(code, Definitions::new(vec![first, second]).unwrap());
    }

    pub(super) fn with<R>(&self, use_it: impl FnOnce(&Inputs<'_>) -> R) -> R {
        let figures = Figures::new(&self.observations, &self.definitions, &self.items, self.year);
        use_it(&Inputs {
            version: &self.version,
            year: self.year,
            editions: &self.editions,
            figures: &figures,
            peers: &self.peers,
            judged: &self.judged,
            asked: &self.asked,
            parameters: &self.parameters,
        })
    }

    pub(super) fn run(&self) -> Run {
        self.with(evaluate)
    }
}
