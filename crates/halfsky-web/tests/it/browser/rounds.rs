//! The office's pages of reporting: rounds, duties, texts, missing data, messages.

use halfsky_web::testing::reporting::{self, HEALTH};

use super::driver::{Browser, Scripts, open};
use super::pages::{check_each, set_size};

const PATHS: [&str; 22] = [
    "/rounds",
    "/rounds?kind=text",
    "/rounds?q=none",
    "/rounds/990101/new",
    "/rounds/990101/calendar",
    "/rounds/990101/figures-2025",
    "/rounds/990101/figures-2025?state=submitted",
    "/rounds/990101/figures-2025/late",
    "/rounds/990101/figures-2025/reminders",
    "/rounds/990101/figures-2025/change",
    "/rounds/990101/figures-2025/extend?unit=education",
    "/rounds/990101/figures-2025/close",
    "/duties/990101",
    "/duties/990101?q=none",
    "/duties/990101/draw",
    "/duties/990101/hand-over",
    "/duties/990101/set",
    "/texts",
    "/texts/990101/texts-2025/health",
    "/missing/990101",
    "/missing/990101/edit",
    "/messages",
];

/// One unit has handed in, the other was reminded; the office is signed in.
async fn office() -> Option<Browser> {
    let browser = open(Scripts::On).await?;
    let store = browser.database.store.clone();
    reporting::settle(&store).await;
    reporting::hand_in(&store, HEALTH).await;
    browser.go("/rounds/990101/figures-2025").await;
    browser.click("input[name=unit][value=education]").await;
    browser.click("form[action$='/remind'] .primary").await;
    browser.find(".toast").await;
    Some(browser)
}

async fn check_all(size: &str, width: u32) {
    let Some(browser) = office().await else { return };
    set_size(&browser, size, width).await;
    check_each(&browser, &PATHS).await;
    browser.assert_quiet().await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rounds_on_a_wide_screen() {
    check_all("normal", 1366).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rounds_on_a_narrow_screen() {
    check_all("normal", 390).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rounds_in_large_type_on_a_narrow_screen() {
    check_all("large", 390).await;
}
