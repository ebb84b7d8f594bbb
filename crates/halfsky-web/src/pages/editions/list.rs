//! The editions of a region, and what waits to be published.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::extract::{Path, State};
use halfsky_monitor::edition::EditionKind;
use halfsky_monitor::period::Period;
use halfsky_monitor::progress::made_for;
use halfsky_monitor::round::RoundSubject;
use halfsky_monitor::submission::SubmissionState;
use halfsky_plan::ref_area::RefArea;
use halfsky_report::table::{Column as TableColumn, Table};
use halfsky_store::editions::{self, EditionHead};
use halfsky_store::{rounds, tasks};

use super::{area_of, kinds_of, publish_url, url};
use crate::app::App;
use crate::error::WebError;
use crate::export;
use crate::list::{Choice, Listing, Params, sort_rows};
use crate::pages::{Answer, page};
use crate::permission::Action;
use crate::published;
use crate::shell::{Shell, Stage};
use crate::text;
use crate::visit::Visit;

const FILTERS: [&str; 2] = ["period", "kind"];
const DEFAULT_SORT: &str = "-published";

struct Row {
    head: EditionHead,
    kind: EditionKind,
    url: String,
}

impl Row {
    fn published(&self) -> String {
        instant(&self.head.published_at)
    }
}

/// A period with accepted figures that stand in no edition yet.
struct Waiting {
    label: String,
    tasks: usize,
    url: String,
}

#[derive(Template)]
#[template(path = "editions/list.html")]
struct ListPage {
    shell: Shell,
    region: String,
    periods: Vec<Choice>,
    kinds: Vec<Choice>,
    waiting: Vec<Waiting>,
    /// Nothing was published at all.
    nothing: bool,
    list: Listing<Row>,
}

/// An instant of an edition as people read it.
pub(super) fn instant(at: &str) -> String {
    at.parse().map_or_else(|_| at.to_owned(), text::minute)
}

/// `GET /editions/{ref_area}`
pub(crate) async fn show(
    visit: Visit,
    State(app): State<App>,
    Path(area): Path<String>,
    params: Params,
) -> Answer {
    let area = area_of(&area)?;
    let heads = editions::list(&app.store, &area).await?;
    let kinds = kinds_of(&heads, &editions::preliminary(&app.store, &area).await?);
    let nothing = heads.is_empty();
    let periods: BTreeSet<Period> = heads.iter().map(|head| head.key.period).collect();
    let row = |head: EditionHead| Row {
        kind: kinds.get(&head.key).copied().unwrap_or(EditionKind::Final),
        url: url(&area, head.key),
        head,
    };
    let rows = chosen(heads.into_iter().map(row).collect(), &params);
    let region = published::region_name(&app, &area).await?;
    if let Some(format) = export::Format::asked(&params) {
        return export::answer(&table(&region, &rows), format);
    }
    let waiting = if visit.may(&app, Action::PublishFigures, &area).await? {
        let waiting = unpublished(&app, &area).await?;
        let one = |(period, tasks): (Period, usize)| Waiting {
            label: period.label(),
            tasks,
            url: publish_url(&area, period),
        };
        waiting.into_iter().rev().map(one).collect()
    } else {
        Vec::new()
    };
    page(&ListPage {
        shell: Shell::new(&visit, Stage::Data, "数据版本").under("资料", format!("/data/{area}")),
        region,
        periods: period_choices(&periods, params.value("period")),
        kinds: kind_choices(params.value("kind")),
        waiting,
        nothing,
        list: Listing::new(&params, rows, &FILTERS, DEFAULT_SORT),
    })
}

/// The periods with accepted tasks that no edition took yet, each with their number. Of a part of a year only where
/// there are indicators made for it: progress is not published.
pub(crate) async fn unpublished(
    app: &App,
    area: &RefArea,
) -> Result<BTreeMap<Period, usize>, WebError> {
    let accepted = tasks::in_state(&app.store, area, SubmissionState::Accepted).await?;
    if accepted.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rounds = rounds::list(&app.store, area).await?;
    let mut counts = BTreeMap::new();
    for task in accepted {
        let round = rounds.iter().find(|round| round.id == task.key.round);
        if let Some(RoundSubject::Figures(period)) = round.map(|round| &round.round.subject) {
            *counts.entry(*period).or_insert(0) += 1;
        }
    }
    if counts.keys().any(|period| !period.is_whole_year()) {
        let names = published::names(app).await?;
        counts.retain(|period, _| period.is_whole_year() || !made_for(*period, &names).is_empty());
    }
    Ok(counts)
}

fn period_choices(periods: &BTreeSet<Period>, chosen: &str) -> Vec<Choice> {
    let mut choices = vec![Choice::new("", "全部报告期", chosen)];
    choices.extend(periods.iter().rev().map(|p| Choice::new(p.to_string(), p.label(), chosen)));
    choices
}

fn kind_choices(chosen: &str) -> Vec<Choice> {
    let mut choices = vec![Choice::new("", "全部", chosen)];
    choices.extend(EditionKind::ALL.iter().map(|k| Choice::new(k.code(), k.label(), chosen)));
    choices
}

fn chosen(mut rows: Vec<Row>, params: &Params) -> Vec<Row> {
    let (period, kind) = (params.value("period"), params.value("kind"));
    rows.retain(|row| {
        (period.is_empty() || row.head.key.period.to_string() == period)
            && (kind.is_empty() || row.kind.code() == kind)
    });
    sort_rows(&mut rows, params, DEFAULT_SORT, |row, key| {
        let first = match key {
            "published" => row.head.published_at.clone(),
            _ => String::new(),
        };
        (first, row.head.key)
    });
    rows
}

fn table(region: &str, rows: &[Row]) -> Table {
    let mut columns = ["数据版本", "报告期", "类别"].map(TableColumn::words).to_vec();
    columns.push(TableColumn::numbers("数据项"));
    columns.extend(["说明", "发布时间", "发布人", "校验码"].map(TableColumn::words));
    let row = |r: &Row| {
        vec![
            r.head.key.label(),
            r.head.key.period.label(),
            r.kind.label().to_owned(),
            r.head.figures.to_string(),
            r.head.notes.clone(),
            r.published(),
            r.head.published_by.clone(),
            r.head.hash.clone(),
        ]
    };
    Table { title: format!("{region}数据版本"), columns, rows: rows.iter().map(row).collect() }
}
