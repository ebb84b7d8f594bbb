//! Texts that were handed in and wait for the office.

use halfsky_monitor::submission::SubmissionState;
use halfsky_store::tasks;

use super::Task;
use crate::app::App;
use crate::error::WebError;
use crate::pages::rounds::own_regions;
use crate::permission::Action;
use crate::published::region_name;
use crate::shell::Stage;
use crate::visit::Visit;

/// One task for each region where this person files texts and some wait.
pub(crate) async fn waiting(app: &App, visit: &Visit) -> Result<Vec<Task>, WebError> {
    let mut found = Vec::new();
    for code in own_regions(visit, Action::FileTexts) {
        let handed_in = tasks::in_state(&app.store, &code, SubmissionState::Submitted).await?;
        // figures are filled in on a form and go to the statistician
        let texts = handed_in.iter().filter(|task| task.form.is_none()).count();
        if texts > 0 {
            found.push(Task {
                stage: Stage::Submission,
                title: format!("备案{}文字材料", region_name(app, &code).await?),
                note: format!("{texts}份材料等待备案或退回"),
                due: None,
                url: "/texts?state=submitted".to_owned(),
                action: "处理",
            });
        }
    }
    Ok(found)
}
