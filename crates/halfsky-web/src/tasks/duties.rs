//! Indicators of the plans in force that nobody leads.

use halfsky_store::duties;

use super::Task;
use crate::app::App;
use crate::error::WebError;
use crate::pages::duties::url;
use crate::pages::rounds::own_regions;
use crate::permission::Action;
use crate::published::region_name;
use crate::shell::Stage;
use crate::text;
use crate::visit::Visit;

/// One task for each region this person manages where something has no lead.
pub(crate) async fn waiting(app: &App, visit: &Visit) -> Result<Vec<Task>, WebError> {
    let today = text::date(app.now());
    let mut found = Vec::new();
    for code in own_regions(visit, Action::ManageRounds) {
        let without = duties::without_lead(&app.store, &code, today).await?.len();
        if without > 0 {
            found.push(Task {
                stage: Stage::Submission,
                title: format!("指定{}填报单位", region_name(app, &code).await?),
                note: format!("已生效规划用到的{without}个指标没有牵头单位"),
                due: None,
                url: url(&code),
                action: "指定",
            });
        }
    }
    Ok(found)
}
