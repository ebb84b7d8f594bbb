//! Every page on wide and narrow screens, in both text sizes: nothing wider than the screen, nothing that
//! axe-core finds, nothing that breaks the content policy.

use halfsky_monitor::role::Role;

use super::driver::{Browser, Scripts, open};
use super::{axe, import};
use crate::house::WOMEN;

/// Address of the draft that was imported.
async fn draft(browser: &Browser) -> String {
    import(browser, WOMEN, "990101").await;
    let review = browser.value("location.pathname").await.as_str().unwrap().to_owned();
    review.trim_end_matches("/review").to_owned()
}

/// Every page that can be looked at while a draft waits.
async fn paths(browser: &Browser) -> Vec<String> {
    let version = draft(browser).await;
    let plan = version.split("/versions").next().unwrap();
    let mut paths: Vec<String> = [
        "/",
        "/tasks",
        "/search",
        "/search?q=%E5%AD%95%E4%BA%A7%E5%A6%87",
        "/plans",
        "/plans?q=none",
        "/plans/import",
        "/indicators",
        "/indicators/W-H02",
        "/account",
        "/account/password",
        "/account/second-factor",
        "/nowhere",
    ]
    .map(str::to_owned)
    .to_vec();
    paths.extend(["/review", "/confirm", "/discard", ""].map(|end| format!("{version}{end}")));
    paths.extend(["?open=all", "/alignment", "/changes"].map(|end| format!("{plan}{end}")));
    if cfg!(debug_assertions) {
        paths.push("/components".to_owned());
    }
    paths
}

/// The pages of the three administrators, for each.
const ADMINISTRATION: [(Role, &[&str]); 3] = [
    (
        Role::SystemAdministrator,
        &[
            "/admin",
            "/admin/accounts",
            "/admin/accounts/reporter",
            "/admin/accounts/new",
            "/admin/accounts/list",
            "/admin/backup",
            "/admin/organs",
            "/admin/regions",
            "/admin/tokens",
            "/admin/units",
        ],
    ),
    (
        Role::SecurityAdministrator,
        &[
            "/admin",
            "/admin/security",
            "/admin/accounts/reporter",
            "/admin/accounts/reporter/second-factor",
        ],
    ),
    (
        Role::Auditor,
        &[
            "/admin",
            "/admin/audit",
            "/admin/audit?q=none",
            "/admin/audit/entries/000000/1",
            "/admin/audit/check",
            "/admin/audit/anchors",
            "/admin/audit/anchors/1",
            "/admin/audit/settings",
        ],
    ),
];

/// What reaches beyond the right edge and does not lie in something that scrolls.
const TOO_WIDE: &str = "Array.from(document.querySelectorAll('main *'))
    .filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('.frame'))
    .map(e => e.tagName + '.' + e.className + ' ' + Math.round(e.getBoundingClientRect().right)).slice(0, 12)";

/// Makes the window so wide, and the type normal or large.
pub(super) async fn set_size(browser: &Browser, size: &str, width: u32) {
    println!("{size}, {width}");
    browser.driver.set_window_rect(0, 0, width, 900).await.unwrap();
    browser.go("/").await;
    if size == "large" {
        browser.click(".display button").await;
        browser.find("html[data-size=large]").await;
    }
}

/// Checks pages one after the other.
pub(super) async fn check_each(browser: &Browser, paths: &[impl AsRef<str>]) {
    let script = axe::script();
    for path in paths {
        println!("{}", path.as_ref());
        check(browser, script.as_deref(), path.as_ref()).await;
    }
}

async fn check(browser: &Browser, script: Option<&str>, path: &str) {
    browser.go(path).await;
    let over = browser.value("document.documentElement.scrollWidth - window.innerWidth").await;
    let wide = browser.value(TOO_WIDE).await;
    assert!(over.as_i64().unwrap() <= 0, "{path}: {over} px too wide: {wide}");
    if let Some(script) = script {
        axe::check(browser, script, path).await;
    }
}

async fn check_all(size: &str, width: u32) {
    let Some(browser) = open(Scripts::On).await else { return };
    let paths = paths(&browser).await;
    set_size(&browser, size, width).await;
    check_each(&browser, &paths).await;
    for (role, paths) in ADMINISTRATION {
        browser.sign_out().await;
        browser.sign_in(role).await;
        if role == Role::Auditor {
            browser.go("/admin/audit/anchors").await;
            browser.click("main form .primary").await;
            browser.find("dl.facts code").await;
            browser.go("/admin/audit/check").await;
            browser.click("main form .primary").await;
            browser.find(".alert.done").await;
        }
        println!("{role:?}");
        check_each(&browser, paths).await;
    }
    browser.assert_quiet().await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_on_a_wide_screen() {
    check_all("normal", 1366).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_on_a_narrow_screen() {
    check_all("normal", 390).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_in_large_type_on_a_wide_screen() {
    check_all("large", 1366).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_in_large_type_on_a_narrow_screen() {
    check_all("large", 390).await;
}
