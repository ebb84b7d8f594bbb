//! 50,000 cells of entry forms from CSV files into the store with every check, beside the bare insert of the same
//! rows into one table.

use std::fmt::Write as _;
use std::time::Duration;

use halfsky_monitor::data_set::{Column, DataSet, Entries, RowKind};
use halfsky_monitor::definition::Definition;
use halfsky_monitor::period::Period;
use halfsky_monitor::reporting::UnitId;
use halfsky_monitor::round::{Round, RoundDefaults};
use halfsky_monitor::validation::{Filled, PastValues, validate};
use halfsky_monitor::workbook::{self, Mapping, propose};
use halfsky_plan::figure::Figure;
use halfsky_plan::indicator::Catalogue;
use halfsky_plan::ref_area::RefArea;
use halfsky_store::audit::Entry;
use halfsky_store::data_sets::DataSetKey;
use halfsky_store::entries::{self, CellChange, contents};
use halfsky_store::plans::Stamp;
use halfsky_store::regions::{self, Region, RegionLevel};
use halfsky_store::rounds::{self, RoundId, RoundOrigin};
use halfsky_store::tasks::{self, TaskKey};
use halfsky_store::testing::{ScratchDir, TestDatabase};
use halfsky_store::{Location, data_sets};
use jiff::Timestamp;
use jiff::civil::date;
use sqlx::Connection as _;

use crate::{RUNS, best, now, told};

/// Cells asked for; the units report whole forms, so that a few more may come out.
const CELLS: usize = 50_000;

/// Measures on both databases.
pub(crate) async fn measure() {
    let work = Work::new();
    let (cells, files) = (work.cells(), work.files.len());
    println!("entry forms: {cells} cells in {files} files, best of {RUNS} runs");
    let sqlite = best(async || imported(&work, TestDatabase::sqlite().await).await).await;
    let raw_sqlite = best(async || sqlite_insert(&work).await).await;
    told("SQLite", sqlite, raw_sqlite, "native insert, one transaction");
    if TestDatabase::postgres().await.is_some() {
        let postgres = async || {
            let database = TestDatabase::postgres().await.expect("PostgreSQL");
            imported(&work, database).await
        };
        let postgres = best(postgres).await;
        let copied = best(async || postgres_copy(&work).await).await;
        told("PostgreSQL", postgres, copied, "COPY");
    }
}

/// The same form for every unit, and a CSV file with figures of each.
struct Work {
    form: DataSet,
    files: Vec<(UnitId, String)>,
    rows: Vec<[String; 9]>,
}

impl Work {
    fn new() -> Self {
        let all: Vec<Definition> = Catalogue::builtin()
            .indicators()
            .iter()
            .map(|card| Definition::from_catalogue(card, 2021).expect("a readable card"))
            .collect();
        let own: Vec<_> = all.iter().filter(|d| d.code.0.starts_with("C-")).cloned().collect();
        let form = DataSet::worksheet("F", "全表", &own, &all).expect("a form");
        let entries = filled(&form);
        let csv = csv(&form, &entries);
        let per_unit: usize = entries.values().map(|entry| contents(entry).len()).sum();
        let units = CELLS.div_ceil(per_unit);
        let files: Vec<_> =
            (0..units).map(|n| (UnitId(format!("unit-{n:04}")), csv.clone())).collect();
        let mut rows = Vec::new();
        for (unit, _) in &files {
            for (row, entry) in &entries {
                for (field, content) in contents(entry) {
                    let cell = [area().to_string(), round_id().0, unit.0.clone(), row.0.clone()];
                    let [a, b, c, d] = cell;
                    let (field, at) = (field.code().to_owned(), stamp().at.to_string());
                    rows.push([a, b, c, d, field, content, "1".to_owned(), at, stamp().by]);
                }
            }
        }
        Self { form, files, rows }
    }

    fn cells(&self) -> usize {
        self.rows.len()
    }
}

/// Figures that pass every check: parts are half of their whole.
fn filled(form: &DataSet) -> Entries {
    let mut entries = Entries::new();
    for row in form.rows().iter().filter(|row| row.kind == RowKind::Reported) {
        let entry = entries.entry(row.code.clone()).or_default();
        for column in &row.columns {
            let figure = if *column == Column::Total { 80 } else { 40 };
            entry.figures.insert(*column, Figure::from(figure));
        }
    }
    entries
}

fn csv(form: &DataSet, entries: &Entries) -> String {
    let mut text = "代码,指标名称,合计,女,男\n".to_owned();
    for row in form.rows() {
        let Some(entry) = entries.get(&row.code) else { continue };
        let figure =
            |column| entry.figures.get(&column).map(ToString::to_string).unwrap_or_default();
        let [total, female, male] = [Column::Total, Column::Female, Column::Male].map(figure);
        writeln!(text, "{},\"{}\",{total},{female},{male}", row.code, row.name)
            .expect("a string takes everything");
    }
    text
}

fn area() -> RefArea {
    "990101".parse().expect("a code")
}

fn round_id() -> RoundId {
    RoundId("01910000-0000-7000-8000-000000000001".to_owned())
}

