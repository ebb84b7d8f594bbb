//! One edition: its figures, its hash, and whether the content still fits it.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Path, State};
use halfsky_monitor::edition::{Edition, EditionKind};
use halfsky_monitor::names::Names;
use halfsky_monitor::observation::{Residence, Sex};
use halfsky_report::figure_tables::figure_table;
use halfsky_report::wording::{cell, unit_heading, why_not_shown};
use halfsky_store::editions::{self, EditionHead, EditionKey};

use super::list::instant;
use super::publish::split;
use super::{area_of, key_of, kinds_of, publish_url, shell, url};
use crate::app::App;
use crate::error::WebError;
use crate::export;
use crate::list::{Choice, Listing, Params, sort_rows};
use crate::pages::data::trail_url;
use crate::pages::{Answer, page};
use crate::parts::tab::Tab;
use crate::permission::Action;
use crate::published::{self, Figure, View};
use crate::shell::Shell;
use crate::visit::Visit;

const FILTERS: [&str; 5] = ["q", "domain", "sex", "residence", "what"];
const DEFAULT_SORT: &str = "code";

/// What the check of the hashes says.
enum Verdict {
    /// The content gives the hash, and the hash before it is that of the edition before.
    Whole,
    /// The content was changed after it was published.
    Changed,
    /// The edition before is missing or was changed.
    Broken,
}

struct Row {
    figure: Figure,
    name: String,
    domain: String,
    unit: String,
    url: String,
}

impl Row {
    fn split(&self) -> String {
        split(&self.figure.observation)
    }

    fn shown(&self) -> String {
        cell(Some(&self.figure.observation.value))
    }

    fn remark(&self) -> String {
        let own = why_not_shown(&self.figure.observation).unwrap_or_default();
        match self.figure.hidden {
            Some(why) if own.is_empty() => format!("对外不公布：{}", why.label()),
            _ => own,
        }
    }
}

#[derive(Template)]
#[template(path = "editions/edition.html")]
struct EditionPage {
    shell: Shell,
    region: String,
    head: EditionHead,
    kind: EditionKind,
    published: String,
    verdict: Verdict,
    views: Vec<Tab>,
    domains: Vec<Choice>,
    sexes: Vec<Choice>,
    residences: Vec<Choice>,
    what: Vec<Choice>,
    base: String,
    /// Where the next edition of the period is published; None for those who may not.
    next: Option<String>,
    /// A newer edition of the same period: number and address.
    newer: Option<(String, String)>,
    list: Listing<Row>,
}

/// `GET /editions/{ref_area}/{period}/{number}`
pub(crate) async fn show(
    visit: Visit,
    State(app): State<App>,
    Path((area, period, number)): Path<(String, String, String)>,
    params: Params,
) -> Answer {
    let (area, key) = (area_of(&area)?, key_of(&period, &number)?);
    let edition = editions::load(&app.store, &area, key).await?;
    let names = published::names(&app).await?;
    let view = View::of(&visit, &app, &area, &params).await?;
    let rows = rows(&edition, &names, view);
    let domains: BTreeSet<String> = rows.iter().map(|r| r.domain.clone()).collect();
    let rows = chosen(rows, &params);
    if let Some(format) = export::Format::asked(&params) {
        let title = format!("{}数据", edition.label());
        let lines = rows.iter().map(|r| (edition.label(), &r.figure.observation));
        return export::answer(&figure_table(&title, lines, &names), format);
    }
    let heads = editions::list(&app.store, &area).await?;
    let kinds = kinds_of(&heads, &editions::preliminary(&app.store, &area).await?);
    let verdict = verdict(&app, &edition).await?;
    let newest = heads.iter().filter(|h| h.key.period == key.period).max_by_key(|h| h.key);
    let newer = newest.filter(|h| h.key != key).map(|h| (h.key.label(), url(&area, h.key)));
    let may = visit.may(&app, Action::PublishFigures, &area).await?;
    let views = views(&params, view, View::widest(&visit, &app, &area).await?);
    let head = heads.into_iter().find(|h| h.key == key).ok_or_else(super::nothing)?;
    let choices = |labels: Vec<(&str, &str)>, name: &str| -> Vec<Choice> {
        labels
            .into_iter()
            .map(|(code, label)| Choice::new(code, label, params.value(name)))
            .collect()
    };
    let all = |label| std::iter::once(("", label));
    page(&EditionPage {
        shell: shell(&visit, &area, edition.label()),
        region: published::region_name(&app, &area).await?,
        kind: kinds.get(&key).copied().unwrap_or(EditionKind::Final),
        published: instant(&edition.published_at),
        verdict,
        views,
        domains: all("全部领域")
            .chain(domains.iter().filter(|d| !d.is_empty()).map(|d| (d.as_str(), d.as_str())))
            .map(|(code, label)| Choice::new(code, label, params.value("domain")))
            .collect(),
        sexes: choices(
            all("全部").chain(Sex::ALL.iter().map(|s| (s.code(), s.label()))).collect(),
            "sex",
        ),
        residences: choices(
            all("全部").chain(Residence::ALL.iter().map(|r| (r.code(), r.label()))).collect(),
            "residence",
        ),
        what: choices(
            vec![
                ("", "全部"),
                ("indicator", "指标"),
                ("item", "分子分母等数据项"),
                ("missing", "缺数"),
            ],
            "what",
        ),
        base: url(&area, key),
        next: (may && newer.is_none()).then(|| publish_url(&area, key.period)),
        newer,
        list: Listing::new(&params, rows, &FILTERS, DEFAULT_SORT),
        head,
    })
}

