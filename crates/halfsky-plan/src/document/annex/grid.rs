//! Tables of a region: lines of cells, or cells one a line, become rows under a header.

use std::ops::Range;

use super::Region;
use super::column::{Column, column, header, is_header};
use super::flat;
use crate::document::passage::Passage;
use crate::note::Span;

/// A cell and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) text: String,
    pub(super) span: Span,
}

impl Cell {
    /// An empty cell.
    pub(super) fn empty() -> Self {
        Self { text: String::new(), span: Span::default() }
    }

    pub(super) fn is_blank(&self) -> bool {
        self.text.chars().all(|c| c.is_whitespace() || "—-－–−―/／\\*".contains(c))
    }
}

/// A table: its columns and, for each row, one cell for each column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Table {
    pub(super) columns: Vec<Column>,
    pub(super) rows: Vec<Row>,
}

/// A row with the heading it stands under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// One cell for each column.
    pub(super) cells: Vec<Cell>,
    /// 一、妇女与健康 across all columns; empty at the top.
    pub(super) group: String,
    pub(super) span: Span,
}

/// All tables of a region, and the spans of tables whose header was not understood.
pub(super) fn tables(region: &Region, first_year: i32) -> (Vec<Table>, Vec<Span>) {
    let mut tables = Vec::new();
    let mut unknown: Vec<Span> = Vec::new();
    let mut at = 0;
    while let Some(line) = region.lines.get(at) {
        if let Some((columns, body)) = header_at(region, at, first_year) {
            let (table, next) = rows(region, body, columns, first_year);
            tables.push(table);
            at = next;
            continue;
        }
        if let Some((columns, body)) = flat::header_at(&region.lines, at, first_year) {
            let (table, next) = flat::rows(&region.lines, body, columns);
            tables.push(table);
            at = next.max(at + 1);
            continue;
        }
        if cells(line).len() > 2 {
            let from = at;
            while region.lines.get(at).is_some_and(|line| cells(line).len() > 2) {
                at += 1;
            }
            if at - from >= 3 {
                let end = region.lines[at - 1].whole().end;
                unknown.push(Span::new(region.lines[from].whole().start, end));
            }
            continue;
        }
        at += 1;
    }
    (tables, unknown)
}

/// The cells of a line; empty when the line is no row.
pub(super) fn cells(line: &Passage) -> Vec<Cell> {
    let text = line.text();
    let piped = text.trim_start().starts_with(['|', '｜', '│']) || text.matches('|').count() > 1;
    let parts: Vec<Range<usize>> = if text.trim().contains('\t') {
        ranges(text, &['\t'])
    } else if piped {
        let mut parts = ranges(text, &['|', '｜', '│']);
        if parts.first().is_some_and(|p| text[p.clone()].trim().is_empty()) {
            parts.remove(0);
        }
        if parts.last().is_some_and(|p| text[p.clone()].trim().is_empty()) {
            parts.pop();
        }
        parts
    } else {
        return Vec::new();
    };
    parts.into_iter().map(|part| cell(line, part)).collect()
}

fn ranges(text: &str, marks: &[char]) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, mark) in text.match_indices(marks) {
        parts.push(start..at);
        start = at + mark.len();
    }
    parts.push(start..text.len());
    parts
}

/// The trimmed cell of a range of a line; markdown emphasis and line break tags go.
pub(super) fn cell(line: &Passage, range: Range<usize>) -> Cell {
    let text = &line.text()[range.clone()];
    let start = range.start + (text.len() - text.trim_start().len());
    let end = start + text.trim().len();
    let words = text.trim().replace("**", "").replace("<br>", "").replace("<br/>", "");
    Cell { text: words.replace("&nbsp;", " ").trim().to_owned(), span: line.span(start..end) }
}

/// A header at a line, of one row or of two, and the line its rows begin at.
fn header_at(region: &Region, at: usize, first_year: i32) -> Option<(Vec<Column>, usize)> {
    let first = cells(region.lines.get(at)?);
    if first.len() < 2 {
        return None;
    }
    let mut columns: Vec<Option<Column>> = first.iter().map(|c| column(&c.text)).collect();
    let second = region.lines.get(at + 1).map(cells).unwrap_or_default();
    let lower: Vec<Option<Column>> = second.iter().map(|c| column(&c.text)).collect();
    let known = lower.iter().flatten().count();
    let subheader =
        known > 0 && second.iter().zip(&lower).all(|(c, l)| c.is_blank() || l.is_some());
    let mut body = at + 1;
    if subheader && second.len() == first.len() {
        // the lower row says more: 目标值 above 2025年 and 2030年
        for (column, lower) in columns.iter_mut().zip(lower) {
            let repeated =
                matches!((&*column, &lower), (Some(Column::Baseline(_)), Some(Column::Value(_))));
            if lower.is_some() && !repeated {
                *column = lower;
            }
        }
        body += 1;
    } else if subheader && known == second.len() && spread(&first, &mut columns, lower) {
        body += 1;
    }
    if !is_header(&columns) {
        return None;
    }
    Some((header(columns, first_year)?, body))
}

