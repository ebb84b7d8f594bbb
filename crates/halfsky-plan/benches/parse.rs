//! How fast a plan is read, beside a plain regex pass over the same text.

#![expect(clippy::unwrap_used, reason = "a benchmark without its text cannot go on")]

use std::fs;
use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use halfsky_plan::document;
use regex::Regex;

/// The specimens one after the other, with other numbers every time, until the text is large.
fn varied(bytes: usize) -> String {
    let mut specimens = Vec::new();
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
    for shape in ["contents", "numbering", "pages", "several", "sections"] {
        let mut files: Vec<_> =
            fs::read_dir(data.join(shape)).unwrap().map(|e| e.unwrap().path()).collect();
        files.sort();
        let texts = files.iter().filter(|f| f.extension().is_some_and(|e| e == "txt"));
        specimens.extend(texts.map(|f| fs::read_to_string(f).unwrap()));
    }
    let (mut text, mut round) = (String::new(), 0);
    while text.len() < bytes {
        for specimen in &specimens {
            text.push_str(
                &specimen.replace("11/10", &format!("{}.{}/10", 9 + round % 20, round % 10)),
            );
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
    let mut texts = vec![("specimens", varied(1 << 20))];
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
