//! Tables as lines of JSON and back: the same lines from either database.

use serde_json::Value as Json;

use super::manifest::{Column, Kind};
use crate::error::{Error, Result};
use crate::row::Row;
use crate::store::{Snapshot, Store};
use crate::values::{Page, Value, select_distinct, select_page};

/// Bytes of rows that are held at a time, about.
const PART: usize = 1 << 20;

/// Most rows read by one statement.
const MOST_ROWS: usize = 2_000;

/// The shape of a table as it stands in the database.
#[derive(Debug, Clone)]
pub(crate) struct Shape {
    pub(crate) name: String,
    pub(crate) columns: Vec<Column>,
    /// Columns of the primary key, in its order.
    key: Vec<String>,
}

/// Every table of ours, in name order.
pub(crate) async fn shapes(snapshot: &mut Snapshot) -> Result<Vec<Shape>> {
    let (tables, columns) = (snapshot.dialect().table_names(), snapshot.dialect().table_columns());
    let mut shapes = Vec::new();
    for row in snapshot.rows(tables, &[]).await? {
        let name = row.text("name")?;
        let mut shape = Shape { name: name.clone(), columns: Vec::new(), key: Vec::new() };
        let mut key = Vec::new();
        for row in snapshot.rows(columns, &[name.as_str().into()]).await? {
            let (column, kind) = (row.text("name")?, row.text("kind")?);
            let kind = Kind::from_type(&kind).ok_or_else(|| {
                Error::Invalid(format!("表 {name} 的列 {column} 是 {kind} 类型，不能备份"))
            })?;
            let place = row.integer("key_place")?;
            if place > 0 {
                key.push((place, column.clone()));
            }
            shape.columns.push(Column { name: column, kind });
        }
        key.sort();
        shape.key = key.into_iter().map(|(_, column)| column).collect();
        if shape.key.is_empty() {
            return Err(Error::Invalid(format!("表 {name} 没有主键，不能备份")));
        }
        shapes.push(shape);
    }
    Ok(shapes)
}

/// The different texts that stand in the columns whose name fits, of all tables.
pub(crate) async fn distinct_texts(
    store: &Store,
    fits: impl Fn(&str) -> bool,
) -> Result<Vec<String>> {
    let mut snapshot = store.snapshot().await?;
    let mut texts = Vec::new();
    for shape in shapes(&mut snapshot).await? {
        for column in shape.columns.iter().filter(|c| c.kind == Kind::Text && fits(&c.name)) {
            for row in snapshot.rows_of(select_distinct(&shape.name, &column.name)?).await? {
                texts.extend(row.optional_text(&column.name)?);
            }
        }
    }
    snapshot.end().await?;
    Ok(texts)
}

/// Reads a table in key order, a bounded number of bytes at a time.
pub(crate) struct Reader<'a> {
    shape: &'a Shape,
    /// Key of the last row read.
    last: Vec<Value>,
    /// Rows the next statement reads.
    rows: usize,
    ended: bool,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(shape: &'a Shape) -> Self {
        Self { shape, last: Vec::new(), rows: 32, ended: false }
    }

    /// The next lines and how many they are; None at the end.
    pub(crate) async fn next(&mut self, snapshot: &mut Snapshot) -> Result<Option<(Vec<u8>, u64)>> {
        let (mut lines, mut count) = (Vec::new(), 0);
        while !self.ended && lines.len() < PART {
            let before = lines.len();
            let names: Vec<&str> = self.shape.columns.iter().map(|c| c.name.as_str()).collect();
            let key: Vec<&str> = self.shape.key.iter().map(String::as_str).collect();
            let page = Page {
                table: &self.shape.name,
                columns: &names,
                key: &key,
                after: &self.last,
                most: self.rows,
            };
            let rows = snapshot.rows_of(select_page(&page)?).await?;
            self.ended = rows.len() < self.rows;
            if let Some(row) = rows.last() {
                self.last = self.key_of(row)?;
            }
            for row in &rows {
                push_line(&mut lines, row, &self.shape.columns)?;
                count += 1;
            }
            self.adapt(lines.len() - before);
        }
        Ok((count > 0).then_some((lines, count)))
    }

    /// Large rows are read a few at a time, small ones in thousands.
    fn adapt(&mut self, bytes: usize) {
        let fitting = self.rows.saturating_mul(PART) / bytes.max(1);
        self.rows = fitting.clamp(1, (self.rows * 4).min(MOST_ROWS));
    }

    fn key_of(&self, row: &Row) -> Result<Vec<Value>> {
        let of = |name: &String| {
            let kind = self.shape.columns.iter().find(|c| c.name == *name).map(|c| c.kind);
            value_of(row, name, kind.unwrap_or(Kind::Text))
        };
        self.shape.key.iter().map(of).collect()
    }
}

