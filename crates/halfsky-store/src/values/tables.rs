//! Statements about whole tables whose names come from the database's own catalogue.

use std::fmt::Write as _;

use sqlx::AssertSqlSafe;

use super::{BINDS_PER_STATEMENT, Statement, Value, bound};
use crate::dialect::Dialect;
use crate::error::{Error, Result};

/// A name that may stand in a statement; names of ours are plain words.
fn plain(name: &str) -> Result<&str> {
    let fits = name.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_'));
    if fits && !name.is_empty() {
        return Ok(name);
    }
    Err(Error::Invalid(format!("“{name}”不是半边天的表名或列名")))
}

fn plain_list(names: &[&str]) -> Result<String> {
    Ok(names.iter().map(|name| plain(name)).collect::<Result<Vec<_>>>()?.join(", "))
}

fn placeholders(from: usize, count: usize) -> String {
    (from..from + count).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ")
}

/// Which rows of a table.
pub(crate) struct Page<'a> {
    pub(crate) table: &'a str,
    pub(crate) columns: &'a [&'a str],
    /// Columns of the primary key.
    pub(crate) key: &'a [&'a str],
    /// Key of the row before; empty at the beginning.
    pub(crate) after: &'a [Value],
    pub(crate) most: usize,
}

/// Reads rows in key order.
pub(crate) fn select_page(page: &Page<'_>) -> Result<Statement> {
    let key = plain_list(page.key)?;
    let (columns, table) = (plain_list(page.columns)?, plain(page.table)?);
    let mut sql = format!("select {columns} from {table}");
    if !page.after.is_empty() {
        // Writing into a String cannot fail.
        let _ = write!(sql, " where ({key}) > ({})", placeholders(1, page.after.len()));
    }
    let _ = write!(sql, " order by {key} limit {}", page.most);
    bound(sqlx::query(AssertSqlSafe(sql)), page.after.iter())
}

/// The different values of a column.
pub(crate) fn select_distinct(table: &str, column: &str) -> Result<Statement> {
    let (table, column) = (plain(table)?, plain(column)?);
    let sql = format!("select distinct {column} from {table} order by {column}");
    bound(sqlx::query(AssertSqlSafe(sql)), std::iter::empty())
}

/// Removes every row.
pub(crate) fn delete_all(table: &str) -> Result<Statement> {
    let sql = format!("delete from {}", plain(table)?);
    bound(sqlx::query(AssertSqlSafe(sql)), std::iter::empty())
}

/// Inserts rows, in chunks.
pub(crate) fn insert_rows(
    dialect: Dialect,
    table: &str,
    columns: &[&str],
    rows: &[Vec<Value>],
) -> Result<Vec<Statement>> {
    let (table, names) = (plain(table)?, plain_list(columns)?);
    let per_statement = (BINDS_PER_STATEMENT / columns.len().max(1)).max(1);
    rows.chunks(per_statement)
        .map(|chunk| {
            let mut sql = format!("insert into {table} ({names}) values ");
            for row in 0..chunk.len() {
                sql.push_str(if row == 0 { "(" } else { ", (" });
                for column in 0..columns.len() {
                    if column > 0 {
                        sql.push_str(", ");
                    }
                    dialect.push_placeholder(&mut sql, row * columns.len() + column + 1);
                }
                sql.push(')');
            }
            let statement = bound(sqlx::query(AssertSqlSafe(sql)), chunk.iter().flatten())?;
            // Every number of rows is a text of its own: none is worth keeping prepared.
            Ok(statement.persistent(false))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_names_enter_a_statement() {
        for name in ["", "a b", "a;drop", "\"a\"", "表", "A"] {
            assert!(delete_all(name).is_err(), "{name}");
        }
        assert!(delete_all("audit_entry").is_ok());
    }

    #[test]
    fn rows_are_cut_into_statements() {
        let rows = vec![vec![Value::from("a"), Value::from(1_i64)]; BINDS_PER_STATEMENT];
        assert_eq!(insert_rows(Dialect::Sqlite, "t", &["a", "b"], &rows).unwrap().len(), 2);
        assert!(insert_rows(Dialect::Sqlite, "t", &["a", "b"], &[]).unwrap().is_empty());
    }
}
