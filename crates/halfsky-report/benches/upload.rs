//! How long an uploaded workbook of 50,000 figures takes: the template as it is downloaded, filled in, then opened,
//! read against an empty form, and checked by every rule against five earlier years.

#![expect(clippy::unwrap_used, reason = "a benchmark without its form cannot go on")]

use std::collections::BTreeMap;
use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use halfsky_monitor::data_set::Entries;
use halfsky_monitor::period::Period;
use halfsky_monitor::reporting::UnitId;
use halfsky_monitor::testing::{LARGE, large_entries, large_form, large_past};
use halfsky_monitor::validation::{Filled, validate};
use halfsky_monitor::workbook::{Template, layout, open, read_template};

const FIGURES: u64 = LARGE as u64 * 5;

fn bench(c: &mut Criterion) {
    let (form, entries) = (large_form(LARGE), large_entries(LARGE));
    let (past, unit) = (large_past(&form), UnitId("health".to_owned()));
    let (period, nothing) = (Period::year_of(2025).unwrap(), BTreeMap::new());
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
