//! Reporting by a unit: the example first, then the grid, workbooks, the steps and texts.

mod grid;
mod steps;
mod texts;
mod workbooks;

use halfsky_monitor::role::Role;
use halfsky_monitor::submission::SubmissionState;
use halfsky_store::{editions, submissions, tasks};
use halfsky_web::testing::reporting::{
    EDUCATION, FIGURES, HEALTH, TEXTS, YEAR, fill_in, hand_in, settle, task,
};
use halfsky_web::testing::{COUNTY, Client};

use crate::house::House;

/// The address of the health unit's task in a round.
fn address(round: &str) -> String {
    format!("/reporting/{COUNTY}/{round}/{HEALTH}")
}

/// A house with the example, and its reporter.
async fn house() -> (House, Client) {
    let house = House::open().await;
    settle(&house.database.store).await;
    let reporter = house.as_role(Role::Reporter).await;
    (house, reporter)
}

/// How far the health unit is in a round.
async fn state(house: &House, round: &str) -> SubmissionState {
    let task = tasks::load(&house.database.store, &task(round, HEALTH)).await.unwrap();
    task.submission.state
}

#[tokio::test]
async fn the_example_has_open_rounds_and_two_published_years() {
    let (house, _) = house().await;
    let store = &house.database.store;
    let area = task(FIGURES, HEALTH).ref_area;
    let heads = editions::list(store, &area).await.unwrap();
    let years: Vec<i32> = heads.iter().map(|head| head.key.period.year()).collect();
    assert_eq!(years, [YEAR - 1, YEAR - 2]);
    fill_in(store, HEALTH).await;
    hand_in(store, EDUCATION).await;
    for (key, state) in [
        (task(FIGURES, HEALTH), SubmissionState::InProgress),
        (task(FIGURES, EDUCATION), SubmissionState::Submitted),
        (task(TEXTS, HEALTH), SubmissionState::NotStarted),
    ] {
        let found = tasks::load(store, &key).await.unwrap();
        assert_eq!(found.submission.state, state, "{key:?}");
    }
    assert_eq!(submissions::list(store, &task(FIGURES, EDUCATION)).await.unwrap().len(), 1);
}

#[tokio::test]
async fn everybody_sees_what_they_have_to_report() {
    let (house, reporter) = house().await;
    let list = reporter.page("/reporting").await;
    list.says("2025年妇女儿童统计监测数据").says("2025年度落实情况").says("剩余10天");
    reporter.page("/reporting?subject=%E6%9D%90%E6%96%99").await.says("共1项报送任务");
    reporter.page("/reporting?state=accepted").await.says("没有符合条件的报送任务");
    let csv = reporter.get("/reporting?export=csv").await;
    assert!(csv.header("content-type").starts_with("text/csv"));
    reporter.page("/tasks").await.says("填报《2025年妇女儿童统计监测数据》");
    house.page("/reporting").await.says("没有要您填报的任务");
    let reviewer = house.as_role(Role::UnitReviewer).await;
    assert!(!reviewer.page("/tasks").await.text().contains("填报《"));
}

#[tokio::test]
async fn a_task_is_open_to_its_own_unit_alone() {
    let (house, reporter) = house().await;
    let other = format!("/reporting/{COUNTY}/{FIGURES}/{EDUCATION}");
    assert_eq!(reporter.get(&other).await.status, 403);
    assert_eq!(reporter.get(&address("nowhere")).await.status, 404);
    let statistician = house.as_role(Role::Statistician).await;
    let page = statistician.page(&other).await;
    assert!(!page.text().contains("name=\"C-E01-N.total\""), "others only read");
}
