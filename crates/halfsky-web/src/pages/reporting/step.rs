//! A step on the way of a report, with the person who takes it; the rules are those of `halfsky_monitor::submission`.

use halfsky_monitor::submission::{Circumstances, Refusal, Step, Submission};
use halfsky_monitor::validation::{Explanation, Finding};
use halfsky_store::notifications::{ByMail, Notification, Recipient};

use super::task::Work;
use crate::app::App;
use crate::error::WebError;
use crate::visit::Visit;

/// What the step is judged by, beside the round and the day.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Checked<'a> {
    pub(crate) findings: &'a [Finding],
    pub(crate) explanations: &'a [Explanation],
}

/// The submission after a step, or why it is not taken.
pub(crate) fn take(
    app: &App,
    visit: &Visit,
    work: &Work,
    step: &Step,
    checked: Checked<'_>,
) -> Result<Submission, Refusal> {
    let now = app.now().to_string();
    let circumstances = Circumstances {
        round: &work.round.round,
        today: visit.frame.today,
        now: &now,
        findings: checked.findings,
        explanations: checked.explanations,
    };
    let (next, _) = work.task.submission.apply(step, &work.actor(visit), &circumstances)?;
    Ok(next)
}

/// A refusal as the answer of a page.
pub(crate) fn refused(refusal: &Refusal) -> WebError {
    WebError::Refused(format!("{refusal}。"))
}

/// What is told to the people of a unit or to those with a role.
pub(crate) fn message(
    app: &App,
    work: &Work,
    to: Recipient,
    (kind, title): (&str, String),
    content: String,
) -> Notification {
    Notification {
        id: app.new_id(),
        to,
        kind: kind.to_owned(),
        title,
        content,
        link: work.url(),
        created_at: app.now(),
        by_mail: ByMail::Yes,
    }
}
