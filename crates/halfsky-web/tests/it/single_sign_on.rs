//! Single sign-on against a small provider of the test's own: real HTTP, a real key, real signatures.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use halfsky_monitor::role::Role;
use halfsky_web::Provider;
use halfsky_web::testing::{Client, House, now, settings};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use rsa::pkcs1::EncodeRsaPrivateKey as _;
use rsa::traits::PublicKeyParts as _;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// What the provider was told and what it is to say.
struct Identity {
    address: String,
    signer: EncodingKey,
    keys: Value,
    /// Claims that differ from what is right.
    wrong: Mutex<BTreeMap<&'static str, Value>>,
    /// Challenge and nonce of the last request.
    asked: Mutex<(String, String)>,
}

async fn tokens(
    State(identity): State<Arc<Identity>>,
    headers: HeaderMap,
    Form(form): Form<BTreeMap<String, String>>,
) -> Result<Json<Value>, StatusCode> {
    let (challenge, nonce) = identity.asked.lock().unwrap().clone();
    let basic = format!("Basic {}", STANDARD.encode("halfsky:s%26cret"));
    let proof = URL_SAFE_NO_PAD.encode(Sha256::digest(&form["code_verifier"]));
    let known = headers["authorization"] == basic && form["code"] == "good" && proof == challenge;
    if !known {
        return Err(StatusCode::BAD_REQUEST);
    }
    let mut claims = json!({
        "iss": identity.address, "sub": "person-7", "aud": "halfsky", "nonce": nonce,
        "exp": now().as_second() + 300, "iat": now().as_second(),
    });
    for (name, value) in identity.wrong.lock().unwrap().iter() {
        claims[*name] = value.clone();
    }
    let header = Header { kid: Some("k1".to_owned()), ..Header::new(Algorithm::RS256) };
    Ok(Json(json!({ "id_token": encode(&header, &claims, &identity.signer).unwrap() })))
}

/// Starts the provider.
async fn identity() -> Arc<Identity> {
    let key = rsa::RsaPrivateKey::new(&mut rsa::rand_core::OsRng, 2048).unwrap();
    let number = |n: &rsa::BigUint| URL_SAFE_NO_PAD.encode(n.to_bytes_be());
    let jwk = json!({ "kty": "RSA", "kid": "k1", "alg": "RS256", "use": "sig",
        "n": number(key.n()), "e": number(key.e()) });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let identity = Arc::new(Identity {
        address: format!("http://{}", listener.local_addr().unwrap()),
        signer: EncodingKey::from_rsa_der(key.to_pkcs1_der().unwrap().as_bytes()),
        keys: json!({ "keys": [jwk] }),
        wrong: Mutex::default(),
        asked: Mutex::default(),
    });
    let discovery = |State(identity): State<Arc<Identity>>| async move {
        let at = |path: &str| format!("{}{path}", identity.address);
        Json(json!({ "issuer": identity.address, "authorization_endpoint": at("/authorize"),
            "token_endpoint": at("/token"), "jwks_uri": at("/keys") }))
    };
    let keys = |State(identity): State<Arc<Identity>>| async move { Json(identity.keys.clone()) };
    let router = Router::new()
        .route("/.well-known/openid-configuration", get(discovery))
        .route("/keys", get(keys))
        .route("/token", post(tokens))
        .with_state(Arc::clone(&identity));
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    identity
}

async fn house(identity: &Identity) -> House {
    let provider = Provider {
        issuer: identity.address.clone(),
        client_id: "halfsky".to_owned(),
        client_secret: "s&cret".to_owned(),
        redirect_uri: "http://localhost:8080/login/single-sign-on/back".to_owned(),
        label: "用统一身份认证登录".to_owned(),
    };
    House::open_with(halfsky_web::Settings { single_sign_on: Some(provider), ..settings() }).await
}

/// Sets out and remembers what the provider is asked; gives the state that must come back.
async fn set_out(browser: &mut Client, identity: &Identity) -> String {
    let answer = browser.get("/login/single-sign-on?next=/plans").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    browser.take(&answer);
    let query = answer.location().split_once('?').unwrap().1;
    let pairs: BTreeMap<String, String> =
        form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    assert_eq!(pairs["client_id"], "halfsky");
    assert_eq!(pairs["code_challenge_method"], "S256");
    *identity.asked.lock().unwrap() = (pairs["code_challenge"].clone(), pairs["nonce"].clone());
    pairs["state"].clone()
}

/// Lets the account of the reporter be known to the provider.
async fn know_reporter(house: &House) {
    let system = house.as_role(Role::SystemAdministrator).await;
    let page = system.page("/admin/accounts/reporter").await;
    let seen = page.text().split("name=\"seen\" value=\"").nth(1).unwrap();
    let seen = seen.split('"').next().unwrap();
    let fields =
        [("name", "示例填报人"), ("state", "active"), ("subject", "person-7"), ("seen", seen)];
    let saved = system.post("/admin/accounts/reporter", &fields).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
}

#[tokio::test]
async fn somebody_known_to_both_comes_in() {
    let identity = identity().await;
    let house = house(&identity).await;
    know_reporter(&house).await;
    let mut browser = house.visitor().await;
    browser.page("/login").await.says("用统一身份认证登录");
    let state = set_out(&mut browser, &identity).await;
    let back = format!("/login/single-sign-on/back?code=good&state={state}");
    let answer = browser.get(&back).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/plans"));
    browser.take(&answer);
    browser.page("/plans").await;
}

#[tokio::test]
async fn nobody_else_comes_in() {
    let identity = identity().await;
    let house = house(&identity).await;
    let refused = async |browser: &Client, state: &str, code: &str, words: &str| {
        let back = format!("/login/single-sign-on/back?code={code}&state={state}");
        let answer = browser.get(&back).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        answer.says(words);
    };
    let mut browser = house.visitor().await;
    let state = set_out(&mut browser, &identity).await;
    refused(&browser, &state, "good", "标识“person-7”").await;
    know_reporter(&house).await;
    refused(&browser, "another", "good", "没有完成").await;
    refused(&browser, &state, "", "没有完成").await;
    refused(&browser, &state, "bad", "没有通过核验").await;
    let stranger = house.visitor().await;
    refused(&stranger, &state, "good", "没有完成").await;
    let wrong: [(&'static str, Value); 4] = [
        ("iss", json!("http://127.0.0.1:1")),
        ("aud", json!("another")),
        ("exp", json!(now().as_second() - 3600)),
        ("nonce", json!("another")),
    ];
    for (name, value) in wrong {
        *identity.wrong.lock().unwrap() = BTreeMap::from([(name, value)]);
        refused(&browser, &state, "good", "没有通过核验").await;
    }
}

#[tokio::test]
async fn a_provider_that_is_gone_is_told() {
    let identity = identity().await;
    let mut settings = settings();
    settings.single_sign_on = Some(Provider {
        issuer: "http://127.0.0.1:1".to_owned(),
        client_id: "halfsky".to_owned(),
        client_secret: "s".to_owned(),
        redirect_uri: String::new(),
        label: "用统一身份认证登录".to_owned(),
    });
    let house = House::open_with(settings).await;
    let browser = house.visitor().await;
    let answer = browser.get("/login/single-sign-on").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    answer.says("没有应答");
    drop(identity);
    let without = House::open().await.visitor().await.get("/login/single-sign-on").await;
    assert_eq!(without.status, StatusCode::NOT_FOUND);
}
