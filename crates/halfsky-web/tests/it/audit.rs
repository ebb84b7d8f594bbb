//! 审计: what the auditor reads, takes away, verifies and keeps elsewhere.

use axum::http::StatusCode;
use halfsky_monitor::role::Role;
use halfsky_store::audit::{self, anchor::Anchor};
use halfsky_web::testing::{COUNTY, Client, House};

use crate::house::{WOMEN, between};

const PATH: &str = "/admin/audit";

async fn auditor(house: &House) -> Client {
    house.as_role(Role::Auditor).await
}

#[tokio::test]
async fn entries_are_found_by_every_filter() {
    let house = House::open().await;
    house.draft(WOMEN, COUNTY).await;
    let auditor = auditor(&house).await;
    auditor.page("/admin").await.says("href=\"/admin/audit\"");
    auditor.page(PATH).await.says("导入了规划").says("127.0.0.1");
    let holds = async |query: &str| {
        let page = auditor.page(&format!("{PATH}?{query}")).await;
        page.text().contains("导入了规划 ") || page.text().contains("导入了规划（")
    };
    for query in [
        "area=990101",
        "actor=committee_office",
        "action=plan",
        "action=plan.import",
        "from=2026-03-05&until=2026-03-05",
        "q=%E8%A7%84%E5%88%92.txt",
    ] {
        assert!(holds(query).await, "{query}");
    }
    for query in ["area=000000", "actor=leader", "action=account", "until=2026-03-04", "q=zzz"] {
        assert!(!holds(query).await, "{query}");
    }
    auditor.page(&format!("{PATH}?q=zzz")).await.says("没有符合条件的审计记录");
    let strange = auditor.get(&format!("{PATH}?from=gestern")).await;
    assert_eq!(strange.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn pages_go_from_entry_to_entry() {
    let house = House::open().await;
    for _ in 0..60 {
        house.as_role(Role::Leader).await;
    }
    let auditor = auditor(&house).await;
    let rows =
        |text: &str| text.matches("<td class=\"nowrap\"><a href=\"/admin/audit/entries/").count();
    let first = auditor.page(PATH).await;
    assert_eq!(rows(first.text()), 50);
    assert!(!first.text().contains("较新的"));
    let older = between(first.text(), "href=\"/admin/audit?older=", "\"").to_owned();
    // what comes meanwhile does not push the page on
    house.clock.pass(1);
    house.as_role(Role::Leader).await;
    let second = auditor.page(&format!("{PATH}?older={older}")).await;
    assert!(rows(second.text()) > 10);
    let newer = between(second.text(), "href=\"/admin/audit?newer=", "\"").to_owned();
    let back = auditor.page(&format!("{PATH}?newer={newer}")).await;
    assert_eq!(rows(back.text()), 50);
    let places = |text: &str| between(text, "<tbody>", "</tbody>").to_owned();
    assert_eq!(places(back.text()), places(first.text()));
}

#[tokio::test]
async fn what_is_shown_is_taken_away_and_that_is_told() {
    let house = House::open().await;
    house.draft(WOMEN, COUNTY).await;
    let auditor = auditor(&house).await;
    let csv = auditor.page(&format!("{PATH}?action=plan&export=csv")).await;
    let lines = csv.text().lines().count();
    assert_eq!(lines, 2, "{}", csv.text());
    assert!(csv.text().contains("导入了规划") && !csv.text().contains("登录"));
    let xlsx = auditor.page(&format!("{PATH}?action=plan&export=xlsx")).await;
    assert_eq!(&xlsx.bytes[..2], b"PK");
    auditor
        .page(&format!("{PATH}?action=audit.export"))
        .await
        .says("导出了审计记录 1条审计记录")
        .says("原因：操作“plan”");
}

#[tokio::test]
async fn an_entry_shows_every_value_and_its_neighbours() {
    let house = House::open().await;
    let security = house.as_role(Role::SecurityAdministrator).await;
    let fields = [("idle", "30"), ("longest", "24"), ("shortest", "10")];
    security.post("/admin/security", &fields).await;
    let auditor = auditor(&house).await;
    let list = auditor.page(&format!("{PATH}?action=security.set")).await;
    let number = between(list.text(), "/admin/audit/entries/000000/", "\"").to_owned();
    let page = auditor.page(&format!("{PATH}/entries/000000/{number}")).await;
    page.says("<del>15分钟</del>").says("<ins>30分钟</ins>").says("前一条").says("SHA-256");
    let missing = auditor.get(&format!("{PATH}/entries/000000/99999")).await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    let odd = auditor.get(&format!("{PATH}/entries/000000/x")).await;
    assert!(odd.status.is_client_error());
}

#[tokio::test]
async fn the_chains_are_verified_and_the_result_is_remembered() {
    let house = House::open().await;
    house.draft(WOMEN, COUNTY).await;
    let auditor = auditor(&house).await;
    auditor.page("/tasks").await.says("审计记录还没有核验过");
    let check = format!("{PATH}/check");
    auditor.page(&check).await.says("还没有核验过");
    assert_eq!(auditor.post(&check, &[]).await.location(), check);
    auditor.page(&check).await.says("审计记录完整").says("2026年3月5日 09:30:00");
    assert!(!auditor.page("/tasks").await.text().contains("核验"));
    house.clock.pass(8 * 24 * 60);
    let auditor = house.as_role(Role::Auditor).await;
    auditor.page("/tasks").await.says("审计记录已8天未核验");
    let others = house.as_role(Role::CommitteeOffice).await;
    assert!(!others.page("/tasks").await.text().contains("核验"));
}

#[tokio::test]
async fn an_edit_is_found_and_the_page_says_what_to_do() {
    let house = House::open().await;
    house.draft(WOMEN, COUNTY).await;
    house
        .database
        .tamper("update audit_entry set actor = 'x' where ref_area = '990101' and sequence = 1")
        .await;
    let auditor = auditor(&house).await;
    let check = format!("{PATH}/check");
    auditor.post(&check, &[]).await;
    let page = auditor.page(&check).await;
    page.says("审计记录被改动过").says("第 1 条的内容被改动").says("保留现场");
    auditor.page("/tasks").await.says("上次核验发现审计记录被改动");
}

#[tokio::test]
async fn an_anchor_is_printed_kept_and_compared() {
    let house = House::open().await;
    let auditor = auditor(&house).await;
    let anchors = format!("{PATH}/anchors");
    auditor.page(&anchors).await.says("还没有锚定");
    let taken = auditor.post(&anchors, &[]).await;
    assert_eq!(taken.location(), format!("{anchors}/1"));
    auditor.page(taken.location()).await.says("第1号").says("签字");
    let kept = auditor.page(&format!("{anchors}/1?export=txt")).await;
    let anchor = Anchor::parse(kept.text()).unwrap();
    assert_eq!(anchor.number, 1);
    assert!(kept.header("content-disposition").starts_with("attachment"));
    assert_eq!(auditor.get(&format!("{anchors}/2")).await.status, StatusCode::NOT_FOUND);

    let check = format!("{PATH}/check");
    let no = auditor.post(&check, &[("anchor", "没有")]).await;
    assert_eq!(no.status, StatusCode::UNPROCESSABLE_ENTITY);
    no.says("这不是锚定的文字");
    auditor.post(&check, &[("anchor", kept.text())]).await;
    auditor.page(&check).await.says("审计记录完整");
    let mut other = anchor;
    other.heads.values_mut().for_each(|head| head.1 = "00".to_owned());
    auditor.post(&check, &[("anchor", &other.text())]).await;
    auditor.page(&check).await.says("与另存的不一致");
}

#[tokio::test]
async fn retention_and_hash_are_chosen_within_bounds() {
    let house = House::open().await;
    let auditor = auditor(&house).await;
    let path = format!("{PATH}/settings");
    auditor.page(&path).await.says("value=\"forever\" checked").says("value=\"sha256\" checked");
    let short = [("keep", "days"), ("days", "179"), ("hash", "sm3")];
    let refused = auditor.post(&path, &short).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.says("不少于180").says("value=\"179\"");
    let good = [("keep", "days"), ("days", "400"), ("hash", "sm3")];
    assert_eq!(auditor.post(&path, &good).await.location(), path);
    auditor.page(&path).await.says("value=\"400\"").says("value=\"sm3\" checked");
    let told = auditor.page(&format!("{PATH}?action=audit.set")).await;
    told.says("校验算法由“SHA-256”改为“SM3”");
    // entries of both rules stand in one chain
    let check = format!("{PATH}/check");
    auditor.post(&check, &[]).await;
    auditor.page(&check).await.says("审计记录完整");
    let policy = audit::policy(&house.database.store).await.unwrap();
    assert_eq!(policy.keep, audit::Keep::Days(400));
}

#[tokio::test]
async fn who_read_a_contact_is_told() {
    let house = House::open().await;
    let reporter = house.as_role(Role::Reporter).await;
    reporter.post("/account", &[("phone", "0971-6123456"), ("email", "")]).await;
    let system = house.as_role(Role::SystemAdministrator).await;
    system.page("/admin/accounts/reporter").await.says("0971-6123456");
    auditor(&house)
        .await
        .page(&format!("{PATH}?action=account.contact"))
        .await
        .says("示例系统管理员查看了账号的联系方式 示例填报人（reporter）");
}
