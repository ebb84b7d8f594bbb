//! What waits for a person, from every module: one file per source below `tasks/`, one line in [`all`].

mod backup;
mod cases;
pub(crate) mod drafts;
pub(crate) mod duties;
pub(crate) mod rounds;
pub(crate) mod texts;
mod reporting;
pub(crate) mod submitted;
pub(crate) mod unpublished;
pub(crate) mod verification;
mod warnings;

use crate::app::App;
use crate::error::WebError;
use crate::parts::due::Due;
use crate::shell::Stage;
use crate::visit::Visit;

/// Something that waits for the visitor.
#[derive(Debug, Clone)]
pub(crate) struct Task {
    /// The module it comes from: tasks are counted beside its entry in the navigation.
    pub(crate) stage: Stage,
    pub(crate) title: String,
    /// What is to be done, in a few words.
    pub(crate) note: String,
    pub(crate) due: Option<Due>,
    pub(crate) url: String,
    /// The verb on the button.
    pub(crate) action: &'static str,
}

/// Everything that waits, overdue first, then by date; what has no date comes last.
pub(crate) async fn all(app: &App, visit: &Visit) -> Result<Vec<Task>, WebError> {
    let mut list = Vec::new();
    list.extend(drafts::waiting(app, visit).await?);
    list.extend(rounds::waiting(app, visit).await?);
    list.extend(duties::waiting(app, visit).await?);
    list.extend(texts::waiting(app, visit).await?);
    list.extend(reporting::waiting(app, visit).await?);
    list.extend(submitted::waiting(app, visit).await?);
    list.extend(unpublished::waiting(app, visit).await?);
    list.extend(warnings::waiting(app, visit).await?);
    list.extend(cases::waiting(app, visit).await?);
    list.extend(backup::waiting(app, visit).await?);
    list.extend(verification::waiting(app, visit).await?);
    sort(&mut list);
    Ok(list)
}

fn sort(list: &mut [Task]) {
    list.sort_by(|a, b| {
        let key = |task: &Task| (task.due.is_none(), task.due.as_ref().map(|d| d.date));
        key(a).cmp(&key(b)).then_with(|| a.title.cmp(&b.title))
    });
}
