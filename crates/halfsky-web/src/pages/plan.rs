//! 规划: plans, their import and review, what changed, alignment with the level above.

pub(crate) mod alignment;
pub(crate) mod changes;
pub(crate) mod confirm;
pub(crate) mod discard;
pub(crate) mod found;
pub(crate) mod import;
pub(crate) mod list;
pub(crate) mod review;
pub(crate) mod tree;

use axum::routing::{MethodRouter, get, post};
use halfsky_plan::ref_area::RefArea;
use halfsky_plan::version::PlanId;
use halfsky_store::plans::{PlanSummary, StoredVersion, VersionKey};

use crate::app::App;
use crate::error::WebError;
use crate::shell::{Shell, Stage};
use crate::visit::Visit;

/// The steps of an import, as its pages show them.
pub(crate) const IMPORT_STEPS: [&str; 4] = ["上传", "识别", "核对", "确认"];

/// The routes of this group.
pub(crate) fn routes() -> Vec<(&'static str, MethodRouter<App>)> {
    vec![
        ("/plans", get(list::show)),
        ("/plans/import", get(import::show).post(import::upload)),
        ("/plans/import/{import}", get(found::show).post(found::begin)),
        ("/plans/{ref_area}/{plan}", get(tree::current)),
        ("/plans/{ref_area}/{plan}/changes", get(changes::show)),
        ("/plans/{ref_area}/{plan}/alignment", get(alignment::show)),
        ("/plans/{ref_area}/{plan}/versions/{number}", get(tree::version)),
        ("/plans/{ref_area}/{plan}/versions/{number}/source", get(tree::source)),
        ("/plans/{ref_area}/{plan}/versions/{number}/review", get(review::show)),
        ("/plans/{ref_area}/{plan}/versions/{number}/targets/{target}", post(review::save)),
        ("/plans/{ref_area}/{plan}/versions/{number}/confirm-clear", post(review::confirm_clear)),
        ("/plans/{ref_area}/{plan}/versions/{number}/undo", post(review::undo)),
        (
            "/plans/{ref_area}/{plan}/versions/{number}/confirm",
            get(confirm::show).post(confirm::confirm),
        ),
        (
            "/plans/{ref_area}/{plan}/versions/{number}/discard",
            get(discard::show).post(discard::discard),
        ),
    ]
}

/// Which plan an address names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PlanKey {
    pub(crate) ref_area: RefArea,
    pub(crate) plan_id: PlanId,
}

impl PlanKey {
    /// Reads the two parts of an address.
    pub(crate) fn read(ref_area: &str, plan: &str) -> Result<Self, WebError> {
        let ref_area = ref_area
            .parse()
            .map_err(|_| WebError::NotFound("没有这份规划。请从规划列表重新进入。".to_owned()))?;
        Ok(Self { ref_area, plan_id: PlanId(plan.to_owned()) })
    }

    /// The plan a version belongs to.
    pub(crate) fn of(key: &VersionKey) -> Self {
        Self { ref_area: key.ref_area.clone(), plan_id: key.plan_id.clone() }
    }

    /// One version of it.
    pub(crate) fn version(&self, number: u32) -> VersionKey {
        VersionKey { ref_area: self.ref_area.clone(), plan_id: self.plan_id.clone(), number }
    }

    /// Its address.
    pub(crate) fn url(&self) -> String {
        format!("/plans/{}/{}", self.ref_area, self.plan_id.0)
    }

    /// Its versions, oldest first; a plan has at least one.
    pub(crate) async fn versions(&self, app: &App) -> Result<Vec<PlanSummary>, WebError> {
        let versions =
            halfsky_store::plans::versions(&app.store, &self.ref_area, &self.plan_id).await?;
        if versions.is_empty() {
            return Err(WebError::NotFound("没有这份规划。请从规划列表重新进入。".to_owned()));
        }
        Ok(versions)
    }
}

/// Reads the three parts of the address of a version.
pub(crate) fn version_key(parts: &(String, String, String)) -> Result<VersionKey, WebError> {
    let missing = || WebError::NotFound("没有这一版规划。请从规划列表重新进入。".to_owned());
    let number = parts.2.parse().map_err(|_| missing())?;
    Ok(PlanKey::read(&parts.0, &parts.1)?.version(number))
}

/// The address of a version.
pub(crate) fn version_url(key: &VersionKey) -> String {
    format!("/plans/{}/{}/versions/{}", key.ref_area, key.plan_id.0, key.number)
}

/// The address of the review of a draft.
pub(crate) fn review_url(key: &VersionKey) -> String {
    format!("{}/review", version_url(key))
}

/// The frame of a page about one version.
pub(crate) fn version_shell(visit: &Visit, stored: &StoredVersion, title: &str) -> Shell {
    let version = &stored.version;
    let plan = PlanKey::of(&VersionKey::of(version));
    Shell::new(visit, Stage::Plan, title)
        .under("规划", "/plans")
        .under(version.plan.title.clone(), plan.url())
        .showing(version.example.into())
}
