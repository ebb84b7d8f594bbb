//! Signing in: what happens between a name with a password and a session.

pub(crate) mod device;
pub(crate) mod hashing;
pub(crate) mod one_time_code;
pub(crate) mod second_factor;
pub(crate) mod session;
pub(crate) mod single_sign_on;
pub(crate) mod throttle;

use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use halfsky_monitor::lockout;
use halfsky_store::Tx;
use halfsky_store::accounts::{self, AccountState, Credentials};
use halfsky_store::sessions::Method;
use jiff::Timestamp;

use crate::app::App;
use crate::error::WebError;
use crate::measure;
use crate::pages::account::login::{self as page, Kept};
use crate::visit::Visit;
use session::Started;
use throttle::Counted;

/// The largest form that is kept while somebody signs in again.
const KEPT_FORM: usize = 256 * 1024;

/// How an attempt ended.
pub(crate) enum Attempt {
    /// The session to be given to the browser.
    SignedIn(Started),
    /// The password is right; what carries this over to the second step.
    CodeNeeded(String),
    /// Wrong name or password, disabled, or closed for a while: one answer for all, so that nobody learns
    /// which names exist.
    Refused,
}

/// Checks a name and a password and starts a session.
pub(crate) async fn attempt(
    app: &App,
    visit: &Visit,
    (login, password): (&str, &str),
    agent: &str,
) -> Result<Attempt, WebError> {
    let now = app.now();
    let by_name = Counted::LoginName(accounts::normal_login(login));
    let by_address = Counted::LoginAddress(visit.origin.address.to_string());
    throttle::take(app, &by_address).await?;
    throttle::take(app, &by_name).await?;
    let found = accounts::credentials(&app.store, login).await?;
    let usable = found.as_ref().filter(|found| is_open(found, now));
    let hash = usable.and_then(|found| found.password_hash.clone());
    let right = app.hashing.verify(password.to_owned(), hash).await?;
    match found {
        Some(found) if right => {
            throttle::give_back(app, &by_name).await?;
            throttle::give_back(app, &by_address).await?;
            if found.totp_sealed.is_some() {
                let pending = second_factor::pending(app, visit, (&found, Method::Password))?;
                return Ok(Attempt::CodeNeeded(pending));
            }
            let started = start(app, visit, (&found, Method::Password), agent).await?;
            Ok(Attempt::SignedIn(started))
        }
        Some(found) => {
            measure::sign_in_failed();
            note_failure(app, visit, &found, "account.login_refused").await?;
            Ok(Attempt::Refused)
        }
        None => {
            measure::sign_in_failed();
            tracing::info!(address = %visit.origin.address, "sign-in under an unknown name");
            Ok(Attempt::Refused)
        }
    }
}

fn is_open(found: &Credentials, now: Timestamp) -> bool {
    found.state == AccountState::Active && found.locked_until.is_none_or(|until| until <= now)
}

/// Starts a session for somebody who has shown who it is.
pub(crate) async fn start(
    app: &App,
    visit: &Visit,
    (found, method): (&Credentials, Method),
    agent: &str,
) -> Result<Started, WebError> {
    let started = Started::new(app, visit, agent, (&found.id, method)).await?;
    let tx = app.store.begin_reference().await?;
    enter(app, visit, (tx, "account.login"), (found, started)).await
}

/// Keeps a session in a transaction that has begun, and ends it.
async fn enter(
    app: &App,
    visit: &Visit,
    (mut tx, action): (Tx, &str),
    (found, started): (&Credentials, Started),
) -> Result<Started, WebError> {
    started.keep(&mut tx, visit).await?;
    let origin = visit.origin.address.to_string();
    accounts::record_login(&mut tx, &found.id, app.now(), &origin).await?;
    let person = (&*found.name, &*found.login);
    tx.commit(visit.entry_as(app, person, action, &object(&found.login))).await?;
    Ok(started)
}

/// Counts a wrong password or code. While an account is closed, attempts do not count: otherwise it could be kept
/// closed for ever by somebody who only knows its name.
async fn note_failure(
    app: &App,
    visit: &Visit,
    found: &Credentials,
    action: &str,
) -> Result<(), WebError> {
    let now = app.now();
    let mut tx = app.store.begin_reference().await?;
    if is_open(found, now) {
        let failures = accounts::record_failure(&mut tx, &found.id).await?;
        if let Some(until) = lockout::locked_until(failures, now) {
            accounts::lock(&mut tx, &found.id, until).await?;
        }
    }
    tx.commit(visit.entry(app, action, &object(&found.login))).await?;
    Ok(())
}

/// An account as the audit log names it.
pub(crate) fn object(login: &str) -> String {
    format!("account {login}")
}

/// A person as lists name it: 张三（zhangsan）. It stays readable when the account is renamed later.
pub(crate) fn actor(name: &str, login: &str) -> String {
    format!("{name}（{login}）")
}

/// The answer to somebody who must sign in first. A form that was filled in is not lost: it travels along
/// and is offered again afterwards.
pub(crate) async fn sign_in_first(request: Request) -> Response {
    let Some(visit) = request.extensions().get::<Visit>().cloned() else {
        return WebError::Internal(anyhow::anyhow!("request without a visit")).into_response();
    };
    let safe = request.method().is_safe();
    if request.headers().contains_key("hx-request") {
        let lost = if safe { "" } else { "&lost=1" };
        let next = current_page(request.headers()).unwrap_or_else(|| "/".to_owned());
        let target = format!("{}{lost}", page::url(&visit, &next));
        let mut response = StatusCode::UNAUTHORIZED.into_response();
        if let Ok(value) = HeaderValue::from_str(&target) {
            response.headers_mut().insert("hx-redirect", value);
        }
        return response;
    }
    if safe {
        return Redirect::to(&page::url(&visit, &visit.here)).into_response();
    }
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok());
    let keeps = kind.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
    let body = if keeps { to_bytes(request.into_body(), KEPT_FORM).await.ok() } else { None };
    let kept = body.and_then(|bytes| Kept::new(&visit.here, &bytes));
    page::after_the_end(&visit, kept).into_response()
}

/// The page that sent an htmx request, as a path of ours.
fn current_page(headers: &HeaderMap) -> Option<String> {
    let url = headers.get("hx-current-url")?.to_str().ok()?;
    let (_, rest) = url.split_once("://")?;
    let path = rest.find('/').map(|at| &rest[at..])?;
    Some(path.split('#').next().unwrap_or(path).to_owned())
}
