//! Invented values of monitoring to start from: a form, a round, three units with a task.

use halfsky_monitor::data_set::{CellKey, Column, DataSet, Entries};
use halfsky_monitor::definition::Definition;
use halfsky_monitor::observation::{
    ConfStatus, Missing, MissingReason, ObsStatus, Observation, ObservationKey, Value,
};
use halfsky_monitor::period::Period;
use halfsky_monitor::reporting::UnitId;
use halfsky_monitor::round::{Round, RoundDefaults};
use halfsky_plan::indicator::{Catalogue, IndicatorCode};
use halfsky_plan::ref_area::RefArea;
use halfsky_store::data_sets::DataSetKey;
use halfsky_store::entries::{CellChange, Field};
use halfsky_store::regions::{self, Region, RegionLevel};
use halfsky_store::rounds::{RoundId, RoundOrigin};
use halfsky_store::tasks::TaskKey;
use halfsky_store::{Store, Tx, data_sets, rounds, tasks};
use jiff::civil::date;

use crate::specimen::{area, entry, stamp};

pub(crate) fn code(text: &str) -> IndicatorCode {
    IndicatorCode(text.to_owned())
}

pub(crate) fn unit(name: &str) -> UnitId {
    UnitId(name.to_owned())
}

pub(crate) fn neighbour() -> RefArea {
    "990102".parse().expect("a region code")
}

/// First versions of every card of the catalogue.
pub(crate) fn definitions() -> Vec<Definition> {
    Catalogue::builtin()
        .indicators()
        .iter()
        .map(|card| Definition::from_catalogue(card, 2021).expect("a readable card"))
        .collect()
}

/// A form of some indicators.
pub(crate) fn form(codes: &[&str]) -> DataSet {
    let all = definitions();
    let own: Vec<Definition> =
        all.iter().filter(|d| codes.contains(&d.code.0.as_str())).cloned().collect();
    DataSet::worksheet("F-990101", "示例表", &own, &all).expect("a form")
}

pub(crate) fn round() -> Round {
    let period = Period::year_of(2025).expect("a year");
    Round::figures(period, "2025年统计监测数据", date(2026, 5, 20), &RoundDefaults::default())
}

pub(crate) fn round_id() -> RoundId {
    RoundId("01910000-0000-7000-8000-000000000001".to_owned())
}

pub(crate) fn task(name: &str) -> TaskKey {
    TaskKey { ref_area: area(), round: round_id(), unit: unit(name) }
}

/// Makes a region known, as importing its plan does.
pub(crate) async fn name_region(tx: &mut Tx, ref_area: &RefArea) {
    let region = Region {
        code: ref_area.clone(),
        name: "云溪县".to_owned(),
        parent: None,
        level: RegionLevel::of(ref_area),
    };
    regions::save(tx, &region).await.expect("a region");
}

/// Opens the round in a region for units with a form.
pub(crate) async fn open_round_in(store: &Store, ref_area: &RefArea, units: &[&str]) {
    let form = form(&["W-H02", "W-H05", "C-E01"]);
    let mut tx = store.begin(ref_area).await.expect("a transaction");
    name_region(&mut tx, ref_area).await;
    data_sets::insert(&mut tx, &form, &stamp()).await.expect("a form");
    rounds::open(&mut tx, &round_id(), &round(), &RoundOrigin::Office, &stamp())
        .await
        .expect("a round");
    let units: Vec<_> =
        units.iter().map(|name| (unit(name), Some(DataSetKey::of(&form)))).collect();
    tasks::add(&mut tx, &round_id(), &units, &stamp()).await.expect("tasks");
    tx.commit(entry("round.open")).await.expect("a commit");
}

/// Opens the round for three units.
pub(crate) async fn open_round(store: &Store) {
    open_round_in(store, &area(), &["卫健", "教育", "人社"]).await;
}

pub(crate) fn change(row: &str, field: Field, seen: i64, content: &str) -> CellChange {
    CellChange { row: code(row), field, seen, content: content.to_owned() }
}

pub(crate) fn cell(row: &str, column: Column) -> CellKey {
    CellKey { row: code(row), column }
}

/// Two figures, a missing one with all its words, and a remark.
pub(crate) fn entries() -> Entries {
    let mut entries = Entries::new();
    let births = entries.entry(code("W-H02-D")).or_default();
    births.figures.insert(Column::Total, "2532".parse().expect("a figure"));
    "含外县户籍".clone_into(&mut births.remark);
    let students = entries.entry(code("C-E01-N")).or_default();
    for (column, figure) in [(Column::Total, "10904"), (Column::Female, "5206.0")] {
        students.figures.insert(column, figure.parse().expect("a figure"));
    }
    entries.entry(code("W-H02-N")).or_default().missing = Some(missing());
    entries
}

pub(crate) fn missing() -> Missing {
    Missing {
        reason: MissingReason::SampledAbove,
        note: "上级推算".to_owned(),
        owner: "县统计局".to_owned(),
        substitute: "全市推算数".to_owned(),
    }
}

/// The unsplit figure of an indicator in a year, or a missing one for the word “缺”.
pub(crate) fn observed(ref_area: &RefArea, indicator: &str, year: i32, told: &str) -> Observation {
    let period = Period::year_of(year).expect("a year");
    let value = match told.parse() {
        Ok(figure) => Value::Figure(figure),
        Err(_) => Value::Missing(missing()),
    };
    Observation {
        key: ObservationKey::total(ref_area.clone(), code(indicator), period),
        value,
        definition_version: 1,
        status: ObsStatus::Normal,
        confidentiality: ConfStatus::Free,
        unit_mult: 0,
        explanation: String::new(),
    }
}