/// The switch between the two views, for those who may see everything.
pub(crate) fn views(params: &Params, view: View, widest: View) -> Vec<Tab> {
    if widest == View::Public {
        return Vec::new();
    }
    let tab = |label: &str, code: &str, own: View| {
        Tab::new(label, params.with(&[("view", code)])).chosen_if(|| view == own)
    };
    vec![tab("内部", "", View::Internal), tab("对外公布", "public", View::Public)]
}

fn rows(edition: &Edition, names: &Names, view: View) -> Vec<Row> {
    let structure = names.structure(edition.period.year());
    let row = |figure: Figure| {
        let key = &figure.observation.key;
        Row {
            name: names.name(&key.indicator).to_owned(),
            domain: names.domain(&key.indicator).to_owned(),
            unit: names.unit(&key.indicator).map(unit_heading).unwrap_or_default(),
            url: trail_url(key),
            figure,
        }
    };
    view.figures(&edition.figures, structure).into_iter().map(row).collect()
}

fn chosen(mut rows: Vec<Row>, params: &Params) -> Vec<Row> {
    let fits = |name: &str, value: &str| {
        let wanted = params.value(name);
        wanted.is_empty() || wanted == value
    };
    let (words, upper) = (params.value("q"), params.value("q").to_uppercase());
    rows.retain(|row| {
        let key = &row.figure.observation.key;
        (row.name.contains(words) || key.indicator.0.to_uppercase().contains(&upper))
            && fits("domain", &row.domain)
            && fits("sex", key.sex.code())
            && fits("residence", key.residence.code())
            && match params.value("what") {
                "indicator" => !row.domain.is_empty(),
                "item" => row.domain.is_empty(),
                "missing" => row.figure.observation.value.figure().is_none(),
                _ => true,
            }
    });
    sort_rows(&mut rows, params, DEFAULT_SORT, |row, key| {
        let first = match key {
            "name" => row.name.clone(),
            _ => String::new(),
        };
        (first, row.figure.observation.key.clone())
    });
    rows
}

/// Whether the edition is what was published, and follows what was published before.
async fn verdict(app: &App, edition: &Edition) -> Result<Verdict, WebError> {
    if edition.computed_hash() != edition.hash {
        return Ok(Verdict::Changed);
    }
    let previous = match edition.number {
        1 => String::new(),
        number => {
            let key = EditionKey { period: edition.period, number: number - 1 };
            match editions::load(&app.store, &edition.ref_area, key).await {
                Ok(previous) => previous.computed_hash(),
                Err(halfsky_store::Error::NotFound(_)) => return Ok(Verdict::Broken),
                Err(error) => return Err(error.into()),
            }
        }
    };
    Ok(if previous == edition.previous_hash { Verdict::Whole } else { Verdict::Broken })
}
