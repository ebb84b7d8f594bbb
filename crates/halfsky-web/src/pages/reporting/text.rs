//! A text for the office: a structured form, files, or both; in versions, handed in by the reviewer of the unit.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect};
use halfsky_monitor::round::RoundSubject;
use halfsky_monitor::submission::{Step, SubmissionState};
use halfsky_monitor::text_report::{Attachment, TextKind, TextReport};
use halfsky_store::files::FileHash;
use halfsky_store::tasks;
use halfsky_store::texts::{self, StoredText};

use super::history;
use super::step::{self, Checked};
use super::task::{self, TaskPath, Work};
use super::upload;
use crate::app::App;
use crate::error::WebError;
use crate::form::{Form, Upload, UploadedFile};
use crate::pages::{Answer, download as hand_out, page};
use crate::parts::due::Due;
use crate::parts::toast::Toast;
use crate::shell::Shell;
use crate::text as words_of;
use crate::visit::Visit;

/// Endings of files that are taken.
const ACCEPTED: &str = ".docx,.doc,.pdf,.wps,.ofd,.xlsx,.zip,.jpg,.png";
/// Longest words in a field.
const LONGEST: usize = 20_000;
/// Most files with one version.
const MOST_FILES: usize = 20;

/// The version that is being written, or an empty next one.
#[derive(Debug, Clone)]
pub(crate) struct OpenVersion {
    pub(crate) version: u32,
    pub(crate) report: TextReport,
    revision: i64,
}

#[derive(Template)]
#[template(path = "reporting/text.html")]
struct TextPage {
    shell: Shell,
    form: Form,
    url: String,
    unit: String,
    kind: &'static str,
    basis: String,
    state: &'static str,
    due: Due,
    open: bool,
    closed_because: String,
    answers: bool,
    returned: Option<(String, String)>,
    version: u32,
    revision: i64,
    fields: Vec<FieldLine>,
    files: Vec<FileLine>,
    /// The version whose files are listed: a version nobody has saved yet begins with those of the last.
    files_of: u32,
    past: Vec<Past>,
    accepted: &'static str,
}

struct FieldLine {
    name: &'static str,
    label: String,
    words: String,
}

struct FileLine {
    name: String,
    size: String,
    position: usize,
}

/// A version that was handed in.
struct Past {
    version: u32,
    at: String,
    filing_number: String,
    files: Vec<FileLine>,
}

/// The version that is being written; a new one begins with the words of the last.
pub(crate) async fn open_version(
    app: &App,
    work: &Work,
    kind: TextKind,
) -> Result<OpenVersion, WebError> {
    let versions = texts::versions(&app.store, work.key()).await?;
    Ok(open_of(versions.last(), kind))
}

fn open_of(last: Option<&StoredText>, kind: TextKind) -> OpenVersion {
    match last {
        None => {
            let report = TextReport { kind, words: Vec::new(), attachments: Vec::new() };
            OpenVersion { version: 1, report, revision: 0 }
        }
        Some(last) if last.submitted_at.is_none() => OpenVersion {
            version: last.version,
            report: last.report.clone(),
            revision: last.revision,
        },
        Some(last) => {
            OpenVersion { version: last.version + 1, report: last.report.clone(), revision: 0 }
        }
    }
}

/// Shows the text as it is kept.
pub(crate) async fn show(app: &App, visit: &Visit, work: &Work) -> Answer {
    draw(app, visit, work, None).await
}

