//! The second factor: setting it up, signing in with it, losing it, and roles that demand it.

use axum::http::StatusCode;
use halfsky_monitor::role::Role;
use halfsky_store::accounts;
use halfsky_store::audit;
use halfsky_store::invitations::{self, Invitation};
use halfsky_store::plans::Stamp;
use halfsky_store::seal::token;
use halfsky_web::testing::{Answer, Client, House, PASSWORD, now, one_time_code, value};

use crate::house::between;

const OFFICE: &str = "committee_office";
const PATH: &str = "/account/second-factor";

/// The secret that stands on the page as text.
fn secret(page: &Answer) -> String {
    between(page.text(), "<dt>密钥</dt><dd><code>", "</code>").replace(' ', "")
}

/// The recovery codes on the page that shows them.
fn codes(page: &Answer) -> Vec<String> {
    let list = between(page.text(), "<ul class=\"codes\"", "</ul>");
    list.split("<code>").skip(1).map(|rest| rest.split('<').next().unwrap().to_owned()).collect()
}

/// Sets the second factor up; gives its secret and the recovery codes.
async fn set_up(house: &House, client: &Client) -> (String, Vec<String>) {
    let page = client.page(PATH).await;
    let (secret, offer) = (secret(&page), value(page.text(), "offer"));
    let code = one_time_code(&secret, house.clock.now());
    let fields = [("offer", &*offer), ("code", &*code), ("password", PASSWORD)];
    let done = client.post(PATH, &fields).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text());
    let codes = codes(&done);
    assert_eq!(codes.len(), 10);
    (secret, codes)
}

/// The page that asks for a code after the right password.
async fn first_step(client: &mut Client) -> String {
    let fields = [("login", OFFICE), ("password", PASSWORD), ("next", "/plans?q=a")];
    let asked = client.post("/login", &fields).await;
    assert_eq!(asked.status, StatusCode::OK, "{}", asked.text());
    assert!(asked.header("set-cookie").is_empty(), "no session before the code");
    value(asked.text(), "pending")
}

async fn second_step(client: &Client, pending: &str, code: &str) -> Answer {
    let fields = [("pending", pending), ("code", code), ("next", "/plans?q=a")];
    client.post("/login/code", &fields).await
}

async fn last_action(house: &House) -> String {
    let reference = audit::REFERENCE_AREA.parse().unwrap();
    let object = format!("account {OFFICE}");
    let told = audit::last_about(&house.database.store, &reference, &object, 1).await.unwrap();
    told[0].action.clone()
}

#[tokio::test]
async fn a_code_is_asked_for_after_the_password() {
    let house = House::open().await;
    let (secret, _) = set_up(&house, &house.as_role(Role::CommitteeOffice).await).await;
    house.clock.pass(1);
    let mut client = house.visitor().await;
    let pending = first_step(&mut client).await;
    let code = one_time_code(&secret, house.clock.now());
    let done = second_step(&client, &pending, &code).await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, "/plans?q=a"));
    client.take(&done);
    client.page("/account").await.says("密码和动态口令").says("已启用");
    assert_eq!(last_action(&house).await, "account.login");

    // the same code does not count again, nor does the one with which it was set up
    let mut again = house.visitor().await;
    let pending = first_step(&mut again).await;
    let refused = second_step(&again, &pending, &code).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.says("已用过");
    assert!(!refused.text().contains(&code), "a code is not sent back");
    assert_eq!(last_action(&house).await, "account.code_refused");
}

#[tokio::test]
async fn what_proves_the_first_step_is_bound_to_browser_and_time() {
    let house = House::open().await;
    let (secret, _) = set_up(&house, &house.as_role(Role::CommitteeOffice).await).await;
    house.clock.pass(1);
    let mut client = house.visitor().await;
    let pending = first_step(&mut client).await;
    let code = one_time_code(&secret, house.clock.now());
    let other = house.visitor().await;
    second_step(&other, &pending, &code).await.says("重新登录");
    second_step(&client, "1.00", &code).await.says("重新登录");
    house.clock.pass(6);
    let code = one_time_code(&secret, house.clock.now());
    second_step(&client, &pending, &code).await.says("重新登录");
    assert_eq!(client.get("/login/code").await.location(), "/login");
}

