//! Invented values to start from.

use halfsky_plan::comparator::Comparator;
use halfsky_plan::figure::Figure;
use halfsky_plan::indicator::IndicatorCode;
use halfsky_plan::note::{Note, Severity, Span};
use halfsky_plan::period::PlanPeriod;
use halfsky_plan::plan::{
    Assigned, Assignment, BaselineFact, Beneficiary, Clause, ClausePlace, Domain, Due, Duty,
    ParentPlan, Plan, Section, TableTarget,
};
use halfsky_plan::ref_area::RefArea;
use halfsky_plan::target::{Baseline, Binding, Target, TargetKind};
use halfsky_plan::unit::Unit;
use halfsky_plan::version::{DraftHeader, IndicatorLink, PlanId, PlanVersion, SourceFile};
use halfsky_store::audit::Entry;
use halfsky_store::plans::{Stamp, VersionKey};
use halfsky_store::testing::{ScratchDir, TestDatabase};
use halfsky_store::{Location, Store, plans};
use jiff::Timestamp;
use sqlx::migrate::Migrator;
use sqlx::{AnyConnection, Connection as _};

/// An invented region.
pub(crate) fn area() -> RefArea {
    "990101".parse().expect("a region code")
}

/// An instant, `seconds` after the start of the tests' time.
pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + seconds).expect("an instant")
}

pub(crate) fn stamp() -> Stamp {
    Stamp { at: at(0), by: "liu".to_owned() }
}

pub(crate) fn entry(action: &str) -> Entry {
    Entry::new(at(0), "liu", action, "plan")
}

/// A level target with a value of its own.
pub(crate) fn target(index: usize) -> Target {
    let value = 20 + i64::try_from(index % 80).expect("a small number");
    let quote = format!("示例率{index}达到{value}%以上");
    Target {
        indicator: format!("示例率{index}"),
        comparator: Some(Comparator::AtLeast),
        value: Some(Figure::from(value)),
        unit: Some(Unit::Percent),
        by: 2030,
        base_year: None,
        kind: TargetKind::Level,
        direction: None,
        reference: None,
        scope: None,
        soft: false,
        keep: false,
        baseline: None,
        binding: None,
        span: Span::new(index, index + quote.len()),
        quote,
    }
}

pub(crate) fn figure(text: &str) -> Figure {
    text.parse().expect("a figure")
}

fn clause(number: usize, targets: Vec<Target>) -> Clause {
    Clause {
        number: u32::try_from(number).expect("a small number"),
        text: format!("第{number}条，示例目标。"),
        targets,
        span: Span::new(number, number + 9),
    }
}

