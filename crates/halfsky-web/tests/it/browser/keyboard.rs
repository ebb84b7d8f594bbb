//! Without a mouse: skip link, navigation, dialogs, errors, explanations.

use thirtyfour::prelude::*;

use super::driver::{Browser, Scripts, open};
use super::import;
use crate::house::WOMEN;

/// Presses a key wherever the focus is.
async fn press(browser: &Browser, key: Key) {
    browser.driver.action_chain().send_keys(key).perform().await.unwrap();
}

/// Moves on with the tab key until the focus is on this element; every stop shows where it is.
async fn tab_to(browser: &Browser, css: &str) {
    for _ in 0..80 {
        press(browser, Key::Tab).await;
        let ring = "getComputedStyle(document.activeElement).outlineStyle !== 'none' \
                    || document.activeElement === document.body";
        assert_eq!(browser.value(ring).await, true, "the focus can be seen");
        if browser.value(&format!("document.activeElement.matches(\"{css}\")")).await == true {
            return;
        }
    }
    panic!("{css} is not reached");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_skip_link_and_the_navigation() {
    let Some(browser) = open(Scripts::On).await else { return };
    browser.go("/").await;
    press(&browser, Key::Tab).await;
    assert_eq!(browser.value("document.activeElement.className").await, "skip");
    press(&browser, Key::Enter).await;
    assert_eq!(browser.value("document.activeElement.id").await, "main");
    press(&browser, Key::Tab).await;
    assert_eq!(browser.value("!!document.activeElement.closest('main')").await, true);
    browser.go("/").await;
    tab_to(&browser, ".stages a[href='/indicators']").await;
    press(&browser, Key::Enter).await;
    browser.find(".stages a[href='/indicators'][aria-current=page]").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_is_asked_in_a_dialog_and_the_focus_comes_back() {
    let Some(browser) = open(Scripts::On).await else { return };
    import(&browser, WOMEN, "990101").await;
    let opener = ".sticky-bar a[data-dialog]";
    let script = format!("document.querySelector(\"{opener}\").focus()");
    browser.driver.execute(&script, Vec::new()).await.unwrap();
    press(&browser, Key::Enter).await;
    browser.find("dialog[open] form[data-ask]").await;
    let inside = "!!document.activeElement.closest('dialog')";
    assert_eq!(browser.value("document.activeElement.dataset.close !== undefined").await, true);
    for _ in 0..3 {
        press(&browser, Key::Tab).await;
        let here = format!("{inside} || document.activeElement === document.body");
        assert_eq!(browser.value(&here).await, true, "the focus stays in the dialog");
    }
    press(&browser, Key::Escape).await;
    assert_eq!(browser.value("document.querySelector('dialog')").await, serde_json::Value::Null);
    let back = format!("document.activeElement.matches(\"{opener}\")");
    assert_eq!(browser.value(&back).await, true, "the focus is back");

    press(&browser, Key::Enter).await;
    browser.find("dialog[open] form[data-ask]").await;
    tab_to(&browser, "dialog .danger").await;
    press(&browser, Key::Enter).await;
    let said = browser.find(".toast[role=status] p").await;
    for _ in 0..50 {
        if said.text().await.unwrap().contains("已放弃") {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert!(said.text().await.unwrap().contains("已放弃"), "the message is said");
    browser.assert_quiet().await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_get_the_focus_and_lead_to_their_field() {
    let Some(browser) = open(Scripts::On).await else { return };
    browser.go("/plans/import").await;
    let novalidate = "document.querySelector('main form').noValidate = true";
    browser.driver.execute(novalidate, Vec::new()).await.unwrap();
    browser.find("#ref_area").await.send_keys("云溪").await.unwrap();
    browser.click("main form .primary").await;
    browser.find("[data-summary]").await;
    assert_eq!(browser.value("document.activeElement.dataset.summary !== undefined").await, true);
    tab_to(&browser, "[data-summary] a[href='#ref_area']").await;
    press(&browser, Key::Enter).await;
    assert_eq!(browser.value("document.activeElement.id").await, "ref_area");
    assert_eq!(browser.value("document.activeElement.value").await, "云溪", "what was typed stays");
    browser.close().await;
}

#[cfg(debug_assertions)]
#[tokio::test(flavor = "multi_thread")]
async fn an_explanation_opens_and_closes() {
    let Some(browser) = open(Scripts::On).await else { return };
    browser.go("/components").await;
    let script = "document.querySelector('.why summary').focus()";
    browser.driver.execute(script, Vec::new()).await.unwrap();
    press(&browser, Key::Enter).await;
    browser.find(".why[open] .why-box").await;
    press(&browser, Key::Escape).await;
    assert_eq!(
        browser.value("document.querySelector('.why[open]')").await,
        serde_json::Value::Null
    );
    assert_eq!(browser.value("document.activeElement.matches('.why summary')").await, true);
    browser.close().await;
}
