//! The backup of every day, and one that somebody asked for.

use halfsky_store::audit::Entry;
use halfsky_store::backup::JOB;
use halfsky_store::backup::runs::{self, Cause};
use halfsky_store::jobs::{self, End, Job, JobState};
use jiff::Timestamp;

use super::{Runner, SCHEDULE, Tell};
use crate::clock;

/// Puts the backup of the day in line, once an hour at most: a failure is tried again.
pub(super) async fn schedule(runner: &Runner, now: Timestamp) -> anyhow::Result<()> {
    let last = runs::last_daily(&runner.store).await?;
    if !runner.keeper.policy().is_due(now, last.as_ref())
        || !jobs::open(&runner.store, &runner.place, JOB).await?.is_empty()
    {
        return Ok(());
    }
    let hour = now.strftime("%Y-%m-%dT%H").to_string();
    runner.add(JOB, hour, Cause::Daily.code(), now).await
}

/// Makes a backup. A daily one that another process has made meanwhile is not made twice.
pub(super) async fn work(runner: &Runner, job: &Job, tell: &Tell) -> anyhow::Result<End> {
    close_abandoned(runner, job).await?;
    let cause = Cause::from_code(&job.arguments).unwrap_or(Cause::Manual);
    let last = runs::last_daily(&runner.store).await?;
    if cause == Cause::Daily && !runner.keeper.policy().is_due(clock::now(), last.as_ref()) {
        return Ok(End::Done("今天已有备份".to_owned()));
    }
    let by = Entry::new(clock::now(), &job.created.by, "backup.begin", "backup");
    let mut progress = |what: &str| drop(tell.send_replace(what.to_owned()));
    let made = runner.keeper.run(cause, by, &mut progress).await?;
    let name = made.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(End::Done(name))
}

/// A backup that was cut off with its program is marked as failed, unless another one is being made.
async fn close_abandoned(runner: &Runner, job: &Job) -> anyhow::Result<()> {
    let open = jobs::open(&runner.store, &runner.place, JOB).await?;
    if open.iter().all(|other| other.key == job.key || other.state != JobState::Running) {
        let entry = Entry::new(clock::now(), SCHEDULE, "backup.finish", "backup");
        runs::close_abandoned(&runner.store, entry.about("没有成功")).await?;
    }
    Ok(())
}
