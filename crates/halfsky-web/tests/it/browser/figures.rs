//! The pages of the statistician and of those who read published figures, on wide and narrow screens.

use halfsky_monitor::role::Role;
use halfsky_web::testing::reporting::{self, EDUCATION, HEALTH};

use super::driver::{Browser, Scripts, open};
use super::pages::{check_each, set_size};

const PATHS: [&str; 19] = [
    "/review",
    "/review?state=all",
    "/review?q=none",
    "/review/990101/accept",
    "/review/990101/figures-2025/health",
    "/review/990101/figures-2025/health?show=all",
    "/review/990101/figures-2025/education",
    "/review/990101/figures-2025/education/reopen",
    "/editions/990101",
    "/editions/990101/2025/publish",
    "/editions/990101/2024/1",
    "/editions/990101/2024/1?view=public",
    "/data/990101",
    "/data/990101?sex=all&residence=all",
    "/data/990101/by-sex",
    "/data/990101/C-H10",
    "/data/990101/W-H02?view=public",
    "/data/990101/C-H10/trail?period=2024&source=full_count",
    "/indicators/C-H10",
];

/// Both units have handed in, one of them is accepted; the statistician is signed in.
async fn statistician() -> Option<Browser> {
    let browser = open(Scripts::On).await?;
    let store = browser.database.store.clone();
    reporting::settle(&store).await;
    for unit in [HEALTH, EDUCATION] {
        reporting::hand_in(&store, unit).await;
    }
    browser.sign_out().await;
    browser.sign_in(Role::Statistician).await;
    browser.go("/review/990101/figures-2025/education").await;
    browser.click("button[formaction$='/accept']").await;
    browser.find(".toast").await;
    Some(browser)
}

async fn check_all(size: &str, width: u32) {
    let Some(browser) = statistician().await else { return };
    set_size(&browser, size, width).await;
    check_each(&browser, &PATHS).await;
    browser.assert_quiet().await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_on_a_wide_screen() {
    check_all("normal", 1366).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_on_a_narrow_screen() {
    check_all("normal", 390).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_in_large_type_on_a_narrow_screen() {
    check_all("large", 390).await;
}
