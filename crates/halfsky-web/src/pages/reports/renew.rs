//! A draft rests on the newest edition from now on; rewritten paragraphs stay, and are marked where figures changed.

use axum::extract::{Path, State};
use halfsky_report::issue::is_open;
use halfsky_store::{editions, reports};

use super::{area_of, made, url};
use crate::app::App;
use crate::error::WebError;
use crate::form::Posted;
use crate::pages::Answer;
use crate::parts::toast::Toast;
use crate::visit::Visit;

/// `POST /reports/{ref_area}/{report}/renew`
pub(crate) async fn renew(
    visit: Visit,
    State(app): State<App>,
    Path((area, id)): Path<(String, String)>,
    Posted(form): Posted,
) -> Answer {
    let area = area_of(&area)?;
    let made = made::load(&app, &area, &id).await?;
    let back = url(&area, &made.report.id);
    let Some(newer) = made.newer.filter(|_| is_open(made.state)) else {
        return Err(WebError::Refused("报告已经使用最新的数据版本，或者已不是草稿。".to_owned()));
    };
    let edition = editions::load(&app.store, &area, newer).await?;
    let seen = form.value("seen").parse().unwrap_or(0);
    let mut tx = app.store.begin(&area).await?;
    reports::renew(&mut tx, &made.report.id, seen, newer, &edition.hash).await?;
    let entry = visit
        .entry(&app, "report.renew", &made.report.id.object())
        .about(&made.report.title)
        .changed("数据版本", &made.report.edition.label(), &newer.label());
    tx.commit(entry).await?;
    let toast = format!("已按{}重新生成", newer.label());
    Ok(visit.redirect(&app, &Toast::new(toast), &back))
}
