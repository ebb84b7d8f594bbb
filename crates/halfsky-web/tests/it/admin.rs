//! 管理: what the system administrator and the security administrator do, each alone.

use axum::http::StatusCode;
use halfsky_monitor::role::Role;
use halfsky_web::testing::{Answer, Client, House};

use crate::house::between;

fn moved(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    answer.location().to_owned()
}

fn refused<'a>(answer: &'a Answer, words: &str) -> &'a Answer {
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.text());
    answer.says(words)
}

#[tokio::test]
async fn from_a_name_to_a_person_who_reports() {
    let house = House::open().await;
    let system = house.as_role(Role::SystemAdministrator).await;
    let security = house.as_role(Role::SecurityAdministrator).await;

    let fields = [("login", "Li.Si"), ("name", "示例人员")];
    refused(
        &system.post("/admin/accounts/new", &[("login", "李四"), ("name", "")]).await,
        "小写字母",
    );
    let account = moved(&system.post("/admin/accounts/new", &fields).await);
    refused(&system.post("/admin/accounts/new", &fields).await, "已被使用");
    assert_eq!(security.post("/admin/accounts/new", &fields).await.status, StatusCode::FORBIDDEN);

    // the link leads to a password, once
    let invited = system.post(&format!("{account}/invite"), &[]).await;
    let link = between(invited.text(), "value=\"/invitations/", "\"").to_owned();
    let mut person = house.visitor().await;
    let open = person.get(&format!("/invitations/{link}")).await;
    open.says("li.si");
    person.take(&open);
    let password = [("new", "river and tea house"), ("again", "river and tea house")];
    let accepted = person.post(&format!("/invitations/{link}"), &password).await;
    assert_eq!(moved(&accepted), "/");

    // the system administrator cannot appoint; the security administrator can
    let role = [("role", "reporter"), ("place", "990101/health"), ("valid_from", "2026-03-05")];
    let path = format!("{account}/appointments");
    assert_eq!(system.post(&path, &role).await.status, StatusCode::FORBIDDEN);
    let nowhere = [("role", "reporter"), ("place", "990101"), ("valid_from", "2026-03-05")];
    refused(&security.post(&path, &nowhere).await, "必须属于一个单位");
    moved(&security.post(&path, &role).await);
    refused(&security.post(&path, &role).await, "已有相同的任职");
    let auditor = [("role", "auditor"), ("place", "000000"), ("valid_from", "2026-03-05")];
    refused(&security.post(&path, &auditor).await, "三员分立");

    // what was given ends
    let page = security.page(&account).await;
    let end =
        format!("{account}/appointments/{}/end", between(page.text(), "/appointments/", "/end"));
    security.page(&end).await.says("结束这项任职");
    refused(&security.post(&end, &[("last", "soon")]).await, "不是日期");
    moved(&security.post(&end, &[("last", "2026-03-05"), ("at_once", "yes")]).await);
    security.page(&account).await.says("还没有任职");
}

#[tokio::test]
async fn an_administrators_password_is_not_reset_by_another() {
    let house = House::open().await;
    let system = house.as_role(Role::SystemAdministrator).await;
    let invited = system.post("/admin/accounts/auditor/invite", &[]).await;
    refused(&invited, "halfsky account invite");
    let own = [("name", "示例"), ("state", "disabled"), ("seen", "1")];
    refused(&system.post("/admin/accounts/system_administrator", &own).await, "不能停用自己");
}

#[tokio::test]
async fn a_disabled_account_is_out_at_once() {
    let house = House::open().await;
    let system = house.as_role(Role::SystemAdministrator).await;
    let reporter = house.as_role(Role::Reporter).await;
    reporter.page("/").await;
    let page = system.page("/admin/accounts/reporter").await;
    let seen = between(page.text(), "name=\"seen\" value=\"", "\"").to_owned();
    let fields = [
        ("name", "示例填报人"),
        ("state", "disabled"),
        ("phone", "0971-6123456"),
        ("email", "reporter@example.cn"),
        ("seen", seen.as_str()),
    ];
    moved(&system.post("/admin/accounts/reporter", &fields).await);
    assert_eq!(reporter.get("/plans").await.status, StatusCode::SEE_OTHER);
    // somebody who saw the account as it was before does not overwrite it
    let stale = system.post("/admin/accounts/reporter", &fields).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    // the contact comes back to those who keep accounts, and to nobody else
    system.page("/admin/accounts/reporter").await.says("reporter@example.cn");
    let security = house.as_role(Role::SecurityAdministrator).await;
    let page = security.page("/admin/accounts/reporter").await;
    assert!(!page.text().contains("reporter@example.cn"));
}

