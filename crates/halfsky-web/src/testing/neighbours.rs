//! Other counties of the example city, each with a small plan in force, a unit and two rounds: what a level above looks at.

use halfsky_monitor::reporting::UnitId;
use halfsky_monitor::round::RoundDefaults;
use halfsky_monitor::round::{Round, RoundSubject};
use halfsky_monitor::text_report::TextKind;
use halfsky_monitor::unit::{ResponsibleUnit, UnitKind};
use halfsky_monitor::validity::Validity;
use halfsky_monitor::{period::Period, unit};
use halfsky_plan::document;
use halfsky_plan::indicator::Catalogue;
use halfsky_plan::ref_area::RefArea;
use halfsky_plan::version::{DraftHeader, PlanId, PlanVersion, SourceFile};
use halfsky_store::audit::Entry;
use halfsky_store::plans::{self, Stamp, VersionKey};
use halfsky_store::regions::{self, Region, RegionLevel};
use halfsky_store::rounds::{self, RoundId, RoundOrigin};
use halfsky_store::{Store, Tx, tasks, units};
use jiff::civil::date;

use super::{CITY, now};

/// The plan of each, with its name put in.
const PLAN: &str = "某某县妇女发展规划（2021—2030年）
（一）妇女与健康
主要目标
1．孕产妇死亡率控制在12/10万以下。
2．适龄妇女宫颈癌人群筛查率达到70%以上。
策略措施
1．加强产科质量建设。
";

/// The code of a neighbour, from 1: every county of the city but the two of the example.
///
/// # Panics
/// When the city has no room for so many.
pub fn neighbour(number: usize) -> RefArea {
    assert!((1..=80).contains(&number), "a county of the city");
    format!("9901{:02}", number + 10).parse().expect("a region code")
}

/// Settles one.
///
/// # Panics
/// When it cannot be kept.
pub async fn settle_neighbour(store: &Store, number: usize) -> RefArea {
    let (area, name) = (neighbour(number), format!("第{number}县"));
    let mut tx = store.begin_reference().await.expect("a transaction");
    let region = Region {
        code: area.clone(),
        name: name.clone(),
        parent: Some(CITY.parse().expect("a region code")),
        level: RegionLevel::County,
    };
    regions::save(&mut tx, &region).await.expect("a region");
    tx.commit(Entry::new(now(), "test", "region.create", &name)).await.expect("a commit");
    let mut tx = store.begin(&area).await.expect("a transaction");
    put_plan_in_force(&mut tx, &area, &name).await;
    let unit = found_unit(&mut tx, &area, &name).await;
    open_rounds(&mut tx, &unit).await;
    tx.commit(Entry::new(now(), "test", "round.open", &name)).await.expect("a commit");
    area
}

async fn put_plan_in_force(tx: &mut Tx, area: &RefArea, name: &str) {
    let text = PLAN.replace("某某县", name);
    let plan = document::parse(&text).plans.remove(0);
    let header = DraftHeader {
        ref_area: area.clone(),
        plan_id: PlanId(format!("plan-{area}")),
        number: 1,
        source: SourceFile {
            name: "规划.txt".to_owned(),
            sha256: "ab".repeat(32),
            size: text.len() as u64,
            format: "txt".to_owned(),
        },
        text: text.clone(),
        example: true,
    };
    let version = PlanVersion::draft(header, plan, Catalogue::builtin().indicators());
    let seen = plans::insert_draft(tx, &version, &stamp()).await.expect("a draft");
    plans::confirm(tx, &VersionKey::of(&version), seen, &stamp()).await.expect("a plan in force");
}

async fn found_unit(tx: &mut Tx, area: &RefArea, name: &str) -> UnitId {
    let unit = ResponsibleUnit {
        id: unit::UnitId("health".to_owned()),
        ref_area: area.clone(),
        name: format!("{name}卫生健康局"),
        short_name: String::new(),
        kind: UnitKind::Government,
        parent: None,
        validity: Validity::from(date(2021, 1, 1)),
    };
    units::insert(tx, &unit).await.expect("a unit");
    UnitId(unit.id.0)
}

/// A round of figures and one of texts, with a task for the unit in each.
async fn open_rounds(tx: &mut Tx, unit: &UnitId) {
    let period = Period::year_of(2025).expect("a year");
    let defaults = RoundDefaults::default();
    let figures = Round::figures(period, "2025年监测数据", date(2026, 4, 4), &defaults);
    let text = RoundSubject::Text { kind: TextKind::YearlyReport, year: 2025 };
    let texts =
        Round { subject: text, title: "2025年度落实情况".to_owned(), ..figures.clone() };
    for (id, round) in [("figures", figures), ("texts", texts)] {
        let id = RoundId(id.to_owned());
        rounds::open(tx, &id, &round, &RoundOrigin::Office, &stamp()).await.expect("a round");
        tasks::add(tx, &id, &[(unit.clone(), None)], &stamp()).await.expect("a task");
    }
}

fn stamp() -> Stamp {
    Stamp { at: now(), by: "test".to_owned() }
}
