//! The list of plans, each with its newest version.

use askama::Template;
use axum::extract::State;
use halfsky_plan::plan::Beneficiary;
use halfsky_plan::ref_area::RefArea;
use halfsky_plan::version::VersionStatus;
use halfsky_report::table::{Column as TableColumn, Table};
use halfsky_store::plans::{self, PlanFilter, PlanSort, PlanSummary, VersionKey};
use halfsky_store::{Order, Slice};

use crate::account::Reach;
use crate::app::App;
use crate::error::WebError;
use crate::export;
use crate::list::{Choice, Listing, Pager, Params};
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

/// `GET /plans`: the store filters, sorts and counts, and gives one page.
pub(crate) async fn show(visit: Visit, State(app): State<App>, params: Params) -> Answer {
    let regions = within_reach(&visit, &app).await?;
    let (filter, sort) = (filter(&params, &regions), sort(&params));
    if let Some(format) = export::Format::asked(&params) {
        let plans = plans::find(&app.store, &filter, sort, Slice::ALL).await?;
        return export::answer(&table(&plans), format);
    }
    let pager = params.pager(plans::count(&app.store, &filter).await?);
    let plans = plans::find(&app.store, &filter, sort, pager.slice()).await?;
    let reviews = visit.reach(&app, Action::EditPlan).await?;
    page(&list_page(&visit, &reviews, (plans, pager), &params))
}

/// The regions whose plans this person may read: the one chosen in the top bar, or all within reach.
pub(crate) async fn within_reach(visit: &Visit, app: &App) -> Result<Vec<RefArea>, WebError> {
    let reads = visit.reach(app, Action::ReadPlan).await?;
    Ok(match &visit.frame.region {
        Some(chosen) => {
            Some(chosen).filter(|code| reads.holds(code)).cloned().into_iter().collect()
        }
        None => reads.codes(),
    })
}

fn filter<'a>(params: &'a Params, regions: &'a [RefArea]) -> PlanFilter<'a> {
    PlanFilter {
        title: params.value("q"),
        beneficiary: Beneficiary::from_code(params.value("beneficiary")),
        status: VersionStatus::from_code(params.value("status")),
        ..PlanFilter::of(regions)
    }
}

fn sort(params: &Params) -> (PlanSort, Order) {
    let (key, order) = params.sort(DEFAULT_SORT);
    let sort = match key {
        "title" => PlanSort::Title,
        "period" => PlanSort::Period,
        "targets" => PlanSort::Targets,
        "status" => PlanSort::Status,
        _ => PlanSort::Region,
    };
    (sort, order)
}

fn list_page(
    visit: &Visit,
    reviews: &Reach,
    (plans, pager): (Vec<PlanSummary>, Pager),
    params: &Params,
) -> ListPage {
    let example = plans.iter().any(|plan| plan.example);
    let rows = plans.into_iter().map(|plan| PlanRow::new(plan, reviews)).collect();
    ListPage {
        shell: Shell::new(visit, Stage::Plan, "规划").showing(example.into()),
        nothing: pager.total == 0 && !params.filters(&FILTERS),
        imports: visit.may_somewhere(Action::EditPlan),
        beneficiaries: beneficiaries(params.value("beneficiary")),
        statuses: statuses(params.value("status")),
        list: Listing::of_page(params, (rows, pager), &FILTERS, DEFAULT_SORT),
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

    fn draw(query: &str, plans: Vec<PlanSummary>) -> String {
        let params = Params::read("/plans", query);
        let pager = params.pager(plans.len());
        let drawn = list_page(&Visit::sample(), &Reach::default(), (plans, pager), &params);
        drawn.render().unwrap()
    }

    #[test]
    fn filters_leave_a_way_back() {
        let one = || vec![samples::summary()];
        assert!(draw("", one()).contains("云溪县妇女发展规划"));
        assert!(draw("q=%E5%84%BF%E7%AB%A5", Vec::new()).contains("没有符合条件的规划"));
        assert_eq!(draw("status=draft", one()), draw("status=draft", one()));
    }

    #[test]
    fn an_empty_list_invites_an_import() {
        let html = draw("", Vec::new());
        assert!(html.contains("还没有规划") && html.contains("/plans/import"));
    }

    #[test]
    fn the_address_says_what_the_store_looks_for() {
        let params =
            Params::read("/plans", "q=%E5%A6%87&beneficiary=women&status=draft&sort=-targets");
        let asked = filter(&params, &[]);
        assert_eq!(asked.title, "妇");
        assert_eq!(asked.beneficiary, Some(Beneficiary::Women));
        assert_eq!(asked.status, Some(VersionStatus::Draft));
        assert_eq!(sort(&params), (PlanSort::Targets, Order::Down));
    }
}
