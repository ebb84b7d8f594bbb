//! Figures of earlier years, as `halfsky data import` keeps them: checked by the rules of the forms, held against what
//! stands, recorded with their history and their audit entry; beside the bare insert of the very same rows into the
//! very same tables.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use halfsky_monitor::data_set::{Column, DataSet, Entries, RowKind};
use halfsky_monitor::definition::{Definition, Definitions};
use halfsky_monitor::item::items;
use halfsky_monitor::long_table::{self, Known, Line};
use halfsky_monitor::names::Names;
use halfsky_monitor::observe::{Occasion, observe};
use halfsky_monitor::period::Period;
use halfsky_monitor::reporting::UnitId;
use halfsky_monitor::workbook;
use halfsky_plan::figure::Figure;
use halfsky_plan::indicator::Catalogue;
use halfsky_plan::ref_area::RefArea;
use halfsky_store::audit::Entry;
use halfsky_store::observations::{self, NewValue, Years, record};
use halfsky_store::plans::Stamp;
use halfsky_store::regions::{self, Region, RegionLevel};
use halfsky_store::testing::TestDatabase;
use halfsky_store::{Location, Store};
use jiff::Timestamp;
use sqlx::{AssertSqlSafe, Connection as _, Row as _, TypeInfo as _, ValueRef as _};

use crate::{RUNS, best, now};

/// The years each region reports.
const YEARS: std::ops::RangeInclusive<i32> = 2016..=2025;

const TABLES: [&str; 2] = ["observation_revision", "observation"];

/// Lines of one file: a table may not have more cells.
const LINES_OF_A_FILE: usize = 60_000;

/// What an import takes: checking and saving, the checks alone, and reading the files before.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
struct Took {
    all: Duration,
    checks: Duration,
    reading: Duration,
}

