//! Long work (后台任务): shared by several processes, each job done by the one that holds its lease.
//!
//! A process that dies lets its lease run out, and another takes the job over; what a job does must therefore
//! not be harmed by being begun twice. Where the end of a job must stand or fall with what it wrote, it is
//! completed inside that transaction ([`complete`]).

use halfsky_plan::ref_area::RefArea;
use jiff::Timestamp;

use crate::error::{Error, Result};
use crate::plans::Stamp;
use crate::row::{Row, instant_text, parsed, strange};
use crate::store::Store;
use crate::tx::Tx;
use crate::values::Value;

/// Which job.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct JobKey {
    pub ref_area: RefArea,
    pub id: String,
}

impl JobKey {
    fn values(&self) -> Vec<Value> {
        vec![self.ref_area.as_str().into(), self.id.as_str().into()]
    }
}

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobState {
    Waiting,
    Running,
    Done,
    Failed,
    Cancelled,
}

impl JobState {
    const ALL: [Self; 5] =
        [Self::Waiting, Self::Running, Self::Done, Self::Failed, Self::Cancelled];

    /// The code used in data.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// The word shown to people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Waiting => "等待中",
            Self::Running => "进行中",
            Self::Done => "已完成",
            Self::Failed => "失败",
            Self::Cancelled => "已取消",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// Whether nothing more will happen.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Cancelled)
    }
}

/// A job to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewJob {
    pub key: JobKey,
    pub kind: String,
    /// Jobs of one kind with the same mark are the same job; None is never the same as another.
    pub mark: Option<String>,
    pub arguments: String,
    /// Not before this instant.
    pub due: Timestamp,
}

/// How far a job is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Progress {
    pub done: u64,
    /// 0 while it is not known.
    pub total: u64,
    /// What is being done now.
    pub what: String,
}

/// A job as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    pub key: JobKey,
    pub kind: String,
    pub state: JobState,
    pub arguments: String,
    pub progress: Progress,
    /// How often it was begun.
    pub attempts: u32,
    pub cancel_asked: bool,
    pub created: Stamp,
    pub finished_at: Option<Timestamp>,
    /// In plain words, once it is over.
    pub outcome: String,
}

/// Who does the work, and until when the others leave it alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    pub holder: String,
    pub until: Timestamp,
}

/// What the worker does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Go {
    On,
    /// Somebody asked to cancel it.
    Stop,
    /// The lease ran out and another process has the job.
    Lost,
}

/// How a job ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    Done(String),
    Failed(String),
    Cancelled,
}

const INSERT: &str = "insert into job (ref_area, job_id, kind, dedup_key, state, arguments, \
    progress_done, progress_total, progress_content, attempts, due_at, holder, lease_until, \
    cancel_asked, created_at, created_by, finished_at, outcome) \
    values ($1, $2, $3, $4, 'waiting', $5, 0, 0, '', 0, $6, '', '', 0, $7, $8, null, '') \
    on conflict do nothing";

/// Puts a job a person asked for in line, in the transaction of that person's action. Tells whether it is new.
pub async fn add(tx: &mut Tx, job: &NewJob, stamp: &Stamp) -> Result<bool> {
    Ok(tx.execute(INSERT, &insert_values(job, stamp)).await? > 0)
}

/// Puts a job of the schedule in line. Every process may do so: the mark makes it one. Tells whether it is new.
pub async fn schedule(store: &Store, job: &NewJob, stamp: &Stamp) -> Result<bool> {
    Ok(store.note(INSERT, &insert_values(job, stamp)).await? > 0)
}

fn insert_values(job: &NewJob, stamp: &Stamp) -> Vec<Value> {
    let mut values = job.key.values();
    values.extend([
        job.kind.as_str().into(),
        job.mark.as_deref().into(),
        job.arguments.as_str().into(),
        instant_text(job.due).into(),
        instant_text(stamp.at).into(),
        stamp.by.as_str().into(),
    ]);
    values
}

