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
use halfsky_web::testing::neighbours::{neighbour, settle_neighbour};
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
async fn score(house: &House, reached: Option<f64>) {
    let store = &house.database.store;
    let plan = plans::list(store, Some(&area(COUNTY))).await.unwrap().remove(0).plan_id;
    let mut run = evaluations::newest(store, &area(COUNTY), &plan).await.unwrap().unwrap().run;
    for domain in &mut run.composite.domains {
        domain.score = reached;
    }
    run.composite.arithmetic = reached;
    run.composite.geometric = reached;
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

/// Neighbours with plans, more than the top bar offers.
async fn many_regions() -> (House, halfsky_web::testing::Client) {
    let house = house().await;
    for number in 1..=70 {
        settle_neighbour(&house.database.store, number).await;
    }
    let city = house.as_role(Role::HigherLevel).await;
    (house, city)
}

fn options(page: &str) -> usize {
    let bar = page.split("<form class=\"place\"").nth(1).unwrap();
    bar.split("</select>").next().unwrap().matches("<option").count()
}

#[tokio::test]
async fn the_top_bar_stays_short_however_many_regions_there_are() {
    let few = {
        let house = house().await;
        settle_neighbour(&house.database.store, 1).await;
        let city = house.as_role(Role::HigherLevel).await;
        let page = city.page("/indicators").await;
        assert!(!page.text().contains("更多地区"), "one neighbour is offered as it is");
        page.bytes.len()
    };
    let (house, city) = many_regions().await;
    let page = city.page("/indicators").await;
    page.says("更多地区");
    assert!((41..=45).contains(&options(page.text())), "{}", options(page.text()));
    assert!(page.bytes.len() < few + 4_000, "{} and {few} bytes", page.bytes.len());

    // one that is not offered is found by its name, chosen, and offered from then on
    let far = neighbour(69);
    assert!(!page.text().contains(&format!("<option value=\"{far}\"")));
    let found = city.page("/regions/choose?to=/rounds&q=%E7%AC%AC69").await;
    found.says("第69县").says(&format!("/rounds?region={far}&#38;year=2025")).says("共1个地区");
    let mut browser = city.clone();
    let rounds = browser.page(&format!("/rounds?region={far}&year=2025")).await;
    rounds.says(&format!("<option value=\"{far}\" selected>第69县</option>")).says("共2个轮次");
    browser.take(&rounds);
    let back = browser.page("/rounds?region=").await;
    back.says("共140个轮次").says("显示第1—50个").says(&format!("<option value=\"{far}\">"));
    let texts = browser.page("/texts?region=&sort=-unit").await;
    texts.says("共70份材料").says("第9县卫生健康局");
    let all = city.page("/regions/choose?to=//evil.example").await;
    all.says("共70个地区").says("显示第1—50个");
    assert!(all.text().contains("href=\"/?region="), "{}", all.text());
    // a person of one region has nothing to look for
    let office = house.page("/regions/choose?q=%E7%AC%AC69").await;
    assert!(!office.text().contains("第69县"));
}

#[tokio::test]
async fn a_county_sees_where_it_stands_without_seeing_the_others() {
    let house = house().await;
    let store = &house.database.store;
    let path = format!("/data/{COUNTY}/C-H10");
    let leader = house.as_role(Role::Leader).await;
    let alone = leader.page(&path).await;
    alone.says("在同级地区中的位置").says("只有1个地区公布了可比的数据");
    for number in 1..=5 {
        let area = settle_neighbour(store, number).await;
        reporting::publish_elsewhere(store, area.as_str()).await;
    }
    let page = leader.page(&path).await;
    page.says("2024年在同级地区中的位置").says("第1位").says("共6个").says("前四分之一");
    page.says("云江市的7个县级地区").says("另有1个地区没有公布");
    for hidden in ["第1县", "990111", "各地指标比较"] {
        assert!(!page.text().contains(hidden), "{hidden}: {}", page.text());
    }
    // whoever may read the neighbours is led to the comparison with their names
    let city = house.as_role(Role::HigherLevel).await;
    let above = city.page(&path).await;
    above.says("第1位").says("/regions/990100/indicator?code=C-H10&#38;level=county");
    // one death in a county is not published, and takes no part
    let rare = leader.page(&format!("/data/{COUNTY}/W-H02")).await;
    rare.says("没有对外公布，不参加比较");
}
