//! Sessions: a random token in a cookie, its hash in the store, an end after idleness and after a day.

use axum::http::HeaderValue;
use halfsky_monitor::appointment::{self, AccountId, Appointment};
use halfsky_store::accounts::AccountState;
use halfsky_store::seal::token;
use halfsky_store::security::{self, Policy};
use halfsky_store::sessions::{self, Limits, Method, Session};
use halfsky_store::{Tx, appointments, units};
use jiff::{SignedDuration, Timestamp};

use crate::account::{Account, KnownTree};
use crate::app::App;
use crate::error::WebError;
use crate::text;
use crate::visit::Visit;

/// The cookie that holds the token.
pub(crate) const COOKIE: &str = "halfsky_session";

/// How often it is noted that a session was seen.
const NOTED_EVERY: SignedDuration = SignedDuration::from_mins(1);

/// The longest description of a browser that is kept.
const LONGEST_AGENT: usize = 200;

/// What a token stands for.
pub(crate) enum Found {
    Account(Account),
    /// The session has ended, or there never was one.
    Ended,
}

/// Finds who is signed in with a token.
pub(crate) async fn find(app: &App, token: &str) -> Result<Found, WebError> {
    let now = app.now();
    let Some((session, account)) = sessions::find(&app.store, &token::hash(token)).await? else {
        return Ok(Found::Ended);
    };
    let policy = security::policy(&app.store).await?;
    if !Lasting::of(app, &policy).holds(&session, now) || account.state != AccountState::Active {
        return Ok(Found::Ended);
    }
    if now.duration_since(session.seen_at) >= NOTED_EVERY {
        sessions::note_seen(&app.store, &session.token_hash, now).await?;
    }
    let held = appointments::of_account(&app.store, &account.id).await?;
    let appointments = appointment::valid_on(&held, text::date(now));
    let demanded = policy.demands_second_factor(&appointments);
    Ok(Found::Account(Account {
        unit: unit_name(app, &appointments).await?,
        appointments,
        id: account.id,
        login: account.login,
        name: account.name,
        password_is_temporary: account.password_is_temporary,
        has_second_factor: account.has_second_factor,
        lacks_second_factor: demanded && !account.has_second_factor,
        session: session.token_hash,
        tree: KnownTree::default(),
    }))
}

/// The name of the first unit among the appointments.
async fn unit_name(app: &App, appointments: &[Appointment]) -> Result<String, WebError> {
    let named = appointments.iter().find_map(|a| Some((&a.ref_area, a.unit.as_ref()?)));
    let Some((ref_area, unit)) = named else { return Ok(String::new()) };
    let found = units::find(&app.store, ref_area, unit).await?;
    Ok(found.map_or_else(String::new, |found| found.unit.listed_name().to_owned()))
}

/// How long sessions last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lasting {
    /// Without a request.
    pub(crate) idle: SignedDuration,
    /// At most.
    pub(crate) longest: SignedDuration,
}

impl Lasting {
    /// What the security administrator decided, else what the configuration says.
    pub(crate) fn of(app: &App, policy: &Policy) -> Self {
        let idle = policy.idle_minutes.map(SignedDuration::from_mins);
        let longest = policy.session_hours.map(SignedDuration::from_hours);
        Self {
            idle: idle.unwrap_or(app.settings.idle),
            longest: longest.unwrap_or(app.settings.longest),
        }
    }

    /// Whether a session still lasts.
    pub(crate) fn holds(self, session: &Session, now: Timestamp) -> bool {
        now.duration_since(session.seen_at) < self.idle
            && now.duration_since(session.started_at) < self.longest
    }

    /// Sessions that have ended on their own.
    fn limits(self, now: Timestamp) -> Limits {
        let before = |span: SignedDuration| now.saturating_sub(span).unwrap_or(Timestamp::MIN);
        Limits { started_before: before(self.longest), seen_before: before(self.idle) }
    }
}

/// A session to be started, with the token that only the browser gets.
pub(crate) struct Started {
    pub(crate) session: Session,
    token: String,
    /// Which other sessions have ended on their own by now.
    ended: Limits,
}

impl Started {
    /// A new session for somebody who has shown who it is. Everything that can be found out before is found out here:
    /// all sign-ins write into one audit chain, one after the other.
    pub(crate) async fn new(
        app: &App,
        visit: &Visit,
        agent: &str,
        (account, method): (&AccountId, Method),
    ) -> Result<Self, WebError> {
        let (token, now) = (token::token(app.random()), app.now());
        let lasting = Lasting::of(app, &security::policy(&app.store).await?);
        let session = Session {
            token_hash: token::hash(&token),
            account: account.clone(),
            started_at: now,
            seen_at: now,
            origin: visit.origin.address.to_string(),
            agent: agent.chars().filter(|c| !c.is_control()).take(LONGEST_AGENT).collect(),
            method,
        };
        Ok(Self { session, token, ended: lasting.limits(now) })
    }

    /// Keeps it; the session it replaces, and those that ended on their own, go.
    pub(crate) async fn keep(&self, tx: &mut Tx, visit: &Visit) -> Result<(), WebError> {
        sessions::remove_ended(tx, self.ended).await?;
        if let Some(before) = &visit.account {
            sessions::remove(tx, &before.id, &before.session).await?;
        }
        Ok(sessions::insert(tx, &self.session).await?)
    }

    /// What the forms of the new session bring back.
    pub(crate) fn form_token(&self) -> String {
        form_token(&self.token)
    }

    /// The cookie for the browser.
    pub(crate) fn cookie(&self, visit: &Visit) -> Option<HeaderValue> {
        visit.origin.set_cookie(COOKIE, &self.token)
    }
}

/// What every form of a session must bring back.
pub(crate) fn form_token(token: &str) -> String {
    token::derived(token, "form")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn idleness_and_age_end_a_session() {
        let at = |minute: i64| Timestamp::from_second(1_700_000_000 + 60 * minute).unwrap();
        let lasting = Lasting {
            idle: SignedDuration::from_mins(15),
            longest: SignedDuration::from_hours(24),
        };
        let alive = |started: i64, seen: i64, now: i64| {
            let session = Session {
                token_hash: String::new(),
                account: AccountId(String::new()),
                started_at: at(started),
                seen_at: at(seen),
                origin: String::new(),
                agent: String::new(),
                method: Method::Password,
            };
            lasting.holds(&session, at(now))
        };
        assert!(alive(0, 0, 14) && !alive(0, 0, 15));
        assert!(alive(0, 1430, 1439) && !alive(0, 1439, 1440));
    }
}
