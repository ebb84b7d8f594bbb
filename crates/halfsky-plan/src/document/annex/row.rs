//! Rows: the cells of an annexed table become one statement about an indicator or a task.

use super::column::{Column, column};
use super::grid::{Cell, Row, Table};
use super::value::unit_of;
use crate::document::assignment::split_units;
use crate::note::Span;
use crate::period::PlanPeriod;
use crate::target::Binding;

/// What a row says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Statement {
    /// Without numbering and unit; a sub-item carries the name above it.
    pub(super) name: String,
    pub(super) domain: String,
    /// As printed; empty when the table has none.
    pub(super) unit: String,
    /// Target cells with the year they are due.
    pub(super) values: Vec<(i32, Cell)>,
    pub(super) baseline: Option<(Option<i32>, Cell)>,
    pub(super) binding: Option<Binding>,
    pub(super) lead: Vec<String>,
    pub(super) support: Vec<String>,
    /// All cells in one line.
    pub(super) quote: String,
    pub(super) span: Span,
}

/// The statements of a table, and the spans of rows without a name.
pub(super) fn statements(table: &Table, period: PlanPeriod) -> (Vec<Statement>, Vec<Span>) {
    let mut found: Vec<Statement> = Vec::new();
    let mut nameless = Vec::new();
    let mut parent = String::new();
    for row in &table.rows {
        let Some(index) = table.columns.iter().position(|c| matches!(c, Column::Name(_))) else {
            continue;
        };
        let printed = &row.cells[index];
        let sub_item =
            printed.text.starts_with(['—', '－', '-', '–']) || printed.text.starts_with("其中");
        let (name, unit) = clean_name(&printed.text);
        if column(&name).is_some() {
            // 备注, 合计 or a header word out of its place
            continue;
        }
        if name.is_empty() {
            if row.cells.iter().filter(|c| !c.is_blank()).count() > 2 {
                nameless.push(row.span);
            }
            continue;
        }
        let name =
            if sub_item && !parent.is_empty() && name.chars().count() < 10 && has_values(table) {
                format!("{parent}（{name}）")
            } else {
                if !sub_item {
                    parent.clone_from(&name);
                }
                name
            };
        let mut statement = Statement {
            name,
            domain: row.group.clone(),
            unit,
            values: Vec::new(),
            baseline: None,
            binding: None,
            lead: Vec::new(),
            support: Vec::new(),
            quote: quote(row),
            span: row.span,
        };
        for (cell, column) in row.cells.iter().zip(&table.columns) {
            fill(&mut statement, cell, *column, period);
        }
        let lead = &statement.lead;
        statement.support.retain(|unit| !lead.contains(unit));
        found.push(statement);
    }
    (found, nameless)
}

/// Whether the table prints target values at all (an indicator table, not a task table).
pub(super) fn has_values(table: &Table) -> bool {
    table.columns.iter().any(|c| matches!(c, Column::Value(_) | Column::Baseline(_)))
}

fn fill(statement: &mut Statement, cell: &Cell, column: Column, period: PlanPeriod) {
    if cell.is_blank() {
        return;
    }
    match column {
        Column::Domain => cell.text.clone_into(&mut statement.domain),
        Column::Unit => cell.text.clone_into(&mut statement.unit),
        Column::Baseline(year) => {
            let year = year.or(Some(period.start - 1));
            statement.baseline.get_or_insert_with(|| (year, cell.clone()));
        }
        Column::Value(year) => statement.values.push((year.unwrap_or(period.end), cell.clone())),
        Column::Binding if cell.text.contains("约束") => {
            statement.binding = Some(Binding::Binding);
        }
        Column::Binding if cell.text.contains("预期") => {
            statement.binding = Some(Binding::Expected);
        }
        Column::Lead => statement.lead = units(&cell.text),
        Column::Support | Column::Responsible => {
            for unit in units(&cell.text) {
                if !statement.support.contains(&unit) {
                    statement.support.push(unit);
                }
            }
        }
        Column::Binding | Column::Number | Column::Name(_) | Column::Year(_) | Column::Other => {}
    }
}

/// The units of a cell; a bare figure is none.
fn units(cell: &str) -> Vec<String> {
    let mut units = split_units(cell);
    units.retain(|unit| unit.chars().any(char::is_alphabetic));
    units
}

fn quote(row: &Row) -> String {
    let cells: Vec<&str> =
        row.cells.iter().map(|c| c.text.as_str()).filter(|c| !c.is_empty()).collect();
    cells.join(" ")
}

/// The name without numbering, dashes and 其中; a unit in brackets at its end goes to the unit.
fn clean_name(printed: &str) -> (String, String) {
    let mut name = strip_number(printed.trim());
    name = name.trim_start_matches(['—', '－', '-', '–', '·', '●', '★', '*']).trim();
    name = name.strip_prefix("其中").unwrap_or(name).trim_start_matches(['：', ':', '，']).trim();
    name = name.trim_end_matches(['。', '；', ';', '*']).trim();
    let mut unit = String::new();
    for (open, close) in [('（', '）'), ('(', ')')] {
        if let Some(inner) = name.strip_suffix(close)
            && let Some(at) = inner.rfind(open)
            && unit_of(&inner[at + open.len_utf8()..]).is_some()
        {
            inner[at + open.len_utf8()..].trim().clone_into(&mut unit);
            name = inner[..at].trim();
        }
    }
    (name.to_owned(), unit)
}

/// Takes `1.`, `（2）`, `③`, `四、` off the front.
fn strip_number(name: &str) -> &str {
    let first = name.chars().next().unwrap_or(' ');
    if ('①'..='⑳').contains(&first) {
        return name[first.len_utf8()..].trim_start();
    }
    let open = name.trim_start_matches(['（', '(']);
    let digits =
        open.trim_start_matches(|c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c));
    if digits.len() == open.len() {
        return name;
    }
    let marks: &[char] =
        if open.len() < name.len() { &['）', ')'] } else { &['.', '、', '．', ')', '）'] };
    match digits.strip_prefix(marks) {
        Some(rest) if !rest.starts_with(|c: char| c.is_ascii_digit()) => rest.trim_start(),
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_number_and_unit() {
        let check = |printed: &str, name: &str, unit: &str| {
            assert_eq!(clean_name(printed), (name.to_owned(), unit.to_owned()));
        };
        check("1.婴儿死亡率（‰）", "婴儿死亡率", "‰");
        check("（3）入园率", "入园率", "");
        check("5岁以下儿童死亡率", "5岁以下儿童死亡率", "");
        check("其中：主任", "主任", "");
        check("1.5岁以下", "1.5岁以下", "");
        check("家庭教育指导站（点）", "家庭教育指导站（点）", "");
    }
}
