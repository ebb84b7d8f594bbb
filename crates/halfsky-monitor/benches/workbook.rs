//! How fast a table of 50,000 figures is opened, read and checked.

#![expect(clippy::unwrap_used, reason = "a benchmark without its form cannot go on")]

use std::fmt::Write;
use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use halfsky_monitor::data_set::{Column, Entries};
use halfsky_monitor::period::Period;
use halfsky_monitor::testing::{LARGE, large_entries, large_form, large_past};
use halfsky_monitor::validation::{Filled, validate};
use halfsky_monitor::workbook::{open, propose, read_mapped};

fn table(entries: &Entries) -> String {
    let mut text = "代码,合计,女,男,城市,乡村\n".to_owned();
    for (code, entry) in entries {
        let columns = [Column::Total, Column::Female, Column::Male, Column::Urban, Column::Rural];
        let figures = columns.map(|column| entry.figures[&column].to_string()).join(",");
        writeln!(text, "{code},{figures}").unwrap();
    }
    text
}

fn bench(c: &mut Criterion) {
    let (form, entries) = (large_form(LARGE), large_entries(LARGE));
    let (past, text) = (large_past(&form), table(&entries));
    let grids = open(text.as_bytes()).unwrap();
    let mapping = propose(&grids, &form);
    let reading = read_mapped(&grids, &form, &mapping, &Entries::new()).unwrap();
    let figures = u64::from(LARGE) * 5;
    assert_eq!(u64::try_from(reading.changes.len()).unwrap(), figures);
    assert_eq!(reading.problems, []);
    let mut group = c.benchmark_group("50,000 figures");
    group.sample_size(10).throughput(Throughput::Elements(figures));
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
