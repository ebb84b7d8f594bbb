//! The state of backups as the administrator sees it: what was begun and how it ended.

use jiff::Timestamp;

use super::protection::Protection;
use crate::audit::Entry;
use crate::error::Result;
use crate::row::{Row, instant_text, strange};
use crate::store::Store;
use crate::values::Value;

/// Why a backup was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    Daily,
    Manual,
}

impl Cause {
    /// The code used in data.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Daily => "daily",
            Self::Manual => "manual",
        }
    }

    /// The cause of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Daily, Self::Manual].into_iter().find(|cause| cause.code() == code)
    }

    /// The word shown to people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Daily => "每日自动",
            Self::Manual => "手工",
        }
    }
}

/// How a run stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunOutcome {
    Running,
    /// Name and size of the file.
    Done {
        file: String,
        size: u64,
    },
    /// Why, in plain words.
    Failed(String),
}

/// One run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Also its name: two runs never begin at the same instant.
    pub started_at: Timestamp,
    pub cause: Cause,
    pub finished_at: Option<Timestamp>,
    pub outcome: RunOutcome,
    pub encrypted: bool,
}

/// Notes that a backup has begun. The entry says who began it, and when.
pub async fn begin(
    store: &Store,
    cause: Cause,
    protection: &Protection,
    entry: Entry,
) -> Result<Timestamp> {
    let started_at = entry.at;
    let mut tx = store.begin_reference().await?;
    let sql = "insert into backup_run (started_at, cause, finished_at, outcome, file, size, \
               encrypted, message) values ($1, $2, null, 'running', '', 0, $3, '')";
    let values =
        [instant_text(started_at).into(), cause.code().into(), protection.is_encrypted().into()];
    tx.execute(sql, &values).await?;
    tx.commit(entry.about(&format!("{}备份", cause.label()))).await?;
    Ok(started_at)
}

/// Notes how a backup ended. The entry says when.
pub async fn finish(
    store: &Store,
    started_at: Timestamp,
    outcome: &RunOutcome,
    entry: Entry,
) -> Result<()> {
    let (code, file, size, message) = match outcome {
        RunOutcome::Running => ("running", "", 0, ""),
        RunOutcome::Done { file, size } => ("done", file.as_str(), *size, ""),
        RunOutcome::Failed(message) => ("failed", "", 0, message.as_str()),
    };
    let mut tx = store.begin_reference().await?;
    let sql = "update backup_run set finished_at = $2, outcome = $3, file = $4, size = $5, \
               message = $6 where started_at = $1";
    let values = [
        instant_text(started_at).into(),
        instant_text(entry.at).into(),
        code.into(),
        file.into(),
        i64::try_from(size).unwrap_or(i64::MAX).into(),
        message.into(),
    ];
    tx.execute(sql, &values).await?;
    tx.commit(entry).await.map(|_| ())
}

/// Marks runs as failed that no process carries on any more, because the program was stopped. To be
/// called when it is known that none is going on; nothing is written when there are none.
pub async fn close_abandoned(store: &Store, entry: Entry) -> Result<usize> {
    let mut closed = 0;
    for run in last(store, 50).await?.into_iter().filter(|r| r.outcome == RunOutcome::Running) {
        let outcome = RunOutcome::Failed("程序在备份中途停止，备份没有完成".to_owned());
        finish(store, run.started_at, &outcome, entry.clone()).await?;
        closed += 1;
    }
    Ok(closed)
}

/// The last runs, newest first.
pub async fn last(store: &Store, most: i64) -> Result<Vec<Run>> {
    let sql = "select started_at, cause, finished_at, outcome, file, size, encrypted, message \
               from backup_run order by started_at desc limit $1";
    store.rows(sql, &[Value::from(most)]).await?.iter().map(run_of).collect()
}

/// The last daily run.
pub async fn last_daily(store: &Store) -> Result<Option<Run>> {
    let sql = "select started_at, cause, finished_at, outcome, file, size, encrypted, message \
               from backup_run where cause = 'daily' order by started_at desc limit 1";
    store.rows(sql, &[]).await?.first().map(run_of).transpose()
}

/// The last run that ended well.
pub async fn last_done(store: &Store) -> Result<Option<Run>> {
    let sql = "select started_at, cause, finished_at, outcome, file, size, encrypted, message \
               from backup_run where outcome = 'done' order by started_at desc limit 1";
    store.rows(sql, &[]).await?.first().map(run_of).transpose()
}

fn run_of(row: &Row) -> Result<Run> {
    let outcome = match row.text("outcome")?.as_str() {
        "running" => RunOutcome::Running,
        "done" => RunOutcome::Done { file: row.text("file")?, size: row.number("size")? },
        "failed" => RunOutcome::Failed(row.text("message")?),
        other => return Err(strange("outcome", other)),
    };
    Ok(Run {
        started_at: row.instant("started_at")?,
        cause: row.coded("cause", Cause::from_code)?,
        finished_at: row.optional_instant("finished_at")?,
        outcome,
        encrypted: row.flag("encrypted")?,
    })
}
