//! 报送轮次: rounds of figures and texts, from the calendar of the plan to the last reminder.

pub(crate) mod board;
pub(crate) mod calendar;
pub(crate) mod change;
pub(crate) mod close;
pub(crate) mod extend;
pub(crate) mod hand_down;
pub(crate) mod late;
pub(crate) mod list;
pub(crate) mod new;
pub(crate) mod remind;
pub(crate) mod reminders;
pub(crate) mod window;

use std::collections::BTreeMap;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use axum::routing::{MethodRouter, get, post};
use halfsky_monitor::definition::Level;
use halfsky_monitor::reporting::UnitId;
use halfsky_monitor::round::{Round, RoundSubject};
use halfsky_plan::ref_area::RefArea;
use halfsky_store::Store;
use halfsky_store::regions::{self, Region, RegionLevel};
use halfsky_store::rounds::{self, RoundId, StoredRound};
use halfsky_store::units::{self, StoredUnit};
use jiff::civil::Date;

use crate::app::App;
use crate::error::WebError;
use crate::permission::{self, Action};
use crate::shell::{Shell, Stage};
use crate::visit::Visit;

/// Where the group starts.
pub(crate) const PATH: &str = "/rounds";

/// The routes of this group.
pub(crate) fn routes() -> Vec<(&'static str, MethodRouter<App>)> {
    vec![
        (PATH, get(list::show)),
        ("/rounds/{ref_area}/new", get(new::show).post(new::go_on)),
        ("/rounds/{ref_area}/calendar", get(calendar::show)),
        ("/rounds/{ref_area}/{round}", get(board::show)),
        ("/rounds/{ref_area}/{round}/change", get(change::show).post(change::save)),
        ("/rounds/{ref_area}/{round}/extend", get(extend::ask).post(extend::grant)),
        ("/rounds/{ref_area}/{round}/close", get(close::ask).post(close::close)),
        ("/rounds/{ref_area}/{round}/hand-down", get(hand_down::ask).post(hand_down::hand_down)),
        ("/rounds/{ref_area}/{round}/remind", post(remind::send)),
        ("/rounds/{ref_area}/{round}/late", get(late::show)),
        ("/rounds/{ref_area}/{round}/reminders", get(reminders::show)),
    ]
}

/// The region an address names, with its name.
#[derive(Debug, Clone)]
pub(crate) struct Area {
    pub(crate) code: RefArea,
    pub(crate) name: String,
    /// Decides which indicators have a true value here.
    pub(crate) level: Level,
}

impl Area {
    pub(crate) fn of(region: Region) -> Self {
        let level = match region.level {
            RegionLevel::Province => Level::Province,
            RegionLevel::City => Level::City,
            RegionLevel::County => Level::County,
            RegionLevel::Town | RegionLevel::Village => Level::Township,
        };
        Self { code: region.code, name: region.name, level }
    }

    /// The region of a code.
    pub(crate) async fn find(store: &Store, code: &str) -> Result<Self, WebError> {
        let missing = || WebError::NotFound("没有这个地区。请从列表重新进入。".to_owned());
        let code: RefArea = code.parse().map_err(|_| missing())?;
        regions::find(store, &code).await?.map(Self::of).ok_or_else(missing)
    }

    #[cfg(test)]
    pub(crate) fn sample() -> Self {
        let code = "990101".parse().expect("a region code");
        Self { code, name: "云溪县".to_owned(), level: Level::County }
    }
}

/// Takes the region out of the address; its permission was checked before.
impl FromRequestParts<App> for Area {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, WebError> {
        let missing = || WebError::NotFound("没有这个地区。请从列表重新进入。".to_owned());
        let names = Path::<BTreeMap<String, String>>::from_request_parts(parts, app).await;
        let Path(names) = names.map_err(|_| missing())?;
        let code = names.get(permission::REGION_PART).ok_or_else(missing)?;
        Self::find(&app.store, code).await
    }
}

/// A round of a region, as an address names it, with the units of the region.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) area: Area,
    pub(crate) stored: StoredRound,
    pub(crate) units: UnitNames,
}

impl Place {
    pub(crate) fn url(&self) -> String {
        round_url(&self.area.code, &self.stored.id)
    }

    pub(crate) fn round(&self) -> &Round {
        &self.stored.round
    }

    /// The round's name in audit entries.
    pub(crate) fn object(&self) -> String {
        format!("round {}", self.stored.id.0)
    }

    /// The frame of a page below the board of the round.
    pub(crate) fn shell(&self, visit: &Visit, title: &str) -> Shell {
        shell(visit, title).under(self.round().title.clone(), self.url())
    }
}

impl FromRequestParts<App> for Place {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, WebError> {
        let area = Area::from_request_parts(parts, app).await?;
        let missing = || WebError::NotFound("没有这一轮报送。请从列表重新进入。".to_owned());
        let names = Path::<BTreeMap<String, String>>::from_request_parts(parts, app).await;
        let Path(names) = names.map_err(|_| missing())?;
        let id = RoundId(names.get("round").ok_or_else(missing)?.clone());
        let stored = match rounds::load(&app.store, &area.code, &id).await {
            Err(halfsky_store::Error::NotFound(_)) => return Err(missing()),
            other => other?,
        };
        let units = UnitNames::load(&app.store, &area.code).await?;
        Ok(Self { area, stored, units })
    }
}

