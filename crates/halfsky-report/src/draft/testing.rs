//! A small plan with published figures, to try documents on.

use std::collections::BTreeMap;

use halfsky_evaluate::figures::Figures;
use halfsky_evaluate::run::{Inputs, PlanParameters, Run, UsedEdition, evaluate};
use halfsky_monitor::definition::{Continuity, Definition, Definitions};
use halfsky_monitor::edition::{Edition, EditionDraft, publish};
use halfsky_monitor::item::items;
use halfsky_monitor::names::Names;
use halfsky_monitor::observation::{
    ConfStatus, Missing, MissingReason, ObsStatus, Observation, ObservationKey, Sex, Value,
};
use halfsky_monitor::period::Period;
use halfsky_plan::document::parse;
use halfsky_plan::indicator::{Catalogue, IndicatorCode};
use halfsky_plan::version::{DraftHeader, PlanId, PlanVersion, SourceFile};
use jiff::civil::date;

use super::material::{Issuing, Material};
use crate::document::Document;
use crate::template::Templates;

const PLAN: &str = "示例县妇女发展规划（2021—2030年）

一、发展领域、主要目标与策略措施

（一）妇女与健康

主要目标：

1.孕产妇死亡率控制在12/10万以下。（牵头单位：县卫生健康局）

2.适龄妇女宫颈癌人群筛查率到2025年达到60%，到2030年达到75%以上。（牵头单位：县卫生健康局）

3.孕产妇系统管理率保持在92%以上。（牵头单位：县卫生健康局）

（二）妇女与教育

主要目标：

1.高中阶段毛入学率达到96%以上。（牵头单位：县教育局；责任单位：县财政局）

2.学前教育毛入园率达到95%以上。（牵头单位：县教育局）

3.健全性别平等教育工作机制。（牵头单位：县教育局）

策略措施：

1.保障女童接受教育。
";

/// Everything material borrows from.
pub(crate) struct Scene {
    version: PlanVersion,
    observations: Vec<Observation>,
    definitions: BTreeMap<IndicatorCode, Definitions>,
    issuing: Issuing,
}

/// The year of the documents.
pub(crate) const YEAR: i32 = 2025;

