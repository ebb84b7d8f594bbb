//! A filled-in workbook or a foreign table: kept, read, shown as exactly the changes it would make, then taken over.
//!
//! The file stays under its hash, so that a reload reads it again; nothing of it is in the form before somebody agrees.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use halfsky_monitor::validation::Finding;
use halfsky_monitor::workbook::{
    Change, Changed, Grid, Mapping, ReadRefusal, Reading, SheetProblem, open, propose, read_mapped,
    read_template,
};
use halfsky_store::entries::{self, CellChange};
use halfsky_store::files::FileHash;
use halfsky_store::form_mappings;

use super::basis::Basis;
use super::grid::{self, Filled};
use super::save;
use super::task::{self, TaskPath, Work};
use crate::app::App;
use crate::error::WebError;
use crate::form::{Form, Posted, Upload};
use crate::list::Params;
use crate::pages::{Answer, page};
use crate::parts::toast::Toast;
use crate::shell::Shell;
use crate::visit::Visit;

/// The address of a kept file: region, round, unit, hash.
pub(crate) type FilePath = Path<(String, String, String, String)>;

/// Changes that are listed; all are counted and taken over.
const LISTED: usize = 500;

#[derive(Template)]
#[template(path = "reporting/upload.html")]
struct ChoosePage {
    shell: Shell,
    form: Form,
    url: String,
}

#[derive(Template)]
#[template(path = "reporting/preview.html")]
struct PreviewPage {
    shell: Shell,
    url: String,
    here: String,
    name: String,
    /// How the file was read, for foreign tables.
    layout: String,
    changes: Vec<Change>,
    all: usize,
    problems: Vec<SheetProblem>,
    all_problems: usize,
    unchanged: usize,
    /// What the checks would find in what the file changes.
    checked: Vec<Checked>,
    seen: String,
    /// The form changed after the preview was drawn.
    moved_on: bool,
    open: bool,
}

/// A finding with the place in the file it comes from; the row, when the file leaves that cell alone.
struct Checked {
    place: String,
    kind: &'static str,
    word: &'static str,
    finding: Finding,
}

/// What the checks find in the rows a file changes, errors first.
fn checked(basis: &Basis, reading: &Reading) -> Vec<Checked> {
    let place = |finding: &Finding| {
        let here = |c: &&Change| {
            c.row == finding.cell.row && c.what == Changed::Figure(finding.cell.column)
        };
        let cell = reading.changes.iter().find(here).map(|change| change.place.clone());
        let row = reading.changes.iter().find(|change| change.row == finding.cell.row);
        row.map(|row| cell.unwrap_or_else(|| row.name.clone()))
    };
    let mut found: Vec<Checked> = basis
        .check(&reading.entries)
        .into_iter()
        .filter_map(|finding| {
            let place = place(&finding)?;
            let (kind, word) = (grid::kind(finding.severity), finding.severity.label());
            Some(Checked { place, kind, word, finding })
        })
        .collect();
    found.sort_by_key(|one| one.finding.severity);
    found
}

impl PreviewPage {
    fn what(change: &Change) -> &'static str {
        match change.what {
            Changed::Figure(column) => column.label(),
            Changed::Missing => "缺数原因",
            Changed::Remark => "备注",
        }
    }
}

/// `GET …/upload`
pub(crate) async fn choose(visit: Visit, State(app): State<App>, Path(parts): TaskPath) -> Answer {
    let work = task::load(&app, &visit, &parts).await?;
    work.period()?;
    page(&choose_page(&visit, &work, Form::default()))
}

fn choose_page(visit: &Visit, work: &Work, form: Form) -> ChoosePage {
    ChoosePage { shell: work.shell(visit, Some("上传填好的表")), form, url: work.url() }
}

