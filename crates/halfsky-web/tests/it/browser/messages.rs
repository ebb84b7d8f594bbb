//! Messages of the frame: what was done, no network, an ended session, a server in trouble.

use super::driver::{Browser, Scripts, open};
use super::import;
use crate::house::WOMEN;

/// Lets every further request of the page end like this.
async fn answer_with(browser: &Browser, outcome: &str) {
    let script = format!("window.fetch = function () {{ return {outcome}; }};");
    browser.driver.execute(&script, Vec::new()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_request_is_told_and_nothing_is_lost() {
    let Some(browser) = open(Scripts::On).await else { return };
    import(&browser, WOMEN, "990101").await;
    let review = browser.value("location.pathname").await.as_str().unwrap().to_owned();
    for (outcome, words) in [
        ("Promise.reject(new TypeError('Failed to fetch'))", "网络不通"),
        ("Promise.resolve(new Response('', {status: 401}))", "登录已失效"),
        ("Promise.resolve(new Response('', {status: 429}))", "操作过于频繁"),
        ("Promise.resolve(new Response('', {status: 502}))", "服务器没有完成"),
    ] {
        browser.go(&review).await;
        let field = browser.find(".target [name=lead]").await;
        field.clear().await.unwrap();
        field.send_keys("县统计局").await.unwrap();
        answer_with(&browser, outcome).await;
        browser.click(".target [data-confirm]").await;
        let said = browser.find(".toast.trouble p").await.text().await.unwrap();
        assert!(said.contains(words), "{said}");
        let typed = browser.find(".target [name=lead]").await.prop("value").await.unwrap();
        assert_eq!(typed.as_deref(), Some("县统计局"), "{words}");
        browser.click(".toast .away").await;
        let left = "document.querySelectorAll('.toast').length";
        assert_eq!(browser.value(left).await, 0, "a message can be put away");
    }
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_saved_can_be_taken_back_from_its_message() {
    let Some(browser) = open(Scripts::On).await else { return };
    import(&browser, WOMEN, "990101").await;
    browser.click(".target [data-confirm]").await;
    browser.find(".target.confirmed").await;
    browser.find(".toast form").await;
    browser.click(".toast form button").await;
    for _ in 0..100 {
        if browser.value("document.querySelectorAll('.target.confirmed').length").await == 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert_eq!(browser.value("document.querySelectorAll('.target.confirmed').length").await, 0);
    browser.assert_quiet().await;
    browser.close().await;
}
