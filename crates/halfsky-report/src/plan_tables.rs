//! Tables of a plan: what it holds, and its targets.

use halfsky_plan::plan::{ClausePlace, Plan, Section};
use halfsky_plan::target::Target;
use halfsky_plan::version::PlanVersion;

use crate::table::{Column, Table};

/// Objectives, measures and targets by domain.
pub fn structure(plan: &Plan) -> Table {
    let row = |name: &str, numbers: [usize; 3]| {
        std::iter::once(name.to_owned()).chain(numbers.map(|n| n.to_string())).collect::<Vec<_>>()
    };
    let mut rows: Vec<Vec<String>> = plan
        .domains
        .iter()
        .map(|d| {
            let targets = d.objectives.iter().chain(&d.measures).map(|c| c.targets.len()).sum();
            row(&d.name, [d.objectives.len(), d.measures.len(), targets])
        })
        .collect();
    rows.push(row(Section::Implementation.label(), [0, plan.implementation.len(), 0]));
    rows.push(row(Section::Monitoring.label(), [0, plan.monitoring.len(), 0]));
    Table {
        title: format!("{}  {}  {}", plan.title, plan.region, plan.period),
        columns: vec![
            Column::words("领域"),
            Column::numbers("主要目标"),
            Column::numbers("策略措施"),
            Column::numbers("可判定目标"),
        ],
        rows,
    }
}

/// Every target as read from the clauses and from annexed tables, in document order.
pub fn parsed_targets(plan: &Plan) -> Table {
    let clauses = plan.clauses().flat_map(|(place, clause)| {
        clause.targets.iter().map(move |t| target_row(plan, Some(place), t))
    });
    let table = plan.table_targets.iter().map(|t| target_row(plan, None, &t.target));
    Table { title: String::new(), columns: target_columns(), rows: clauses.chain(table).collect() }
}

/// The targets of a version as people decided about them, with responsible units.
pub fn version_targets(version: &PlanVersion) -> Table {
    let mut columns = target_columns();
    columns.extend(["指标代码", "牵头单位", "责任单位", "核对", "原文"].map(Column::words));
    let rows = version
        .targets
        .iter()
        .map(|t| {
            let mut row = target_row(&version.plan, t.place, &t.target);
            row.push(t.link.as_ref().map_or_else(String::new, |link| link.code.to_string()));
            row.push(t.lead.join("、"));
            row.push(t.support.join("、"));
            row.push(t.review.label().to_owned());
            row.push(t.target.quote.clone());
            row
        })
        .collect();
    Table { title: format!("{}目标表", version.plan.title), columns, rows }
}

fn target_columns() -> Vec<Column> {
    let mut columns = ["领域", "条目", "指标", "目标值"].map(Column::words).to_vec();
    columns.push(Column::numbers("期限"));
    columns.extend(["类型", "范围"].map(Column::words));
    columns
}

fn target_row(plan: &Plan, place: Option<ClausePlace>, target: &Target) -> Vec<String> {
    let (domain, item) = match place {
        Some(place) => (
            plan.domains.get(place.domain).map_or("", |d| d.name.as_str()).to_owned(),
            format!("{}{}", place.section.label(), place.clause + 1),
        ),
        None => (String::new(), "指标表".to_owned()),
    };
    vec![
        domain,
        item,
        target.indicator.clone(),
        target.statement(),
        target.by.to_string(),
        target.kind.label().to_owned(),
        target.scope.clone().unwrap_or_default(),
    ]
}
