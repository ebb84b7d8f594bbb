//! 即时提示: what the figures filled in so far would do to the targets. Nothing is published by it.

use halfsky_evaluate::run::{Effect, Material};
use halfsky_monitor::observation::Observation;
use halfsky_monitor::observe::{Occasion, observe};
use halfsky_report::evaluation_tables::warning;
use halfsky_report::evaluation_wording::explanation;
use halfsky_store::evaluations;

use super::basis::Basis;
use super::grid::Filled;
use super::task::Work;
use crate::app::App;
use crate::error::WebError;
use crate::evaluating::plans_in_force;
use crate::pages::evaluations::target_path;
use crate::parts::status::Shape;

/// A target that the figures would move, or that gets another figure.
pub(super) struct EffectRow {
    pub(super) indicator: String,
    pub(super) demand: String,
    pub(super) before: Option<(Shape, &'static str)>,
    pub(super) after: (Shape, &'static str),
    pub(super) moved: bool,
    pub(super) why: String,
    pub(super) warning: String,
    pub(super) url: String,
}

/// The effects on the targets of every plan in force, those whose class would change first. Empty while nothing is
/// published to compare with.
pub(super) async fn effects(
    app: &App,
    work: &Work,
    basis: &Basis,
    filled: &Filled,
) -> Result<Vec<EffectRow>, WebError> {
    let key = work.key();
    let occasion = Occasion { ref_area: &key.ref_area, period: basis.period, unit: &key.unit };
    let mut entered = observe(&basis.form, &filled.entries, &filled.explanations, &occasion);
    entered.retain(|o| o.value.figure().is_some());
    if entered.is_empty() {
        return Ok(Vec::new());
    }
    let mut rows = Vec::new();
    for plan in plans_in_force(&app.store, Some(&key.ref_area), basis.period.year()).await? {
        let found = evaluations::material(&app.store, &key.ref_area, &plan.plan_id, None).await;
        let material = match found {
            // nothing is published yet: there is nothing to compare with
            Err(halfsky_store::Error::Conflict(_)) => return Ok(Vec::new()),
            other => other?,
        };
        rows.extend(of_plan(&material, &entered, basis.period.year()));
    }
    rows.sort_by_key(|row| !row.moved);
    Ok(rows)
}

fn of_plan(material: &Material, entered: &[Observation], year: i32) -> Vec<EffectRow> {
    let effects = material.preview(entered, year.max(material.year));
    let own = |e: &Effect| {
        e.target.code.as_ref().is_some_and(|c| entered.iter().any(|o| o.key.indicator.0 == *c))
    };
    let row = |e: Effect| EffectRow {
        indicator: e.target.indicator.clone(),
        demand: e.target.demand.clone(),
        before: e.before.map(|c| (Shape::of(c), c.label())),
        after: (Shape::of(e.after), e.after.label()),
        moved: e.before != Some(e.after),
        why: explanation(&e.target),
        warning: warning(&e.target),
        url: target_path(&material.version.ref_area, &material.version.plan_id, e.target.number),
    };
    effects.into_iter().filter(own).map(row).collect()
}
