//! A plan beside the plan of the level above, target by target.

use askama::Template;
use axum::extract::{Path, State};
use halfsky_plan::alignment::{self, Aligned, Relation};
use halfsky_plan::version::{PlanVersion, ReviewedTarget, VersionStatus};
use halfsky_report::table::{Column, Table};
use halfsky_store::plans::{self, PlanSummary};
use halfsky_store::regions;

use crate::app::App;
use crate::error::WebError;
use crate::export;
use crate::list::{Choice, Params};
use crate::pages::plan::PlanKey;
use crate::pages::{Answer, page};
use crate::parts::tab::Tab;
use crate::permission::Action;
use crate::shell::{Shell, Stage};
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "plan/alignment.html")]
struct AlignmentPage {
    shell: Shell,
    lower: String,
    /// Title of the plan above; None until one is chosen.
    upper: Option<String>,
    with: Vec<Choice>,
    relations: Vec<Tab>,
    rows: Vec<Row>,
    total: usize,
    xlsx: String,
    csv: String,
}

/// A pair of targets.
struct Row {
    upper: Option<Side>,
    lower: Option<Side>,
    relations: Vec<Relation>,
}

impl Row {
    /// Whether it asks for attention.
    fn short(&self) -> bool {
        self.relations
            .iter()
            .any(|r| matches!(r, Relation::Missing | Relation::Looser | Relation::Later))
    }
}

/// One target of a pair.
struct Side {
    name: String,
    statement: String,
    by: i32,
    scope: String,
}

/// `GET /plans/{ref_area}/{plan}/alignment?with=…&relation=…`
pub(crate) async fn show(
    visit: Visit,
    State(app): State<App>,
    Path((ref_area, plan)): Path<(String, String)>,
    params: Params,
) -> Answer {
    let key = PlanKey::read(&ref_area, &plan)?;
    let lower = in_force(&app, &key).await?;
    let known = comparable(&visit, &app, &key).await?;
    let others = others(&known, &lower);
    let upper = match others.iter().find(|p| code(p) == params.value("with")) {
        Some(chosen) => {
            let key =
                PlanKey { ref_area: chosen.ref_area.clone(), plan_id: chosen.plan_id.clone() };
            Some(in_force(&app, &key).await?)
        }
        None => None,
    };
    let drawn = alignment_page((&visit, &params), &lower, upper.as_ref(), &others);
    if let (Some(format), Some(upper)) = (export::Format::asked(&params), &upper) {
        return export::answer(&table(&drawn.rows, &lower, upper), format);
    }
    page(&drawn)
}

/// The plans this person may hold it against: those within reach, and those in force above it, which are
/// published documents.
async fn comparable(visit: &Visit, app: &App, key: &PlanKey) -> Result<Vec<PlanSummary>, WebError> {
    let reads = visit.reach(app, Action::ReadPlan).await?;
    let above = regions::tree(&app.store).await?.lineage(&key.ref_area);
    let mut known = plans::list(&app.store, None).await?;
    known.retain(|plan| {
        let published = plan.in_force.is_some() && above.contains(&plan.ref_area);
        published || reads.holds(&plan.ref_area)
    });
    Ok(known)
}

/// The version in force of a plan, or its newest.
async fn in_force(app: &App, key: &PlanKey) -> Result<PlanVersion, WebError> {
    let versions = key.versions(app).await?;
    let newest =
        versions.iter().rev().find(|v| v.status != VersionStatus::Discarded).or(versions.last());
    let number = versions.iter().find_map(|v| v.in_force).or(newest.map(|v| v.number)).unwrap_or(1);
    Ok(plans::load(&app.store, &key.version(number)).await?.version)
}

/// Plans this one can be held against: the same beneficiary, another plan.
fn others(known: &[PlanSummary], lower: &PlanVersion) -> Vec<PlanSummary> {
    let fits = |p: &&PlanSummary| {
        p.beneficiary == lower.plan.beneficiary
            && p.status != VersionStatus::Discarded
            && (&p.ref_area, &p.plan_id) != (&lower.ref_area, &lower.plan_id)
    };
    known.iter().filter(fits).cloned().collect()
}

fn code(plan: &PlanSummary) -> String {
    format!("{}/{}", plan.ref_area, plan.plan_id.0)
}

