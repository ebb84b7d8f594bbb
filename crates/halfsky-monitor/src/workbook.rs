//! Workbook (填报模板): the form as a spreadsheet, out and back in.
//!
//! [`layout`] says once what stands where; the report crate writes it, reading finds it again. Nothing is saved here:
//! reading gives the changes a file would make and the problems it has, each named by sheet and cell.

mod block;
mod grid;
mod xlsx;
mod ods;
mod csv;
mod identity;
mod layout;
mod mapping;
mod read;

use halfsky_plan::indicator::IndicatorCode;

use crate::data_set::{Column, DataSet, Entries, RowEntry};

pub use block::block_as_table;
pub use grid::{Grid, GridCell, OpenProblem, cell_name, open};
pub use identity::Identity;
pub use layout::{
    Content, FIGURE_SHEET, IDENTITY_SHEET, INSTRUCTION_SHEET, Layout, NO_RESULT, Origin,
    PlannedCell, SHEET_COLUMNS, SheetColumn, Template, layout,
};
pub use mapping::{MappedColumn, Mapping, MappingProblem, propose};
pub use read::{ReadRefusal, read_mapped, read_template};

/// What a change is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Changed {
    Figure(Column),
    /// 缺数原因
    Missing,
    /// 备注
    Remark,
}

/// One cell a file would change. Empty text stands for an empty cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// `填报表!D9`
    pub place: String,
    pub row: IndicatorCode,
    /// Name of the row, for the preview.
    pub name: String,
    pub what: Changed,
    pub before: String,
    pub after: String,
}

/// One thing that is wrong in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetProblem {
    /// `填报表!D9`; the sheet alone when no cell can be named.
    pub place: String,
    pub message: String,
    pub what_to_do: String,
}

/// What a file would do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reading {
    pub changes: Vec<Change>,
    pub problems: Vec<SheetProblem>,
    /// Cells that say what is there already.
    pub unchanged: usize,
    /// The form as it would be: what is there, with the changes made. Cells with a problem keep what they had.
    pub entries: Entries,
}

/// The entry of a row, empty when nothing was filled in yet.
fn entry(entries: &Entries, row: &IndicatorCode) -> RowEntry {
    entries.get(row).cloned().unwrap_or_default()
}

/// Lower-case hexadecimal SHA-256 over what makes a template: rows, units, columns. A template made before the form
/// changed does not fit any more.
pub fn layout_hash(data_set: &DataSet) -> String {
    use sha2::{Digest, Sha256};
    let mut hash = Sha256::new();
    hash.update(data_set.code());
    hash.update(data_set.version().to_be_bytes());
    for row in data_set.rows() {
        for part in [&row.code.0, &row.name, row.unit.code()] {
            hash.update(part);
            hash.update([0]);
        }
        hash.update(row.variant.code());
        hash.update(row.period_rule.code());
        hash.update(row.decimals.to_be_bytes());
        hash.update(row.definition_version.to_be_bytes());
        for column in &row.columns {
            hash.update(column.code());
        }
        hash.update([1]);
    }
    hex(&hash.finalize())
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |n: u8| char::from(DIGITS[usize::from(n)]);
    bytes.iter().flat_map(|b| [digit(b >> 4), digit(b & 15)]).collect()
}

#[cfg(test)]
mod tests;
