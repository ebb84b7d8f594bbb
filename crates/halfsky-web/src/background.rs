//! Works beside the requests: a page shows how far one is until its outcome is there.
//!
//! Nothing here is kept in the store. An outcome is handed out once: who asks again begins anew.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use tokio::task::JoinHandle;

/// Works kept; the oldest goes when another one comes.
const KEPT: usize = 32;

/// The works of one kind of this process, by name.
#[derive(Debug)]
pub(crate) struct Works<T>(Arc<Mutex<BTreeMap<String, Work<T>>>>);

#[derive(Debug)]
struct Work<T> {
    started: Timestamp,
    doing: &'static str,
    percent: u8,
    /// None while it goes on.
    ended: Option<Ended<T>>,
}

/// How a work ended.
#[derive(Debug)]
pub(crate) enum Ended<T> {
    With(T),
    /// It stopped half-way, by a fault of the program.
    Broken,
}

/// A work that goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct GoingOn {
    pub(crate) started: Timestamp,
    pub(crate) doing: &'static str,
    pub(crate) percent: u8,
}

/// What is known of a work.
#[derive(Debug)]
pub(crate) enum State<T> {
    /// Nobody began it, or its outcome was handed out.
    Unknown,
    GoingOn(GoingOn),
    Ended(Ended<T>),
}

impl<T> Clone for Works<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Default for Works<T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

/// Tells how far a work is.
pub(crate) struct Teller<T> {
    works: Works<T>,
    name: String,
}

impl<T> Teller<T> {
    /// What is done from now on, and how much was done before.
    pub(crate) fn doing(&self, doing: &'static str, percent: u8) {
        if let Some(work) = self.works.lock().get_mut(&self.name) {
            (work.doing, work.percent) = (doing, percent);
        }
    }
}

impl<T: Send + 'static> Works<T> {
    /// Begins a work where waiting is allowed; the handle ends with it.
    pub(crate) fn start(
        &self,
        name: String,
        (started, doing): (Timestamp, &'static str),
        work: impl FnOnce(&Teller<T>) -> T + Send + 'static,
    ) -> JoinHandle<()> {
        let mut works = self.lock();
        while works.len() >= KEPT {
            let oldest = works.iter().min_by_key(|(_, work)| work.started);
            let Some(oldest) = oldest.map(|(name, _)| name.clone()) else { break };
            works.remove(&oldest);
        }
        works.insert(name.clone(), Work { started, doing, percent: 0, ended: None });
        drop(works);
        let teller = Teller { works: self.clone(), name };
        tokio::task::spawn_blocking(move || {
            // a work that fails must not leave its page waiting for ever
            let work = std::panic::AssertUnwindSafe(|| work(&teller));
            let ended = std::panic::catch_unwind(work).map_or(Ended::Broken, Ended::With);
            if let Some(work) = teller.works.lock().get_mut(&teller.name) {
                work.ended = Some(ended);
            }
        })
    }

    /// Whether a work has ended and its outcome waits.
    pub(crate) fn has_ended(&self, name: &str) -> bool {
        self.lock().get(name).is_some_and(|work| work.ended.is_some())
    }

    /// How far a work is; takes the outcome of one that has ended.
    pub(crate) fn take(&self, name: &str) -> State<T> {
        let mut works = self.lock();
        let Some(work) = works.get(name) else { return State::Unknown };
        if work.ended.is_none() {
            let Work { started, doing, percent, .. } = *work;
            return State::GoingOn(GoingOn { started, doing, percent });
        }
        let ended = works.remove(name).and_then(|work| work.ended);
        ended.map_or(State::Unknown, State::Ended)
    }
}

impl<T> Works<T> {
    /// A panic while the list was held leaves a list that is still whole.
    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Work<T>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    #[tokio::test]
    async fn an_outcome_is_handed_out_once() {
        let works: Works<u32> = Works::default();
        let (go, wait) = mpsc::channel::<()>();
        let (told, reached) = mpsc::channel::<()>();
        let task = works.start("甲".to_owned(), (NOW, "正在读取"), move |teller| {
            teller.doing("正在校验", 60);
            told.send(()).unwrap();
            wait.recv().unwrap();
            7
        });
        tokio::task::spawn_blocking(move || reached.recv().unwrap()).await.unwrap();
        let State::GoingOn(far) = works.take("甲") else { panic!("it has not ended") };
        assert_eq!((far.doing, far.percent), ("正在校验", 60));
        assert!(!works.has_ended("甲"));
        go.send(()).unwrap();
        task.await.unwrap();
        assert!(works.has_ended("甲"));
        assert!(matches!(works.take("甲"), State::Ended(Ended::With(7))));
        assert!(matches!(works.take("甲"), State::Unknown));
    }

    #[tokio::test]
    async fn a_broken_work_ends_too() {
        let works: Works<u32> = Works::default();
        let fails = |_: &Teller<u32>| std::panic::resume_unwind(Box::new(()));
        works.start("甲".to_owned(), (NOW, "正在读取"), fails).await.unwrap();
        assert!(matches!(works.take("甲"), State::Ended(Ended::Broken)));
    }

    #[tokio::test]
    async fn the_oldest_goes_when_there_are_too_many() {
        let works: Works<u32> = Works::default();
        for number in 0..=KEPT {
            let started = NOW + jiff::SignedDuration::from_secs(i64::try_from(number).unwrap());
            let name = format!("{number:03}");
            works.start(name, (started, "正在读取"), |_| 1).await.unwrap();
        }
        assert!(matches!(works.take("000"), State::Unknown));
        assert!(matches!(works.take("001"), State::Ended(Ended::With(1))));
    }
}
