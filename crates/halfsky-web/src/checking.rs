//! The verification of the audit chains: one at a time, in the background, with its progress.
//!
//! How it ended is itself an entry of the chain: that is what is remembered.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use halfsky_store::Store;
use halfsky_store::audit::{self, Anchor, Entry, Outcome};
use jiff::Timestamp;
use tokio::task::JoinHandle;

/// What the entry about a verification names as its object.
pub(crate) const OBJECT: &str = "audit verification";

/// The field of the entry that says whether everything stands.
const RESULT: &str = "结果";
const INTACT: &str = "完整";
const BROKEN: &str = "发现改动";
const FINDING: &str = "发现";

/// How far the verification of this process has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum State {
    Idle,
    Running {
        started: Timestamp,
        percent: u8,
    },
    /// It could not be brought to its end; nothing is known.
    Stopped,
}

/// The verification of this process.
#[derive(Debug, Clone)]
pub(crate) struct Checking(Arc<Mutex<State>>);

impl Default for Checking {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(State::Idle)))
    }
}

/// What an entry tells about a verification that ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) at: String,
    pub(crate) by: String,
    pub(crate) intact: bool,
    /// What was compared.
    pub(crate) extent: String,
    pub(crate) findings: Vec<String>,
}

impl Checking {
    /// How far it has come.
    pub(crate) fn state(&self) -> State {
        self.lock().clone()
    }

    /// Begins; None when one is running already. `entry` says who asks; what was found is filled in.
    pub(crate) fn start(
        &self,
        store: Store,
        kept: Option<Anchor>,
        (entry, clock): (Entry, impl Fn() -> Timestamp + Send + 'static),
    ) -> Option<JoinHandle<()>> {
        let mut state = self.lock();
        if matches!(*state, State::Running { .. }) {
            return None;
        }
        let started = entry.at;
        *state = State::Running { started, percent: 0 };
        drop(state);
        let shared = self.clone();
        Some(tokio::spawn(async move {
            let telling = shared.clone();
            let mut progress = move |now: audit::Progress| {
                let percent = now.entries.saturating_mul(100) / now.total.max(1);
                let percent = u8::try_from(percent.min(100)).unwrap_or(100);
                *telling.lock() = State::Running { started, percent };
            };
            let ended = match audit::verify_all(&store, kept.as_ref(), &mut progress).await {
                Ok(outcome) => {
                    let entry = told_in(Entry { at: clock(), ..entry }, &outcome);
                    audit::record_read(&store, None, entry).await.map(|_| ())
                }
                Err(error) => Err(error),
            };
            *shared.lock() = match ended {
                Ok(()) => State::Idle,
                Err(error) => {
                    tracing::error!(error = %error, "the verification of the audit chains stopped");
                    State::Stopped
                }
            };
        }))
    }

    /// A panic while the state was held leaves one that is still whole.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The entry with what was found.
fn told_in(entry: Entry, outcome: &Outcome) -> Entry {
    let result = if outcome.is_intact() { INTACT } else { BROKEN };
    let extent = format!(
        "{}条链、{}条记录、{}号锚定",
        outcome.chains.len(),
        outcome.entries(),
        outcome.anchors
    );
    let entry = entry.about(&extent).changed(RESULT, "", result);
    outcome.findings().iter().fold(entry, |entry, finding| entry.changed(FINDING, "", finding))
}

/// The last verification that ended; None when there was none.
pub(crate) async fn last(store: &Store) -> halfsky_store::Result<Option<Told>> {
    Ok(history(store, 1).await?.pop())
}

/// The last verifications, newest first.
pub(crate) async fn history(store: &Store, most: i64) -> halfsky_store::Result<Vec<Told>> {
    let Ok(reference) = audit::REFERENCE_AREA.parse() else { return Ok(Vec::new()) };
    let entries = audit::last_about(store, &reference, OBJECT, most).await?;
    Ok(entries.iter().map(told).collect())
}

fn told(entry: &audit::SealedEntry) -> Told {
    let changes = entry.changes();
    let of = |field: &str| {
        changes.iter().filter(|c| c.field == field).map(|c| c.after.clone()).collect::<Vec<_>>()
    };
    Told {
        at: entry.at.clone(),
        by: entry.actor.clone(),
        intact: of(RESULT).iter().any(|result| result == INTACT),
        extent: entry.subject.clone(),
        findings: of(FINDING),
    }
}

#[cfg(test)]
mod tests {
    use halfsky_store::audit::Verification;

    use super::*;

    #[test]
    fn what_was_found_is_told_again() {
        let broken = Verification::Broken { sequence: 4, finding: "缺少第 4 条".to_owned() };
        let outcome = Outcome {
            chains: vec![
                ("000000".to_owned(), Verification::Intact { entries: 3 }),
                ("990101".to_owned(), broken),
            ],
            anchors: 2,
            anchor_finding: None,
        };
        let entry = Entry::new(Timestamp::UNIX_EPOCH, "张三", "audit.verify", OBJECT);
        let entry = told_in(entry, &outcome);
        assert_eq!(entry.subject, "2条链、3条记录、2号锚定");
        let changes = entry.changes.iter().map(|c| c.after.as_str()).collect::<Vec<_>>();
        assert_eq!(changes, [BROKEN, "区划 990101：缺少第 4 条"]);
    }
}
