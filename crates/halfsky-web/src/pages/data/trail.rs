//! The trail of one figure: who reported it and when, what it means, every value it had, every edition it stands in.

use askama::Template;
use axum::extract::{Path, State};
use halfsky_monitor::definition::Definition;
use halfsky_monitor::observation::{
    Observation, ObservationKey, Residence, Sex, SourceVariant, TOTAL,
};
use halfsky_plan::indicator::IndicatorCode;
use halfsky_report::wording::{cell, unit_heading, why_not_shown};
use halfsky_store::editions::{self, EditionKey};
use halfsky_store::observations::{self, FromSubmission, Years};
use halfsky_store::tasks::TaskKey;
use halfsky_store::{rounds, submissions};

use super::{area_of, figures, indicator_url, nothing};
use crate::app::App;
use crate::error::WebError;
use crate::list::Params;
use crate::pages::editions::publish::{said, split};
use crate::pages::review::{unit_name, unit_names};
use crate::pages::{Answer, page};
use crate::permission::Action;
use crate::published::{self, Shown, View};
use crate::shell::{Shell, Stage};
use crate::text;
use crate::visit::Visit;

struct EditionRow {
    label: String,
    url: String,
    value: String,
    published: String,
}

struct RevisionRow {
    number: u32,
    value: String,
    at: String,
    by: String,
    why: String,
    /// The submission it comes from: words, and its address for those who may open it.
    from: Option<(String, String)>,
}

struct Reported {
    unit: String,
    round: String,
    number: u32,
    submitted: String,
    by: String,
    forced: bool,
    late: bool,
}

#[derive(Template)]
#[template(path = "data/trail.html")]
struct TrailPage {
    shell: Shell,
    name: String,
    period: String,
    split: String,
    unit: String,
    value: String,
    why: String,
    observation: Observation,
    definition: Option<Definition>,
    formula: String,
    reported: Option<Reported>,
    editions: Vec<EditionRow>,
    revisions: Vec<RevisionRow>,
    /// Not every revision is shown: the public view.
    shortened: bool,
}

/// `GET /data/{ref_area}/{indicator}/trail`
pub(crate) async fn show(
    visit: Visit,
    State(app): State<App>,
    Path((area, code)): Path<(String, String)>,
    params: Params,
) -> Answer {
    let key = key_of(&area, &code, &params)?;
    let names = published::names(&app).await?;
    let view = View::of(&visit, &app, &key.ref_area, &params).await?;
    let year = key.period.year();
    let years = Years { from: year, to: year };
    let all = figures(&app, &key.ref_area, years, (&names, view)).await?;
    let shown = all.into_iter().find(|s| s.figure.observation.key == key).ok_or_else(nothing)?;
    let hidden = view == View::Public && shown.figure.hidden.is_some();
    let observation = shown.figure.observation.clone();
    let definition = names
        .definitions(&key.indicator)
        .and_then(|d| d.versions().iter().find(|v| v.version == observation.definition_version))
        .cloned();
    let formula = definition.as_ref().and_then(|d| {
        let formula = halfsky_monitor::formula::parse(&d.calculation.formula).ok()?;
        Some(halfsky_monitor::formula::explain(&d.name_zh, &formula, d.unit))
    });
    let (revisions, reported) = if view == View::Internal {
        recorded(&visit, &app, &shown).await?
    } else {
        (Vec::new(), None)
    };
    let name = names.name(&key.indicator).to_owned();
    let mut shell = Shell::new(&visit, Stage::Data, "数字的来历")
        .under("资料", format!("/data/{}", key.ref_area));
    if definition.is_some() {
        shell = shell.under(name.clone(), indicator_url(&key.ref_area, &key.indicator.0));
    }
    page(&TrailPage {
        shell,
        period: key.period.label(),
        split: split(&observation),
        unit: names.unit(&key.indicator).map(unit_heading).unwrap_or_default(),
        value: cell(Some(&observation.value)),
        why: why_not_shown(&observation)
            .or_else(|| shown.figure.hidden.map(|why| format!("对外不公布：{}", why.label())))
            .unwrap_or_default(),
        formula: formula.unwrap_or_default(),
        reported,
        editions: if hidden { Vec::new() } else { appearances(&app, &shown, view).await? },
        revisions,
        shortened: view == View::Public,
        name,
        observation,
        definition,
    })
}

