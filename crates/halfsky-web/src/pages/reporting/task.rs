//! One task: which one an address names, who may do what in it, and its page: the grid or the text.

use axum::extract::{Path, State};
use halfsky_monitor::period::Period;
use halfsky_monitor::reporting::UnitId;
use halfsky_monitor::round::{RoundSubject, Window};
use halfsky_monitor::submission::{Actor, SubmissionState};
use halfsky_monitor::unit::UnitId as ResponsibleId;
use halfsky_store::rounds::{self, RoundId, StoredRound};
use halfsky_store::tasks::{self, StoredTask, TaskKey};
use halfsky_store::units;

use super::{grid, text};
use crate::app::App;
use crate::error::WebError;
use crate::list::Params;
use crate::pages::Answer;
use crate::parts::due::Due;
use crate::permission::Action;
use crate::shell::{Shell, Stage};
use crate::visit::Visit;

/// The parts of the address of a task: region, round, unit.
pub(crate) type TaskPath = Path<(String, String, String)>;

/// What somebody may do in a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rights {
    pub(crate) fills: bool,
    pub(crate) reviews: bool,
}

/// A task with its round, seen by somebody.
#[derive(Debug, Clone)]
pub(crate) struct Work {
    pub(crate) task: StoredTask,
    pub(crate) round: StoredRound,
    pub(crate) unit: String,
    pub(crate) rights: Rights,
}

/// `GET /reporting/{ref_area}/{round}/{unit}`
pub(crate) async fn show(
    visit: Visit,
    State(app): State<App>,
    Path(parts): TaskPath,
    params: Params,
) -> Answer {
    let work = load(&app, &visit, &parts).await?;
    match work.round.round.subject {
        RoundSubject::Figures(_) => grid::show(&app, &visit, &work, &params).await,
        RoundSubject::Text { .. } => text::show(&app, &visit, &work).await,
    }
}

/// The key an address names.
pub(crate) fn key(parts: &(String, String, String)) -> Result<TaskKey, WebError> {
    let (area, round, unit) = parts;
    let ref_area = area
        .parse()
        .map_err(|_| WebError::NotFound("没有这项报送任务。请从报送列表重新进入。".to_owned()))?;
    Ok(TaskKey { ref_area, round: RoundId(round.clone()), unit: UnitId(unit.clone()) })
}

/// The address of a task.
pub(crate) fn url(key: &TaskKey) -> String {
    format!("/reporting/{}/{}/{}", key.ref_area, key.round.0, key.unit.0)
}

/// Reads the task an address names.
pub(crate) async fn load(
    app: &App,
    visit: &Visit,
    parts: &(String, String, String),
) -> Result<Work, WebError> {
    let key = key(parts)?;
    let task = tasks::load(&app.store, &key).await?;
    let round = rounds::load(&app.store, &key.ref_area, &key.round).await?;
    let id = ResponsibleId(key.unit.0.clone());
    let found = units::find(&app.store, &key.ref_area, &id).await?;
    let unit = found.map_or_else(|| key.unit.0.clone(), |stored| stored.unit.name);
    let account = visit.account()?;
    let place = (&key.ref_area, Some(&id));
    let rights = Rights {
        fills: account.may(app, Action::ReportFigures, place).await?,
        reviews: account.may(app, Action::ReviewFigures, place).await?,
    };
    Ok(Work { task, round, unit, rights })
}

impl Work {
    /// Its key.
    pub(crate) const fn key(&self) -> &TaskKey {
        &self.task.key
    }

    /// Its address.
    pub(crate) fn url(&self) -> String {
        url(&self.task.key)
    }

    /// How far it is.
    pub(crate) const fn state(&self) -> SubmissionState {
        self.task.submission.state
    }

    /// The period of its figures; what asks for one in a round of texts is told so.
    pub(crate) fn period(&self) -> Result<Period, WebError> {
        match self.round.round.subject {
            RoundSubject::Figures(period) => Ok(period),
            RoundSubject::Text { .. } => {
                Err(WebError::NotFound("这项任务报送的是材料，没有数据表。".to_owned()))
            }
        }
    }

    /// As whom the visitor acts.
    pub(crate) fn actor(&self, visit: &Visit) -> Actor {
        let (name, unit) = (visit.actor(), self.task.key.unit.clone());
        if self.rights.reviews {
            Actor::UnitReviewer { name, unit }
        } else {
            Actor::Reporter { name, unit }
        }
    }

    /// Whether the visitor may change what is filled in now.
    pub(crate) fn is_open(&self, visit: &Visit) -> bool {
        use SubmissionState as S;
        let state = matches!(self.state(), S::NotStarted | S::InProgress | S::Returned);
        let unit = &self.task.key.unit;
        let takes =
            self.task.submission.correcting || self.round.round.takes(unit, visit.frame.today);
        self.rights.fills && state && takes
    }

    /// The last day for this unit.
    pub(crate) fn due(&self, visit: &Visit) -> Due {
        Due::on(self.round.round.due_for(&self.task.key.unit), visit.frame.today)
    }

    /// Why nothing can be filled in although the state would allow it; empty otherwise.
    pub(crate) fn closed_because(&self, visit: &Visit) -> String {
        if !self.rights.fills || self.task.submission.correcting || self.is_open(visit) {
            return String::new();
        }
        let unit = &self.task.key.unit;
        let round = &self.round.round;
        match round.window(unit, visit.frame.today) {
            Window::NotYet(days) => format!("报送窗口{days}天后开放，现在只能查看。"),
            Window::Over(_) if !round.takes(unit, visit.frame.today) => {
                "报送已截止，现在只能查看；如需补报，请向妇儿工委办公室申请延期。".to_owned()
            }
            Window::Open(_) | Window::Over(_) => String::new(),
        }
    }

    /// The frame of a page about this task; the task's own page has no title of its own.
    pub(crate) fn shell(&self, visit: &Visit, title: Option<&str>) -> Shell {
        let name = &self.round.round.title;
        match title {
            None => Shell::new(visit, Stage::Submission, name.clone()).under("报送", "/reporting"),
            Some(title) => Shell::new(visit, Stage::Submission, title)
                .under("报送", "/reporting")
                .under(name.clone(), self.url()),
        }
    }
}
