//! Rate limits, kept in memory: wrong sign-ins per address and per login name, writes per account or address.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use crate::app::App;
use crate::error::WebError;
use crate::visit::Visit;

/// Entries kept; the oldest goes when another one comes, so that memory stays bounded.
const KEPT: usize = 20_000;

/// What is counted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Counted {
    /// Sign-ins under one login name that did not succeed.
    LoginName(String),
    /// Sign-ins from one address that did not succeed.
    LoginAddress(String),
    /// Changes by one account or visitor.
    Write(String),
    /// Requests of another program, by the hash of its token, or by its address when the token is none.
    Token(String),
    /// Opinions sent through the portal from one address.
    Opinion(String),
}

/// How many, and in what time.
#[derive(Debug, Clone, Copy)]
struct Limit {
    most: u32,
    within: SignedDuration,
}

impl Counted {
    /// Many people may share one address behind an office's router, so it is allowed more.
    const fn limit(&self) -> Limit {
        match self {
            Self::LoginName(_) => Limit { most: 10, within: SignedDuration::from_mins(5) },
            Self::LoginAddress(_) => Limit { most: 50, within: SignedDuration::from_mins(5) },
            Self::Write(_) => Limit { most: 300, within: SignedDuration::from_mins(1) },
            Self::Token(_) => Limit { most: 120, within: SignedDuration::from_mins(1) },
            Self::Opinion(_) => Limit { most: 5, within: SignedDuration::from_hours(1) },
        }
    }
}

/// The counts of one window of time.
#[derive(Debug, Clone, Copy)]
struct Window {
    began: Timestamp,
    count: u32,
}

/// The counts of this process.
#[derive(Debug, Clone, Default)]
pub(crate) struct Throttle(Arc<Mutex<BTreeMap<Counted, Window>>>);

impl Throttle {
    /// Counts one more; refuses when there were too many, with the time to wait.
    pub(crate) fn take(&self, counted: Counted, now: Timestamp) -> Result<(), SignedDuration> {
        let limit = counted.limit();
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if windows.len() >= KEPT && !windows.contains_key(&counted) {
            forget_oldest(&mut windows);
        }
        let window = windows.entry(counted).or_insert(Window { began: now, count: 0 });
        let passed = now.duration_since(window.began);
        if passed >= limit.within || passed < SignedDuration::ZERO {
            *window = Window { began: now, count: 0 };
        }
        if window.count >= limit.most {
            return Err(limit.within - now.duration_since(window.began));
        }
        window.count += 1;
        Ok(())
    }

    /// Takes one count back: it succeeded after all.
    pub(crate) fn give_back(&self, counted: &Counted) {
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(window) = windows.get_mut(counted) {
            window.count = window.count.saturating_sub(1);
        }
    }
}

fn forget_oldest(windows: &mut BTreeMap<Counted, Window>) {
    let oldest = windows.iter().min_by_key(|(key, window)| (window.began, (*key).clone()));
    if let Some(key) = oldest.map(|(key, _)| key.clone()) {
        windows.remove(&key);
    }
}

/// Refuses changes that come faster than people make them.
pub(crate) fn admit_write(app: &App, visit: &Visit) -> Result<(), WebError> {
    let who = match &visit.account {
        Some(account) => account.id.0.clone(),
        None => visit.origin.address.to_string(),
    };
    app.throttle.take(Counted::Write(who), app.now()).map_err(WebError::too_many)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + second).unwrap()
    }

    #[test]
    fn refuses_too_many_and_opens_again() {
        let throttle = Throttle::default();
        let login = || Counted::LoginName("zhang".to_owned());
        for _ in 0..10 {
            throttle.take(login(), at(0)).unwrap();
        }
        assert_eq!(throttle.take(login(), at(60)), Err(SignedDuration::from_mins(4)));
        throttle.take(Counted::LoginName("li".to_owned()), at(60)).unwrap();
        throttle.take(login(), at(300)).unwrap();
    }

    #[test]
    fn a_success_does_not_count() {
        let throttle = Throttle::default();
        let login = || Counted::LoginName("zhang".to_owned());
        for _ in 0..100 {
            throttle.take(login(), at(0)).unwrap();
            throttle.give_back(&login());
        }
    }

    #[test]
    fn memory_stays_bounded() {
        let throttle = Throttle::default();
        for number in 0..KEPT + 10 {
            let second = i64::try_from(number).unwrap();
            throttle.take(Counted::LoginAddress(number.to_string()), at(second)).unwrap();
        }
        assert_eq!(throttle.0.lock().unwrap().len(), KEPT);
    }
}
