//! The door: permission, host name, origin and pace are checked before any page sees a request.
//!
//! The host name is checked because a foreign page can make a browser send requests to this machine
//! under a name of its own (DNS rebinding); the origin, because it can post forms here.

use std::collections::BTreeMap;

use axum::RequestExt as _;
use axum::extract::{MatchedPath, RawPathParams, Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use halfsky_monitor::unit::UnitId;
use halfsky_plan::ref_area::RefArea;
use halfsky_store::{api_tokens, regions};

use crate::account::Account;
use crate::app::App;
use crate::error::WebError;
use crate::login;
use crate::login::throttle::{self, Counted};
use crate::pages::account::{password, second_factor};
use crate::permission::{self, Access, Action};
use crate::visit::Visit;

/// Lets a request pass or answers why not.
pub(crate) async fn admit(State(app): State<App>, mut request: Request, next: Next) -> Response {
    match check(&app, &mut request).await {
        Ok(Verdict::Pass) => next.run(request).await,
        Ok(Verdict::SignInFirst) => login::sign_in_first(request).await,
        Ok(Verdict::NewPasswordFirst) => Redirect::to(password::PATH).into_response(),
        Ok(Verdict::SecondFactorFirst) => Redirect::to(second_factor::PATH).into_response(),
        Err(error) => error.into_response(),
    }
}

enum Verdict {
    Pass,
    SignInFirst,
    /// A password somebody else gave must be replaced before anything else.
    NewPasswordFirst,
    /// A role demands a second factor: it must be set up before anything else.
    SecondFactorFirst,
}

async fn check(app: &App, request: &mut Request) -> Result<Verdict, WebError> {
    let path = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let access = match &path {
        Some(path) => permission::access(path, request.method()),
        // there is no such page: whoever asks is told so
        None => Some(Access::Visitor),
    };
    let Some(access) = access else {
        return Err(WebError::NotFound("这个地址不支持这种操作。请从导航重新进入。".to_owned()));
    };
    if access == Access::Anyone {
        return Ok(Verdict::Pass);
    }
    check_sender(app, request)?;
    let visit = request.extensions().get::<Visit>().cloned();
    let visit =
        visit.ok_or_else(|| WebError::Internal(anyhow::anyhow!("request without a visit")))?;
    if !request.method().is_safe() {
        throttle::admit_write(app, &visit).await?;
    }
    if access == Access::Visitor {
        return Ok(Verdict::Pass);
    }
    if access == Access::Token {
        check_token(app, request, &visit).await?;
        return Ok(Verdict::Pass);
    }
    let Some(account) = visit.account.as_deref() else { return Ok(Verdict::SignInFirst) };
    let path = path.as_deref().unwrap_or("");
    if account.password_is_temporary && ![password::PATH, "/logout"].contains(&path) {
        return Ok(Verdict::NewPasswordFirst);
    }
    let always = [second_factor::PATH, password::PATH, "/logout"];
    if account.lacks_second_factor && !always.contains(&path) {
        return Ok(Verdict::SecondFactorFirst);
    }
    if let Access::May(action) = access {
        check_right(app, request, account, action).await?;
    }
    Ok(Verdict::Pass)
}

/// Whether a valid token came along that reads the region the address names.
async fn check_token(app: &App, request: &mut Request, visit: &Visit) -> Result<(), WebError> {
    let now = app.now();
    let sent = request.headers().get(header::AUTHORIZATION).and_then(|v| v.to_str().ok());
    let sent = sent.and_then(|v| v.strip_prefix("Bearer ")).map(|token| token.trim().to_owned());
    let found = match &sent {
        Some(sent) => api_tokens::find(&app.store, sent).await?,
        None => None,
    };
    let Some(token) = found.filter(|token| token.is_valid(now)) else {
        // guessing is slowed down; a request without a token is no guess
        if sent.is_some() {
            let counted = Counted::Token(visit.origin.address.to_string());
            throttle::take(app, &counted).await?;
        }
        return Err(WebError::NoToken);
    };
    let counted = Counted::Token(token.hash.clone());
    throttle::take(app, &counted).await?;
    let parts = request.extract_parts::<RawPathParams>().await.ok();
    let named = parts.iter().flatten().find(|(name, _)| *name == permission::REGION_PART);
    if let Some((_, code)) = named {
        let area: RefArea = code
            .parse()
            .map_err(|_| WebError::NotFound("没有这个地区。请检查区划代码。".to_owned()))?;
        let tree = regions::tree(&app.store).await?;
        if area != token.ref_area && !tree.lies_below(&area, &token.ref_area) {
            return Err(WebError::Forbidden("这个令牌不包括所请求的地区。".to_owned()));
        }
    }
    // once a minute is enough to tell whether a key is still in use
    if token.last_used_at.is_none_or(|at| now.duration_since(at).as_secs() >= 60) {
        api_tokens::used(&app.store, &token.hash, now).await?;
    }
    Ok(())
}

/// Whether the account may do this in the region and for the unit that the address names.
async fn check_right(
    app: &App,
    request: &mut Request,
    account: &Account,
    action: Action,
) -> Result<(), WebError> {
    let not_there =
        || WebError::NotFound("没有这个页面。请检查地址，或从导航重新进入。".to_owned());
    let parts = request.extract_parts::<RawPathParams>().await.map_err(|_| not_there())?;
    let parts: BTreeMap<&str, &str> = parts.iter().collect();
    let Some(ref_area) = parts.get(permission::REGION_PART) else {
        if account.may_somewhere(action) {
            return Ok(());
        }
        return Err(WebError::Forbidden(
            "您的账号没有使用这个页面的权限。需要时请联系安全管理员调整任职。".to_owned(),
        ));
    };
    let ref_area: RefArea = ref_area.parse().map_err(|_| not_there())?;
    let unit = parts.get(permission::UNIT_PART).map(|unit| UnitId((*unit).to_owned()));
    if account.may(app, action, (&ref_area, unit.as_ref())).await? {
        return Ok(());
    }
    Err(WebError::out_of_reach())
}

/// Checks under which name the pages were asked for, and where a form stood.
fn check_sender(app: &App, request: &Request) -> Result<(), WebError> {
    let asked = host(request);
    let known = |name: String| is_local(&name) || app.settings.hosts.contains(&name);
    if !asked.map(name_of).is_some_and(known) {
        return Err(WebError::Forbidden(
            "请求的主机名不在许可范围内。本机请用 localhost 或 127.0.0.1 打开；用其他域名或地址访问的，请管理员把它加入配置项 hosts。"
                .to_owned(),
        ));
    }
    if request.method().is_safe() || own_origin(request.headers(), asked) {
        return Ok(());
    }
    Err(WebError::Forbidden("提交来自别的网站，已拒绝。请在半边天的页面里操作。".to_owned()))
}

fn host(request: &Request) -> Option<&str> {
    match request.headers().get(header::HOST) {
        Some(host) => host.to_str().ok(),
        None => request.uri().authority().map(axum::http::uri::Authority::as_str),
    }
}

/// A host name without its port, as it is compared.
fn name_of(host: &str) -> String {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or(""),
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    name.trim_end_matches('.').to_ascii_lowercase()
}

fn is_local(name: &str) -> bool {
    matches!(name, "localhost" | "127.0.0.1" | "::1")
}

/// Whether the browser says that the form stood on one of our own pages. Browsers that say nothing are
/// held by the form token.
fn own_origin(headers: &HeaderMap, host: Option<&str>) -> bool {
    let text = |name| headers.get(name).map(|v| v.to_str().unwrap_or("?"));
    if let Some(site) = text(header::HeaderName::from_static("sec-fetch-site")) {
        return matches!(site, "same-origin" | "none");
    }
    match (text(header::ORIGIN), host) {
        (None, _) => true,
        (Some(origin), Some(host)) => origin.split_once("://").is_some_and(|(_, o)| o == host),
        (Some(_), None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_names() {
        for name in
            ["localhost", "localhost:8080", "LOCALHOST:1", "127.0.0.1:80", "[::1]", "[::1]:99"]
        {
            assert!(is_local(&name_of(name)), "{name}");
        }
        for name in [
            "",
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example:80",
            "[::2]:1",
            "192.168.0.1",
        ] {
            assert!(!is_local(&name_of(name)), "{name}");
        }
    }

    #[test]
    fn foreign_origins_are_seen() {
        let check = |pairs: &[(&'static str, &'static str)]| {
            let mut request = Request::new(axum::body::Body::empty());
            for (name, value) in pairs {
                request.headers_mut().insert(*name, value.parse().unwrap());
            }
            own_origin(request.headers(), host(&request))
        };
        assert!(check(&[]));
        assert!(check(&[("sec-fetch-site", "same-origin")]));
        assert!(!check(&[("sec-fetch-site", "cross-site")]));
        assert!(!check(&[("sec-fetch-site", "same-site")]));
        assert!(check(&[("origin", "http://localhost:80"), ("host", "localhost:80")]));
        assert!(!check(&[("origin", "http://evil.example"), ("host", "localhost:80")]));
        assert!(!check(&[("origin", "null"), ("host", "localhost:80")]));
        // HTTP/2 names the host in the address
        let mut request = Request::new(axum::body::Body::empty());
        *request.uri_mut() = "https://halfsky.example/plans".parse().unwrap();
        request.headers_mut().insert("origin", "https://halfsky.example".parse().unwrap());
        assert!(own_origin(request.headers(), host(&request)));
        request.headers_mut().insert("origin", "https://evil.example".parse().unwrap());
        assert!(!own_origin(request.headers(), host(&request)));
    }
}
