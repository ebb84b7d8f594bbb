//! 目标: one page for each target with the reasoning laid open, and what people say of qualitative ones.

pub(crate) mod judge;
pub(crate) mod target;

use axum::routing::{MethodRouter, get};
use halfsky_plan::ref_area::RefArea;
use halfsky_plan::version::PlanId;

use crate::app::App;
use crate::error::WebError;

/// The routes of this group.
pub(crate) fn routes() -> Vec<(&'static str, MethodRouter<App>)> {
    vec![
        ("/targets/{ref_area}/{plan}/{number}", get(target::show)),
        ("/targets/{ref_area}/{plan}/{number}/chart", get(target::chart)),
        ("/targets/{ref_area}/{plan}/{number}/judge", get(judge::ask).post(judge::save)),
        (
            "/targets/{ref_area}/{plan}/{number}/evidence/{sequence}/{position}",
            get(judge::evidence),
        ),
    ]
}

/// The parts of an address that name a target.
pub(crate) type Parts = (String, String, String);

/// Which target an address names.
pub(crate) struct TargetKey {
    pub(crate) ref_area: RefArea,
    pub(crate) plan_id: PlanId,
    pub(crate) number: u32,
}

impl TargetKey {
    pub(crate) fn read((area, plan, number): &Parts) -> Result<Self, WebError> {
        Ok(Self {
            ref_area: area.parse().map_err(|_| nothing())?,
            plan_id: PlanId(plan.clone()),
            number: number.parse().map_err(|_| nothing())?,
        })
    }

    pub(crate) fn url(&self) -> String {
        crate::pages::evaluations::target_path(&self.ref_area, &self.plan_id, self.number)
    }
}

pub(crate) fn nothing() -> WebError {
    WebError::NotFound("没有这个目标，或者规划还没有评估过。请从评估列表重新进入。".to_owned())
}
