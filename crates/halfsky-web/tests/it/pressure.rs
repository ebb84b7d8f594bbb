//! More than can be served: a clear answer instead of none; and clocks that jump.

use axum::http::StatusCode;
use halfsky_web::testing::{House, PASSWORD, settings};
use halfsky_web::{Capacity, Settings};

/// A house in which nobody's turn ever comes.
async fn full() -> House {
    let none = Capacity { reading: 0, writing: 0, uploads: 0, waiting: 0, ..Capacity::default() };
    House::open_with(Settings { capacity: none, ..settings() }).await
}

#[tokio::test]
async fn a_crowd_is_told_to_come_back() {
    let house = full().await;
    let page = house.get("/plans").await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    page.says("使用的人太多").says("每10秒会自动再试");
    assert_eq!((page.header("retry-after"), page.header("refresh")), ("5", "10"));
    assert_eq!(
        page.header("content-security-policy").split(';').next(),
        Some("default-src 'none'")
    );
    let posted = house.post("/login", &[("login", "a"), ("password", PASSWORD)]).await;
    assert_eq!(posted.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!((posted.header("retry-after"), posted.header("refresh")), ("5", ""));
    let program = house.get("/api/v1/regions").await;
    assert_eq!(program.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(program.text().starts_with("{\"error\":") && program.header("retry-after") == "5");
}

#[tokio::test]
async fn a_crowd_does_not_keep_the_watching_programs_out() {
    let house = full().await;
    house.page("/healthz").await.says("ok");
    house.page("/readyz").await.says("ok");
}

#[tokio::test]
async fn a_clock_that_jumps_ahead_ends_sessions_and_nothing_else() {
    let house = House::open().await;
    house.page("/plans").await;
    house.clock.pass(60 * 24);
    let ended = house.get("/plans").await;
    assert!(ended.location().starts_with("/login"), "{}", ended.location());
    let mut client = house.visitor().await;
    assert_eq!(client.sign_in("committee_office", PASSWORD).await.status, StatusCode::SEE_OTHER);
    client.page("/plans").await;
}

#[tokio::test]
async fn a_clock_that_jumps_back_signs_nobody_out_and_locks_nobody_out() {
    let house = House::open().await;
    let visitor = house.visitor().await;
    for _ in 0..10 {
        visitor.post("/login", &[("login", "nobody"), ("password", "wrong")]).await;
    }
    house.page("/plans").await;
    house.clock.pass(-60 * 3);
    house.page("/plans").await;
    let again = visitor.post("/login", &[("login", "nobody"), ("password", "wrong")]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "a window of another time");
    let mut client = house.visitor().await;
    assert_eq!(client.sign_in("committee_office", PASSWORD).await.status, StatusCode::SEE_OTHER);
    client.page("/plans").await;
}
