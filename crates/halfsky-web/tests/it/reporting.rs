//! Reporting by a unit: the example first, then the grid, workbooks, the steps and texts.

use halfsky_monitor::submission::SubmissionState;
use halfsky_store::{editions, submissions, tasks};
use halfsky_web::testing::reporting::{
    EDUCATION, FIGURES, HEALTH, TEXTS, YEAR, fill_in, hand_in, settle, task,
};

use crate::house::House;

#[tokio::test]
async fn the_example_has_open_rounds_and_two_published_years() {
    let house = House::open().await;
    let store = &house.database.store;
    settle(store).await;
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
