//! The accessibility checker axe-core, fetched from the lock like the other third-party files.

use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use super::driver::Browser;

/// Fails when the page breaks a rule of WCAG 2.1 A or AA.
pub(super) async fn check(browser: &Browser, axe: &str, path: &str) {
    browser.driver.execute(axe, Vec::new()).await.unwrap();
    let script = "const done = arguments[0]; axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']})
        .then(r => done(r.violations.map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.html + n.failureSummary).join(' | '))));";
    let found = browser.driver.execute_async(script, Vec::new()).await.unwrap();
    let found = found.json().as_array().unwrap().clone();
    assert!(found.is_empty(), "{path}: {found:#?}");
}

/// Its script, fetched once for all tests; None, with a printed message, where it cannot be fetched.
pub(super) fn script() -> Option<String> {
    static SCRIPT: OnceLock<Option<String>> = OnceLock::new();
    SCRIPT.get_or_init(fetch).clone()
}

fn fetch() -> Option<String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("axe");
    let script = folder.join("node_modules/axe-core/axe.min.js");
    if !script.is_file() {
        std::fs::create_dir_all(&folder).unwrap();
        for name in ["package.json", "package-lock.json"] {
            let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets");
            std::fs::copy(assets.join(name), folder.join(name)).unwrap();
        }
        let done = Command::new("npm")
            .args(["ci", "--ignore-scripts", "--no-audit"])
            .current_dir(&folder)
            .output();
        if !done.is_ok_and(|output| output.status.success()) {
            assert!(std::env::var("CI").as_deref() != Ok("true"), "CI needs npm and a network");
            println!("skipped: npm cannot fetch axe-core");
            return None;
        }
    }
    Some(std::fs::read_to_string(script).unwrap())
}
