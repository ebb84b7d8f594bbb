//! The list of plans, each with its newest version.

use askama::Template;
use axum::extract::State;
use halfsky_plan::plan::Beneficiary;
use halfsky_plan::version::VersionStatus;
use halfsky_report::table::{Column as TableColumn, Table};
use halfsky_store::plans::{PlanSummary, VersionKey};

use crate::account::Reach;
use crate::app::App;
use crate::error::WebError;
use crate::export;
use crate::list::{Choice, Listing, Params, sort_rows};
use crate::pages::plan::{PlanKey, review_url, version_url};
use crate::pages::{Answer, page};
use crate::permission::Action;
use crate::shell::{Shell, Stage};
use crate::visit::Visit;

/// A plan in a list.
#[derive(Debug, Clone)]
pub(crate) struct PlanRow {
    pub(crate) plan: PlanSummary,
    /// A draft leads to its review, for those who review it; everything else to the plan.
    pub(crate) url: String,
}

impl PlanRow {
    /// The row of a plan's newest version.
    pub(crate) fn new(plan: PlanSummary, reviews: &Reach) -> Self {
        let key = PlanKey { ref_area: plan.ref_area.clone(), plan_id: plan.plan_id.clone() };
        let version: VersionKey = key.version(plan.number);
        let url = match plan.status {
            VersionStatus::Draft if reviews.holds(&plan.ref_area) => review_url(&version),
            VersionStatus::Draft => version_url(&version),
            _ => key.url(),
        };
        Self { plan, url }
    }

    /// Whether it is a draft.
    pub(crate) fn open(&self) -> bool {
        self.plan.status == VersionStatus::Draft
    }

    /// Targets somebody has to decide about.
    pub(crate) fn waiting(&self) -> usize {
        self.plan.pending + self.plan.unchecked
    }
}

#[derive(Template)]
#[template(path = "plan/list.html")]
struct ListPage {
    shell: Shell,
    /// Nothing was imported at all.
    nothing: bool,
    /// This person may import plans.
    imports: bool,
    beneficiaries: Vec<Choice>,
    statuses: Vec<Choice>,
    list: Listing<PlanRow>,
}

const FILTERS: [&str; 3] = ["q", "beneficiary", "status"];
const DEFAULT_SORT: &str = "region";

/// `GET /plans`
pub(crate) async fn show(visit: Visit, State(app): State<App>, params: Params) -> Answer {
    let (plans, reviews) = within_reach(&visit, &app).await?;
    let rows = chosen(&plans, &params);
    if let Some(format) = export::Format::asked(&params) {
        return export::answer(&table(&rows), format);
    }
    page(&list_page(&visit, (&plans, &reviews), rows, &params))
}

/// The plans this person may read, and where it reviews drafts.
pub(crate) async fn within_reach(
    visit: &Visit,
    app: &App,
) -> Result<(Vec<PlanSummary>, Reach), WebError> {
    let reads = visit.reach(app, Action::ReadPlan).await?;
    let mut plans = halfsky_store::plans::list(&app.store, visit.frame.region.as_ref()).await?;
    plans.retain(|plan| reads.holds(&plan.ref_area));
    Ok((plans, visit.reach(app, Action::EditPlan).await?))
}

fn list_page(
    visit: &Visit,
    (plans, reviews): (&[PlanSummary], &Reach),
    rows: Vec<PlanSummary>,
    params: &Params,
) -> ListPage {
    let example = plans.iter().any(|plan| plan.example);
    let rows = rows.into_iter().map(|plan| PlanRow::new(plan, reviews)).collect();
    ListPage {
        shell: Shell::new(visit, Stage::Plan, "规划").showing(example.into()),
        nothing: plans.is_empty(),
        imports: visit.may_somewhere(Action::EditPlan),
        beneficiaries: beneficiaries(params.value("beneficiary")),
        statuses: statuses(params.value("status")),
        list: Listing::new(params, rows, &FILTERS, DEFAULT_SORT),
    }
}

fn beneficiaries(chosen: &str) -> Vec<Choice> {
    let mut list = vec![Choice::new("", "全部对象", chosen)];
    let both = [Beneficiary::Women, Beneficiary::Children];
    list.extend(both.map(|b| Choice::new(b.code(), b.label(), chosen)));
    list
}

fn statuses(chosen: &str) -> Vec<Choice> {
    let mut list = vec![Choice::new("", "全部状态", chosen)];
    list.extend(VersionStatus::ALL.map(|s| Choice::new(s.code(), s.label(), chosen)));
    list
}

fn chosen(plans: &[PlanSummary], params: &Params) -> Vec<PlanSummary> {
    let fits = |name: &str, value: &str| {
        let wanted = params.value(name);
        wanted.is_empty() || wanted == value
    };
    let mut rows: Vec<PlanSummary> = plans
        .iter()
        .filter(|p| {
            p.title.contains(params.value("q"))
                && fits("beneficiary", p.beneficiary.code())
                && fits("status", p.status.code())
        })
        .cloned()
        .collect();
    sort_rows(&mut rows, params, DEFAULT_SORT, |p, key| {
        let first = match key {
            "title" => p.title.clone(),
            "period" => format!("{:04}{:04}", p.period.start, p.period.end),
            "targets" => format!("{:08}", p.targets),
            "status" => p.status.code().to_owned(),
            _ => p.ref_area.to_string(),
        };
        (first, p.ref_area.clone(), p.beneficiary, p.plan_id.clone())
    });
    rows
}

fn table(rows: &[PlanSummary]) -> Table {
    let words = |title: &str| TableColumn::words(title);
    let numbers = |title: &str| TableColumn::numbers(title);
    Table {
        title: "规划列表".to_owned(),
        columns: vec![
            words("规划"),
            words("地区"),
            words("区划代码"),
            words("对象"),
            words("规划期"),
            numbers("版本"),
            words("状态"),
            numbers("领域"),
            numbers("主要目标"),
            numbers("可判定目标"),
            numbers("待确认"),
        ],
        rows: rows
            .iter()
            .map(|p| {
                vec![
                    p.title.clone(),
                    p.region.clone(),
                    p.ref_area.to_string(),
                    p.beneficiary.label().to_owned(),
                    p.period.to_string(),
                    p.number.to_string(),
                    p.status.label().to_owned(),
                    p.domains.to_string(),
                    p.objectives.to_string(),
                    p.targets.to_string(),
                    p.pending.to_string(),
                ]
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;

    fn draw(query: &str) -> String {
        let plans = vec![samples::summary()];
        let params = Params::read("/plans", query);
        let rows = chosen(&plans, &params);
        let reviews = Reach::default();
        list_page(&Visit::sample(), (&plans, &reviews), rows, &params).render().unwrap()
    }

    #[test]
    fn filters_leave_a_way_back() {
        assert!(draw("").contains("云溪县妇女发展规划"));
        assert!(draw("q=%E5%84%BF%E7%AB%A5").contains("没有符合条件的规划"));
        assert!(draw("status=draft&beneficiary=women").contains("云溪县妇女发展规划"));
        assert_eq!(draw("status=draft"), draw("status=draft"));
    }

    #[test]
    fn an_empty_list_invites_an_import() {
        let params = Params::read("/plans", "");
        let nothing = (&[][..], &Reach::default());
        let html = list_page(&Visit::sample(), nothing, Vec::new(), &params).render().unwrap();
        assert!(html.contains("还没有规划") && html.contains("/plans/import"));
    }
}
