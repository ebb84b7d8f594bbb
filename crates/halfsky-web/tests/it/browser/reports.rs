//! The pages of reports and the public portal, on wide and narrow screens, with and without scripts.

use halfsky_web::testing::reporting;

use super::driver::{Browser, Scripts, open};
use super::pages::{check_each, set_size};
use super::{confirm_everything, import};
use crate::house::WOMEN;

const PORTAL: [&str; 9] = [
    "/public/990101/index.html",
    "/public/990101/plan.html",
    "/public/990101/results.html",
    "/public/990101/indicators.html",
    "/public/990101/indicators/C-H10.html",
    "/public/990101/reports.html",
    "/public/990101/definitions.html",
    "/public/990101/downloads.html",
    "/public/990101/opinions",
];

/// A plan in force with published figures and a draft made from them; its address comes last.
async fn office() -> Option<(Browser, Vec<String>)> {
    let browser = open(Scripts::On).await?;
    reporting::settle(&browser.database.store.clone()).await;
    import(&browser, WOMEN, "990101").await;
    confirm_everything(&browser).await;
    browser.go("/reports/990101/new").await;
    browser.click("main a[href$='kind=annual']").await;
    browser.click("main form .primary").await;
    browser.find(".paper .document").await;
    let report = browser.value("location.pathname").await.as_str().unwrap().to_owned();
    let mut paths: Vec<String> = [
        "/reports",
        "/reports?state=issued",
        "/reports/990101/new",
        "/reports/990101/new?kind=annual",
        "/reports/990101/new?kind=notice",
        "/reports/990101/templates",
        "/reports/990101/templates/annual-lead",
        "/opinions",
    ]
    .map(str::to_owned)
    .to_vec();
    paths.extend([format!("{report}/edit?paragraph=lead"), report]);
    Some((browser, paths))
}

async fn check_all(size: &str, width: u32) {
    let Some((browser, paths)) = office().await else { return };
    set_size(&browser, size, width).await;
    check_each(&browser, &paths).await;
    check_each(&browser, &PORTAL).await;
    browser.find("header .site").await;
    browser.assert_quiet().await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_on_a_wide_screen() {
    check_all("normal", 1366).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_on_a_narrow_screen() {
    check_all("normal", 390).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_in_large_type_on_a_narrow_screen() {
    check_all("large", 390).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_opinion_goes_from_a_visitor_without_scripts_to_the_office_and_back() {
    let Some(browser) = open(Scripts::Off).await else { return };
    reporting::settle(&browser.database.store.clone()).await;
    browser.sign_out().await;
    browser.driver.set_window_rect(0, 0, 390, 900).await.unwrap();
    browser.go("/public/990101/opinions").await;
    browser.find("#content").await.send_keys("建议公布分乡镇数据").await.unwrap();
    browser.click("form button").await;
    browser.reads("请选择意见关于哪一方面").await;
    browser.find("#topic").await.send_keys("监测数据").await.unwrap();
    browser.click("form button").await;
    browser.reads("已收到您的意见").await;
    browser.sign_in(halfsky_monitor::role::Role::CommitteeOffice).await;
    browser.go("/opinions").await;
    browser.click("main tbody th a").await;
    browser.click("input[name=state][value=shown]").await;
    browser.find("#answer").await.send_keys("将研究。").await.unwrap();
    browser.click("main form .primary").await;
    browser.reads("已处理意见").await;
    browser.go("/public/990101/opinions").await;
    browser.reads("建议公布分乡镇数据").await;
    browser.reads("将研究。").await;
    browser.close().await;
}