async fn draw(app: &App, visit: &Visit, work: &Work, typed: Option<Form>) -> Answer {
    let RoundSubject::Text { kind, .. } = work.round.round.subject else {
        return Err(WebError::NotFound("这项任务报送的是数据。".to_owned()));
    };
    let versions = texts::versions(&app.store, work.key()).await?;
    let open = work.is_open(visit);
    let current = match versions.last() {
        // what was handed in is shown as it is until somebody begins the next version
        Some(last) if !open => OpenVersion {
            version: last.version,
            report: last.report.clone(),
            revision: last.revision,
        },
        last => open_of(last, kind),
    };
    let refused = typed.is_some();
    let form = typed.unwrap_or_default();
    let fields = kind.fields().iter().map(|field| FieldLine {
        name: field.code,
        label: if field.required {
            field.label.to_owned()
        } else {
            format!("{}（选填）", field.label)
        },
        words: if refused { form.raw(field.code) } else { current.report.field(field.code) }
            .to_owned(),
    });
    let mut answer = page(&TextPage {
        shell: work.shell(visit, None),
        url: work.url(),
        unit: work.unit.clone(),
        kind: kind.label(),
        basis: work.round.round.basis.clone(),
        state: work.state().label(),
        due: work.due(visit),
        open,
        closed_because: work.closed_because(visit),
        answers: work.rights.reviews && work.state() == SubmissionState::AwaitingUnitReview,
        returned: history::sent_back(app, work).await?,
        version: current.version,
        revision: current.revision,
        fields: fields.collect(),
        files: file_lines(&current.report),
        files_of: if current.revision == 0 { current.version.max(2) - 1 } else { current.version },
        past: versions.iter().rev().filter_map(past).collect(),
        accepted: ACCEPTED,
        form,
    })?;
    if refused {
        *answer.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(answer)
}

fn file_lines(report: &TextReport) -> Vec<FileLine> {
    let line = |(position, file): (usize, &Attachment)| FileLine {
        name: file.name.clone(),
        size: words_of::size(file.size),
        position,
    };
    report.attachments.iter().enumerate().map(line).collect()
}

fn past(stored: &StoredText) -> Option<Past> {
    Some(Past {
        version: stored.version,
        at: words_of::minute(stored.submitted_at?),
        filing_number: stored.filing_number.clone(),
        files: file_lines(&stored.report),
    })
}

/// `POST …/text`
pub(crate) async fn save(
    visit: Visit,
    State(app): State<App>,
    Path(parts): TaskPath,
    Upload { mut form, file }: Upload,
) -> Answer {
    let work = task::load(&app, &visit, &parts).await?;
    let RoundSubject::Text { kind, .. } = work.round.round.subject else {
        return Err(WebError::NotFound("这项任务报送的是数据。".to_owned()));
    };
    let next = step::take(&app, &visit, &work, &Step::Save, Checked::default())
        .map_err(|refusal| step::refused(&refusal))?;
    let before = open_version(&app, &work, kind).await?;
    let mut report = before.report;
    report.kind = kind;
    report.words = kind
        .fields()
        .iter()
        .map(|field| (field.code.to_owned(), form.value(field.code).replace("\r\n", "\n")))
        .collect();
    let long = report.words.iter().find(|(_, words)| words.chars().count() > LONGEST);
    if let Some((code, _)) = long {
        form.refuse(&code.clone(), format!("不能超过{LONGEST}字；更长的内容请放在附件里"));
    }
    let removed: Vec<String> = form.values("remove").map(str::to_owned).collect();
    let mut position = 0;
    report.attachments.retain(|_| {
        position += 1;
        !removed.contains(&(position - 1).to_string())
    });
    if report.attachments.len() >= MOST_FILES && file.is_some() {
        form.refuse("file", format!("附件最多{MOST_FILES}个"));
    }
    if form.is_refused() {
        return draw(&app, &visit, &work, Some(form)).await;
    }
    if let Some(file) = file {
        report.attachments.push(attach(&app, file).await?);
    }
    let key = work.key();
    let stamp = visit.stamp(&app);
    let seen = form.value("seen").parse().unwrap_or(0);
    let mut tx = app.store.begin(&key.ref_area).await?;
    tasks::require(&mut tx, key, work.task.revision).await?;
    match texts::save(&mut tx, key, seen, &report, &stamp).await {
        Ok(_) => {}
        Err(halfsky_store::Error::Conflict(message)) => {
            tx.rollback().await?;
            form.refuse(kind.fields().first().map_or("file", |field| field.code), message);
            let mut answer = draw(&app, &visit, &work, Some(form)).await?;
            *answer.status_mut() = StatusCode::CONFLICT;
            return Ok(answer);
        }
        Err(error) => return Err(error.into()),
    }
    if work.state() != SubmissionState::InProgress {
        tasks::save_step(&mut tx, key, work.task.revision, &next, &stamp).await?;
    }
    tx.commit(visit.entry(&app, "text.save", &key.object()).about(&work.round.round.title)).await?;
    if form.value("then") == "send" {
        return Ok(Redirect::to(&format!("{}/send", work.url())).into_response());
    }
    Ok(visit.redirect(&app, &Toast::new("已保存"), &work.url()))
}

async fn attach(app: &App, file: UploadedFile) -> Result<Attachment, WebError> {
    let size = u64::try_from(file.bytes.len()).unwrap_or(u64::MAX);
    let hash = upload::keep_bytes(app, file.bytes.to_vec()).await?;
    Ok(Attachment { name: file.name, sha256: hash.as_str().to_owned(), size })
}

/// `GET …/files/{number}/{position}`
pub(crate) async fn file(
    visit: Visit,
    State(app): State<App>,
    Path((area, round, unit, number, position)): Path<(String, String, String, String, String)>,
) -> Answer {
    let work = task::load(&app, &visit, &(area, round, unit)).await?;
    let versions = texts::versions(&app.store, work.key()).await?;
    let missing = || WebError::NotFound("没有这个附件。".to_owned());
    let version = versions.iter().find(|v| v.version.to_string() == number);
    let version = version.ok_or_else(missing)?;
    let position: usize = position.parse().map_err(|_| missing())?;
    let file = version.report.attachments.get(position).ok_or_else(missing)?;
    let hash = FileHash::parse(&file.sha256).ok_or_else(missing)?;
    let files = app.store.files().clone();
    let bytes = upload::in_background(move || files.read(&hash)).await??;
    Ok(hand_out(&file.name, "application/octet-stream", bytes))
}
