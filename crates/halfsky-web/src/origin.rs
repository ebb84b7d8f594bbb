//! Where a request comes from: network address and encryption, also behind a proxy.
//!
//! What a proxy says is believed only when the connection itself comes from a configured proxy: anybody
//! can write these headers.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue};

use crate::app::Settings;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Where a request comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Origin {
    pub(crate) address: IpAddr,
    /// Whether the browser's connection is encrypted.
    pub(crate) encrypted: bool,
}

impl Origin {
    /// The name of a secret cookie. On an encrypted connection the browser itself vouches that no other
    /// host set it.
    pub(crate) fn cookie_name(self, name: &str) -> String {
        if self.encrypted { format!("__Host-{name}") } else { name.to_owned() }
    }

    /// Sets a secret cookie that ends with the browser.
    pub(crate) fn set_cookie(self, name: &str, value: &str) -> Option<HeaderValue> {
        self.cookie(name, &format!("{value}; Path=/"))
    }

    /// Takes a secret cookie away.
    pub(crate) fn end_cookie(self, name: &str) -> Option<HeaderValue> {
        self.cookie(name, "; Path=/; Max-Age=0")
    }

    fn cookie(self, name: &str, value: &str) -> Option<HeaderValue> {
        let secure = if self.encrypted { "; Secure" } else { "" };
        let name = self.cookie_name(name);
        HeaderValue::from_str(&format!("{name}={value}; HttpOnly; SameSite=Lax{secure}")).ok()
    }

    /// Reads it; None when the peer's address did not travel with the request.
    pub(crate) fn of(request: &Request, settings: &Settings) -> Option<Self> {
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>()?.0.ip().to_canonical();
        if !settings.proxies.contains(&peer) {
            return Some(Self { address: peer, encrypted: settings.encrypted });
        }
        let headers = request.headers();
        let proto = last(headers, &FORWARDED_PROTO);
        Some(Self {
            address: visitor(headers, &settings.proxies).unwrap_or(peer),
            encrypted: settings.encrypted || proto.is_some_and(|p| p.eq_ignore_ascii_case("https")),
        })
    }
}

/// The last address in the chain that is no proxy of ours: those before it were written by strangers.
fn visitor(headers: &HeaderMap, proxies: &[IpAddr]) -> Option<IpAddr> {
    let listed = headers.get_all(FORWARDED_FOR).iter().filter_map(|value| value.to_str().ok());
    let listed: Vec<&str> = listed.flat_map(|line| line.split(',')).map(str::trim).collect();
    for text in listed.into_iter().rev() {
        let address = address_of(text)?;
        if !proxies.contains(&address) {
            return Some(address);
        }
    }
    None
}

/// An address, perhaps with a port.
fn address_of(text: &str) -> Option<IpAddr> {
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    let address = bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|s| s.ip()));
    address.map(|address: IpAddr| address.to_canonical())
}

fn last<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let value = headers.get_all(name).iter().next_back()?.to_str().ok()?;
    value.rsplit(',').next().map(str::trim)
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn origin(peer: [u8; 4], headers: &[(&str, &str)]) -> Origin {
        let mut request = Request::builder()
            .extension(ConnectInfo(SocketAddr::from((peer, 50_000))))
            .body(Body::empty())
            .unwrap();
        for (name, value) in headers {
            let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
            request.headers_mut().append(name, value.parse().unwrap());
        }
        let proxies = vec![IpAddr::from([10, 0, 0, 1]), IpAddr::from([10, 0, 0, 2])];
        Origin::of(&request, &Settings { proxies, ..Settings::default() }).unwrap()
    }

    #[test]
    fn an_encrypted_connection_keeps_its_cookies_to_itself() {
        let set = |encrypted| {
            let origin = Origin { address: [127, 0, 0, 1].into(), encrypted };
            let cookie = origin.set_cookie("name", "x").unwrap();
            cookie.to_str().unwrap().to_owned()
        };
        assert_eq!(set(false), "name=x; Path=/; HttpOnly; SameSite=Lax");
        assert_eq!(set(true), "__Host-name=x; Path=/; HttpOnly; SameSite=Lax; Secure");
    }

    #[test]
    fn a_stranger_is_not_believed() {
        let headers = [("x-forwarded-for", "127.0.0.1"), ("x-forwarded-proto", "https")];
        let seen = origin([203, 0, 113, 7], &headers);
        assert_eq!(seen, Origin { address: IpAddr::from([203, 0, 113, 7]), encrypted: false });
    }

    #[test]
    fn the_last_address_before_our_proxies_counts() {
        let headers = [
            ("x-forwarded-for", "127.0.0.1, 203.0.113.7"),
            ("x-forwarded-for", "10.0.0.2"),
            ("x-forwarded-proto", "https"),
        ];
        let seen = origin([10, 0, 0, 1], &headers);
        assert_eq!(seen, Origin { address: IpAddr::from([203, 0, 113, 7]), encrypted: true });
        let odd = origin([10, 0, 0, 1], &[("x-forwarded-for", "unknown")]);
        assert_eq!(odd.address, IpAddr::from([10, 0, 0, 1]));
        let none = origin([10, 0, 0, 1], &[]);
        assert_eq!(none, Origin { address: IpAddr::from([10, 0, 0, 1]), encrypted: false });
    }
}
