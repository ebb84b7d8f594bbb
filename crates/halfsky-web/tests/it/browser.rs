//! The pages in Chromium: the wizard end to end, with and without scripts.

mod axe;
mod driver;
mod entry;
mod evaluation;
mod figures;
mod keyboard;
mod messages;
mod pages;
mod plain;
mod reports;
mod roles;
mod rounds;
mod walk;
mod year;

use thirtyfour::prelude::*;

use crate::house::{CITY, WOMEN};
use driver::{Browser, Scripts};

/// Uploads a plan and begins its review.
async fn import(browser: &Browser, text: &str, ref_area: &str) {
    browser.go("/plans/import").await;
    let file = browser.file("规划.txt", text);
    browser.find("#file").await.send_keys(file).await.unwrap();
    browser.find("#ref_area").await.send_keys(ref_area).await.unwrap();
    browser.click("form[action='/plans/import'] .primary").await;
    browser.find("input[name=plan]").await;
    browser.click(".card .primary").await;
    browser.find("[data-targets] .target").await;
}

/// Decides about every target without looking, and puts the version into force.
async fn confirm_everything(browser: &Browser) {
    browser.click("form[action*='confirm-clear'] button").await;
    let review = browser.value("location.pathname").await.as_str().unwrap().to_owned();
    for part in 0..20 {
        browser.go(&format!("{review}?part={part}&show=pending")).await;
        loop {
            let open =
                browser.driver.find_all(By::Css(".target.pending [data-leave-out]")).await.unwrap();
            let Some(button) = open.first() else { break };
            let before = open.len();
            button.scroll_into_view().await.unwrap();
            button.scroll_into_view().await.unwrap();
            button.click().await.unwrap();
            for _ in 0..100 {
                let left = browser.driver.find_all(By::Css(".target.pending")).await.unwrap().len();
                if left < before {
                    break;
                }
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            }
        }
    }
    browser.go(&review.replace("/review", "/confirm")).await;
    browser.click("#agreed").await;
    browser.click("form[action$='/confirm'] .primary").await;
    browser.find(".tree").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_wizard_from_upload_to_the_plan_in_force() {
    let Some(browser) = driver::open(Scripts::On).await else { return };
    import(&browser, WOMEN, "990101").await;

    // a click on a target lights its sentence, and the other way round
    browser.click(".target:nth-of-type(2) [data-light]").await;
    let number = browser.find(".target.lit").await.attr("data-number").await.unwrap().unwrap();
    assert_eq!(number, browser.find(".mark.lit").await.attr("data-number").await.unwrap().unwrap());
    browser.click(".source a.mark[data-number]").await;
    let number = browser.find(".mark.lit").await.attr("data-number").await.unwrap().unwrap();
    assert_eq!(
        number,
        browser.find(".target.lit").await.attr("data-number").await.unwrap().unwrap()
    );

    // a wrong value stays, with its message; the right one is saved without leaving the page
    let card = format!("#t{number}");
    let field = browser.find(&format!("#t{number}-by")).await;
    field.clear().await.unwrap();
    field.send_keys("2050").await.unwrap();
    browser.click(&format!("{card} [data-confirm]")).await;
    browser.find(&format!("{card} .wrong")).await;
    let field = browser.find(&format!("#t{number}-by")).await;
    assert_eq!(field.prop("value").await.unwrap().unwrap(), "2050");
    field.clear().await.unwrap();
    field.send_keys("2030").await.unwrap();
    browser.click(&format!("{card} [data-confirm]")).await;
    browser.find(&format!("{card}.confirmed")).await;
    let bar = browser.find("#review-bar").await.text().await.unwrap();
    assert!(bar.contains("已确认1条"), "{bar}");

    // the keyboard goes on: the next open target has the focus, Enter confirms it
    let focused = browser.value("document.activeElement.dataset.number").await;
    assert_ne!(focused.as_str(), Some(number.as_str()));
    browser.driver.active_element().await.unwrap().send_keys("j").await.unwrap();
    assert_ne!(browser.value("document.activeElement.dataset.number").await, focused);

    confirm_everything(&browser).await;
    assert!(browser.find(".page-head .tag").await.text().await.unwrap().contains("已生效"));
    browser.assert_quiet().await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_wizard_without_scripts() {
    let Some(browser) = driver::open(Scripts::Off).await else { return };
    import(&browser, CITY, "990100").await;
    browser.click("[data-targets] .target [data-confirm]").await;
    browser.find(".target.confirmed").await;
    browser.click("[data-light]").await;
    assert!(browser.driver.current_url().await.unwrap().fragment().unwrap().starts_with('s'));
    confirm_everything(&browser).await;
    browser.close().await;
}