fn stamp() -> Stamp {
    Stamp { at: Timestamp::UNIX_EPOCH, by: "bench".to_owned() }
}

fn entry(action: &str) -> Entry {
    Entry::new(stamp().at, "bench", action, "bench")
}

/// Reads every file, checks it and saves it, each unit in a transaction with its audit entry.
async fn imported(work: &Work, database: TestDatabase) -> Duration {
    let store = &database.store;
    prepare(work, &database).await;
    let period = Period::year_of(2025).expect("a year");
    let began = now();
    for (unit, csv) in &work.files {
        let key = TaskKey { ref_area: area(), round: round_id(), unit: unit.clone() };
        let draft = entries::load(store, &key).await.expect("a draft");
        let grids = workbook::open(csv.as_bytes()).expect("a table");
        let mapping: Mapping = propose(&grids, &work.form);
        let reading = workbook::read_mapped(&grids, &work.form, &mapping, &draft.entries().0)
            .expect("a mapped table");
        assert!(reading.problems.is_empty(), "{:?}", reading.problems);
        let findings = validate(&Filled {
            data_set: &work.form,
            entries: &reading.entries,
            period,
            past: &PastValues::new(),
            other_forms: &[],
            published: &[],
        });
        let changes: Vec<CellChange> = reading
            .entries
            .iter()
            .flat_map(|(row, entry)| contents(entry).into_iter().map(|c| (row.clone(), c)))
            .map(|(row, (field, content))| CellChange { row, field, seen: 0, content })
            .collect();
        let mut tx = store.begin(&area()).await.expect("a transaction");
        entries::save(&mut tx, &key, &changes, &stamp()).await.expect("saved");
        entries::save_findings(&mut tx, &key, &findings).await.expect("saved");
        tx.commit(entry("entry.import")).await.expect("a commit");
    }
    let took = began.elapsed();
    store.close().await;
    took
}

async fn prepare(work: &Work, database: &TestDatabase) {
    let mut tx = database.store.begin(&area()).await.expect("a transaction");
    let region = Region {
        code: area(),
        name: "云溪县".to_owned(),
        parent: None,
        level: RegionLevel::County,
    };
    regions::save(&mut tx, &region).await.expect("a region");
    data_sets::insert(&mut tx, &work.form, &stamp()).await.expect("a form");
    let period = Period::year_of(2025).expect("a year");
    let round = Round::figures(period, "2025", date(2026, 5, 20), &RoundDefaults::default());
    rounds::open(&mut tx, &round_id(), &round, &RoundOrigin::Office, &stamp())
        .await
        .expect("a round");
    let form = DataSetKey::of(&work.form);
    let units: Vec<_> =
        work.files.iter().map(|(unit, _)| (unit.clone(), Some(form.clone()))).collect();
    tasks::add(&mut tx, &round_id(), &units, &stamp()).await.expect("tasks");
    tx.commit(entry("round.open")).await.expect("a commit");
}

const TABLE: &str = "create table cell (ref_area text not null, round_id text not null, \
    unit_id text not null, row_code text not null, field text not null, content text not null, \
    revision bigint not null, changed_at text not null, changed_by text not null, \
    primary key (ref_area, round_id, unit_id, row_code, field))";

/// The same rows, one prepared statement, one transaction, nothing else.
async fn sqlite_insert(work: &Work) -> Duration {
    let dir = ScratchDir::new();
    let url = format!("sqlite://{}/raw.sqlite?mode=rwc", dir.path().display());
    let mut connection = sqlx::SqliteConnection::connect(&url).await.expect("a database");
    let settings = "pragma journal_mode = wal; pragma synchronous = normal";
    sqlx::raw_sql(settings).execute(&mut connection).await.expect("settings");
    sqlx::raw_sql(TABLE).execute(&mut connection).await.expect("a table");
    let began = now();
    let mut transaction = connection.begin().await.expect("a transaction");
    for row in &work.rows {
        let mut query = sqlx::query("insert into cell values ($1, $2, $3, $4, $5, $6, $7, $8, $9)");
        for (at, value) in row.iter().enumerate() {
            query = if at == 6 { query.bind(1_i64) } else { query.bind(value) };
        }
        query.execute(&mut *transaction).await.expect("a row");
    }
    transaction.commit().await.expect("a commit");
    began.elapsed()
}

/// The same rows through COPY.
async fn postgres_copy(work: &Work) -> Duration {
    let database = TestDatabase::postgres().await.expect("PostgreSQL");
    let Location::Postgres { url, .. } = &database.location else { unreachable!("PostgreSQL") };
    let mut connection = sqlx::PgConnection::connect(url).await.expect("a connection");
    sqlx::raw_sql(TABLE).execute(&mut connection).await.expect("a table");
    let mut text = String::new();
    for row in &work.rows {
        text += &row.join("\t");
        text.push('\n');
    }
    let began = now();
    let mut copy = connection.copy_in_raw("copy cell from stdin").await.expect("a copy");
    copy.send(text.as_bytes()).await.expect("rows");
    copy.finish().await.expect("a finished copy");
    let took = began.elapsed();
    database.store.close().await;
    took
}
