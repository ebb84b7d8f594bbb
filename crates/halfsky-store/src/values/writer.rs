//! Rows told value by value: very many of them go straight into a statement or a stream, and into the hash of what was
//! written, without a list of values in between.

use std::fmt::{Display, Write as _};
use std::sync::Arc;

use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments as _, AssertSqlSafe, Sqlite};

use super::driver::push_escaped;
use super::{Bound, Columns, Taken, Value, insert_text, push_taken};
use crate::audit::Hasher;
use crate::dialect::Dialect;
use crate::error::{Error, Result};

/// Bytes that are gathered before they are hashed.
const HASHED_AT_A_TIME: usize = 16 * 1024;

/// Takes the values of rows in the order of their columns.
pub(crate) struct RowWriter<'h> {
    columns: Columns,
    content: &'h mut Hasher,
    gathered: Vec<u8>,
    shape: Shape,
    /// The column of the next value.
    column: usize,
    /// For the texts of what is no text.
    scratch: String,
    problem: Option<Error>,
}

/// What the values become.
enum Shape {
    /// Lines of PostgreSQL's text format.
    Lines(String),
    /// Arguments of a many-row insert on SQLite. In most columns a row repeats what the row before it said: `last`
    /// holds it, so that both share one text.
    Arguments { arguments: SqliteArguments, last: Vec<Option<Arc<str>>> },
    /// Values, for statements that are built from them.
    Rows(Vec<Vec<Value>>),
}

impl<'h> RowWriter<'h> {
    pub(crate) fn lines(columns: Columns, content: &'h mut Hasher) -> Self {
        Self::new(columns, content, Shape::Lines(String::new()))
    }

    fn arguments(columns: Columns, rows: usize, content: &'h mut Hasher) -> Self {
        let mut arguments = SqliteArguments::default();
        arguments.reserve(rows * columns.names.len(), 0);
        let last = vec![None; columns.names.len()];
        Self::new(columns, content, Shape::Arguments { arguments, last })
    }

    pub(crate) fn rows(columns: Columns, content: &'h mut Hasher) -> Self {
        Self::new(columns, content, Shape::Rows(Vec::new()))
    }

    fn new(columns: Columns, content: &'h mut Hasher, shape: Shape) -> Self {
        Self {
            columns,
            content,
            gathered: Vec::with_capacity(HASHED_AT_A_TIME + 4096),
            shape,
            column: 0,
            scratch: String::new(),
            problem: None,
        }
    }

    /// Takes one row, which `tell` tells.
    pub(crate) fn row<T: ?Sized>(&mut self, item: &T, tell: impl Fn(&T, &mut Self)) {
        Hasher::gather(&mut self.gathered, Some(self.columns.table));
        if let Shape::Rows(rows) = &mut self.shape {
            rows.push(Vec::with_capacity(self.columns.names.len()));
        }
        self.column = 0;
        tell(item, self);
        debug_assert_eq!(self.column, self.columns.names.len(), "a value for every column");
        if let Shape::Lines(lines) = &mut self.shape {
            lines.push('\n');
        }
        if self.gathered.len() >= HASHED_AT_A_TIME {
            self.content.bytes(&self.gathered);
            self.gathered.clear();
        }
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.optional_text(Some(text));
    }

    pub(crate) fn optional_text(&mut self, text: Option<&str>) {
        if text.is_some_and(|text| text.as_bytes().contains(&0)) {
            self.problem.get_or_insert(Value::null_character());
        }
        Hasher::gather(&mut self.gathered, text);
        let at = self.column;
        self.start();
        match &mut self.shape {
            Shape::Lines(lines) => match text {
                Some(text) => push_escaped(lines, text),
                None => lines.push_str("\\N"),
            },
            Shape::Arguments { arguments, last } => {
                let repeats = last[at].as_deref() == text;
                if !repeats {
                    last[at] = text.map(Arc::from);
                }
                let added = arguments.add(last[at].clone());
                if let Err(error) = added {
                    self.problem.get_or_insert(sqlx::Error::Encode(error).into());
                }
            }
            Shape::Rows(rows) => push(rows, text.into()),
        }
    }

    /// As text.
    pub(crate) fn shown(&mut self, value: &impl Display) {
        let mut scratch = std::mem::take(&mut self.scratch);
        scratch.clear();
        // Writing into a String cannot fail.
        let _ = write!(scratch, "{value}");
        self.text(&scratch);
        self.scratch = scratch;
    }

    pub(crate) fn integer(&mut self, number: impl Into<i64>) {
        self.optional_integer(Some(number));
    }

    pub(crate) fn optional_integer(&mut self, number: Option<impl Into<i64>>) {
        let number: Option<i64> = number.map(Into::into);
        self.scratch.clear();
        if let Some(number) = number {
            // Writing into a String cannot fail.
            let _ = write!(self.scratch, "{number}");
        }
        let digits = number.map(|_| self.scratch.as_str());
        Hasher::gather(&mut self.gathered, digits);
        self.start();
        match &mut self.shape {
            Shape::Lines(lines) => {
                lines.push_str(number.map_or("\\N", |_| self.scratch.as_str()));
            }
            Shape::Arguments { arguments, .. } => {
                if let Err(error) = arguments.add(number) {
                    self.problem.get_or_insert(sqlx::Error::Encode(error).into());
                }
            }
            Shape::Rows(rows) => push(rows, number.into()),
        }
    }

