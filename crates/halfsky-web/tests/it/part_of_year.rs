//! Progress in the course of a year: a round over a half-year is opened, filled in, held against the targets, and
//! published nowhere.

use axum::http::StatusCode;
use halfsky_monitor::observation::{
    ConfStatus, ObsStatus, Observation, ObservationKey, SourceVariant, Value,
};
use halfsky_monitor::role::Role;
use halfsky_monitor::submission::SubmissionState;
use halfsky_plan::indicator::IndicatorCode;
use halfsky_plan::ref_area::RefArea;
use halfsky_store::audit::Entry;
use halfsky_store::observations::{self, NewValue};
use halfsky_store::plans::Stamp;
use halfsky_store::rounds::RoundId;
use halfsky_store::tasks::{self, TaskKey};
use halfsky_web::testing::reporting::{self, HEALTH};
use halfsky_web::testing::{COUNTY, Client, House, now, value};

use crate::house::WOMEN;

/// The heading of the card that tells what the figures mean.
const PROGRESS: &str = "2026年上半年进度对照（未发布）";

/// A house with a plan in force, figures of 2023 and 2024, and an open round over the first half of 2026; gives the id
/// of the round.
async fn house() -> (House, String) {
    let house = House::open().await;
    reporting::settle(&house.database.store).await;
    let version = house.draft(WOMEN, COUNTY).await;
    house.confirm(&version).await;
    let fields = [
        ("subject", "figures"),
        ("year", "2026"),
        ("part", "S1"),
        ("title", "2026年上半年进度自报"),
        ("opens", "2026-03-05"),
        ("due", "2026-07-20"),
        ("reminder_days", "3"),
        ("late", "mark_late"),
        ("step", "open"),
        ("unit", HEALTH),
    ];
    let opened = house.post(&format!("/rounds/{COUNTY}/new"), &fields).await;
    assert_eq!(opened.status, StatusCode::SEE_OTHER, "{}", opened.text());
    let round = opened.location().rsplit('/').next().unwrap().to_owned();
    (house, round)
}

/// Types figures into a grid as a browser sends them.
async fn fill_in(client: &Client, path: &str, cells: &[(&str, &str)]) {
    let page = client.page(path).await;
    let seen: Vec<(String, String)> = cells
        .iter()
        .map(|(name, _)| {
            let name = format!("s.{name}");
            let value = value(page.text(), &name);
            (name, value)
        })
        .collect();
    let mut fields: Vec<(&str, &str)> =
        seen.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    fields.extend(cells);
    let saved = client.post(path, &fields).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
}

#[tokio::test]
async fn a_half_year_is_held_against_the_targets_for_its_unit_alone() {
    let (house, round) = house().await;
    let path = format!("/reporting/{COUNTY}/{round}/{HEALTH}");
    let reporter = house.as_role(Role::Reporter).await;
    let page = reporter.page(&path).await;
    page.says("进度自报表").says("2026年上半年").says("上年同期").says("孕产妇系统管理人数");
    assert!(!page.text().contains(PROGRESS), "nothing is filled in yet");
    let births = [("W-H02-N.total", "0"), ("C-H01-D.total", "1200"), ("W-H05-N.total", "1080")];
    let known = page.text().contains("\"W-H05-D.total\"");
    let births: Vec<(&str, &str)> =
        births.into_iter().chain(known.then_some(("W-H05-D.total", "1200"))).collect();
    fill_in(&reporter, &path, &births).await;
    for role in [Role::Reporter, Role::UnitReviewer] {
        let page = house.as_role(role).await.page(&path).await;
        page.says(PROGRESS).says("孕产妇系统管理率").says("2024年全年").says("90.0%");
        page.says("例数少，部分年度的率波动很大").says("不作预测");
        assert!(!page.text().contains("所填数据对目标的影响"), "{}", page.text());
    }
    for role in [Role::CommitteeOffice, Role::Statistician] {
        let page = house.as_role(role).await.page(&path).await;
        assert!(!page.text().contains(PROGRESS), "{role:?}");
    }
}

