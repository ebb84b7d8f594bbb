//! The cells of a submission as the review page shows them, and what its form says about them.

use std::collections::BTreeMap;

use halfsky_monitor::comparison::{ComparedCell, ComparedRow};
use halfsky_monitor::data_set::{CellKey, Column, DataSet, Entries, RowKind};
use halfsky_monitor::submission::CellReturn;
use halfsky_monitor::validation::{Explanation, Finding, Severity};
use halfsky_report::table::{Column as TableColumn, Table};
use halfsky_report::wording::{change, unit_heading};

use crate::form::Form;

/// One cell.
pub(super) struct Line {
    /// The id of its table row.
    pub(super) anchor: String,
    pub(super) code: String,
    pub(super) name: String,
    /// 女, 农村 …; empty for the total.
    pub(super) part: &'static str,
    pub(super) unit: String,
    /// 计算: worked out from other rows; empty for what is typed.
    pub(super) origin: &'static str,
    pub(super) last_year: String,
    pub(super) before: String,
    pub(super) now: String,
    /// Against last year.
    pub(super) change: String,
    /// Against the submission before.
    pub(super) since: String,
    pub(super) differs: bool,
    pub(super) jumps: bool,
    pub(super) note: String,
    /// The field that takes the reason for which it comes back.
    pub(super) field: String,
    /// Whether it asks to be looked at.
    pub(super) matters: bool,
}

/// What a finding says of a cell, with the unit's words on it.
pub(super) struct FoundLine {
    pub(super) error: bool,
    pub(super) rule: &'static str,
    pub(super) cell: String,
    pub(super) anchor: String,
    pub(super) message: String,
    pub(super) explanation: String,
}

pub(super) fn anchor(cell: &CellKey) -> String {
    format!("c-{}-{}", cell.row, cell.column.code())
}

fn field(cell: &CellKey) -> String {
    format!("why-{}-{}", cell.row, cell.column.code())
}

/// The name of a cell: the row, and the part of it where it is not the total.
pub(super) fn cell_name(form: &DataSet, cell: &CellKey) -> String {
    let name = form.row(&cell.row).map_or(cell.row.0.as_str(), |row| &row.name);
    format!("{name}{}", part(cell.column, "，"))
}

fn part(column: Column, before: &str) -> String {
    match column {
        Column::Total => String::new(),
        column => format!("{before}{}", column.label()),
    }
}

/// The cells that the posted form gives a reason for.
pub(super) fn returned(form: &DataSet, posted: &Form) -> Vec<CellReturn> {
    let cells = form.rows().iter().flat_map(|row| {
        row.columns.iter().map(|column| CellKey { row: row.code.clone(), column: *column })
    });
    cells
        .filter_map(|cell| {
            let reason = posted.value(&field(&cell)).to_owned();
            (!reason.is_empty()).then_some(CellReturn { cell, reason })
        })
        .collect()
}

/// The findings with the unit's words, errors first.
pub(super) fn found(
    form: &DataSet,
    findings: &[Finding],
    explanations: &[Explanation],
) -> Vec<FoundLine> {
    let mut sorted: Vec<&Finding> = findings.iter().collect();
    sorted.sort_by_key(|f| f.severity);
    let words = |f: &Finding| {
        let own = explanations.iter().find(|e| e.cell == f.cell && e.rule == f.rule);
        own.map_or_else(String::new, |e| e.words.clone())
    };
    let line = |f: &Finding| FoundLine {
        error: f.severity == Severity::Error,
        rule: f.rule.label(),
        cell: cell_name(form, &f.cell),
        anchor: anchor(&f.cell),
        message: f.message.clone(),
        explanation: words(f),
    };
    sorted.into_iter().map(line).collect()
}

/// Every cell of the form, in its order.
pub(super) fn lines(
    rows: &[ComparedRow<'_>],
    findings: &[Finding],
    explanations: &[Explanation],
    before: Option<&Entries>,
) -> Vec<Line> {
    let mut asked: BTreeMap<&CellKey, Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        asked.entry(&finding.cell).or_default().push(finding);
    }
    let line = |row: &ComparedRow<'_>, cell: &ComparedCell| {
        let key = CellKey { row: row.row.code.clone(), column: cell.column };
        let has_finding = asked.contains_key(&key);
        let own_words = explanations.iter().filter(|e| e.cell == key).map(|e| e.words.as_str());
        let mut notes: Vec<String> = own_words.map(str::to_owned).collect();
        if cell.now.is_none() {
            notes.extend(row.missing.map(|m| match m.note.as_str() {
                "" => m.reason.label().to_owned(),
                note => format!("{}（{note}）", m.reason.label()),
            }));
        }
        if cell.column == row.row.columns[0] && !row.remark.is_empty() {
            notes.push(format!("备注：{}", row.remark));
        }
        let empty = cell.now.is_none();
        Line {
            anchor: anchor(&key),
            code: row.row.code.to_string(),
            name: row.row.name.clone(),
            part: if cell.column == Column::Total { "" } else { cell.column.label() },
            unit: unit_heading(row.row.unit),
            origin: if matches!(row.row.kind, RowKind::Computed(_)) { "计算" } else { "" },
            last_year: cell.last_year.map_or_else(|| "–".to_owned(), |l| l.figure.to_string()),
            before: cell.before.map_or_else(|| "–".to_owned(), |f| f.to_string()),
            now: cell.now.map_or_else(|| "…".to_owned(), |f| f.to_string()),
            change: against_last_year(row, cell),
            since: since_before(row, cell, before),
            differs: cell.differs,
            jumps: cell.jumps,
            note: notes.join("；"),
            field: field(&key),
            matters: cell.differs || cell.jumps || has_finding || empty,
        }
    };
    rows.iter()
        .flat_map(|row| row.cells.iter().map(move |cell| (row, cell)))
        .map(|(row, cell)| line(row, cell))
        .collect()
}

fn against_last_year(row: &ComparedRow<'_>, cell: &ComparedCell) -> String {
    match (cell.now, cell.last_year) {
        (Some(_), Some(_)) if !row.comparable(cell) => "口径不同".to_owned(),
        (Some(now), Some(last)) => change(now, last.figure, row.row.unit),
        _ => String::new(),
    }
}

fn since_before(row: &ComparedRow<'_>, cell: &ComparedCell, before: Option<&Entries>) -> String {
    match (cell.now, cell.before) {
        _ if before.is_none() => String::new(),
        _ if !cell.differs => "未变".to_owned(),
        (Some(now), Some(before)) if now.decimal() == before.decimal() => "写法不同".to_owned(),
        (Some(now), Some(before)) => change(now, before, row.row.unit),
        (Some(_), None) => "新报".to_owned(),
        (None, _) => "改为缺数".to_owned(),
    }
}

/// The table of exactly these cells.
pub(super) fn table(title: &str, lines: &[&Line]) -> Table {
    let mut columns = ["代码", "指标", "分组", "计量单位"].map(TableColumn::words).to_vec();
    columns.extend(["上年", "上次报送", "本次报送"].map(TableColumn::numbers));
    columns.extend(["比上年", "比上次", "说明"].map(TableColumn::words));
    let row = |line: &&Line| {
        vec![
            line.code.clone(),
            line.name.clone(),
            if line.part.is_empty() { "合计".to_owned() } else { line.part.to_owned() },
            line.unit.clone(),
            line.last_year.clone(),
            line.before.clone(),
            line.now.clone(),
            line.change.clone(),
            line.since.clone(),
            line.note.clone(),
        ]
    };
    Table { title: title.to_owned(), columns, rows: lines.iter().map(row).collect() }
}
