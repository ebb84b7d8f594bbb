//! The level above: what the regions below have reported, one indicator side by side, rounds handed down.

use axum::http::StatusCode;
use halfsky_monitor::period::Period;
use halfsky_monitor::role::Role;
use halfsky_monitor::round::{Round, RoundDefaults};
use halfsky_plan::ref_area::RefArea;
use halfsky_store::audit::{self, Entry};
use halfsky_store::evaluations::{self, Following};
use halfsky_store::plans::{self, Stamp};
use halfsky_store::rounds::{self, RoundId, RoundOrigin};
use halfsky_store::tasks;
use halfsky_web::testing::reporting::{self, EDUCATION, FIGURES, HEALTH};
use halfsky_web::testing::{CITY, COUNTY, OTHER_COUNTY, now};
use jiff::civil::date;

use crate::house::{CITY as CITY_PLAN, House, WOMEN, value};

async fn house() -> House {
    let house = House::open().await;
    reporting::settle(&house.database.store).await;
    house
}

fn area(code: &str) -> RefArea {
    code.parse().unwrap()
}

#[tokio::test]
async fn the_level_above_sees_who_has_reported() {
    let house = house().await;
    let city = house.as_role(Role::HigherLevel).await;
    assert_eq!(city.get("/regions").await.location(), format!("/regions/{CITY}"));
    let page = city.page(&format!("/regions/{CITY}")).await;
    page.says("云溪县").says("云山县").says("未开轮次").says("0/2（0%）").says("全部未报");
    let export = city.page(&format!("/regions/{CITY}?export=csv")).await;
    assert!(export.text().contains("云溪县") && export.text().contains("全部未报"));
    let board = city.page(&format!("/rounds/{COUNTY}/{FIGURES}")).await;
    board.says("0/2（0%）");
}

#[tokio::test]
async fn one_indicator_stands_side_by_side() {
    let house = house().await;
    // the years to choose from begin with the first plan
    house.draft(WOMEN, COUNTY).await;
    let city = house.as_role(Role::HigherLevel).await;
    let path = format!("/regions/{CITY}/indicator?code=W-H05&year=2024");
    let page = city.page(&path).await;
    page.says("孕产妇系统管理率")
        .says("中位数")
        .says("没有发布这项数据")
        .says("class=\"chart wide\"");
    assert!(page.text().contains(&format!("/data/{COUNTY}/W-H05")), "{}", page.text());
    city.page(&format!("/regions/{CITY}/indicator")).await.says("先选择一项指标");
    city.page(&format!("/regions/{CITY}/indicator?code=无")).await.says("先选择一项指标");
    let none = city.page(&format!("/regions/{CITY}/indicator?code=W-H05&year=2022")).await;
    none.says("没有可比的数据");
}

#[tokio::test]
async fn nobody_sees_regions_out_of_reach() {
    let house = house().await;
    for role in [Role::Leader, Role::Statistician, Role::Evaluator] {
        let client = house.as_role(role).await;
        for path in [format!("/regions/{CITY}"), format!("/regions/{CITY}/indicator")] {
            assert_eq!(client.get(&path).await.status, StatusCode::FORBIDDEN, "{role:?} {path}");
        }
        client.page(&format!("/regions/{COUNTY}")).await.says("没有下级地区");
        client.page("/regions").await.says("没有可以汇总的地区");
    }
    // the office of the city holds no appointment over the other county
    let office = house.page(&format!("/regions/{CITY}")).await;
    assert!(!office.text().contains("云山县"), "{}", office.text());
}