/// Merged cells lost: the lower words take the places of the figure columns above them.
fn spread(first: &[Cell], columns: &mut Vec<Option<Column>>, lower: Vec<Option<Column>>) -> bool {
    let figures = |c: &Option<Column>| {
        matches!(
            c,
            Some(Column::Baseline(_) | Column::Value(_) | Column::Year(_) | Column::Name(1))
        )
    };
    let Some(start) = columns.iter().position(figures) else { return false };
    let run = columns[start..]
        .iter()
        .zip(&first[start..])
        .take_while(|(column, cell)| figures(column) || cell.is_blank())
        .count();
    let from = start + run.saturating_sub(lower.len());
    columns.splice(from..start + run, lower);
    true
}

/// The rows under a header, and the line behind them.
fn rows(region: &Region, from: usize, columns: Vec<Column>, first_year: i32) -> (Table, usize) {
    let mut table = Table { columns, rows: Vec::new() };
    let mut group = String::new();
    let mut at = from;
    while let Some(line) = region.lines.get(at) {
        let list = cells(line);
        if list.is_empty() {
            let heading = line.text().trim();
            let goes_on = region.lines.get(at + 1).is_some_and(|next| cells(next).len() > 1);
            let page = heading.chars().all(|c| c.is_ascii_digit() || "-—– 第页".contains(c));
            if !goes_on || (heading.chars().count() > 24 && !page) || heading.starts_with("附") {
                break;
            }
            if !page && header_at(region, at + 1, first_year).is_none() {
                heading.clone_into(&mut group);
            }
            at += 1;
            continue;
        }
        if let Some((again, body)) = header_at(region, at, first_year) {
            if again != table.columns {
                break;
            }
            // the header is repeated on every page
            at = body;
            continue;
        }
        at += 1;
        let ruled = list.iter().all(|c| c.text.chars().all(|c| "-:=—\u{2500} ".contains(c)));
        if ruled {
            continue;
        }
        if let Some(heading) = spanning(&list) {
            group = heading;
            continue;
        }
        let span = line.whole();
        let cells = aligned(list, &table.columns);
        table.rows.push(Row { cells, group: group.clone(), span });
    }
    carry_down(&mut table);
    (table, at)
}

/// One text across the row, alone or repeated: a heading.
fn spanning(list: &[Cell]) -> Option<String> {
    let mut filled = list.iter().filter(|c| !c.is_blank());
    let first = filled.next()?;
    let alone = filled.all(|c| c.text == first.text);
    let width = list.len() > 2 || list.iter().filter(|c| !c.is_blank()).count() == list.len();
    (alone && width && list.len() > 1).then(|| first.text.clone())
}

/// Puts the cells of a row under the columns; where merged cells are missing, the best fit wins.
fn aligned(mut list: Vec<Cell>, columns: &[Column]) -> Vec<Cell> {
    while list.len() > columns.len() && list.last().is_some_and(Cell::is_blank) {
        list.pop();
    }
    list.truncate(columns.len());
    let missing = columns.len() - list.len();
    if missing == 0 {
        return list;
    }
    // cells are lost at the left and the right (merged rows, trimmed lines) or in one place between
    let ends = (0..=missing).map(|left| (0, left));
    let between = (1..list.len()).map(|at| (at, missing));
    let best = ends.chain(between).max_by_key(|(at, gap)| {
        let score = |(i, c): (usize, &Cell)| {
            let column = columns.get(if i < *at { i } else { i + gap });
            column.map_or(0, |column| flat::fit(&c.text, *column))
        };
        // of equal fits the one that keeps the cells at the left
        (list.iter().enumerate().map(score).sum::<i32>(), std::cmp::Reverse(*gap))
    });
    let (at, gap) = best.unwrap_or((0, 0));
    let rest = list.split_off(at);
    list.extend(std::iter::repeat_with(Cell::empty).take(gap));
    list.extend(rest);
    list.resize_with(columns.len(), Cell::empty);
    list
}

/// Fills the empty domain and unit cells that a vertical merge leaves behind.
fn carry_down(table: &mut Table) {
    let columns = table.columns.clone();
    let of_units = |c: &Column| matches!(c, Column::Lead | Column::Support);
    let mut above: Option<Row> = None;
    for row in &mut table.rows {
        if let Some(above) = &above {
            let same_group = above.group == row.group;
            let no_units = (0..columns.len())
                .filter(|i| of_units(&columns[*i]))
                .all(|i| row.cells[i].text.is_empty());
            for (index, column) in columns.iter().enumerate() {
                let merged =
                    *column == Column::Domain || (of_units(column) && no_units && same_group);
                if merged && row.cells[index].text.is_empty() {
                    row.cells[index] = above.cells[index].clone();
                }
            }
        }
        above = Some(row.clone());
    }
}
