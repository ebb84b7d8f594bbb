//! Two editions side by side: what a correction changed.

use askama::Template;
use axum::extract::{Path, State};
use halfsky_monitor::edition::{Difference, Edition, differences};
use halfsky_monitor::names::Names;
use halfsky_report::yearbook::difference_table;
use halfsky_store::editions::{self, EditionKey};

use super::publish::{said, split};
use super::{area_of, key_of, nothing, shell, url};
use crate::app::App;
use crate::export;
use crate::list::{Choice, Params};
use crate::pages::data::trail_url;
use crate::pages::{Answer, page};
use crate::published::{self, View};
use crate::shell::Shell;
use crate::visit::Visit;

struct Row {
    name: String,
    split: String,
    before: String,
    after: String,
    url: String,
}

#[derive(Template)]
#[template(path = "editions/changes.html")]
struct ChangesPage {
    shell: Shell,
    from: String,
    to: String,
    notes: String,
    choices: Vec<Choice>,
    rows: Vec<Row>,
    exports: (String, String),
}

/// `GET /editions/{ref_area}/{period}/{number}/changes`
pub(crate) async fn show(
    visit: Visit,
    State(app): State<App>,
    Path((area, period, number)): Path<(String, String, String)>,
    params: Params,
) -> Answer {
    let (area, key) = (area_of(&area)?, key_of(&period, &number)?);
    let after = editions::load(&app.store, &area, key).await?;
    let others: Vec<EditionKey> = editions::list(&app.store, &area)
        .await?
        .into_iter()
        .map(|head| head.key)
        .filter(|other| other.period == key.period && *other != key)
        .collect();
    let asked = match params.value("from") {
        "" => others.iter().filter(|other| other.number < key.number).max().copied(),
        number => {
            let number: u32 = number.parse().map_err(|_| nothing())?;
            others.iter().find(|other| other.number == number).copied()
        }
    };
    let before = editions::load(&app.store, &area, asked.ok_or_else(nothing)?).await?;
    let names = published::names(&app).await?;
    let view = View::of(&visit, &app, &area, &params).await?;
    let (before, after) = (seen(before, &names, view), seen(after, &names, view));
    let changed = differences(&before, &after);
    if let Some(format) = export::Format::asked(&params) {
        let name = |figure: &halfsky_monitor::observation::Observation| {
            names.name(&figure.key.indicator).to_owned()
        };
        return export::answer(&difference_table(&changed, name), format);
    }
    let chosen = before.number.to_string();
    page(&ChangesPage {
        shell: shell(&visit, &area, "更正对照").under(after.label(), url(&area, key)),
        from: before.label(),
        to: after.label(),
        notes: after.notes.clone(),
        choices: others
            .iter()
            .map(|other| Choice::new(other.number.to_string(), other.label(), &chosen))
            .collect(),
        rows: changed.iter().map(|d| row(d, &names)).collect(),
        exports: (params.with(&[("export", "xlsx")]), params.with(&[("export", "csv")])),
    })
}

/// An edition as the reader may see it: what is hidden in both does not show as changed.
fn seen(edition: Edition, names: &Names, view: View) -> Edition {
    let figures = view.figures(&edition.figures, names.structure(edition.period.year()));
    Edition { figures: figures.into_iter().map(|f| f.observation).collect(), ..edition }
}

fn row(difference: &Difference<'_>, names: &Names) -> Row {
    let figure = difference.after.or(difference.before);
    Row {
        name: figure.map_or("", |f| names.name(&f.key.indicator)).to_owned(),
        split: figure.map(split).unwrap_or_default(),
        before: said(difference.before),
        after: said(difference.after),
        url: figure.map(|f| trail_url(&f.key)).unwrap_or_default(),
    }
}
