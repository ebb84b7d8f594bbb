//! Without scripts: questions are pages, messages are banners, switches are forms.

use super::driver::{Scripts, open};
use super::import;
use crate::house::WOMEN;

#[tokio::test(flavor = "multi_thread")]
async fn questions_messages_and_switches_work_without_scripts() {
    let Some(browser) = open(Scripts::Off).await else { return };
    import(&browser, WOMEN, "990101").await;
    let classes = browser.find("html").await.class_name().await.unwrap();
    assert_eq!(classes.unwrap_or_default(), "", "no script has run");

    browser.click(".target [data-confirm]").await;
    browser.reads_at(".toast[role=status]", "已确认").await;
    browser.click(".toast form button").await;
    browser.reads_at(".toast[role=status]", "已撤销").await;

    browser.click(".display button").await;
    browser.find("html[data-size=large]").await;
    browser.click(".place button").await;
    browser.arrives("region=990101").await;

    browser.click(".tasks").await;
    browser.click("td .button").await;
    browser.click(".sticky-bar a[data-dialog]").await;
    browser.click("form[data-ask] .danger").await;
    browser.reads_at(".toast[role=status]", "已放弃").await;
    browser.go("/tasks").await;
    browser.find(".empty").await;
    browser.close().await;
}
