//! Publishing: what would go in, what is missing, what the public is not shown, what changes; then the next edition.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use halfsky_monitor::board::{Share, board};
use halfsky_monitor::edition::{
    self, Edition, EditionDraft, PublishRefusal, as_preliminary, belongs, differences,
};
use halfsky_monitor::missing::register;
use halfsky_monitor::names::Names;
use halfsky_monitor::observation::Observation;
use halfsky_monitor::period::Period;
use halfsky_monitor::progress::made_for;
use halfsky_monitor::reporting::UnitId;
use halfsky_monitor::round::RoundSubject;
use halfsky_monitor::submission::{Actor, Circumstances, Step, Submission, SubmissionState};
use halfsky_monitor::suppression::hidden;
use halfsky_plan::ref_area::RefArea;
use halfsky_report::figure_tables::figure_table;
use halfsky_report::wording::{cell, why_not_shown};
use halfsky_store::editions::{self, EditionKey};
use halfsky_store::notifications::{self, ByMail, Notification, Recipient};
use halfsky_store::observations::{self, Years};
use halfsky_store::rounds::{self, StoredRound};
use halfsky_store::tasks::{self, StoredTask};

use super::{area_of, nothing, publish_url, shell, url};
use crate::app::App;
use crate::error::WebError;
use crate::export;
use crate::form::{Form, Posted};
use crate::list::{Choice, Params};
use crate::pages::evaluations::run::after_publishing;
use crate::pages::review::{unit_name, unit_names};
use crate::pages::{Answer, page};
use crate::parts::toast::Toast;
use crate::published;
use crate::shell::Shell;
use crate::text;
use crate::visit::Visit;

/// Rows of each table of the preview; the export has all.
const SHOWN: usize = 60;

/// Everything an edition is made of.
struct Material {
    area: RefArea,
    period: Period,
    /// The figures in force; what units tell of yearly figures in the course of a year is not published.
    figures: Vec<Observation>,
    previous: Option<Edition>,
    /// The rounds of the period with their tasks.
    rounds: Vec<(StoredRound, Vec<StoredTask>)>,
}

impl Material {
    async fn load(app: &App, area: RefArea, period: Period) -> Result<Self, WebError> {
        let years = Years { from: period.year(), to: period.year() };
        let mut figures = observations::of_years(&app.store, &area, years).await?;
        figures.retain(|figure| belongs(figure.key.period, period));
        if !period.is_whole_year() {
            let names = published::names(app).await?;
            let made = made_for(period, &names);
            figures.retain(|figure| made.contains(&figure.key.indicator));
        }
        let previous = editions::newest(&app.store, &area, period).await?;
        let mut of_period = Vec::new();
        for round in rounds::list(&app.store, &area).await? {
            if round.round.subject == RoundSubject::Figures(period) {
                let tasks = tasks::of_round(&app.store, &area, &round.id).await?;
                of_period.push((round, tasks));
            }
        }
        Ok(Self { area, period, figures, previous, rounds: of_period })
    }

    /// The number the edition gets.
    fn next(&self) -> EditionKey {
        let number = self.previous.as_ref().map_or(1, |previous| previous.number + 1);
        EditionKey { period: self.period, number }
    }

    fn tasks(&self) -> impl Iterator<Item = (&StoredRound, &StoredTask)> {
        self.rounds.iter().flat_map(|(round, tasks)| tasks.iter().map(move |task| (round, task)))
    }

    /// 完整率 and 及时率 over all rounds of the period.
    fn quality(&self, today: jiff::civil::Date) -> [Share; 2] {
        let mut total = [Share { count: 0, of: 0 }; 2];
        for (round, tasks) in &self.rounds {
            let units: Vec<UnitId> = tasks.iter().map(|t| t.key.unit.clone()).collect();
            let states: Vec<Submission> = tasks.iter().map(|t| t.submission.clone()).collect();
            let board = board(&round.round, &units, &states, today);
            for (sum, share) in total.iter_mut().zip([board.completeness, board.timeliness]) {
                sum.count += share.count;
                sum.of += share.of;
            }
        }
        total
    }

