//! How fast one county is evaluated in one go: every target of its plan through `run::evaluate`, with the history of
//! every year, both gaps, rates and scores, and the warnings followed through the release.

#![expect(clippy::unwrap_used, reason = "a benchmark without its data cannot go on")]
#![expect(clippy::print_stdout, reason = "the line says what was evaluated")]

use std::collections::BTreeMap;
use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use halfsky_evaluate::figures::Figures;
use halfsky_evaluate::run::{Inputs, PlanParameters, Run, UsedEdition, evaluate, follow_run};
use halfsky_monitor::definition::{Definition, Definitions, Direction};
use halfsky_monitor::item::items;
use halfsky_monitor::observation::{
    ConfStatus, ObsStatus, Observation, ObservationKey, Residence, Sex, Value,
};
use halfsky_monitor::period::Period;
use halfsky_plan::comparator::Comparator;
use halfsky_plan::document::parse;
use halfsky_plan::indicator::{Catalogue, IndicatorCode};
use halfsky_plan::target::TargetKind;
use halfsky_plan::version::{
    DraftHeader, IndicatorLink, PlanId, PlanVersion, ReviewedTarget, SourceFile,
};
use rust_decimal::Decimal;

const TARGETS: usize = 180;
const FIRST_YEAR: i32 = 2010;
const LAST_YEAR: i32 = 2024;

/// Whole, women, men, rural, urban.
const PARTS: [(Sex, Residence); 5] = [
    (Sex::Total, Residence::Total),
    (Sex::Female, Residence::Total),
    (Sex::Male, Residence::Total),
    (Sex::Total, Residence::Rural),
    (Sex::Total, Residence::Urban),
];

const PLAN: &str = "云溪县妇女发展规划（2021—2030年）

一、发展领域、主要目标与策略措施

（一）妇女与健康

主要目标：

1.孕产妇系统管理率达到92%以上。（牵头单位：县卫生健康局）
";

/// A number that looks random and is always the same (splitmix64).
fn below(seed: u64, end: u64) -> i64 {
    let mut z = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    i64::try_from((z ^ (z >> 31)) % end).unwrap()
}

/// The cards of the indicators the plan demands something of.
fn cards() -> Vec<Definition> {
    let all = Catalogue::builtin();
    let cards = all.indicators().iter().map(|c| Definition::from_catalogue(c, FIRST_YEAR).unwrap());
    cards.filter(|c| matches!(c.direction, Direction::Increase | Direction::Decrease)).collect()
}

/// A plan with a level to reach for each of the first indicators.
fn version(cards: &[Definition]) -> PlanVersion {
    let plan = parse(PLAN).plans.into_iter().next().unwrap();
    let header = DraftHeader {
        ref_area: "990101".parse().unwrap(),
        plan_id: PlanId("plan-1".to_owned()),
        number: 1,
        source: SourceFile {
            name: "plan.txt".to_owned(),
            sha256: String::new(),
            size: 0,
            format: "txt".to_owned(),
        },
        text: PLAN.to_owned(),
        example: true,
    };
    let mut version = PlanVersion::draft(header, plan, Catalogue::builtin().indicators());
    let first = version.targets[0].clone();
    let target = |(at, card): (usize, &Definition)| {
        let rises = card.direction == Direction::Increase;
        let mut reviewed =
            ReviewedTarget { number: u32::try_from(at + 1).unwrap(), ..first.clone() };
        reviewed.link = Some(IndicatorLink { code: card.code.clone(), score: 100 });
        reviewed.target.indicator.clone_from(&card.name_zh);
        reviewed.target.kind = TargetKind::Level;
        reviewed.target.unit = Some(card.unit);
        reviewed.target.comparator =
            Some(if rises { Comparator::AtLeast } else { Comparator::AtMost });
        let value = if rises { 620 } else { 380 };
        reviewed.target.value = Some(halfsky_plan::figure::Figure::new(Decimal::new(value, 1)));
        reviewed
    };
    version.targets = cards.iter().take(TARGETS).enumerate().map(target).collect();
    version
}

/// Fifteen years of every indicator, whole, by sex and by residence.
fn observations(version: &PlanVersion, cards: &[Definition]) -> Vec<Observation> {
    let mut all = Vec::new();
    for (at, card) in cards.iter().take(TARGETS).enumerate() {
        let rises = card.direction == Direction::Increase;
        let drift = if rises { below(at as u64, 14) - 3 } else { 3 - below(at as u64, 14) };
        for (part, (sex, residence)) in PARTS.iter().enumerate() {
            for year in FIRST_YEAR..=LAST_YEAR {
                let step = i64::from(year - FIRST_YEAR);
                let seed = (at as u64) << 16 | (part as u64) << 8 | u64::try_from(step).unwrap();
                let tenths = (500 + drift * step + below(seed, 15) - 7).clamp(5, 995);
                let period = Period::year_of(year).unwrap();
                let key = ObservationKey {
                    sex: *sex,
                    residence: *residence,
                    source: card.source.variant,
                    ..ObservationKey::total(version.ref_area.clone(), card.code.clone(), period)
                };
                all.push(Observation {
                    key,
                    value: Value::Figure(halfsky_plan::figure::Figure::new(Decimal::new(
                        tenths, 1,
                    ))),
                    definition_version: 1,
                    status: ObsStatus::Normal,
                    confidentiality: ConfStatus::Free,
                    unit_mult: 0,
                    explanation: String::new(),
                });
            }
        }
    }
    all
}

fn run(c: &mut Criterion) {
    let cards = cards();
    let version = version(&cards);
    let observations = observations(&version, &cards);
    let items = items(&cards);
    let definitions: BTreeMap<IndicatorCode, Definitions> = cards
        .into_iter()
        .map(|card| (card.code.clone(), Definitions::new(vec![card]).unwrap()))
        .collect();
    let edition = |year: i32| UsedEdition {
        period: year.to_string(),
        number: 1,
        hash: format!("hash of {year}"),
    };
    let editions: Vec<UsedEdition> = (FIRST_YEAR..=LAST_YEAR).map(edition).collect();
    let (peers, judged, asked) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    let parameters = PlanParameters::default();
    let evaluated = || -> Run {
        let figures = Figures::new(&observations, &definitions, &items, LAST_YEAR);
        evaluate(&Inputs {
            version: &version,
            year: LAST_YEAR,
            editions: &editions,
            figures: &figures,
            peers: &peers,
            judged: &judged,
            asked: &asked,
            parameters: &parameters,
        })
    };
    let once = evaluated();
    let held = once.targets.iter().filter(|t| t.outlook.is_some()).count();
    let steps = follow_run(&BTreeMap::new(), &once).steps.len();
    println!(
        "targets {}, with an outlook {held}, warnings {steps}, figures {}",
        once.targets.len(),
        observations.len()
    );
    let mut group = c.benchmark_group("run");
    group.sample_size(20);
    group.bench_function("county", |b| {
        b.iter(|| {
            let run = evaluated();
            let followed = follow_run(&BTreeMap::new(), &run);
            black_box((run, followed))
        });
    });
    let text = once.to_text();
    group.bench_function("record", |b| b.iter(|| black_box(once.to_text())));
    group.bench_function("read back", |b| b.iter(|| black_box(Run::from_text(&text).unwrap())));
    group.finish();
}

criterion_group!(benches, run);
criterion_main!(benches);
