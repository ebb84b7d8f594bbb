//! 地区汇总: how the regions below one region report, and how they compare in an indicator and in their scores.

pub(crate) mod choose;
pub(crate) mod indicator;
pub(crate) mod reporting;
pub(crate) mod scores;

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use axum::routing::{MethodRouter, get};
use halfsky_plan::ref_area::RefArea;
use halfsky_store::regions::{self, Region, RegionLevel};

use crate::account::Reach;
use crate::app::App;
use crate::error::WebError;
use crate::list::{Choice, Listing, Params};
use crate::pages::rounds::Area;
use crate::pages::{Answer, page};
use crate::parts::tab::Tab;
use crate::permission::Action;
use crate::shell::{Shell, Stage};
use crate::visit::Visit;

/// Where the group starts.
pub(crate) const PATH: &str = "/regions";

/// The routes of this group.
pub(crate) fn routes() -> Vec<(&'static str, MethodRouter<App>)> {
    vec![
        (PATH, get(show)),
        (choose::PATH, get(choose::show)),
        ("/regions/{ref_area}", get(reporting::show)),
        ("/regions/{ref_area}/indicator", get(indicator::show)),
        ("/regions/{ref_area}/scores", get(scores::show)),
    ]
}

/// A region with regions below it, as the list shows it.
struct Row {
    region: Region,
    below: usize,
}

#[derive(Template)]
#[template(path = "regions/list.html")]
struct ListPage {
    shell: Shell,
    nothing: bool,
    list: Listing<Row>,
}

/// `GET /regions`: leads to the only or chosen region that has others below it.
async fn show(visit: Visit, State(app): State<App>, params: Params) -> Answer {
    let reach = visit.reach(&app, Action::ReadFigures).await?;
    let all = regions::list(&app.store).await?;
    let mut below: BTreeMap<&RefArea, usize> = BTreeMap::new();
    for upper in all.iter().filter_map(|region| region.parent.as_ref()) {
        *below.entry(upper).or_default() += 1;
    }
    let row =
        |region: &Region| Some(Row { below: *below.get(&region.code)?, region: region.clone() });
    let within = all.iter().filter(|region| reach.holds(&region.code));
    let rows: Vec<Row> = within.filter_map(row).collect();
    let chosen = visit.frame.region.as_ref();
    let only = match &rows[..] {
        [only] => Some(only),
        rows => rows.iter().find(|row| Some(&row.region.code) == chosen),
    };
    if let Some(row) = only.filter(|_| !params.filters(&["q"])) {
        return Ok(Redirect::to(&format!("{PATH}/{}", row.region.code)).into_response());
    }
    let nothing = rows.is_empty();
    let words = params.value("q");
    let fits = |row: &Row| row.region.name.contains(words) || row.region.code.as_str() == words;
    let rows: Vec<Row> = rows.into_iter().filter(fits).collect();
    page(&ListPage {
        shell: Shell::new(&visit, Stage::Data, "地区汇总"),
        nothing,
        list: Listing::new(&params, rows, &["q"], ""),
    })
}

/// The regions below one region that a visitor may read, one level of them.
pub(super) struct Below {
    pub(super) area: Area,
    pub(super) regions: Vec<Region>,
    /// The levels there are below, with the chosen one marked; empty where there is only one.
    pub(super) levels: Vec<Choice>,
}

impl Below {
    /// The nearest level below unless the address names another one.
    pub(super) async fn load(
        visit: &Visit,
        app: &App,
        (area, params): (Area, &Params),
        action: Action,
    ) -> Result<Self, WebError> {
        let reach = visit.reach(app, action).await?;
        let all = regions::list(&app.store).await?;
        let below: BTreeSet<RefArea> =
            regions::tree(&app.store).await?.below(&area.code).into_iter().collect();
        let regions = all.into_iter().filter(|r| below.contains(&r.code)).collect();
        Ok(Self::chosen(area, regions, &reach, params))
    }

    fn chosen(area: Area, regions: Vec<Region>, reach: &Reach, params: &Params) -> Self {
        let mut regions: Vec<Region> =
            regions.into_iter().filter(|r| reach.holds(&r.code)).collect();
        let known: BTreeSet<RegionLevel> = regions.iter().map(|r| r.level).collect();
        let asked = RegionLevel::from_code(params.value("level")).filter(|l| known.contains(l));
        let level = asked.or_else(|| known.first().copied());
        regions.retain(|r| Some(r.level) == level);
        let chosen = level.map_or("", RegionLevel::code);
        let levels = known.iter().map(|l| Choice::new(l.code(), l.label(), chosen)).collect();
        let levels: Vec<Choice> = if known.len() > 1 { levels } else { Vec::new() };
        Self { area, regions, levels }
    }

    pub(super) fn codes(&self) -> Vec<RefArea> {
        self.regions.iter().map(|region| region.code.clone()).collect()
    }
}

/// The pages of a region.
fn tabs(area: &RefArea, here: &str) -> Vec<Tab> {
    [("报送情况", ""), ("指标比较", "/indicator"), ("综合得分", "/scores")]
        .into_iter()
        .map(|(label, path)| Tab {
            current: here == label,
            ..Tab::new(label, format!("{PATH}/{area}{path}"))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn region(code: &str, name: &str) -> Region {
        let code: RefArea = code.parse().unwrap();
        Region {
            level: RegionLevel::of(&code),
            parent: regions::above(&code),
            name: name.to_owned(),
            code,
        }
    }

    #[test]
    fn one_level_is_shown_and_only_what_is_within_reach() {
        let all =
            || vec![region("980100", "甲市"), region("980121", "乙县"), region("980122", "丙县")];
        let area = || Area { code: "980000".parse().unwrap(), ..Area::sample() };
        let of = |reach: &Reach, query: &str| {
            let below = Below::chosen(area(), all(), reach, &Params::read("/", query));
            let names: Vec<String> = below.regions.iter().map(|r| r.name.clone()).collect();
            (names.join("、"), below.levels.len())
        };
        let everywhere = Reach::everywhere();
        assert_eq!(of(&everywhere, ""), ("甲市".to_owned(), 2));
        assert_eq!(of(&everywhere, "level=county"), ("乙县、丙县".to_owned(), 2));
        assert_eq!(of(&everywhere, "level=village"), ("甲市".to_owned(), 2));
        assert_eq!(of(&Reach::default(), ""), (String::new(), 0));
    }

    #[test]
    fn without_regions_the_list_says_why() {
        let list = Listing::new(&Params::read(PATH, ""), Vec::new(), &["q"], "");
        let shell = Shell::new(&Visit::sample(), Stage::Data, "地区汇总");
        let html = ListPage { shell, nothing: true, list }.render().unwrap();
        assert!(html.contains("没有可以汇总的地区"), "{html}");
    }
}