    fn publish(&self, form: &Form, by: String, at: String) -> Result<Edition, PublishRefusal> {
        let preliminary = form.value("kind") == "preliminary";
        let figures = self.figures.clone();
        let draft = EditionDraft {
            ref_area: self.area.clone(),
            period: self.period,
            notes: form.value("notes").to_owned(),
            published_by: by,
            published_at: at,
            figures: if preliminary { as_preliminary(figures) } else { figures },
        };
        edition::publish(draft, self.previous.as_ref())
    }
}

struct ChangeRow {
    name: String,
    split: String,
    before: String,
    after: String,
}

struct MissingRow {
    name: String,
    reason: String,
    owner: String,
    substitute: String,
}

struct HiddenRow {
    name: String,
    split: String,
    figure: String,
    why: &'static str,
}

struct OpenUnit {
    unit: String,
    round: String,
    state: &'static str,
}

/// The first rows of a table, and how many there are.
struct Cut<T> {
    rows: Vec<T>,
    total: usize,
}

impl<T> Cut<T> {
    fn of(all: impl IntoIterator<Item = T>) -> Self {
        let mut rows: Vec<T> = all.into_iter().collect();
        let total = rows.len();
        rows.truncate(SHOWN);
        Self { rows, total }
    }

    fn left_out(&self) -> usize {
        self.total - self.rows.len()
    }
}

#[derive(Template)]
#[template(path = "editions/publish.html")]
struct PublishPage {
    shell: Shell,
    form: Form,
    action: String,
    back: String,
    region: String,
    period: String,
    label: String,
    previous: Option<String>,
    seen: String,
    figures: usize,
    without: usize,
    /// The units whose figures are not accepted.
    open: Vec<OpenUnit>,
    accepted: usize,
    quality: [Share; 2],
    changes: Cut<ChangeRow>,
    missing: Cut<MissingRow>,
    hidden: Cut<HiddenRow>,
    /// What is said where there is nothing to publish.
    nothing: &'static str,
    kinds: Vec<Choice>,
    exports: (String, String),
}

/// `GET /editions/{ref_area}/{period}/publish`
pub(crate) async fn show(
    visit: Visit,
    State(app): State<App>,
    Path((area, period)): Path<(String, String)>,
    params: Params,
) -> Answer {
    let (area, period) = (area_of(&area)?, period.parse().map_err(|_| nothing())?);
    let material = Material::load(&app, area, period).await?;
    let names = published::names(&app).await?;
    if let Some(format) = export::Format::asked(&params) {
        let title = format!("拟发布数据_{}", material.next().label());
        let lines = material.figures.iter().map(|f| (String::new(), f));
        return export::answer(&figure_table(&title, lines, &names), format);
    }
    page(&publish_page(&visit, &app, &material, &names, Form::default()).await?)
}