#[tokio::test]
async fn a_round_is_handed_down_and_stays_the_regions_own() {
    let house = house().await;
    house.draft(CITY_PLAN, CITY).await;
    let store = &house.database.store;
    let id = RoundId("down-2026".to_owned());
    let period = Period::year_of(2026).unwrap();
    let round =
        Round::figures(period, "2026年全市监测数据", date(2027, 4, 10), &RoundDefaults::default());
    let stamp = Stamp { at: now(), by: "示例".to_owned() };
    let mut tx = store.begin(&area(CITY)).await.unwrap();
    rounds::open(&mut tx, &id, &round, &RoundOrigin::Office, &stamp).await.unwrap();
    tx.commit(Entry::new(now(), "示例", "round.open", "round down-2026")).await.unwrap();

    let board = format!("/rounds/{CITY}/{}", id.0);
    house.page(&board).await.says("下达");
    let path = format!("{board}/hand-down");
    house.page(&path).await.says("2个还没有这一轮").says("云山县");
    let nobody = house.post(&path, &[("region", "110000")]).await;
    assert_eq!(nobody.status, StatusCode::UNPROCESSABLE_ENTITY);
    nobody.says("请至少选择一个");
    let both = [("region", COUNTY), ("region", OTHER_COUNTY)];
    let moved = house.post(&path, &both).await;
    assert_eq!((moved.status, moved.location()), (StatusCode::SEE_OTHER, path.as_str()));
    house.page(&path).await.says("1个还没有这一轮");

    let copy = rounds::load(store, &area(COUNTY), &id).await.unwrap();
    assert_eq!(copy.handed_down_by, Some(area(CITY)));
    assert_eq!((&copy.round.title, copy.round.due), (&round.title, round.due));
    let given = tasks::of_round(store, &area(COUNTY), &id).await.unwrap();
    let units: Vec<&str> = given.iter().map(|task| task.key.unit.0.as_str()).collect();
    assert_eq!(units, [EDUCATION, HEALTH]);
    assert!(rounds::load(store, &area(OTHER_COUNTY), &id).await.is_err(), "it has no units");

    // both chains tell it
    let last = async |code: &str, action: &str| {
        let entries = audit::entries_about(store, &area(code), "round down-2026").await.unwrap();
        entries.into_iter().rev().find(|entry| entry.action == action).unwrap()
    };
    assert!(last(CITY, "round.hand_down").await.changes.contains("云溪县"));
    assert!(last(COUNTY, "round.receive").await.reason.contains("云江市下达"));

    // the county changes its own copy; that of the city stays
    let own = format!("/rounds/{COUNTY}/{}", id.0);
    house.page(&own).await.says("上级下达");
    let mut tx = store.begin(&area(COUNTY)).await.unwrap();
    let later = Round { due: date(2027, 4, 20), ..copy.round.clone() };
    rounds::change(&mut tx, &id, copy.revision, &later).await.unwrap();
    tx.commit(Entry::new(now(), "示例", "round.change", "round down-2026")).await.unwrap();
    assert_eq!(rounds::load(store, &area(CITY), &id).await.unwrap().round.due, round.due);
}

/// The scores of every domain of the newest run of the county's plan, as somebody wishes them.
async fn score(house: &House, score: Option<f64>) {
    let store = &house.database.store;
    let plan = plans::list(store, Some(&area(COUNTY))).await.unwrap().remove(0).plan_id;
    let mut run = evaluations::newest(store, &area(COUNTY), &plan).await.unwrap().unwrap().run;
    for domain in &mut run.composite.domains {
        domain.score = score;
    }
    run.composite.arithmetic = score;
    run.composite.geometric = score;
    let stamp = Stamp { at: now(), by: "示例".to_owned() };
    let mut tx = store.begin(&area(COUNTY)).await.unwrap();
    evaluations::insert(&mut tx, &run, Following::No, &stamp).await.unwrap();
    tx.commit(Entry::new(now(), "示例", "evaluation.run", "evaluation")).await.unwrap();
}

#[tokio::test]
async fn scores_stand_side_by_side_with_the_range_of_their_ranks() {
    let house = house().await;
    let city = house.as_role(Role::HigherLevel).await;
    let path = format!("/regions/{CITY}/scores");
    city.page(&path).await.says("各地还没有评估");
    let version = house.draft(WOMEN, COUNTY).await;
    house.confirm(&version).await;
    let plan = value(house.page(&format!("/evaluations/{COUNTY}")).await.text(), "plan");
    house.post(&format!("/evaluations/{COUNTY}/run"), &[("plan", &plan)]).await;
    let bare = city.page(&path).await;
    bare.says("没有可比的得分").says("有得分的领域不足三分之二").says("没有这一年的评估");

    // the latest run is compared
    score(&house, Some(71.5)).await;
    let page = city.page(&path).await;
    page.says("71.5").says("只有1个地区有2024年的得分").says("妇女与健康");
    page.says(&format!("/evaluations/{COUNTY}/rates?plan={plan}"));
    let csv = city.page(&format!("{path}?export=csv")).await;
    csv.says("名次区间").says("云溪县").says("71.5").says("云山县");
    let children = city.page(&format!("{path}?of=children")).await;
    children.says("没有可比的得分");
    city.page(&format!("{path}?evaluated=2019")).await.says("没有可比的得分");

    // whoever sees the city is led there from the rates of the county
    let rates = format!("/evaluations/{COUNTY}/rates?plan={plan}");
    city.page(&rates).await.says("与同级地区比较");
    let leader = house.as_role(Role::Leader).await;
    assert!(!leader.page(&rates).await.text().contains("与同级地区比较"));
    assert_eq!(leader.get(&path).await.status, StatusCode::FORBIDDEN);
}
