//! Single sign-on by OpenID Connect: who somebody is, another system says; what the person may do, the
//! appointments here say. Nobody is given an account or a role this way.
//!
//! Authorization code with PKCE, state and nonce. What must come back travels in a cookie of the browser, so
//! that nothing is kept for those who never return. The provider is asked anew for its addresses and keys at
//! every sign-in: a changed key needs no restart.

use std::fmt;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use axum::http::HeaderValue;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::origin::Origin;

/// How long the provider may take for one answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// How far the clocks of the two systems may differ, in seconds.
const LEEWAY: i64 = 60;

/// The largest answer that is read from the provider.
const LARGEST: usize = 256 * 1024;

/// Name of the cookie that waits for the person to come back.
pub(crate) const COOKIE: &str = "halfsky_single_sign_on";

/// The signatures that are taken; never none, never one made with the shared secret.
const ALGORITHMS: [Algorithm; 4] =
    [Algorithm::RS256, Algorithm::PS256, Algorithm::ES256, Algorithm::EdDSA];

/// The other system, and what it knows us by.
#[derive(Clone)]
pub struct Provider {
    /// Its address (`issuer`), without a slash at the end.
    pub issuer: String,
    pub client_id: String,
    pub client_secret: String,
    /// Our address to which it sends people back.
    pub redirect_uri: String,
    /// What the button says.
    pub label: String,
}

/// The secret stays out of messages and logs.
impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Provider({})", self.issuer)
    }
}

/// What must come back with the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pending {
    state: String,
    nonce: String,
    verifier: String,
    /// Where to go afterwards.
    pub(crate) next: String,
}

impl Pending {
    /// For a person who sets out now.
    pub(crate) fn new(random: [[u8; 32]; 3], next: &str) -> Self {
        let [state, nonce, verifier] = random.map(|bytes| URL_SAFE_NO_PAD.encode(bytes));
        Self { state, nonce, verifier, next: next.to_owned() }
    }

    /// As a cookie for the browser.
    pub(crate) fn cookie(&self, origin: Origin) -> Option<HeaderValue> {
        let next = URL_SAFE_NO_PAD.encode(&self.next);
        let value = format!("{}.{}.{}.{next}", self.state, self.nonce, self.verifier);
        origin.set_cookie(COOKIE, &value)
    }

    /// From the cookie of somebody who comes back with a state; None when they do not belong together.
    pub(crate) fn back(cookie: &str, state: &str) -> Option<Self> {
        let mut parts = cookie.split('.').map(str::to_owned);
        let (kept, nonce, verifier) = (parts.next()?, parts.next()?, parts.next()?);
        let next = String::from_utf8(URL_SAFE_NO_PAD.decode(parts.next()?).ok()?).ok()?;
        let fits = parts.next().is_none() && kept == state && !state.is_empty();
        fits.then_some(Self { state: kept, nonce, verifier, next })
    }

    fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(&self.verifier))
    }
}

#[derive(Deserialize)]
struct Discovery {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
}

#[derive(Deserialize)]
struct Tokens {
    id_token: String,
}

/// What the provider says about a person.
#[derive(Debug, Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    exp: i64,
    nonce: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Audience {
    fn holds(&self, client: &str) -> bool {
        match self {
            Self::One(name) => name == client,
            Self::Many(names) => names.iter().any(|name| name == client),
        }
    }
}

impl Provider {
    /// Where the person is sent to sign in.
    pub(crate) async fn authorization_url(&self, pending: &Pending) -> anyhow::Result<String> {
        let discovery = self.discovery(&client()?).await?;
        let mut query = form_urlencoded::Serializer::new(String::new());
        query
            .append_pair("response_type", "code")
            .append_pair("scope", "openid")
            .append_pair("client_id", &self.client_id)
            .append_pair("redirect_uri", &self.redirect_uri)
            .append_pair("state", &pending.state)
            .append_pair("nonce", &pending.nonce)
            .append_pair("code_challenge", &pending.challenge())
            .append_pair("code_challenge_method", "S256");
        let endpoint = discovery.authorization_endpoint;
        let mark = if endpoint.contains('?') { '&' } else { '?' };
        Ok(format!("{endpoint}{mark}{}", query.finish()))
    }

