//! 审核: what units have handed in, accepted, sent back, or opened again.

pub(crate) mod bulk;
pub(crate) mod decide;
mod lines;
pub(crate) mod queue;
pub(crate) mod reopen;
pub(crate) mod submission;

use std::collections::BTreeMap;

use axum::extract::Path;
use axum::routing::{MethodRouter, get, post};
use halfsky_monitor::data_set::DataSet;
use halfsky_monitor::period::Period;
use halfsky_monitor::reporting::UnitId;
use halfsky_monitor::round::RoundSubject;
use halfsky_monitor::submission::{Actor, Circumstances, Refusal, Step, Submission, Transition};
use halfsky_plan::ref_area::RefArea;
use halfsky_store::audit::SealedEntry;
use halfsky_store::audit::search::{self, Filter, From};
use halfsky_store::rounds::{self, RoundId, StoredRound};
use halfsky_store::tasks::{self, StoredTask, TaskKey};
use halfsky_store::{data_sets, units};

use crate::app::App;
use crate::error::WebError;
use crate::text;
use crate::visit::Visit;

/// Steps of one task that its history shows.
const STEPS_SHOWN: usize = 100;

/// The routes of this group.
pub(crate) fn routes() -> Vec<(&'static str, MethodRouter<App>)> {
    vec![
        ("/review", get(queue::show)),
        ("/review/{ref_area}/accept", get(bulk::ask).post(bulk::accept)),
        ("/review/{ref_area}/{round}/{unit}", get(submission::show)),
        ("/review/{ref_area}/{round}/{unit}/accept", post(decide::accept)),
        ("/review/{ref_area}/{round}/{unit}/return", post(decide::send_back)),
        ("/review/{ref_area}/{round}/{unit}/reopen", get(reopen::ask).post(reopen::reopen)),
        ("/review/{ref_area}/{round}/{unit}/scans/{number}/{position}", get(submission::scan)),
    ]
}

/// The address of a submission.
pub(crate) fn url(key: &TaskKey) -> String {
    format!("/review/{}/{}/{}", key.ref_area, key.round.0, key.unit.0)
}

fn nothing() -> WebError {
    WebError::NotFound("没有这份报送。请从审核列表重新进入。".to_owned())
}

/// Reads the three parts of the address of a submission.
fn key_of(ref_area: &str, round: &str, unit: &str) -> Result<TaskKey, WebError> {
    Ok(TaskKey {
        ref_area: ref_area.parse().map_err(|_| nothing())?,
        round: RoundId(round.to_owned()),
        unit: UnitId(unit.to_owned()),
    })
}

/// The names of the units of a region.
pub(crate) async fn unit_names(
    app: &App,
    ref_area: &RefArea,
) -> Result<BTreeMap<UnitId, String>, WebError> {
    let units = units::list(&app.store, Some(ref_area)).await?;
    let name =
        |u: units::StoredUnit| (UnitId(u.unit.id.0.clone()), u.unit.listed_name().to_owned());
    Ok(units.into_iter().map(name).collect())
}

/// The name of a unit; its id where nobody registered it.
pub(crate) fn unit_name(names: &BTreeMap<UnitId, String>, unit: &UnitId) -> String {
    names.get(unit).cloned().unwrap_or_else(|| unit.0.clone())
}

/// The parts of the address of a submission: region, round, unit.
type CasePath = Path<(String, String, String)>;

/// One task with what a decision about it rests on.
pub(crate) struct Case {
    pub(crate) task: StoredTask,
    pub(crate) round: StoredRound,
    pub(crate) form: DataSet,
    pub(crate) period: Period,
    pub(crate) unit: String,
}

impl Case {
    /// Loads the task an address names.
    async fn at(app: &App, Path((area, round, unit)): &CasePath) -> Result<Self, WebError> {
        Self::load(app, &key_of(area, round, unit)?).await
    }

    /// Loads a task of figures; texts are the business of the office.
    pub(crate) async fn load(app: &App, key: &TaskKey) -> Result<Self, WebError> {
        let task = tasks::load(&app.store, key).await?;
        let round = rounds::load(&app.store, &key.ref_area, &key.round).await?;
        let (Some(form), RoundSubject::Figures(period)) = (&task.form, &round.round.subject) else {
            return Err(WebError::NotFound(
                "这是文字材料，由妇儿工委办公室审核。请从审核列表选择数据报送。".to_owned(),
            ));
        };
        let form = data_sets::load(&app.store, &key.ref_area, form).await?;
        let period = *period;
        let unit = unit_name(&unit_names(app, &key.ref_area).await?, &key.unit);
        Ok(Self { task, round, form, period, unit })
    }

    fn key(&self) -> &TaskKey {
        &self.task.key
    }

    /// The task in words, as the audit log names it.
    fn subject(&self) -> String {
        format!("{} {}", self.unit, self.round.round.title)
    }

    /// Takes a step as the statistician, or says why not.
    fn step(
        &self,
        visit: &Visit,
        app: &App,
        step: &Step,
    ) -> Result<(Submission, Transition), Refusal> {
        let now = app.now();
        let circumstances = Circumstances {
            round: &self.round.round,
            today: text::date(now),
            now: &now.to_string(),
            findings: &[],
            explanations: &[],
        };
        let actor = Actor::Approver { name: visit.actor() };
        self.task.submission.apply(step, &actor, &circumstances)
    }
}

/// A step that the rules of submissions refuse.
fn refused(refusal: &Refusal) -> WebError {
    WebError::Refused(format!("{refusal}。请刷新页面，查看这份报送现在的状态。"))
}

/// Every step of a task that was logged, newest first.
async fn history(app: &App, key: &TaskKey) -> Result<Vec<SealedEntry>, WebError> {
    let filter = Filter {
        ref_area: Some(key.ref_area.clone()),
        action: "task".to_owned(),
        object: key.object(),
        ..Filter::default()
    };
    Ok(search::find(&app.store, &filter, &From::Newest, STEPS_SHOWN).await?.entries)
}

/// When and by whom something was handed in.
fn submitted(head: &halfsky_store::submissions::SubmissionHead) -> String {
    text::minute(head.submitted.at)
}

/// The first characters of a hash, as they are compared by eye.
fn short_hash(hash: &str) -> String {
    hash.chars().take(16).collect()
}
