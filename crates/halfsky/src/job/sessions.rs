//! Sessions that have ended on their own are forgotten every day.

use halfsky_store::jobs::End;
use halfsky_store::sessions::{self, JOB};
use jiff::Timestamp;

use super::Runner;
use crate::clock;

/// Puts the cleaning of the day in line.
pub(super) async fn schedule(runner: &Runner, now: Timestamp) -> anyhow::Result<()> {
    runner.add(JOB, clock::day(now).to_string(), "", now).await
}

/// Removes them; where there are none, nothing is written.
pub(super) async fn work(runner: &Runner) -> anyhow::Result<End> {
    let mut tx = runner.store.begin_reference().await?;
    let removed = sessions::remove_ended(&mut tx, runner.session_limits(clock::now())).await?;
    if removed == 0 {
        tx.rollback().await?;
        return Ok(End::Done("没有到期的登录".to_owned()));
    }
    let words = format!("{removed}个");
    tx.commit(Runner::entry("session.clean", "sessions").about(&words)).await?;
    Ok(End::Done(format!("清理{words}")))
}
