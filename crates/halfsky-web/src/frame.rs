//! What the top bar of every page shows: chosen region and year, what waits for the visitor, and the message
//! of the last action. Loaded once per request, before the page.

use axum::http::{HeaderMap, HeaderValue};
use halfsky_plan::ref_area::RefArea;
use halfsky_store::regions::Region;
use halfsky_store::{plans, regions};
use jiff::civil::Date;

use crate::app::App;
use crate::error::WebError;
use crate::list::{Choice, Params};
use crate::pages::messages;
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
    /// Regions with a plan, in code order.
    pub(crate) regions: Vec<Region>,
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
    /// The address chose region or year: to be remembered.
    chosen: bool,
}

impl Frame {
    /// A frame without anything to choose from.
    pub(crate) fn bare(today: Date) -> Self {
        Self {
            today,
            regions: Vec::new(),
            region: None,
            years: Vec::new(),
            year: today.year() - 1,
            tasks: Vec::new(),
            unread: 0,
            toast: None,
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
            regions: vec![region("990100", "云江市"), region("990101", "云溪县")],
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
        let reads = visit.reach(app, Action::ReadPlan).await?;
        frame.regions = regions::with_plans(&app.store).await?;
        frame.regions.retain(|region| reads.holds(&region.code));
        if let Some(first) = plans::first_year(&app.store).await? {
            let first = i16::try_from(first).unwrap_or(frame.year);
            frame.years = (first.min(frame.year)..=frame.today.year()).rev().collect();
        }
        let (path, query) = visit.here.split_once('?').unwrap_or((&visit.here, ""));
        frame.choose(&Params::read(path, query), cookie(headers, PLACE_COOKIE).unwrap_or(""));
        frame.tasks = tasks::all(app, visit).await?;
        Ok(frame)
    }

    /// The address decides, then what was chosen before, then the only region there is.
    fn choose(&mut self, params: &Params, remembered: &str) {
        let (old_region, old_year) = remembered.split_once('.').unwrap_or(("", ""));
        let region = params.named("region").unwrap_or(old_region);
        let year = params.named("year").unwrap_or(old_year);
        self.chosen = params.named("region").is_some() || params.named("year").is_some();
        let known = self.regions.iter().find(|r| r.code.as_str() == region);
        let only = self.regions.first().filter(|_| self.regions.len() == 1);
        self.region = known.or(only).map(|r| r.code.clone());
        let year = year.parse().ok().filter(|year| self.years.contains(year));
        self.year = year.unwrap_or(self.year);
    }

    /// The cookie that remembers the choice of this address for a year.
    pub(crate) fn remember(&self) -> Option<HeaderValue> {
        let region = self.region.as_ref().map_or("", RefArea::as_str);
        let cookie = format!(
            "{PLACE_COOKIE}={region}.{}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax",
            self.year
        );
        HeaderValue::from_str(&cookie).ok().filter(|_| self.chosen)
    }

    /// The regions that pages are about: the chosen one, or all within reach.
    pub(crate) fn within(&self) -> Vec<RefArea> {
        match &self.region {
            Some(region) => vec![region.clone()],
            None => self.regions.iter().map(|region| region.code.clone()).collect(),
        }
    }

    /// The regions to switch between.
    pub(crate) fn region_choices(&self) -> Vec<Choice> {
        let chosen = self.region.as_ref().map_or("", RefArea::as_str);
        let all = (self.regions.len() > 1).then(|| Choice::new("", "全部地区", chosen));
        let each = self.regions.iter().map(|r| Choice::new(r.code.as_str(), &*r.name, chosen));
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

#[cfg(test)]
mod tests {
    use super::*;
    use halfsky_store::regions::RegionLevel;

    fn chosen(codes: &[&str], query: &str, remembered: &str) -> (String, i16) {
        let mut frame = Frame::bare("2026-03-05".parse().unwrap());
        let region = |code: &&str| Region {
            code: code.parse().unwrap(),
            name: String::new(),
            parent: None,
            level: RegionLevel::County,
        };
        frame.regions = codes.iter().map(region).collect();
        frame.years = vec![2026, 2025, 2024];
        frame.choose(&Params::read("/", query), remembered);
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
        check("region=990100", "990101.2024", "990100", 2024);
        check("region=", "990101.2024", "", 2024);
        check("year=2026", "990101.2024", "990101", 2026);
        check("region=110000&year=1999", "", "", 2025);
    }

    #[test]
    fn the_only_region_is_chosen() {
        assert_eq!(chosen(&["990101"], "region=", ""), ("990101".to_owned(), 2025));
    }
}
