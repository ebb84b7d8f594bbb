//! Flattened tables: one cell a line, in reading order, empty and merged cells lost.
//!
//! The header words tell the columns; a cell goes to the next column it fits.

use super::column::{Column, column, header, is_header};
use super::grid::{Cell, Row, Table, cell};
use super::value::{is_value, unit_of};
use crate::document::assignment::{looks_like_unit, split_units};
use crate::document::noise;
use crate::document::passage::Passage;
use crate::note::Span;

/// A header that starts at a line, one word a line, and the line its rows begin at.
pub(super) fn header_at(
    lines: &[Passage],
    at: usize,
    first_year: i32,
) -> Option<(Vec<Column>, usize)> {
    let mut columns = Vec::new();
    for line in lines.get(at..)? {
        let word = line.text().trim();
        let Some(column) = column(word) else { break };
        columns.push(Some(column));
        if columns.len() > 16 {
            return None;
        }
    }
    if columns.len() < 3 || !is_header(&columns) {
        return None;
    }
    let body = at + columns.len();
    merge_wide(&mut columns);
    Some((header(columns, first_year)?, body))
}

/// 目标值 above 2025年 and 2030年: the wide word goes, its parts take its place.
fn merge_wide(columns: &mut Vec<Option<Column>>) {
    let dated = |c: &Option<Column>| {
        matches!(c, Some(Column::Year(_) | Column::Value(Some(_)) | Column::Baseline(Some(_))))
    };
    let wide = |c: &Option<Column>| {
        matches!(c, Some(Column::Value(None) | Column::Baseline(None) | Column::Name(1)))
    };
    let tail = columns.iter().rev().take_while(|c| dated(c)).count();
    let names = columns.iter().filter(|c| matches!(c, Some(Column::Name(_)))).count();
    let place = columns.iter().position(|c| wide(c) && (names > 1 || *c != Some(Column::Name(1))));
    if tail > 1
        && let Some(place) = place
    {
        // the second header row was printed behind the first
        let parts = columns.split_off(columns.len() - tail);
        let run = columns[place..].iter().take_while(|c| wide(c)).count();
        columns.splice(place..place + run, parts);
    } else if columns.iter().filter(|c| dated(c)).count() > 1 {
        columns.retain(|c| !matches!(c, Some(Column::Value(None) | Column::Name(1))));
    }
}

/// The rows under a flattened header, and the line behind them.
pub(super) fn rows(lines: &[Passage], from: usize, columns: Vec<Column>) -> (Table, usize) {
    let mut table = Table { columns, rows: Vec::new() };
    let mut open = Open::new(table.columns.len());
    let mut group = String::new();
    let mut at = from;
    while let Some(line) = lines.get(at) {
        let words = line.text().trim();
        if ends_table(words) || header_at(lines, at, 0).is_some_and(|(_, body)| body - at > 2) {
            break;
        }
        let next = lines.get(at + 1).map_or("", |line| line.text().trim());
        at += 1;
        let framed =
            !words.starts_with(|c: char| c.is_ascii_digit()) && noise::is_page_number(words);
        if framed {
            continue;
        }
        let part = cell(line, 0..line.text().len());
        if is_group(words, next, &table.columns) {
            open.close(&mut table, &group);
            words.clone_into(&mut group);
            continue;
        }
        if !open.take(part.clone(), &table.columns) {
            open.close(&mut table, &group);
            if !open.take(part, &table.columns) {
                break;
            }
        }
    }
    open.close(&mut table, &group);
    (table, at)
}

/// A line that cannot be a cell: a sentence, a note, the next annex.
fn ends_table(words: &str) -> bool {
    let long = words.chars().count() > 60;
    long || words.ends_with('。')
        || ["注：", "注:", "附件", "附表", "备注："].iter().any(|w| words.starts_with(w))
}

/// 一、妇女与健康 between rows, where there is no domain column for it.
fn is_group(words: &str, next: &str, columns: &[Column]) -> bool {
    let numbered =
        words.trim_start_matches(['（', '(']).starts_with(|c| "一二三四五六七八九十".contains(c))
            && words.contains(['、', '）', ')']);
    let of_domain =
        words.starts_with("妇女与") || words.starts_with("儿童与") || words.starts_with("妇女参与");
    let has_column = columns.contains(&Column::Domain);
    let named = fit(next, Column::Name(4)) > 0 || fit(next, Column::Number) > 0;
    words.chars().count() <= 20 && !has_column && (numbered || of_domain) && named
}

/// The row being filled.
struct Open {
    cells: Vec<Cell>,
    /// The first column not yet filled.
    next: usize,
}

impl Open {
    fn new(width: usize) -> Self {
        Self { cells: vec![Cell::empty(); width], next: 0 }
    }

