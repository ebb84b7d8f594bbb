//! The way of a report inside its unit, and the signed page.

use axum::http::StatusCode;
use halfsky_monitor::role::Role;
use halfsky_monitor::submission::SubmissionState as S;
use halfsky_web::testing::reporting::{FIGURES, HEALTH, fill_in, task};
use halfsky_web::testing::{Client, value};

use super::{address, house, state};

/// Takes a step on one of the pages that ask for it.
async fn step(client: &Client, page: &str, fields: &[(&str, &str)]) -> (StatusCode, String) {
    let path = format!("{}/{page}", address(FIGURES));
    let shown = client.page(&path).await;
    let seen = value(shown.text(), "seen");
    let mut all = vec![("seen", seen.as_str())];
    all.extend(fields);
    let answer = client.post(&path, &all).await;
    (answer.status, answer.text().to_owned())
}

#[tokio::test]
async fn an_empty_form_is_not_sent() {
    let (house, reporter) = house().await;
    let page = reporter.page(&address(FIGURES)).await;
    let cell = [("C-H01-D.total", "2532"), ("s.C-H01-D.total", "0|")];
    assert!(page.text().contains("s.C-H01-D.total"));
    reporter.post(&address(FIGURES), &cell).await;
    let (status, text) = step(&reporter, "send", &[]).await;
    assert_eq!(status, 422);
    assert!(text.contains("处错误，请改正后报送"), "{text}");
    assert_eq!(state(&house, FIGURES).await, S::InProgress);
}

#[tokio::test]
async fn a_report_goes_to_the_reviewer_back_and_out() {
    let (house, reporter) = house().await;
    fill_in(&house.database.store, HEALTH).await;
    let reviewer = house.as_role(Role::UnitReviewer).await;
    assert_eq!(step(&reporter, "send", &[]).await.0, 303);
    assert_eq!(state(&house, FIGURES).await, S::AwaitingUnitReview);
    reviewer.page("/tasks").await.says("审核《2025年妇女儿童统计监测数据》");
    let answer = format!("{}/answer", address(FIGURES));
    assert_eq!(reporter.get(&answer).await.status, 403, "the reporter does not review");

    let (status, text) = step(&reviewer, "answer", &[("decision", "send_back")]).await;
    assert!(status == 422 && text.contains("请写明退回原因"), "{status} {text}");
    let back = [("decision", "send_back"), ("reason", "活产数与出生证明登记数不一致")];
    assert_eq!(step(&reviewer, "answer", &back).await.0, 303);
    reporter.page(&address(FIGURES)).await.says("活产数与出生证明登记数不一致");

    assert_eq!(step(&reporter, "send", &[]).await.0, 303);
    let (status, text) = step(&reviewer, "answer", &[("decision", "submit")]).await;
    assert!(status == 422 && text.contains("请先勾选"), "{text}");
    let submit = [("decision", "submit"), ("agreed", "yes")];
    assert_eq!(step(&reviewer, "answer", &submit).await.0, 303);
    assert_eq!(state(&house, FIGURES).await, S::Submitted);
    let late = reporter.post(&address(FIGURES), &[("C-H01-D.total", "1")]).await;
    assert_eq!(late.status, 422, "what was submitted is not changed");

    let history = reporter.page(&format!("{}/history", address(FIGURES))).await;
    history.says("送本单位审核").says("退回填报人修改").says("活产数与出生证明登记数不一致");
    history.says("第1次");
}

#[tokio::test]
async fn a_warning_needs_words_before_it_is_forced() {
    let (house, reporter) = house().await;
    fill_in(&house.database.store, HEALTH).await;
    let cells = [("W-H05-N.total", "1300"), ("s.W-H05-N.total", "1|2420")];
    assert_eq!(reporter.post(&address(FIGURES), &cells).await.status, 303);
    let page = reporter.page(&address(FIGURES)).await;
    page.says("比上年");
    let (status, text) = step(&reporter, "send", &[]).await;
    assert!(status == 422 && text.contains("处提示未说明"), "{text}");
    let names: Vec<String> = page
        .text()
        .split("<textarea id=\"e.")
        .skip(1)
        .map(|rest| format!("e.{}", rest.split('"').next().unwrap()))
        .collect();
    assert!(!names.is_empty());
    let words: Vec<(&str, &str)> =
        names.iter().map(|name| (name.as_str(), "机构合并，部分数据改由市级统计")).collect();
    assert_eq!(reporter.post(&address(FIGURES), &words).await.status, 303);
    assert_eq!(step(&reporter, "send", &[]).await.0, 303);
    let reviewer = house.as_role(Role::UnitReviewer).await;
    let answer = reviewer.page(&format!("{}/answer", address(FIGURES))).await;
    answer.says("强制报送").says("机构合并，部分数据改由市级统计");
}

#[tokio::test]
async fn the_signed_page_is_printed_and_its_scan_is_kept() {
    let (house, reporter) = house().await;
    let store = &house.database.store;
    halfsky_web::testing::reporting::hand_in(store, HEALTH).await;
    let path = format!("{}/submissions/1", address(FIGURES));
    let page = reporter.page(&path).await;
    page.says("单位负责人：").says("<svg viewBox=").says("内容校验码").says("妇儿统1表");
    let scans = format!("{path}/scans");
    let odd = reporter.upload_to(&scans, ("盖章页.pdf", b"MZ"), &[]).await;
    assert_eq!(odd.status, 422);
    odd.says("不是 pdf、png 或 jpg");
    let kept = reporter.upload_to(&scans, ("盖章页.pdf", b"%PDF-1.7 scan"), &[]).await;
    assert_eq!(kept.status, 303, "{}", kept.text());
    reporter.page(&path).await.says("盖章页.pdf");
    let file = reporter.get(&format!("{scans}/0")).await;
    assert_eq!(
        (file.bytes.as_slice(), file.header("content-type")),
        (&b"%PDF-1.7 scan"[..], "application/pdf")
    );
    assert_eq!(reporter.get(&format!("{scans}/1")).await.status, 404);
    let key = task(FIGURES, HEALTH);
    assert_eq!(halfsky_store::submissions::scans(store, &key, 1).await.unwrap().len(), 1);
}

#[tokio::test]
async fn nothing_is_sent_once_the_window_is_over() {
    let (house, _) = house().await;
    fill_in(&house.database.store, HEALTH).await;
    house.clock.pass(60 * 24 * 40);
    let reporter = house.as_role(Role::Reporter).await;
    let page = reporter.page(&address(FIGURES)).await;
    page.says("报送已截止");
    let answer = reporter.post(&format!("{}/send", address(FIGURES)), &[("seen", "2")]).await;
    assert_eq!(answer.status, 422);
    answer.says("请向妇儿工委办公室申请延期");
}