#[tokio::test]
async fn units_and_organs_have_their_dates() {
    let house = House::open().await;
    let office = house.as_role(Role::CommitteeOffice).await;
    let unit = [("ref_area", "990101"), ("name", "县教育局"), ("valid_from", "2021-01-01")];
    moved(&office.post("/admin/units/new", &unit).await);
    refused(&office.post("/admin/units/new", &unit).await, "同一时期已有");
    let elsewhere = [("ref_area", "990102"), ("name", "县教育局"), ("valid_from", "2021-01-01")];
    refused(&office.post("/admin/units/new", &elsewhere).await, "请选择地区");
    office.page("/admin/units?kind=government").await.says("县教育局");

    let lead = |name: &'static str, from: &'static str| {
        [
            ("ref_area", "990101"),
            ("kind", "evaluation_lead"),
            ("beneficiary", "women"),
            ("printed_name", name),
            ("valid_from", from),
        ]
    };
    moved(&office.post("/admin/organs/new", &lead("云溪县妇儿工委办公室", "2021-01-01")).await);
    let next = lead("云溪县妇女儿童权益保障中心", "2024-07-01");
    refused(&office.post("/admin/organs/new", &next).await, "期限重叠");
    let next: Vec<_> = next.into_iter().chain([("replace", "yes")]).collect();
    moved(&office.post("/admin/organs/new", &next).await);
    office.page("/admin/organs").await.says("2021年1月1日至2024年6月30日");
}

#[tokio::test]
async fn a_region_keeps_its_former_name() {
    let house = House::open().await;
    let system = house.as_role(Role::SystemAdministrator).await;
    let change = [("name", "云溪区"), ("parent", "990100"), ("since", "2025-01-01")];
    refused(&system.post("/admin/regions/990101", &change).await, "变更依据");
    let change: Vec<_> = change.into_iter().chain([("basis", "示例批复")]).collect();
    moved(&system.post("/admin/regions/990101", &change).await);
    system.page("/admin/regions/990101").await.says("云溪县").says("至2024年12月31日");
    system.page("/admin/regions").await.says("云溪区");
    let wrong = [("code", "12"), ("name", "某地")];
    refused(&system.post("/admin/regions/new", &wrong).await, "6、9或12位");
}

async fn hand_in(client: &Client, list: &str) -> Answer {
    client.upload_to("/admin/accounts/list", ("名单.csv", list.as_bytes()), &[]).await
}

#[tokio::test]
async fn one_list_serves_two_administrators() {
    let house = House::open().await;
    let system = house.as_role(Role::SystemAdministrator).await;
    let security = house.as_role(Role::SecurityAdministrator).await;
    let list = "登录名,姓名,电话,电子邮箱,角色,区划代码,单位,开始日期,结束日期\n\
                wangwu,示例甲,,w@example.cn,填报人,990101,县卫生健康局,2026-03-05,\n\
                zhaoliu,示例乙,,,领导,990101,,,\n";

    // before the accounts are there nothing can be granted
    hand_in(&security, list).await.says("还没有账号“wangwu”");
    let preview = hand_in(&system, list).await;
    preview.says("建立账号并发邀请").says("确认办理2项");
    let content = between(preview.text(), "name=\"content\" value=\"", "\"").to_owned();
    let fields = [("name", "名单.csv"), ("content", content.as_str())];
    let made = system.post("/admin/accounts/list/apply", &fields).await;
    assert_eq!(made.text().matches("/invitations/").count(), 2);
    // the same list twice changes nothing
    hand_in(&system, list).await.says("已有账号，不变");
    assert!(!hand_in(&system, list).await.text().contains("确认办理"));

    hand_in(&security, list).await.says("确认办理2项");
    moved(&security.post("/admin/accounts/list/apply", &fields).await);
    hand_in(&security, list).await.says("已有这项任职，不变");
    security.page("/admin/accounts?q=zhaoliu").await.says("领导");

    // a list with one problem does nothing at all
    let bad = format!("{list}wangwu,示例甲,,,填报人,990101,没有的单位,,\n");
    let preview = hand_in(&security, &bad).await;
    preview.says("第4行").says("没有单位“没有的单位”");
    assert!(!preview.text().contains("确认办理"));
}
