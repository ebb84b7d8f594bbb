//! Reading published figures: the pivot, women and men side by side, an indicator, the trail of a figure.

use axum::http::StatusCode;
use halfsky_monitor::definition::Definition;
use halfsky_monitor::role::Role;
use halfsky_plan::indicator::IndicatorCode;
use halfsky_store::audit::Entry;
use halfsky_store::definitions;
use halfsky_store::plans::Stamp;
use halfsky_web::Settings;
use halfsky_web::testing::reporting;
use halfsky_web::testing::{Client, House, OTHER_COUNTY, now, settings, value};

use crate::house::{WOMEN, typesetting};

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
    let split = client.page("/data/990101?sex=all&within=sex&from=2024&to=2024&q=C-E01").await;
    split.says("2024年 女").says("2024年 男").says("2024年 合计");
    let rows = client.page("/data/990101?sex=all&q=C-E01").await;
    rows.says("<td class=\"nowrap\">女</td>");
    let turned = client.page("/data/990101?rows=period&columns=indicator&q=C-E01").await;
    turned.says("<th scope=\"row\">2023年</th>").says("学前教育毛入园率（%）</th>");
    assert!(!page.text().contains("下级地区"), "the county has no region below it");
    let csv = client.page("/data/990101?q=C-E01&export=csv").await;
    csv.says("C-E01,学前教育毛入园率,%").says("2024年第1版");
    assert_eq!(csv.text().lines().count(), 2, "{}", csv.text());
    client.page("/data/990101?what=item&q=%E6%B4%BB%E4%BA%A7").await.says("活产数");
    client.page("/data/990101?q=none").await.says("没有符合条件的数据");
}

/// The catalogue is remembered; a card that somebody adds is seen at once all the same.
#[tokio::test]
async fn a_new_card_is_seen_by_the_next_request() {
    let (house, client) = published().await;
    let path = "/data/990101/C-H10";
    client.page(path).await.says("第1版");
    let store = &house.database.store;
    let code = IndicatorCode("C-H10".to_owned());
    let first = definitions::load(store, &code).await.unwrap().versions()[0].clone();
    let second = Definition { version: 2, valid_from: 2022, ..first };
    let mut tx = store.begin_reference().await.unwrap();
    let by = Stamp { at: now(), by: "示例".to_owned() };
    definitions::add_version(&mut tx, &second, &by).await.unwrap();
    tx.commit(Entry::new(now(), "示例", "indicator.version", "indicator C-H10")).await.unwrap();
    client.page(path).await.says("第2版");
}

#[tokio::test]
async fn the_level_above_sees_its_regions_side_by_side() {
    let (house, county) = published().await;
    reporting::publish_elsewhere(&house.database.store, OTHER_COUNTY).await;
    let city = house.as_role(Role::HigherLevel).await;
    city.page("/data").await.says("href=\"/data/990100\"");
    let below = "/data/990100?area=below&q=C-H07&columns=region";
    let page = city.page(below).await;
    page.says(">云溪县</th>").says(">云山县</th>").says("2个地区共4版");
    page.says("没有公布数据的地区：云江市").says("/data/990102/C-H07/trail?period=2024");
    page.says("2024年起与以前年份不可比：数据标注为口径断点").says("‡");
    // the file holds the same figures under the same heads
    let csv = city.page(&format!("{below}&export=csv")).await;
    csv.says("代码,指标,计量单位,报告期,云溪县,云山县,数据版本,不可比");
    csv.says("2024年,61.5,61.5,云山县2024年第1版、云溪县2024年第1版,2024年起与以前年份不可比");
    let rows = city.page("/data/990100?area=below&rows=region&q=W-H02&what=item").await;
    rows.says("<a href=\"/data/990102\">云山县</a>").says("孕产妇死亡数（人）");
    let one = city.page("/data/990100?area=990102&q=C-H07&sex=F").await;
    one.says("云山县；女").says("62.1");
    let public = city.page("/data/990100?area=below&columns=region&q=W-H02&view=public").await;
    public.says("为保护小样本不公开");
    assert!(!public.text().contains("38.9"), "{}", public.text());
    // somebody of a county reaches neither its neighbour nor what lies below
    let own = county.page("/data/990101?area=below&columns=region").await;
    own.says("云溪县");
    assert!(!own.text().contains("云山县"), "{}", own.text());
    assert_eq!(county.get("/data/990100?area=below").await.status, StatusCode::FORBIDDEN);
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
    // one case proves no rise: the title tells the cases of three years
    deaths.says("近3年合计2例，例数少，单年高低不说明升降");
    deaths.says("对照2030年目标值10/10万：无法判定").says("目标 ≤10");
    assert!(!deaths.text().contains("高于2030年目标值"), "{}", deaths.text());
    client.page("/data/990101/C-E01?export=csv").await.says("2023年第1版");
    let none = client.get("/data/990101/X-1").await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
    client.page("/indicators/W-H02").await.says("/data/990101/W-H02");
}

#[tokio::test]
async fn a_chart_is_taken_away_as_a_picture() {
    let (_house, client) = published().await;
    let svg = client.page("/data/990101/C-E01/chart").await;
    svg.says("云溪县学前教育毛入园率2024年").says("数据版本：2024年第1版、2023年第1版");
    let without = client.get("/data/990101/C-E01/chart?format=png").await;
    assert_eq!(without.status, StatusCode::UNPROCESSABLE_ENTITY);
    without.says("fonts-noto-cjk").says("可以先下载SVG格式的图");
    let Some(typesetting) = typesetting() else { return };
    let house = House::open_with(Settings { typesetting, ..settings() }).await;
    reporting::settle(&house.database.store).await;
    let client = house.as_role(Role::Statistician).await;
    client.page("/data/990101/C-E01").await.says("/chart?format=png");
    let png = client.get("/data/990101/C-E01/chart?format=png").await;
    assert_eq!(png.status, StatusCode::OK);
    assert!(png.bytes.starts_with(b"\x89PNG"), "{} bytes", png.bytes.len());
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
