//! The second step of signing in: the password was right, now a code of the second factor is asked for.
//!
//! What the first step found out travels sealed in the form of the second: it is bound to the browser, to
//! the password and to a few minutes. Wrong codes count like wrong passwords.

use halfsky_monitor::appointment::AccountId;
use halfsky_store::Tx;
use halfsky_store::accounts::{self, Credentials};
use halfsky_store::seal::token;
use halfsky_store::sessions::Method;
use jiff::{SignedDuration, Timestamp};

use super::one_time_code::{self, RECOVERY_CODES};
use super::session::Started;
use super::throttle::{self, Counted};
use super::{enter, is_open, note_failure};
use crate::app::App;
use crate::error::WebError;
use crate::visit::Visit;

/// How long the second step may take.
const LASTS: SignedDuration = SignedDuration::from_mins(5);

/// How the second step ended.
pub(crate) enum Outcome {
    SignedIn(Started),
    /// Wrong or used before; or the account is closed meanwhile.
    Wrong,
    /// The first step is too long ago or does not hold any more.
    Expired,
}

/// What a code proved, to be used up in the transaction it opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Proof {
    /// The step of a code.
    Step(i64),
    /// The hash of a recovery code.
    Recovery(String),
}

impl Proof {
    /// Uses it up; false when somebody was faster.
    async fn use_up(&self, tx: &mut Tx, id: &AccountId, at: Timestamp) -> Result<bool, WebError> {
        Ok(match self {
            Self::Step(step) => accounts::use_step(tx, id, *step).await?,
            Self::Recovery(hash) => accounts::use_recovery_code(tx, id, hash, at).await?,
        })
    }

    const fn action(&self) -> &'static str {
        match self {
            Self::Step(_) => "account.login",
            Self::Recovery(_) => "account.login_recovery",
        }
    }
}

/// Seals what the first step found out.
pub(crate) fn pending(
    app: &App,
    visit: &Visit,
    (found, method): (&Credentials, Method),
) -> Result<String, WebError> {
    let parts = [&*found.login, &app.now().to_string(), method.code(), &mark(found)];
    Ok(app.secret().seal(&parts.join("\n"), &place(visit), app.random())?)
}

fn place(visit: &Visit) -> String {
    format!("second step {}", visit.token)
}

/// Changes with the password.
fn mark(found: &Credentials) -> String {
    token::derived(found.password_hash.as_deref().unwrap_or(""), "second step")
}

/// Opens what was sealed; None when it is foreign or too old.
fn open(app: &App, visit: &Visit, pending: &str) -> Option<(String, Method, String)> {
    let text = app.secret().open(pending, &place(visit)).ok()?;
    let mut parts = text.split('\n').map(str::to_owned);
    let (login, at) = (parts.next()?, parts.next()?.parse::<Timestamp>().ok()?);
    let (method, mark) = (Method::from_code(&parts.next()?)?, parts.next()?);
    (app.now().duration_since(at) <= LASTS).then_some((login, method, mark))
}

/// Checks a code and starts the session.
pub(crate) async fn attempt(
    app: &App,
    visit: &Visit,
    (pending, code): (&str, &str),
    agent: &str,
) -> Result<Outcome, WebError> {
    let now = app.now();
    let Some((login, method, mark_then)) = open(app, visit, pending) else {
        return Ok(Outcome::Expired);
    };
    let by_name = Counted::LoginName(login.clone());
    let by_address = Counted::LoginAddress(visit.origin.address.to_string());
    throttle::take(app, &by_address).await?;
    throttle::take(app, &by_name).await?;
    let found = accounts::credentials(&app.store, &login).await?;
    let Some(found) = found.filter(|f| mark(f) == mark_then && f.totp_sealed.is_some()) else {
        return Ok(Outcome::Expired);
    };
    let proof = if is_open(&found, now) { check(app, &found, code).await? } else { None };
    if let Some(proof) = proof {
        let method = match method {
            Method::SingleSignOn => Method::SingleSignOn,
            Method::Password | Method::SecondFactor => Method::SecondFactor,
        };
        let started = Started::new(app, visit, agent, (&found.id, method)).await?;
        let mut tx = app.store.begin_reference().await?;
        if proof.use_up(&mut tx, &found.id, now).await? {
            let started = enter(app, visit, (tx, proof.action()), (&found, started)).await?;
            throttle::give_back(app, &by_name).await?;
            throttle::give_back(app, &by_address).await?;
            return Ok(Outcome::SignedIn(started));
        }
        tx.rollback().await?;
    }
    note_failure(app, visit, &found, "account.code_refused").await?;
    Ok(Outcome::Wrong)
}

/// What a code proves; None for a wrong one and for one that was used before.
async fn check(app: &App, found: &Credentials, typed: &str) -> Result<Option<Proof>, WebError> {
    let Some(secret) = found.second_factor(app.secret())? else { return Ok(None) };
    let typed = one_time_code::plain(typed);
    if one_time_code::is_recovery_code(&typed) {
        let left = accounts::recovery_codes(&app.store, &found.id).await?;
        return Ok(app.hashing.find(typed, left).await?.map(Proof::Recovery));
    }
    let step = one_time_code::step(&secret, &typed, app.now())?;
    Ok(step.filter(|step| *step > found.totp_step).map(Proof::Step))
}

/// New recovery codes: as they are shown, and their hashes.
pub(crate) async fn recovery_codes(app: &App) -> Result<(Vec<String>, Vec<String>), WebError> {
    let codes: Vec<String> =
        (0..RECOVERY_CODES).map(|_| one_time_code::recovery_code(app.random())).collect();
    let salted = codes.iter().map(|code| (one_time_code::plain(code), app.random())).collect();
    let hashes = app.hashing.hash_all(salted).await?;
    Ok((codes, hashes))
}