async fn publish_page(
    visit: &Visit,
    app: &App,
    material: &Material,
    names: &Names,
    form: Form,
) -> Result<PublishPage, WebError> {
    let Material { area, period, figures, previous, .. } = material;
    let units = unit_names(app, area).await?;
    let taken = |task: &StoredTask| {
        matches!(task.submission.state, SubmissionState::Accepted | SubmissionState::Published)
    };
    let open = |(round, task): (&StoredRound, &StoredTask)| OpenUnit {
        unit: unit_name(&units, &task.key.unit),
        round: round.round.title.clone(),
        state: task.submission.state.label(),
    };
    let action = publish_url(area, *period);
    let key = material.next();
    let params = Params::read(&action, "");
    Ok(PublishPage {
        shell: shell(visit, area, format!("发布{}", key.label())),
        back: format!("/editions/{area}"),
        region: published::region_name(app, area).await?,
        period: period.label(),
        label: key.label(),
        previous: previous.as_ref().map(Edition::label),
        seen: Edition::content_hash(figures),
        figures: figures.len(),
        without: figures.iter().filter(|f| f.value.figure().is_none()).count(),
        open: material.tasks().filter(|(_, task)| !taken(task)).map(open).collect(),
        accepted: material.tasks().filter(|(_, task)| taken(task)).count(),
        quality: material.quality(visit.frame.today),
        changes: changes(material, names),
        missing: missing(figures, names, &units),
        hidden: hidden_rows(figures, *period, names),
        nothing: if period.is_whole_year() {
            "先在审核中接受各单位的报送。"
        } else {
            "年度指标的半年、季度自报进度只供内部掌握，不发布；按半年、季度统计的指标先在审核中接受。"
        },
        kinds: kinds(form.value("kind")),
        exports: (params.with(&[("export", "xlsx")]), params.with(&[("export", "csv")])),
        action,
        form,
    })
}

fn kinds(chosen: &str) -> Vec<Choice> {
    let chosen = if chosen.is_empty() { "final" } else { chosen };
    vec![
        Choice::new("final", "正式数据", chosen),
        Choice::new("preliminary", "初步数据（以后还会核定）", chosen),
    ]
}

/// 女，农村; empty for the unsplit figure.
pub(crate) fn split(figure: &Observation) -> String {
    let (sex, residence) = (figure.key.sex, figure.key.residence);
    let parts = [sex.label(), residence.label()].into_iter().filter(|label| *label != "合计");
    parts.collect::<Vec<_>>().join("，")
}

/// What a figure says, a missing one with its reason.
pub(crate) fn said(figure: Option<&Observation>) -> String {
    match figure {
        None => "（无）".to_owned(),
        Some(figure) => why_not_shown(figure).unwrap_or_else(|| cell(Some(&figure.value))),
    }
}

fn changes(material: &Material, names: &Names) -> Cut<ChangeRow> {
    let Some(previous) = &material.previous else { return Cut::of([]) };
    let next = Edition { figures: material.figures.clone(), ..previous.clone() };
    // whether figures are preliminary is chosen below; it is no change of a figure
    let normal = |figure: &Observation| Observation {
        status: match figure.status {
            halfsky_monitor::observation::ObsStatus::Provisional => {
                halfsky_monitor::observation::ObsStatus::Normal
            }
            other => other,
        },
        ..figure.clone()
    };
    let previous =
        Edition { figures: previous.figures.iter().map(normal).collect(), ..previous.clone() };
    let changed = differences(&previous, &next);
    let row = |d: &edition::Difference<'_>| {
        let figure = d.after.or(d.before);
        ChangeRow {
            name: figure.map_or("", |f| names.name(&f.key.indicator)).to_owned(),
            split: figure.map(split).unwrap_or_default(),
            before: said(d.before),
            after: said(d.after),
        }
    };
    Cut::of(changed.iter().map(row).collect::<Vec<_>>())
}

fn missing(
    figures: &[Observation],
    names: &Names,
    units: &std::collections::BTreeMap<UnitId, String>,
) -> Cut<MissingRow> {
    let row = |entry: halfsky_monitor::missing::MissingEntry| MissingRow {
        name: names.name(&entry.indicator).to_owned(),
        reason: match entry.note.as_str() {
            "" => entry.reason.label().to_owned(),
            note => format!("{}（{note}）", entry.reason.label()),
        },
        owner: unit_name(units, &UnitId(entry.owner)),
        substitute: entry.substitute,
    };
    Cut::of(register(figures).into_iter().map(row))
}

fn hidden_rows(figures: &[Observation], period: Period, names: &Names) -> Cut<HiddenRow> {
    let hidden = hidden(figures, names.structure(period.year()));
    let row = |figure: &Observation| {
        let why = hidden.get(&figure.key)?;
        Some(HiddenRow {
            name: names.name(&figure.key.indicator).to_owned(),
            split: split(figure),
            figure: cell(Some(&figure.value)),
            why: why.label(),
        })
    };
    Cut::of(figures.iter().filter_map(row))
}

