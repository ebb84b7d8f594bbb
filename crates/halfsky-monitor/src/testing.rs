//! A large form with figures that pass every check: for benchmarks and tests, here and in the crates above.
//!
//! Nothing of the program uses this module. Its functions panic with what is wrong: in a test that is right.

use halfsky_plan::indicator::IndicatorCode;
use halfsky_plan::unit::Unit;
use rust_decimal::Decimal;

use crate::data_set::{CellKey, Column, DataSet, Entries, FormHeader, Row, RowEntry, RowKind};
use crate::definition::{Bounds, PeriodRule, Plausible};
use crate::observation::SourceVariant;
use crate::validation::PastValues;

/// Rows of a form of 50,000 figures: each row has five columns.
pub const LARGE: u32 = 10_000;

fn code(number: u32) -> IndicatorCode {
    IndicatorCode(format!("R{number:05}"))
}

/// A form of so many rows, all asked for women, men, towns and villages.
///
/// # Panics
/// Without a row.
pub fn large_form(rows: u32) -> DataSet {
    let row = |number: u32| Row {
        code: code(number),
        name: format!("项目{number}"),
        unit: Unit::Person,
        decimals: 0,
        kind: RowKind::Reported,
        columns: Column::ALL.to_vec(),
        part_of: None,
        fraction: None,
        plausible: Plausible {
            possible: Bounds { low: Some(Decimal::ZERO), high: None },
            likely: Bounds::default(),
        },
        source: String::new(),
        variant: SourceVariant::FullCount,
        period_rule: PeriodRule::CalendarYear,
        definition_version: 1,
    };
    let rows = (0..rows).map(row).collect();
    DataSet::new("F", "大表", 1, FormHeader::Worksheet, rows).expect("a form")
}

/// The form filled in.
pub fn large_entries(rows: u32) -> Entries {
    let row = |number: u32| {
        let (women, men) = (1000 + number, 1100 + number);
        let all = women + men;
        let cells = [
            (Column::Total, all),
            (Column::Female, women),
            (Column::Male, men),
            (Column::Urban, all - 700),
            (Column::Rural, 700),
        ];
        let figures = cells.map(|(column, figure)| (column, i64::from(figure).into()));
        (code(number), RowEntry { figures: figures.into(), ..RowEntry::default() })
    };
    (0..rows).map(row).collect()
}

/// Five earlier years of every figure.
pub fn large_past(form: &DataSet) -> PastValues {
    let cells = form.rows().iter().flat_map(|row| {
        row.columns.iter().map(|column| CellKey { row: row.code.clone(), column: *column })
    });
    let years: Vec<_> = (2020..2025).map(|year| (year, Decimal::from(2100))).collect();
    cells.map(|cell| (cell, years.clone())).collect()
}
