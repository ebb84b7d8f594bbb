//! Values bound to statements, and the only place that builds SQL text: multi-row inserts.

mod arrays;
mod driver;
mod tables;
mod writer;

use std::fmt::Write as _;

use sqlx::{Any, AssertSqlSafe};

use crate::dialect::Dialect;
use crate::error::{Error, Result};

/// Values one statement may bind: far below both databases' limits (32,766 and 65,535), and rows in the
/// hundreds per statement load fastest.
const BINDS_PER_STATEMENT: usize = 6_000;

pub(crate) use driver::{Bound, Driver, copy_row, copy_statement};
pub(crate) use tables::{Page, delete_all, insert_rows, select_distinct, select_page};
pub(crate) use writer::{RowWriter, sqlite_insert};

/// Which way a list is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    Up,
    Down,
}

/// Which rows of a list are read: so many after the first skipped ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slice {
    pub skipped: usize,
    pub most: usize,
}

impl Slice {
    /// All of them.
    pub const ALL: Self = Self { skipped: 0, most: usize::MAX };

    /// The values of `limit` and `offset`.
    pub(crate) fn values(self) -> [Value; 2] {
        [self.most, self.skipped].map(|n| i64::try_from(n).unwrap_or(i64::MAX).into())
    }
}

/// A value of one of the portable column types; None is NULL.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Text(Option<String>),
    Integer(Option<i64>),
    /// For sorting and comparing in the database only; the exact figure stands beside it as text.
    Real(Option<f64>),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(Some(text.to_owned()))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(Some(text))
    }
}

impl From<Option<String>> for Value {
    fn from(text: Option<String>) -> Self {
        Self::Text(text)
    }
}

impl From<Option<&str>> for Value {
    fn from(text: Option<&str>) -> Self {
        Self::Text(text.map(ToOwned::to_owned))
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Integer(Some(number))
    }
}

impl From<Option<i64>> for Value {
    fn from(number: Option<i64>) -> Self {
        Self::Integer(number)
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Integer(Some(i64::from(number)))
    }
}

impl From<i32> for Value {
    fn from(number: i32) -> Self {
        Self::Integer(Some(i64::from(number)))
    }
}

impl From<Option<i32>> for Value {
    fn from(number: Option<i32>) -> Self {
        Self::Integer(number.map(i64::from))
    }
}

impl From<jiff::civil::Date> for Value {
    fn from(day: jiff::civil::Date) -> Self {
        Self::Text(Some(day.to_string()))
    }
}

impl From<Option<jiff::civil::Date>> for Value {
    fn from(day: Option<jiff::civil::Date>) -> Self {
        Self::Text(day.map(|day| day.to_string()))
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Integer(Some(i64::from(flag)))
    }
}

impl From<Option<u32>> for Value {
    fn from(number: Option<u32>) -> Self {
        Self::Integer(number.map(i64::from))
    }
}

impl From<Option<f64>> for Value {
    fn from(number: Option<f64>) -> Self {
        Self::Real(number)
    }
}

impl Value {
    /// A position or size as a column value.
    pub(crate) fn count(number: usize) -> Result<Self> {
        i64::try_from(number)
            .map(Self::from)
            .map_err(|_| Error::Invalid(format!("序号 {number} 过大")))
    }

    /// Whether both databases can keep it.
    pub(crate) fn check(&self) -> Result<()> {
        match self {
            Self::Text(Some(text)) if text.contains('\0') => Err(Self::null_character()),
            _ => Ok(()),
        }
    }

    fn null_character() -> Error {
        Error::Invalid("文字中含有空字符（U+0000），请删除后重试".to_owned())
    }
}

/// A statement of the portable driver with its values bound.
pub(crate) type Statement = Bound<Any>;

/// Binds values in order.
///
/// PostgreSQL cannot keep U+0000 in a text and SQLite can: it is refused on both.
pub(crate) fn statement<DB: Driver>(sql: &'static str, values: &[Value]) -> Result<Bound<DB>> {
    bound(sqlx::query(sql), values.iter())
}

fn bound<'v, DB: Driver>(
    mut query: Bound<DB>,
    values: impl Iterator<Item = &'v Value>,
) -> Result<Bound<DB>> {
    for value in values {
        value.check()?;
        query = DB::bind(query, value);
    }
    Ok(query)
}

/// What stands for a list in a statement, and for a second one beside it.
const LISTS: [&str; 2] = ["in ({list})", "in ({second})"];

/// As [`statement`], with `in ({list})` in the text standing for any number of values. PostgreSQL gets them as one
/// array: however many there are the text is the same, stays prepared, and costs no placeholder for each.
pub(crate) fn statement_with_list<DB: Driver>(
    dialect: Dialect,
    sql: &'static str,
    values: &[Value],
    list: &[Value],
) -> Result<Bound<DB>> {
    statement_with_lists(dialect, sql, values, &[list])
}