macro_rules! columns {
    () => {
        "ref_area, job_id, kind, state, arguments, progress_done, progress_total, \
         progress_content, attempts, cancel_asked, created_at, created_by, finished_at, outcome"
    };
}

/// Whether there is anything to take: a look that does not wait for those who write.
pub async fn anything_due(store: &Store, now: Timestamp) -> Result<bool> {
    let sql = "select job_id from job where (state = 'waiting' and due_at <= $1) \
               or (state = 'running' and lease_until < $1) limit 1";
    Ok(!store.rows(sql, &[instant_text(now).into()]).await?.is_empty())
}

/// The jobs of a kind in a region that wait or run, oldest first.
pub async fn open(store: &Store, ref_area: &RefArea, kind: &str) -> Result<Vec<Job>> {
    let sql = concat!(
        "select ",
        columns!(),
        " from job where ref_area = $1 and kind = $2 and state in ('waiting', 'running') \
          order by created_at, job_id"
    );
    let values = [ref_area.as_str().into(), kind.into()];
    store.rows(sql, &values).await?.iter().map(job_of).collect()
}

/// The newest job of a kind in a region.
pub async fn newest(store: &Store, ref_area: &RefArea, kind: &str) -> Result<Option<Job>> {
    let sql = concat!(
        "select ",
        columns!(),
        " from job where ref_area = $1 and kind = $2 order by created_at desc, job_id desc limit 1"
    );
    let values = [ref_area.as_str().into(), kind.into()];
    store.rows(sql, &values).await?.first().map(job_of).transpose()
}

/// Takes the next job that is due or whose holder is gone. None means that there is none, or that another
/// process was faster: trying again later is right.
pub async fn claim(store: &Store, now: Timestamp, lease: &Lease) -> Result<Option<Job>> {
    // The condition stands inside and outside: PostgreSQL checks the outer one again when it had to wait for
    // the row, so that of two processes that chose the same job one gets nothing.
    let sql = concat!(
        "update job set state = 'running', holder = $1, lease_until = $2, \
         attempts = attempts + 1 where (ref_area, job_id) = (select ref_area, job_id from job \
         where (state = 'waiting' and due_at <= $3) or (state = 'running' and lease_until < $3) \
         order by due_at, ref_area, job_id limit 1) \
         and ((state = 'waiting' and due_at <= $3) or (state = 'running' and lease_until < $3)) \
         returning ",
        columns!()
    );
    let values =
        [lease.holder.as_str().into(), instant_text(lease.until).into(), instant_text(now).into()];
    store.noted(sql, &values).await?.first().map(job_of).transpose()
}

/// Tells how far a job is and keeps its lease; the answer says whether to go on.
pub async fn tell(store: &Store, key: &JobKey, lease: &Lease, progress: &Progress) -> Result<Go> {
    let sql = "update job set lease_until = $4, progress_done = $5, progress_total = $6, \
               progress_content = $7 where ref_area = $1 and job_id = $2 and holder = $3 \
               and state = 'running' returning cancel_asked";
    let mut values = key.values();
    values.extend([
        lease.holder.as_str().into(),
        instant_text(lease.until).into(),
        i64::try_from(progress.done).unwrap_or(i64::MAX).into(),
        i64::try_from(progress.total).unwrap_or(i64::MAX).into(),
        progress.what.as_str().into(),
    ]);
    match store.noted(sql, &values).await?.first() {
        None => Ok(Go::Lost),
        Some(row) if row.flag("cancel_asked")? => Ok(Go::Stop),
        Some(_) => Ok(Go::On),
    }
}

const FINISH: &str = "update job set state = $4, outcome = $5, finished_at = $6, holder = '' \
    where ref_area = $1 and job_id = $2 and holder = $3 and state = 'running'";

/// Ends a job that this process still holds.
pub async fn finish(
    store: &Store,
    key: &JobKey,
    holder: &str,
    end: &End,
    at: Timestamp,
) -> Result<()> {
    store.note(FINISH, &finish_values(key, holder, end, at)).await.map(|_| ())
}

