//! What a browser brings with every request (type size, form token), and what every answer carries
//! (security headers, the page of an error).

use std::sync::Arc;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use halfsky_store::settings;

use crate::app::App;
use crate::error::{self, WebError};
use crate::frame::Frame;
use crate::parts::toast::{self, Toast};
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
}

impl Visit {
    /// Leads to a page that shows a message about what was done.
    pub(crate) fn redirect(&self, app: &App, toast: &Toast, url: &str) -> Response {
        toast.redirect((&app.seal, &self.token), url)
    }

    #[cfg(test)]
    pub(crate) fn sample() -> Self {
        Self {
            large: false,
            token: "token".to_owned(),
            here: "/plans?sort=name".to_owned(),
            example: false,
            frame: Arc::new(Frame::sample()),
        }
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

/// Reads the cookies, lets the request pass, draws the page of an error and adds the headers.
pub(crate) async fn receive(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let kept = cookie(request.headers(), TOKEN_COOKIE).filter(|t| is_token(t)).map(str::to_owned);
    let fresh = kept.is_none();
    let mut visit = Visit {
        large: cookie(request.headers(), SIZE_COOKIE) == Some("large"),
        token: kept.unwrap_or_else(|| app.new_id()),
        example: holds_example(&app, request.uri().path()).await,
        here: request.uri().path_and_query().map_or("/", |p| p.as_str()).to_owned(),
        frame: Arc::new(Frame::bare(text::date(app.now()))),
    };
    if draws_pages(request.uri().path()) {
        // a store that does not answer is told by the page itself
        if let Ok(frame) = Frame::load(&app, &visit, request.headers()).await {
            visit.frame = Arc::new(frame);
        }
    }
    let reads = request.method().is_safe();
    request.extensions_mut().insert(visit.clone());
    let mut response = error::page(next.run(request).await, &visit);
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
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("private, no-cache"));
    let set = format!("{TOKEN_COOKIE}={}; Path=/; HttpOnly; SameSite=Lax", visit.token);
    if let Some(value) = HeaderValue::from_str(&set).ok().filter(|_| fresh) {
        headers.append(header::SET_COOKIE, value);
    }
    response
}

/// Whether the banner of example data belongs on every page. A store that does not answer is told by the
/// page itself.
async fn holds_example(app: &App, path: &str) -> bool {
    if !draws_pages(path) {
        return false;
    }
    matches!(settings::find(&app.store, settings::EXAMPLE_DATA).await, Ok(Some(_)))
}

/// Whether what is served there has a frame.
fn draws_pages(path: &str) -> bool {
    !path.starts_with("/assets/") && path != "/healthz"
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
