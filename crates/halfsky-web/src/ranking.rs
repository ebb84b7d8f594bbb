//! The composite scores of several regions are put side by side, for a page or a command. Nothing is evaluated by it:
//! the latest kept runs are compared.

use std::collections::{BTreeMap, BTreeSet};

use halfsky_plan::plan::Beneficiary;
use halfsky_plan::ref_area::RefArea;
use halfsky_plan::version::PlanId;
use halfsky_report::ranking::{Ranking, RegionRun, Scored, ranking};
use halfsky_store::plans::{self, PlanSummary};
use halfsky_store::{Error, Store, evaluations};

/// The regions compared with the years to choose from.
#[derive(Debug)]
pub struct Compared {
    pub ranking: Ranking,
    /// Years any of the regions was evaluated for, newest first.
    pub years: Vec<i32>,
    /// Whether all plans compared are the built-in example.
    pub example: bool,
}

/// Compares the plans of one kind in some regions by their latest runs for a year; without a year, for the newest year
/// any of them was evaluated for. None: none of them was ever evaluated.
pub async fn compare(
    store: &Store,
    regions: &[(RefArea, String)],
    (beneficiary, year): (Beneficiary, Option<i32>),
) -> Result<Option<Compared>, Error> {
    let codes: Vec<RefArea> = regions.iter().map(|(code, _)| code.clone()).collect();
    let years = evaluations::years(store, &codes).await?;
    let Some(year) = year.or_else(|| years.first().copied()) else { return Ok(None) };
    let mut plans = plans::list(store, None).await?;
    plans.retain(|plan| plan.beneficiary == beneficiary && codes.contains(&plan.ref_area));
    let chosen = in_force(plans, year);
    let wanted: BTreeSet<(RefArea, PlanId)> =
        chosen.values().map(|plan| (plan.ref_area.clone(), plan.plan_id.clone())).collect();
    let runs = evaluations::newest_of_year(store, &wanted, year).await?;
    let mut scored: BTreeMap<RefArea, Scored> = runs
        .into_iter()
        .map(|run| (run.head.key.ref_area.clone(), Scored::of(&run.run, run.head.key.number)))
        .collect();
    let example = !chosen.is_empty() && chosen.values().all(|plan| plan.example);
    let of = |(code, name): &(RefArea, String)| RegionRun {
        code: code.clone(),
        name: name.clone(),
        scored: scored.remove(code),
    };
    let ranking = ranking(year, regions.iter().map(of).collect());
    Ok(Some(Compared { ranking, years, example }))
}

/// The plan of each region that is in force in a year; where two are, the one that began last.
fn in_force(plans: Vec<PlanSummary>, year: i32) -> BTreeMap<RefArea, PlanSummary> {
    let mut chosen: BTreeMap<RefArea, PlanSummary> = BTreeMap::new();
    for plan in plans {
        if plan.in_force.is_none() || plan.period.start > year {
            continue;
        }
        let later =
            chosen.get(&plan.ref_area).is_none_or(|known| known.period.start < plan.period.start);
        if later {
            chosen.insert(plan.ref_area.clone(), plan);
        }
    }
    chosen
}

#[cfg(test)]
mod tests {
    use halfsky_plan::period::PlanPeriod;

    use super::*;
    use crate::samples;

    #[test]
    fn the_plan_that_began_last_is_compared() {
        let plan = |id: &str, start: i32, in_force: Option<u32>| PlanSummary {
            plan_id: PlanId(id.to_owned()),
            period: PlanPeriod { start, end: start + 9 },
            in_force,
            ..samples::summary()
        };
        let plans = || {
            vec![
                plan("old", 2011, Some(1)),
                plan("now", 2021, Some(2)),
                plan("draft", 2022, None),
                plan("next", 2031, Some(1)),
            ]
        };
        let of = |year| {
            let chosen = in_force(plans(), year);
            chosen.into_values().map(|plan| plan.plan_id.0).collect::<Vec<_>>()
        };
        assert_eq!(of(2025), ["now"]);
        assert_eq!(of(2020), ["old"]);
        assert!(of(2000).is_empty());
    }
}
