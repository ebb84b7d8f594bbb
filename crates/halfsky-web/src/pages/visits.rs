//! 督导检查: visits with a checklist by target; what is not in order may become a case.

pub(crate) mod list;
pub(crate) mod new;
pub(crate) mod visit;

use axum::routing::{MethodRouter, get};
use halfsky_evaluate::run::TargetResult;
use halfsky_monitor::organisation::standard_name;
use halfsky_plan::ref_area::RefArea;
use halfsky_plan::version::PlanId;
use halfsky_store::evaluations;

use crate::app::App;
use crate::error::WebError;
use crate::evaluating::plans_in_force;
use crate::pages::cases;
use crate::pages::rounds::Area;
use crate::shell::Shell;
use crate::visit::Visit;

/// The routes of this group.
pub(crate) fn routes() -> Vec<(&'static str, MethodRouter<App>)> {
    vec![
        ("/visits/{ref_area}", get(list::show)),
        ("/visits/{ref_area}/new", get(new::ask).post(new::save)),
        ("/visits/{ref_area}/{visit}", get(visit::show).post(visit::open)),
        ("/visits/{ref_area}/{visit}/files/{position}", get(visit::file)),
    ]
}

/// The visits of a region.
pub(crate) fn url(ref_area: &RefArea) -> String {
    format!("/visits/{ref_area}")
}

/// The targets a unit leads, by the newest evaluation of every plan in force.
async fn led_by(
    app: &App,
    area: &Area,
    unit: &str,
) -> Result<Vec<(PlanId, TargetResult)>, WebError> {
    let name = standard_name(unit);
    let mut found = Vec::new();
    for plan in plans_in_force(&app.store, Some(&area.code), i32::MAX).await? {
        let stored = evaluations::newest(&app.store, &area.code, &plan.plan_id).await?;
        let targets = stored.into_iter().flat_map(|s| s.run.targets);
        let led = targets.filter(|t| t.lead.iter().any(|lead| standard_name(lead) == name));
        found.extend(led.map(|t| (plan.plan_id.clone(), t)));
    }
    Ok(found)
}

/// The frame of a page of this group.
fn shell(visit: &Visit, area: &Area, title: impl Into<String>) -> Shell {
    cases::shell(visit, area, title)
}
