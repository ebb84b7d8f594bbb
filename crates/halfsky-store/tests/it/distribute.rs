//! The tables are spread over a cluster: the statements run, in the right order, and the schema lets them.

use std::collections::{BTreeMap, BTreeSet};

use halfsky_store::distribute::{self, Distribution, Spread};
use halfsky_store::testing::{TestDatabase, for_each_database};
use sqlx::postgres::{PgConnection, PgRow};
use sqlx::{AssertSqlSafe, Connection as _, Row as _};

use crate::specimen;

/// Functions with the names and parameters of Citus that only write down what they are asked, and refuse what Citus
/// refuses: a table whose keys point to tables that are not spread, or are pointed to from such.
const RECORDERS: &str = "
    create table pg_dist_partition (logicalrelid regclass primary key, kind text not null, beside text);
    create function check_keys(called regclass) returns void language plpgsql as $$
    begin
        if exists (select 1 from pg_constraint where contype = 'f' and conrelid = called
                   and confrelid not in (select logicalrelid from pg_dist_partition))
           or exists (select 1 from pg_constraint where contype = 'f' and confrelid = called
                   and conrelid <> called
                   and conrelid not in (select logicalrelid from pg_dist_partition)) then
            raise exception 'table % has keys to or from tables that are not spread', called;
        end if;
    end $$;
    create function create_reference_table(table_name regclass) returns void language plpgsql as $$
    begin
        perform check_keys(table_name);
        insert into pg_dist_partition values (table_name, 'reference', null);
    end $$;
    create function create_distributed_table(table_name regclass, distribution_column text,
        colocate_with text default 'default') returns void language plpgsql as $$
    begin
        perform check_keys(table_name);
        if colocate_with <> 'none' and not exists (
            select 1 from pg_dist_partition where logicalrelid = colocate_with::regclass) then
            raise exception 'table % is not spread', colocate_with;
        end if;
        if exists (select 1 from pg_index i where i.indrelid = table_name and i.indisunique
                   and not exists (select 1 from pg_attribute a where a.attrelid = table_name
                       and a.attnum = any (i.indkey) and a.attname = distribution_column)) then
            raise exception 'a unique key of % lacks the column %', table_name, distribution_column;
        end if;
        insert into pg_dist_partition values (table_name, distribution_column, colocate_with);
    end $$;";

