//! 选择地区: finds a region by its name or code, for those who may read more of them than the top bar can offer.

use askama::Template;
use axum::extract::State;
use halfsky_plan::ref_area::RefArea;
use halfsky_store::regions::{self, Region, RegionLevel};

use crate::app::App;
use crate::list::{Choice, Listing, Params};
use crate::pages::{Answer, page};
use crate::permission::Action;
use crate::shell::{Shell, Stage};
use crate::visit::Visit;

/// Where the page is.
pub(crate) const PATH: &str = "/regions/choose";

const FILTERS: [&str; 2] = ["q", "level"];

/// A region that can be chosen.
struct Row {
    region: Region,
    /// Name of the region above; empty where it is not known.
    above: String,
    url: String,
}

#[derive(Template)]
#[template(path = "regions/choose.html")]
struct ChoosePage {
    shell: Shell,
    /// The page to go on with.
    to: &'static str,
    nothing: bool,
    levels: Vec<Choice>,
    list: Listing<Row>,
}

/// `GET /regions/choose?to=…&q=…`
pub(crate) async fn show(visit: Visit, State(app): State<App>, params: Params) -> Answer {
    let reads = visit.reach(&app, Action::ReadPlan).await?;
    let all = regions::with_plans(&app.store).await?;
    let within: Vec<Region> = all.into_iter().filter(|r| reads.holds(&r.code)).collect();
    page(&choose_page(&visit, &within, &params))
}

fn choose_page(visit: &Visit, within: &[Region], params: &Params) -> ChoosePage {
    let shell = Shell::new(visit, Stage::None, "选择地区");
    // only the first pages of stages: an address of a stranger leads nowhere
    let to = shell.stages().map(|(_, path, _)| path).find(|path| *path == params.value("to"));
    let to = to.unwrap_or("/");
    let level = RegionLevel::from_code(params.value("level"));
    let words = params.value("q");
    let fits = |region: &&Region| {
        (region.name.contains(words) || region.code.as_str().starts_with(words))
            && level.is_none_or(|level| level == region.level)
    };
    let row = |region: &Region| Row {
        above: region.parent.as_ref().map_or_else(String::new, |code| name_of(within, code)),
        url: format!("{to}?region={}&year={}", region.code, visit.frame.year),
        region: region.clone(),
    };
    let rows = within.iter().filter(fits).map(row).collect();
    let mut levels = vec![Choice::new("", "全部级别", params.value("level"))];
    let known = RegionLevel::ALL.iter().filter(|l| within.iter().any(|r| r.level == **l));
    levels.extend(known.map(|l| Choice::new(l.code(), l.label(), params.value("level"))));
    ChoosePage {
        to,
        nothing: within.is_empty(),
        levels,
        list: Listing::new(params, rows, &FILTERS, "").keeping(&["to"]),
        shell,
    }
}

fn name_of(known: &[Region], code: &RefArea) -> String {
    // they come in code order
    let found = known.binary_search_by(|region| region.code.cmp(code));
    found.map_or_else(|_| String::new(), |at| known[at].name.clone())
}

#[cfg(test)]
mod tests {
    use super::super::tests::region;
    use super::*;

    fn draw(query: &str) -> String {
        let within = [region("980100", "甲市"), region("980121", "乙县"), region("980122", "丙县")];
        choose_page(&Visit::sample(), &within, &Params::read(PATH, query)).render().unwrap()
    }

    #[test]
    fn a_region_is_found_by_name_or_code_and_leads_on() {
        let html = draw("to=/rounds&q=乙");
        assert!(html.contains("href=\"/rounds?region=980121&#38;year=2025\""), "{html}");
        assert!(html.contains("甲市") && !html.contains("丙县</a>"));
        assert!(draw("q=980122").contains("丙县</a>"));
        assert!(
            draw("level=city").contains("甲市</a>") && !draw("level=city").contains("乙县</a>")
        );
        assert_eq!(html, draw("to=/rounds&q=乙"));
    }

    #[test]
    fn a_page_of_strangers_is_not_gone_to() {
        for to in ["//evil.example", "https://evil.example", "/plans/import", "javascript:x"] {
            let html = draw(&format!("to={to}"));
            assert!(html.contains("href=\"/?region=980100"), "{to}");
        }
    }

    #[test]
    fn nothing_found_leaves_a_way_back() {
        let html = draw("to=/rounds&q=庚");
        assert!(html.contains("没有符合条件的地区"));
        assert!(html.contains("href=\"/regions/choose?to=%2Frounds\""), "{html}");
    }
}
