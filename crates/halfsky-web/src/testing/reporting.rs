//! The reporting of the example: two units with a form each, duties, last years' editions, an open round of
//! figures and one of texts.
//!
//! [`settle`] once; then [`fill_in`] and [`hand_in`] take a task as far as a test wants it.

use std::collections::BTreeMap;

use halfsky_monitor::data_set::{Column, DataSet, Entries, FormHeader, RowEntry};
use halfsky_monitor::definition::Definition;
use halfsky_monitor::edition::{self, EditionDraft};
use halfsky_monitor::observation::{ObsStatus, Observation};
use halfsky_monitor::observe::{Occasion, observe};
use halfsky_monitor::period::Period;
use halfsky_monitor::reporting::{Basis, ReportingDuty, ReportingRole, UnitId};
use halfsky_monitor::round::{LatePolicy, Round, RoundDefaults, RoundSubject};
use halfsky_monitor::submission::{Actor, Circumstances, Step, Submission};
use halfsky_monitor::testing::{LARGE, large_form};
use halfsky_monitor::text_report::TextKind;
use halfsky_plan::indicator::{Catalogue, IndicatorCode};
use halfsky_plan::ref_area::RefArea;
use halfsky_store::audit::Entry;
use halfsky_store::data_sets::DataSetKey;
use halfsky_store::entries::{self, CellChange, contents};
use halfsky_store::observations::{self, NewValue};
use halfsky_store::plans::Stamp;
use halfsky_store::rounds::{self, RoundId, RoundOrigin};
use halfsky_store::submissions::{self, HandedIn};
use halfsky_store::tasks::{self, TaskKey};
use halfsky_store::{Store, data_sets, definitions, duties, editions};
use jiff::civil::date;

use super::{COUNTY, now};

/// The unit of the example reporter and reviewer, and another one whose reviewer has the login name of the unit.
pub const HEALTH: &str = "health";
pub const EDUCATION: &str = "education";
/// The round of figures of 2025 (20 February to 4 April 2026): every unit has a task.
pub const FIGURES: &str = "figures-2025";
/// The round of yearly reports on 2025 (until 15 March 2026): a task for the health unit.
pub const TEXTS: &str = "texts-2025";
/// The year reported on; the two before it are published.
pub const YEAR: i32 = 2025;

/// Rows of the health form: deaths, births and their rate; women under management and their share; children of
/// whom all columns are asked, and their share; a percentage reported as it is.
pub const DEATHS: &str = "W-H02-N";
pub const BIRTHS: &str = "C-H01-D";
pub const DEATH_RATE: &str = "W-H02";
pub const MANAGED: &str = "W-H05-N";
pub const CHILDREN_CARED: &str = "C-H10-N";
pub const CHILDREN: &str = "C-H10-D";
pub const CHILDREN_RATE: &str = "C-H10";
pub const BREASTFED: &str = "C-H07";

/// A task of the example.
///
/// # Panics
/// Never: the code is one of a region.
pub fn task(round: &str, unit: &str) -> TaskKey {
    TaskKey { ref_area: area(), round: RoundId(round.to_owned()), unit: UnitId(unit.to_owned()) }
}

/// The form of a unit: 妇儿统1表 (statistical) for health, a worksheet for education.
///
/// # Panics
/// When the catalogue makes no form.
pub fn form(unit: &str) -> DataSet {
    let cards = cards();
    let of = |codes: &[&str]| -> Vec<Definition> {
        codes
            .iter()
            .map(|code| cards.iter().find(|d| d.code.0 == *code).expect("a card").clone())
            .collect()
    };
    if unit == EDUCATION {
        return DataSet::worksheet("F-EDU", "学前教育情况表", &of(&["C-E01"]), &cards)
            .expect("a form");
    }
    let sheet =
        DataSet::worksheet("F-HEALTH", "表", &of(&["W-H02", "W-H05", "C-H10", "C-H07"]), &cards)
            .expect("a form");
    let header = FormHeader::Statistical {
        number: "妇儿统1表".to_owned(),
        issuer: "云溪县统计局".to_owned(),
        approver: "云江市统计局".to_owned(),
        approval_number: "云统函〔2025〕8号".to_owned(),
        valid_until: "2027年12月".to_owned(),
    };
    let name = "妇女儿童健康情况表";
    DataSet::new("F-HEALTH", name, 1, header, sheet.rows().to_vec()).expect("a form")
}

