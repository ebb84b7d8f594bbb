//! Publishing an edition, correcting it, and reading what was published.

use axum::http::StatusCode;
use halfsky_monitor::edition::Edition;
use halfsky_monitor::role::Role;
use halfsky_monitor::submission::SubmissionState;
use halfsky_store::audit::Entry;
use halfsky_store::editions::{self, EditionKey};
use halfsky_store::tasks;
use halfsky_web::testing::reporting::{self, EDUCATION, FIGURES, HEALTH, task};
use halfsky_web::testing::{Answer, COUNTY, Client, House, now, value};

const PUBLISH: &str = "/editions/990101/2025/publish";

/// A house in which the reports of some units are accepted, and its statistician.
async fn accepted(units: &[&str]) -> (House, Client) {
    let house = House::open().await;
    reporting::settle(&house.database.store).await;
    let client = house.as_role(Role::Statistician).await;
    for unit in units {
        reporting::hand_in(&house.database.store, unit).await;
        let path = format!("/review/{COUNTY}/{FIGURES}/{unit}");
        let seen = value(client.page(&path).await.text(), "seen");
        let done = client.post(&format!("{path}/accept"), &[("seen", &seen)]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    }
    (house, client)
}

async fn publish(client: &Client, fields: &[(&str, &str)]) -> Answer {
    let seen = value(client.page(PUBLISH).await.text(), "seen");
    let mut all = vec![("seen", seen.as_str()), ("agreed", "yes")];
    all.extend(fields);
    client.post(PUBLISH, &all).await
}

#[tokio::test]
async fn the_preview_tells_what_goes_in_and_what_is_hidden() {
    let (_house, client) = accepted(&[HEALTH]).await;
    let page = client.page(PUBLISH).await;
    page.says("1份报送尚未接受").says("教育局").says("对外不公布").says("孕产妇死亡数");
    page.says("小样本不公开").says("发布2025年第1版");
    let csv = client.page(&format!("{PUBLISH}?export=csv")).await;
    csv.says("孕产妇死亡率");
    let list = client.page(&format!("/editions/{COUNTY}")).await;
    list.says("发布2025年数据").says("2024年第1版");
}

#[tokio::test]
async fn nothing_is_published_unseen() {
    let (house, client) = accepted(&[HEALTH]).await;
    let seen = value(client.page(PUBLISH).await.text(), "seen");
    let silent = client.post(PUBLISH, &[("seen", &seen)]).await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    silent.says("请核对上面的内容并勾选后再发布");
    let other = client.post(PUBLISH, &[("seen", "0"), ("agreed", "yes"), ("notes", "初次")]).await;
    assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY);
    other.says("您核对期间数据有变化").says("初次");
    let empty = "/editions/990101/2030/publish";
    client.page(empty).await.says("没有可以发布的数据");
    let nobody = house.as_role(Role::CommitteeOffice).await.get(PUBLISH).await;
    assert_eq!(nobody.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn an_edition_is_frozen_numbered_and_verified() {
    let (house, client) = accepted(&[HEALTH, EDUCATION]).await;
    let done = publish(&client, &[("kind", "preliminary")]).await;
    assert_eq!(done.location(), "/editions/990101/2025/1", "{}", done.text());
    let page = client.page(done.location()).await;
    page.says("内容与摘要一致").says("初步").says("孕产妇死亡率");
    for unit in [HEALTH, EDUCATION] {
        let task = tasks::load(&house.database.store, &task(FIGURES, unit)).await.unwrap();
        assert_eq!(task.submission.state, SubmissionState::Published, "{unit}");
        assert_eq!(task.submission.edition, Some(1));
    }
    let again = publish(&client, &[("kind", "preliminary"), ("notes", "无变化")]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    again.says("与上一版完全相同");
    let silent = publish(&client, &[("kind", "final")]).await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    silent.says("须在说明中写明更正内容和原因");
    let second = publish(&client, &[("kind", "final"), ("notes", "核定为正式数据")]).await;
    assert_eq!(second.location(), "/editions/990101/2025/2", "{}", second.text());
    client.page("/editions/990101/2025/1").await.says("2025年第2版已经公布");
    client.page("/editions/990101?kind=final").await.says("核定为正式数据");
    let changes = client.page("/editions/990101/2025/2/changes").await;
    changes.says("2025年第1版 → 2025年第2版").says("状态或说明有变化");
    let missing = client.get("/editions/990101/2025/9").await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_changed_edition_is_told() {
    let (house, client) = accepted(&[HEALTH]).await;
    publish(&client, &[]).await;
    let store = &house.database.store;
    let area = task(FIGURES, HEALTH).ref_area;
    let key = EditionKey { period: "2025".parse().unwrap(), number: 1 };
    let first = editions::load(store, &area, key).await.unwrap();
    let touched = Edition { number: 2, notes: "改动".to_owned(), ..first.clone() };
    let mut unlinked = Edition { number: 3, ..first };
    unlinked.hash = unlinked.computed_hash();
    for edition in [&touched, &unlinked] {
        let mut tx = store.begin(&area).await.unwrap();
        editions::insert(&mut tx, edition).await.unwrap();
        tx.commit(Entry::new(now(), "test", "edition.publish", "2025")).await.unwrap();
    }
    client.page("/editions/990101/2025/1").await.says("内容与摘要一致");
    client.page("/editions/990101/2025/2").await.says("内容与摘要不一致");
    client.page("/editions/990101/2025/3").await.says("与上一版不衔接");
}

#[tokio::test]
async fn small_counts_are_hidden_from_those_who_see_the_public_view() {
    let (house, client) = accepted(&[HEALTH]).await;
    publish(&client, &[]).await;
    let path = "/editions/990101/2025/1?q=W-H02";
    client.page(path).await.says(">39.37<").says("对外不公布：");
    let public = client.page(&format!("{path}&view=public")).await;
    assert!(!public.text().contains("39.37"));
    let reporter = house.as_role(Role::Reporter).await.page(path).await;
    assert!(!reporter.text().contains("39.37"), "{}", reporter.text());
    reporter.says("小样本不公开");
    let html = client.page("/editions/990101/2025/1/yearbook?format=html").await;
    html.says("云溪县2025年妇女儿童统计资料");
    assert!(!html.text().contains("39.37"), "the yearbook leaves the house");
    let xlsx = house.as_role(Role::Leader).await.page("/editions/990101/2025/1/yearbook").await;
    assert!(xlsx.bytes.starts_with(b"PK"));
}