/// `POST …/upload`
pub(crate) async fn keep(
    visit: Visit,
    State(app): State<App>,
    Path(parts): TaskPath,
    Upload { mut form, file }: Upload,
) -> Answer {
    let work = task::load(&app, &visit, &parts).await?;
    work.period()?;
    let Some(file) = file else {
        form.refuse("file", "请选择要上传的文件");
        return refused(&visit, &work, form);
    };
    let bytes = file.bytes.to_vec();
    let read = in_background(move || (open(&bytes).err(), bytes)).await?;
    if let (Some(problem), _) = read {
        form.refuse("file", problem.to_string());
        return refused(&visit, &work, form);
    }
    let hash = keep_bytes(&app, read.1).await?;
    let name = form_urlencoded::byte_serialize(file.name.as_bytes()).collect::<String>();
    let address = format!("{}/upload/{}?name={name}", work.url(), hash.as_str());
    Ok(Redirect::to(&address).into_response())
}

fn refused(visit: &Visit, work: &Work, form: Form) -> Answer {
    let mut answer = page(&choose_page(visit, work, form))?;
    *answer.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(answer)
}

/// Keeps bytes where waiting for the disk is allowed.
pub(crate) async fn keep_bytes(app: &App, bytes: Vec<u8>) -> Result<FileHash, WebError> {
    let files = app.store.files().clone();
    Ok(in_background(move || files.keep(&bytes)).await??)
}

/// Runs what takes time beside the other requests.
pub(crate) async fn in_background<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, WebError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| WebError::Internal(error.into()))
}

/// The sheets of a kept file.
pub(crate) async fn grids(app: &App, hash: &str) -> Result<Vec<Grid>, WebError> {
    let unknown = || WebError::NotFound("没有这个文件。请重新上传。".to_owned());
    let hash = FileHash::parse(hash).ok_or_else(unknown)?;
    let files = app.store.files().clone();
    let read = in_background(move || files.read(&hash).map(|bytes| open(&bytes))).await??;
    read.map_err(|problem| WebError::Refused(format!("{problem}。")))
}

/// What a file says, or that somebody must say first what its columns mean.
enum Found {
    Reading(Box<Reading>, String),
    Unknown,
}

async fn read(
    app: &App,
    work: &Work,
    (basis, filled): (&Basis, &Filled),
    grids: &[Grid],
) -> Result<Found, WebError> {
    let (form, entries) = (&basis.form, &filled.entries);
    let key = work.key();
    match read_template(grids, form, &key.unit, basis.period, entries) {
        Ok(reading) => return Ok(Found::Reading(Box::new(reading), String::new())),
        Err(ReadRefusal::NotATemplate) => {}
        Err(refusal) => return Err(WebError::Refused(format!("{refusal}。"))),
    }
    let with = |mapping: &Mapping| read_mapped(grids, form, mapping, entries).ok();
    let proposed = propose(grids, form);
    let says_rows = |mapping: &Mapping| {
        mapping.columns.values().any(|c| *c == halfsky_monitor::workbook::MappedColumn::Code)
    };
    if proposed.check().is_ok()
        && says_rows(&proposed)
        && let Some(reading) = with(&proposed)
    {
        return Ok(Found::Reading(Box::new(reading), "按代码和栏目名称对应".to_owned()));
    }
    for known in form_mappings::list(&app.store, &key.ref_area, &key.unit, form.code()).await? {
        let fits = |reading: &Reading| !reading.changes.is_empty() || reading.unchanged > 0;
        if let Some(reading) = with(&known.mapping).filter(fits) {
            let words = format!("按已记住的列对应关系“{}”", known.name);
            return Ok(Found::Reading(Box::new(reading), words));
        }
    }
    Ok(Found::Unknown)
}

/// `GET …/upload/{file}`
pub(crate) async fn preview(
    visit: Visit,
    State(app): State<App>,
    Path((area, round, unit, file)): FilePath,
    params: Params,
) -> Answer {
    let work = task::load(&app, &visit, &(area, round, unit)).await?;
    draw(&app, &visit, &work, (&file, params.value("name"), false)).await
}

