//! Signing in and out, and everything that ends or refuses it.

use std::net::{IpAddr, SocketAddr};

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{StatusCode, header};
use halfsky_monitor::appointment::AccountId;
use halfsky_monitor::role::Role;
use halfsky_store::accounts::{self, Account, AccountState, NewPassword};
use halfsky_store::audit::{self, Entry};
use halfsky_store::invitations::{self, Invitation};
use halfsky_store::plans::Stamp;
use halfsky_store::seal::token;
use halfsky_store::{Tx, appointments};
use halfsky_web::Settings;
use halfsky_web::testing::{Answer, Client, House, PASSWORD, now, settings};

const OFFICE: &str = "committee_office";
const NEW: &str = "三月的雨下在溪边石桥上";

fn office() -> AccountId {
    AccountId(OFFICE.to_owned())
}

async fn write(house: &House, work: impl AsyncFnOnce(&mut Tx)) {
    let mut tx = house.database.store.begin_reference().await.unwrap();
    work(&mut tx).await;
    tx.commit(Entry::new(now(), "test", "account.change", "account")).await.unwrap();
}

async fn signed_in(house: &House, login: &str, password: &str) -> Client {
    let mut client = house.visitor().await;
    let answer = client.sign_in(login, password).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    client
}

fn is_signed_out(answer: &Answer) {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    assert!(answer.location().starts_with("/login?next="), "{}", answer.location());
}

#[tokio::test]
async fn a_name_and_its_password_open_the_house() {
    let house = House::open().await;
    let mut client = house.visitor().await;
    let away = client.get("/plans?q=a").await;
    assert_eq!(away.location(), "/login?next=%2Fplans%3Fq%3Da");
    client.page(away.location()).await.says("value=\"/plans?q=a\"");
    let fields = [("login", "Committee_Office"), ("password", PASSWORD), ("next", "/plans?q=a")];
    let answer = client.post("/login", &fields).await;
    assert_eq!(answer.location(), "/plans?q=a", "{}", answer.text());
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("halfsky_session="), "{cookie}");
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    client.take(&answer);
    client.page("/").await.says("退出").says("示例妇儿工委办");
    let reference = audit::REFERENCE_AREA.parse().unwrap();
    let told = audit::entries_about(&house.database.store, &reference, "account committee_office");
    let told = told.await.unwrap();
    let last = told.last().unwrap();
    assert_eq!((&*last.action, &*last.account), ("account.login", OFFICE));
    assert_eq!((&*last.actor, &*last.origin), ("示例妇儿工委办", "127.0.0.1"));
}

