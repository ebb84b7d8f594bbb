//! What each role sees: navigation, search, region switch, tasks, and what is refused.

use halfsky_monitor::role::Role;
use thirtyfour::prelude::*;

use super::driver::{Browser, Scripts, open};
use super::import;
use crate::house::WOMEN;

/// The words of the navigation.
async fn stages(browser: &Browser) -> Vec<String> {
    let mut words = Vec::new();
    for link in browser.driver.find_all(By::Css(".stages a")).await.unwrap() {
        let text = link.text().await.unwrap();
        words.push(
            text.split_whitespace().next().unwrap().trim_end_matches(char::is_numeric).to_owned(),
        );
    }
    words
}

async fn shows(browser: &Browser, css: &str) -> bool {
    !browser.driver.find_all(By::Css(css)).await.unwrap().is_empty()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_role_sees_its_work_and_no_more() {
    let Some(browser) = open(Scripts::On).await else { return };
    import(&browser, WOMEN, "990101").await;
    browser.sign_out().await;
    for role in Role::ALL {
        browser.sign_in(*role).await;
        browser.go("/").await;
        let name = role.label();
        let administers = role.is_administrator();
        let stages = stages(&browser).await;
        assert_eq!(stages[0], "总览", "{name}");
        assert_eq!(stages.iter().any(|s| s == "规划"), !administers, "{name}: {stages:?}");
        assert_eq!(stages.iter().any(|s| s == "指标"), !administers, "{name}: {stages:?}");
        assert_eq!(shows(&browser, ".topbar .search").await, !administers, "{name}");
        assert_eq!(shows(&browser, ".place").await, !administers, "{name}");
        browser.click(".menu summary").await;
        let menu = browser.find(".menu-box").await.text().await.unwrap();
        assert!(
            menu.contains(name) && menu.contains("我的账号") && menu.contains("修改密码"),
            "{name}: {menu}"
        );

        let office = *role == Role::CommitteeOffice;
        browser.go("/tasks").await;
        let tasks = browser.find("main").await.text().await.unwrap();
        assert_eq!(tasks.contains("核对《云溪县妇女发展规划"), office, "{name}: {tasks}");
        browser.go("/plans").await;
        let title = browser.find("h1").await.text().await.unwrap();
        assert_eq!(title, if administers { "不能访问" } else { "规划" }, "{name}");
        assert_eq!(shows(&browser, "a[href='/plans/import']").await, office, "{name}");
        browser.go("/plans/import").await;
        let title = browser.find("h1").await.text().await.unwrap();
        assert_eq!(title, if office { "导入规划" } else { "不能访问" }, "{name}");
        for (path, title, may) in [
            ("/account", "我的账号", true),
            ("/admin/security", "安全设置", *role == Role::SecurityAdministrator),
            ("/admin/audit", "审计", *role == Role::Auditor),
            ("/admin/audit/check", "核验", *role == Role::Auditor),
        ] {
            browser.go(path).await;
            let shown = browser.find("h1").await.text().await.unwrap();
            assert_eq!(shown, if may { title } else { "不能访问" }, "{name} {path}");
        }
        browser.sign_out().await;
    }
    browser.assert_quiet().await;
    browser.close().await;
}
