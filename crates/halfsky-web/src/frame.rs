//! What the top bar of every page shows: chosen region and year, what waits for the visitor, and the message
//! of the last action. Loaded once per request, before the page.

use std::collections::BTreeSet;

use axum::http::{HeaderMap, HeaderValue};
use halfsky_plan::ref_area::RefArea;
use halfsky_store::regions::Region;
use halfsky_store::{plans, regions};
use jiff::civil::Date;

use crate::account::Reach;
use crate::app::App;
use crate::error::WebError;
use crate::list::{Choice, Params};
use crate::pages::messages;
use crate::pages::rounds::own_regions;
use crate::parts::toast::{self, Toast};
use crate::permission::Action;
use crate::shell::Stage;
use crate::tasks::{self, Task};
use crate::text;
use crate::visit::{Visit, cookie};

const PLACE_COOKIE: &str = "halfsky_place";

/// The top bar.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    pub(crate) today: Date,
    /// Regions with a plan that are offered to switch to, in code order: the own ones, those around the chosen one,
    /// and those looked at before.
    pub(crate) places: Vec<Region>,
    /// There are more within reach than are offered.
    pub(crate) more: bool,
    /// The region that lists are about; None for all of them.
    pub(crate) region: Option<RefArea>,
    /// Years since the first plan began, the newest first.
    pub(crate) years: Vec<i16>,
    /// The year that pages are about.
    pub(crate) year: i16,
    /// What waits for the visitor, most pressing first.
    pub(crate) tasks: Vec<Task>,
    /// Messages the visitor has not read.
    pub(crate) unread: u64,
    pub(crate) toast: Option<Toast>,
    /// Regions looked at before, the last one first.
    recent: Vec<RefArea>,
    /// The address chose region or year: to be remembered.
    chosen: bool,
}

/// Regions right below one that are offered; the others are found by their name.
const OFFERED: usize = 40;

/// Regions looked at before that are remembered.
const RECENT: usize = 5;

impl Frame {
    /// A frame without anything to choose from.
    pub(crate) fn bare(today: Date) -> Self {
        Self {
            today,
            places: Vec::new(),
            more: false,
            region: None,
            years: Vec::new(),
            year: today.year() - 1,
            tasks: Vec::new(),
            unread: 0,
            toast: None,
            recent: Vec::new(),
            chosen: false,
        }
    }

    /// A frame with something of everything.
    #[cfg(test)]
    pub(crate) fn sample() -> Self {
        let region = |code: &str, name: &str| Region {
            code: code.parse().expect("a region code"),
            name: name.to_owned(),
            parent: None,
            level: halfsky_store::regions::RegionLevel::County,
        };
        Self {
            places: vec![region("990100", "云江市"), region("990101", "云溪县")],
            years: vec![2026, 2025, 2024],
            tasks: vec![tasks::drafts::task(crate::samples::summary())],
            unread: 2,
            toast: Some(Toast::new("已保存").with_link("查看", "/plans").with_undo("/undo")),
            ..Self::bare(jiff::civil::date(2026, 3, 5))
        }
    }

    /// Reads what the visitor chose and what waits for them.
    pub(crate) async fn load(
        app: &App,
        visit: &Visit,
        headers: &HeaderMap,
    ) -> Result<Self, WebError> {
        let mut frame = Self::bare(text::date(app.now()));
        frame.toast = cookie(headers, toast::COOKIE)
            .and_then(|sealed| Toast::open(sealed, &app.seal, &visit.token));
        let Some(account) = visit.account.as_deref() else { return Ok(frame) };
        frame.unread = messages::unread(app, account).await?;
        if let Some(first) = plans::first_year(&app.store).await? {
            let first = i16::try_from(first).unwrap_or(frame.year);
            frame.years = (first.min(frame.year)..=frame.today.year()).rev().collect();
        }
        let (path, query) = visit.here.split_once('?').unwrap_or((&visit.here, ""));
        let params = Params::read(path, query);
        let wish = Wish::read(&params, cookie(headers, PLACE_COOKIE).unwrap_or(""));
        let reads = visit.reach(app, Action::ReadPlan).await?;
        let offer = Offer::new(&reads, &own_regions(visit, Action::ReadPlan), &wish);
        let with_plans = regions::with_plans_among(&app.store, &offer.codes()).await?;
        (frame.places, frame.more) = offer.of(with_plans);
        frame.choose(wish);
        frame.tasks = tasks::all(app, visit).await?;
        Ok(frame)
    }

