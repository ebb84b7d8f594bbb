//! Rate limits: wrong sign-ins per address and per login name, writes per account or address. They are counted
//! in the store, so that several processes allow together what one of them would.

use halfsky_store::rate_limits::{self, Limit, Pace};
use jiff::SignedDuration;

use crate::app::App;
use crate::error::WebError;
use crate::visit::Visit;

/// What is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
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

    /// How many this process takes at a time: one where every single one matters, or where it may be given back.
    const fn block(&self) -> u32 {
        match self {
            Self::LoginName(_) | Self::LoginAddress(_) | Self::Opinion(_) => 1,
            Self::Write(_) | Self::Token(_) => 10,
        }
    }

    /// Under what it is counted; no two kinds share a name.
    fn name(&self) -> String {
        let (kind, of) = match self {
            Self::LoginName(of) => ("login name", of),
            Self::LoginAddress(of) => ("login address", of),
            Self::Write(of) => ("write", of),
            Self::Token(of) => ("token", of),
            Self::Opinion(of) => ("opinion", of),
        };
        format!("{kind} {of}")
    }
}

/// Counts one more; refuses when there were too many, with the time to wait.
pub(crate) async fn take(app: &App, counted: &Counted) -> Result<(), WebError> {
    let (name, now) = (counted.name(), app.now());
    let pace = match counted.block() {
        1 => rate_limits::take(&app.store, &name, counted.limit(), now).await?,
        block => app.permits.take(&app.store, &name, (counted.limit(), block), now).await?,
    };
    match pace {
        Pace::Allowed => Ok(()),
        Pace::Wait(wait) => Err(WebError::too_many(wait)),
    }
}

/// Takes one count back: it succeeded after all.
pub(crate) async fn give_back(app: &App, counted: &Counted) -> Result<(), WebError> {
    Ok(rate_limits::give_back(&app.store, &counted.name()).await?)
}

/// Refuses changes that come faster than people make them.
pub(crate) async fn admit_write(app: &App, visit: &Visit) -> Result<(), WebError> {
    let who = match &visit.account {
        Some(account) => account.id.0.clone(),
        None => visit.origin.address.to_string(),
    };
    take(app, &Counted::Write(who)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_never_shares_a_name() {
        let of = "10.0.0.1".to_owned();
        let names = [
            Counted::LoginName(of.clone()),
            Counted::LoginAddress(of.clone()),
            Counted::Write(of.clone()),
            Counted::Token(of.clone()),
            Counted::Opinion(of),
        ];
        let names: std::collections::BTreeSet<String> = names.iter().map(Counted::name).collect();
        assert_eq!(names.len(), 5);
    }
}
