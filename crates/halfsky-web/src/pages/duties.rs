//! 填报任务: who reports which indicator, from when to when.

pub(crate) mod draw;
pub(crate) mod hand_over;
pub(crate) mod list;
pub(crate) mod set;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use axum::routing::{MethodRouter, get};
use halfsky_monitor::reporting::UnitId;
use halfsky_plan::ref_area::RefArea;
use halfsky_plan::version::PlanVersion;
use halfsky_store::plans;
use jiff::civil::Date;

use crate::app::App;
use crate::error::WebError;
use crate::list::Choice;
use crate::pages::Answer;
use crate::pages::plan::PlanKey;
use crate::pages::rounds::{Area, UnitNames, regions_within};
use crate::permission::Action;
use crate::shell::{Shell, Stage};
use crate::visit::Visit;

/// The routes of this group.
pub(crate) fn routes() -> Vec<(&'static str, MethodRouter<App>)> {
    vec![
        ("/duties", get(start)),
        ("/duties/{ref_area}", get(list::show)),
        ("/duties/{ref_area}/draw", get(draw::preview).post(draw::save)),
        ("/duties/{ref_area}/hand-over", get(hand_over::ask).post(hand_over::save)),
        ("/duties/{ref_area}/set", get(set::ask).post(set::save)),
        ("/duties/{ref_area}/end", get(set::ask_end).post(set::end)),
    ]
}

/// `GET /duties`: the region chosen in the top bar, or the first within reach.
async fn start(visit: Visit, State(app): State<App>) -> Answer {
    let areas = regions_within(&visit, &app, Action::ReadRounds).await?;
    match areas.first() {
        Some(area) => Ok(Redirect::to(&url(&area.code)).into_response()),
        None => Err(WebError::NotFound("您的任职地区还没有规划。".to_owned())),
    }
}

/// The duties of a region.
pub(crate) fn url(ref_area: &RefArea) -> String {
    format!("/duties/{ref_area}")
}

/// The plans of a region that are in force.
pub(crate) async fn plans_in_force(
    app: &App,
    ref_area: &RefArea,
) -> Result<Vec<PlanVersion>, WebError> {
    let mut found = Vec::new();
    for plan in plans::list(&app.store, Some(ref_area)).await? {
        let Some(number) = plan.in_force else { continue };
        let key = PlanKey { ref_area: plan.ref_area, plan_id: plan.plan_id }.version(number);
        found.push(plans::load(&app.store, &key).await?.version);
    }
    Ok(found)
}

/// The frame of a page below the duties of a region.
fn shell(visit: &Visit, area: &Area, title: &str) -> Shell {
    Shell::new(visit, Stage::Submission, title)
        .under("报送轮次", crate::pages::rounds::PATH)
        .under("填报任务", url(&area.code))
}

/// The units of a day as options, without the first choice.
fn unit_choices(names: &UnitNames, day: Date, chosen: &str) -> Vec<Choice> {
    let mut choices = vec![Choice::new("", "请选择", chosen)];
    choices.extend(names.on(day).into_iter().map(|(id, name)| Choice::new(id.0, name, chosen)));
    choices
}

/// A unit that exists on a day, by its id.
fn unit_on(names: &UnitNames, day: Date, id: &str) -> Option<UnitId> {
    let id = UnitId(id.to_owned());
    names.on(day).contains_key(&id).then_some(id)
}
