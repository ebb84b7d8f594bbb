//! The grid: saving, checks, two people at once, undo.

use halfsky_monitor::observe::{Occasion, observe};
use halfsky_monitor::role::Role;
use halfsky_monitor::submission::SubmissionState;
use halfsky_store::audit::Entry;
use halfsky_store::entries::{self, Field};
use halfsky_store::observations::{self, NewValue};
use halfsky_store::plans::Stamp;
use halfsky_web::testing::reporting::{BIRTHS, DEATHS, FIGURES, HEALTH, task};
use halfsky_web::testing::{Client, value};

use super::{address, house, state};
use crate::house::House;

/// Posts cells of the grid as they were seen on a page.
async fn save(client: &Client, page: &str, cells: &[(&str, &str)]) -> halfsky_web::testing::Answer {
    let seen: Vec<(String, String)> = cells
        .iter()
        .map(|(name, _)| (format!("s.{name}"), value(page, &format!("s.{name}"))))
        .collect();
    let mut fields: Vec<(&str, &str)> = cells.to_vec();
    fields.extend(seen.iter().map(|(name, seen)| (name.as_str(), seen.as_str())));
    client.post(&address(FIGURES), &fields).await
}

async fn kept(house: &House, row: &str, field: &str) -> String {
    let draft = entries::load(&house.database.store, &task(FIGURES, HEALTH)).await.unwrap();
    let field = Field::from_code(field).unwrap();
    draft.content(&halfsky_plan::indicator::IndicatorCode(row.to_owned()), field).to_owned()
}

const BIRTHS_TOTAL: &str = "C-H01-D.total";
const DEATHS_TOTAL: &str = "W-H02-N.total";

#[tokio::test]
async fn the_form_shows_last_year_and_what_a_row_means() {
    let (_house, reporter) = house().await;
    let page = reporter.page(&address(FIGURES)).await;
    page.says("表号：妇儿统1表").says("活产数").says("2570").says("计算").says("已填0/");
    page.says("上年分项");
}

#[tokio::test]
async fn what_is_typed_is_kept_and_worked_out() {
    let (house, reporter) = house().await;
    let page = reporter.page(&address(FIGURES)).await;
    let typed = [(BIRTHS_TOTAL, " ２,532人"), (DEATHS_TOTAL, "1")];
    let saved = save(&reporter, page.text(), &typed).await;
    assert_eq!(saved.status, 303, "{}", saved.text());
    assert_eq!(kept(&house, BIRTHS, "total").await, "2532");
    assert_eq!(state(&house, FIGURES).await, SubmissionState::InProgress);
    let page = reporter.page(&address(FIGURES)).await;
    page.says("39.49").says("填报中");
    let again = save(&reporter, page.text(), &typed).await;
    assert_eq!(again.status, 303);
}

#[tokio::test]
async fn words_that_are_no_figure_stay_beside_their_cell() {
    let (house, reporter) = house().await;
    let page = reporter.page(&address(FIGURES)).await;
    let typed = [(BIRTHS_TOTAL, "约2500"), (DEATHS_TOTAL, "1")];
    let saved = save(&reporter, page.text(), &typed).await;
    assert_eq!(saved.status, 422);
    saved.says("value=\"约2500\"").says("不是数字");
    assert_eq!(kept(&house, BIRTHS, "total").await, "");
    assert_eq!(kept(&house, DEATHS, "total").await, "1", "the other cell is kept");
}

#[tokio::test]
async fn a_sum_that_does_not_add_up_is_told_at_its_cells() {
    let (_house, reporter) = house().await;
    let page = reporter.page(&address(FIGURES)).await;
    let cells = [("C-H10-N.total", "100"), ("C-H10-N.female", "47"), ("C-H10-N.male", "52")];
    save(&reporter, page.text(), &cells).await;
    let page = reporter.page(&address(FIGURES)).await;
    page.says("女47+男52=99，小于合计100，相差1").says("data-marks=\"e0 e1 e2");
}

#[tokio::test]
async fn a_figure_is_held_against_what_its_department_published() {
    let (house, reporter) = house().await;
    let store = &house.database.store;
    let key = task(FIGURES, HEALTH);
    let entries = halfsky_web::testing::reporting::entries(HEALTH, 2025);
    let births = halfsky_plan::indicator::IndicatorCode(BIRTHS.to_owned());
    let form = halfsky_web::testing::reporting::form(HEALTH);
    let occasion =
        Occasion { ref_area: &key.ref_area, period: "2025".parse().unwrap(), unit: &key.unit };
    let known = observe(&form, &entries, &[], &occasion);
    let known = known.into_iter().filter(|o| o.key.indicator == births);
    let values: Vec<NewValue> = known
        .map(|observation| NewValue { observation, why: "卫生健康年报".into(), from: None })
        .collect();
    assert_eq!(values.len(), 1);
    let stamp = Stamp { at: halfsky_web::testing::now(), by: "test".to_owned() };
    let mut tx = store.begin(&key.ref_area).await.unwrap();
    observations::record(&mut tx, &values, &stamp).await.unwrap();
    tx.commit(Entry::new(stamp.at, "test", "figures.import", "figures")).await.unwrap();

    let page = reporter.page(&address(FIGURES)).await;
    save(&reporter, page.text(), &[(BIRTHS_TOTAL, "2540")]).await;
    let page = reporter.page(&address(FIGURES)).await;
    assert!(!page.text().contains("卫生健康年报"), "the same figure is not told");
    save(&reporter, page.text(), &[(BIRTHS_TOTAL, "2530")]).await;
    let page = reporter.page(&address(FIGURES)).await;
    page.says("“活产数”填为2530人，卫生健康年报公布为2540人");
}