#[tokio::test]
async fn every_failure_looks_the_same() {
    let house = House::open().await;
    write(&house, async |tx| {
        let leader = AccountId("leader".to_owned());
        let account = accounts::find(&house.database.store, &leader).await.unwrap().unwrap();
        accounts::save(tx, &Account { state: AccountState::Disabled, ..account }).await.unwrap();
        let until = now().checked_add(jiff::SignedDuration::from_mins(5)).unwrap();
        accounts::lock(tx, &AccountId("reporter".to_owned()), until).await.unwrap();
    })
    .await;
    let mut pages = Vec::new();
    for (login, password) in [
        (OFFICE, "not the password"),
        ("nobody", PASSWORD),
        ("leader", PASSWORD),
        ("reporter", PASSWORD),
    ] {
        let client = house.visitor().await;
        let answer = client.post("/login", &[("login", login), ("password", password)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{login}");
        assert!(answer.header("set-cookie").is_empty() && !answer.text().contains(password));
        pages.push(answer.text().replace(login, "…").replace(&client.token, "…"));
    }
    assert!(pages.windows(2).all(|pair| pair[0] == pair[1]));
    assert!(pages[0].contains("登录名或密码不正确"));
}

#[tokio::test]
async fn wrong_passwords_close_an_account_for_longer_and_longer() {
    let house = House::open().await;
    let client = house.visitor().await;
    let attempt = async |password: &str| {
        client.post("/login", &[("login", OFFICE), ("password", password)]).await.status
    };
    for _ in 0..5 {
        assert_eq!(attempt("wrong").await, StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(attempt(PASSWORD).await, StatusCode::UNPROCESSABLE_ENTITY, "closed for a minute");
    house.clock.pass(1);
    assert_eq!(attempt("wrong").await, StatusCode::UNPROCESSABLE_ENTITY);
    house.clock.pass(1);
    assert_eq!(attempt(PASSWORD).await, StatusCode::UNPROCESSABLE_ENTITY, "closed for two");
    house.clock.pass(1);
    assert_eq!(attempt(PASSWORD).await, StatusCode::SEE_OTHER);
    let account = accounts::find(&house.database.store, &office()).await.unwrap().unwrap();
    assert_eq!((account.failures, account.locked_until), (0, None));
}

#[tokio::test]
async fn guessing_is_slowed_down_by_name_and_by_address() {
    let house = House::open().await;
    let client = house.visitor().await;
    let attempt =
        async |login: &str| client.post("/login", &[("login", login), ("password", "wrong")]).await;
    for _ in 0..10 {
        assert_eq!(attempt("nobody").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let refused = attempt("nobody").await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    refused.says("5分钟后再试");
    for number in 0..39 {
        attempt(&format!("somebody{number}")).await;
    }
    assert_eq!(attempt("another").await.status, StatusCode::TOO_MANY_REQUESTS);
    house.clock.pass(5);
    assert_eq!(attempt("another").await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_login_needs_its_form_token() {
    let house = House::open().await;
    let mut client = house.visitor().await;
    client.token = "0192f0c1-0000-7000-8000-999999999999".to_owned();
    let refused = client.post("/login", &[("login", OFFICE), ("password", PASSWORD)]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.header("set-cookie").is_empty());
}

#[tokio::test]
async fn the_session_changes_with_every_sign_in() {
    let house = House::open().await;
    let mut client = house.visitor().await;
    client.cookies.push(("halfsky_session".to_owned(), "ab".repeat(32)));
    client.visit().await;
    client.sign_in(OFFICE, PASSWORD).await;
    let session = |client: &Client| {
        client.cookies.iter().find(|(name, _)| name == "halfsky_session").unwrap().1.clone()
    };
    let first = session(&client);
    assert_ne!(first, "ab".repeat(32), "a planted session is not taken over");
    let page = client.get("/").await;
    client.take(&page);
    let before = client.clone();
    client.sign_in("leader", PASSWORD).await;
    assert_ne!(session(&client), first);
    is_signed_out(&before.get("/").await);
}

#[tokio::test]
async fn a_form_of_another_session_changes_nothing() {
    let house = House::open().await;
    let (mine, other) =
        (house.as_role(Role::CommitteeOffice).await, house.as_role(Role::Leader).await);
    let mut crossed = mine.clone();
    crossed.token.clone_from(&other.token);
    let refused = crossed.post("/display", &[("size", "large")]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    refused.says("没有保存");
    assert_eq!(mine.post("/display", &[("size", "large")]).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn idleness_ends_a_session_and_so_does_a_day() {
    let house = House::open().await;
    let client = signed_in(&house, OFFICE, PASSWORD).await;
    for _ in 0..10 {
        house.clock.pass(14);
        client.page("/").await;
    }
    house.clock.pass(15);
    let ended = client.get("/plans").await;
    assert_eq!(ended.location(), "/login?next=%2Fplans&ended=1");
    client.page(ended.location()).await.says("登录已超时");
    let client = signed_in(&house, OFFICE, PASSWORD).await;
    for _ in 0..143 {
        house.clock.pass(10);
        client.page("/").await;
    }
    house.clock.pass(10);
    is_signed_out(&client.get("/").await);
}

#[tokio::test]
async fn the_length_of_a_session_is_configured() {
    let idle = jiff::SignedDuration::from_mins(60);
    let house = House::open_with(Settings { idle, ..settings() }).await;
    house.clock.pass(59);
    house.page("/").await;
    house.clock.pass(60);
    is_signed_out(&house.get("/").await);
}

#[tokio::test]
async fn signing_out_ends_the_session_at_once() {
    let house = House::open().await;
    let client = signed_in(&house, OFFICE, PASSWORD).await;
    let out = client.post("/logout", &[]).await;
    assert_eq!(out.location(), "/login");
    assert!(out.header("set-cookie").contains("Max-Age=0"));
    is_signed_out(&client.get("/").await);
}

#[tokio::test]
async fn a_disabled_account_and_an_ended_appointment_take_effect_at_once() {
    let house = House::open().await;
    house.page("/plans").await;
    let store = &house.database.store;
    for appointment in appointments::of_account(store, &office()).await.unwrap() {
        let mut tx = store.begin(&appointment.ref_area).await.unwrap();
        appointments::end(&mut tx, &appointment.id, None).await.unwrap();
        tx.commit(Entry::new(now(), "test", "appointment.end", "a")).await.unwrap();
    }
    assert_eq!(house.get("/plans").await.status, StatusCode::FORBIDDEN);
    house.page("/").await.says("您还没有任职");
    let account = accounts::find(store, &office()).await.unwrap().unwrap();
    write(&house, async |tx| {
        accounts::save(tx, &Account { state: AccountState::Disabled, ..account }).await.unwrap();
    })
    .await;
    is_signed_out(&house.get("/").await);
}

#[tokio::test]
async fn an_appointment_holds_until_its_last_day() {
    let house = House::open().await;
    let evaluator = house.as_role(Role::Evaluator).await;
    evaluator.page("/plans").await;
    // the evaluator of the example is appointed until the end of 2026
    house.clock.pass(302 * 24 * 60);
    let evaluator = house.as_role(Role::Evaluator).await;
    assert_eq!(evaluator.get("/plans").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn what_was_filled_in_is_offered_again() {
    let house = House::open().await;
    let mut client = signed_in(&house, OFFICE, PASSWORD).await;
    house.clock.pass(20);
    let ended = client.post("/display", &[("size", "large")]).await;
    assert_eq!(ended.status, StatusCode::FORBIDDEN, "a visitor's page with an old token");
    let kept = client.post("/account/password", &[("current", "a"), ("note", "写了很久<b>")]).await;
    assert_eq!(kept.status, StatusCode::UNAUTHORIZED);
    kept.says("接着提交").says("name=\"kept_path\" value=\"/account/password\"");
    client.take(&kept);
    let body = halfsky_web::testing::value(kept.text(), "kept_body").replace("&#38;", "&");
    let fields = [
        ("login", OFFICE),
        ("password", PASSWORD),
        ("kept_path", "/account/password"),
        ("kept_body", body.as_str()),
    ];
    let resumed = client.post("/login", &fields).await;
    assert_eq!(resumed.status, StatusCode::OK, "{}", resumed.text());
    resumed.says("action=\"/account/password\"").says("写了很久&#60;b&#62;");
    client.take(&resumed);
    let sent = client.post("/account/password", &[("current", "a")]).await;
    assert_eq!(sent.status, StatusCode::UNPROCESSABLE_ENTITY, "the new token is right");
}

#[tokio::test]
async fn a_script_is_led_to_the_login_page() {
    let house = House::open().await;
    let client = house.visitor().await;
    let page = "http://localhost:8080/plans/990101/a/versions/1/review?part=2#t3";
    let mut request = client.form("/plans/990101/a/versions/1/targets/3", "token=x".to_owned());
    request.headers_mut().insert("hx-request", "true".parse().unwrap());
    request.headers_mut().insert("hx-current-url", page.parse().unwrap());
    let answer = client.send(request).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    let target = answer.header("hx-redirect");
    assert!(target.starts_with("/login?next=%2Fplans%2F990101"), "{target}");
    client.page(target).await.says("没有保存");
}

#[tokio::test]
async fn a_given_password_must_be_replaced_first() {
    let house = House::open().await;
    let hash = halfsky_store::seal::password::hash(
        "given by somebody",
        [3; 16],
        halfsky_store::seal::password::Cost::TRIFLING,
    )
    .unwrap();
    write(&house, async |tx| {
        let at = now().checked_add(jiff::SignedDuration::from_secs(1)).unwrap();
        let given = NewPassword { hash: hash.clone(), at, temporary: true };
        accounts::set_password(tx, &office(), &given).await.unwrap();
    })
    .await;
    house.clock.pass(1);
    let mut client = signed_in(&house, OFFICE, "given by somebody").await;
    assert_eq!(client.get("/plans").await.location(), "/account/password");
    client.page("/account/password").await.says("别人设置的");
    let change = |new: &'static str, again: &'static str| {
        [("current", "given by somebody"), ("new", new), ("again", again)]
    };
    for (new, again, words) in [
        ("short", "short", "密码太短"),
        (NEW, "another one here", "不一致"),
        (PASSWORD, PASSWORD, "最近5次"),
        ("given by somebody", "given by somebody", "最近5次"),
        ("my committee_office", "my committee_office", "登录名"),
    ] {
        let refused = client.post("/account/password", &change(new, again)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{new}");
        refused.says(words);
        assert!(!refused.text().contains(new));
    }
    let other = signed_in(&house, OFFICE, "given by somebody").await;
    let changed = client.post("/account/password", &change(NEW, NEW)).await;
    assert_eq!((changed.status, changed.location()), (StatusCode::SEE_OTHER, "/"));
    client.page("/plans").await;
    is_signed_out(&other.get("/").await);
    client = house.visitor().await;
    assert_eq!(client.sign_in(OFFICE, NEW).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn the_present_password_is_asked_for_and_cannot_be_guessed() {
    let house = House::open().await;
    let fields = [("current", "wrong"), ("new", NEW), ("again", NEW)];
    for _ in 0..10 {
        let refused = house.post("/account/password", &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        refused.says("现用密码不正确");
    }
    let refused = house.post("/account/password", &fields).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn an_invitation_opens_an_account_once() {
    let house = House::open().await;
    let link = token::token([9; 32]);
    let invitation = Invitation {
        token_hash: token::hash(&link),
        account: office(),
        created: Stamp { at: now(), by: "test".to_owned() },
        expires_at: now().checked_add(jiff::SignedDuration::from_hours(24)).unwrap(),
        used_at: None,
    };
    write(&house, async |tx| invitations::insert(tx, &invitation).await.unwrap()).await;
    let path = format!("/invitations/{link}");
    let mut client = house.visitor().await;
    let page = client.page(&path).await;
    page.says(OFFICE).says("2026年3月6日");
    client.take(&page);
    let refused = client.post(&path, &[("new", "short"), ("again", "short")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let accepted = client.post(&path, &[("new", NEW), ("again", NEW)]).await;
    assert_eq!(accepted.status, StatusCode::SEE_OTHER, "{}", accepted.text());
    client.take(&accepted);
    client.page("/").await;
    let again = house.visitor().await.get(&path).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
    again.says("邀请链接无效");
    is_signed_out(&house.get("/").await);
    signed_in(&house, OFFICE, NEW).await;
}

#[tokio::test]
async fn an_invitation_ends_after_its_day() {
    let house = House::open().await;
    let link = token::token([9; 32]);
    let invitation = Invitation {
        token_hash: token::hash(&link),
        account: office(),
        created: Stamp { at: now(), by: "test".to_owned() },
        expires_at: now().checked_add(jiff::SignedDuration::from_hours(24)).unwrap(),
        used_at: None,
    };
    write(&house, async |tx| invitations::insert(tx, &invitation).await.unwrap()).await;
    house.clock.pass(24 * 60);
    let client = house.visitor().await;
    let late = client.get(&format!("/invitations/{link}")).await;
    assert_eq!(late.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn behind_a_proxy_the_cookie_is_for_encrypted_connections_only() {
    let proxies = vec![IpAddr::from([10, 0, 0, 1])];
    let hosts = vec!["halfsky.example".to_owned()];
    let house = House::open_with(Settings { proxies, hosts, ..settings() }).await;
    let client = house.visitor().await;
    let request = |method: &str, body: String, cookie: String| {
        axum::http::Request::builder()
            .method(method)
            .uri("/login")
            .header(header::HOST, "halfsky.example")
            .header(header::COOKIE, cookie)
            .header("x-forwarded-for", "203.0.113.7")
            .header("x-forwarded-proto", "https")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .extension(ConnectInfo(SocketAddr::from(([10, 0, 0, 1], 50_000))))
            .body(Body::from(body))
            .unwrap()
    };
    let first = client.send(request("GET", String::new(), String::new())).await;
    let set = first.header("set-cookie").to_owned();
    assert!(set.starts_with("__Host-halfsky_token=") && set.contains("; Secure"), "{set}");
    let pair = set.split(';').next().unwrap();
    let token = pair.split('=').nth(1).unwrap();
    let password = PASSWORD.replace(' ', "+");
    let body = format!("token={token}&login={OFFICE}&password={password}");
    let answer = client.send(request("POST", body, pair.to_owned())).await;
    let set = answer.header("set-cookie");
    assert!(set.starts_with("__Host-halfsky_session=") && set.contains("; Secure"), "{set}");
    let account = accounts::find(&house.database.store, &office()).await.unwrap().unwrap();
    assert_eq!(account.last_login_from, "203.0.113.7");
}
