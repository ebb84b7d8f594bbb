//! The door: permission, peer address, host name and origin are checked before any page sees a request.
//!
//! The host name is checked because a foreign page can make a browser send requests to this machine
//! under a name of its own (DNS rebinding); the origin, because it can post forms here.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, MatchedPath, Request};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::error::WebError;
use crate::permission::{self, Access};

/// Lets a request pass or answers why not.
pub(crate) async fn admit(request: Request, next: Next) -> Response {
    match check(&request) {
        Ok(()) => next.run(request).await,
        Err(error) => error.into_response(),
    }
}

fn check(request: &Request) -> Result<(), WebError> {
    let access = match request.extensions().get::<MatchedPath>() {
        Some(path) => permission::access(path.as_str(), request.method()),
        None => Some(Access::Loopback),
    };
    match access {
        Some(Access::Anyone) => return Ok(()),
        Some(Access::Loopback) => {}
        None => {
            return Err(WebError::NotFound(
                "这个地址不支持这种操作。请从导航重新进入。".to_owned(),
            ));
        }
    }
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    if !peer.is_some_and(|peer| peer.0.ip().to_canonical().is_loopback()) {
        return Err(WebError::Forbidden(
            "账号功能上线前，半边天只接受本机访问。请在运行半边天的电脑上打开浏览器。".to_owned(),
        ));
    }
    if !host(request).is_some_and(is_local_name) {
        return Err(WebError::Forbidden(
            "请求的主机名不是本机。请在地址栏使用 localhost 或 127.0.0.1 打开半边天。".to_owned(),
        ));
    }
    if request.method().is_safe() || own_origin(request.headers()) {
        Ok(())
    } else {
        Err(WebError::Forbidden("提交来自别的网站，已拒绝。请在半边天的页面里操作。".to_owned()))
    }
}

fn host(request: &Request) -> Option<&str> {
    match request.headers().get(header::HOST) {
        Some(host) => host.to_str().ok(),
        None => request.uri().authority().map(axum::http::uri::Authority::as_str),
    }
}

fn is_local_name(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or(""),
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    matches!(
        name.trim_end_matches('.').to_ascii_lowercase().as_str(),
        "localhost" | "127.0.0.1" | "::1"
    )
}

/// Whether the browser says that the form stood on one of our own pages. Browsers that say nothing are
/// held by the form token.
fn own_origin(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).map(|v| v.to_str().unwrap_or("?"));
    if let Some(site) = text(header::HeaderName::from_static("sec-fetch-site")) {
        return matches!(site, "same-origin" | "none");
    }
    match (text(header::ORIGIN), text(header::HOST)) {
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
            assert!(is_local_name(name), "{name}");
        }
        for name in [
            "",
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example:80",
            "[::2]:1",
            "192.168.0.1",
        ] {
            assert!(!is_local_name(name), "{name}");
        }
    }

    #[test]
    fn foreign_origins_are_seen() {
        let check = |pairs: &[(&'static str, &'static str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.insert(*name, value.parse().unwrap());
            }
            own_origin(&headers)
        };
        assert!(check(&[]));
        assert!(check(&[("sec-fetch-site", "same-origin")]));
        assert!(!check(&[("sec-fetch-site", "cross-site")]));
        assert!(!check(&[("sec-fetch-site", "same-site")]));
        assert!(check(&[("origin", "http://localhost:80"), ("host", "localhost:80")]));
        assert!(!check(&[("origin", "http://evil.example"), ("host", "localhost:80")]));
        assert!(!check(&[("origin", "null"), ("host", "localhost:80")]));
    }
}
