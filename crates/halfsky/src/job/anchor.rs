//! The audit anchor of every day, kept a second time where the configuration says.

use std::io::{ErrorKind, Write as _};
use std::path::Path;

use anyhow::Context as _;
use halfsky_store::audit::anchor::{self, Anchor, JOB};
use halfsky_store::jobs::End;
use jiff::Timestamp;

use super::Runner;
use crate::clock;

/// Puts the anchor of the day in line.
pub(super) async fn schedule(runner: &Runner, now: Timestamp) -> anyhow::Result<()> {
    if of_today(runner).await?.is_some() {
        return Ok(());
    }
    runner.add(JOB, clock::day(now).to_string(), "", now).await
}

async fn of_today(runner: &Runner) -> anyhow::Result<Option<Anchor>> {
    let last = anchor::last(&runner.store, 1).await?.into_iter().next();
    Ok(last
        .filter(|last| last.at.parse().is_ok_and(|at: Timestamp| clock::day(at) == clock::today())))
}

/// Takes an anchor, unless today has one, and writes it where nobody here can change it.
pub(super) async fn work(runner: &Runner) -> anyhow::Result<End> {
    let anchor = match of_today(runner).await? {
        Some(anchor) => anchor,
        None => anchor::take(&runner.store, Runner::entry("audit.anchor", "")).await?,
    };
    if let Some(dir) = &runner.config.backups.anchors {
        keep(dir, &anchor)?;
    }
    Ok(End::Done(format!("第{}号锚定", anchor.number)))
}

/// Writes an anchor into a file of its own; one that is there already stays.
fn keep(dir: &Path, anchor: &Anchor) -> anyhow::Result<()> {
    let path = dir.join(format!("halfsky-anchor-{:06}.txt", anchor.number));
    let context = || format!("审计锚定不能另存到 {}；请检查配置项 anchor_dir", path.display());
    match std::fs::OpenOptions::new().write(true).create_new(true).open(&path) {
        Ok(mut file) => file
            .write_all(anchor.text().as_bytes())
            .and_then(|()| file.sync_all())
            .with_context(context),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error).with_context(context),
    }
}