    /// What the provider calls the person who came back with this code.
    pub(crate) async fn subject(
        &self,
        pending: &Pending,
        code: &str,
        now: Timestamp,
    ) -> anyhow::Result<String> {
        let client = client()?;
        let discovery = self.discovery(&client).await?;
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &self.redirect_uri),
            ("code_verifier", &pending.verifier),
        ];
        let encode =
            |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let request = client
            .post(&discovery.token_endpoint)
            .basic_auth(encode(&self.client_id), Some(encode(&self.client_secret)))
            .form(&form);
        let tokens: Tokens = answer(request).await.context("token endpoint")?;
        let keys: JwkSet = answer(client.get(&discovery.jwks_uri)).await.context("keys")?;
        let claims = verify(&tokens.id_token, &keys)?;
        self.check(&claims, &pending.nonce, now)?;
        Ok(claims.sub)
    }

    async fn discovery(&self, client: &reqwest::Client) -> anyhow::Result<Discovery> {
        let url = format!("{}/.well-known/openid-configuration", self.issuer);
        let discovery: Discovery = answer(client.get(url)).await.context("discovery")?;
        let stated = discovery.issuer.trim_end_matches('/');
        ensure!(stated == self.issuer, "the provider calls itself {stated}");
        Ok(discovery)
    }

    fn check(&self, claims: &Claims, nonce: &str, now: Timestamp) -> anyhow::Result<()> {
        ensure!(claims.iss.trim_end_matches('/') == self.issuer, "issued by somebody else");
        ensure!(claims.aud.holds(&self.client_id), "meant for somebody else");
        ensure!(claims.exp.saturating_add(LEEWAY) > now.as_second(), "expired");
        ensure!(claims.nonce.as_deref() == Some(nonce), "not an answer to this request");
        ensure!(!claims.sub.is_empty(), "names nobody");
        Ok(())
    }
}

/// A client of its own, so that no connection outlives a sign-in; redirects are not followed.
fn client() -> anyhow::Result<reqwest::Client> {
    // a second call finds the provider of ciphers installed, which is right
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder()
        .timeout(PATIENCE)
        .redirect(reqwest::redirect::Policy::none())
        .build()?;
    Ok(client)
}

/// A JSON answer, as far as it is not too large.
async fn answer<T: serde::de::DeserializeOwned>(
    request: reqwest::RequestBuilder,
) -> anyhow::Result<T> {
    let mut response = request.send().await?.error_for_status()?;
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        ensure!(bytes.len() + chunk.len() <= LARGEST, "the answer is too large");
        bytes.extend_from_slice(&chunk);
    }
    Ok(serde_json::from_slice(&bytes)?)
}

/// What a token says, once its signature was found right. Times are checked by the caller, who knows the
/// clock.
fn verify(token: &str, keys: &JwkSet) -> anyhow::Result<Claims> {
    let header = decode_header(token).context("header of the token")?;
    if !ALGORITHMS.contains(&header.alg) {
        bail!("signed with {:?}", header.alg);
    }
    let named = |id: &String| keys.find(id);
    let key = match &header.kid {
        Some(id) => named(id),
        None => keys.keys.first().filter(|_| keys.keys.len() == 1),
    };
    let key = DecodingKey::from_jwk(key.context("signed with a key the provider does not name")?)?;
    let mut validation = Validation::new(header.alg);
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    Ok(decode::<Claims>(token, &key, &validation).context("signature of the token")?.claims)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn provider() -> Provider {
        Provider {
            issuer: "https://id.example".to_owned(),
            client_id: "halfsky".to_owned(),
            client_secret: "secret".to_owned(),
            redirect_uri: "https://halfsky.example/back".to_owned(),
            label: String::new(),
        }
    }

    #[test]
    fn only_the_browser_that_set_out_comes_back() {
        let pending = Pending::new([[1; 32], [2; 32], [3; 32]], "/plans?q=心");
        let origin = Origin { address: [127, 0, 0, 1].into(), encrypted: false };
        let cookie = pending.cookie(origin).unwrap();
        let value = cookie.to_str().unwrap().split(['=', ';']).nth(1).unwrap().to_owned();
        assert_eq!(Pending::back(&value, &pending.state), Some(pending.clone()));
        assert_eq!(Pending::back(&value, "another"), None);
        assert_eq!(Pending::back("", ""), None);
        assert_eq!(Pending::back(&format!("{value}.x"), &pending.state), None);
    }

    #[test]
    fn a_token_must_be_fresh_and_for_us() {
        let now: Timestamp = "2026-03-05T01:30:00Z".parse().unwrap();
        let claims = |change: fn(&mut Claims)| {
            let mut claims = Claims {
                iss: "https://id.example/".to_owned(),
                sub: "u1".to_owned(),
                aud: Audience::Many(vec!["other".to_owned(), "halfsky".to_owned()]),
                exp: "2026-03-05T01:31:00Z".parse::<Timestamp>().unwrap().as_second(),
                nonce: Some("n".to_owned()),
            };
            change(&mut claims);
            provider().check(&claims, "n", now).is_ok()
        };
        assert!(claims(|_| {}));
        assert!(!claims(|c| c.iss = "https://evil.example".to_owned()));
        assert!(!claims(|c| c.aud = Audience::One("other".to_owned())));
        assert!(!claims(|c| c.exp -= 3600));
        assert!(!claims(|c| c.nonce = None));
        assert!(!claims(|c| c.sub.clear()));
    }

    #[test]
    fn secrets_are_not_shown() {
        assert!(!format!("{:?}", provider()).contains("secret"));
    }
}