/// A form filled in without an error or a warning, for a year from 2023 to 2025.
///
/// # Panics
/// When a figure is none.
pub fn entries(unit: &str, year: i32) -> Entries {
    let later = u32::try_from(year - 2023).unwrap_or(0);
    let figure = |number: u32| number.to_string().parse().expect("a figure");
    let mut filled = Entries::new();
    let mut put = |row: &str, cells: &[(Column, u32)]| {
        let figures = cells.iter().map(|(column, number)| (*column, figure(*number))).collect();
        let entry = RowEntry { figures, ..RowEntry::default() };
        filled.insert(IndicatorCode(row.to_owned()), entry);
    };
    let total = Column::Total;
    if unit == EDUCATION {
        let split = |women: u32, men: u32| {
            [(total, women + men), (Column::Female, women), (Column::Male, men)]
        };
        put("C-E01-N", &split(4_102 + later, 4_512 + later));
        put("C-E01-D", &split(4_400, 4_800));
        return filled;
    }
    let all = |women: u32, men: u32, urban: u32| {
        [
            (total, women + men),
            (Column::Female, women),
            (Column::Male, men),
            (Column::Urban, urban),
            (Column::Rural, women + men - urban),
        ]
    };
    put(DEATHS, &[(total, 1)]);
    put(BIRTHS, &[(total, 2_600 - 30 * later)]);
    put(MANAGED, &[(total, 2_470 - 25 * later)]);
    put(CHILDREN_CARED, &all(8_100 + later, 8_900 + later, 9_500));
    put(CHILDREN, &all(8_600, 9_400, 10_000));
    let breastfed: Figures = [(total, format!("{}.5", 60 + later))]
        .into_iter()
        .chain([(Column::Female, format!("{}.1", 61 + later))])
        .chain([(Column::Male, format!("{}.9", 59 + later))])
        .map(|(column, text)| (column, text.parse().expect("a figure")))
        .collect();
    let entry = RowEntry { figures: breastfed, ..RowEntry::default() };
    filled.insert(IndicatorCode(BREASTFED.to_owned()), entry);
    filled
}

type Figures = BTreeMap<Column, halfsky_plan::figure::Figure>;

/// Settles all of it; [`super::database`] must have settled the people.
///
/// # Panics
/// When something cannot be kept.
pub async fn settle(store: &Store) {
    define(store).await;
    super::settle_unit(store, EDUCATION, "县教育局", "教育局").await;
    let mut tx = store.begin(&area()).await.expect("a transaction");
    let mut held = Vec::new();
    for (unit, codes) in
        [(HEALTH, &["W-H02", "W-H05", "C-H10", "C-H07"][..]), (EDUCATION, &["C-E01"][..])]
    {
        data_sets::insert(&mut tx, &form(unit), &stamp()).await.expect("a form");
        held.extend(codes.iter().map(|code| ReportingDuty {
            indicator: IndicatorCode((*code).to_owned()),
            unit: UnitId(unit.to_owned()),
            role: ReportingRole::Lead,
            basis: Basis::Source,
            from: date(2021, 1, 1),
            until: None,
        }));
    }
    duties::save(&mut tx, &held).await.expect("duties");
    for (id, round) in [(FIGURES, figures()), (TEXTS, texts())] {
        let id = RoundId(id.to_owned());
        rounds::open(&mut tx, &id, &round, &RoundOrigin::Office, &stamp()).await.expect("a round");
    }
    let with_form = |unit: &str| (UnitId(unit.to_owned()), Some(DataSetKey::of(&form(unit))));
    let tasks_of_figures = [with_form(HEALTH), with_form(EDUCATION)];
    let round = RoundId(FIGURES.to_owned());
    tasks::add(&mut tx, &round, &tasks_of_figures, &stamp()).await.expect("tasks");
    let round = RoundId(TEXTS.to_owned());
    let writer = [(UnitId(HEALTH.to_owned()), None)];
    tasks::add(&mut tx, &round, &writer, &stamp()).await.expect("a task");
    tx.commit(entry("round.open", FIGURES)).await.expect("a commit");
    for year in [YEAR - 2, YEAR - 1] {
        publish_year(store, year).await;
    }
}

