//! 缺项登记: what has no figure, why, who should have it, what stands in for it and which survey is planned.

pub(crate) mod edit;
pub(crate) mod list;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use axum::routing::{MethodRouter, get};
use halfsky_plan::ref_area::RefArea;

use crate::app::App;
use crate::error::WebError;
use crate::pages::Answer;
use crate::pages::rounds::regions_within;
use crate::permission::Action;
use crate::visit::Visit;

/// The routes of this group.
pub(crate) fn routes() -> Vec<(&'static str, MethodRouter<App>)> {
    vec![
        ("/missing", get(start)),
        ("/missing/{ref_area}", get(list::show)),
        ("/missing/{ref_area}/edit", get(edit::show).post(edit::save)),
    ]
}

/// `GET /missing`: the region chosen in the top bar, or the first within reach.
async fn start(visit: Visit, State(app): State<App>) -> Answer {
    let areas = regions_within(&visit, &app, Action::ReadRounds).await?;
    match areas.first() {
        Some(area) => Ok(Redirect::to(&url(&area.code)).into_response()),
        None => Err(WebError::NotFound("您的任职地区还没有规划。".to_owned())),
    }
}

/// The register of a region.
fn url(ref_area: &RefArea) -> String {
    format!("/missing/{ref_area}")
}
