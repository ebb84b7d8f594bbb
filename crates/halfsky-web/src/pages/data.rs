//! 资料: published figures laid out by indicator, year, sex and residence; the page of an indicator; the trail of a figure.

pub(crate) mod by_sex;
pub(crate) mod indicator;
pub(crate) mod pivot;
mod position;
pub(crate) mod trail;

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use axum::routing::{MethodRouter, get};
use halfsky_monitor::names::Names;
use halfsky_monitor::observation::{ObservationKey, TOTAL};
use halfsky_plan::ref_area::RefArea;
use halfsky_store::editions::{self, EditionHead};
use halfsky_store::observations::Years;
use halfsky_store::regions::{self, Region, RegionTree};

use crate::app::App;
use crate::error::WebError;
use crate::list::{Listing, Params};
use crate::pages::{Answer, page};
use crate::permission::Action;
use crate::published::{Shown, View, shown};
use crate::shell::{Shell, Stage};
use crate::visit::Visit;

/// The routes of this group.
pub(crate) fn routes() -> Vec<(&'static str, MethodRouter<App>)> {
    vec![
        ("/data", get(index)),
        ("/data/{ref_area}", get(pivot::show)),
        ("/data/{ref_area}/by-sex", get(by_sex::show)),
        ("/data/{ref_area}/{indicator}", get(indicator::show)),
        ("/data/{ref_area}/{indicator}/chart", get(indicator::chart)),
        ("/data/{ref_area}/{indicator}/trail", get(trail::show)),
    ]
}

#[derive(Template)]
#[template(path = "data/regions.html")]
struct RegionsPage {
    shell: Shell,
    base: &'static str,
    nothing: bool,
    list: Listing<Region>,
}

/// `GET /data`
async fn index(visit: Visit, State(app): State<App>, params: Params) -> Answer {
    regions(&visit, &app, ("资料", "/data"), &params).await
}

/// Leads to the chosen or only region; where there are several, lets the visitor choose one.
pub(crate) async fn regions(
    visit: &Visit,
    app: &App,
    (title, base): (&str, &'static str),
    params: &Params,
) -> Answer {
    let reach = visit.reach(app, Action::ReadFigures).await?;
    let chosen = visit.frame.region.as_ref().filter(|code| reach.holds(code));
    if let Some(only) = chosen.or_else(|| reach.only()) {
        return Ok(Redirect::to(&format!("{base}/{only}")).into_response());
    }
    let published = editions::regions(&app.store).await?;
    let mut regions = regions::list(&app.store).await?;
    let tree = RegionTree::of(&regions);
    // a region without figures of its own shows those of the regions below it
    let shown: BTreeSet<RefArea> =
        published.iter().flat_map(|area| tree.lineage(area).into_iter().take(2)).collect();
    regions.retain(|r| reach.holds(&r.code) && shown.contains(&r.code));
    let nothing = regions.is_empty();
    let words = params.value("q");
    regions.retain(|r| r.name.contains(words) || r.code.as_str().starts_with(words));
    let list = Listing::new(params, regions, &["q"], "");
    page(&RegionsPage { shell: Shell::new(visit, Stage::Data, title), base, nothing, list })
}

/// The address of an indicator's page.
pub(crate) fn indicator_url(ref_area: &RefArea, code: &str) -> String {
    format!("/data/{ref_area}/{code}")
}

/// The address of the trail of a figure.
pub(crate) fn trail_url(key: &ObservationKey) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("period", &key.period.to_string());
    let parts = [
        ("sex", key.sex.code()),
        ("residence", key.residence.code()),
        ("age", &key.age),
        ("group", &key.group),
    ];
    for (name, code) in parts.into_iter().filter(|(_, code)| *code != TOTAL) {
        query.append_pair(name, code);
    }
    query.append_pair("source", key.source.code());
    format!("/data/{}/{}/trail?{}", key.ref_area, key.indicator, query.finish())
}

fn nothing() -> WebError {
    WebError::NotFound("没有这项资料。请从资料列表重新进入。".to_owned())
}

fn area_of(text: &str) -> Result<RefArea, WebError> {
    text.parse().map_err(|_| nothing())
}

/// The first and the last published year; None before the first edition.
fn published_years(heads: &[EditionHead]) -> Option<Years> {
    let years = heads.iter().map(|head| head.key.period.year());
    Some(Years { from: years.clone().min()?, to: years.max()? })
}

/// What is published of some years, as the visitor may see it.
async fn figures(
    app: &App,
    area: &RefArea,
    years: Years,
    (names, view): (&Names, View),
) -> Result<Vec<Shown>, WebError> {
    Ok(shown(editions::of_years(&app.store, area, years).await?, names, |_| view))
}
