//! The number of statements of an operation does not grow with the plan. Both databases get the same
//! statements; PostgreSQL tells them in its log.

use halfsky_store::plans;
use halfsky_store::testing::{Cluster, TestDatabase};
use sqlx::{AssertSqlSafe, Connection as _};

use crate::specimen::{area, draft, entry, import, raw};

/// Statements of a database so far.
fn statements(database: &str) -> usize {
    let prefix = format!("{database} LOG:  ");
    let log = Cluster::shared().expect("the server").log();
    let told = log.lines().filter_map(|line| line.strip_prefix(&prefix));
    told.filter(|line| line.starts_with("execute ") || line.starts_with("statement: ")).count()
}

/// Statements of importing, loading, correcting everything and listing a plan of so many targets.
async fn counts(targets: usize) -> Option<[usize; 4]> {
    let database = TestDatabase::postgres().await?;
    let store = &database.store;
    let mut connection = raw(&database).await;
    let name: String = sqlx::query_scalar("select cast(current_database() as text)")
        .fetch_one(&mut connection)
        .await
        .expect("its name");
    let sql = format!("alter database {name} set log_statement = 'all'");
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.expect("a setting");
    connection.close().await.expect("a closed connection");
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