/// Reads which figure an address means; what it does not name is not split.
fn key_of(area: &str, code: &str, params: &Params) -> Result<ObservationKey, WebError> {
    let or_total = |name: &str| match params.value(name) {
        "" => TOTAL.to_owned(),
        code => code.to_owned(),
    };
    let source = match params.value("source") {
        "" => Some(SourceVariant::FullCount),
        code => SourceVariant::from_code(code),
    };
    Ok(ObservationKey {
        ref_area: area_of(area)?,
        indicator: IndicatorCode(code.to_owned()),
        period: params.value("period").parse().map_err(|_| nothing())?,
        sex: Sex::from_code(&or_total("sex")).ok_or_else(nothing)?,
        residence: Residence::from_code(&or_total("residence")).ok_or_else(nothing)?,
        age: or_total("age"),
        group: or_total("group"),
        source: source.ok_or_else(nothing)?,
    })
}

/// Every edition the figure stands in. In the public view the values of older editions are left out: they may have
/// been small counts there.
async fn appearances(app: &App, shown: &Shown, view: View) -> Result<Vec<EditionRow>, WebError> {
    let key = &shown.figure.observation.key;
    let heads = editions::list(&app.store, &key.ref_area).await?;
    let found = editions::appearances(&app.store, &key.ref_area, key).await?;
    let published = |edition: EditionKey| {
        let head = heads.iter().find(|head| head.key == edition);
        head.and_then(|h| h.published_at.parse().ok()).map(text::minute).unwrap_or_default()
    };
    let row = |p: &editions::Published| EditionRow {
        label: p.edition.label(),
        url: crate::pages::editions::url(&key.ref_area, p.edition),
        value: if view == View::Internal || p.edition == shown.edition {
            said(Some(&p.observation))
        } else {
            String::new()
        },
        published: published(p.edition),
    };
    Ok(found.iter().rev().map(row).collect())
}

/// The revisions up to the newest edition (for the statistician all of them), and who reported the newest of them.
async fn recorded(
    visit: &Visit,
    app: &App,
    shown: &Shown,
) -> Result<(Vec<RevisionRow>, Option<Reported>), WebError> {
    let key = &shown.figure.observation.key;
    let area = &key.ref_area;
    let all = visit.may(app, Action::ApproveFigures, area).await?;
    let heads = editions::list(&app.store, area).await?;
    let until: Option<jiff::Timestamp> =
        heads.iter().find(|h| h.key == shown.edition).and_then(|h| h.published_at.parse().ok());
    let histories = observations::histories(&app.store, area, &key.indicator).await?;
    let origins = observations::origins(&app.store, area, &key.indicator).await?;
    let units = unit_names(app, area).await?;
    let mut rows = Vec::new();
    let mut newest: Option<&FromSubmission> = None;
    let own = histories.iter().find(|h| h.key() == key);
    for revision in own.iter().flat_map(|h| h.revisions()).rev() {
        let at: Option<jiff::Timestamp> = revision.recorded.at.parse().ok();
        let published = at <= until;
        if !all && !published {
            continue;
        }
        let from = origins.get(&(key.clone(), revision.number));
        if published && newest.is_none() {
            newest = from;
        }
        rows.push(RevisionRow {
            number: revision.number,
            value: said(Some(&revision.observation)),
            at: at.map(text::minute).unwrap_or_default(),
            by: revision.recorded.by.clone(),
            why: revision.recorded.why.clone(),
            from: from.map(|from| {
                let words = format!("{}第{}次报送", unit_name(&units, &from.unit), from.number);
                let task = task_of(key, from);
                let url = format!("{}?version={}", crate::pages::review::url(&task), from.number);
                (words, if all { url } else { String::new() })
            }),
        });
    }
    let reported = match newest {
        Some(from) => reported(app, key, from, unit_name(&units, &from.unit)).await?,
        None => None,
    };
    Ok((rows, reported))
}

fn task_of(key: &ObservationKey, from: &FromSubmission) -> TaskKey {
    TaskKey { ref_area: key.ref_area.clone(), round: from.round.clone(), unit: from.unit.clone() }
}

async fn reported(
    app: &App,
    key: &ObservationKey,
    from: &FromSubmission,
    unit: String,
) -> Result<Option<Reported>, WebError> {
    let task = task_of(key, from);
    let round = rounds::load(&app.store, &key.ref_area, &from.round).await?;
    let heads = submissions::list(&app.store, &task).await?;
    Ok(heads.into_iter().find(|head| head.number == from.number).map(|head| Reported {
        unit,
        round: round.round.title,
        number: from.number,
        submitted: text::minute(head.submitted.at),
        by: head.submitted.by,
        forced: head.forced,
        late: head.late,
    }))
}
