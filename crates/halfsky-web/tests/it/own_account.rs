//! 我的账号: what one sees and changes there.

use axum::http::StatusCode;
use halfsky_monitor::role::Role;
use halfsky_store::accounts;
use halfsky_web::testing::{House, PASSWORD, SECRET, value};

#[tokio::test]
async fn everybody_sees_the_own_account() {
    let house = House::open().await;
    for role in Role::ALL {
        let client = house.as_role(*role).await;
        let page = client.page("/account").await;
        page.says(role.label())
            .says("本次登录")
            .says("2026年1月1日")
            .says("/account/second-factor");
        assert_eq!(page.text().matches("本次登录").count(), 1, "{role:?}");
        assert!(client.page("/").await.text().contains("href=\"/account\""), "{role:?}");
    }
}

#[tokio::test]
async fn the_own_contact_is_kept_sealed() {
    let house = House::open().await;
    let client = house.as_role(Role::Reporter).await;
    let bad = [("phone", "12"), ("email", "a@example.cn")];
    let refused = client.post("/account", &bad).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.says("7至15位").says("value=\"a@example.cn\"");
    let good = [("phone", "0971-6123456"), ("email", "a@example.cn")];
    assert_eq!(client.post("/account", &good).await.location(), "/account");
    client.page("/account").await.says("value=\"0971-6123456\"");
    let store = &house.database.store;
    let account = accounts::find_by_login(store, "reporter").await.unwrap().unwrap();
    let kept = accounts::contact(store, &SECRET, &account.id).await.unwrap();
    assert_eq!((kept.phone.as_str(), kept.email.as_str()), ("0971-6123456", "a@example.cn"));
    let auditor = house.as_role(Role::Auditor).await;
    let told = auditor.page("/admin/audit?action=account.own_contact").await;
    told.says("修改了本人的联系方式");
    assert!(!told.text().contains("0971-6123456"), "the audit chain holds no contact");
}

#[tokio::test]
async fn sessions_are_ended_one_by_one_or_all() {
    let house = House::open().await;
    let mine = house.as_role(Role::Leader).await;
    let others = [
        house.as_role(Role::Leader).await,
        house.as_role(Role::Leader).await,
        house.as_role(Role::Reporter).await,
    ];
    let page = mine.page("/account").await;
    assert_eq!(page.text().matches(" name=\"session\"").count(), 2);
    let one = value(page.text(), "session");
    assert_eq!(mine.post("/account/sessions", &[("session", &one)]).await.location(), "/account");
    let gone = |status: StatusCode| usize::from(status == StatusCode::SEE_OTHER);
    let count = gone(others[0].get("/").await.status) + gone(others[1].get("/").await.status);
    assert_eq!(count, 1);
    // what is no session of one's own is not ended
    mine.post("/account/sessions", &[("session", "0")]).await;
    mine.post("/account/sessions", &[]).await;
    let count = gone(others[0].get("/").await.status) + gone(others[1].get("/").await.status);
    assert_eq!(count, 2);
    assert_eq!(others[2].get("/").await.status, StatusCode::OK, "nobody else is signed out");
    mine.page("/account").await;
}

#[tokio::test]
async fn attempts_by_others_are_seen() {
    let house = House::open().await;
    let visitor = house.visitor().await;
    visitor.post("/login", &[("login", "leader"), ("password", "wrong")]).await;
    let mut person = house.visitor().await;
    person.sign_in("leader", PASSWORD).await;
    person.page("/account").await.says("请留意").says("登录没有成功").says("127.0.0.1");
}

#[tokio::test]
async fn sessions_that_ended_are_not_listed() {
    let house = House::open().await;
    house.as_role(Role::Leader).await;
    house.clock.pass(20);
    let page = house.as_role(Role::Leader).await.page("/account").await;
    assert!(!page.text().contains("name=\"session\""), "only this one is left");
}
