//! Read: from a grid to changes and problems.

use halfsky_plan::figure::Figure;
use halfsky_plan::indicator::IndicatorCode;
use std::collections::{BTreeMap, BTreeSet};

use super::grid::{Grid, GridCell};
use super::identity::Identity;
use super::layout::{FIGURE_SHEET, IDENTITY_SHEET, SHEET_COLUMNS, SheetColumn};
use super::mapping::{MappedColumn, Mapping, MappingProblem, simple};
use super::{Change, Changed, Reading, SheetProblem, entry, layout_hash};
use crate::data_set::{Column, DataSet, Entries, Row, RowKind};
use crate::entry_text::{read_figure, read_number};
use crate::observation::{Missing, MissingReason};
use crate::period::Period;
use crate::reporting::UnitId;

/// A file that is not read at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadRefusal {
    #[error("这不是本系统的填报模板；请下载模板填写，或按“其他格式的表”导入并设置列对应关系")]
    NotATemplate,
    #[error("模板属于另一填报单位；请下载本单位的模板")]
    OtherUnit,
    #[error("模板的报告期为{found}，本次报送的报告期为{expected}；请下载本报告期的模板")]
    OtherPeriod { found: String, expected: String },
    #[error("模板属于另一张报表；请在对应的报表中上传")]
    OtherForm,
    #[error("报表已改版（模板为第{found}版，现为第{expected}版）；请重新下载模板，把数据复制过去")]
    OtherVersion { found: String, expected: u32 },
    #[error("找不到工作表“{0}”；请勿改动工作表名称，可重新下载模板")]
    NoSheet(String),
    #[error("“{sheet}”的表头已被改动，缺少“{column}”列；请重新下载模板，把数据复制过去")]
    NoColumn { sheet: String, column: &'static str },
    #[error(transparent)]
    Mapping(#[from] MappingProblem),
}

/// Reads a filled-in template. A cell emptied in it is emptied in the form.
pub fn read_template(
    grids: &[Grid],
    data_set: &DataSet,
    unit: &UnitId,
    period: Period,
    entries: &Entries,
) -> Result<Reading, ReadRefusal> {
    let identity = grids.iter().find(|g| g.name == IDENTITY_SHEET).and_then(Identity::read);
    let identity = identity.ok_or(ReadRefusal::NotATemplate)?;
    if identity.form != data_set.code() {
        return Err(ReadRefusal::OtherForm);
    }
    if identity.unit != unit.0 {
        return Err(ReadRefusal::OtherUnit);
    }
    if identity.period != period.to_string() {
        let found = identity.period.parse::<Period>().map_or(identity.period, Period::label);
        return Err(ReadRefusal::OtherPeriod { found, expected: period.label() });
    }
    if identity.version != data_set.version().to_string() || identity.hash != layout_hash(data_set)
    {
        let expected = data_set.version();
        return Err(ReadRefusal::OtherVersion { found: identity.version, expected });
    }
    let grid = grids.iter().find(|g| g.name == FIGURE_SHEET);
    let grid = grid.ok_or_else(|| ReadRefusal::NoSheet(FIGURE_SHEET.to_owned()))?;
    let (first_row, columns) = template_columns(grid, period)?;
    let mapping =
        Mapping { sheet: FIGURE_SHEET.to_owned(), first_row, columns, names: BTreeMap::new() };
    Ok(Reader { data_set, grid, mapping: &mapping, blank: Blank::Clears }.read(entries))
}

/// Reads a foreign table or a CSV file by a mapping. Only cells that say something count: a blank changes nothing.
pub fn read_mapped(
    grids: &[Grid],
    data_set: &DataSet,
    mapping: &Mapping,
    entries: &Entries,
) -> Result<Reading, ReadRefusal> {
    mapping.check()?;
    let grid = grids.iter().find(|g| mapping.sheet.is_empty() || g.name == mapping.sheet);
    let grid = grid.ok_or_else(|| ReadRefusal::NoSheet(mapping.sheet.clone()))?;
    Ok(Reader { data_set, grid, mapping, blank: Blank::SaysNothing }.read(entries))
}

/// The headings of the template, wherever its columns were moved to.
fn template_columns(
    grid: &Grid,
    period: Period,
) -> Result<(u32, BTreeMap<u32, MappedColumn>), ReadRefusal> {
    let code = SheetColumn::Code.heading(period);
    let heads = |row: &u32| (0..40).any(|column| grid.text(*row, column) == code);
    let missing = |column| ReadRefusal::NoColumn { sheet: grid.name.clone(), column };
    let row = (0..grid.rows().min(60)).find(heads).ok_or_else(|| missing(code))?;
    let mut columns = BTreeMap::new();
    for wanted in SHEET_COLUMNS {
        let mapped = match wanted {
            SheetColumn::Code => MappedColumn::Code,
            SheetColumn::Figure(column) => MappedColumn::Figure(column),
            SheetColumn::MissingReason => MappedColumn::MissingReason,
            SheetColumn::Remark => MappedColumn::Remark,
            _ => continue,
        };
        let at = (0..40).find(|column| wanted.is_headed(&grid.text(row, *column)));
        columns.insert(at.ok_or_else(|| missing(wanted.heading(period)))?, mapped);
    }
    Ok((row + 1, columns))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Blank {
    Clears,
    SaysNothing,
}

struct Reader<'a> {
    data_set: &'a DataSet,
    grid: &'a Grid,
    mapping: &'a Mapping,
    blank: Blank,
}

impl Reader<'_> {
    fn read(&self, entries: &Entries) -> Reading {
        let mut reading = Reading { entries: entries.clone(), ..Reading::default() };
        let mut seen = BTreeSet::new();
        for at in self.mapping.first_row..self.grid.rows() {
            let Some(row) = self.row(at, &mut reading) else { continue };
            if !seen.insert(row.code.clone()) {
                let what = "同一行只能出现一次，请删去重复的行";
                let message = format!("“{}”出现了两次", row.name);
                self.problem(&mut reading, (at, 0), message, what);
                continue;
            }
            self.cells_of(at, row, &mut reading);
        }
        if self.blank == Blank::Clears {
            for row in self.data_set.rows().iter().filter(|row| !seen.contains(&row.code)) {
                reading.problems.push(SheetProblem {
                    place: self.grid.name.clone(),
                    message: format!("缺少“{}”（{}）一行", row.name, row.code),
                    what_to_do: "请勿删除行；该行未作改动，可重新下载模板填写".to_owned(),
                });
            }
        }
        reading
    }

    /// The row of the form a line of the sheet is about; None for lines that are about none.
    fn row(&self, at: u32, reading: &mut Reading) -> Option<&Row> {
        let text = |wanted| {
            let column =
                self.mapping.columns.iter().find(|(_, c)| **c == wanted).map(|(at, _)| *at);
            column.map(|column| (column, self.grid.text(at, column))).filter(|(_, t)| !t.is_empty())
        };
        let (code, name) = (text(MappedColumn::Code), text(MappedColumn::Name));
        if let Some((column, code)) = &code {
            if let Some(row) = self.data_set.row(&IndicatorCode(code.clone())) {
                return Some(row);
            }
            let message = format!("本表没有代码“{code}”");
            self.problem(reading, (at, *column), message, "请核对代码；该行未导入");
            return None;
        }
        let (column, name) = name?;
        let code = self.mapping.names.get(&name);
        let by_name = || self.data_set.rows().iter().find(|r| simple(&r.name) == simple(&name));
        let row = code.and_then(|code| self.data_set.row(code)).or_else(by_name);
        let figures = self.mapping.columns.iter().any(|(c, mapped)| {
            matches!(mapped, MappedColumn::Figure(_)) && !self.grid.text(at, *c).is_empty()
        });
        if row.is_none() && figures {
            let message = format!("“{name}”不是本表的指标");
            self.problem(reading, (at, column), message, "请指明它对应哪个指标；该行未导入");
        }
        row
    }

    fn cells_of(&self, at: u32, row: &Row, reading: &mut Reading) {
        let remark = self.column(MappedColumn::Remark).map(|c| self.grid.text(at, c));
        for (&column, &mapped) in &self.mapping.columns {
            match mapped {
                MappedColumn::Code | MappedColumn::Name => {}
                MappedColumn::Figure(figure) => self.figure((at, column), row, figure, reading),
                MappedColumn::MissingReason => {
                    self.missing((at, column), row, remark.as_deref(), reading);
                }
                MappedColumn::Remark => self.remark((at, column), row, reading),
            }
        }
    }

    fn column(&self, wanted: MappedColumn) -> Option<u32> {
        self.mapping.columns.iter().find(|(_, c)| **c == wanted).map(|(at, _)| *at)
    }

    fn figure(&self, at: (u32, u32), row: &Row, column: Column, reading: &mut Reading) {
        let open = row.columns.contains(&column);
        if self.blank == Blank::Clears && row.kind != RowKind::Reported {
            return;
        }
        let read = match self.grid.cells.get(&at) {
            None => Ok(None),
            Some(GridCell::Number(number)) => read_number(*number, row).map_err(|p| p.to_string()),
            Some(GridCell::Text(text)) => read_figure(text, row).map_err(|p| p.to_string()),
            Some(GridCell::Error) => Err("公式出错；请填写数值".to_owned()),
        };
        let new = match read {
            Ok(new) => new,
            Err(message) => {
                self.problem(reading, at, message, "该格未导入，请改正后重新上传");
                return;
            }
        };
        if !open {
            if new.is_some() {
                let message = format!("“{}”没有“{}”栏", row.name, column.label());
                self.problem(reading, at, message, "该格不必填写，未导入；请清空");
            }
            return;
        }
        if new.is_none() && self.blank == Blank::SaysNothing {
            return;
        }
        let old = entry(&reading.entries, &row.code).figures.get(&column).copied();
        if old == new {
            reading.unchanged += usize::from(new.is_some());
            return;
        }
        let what = Changed::Figure(column);
        reading.changes.push(self.change(at, row, what, [printed(old), printed(new)]));
        let filled = &mut reading.entries.entry(row.code.clone()).or_default().figures;
        match new {
            Some(new) => filled.insert(column, new),
            None => filled.remove(&column),
        };
    }

    fn missing(&self, at: (u32, u32), row: &Row, remark: Option<&str>, reading: &mut Reading) {
        let text = self.grid.text(at.0, at.1);
        let old = entry(&reading.entries, &row.code).missing;
        let reason = MissingReason::ALL.iter().find(|r| r.label() == text || r.code() == text);
        if text.is_empty() {
            if self.blank == Blank::SaysNothing || old.is_none() {
                return;
            }
        } else if reason.is_none() {
            let message =
                format!("缺数原因“{}”不在可选范围内", text.chars().take(20).collect::<String>());
            let all: Vec<_> = MissingReason::ALL.iter().map(|r| r.label()).collect();
            self.problem(reading, at, message, &format!("请从下列原因中选择：{}", all.join("、")));
            return;
        }
        if old.as_ref().map(|m| m.reason) == reason.copied() {
            reading.unchanged += usize::from(reason.is_some());
            return;
        }
        let before = old.as_ref().map_or("", |m| m.reason.label()).to_owned();
        let after = reason.map_or("", |r| r.label()).to_owned();
        reading.changes.push(self.change(at, row, Changed::Missing, [before, after]));
        let kept = old.unwrap_or(Missing {
            reason: MissingReason::Other,
            note: String::new(),
            owner: String::new(),
            substitute: String::new(),
        });
        let note = remark.unwrap_or(&kept.note).to_owned();
        reading.entries.entry(row.code.clone()).or_default().missing =
            reason.map(|reason| Missing { reason: *reason, note, ..kept });
    }

    fn remark(&self, at: (u32, u32), row: &Row, reading: &mut Reading) {
        let new = self.grid.text(at.0, at.1);
        let old = entry(&reading.entries, &row.code).remark;
        if old == new || (new.is_empty() && self.blank == Blank::SaysNothing) {
            reading.unchanged += usize::from(!new.is_empty());
            return;
        }
        reading.changes.push(self.change(at, row, Changed::Remark, [old, new.clone()]));
        let filled = reading.entries.entry(row.code.clone()).or_default();
        if let Some(missing) = filled.missing.as_mut().filter(|m| m.reason.needs_note()) {
            missing.note.clone_from(&new);
        }
        filled.remark = new;
    }

    fn change(&self, at: (u32, u32), row: &Row, what: Changed, words: [String; 2]) -> Change {
        let [before, after] = words;
        let place = self.grid.place(at.0, at.1);
        let (row, name) = (row.code.clone(), row.name.clone());
        Change { place, row, name, what, before, after }
    }

    fn problem(&self, reading: &mut Reading, at: (u32, u32), message: String, what_to_do: &str) {
        let place = self.grid.place(at.0, at.1);
        reading.problems.push(SheetProblem { place, message, what_to_do: what_to_do.to_owned() });
    }
}

fn printed(figure: Option<Figure>) -> String {
    figure.map_or_else(String::new, |f| f.to_string())
}
