//! What changed between two versions of a plan.

use askama::Template;
use axum::extract::{Path, State};
use halfsky_plan::revision::{self, Changes, ClauseChange, TargetChange};
use halfsky_plan::version::PlanVersion;
use halfsky_store::plans::{self, PlanSummary};

use crate::app::App;
use crate::list::{Choice, Params};
use crate::pages::plan::PlanKey;
use crate::pages::{Answer, page};
use crate::shell::{Shell, Stage};
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "plan/changes.html")]
struct ChangesPage<'a> {
    shell: Shell,
    title: String,
    from: u32,
    to: u32,
    from_choices: Vec<Choice>,
    to_choices: Vec<Choice>,
    changes: Changes<'a>,
    added: usize,
    removed: usize,
    changed: usize,
}

/// `GET /plans/{ref_area}/{plan}/changes?from=1&to=2`
pub(crate) async fn show(
    visit: Visit,
    State(app): State<App>,
    Path((ref_area, plan)): Path<(String, String)>,
    params: Params,
) -> Answer {
    let key = PlanKey::read(&ref_area, &plan)?;
    let versions = key.versions(&app).await?;
    let newest = versions.last().map_or(1, |v| v.number);
    let to = params.value("to").parse().unwrap_or(newest);
    let from = params.value("from").parse().unwrap_or(to.saturating_sub(1).max(1));
    let before = plans::load(&app.store, &key.version(from)).await?.version;
    let after = plans::load(&app.store, &key.version(to)).await?.version;
    page(&changes_page((&visit, &key), &versions, &before, &after))
}

fn changes_page<'a>(
    (visit, key): (&Visit, &PlanKey),
    versions: &[PlanSummary],
    before: &'a PlanVersion,
    after: &'a PlanVersion,
) -> ChangesPage<'a> {
    let changes = revision::changes(before, after);
    let count = |wanted: fn(&TargetChange<'_>) -> bool| {
        changes.targets.iter().filter(|c| wanted(c)).count()
    };
    ChangesPage {
        shell: Shell::new(visit, Stage::Plan, "版本比较")
            .under("规划", "/plans")
            .under(after.plan.title.clone(), key.url())
            .showing((before.example || after.example).into()),
        title: after.plan.title.clone(),
        from: before.number,
        to: after.number,
        from_choices: choices(versions, before.number),
        to_choices: choices(versions, after.number),
        added: count(|c| matches!(c, TargetChange::Added(_))),
        removed: count(|c| matches!(c, TargetChange::Removed(_))),
        changed: count(|c| matches!(c, TargetChange::Changed { .. })),
        changes,
    }
}

fn choices(versions: &[PlanSummary], chosen: u32) -> Vec<Choice> {
    let label = |v: &PlanSummary| format!("第{}版（{}）", v.number, v.status.label());
    let chosen = chosen.to_string();
    versions.iter().map(|v| Choice::new(v.number.to_string(), label(v), &chosen)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;

    #[test]
    fn shows_what_was_added_removed_and_changed() {
        let before = samples::confirmed().version;
        let mut after = before.clone();
        after.number = 2;
        after.targets[0].target.value = "10".parse().ok();
        let dropped = after.targets.remove(3);
        let mut new = dropped.clone();
        new.target.indicator = "农村自来水普及率".to_owned();
        after.targets.push(new);
        let key = PlanKey { ref_area: before.ref_area.clone(), plan_id: before.plan_id.clone() };
        let draw =
            || changes_page((&Visit::sample(), &key), &[], &before, &after).render().unwrap();
        let html = draw();
        assert!(
            html.contains("<del>不高于12/10万</del>") && html.contains("<ins>不高于10/10万</ins>")
        );
        assert!(html.contains("农村自来水普及率") && html.contains("高中阶段毛入学率"));
        assert_eq!(html, draw());
    }

    #[test]
    fn equal_versions_say_so() {
        let version = samples::confirmed().version;
        let key = PlanKey { ref_area: version.ref_area.clone(), plan_id: version.plan_id.clone() };
        let html =
            changes_page((&Visit::sample(), &key), &[], &version, &version).render().unwrap();
        assert!(html.contains("两版完全一致"));
    }
}