async fn rows(database: &TestDatabase, sql: &str) -> Vec<PgRow> {
    let mut connection = PgConnection::connect(url(database)).await.unwrap();
    let rows = sqlx::query(AssertSqlSafe(sql.to_owned())).fetch_all(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    rows
}

async fn run(database: &TestDatabase, sql: &'static str) {
    let mut connection = PgConnection::connect(url(database)).await.unwrap();
    sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

fn url(database: &TestDatabase) -> &str {
    match &database.location {
        halfsky_store::Location::Postgres { url, .. } => url,
        halfsky_store::Location::SqliteDir(_) => panic!("no PostgreSQL"),
    }
}

async fn keys(database: &TestDatabase) -> BTreeSet<(String, String, String)> {
    let sql = "select conrelid::regclass::text, conname::text, pg_get_constraintdef(oid) \
               from pg_constraint where contype = 'f' \
               and connamespace = current_schema()::regnamespace";
    let rows = rows(database, sql).await;
    rows.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect()
}

#[tokio::test]
async fn nothing_is_done_without_citus() {
    for_each_database(async |database| {
        let done = distribute::distribute(&database.location).await.unwrap();
        match (database.name, done) {
            ("SQLite", Distribution::Embedded) => {}
            ("PostgreSQL", Distribution::NoCitus { statements }) => {
                assert!(statements.len() > distribute::tables().len());
            }
            other => panic!("{other:?}"),
        }
        database.store.ping().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn every_table_is_spread_by_its_mark_and_keeps_its_keys() {
    let Some(database) = TestDatabase::postgres().await else { return };
    let (_key, _) = specimen::import(&database.store, &specimen::draft(5)).await;
    let before = keys(&database).await;
    run(&database, RECORDERS).await;
    let Distribution::Citus { spread: 0, .. } =
        distribute::distribute(&database.location).await.unwrap()
    else {
        panic!("Citus is there")
    };
    let sql = "select logicalrelid::text, kind, coalesce(beside, '') from pg_dist_partition";
    let found: BTreeMap<String, (String, String)> = rows(&database, sql)
        .await
        .iter()
        .map(|row| (row.get(0), (row.get(1), row.get(2))))
        .collect();
    let tables = distribute::tables();
    assert_eq!(found.len(), tables.len());
    let first = tables.iter().find(|(_, spread)| *spread == Spread::Regional).unwrap();
    for (name, spread) in &tables {
        let (kind, beside) = &found[name];
        match spread {
            Spread::Reference => assert_eq!(kind, "reference", "{name}"),
            Spread::Regional => {
                assert_eq!(kind, "ref_area", "{name}");
                let expected = if name == &first.0 { "none" } else { &first.0 };
                assert_eq!(beside, expected, "{name}");
            }
        }
    }
    assert_eq!(keys(&database).await, before, "every key is there again");
    let again = distribute::distribute(&database.location).await.unwrap();
    let expected = Distribution::Citus { statements: Vec::new(), spread: tables.len() };
    assert_eq!(again, expected);
    database.store.close().await;
}

#[tokio::test]
async fn a_cluster_that_refuses_leaves_everything_as_it_was() {
    let Some(database) = TestDatabase::postgres().await else { return };
    let before = keys(&database).await;
    run(&database, RECORDERS).await;
    run(
        &database,
        "create or replace function create_reference_table(table_name regclass) returns void \
         language plpgsql as $$ begin raise exception 'no worker'; end $$",
    )
    .await;
    let error = distribute::distribute(&database.location).await.unwrap_err();
    assert!(error.to_string().contains("no worker"), "{error}");
    assert_eq!(keys(&database).await, before);
    assert!(rows(&database, "select 1 from pg_dist_partition").await.is_empty());
    database.store.close().await;
}

/// What distribution needs, read from the database itself.
#[tokio::test]
async fn the_schema_can_be_distributed() {
    let Some(database) = TestDatabase::postgres().await else { return };
    let spread: BTreeMap<String, Spread> = distribute::tables().into_iter().collect();
    let sql = "select i.indrelid::regclass::text, i.indexrelid::regclass::text, \
               (select a.attname::text from pg_attribute a where a.attrelid = i.indrelid \
               and a.attnum = i.indkey[0]), i.indisprimary \
               from pg_index i join pg_class c on c.oid = i.indrelid \
               where i.indisunique and c.relnamespace = current_schema()::regnamespace \
               and c.relname <> '_sqlx_migrations'";
    let mut primary = BTreeSet::new();
    for row in rows(&database, sql).await {
        let (table, index): (String, String) = (row.get(0), row.get(1));
        let first: String = row.get(2);
        if row.get(3) {
            primary.insert(table.clone());
        }
        if spread[&table] == Spread::Regional {
            assert_eq!(first, "ref_area", "{index}");
        }
    }
    assert_eq!(primary.len(), spread.len(), "every table has a primary key");
    let sql = "select c.conrelid::regclass::text, c.confrelid::regclass::text, \
               (select a.attname::text from pg_attribute a where a.attrelid = c.conrelid \
               and a.attnum = c.conkey[1]), (select a.attname::text from pg_attribute a \
               where a.attrelid = c.confrelid and a.attnum = c.confkey[1]) \
               from pg_constraint c where c.contype = 'f' \
               and c.connamespace = current_schema()::regnamespace";
    let keys = rows(&database, sql).await;
    assert!(keys.len() > 40, "{}", keys.len());
    for row in keys {
        let (from, to): (String, String) = (row.get(0), row.get(1));
        let (own, other): (String, String) = (row.get(2), row.get(3));
        match (spread[&from], spread[&to]) {
            (_, Spread::Reference) => {}
            (Spread::Reference, Spread::Regional) => panic!("{from} points to the regional {to}"),
            (Spread::Regional, Spread::Regional) => {
                assert_eq!((own.as_str(), other.as_str()), ("ref_area", "ref_area"), "{from} {to}");
            }
        }
    }
    let sequences = rows(&database, "select 1 from pg_class where relkind = 'S'").await;
    assert!(sequences.is_empty(), "no key comes from a sequence");
    database.store.close().await;
}
