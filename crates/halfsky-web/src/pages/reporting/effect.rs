//! 即时提示: what the figures filled in so far would do to the targets or, in the course of a year, how far they have
//! come. Nothing is published by it.

use halfsky_evaluate::run::{Effect, Material, PartOfYear, Told};
use halfsky_monitor::observation::Observation;
use halfsky_monitor::observe::{Occasion, observe};
use halfsky_report::evaluation_tables::warning;
use halfsky_report::evaluation_wording::explanation;
use halfsky_report::part_of_year_wording::{beside, says};
use halfsky_store::observations::{self, Years};
use halfsky_store::{Error, evaluations};

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

/// A target beside the figure of a part of a year.
pub(super) struct PartRow {
    pub(super) indicator: String,
    pub(super) demand: String,
    pub(super) by: i32,
    pub(super) url: String,
    /// The figure with its unit.
    pub(super) figure: String,
    pub(super) beside: String,
    pub(super) says: String,
}

/// What is told of the figures filled in.
#[derive(Default)]
pub(super) struct Effects {
    /// Of a year: the targets that would stand otherwise, those whose class would change first.
    pub(super) of_year: Vec<EffectRow>,
    /// Of a part of a year.
    pub(super) of_part: Vec<PartRow>,
}

/// The effects on the targets of every plan in force. Nothing is told while nothing is published to compare with.
pub(super) async fn effects(
    app: &App,
    work: &Work,
    basis: &Basis,
    filled: &Filled,
) -> Result<Effects, WebError> {
    let key = work.key();
    let occasion = Occasion { ref_area: &key.ref_area, period: basis.period, unit: &key.unit };
    let mut entered = observe(&basis.form, &filled.entries, &filled.explanations, &occasion);
    entered.retain(|o| o.value.figure().is_some());
    let mut told = Effects::default();
    if entered.is_empty() {
        return Ok(told);
    }
    let (period, year) = (basis.period, basis.period.year());
    let known = if period.is_whole_year() {
        Vec::new()
    } else {
        let years = Years { from: year - 1, to: year };
        observations::of_years(&app.store, &key.ref_area, years).await?
    };
    for plan in plans_in_force(&app.store, Some(&key.ref_area), year).await? {
        let found = evaluations::material(&app.store, &key.ref_area, &plan.plan_id, None).await;
        let material = match found {
            // nothing is published yet: there is nothing to compare with
            Err(Error::Conflict(_)) => return Ok(Effects::default()),
            other => other?,
        };
        if period.is_whole_year() {
            told.of_year.extend(of_plan(&material, &entered, year));
        } else {
            let parts = material.part_of_year(&Told { period, entered: &entered, known: &known });
            told.of_part.extend(parts.iter().map(|part| part_row(&material, part)));
        }
    }
    told.of_year.sort_by_key(|row| !row.moved);
    Ok(told)
}

fn part_row(material: &Material, part: &PartOfYear) -> PartRow {
    PartRow {
        indicator: part.indicator.clone(),
        demand: part.demand.clone(),
        by: part.by,
        url: target_path(&material.version.ref_area, &material.version.plan_id, part.number),
        figure: format!("{}{}", part.value, part.unit),
        beside: beside(part),
        says: says(part),
    }
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