fn units(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// A plan of eight domains, with every part a plan can have.
pub(crate) fn plan(targets: usize) -> Plan {
    let domains = (0..8).map(|domain| Domain {
        name: format!("妇女与示例{domain}"),
        objectives: (0..targets)
            .filter(|t| t % 8 == domain)
            .map(|t| clause(t + 1, vec![target(t)]))
            .collect(),
        measures: vec![clause(1, Vec::new()), clause(2, Vec::new())],
        heading: Span::new(domain, domain + 3),
    });
    Plan {
        title: "云溪县妇女发展规划（2021—2030年）".to_owned(),
        region: "云溪县".to_owned(),
        beneficiary: Beneficiary::Women,
        period: PlanPeriod { start: 2021, end: 2030 },
        domains: domains.collect(),
        implementation: vec![clause(1, Vec::new())],
        monitoring: vec![clause(1, Vec::new()), clause(2, Vec::new())],
        table_targets: vec![table_target()],
        assignments: assignments(),
        calendar: duties(),
        baseline: vec![BaselineFact {
            indicator: "示例率".to_owned(),
            value: figure("81.50"),
            unit: Some(Unit::Percent),
            year: Some(2020),
            quote: "到2020年，示例率为81.50%".to_owned(),
            span: Span::new(1, 2),
        }],
        parent_plans: vec![ParentPlan {
            title: "示例省妇女发展规划".to_owned(),
            span: Span::new(3, 4),
        }],
        notes: vec![Note {
            span: Span::new(0, 1),
            severity: Severity::Warning,
            message: "编号重复".to_owned(),
            hint: "请核对原文".to_owned(),
        }],
        span: Span::new(0, 999),
    }
}

fn table_target() -> TableTarget {
    let baseline = Baseline { value: figure("81.50"), year: None, span: Span::new(1, 2) };
    TableTarget {
        target: Target {
            baseline: Some(baseline),
            binding: Some(Binding::Expected),
            ..target(900)
        },
        lead: units(&["县教育局"]),
        support: units(&["县财政局", "县妇联"]),
    }
}

fn assignments() -> Vec<Assignment> {
    let place = ClausePlace { section: Section::Objective, domain: 0, clause: 0 };
    vec![
        Assignment {
            to: Assigned::Clause(place),
            lead: units(&["县卫生健康局"]),
            support: units(&["县医保局", "县妇联"]),
            span: Span::new(4, 9),
        },
        Assignment {
            to: Assigned::Row("无处可归的一行".to_owned()),
            lead: Vec::new(),
            support: units(&["县妇联"]),
            span: Span::new(4, 9),
        },
    ]
}

fn duties() -> Vec<Duty> {
    vec![
        Duty {
            due: Due::EveryYearBy { month: 12, day: None },
            who: "县妇儿工委办公室".to_owned(),
            what: "报送监测报告".to_owned(),
            to_whom: Some("市妇儿工委办公室".to_owned()),
            quote: "每年12月底前报送监测报告".to_owned(),
            span: Span::new(7, 8),
        },
        Duty {
            due: Due::EveryYear,
            who: String::new(),
            what: "开展监测".to_owned(),
            to_whom: None,
            quote: "每年开展监测".to_owned(),
            span: Span::new(7, 8),
        },
    ]
}

/// A draft with so many targets, plus one of a table.
pub(crate) fn draft(targets: usize) -> PlanVersion {
    let header = DraftHeader {
        ref_area: area(),
        plan_id: PlanId("01900000-0000-7000-8000-000000000001".to_owned()),
        number: 1,
        source: SourceFile {
            name: "云溪县妇女发展规划.docx".to_owned(),
            sha256: "0".repeat(64),
            size: 12_345,
            format: "docx".to_owned(),
        },
        text: "示例规划正文。\n".repeat(20),
        example: true,
    };
    let mut version = PlanVersion::draft(header, plan(targets), &[]);
    for target in version.targets.iter_mut().step_by(2) {
        target.link = Some(IndicatorLink { code: IndicatorCode("W-001".to_owned()), score: 88 });
    }
    version
}

/// Imports a draft and returns its key and revision.
pub(crate) async fn import(store: &Store, version: &PlanVersion) -> (VersionKey, i64) {
    let mut tx = store.begin(&version.ref_area).await.expect("a transaction");
    let revision =
        plans::insert_draft(&mut tx, version, &stamp()).await.expect("an accepted draft");
    tx.commit(entry("plan.import")).await.expect("a commit");
    (VersionKey::of(version), revision)
}

/// A connection past the store, to look at the tables and to tamper with them.
pub(crate) async fn raw(database: &TestDatabase) -> AnyConnection {
    connect(&database.location).await
}

/// The same for a place that no store has opened.
pub(crate) async fn connect(location: &Location) -> AnyConnection {
    sqlx::any::install_default_drivers();
    let url = match location {
        Location::SqliteDir(dir) => {
            format!("sqlite://{}?mode=rwc", dir.join("halfsky.sqlite").display())
        }
        Location::Postgres { url, .. } => url.clone(),
    };
    AnyConnection::connect(&url).await.expect("a connection")
}

/// A database as the first release left it: three migrations and a chain of two entries, hashed here by
/// other means.
pub(crate) async fn sqlite_of_first_release(dir: &ScratchDir) -> Location {
    static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");
    let location = Location::SqliteDir(dir.path().join("data"));
    std::fs::create_dir(dir.path().join("data")).expect("a directory");
    let mut connection = connect(&location).await;
    MIGRATIONS.run_to(3, &mut connection).await.expect("the first migrations");
    sqlx::raw_sql(FIRST_CHAIN).execute(&mut connection).await.expect("its entries");
    connection.close().await.expect("a closed connection");
    location
}

const FIRST_CHAIN: &str = "
    insert into audit_entry (ref_area, sequence, at, actor, action, object, reason, content_hash,
        previous_hash, hash) values
    ('990101', 1, '2026-03-05T01:30:00.000000Z', '命令行', 'plan.import', 'plan a/1', '规划.docx',
        '6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b', '',
        '858250aedf817086b9910e90adaf81d29c7b3225d1f7d785f90b9866d3d3a73a'),
    ('990101', 2, '2026-03-05T01:31:00.000000Z', '命令行', 'plan.confirm', 'plan a/1', '',
        'd4735e3a265e16eee03f59718b9b5d03019c07d8b6c51f90da3a666eec13ab35',
        '858250aedf817086b9910e90adaf81d29c7b3225d1f7d785f90b9866d3d3a73a',
        'd7169e10ef9278d535499c788e53b992ed1471090d34071faf53a8c07241b587');
    insert into audit_head (ref_area, sequence, hash) values
    ('990101', 2, 'd7169e10ef9278d535499c788e53b992ed1471090d34071faf53a8c07241b587');
";

/// Runs a statement past the store.
pub(crate) async fn tamper(database: &TestDatabase, sql: &'static str) {
    let mut connection = raw(database).await;
    sqlx::raw_sql(sql).execute(&mut connection).await.expect("an accepted statement");
    connection.close().await.expect("a closed connection");
}
