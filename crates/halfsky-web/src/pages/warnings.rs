//! 预警: what the rules found, what people decided about it, and the parameters they go by.

pub(crate) mod decide;
pub(crate) mod list;
pub(crate) mod parameters;

use axum::extract::State;
use axum::routing::{MethodRouter, get};
use halfsky_evaluate::warning::Level;
use halfsky_plan::ref_area::RefArea;
use halfsky_plan::version::PlanId;

use crate::app::App;
use crate::pages::Answer;
use crate::pages::evaluations::first;
use crate::pages::rounds::Area;
use crate::shell::{Shell, Stage};
use crate::visit::Visit;

/// Where the group starts.
pub(crate) const PATH: &str = "/warnings";

/// The routes of this group.
pub(crate) fn routes() -> Vec<(&'static str, MethodRouter<App>)> {
    vec![
        (PATH, get(start)),
        ("/warnings/{ref_area}", get(list::show)),
        ("/warnings/{ref_area}/{plan}/parameters", get(parameters::ask).post(parameters::save)),
        ("/warnings/{ref_area}/{plan}/{number}", get(decide::ask).post(decide::save)),
    ]
}

/// `GET /warnings`
async fn start(visit: Visit, State(app): State<App>) -> Answer {
    first(&visit, &app, PATH).await
}

/// The warnings of a region.
pub(crate) fn url(ref_area: &RefArea) -> String {
    format!("{PATH}/{ref_area}")
}

/// The page of a step of a warning.
pub(crate) fn decide_url(ref_area: &RefArea, plan: &PlanId, number: u32) -> String {
    format!("{}/{}/{number}", url(ref_area), plan.0)
}

/// How many bars a level has.
pub(crate) const fn level_steps(level: Level) -> u8 {
    match level {
        Level::Blue => 1,
        Level::Yellow => 2,
        Level::Orange => 3,
        Level::Red => 4,
    }
}

/// The level with the letter it may lead to: 红 督办函.
pub(crate) fn level_words(level: Level) -> String {
    match level.letter() {
        Some(letter) => format!("{} {letter}", level.label()),
        None => format!("{} 关注", level.label()),
    }
}

/// The frame of a page below the warnings of a region.
pub(crate) fn shell(visit: &Visit, area: &Area, title: impl Into<String>) -> Shell {
    Shell::new(visit, Stage::Supervision, title).under("预警", url(&area.code))
}
