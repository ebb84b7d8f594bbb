//! The second step of an import: the plans found in the file, and the drafts made of them.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect};
use halfsky_plan::note::Note;
use halfsky_plan::plan::Plan;
use halfsky_plan::ref_area::RefArea;
use halfsky_plan::version::{PlanId, VersionStatus};
use halfsky_store::indicators;
use halfsky_store::plans::{self, PlanSummary, VersionKey};

use crate::app::App;
use crate::arrival::{self, Arrival};
use crate::error::WebError;
use crate::form::{Form, Posted};
use crate::pages::plan::version_url;
use crate::pages::{Answer, page};
use crate::parts::progress::{self, Progress};
use crate::permission::Action;
use crate::reading::{Found, Outcome, Reading};
use crate::shell::{Shell, Stage};
use crate::text;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "plan/found.html")]
struct FoundPage {
    shell: Shell,
    form: Form,
    file_name: String,
    file_size: String,
    ref_area: RefArea,
    working: Progress,
    found: Option<FoundView>,
}

/// What was found in the file.
struct FoundView {
    notes: Vec<Note>,
    plans: Vec<PlanView>,
}

/// One plan of the file.
struct PlanView {
    chosen: bool,
    title: String,
    region: String,
    beneficiary: &'static str,
    period: String,
    domains: usize,
    objectives: usize,
    measures: usize,
    targets: usize,
    existing: Option<Existing>,
}

/// The plan a new version is offered for.
struct Existing {
    title: String,
    number: u32,
    next: u32,
    status: &'static str,
    open: bool,
}

/// `GET /plans/import/{import}`
pub(crate) async fn show(
    visit: Visit,
    State(app): State<App>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Answer {
    let reading = reading(&visit, &app, &id).await?;
    if !matches!(reading.outcome, Outcome::Working)
        && let Some(reload) = progress::finished(&headers)
    {
        return Ok(reload);
    }
    draw(&visit, &app, &reading, Form::default()).await
}

/// A reading of a region the account may import plans for.
async fn reading(visit: &Visit, app: &App, id: &str) -> Result<Reading, WebError> {
    let reading = app.readings.find_or_begin(&app.store, id).await?.ok_or_else(|| {
        WebError::NotFound("这次上传已经失效（超过一天）。请重新上传。".to_owned())
    })?;
    visit.require(app, Action::EditPlan, &reading.ref_area).await?;
    Ok(reading)
}

async fn draw(visit: &Visit, app: &App, reading: &Reading, form: Form) -> Answer {
    let found = match &reading.outcome {
        Outcome::Working => None,
        Outcome::Failed(message) => return Err(WebError::Refused(format!("{message}。"))),
        Outcome::Read(found) => {
            let known = plans::list(&app.store, Some(&reading.ref_area)).await?;
            Some(view(found, reading, &known))
        }
    };
    let seconds = app.now().duration_since(reading.started).as_secs();
    page(&found_page(visit, reading, (found, seconds), form))
}

fn found_page(
    visit: &Visit,
    reading: &Reading,
    (found, seconds): (Option<FoundView>, i64),
    form: Form,
) -> FoundPage {
    let title = if found.is_some() { "识别结果" } else { "正在识别" };
    let shell = Shell::new(visit, Stage::Plan, title)
        .under("规划", "/plans")
        .under("导入", "/plans/import");
    FoundPage {
        shell: if found.is_some() { shell } else { shell.refreshing(2) },
        form,
        file_name: reading.file_name.clone(),
        file_size: text::size(reading.size),
        ref_area: reading.ref_area.clone(),
        working: Progress::new("正在识别规划条文", seconds),
        found,
    }
}

fn view(found: &Found, reading: &Reading, known: &[PlanSummary]) -> FoundView {
    let plans = found.parsed.plans.iter().map(|plan| PlanView {
        chosen: true,
        title: plan.title.clone(),
        region: region_name(reading, plan),
        beneficiary: plan.beneficiary.label(),
        period: plan.period.to_string(),
        domains: plan.domains.len(),
        objectives: plan.domains.iter().map(|d| d.objectives.len()).sum(),
        measures: plan.domains.iter().map(|d| d.measures.len()).sum(),
        targets: plan.clauses().map(|(_, c)| c.targets.len()).sum::<usize>()
            + plan.table_targets.len(),
        existing: same_plan(known, plan).map(|p| Existing {
            title: p.title.clone(),
            number: p.number,
            next: p.number + 1,
            status: p.status.label(),
            open: p.status == VersionStatus::Draft,
        }),
    });
    FoundView { notes: found.notes.clone(), plans: plans.collect() }
}

fn region_name(reading: &Reading, plan: &Plan) -> String {
    if reading.region.is_empty() { plan.region.clone() } else { reading.region.clone() }
}

/// The plan this one is a new version of: same region, beneficiary and period.
fn same_plan<'a>(known: &'a [PlanSummary], plan: &Plan) -> Option<&'a PlanSummary> {
    known.iter().find(|k| k.beneficiary == plan.beneficiary && k.period == plan.period)
}

