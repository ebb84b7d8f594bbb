//! A filled-in workbook or a foreign table: kept, read, shown as exactly the changes it would make, then taken over.
//!
//! The file stays under its hash, so that a reload reads it again; nothing of it is in the form before somebody agrees.
//! A large one is read beside the requests, and its page shows how far that is.

mod read;

use std::time::Duration;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use halfsky_monitor::workbook::{Change, Changed, Grid, open};
use halfsky_store::files::FileHash;

use self::read::{Against, Found, Preview};
use super::save;
use super::task::{self, TaskPath, Work};
use crate::app::App;
use crate::background::{Ended, GoingOn, State as Outcome};
use crate::error::WebError;
use crate::form::{Form, Posted, Upload};
use crate::list::Params;
use crate::pages::{Answer, page};
use crate::parts::progress::{self, Progress};
use crate::parts::toast::Toast;
use crate::shell::Shell;
use crate::visit::Visit;

/// The address of a kept file: region, round, unit, hash.
pub(crate) type FilePath = Path<(String, String, String, String)>;

/// What reading a file for its preview comes to; None where the meaning of its columns is not known.
pub(crate) type Read = Result<Option<Preview>, WebError>;

/// How long a page waits for its preview before it shows progress instead.
const PATIENCE: Duration = Duration::from_millis(900);

#[derive(Template)]
#[template(path = "reporting/upload.html")]
struct ChoosePage {
    shell: Shell,
    form: Form,
    url: String,
}

#[derive(Template)]
#[template(path = "reporting/upload-progress.html")]
struct ProgressPage {
    shell: Shell,
    url: String,
    name: String,
    working: Progress,
}

#[derive(Template)]
#[template(path = "reporting/preview.html")]
struct PreviewPage {
    shell: Shell,
    url: String,
    here: String,
    name: String,
    preview: Preview,
    /// The form changed after the preview was drawn.
    moved_on: bool,
    open: bool,
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
    Ok(Redirect::to(&address(&work, hash.as_str(), &file.name)).into_response())
}

/// The address of the preview of a file.
fn address(work: &Work, hash: &str, name: &str) -> String {
    let name = form_urlencoded::byte_serialize(name.as_bytes()).collect::<String>();
    format!("{}/upload/{hash}?name={name}", work.url())
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
    let hash = read::parsed(hash)?;
    let files = app.store.files().clone();
    in_background(move || read::grids_of(&files, &hash)).await?
}

/// `GET …/upload/{file}`: progress until the preview is there
pub(crate) async fn preview(
    visit: Visit,
    State(app): State<App>,
    Path((area, round, unit, file)): FilePath,
    params: Params,
    headers: HeaderMap,
) -> Answer {
    let work = task::load(&app, &visit, &(area, round, unit)).await?;
    let around = (file.as_str(), params.value("name"), Moved::No);
    // everybody waits for a preview of their own
    let key = format!("{} {}/upload/{file}", visit.account()?.id.0, work.url());
    if app.previews.has_ended(&key)
        && let Some(reload) = progress::finished(&headers)
    {
        return Ok(reload);
    }
    let mut known = app.previews.take(&key);
    if matches!(known, Outcome::Unknown) {
        let against = Against::load(&app, &work, &file).await?;
        let begin = (app.now(), "正在打开文件");
        let reading = app.previews.start(key.clone(), begin, move |teller| {
            against.preview(|doing, percent| teller.doing(doing, percent))
        });
        // a small file leads straight to its preview; a large one goes on and shows its progress
        let _ = tokio::time::timeout(PATIENCE, reading).await;
        known = app.previews.take(&key);
    }
    match known {
        Outcome::GoingOn(far) => page(&progress_page(&app, &visit, &work, far, around.1)),
        Outcome::Ended(Ended::With(read)) => draw(&visit, &work, around, read?),
        Outcome::Ended(Ended::Broken) | Outcome::Unknown => Err(WebError::Refused(
            "读取这个文件时出错。请用原软件打开后另存为 .xlsx 或 .csv，再重新上传。".to_owned(),
        )),
    }
}

fn progress_page(app: &App, visit: &Visit, work: &Work, far: GoingOn, name: &str) -> ProgressPage {
    let seconds = app.now().duration_since(far.started).as_secs();
    let working = Progress { percent: Some(far.percent), ..Progress::new(far.doing, seconds) };
    let shell = work.shell(visit, Some("正在读取上传的表")).refreshing(2);
    ProgressPage { shell, url: work.url(), name: name.to_owned(), working }
}

/// Whether the form changed after its preview was drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moved {
    No,
    On,
}

fn draw(
    visit: &Visit,
    work: &Work,
    (file, name, moved): (&str, &str, Moved),
    preview: Option<Preview>,
) -> Answer {
    let here = address(work, file, name);
    let Some(preview) = preview else {
        return Ok(Redirect::to(&here.replacen("?name=", "/mapping?name=", 1)).into_response());
    };
    page(&PreviewPage {
        shell: work.shell(visit, Some("核对要改动的内容")),
        url: work.url(),
        here,
        name: name.to_owned(),
        preview,
        moved_on: moved == Moved::On,
        open: work.is_open(visit),
    })
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
    let against = Against::load(&app, &work, &file).await?;
    let (reader, seen) = (against.clone(), form.value("seen").to_owned());
    let wanted = in_background(move || -> Result<_, WebError> {
        let Found::Reading { reading, before, .. } = reader.read(|| {})? else {
            return Err(WebError::Refused("还没有设置列对应关系。请重新上传。".to_owned()));
        };
        let as_shown = read::fingerprint(&reading) == seen;
        Ok(as_shown.then(|| reader.changes(&before, &reading)))
    });
    let name = params.value("name");
    let Some(changes) = wanted.await?? else {
        return drawn_anew(&visit, &work, (&file, name), against).await;
    };
    let change = save::Change { changes, ..save::Change::default() };
    let saved = save::keep(&app, (&visit, &work), &against.basis, &change, "entry.import").await?;
    if !saved.conflicts.is_empty() {
        let against = Against::load(&app, &work, &file).await?;
        return drawn_anew(&visit, &work, (&file, name), against).await;
    }
    let toast = Toast::new(format!("已导入{}处改动", saved.written.len()));
    Ok(visit.redirect(&app, &toast, &work.url()))
}

/// The preview once more, because the form is not what it was when the preview was drawn.
async fn drawn_anew(
    visit: &Visit,
    work: &Work,
    (file, name): (&str, &str),
    against: Against,
) -> Result<Response, WebError> {
    let preview = in_background(move || against.preview(|_, _| {})).await??;
    let mut answer = draw(visit, work, (file, name, Moved::On), preview)?;
    *answer.status_mut() = StatusCode::CONFLICT;
    Ok(answer)
}
