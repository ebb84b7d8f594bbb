//! Invented values that pages are drawn with in tests.

use halfsky_monitor::appointment::{AccountId, Appointment};
use halfsky_monitor::role::Role;
use halfsky_monitor::validity::Validity;
use halfsky_plan::comparator::Comparator;
use halfsky_plan::indicator::Catalogue;
use halfsky_plan::note::{Note, Severity, Span};
use halfsky_plan::period::PlanPeriod;
use halfsky_plan::plan::{BaselineFact, Beneficiary, Clause, Domain, Due, Duty, ParentPlan, Plan};
use halfsky_plan::target::{Direction, Target, TargetKind};
use halfsky_plan::unit::Unit;
use halfsky_plan::version::{DraftHeader, PlanId, PlanVersion, SourceFile, VersionStatus};
use halfsky_store::accounts::{self, AccountState};
use halfsky_store::audit::SealedEntry;
use halfsky_store::plans::{PlanSummary, Stamp, StoredVersion};

use crate::account::Account;

const TEXT: &str = "云溪县妇女发展规划（2021—2030年）
到2020年，全县孕产妇死亡率降至14.4/10万。
（一）妇女与健康
主要目标
1．孕产妇死亡率控制在12/10万以下。
2．适龄妇女宫颈癌人群筛查率达到70%以上，乳腺癌人群筛查率逐步提高<script>alert(1)</script>。
策略措施
1．加强产科质量建设。
（二）妇女与教育
主要目标
1．高中阶段毛入学率达到95%以上。
监测评估
每年3月底前向县妇儿工委报送上年度数据。
";

fn span(words: &str) -> Span {
    let start = TEXT.find(words).expect("the sample holds these words");
    Span::new(start, start + words.len())
}

fn target(indicator: &str, quote: &str) -> Target {
    Target {
        indicator: indicator.to_owned(),
        comparator: Some(Comparator::AtLeast),
        value: None,
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
        quote: quote.to_owned(),
        span: span(quote),
    }
}

fn clause(number: u32, text: &str, targets: Vec<Target>) -> Clause {
    Clause { number, text: text.to_owned(), targets, span: span(text) }
}

fn health() -> Domain {
    let deaths = Target {
        comparator: Some(Comparator::AtMost),
        value: "12".parse().ok(),
        unit: Some(Unit::Per100k),
        ..target("孕产妇死亡率", "孕产妇死亡率控制在12/10万以下")
    };
    let screened = Target {
        value: "70".parse().ok(),
        ..target("适龄妇女宫颈癌人群筛查率", "适龄妇女宫颈癌人群筛查率达到70%以上")
    };
    let trend = Target {
        comparator: None,
        unit: None,
        kind: TargetKind::Trend,
        direction: Some(Direction::Increase),
        ..target("乳腺癌人群筛查率", "乳腺癌人群筛查率逐步提高")
    };
    let second =
        "适龄妇女宫颈癌人群筛查率达到70%以上，乳腺癌人群筛查率逐步提高<script>alert(1)</script>。";
    Domain {
        name: "妇女与健康".to_owned(),
        objectives: vec![
            clause(1, "孕产妇死亡率控制在12/10万以下。", vec![deaths]),
            clause(2, second, vec![screened, trend]),
        ],
        measures: vec![clause(1, "加强产科质量建设。", Vec::new())],
        heading: span("（一）妇女与健康"),
    }
}

fn plan() -> Plan {
    let education = Target {
        value: "95".parse().ok(),
        ..target("高中阶段毛入学率", "高中阶段毛入学率达到95%以上")
    };
    Plan {
        title: "云溪县妇女发展规划（2021—2030年）".to_owned(),
        region: "云溪县".to_owned(),
        beneficiary: Beneficiary::Women,
        period: PlanPeriod { start: 2021, end: 2030 },
        domains: vec![
            health(),
            Domain {
                name: "妇女与教育".to_owned(),
                objectives: vec![clause(1, "高中阶段毛入学率达到95%以上。", vec![education])],
                measures: Vec::new(),
                heading: span("（二）妇女与教育"),
            },
        ],
        implementation: Vec::new(),
        monitoring: vec![clause(1, "每年3月底前向县妇儿工委报送上年度数据。", Vec::new())],
        table_targets: Vec::new(),
        assignments: Vec::new(),
        calendar: vec![Duty {
            due: Due::EveryYear,
            who: "各成员单位".to_owned(),
            what: "报送上年度数据".to_owned(),
            to_whom: Some("县妇儿工委".to_owned()),
            quote: "每年3月底前向县妇儿工委报送上年度数据".to_owned(),
            span: span("每年3月底前向县妇儿工委报送上年度数据"),
        }],
        baseline: vec![BaselineFact {
            indicator: "孕产妇死亡率".to_owned(),
            value: "14.4".parse().expect("a figure"),
            unit: Some(Unit::Per100k),
            year: Some(2020),
            quote: "孕产妇死亡率降至14.4/10万".to_owned(),
            span: span("孕产妇死亡率降至14.4/10万"),
        }],
        parent_plans: vec![ParentPlan {
            title: "云江市妇女发展规划（2021—2030年）".to_owned(),
            span: Span::default(),
        }],
        notes: vec![Note {
            span: span("策略措施"),
            severity: Severity::Warning,
            message: "这一节的编号不连续".to_owned(),
            hint: "请核对是否漏掉条文".to_owned(),
        }],
        span: Span::new(0, TEXT.len()),
    }
}

