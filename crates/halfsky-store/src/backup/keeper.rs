//! The keeper of backups: makes one at a time, notes how each ended, and removes the oldest.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::civil::Time;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Mutex;

use super::create::{Made, Order, create, remove_old, remove_unfinished};
use super::protection::Protection;
use super::runs::{self, Cause, Run, RunOutcome};
use crate::audit::Entry;
use crate::error::{Error, Result};
use crate::store::Store;

/// The hour of the day is that of China.
const CHINA: Offset = Offset::constant(8);

/// How long after a failure the daily backup is tried again.
const AGAIN: SignedDuration = SignedDuration::from_hours(1);

/// What the installation has decided about its backups.
#[derive(Debug, Clone)]
pub struct Policy {
    pub dir: PathBuf,
    /// Hour of the day (0–23) of the daily backup; None when there is none.
    pub hour: Option<i8>,
    /// How many backups are kept.
    pub keep: usize,
    pub protection: Protection,
    /// The key file of the installation, taken along into encrypted backups.
    pub key_file: Option<PathBuf>,
}

impl Policy {
    /// The last instant up to now at which the daily backup was to begin.
    fn slot(&self, now: Timestamp) -> Option<Timestamp> {
        let time = Time::new(self.hour?, 0, 0, 0).ok()?;
        let today = CHINA.to_datetime(now).date();
        let slot = CHINA.to_timestamp(today.to_datetime(time)).ok()?;
        if slot <= now { Some(slot) } else { slot.checked_sub(SignedDuration::from_hours(24)).ok() }
    }

    /// When the next daily backup begins; None when there is none.
    pub fn next(&self, now: Timestamp) -> Option<Timestamp> {
        self.slot(now)?.checked_add(SignedDuration::from_hours(24)).ok()
    }

    /// Whether the daily backup is due, given the last one that was begun: once a day, and again an hour
    /// after a failure. One that was missed while the program did not run is made up for.
    pub fn is_due(&self, now: Timestamp, last: Option<&Run>) -> bool {
        let Some(slot) = self.slot(now) else { return false };
        match last {
            None => true,
            Some(run) => match run.outcome {
                RunOutcome::Running => false,
                RunOutcome::Done { .. } => run.started_at < slot,
                RunOutcome::Failed(_) => now.duration_since(run.started_at) >= AGAIN,
            },
        }
    }
}

/// Makes backups by the policy. Cloning is cheap: clones wait for each other.
#[derive(Clone)]
pub struct Keeper {
    store: Store,
    policy: Arc<Policy>,
    clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    turn: Arc<Mutex<()>>,
}

impl fmt::Debug for Keeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keeper").field("policy", &self.policy).finish_non_exhaustive()
    }
}

impl Keeper {
    /// A keeper for a store.
    pub fn new(
        store: Store,
        policy: Policy,
        clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    ) -> Self {
        Self { store, policy: Arc::new(policy), clock, turn: Arc::default() }
    }

    /// What was decided.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Whether a backup is being made.
    pub fn is_running(&self) -> bool {
        self.turn.try_lock().is_err()
    }

    /// Makes a backup now and removes those that are too many. The entry says who asked for it; action,
    /// object and time are filled in. A second one at the same time is refused.
    pub async fn run(
        &self,
        cause: Cause,
        by: Entry,
        progress: &mut (dyn FnMut(&str) + Send),
    ) -> Result<Made> {
        let Ok(_turn) = self.turn.try_lock() else {
            return Err(Error::Conflict("正在备份，请等这一次结束后再开始".to_owned()));
        };
        let at = (self.clock)();
        let entry = |action: &str, at| Entry {
            at,
            action: action.to_owned(),
            object: "backup".to_owned(),
            ..by.clone()
        };
        let begun = entry("backup.begin", at);
        let started = runs::begin(&self.store, cause, &self.policy.protection, begun).await?;
        let order = Order {
            dir: self.policy.dir.clone(),
            at,
            protection: self.policy.protection.clone(),
            key_file: self.policy.key_file.clone(),
        };
        let made = match remove_unfinished(&order.dir, at) {
            Ok(()) => create(&self.store, &order, progress).await,
            Err(error) => Err(error),
        };
        let outcome = match &made {
            Ok(made) => RunOutcome::Done { file: name_of(made), size: made.size },
            Err(error) => RunOutcome::Failed(error.to_string()),
        };
        let ended = entry("backup.finish", (self.clock)()).about(&match &outcome {
            RunOutcome::Done { file, .. } => file.clone(),
            RunOutcome::Failed(_) | RunOutcome::Running => "没有成功".to_owned(),
        });
        runs::finish(&self.store, started, &outcome, ended).await?;
        let made = made?;
        remove_old(&self.policy.dir, self.policy.keep)?;
        Ok(made)
    }
}

fn name_of(made: &Made) -> String {
    made.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn policy(hour: Option<i8>) -> Policy {
        let dir = PathBuf::from("backups");
        Policy { dir, hour, keep: 3, protection: Protection::None, key_file: None }
    }

    fn run(started_at: &str, outcome: RunOutcome) -> Run {
        let started_at = at(started_at);
        Run { started_at, cause: Cause::Daily, finished_at: None, outcome, encrypted: false }
    }

    fn done() -> RunOutcome {
        RunOutcome::Done { file: String::new(), size: 1 }
    }

    #[test]
    fn once_a_day_at_the_hour_of_china() {
        let policy = policy(Some(2));
        // 2 o'clock in China is 18 o'clock UTC the day before.
        let next = |now| policy.next(at(now));
        assert_eq!(next("2026-03-05T17:59:59Z"), Some(at("2026-03-05T18:00:00Z")));
        assert_eq!(next("2026-03-05T18:00:00Z"), Some(at("2026-03-06T18:00:00Z")));
        let yesterday = run("2026-03-04T18:00:10Z", done());
        assert!(!policy.is_due(at("2026-03-05T17:59:59Z"), Some(&yesterday)));
        assert!(policy.is_due(at("2026-03-05T18:00:00Z"), Some(&yesterday)));
        let today = run("2026-03-05T18:00:10Z", done());
        assert!(!policy.is_due(at("2026-03-06T17:00:00Z"), Some(&today)));
    }

    #[test]
    fn what_was_missed_is_made_up_for() {
        let last_week = run("2026-02-26T18:00:00Z", done());
        assert!(policy(Some(2)).is_due(at("2026-03-05T03:00:00Z"), Some(&last_week)));
        assert!(policy(Some(2)).is_due(at("2026-03-05T03:00:00Z"), None));
    }

    #[test]
    fn a_failure_is_tried_again_after_an_hour() {
        let failed = run("2026-03-05T18:00:00Z", RunOutcome::Failed("磁盘".to_owned()));
        assert!(!policy(Some(2)).is_due(at("2026-03-05T18:59:00Z"), Some(&failed)));
        assert!(policy(Some(2)).is_due(at("2026-03-05T19:00:00Z"), Some(&failed)));
        let running = run("2026-03-05T18:00:00Z", RunOutcome::Running);
        assert!(!policy(Some(2)).is_due(at("2026-03-05T19:00:00Z"), Some(&running)));
    }

    #[test]
    fn without_an_hour_there_is_none() {
        let now = at("2026-03-05T03:00:00Z");
        assert!(!policy(None).is_due(now, None) && policy(None).next(now).is_none());
    }
}