/// Ends a job inside the transaction of its last write: both or neither. A job that another process has taken
/// over is a conflict, and nothing is kept.
pub async fn complete(
    tx: &mut Tx,
    key: &JobKey,
    holder: &str,
    end: &End,
    at: Timestamp,
) -> Result<()> {
    match tx.execute(FINISH, &finish_values(key, holder, end, at)).await? {
        0 => Err(Error::Conflict("这项后台任务已由另一个进程接手".to_owned())),
        _ => Ok(()),
    }
}

fn finish_values(key: &JobKey, holder: &str, end: &End, at: Timestamp) -> Vec<Value> {
    let (state, outcome) = match end {
        End::Done(words) => (JobState::Done, words.as_str()),
        End::Failed(words) => (JobState::Failed, words.as_str()),
        End::Cancelled => (JobState::Cancelled, ""),
    };
    let mut values = key.values();
    values.extend([holder.into(), state.code().into(), outcome.into(), instant_text(at).into()]);
    values
}

/// Puts a job this process holds back in line, to be tried again.
pub async fn postpone(
    store: &Store,
    key: &JobKey,
    holder: &str,
    due: Timestamp,
    why: &str,
) -> Result<()> {
    let sql = "update job set state = 'waiting', holder = '', due_at = $4, outcome = $5 \
               where ref_area = $1 and job_id = $2 and holder = $3 and state = 'running'";
    let mut values = key.values();
    values.extend([holder.into(), instant_text(due).into(), why.into()]);
    store.note(sql, &values).await.map(|_| ())
}

/// Asks that a job be cancelled: one that waits is cancelled at once, one that runs when it next looks.
pub async fn cancel(tx: &mut Tx, key: &JobKey, at: Timestamp) -> Result<()> {
    let sql = "update job set cancel_asked = 1, \
               finished_at = case when state = 'waiting' then $3 else finished_at end, \
               state = case when state = 'waiting' then 'cancelled' else state end \
               where ref_area = $1 and job_id = $2 and state in ('waiting', 'running')";
    let mut values = key.values();
    values.push(instant_text(at).into());
    match tx.execute(sql, &values).await? {
        0 => Err(Error::Conflict("这项后台任务已经结束，不能取消".to_owned())),
        _ => Ok(()),
    }
}

/// One job.
pub async fn load(store: &Store, key: &JobKey) -> Result<Job> {
    let sql = concat!("select ", columns!(), " from job where ref_area = $1 and job_id = $2");
    let rows = store.rows(sql, &key.values()).await?;
    let row = rows.first().ok_or_else(|| Error::NotFound(format!("后台任务 {}", key.id)))?;
    job_of(row)
}

/// The newest jobs of a region.
pub async fn list(store: &Store, ref_area: &RefArea, most: u32) -> Result<Vec<Job>> {
    let sql = concat!(
        "select ",
        columns!(),
        " from job where ref_area = $1 order by created_at desc, job_id desc limit $2"
    );
    let values = [ref_area.as_str().into(), most.into()];
    store.rows(sql, &values).await?.iter().map(job_of).collect()
}

fn job_of(row: &Row) -> Result<Job> {
    let state = row.text("state")?;
    Ok(Job {
        key: JobKey {
            ref_area: parsed("ref_area", &row.text("ref_area")?)?,
            id: row.text("job_id")?,
        },
        kind: row.text("kind")?,
        state: JobState::from_code(&state).ok_or_else(|| strange("state", &state))?,
        arguments: row.text("arguments")?,
        progress: Progress {
            done: row.number("progress_done")?,
            total: row.number("progress_total")?,
            what: row.text("progress_content")?,
        },
        attempts: row.number("attempts")?,
        cancel_asked: row.flag("cancel_asked")?,
        created: Stamp { at: row.instant("created_at")?, by: row.text("created_by")? },
        finished_at: row.optional_instant("finished_at")?,
        outcome: row.text("outcome")?,
    })
}