/// Somebody of the office of the example county.
pub(crate) fn account() -> Account {
    Account {
        id: AccountId("1".to_owned()),
        login: "office".to_owned(),
        name: "张三".to_owned(),
        unit: String::new(),
        appointments: vec![Appointment {
            id: "1".to_owned(),
            account: AccountId("1".to_owned()),
            role: Role::CommitteeOffice,
            ref_area: "990101".parse().expect("a region code"),
            unit: None,
            validity: Validity::from(jiff::civil::date(2026, 1, 1)),
        }],
        password_is_temporary: false,
        has_second_factor: false,
        lacks_second_factor: false,
        session: "cd".repeat(32),
        tree: crate::account::KnownTree::default(),
    }
}

/// The same account as it is kept.
pub(crate) fn stored_account() -> accounts::Account {
    accounts::Account {
        id: AccountId("1".to_owned()),
        login: "office".to_owned(),
        name: "张三".to_owned(),
        state: AccountState::Active,
        has_password: false,
        password_is_temporary: false,
        failures: 0,
        locked_until: None,
        last_login_at: None,
        last_login_from: String::new(),
        has_second_factor: false,
        external_subject: None,
        created: stamp(),
        revision: 1,
    }
}

/// A draft of two domains and four targets, one of them in doubt.
pub(crate) fn stored() -> StoredVersion {
    let header = DraftHeader {
        ref_area: "990101".parse().expect("a region code"),
        plan_id: PlanId("0192f0c1-0000-7000-8000-000000000001".to_owned()),
        number: 1,
        source: SourceFile {
            name: "第1版.docx".to_owned(),
            sha256: "ab".repeat(32),
            size: 12_345,
            format: "docx".to_owned(),
        },
        text: TEXT.to_owned(),
        example: true,
    };
    let version = PlanVersion::draft(header, plan(), Catalogue::builtin().indicators());
    StoredVersion { version, revision: 1, imported: stamp(), decided: None }
}

/// The same plan in force.
pub(crate) fn confirmed() -> StoredVersion {
    let mut stored = stored();
    stored.version.status = VersionStatus::Confirmed;
    stored.decided = Some(stamp());
    stored
}

/// An entry of the audit chain about the same account.
pub(crate) fn entry(action: &str) -> SealedEntry {
    let text = str::to_owned;
    SealedEntry {
        ref_area: text("000000"),
        sequence: 7,
        at: text("2026-03-05T01:30:00.000000Z"),
        actor: text("张三"),
        account: text("office"),
        unit: text("县妇儿工委办"),
        origin: text("192.0.2.7"),
        action: text(action),
        object: text("account office"),
        subject: text("张三（office）"),
        changes: text("[[\"姓名\",\"张三\",\"张四\"]]"),
        reason: String::new(),
        hash_rule: text("sha256"),
        content_hash: "ab".repeat(32),
        previous_hash: "cd".repeat(32),
        hash: "ef".repeat(32),
    }
}

fn stamp() -> Stamp {
    Stamp {
        at: "2026-03-05T01:30:00Z".parse().expect("an instant"),
        by: "张三（office）".to_owned(),
    }
}

/// The draft as lists show it.
pub(crate) fn summary() -> PlanSummary {
    let stored = stored();
    let plan = &stored.version.plan;
    PlanSummary {
        ref_area: stored.version.ref_area.clone(),
        plan_id: stored.version.plan_id.clone(),
        number: 1,
        title: plan.title.clone(),
        region: plan.region.clone(),
        beneficiary: plan.beneficiary,
        period: plan.period,
        status: VersionStatus::Draft,
        revision: 1,
        domains: 2,
        objectives: 3,
        targets: 4,
        pending: 2,
        unchecked: 2,
        source_name: "第1版.docx".to_owned(),
        source_sha256: "ab".repeat(32),
        example: true,
        imported_at: stored.imported.at,
        imported_by: stored.imported.by,
        decided_at: None,
        in_force: None,
    }
}
