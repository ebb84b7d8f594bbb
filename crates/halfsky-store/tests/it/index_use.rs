//! The statements behind the pages that many people open find their rows by an index, whatever the size of the
//! tables. PostgreSQL tells the plan of each statement as the store sends it; where it may not read a whole table
//! it only does so when there is no index for the question. SQLite, which tells no statements, is asked for its plans of
//! the same ones.

use std::collections::BTreeSet;

use halfsky_monitor::appointment::AccountId;
use halfsky_monitor::observation::{Residence, Sex};
use halfsky_monitor::period::Period;
use halfsky_monitor::reporting::UnitId;
use halfsky_monitor::round::RoundState;
use halfsky_monitor::submission::SubmissionState;
use halfsky_plan::indicator::IndicatorCode;
use halfsky_store::observations::Years;
use halfsky_store::plans::{PlanFilter, PlanSort};
use halfsky_store::rounds::{RoundFilter, RoundId, RoundSort};
use halfsky_store::testing::{Cluster, TestDatabase};
use halfsky_store::texts::{TextFilter, TextSort};
use halfsky_store::{
    Order, Slice, Store, audit, editions, jobs, observations, plans, rate_limits, rounds, sessions,
    submissions, tasks, texts,
};
use jiff::civil::date;
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Row as _};

use crate::specimen::{area, at, raw};

/// Lets the server tell the plan of every statement on this database. False where it cannot.
async fn tell_plans(database: &TestDatabase, name: &str) -> bool {
    let mut connection = raw(database).await;
    if sqlx::raw_sql("load 'auto_explain'").execute(&mut connection).await.is_err() {
        assert!(std::env::var("CI").as_deref() != Ok("true"), "CI needs auto_explain");
        return false;
    }
    for setting in [
        "session_preload_libraries = 'auto_explain'",
        "auto_explain.log_min_duration = 0",
        "enable_seqscan = off",
    ] {
        let sql = format!("alter database {name} set {setting}");
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
    }
    connection.close().await.unwrap();
    true
}

/// Asks what the pages ask most.
async fn ask(store: &Store) {
    let (area, indicator) = (area(), IndicatorCode("W-H02".to_owned()));
    let (year, whole) = (Period::year_of(2024).unwrap(), (Sex::Total, Residence::Total));
    let years = Years { from: 2015, to: 2024 };
    editions::list(store, &area).await.unwrap();
    editions::of_indicator(store, &area, &indicator).await.unwrap();
    editions::of_years(store, &area, years).await.unwrap();
    editions::across_regions(store, &indicator, year, whole, "99").await.unwrap();
    editions::newest(store, &area, year).await.unwrap();
    editions::preliminary(store, &area).await.unwrap();
    observations::across_regions(store, &indicator, year, whole, "99").await.unwrap();
    observations::histories(store, &area, &indicator).await.unwrap();
    observations::years_of(store, &area).await.unwrap();
    let regions = std::slice::from_ref(&area);
    plans::due_in(store, 2025, regions).await.unwrap();
    plans::count_linked(store, regions, &indicator).await.unwrap();
    plans::linked_to(store, regions, &indicator, Slice::ALL).await.unwrap();
    plans::linked_in_force(store, &area).await.unwrap();
    plans::find(store, &PlanFilter::of(regions), (PlanSort::Title, Order::Up), Slice::ALL)
        .await
        .unwrap();
    let needed = BTreeSet::from([indicator.clone()]);
    editions::of_indicators(store, (regions, &needed), years).await.unwrap();
    let rounds = RoundFilter {
        regions,
        title: "年",
        subject: "",
        state: Some(RoundState::Open),
        today: date(2026, 3, 5),
    };
    rounds::count(store, &rounds).await.unwrap();
    rounds::find(store, &rounds, (RoundSort::Due, Order::Down), Slice::ALL).await.unwrap();
    let keys = [(area.clone(), RoundId("a".to_owned()))];
    rounds::of_keys(store, &keys).await.unwrap();
    tasks::of_rounds(store, &keys).await.unwrap();
    let texts = TextFilter {
        regions,
        kind: None,
        year: None,
        unit: "局",
        state: None,
        overdue: true,
        today: date(2026, 3, 5),
    };
    texts::count(store, &texts).await.unwrap();
    texts::find(store, &texts, (TextSort::Waiting, Order::Up), Slice::ALL).await.unwrap();
    tasks::in_state(store, &area, SubmissionState::Submitted).await.unwrap();
    tasks::of_unit(store, &area, &UnitId("health".to_owned())).await.unwrap();
    sessions::find(store, "a").await.unwrap();
    sessions::of_account(store, &AccountId("a".to_owned())).await.unwrap();
    jobs::anything_due(store, at(0)).await.unwrap();
    audit::entries_about(store, &area, "task a/b").await.unwrap();
    rate_limits::forget_ended(store, at(0)).await.unwrap();
    let key = tasks::TaskKey {
        ref_area: area,
        round: RoundId("a".to_owned()),
        unit: UnitId("health".to_owned()),
    };
    submissions::list(store, &key).await.unwrap();
    submissions::of_others(store, &key, &[indicator]).await.unwrap();
}