/// Keeps the definition cards and the reported items.
///
/// # Panics
/// When they cannot be kept.
pub async fn define(store: &Store) {
    let cards = cards();
    let mut tx = store.begin_reference().await.expect("a transaction");
    let items: Vec<_> = halfsky_monitor::item::items(&cards).into_values().collect();
    definitions::seed(&mut tx, &cards, &items, &stamp()).await.expect("definitions");
    tx.commit(entry("indicator.seed", "definitions")).await.expect("a commit");
}

/// Fills in a task of figures without errors and without submitting it.
///
/// # Panics
/// When it cannot be saved.
pub async fn fill_in(store: &Store, unit: &str) {
    save(store, unit, &entries(unit, YEAR)).await;
}

async fn save(store: &Store, unit: &str, filled: &Entries) {
    let key = task(FIGURES, unit);
    let changes: Vec<CellChange> = filled
        .iter()
        .flat_map(|(row, entry)| contents(entry).into_iter().map(|cell| (row.clone(), cell)))
        .map(|(row, (field, content))| CellChange { row, field, seen: 0, content })
        .collect();
    let mut tx = store.begin(&area()).await.expect("a transaction");
    entries::save(&mut tx, &key, &changes, &stamp()).await.expect("saved");
    let before = tasks::load(store, &key).await.expect("the task");
    let next = step(&before.submission, &Step::Save);
    tasks::save_step(&mut tx, &key, before.revision, &next, &stamp()).await.expect("a step");
    tx.commit(entry("entry.save", &key.object())).await.expect("a commit");
}

/// Fills in a task of figures and submits it: it waits for the statistician as submission 1.
///
/// # Panics
/// When it cannot be saved.
pub async fn hand_in(store: &Store, unit: &str) {
    hand_in_entries(store, unit, entries(unit, YEAR)).await;
}

/// As [`hand_in`], with figures of the test's own.
///
/// # Panics
/// When it cannot be saved.
pub async fn hand_in_entries(store: &Store, unit: &str, entries: Entries) {
    save(store, unit, &entries).await;
    let key = task(FIGURES, unit);
    let before = tasks::load(store, &key).await.expect("the task");
    let waiting = step(&before.submission, &Step::RequestUnitReview);
    let next = step(&waiting, &Step::Submit);
    let handed_in = HandedIn {
        number: next.version,
        entries,
        explanations: Vec::new(),
        forced: false,
        late: false,
    };
    let mut tx = store.begin(&area()).await.expect("a transaction");
    submissions::insert(&mut tx, &key, &handed_in, &stamp()).await.expect("a submission");
    tasks::save_step(&mut tx, &key, before.revision, &next, &stamp()).await.expect("a step");
    tx.commit(entry("task.submit", &key.object())).await.expect("a commit");
}

/// Publishes the figures of both units for a year, as its first edition.
///
/// # Panics
/// When it cannot be published.
pub async fn publish_year(store: &Store, year: i32) {
    publish(store, &area(), figures_of(&area(), year)).await;
}

/// Publishes the same figures for another region; there breastfeeding is counted otherwise from 2024 on.
///
/// # Panics
/// When they cannot be published.
pub async fn publish_elsewhere(store: &Store, region: &str) {
    let region: RefArea = region.parse().expect("a region code");
    for year in [YEAR - 2, YEAR - 1] {
        let mut figures = figures_of(&region, year);
        for figure in figures.iter_mut().filter(|f| f.key.indicator.0 == BREASTFED) {
            figure.status = if year == YEAR - 1 { ObsStatus::Break } else { figure.status };
        }
        publish(store, &region, figures).await;
    }
}

/// A round of 2025 in which the health unit has a form of 50,000 figures.
pub const LARGE_FORM: &str = "large-2025";

