//! 备份: when the last one was made, how the others ended, one more at once; and the other daily work.
//!
//! A backup holds everything, also what the system administrator may not see: it is never handed out here.

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use halfsky_monitor::appointment::INSTALLATION;
use halfsky_plan::ref_area::RefArea;
use halfsky_report::table::{Column, Table};
use halfsky_store::audit::anchor;
use halfsky_store::backup::runs::{self, Cause, Run, RunOutcome};
use halfsky_store::backup::{self, Policy};
use halfsky_store::jobs::{self, Job, JobKey, JobState, NewJob};
use halfsky_store::sessions;
use jiff::Timestamp;

use super::shell;
use crate::app::App;
use crate::error::WebError;
use crate::export;
use crate::form::Posted;
use crate::list::{Listing, Params, sort_rows};
use crate::pages::{Answer, page};
use crate::parts::progress::{self, Progress};
use crate::parts::toast::Toast;
use crate::shell::Shell;
use crate::text;
use crate::visit::Visit;

const PATH: &str = "/admin/backup";
const DEFAULT_SORT: &str = "-time";

/// How many runs are shown.
const SHOWN: i64 = 500;

/// Daily work beside the backup: kind and words.
const OTHERS: [(&str, &str); 2] = [(anchor::JOB, "审计锚定"), (sessions::JOB, "清理到期的登录")];

#[derive(Template)]
#[template(path = "admin/backup.html")]
struct BackupPage {
    shell: Shell,
    /// None where this program makes no backups.
    plan: Option<PlanView>,
    /// The last one that ended well.
    last: String,
    /// A backup that waits or is being made.
    working: Option<Progress>,
    list: Listing<Row>,
    others: Vec<Other>,
}

/// What was decided, in words.
struct PlanView {
    dir: String,
    next: String,
    keep: String,
    protection: &'static str,
}

/// A run, as the list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    at: Timestamp,
    started: String,
    cause: &'static str,
    state: &'static str,
    size: String,
    encrypted: &'static str,
    /// Name of the file, or why there is none.
    note: String,
}

/// Other daily work, as it last went.
struct Other {
    name: &'static str,
    state: &'static str,
    ended: String,
    outcome: String,
}

/// What is loaded for the page.
struct Loaded {
    runs: Vec<Run>,
    last: Option<Run>,
    open: Option<Job>,
    others: Vec<Option<Job>>,
}

fn place() -> Result<RefArea, WebError> {
    Ok(INSTALLATION.parse().map_err(anyhow::Error::from)?)
}

async fn load(app: &App) -> Result<Loaded, WebError> {
    let (store, place) = (&app.store, place()?);
    let mut others = Vec::new();
    for (kind, _) in OTHERS {
        others.push(jobs::newest(store, &place, kind).await?);
    }
    Ok(Loaded {
        runs: runs::last(store, SHOWN).await?,
        last: runs::last_done(store).await?,
        open: jobs::open(store, &place, backup::JOB).await?.into_iter().next(),
        others,
    })
}

/// `GET /admin/backup`
pub(crate) async fn show(
    visit: Visit,
    State(app): State<App>,
    headers: HeaderMap,
    params: Params,
) -> Answer {
    let loaded = load(&app).await?;
    if loaded.open.is_none()
        && let Some(reload) = progress::finished(&headers)
    {
        return Ok(reload);
    }
    if let Some(format) = export::Format::asked(&params) {
        return export::answer(&table(&rows(&loaded.runs, &params)), format);
    }
    page(&backup_page(&visit, app.settings.backups.as_ref(), &loaded, (&params, app.now())))
}

