//! Drafts of plans that wait for a review.

use halfsky_store::plans::{self, PlanSummary};

use super::Task;
use crate::app::App;
use crate::error::WebError;
use crate::pages::plan::{PlanKey, review_url};
use crate::permission::Action;
use crate::shell::Stage;
use crate::visit::Visit;

/// Every draft this person may review, with what is still open in it.
pub(crate) async fn waiting(app: &App, visit: &Visit) -> Result<Vec<Task>, WebError> {
    let reviews = visit.reach(app, Action::EditPlan).await?.codes();
    Ok(plans::drafts(&app.store, &reviews).await?.into_iter().map(task).collect())
}

/// The task a draft makes.
pub(crate) fn task(plan: PlanSummary) -> Task {
    let title = format!("核对《{}》第{}版", plan.title, plan.number);
    let note = open(plan.pending, plan.unchecked);
    let key = PlanKey { ref_area: plan.ref_area, plan_id: plan.plan_id };
    let url = review_url(&key.version(plan.number));
    Task { stage: Stage::Plan, title, note, due: None, url, action: "核对" }
}

/// What is left to do in a draft.
fn open(pending: usize, unchecked: usize) -> String {
    let mut words = Vec::new();
    if pending > 0 {
        words.push(format!("{pending}条待确认"));
    }
    if unchecked > 0 {
        words.push(format!("{unchecked}条未核对"));
    }
    if words.is_empty() {
        "全部核对完毕，等待确认生效".to_owned()
    } else {
        words.join("，")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_tells_what_is_open() {
        let task = task(crate::samples::summary());
        assert_eq!(task.note, "2条待确认，2条未核对");
        assert!(task.title.starts_with("核对《云溪县") && task.url.ends_with("/review"));
        assert_eq!(open(0, 0), "全部核对完毕，等待确认生效");
    }
}