/// As [`statement_with_list`], with `in ({second})` standing for the second list.
pub(crate) fn statement_with_lists<DB: Driver>(
    dialect: Dialect,
    sql: &'static str,
    values: &[Value],
    lists: &[&[Value]],
) -> Result<Bound<DB>> {
    let mut text = sql.to_owned();
    let mut all = values.to_vec();
    for (mark, list) in LISTS.iter().zip(lists) {
        let first = all.len() + 1;
        let array = arrays::of(list).filter(|_| dialect == Dialect::Postgres);
        let stands = if let Some((array, kind)) = array {
            all.push(Value::from(array));
            format!("= any(cast(${first} as {kind}))")
        } else {
            all.extend(list.iter().cloned());
            let each: Vec<String> = (first..=all.len()).map(|at| format!("${at}")).collect();
            format!("in ({})", each.join(", "))
        };
        text = text.replace(mark, &stands);
    }
    bound(sqlx::query(AssertSqlSafe(text)), all.iter())
}

/// A table and the columns an insert fills, in the order of the row's values.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Columns {
    pub(crate) table: &'static str,
    pub(crate) names: &'static [&'static str],
}

impl Columns {
    /// Rows of one statement with a placeholder for each value.
    pub(crate) fn rows_per_statement(self) -> usize {
        (BINDS_PER_STATEMENT / self.names.len().max(1)).max(1)
    }
}

/// What an insert does with a row whose key is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Taken {
    /// The statement fails.
    Refuse,
    /// The row that is there stays.
    Keep,
    /// Every column after the first so many, which are the key, gets its new value.
    Replace {
        /// Leading columns that make the key.
        key: usize,
    },
}

/// The insert statements for any number of rows, in chunks.
pub(crate) fn inserts<DB: Driver>(
    dialect: Dialect,
    columns: Columns,
    taken: Taken,
    rows: &[Vec<Value>],
) -> Result<Vec<Bound<DB>>> {
    if dialect == Dialect::Postgres
        && let Some(statements) = arrays::inserts(columns, taken, rows)?
    {
        return Ok(statements);
    }
    let per_statement = columns.rows_per_statement();
    rows.chunks(per_statement)
        .map(|chunk| {
            let mut sql = insert_text(dialect, columns, chunk.len());
            push_taken(&mut sql, columns, taken);
            let statement = bound(sqlx::query(AssertSqlSafe(sql)), chunk.iter().flatten())?;
            // Every number of rows is a text of its own: only that of a full statement comes again.
            Ok(statement.persistent(DB::KEEPS_STATEMENTS && chunk.len() == per_statement))
        })
        .collect()
}

/// Only constants of this crate and placeholders enter the text.
fn insert_text(dialect: Dialect, columns: Columns, rows: usize) -> String {
    let mut sql = format!("insert into {} ({}) values ", columns.table, columns.names.join(", "));
    let mut placeholder = 0;
    for row in 0..rows {
        sql.push_str(if row == 0 { "(" } else { ", (" });
        for column in 0..columns.names.len() {
            placeholder += 1;
            if column > 0 {
                sql.push_str(", ");
            }
            dialect.push_placeholder(&mut sql, placeholder);
        }
        sql.push(')');
    }
    sql
}

fn push_taken(sql: &mut String, columns: Columns, taken: Taken) {
    match taken {
        Taken::Refuse => {}
        Taken::Keep => sql.push_str(" on conflict do nothing"),
        Taken::Replace { key } => {
            let (keys, others) = columns.names.split_at(key);
            let set: Vec<String> =
                others.iter().map(|name| format!("{name} = excluded.{name}")).collect();
            // Writing into a String cannot fail.
            let _ =
                write!(sql, " on conflict ({}) do update set {}", keys.join(", "), set.join(", "));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: Columns = Columns { table: "domain", names: &["name", "position"] };

    #[test]
    fn numbers_placeholders_across_rows() {
        assert_eq!(
            insert_text(Dialect::Postgres, COLUMNS, 2),
            "insert into domain (name, position) values ($1, $2), ($3, $4)"
        );
        assert_eq!(
            insert_text(Dialect::Sqlite, COLUMNS, 2),
            "insert into domain (name, position) values (?, ?), (?, ?)"
        );
    }

    #[test]
    fn a_taken_key_can_get_new_values() {
        let mut sql = String::new();
        push_taken(&mut sql, COLUMNS, Taken::Replace { key: 1 });
        assert_eq!(sql, " on conflict (name) do update set position = excluded.position");
    }

    #[test]
    fn cuts_many_rows_into_statements() {
        let rows = vec![vec![Value::from("健康"), Value::from(1_i64)]; BINDS_PER_STATEMENT];
        assert_eq!(
            inserts::<Any>(Dialect::Sqlite, COLUMNS, Taken::Refuse, &rows).unwrap().len(),
            2
        );
    }

    #[test]
    fn refuses_the_null_character() {
        let rows = vec![vec![Value::from("a\0b"), Value::from(1_i64)]];
        assert!(matches!(
            inserts::<Any>(Dialect::Sqlite, COLUMNS, Taken::Refuse, &rows),
            Err(Error::Invalid(_))
        ));
    }
}