fn backup_page(
    visit: &Visit,
    policy: Option<&Policy>,
    loaded: &Loaded,
    (params, now): (&Params, Timestamp),
) -> BackupPage {
    let working = loaded.open.as_ref().map(|job| {
        let doing = match (job.state, job.progress.what.as_str()) {
            (JobState::Waiting, _) => "等待开始备份",
            (_, "") => "正在备份",
            (_, what) => what,
        };
        Progress::new(doing, now.duration_since(job.created.at).as_secs().max(0))
    });
    let shell = shell(visit, "备份");
    BackupPage {
        shell: if working.is_some() { shell.refreshing(2) } else { shell },
        plan: policy.map(|policy| plan_view(policy, now)),
        last: loaded.last.as_ref().map_or_else(|| "还没有".to_owned(), |run| last(run, now)),
        working,
        list: Listing::new(params, rows(&loaded.runs, params), &[], DEFAULT_SORT),
        others: OTHERS
            .into_iter()
            .zip(&loaded.others)
            .map(|((_, name), job)| other(name, job.as_ref()))
            .collect(),
    }
}

fn plan_view(policy: &Policy, now: Timestamp) -> PlanView {
    PlanView {
        dir: policy.dir.display().to_string(),
        next: policy.next(now).map_or_else(|| "不自动备份".to_owned(), text::minute),
        keep: format!("最近{}份", policy.keep),
        protection: if policy.protection.is_encrypted() {
            "加密，含密钥文件"
        } else {
            "不加密，不含密钥文件（密钥文件须另行保管）"
        },
    }
}

/// 2026年3月5日 02:00，3.4 MB，7小时前
fn last(run: &Run, now: Timestamp) -> String {
    let size = match &run.outcome {
        RunOutcome::Done { size, .. } => text::size(*size),
        RunOutcome::Running | RunOutcome::Failed(_) => String::new(),
    };
    let hours = now.duration_since(run.started_at).as_hours().max(0);
    let age =
        if hours < 48 { format!("{hours}小时前") } else { format!("{}天前", hours / 24) };
    format!("{}，{size}，{age}", text::minute(run.started_at))
}

fn other(name: &'static str, job: Option<&Job>) -> Other {
    let Some(job) = job else {
        return Other {
            name, state: "还没有运行", ended: String::new(), outcome: String::new()
        };
    };
    Other {
        name,
        state: job.state.label(),
        ended: job.finished_at.map_or_else(String::new, text::minute),
        outcome: job.outcome.clone(),
    }
}

fn rows(runs: &[Run], params: &Params) -> Vec<Row> {
    let mut rows: Vec<Row> = runs.iter().map(row).collect();
    sort_rows(&mut rows, params, DEFAULT_SORT, |row, key| match key {
        "state" => (row.state, row.at),
        _ => ("", row.at),
    });
    rows
}

fn row(run: &Run) -> Row {
    let (state, size, note) = match &run.outcome {
        RunOutcome::Running => ("进行中", String::new(), String::new()),
        RunOutcome::Done { file, size } => ("成功", text::size(*size), file.clone()),
        RunOutcome::Failed(why) => ("失败", String::new(), why.clone()),
    };
    Row {
        at: run.started_at,
        started: text::minute(run.started_at),
        cause: run.cause.label(),
        state,
        size,
        encrypted: if run.encrypted { "是" } else { "否" },
        note,
    }
}

fn table(rows: &[Row]) -> Table {
    let cells = |row: &Row| {
        let note = row.note.clone();
        let words = [row.cause, row.state].map(str::to_owned);
        let mut cells = vec![row.started.clone()];
        cells.extend(words);
        cells.extend([row.size.clone(), row.encrypted.to_owned(), note]);
        cells
    };
    Table {
        title: "备份记录".to_owned(),
        columns: ["开始时间", "方式", "结果", "大小", "加密", "文件或失败原因"]
            .map(Column::words)
            .to_vec(),
        rows: rows.iter().map(cells).collect(),
    }
}

