//! The statistician's side of a submission: looking, sending back, accepting, opening again.

use axum::http::StatusCode;
use halfsky_monitor::observation::{Missing, MissingReason};
use halfsky_monitor::role::Role;
use halfsky_monitor::submission::SubmissionState;
use halfsky_monitor::validation::{Finding, Rule, Severity};
use halfsky_plan::indicator::IndicatorCode;
use halfsky_store::audit::Entry;
use halfsky_store::{entries, missing_items, observations, submissions, tasks};
use halfsky_web::testing::reporting::{self, BIRTHS, EDUCATION, FIGURES, HEALTH, MANAGED, task};
use halfsky_web::testing::{COUNTY, Client, House, now, value};

/// A house in which both units have handed in, and its statistician.
async fn handed_in() -> (House, Client) {
    let house = House::open().await;
    reporting::settle(&house.database.store).await;
    for unit in [HEALTH, EDUCATION] {
        reporting::hand_in(&house.database.store, unit).await;
    }
    let client = house.as_role(Role::Statistician).await;
    (house, client)
}

fn path(unit: &str) -> String {
    format!("/review/{COUNTY}/{FIGURES}/{unit}")
}

async fn state(house: &House, unit: &str) -> SubmissionState {
    tasks::load(&house.database.store, &task(FIGURES, unit)).await.unwrap().submission.state
}

/// Puts a warning on the births of the health unit.
async fn warn(house: &House) {
    let store = &house.database.store;
    let key = task(FIGURES, HEALTH);
    let finding = Finding {
        cell: halfsky_monitor::data_set::CellKey {
            row: IndicatorCode(BIRTHS.to_owned()),
            column: halfsky_monitor::data_set::Column::Total,
        },
        rule: Rule::LastYear,
        severity: Severity::Warning,
        message: "“活产数”比上年减少40%".to_owned(),
        what_to_do: "请核对".to_owned(),
    };
    let mut tx = store.begin(&key.ref_area).await.unwrap();
    entries::save_findings(&mut tx, &key, &[finding]).await.unwrap();
    tx.commit(Entry::new(now(), "test", "entry.check", &key.object())).await.unwrap();
}

#[tokio::test]
async fn the_queue_shows_what_waits() {
    let (house, client) = handed_in().await;
    warn(&house).await;
    let page = client.page("/review").await;
    page.says("卫健局").says("教育局").says("1处提示").says("接受没有提示的1份");
    let found = client.page("/review?found=some").await;
    found.says("卫健局");
    assert!(!found.text().contains("教育局</a>"));
    client.page("/review?q=none").await.says("没有符合条件的报送");
    client.page("/review?state=accepted").await.says("没有需要审核的报送");
    let csv = client.page("/review?found=none&export=csv").await;
    assert!(csv.text().contains("教育局") && !csv.text().contains("卫健局"), "{}", csv.text());
    client.page("/tasks").await.says("审核卫健局").says("审核教育局");
}

