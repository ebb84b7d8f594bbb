//! 报告: drafts from an edition, rewritten by people, reviewed, issued, published.

pub(crate) mod edit;
pub(crate) mod file;
pub(crate) mod list;
pub(crate) mod made;
pub(crate) mod new;
pub(crate) mod read;
pub(crate) mod renew;
pub(crate) mod step;
pub(crate) mod template;
pub(crate) mod templates;

use axum::routing::{MethodRouter, get, post};
use halfsky_plan::ref_area::RefArea;
use halfsky_store::reports::ReportId;

use crate::app::App;
use crate::error::WebError;
use crate::shell::{Shell, Stage};
use crate::visit::Visit;

/// The routes of this group.
pub(crate) fn routes() -> Vec<(&'static str, MethodRouter<App>)> {
    vec![
        ("/reports", get(list::show)),
        ("/reports/{ref_area}/new", get(new::show).post(new::make)),
        ("/reports/{ref_area}/templates", get(templates::show)),
        ("/reports/{ref_area}/templates/{template}", get(template::show).post(template::save)),
        ("/reports/{ref_area}/{report}", get(read::show)),
        ("/reports/{ref_area}/{report}/edit", get(edit::show).post(edit::save)),
        ("/reports/{ref_area}/{report}/renew", post(renew::renew)),
        ("/reports/{ref_area}/{report}/step", post(step::take)),
        ("/reports/{ref_area}/{report}/file", get(file::download)),
    ]
}

/// The address of a report.
pub(crate) fn url(area: &RefArea, id: &ReportId) -> String {
    format!("/reports/{area}/{}", id.0)
}

fn nothing() -> WebError {
    WebError::NotFound("没有这份报告。请从报告列表重新进入。".to_owned())
}

fn area_of(text: &str) -> Result<RefArea, WebError> {
    text.parse().map_err(|_| nothing())
}

/// The frame of a page below the list of reports.
fn shell(visit: &Visit, title: impl Into<String>) -> Shell {
    Shell::new(visit, Stage::Report, title).under("报告", "/reports")
}