#[tokio::test]
async fn wrong_codes_close_the_account_like_wrong_passwords() {
    let house = House::open().await;
    let (secret, _) = set_up(&house, &house.as_role(Role::CommitteeOffice).await).await;
    house.clock.pass(1);
    let mut client = house.visitor().await;
    let pending = first_step(&mut client).await;
    for _ in 0..5 {
        let refused = second_step(&client, &pending, "000000").await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let right = one_time_code(&secret, house.clock.now());
    let closed = second_step(&client, &pending, &right).await;
    assert_eq!(closed.status, StatusCode::UNPROCESSABLE_ENTITY, "closed for a minute");
    let store = &house.database.store;
    let account = accounts::find_by_login(store, OFFICE).await.unwrap().unwrap();
    assert_eq!(account.failures, 5, "attempts while it is closed do not count");
    for _ in 0..4 {
        second_step(&client, &pending, "000000").await;
    }
    let many = second_step(&client, &pending, "000000").await;
    assert_eq!(many.status, StatusCode::TOO_MANY_REQUESTS);
    house.clock.pass(5);
    let pending = first_step(&mut client).await;
    let right = one_time_code(&secret, house.clock.now());
    let done = second_step(&client, &pending, &right).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
}

#[tokio::test]
async fn a_recovery_code_opens_once() {
    let house = House::open().await;
    let (_, codes) = set_up(&house, &house.as_role(Role::CommitteeOffice).await).await;
    let mut client = house.visitor().await;
    let pending = first_step(&mut client).await;
    let typed = codes[3].to_uppercase().replace('-', " ");
    let done = second_step(&client, &pending, &typed).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    client.take(&done);
    assert_eq!(last_action(&house).await, "account.login_recovery");
    client.page(PATH).await.says("还剩9个");
    let mut again = house.visitor().await;
    let pending = first_step(&mut again).await;
    let refused = second_step(&again, &pending, &codes[3]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);

    // new ones replace the old ones, for somebody who knows the password
    let page = client.get("/account").await;
    client.take(&page);
    let path = "/account/second-factor/codes";
    let wrong = client.post(path, &[("password", "wrong")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let fresh = client.post(path, &[("password", PASSWORD)]).await;
    assert!(!fresh.text().contains(&codes[4]), "old codes are not shown again");
    let refused = second_step(&again, &pending, &codes[4]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn setting_up_needs_the_telephone_and_the_password() {
    let house = House::open().await;
    let client = house.as_role(Role::CommitteeOffice).await;
    let elsewhere = house.as_role(Role::CommitteeOffice).await;
    let page = client.page(PATH).await;
    let offer = value(page.text(), "offer");
    let shown = secret(&page);
    let code = one_time_code(&shown, house.clock.now());
    let attempt = async |client: &Client, code: &str, password: &str| {
        let fields = [("offer", &*offer), ("code", code), ("password", password)];
        client.post(PATH, &fields).await
    };
    let wrong = attempt(&client, "000000", PASSWORD).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(secret(wrong.says("动态口令不正确")), shown, "the same picture stays");
    attempt(&client, &code, "wrong").await.says("现用密码不正确");
    let foreign = attempt(&elsewhere, &code, PASSWORD).await;
    assert_eq!(foreign.status, StatusCode::UNPROCESSABLE_ENTITY, "bound to its session");
    set_up(&house, &client).await;
    client.page("/account").await;
    let ended = elsewhere.get("/account").await;
    assert_eq!(ended.status, StatusCode::SEE_OTHER, "other browsers sign in again");
}

#[tokio::test]
async fn turning_it_off_needs_the_password() {
    let house = House::open().await;
    let client = house.as_role(Role::CommitteeOffice).await;
    set_up(&house, &client).await;
    let off = "/account/second-factor/off";
    client.page(off).await.says("停用第二因素？");
    let wrong = client.post(off, &[("password", "wrong")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    client.page("/account").await.says("已启用");
    assert_eq!(client.post(off, &[("password", PASSWORD)]).await.location(), "/account");
    client.page("/account").await.says("未启用");
    let mut visitor = house.visitor().await;
    assert_eq!(visitor.sign_in(OFFICE, PASSWORD).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn the_security_administrator_resets_it_for_others() {
    let house = House::open().await;
    let client = house.as_role(Role::CommitteeOffice).await;
    set_up(&house, &client).await;
    let security = house.as_role(Role::SecurityAdministrator).await;
    let path = "/admin/accounts/committee_office/second-factor";
    let account = "/admin/accounts/committee_office";
    security.page(account).await.says(path);
    let system = house.as_role(Role::SystemAdministrator).await;
    assert!(!system.page(account).await.text().contains(path));
    assert_eq!(system.post(path, &[]).await.status, StatusCode::FORBIDDEN);
    security.page(path).await.says("本人提出");
    assert_eq!(security.post(path, &[]).await.location(), account);
    assert_eq!(last_action(&house).await, "account.second_factor_reset");
    assert_eq!(client.get("/account").await.status, StatusCode::SEE_OTHER, "signed out");
    let own = "/admin/accounts/security_administrator/second-factor";
    let refused = security.post(own, &[]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_role_that_demands_it_leads_there_first() {
    let house = House::open().await;
    let office = house.as_role(Role::CommitteeOffice).await;
    let security = house.as_role(Role::SecurityAdministrator).await;
    let wanted = [("role", OFFICE), ("idle", "30"), ("longest", "8"), ("shortest", "12")];
    let bad = security.post("/admin/security", &[("idle", "0"), ("longest", "8")]).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(security.post("/admin/security", &wanted).await.location(), "/admin/security");
    security.page("/admin/security").await.says("示例妇儿工委办（committee_office）");
    for path in ["/", "/plans", "/account", "/admin", "/account/second-factor/off"] {
        assert_eq!(office.get(path).await.location(), PATH, "{path}");
    }
    office.page(PATH).await.says("要求登录时使用第二因素");
    office.page("/account/password").await.says("至少12个字符");
    house.as_role(Role::Leader).await.page("/plans").await;
    set_up(&house, &office).await;
    office.page("/plans").await;

    // the session lengths hold, too
    house.clock.pass(29);
    office.page("/").await;
    house.clock.pass(30);
    assert!(office.get("/").await.location().contains("ended=1"));
    let reference = audit::REFERENCE_AREA.parse().unwrap();
    let store = &house.database.store;
    let told = audit::last_about(store, &reference, "setting security", 1).await.unwrap();
    let sentence = audit::sentence(&told[0]);
    assert!(
        sentence.contains("妇儿工委办") && sentence.contains("由“15分钟”改为“30分钟”"),
        "{sentence}"
    );
}

#[tokio::test]
async fn an_invitation_does_not_replace_the_second_factor() {
    let house = House::open().await;
    set_up(&house, &house.as_role(Role::CommitteeOffice).await).await;
    let store = &house.database.store;
    let account = accounts::find_by_login(store, OFFICE).await.unwrap().unwrap();
    let link = token::token([9; 32]);
    let invitation = Invitation {
        token_hash: token::hash(&link),
        account: account.id,
        created: Stamp { at: now(), by: "test".to_owned() },
        expires_at: now().checked_add(jiff::SignedDuration::from_hours(1)).unwrap(),
        used_at: None,
    };
    let mut tx = store.begin_reference().await.unwrap();
    invitations::insert(&mut tx, &invitation).await.unwrap();
    tx.commit(audit::Entry::new(now(), "test", "account.invite", "account")).await.unwrap();
    let mut person = house.visitor().await;
    let path = format!("/invitations/{link}");
    let page = person.page(&path).await;
    person.take(&page);
    let chosen = [("new", "river and tea house"), ("again", "river and tea house")];
    let accepted = person.post(&path, &chosen).await;
    assert_eq!(accepted.location(), "/login");
    assert!(accepted.header("set-cookie").is_empty());
    let fields = [("login", OFFICE), ("password", "river and tea house")];
    person.post("/login", &fields).await.says("动态口令");
}
