//! Reports that wait for a unit: to be filled in, corrected, or checked by its reviewer.

use halfsky_monitor::role::Role;
use halfsky_monitor::submission::SubmissionState;

use super::Task;
use crate::account::Account;
use crate::app::App;
use crate::error::WebError;
use crate::pages::reporting::home::{self, Line};
use crate::pages::reporting::task::Rights;
use crate::permission::Action;
use crate::shell::Stage;
use crate::visit::Visit;

/// Every report this person has to do something about.
pub(crate) async fn waiting(app: &App, visit: &Visit) -> Result<Vec<Task>, WebError> {
    let appointed =
        |account: &Account| account.appointments.iter().any(|a| a.role == Role::Reporter);
    let rights = Rights {
        fills: visit.account.as_deref().is_some_and(appointed),
        reviews: visit.may_somewhere(Action::ReviewFigures),
    };
    if !rights.fills && !rights.reviews {
        return Ok(Vec::new());
    }
    let lines = home::lines(app, visit).await?;
    Ok(lines.into_iter().filter_map(|line| task(line, rights)).collect())
}

/// The task a report makes; None while nothing can be done. Filling in is the reporter's, checking the reviewer's.
fn task(line: Line, rights: Rights) -> Option<Task> {
    use SubmissionState as S;
    let (verb, note) = match line.state {
        _ if line.opens_in.is_some() => return None,
        S::AwaitingUnitReview if rights.reviews => ("审核", "待本单位审核".to_owned()),
        S::NotStarted if rights.fills => ("填报", format!("还没有开始填报{}", line.subject)),
        S::InProgress if rights.fills => ("填报", "填报中".to_owned()),
        S::Returned if rights.fills => ("修改", "已退回，请按原因修改后重新报送".to_owned()),
        _ => return None,
    };
    Some(Task {
        stage: Stage::Submission,
        title: format!("{verb}《{}》", line.title),
        note,
        due: Some(line.due),
        url: line.url,
        action: verb,
    })
}
