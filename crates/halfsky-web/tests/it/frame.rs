//! The frame of every page: region and year, messages over a redirect, tasks, search within reach.

use axum::http::header;
use halfsky_monitor::role::Role;
use halfsky_web::testing::Client;

use crate::house::{CITY, House, WOMEN};

/// Two plans: the county's in force, the city's a draft.
async fn house() -> House {
    let house = House::open().await;
    let county = house.draft(WOMEN, "990101").await;
    house.confirm(&county).await;
    house.draft(CITY, "990100").await;
    house
}

/// A browser that keeps what answers give it.
fn browser(house: &House) -> Client {
    (**house).clone()
}

#[tokio::test]
async fn region_and_year_are_chosen_in_the_address_and_remembered() {
    let house = house().await;
    let mut browser = browser(&house);
    let all = browser.page("/plans").await;
    all.says("共2份规划").says("<option value=\"\" selected>全部地区</option>");
    assert!(all.headers.get_all(header::SET_COOKIE).iter().next().is_none());
    let county = browser.page("/plans?region=990101&year=2024").await;
    county.says("共1份规划").says("<option value=\"990101\" selected>云溪县</option>");
    browser.take(&county);
    let later = browser.page("/plans").await;
    later.says("共1份规划").says("<option value=\"2024\" selected>2024年</option>");
    browser.page("/").await.says("2024年到期");
    browser.page("/plans?region=").await.says("共2份规划");
    let filtered = browser.page("/plans?status=confirmed&region=990101").await;
    filtered.says("<input type=\"hidden\" name=\"status\" value=\"confirmed\">");
}

#[tokio::test]
async fn a_message_is_shown_once_on_the_next_page() {
    let house = house().await;
    let mut browser = browser(&house);
    let version = browser.draft(&WOMEN.replace("12/10万", "11/10万"), "990101").await;
    let page = browser.page(&format!("{version}/discard")).await;
    let seen = crate::house::value(page.text(), "seen");
    let gone = browser.post(&format!("{version}/discard"), &[("seen", &seen)]).await;
    assert_eq!(gone.location(), "/plans");
    assert!(gone.header("set-cookie").contains("HttpOnly"));
    browser.take(&gone);
    // what answers without a page does not use the message up
    let csv = browser.page("/plans?export=csv").await;
    browser.take(&csv);
    let told = browser.page("/plans").await;
    told.says("role=\"status\"").says("已放弃《云溪县妇女发展规划");
    browser.take(&told);
    assert!(!browser.page("/plans").await.text().contains("已放弃《"));
}

#[tokio::test]
async fn a_planted_message_is_not_shown() {
    let house = house().await;
    let mut browser = browser(&house);
    for planted in ["dGV4dD1oaQ.AAAA", "x", "%00", ""] {
        browser.cookies.push(("halfsky_toast".to_owned(), planted.to_owned()));
        assert!(!browser.page("/").await.text().contains("role=\"status\""), "{planted}");
        browser.cookies.pop();
    }
}

#[tokio::test]
async fn tasks_are_counted_filtered_and_exported() {
    let house = house().await;
    house.page("/").await.says("我的待办 <span class=\"count\">2<");
    let all = house.page("/tasks").await;
    all.says("核对《云江市妇女发展规划").says("指定云溪县填报单位").says("共2项待办");
    house.page("/tasks?stage=plan").await.says("核对《云江市妇女发展规划").says("共1项待办");
    house.page("/tasks?stage=admin").await.says("没有这样的待办");
    let csv = house.page("/tasks?export=csv").await;
    assert_eq!(csv.text().lines().count(), 3);
    let reporter = house.as_role(Role::Reporter).await;
    reporter.page("/tasks").await.says("没有需要处理的事项");
}

#[tokio::test]
async fn a_search_finds_what_lies_within_reach() {
    let house = house().await;
    let path = "/search?q=%E5%AD%95%E4%BA%A7%E5%A6%87%E6%AD%BB%E4%BA%A1%E7%8E%87";
    let found = house.page(path).await;
    found.says("<mark>孕产妇死亡率</mark>").says("?open=all#t").says("/indicators/W-H02");
    assert!(!found.text().contains("《云江市"), "of a draft only the title is found");
    house.page("/search?q=%E4%BA%91%E6%B1%9F%E5%B8%82").await.says("/review\"");
    let reporter = house.as_role(Role::Reporter).await;
    let other = reporter.page("/search?q=%E4%BA%91%E6%B1%9F%E5%B8%82").await;
    assert!(!other.text().contains("<mark>云江市"), "the city is out of reach");
    reporter.page(path).await.says("<mark>孕产妇死亡率</mark>");
    let one = house.page(&format!("{path}&kind=target")).await;
    assert!(!one.text().contains("/indicators/W-H02\""));
    house.page("/search?q=zzzz").await.says("没有找到");
    house.page("/search?q=%5F%5F").await.says("没有找到");
    house.page("/search").await.says("输入要找的词");
}
