//! The number of statements of an operation does not grow with the plan. Both databases get the same
//! statements; PostgreSQL tells them in its log.

use halfsky_store::observations::Years;
use halfsky_store::testing::{Cluster, TestDatabase};
use halfsky_store::{editions, plans};
use sqlx::{AssertSqlSafe, Connection as _};

use crate::specimen::{area, draft, entry, import, raw};

/// Statements of a database so far.
fn statements(database: &str) -> usize {
    statements_with(database, "")
}

/// Statements of a database so far that hold these words.
fn statements_with(database: &str, words: &str) -> usize {
    let prefix = format!("{database} LOG:  ");
    let log = Cluster::shared().expect("the server").log();
    let told = log.lines().filter_map(|line| line.strip_prefix(&prefix));
    told.filter(|line| line.starts_with("execute ") || line.starts_with("statement: "))
        .filter(|line| line.contains(words))
        .count()
}

/// Lets the server log every statement of a database; tells its name.
async fn logged(database: &TestDatabase) -> String {
    let mut connection = raw(database).await;
    let name: String = sqlx::query_scalar("select cast(current_database() as text)")
        .fetch_one(&mut connection)
        .await
        .expect("its name");
    let sql = format!("alter database {name} set log_statement = 'all'");
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.expect("a setting");
    connection.close().await.expect("a closed connection");
    name
}

/// Statements of importing, loading, correcting everything and listing a plan of so many targets.
async fn counts(targets: usize) -> Option<[usize; 4]> {
    let database = TestDatabase::postgres().await?;
    let store = &database.store;
    let name = logged(&database).await;
    // Opening connections has statements of its own: they are not counted.
    plans::list(store, None).await.expect("a list");
    store.begin(&area()).await.expect("a transaction").rollback().await.expect("nothing written");

    let mut marks = vec![statements(&name)];
    let (key, seen) = import(store, &draft(targets)).await;
    marks.push(statements(&name));
    let mut version = plans::load(store, &key).await.expect("the version").version;
    marks.push(statements(&name));
    let corrections = version.confirm_unchecked().expect("corrections");
    let mut tx = store.begin(&area()).await.expect("a transaction");
    plans::save_corrections(&mut tx, &key, seen, &corrections).await.expect("saved");
    tx.commit(entry("plan.correct")).await.expect("a commit");
    marks.push(statements(&name));
    plans::list(store, None).await.expect("a list");
    marks.push(statements(&name));
    let counts: Vec<usize> = marks.windows(2).map(|pair| pair[1] - pair[0]).collect();
    counts.try_into().ok()
}

#[tokio::test]
async fn statements_do_not_grow_with_the_plan() {
    let (Some(small), Some(large)) = (counts(10).await, counts(80).await) else { return };
    assert_eq!(small, large);
    assert_eq!(large, [21, 15, 14, 1], "import, load, correct everything, list");
}

/// Statements of reading what so many regions published.
async fn counts_of_regions(regions: u32) -> Option<usize> {
    let database = TestDatabase::postgres().await?;
    let store = &database.store;
    let name = logged(&database).await;
    let regions: Vec<_> =
        (1..=regions).map(|n| format!("9901{n:02}").parse().expect("a code")).collect();
    let years = Years { from: 2021, to: 2025 };
    editions::years_of(store, &regions).await.expect("years");
    editions::of_regions(store, &regions, years).await.expect("figures");
    // a second connection may have been opened meanwhile, which has statements of its own
    Some(statements_with(&name, "from edition"))
}

#[tokio::test]
async fn statements_do_not_grow_with_the_regions() {
    let (few, many) = (counts_of_regions(2).await, counts_of_regions(40).await);
    let (Some(few), Some(many)) = (few, many) else { return };
    assert_eq!((few, many), (2, 2), "the years, the figures");
}
