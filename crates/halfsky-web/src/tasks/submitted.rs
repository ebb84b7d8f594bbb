//! Submissions that wait for the statistician.

use halfsky_monitor::round::RoundSubject;
use halfsky_monitor::submission::SubmissionState;
use halfsky_plan::ref_area::RefArea;
use halfsky_store::rounds;
use halfsky_store::tasks::{self, StoredTask};

use super::Task;
use crate::app::App;
use crate::error::WebError;
use crate::pages::review::{unit_name, unit_names, url};
use crate::permission::Action;
use crate::shell::Stage;
use crate::visit::Visit;

/// The regions in which somebody may do something.
pub(super) async fn areas(
    app: &App,
    visit: &Visit,
    action: Action,
) -> Result<Vec<RefArea>, WebError> {
    Ok(visit.reach(app, action).await?.codes())
}

/// Every submission of figures this person may decide about.
pub(crate) async fn waiting(app: &App, visit: &Visit) -> Result<Vec<Task>, WebError> {
    let mut list = Vec::new();
    for area in areas(app, visit, Action::ApproveFigures).await? {
        let submitted = tasks::in_state(&app.store, &area, SubmissionState::Submitted).await?;
        let submitted: Vec<StoredTask> =
            submitted.into_iter().filter(|task| task.form.is_some()).collect();
        if submitted.is_empty() {
            continue;
        }
        let names = unit_names(app, &area).await?;
        let rounds = rounds::list(&app.store, &area).await?;
        for task in submitted {
            let round = rounds.iter().find(|round| round.id == task.key.round);
            let Some(round) = round.filter(|r| matches!(r.round.subject, RoundSubject::Figures(_)))
            else {
                continue;
            };
            let unit = unit_name(&names, &task.key.unit);
            list.push(Task {
                stage: Stage::Approval,
                title: format!("审核{unit} {}", round.round.title),
                note: format!("第{}次报送", task.submission.version),
                due: None,
                url: url(&task.key),
                action: "审核",
            });
        }
    }
    Ok(list)
}