/// Opens it.
///
/// # Panics
/// When it cannot be kept.
pub async fn settle_large_form(store: &Store) {
    let form = large_form(LARGE);
    let mut tx = store.begin(&area()).await.expect("a transaction");
    data_sets::insert(&mut tx, &form, &stamp()).await.expect("a form");
    let round = RoundId(LARGE_FORM.to_owned());
    rounds::open(&mut tx, &round, &figures(), &RoundOrigin::Office, &stamp())
        .await
        .expect("a round");
    let filler = [(UnitId(HEALTH.to_owned()), Some(DataSetKey::of(&form)))];
    tasks::add(&mut tx, &round, &filler, &stamp()).await.expect("a task");
    tx.commit(entry("round.open", LARGE_FORM)).await.expect("a commit");
}

/// The figures of both units for a year.
fn figures_of(ref_area: &RefArea, year: i32) -> Vec<Observation> {
    let period = Period::year_of(year).expect("a year");
    [HEALTH, EDUCATION]
        .into_iter()
        .flat_map(|unit| {
            let unit_id = UnitId(unit.to_owned());
            let occasion = Occasion { ref_area, period, unit: &unit_id };
            observe(&form(unit), &entries(unit, year), &[], &occasion)
        })
        .collect()
}

/// Publishes figures as the first edition of their year.
async fn publish(store: &Store, ref_area: &RefArea, figures: Vec<Observation>) {
    let year = figures[0].key.period.year();
    let period = Period::year_of(year).expect("a year");
    let values: Vec<NewValue> = figures
        .iter()
        .map(|o| NewValue { observation: o.clone(), why: "".into(), from: None })
        .collect();
    let draft = EditionDraft {
        ref_area: ref_area.clone(),
        period,
        notes: String::new(),
        published_by: "示例统计人员".to_owned(),
        published_at: now().to_string(),
        figures,
    };
    let edition = edition::publish(draft, None).expect("an edition");
    let mut tx = store.begin(ref_area).await.expect("a transaction");
    observations::record(&mut tx, &values, &stamp()).await.expect("values");
    editions::insert(&mut tx, &edition).await.expect("an edition");
    tx.commit(entry("edition.publish", &year.to_string())).await.expect("a commit");
}

fn step(submission: &Submission, step: &Step) -> Submission {
    let (name, unit) = ("示例单位审核人".to_owned(), submission.unit.clone());
    let round = figures();
    let circumstances = Circumstances {
        round: &round,
        today: date(2026, 3, 5),
        now: "2026-03-05T01:30:00Z",
        findings: &[],
        explanations: &[],
    };
    let actor = Actor::UnitReviewer { name, unit };
    submission.apply(step, &actor, &circumstances).expect("a step").0
}

fn figures() -> Round {
    let period = Period::year_of(YEAR).expect("a year");
    let defaults = RoundDefaults::default();
    Round {
        opens: date(2026, 2, 20),
        to_whom: "县统计局".to_owned(),
        ..Round::figures(period, "2025年妇女儿童统计监测数据", date(2026, 4, 4), &defaults)
    }
}

fn texts() -> Round {
    Round {
        subject: RoundSubject::Text { kind: TextKind::YearlyReport, year: YEAR },
        title: "2025年度落实情况和2026年工作安排".to_owned(),
        opens: date(2026, 1, 5),
        due: date(2026, 3, 15),
        late: LatePolicy::MarkLate,
        to_whom: "县妇儿工委办公室".to_owned(),
        basis: "责任单位每年向同级妇儿工委办公室报送年度落实情况".to_owned(),
        ..figures()
    }
}

/// The catalogue's cards; children under management are told for towns and villages, too, and breastfeeding is
/// reported as a percentage of its own.
fn cards() -> Vec<Definition> {
    let mut cards: Vec<Definition> = Catalogue::builtin()
        .indicators()
        .iter()
        .map(|card| Definition::from_catalogue(card, 2021).expect("a readable card"))
        .collect();
    for card in &mut cards {
        match card.code.0.as_str() {
            CHILDREN_RATE => card.splits.residence = true,
            BREASTFED => card.calculation.formula = String::new(),
            _ => {}
        }
    }
    cards
}

fn area() -> RefArea {
    COUNTY.parse().expect("a region code")
}

fn stamp() -> Stamp {
    Stamp { at: now(), by: "示例填报人".to_owned() }
}

fn entry(action: &str, object: &str) -> Entry {
    Entry::new(now(), "test", action, object)
}
