//! What a browser brings with every request (who is signed in, type size, form token), and what every answer
//! carries (security headers, the page of an error).

use std::sync::Arc;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use halfsky_plan::ref_area::RefArea;
use halfsky_store::audit::Entry;
use halfsky_store::plans::Stamp;
use halfsky_store::settings;

use crate::account::{Account, Reach};
use crate::app::App;
use crate::error::{self, WebError};
use crate::frame::Frame;
use crate::login;
use crate::login::session::{self, Found};
use crate::origin::Origin;
use crate::parts::toast::{self, Toast};
use crate::permission::Action;
use crate::pressure::Kind;
use crate::text;

const TOKEN_COOKIE: &str = "halfsky_token";
const SIZE_COOKIE: &str = "halfsky_size";

/// The part of a request that pages draw themselves with.
#[derive(Debug, Clone)]
pub(crate) struct Visit {
    /// Large type (大字版).
    pub(crate) large: bool,
    /// Must come back with every form.
    pub(crate) token: String,
    /// Path and query of this page.
    pub(crate) here: String,
    /// The whole installation holds example data (示例数据).
    pub(crate) example: bool,
    /// The top bar: region, year, tasks, message.
    pub(crate) frame: Arc<Frame>,
    pub(crate) origin: Origin,
    /// Who is signed in; the guard lets nobody else to pages that are not for visitors.
    pub(crate) account: Option<Arc<Account>>,
    /// There was a session, and it has ended.
    pub(crate) session_ended: bool,
}

impl Visit {
    /// Leads to a page that shows a message about what was done.
    pub(crate) fn redirect(&self, app: &App, toast: &Toast, url: &str) -> Response {
        toast.redirect((&app.seal, &self.token), url)
    }

    /// Who is signed in.
    pub(crate) fn account(&self) -> Result<&Account, WebError> {
        let nobody = || WebError::Internal(anyhow::anyhow!("a page for accounts without one"));
        self.account.as_deref().ok_or_else(nobody)
    }

    /// The name under which people find again who did something: 张三（zhangsan）.
    pub(crate) fn actor(&self) -> String {
        match &self.account {
            Some(account) => login::actor(&account.name, &account.login),
            None => "未登录".to_owned(),
        }
    }

    /// Who did something, and when.
    pub(crate) fn stamp(&self, app: &App) -> Stamp {
        Stamp { at: app.now(), by: self.actor() }
    }

    /// The audit entry of something done in this request: the only way a handler makes one.
    pub(crate) fn entry(&self, app: &App, action: &str, object: &str) -> Entry {
        let (name, login, unit) = match self.account.as_deref() {
            Some(account) => (&*account.name, &*account.login, &*account.unit),
            None => ("未登录", "", ""),
        };
        self.entry_as(app, (name, login), action, object).by(login, unit)
    }

    /// As [`Visit::entry`], for somebody who is only just being recognised.
    pub(crate) fn entry_as(
        &self,
        app: &App,
        (name, login): (&str, &str),
        action: &str,
        object: &str,
    ) -> Entry {
        let entry = Entry::new(app.now(), name, action, object).by(login, "");
        entry.from(&self.origin.address.to_string())
    }

    /// Whether somebody is signed in who may do something somewhere.
    pub(crate) fn may_somewhere(&self, action: Action) -> bool {
        self.account.as_ref().is_some_and(|account| account.may_somewhere(action))
    }

    /// Whether the account may do something in a region.
    pub(crate) async fn may(
        &self,
        app: &App,
        action: Action,
        ref_area: &RefArea,
    ) -> Result<bool, WebError> {
        match &self.account {
            Some(account) => account.may(app, action, (ref_area, None)).await,
            None => Ok(false),
        }
    }

    /// Refuses what the account may not do in a region that the address did not name.
    pub(crate) async fn require(
        &self,
        app: &App,
        action: Action,
        ref_area: &RefArea,
    ) -> Result<(), WebError> {
        if self.may(app, action, ref_area).await? {
            return Ok(());
        }
        Err(WebError::out_of_reach())
    }

    /// Where the account may do something.
    pub(crate) async fn reach(&self, app: &App, action: Action) -> Result<Reach, WebError> {
        match &self.account {
            Some(account) => account.reach(app, action).await,
            None => Ok(Reach::default()),
        }
    }

    #[cfg(test)]
    pub(crate) fn sample() -> Self {
        Self {
            large: false,
            token: "token".to_owned(),
            here: "/plans?sort=name".to_owned(),
            example: false,
            frame: Arc::new(Frame::sample()),
            origin: Origin { address: [127, 0, 0, 1].into(), encrypted: false },
            account: Some(Arc::new(crate::samples::account())),
            session_ended: false,
        }
    }

    /// The same by somebody in this role, of the health unit where the role has a unit.
    #[cfg(test)]
    pub(crate) fn sample_of(role: halfsky_monitor::role::Role) -> Self {
        use halfsky_monitor::role::Place;
        let mut account = crate::samples::account();
        let appointment = &mut account.appointments[0];
        appointment.role = role;
        let unit = || halfsky_monitor::unit::UnitId("health".to_owned());
        appointment.unit = (role.place() == Place::Unit).then(unit);
        Self { account: Some(Arc::new(account)), ..Self::sample() }
    }
}

impl<S: Sync> FromRequestParts<S> for Visit {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, WebError> {
        let missing = || WebError::Internal(anyhow::anyhow!("request without a visit"));
        parts.extensions.get::<Self>().cloned().ok_or_else(missing)
    }
}