fn told(code: &str, figure: &str) -> Observation {
    let key = ObservationKey::total(
        COUNTY.parse().unwrap(),
        IndicatorCode(code.to_owned()),
        "2026-S1".parse().unwrap(),
    );
    Observation {
        key: ObservationKey { source: SourceVariant::FullCount, ..key },
        value: Value::Figure(figure.parse().unwrap()),
        definition_version: 1,
        status: ObsStatus::Normal,
        confidentiality: ConfStatus::Free,
        unit_mult: 0,
        explanation: String::new(),
    }
}

/// Keeps figures of the half-year as accepted, with the task.
async fn accept(house: &House, round: &str) {
    let store = &house.database.store;
    let ref_area: RefArea = COUNTY.parse().unwrap();
    let stamp = Stamp { at: now(), by: "示例统计人员".to_owned() };
    let unit = reporting::task(round, HEALTH).unit;
    let key = TaskKey { ref_area: ref_area.clone(), round: RoundId(round.to_owned()), unit };
    let values: Vec<NewValue> = [("W-H05", "90.0"), ("W-H05-N", "1080"), ("C-H01-D", "1200")]
        .map(|(code, figure)| NewValue {
            observation: told(code, figure),
            why: "".into(),
            from: None,
        })
        .into();
    let task = tasks::load(store, &key).await.unwrap();
    let mut next = task.submission.clone();
    next.state = SubmissionState::Accepted;
    next.version = 1;
    let mut tx = store.begin(&ref_area).await.unwrap();
    observations::record(&mut tx, &values, &stamp).await.unwrap();
    tasks::save_step(&mut tx, &key, task.revision, &next, &stamp).await.unwrap();
    tx.commit(Entry::new(now(), "test", "task.accept", &key.object())).await.unwrap();
}

#[tokio::test]
async fn progress_is_published_nowhere_and_evaluated_nowhere() {
    let (house, round) = house().await;
    accept(&house, &round).await;
    let statistician = house.as_role(Role::Statistician).await;
    for path in [format!("/editions/{COUNTY}"), "/tasks".to_owned()] {
        let page = statistician.page(&path).await;
        assert!(!page.text().contains("发布2026年上半年数据"), "{path}: {}", page.text());
        assert!(!page.text().contains("2026年上半年有"), "{path}: {}", page.text());
    }
    let publish = format!("/editions/{COUNTY}/2026-S1/publish");
    let page = statistician.page(&publish).await;
    page.says("自报进度只供内部掌握，不发布");
    let fields = [("agreed", "yes"), ("kind", "final"), ("notes", ""), ("seen", "")];
    let refused = statistician.post(&publish, &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text());

    let plan = value(house.page(&format!("/evaluations/{COUNTY}")).await.text(), "plan");
    let run = house.post(&format!("/evaluations/{COUNTY}/run"), &[("plan", &plan)]).await;
    assert_eq!(run.status, StatusCode::SEE_OTHER, "{}", run.text());
    let list = house.page(&format!("/evaluations/{COUNTY}?q=孕产妇系统管理率")).await;
    list.says("2024年度");
    assert!(!list.text().contains("2026年度"), "{}", list.text());
}

#[tokio::test]
async fn the_same_half_of_the_next_year_stands_beside_what_was_accepted() {
    let (house, round) = house().await;
    accept(&house, &round).await;
    let fields = [
        ("subject", "figures"),
        ("year", "2027"),
        ("part", "S1"),
        ("title", "2027年上半年进度自报"),
        ("opens", "2026-03-05"),
        ("due", "2026-07-20"),
        ("reminder_days", "3"),
        ("late", "mark_late"),
        ("step", "open"),
        ("unit", HEALTH),
    ];
    let opened = house.post(&format!("/rounds/{COUNTY}/new"), &fields).await;
    let round = opened.location().rsplit('/').next().unwrap().to_owned();
    let reporter = house.as_role(Role::Reporter).await;
    let page = reporter.page(&format!("/reporting/{COUNTY}/{round}/{HEALTH}")).await;
    page.says("1080");
    let yearly = format!("/reporting/{COUNTY}/{}/{HEALTH}", reporting::FIGURES);
    let yearly = reporter.page(&yearly).await;
    assert!(!yearly.text().contains("1080"), "a year stands beside a year: {}", yearly.text());
}