fn alignment_page(
    (visit, params): (&Visit, &Params),
    lower: &PlanVersion,
    upper: Option<&PlanVersion>,
    others: &[PlanSummary],
) -> AlignmentPage {
    let pairs = upper.map_or_else(Vec::new, |upper| alignment::align(lower, upper));
    let wanted = Relation::from_code(params.value("relation"));
    let rows = pairs.iter().filter(|p| wanted.is_none_or(|w| p.relations.contains(&w)));
    let key = PlanKey { ref_area: lower.ref_area.clone(), plan_id: lower.plan_id.clone() };
    let mut with = vec![Choice::new("", "请选择", params.value("with"))];
    with.extend(others.iter().map(|p| Choice::new(code(p), p.title.clone(), params.value("with"))));
    AlignmentPage {
        shell: Shell::new(visit, Stage::Plan, "与上级规划衔接")
            .under("规划", "/plans")
            .under(lower.plan.title.clone(), key.url())
            .showing((lower.example || upper.is_some_and(|u| u.example)).into()),
        lower: lower.plan.title.clone(),
        upper: upper.map(|u| u.plan.title.clone()),
        with,
        relations: relation_filters(&pairs, params, wanted),
        rows: rows.map(row).collect(),
        total: pairs.len(),
        xlsx: params.with(&[("export", "xlsx")]),
        csv: params.with(&[("export", "csv")]),
    }
}

fn relation_filters(pairs: &[Aligned<'_>], params: &Params, wanted: Option<Relation>) -> Vec<Tab> {
    let url = |code: &str| params.with(&[("relation", code)]);
    let all = Tab::new("全部", url("")).counting(pairs.len()).chosen_if(|| wanted.is_none());
    let mut list = vec![all];
    for relation in Relation::ALL {
        let count = pairs.iter().filter(|p| p.relations.contains(&relation)).count();
        if count > 0 || wanted == Some(relation) {
            let tab = Tab::new(relation.label(), url(relation.code()));
            list.push(tab.counting(count).chosen_if(|| wanted == Some(relation)));
        }
    }
    list
}

fn row(pair: &Aligned<'_>) -> Row {
    let side = |t: &ReviewedTarget| Side {
        name: t.target.indicator.clone(),
        statement: t.target.statement(),
        by: t.target.by,
        scope: t.target.scope.clone().unwrap_or_default(),
    };
    Row {
        upper: pair.upper.map(side),
        lower: pair.lower.map(side),
        relations: pair.relations.clone(),
    }
}

fn table(rows: &[Row], lower: &PlanVersion, upper: &PlanVersion) -> Table {
    let columns = vec![
        Column::words("上级目标"),
        Column::words("上级目标值"),
        Column::numbers("上级期限"),
        Column::words("比较"),
        Column::words("本级目标"),
        Column::words("本级目标值"),
        Column::numbers("本级期限"),
    ];
    let side = |side: &Option<Side>| match side {
        Some(s) => [s.name.clone(), s.statement.clone(), s.by.to_string()],
        None => [String::new(), String::new(), String::new()],
    };
    let rows = rows.iter().map(|row| {
        let relation = row.relations.iter().map(|r| r.label()).collect::<Vec<_>>().join("，");
        let mut cells = side(&row.upper).to_vec();
        cells.push(relation);
        cells.extend(side(&row.lower));
        cells
    });
    Table {
        title: format!("{}与{}衔接", lower.plan.title, upper.plan.title),
        columns,
        rows: rows.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;

    fn draw(query: &str) -> String {
        let lower = samples::confirmed().version;
        let mut upper = lower.clone();
        upper.ref_area = "990100".parse().unwrap();
        upper.plan.title = "云江市妇女发展规划（2021—2030年）".to_owned();
        upper.targets[0].target.value = "10".parse().ok();
        let params = Params::read("/", query);
        alignment_page((&Visit::sample(), &params), &lower, Some(&upper), &[]).render().unwrap()
    }

    #[test]
    fn a_looser_target_is_named() {
        let html = draw("");
        assert!(html.contains("低于上级") && html.contains("不高于10/10万"), "{html}");
        assert_eq!(html, draw(""));
    }

    #[test]
    fn a_filter_leaves_only_its_relation() {
        assert!(!draw("relation=looser").contains("高中阶段毛入学率"));
    }

    #[test]
    fn without_a_plan_above_it_says_what_to_do() {
        let lower = samples::confirmed().version;
        let params = Params::read("/", "");
        let html = alignment_page((&Visit::sample(), &params), &lower, None, &[]).render().unwrap();
        assert!(html.contains("还没有可以比较的规划"));
    }
}
