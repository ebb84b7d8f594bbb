//! The yearbook of an edition as a file: it leaves the house, so it holds what the public may see.

use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse};
use halfsky_monitor::definition::Definition;
use halfsky_monitor::disaggregation::by_domain;
use halfsky_monitor::observation::Observation;
use halfsky_report::render;
use halfsky_report::yearbook::yearbook;
use halfsky_store::editions;

use super::{area_of, key_of};
use crate::app::App;
use crate::export::WORKBOOK;
use crate::list::Params;
use crate::pages::{self, Answer};
use crate::published::{self, View};

/// `GET /editions/{ref_area}/{period}/{number}/yearbook`: a workbook, or a page (`format=html`)
pub(crate) async fn download(
    State(app): State<App>,
    Path((area, period, number)): Path<(String, String, String)>,
    params: Params,
) -> Answer {
    let (area, key) = (area_of(&area)?, key_of(&period, &number)?);
    let edition = editions::load(&app.store, &area, key).await?;
    let names = published::names(&app).await?;
    let definitions = names.in_year(edition.period.year());
    let figures = View::Public.figures(&edition.figures, names.structure(edition.period.year()));
    let figures: Vec<Observation> = figures.into_iter().map(|f| f.observation).collect();
    let told = |d: &Definition| figures.iter().any(|f| f.key.indicator == d.code);
    let definitions: Vec<Definition> = definitions.into_iter().filter(told).collect();
    let region = published::region_name(&app, &area).await?;
    let domains = by_domain(&figures, &definitions);
    let book = yearbook(&region, &edition, &domains, &definitions);
    if params.value("format") == "html" {
        return Ok(Html(render::html::page(&book)).into_response());
    }
    let bytes = render::xlsx::book(&book).map_err(anyhow::Error::from)?;
    Ok(pages::download(&format!("{}_{}.xlsx", book.title, edition.label()), WORKBOOK, bytes))
}