const SECURITY: [(&str, &str); 8] = [
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
    ("x-permitted-cross-domain-policies", "none"),
];

/// A browser that came by an encrypted connection comes by no other for a year.
const TRANSPORT_SECURITY: HeaderValue =
    HeaderValue::from_static("max-age=31536000; includeSubDomains");

/// Reads the cookies, finds who is signed in, lets the request pass, draws the page of an error and adds
/// the headers.
pub(crate) async fn receive(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let Some(origin) = Origin::of(&request, &app.settings) else {
        let error = anyhow::anyhow!("request without the address of its peer");
        return WebError::Internal(error).into_response();
    };
    let name = origin.cookie_name(TOKEN_COOKIE);
    let kept = cookie(request.headers(), &name).filter(|t| is_token(t)).map(str::to_owned);
    let fresh = kept.is_none();
    let mut visit = Visit {
        large: cookie(request.headers(), SIZE_COOKIE) == Some("large"),
        token: kept.unwrap_or_else(|| app.new_id()),
        example: false,
        here: request.uri().path_and_query().map_or("/", |p| p.as_str()).to_owned(),
        frame: Arc::new(Frame::bare(text::date(app.now()))),
        origin,
        account: None,
        session_ended: false,
    };
    let for_visitors = visit.token.clone();
    let reads = request.method().is_safe();
    let answer = if draws_pages(request.uri().path()) {
        let answer = respond(&app, request, &mut visit, next).await;
        answer.unwrap_or_else(WebError::into_response)
    } else {
        request.extensions_mut().insert(visit.clone());
        next.run(request).await
    };
    let mut response = error::page(answer, &visit, || app.new_id());
    if reads && response.status() == StatusCode::SERVICE_UNAVAILABLE && is_page(&response) {
        response.headers_mut().insert(header::REFRESH, AGAIN);
    }
    if is_page(&response) {
        let ended = visit.frame.toast.as_ref().map(|_| toast::ended());
        let place = visit.frame.remember().filter(|_| reads);
        for cookie in ended.into_iter().chain(place) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
    let headers = response.headers_mut();
    for (name, value) in SECURITY {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if origin.encrypted {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, TRANSPORT_SECURITY);
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("private, no-store"));
    if fresh && visit.account.is_none() {
        let set = origin.set_cookie(TOKEN_COOKIE, &for_visitors);
        headers.extend(set.map(|value| (header::SET_COOKIE, value)));
    }
    response
}

/// Lets a request pass in its turn. While the database does not answer nobody waits for it in vain.
async fn respond(
    app: &App,
    request: Request,
    visit: &mut Visit,
    next: Next,
) -> Result<Response, WebError> {
    if app.readiness.is_cut_off(app.now()) {
        return Err(WebError::Unreachable);
    }
    let mut request = app.pressure.take_in(request).await?;
    let kind = Kind::of(&request);
    let work = async {
        recognise(app, request.headers(), visit).await?;
        request.extensions_mut().insert(visit.clone());
        Ok(next.run(request).await)
    };
    app.pressure.in_turn(kind, work).await
}

/// Finds out who is signed in, whether the data are an example, and what the top bar shows.
async fn recognise(app: &App, headers: &HeaderMap, visit: &mut Visit) -> Result<(), WebError> {
    let example = settings::find(&app.store, settings::EXAMPLE_DATA).await;
    if matches!(example, Err(halfsky_store::Error::Busy | halfsky_store::Error::CutOff)) {
        app.readiness.cut_off(app.now());
        return Err(WebError::Unreachable);
    }
    // any other trouble of the store is told by the page itself
    visit.example = matches!(example, Ok(Some(_)));
    let name = visit.origin.cookie_name(session::COOKIE);
    if let Some(token) = cookie(headers, &name) {
        match session::find(app, token).await? {
            Found::Account(account) => {
                visit.token = session::form_token(token);
                visit.account = Some(Arc::new(account));
            }
            Found::Ended => visit.session_ended = true,
        }
    }
    if let Ok(frame) = Frame::load(app, visit, headers).await {
        visit.frame = Arc::new(frame);
    }
    Ok(())
}

/// In how many seconds a browser asks again for a page that could not be given.
const AGAIN: HeaderValue = HeaderValue::from_static("10");

/// Whether what is served there has a frame. Assets and probes ask nothing of the database and wait for nobody.
fn draws_pages(path: &str) -> bool {
    !path.starts_with("/assets/") && path != "/healthz" && path != "/readyz"
}

fn is_page(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE);
    kind.and_then(|k| k.to_str().ok()).is_some_and(|k| k.starts_with("text/html"))
}

/// The cookie that remembers the type size for a year.
pub(crate) fn size_cookie(size: &str) -> String {
    format!("{SIZE_COOKIE}={size}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax")
}

/// The value of a cookie.
pub(crate) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

fn is_token(text: &str) -> bool {
    (16..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_a_cookie_among_others() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, "a=1; halfsky_size=large;b=2".parse().unwrap());
        assert_eq!(cookie(&headers, SIZE_COOKIE), Some("large"));
        assert_eq!(cookie(&headers, "size"), None);
    }

    #[test]
    fn a_forged_token_is_replaced() {
        assert!(is_token("0192f0c1-0000-7000-8000-000000000001"));
        assert!(!is_token("short") && !is_token("0192f0c1\"><script>alert(1)</script>"));
    }
}