#[tokio::test]
async fn a_submission_shows_findings_first_and_what_moved() {
    let (house, client) = handed_in().await;
    warn(&house).await;
    let page = client.page(&path(HEALTH)).await;
    page.says("校验发现1处").says("“活产数”比上年减少40%").says("首次报送").says("没有说明");
    let all = client.page(&format!("{}?show=all", path(HEALTH))).await;
    all.says("孕产妇死亡率").says("−1.2%").says("name=\"why-C-H01-D-total\"");
    let text = client.get(&format!("/review/{COUNTY}/texts-2025/{HEALTH}")).await;
    assert_eq!(text.status, StatusCode::NOT_FOUND);
    let xlsx = client.page(&format!("{}?show=all&export=xlsx", path(HEALTH))).await;
    assert!(xlsx.bytes.starts_with(b"PK"));
    let nobody = house.as_role(Role::Reporter).await.get(&path(HEALTH)).await;
    assert_eq!(nobody.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn cells_come_back_with_their_reason() {
    let (house, client) = handed_in().await;
    let seen = value(client.page(&path(HEALTH)).await.text(), "seen");
    let back = format!("{}/return", path(HEALTH));
    let silent = client.post(&back, &[("seen", &seen)]).await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    silent.says("请写明退回原因");
    let fields = [("seen", seen.as_str()), ("why-C-H01-D-total", "与公安户籍数不符")];
    let done = client.post(&back, &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    assert_eq!(state(&house, HEALTH).await, SubmissionState::Returned);
    let kept = tasks::load(&house.database.store, &task(FIGURES, HEALTH)).await.unwrap();
    assert_eq!(kept.submission.returned[0].reason, "与公安户籍数不符");
    let page = client.page(&path(HEALTH)).await;
    page.says("这次报送被退回").says("活产数：与公安户籍数不符").says("退回了报送");
    let again = client.post(&back, &fields).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", again.text());
}

#[tokio::test]
async fn what_is_accepted_becomes_observations() {
    let (house, client) = handed_in().await;
    let seen = value(client.page(&path(HEALTH)).await.text(), "seen");
    let accept = format!("{}/accept", path(HEALTH));
    let stale = client.post(&accept, &[("seen", "1")]).await;
    assert_eq!(stale.status, StatusCode::CONFLICT, "{}", stale.text());
    let both = [("seen", seen.as_str()), ("reason", "请核对")];
    let unclear = client.post(&accept, &both).await;
    assert_eq!(unclear.status, StatusCode::UNPROCESSABLE_ENTITY);
    unclear.says("没有接受").says("请核对");
    let done = client.post(&accept, &[("seen", &seen)]).await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, "/review"));
    assert_eq!(state(&house, HEALTH).await, SubmissionState::Accepted);
    let area = task(FIGURES, HEALTH).ref_area;
    let code = IndicatorCode("W-H02".to_owned());
    let store = &house.database.store;
    let figures = observations::of_indicator(store, &area, &code).await.unwrap();
    let newest = figures.iter().find(|o| o.key.period.year() == 2025).unwrap();
    assert_eq!(newest.value.figure().unwrap().to_string(), "39.37");
    let origins = observations::origins(store, &area, &code).await.unwrap();
    assert_eq!(origins[&(newest.key.clone(), 1)].number, 1);
    let decided = submissions::decisions(store, &task(FIGURES, HEALTH)).await.unwrap();
    assert_eq!(decided[&1].0, submissions::Decision::Accepted);
    let twice = client.post(&accept, &[("seen", &seen)]).await;
    assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
    client.page("/review?state=accepted").await.says("卫健局");
    client.page("/tasks").await.says("发布2025年数据");
}

#[tokio::test]
async fn what_is_accepted_without_a_figure_is_registered_as_missing() {
    let house = House::open().await;
    let store = &house.database.store;
    reporting::settle(store).await;
    let mut told = reporting::entries(HEALTH, reporting::YEAR);
    let entry = told.get_mut(&IndicatorCode(MANAGED.to_owned())).unwrap();
    entry.figures.clear();
    entry.missing = Some(Missing {
        reason: MissingReason::NoStatistics,
        note: String::new(),
        owner: HEALTH.to_owned(),
        substitute: "全市推算数".to_owned(),
    });
    reporting::hand_in_entries(store, HEALTH, told).await;
    let client = house.as_role(Role::Statistician).await;
    client.page(&format!("/missing/{COUNTY}")).await.says("还没有登记缺项");
    let seen = value(client.page(&path(HEALTH)).await.text(), "seen");
    client.post(&format!("{}/accept", path(HEALTH)), &[("seen", &seen)]).await;
    let list = client.page(&format!("/missing/{COUNTY}")).await;
    list.says("孕产妇系统管理率").says("无此项统计").says("卫健局").says("全市推算数");
    list.says("2025年起");
    assert!(!list.text().contains("孕产妇系统管理人数</"), "items are not registered");
    let register = missing_items::list(store, &task(FIGURES, HEALTH).ref_area).await.unwrap();
    let codes: Vec<_> = register.iter().map(|stored| stored.item.indicator.0.as_str()).collect();
    assert_eq!(codes, ["W-H05"]);
}

#[tokio::test]
async fn clean_submissions_are_accepted_together() {
    let (house, client) = handed_in().await;
    warn(&house).await;
    let path = format!("/review/{COUNTY}/accept");
    let page = client.page(&path).await;
    page.says("接受1份没有提示的报送").says("教育局");
    assert!(!page.text().contains("卫健局"), "what has a warning is looked at alone");
    let none = client.post(&path, &[]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    let task = value(page.text(), "task");
    let done = client.post(&path, &[("task", &task)]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    assert_eq!(state(&house, EDUCATION).await, SubmissionState::Accepted);
    assert_eq!(state(&house, HEALTH).await, SubmissionState::Submitted);
    let empty = client.get(&path).await;
    assert_eq!((empty.status, empty.location()), (StatusCode::SEE_OTHER, "/review"));
}

#[tokio::test]
async fn an_accepted_report_is_opened_again_with_a_reason() {
    let (house, client) = handed_in().await;
    let early =
        client.post(&format!("{}/reopen", path(HEALTH)), &[("seen", "4"), ("reason", "x")]).await;
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", early.text());
    let seen = value(client.page(&path(HEALTH)).await.text(), "seen");
    client.post(&format!("{}/accept", path(HEALTH)), &[("seen", &seen)]).await;
    let ask = client.page(&format!("{}/reopen", path(HEALTH))).await;
    ask.says("请卫健局更正");
    let seen = value(ask.text(), "seen");
    let silent = client.post(&format!("{}/reopen", path(HEALTH)), &[("seen", &seen)]).await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    silent.says("请写明需要更正什么");
    let fields = [("seen", seen.as_str()), ("reason", "活产数漏报一个乡")];
    let done = client.post(&format!("{}/reopen", path(HEALTH)), &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    assert_eq!(state(&house, HEALTH).await, SubmissionState::Returned);
    client.page(&path(HEALTH)).await.says("活产数漏报一个乡").says("退回更正了报送");
}

#[tokio::test]
async fn the_scan_of_the_signed_page_is_taken_out() {
    let (house, client) = handed_in().await;
    let store = &house.database.store;
    let key = task(FIGURES, HEALTH);
    let scan = submissions::Scan {
        name: "盖章页.pdf".to_owned(),
        sha256: store.files().keep(b"%PDF-1.7 a scan").unwrap(),
        size: 15,
        added: halfsky_store::plans::Stamp { at: now(), by: "示例填报人".to_owned() },
    };
    let mut tx = store.begin(&key.ref_area).await.unwrap();
    submissions::add_scan(&mut tx, &key, 1, &scan).await.unwrap();
    tx.commit(Entry::new(now(), "test", "task.scan", &key.object())).await.unwrap();
    client.page(&path(HEALTH)).await.says("盖章页.pdf");
    let file = client.page(&format!("{}/scans/1/0", path(HEALTH))).await;
    assert_eq!(file.bytes, b"%PDF-1.7 a scan");
    let none = client.get(&format!("{}/scans/1/1", path(HEALTH))).await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
}