/// The units of a region by id.
#[derive(Debug, Clone, Default)]
pub(crate) struct UnitNames(BTreeMap<UnitId, StoredUnit>);

impl UnitNames {
    /// All units of a region, also those of the past.
    pub(crate) async fn load(
        store: &Store,
        ref_area: &RefArea,
    ) -> Result<Self, halfsky_store::Error> {
        let list = units::list(store, Some(ref_area)).await?;
        Ok(Self(list.into_iter().map(|u| (UnitId(u.unit.id.0.clone()), u)).collect()))
    }

    /// The full name; the id where the unit is not known.
    pub(crate) fn name(&self, id: &UnitId) -> String {
        self.0.get(id).map_or_else(|| id.0.clone(), |u| u.unit.name.clone())
    }

    /// The units that exist on a day, with their full names.
    pub(crate) fn on(&self, day: Date) -> BTreeMap<UnitId, String> {
        let holds = |(_, u): &(&UnitId, &StoredUnit)| u.unit.validity.holds_on(day);
        self.0.iter().filter(holds).map(|(id, u)| (id.clone(), u.unit.name.clone())).collect()
    }

    /// Every unit with its names, for matching what a plan prints.
    pub(crate) fn stored(&self) -> impl Iterator<Item = (&UnitId, &StoredUnit)> {
        self.0.iter()
    }

    #[cfg(test)]
    pub(crate) fn sample() -> Self {
        use halfsky_monitor::unit::{ResponsibleUnit, UnitKind};
        use halfsky_monitor::validity::Validity;
        let unit = |id: &str, name: &str| {
            let unit = ResponsibleUnit {
                id: halfsky_monitor::unit::UnitId(id.to_owned()),
                ref_area: "990101".parse().expect("a region code"),
                name: name.to_owned(),
                short_name: String::new(),
                kind: UnitKind::Government,
                parent: None,
                validity: Validity::from(jiff::civil::date(2021, 1, 1)),
            };
            (UnitId(id.to_owned()), StoredUnit { unit, revision: 1 })
        };
        Self([unit("health", "县卫生健康局"), unit("education", "县教育局")].into())
    }
}

/// The frame of a page of this group.
pub(crate) fn shell(visit: &Visit, title: &str) -> Shell {
    Shell::new(visit, Stage::Submission, title).under("报送轮次", PATH)
}

/// The address of the board of a round.
pub(crate) fn round_url(ref_area: &RefArea, id: &RoundId) -> String {
    format!("{PATH}/{ref_area}/{}", id.0)
}

/// What a round collects, in words: 2025年数据, 2025年实施方案备案.
pub(crate) fn subject_words(subject: &RoundSubject) -> String {
    match subject {
        RoundSubject::Figures(period) => format!("{}数据", period.label()),
        RoundSubject::Text { kind, year } => {
            // “年度落实情况” brings its 年 along
            let label = kind.label();
            format!("{year}年{}", label.strip_prefix('年').unwrap_or(label))
        }
    }
}

/// The regions that a list is about: the one chosen in the top bar, else the own ones and all others with a plan,
/// as far as this person may.
pub(crate) async fn codes_within(
    visit: &Visit,
    app: &App,
    action: Action,
) -> Result<Vec<RefArea>, WebError> {
    let reach = visit.reach(app, action).await?;
    if let Some(chosen) = visit.frame.region.as_ref().filter(|code| reach.holds(code)) {
        return Ok(vec![chosen.clone()]);
    }
    if visit.frame.region.is_some() {
        return Ok(Vec::new());
    }
    let mut codes = own_regions(visit, action);
    // whoever looks no further has no need of the others
    if reach.looks_down() {
        let planned = regions::with_plans(&app.store).await?;
        codes.extend(planned.into_iter().map(|r| r.code).filter(|code| reach.holds(code)));
        codes.sort();
        codes.dedup();
    }
    Ok(codes)
}

/// As [`codes_within`], with their names.
pub(crate) async fn regions_within(
    visit: &Visit,
    app: &App,
    action: Action,
) -> Result<Vec<Area>, WebError> {
    let codes = codes_within(visit, app, action).await?;
    Ok(regions::among(&app.store, &codes).await?.into_iter().map(Area::of).collect())
}

/// The regions of the appointments that allow an action: the own ones, not those below.
pub(crate) fn own_regions(visit: &Visit, action: Action) -> Vec<RefArea> {
    let Some(account) = visit.account.as_deref() else { return Vec::new() };
    let grants = permission::grants(&account.appointments, action);
    let mut regions: Vec<RefArea> = grants.map(|(held, _)| held.ref_area.clone()).collect();
    regions.sort();
    regions.dedup();
    regions
}