    /// Puts a cell under the next column it fits; false when the row has no room for it.
    fn take(&mut self, part: Cell, columns: &[Column]) -> bool {
        let fits = (self.next..columns.len()).find(|i| {
            fit(&part.text, columns[*i]) > 0 && !(self.next == 0 && starts_late(*i, columns))
        });
        if let Some(index) = fits {
            self.cells[index] = part;
            self.next = index + 1;
            return true;
        }
        // several units of one cell, one a line
        if let Some(last) = self.next.checked_sub(1)
            && matches!(columns[last], Column::Lead | Column::Support)
            && fit(&part.text, columns[last]) > 0
        {
            self.cells[last].text.push('、');
            self.cells[last].text.push_str(&part.text);
            self.cells[last].span = Span::new(self.cells[last].span.start, part.span.end);
            return true;
        }
        // a name broken over two lines
        let last = self.next.checked_sub(1).filter(|i| matches!(columns[*i], Column::Name(_)));
        if let Some(name) = last
            && fit(&part.text, Column::Name(4)) > 0
            && !self.cells[name].text.ends_with(['率', '数', '例'])
        {
            self.cells[name].text.push_str(&part.text);
            self.cells[name].span = Span::new(self.cells[name].span.start, part.span.end);
            return true;
        }
        false
    }

    /// Ends the row and starts the next.
    fn close(&mut self, table: &mut Table, group: &str) {
        let mut cells = std::mem::replace(self, Self::new(table.columns.len())).cells;
        let filled: Vec<Span> =
            cells.iter().filter(|c| !c.text.is_empty()).map(|c| c.span).collect();
        if filled.len() < 2 {
            return;
        }
        shift_bounded(&mut cells, &table.columns);
        let domain = table.columns.iter().position(|c| *c == Column::Domain);
        if let (Some(domain), Some(above)) = (domain, table.rows.last())
            && cells[domain].text.is_empty()
        {
            cells[domain] = above.cells[domain].clone();
        }
        let start = filled.iter().map(|s| s.start).min().unwrap_or(0);
        let end = filled.iter().map(|s| s.end).max().unwrap_or(0);
        table.rows.push(Row { cells, group: group.to_owned(), span: Span::new(start, end) });
    }
}

/// A row cannot begin behind its name column.
fn starts_late(index: usize, columns: &[Column]) -> bool {
    columns[..index].iter().any(|c| matches!(c, Column::Name(_)))
}

/// A bounded figure (≥95) under the base period belongs to the target column behind it.
fn shift_bounded(cells: &mut [Cell], columns: &[Column]) {
    let bounded = |c: &Cell| {
        ["≥", "≤", ">", "<", "＞", "＜", "以上", "以下", "以内", "左右"]
            .iter()
            .any(|b| c.text.contains(b))
    };
    for index in 0..columns.len() {
        let Some(Column::Value(_)) = columns.get(index + 1) else { continue };
        if matches!(columns[index], Column::Baseline(_))
            && bounded(&cells[index])
            && cells[index + 1].text.is_empty()
        {
            cells.swap(index, index + 1);
        }
    }
}

/// How well a cell fits a column: positive when it may stand there.
pub(super) fn fit(text: &str, column: Column) -> i32 {
    let words = text.trim();
    if words.is_empty() {
        return 0;
    }
    let dash = words.chars().all(|c| "—-－–/".contains(c));
    let fits = match column {
        Column::Number => number(words),
        Column::Domain => domain(words),
        Column::Name(_) => name(words),
        Column::Unit => {
            let short = words.chars().count() <= 2 && !words.contains(|c: char| c.is_ascii_digit());
            dash || short || unit_of(words).is_some()
        }
        Column::Baseline(_) | Column::Value(_) | Column::Year(_) => dash || is_value(words),
        Column::Binding => dash || ["约束", "预期", "指导"].iter().any(|w| words.starts_with(w)),
        Column::Lead | Column::Responsible | Column::Support => {
            let units = split_units(words);
            dash || (!units.is_empty() && units.iter().all(|u| looks_like_unit(u)))
        }
        Column::Other => return 0,
    };
    if fits { 2 } else { -2 }
}

fn number(words: &str) -> bool {
    let bare = words.trim_matches(['.', '、', '．', '(', ')', '（', '）']);
    !bare.is_empty() && bare.len() <= 3 && bare.bytes().all(|b| b.is_ascii_digit())
}

fn domain(words: &str) -> bool {
    let known = words.contains('与') || words.contains("参与") || words.ends_with("领域");
    let short = words.chars().count() <= 14;
    let plain = !words.contains(['%', '率']) && !words.contains(|c: char| c.is_ascii_digit());
    known && short && plain
}

fn name(words: &str) -> bool {
    let figure = is_value(words) && words.chars().count() < 12;
    let binding = words.starts_with("约束性") || words.starts_with("预期性");
    let long = words.chars().filter(|c| !c.is_ascii_digit()).count() >= 3;
    long && !figure && !binding && unit_of(words).is_none()
}