/// `POST /editions/{ref_area}/{period}/publish`
pub(crate) async fn publish(
    visit: Visit,
    State(app): State<App>,
    Path((area, period)): Path<(String, String)>,
    Posted(mut form): Posted,
) -> Answer {
    let (area, period): (RefArea, Period) =
        (area_of(&area)?, period.parse().map_err(|_| nothing())?);
    if !form.ticked("agreed") {
        form.refuse("agreed", "请核对上面的内容并勾选后再发布");
    }
    let now = app.now();
    let stamp = visit.stamp(&app);
    let mut tx = app.store.begin(&area).await?;
    // writers of a region follow one another: what is read here still holds when the edition is kept
    let material = Material::load(&app, area.clone(), period).await?;
    if form.value("seen") != Edition::content_hash(&material.figures) {
        form.refuse("agreed", "您核对期间数据有变化，没有发布；请按新的内容重新核对");
    }
    let made = material.publish(&form, visit.actor(), now.to_string());
    match &made {
        Err(refusal @ PublishRefusal::NoNotes) => form.refuse("notes", refusal.to_string()),
        Err(refusal) => form.refuse("agreed", refusal.to_string()),
        Ok(_) => {}
    }
    let edition = match made {
        Ok(edition) if !form.is_refused() => edition,
        _ => {
            tx.rollback().await?;
            let names = published::names(&app).await?;
            let mut response = page(&publish_page(&visit, &app, &material, &names, form).await?)?;
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            return Ok(response);
        }
    };
    editions::insert(&mut tx, &edition).await?;
    let (key, at) = (EditionKey::of(&edition), now.to_string());
    let mut notices = vec![notice(&app, &edition, office())];
    for (round, task) in material.tasks() {
        if task.submission.state != SubmissionState::Accepted {
            continue;
        }
        let circumstances = Circumstances {
            round: &round.round,
            today: text::date(now),
            now: &at,
            findings: &[],
            explanations: &[],
        };
        let actor = Actor::Approver { name: visit.actor() };
        let step = Step::Publish { edition: edition.number };
        let (next, _) = task
            .submission
            .apply(&step, &actor, &circumstances)
            .map_err(|refusal| WebError::Refused(format!("{refusal}。")))?;
        tasks::save_step(&mut tx, &task.key, task.revision, &next, &stamp).await?;
        notices.push(notice(&app, &edition, Recipient::Unit(task.key.unit.clone())));
    }
    notifications::notify(&mut tx, &notices).await?;
    let region = published::region_name(&app, &area).await?;
    let entry = visit.entry(&app, "edition.publish", &key.object());
    let entry = entry.about(&format!("{region}{}", edition.label()));
    tx.commit(
        entry.changed("校验码", &edition.previous_hash, &edition.hash).because(&edition.notes),
    )
    .await?;
    let evaluated = after_publishing(&visit, &app, &area, period.year()).await;
    let (label, figures) = (edition.label(), edition.figures.len());
    let toast = Toast::new(format!("已发布{label}，共{figures}个数据项{evaluated}"));
    Ok(visit.redirect(&app, &toast, &url(&area, key)))
}

/// Everybody of the committee's office.
fn office() -> Recipient {
    Recipient::Role(halfsky_monitor::role::Role::CommitteeOffice.code().to_owned())
}

fn notice(app: &App, edition: &Edition, to: Recipient) -> Notification {
    Notification {
        id: app.new_id(),
        to,
        kind: "published".to_owned(),
        title: format!("已发布{}", edition.label()),
        content: edition.notes.clone(),
        link: url(&edition.ref_area, EditionKey::of(edition)),
        created_at: app.now(),
        by_mail: ByMail::No,
    }
}
