//! One visit with its checklist; a problem may become a case.

use askama::Template;
use axum::extract::{Path, State};
use halfsky_evaluate::supervision::{Actor, Case};
use halfsky_evaluate::warning::Level;
use halfsky_monitor::reporting::UnitId;
use halfsky_store::evaluations;
use halfsky_store::supervision::{self, CaseHead, CaseId};
use halfsky_store::visits::{self, Item, Outcome};

use super::{shell, url};
use crate::app::App;
use crate::error::WebError;
use crate::form::Posted;
use crate::pages::cases::case_url;
use crate::pages::rounds::{Area, UnitNames};
use crate::pages::targets::judge::hand_out;
use crate::pages::{Answer, page};
use crate::parts::toast::Toast;
use crate::permission::Action;
use crate::shell::Shell;
use crate::text;
use crate::visit::Visit;

struct Row {
    at: usize,
    indicator: String,
    outcome: &'static str,
    finding: String,
    /// It may become a case now.
    opens: bool,
    /// The case it became.
    case: Option<(String, String)>,
}

#[derive(Template)]
#[template(path = "visits/visit.html")]
struct VisitPage {
    shell: Shell,
    url: String,
    unit: String,
    day: String,
    visitors: String,
    summary: String,
    by: String,
    rows: Vec<Row>,
    files: Vec<(String, String)>,
}

async fn load(app: &App, area: &Area, id: &str) -> Result<visits::Visit, WebError> {
    match visits::load(&app.store, &area.code, id).await {
        Err(halfsky_store::Error::NotFound(_)) => Err(nothing()),
        other => Ok(other?),
    }
}

fn nothing() -> WebError {
    WebError::NotFound("没有这次督导检查。请从列表重新进入。".to_owned())
}

/// `GET /visits/{ref_area}/{visit}`
pub(crate) async fn show(
    visit: Visit,
    State(app): State<App>,
    area: Area,
    Path((_, id)): Path<(String, String)>,
) -> Answer {
    let found = load(&app, &area, &id).await?;
    let units = UnitNames::load(&app.store, &area.code).await?;
    let cases = supervision::list(&app.store, &area.code).await?;
    let manages = visit.may(&app, Action::Supervise, &area.code).await?;
    let sees = visit.may(&app, Action::ReadSmallCounts, &area.code).await?;
    let row = |(at, item): (usize, &Item)| {
        let of_item = cases.iter().find(|c| {
            c.head.visit.as_deref() == Some(found.id.as_str())
                && c.head.target_key == item.target_key
        });
        Row {
            at,
            indicator: item.indicator.clone(),
            outcome: item.outcome.label(),
            finding: item.finding.clone(),
            opens: manages && item.outcome == Outcome::Problem && of_item.is_none(),
            case: of_item.map(|c| (c.head.label(), case_url(&area.code, &c.head.id))),
        }
    };
    let address = format!("{}/{}", url(&area.code), found.id);
    let unit = units.name(&UnitId(found.unit.0.clone()));
    page(&VisitPage {
        shell: shell(&visit, &area, format!("督导检查：{unit}")).under("督导检查", url(&area.code)),
        day: text::long_date(found.visited_on),
        visitors: found.visitors.clone(),
        summary: found.summary.clone(),
        by: found.made.by.clone(),
        rows: found.items.iter().enumerate().map(row).collect(),
        files: found
            .files
            .iter()
            .enumerate()
            .filter(|_| sees)
            .map(|(n, f)| (f.name.clone(), format!("{address}/files/{n}")))
            .collect(),
        unit,
        url: address,
    })
}

/// `POST /visits/{ref_area}/{visit}`: a problem becomes a case.
pub(crate) async fn open(
    visit: Visit,
    State(app): State<App>,
    area: Area,
    Path((_, id)): Path<(String, String)>,
    Posted(form): Posted,
) -> Answer {
    let found = load(&app, &area, &id).await?;
    let at: usize = form.value("item").parse().map_err(|_| nothing())?;
    let item = found.items.get(at).filter(|i| i.outcome == Outcome::Problem);
    let item = item.ok_or_else(nothing)?;
    let run = evaluations::newest(&app.store, &area.code, &item.plan_id).await?;
    let target = run.as_ref().and_then(|s| s.run.keyed(&item.target_key));
    let opened = visit.stamp(&app);
    let opened_on = text::date(opened.at);
    let reason = format!("督导检查（{}）发现：{}", text::long_date(found.visited_on), item.finding);
    Case::open(&Actor::Office { person: opened.by.clone() }, &reason, opened_on)
        .map_err(|refusal| WebError::Refused(format!("{refusal}。")))?;
    let head = CaseHead {
        id: CaseId(app.new_id()),
        number: 0,
        plan_id: item.plan_id.clone(),
        target_key: item.target_key.clone(),
        indicator: item.indicator.clone(),
        demand: target.map_or_else(String::new, |t| t.demand.clone()),
        level: Level::Yellow,
        warning: None,
        visit: Some(found.id.clone()),
        reason: reason.clone(),
        opened_on,
        opened,
    };
    let mut tx = app.store.begin(&area.code).await?;
    let known = supervision::list(&app.store, &area.code).await?;
    let twice =
        known.iter().any(|c| c.head.visit == head.visit && c.head.target_key == head.target_key);
    if twice {
        tx.rollback().await?;
        return Err(WebError::Conflict("这个问题已经立项。请刷新后查看。".to_owned()));
    }
    let number = supervision::open(&mut tx, &head).await?;
    let label = CaseHead { number, ..head.clone() }.label();
    let entry = visit
        .entry(&app, "case.open", &head.id.object())
        .about(&format!("{label} {}", head.indicator))
        .because(&reason);
    tx.commit(entry).await?;
    let toast = Toast::new(format!("已立项：{label}"));
    Ok(visit.redirect(&app, &toast, &case_url(&area.code, &head.id)))
}

/// `GET /visits/{ref_area}/{visit}/files/{position}`
pub(crate) async fn file(
    State(app): State<App>,
    area: Area,
    Path((_, id, position)): Path<(String, String, String)>,
) -> Answer {
    let found = load(&app, &area, &id).await?;
    let at: usize = position.parse().map_err(|_| nothing())?;
    hand_out(&app, found.files.get(at).ok_or_else(nothing)?).await
}