    /// The wish, where it can be fulfilled; else the only region there is.
    fn choose(&mut self, wish: Wish) {
        let known = self.places.iter().find(|r| Some(&r.code) == wish.region.as_ref());
        let only = self.places.first().filter(|_| self.places.len() == 1 && !self.more);
        self.region = known.or(only).map(|r| r.code.clone());
        self.year = wish.year.filter(|year| self.years.contains(year)).unwrap_or(self.year);
        self.recent = wish.recent;
        self.chosen = wish.chosen;
    }

    /// The cookie that remembers the choice of this address for a year.
    pub(crate) fn remember(&self) -> Option<HeaderValue> {
        let region = self.region.as_ref().map_or("", RefArea::as_str);
        let before = self.recent.iter().filter(|code| Some(*code) != self.region.as_ref());
        let recent = self.region.iter().chain(before).take(RECENT);
        let recent: Vec<&str> = recent.map(RefArea::as_str).collect();
        let cookie = format!(
            "{PLACE_COOKIE}={region}.{}.{}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax",
            self.year,
            recent.join("-")
        );
        HeaderValue::from_str(&cookie).ok().filter(|_| self.chosen)
    }

    /// The regions to switch between.
    pub(crate) fn region_choices(&self) -> Vec<Choice> {
        let chosen = self.region.as_ref().map_or("", RefArea::as_str);
        let several = self.places.len() > 1 || self.more;
        let all = several.then(|| Choice::new("", "全部地区", chosen));
        let each = self.places.iter().map(|r| Choice::new(r.code.as_str(), &*r.name, chosen));
        all.into_iter().chain(each).collect()
    }

    /// The years to switch between.
    pub(crate) fn year_choices(&self) -> Vec<Choice> {
        let chosen = self.year.to_string();
        self.years.iter().map(|y| Choice::new(y.to_string(), format!("{y}年"), &chosen)).collect()
    }

    /// How much waits in a stage.
    pub(crate) fn waiting(&self, stage: Stage) -> usize {
        self.tasks.iter().filter(|task| task.stage == stage).count()
    }
}

/// What the address asks for, else what was chosen before.
struct Wish {
    region: Option<RefArea>,
    year: Option<i16>,
    recent: Vec<RefArea>,
    /// The address names region or year.
    chosen: bool,
}

impl Wish {
    fn read(params: &Params, remembered: &str) -> Self {
        let mut parts = remembered.splitn(3, '.');
        let mut before = || parts.next().unwrap_or("");
        let (region, year, recent) = (before(), before(), before());
        Self {
            region: params.named("region").unwrap_or(region).parse().ok(),
            year: params.named("year").unwrap_or(year).parse().ok(),
            recent: recent.split('-').take(RECENT).filter_map(|code| code.parse().ok()).collect(),
            chosen: params.named("region").is_some() || params.named("year").is_some(),
        }
    }
}

/// The regions that may be offered: never more than a person can look through.
struct Offer {
    /// The own ones, the wished one with those above it, those looked at before.
    near: BTreeSet<RefArea>,
    /// Those right below.
    lower: Vec<RefArea>,
    /// Others lie within reach.
    more: bool,
}

impl Offer {
    fn new(reads: &Reach, own: &[RefArea], wish: &Wish) -> Self {
        let wished = wish.region.as_ref().filter(|region| reads.holds(region));
        let mut near: BTreeSet<RefArea> =
            wish.recent.iter().filter(|region| reads.holds(region)).cloned().collect();
        near.extend(own.iter().cloned());
        near.extend(wished.into_iter().flat_map(|region| reads.lineage(region)));
        let mut offer = Self { near, lower: Vec::new(), more: false };
        if reads.looks_down() {
            let middle = wished.map_or(own, std::slice::from_ref);
            offer.lower = middle.iter().flat_map(|region| reads.next_below(region)).collect();
            offer.lower.retain(|code| !offer.near.contains(code));
            offer.lower.sort();
            offer.lower.dedup();
            offer.more = reads.codes().len() > offer.near.len() + offer.lower.len();
        }
        offer
    }

    fn codes(&self) -> Vec<RefArea> {
        self.near.iter().chain(&self.lower).cloned().collect()
    }

