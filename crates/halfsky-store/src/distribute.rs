//! Distribution (分布): the statements that spread the tables over the machines of a Citus cluster.
//!
//! The mark above each `create table` says how: *regional* tables by their region, *reference* tables whole on every
//! machine. Foreign keys are taken away before and put back afterwards, because Citus lets a table keep a key only
//! while both of its tables are spread already.

use std::collections::BTreeSet;

use sqlx::postgres::PgConnection;
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Row as _};

use crate::dialect::{self, Dialect, ForeignKey};
use crate::error::Result;
use crate::location::{Location, Opening};
use crate::migrate;

/// The column by which regional tables are spread.
const REGION: &str = "ref_area";

/// How a table is spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spread {
    /// By region.
    Regional,
    /// Whole on every machine.
    Reference,
}

/// What is to be done with a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Distribution {
    /// The embedded database has one file on one machine.
    Embedded,
    /// PostgreSQL without the functions of Citus; the statements are those it would need.
    NoCitus { statements: Vec<String> },
    /// Citus; without statements there is nothing left to do.
    Citus { statements: Vec<String>, spread: usize },
}

/// Every table with how it is spread, in the order in which the migrations make them.
pub fn tables() -> Vec<(String, Spread)> {
    migrate::texts().flat_map(marked).collect()
}

/// How many tables there are, and how many of them are spread by region.
pub fn counts() -> (usize, usize) {
    let tables = tables();
    let regional = tables.iter().filter(|(_, spread)| *spread == Spread::Regional).count();
    (tables.len(), regional)
}

/// The tables of a migration by the marks above them.
fn marked(sql: &str) -> Vec<(String, Spread)> {
    let lines: Vec<&str> = sql.lines().map(str::trim).collect();
    let pairs = lines.windows(2).filter_map(|pair| {
        let spread = match pair[0] {
            "-- regional" => Spread::Regional,
            "-- reference" => Spread::Reference,
            _ => return None,
        };
        let name = pair[1].strip_prefix("create table ")?.trim_end_matches(" (");
        Some((name.to_owned(), spread))
    });
    pairs.collect()
}

/// Tells what is to be done, without doing it.
pub async fn look(location: &Location) -> Result<Distribution> {
    if Dialect::of(location) == Dialect::Sqlite {
        return Ok(Distribution::Embedded);
    }
    let mut connection = dialect::connect(location, Opening::Existing).await?;
    let found = async {
        migrate::require_current(&mut connection, location).await?;
        look_through(&mut connection).await
    };
    let found = found.await;
    connection.close().await?;
    found
}

/// Spreads the tables that are not spread yet, all of them or none.
pub async fn distribute(location: &Location) -> Result<Distribution> {
    let found = look(location).await?;
    if let Distribution::Citus { statements, .. } = &found
        && !statements.is_empty()
    {
        let url = location.url(Opening::Existing)?;
        // the functions return nothing, for which the portable driver has no type
        let mut connection = PgConnection::connect(&url).await?;
        let sql = format!("{};", statements.join(";\n"));
        let done = sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await;
        connection.close().await?;
        done?;
    }
    Ok(found)
}

async fn look_through(connection: &mut AnyConnection) -> Result<Distribution> {
    let sql = "select count(*) from pg_proc where proname = 'create_distributed_table'";
    let functions: i64 = sqlx::query_scalar(sql).fetch_one(&mut *connection).await?;
    let spread = if functions > 0 { spread_already(connection).await? } else { BTreeSet::new() };
    let keys = dialect::foreign_keys(connection).await?;
    let statements = statements(&tables(), &spread, &keys);
    Ok(if functions > 0 {
        Distribution::Citus { statements, spread: spread.len() }
    } else {
        Distribution::NoCitus { statements }
    })
}

async fn spread_already(connection: &mut AnyConnection) -> Result<BTreeSet<String>> {
    let sql = "select cast(c.relname as text) as name from pg_dist_partition p \
               join pg_class c on c.oid = p.logicalrelid order by c.relname";
    let rows = sqlx::query(sql).fetch_all(connection).await?;
    let mut names = BTreeSet::new();
    for row in rows {
        names.insert(row.try_get("name")?);
    }
    Ok(names)
}

/// The statements for the tables that are left, in an order that a cluster takes.
fn statements(
    tables: &[(String, Spread)],
    spread: &BTreeSet<String>,
    keys: &[ForeignKey],
) -> Vec<String> {
    let left: Vec<&(String, Spread)> =
        tables.iter().filter(|(name, _)| !spread.contains(name)).collect();
    if left.is_empty() {
        return Vec::new();
    }
    let is_left = |table: &str| left.iter().any(|(name, _)| name == table);
    let own: Vec<&ForeignKey> = keys.iter().filter(|key| is_left(&key.table)).collect();
    let mut found = vec![
        "begin".to_owned(),
        // keys from spread tables to reference tables change many shards one after the other
        "set local citus.multi_shard_modify_mode to 'sequential'".to_owned(),
    ];
    found.extend(own.iter().map(|key| key.dropping()));
    let of = |wanted| left.iter().filter(move |(_, spread)| *spread == wanted);
    found.extend(
        of(Spread::Reference).map(|(name, _)| format!("select create_reference_table('{name}')")),
    );
    let first = tables.iter().find(|(_, spread)| *spread == Spread::Regional);
    for (name, _) in of(Spread::Regional) {
        let beside = match first {
            Some((first, _)) if first != name => first.as_str(),
            _ => "none",
        };
        found.push(format!(
            "select create_distributed_table('{name}', '{REGION}', colocate_with => '{beside}')"
        ));
    }
    found.extend(own.iter().map(|key| key.adding()));
    found.push("commit".to_owned());
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_has_a_mark() {
        let made: usize = migrate::texts().map(|sql| sql.matches("\ncreate table ").count()).sum();
        assert_eq!(tables().len(), made);
        assert!(tables().contains(&("observation".to_owned(), Spread::Regional)));
        assert!(tables().contains(&("ref_area".to_owned(), Spread::Reference)));
    }

    #[test]
    fn what_is_spread_is_left_alone() {
        let tables = vec![
            ("area".to_owned(), Spread::Reference),
            ("one".to_owned(), Spread::Regional),
            ("two".to_owned(), Spread::Regional),
        ];
        let key = ForeignKey {
            table: "two".to_owned(),
            name: "k".to_owned(),
            definition: "foreign key (ref_area) references one(ref_area)".to_owned(),
        };
        let keys = [key];
        let all = statements(&tables, &BTreeSet::new(), &keys);
        assert_eq!(
            all[2..],
            [
                "alter table two drop constraint k",
                "select create_reference_table('area')",
                "select create_distributed_table('one', 'ref_area', colocate_with => 'none')",
                "select create_distributed_table('two', 'ref_area', colocate_with => 'one')",
                "alter table two add constraint k foreign key (ref_area) references one(ref_area)",
                "commit",
            ]
        );
        let names = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect();
        let rest = statements(&tables, &names(&["area", "two"]), &keys);
        assert_eq!(
            rest[2..],
            [
                "select create_distributed_table('one', 'ref_area', colocate_with => 'none')",
                "commit"
            ]
        );
        assert!(statements(&tables, &names(&["area", "one", "two"]), &keys).is_empty());
    }
}