/// The rows an import wrote, by table.
type Written = Vec<(&'static str, Vec<Vec<Cell>>)>;

/// Measures on both databases.
pub(crate) async fn measure(count: usize) {
    let (names, lines) = lines(count);
    let files: Vec<String> = lines.chunks(LINES_OF_A_FILE).map(csv).collect();
    println!("observations: {} lines, best of {RUNS} runs", lines.len());
    let on = async |database: TestDatabase| {
        let reading = read(&files, &lines, &names);
        let took = import(&database.store, &lines, &names).await;
        database.store.close().await;
        Took { reading, ..took }
    };
    let written = written(&lines, &names).await;
    let ours = best(async || on(TestDatabase::sqlite().await).await).await;
    let raw = best(async || sqlite_insert(&written).await).await;
    told("SQLite", ours, raw, "multi-row insert");
    if TestDatabase::postgres().await.is_some() {
        let database = async || TestDatabase::postgres().await.expect("PostgreSQL");
        let ours = best(async || on(database().await).await).await;
        let text = copy_text(&written);
        let raw = best(async || postgres_copy(&text).await).await;
        told("PostgreSQL", ours, raw, "COPY");
    }
}

fn told(database: &str, ours: Took, raw: Duration, what: &str) {
    let seconds = |took: Duration| took.as_secs_f64();
    let speed = |ours: Duration| 100.0 * seconds(raw) / seconds(ours);
    println!(
        "{database:<11} read {:>6.3} s, check {:>6.3} s + save {:>6.3} s   {what} {:>6.3} s   speed of it: {:.0} % \
         (saving alone {:.0} %, with reading {:.0} %)",
        seconds(ours.reading),
        seconds(ours.checks),
        seconds(ours.all.saturating_sub(ours.checks)),
        seconds(raw),
        speed(ours.all),
        speed(ours.all.saturating_sub(ours.checks)),
        speed(ours.all + ours.reading),
    );
}

/// Lines as a file of them.
fn csv(lines: &[Line]) -> String {
    let mut text = "REF_AREA,INDICATOR,TIME_PERIOD,SEX,RESIDENCE,SOURCE,OBS_VALUE\n".to_owned();
    for Line { observation, .. } in lines {
        let key = &observation.key;
        let figure = observation.value.figure().expect("a figure");
        let (sex, residence, source) = (key.sex.code(), key.residence.code(), key.source.code());
        let (area, code, period) = (&key.ref_area, &key.indicator, key.period);
        writeln!(text, "{area},{code},{period},{sex},{residence},{source},{figure}")
            .expect("a string takes everything");
    }
    text
}

/// Opens and reads the files; they say what the lines say.
fn read(files: &[String], lines: &[Line], names: &Names) -> Duration {
    let regions = lines.iter().map(|line| line.observation.key.ref_area.clone()).collect();
    let known = Known { names, regions: &regions, region: None };
    let began = now();
    let mut read = Vec::new();
    for file in files {
        let grids = workbook::open(file.as_bytes()).expect("a table");
        let table = long_table::read(&grids, &known);
        assert_eq!(table.problems, []);
        read.extend(table.lines);
    }
    let took = began.elapsed();
    assert!(read.iter().map(|l| &l.observation).eq(lines.iter().map(|l| &l.observation)));
    took
}

/// About so many figures: every figure of every indicator in ten years, region by region.
fn lines(count: usize) -> (Names, Vec<Line>) {
    let cards: Vec<Definition> = Catalogue::builtin()
        .indicators()
        .iter()
        .map(|card| Definition::from_catalogue(card, 2011).expect("a readable card"))
        .collect();
    let form = DataSet::worksheet("F", "全表", &cards, &cards).expect("a form");
    let mut entries = Entries::new();
    for row in form.rows().iter().filter(|row| row.kind == RowKind::Reported) {
        let entry = entries.entry(row.code.clone()).or_default();
        // parts are half of their whole; where 80 is impossible (是/否), everything is 1
        let large = row.plausible.possible.contain(80.into());
        for column in &row.columns {
            let figure = match (large, *column) {
                (true, Column::Total) => 80,
                (true, _) => 40,
                (false, _) => 1,
            };
            entry.figures.insert(*column, Figure::from(figure));
        }
    }
    let mut lines = Vec::with_capacity(count);
    let unit = UnitId("bench".to_owned());
    let all = (1..).flat_map(|region| YEARS.map(move |year| (region, year)));
    for (region, year) in all {
        if lines.len() >= count {
            break;
        }
        let ref_area = area(region);
        let period = Period::year_of(year).expect("a year");
        let occasion = Occasion { ref_area: &ref_area, period, unit: &unit };
        for observation in observe(&form, &entries, &[], &occasion) {
            lines.push(Line { place: format!("CSV!H{}", lines.len() + 2), observation });
        }
    }
    lines.truncate(count);
    let known = items(&cards);
    let versions =
        |card: Definition| (card.code.clone(), Definitions::new(vec![card]).expect("one version"));
    (Names::new(cards.into_iter().map(versions).collect(), known), lines)
}

fn area(number: u32) -> RefArea {
    format!("99{number:04}").parse().expect("a code")
}

fn stamp() -> Stamp {
    Stamp { at: Timestamp::UNIX_EPOCH, by: "bench".to_owned() }
}

async fn settle(store: &Store, regions_of: &BTreeMap<RefArea, Vec<Line>>) {
    for code in regions_of.keys() {
        let mut tx = store.begin(code).await.expect("a transaction");
        let region = Region {
            code: code.clone(),
            name: code.to_string(),
            parent: None,
            level: RegionLevel::County,
        };
        regions::save(&mut tx, &region).await.expect("a region");
        let entry = Entry::new(stamp().at, "bench", "region.create", "bench");
        tx.commit(entry).await.expect("a commit");
    }
}

/// Opens the connections that are used: those of the bare insert are open, too, before the clock starts.
async fn connect(store: &Store, regions: &BTreeMap<RefArea, Vec<Line>>) {
    for code in regions.keys().take(1) {
        assert!(regions::find(store, code).await.expect("a region").is_some());
        store.begin_bulk(code).await.expect("a transaction").rollback().await.expect("an end");
    }
}

fn by_region(lines: &[Line]) -> BTreeMap<RefArea, Vec<Line>> {
    let mut by_region: BTreeMap<RefArea, Vec<Line>> = BTreeMap::new();
    for line in lines {
        by_region.entry(line.observation.key.ref_area.clone()).or_default().push(line.clone());
    }
    by_region
}

async fn import(store: &Store, lines: &[Line], names: &Names) -> Took {
    let by_region = by_region(lines);
    settle(store, &by_region).await;
    connect(store, &by_region).await;
    let began = now();
    let threads = std::thread::available_parallelism().expect("processors");
    let checked = long_table::check(lines, &[], names, threads).expect("forms");
    assert!(checked.errors.is_empty(), "{:?}", checked.errors.first());
    let checks = began.elapsed();
    let why: Arc<str> = "导入历史数据".into();
    for (region, lines) in by_region {
        let years = Years { from: *YEARS.start(), to: *YEARS.end() };
        let mut tx = store.begin_bulk(&region).await.expect("a transaction");
        let standing = observations::of_years(store, &region, years).await.expect("figures");
        let value = |(line, _): (Line, _)| NewValue {
            observation: line.observation,
            why: Arc::clone(&why),
            from: None,
        };
        let values: Vec<NewValue> =
            long_table::against(lines, &standing).into_iter().map(value).collect();
        record(&mut tx, &values, &stamp()).await.expect("recorded");
        let entry = Entry::new(stamp().at, "bench", "figures.import", "bench");
        tx.commit(entry).await.expect("a commit");
    }
    Took { all: began.elapsed(), checks, reading: Duration::ZERO }
}

/// A value of a column as it stands in a database.
enum Cell {
    Text(String),
    Integer(i64),
    Real(f64),
    Null,
}

/// Everything in a table, with its number of columns.
async fn contents(connection: &mut sqlx::SqliteConnection, table: &str) -> Vec<Vec<Cell>> {
    let sql = AssertSqlSafe(format!("select * from {table}"));
    let rows = sqlx::query(sql).fetch_all(connection).await.expect("rows");
    let cell = |row: &sqlx::sqlite::SqliteRow, at: usize| {
        let raw = row.try_get_raw(at).expect("a column");
        if raw.is_null() {
            return Cell::Null;
        }
        match raw.type_info().name() {
            "INTEGER" => Cell::Integer(row.get(at)),
            "REAL" => Cell::Real(row.get(at)),
            _ => Cell::Text(row.get(at)),
        }
    };
    rows.iter().map(|row| (0..row.len()).map(|at| cell(row, at)).collect()).collect()
}

async fn sqlite(location: &Location) -> sqlx::SqliteConnection {
    let Location::SqliteDir(dir) = location else { unreachable!("SQLite") };
    let url = format!("sqlite://{}", dir.join("halfsky.sqlite").display());
    let mut connection = sqlx::SqliteConnection::connect(&url).await.expect("a connection");
    let settings = "pragma journal_mode = wal; pragma synchronous = normal";
    sqlx::raw_sql(settings).execute(&mut connection).await.expect("settings");
    connection
}

/// What an import writes, in the order in which it does.
async fn written(lines: &[Line], names: &Names) -> Written {
    let database = TestDatabase::sqlite().await;
    import(&database.store, lines, names).await;
    let mut connection = sqlite(&database.location).await;
    let mut tables = Vec::new();
    for table in TABLES {
        tables.push((table, contents(&mut connection, table).await));
    }
    database.store.close().await;
    tables
}

/// The same rows into the same tables, hundreds a statement, one transaction, nothing else.
async fn sqlite_insert(tables: &Written) -> Duration {
    let empty = TestDatabase::sqlite().await;
    let mut connection = sqlite(&empty.location).await;
    let began = now();
    let mut transaction = connection.begin().await.expect("a transaction");
    for (table, rows) in tables {
        for some in rows.chunks(240) {
            let places = format!("({})", vec!["?"; some[0].len()].join(", "));
            let places = vec![places; some.len()].join(", ");
            let sql = AssertSqlSafe(format!("insert into {table} values {places}"));
            let mut query = sqlx::query(sql);
            for cell in some.iter().flatten() {
                query = match cell {
                    Cell::Text(text) => query.bind(text),
                    Cell::Integer(number) => query.bind(number),
                    Cell::Real(number) => query.bind(number),
                    Cell::Null => query.bind(None::<i64>),
                };
            }
            query.execute(&mut *transaction).await.expect("rows");
        }
    }
    transaction.commit().await.expect("a commit");
    let took = began.elapsed();
    empty.store.close().await;
    took
}

/// Rows as COPY reads them.
fn copy_text(tables: &Written) -> Vec<(&'static str, String)> {
    let cell = |cell: &Cell| match cell {
        Cell::Text(text) => text.replace('\\', "\\\\").replace('\t', "\\t").replace('\n', "\\n"),
        Cell::Integer(number) => number.to_string(),
        Cell::Real(number) => number.to_string(),
        Cell::Null => "\\N".to_owned(),
    };
    let line = |row: &Vec<Cell>| row.iter().map(cell).collect::<Vec<_>>().join("\t") + "\n";
    tables.iter().map(|(table, rows)| (*table, rows.iter().map(line).collect())).collect()
}

/// The same rows into the same tables through COPY, in one transaction.
async fn postgres_copy(tables: &[(&'static str, String)]) -> Duration {
    let empty = TestDatabase::postgres().await.expect("PostgreSQL");
    let Location::Postgres { url, .. } = &empty.location else { unreachable!("PostgreSQL") };
    let mut connection = sqlx::PgConnection::connect(url).await.expect("a connection");
    let began = now();
    sqlx::raw_sql("begin").execute(&mut connection).await.expect("a transaction");
    for (table, text) in tables {
        let sql = format!("copy {table} from stdin");
        let mut copy = connection.copy_in_raw(&sql).await.expect("a copy");
        copy.send(text.as_bytes()).await.expect("rows");
        copy.finish().await.expect("a finished copy");
    }
    sqlx::raw_sql("commit").execute(&mut connection).await.expect("a commit");
    let took = began.elapsed();
    empty.store.close().await;
    took
}