    /// A number that stands beside its exact text: it is not hashed.
    pub(crate) fn optional_real(&mut self, number: Option<f64>) {
        self.start();
        match &mut self.shape {
            Shape::Lines(lines) => match number {
                // Writing into a String cannot fail.
                Some(number) => drop(write!(lines, "{number}")),
                None => lines.push_str("\\N"),
            },
            Shape::Arguments { arguments, .. } => {
                if let Err(error) = arguments.add(number) {
                    self.problem.get_or_insert(sqlx::Error::Encode(error).into());
                }
            }
            Shape::Rows(rows) => push(rows, number.into()),
        }
    }

    /// The next value begins.
    fn start(&mut self) {
        if let (Shape::Lines(lines), true) = (&mut self.shape, self.column > 0) {
            lines.push('\t');
        }
        self.column += 1;
    }

    /// How many bytes of lines wait to be sent.
    pub(crate) fn waiting(&self) -> usize {
        match &self.shape {
            Shape::Lines(lines) => lines.len(),
            Shape::Arguments { .. } | Shape::Rows(_) => 0,
        }
    }

    /// The lines so far.
    pub(crate) fn take_lines(&mut self) -> Result<String> {
        self.check()?;
        match &mut self.shape {
            Shape::Lines(lines) => Ok(std::mem::take(lines)),
            Shape::Arguments { .. } | Shape::Rows(_) => Ok(String::new()),
        }
    }

    /// The rows.
    pub(crate) fn into_rows(mut self) -> Result<Vec<Vec<Value>>> {
        self.check()?;
        match &mut self.shape {
            Shape::Rows(rows) => Ok(std::mem::take(rows)),
            Shape::Lines(_) | Shape::Arguments { .. } => Ok(Vec::new()),
        }
    }

    fn check(&mut self) -> Result<()> {
        self.problem.take().map_or(Ok(()), Err)
    }
}

/// What was gathered last is hashed, too.
impl Drop for RowWriter<'_> {
    fn drop(&mut self) {
        self.content.bytes(&self.gathered);
    }
}

fn push(rows: &mut [Vec<Value>], value: Value) {
    if let Some(row) = rows.last_mut() {
        row.push(value);
    }
}

/// One insert of some rows on SQLite. The text of a statement with as many rows as it may have comes again and stays
/// prepared.
pub(crate) fn sqlite_insert<T>(
    (columns, on_taken): (Columns, Taken),
    items: &[T],
    content: &mut Hasher,
    tell: impl Fn(&T, &mut RowWriter<'_>),
) -> Result<Bound<Sqlite>> {
    let mut writer = RowWriter::arguments(columns, items.len(), content);
    for item in items {
        writer.row(item, &tell);
    }
    writer.check()?;
    let arguments = match &mut writer.shape {
        Shape::Arguments { arguments, .. } => std::mem::take(arguments),
        Shape::Lines(_) | Shape::Rows(_) => SqliteArguments::default(),
    };
    let mut sql = insert_text(Dialect::Sqlite, columns, items.len());
    push_taken(&mut sql, columns, on_taken);
    let full = items.len() == columns.rows_per_statement();
    Ok(sqlx::query_with(AssertSqlSafe(sql), arguments).persistent(full))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::HashRule;

    const COLUMNS: Columns = Columns { table: "domain", names: &["name", "position", "size"] };

    fn tell(item: &(Option<&str>, i64), to: &mut RowWriter<'_>) {
        to.optional_text(item.0);
        to.integer(item.1);
        to.optional_real(item.0.map(|_| 0.5));
    }

    #[test]
    fn lines_and_rows_say_the_same_and_hash_alike() {
        let items = [(Some("健\t康"), -1), (None, 20)];
        let mut hashes = Vec::new();
        let mut content = Hasher::new(HashRule::Sha256);
        let mut writer = RowWriter::lines(COLUMNS, &mut content);
        for item in &items {
            writer.row(item, tell);
        }
        assert_eq!(writer.take_lines().unwrap(), "健\\t康\t-1\t0.5\n\\N\t20\t\\N\n");
        drop(writer);
        hashes.push(content.finish());
        let mut content = Hasher::new(HashRule::Sha256);
        let mut writer = RowWriter::rows(COLUMNS, &mut content);
        for item in &items {
            writer.row(item, tell);
        }
        assert_eq!(
            writer.into_rows().unwrap(),
            [
                vec![Value::from("健\t康"), Value::from(-1_i64), Value::from(Some(0.5))],
                vec![Value::Text(None), Value::from(20_i64), Value::Real(None)],
            ]
        );
        hashes.push(content.finish());
        let mut content = Hasher::new(HashRule::Sha256);
        drop(sqlite_insert((COLUMNS, Taken::Refuse), &items, &mut content, tell).unwrap());
        hashes.push(content.finish());
        assert_eq!(hashes[0], hashes[1]);
        assert_eq!(hashes[0], hashes[2]);
    }

    #[test]
    fn the_null_character_is_refused() {
        let mut content = Hasher::new(HashRule::Sha256);
        let found =
            sqlite_insert((COLUMNS, Taken::Refuse), &[(Some("a\0b"), 1)], &mut content, tell);
        assert!(matches!(found, Err(Error::Invalid(_))));
        let mut writer = RowWriter::lines(COLUMNS, &mut content);
        writer.row(&(Some("a\0b"), 1), tell);
        assert!(matches!(writer.take_lines(), Err(Error::Invalid(_))));
    }
}