fn value_of(row: &Row, name: &str, kind: Kind) -> Result<Value> {
    Ok(match kind {
        Kind::Text => Value::Text(row.optional_text(name)?),
        Kind::Integer => Value::Integer(row.optional_integer(name)?),
        Kind::Real => Value::Real(row.optional_real(name)?),
    })
}

fn push_line(lines: &mut Vec<u8>, row: &Row, columns: &[Column]) -> Result<()> {
    let mut cells = Vec::with_capacity(columns.len());
    for column in columns {
        cells.push(match value_of(row, &column.name, column.kind)? {
            Value::Text(text) => text.map_or(Json::Null, Json::String),
            Value::Integer(number) => number.map_or(Json::Null, Json::from),
            // The shortest text that reads back as the same number.
            Value::Real(number) => number.map_or(Json::Null, |n| Json::String(format!("{n:?}"))),
        });
    }
    serde_json::to_writer(&mut *lines, &cells)
        .map_err(|error| Error::Invalid(format!("备份：{error}")))?;
    lines.push(b'\n');
    Ok(())
}

/// Reads lines back; None for a line that is not of this table.
pub(crate) fn parse_lines(lines: &[u8], columns: &[Column]) -> Option<Vec<Vec<Value>>> {
    let text = std::str::from_utf8(lines).ok()?;
    text.lines().map(|line| parse_line(line, columns)).collect()
}

fn parse_line(line: &str, columns: &[Column]) -> Option<Vec<Value>> {
    let cells: Vec<Json> = serde_json::from_str(line).ok()?;
    if cells.len() != columns.len() {
        return None;
    }
    cells.into_iter().zip(columns).map(|(cell, column)| parse_cell(cell, column.kind)).collect()
}

fn parse_cell(cell: Json, kind: Kind) -> Option<Value> {
    Some(match (cell, kind) {
        (Json::Null, Kind::Text) => Value::Text(None),
        (Json::Null, Kind::Integer) => Value::Integer(None),
        (Json::Null, Kind::Real) => Value::Real(None),
        (Json::String(text), Kind::Text) => Value::Text(Some(text)),
        (Json::Number(number), Kind::Integer) => Value::Integer(Some(number.as_i64()?)),
        (Json::String(text), Kind::Real) => Value::Real(Some(text.parse().ok()?)),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns() -> Vec<Column> {
        let column = |name: &str, kind| Column { name: name.to_owned(), kind };
        vec![column("a", Kind::Text), column("b", Kind::Integer), column("c", Kind::Real)]
    }

    #[test]
    fn lines_are_read_back() {
        let rows = parse_lines(
            "[\"甲\\n\",-9223372036854775808,\"0.1\"]\n[null,null,null]\n".as_bytes(),
            &columns(),
        );
        let first = vec![
            Value::Text(Some("甲\n".to_owned())),
            Value::Integer(Some(i64::MIN)),
            Value::Real(Some(0.1)),
        ];
        let second = vec![Value::Text(None), Value::Integer(None), Value::Real(None)];
        assert_eq!(rows, Some(vec![first, second]));
    }

    #[test]
    fn foreign_lines_are_refused() {
        for line in ["", "[]", "[1,1,\"1\"]", "[\"a\",\"1\",\"1\"]", "[\"a\",1,1]", "{}", "x"] {
            let rows = parse_lines(format!("{line}\n").as_bytes(), &columns());
            assert_eq!(rows, None, "{line}");
        }
    }
}
