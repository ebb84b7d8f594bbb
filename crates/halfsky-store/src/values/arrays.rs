//! Multi-row inserts for PostgreSQL: each column is one array, bound as its text.
//!
//! PostgreSQL parses and plans every placeholder of a statement. Thousands of them, one for each value, cost several times
//! what the rows cost; a statement with one for each column is always the same text and stays prepared.

use std::fmt::Write as _;

use sqlx::AssertSqlSafe;

use super::{Bound, Columns, Driver, Taken, Value, bound, push_taken};
use crate::error::Result;

/// Rows of one statement.
const ROWS_PER_STATEMENT: usize = 5_000;

/// The types of columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Integer,
    Real,
}

impl Kind {
    const fn of(value: &Value) -> Self {
        match value {
            Value::Text(_) => Self::Text,
            Value::Integer(_) => Self::Integer,
            Value::Real(_) => Self::Real,
        }
    }

    const fn array(self) -> &'static str {
        match self {
            Self::Text => "text[]",
            Self::Integer => "bigint[]",
            Self::Real => "double precision[]",
        }
    }
}

/// The statements; None where the values of a column are not of one type, so that there is no array of them.
pub(super) fn inserts<DB: Driver>(
    columns: Columns,
    taken: Taken,
    rows: &[Vec<Value>],
) -> Result<Option<Vec<Bound<DB>>>> {
    let Some(kinds) = kinds(columns, rows) else { return Ok(None) };
    let sql = text(columns, taken, &kinds);
    let statement = |some: &[Vec<Value>]| {
        let arrays: Vec<Value> =
            (0..kinds.len()).map(|at| array(some.iter().map(|row| &row[at])).into()).collect();
        bound(sqlx::query(AssertSqlSafe(sql.clone())), arrays.iter())
    };
    rows.chunks(ROWS_PER_STATEMENT).map(statement).collect::<Result<_>>().map(Some)
}

fn kinds(columns: Columns, rows: &[Vec<Value>]) -> Option<Vec<Kind>> {
    let kinds: Vec<Kind> = rows.first()?.iter().map(Kind::of).collect();
    let alike = |row: &Vec<Value>| {
        row.len() == kinds.len() && row.iter().zip(&kinds).all(|(v, kind)| Kind::of(v) == *kind)
    };
    (kinds.len() == columns.names.len() && rows.iter().all(alike)).then_some(kinds)
}

/// Only constants of this crate and placeholders enter the text.
fn text(columns: Columns, taken: Taken, kinds: &[Kind]) -> String {
    let mut sql = format!(
        "insert into {} ({}) select * from unnest(",
        columns.table,
        columns.names.join(", ")
    );
    for (at, kind) in kinds.iter().enumerate() {
        let comma = if at == 0 { "" } else { ", " };
        // Writing into a String cannot fail.
        let _ = write!(sql, "{comma}cast(${} as {})", at + 1, kind.array());
    }
    sql.push(')');
    push_taken(&mut sql, columns, taken);
    sql
}

/// Values of one type as the text of an array, with its type; None where they are of several, or there are none.
pub(super) fn of(values: &[Value]) -> Option<(String, &'static str)> {
    let kind = Kind::of(values.first()?);
    let alike = values.iter().all(|value| Kind::of(value) == kind);
    alike.then(|| (array(values.iter()), kind.array()))
}

/// The text of an array.
fn array<'v>(values: impl Iterator<Item = &'v Value>) -> String {
    let mut text = "{".to_owned();
    for (at, value) in values.enumerate() {
        if at > 0 {
            text.push(',');
        }
        // Writing into a String cannot fail.
        let _ = match value {
            Value::Text(Some(words)) => {
                push_quoted(&mut text, words);
                Ok(())
            }
            Value::Integer(Some(number)) => write!(text, "{number}"),
            Value::Real(Some(number)) => write!(text, "{number}"),
            Value::Text(None) | Value::Integer(None) | Value::Real(None) => text.write_str("NULL"),
        };
    }
    text.push('}');
    text
}

fn push_quoted(text: &mut String, words: &str) {
    text.push('"');
    for c in words.chars() {
        if matches!(c, '"' | '\\') {
            text.push('\\');
        }
        text.push(c);
    }
    text.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use sqlx::Any;

    const COLUMNS: Columns = Columns { table: "domain", names: &["name", "position"] };

    #[test]
    fn each_column_is_one_placeholder() {
        assert_eq!(
            text(COLUMNS, Taken::Replace { key: 1 }, &[Kind::Text, Kind::Integer]),
            "insert into domain (name, position) select * from unnest(cast($1 as text[]), \
             cast($2 as bigint[])) on conflict (name) do update set position = excluded.position"
        );
    }

    #[test]
    fn no_words_break_out_of_an_array() {
        let words = |texts: &[&str]| {
            let values: Vec<Value> = texts.iter().map(|text| Value::from(*text)).collect();
            array(values.iter())
        };
        assert_eq!(
            words(&["a\"b", "c\\d", "{e,f}", "", "NULL"]),
            r#"{"a\"b","c\\d","{e,f}","","NULL"}"#
        );
        let nothing = [Value::Text(None), Value::Integer(None), Value::Integer(Some(-3))];
        assert_eq!(array(nothing.iter()), "{NULL,NULL,-3}");
        assert_eq!(array([Value::Real(Some(0.1))].iter()), "{0.1}");
    }

    #[test]
    fn many_rows_are_few_statements_and_mixed_columns_none() {
        let row = vec![Value::from("健康"), Value::from(1_i64)];
        let rows = vec![row.clone(); ROWS_PER_STATEMENT + 1];
        assert_eq!(inserts::<Any>(COLUMNS, Taken::Refuse, &rows).unwrap().unwrap().len(), 2);
        let mixed = [row, vec![Value::from("教育"), Value::from("二")]];
        assert!(inserts::<Any>(COLUMNS, Taken::Refuse, &mixed).unwrap().is_none());
        assert!(inserts::<Any>(COLUMNS, Taken::Refuse, &[]).unwrap().is_none());
    }
}
