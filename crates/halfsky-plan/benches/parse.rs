//! How fast a plan is read, beside a plain regex pass over the same text.

#![expect(clippy::unwrap_used, reason = "a benchmark without its text cannot go on")]

use std::fs;
use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use halfsky_plan::document;
use regex::Regex;

/// The built-in example plans one after the other, each time of another county and with other
/// figures, until the text is large.
fn varied(bytes: usize) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../halfsky/demo");
    let mut files: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|f| f.extension().is_some_and(|e| e == "txt"));
    files.sort();
    let plans: Vec<String> = files.iter().map(|f| fs::read_to_string(f).unwrap()).collect();
    let (mut text, mut round) = (String::new(), 0);
    let counties: Vec<char> = "甲乙丙丁戊己庚辛壬癸".chars().collect();
    while text.len() < bytes {
        for plan in &plans {
            let county = format!("云{}", counties[round % counties.len()]);
            let plan = plan.replace("云溪", &county).replace("云江", &county);
            text.push_str(&plan.replace("95%", &format!("{}.{}%", 80 + round % 20, round % 10)));
            text.push('\n');
        }
        round += 1;
    }
    text
}

/// The largest published plan beside the workspace, when there is one.
fn largest() -> Option<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/plans");
    let files = fs::read_dir(folder).ok()?.filter_map(|entry| Some(entry.ok()?.path()));
    let texts = files.filter_map(|file| fs::read_to_string(file).ok());
    texts.max_by_key(String::len)
}

fn parse(c: &mut Criterion) {
    let numbers = Regex::new(r"[0-9]+(?:\.[0-9]+)?\s*(?:[%％‰]|/10万|年|岁|个)").unwrap();
    let mut texts = vec![("varied", varied(1 << 20))];
    texts.extend(largest().map(|text| ("largest", text)));
    for (name, text) in &texts {
        let mut group = c.benchmark_group(*name);
        group.throughput(Throughput::Bytes(text.len() as u64)).sample_size(20);
        group.bench_function("parse", |b| b.iter(|| document::parse(black_box(text))));
        group.bench_function("regex", |b| {
            b.iter(|| numbers.find_iter(black_box(text)).map(|m| m.len()).sum::<usize>());
        });
        group.finish();
    }
}

criterion_group!(benches, parse);
criterion_main!(benches);
