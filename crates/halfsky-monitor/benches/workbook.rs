//! How fast a table of 50,000 figures is opened, read and checked.

#![expect(clippy::unwrap_used, reason = "a benchmark without its form cannot go on")]

use std::fmt::Write;
use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use halfsky_monitor::data_set::{CellKey, Column, DataSet, Entries, FormHeader, Row, RowKind};
use halfsky_monitor::definition::{Bounds, PeriodRule, Plausible};
use halfsky_monitor::observation::SourceVariant;
use halfsky_monitor::period::Period;
use halfsky_monitor::validation::{Filled, PastValues, validate};
use halfsky_monitor::workbook::{open, propose, read_mapped};
use halfsky_plan::indicator::IndicatorCode;
use halfsky_plan::unit::Unit;
use rust_decimal::Decimal;

const ROWS: usize = 10_000;

fn form() -> DataSet {
    let rows = (0..ROWS).map(|number| Row {
        code: IndicatorCode(format!("R{number:05}")),
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
    });
    DataSet::new("F", "大表", 1, FormHeader::Worksheet, rows.collect()).unwrap()
}

fn table() -> String {
    let mut text = "代码,合计,女,男,城市,乡村\n".to_owned();
    for number in 0..ROWS {
        let (women, men) = (1000 + number, 1100 + number);
        let all = women + men;
        writeln!(text, "R{number:05},{all},{women},{men},{},{}", all - 700, 700).unwrap();
    }
    text
}

fn past(form: &DataSet) -> PastValues {
    let cells = form.rows().iter().flat_map(|row| {
        row.columns.iter().map(|column| CellKey { row: row.code.clone(), column: *column })
    });
    let years: Vec<_> = (2020..2025).map(|year| (year, Decimal::from(2100))).collect();
    cells.map(|cell| (cell, years.clone())).collect()
}

fn bench(c: &mut Criterion) {
    let (form, text) = (form(), table());
    let past = past(&form);
    let grids = open(text.as_bytes()).unwrap();
    let mapping = propose(&grids, &form);
    let reading = read_mapped(&grids, &form, &mapping, &Entries::new()).unwrap();
    assert_eq!((reading.changes.len(), reading.problems.len()), (ROWS * 5, 0));
    let mut group = c.benchmark_group("50,000 figures");
    group.sample_size(10).throughput(Throughput::Elements(ROWS as u64 * 5));
    group.bench_function("open csv", |b| b.iter(|| open(black_box(text.as_bytes())).unwrap()));
    group.bench_function("read", |b| {
        b.iter(|| read_mapped(black_box(&grids), &form, &mapping, &Entries::new()).unwrap());
    });
    let filled = Filled {
        data_set: &form,
        entries: &reading.entries,
        period: Period::year_of(2025).unwrap(),
        past: &past,
        other_forms: &[],
        published: &[],
    };
    group.bench_function("check", |b| b.iter(|| validate(black_box(&filled))));
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
