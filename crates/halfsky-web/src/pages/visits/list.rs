//! The visits of a region, newest first.

use askama::Template;
use axum::extract::State;
use halfsky_monitor::reporting::UnitId;
use halfsky_store::visits::{self, Outcome};

use super::{shell, url};
use crate::app::App;
use crate::pages::rounds::{Area, UnitNames};
use crate::pages::{Answer, page};
use crate::permission::Action;
use crate::shell::Shell;
use crate::text;
use crate::visit::Visit;

struct Row {
    url: String,
    day: String,
    unit: String,
    visitors: String,
    items: usize,
    problems: usize,
}

#[derive(Template)]
#[template(path = "visits/list.html")]
struct ListPage {
    shell: Shell,
    new: Option<String>,
    rows: Vec<Row>,
}

/// `GET /visits/{ref_area}`
pub(crate) async fn show(visit: Visit, State(app): State<App>, area: Area) -> Answer {
    let units = UnitNames::load(&app.store, &area.code).await?;
    let row = |v: visits::Visit| Row {
        url: format!("{}/{}", url(&area.code), v.id),
        day: text::long_date(v.visited_on),
        unit: units.name(&UnitId(v.unit.0.clone())),
        visitors: v.visitors,
        items: v.items.len(),
        problems: v.items.iter().filter(|i| i.outcome == Outcome::Problem).count(),
    };
    let rows = visits::list(&app.store, &area.code).await?.into_iter().map(row).collect();
    let manages = visit.may(&app, Action::Supervise, &area.code).await?;
    page(&ListPage {
        shell: shell(&visit, &area, "督导检查"),
        new: manages.then(|| format!("{}/new", url(&area.code))),
        rows,
    })
}
