//! How fast the yearly report of 150 indicators becomes docx and pdf, and 200 indicators a public site.

#![expect(clippy::unwrap_used, reason = "a benchmark without its plan cannot go on")]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, criterion_group, criterion_main};
use halfsky_evaluate::run::UsedEdition;
use halfsky_monitor::definition::{Definition, Definitions};
use halfsky_monitor::edition::{EditionDraft, publish};
use halfsky_monitor::observation::{ConfStatus, ObsStatus, Observation, ObservationKey, Value};
use halfsky_monitor::period::Period;
use halfsky_plan::document::parse;
use halfsky_plan::figure::Figure;
use halfsky_plan::indicator::{Catalogue, IndicatorCode};
use halfsky_plan::version::{DraftHeader, IndicatorLink, PlanId, PlanVersion, SourceFile};
use halfsky_report::draft::annual::annual;
use halfsky_report::draft::{Prepared, Published, View};
use halfsky_report::fonts::Fonts;
use halfsky_report::portal::{Place, Portal};
use halfsky_report::render::docx::docx;
use halfsky_report::render::pdf::pdf;
use halfsky_report::template::Templates;
use jiff::civil::date;
use rust_decimal::Decimal;

const YEAR: i32 = 2025;

/// The words of a plan of so many targets.
fn text(indicators: usize) -> String {
    const NAMES: [&str; 8] =
        ["健康", "教育", "经济", "参与决策和管理", "社会保障", "家庭建设", "环境", "法律"];
    const NUMBERS: [&str; 8] = ["一", "二", "三", "四", "五", "六", "七", "八"];
    let mut text =
        String::from("示例县妇女发展规划（2021—2030年）\n\n一、发展领域、主要目标与策略措施\n");
    for (domain, (name, mark)) in NAMES.iter().zip(NUMBERS).enumerate() {
        write!(text, "\n（{mark}）妇女与{name}\n\n主要目标：\n\n").unwrap();
        for (number, index) in (1..).zip((0..indicators).filter(|i| i % 8 == domain)) {
            let value = 60 + index % 30;
            let unit = "（牵头单位：县教育局）";
            writeln!(text, "{number}.示例覆盖率{index}达到{value}%以上。{unit}").unwrap();
        }
    }
    text
}

/// A plan of so many targets, each with an indicator of its own and figures of six years.
fn prepared(indicators: usize) -> Prepared {
    let text = text(indicators);
    let plan = parse(&text).plans.into_iter().next().unwrap();
    let catalogue = Catalogue::builtin();
    let card = catalogue.find(&IndicatorCode("C-E01".to_owned())).unwrap();
    let header = DraftHeader {
        ref_area: "000101".parse().unwrap(),
        plan_id: PlanId("plan".to_owned()),
        number: 1,
        source: SourceFile {
            name: "plan.txt".to_owned(),
            sha256: String::new(),
            size: 0,
            format: "txt".to_owned(),
        },
        text: text.clone(),
        example: true,
    };
    let mut version = PlanVersion::draft(header, plan, &[]);
    let mut definitions = BTreeMap::new();
    let mut editions: BTreeMap<i32, Vec<Observation>> = BTreeMap::new();
    for (index, target) in version.targets.iter_mut().enumerate() {
        let code = IndicatorCode(format!("X-{index:03}"));
        target.link = Some(IndicatorLink { code: code.clone(), score: 100 });
        let mut one = Definition::from_catalogue(card, 2010).unwrap();
        one.code = code.clone();
        one.name_zh.clone_from(&target.target.indicator);
        for year in 2020..=YEAR {
            let value =
                Decimal::from(40 + (index * 7) % 50) + Decimal::new(i64::from(year - 2020), 0);
            let period = Period::year_of(year).unwrap();
            let key = ObservationKey {
                source: one.source.variant,
                ..ObservationKey::total(version.ref_area.clone(), code.clone(), period)
            };
            editions.entry(year).or_default().push(Observation {
                key,
                value: Value::Figure(Figure::new(value).rounded(1)),
                definition_version: 1,
                status: ObsStatus::Normal,
                confidentiality: ConfStatus::Free,
                unit_mult: 0,
                explanation: String::new(),
            });
        }
        definitions.insert(code, Definitions::new(vec![one]).unwrap());
    }
    assert_eq!(version.targets.len(), indicators);
    let draft = EditionDraft {
        ref_area: version.ref_area.clone(),
        period: Period::year_of(YEAR).unwrap(),
        notes: String::new(),
        published_by: "示例".to_owned(),
        published_at: "2026-06-01T00:00:00Z".to_owned(),
        figures: editions[&YEAR].clone(),
    };
    let used = |year: i32| UsedEdition { period: year.to_string(), number: 1, hash: String::new() };
    let published = Published {
        region: "示例县".to_owned(),
        edition: publish(draft, None).unwrap(),
        editions: editions.into_iter().map(|(year, figures)| (used(year), figures)).collect(),
        definitions,
        items: BTreeMap::new(),
        organs: Vec::new(),
        templates: Templates::default(),
        on: date(2026, 7, 1),
        view: View::Internal,
    };
    Prepared::new(published, version, None)
}

fn fonts() -> Option<Fonts> {
    let folder = Path::new("/usr/share/fonts/opentype/noto");
    let names = ["NotoSansCJK-Regular.ttc", "NotoSerifCJK-Regular.ttc", "NotoSerifCJK-Bold.ttc"];
    let files: Result<Vec<Vec<u8>>, _> =
        names.iter().map(|name| std::fs::read(folder.join(name))).collect();
    Fonts::new(files.ok()?).ok()
}

fn documents(criterion: &mut Criterion) {
    let report = prepared(150);
    let document = annual(&report.material()).unwrap();
    let mut group = criterion.benchmark_group("documents");
    group.sample_size(10);
    group.bench_function("annual of 150 indicators as data", |b| {
        b.iter(|| black_box(annual(&report.material())));
    });
    if let Some(fonts) = fonts() {
        group.bench_function("annual of 150 indicators as docx", |b| {
            b.iter(|| black_box(docx(&document, Some(&fonts)).unwrap()));
        });
        group.bench_function("annual of 150 indicators as pdf", |b| {
            b.iter(|| {
                halfsky_report::render::pdf::forget();
                black_box(pdf(&document, &fonts).unwrap())
            });
        });
    }
    let portal = prepared(200);
    group.bench_function("site of 200 indicators", |b| {
        b.iter(|| {
            let plans = [portal.material()];
            let site =
                Portal { region: "示例县", plans: &plans, reports: &[], place: Place::Files };
            for path in site.paths() {
                black_box(site.page(&path));
            }
        });
    });
    group.finish();
}

criterion_group!(benches, documents);
criterion_main!(benches);
