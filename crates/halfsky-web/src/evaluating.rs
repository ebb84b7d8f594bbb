//! An evaluation is run, from a page, from a command, or because figures were published.

use halfsky_evaluate::run::{Run, WarningStep, follow_run};
use halfsky_monitor::period::Period;
use halfsky_plan::ref_area::RefArea;
use halfsky_plan::version::PlanId;
use halfsky_store::audit::Entry;
use halfsky_store::evaluations::{self, Following, RunKey};
use halfsky_store::plans::{self, PlanSummary, Stamp};
use halfsky_store::{Error, Store, editions, warnings};

/// What is evaluated: a plan, up to a year. No year: the newest published one.
#[derive(Debug, Clone)]
pub struct Asked {
    pub ref_area: RefArea,
    pub plan_id: PlanId,
    pub year: Option<i32>,
}

/// An evaluation that was kept.
#[derive(Debug)]
pub struct Evaluated {
    pub key: RunKey,
    pub run: Run,
    /// Warnings that were raised, changed or ended by it.
    pub steps: Vec<WarningStep>,
}

/// Evaluates a plan and keeps the run. The warnings are followed once for each release, and only by the newest
/// year: looking back changes nothing. The entry says who and from where; its object is the run.
pub async fn run(
    store: &Store,
    asked: &Asked,
    (stamp, entry): (&Stamp, Entry),
) -> Result<Evaluated, Error> {
    let Asked { ref_area, plan_id, year } = asked;
    let material = evaluations::material(store, ref_area, plan_id, *year).await?;
    let run = material.evaluate();
    let newest = editions::list(store, ref_area).await?;
    let newest = newest.iter().map(|head| head.key.period).filter(|p| p.is_whole_year());
    let newest = newest.map(Period::year).max();
    let mut tx = store.begin(ref_area).await?;
    let known = evaluations::was_followed(&mut tx, plan_id, &run.release()).await?;
    let following = if known || newest != Some(run.year) { Following::No } else { Following::Yes };
    let key = evaluations::insert(&mut tx, &run, following, stamp).await?;
    let mut steps = Vec::new();
    if following == Following::Yes {
        let states = warnings::states(&mut tx, plan_id).await?;
        let followed = follow_run(&states, &run);
        warnings::save_followed(&mut tx, plan_id, key.number, &followed, stamp).await?;
        steps = followed.steps;
    }
    let subject = format!("{} {}年第{}次", material.version.plan.title, run.year, key.number);
    tx.commit(Entry { object: key.object(), ..entry }.about(&subject)).await?;
    Ok(Evaluated { key, run, steps })
}

/// The plans of a region, or of all, that have a version in force and have begun by a year.
pub async fn plans_in_force(
    store: &Store,
    ref_area: Option<&RefArea>,
    year: i32,
) -> Result<Vec<PlanSummary>, Error> {
    let mut plans = plans::list(store, ref_area).await?;
    plans.retain(|plan| plan.in_force.is_some() && plan.period.start <= year);
    Ok(plans)
}
