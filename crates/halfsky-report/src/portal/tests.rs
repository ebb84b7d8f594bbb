use std::collections::BTreeSet;
use std::path::Path;

use super::*;
use crate::draft::testing::Scene;

fn with<R>(look: impl FnOnce(&Portal<'_>) -> R) -> R {
    let report = PublishedReport {
        id: "annual-2025".to_owned(),
        title: "2025年统计监测报告".to_owned(),
        date: "2026年7月1日".to_owned(),
        article: "<article class=\"document\"><p class=\"title\">2025年统计监测报告</p><p>正文</p></article>".to_owned(),
        files: vec![("annual-2025.pdf".to_owned(), b"%PDF".to_vec())],
    };
    Scene::new().with(|material| {
        let (plans, reports) = ([*material], [report]);
        look(&Portal { region: "示例县", plans: &plans, reports: &reports, place: Place::Files })
    })
}

fn text(portal: &Portal<'_>, path: &str) -> String {
    String::from_utf8(portal.page(path).unwrap_or_else(|| panic!("no {path}")).bytes).unwrap()
}

/// What an address means on a page.
fn resolved(page: &str, address: &str) -> String {
    match (page.rsplit_once('/'), address.strip_prefix("../")) {
        (Some(_), Some(top)) => top.to_owned(),
        (Some((folder, _)), None) => format!("{folder}/{address}"),
        (None, _) => address.to_owned(),
    }
}

fn is_page(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|ending| ending == "html")
}

#[test]
fn every_path_has_a_page_and_every_link_a_goal() {
    with(|portal| {
        let paths: BTreeSet<String> = portal.paths().into_iter().collect();
        assert_eq!(paths.len(), portal.paths().len(), "each once");
        for path in paths.iter().filter(|p| is_page(p)) {
            let html = text(portal, path);
            for link in html.split("href=\"").skip(1).filter_map(|l| l.split('"').next()) {
                if link.starts_with('#') {
                    continue;
                }
                let goal = resolved(path, link);
                assert!(paths.contains(&goal), "{path} leads to {goal}");
            }
        }
        assert_eq!(portal.page("nothing.html"), None);
        assert_eq!(portal.page("indicators/nothing.html"), None);
    });
}

#[test]
fn pages_run_nothing_and_fetch_their_style_alone() {
    with(|portal| {
        for path in portal.paths().iter().filter(|p| is_page(p)) {
            let html = text(portal, path);
            for forbidden in ["<script", " style=", "<style", "http:", "https:", " src="] {
                // the name space of a drawing is no address that is fetched
                let plain = html.replace("http://www.w3.org/2000/svg", "");
                assert!(!plain.contains(forbidden), "{path}: {forbidden}");
            }
            assert_eq!(html.matches("<h1>").count(), 1, "{path}");
            assert!(html.contains("lang=\"zh-CN\"") && html.contains("<main"), "{path}");
        }
    });
}

#[test]
fn an_indicator_shows_chart_figures_targets_and_meaning() {
    let code = Scene::new().code("孕产妇死亡率");
    with(|portal| {
        let html = text(portal, &format!("indicators/{code}.html"));
        for words in ["<svg", "<td class=\"num\">9.8</td>", "规划目标", "计算方法"] {
            assert!(html.contains(words), "{words}");
        }
        let csv = text(portal, &format!("indicators/{code}.csv"));
        assert!(csv.contains("2025年,9.8"), "{csv}");
    });
}

#[test]
fn a_report_is_read_and_kept() {
    with(|portal| {
        let html = text(portal, "reports/annual-2025.html");
        assert!(html.contains("<p class=\"title\">2025年统计监测报告</p>"));
        let file = portal.page("reports/annual-2025.pdf").unwrap();
        assert_eq!(file, Page { media_type: "application/pdf", bytes: b"%PDF".to_vec() });
    });
}

#[test]
fn a_region_that_published_nothing_says_so() {
    let portal = Portal { region: "示例县", plans: &[], reports: &[], place: Place::Files };
    assert!(text(&portal, "index.html").contains("尚未公布监测数据"));
    assert!(text(&portal, "reports.html").contains("尚未公布报告"));
}

#[test]
fn the_same_data_makes_the_same_site() {
    let site = |portal: &Portal<'_>| {
        portal.paths().iter().map(|p| portal.page(p).unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(with(site), with(site));
}
