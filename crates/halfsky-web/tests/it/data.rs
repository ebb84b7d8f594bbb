//! Reading published figures: the pivot, women and men side by side, an indicator, the trail of a figure.

use axum::http::StatusCode;
use halfsky_monitor::role::Role;
use halfsky_web::testing::reporting;
use halfsky_web::testing::{Client, House, value};

use crate::house::WOMEN;

async fn published() -> (House, Client) {
    let house = House::open().await;
    reporting::settle(&house.database.store).await;
    let client = house.as_role(Role::Statistician).await;
    (house, client)
}

#[tokio::test]
async fn the_pivot_lays_figures_out_and_exports_what_it_shows() {
    let (_house, client) = published().await;
    let led = client.get("/data").await;
    assert_eq!((led.status, led.location()), (StatusCode::SEE_OTHER, "/data/990101"));
    let page = client.page("/data/990101").await;
    page.says("数据版本：2024年第1版、2023年第1版").says(">2024年<").says("学前教育毛入园率");
    assert!(!page.text().contains("活产数"), "indicators alone at first");
    let split = client.page("/data/990101?sex=all&from=2024&to=2024&q=C-E01").await;
    split.says("2024年 女").says("2024年 男").says("2024年 合计");
    let rows = client.page("/data/990101?sex=all&rows=sex&q=C-E01").await;
    rows.says("<td class=\"nowrap\">女</td>");
    let csv = client.page("/data/990101?q=C-E01&export=csv").await;
    csv.says("C-E01,学前教育毛入园率,%").says("2024年第1版");
    assert_eq!(csv.text().lines().count(), 2, "{}", csv.text());
    client.page("/data/990101?what=item&q=%E6%B4%BB%E4%BA%A7").await.says("活产数");
    client.page("/data/990101?q=none").await.says("没有符合条件的数据");
}

#[tokio::test]
async fn women_and_men_stand_side_by_side() {
    let (house, client) = published().await;
    let page = client.page("/data/990101/by-sex").await;
    page.says("2024年第1版").says("女性占比（%）").says("性别差（女−男）").says("妇女与健康");
    let old = client.page("/data/990101/by-sex?year=2023").await;
    old.says("2023年第1版");
    let xlsx = client.page("/data/990101/by-sex?export=xlsx").await;
    assert!(xlsx.bytes.starts_with(b"PK"));
    let other = house.as_role(Role::Leader).await.get("/data/990102/by-sex").await;
    assert_eq!(other.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn an_indicator_tells_its_finding_with_chart_and_table() {
    let (house, client) = published().await;
    let version = house.draft(WOMEN, "990101").await;
    house.confirm(&version).await;
    let page = client.page("/data/990101/C-E01").await;
    page.says("学前教育毛入园率2024年").says("class=\"chart wide\"").says("class=\"chart narrow\"");
    page.says("性别差").says("在园幼儿数 ÷ 3—5岁人口数 × 100").says("修订记录");
    let chart = client.page("/data/990101/C-E01/chart").await;
    assert!(chart.text().starts_with("<svg"), "{}", chart.text());
    let deaths = client.page("/data/990101/W-H02").await;
    deaths.says("2030年目标值10/10万").says("目标 ≤10");
    client.page("/data/990101/C-E01?export=csv").await.says("2023年第1版");
    let none = client.get("/data/990101/X-1").await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
    client.page("/indicators/W-H02").await.says("/data/990101/W-H02");
}

#[tokio::test]
async fn the_public_view_of_an_indicator_hides_its_small_counts() {
    let (house, _) = published().await;
    let reporter = house.as_role(Role::Reporter).await;
    let page = reporter.page("/data/990101/W-H02").await;
    page.says("还没有公布").says("为保护小样本不公开");
    assert!(!page.text().contains("38.9") && !page.text().contains("修订记录"), "{}", page.text());
    let chart = reporter.get("/data/990101/W-H02/chart").await;
    assert_eq!(chart.status, StatusCode::NOT_FOUND);
    let trail = reporter.page("/data/990101/W-H02/trail?period=2024&source=full_count").await;
    trail.says("不对外公布");
    assert!(!trail.text().contains("38.9"), "{}", trail.text());
}

#[tokio::test]
async fn every_figure_leads_to_its_trail() {
    let (house, client) = published().await;
    let store = &house.database.store;
    reporting::hand_in(store, reporting::HEALTH).await;
    let path = "/review/990101/figures-2025/health";
    let seen = value(client.page(path).await.text(), "seen");
    client.post(&format!("{path}/accept"), &[("seen", &seen)]).await;
    let publish = "/editions/990101/2025/publish";
    let seen = value(client.page(publish).await.text(), "seen");
    let done = client.post(publish, &[("seen", &seen), ("agreed", "yes")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    let page = client.page("/data/990101/W-H02/trail?period=2025&source=full_count").await;
    page.says("卫健局").says("2025年妇女儿童统计监测数据").says("第1次").says("2025年第1版");
    page.says("接受卫健局第1次报送").says("口径版本").says(path);
    let leader = house.as_role(Role::Leader).await;
    let page = leader.page("/data/990101/W-H02/trail?period=2025&source=full_count").await;
    page.says("卫健局");
    assert!(!page.text().contains(path), "the way to the review is for the statistician");
    let none = client.get("/data/990101/W-H02/trail?period=2019").await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
}
