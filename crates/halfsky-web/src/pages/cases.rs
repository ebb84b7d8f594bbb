//! 督办: the board of cases, the page of a case, its steps and its letters.

pub(crate) mod board;
pub(crate) mod case;
pub(crate) mod letter;
pub(crate) mod step;

use axum::extract::State;
use axum::routing::{MethodRouter, get, post};
use halfsky_monitor::reporting::UnitId;
use halfsky_plan::ref_area::RefArea;
use halfsky_store::supervision::{self, CaseId, StoredCase};

use crate::app::App;
use crate::error::WebError;
use crate::pages::Answer;
use crate::pages::evaluations::first;
use crate::pages::rounds::{Area, UnitNames};
use crate::permission::Action;
use crate::shell::{Shell, Stage};
use crate::visit::Visit;

/// Where the group starts.
pub(crate) const PATH: &str = "/cases";

/// The routes of this group.
pub(crate) fn routes() -> Vec<(&'static str, MethodRouter<App>)> {
    vec![
        (PATH, get(start)),
        ("/cases/{ref_area}", get(board::show)),
        ("/cases/{ref_area}/{case}", get(case::show)),
        ("/cases/{ref_area}/{case}/office", post(step::by_office)),
        ("/cases/{ref_area}/{case}/units/{unit}", post(step::by_unit)),
        ("/cases/{ref_area}/{case}/letter", get(letter::ask).post(letter::send)),
        ("/cases/{ref_area}/{case}/letters/{position}", get(letter::show)),
        ("/cases/{ref_area}/{case}/letters/{position}/file", get(letter::file)),
        ("/cases/{ref_area}/{case}/files/{sequence}/{position}", get(case::file)),
    ]
}

/// `GET /cases`
async fn start(visit: Visit, State(app): State<App>) -> Answer {
    first(&visit, &app, PATH).await
}

/// The board of a region.
pub(crate) fn url(ref_area: &RefArea) -> String {
    format!("{PATH}/{ref_area}")
}

/// The page of a case.
pub(crate) fn case_url(ref_area: &RefArea, id: &CaseId) -> String {
    format!("{}/{}", url(ref_area), id.0)
}

/// A case with the names of the units and what the visitor may do in it.
pub(crate) struct Work {
    pub(crate) area: Area,
    pub(crate) stored: StoredCase,
    pub(crate) units: UnitNames,
    /// The visitor acts for the office.
    pub(crate) office: bool,
    /// Units of the case the visitor may answer for.
    pub(crate) own: Vec<String>,
    /// The visitor may see small counts.
    pub(crate) small_counts: bool,
}

impl Work {
    /// Loads a case of a region.
    pub(crate) async fn load(
        visit: &Visit,
        app: &App,
        area: Area,
        case: &str,
    ) -> Result<Self, WebError> {
        let missing = || WebError::NotFound("没有这件督办。请从督办列表重新进入。".to_owned());
        let id = CaseId(case.to_owned());
        let stored = match supervision::load(&app.store, &area.code, &id).await {
            Err(halfsky_store::Error::NotFound(_)) => return Err(missing()),
            other => other?,
        };
        let mut own = Vec::new();
        for unit in
            stored.case.lead().into_iter().chain(stored.case.support().iter().map(String::as_str))
        {
            let id = halfsky_monitor::unit::UnitId(unit.to_owned());
            let account = visit.account()?;
            if account.may(app, Action::AnswerSupervision, (&area.code, Some(&id))).await? {
                own.push(unit.to_owned());
            }
        }
        Ok(Self {
            units: UnitNames::load(&app.store, &area.code).await?,
            office: visit.may(app, Action::Supervise, &area.code).await?,
            small_counts: visit.may(app, Action::ReadSmallCounts, &area.code).await?,
            area,
            stored,
            own,
        })
    }

    /// Its address.
    pub(crate) fn url(&self) -> String {
        case_url(&self.area.code, &self.stored.head.id)
    }

    /// The name of a unit.
    pub(crate) fn unit(&self, id: &str) -> String {
        self.units.name(&UnitId(id.to_owned()))
    }

    /// Letters tell figures: they are for those who may see all of them, and for the units they went to.
    pub(crate) fn reads_letters(&self) -> bool {
        self.small_counts || !self.own.is_empty()
    }
}

/// The frame of a page below the board of a region.
pub(crate) fn shell(visit: &Visit, area: &Area, title: impl Into<String>) -> Shell {
    Shell::new(visit, Stage::Supervision, title).under("督办", url(&area.code))
}