impl Scene {
    /// A plan without a single figure.
    pub(crate) fn empty() -> Self {
        let catalogue = Catalogue::builtin();
        let cards = catalogue.indicators().iter().map(|card| {
            let card = Definition::from_catalogue(card, 2010).unwrap();
            (card.code.clone(), Definitions::new(vec![card]).unwrap())
        });
        let plan = parse(PLAN).plans.into_iter().next().unwrap();
        let header = DraftHeader {
            ref_area: "000101".parse().unwrap(),
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
        Self {
            version: PlanVersion::draft(header, plan, catalogue.indicators()),
            observations: Vec::new(),
            definitions: cards.collect(),
            issuing: Issuing {
                committee: "示例县妇女儿童工作委员会".to_owned(),
                office: "示例县妇女儿童工作委员会办公室".to_owned(),
                monitoring: "示例县统计局".to_owned(),
                on: date(2026, 7, 1),
            },
        }
    }

    /// Figures of 2020 to 2025: a rate that falls, shares that rise and fall, women and men, a gap.
    pub(crate) fn new() -> Self {
        let mut scene = Self::empty();
        scene.publish("孕产妇死亡率", Sex::Total, &["16.1", "15.4", "14.3", "12.5", "12.1", "9.8"]);
        scene.publish("筛查率", Sex::Total, &["30.2", "33.0", "35.1", "38.0", "41.2", "45.6"]);
        scene.publish("系统管理率", Sex::Total, &["93.0", "93.5", "94.1", "94.1", "94.2", "94.2"]);
        scene.publish("高中阶段", Sex::Total, &["91.0", "91.8", "92.0", "92.7", "92.5", "91.9"]);
        scene.publish("高中阶段", Sex::Female, &["", "", "", "", "92.9", "93.6"]);
        scene.publish("高中阶段", Sex::Male, &["", "", "", "", "85.7", "88.7"]);
        scene.miss("学前教育", MissingReason::NotReported);
        scene
    }

    pub(crate) fn code(&self, part: &str) -> IndicatorCode {
        let found = self.version.active_targets().find(|t| t.target.indicator.contains(part));
        found.unwrap().link.clone().unwrap().code
    }

    fn key(&self, part: &str, sex: Sex, year: i32) -> ObservationKey {
        let code = self.code(part);
        let source = self.definitions[&code].versions()[0].source.variant;
        let area = self.version.ref_area.clone();
        let period = Period::year_of(year).unwrap();
        ObservationKey { sex, source, ..ObservationKey::total(area, code, period) }
    }

    /// Figures of the indicator a target is linked to, from 2020 on; an empty text leaves a year out.
    pub(crate) fn publish(&mut self, part: &str, sex: Sex, values: &[&str]) {
        for (year, value) in (2020..).zip(values).filter(|(_, v)| !v.is_empty()) {
            let key = self.key(part, sex, year);
            self.observations.retain(|o| o.key != key);
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

    fn miss(&mut self, part: &str, reason: MissingReason) {
        let missing = Missing {
            reason,
            note: String::new(),
            owner: String::new(),
            substitute: String::new(),
        };
        self.observations.push(Observation {
            key: self.key(part, Sex::Total, YEAR),
            value: Value::Missing(missing),
            definition_version: 1,
            status: reason.status(),
            confidentiality: ConfStatus::Free,
            unit_mult: 0,
            explanation: String::new(),
        });
    }

    /// Figures from a year on are not comparable with those before.
    pub(crate) fn break_in(&mut self, part: &str, year: i32) {
        let code = self.code(part);
        let first = self.definitions[&code].versions()[0].clone();
        let mut second = Definition { version: 2, valid_from: year, ..first.clone() };
        second.continuity = Continuity::Break { reason: "改为常住人口口径".to_owned() };
        for o in &mut self.observations {
            if o.key.indicator == code && o.key.period.year() >= year {
                o.definition_version = 2;
            }
        }
        self.definitions.insert(code, Definitions::new(vec![first, second]).unwrap());
    }

    fn edition(&self) -> Edition {
        let figures = self.observations.iter().filter(|o| o.key.period.year() == YEAR);
        let mut figures: Vec<Observation> = figures.cloned().collect();
        if figures.is_empty() {
            // an edition has at least one figure: one no target speaks of
            let period = Period::year_of(YEAR).unwrap();
            let code = IndicatorCode("W-X99".to_owned());
            figures.push(Observation {
                key: ObservationKey::total(self.version.ref_area.clone(), code, period),
                value: Value::Figure("1".parse().unwrap()),
                definition_version: 1,
                status: ObsStatus::Normal,
                confidentiality: ConfStatus::Free,
                unit_mult: 0,
                explanation: String::new(),
            });
        }
        let draft = EditionDraft {
            ref_area: self.version.ref_area.clone(),
            period: Period::year_of(YEAR).unwrap(),
            notes: String::new(),
            published_by: "示例".to_owned(),
            published_at: "2026-06-01T00:00:00Z".to_owned(),
            figures,
        };
        publish(draft, None).unwrap()
    }

    pub(crate) fn with<R>(&self, make: impl FnOnce(&Material<'_>) -> R) -> R {
        let cards: Vec<Definition> =
            self.definitions.values().flat_map(|d| d.versions().to_vec()).collect();
        let items = items(&cards);
        let figures = Figures::new(&self.observations, &self.definitions, &items, YEAR);
        let parameters = PlanParameters::default();
        let edition = self.edition();
        let used = [UsedEdition { period: "2025".into(), number: 1, hash: edition.hash.clone() }];
        let run: Run = evaluate(&Inputs {
            version: &self.version,
            year: YEAR,
            editions: &used,
            figures: &figures,
            peers: &BTreeMap::new(),
            judged: &BTreeMap::new(),
            asked: &BTreeMap::new(),
            parameters: &parameters,
        });
        make(&Material {
            region: "示例县",
            version: &self.version,
            run: &run,
            edition: &edition,
            figures: &self.observations,
            names: &Names::new(self.definitions.clone(), items.clone()),
            issuing: &self.issuing,
            templates: &Templates::default(),
        })
    }
}

/// The words of the paragraph with an id.
pub(crate) fn words(document: &Document, id: &str) -> String {
    let found = document.paragraphs().find(|p| p.id == id);
    let known: Vec<&str> = document.paragraphs().map(|p| p.id.as_str()).collect();
    found.unwrap_or_else(|| panic!("no paragraph “{id}” among {known:?}")).text()
}
