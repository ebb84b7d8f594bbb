//! Rounds with units that are late.

use halfsky_store::rounds;
use jiff::civil::Date;

use super::Task;
use crate::app::App;
use crate::error::WebError;
use crate::pages::rounds::list::{self, Row};
use crate::pages::rounds::{Area, own_regions};
use crate::parts::due::Due;
use crate::permission::Action;
use crate::shell::Stage;
use crate::text;
use crate::visit::Visit;

/// Every round with overdue units in the regions this person manages.
pub(crate) async fn waiting(app: &App, visit: &Visit) -> Result<Vec<Task>, WebError> {
    let today = text::date(app.now());
    let mut found = Vec::new();
    for code in own_regions(visit, Action::ManageRounds) {
        // most regions have no round that is over: one statement tells
        let stored = rounds::list(&app.store, &code).await?;
        if stored.iter().all(|s| s.round.due >= today) {
            continue;
        }
        let area = Area::find(&app.store, code.as_str()).await?;
        let rows = list::rows(app, &area, today).await?;
        found.extend(rows.iter().filter_map(|row| task(row, today)));
    }
    Ok(found)
}

fn task(row: &Row, today: Date) -> Option<Task> {
    (row.overdue > 0).then(|| Task {
        stage: Stage::Submission,
        title: format!("催报“{}”", row.round.title),
        note: format!("{}个单位逾期未报，已报{}个", row.overdue, row.completeness.count),
        due: Some(Due::on(row.round.due, today)),
        url: format!("{}?state=overdue", row.url),
        action: "催报",
    })
}
