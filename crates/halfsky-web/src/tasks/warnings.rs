//! Warnings nobody has decided about yet, for the office.

use halfsky_evaluate::warning::Level;
use halfsky_store::warnings;

use super::Task;
use super::submitted::areas;
use crate::app::App;
use crate::error::WebError;
use crate::pages::warnings::url;
use crate::permission::Action;
use crate::shell::Stage;
use crate::visit::Visit;

/// One task for each region: how many warnings that may lead to a letter wait for a decision.
pub(crate) async fn waiting(app: &App, visit: &Visit) -> Result<Vec<Task>, WebError> {
    let mut list = Vec::new();
    for area in areas(app, visit, Action::Supervise).await? {
        let standing = warnings::standing(&app.store, &area).await?;
        let open = || {
            standing
                .iter()
                .filter(|w| w.decision.is_none() && w.to.and_then(Level::letter).is_some())
        };
        let (count, red) = (open().count(), open().filter(|w| w.to == Some(Level::Red)).count());
        if count > 0 {
            list.push(Task {
                stage: Stage::Supervision,
                title: format!("处理{count}条预警"),
                note: format!("其中红色{red}条"),
                due: None,
                url: url(&area),
                action: "处理",
            });
        }
    }
    Ok(list)
}
