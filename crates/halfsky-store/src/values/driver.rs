//! Drivers: the portable one, and each database's own, which takes many rows faster.

use std::fmt::Write as _;

use sqlx::database::HasStatementCache;
use sqlx::query::Query;
use sqlx::{Any, Database, Postgres, Sqlite};

use super::{Columns, Value};
use crate::error::Result;

/// A statement of a driver with its values bound.
pub(crate) type Bound<DB> = Query<'static, DB, <DB as Database>::Arguments>;

/// A driver that takes the portable column types.
pub(crate) trait Driver: Database + HasStatementCache {
    /// Whether a statement that comes again is worth keeping prepared.
    const KEEPS_STATEMENTS: bool;

    /// Binds one value.
    fn bind(query: Bound<Self>, value: &Value) -> Bound<Self>;
}

macro_rules! driver {
    ($database:ty, $keeps:literal) => {
        impl Driver for $database {
            const KEEPS_STATEMENTS: bool = $keeps;

            fn bind(query: Bound<Self>, value: &Value) -> Bound<Self> {
                match value {
                    Value::Text(text) => query.bind(text.clone()),
                    Value::Integer(number) => query.bind(*number),
                    Value::Real(number) => query.bind(*number),
                }
            }
        }
    };
}

driver!(Any, false);
driver!(Sqlite, true);
driver!(Postgres, false);

/// The statement that takes rows as lines.
pub(crate) fn copy_statement(columns: Columns) -> String {
    format!("copy {} ({}) from stdin", columns.table, columns.names.join(", "))
}

/// Appends a row as a line of PostgreSQL's text format.
pub(crate) fn copy_row(lines: &mut String, row: &[Value]) -> Result<()> {
    for (at, value) in row.iter().enumerate() {
        if at > 0 {
            lines.push('\t');
        }
        value.check()?;
        // Writing into a String cannot fail.
        match value {
            Value::Text(Some(text)) => push_escaped(lines, text),
            Value::Integer(Some(number)) => drop(write!(lines, "{number}")),
            Value::Real(Some(number)) => drop(write!(lines, "{number}")),
            Value::Text(None) | Value::Integer(None) | Value::Real(None) => lines.push_str("\\N"),
        }
    }
    lines.push('\n');
    Ok(())
}

pub(super) fn push_escaped(lines: &mut String, text: &str) {
    if !text.bytes().any(|byte| matches!(byte, b'\\' | b'\t' | b'\n' | b'\r')) {
        lines.push_str(text);
        return;
    }
    for character in text.chars() {
        match character {
            '\\' => lines.push_str("\\\\"),
            '\t' => lines.push_str("\\t"),
            '\n' => lines.push_str("\\n"),
            '\r' => lines.push_str("\\r"),
            other => lines.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_the_format_are_escaped() {
        let mut lines = String::new();
        let row = [
            Value::from("a\tb\\c\nd"),
            Value::from(None::<String>),
            Value::from(-3_i64),
            Value::from(Some(0.25)),
            Value::from(""),
        ];
        copy_row(&mut lines, &row).unwrap();
        assert_eq!(lines, "a\\tb\\\\c\\nd\t\\N\t-3\t0.25\t\n");
        assert!(copy_row(&mut lines, &[Value::from("\0")]).is_err());
    }

    #[test]
    fn the_statement_names_the_columns() {
        let columns = Columns { table: "domain", names: &["name", "position"] };
        assert_eq!(copy_statement(columns), "copy domain (name, position) from stdin");
    }
}
