//! Values to start from in tests: complete, with nothing in them that a test could depend on.

use crate::figure::Figure;
use crate::indicator::Catalogue;
use crate::note::Span;
use crate::period::PlanPeriod;
use crate::plan::{Beneficiary, Clause, Domain, Plan};
use crate::target::{Target, TargetKind};
use crate::version::{DraftHeader, PlanId, PlanVersion, SourceFile};

/// A level target.
pub(crate) fn target() -> Target {
    Target {
        indicator: "示例率".to_owned(),
        comparator: Some(crate::comparator::Comparator::AtLeast),
        value: Some(Figure::from(90)),
        unit: Some(crate::unit::Unit::Percent),
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
        quote: "示例率达到90%以上".to_owned(),
        span: Span::default(),
    }
}

/// A plan without clauses.
pub(crate) fn plan(beneficiary: Beneficiary, period: PlanPeriod) -> Plan {
    Plan {
        title: "示例规划".to_owned(),
        region: "云溪县".to_owned(),
        beneficiary,
        period,
        domains: Vec::new(),
        implementation: Vec::new(),
        monitoring: Vec::new(),
        table_targets: Vec::new(),
        assignments: Vec::new(),
        calendar: Vec::new(),
        baseline: Vec::new(),
        parent_plans: Vec::new(),
        notes: Vec::new(),
        span: Span::default(),
    }
}

/// A draft whose only domain has one objective with the given targets.
pub(crate) fn draft(targets: Vec<Target>) -> PlanVersion {
    let clause =
        Clause { number: 1, text: "示例目标。".to_owned(), targets, span: Span::default() };
    let domain = Domain {
        name: "妇女与健康".to_owned(),
        objectives: vec![clause],
        measures: Vec::new(),
        heading: Span::default(),
    };
    let plan = Plan {
        domains: vec![domain],
        ..plan(Beneficiary::Women, PlanPeriod { start: 2021, end: 2030 })
    };
    let source = SourceFile {
        name: "a.txt".to_owned(),
        sha256: String::new(),
        size: 0,
        format: "txt".to_owned(),
    };
    let header = DraftHeader {
        ref_area: "990001".parse().unwrap(),
        plan_id: PlanId("p".to_owned()),
        number: 1,
        source,
        text: String::new(),
        example: false,
    };
    PlanVersion::draft(header, plan, Catalogue::builtin().indicators())
}
