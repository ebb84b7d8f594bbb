//! The pages of evaluation and supervision on wide and narrow screens, from an evaluation to a case on its way.

use halfsky_web::testing::reporting;

use super::driver::{Browser, Scripts, open};
use super::pages::{check_each, set_size};
use super::{confirm_everything, import};
use crate::house::WOMEN;

/// A plan in force with figures, evaluated, and a case that was opened from a warning.
async fn office() -> Option<(Browser, Vec<String>)> {
    let browser = open(Scripts::On).await?;
    reporting::settle(&browser.database.store.clone()).await;
    import(&browser, WOMEN, "990101").await;
    confirm_everything(&browser).await;
    browser.go("/evaluations/990101").await;
    browser.click("form[action$='/run'] button").await;
    browser.find("main table tbody tr").await;
    let mut paths: Vec<String> = [
        "/",
        "/tasks",
        "/evaluations/990101",
        "/evaluations/990101?tone=unknown",
        "/evaluations/990101?q=none",
        "/evaluations/990101/rates",
        "/regions/990100/scores",
        "/warnings/990101",
        "/warnings/990101?view=history",
    ]
    .map(str::to_owned)
    .to_vec();
    browser.go("/evaluations/990101?q=孕产妇系统管理率").await;
    paths.push(address(&browser, "main tbody th a").await);
    browser.go("/evaluations/990101?q=孕产妇死亡率").await;
    paths.push(address(&browser, "main tbody th a").await);
    browser.go("/warnings/990101").await;
    paths.push(address(&browser, "main .button[href$='/parameters']").await);
    let warning = address(&browser, "main tbody th a").await;
    browser.go(&warning).await;
    browser.find("#reason").await.send_keys("数据缺报").await.unwrap();
    browser.click("main form .primary").await;
    browser.find(".toast").await;
    let case = browser.value("location.pathname").await.as_str().unwrap().to_owned();
    paths.extend([warning, format!("{case}/letter"), case, "/cases/990101".to_owned()]);
    Some((browser, paths))
}

/// Where a link leads.
async fn address(browser: &Browser, selector: &str) -> String {
    let link = browser.find(selector).await;
    link.attr("href").await.unwrap().unwrap()
}

async fn check(size: &str, width: u32) {
    let Some((browser, paths)) = office().await else { return };
    set_size(&browser, size, width).await;
    check_each(&browser, &paths).await;
    browser.assert_quiet().await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn evaluation_on_a_wide_screen() {
    check("normal", 1366).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn evaluation_on_a_narrow_screen_in_large_type() {
    check("large", 390).await;
}
