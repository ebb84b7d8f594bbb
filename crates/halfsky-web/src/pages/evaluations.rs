//! 评估: the targets of a plan as a run judged them, the rates, and two runs side by side.

pub(crate) mod compare;
pub(crate) mod list;
pub(crate) mod rates;
pub(crate) mod run;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use axum::routing::{MethodRouter, get, post};
use halfsky_evaluate::run::{Run, TargetResult};
use halfsky_plan::ref_area::RefArea;
use halfsky_plan::version::PlanId;
use halfsky_store::evaluations::{self, RunHead, RunKey, StoredRun};
use halfsky_store::plans::{self, PlanSummary};

use crate::app::App;
use crate::error::WebError;
use crate::list::{Choice, Params};
use crate::pages::Answer;
use crate::pages::rounds::{Area, regions_within};
use crate::permission::Action;
use crate::shell::{Shell, Stage};
use crate::text;
use crate::visit::Visit;

/// Where the group starts.
pub(crate) const PATH: &str = "/evaluations";

/// The routes of this group.
pub(crate) fn routes() -> Vec<(&'static str, MethodRouter<App>)> {
    vec![
        (PATH, get(start)),
        ("/evaluations/{ref_area}", get(list::show)),
        ("/evaluations/{ref_area}/run", post(run::run)),
        ("/evaluations/{ref_area}/rates", get(rates::show)),
        ("/evaluations/{ref_area}/compare", get(compare::show)),
    ]
}

/// `GET /evaluations`: the region chosen in the top bar, or the first within reach.
async fn start(visit: Visit, State(app): State<App>) -> Answer {
    first(&visit, &app, PATH).await
}

/// Leads to the page of a group for the first region within reach.
pub(crate) async fn first(visit: &Visit, app: &App, path: &str) -> Answer {
    let areas = regions_within(visit, app, Action::ReadFigures).await?;
    match areas.first() {
        Some(area) => Ok(Redirect::to(&format!("{path}/{}", area.code)).into_response()),
        None => Err(WebError::NotFound("您的任职地区还没有规划。".to_owned())),
    }
}

/// The evaluations of a region.
pub(crate) fn url(ref_area: &RefArea) -> String {
    format!("{PATH}/{ref_area}")
}

/// A plan in force with its runs, and the run an address chose.
pub(crate) struct Chosen {
    pub(crate) area: Area,
    /// Plans of the region that are in force.
    pub(crate) plans: Vec<PlanSummary>,
    /// Position of the chosen one.
    at: usize,
    /// Its runs, newest first.
    pub(crate) heads: Vec<RunHead>,
    /// None before the first.
    pub(crate) stored: Option<StoredRun>,
}

impl Chosen {
    /// The plan of `plan=` (else the first one) and its run of `run=` (else the newest). Small counts are hidden
    /// from those who may not see them. None: no plan of the region is in force.
    pub(crate) async fn load(
        visit: &Visit,
        app: &App,
        area: Area,
        params: &Params,
    ) -> Result<Option<Self>, WebError> {
        let mut plans = plans::list(&app.store, Some(&area.code)).await?;
        plans.retain(|plan| plan.in_force.is_some());
        if plans.is_empty() {
            return Ok(None);
        }
        let wanted = params.value("plan");
        let at = plans.iter().position(|p| p.plan_id.0 == wanted).unwrap_or(0);
        let plan = plans[at].plan_id.clone();
        let heads = evaluations::of_plan(&app.store, &area.code, &plan).await?;
        let number: Option<u32> = params.value("run").parse().ok();
        let known = number.filter(|n| heads.iter().any(|h| h.key.number == *n));
        let stored = match known {
            Some(number) => {
                let key = RunKey { ref_area: area.code.clone(), plan_id: plan, number };
                Some(evaluations::load(&app.store, &key).await?)
            }
            None => evaluations::newest(&app.store, &area.code, &plan).await?,
        };
        let all = visit.may(app, Action::ReadSmallCounts, &area.code).await?;
        let stored = match stored {
            Some(StoredRun { head, run }) if !all => {
                Some(StoredRun { head, run: run.without_small_counts() })
            }
            stored => stored,
        };
        Ok(Some(Self { area, plans, at, heads, stored }))
    }

    /// The chosen plan.
    pub(crate) fn plan(&self) -> &PlanSummary {
        &self.plans[self.at]
    }

    /// The plans as options.
    pub(crate) fn plan_choices(&self) -> Vec<Choice> {
        let chosen = self.plan().plan_id.0.as_str();
        let label = |p: &PlanSummary| Choice::new(p.plan_id.0.as_str(), p.title.clone(), chosen);
        self.plans.iter().map(label).collect()
    }

    /// The runs as options, newest first.
    pub(crate) fn run_choices(&self) -> Vec<Choice> {
        let chosen = self.stored.as_ref().map_or_else(String::new, |s| number(&s.head));
        self.heads.iter().map(|h| Choice::new(number(h), run_label(h), &chosen)).collect()
    }

    /// What an address carries to come back to the same plan.
    pub(crate) fn query(&self) -> String {
        format!("plan={}", self.plan().plan_id.0)
    }
}

fn number(head: &RunHead) -> String {
    head.key.number.to_string()
}

/// 2025年度第3次（2026年3月5日）
pub(crate) fn run_label(head: &RunHead) -> String {
    format!("{}年度 第{}次（{}）", head.year, head.key.number, text::day(head.made.at))
}

/// The address of the page of a target.
pub(crate) fn target_url(run: &Run, target: &TargetResult) -> String {
    format!("/targets/{}/{}/{}", run.ref_area, run.plan, target.number)
}

/// The same by its parts.
pub(crate) fn target_path(ref_area: &RefArea, plan: &PlanId, number: u32) -> String {
    format!("/targets/{ref_area}/{}/{number}", plan.0)
}

/// The frame of a page below the evaluations of a region.
pub(crate) fn shell(visit: &Visit, area: &Area, title: impl Into<String>) -> Shell {
    Shell::new(visit, Stage::Evaluation, title).under("评估", url(&area.code))
}
