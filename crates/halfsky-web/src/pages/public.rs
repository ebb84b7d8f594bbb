//! 公开门户: the public pages, for anybody. Made from published editions in their public view, and kept until
//! something new is published.

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
use halfsky_report::issue::State as Progress;
use halfsky_report::portal::{Page, Portal as Site, PublishedReport};
use halfsky_report::render::html::document::without_trails;
use halfsky_store::editions::{self, EditionHead};
use halfsky_store::files::FileHash;
use halfsky_store::plans::{self, VersionKey};
use halfsky_store::reports::{self, StoredReport};

use super::{Answer, reports as report_pages};
use crate::app::{App, Portal};
use crate::error::WebError;
use crate::published;
use crate::text;

/// Files of a report: name and bytes.
type Files = Vec<(String, Vec<u8>)>;

/// The routes of this group.
pub(crate) fn routes() -> Vec<(&'static str, MethodRouter<App>)> {
    vec![("/public", get(regions)), ("/public/{ref_area}/{*path}", get(show))]
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
    if app.settings.portal == Portal::Closed {
        return Err(closed());
    }
    let area: RefArea = area.parse().map_err(|_| closed())?;
    let pages = site(&app, &area).await?;
    let page = pages.get(&path).ok_or_else(closed)?;
    let mut response: Response = page.bytes.clone().into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(page.media_type));
    Ok(response)
}

/// The pages of a region, made anew when something was published since.
async fn site(app: &App, area: &RefArea) -> Result<Arc<BTreeMap<String, Page>>, WebError> {
    let heads = editions::list(&app.store, area).await?;
    let published: Vec<StoredReport> = reports::list(&app.store, area)
        .await?
        .into_iter()
        .filter(|r| r.state == Progress::Published.code())
        .collect();
    let plans = plans_in_force(app, area).await?;
    let from = fingerprint(&heads, &published, &plans);
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
    let public = report_pages::made::published(app, area, edition, on).await?;
    let reports = published_reports(app, area, published).await?;
    let region = published::region_name(app, area).await?;
    let work = move || {
        let public = public.seen_by(View::Public);
        let prepared: Vec<Prepared> =
            plans.into_iter().map(|version| Prepared::new(public.clone(), version, None)).collect();
        let materials: Vec<_> = prepared.iter().map(Prepared::material).collect();
        let site = Site { region: &region, plans: &materials, reports: &reports };
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
        let newest = of.filter(|p| p.in_force == Some(p.number)).max_by_key(|p| p.period.start);
        if let Some(summary) = newest {
            let key = VersionKey {
                ref_area: area.clone(),
                plan_id: summary.plan_id.clone(),
                number: summary.number,
            };
            versions.push(plans::load(&app.store, &key).await?.version);
        }
    }
    Ok(versions)
}

/// What was published, with its files.
async fn published_reports(
    app: &App,
    area: &RefArea,
    published: Vec<StoredReport>,
) -> Result<Vec<PublishedReport>, WebError> {
    let mut all = Vec::new();
    for report in published {
        let steps = reports::steps(&app.store, area, &report.id).await?;
        let frozen = steps.into_iter().rev().map(|s| s.frozen).find(|f| f.html.is_some());
        let Some(frozen) = frozen else { continue };
        let files = app.store.files().clone();
        let id = report.id.0.clone();
        let read = move || -> Result<(String, Files), WebError> {
            let bytes = |hash: &Option<String>| -> Result<Option<Vec<u8>>, WebError> {
                let hash = hash.as_deref().and_then(FileHash::parse);
                Ok(hash.map(|hash| files.read(&hash)).transpose()?)
            };
            let html = bytes(&frozen.html)?.unwrap_or_default();
            let html = String::from_utf8(html).map_err(anyhow::Error::from)?;
            let mut kept = Files::new();
            for (ending, hash) in [("docx", &frozen.docx), ("pdf", &frozen.pdf)] {
                kept.extend(bytes(hash)?.map(|bytes| (format!("{id}.{ending}"), bytes)));
            }
            Ok((without_trails(&html), kept))
        };
        let (article, files) =
            tokio::task::spawn_blocking(read).await.map_err(anyhow::Error::from)??;
        let dated: jiff::civil::Date = report.dated.parse().map_err(|_| closed())?;
        all.push(PublishedReport {
            id: report.id.0,
            title: report.title,
            date: text::long_date(dated),
            article,
            files,
        });
    }
    Ok(all)
}
