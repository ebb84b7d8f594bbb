//! How fast a county and a whole nation are judged. `bench/run.sh` holds the nation against numpy and scipy.

#![expect(clippy::unwrap_used, reason = "a benchmark without its data cannot go on")]
#![expect(
    clippy::print_stdout,
    reason = "the check line is what the other program is compared with"
)]

use std::collections::BTreeMap;
use std::hint::black_box;
use std::num::NonZeroUsize;

use criterion::{Criterion, criterion_group, criterion_main};
use halfsky_evaluate::attainment::{Demand, Duty};
use halfsky_evaluate::evaluation::judge_indicator;
use halfsky_evaluate::gender::gender_gap;
use halfsky_evaluate::goal::Goal;
use halfsky_evaluate::judgement::{Judgement, Knowledge, judge};
use halfsky_evaluate::outlook::Quantiles;
use halfsky_evaluate::series::{Observation, Series};
use halfsky_evaluate::working::Held;
use halfsky_monitor::threads::in_order;
use halfsky_plan::figure::Figure;
use halfsky_stats::scale::Scale;
use rust_decimal::Decimal;

const REGIONS: u64 = 3000;
const INDICATORS: u64 = 200;
const YEARS: u64 = 10;
const LAST_YEAR: i32 = 2024;

/// A number that looks random and is the same in every language (splitmix64).
fn mixed(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

fn below(seed: u64, end: u64) -> i64 {
    i64::try_from(mixed(seed) % end).unwrap()
}

/// One target with its series: even indicators are shares that should rise, odd ones rates that should fall.
fn held(region: u64, indicator: u64, years: u64) -> Held {
    let key = (region << 24) | (indicator << 8);
    let rises = indicator.is_multiple_of(2);
    let (level, drift) = if rises {
        (300 + below(key | 0xF0, 400), below(key | 0xF1, 21) - 6)
    } else {
        (100 + below(key | 0xF0, 300), 4 - below(key | 0xF1, 17))
    };
    let wave = 2 + below(key | 0xF2, 30);
    let observations = (0..years)
        .map(|t| {
            let noise = below(key | t, u64::try_from(2 * wave + 1).unwrap()) - wave;
            let tenths = level + drift * i64::try_from(t).unwrap() + noise;
            let tenths = if rises { tenths.clamp(10, 990) } else { tenths.max(5) };
            let year = LAST_YEAR - i32::try_from(years - 1 - t).unwrap();
            Observation { year, value: Figure::new(Decimal::new(tenths, 1)) }
        })
        .collect();
    let goal = if rises {
        Goal::AtLeast(Decimal::new((level + 100).min(950), 1))
    } else {
        Goal::AtMost(Decimal::new(level * 8 / 10, 1))
    };
    Held {
        series: Series::new(observations, Vec::new()).unwrap(),
        demand: Demand { goal, by: 2030, duty: Duty::AtDeadline, base_year: None, tolerance: None },
        scale: if rises { Scale::Logit } else { Scale::Log },
        needs_prior: false,
    }
}

/// One county: 200 targets over 15 years, each for all, women, men, urban and rural, with both gaps.
fn county(c: &mut Criterion) {
    let targets: Vec<[Held; 5]> =
        (0..200).map(|i| [0, 1, 2, 3, 4].map(|part| held(part, i, 15))).collect();
    c.bench_function("county", |b| {
        b.iter(|| {
            let mut quantiles = Quantiles::default();
            let knowledge = Knowledge { base_year: Some(2020), ..Knowledge::default() };
            let mut judged = Vec::with_capacity(1000);
            let mut gaps = Vec::with_capacity(400);
            for parts in &targets {
                judged
                    .extend(parts.iter().map(|h| judge(h, &knowledge, LAST_YEAR, &mut quantiles)));
                let [_, women, men, urban, rural] = parts.each_ref().map(|h| &h.series);
                gaps.push(gender_gap(women, men, 2020, LAST_YEAR));
                gaps.push(gender_gap(urban, rural, 2020, LAST_YEAR));
            }
            black_box((judged, gaps))
        });
    });
}

/// A nation: 3,000 regions, 200 indicators, 10 years, six million figures, priors from peers, two threads.
fn nation(c: &mut Criterion) {
    let indicators: Vec<Vec<Held>> =
        (0..INDICATORS).map(|i| (0..REGIONS).map(|r| held(r, i, YEARS)).collect()).collect();
    let run = || {
        let threads = NonZeroUsize::new(2).unwrap();
        in_order(&indicators, threads, |places| judge_indicator(places, 2020, LAST_YEAR))
    };
    let before = processor_seconds();
    let judged = run();
    let spent = before.zip(processor_seconds()).map_or(f64::NAN, |(before, after)| after - before);
    println!("processor {spent:.2}");
    check_line(&judged);
    drop(judged);
    let mut group = c.benchmark_group("nation");
    group.sample_size(10);
    group.bench_function("judge", |b| b.iter(|| black_box(run())));
    group.finish();
}

/// Processor time of all threads so far, where the system tells it: a loaded machine does not change it.
fn processor_seconds() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/self/stat").ok()?;
    // the name in brackets may hold spaces; user and system time are the 12th and 13th value after it
    let mut times = text.rsplit_once(')')?.1.split_whitespace().skip(11);
    let mut ticks = || times.next()?.parse::<f64>().ok();
    Some((ticks()? + ticks()?) / 100.0)
}

/// Classes and sums of all results: another program that does the same work prints the same.
fn check_line(judged: &[Vec<Judgement>]) {
    let mut classes: BTreeMap<&str, u32> = BTreeMap::new();
    let (mut p, mut width, mut pace, mut volatile) = (0.0, 0.0, 0.0, 0u32);
    for one in judged.iter().flatten() {
        *classes.entry(one.status.code()).or_default() += 1;
        p += one.probability().unwrap();
        let told = one.outlook.unwrap().forecast;
        width += (told.hi80 - told.lo80) + (told.hi95 - told.lo95);
        pace += one.pace.map_or(0.0, |pace| pace.ratio.clamp(-9.0, 9.0));
        volatile += u32::from(one.is_volatile());
    }
    println!("check {classes:?} volatile {volatile} p {p:.6} width {width:.3} pace {pace:.6}");
}

criterion_group!(benches, county, nation);
criterion_main!(benches);
