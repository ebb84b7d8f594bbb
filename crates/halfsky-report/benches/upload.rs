//! How long an uploaded workbook of 50,000 figures takes: the template as it is downloaded, filled in, then opened,
//! read against an empty form, and checked by every rule against five earlier years.

#![expect(clippy::unwrap_used, reason = "a benchmark without its form cannot go on")]

use std::collections::BTreeMap;
use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use halfsky_monitor::data_set::{
    CellKey, Column, DataSet, Entries, FormHeader, Row, RowEntry, RowKind,
};
use halfsky_monitor::definition::{Bounds, PeriodRule, Plausible};
use halfsky_monitor::observation::SourceVariant;
use halfsky_monitor::period::Period;
use halfsky_monitor::reporting::UnitId;
use halfsky_monitor::validation::{Filled, PastValues, validate};
use halfsky_monitor::workbook::{Template, layout, open, read_template};
use halfsky_plan::indicator::IndicatorCode;
use halfsky_plan::unit::Unit;
use rust_decimal::Decimal;

const ROWS: u32 = 10_000;
const FIGURES: u64 = ROWS as u64 * 5;

fn code(number: u32) -> IndicatorCode {
    IndicatorCode(format!("R{number:05}"))
}

fn form() -> DataSet {
    let rows = (0..ROWS).map(|number| Row {
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
    });
    DataSet::new("F", "大表", 1, FormHeader::Worksheet, rows.collect()).unwrap()
}

fn entries() -> Entries {
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
        let figures = cells.map(|(column, figure)| (column, figure.to_string().parse().unwrap()));
        (code(number), RowEntry { figures: figures.into(), ..RowEntry::default() })
    };
    (0..ROWS).map(row).collect()
}

fn past(form: &DataSet) -> PastValues {
    let cells = form.rows().iter().flat_map(|row| {
        row.columns.iter().map(|column| CellKey { row: row.code.clone(), column: *column })
    });
    let years: Vec<_> = (2020..2025).map(|year| (year, Decimal::from(2100))).collect();
    cells.map(|cell| (cell, years.clone())).collect()
}

fn bench(c: &mut Criterion) {
    let (form, entries, unit) = (form(), entries(), UnitId("health".to_owned()));
    let (past, period, nothing) = (past(&form), Period::year_of(2025).unwrap(), BTreeMap::new());
    let planned = layout(&Template {
        data_set: &form,
        round: "2025年数据",
        unit: &unit,
        unit_name: "县卫生健康局",
        period,
        last_year: &nothing,
        targets: &nothing,
        entries: &entries,
    });
    let bytes = halfsky_report::workbook::template(&planned).unwrap();
    let upload = || {
        let grids = open(black_box(&bytes)).unwrap();
        let reading = read_template(&grids, &form, &unit, period, &Entries::new()).unwrap();
        let findings = validate(&Filled {
            data_set: &form,
            entries: &reading.entries,
            period,
            past: &past,
            other_forms: &[],
            published: &[],
        });
        (reading.changes.len(), reading.problems.len(), findings.len())
    };
    let (changes, problems, _) = upload();
    assert_eq!((u64::try_from(changes).unwrap(), problems), (FIGURES, 0));
    let mut group = c.benchmark_group("a workbook of 50,000 figures");
    group.sample_size(10).throughput(Throughput::Elements(FIGURES));
    group.bench_function("open", |b| b.iter(|| open(black_box(&bytes)).unwrap()));
    group.bench_function("open, read, check", |b| b.iter(upload));
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