async fn draw(
    app: &App,
    visit: &Visit,
    work: &Work,
    (file, name, moved_on): (&str, &str, bool),
) -> Answer {
    let basis = Basis::load(app, work).await?;
    let filled = Filled::load(app, work, &basis).await?;
    let grids = grids(app, file).await?;
    let named = form_urlencoded::byte_serialize(name.as_bytes()).collect::<String>();
    let here = format!("{}/upload/{file}", work.url());
    let (reading, layout) = match read(app, work, (&basis, &filled), &grids).await? {
        Found::Reading(reading, layout) => (*reading, layout),
        Found::Unknown => {
            return Ok(Redirect::to(&format!("{here}/mapping?name={named}")).into_response());
        }
    };
    let seen = fingerprint(&reading);
    let (all, all_problems) = (reading.changes.len(), reading.problems.len());
    let checked = checked(&basis, &reading);
    page(&PreviewPage {
        shell: work.shell(visit, Some("核对要改动的内容")),
        url: work.url(),
        here: format!("{here}?name={named}"),
        name: name.to_owned(),
        layout,
        changes: reading.changes.into_iter().take(LISTED).collect(),
        all,
        problems: reading.problems.into_iter().take(LISTED).collect(),
        all_problems,
        unchanged: reading.unchanged,
        checked,
        seen,
        moved_on,
        open: work.is_open(visit),
    })
}

/// What was shown, so that nothing else is taken over.
fn fingerprint(reading: &Reading) -> String {
    let line = |c: &Change| format!("{}\t{:?}\t{}\t{}", c.row, c.what, c.before, c.after);
    let lines: Vec<String> = reading.changes.iter().map(line).collect();
    FileHash::of(lines.join("\n").as_bytes()).as_str().to_owned()
}

/// `POST …/upload/{file}`
pub(crate) async fn apply(
    visit: Visit,
    State(app): State<App>,
    Path((area, round, unit, file)): FilePath,
    params: Params,
    Posted(form): Posted,
) -> Answer {
    let work = task::load(&app, &visit, &(area, round, unit)).await?;
    let basis = Basis::load(&app, &work).await?;
    let filled = Filled::load(&app, &work, &basis).await?;
    let grids = grids(&app, &file).await?;
    let Found::Reading(reading, _) = read(&app, &work, (&basis, &filled), &grids).await? else {
        return Err(WebError::Refused("还没有设置列对应关系。请重新上传。".to_owned()));
    };
    if fingerprint(&reading) != form.value("seen") {
        let drawn = draw(&app, &visit, &work, (&file, params.value("name"), true)).await?;
        return Ok(conflict(drawn));
    }
    let change = save::Change { changes: changes(&filled, &reading), ..save::Change::default() };
    let saved = save::keep(&app, (&visit, &work), &basis, &change, "entry.import").await?;
    if !saved.conflicts.is_empty() {
        let drawn = draw(&app, &visit, &work, (&file, params.value("name"), true)).await?;
        return Ok(conflict(drawn));
    }
    let toast = Toast::new(format!("已导入{}处改动", saved.written.len()));
    Ok(visit.redirect(&app, &toast, &work.url()))
}

fn conflict(mut answer: Response) -> Response {
    *answer.status_mut() = StatusCode::CONFLICT;
    answer
}

/// The cells that make the form what the reading says.
fn changes(filled: &Filled, reading: &Reading) -> Vec<CellChange> {
    let mut changes = Vec::new();
    for (row, entry) in &reading.entries {
        let after = entries::contents(entry);
        let before = filled.entries.get(row).map(entries::contents).unwrap_or_default();
        for field in before.keys().chain(after.keys().filter(|f| !before.contains_key(*f))) {
            let content = after.get(field).cloned().unwrap_or_default();
            if before.get(field).map_or("", String::as_str) != content {
                let seen = filled.draft.revision(row, *field);
                changes.push(CellChange { row: row.clone(), field: *field, seen, content });
            }
        }
    }
    changes
}