/// `POST /plans/import/{import}`
pub(crate) async fn begin(
    visit: Visit,
    State(app): State<App>,
    Path(id): Path<String>,
    Posted(mut form): Posted,
) -> Answer {
    let reading = reading(&visit, &app, &id).await?;
    let Outcome::Read(found) = &reading.outcome else {
        return draw(&visit, &app, &reading, form).await;
    };
    let chosen: Vec<Plan> = form
        .values("plan")
        .filter_map(|at| found.parsed.plans.get(at.parse::<usize>().ok()?))
        .cloned()
        .collect();
    if chosen.is_empty() {
        form.refuse("plan", "请至少选择一份规划");
        let mut response = draw(&visit, &app, &reading, form).await?;
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(response);
    }
    let mut first = None;
    for plan in chosen {
        let key = keep_draft((&app, &visit), &reading, found, plan).await?;
        first.get_or_insert(key);
    }
    let url =
        first.map_or_else(|| "/plans".to_owned(), |key| format!("{}/review", version_url(&key)));
    Ok(Redirect::to(&url).into_response())
}

async fn keep_draft(
    (app, visit): (&App, &Visit),
    reading: &Reading,
    found: &Arc<Found>,
    mut plan: Plan,
) -> Result<VersionKey, WebError> {
    plan.region = region_name(reading, &plan);
    let catalogue = indicators::load_catalogue(&app.store).await?;
    let arrival = Arrival {
        ref_area: reading.ref_area.clone(),
        source: found.source.clone(),
        bytes: Arc::new(found.bytes.to_vec()),
        text: &found.text,
        catalogue: &catalogue,
        example: false,
    };
    let new_id = PlanId(app.new_id());
    let by = (&visit.stamp(app), visit.entry(app, "plan.import", ""));
    let version = arrival::keep_draft(&app.store, &arrival, plan, by, new_id).await?;
    Ok(VersionKey::of(&version))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;
    use halfsky_plan::document::Parsed;

    fn sample() -> (Reading, Found) {
        let version = samples::stored().version;
        let reading = Reading {
            id: "1".to_owned(),
            file_name: "规划.docx".to_owned(),
            size: 2048,
            ref_area: version.ref_area.clone(),
            region: String::new(),
            started: "2026-03-05T01:30:00Z".parse().unwrap(),
            outcome: Outcome::Working,
        };
        let found = Found {
            bytes: axum::body::Bytes::new(),
            source: version.source,
            text: version.text,
            notes: Vec::new(),
            parsed: Parsed { plans: vec![version.plan], notes: Vec::new() },
        };
        (reading, found)
    }

    #[test]
    fn a_new_version_is_offered_for_a_known_plan() {
        let (reading, found) = sample();
        let draw = |known: &[PlanSummary]| {
            let view = view(&found, &reading, known);
            found_page(&Visit::sample(), &reading, (Some(view), 0), Form::default())
                .render()
                .unwrap()
        };
        assert!(draw(&[]).contains("新规划第1版"));
        assert!(draw(&[samples::summary()]).contains("第2版"));
        assert_eq!(draw(&[]), draw(&[]));
    }

    #[test]
    fn a_reading_on_its_way_shows_progress() {
        let (reading, _) = sample();
        let html =
            found_page(&Visit::sample(), &reading, (None, 3), Form::default()).render().unwrap();
        assert!(
            html.contains("正在识别规划条文")
                && html.contains("已用3秒")
                && html.contains("<progress")
        );
    }
}