    /// What is offered of those that have a plan, and whether there are more.
    fn of(self, with_plans: Vec<Region>) -> (Vec<Region>, bool) {
        let (mut offered, lower): (Vec<Region>, Vec<Region>) =
            with_plans.into_iter().partition(|region| self.near.contains(&region.code));
        let more = self.more || lower.len() > OFFERED;
        offered.extend(lower.into_iter().take(OFFERED));
        offered.sort_by(|a, b| a.code.cmp(&b.code));
        (offered, more)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use halfsky_store::regions::{RegionLevel, RegionTree};

    fn region(code: &str) -> Region {
        let code: RefArea = code.parse().unwrap();
        let (level, parent) = (RegionLevel::of(&code), regions::above(&code));
        Region { name: format!("地区{code}"), parent, level, code }
    }

    fn chosen(codes: &[&str], query: &str, remembered: &str) -> (String, i16) {
        let mut frame = Frame::bare("2026-03-05".parse().unwrap());
        frame.places = codes.iter().map(|code| region(code)).collect();
        frame.years = vec![2026, 2025, 2024];
        frame.choose(Wish::read(&Params::read("/", query), remembered));
        (frame.region.map_or_else(String::new, |r| r.to_string()), frame.year)
    }

    #[test]
    fn the_address_decides_before_what_is_remembered() {
        let both = ["990100", "990101"];
        let check = |query, remembered, region: &str, year| {
            assert_eq!(chosen(&both, query, remembered), (region.to_owned(), year), "{query}");
        };
        check("", "", "", 2025);
        check("", "990101.2024", "990101", 2024);
        check("", "990101.2024.990100-990101", "990101", 2024);
        check("region=990100", "990101.2024", "990100", 2024);
        check("region=", "990101.2024", "", 2024);
        check("year=2026", "990101.2024", "990101", 2026);
        check("region=110000&year=1999", "", "", 2025);
    }

    #[test]
    fn the_only_region_is_chosen() {
        assert_eq!(chosen(&["990101"], "region=", ""), ("990101".to_owned(), 2025));
    }

    /// A province with 30 cities of 100 counties each; all have plans.
    fn province() -> Vec<Region> {
        let cities = (1..=30).map(|city| format!("98{city:02}00"));
        let counties =
            (1..=30).flat_map(|city| (0..=99).map(move |at| format!("98{city:02}{at:02}")));
        let codes: BTreeSet<String> =
            std::iter::once("980000".to_owned()).chain(cities).chain(counties).collect();
        codes.iter().map(|code| region(code)).collect()
    }

    fn offered(query: &str, remembered: &str) -> (Vec<String>, bool) {
        let all = province();
        let own: Vec<RefArea> = vec!["980000".parse().unwrap()];
        let reads = Reach::below(&own[0], RegionTree::of(&all));
        let wish = Wish::read(&Params::read("/", query), remembered);
        let offer = Offer::new(&reads, &own, &wish);
        let codes: BTreeSet<RefArea> = offer.codes().into_iter().collect();
        let with_plans = all.into_iter().filter(|region| codes.contains(&region.code)).collect();
        let (places, more) = offer.of(with_plans);
        (places.into_iter().map(|region| region.code.to_string()).collect(), more)
    }

    #[test]
    fn however_many_regions_there_are_few_are_offered() {
        let (start, more) = offered("", "");
        assert_eq!((start.len(), more), (31, true), "the province and its cities");
        let (county, more) = offered("region=980107", "980205.2025.980205-980301");
        assert_eq!(county, ["980000", "980100", "980107", "980205", "980301"]);
        assert!(more);
        let (city, more) = offered("region=980100", "");
        assert!(city.len() <= 2 + OFFERED && city.contains(&"980101".to_owned()) && more);
        // what lies out of reach is not offered, whatever a cookie says
        let (forged, _) = offered("region=110000", "110000.2025.110101-120000");
        assert_eq!(forged, start);
    }

    #[test]
    fn the_regions_looked_at_last_are_remembered() {
        let mut frame = Frame::bare("2026-03-05".parse().unwrap());
        frame.places = vec![region("990100"), region("990101")];
        let wish = Wish::read(&Params::read("/", "region=990101"), "990100.2025.990100-990101-1-2");
        frame.choose(wish);
        let cookie = frame.remember().unwrap();
        assert!(cookie.to_str().unwrap().starts_with("halfsky_place=990101.2025.990101-990100;"));
    }
}