/// The plans of a database so far: statement and plan in one text each.
fn told(name: &str) -> Vec<String> {
    let log = Cluster::shared().unwrap().log();
    let begins = format!("{name} LOG:  duration: ");
    let mut found: Vec<String> = Vec::new();
    let mut inside = false;
    for line in log.lines() {
        if !line.starts_with('\t') {
            inside = line.starts_with(&begins) && line.ends_with("plan:");
            found.extend(inside.then(String::new));
        } else if let Some(plan) = found.last_mut().filter(|_| inside) {
            plan.push_str(line.trim());
            plan.push('\n');
        }
    }
    found
}

/// Asks on a PostgreSQL that tells the plans; None where it cannot.
#[expect(clippy::print_stdout, reason = "a test that is skipped says so")]
async fn plans_of_postgres() -> Option<Vec<String>> {
    let database = TestDatabase::postgres().await?;
    let mut connection = raw(&database).await;
    let name: String = sqlx::query_scalar("select cast(current_database() as text)")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
    if !tell_plans(&database, &name).await {
        println!("skipped: PostgreSQL comes without auto_explain");
        return None;
    }
    let store = Store::open(&database.location).await.unwrap();
    ask(&store).await;
    store.close().await;
    let plans = told(&name);
    assert!(plans.len() > 15, "{plans:?}");
    Some(plans.into_iter().filter(|plan| !plan.contains("_sqlx_migrations")).collect())
}

#[tokio::test]
async fn no_page_reads_a_whole_table() {
    let Some(plans) = plans_of_postgres().await else { return };
    for plan in plans {
        assert!(!plan.contains("Seq Scan"), "{plan}");
    }
}

/// The plan of a statement on SQLite, one step in each line.
async fn plan_on_sqlite(connection: &mut AnyConnection, statement: &str) -> Vec<String> {
    // what is bound does not change the plan
    let sql = AssertSqlSafe(format!("explain query plan {statement}"));
    let rows = sqlx::query(sql).fetch_all(connection).await.unwrap();
    rows.iter().map(|row| row.get::<String, _>("detail")).collect()
}

/// A statement as SQLite is asked it: a list, which PostgreSQL gets as an array, has a place for each value there, and
/// one value tells the plan as well as many.
fn for_sqlite(statement: &str) -> String {
    let mut parts = statement.split("= any(cast(");
    let mut sql = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (array, rest) = part.split_once("))").unwrap();
        let (bound, _) = array.split_once(' ').unwrap();
        sql.push_str(&["in (", bound, ")"].concat());
        sql.push_str(rest);
    }
    sql
}

/// What opening a PostgreSQL database asks about itself.
const OWN_OF_POSTGRES: [&str; 3] = ["pg_", "information_schema", "current_setting"];

#[tokio::test]
async fn no_page_reads_a_whole_table_on_sqlite_either() {
    let Some(plans) = plans_of_postgres().await else { return };
    let database = TestDatabase::sqlite().await;
    let mut connection = raw(&database).await;
    let mut scans = Vec::new();
    for plan in plans {
        let statement = plan.lines().next().and_then(|line| line.strip_prefix("Query Text: "));
        let statement = statement.unwrap_or_else(|| panic!("no statement in {plan}"));
        if OWN_OF_POSTGRES.iter().any(|own| statement.contains(own)) {
            continue;
        }
        for step in plan_on_sqlite(&mut connection, &for_sqlite(statement)).await {
            // the rows that a subquery has found are read from first to last; it was asked about before
            let found = step.strip_prefix("SCAN ").map(|name| format!(") {name} "));
            if found.is_some_and(|subquery| !statement.contains(&subquery)) {
                scans.push(format!("{step}: {statement}"));
            }
        }
    }
    assert!(scans.is_empty(), "{}", scans.join("\n"));
    let whole = plan_on_sqlite(&mut connection, "select * from observation").await;
    assert_eq!(whole, ["SCAN observation"], "that is what is looked for");
    connection.close().await.unwrap();
}
