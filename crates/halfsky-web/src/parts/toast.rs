//! The short message after something was done: it travels over the redirect in a cookie that lives a minute.
//!
//! The cookie is sealed with a key of the installation and bound to the visitor's form token: another site that
//! plants one cannot put words into our mouth. A message that cannot be opened is dropped, nothing depends
//! on it.

use std::fmt;

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use halfsky_store::seal::SecretKey;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256, Sha512};

/// Name of the cookie.
pub(crate) const COOKIE: &str = "halfsky_toast";

/// Characters of a message that are kept: a cookie holds 4096 bytes.
const LONGEST: usize = 200;

/// The key that seals messages: the same in every process of the installation.
#[derive(Clone)]
pub(crate) struct Seal([u8; 64]);

impl Seal {
    /// A key that follows from the key of the installation.
    pub(crate) fn new(secret: &SecretKey) -> Self {
        Self(Sha512::digest(secret.derived("toast")).into())
    }

    fn mac(&self, token: &str, content: &str) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new(&self.0.into());
        for part in [token, "\n", content] {
            mac.update(part.as_bytes());
        }
        mac
    }
}

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seal(..)")
    }
}

/// What was done, and what can follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Toast {
    pub(crate) text: String,
    /// Where to go on: words and address.
    pub(crate) link: Option<(String, String)>,
    /// Address of a form that takes it back.
    pub(crate) undo: Option<String>,
}

impl Toast {
    /// A message about something that succeeded; what failed is told on its page.
    pub(crate) fn new(text: impl Into<String>) -> Self {
        let text: String = text.into();
        Self { text: text.chars().take(LONGEST).collect(), link: None, undo: None }
    }

    /// Offers a place to go on.
    #[must_use]
    pub(crate) fn with_link(mut self, words: &str, url: &str) -> Self {
        self.link = Some((words.to_owned(), url.to_owned()));
        self
    }

    /// Offers to take it back.
    #[must_use]
    pub(crate) fn with_undo(mut self, url: &str) -> Self {
        self.undo = Some(url.to_owned());
        self
    }

    /// Leads to a page that shows the message.
    pub(crate) fn redirect(&self, (seal, token): (&Seal, &str), url: &str) -> Response {
        let mut response = Redirect::to(url).into_response();
        let cookie = format!(
            "{COOKIE}={}; Path=/; Max-Age=60; HttpOnly; SameSite=Lax",
            self.sealed(seal, token)
        );
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        response
    }

    fn sealed(&self, seal: &Seal, token: &str) -> String {
        let mut content = form_urlencoded::Serializer::new(String::new());
        content.append_pair("text", &self.text);
        if let Some((words, url)) = &self.link {
            content.append_pair("words", words).append_pair("url", url);
        }
        if let Some(url) = &self.undo {
            content.append_pair("undo", url);
        }
        let content = content.finish();
        let mac = URL_SAFE_NO_PAD.encode(seal.mac(token, &content).finalize().into_bytes());
        format!("{}.{mac}", URL_SAFE_NO_PAD.encode(content))
    }

    /// Opens what `redirect` sealed for the same visitor.
    pub(crate) fn open(cookie: &str, seal: &Seal, token: &str) -> Option<Self> {
        let (content, mac) = cookie.split_once('.')?;
        let content = String::from_utf8(URL_SAFE_NO_PAD.decode(content).ok()?).ok()?;
        let mac = URL_SAFE_NO_PAD.decode(mac).ok()?;
        seal.mac(token, &content).verify_slice(&mac).ok()?;
        let find = |name: &str| {
            let mut pairs = form_urlencoded::parse(content.as_bytes());
            pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
        };
        let link = find("words").zip(find("url"));
        Some(Self { text: find("text")?, link, undo: find("undo") })
    }
}

/// The cookie that ends a message once it was shown.
pub(crate) fn ended() -> HeaderValue {
    HeaderValue::from_static("halfsky_toast=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seal() -> Seal {
        Seal::new(&SecretKey::new([1; 32]))
    }

    #[test]
    fn a_message_arrives_as_it_was_sent() {
        let toast =
            Toast::new("已保存，“孕产妇死亡率”").with_link("查看", "/a?b=1&c").with_undo("/undo");
        let cookie = toast.sealed(&seal(), "token");
        assert!(cookie.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b)));
        assert_eq!(Toast::open(&cookie, &seal(), "token"), Some(toast));
    }

    #[test]
    fn a_forged_or_foreign_message_is_dropped() {
        let cookie = Toast::new("已保存").sealed(&seal(), "token");
        assert!(Toast::open(&cookie, &seal(), "another visitor").is_none());
        let other = Seal::new(&SecretKey::new([2; 32]));
        assert!(Toast::open(&cookie, &other, "token").is_none());
        let mac = cookie.split_once('.').unwrap().1;
        let forged = format!("{}.{mac}", URL_SAFE_NO_PAD.encode("text=%E5%81%87"));
        assert!(Toast::open(&forged, &seal(), "token").is_none());
        for broken in ["", ".", "a.b", "é.é"] {
            assert!(Toast::open(broken, &seal(), "token").is_none(), "{broken}");
        }
    }

    #[test]
    fn a_long_message_still_fits_a_cookie() {
        let cookie = Toast::new("长".repeat(5000)).sealed(&seal(), "token");
        assert!(cookie.len() < 3000, "{}", cookie.len());
    }
}
