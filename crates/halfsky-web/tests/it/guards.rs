//! Who is let in, and what every answer carries.

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode, header};

use halfsky_web::Settings;
use halfsky_web::testing::settings;

use crate::house::House;

fn from(peer: [u8; 4], host: &str) -> Request<Body> {
    Request::builder()
        .uri("/")
        .header(header::HOST, host)
        .extension(ConnectInfo(SocketAddr::from((peer, 50_000))))
        .body(Body::empty())
        .unwrap()
}

#[tokio::test]
async fn a_request_without_a_known_sender_is_refused() {
    let house = House::open().await;
    let unknown = Request::builder().uri("/").header(header::HOST, "localhost").body(Body::empty());
    assert_eq!(house.send(unknown.unwrap()).await.status, StatusCode::INTERNAL_SERVER_ERROR);
}

#[tokio::test]
async fn a_foreign_host_name_is_refused() {
    let house = House::open().await;
    let refused = house.send(from([127, 0, 0, 1], "rebound.example:8080")).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    refused.says("localhost");
    let known = house.send(from([127, 0, 0, 1], "127.0.0.1:8080")).await;
    assert_eq!(known.location(), "/login?next=%2F");
}

#[tokio::test]
async fn a_configured_host_name_is_let_in() {
    let hosts = vec!["halfsky.example".to_owned()];
    let house = House::open_with(Settings { hosts, ..settings() }).await;
    let known = house.send(from([203, 0, 113, 7], "halfsky.example:443")).await;
    assert_eq!(known.status, StatusCode::SEE_OTHER);
    let strange = house.send(from([203, 0, 113, 7], "other.example")).await;
    assert_eq!(strange.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_form_without_its_token_changes_nothing() {
    let house = House::open().await;
    for body in
        ["size=large", "size=large&token=", "size=large&token=0192f0c1-0000-7000-8000-999999999999"]
    {
        let refused = house.send(house.form("/display", body.to_owned())).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{body}");
        refused.says("没有保存");
        assert!(refused.header("set-cookie").is_empty());
    }
}

#[tokio::test]
async fn a_form_from_another_site_is_refused() {
    let house = House::open().await;
    for (name, value) in [("origin", "http://evil.example"), ("sec-fetch-site", "cross-site")] {
        let mut request = house.form("/display", "size=large".to_owned());
        request.headers_mut().insert(name, value.parse().unwrap());
        let refused = house.send(request).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        refused.says("别的网站");
    }
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let house = House::open().await;
    for path in ["/", "/plans", "/nowhere"] {
        let answer = house.get(path).await;
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert!(!answer.text().contains(" style=") && !answer.text().contains("<style"));
        assert!(!answer.text().contains("<script>") && !answer.text().contains(" onclick="));
    }
}

#[tokio::test]
async fn what_is_not_there_says_so() {
    let house = House::open().await;
    for path in [
        "/nowhere",
        "/plans/990101/none",
        "/plans/x/none",
        "/plans/990101/none/versions/1",
        "/indicators/W-999",
        "/plans/import/none",
        "/assets/none.css",
    ] {
        let answer = house.get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}: {}", answer.text());
        answer.says("没有找到");
    }
    let wrong = house.post("/plans", &[]).await;
    assert_eq!(wrong.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn assets_are_small_and_kept_for_ever() {
    let house = House::open().await;
    let page = house.page("/").await;
    let mut total = 0;
    for path in page.text().split('"').filter(|p| p.starts_with("/assets/")) {
        let request = house.request("GET", path).header(header::ACCEPT_ENCODING, "gzip, br");
        let asset = house.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(asset.status, StatusCode::OK, "{path}");
        assert!(asset.header("cache-control").contains("immutable"));
        assert_eq!(asset.header("content-encoding"), "br");
        total += asset.bytes.len();
    }
    assert!((10_000..60_000).contains(&total), "{total} bytes");
}

#[tokio::test]
async fn large_type_is_remembered_and_leads_back() {
    let house = House::open().await;
    let set = house.post("/display", &[("size", "large"), ("back", "/plans?q=a")]).await;
    assert_eq!((set.status, set.location()), (StatusCode::SEE_OTHER, "/plans?q=a"));
    assert!(set.header("set-cookie").starts_with("halfsky_size=large;"));
    let mut request = house.request("GET", "/").body(Body::empty()).unwrap();
    request.headers_mut().append(header::COOKIE, "halfsky_size=large".parse().unwrap());
    house.send(request).await.says("data-size=\"large\"");
    for foreign in ["https://evil.example/", "//evil.example", "/\\evil.example"] {
        let set = house.post("/display", &[("size", "large"), ("back", foreign)]).await;
        assert_eq!(set.location(), "/", "{foreign}");
    }
}