#[tokio::test]
async fn of_two_editors_nobody_loses_anything() {
    let (house, reporter) = house().await;
    let reviewer = house.as_role(Role::UnitReviewer).await;
    let page = reporter.page(&address(FIGURES)).await;
    save(&reviewer, page.text(), &[(BIRTHS_TOTAL, "2532")]).await;
    let late = save(&reporter, page.text(), &[(BIRTHS_TOTAL, "2523"), (DEATHS_TOTAL, "1")]).await;
    assert_eq!(late.status, 409);
    late.says("刚由示例单位审核人").says("改用对方的：2532").says("保留我填的：2523");
    assert_eq!(kept(&house, BIRTHS, "total").await, "2532");
    assert_eq!(kept(&house, DEATHS, "total").await, "1");
    // nothing is decided by going on
    let on = save(&reporter, late.text(), &[(BIRTHS_TOTAL, "2523")]).await;
    assert_eq!(on.status, 409);
    let seen = value(late.text(), &format!("s.{BIRTHS_TOTAL}"));
    let (name, insist) = (format!("s.{BIRTHS_TOTAL}"), format!("{BIRTHS_TOTAL}|1"));
    let own = [(BIRTHS_TOTAL, "2523"), (name.as_str(), seen.as_str()), ("mine", insist.as_str())];
    let own = reporter.post(&address(FIGURES), &own).await;
    assert_eq!(own.status, 303, "{}", own.text());
    assert_eq!(kept(&house, BIRTHS, "total").await, "2523");
    reviewer.page(&address(FIGURES)).await.says("示例填报人（reporter）也在填报本表");
}

#[tokio::test]
async fn the_other_value_can_be_taken() {
    let (house, reporter) = house().await;
    let reviewer = house.as_role(Role::UnitReviewer).await;
    let page = reporter.page(&address(FIGURES)).await;
    save(&reviewer, page.text(), &[(BIRTHS_TOTAL, "2532")]).await;
    let taken = [(BIRTHS_TOTAL, "2523"), ("take", BIRTHS_TOTAL)];
    let taken = reporter.post(&address(FIGURES), &taken).await;
    assert_eq!(taken.status, 303);
    assert_eq!(kept(&house, BIRTHS, "total").await, "2532");
}

#[tokio::test]
async fn the_last_changes_are_taken_back_one_by_one() {
    let (house, reporter) = house().await;
    for births in ["2500", "2532"] {
        let page = reporter.page(&address(FIGURES)).await;
        save(&reporter, page.text(), &[(BIRTHS_TOTAL, births)]).await;
        house.clock.pass(1);
    }
    let undo = format!("{}/undo", address(FIGURES));
    for expected in ["2500", "", ""] {
        assert_eq!(reporter.post(&undo, &[]).await.status, 303);
        assert_eq!(kept(&house, BIRTHS, "total").await, expected);
        house.clock.pass(1);
    }
}

#[tokio::test]
async fn a_missing_figure_has_a_reason() {
    let (house, reporter) = house().await;
    let page = reporter.page(&address(FIGURES)).await;
    let cells = [
        ("W-H02-N.missing", "sampled_above"),
        ("W-H02-N.missing_owner", "市卫生健康委"),
        ("W-H02-N.substitute", "全市推算数"),
    ];
    assert_eq!(save(&reporter, page.text(), &cells).await.status, 303);
    assert_eq!(kept(&house, DEATHS, "missing").await, "sampled_above");
    let page = reporter.page(&address(FIGURES)).await;
    page.says("缺数：上级抽样推算").says("市卫生健康委").says("缺数已说明");
}

#[tokio::test]
async fn a_script_gets_the_page_back_at_once() {
    let (_house, reporter) = house().await;
    let body = format!("token={}&{BIRTHS_TOTAL}=2532&s.{BIRTHS_TOTAL}=0%7C", reporter.token);
    let mut request = reporter.form(&address(FIGURES), body);
    request.headers_mut().insert("hx-request", "true".parse().unwrap());
    let answer = reporter.send(request).await;
    assert_eq!(answer.status, 200);
    answer.says("value=\"1|2532\"");
}
