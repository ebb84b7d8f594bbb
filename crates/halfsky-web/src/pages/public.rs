//! 公开门户: the public pages, for anybody. Made from published editions in their public view, and kept until
//! something new is published.

pub(crate) mod opinions;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{MethodRouter, get};
use halfsky_monitor::period::PeriodKind;
use halfsky_plan::plan::Beneficiary;
use halfsky_plan::ref_area::RefArea;
use halfsky_plan::version::PlanVersion;
use halfsky_report::draft::{Prepared, View};
use halfsky_report::portal::{Page, Place, Portal as Site};
use halfsky_store::editions::{self, EditionHead};
use halfsky_store::plans::{self, VersionKey};
use halfsky_store::reports::StoredReport;

use super::Answer;
use crate::app::{App, Portal};
use crate::error::WebError;
use crate::published;
use crate::publishing;
use crate::text;

/// The routes of this group.
pub(crate) fn routes() -> Vec<(&'static str, MethodRouter<App>)> {
    vec![
        ("/public", get(regions)),
        ("/public/{ref_area}/opinions", get(opinions::show).post(opinions::send)),
        ("/public/{ref_area}/{*path}", get(show)),
    ]
}

/// The pages of each region as they were last made, under what they were made from.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sites(Arc<Mutex<BTreeMap<RefArea, Made>>>);

#[derive(Debug, Clone)]
struct Made {
    from: String,
    pages: Arc<BTreeMap<String, Page>>,
}

impl Sites {
    fn known(&self, area: &RefArea, from: &str) -> Option<Arc<BTreeMap<String, Page>>> {
        let sites = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sites.get(area).filter(|made| made.from == from).map(|made| Arc::clone(&made.pages))
    }

    fn keep(&self, area: RefArea, made: Made) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(area, made);
    }
}

/// The region of an address, where the portal is open.
fn open(app: &App, area: &str) -> Result<RefArea, WebError> {
    if app.settings.portal == Portal::Closed {
        return Err(closed());
    }
    area.parse().map_err(|_| closed())
}

fn closed() -> WebError {
    WebError::NotFound("没有这个页面。".to_owned())
}

/// `GET /public`: the only region that published anything, or the first.
async fn regions(State(app): State<App>) -> Answer {
    if app.settings.portal == Portal::Closed {
        return Err(closed());
    }
    match editions::regions(&app.store).await?.first() {
        Some(area) => Ok(Redirect::to(&format!("/public/{area}/index.html")).into_response()),
        None => Err(WebError::NotFound("尚未公布监测数据。".to_owned())),
    }
}

/// `GET /public/{ref_area}/{*path}`
async fn show(State(app): State<App>, Path((area, path)): Path<(String, String)>) -> Answer {
    let area = open(&app, &area)?;
    let pages = site(&app, &area).await?;
    let page = pages.get(&path).ok_or_else(closed)?;
    let mut response: Response = page.bytes.clone().into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(page.media_type));
    Ok(response)
}

/// The pages of a region, made anew when something was published since.
async fn site(app: &App, area: &RefArea) -> Result<Arc<BTreeMap<String, Page>>, WebError> {
    let heads = editions::list(&app.store, area).await?;
    let listed = publishing::listed(&app.store, area).await?;
    let plans = plans_in_force(app, area).await?;
    let from = fingerprint(&heads, &listed, &plans);
    if let Some(pages) = app.sites.known(area, &from) {
        return Ok(pages);
    }
    let yearly = |head: &&EditionHead| {
        matches!(head.key.period.kind(), PeriodKind::Year | PeriodKind::HealthYear)
    };
    // newest period first, and within it the newest number
    let Some(newest) = heads.iter().find(yearly) else { return Err(closed()) };
    let edition = editions::load(&app.store, area, newest.key).await?;
    let on = text::date(app.now());
    let public = publishing::published(&app.store, area, edition, on).await?;
    let reports = publishing::with_files(&app.store, area, listed).await?;
    let region = published::region_name(app, area).await?;
    let work = move || {
        let public = public.seen_by(View::Public);
        let prepared: Vec<Prepared> =
            plans.into_iter().map(|version| Prepared::new(public.clone(), version, None)).collect();
        let materials: Vec<_> = prepared.iter().map(Prepared::material).collect();
        let site =
            Site { region: &region, plans: &materials, reports: &reports, place: Place::Served };
        let pages = site.paths().into_iter().filter_map(|path| {
            let page = site.page(&path)?;
            Some((path, page))
        });
        pages.collect::<BTreeMap<String, Page>>()
    };
    let pages = Arc::new(tokio::task::spawn_blocking(work).await.map_err(anyhow::Error::from)?);
    app.sites.keep(area.clone(), Made { from, pages: Arc::clone(&pages) });
    Ok(pages)
}

/// What the pages rest on: while it stays the same, they do.
fn fingerprint(heads: &[EditionHead], reports: &[StoredReport], plans: &[PlanVersion]) -> String {
    let mut from = String::new();
    for head in heads {
        from.push_str(&head.hash);
    }
    for report in reports {
        from.push_str(&report.id.0);
    }
    for plan in plans {
        from.extend([&*plan.plan_id.0, "/", &plan.number.to_string(), " "]);
    }
    from
}

/// The women's plan, then the children's plan, each in the version in force.
async fn plans_in_force(app: &App, area: &RefArea) -> Result<Vec<PlanVersion>, WebError> {
    let known = plans::list(&app.store, Some(area)).await?;
    let mut versions = Vec::new();
    for beneficiary in [Beneficiary::Women, Beneficiary::Children] {
        let of = known.iter().filter(|p| p.beneficiary == beneficiary);
        // a draft may wait beside the version in force
        let in_force = of.filter_map(|p| Some((p, p.in_force?)));
        if let Some((summary, number)) = in_force.max_by_key(|(p, _)| p.period.start) {
            let key =
                VersionKey { ref_area: area.clone(), plan_id: summary.plan_id.clone(), number };
            versions.push(plans::load(&app.store, &key).await?.version);
        }
    }
    Ok(versions)
}
