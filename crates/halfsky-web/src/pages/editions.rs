//! 数据版本: what was published, frozen and numbered, and publishing the next.

pub(crate) mod changes;
pub(crate) mod edition;
pub(crate) mod list;
pub(crate) mod publish;
pub(crate) mod yearbook;

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::State;
use axum::routing::{MethodRouter, get};
use halfsky_monitor::edition::{EditionKind, kinds};
use halfsky_monitor::period::Period;
use halfsky_plan::ref_area::RefArea;
use halfsky_store::editions::{EditionHead, EditionKey};

use crate::app::App;
use crate::error::WebError;
use crate::list::Params;
use crate::pages::{Answer, data};
use crate::shell::{Shell, Stage};
use crate::visit::Visit;

/// The routes of this group.
pub(crate) fn routes() -> Vec<(&'static str, MethodRouter<App>)> {
    vec![
        ("/editions", get(regions)),
        ("/editions/{ref_area}", get(list::show)),
        ("/editions/{ref_area}/{period}/publish", get(publish::show).post(publish::publish)),
        ("/editions/{ref_area}/{period}/{number}", get(edition::show)),
        ("/editions/{ref_area}/{period}/{number}/changes", get(changes::show)),
        ("/editions/{ref_area}/{period}/{number}/yearbook", get(yearbook::download)),
    ]
}

/// `GET /editions`
async fn regions(visit: Visit, State(app): State<App>, params: Params) -> Answer {
    data::regions(&visit, &app, ("数据版本", "/editions"), &params).await
}

/// The address of an edition.
pub(crate) fn url(ref_area: &RefArea, key: EditionKey) -> String {
    format!("/editions/{ref_area}/{}/{}", key.period, key.number)
}

/// The address at which the next edition of a period is published.
pub(crate) fn publish_url(ref_area: &RefArea, period: Period) -> String {
    format!("/editions/{ref_area}/{period}/publish")
}

fn nothing() -> WebError {
    WebError::NotFound("没有这一版数据。请从数据版本列表重新进入。".to_owned())
}

fn area_of(text: &str) -> Result<RefArea, WebError> {
    text.parse().map_err(|_| nothing())
}

/// Reads the parts of an address that name an edition.
fn key_of(period: &str, number: &str) -> Result<EditionKey, WebError> {
    let period = period.parse().map_err(|_| nothing())?;
    let number = number.parse().map_err(|_| nothing())?;
    Ok(EditionKey { period, number })
}

/// The frame of a page below the list of editions.
fn shell(visit: &Visit, ref_area: &RefArea, title: impl Into<String>) -> Shell {
    Shell::new(visit, Stage::Data, title)
        .under("资料", format!("/data/{ref_area}"))
        .under("数据版本", format!("/editions/{ref_area}"))
}

/// How final each edition of a region is.
pub(crate) fn kinds_of(
    heads: &[EditionHead],
    preliminary: &BTreeSet<EditionKey>,
) -> BTreeMap<EditionKey, EditionKind> {
    let mut by_period: BTreeMap<Period, BTreeSet<EditionKey>> = BTreeMap::new();
    for head in heads {
        by_period.entry(head.key.period).or_default().insert(head.key);
    }
    let of_period = |keys: BTreeSet<EditionKey>| {
        let marks: Vec<bool> = keys.iter().map(|key| preliminary.contains(key)).collect();
        keys.into_iter().zip(kinds(&marks)).collect::<Vec<_>>()
    };
    by_period.into_values().flat_map(of_period).collect()
}