/// `POST /admin/backup`: a backup at once. It is made by whichever process is free.
pub(crate) async fn start(visit: Visit, State(app): State<App>, Posted(_form): Posted) -> Answer {
    if app.settings.backups.is_none() {
        return Err(WebError::Refused("这个程序没有配置备份。".to_owned()));
    }
    let place = place()?;
    if !jobs::open(&app.store, &place, backup::JOB).await?.is_empty() {
        return Err(WebError::Conflict("已有一次备份在等待或进行中，请等它结束。".to_owned()));
    }
    let job = NewJob {
        key: JobKey { ref_area: place, id: app.new_id() },
        kind: backup::JOB.to_owned(),
        mark: None,
        arguments: Cause::Manual.code().to_owned(),
        due: app.now(),
    };
    let mut tx = app.store.begin_reference().await?;
    jobs::add(&mut tx, &job, &visit.stamp(&app)).await?;
    tx.commit(visit.entry(&app, "backup.ask", "backup")).await?;
    Ok(visit.redirect(&app, &Toast::new("已开始备份"), PATH))
}

#[cfg(test)]
mod tests {
    use halfsky_store::backup::Protection;
    use halfsky_store::plans::Stamp;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn run(day: u8, outcome: RunOutcome) -> Run {
        Run {
            started_at: at(&format!("2026-03-{day:02}T18:00:00Z")),
            cause: Cause::Daily,
            finished_at: None,
            outcome,
            encrypted: true,
        }
    }

    fn job(state: JobState, what: &str) -> Job {
        Job {
            key: JobKey { ref_area: INSTALLATION.parse().unwrap(), id: "1".to_owned() },
            kind: backup::JOB.to_owned(),
            state,
            arguments: String::new(),
            progress: jobs::Progress { done: 0, total: 0, what: what.to_owned() },
            attempts: 1,
            cancel_asked: false,
            created: Stamp { at: at("2026-03-05T01:29:30Z"), by: "示例人员".to_owned() },
            finished_at: state.is_over().then(|| at("2026-03-05T01:30:00Z")),
            outcome: "第3号锚定".to_owned(),
        }
    }

    fn draw(open: Option<Job>, policy: Option<&Policy>) -> String {
        let done = RunOutcome::Done { file: "halfsky-1.tar.gz.age".to_owned(), size: 3 << 20 };
        let failed = RunOutcome::Failed("磁盘空间不足".to_owned());
        let loaded = Loaded {
            runs: vec![run(4, failed), run(3, done.clone())],
            last: Some(run(3, done)),
            open,
            others: vec![Some(job(JobState::Done, "")), None],
        };
        let params = Params::read(PATH, "");
        let given = (&params, at("2026-03-05T01:30:00Z"));
        backup_page(&Visit::sample(), policy, &loaded, given).render().unwrap()
    }

    fn policy() -> Policy {
        Policy {
            dir: "/var/backups/halfsky".into(),
            hour: Some(2),
            keep: 14,
            protection: Protection::None,
            key_file: None,
        }
    }

    #[test]
    fn tells_how_backups_stand() {
        let html = draw(None, Some(&policy()));
        for words in [
            "2026年3月4日 02:00，3.0 MB，31小时前",
            "2026年3月6日 02:00",
            "/var/backups/halfsky",
            "磁盘空间不足",
            "第3号锚定",
            "还没有运行",
            "现在备份",
        ] {
            assert!(html.contains(words), "{words} in {html}");
        }
        assert!(!html.contains("id=\"progress\""));
        assert_eq!(html, draw(None, Some(&policy())));
    }

    #[test]
    fn one_that_is_being_made_is_watched_and_not_begun_again() {
        let waiting = draw(Some(job(JobState::Waiting, "")), Some(&policy()));
        assert!(waiting.contains("等待开始备份") && waiting.contains("已用30秒"));
        let running = draw(Some(job(JobState::Running, "正在备份表 plan")), Some(&policy()));
        assert!(running.contains("正在备份表 plan") && !running.contains("现在备份"));
    }

    #[test]
    fn a_program_without_backups_says_so() {
        let html = draw(None, None);
        assert!(html.contains("没有配置备份") && !html.contains("现在备份"));
    }
}
