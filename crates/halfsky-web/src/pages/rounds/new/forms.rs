//! What a round would give to each unit.

use std::collections::BTreeSet;

use halfsky_monitor::data_set::DataSet;
use halfsky_monitor::names::Names;
use halfsky_monitor::reporting::UnitId;
use halfsky_monitor::round::{Round, RoundSubject};
use halfsky_monitor::unit_form::{self, Ingredients};
use halfsky_plan::indicator::IndicatorCode;
use halfsky_store::{Error, Store, duties, plans};

use super::super::{Area, UnitNames};

/// What one unit would get.
#[derive(Debug, Clone)]
pub(crate) struct UnitOffer {
    pub(crate) id: UnitId,
    pub(crate) name: String,
    pub(crate) indicators: usize,
    pub(crate) rows: usize,
    /// None for texts.
    pub(crate) form: Option<DataSet>,
    pub(crate) ticked: bool,
}

/// What a round would give out, and what it cannot. Indicators by code and name, units by name and reason.
#[derive(Debug, Clone, Default)]
pub(crate) struct Offer {
    pub(crate) units: Vec<UnitOffer>,
    pub(crate) without_lead: Vec<(String, String)>,
    pub(crate) no_value_here: Vec<(String, String)>,
    pub(crate) problems: Vec<(String, String)>,
}

/// Works out what a round would give to whom. It asks for what the plans of the region are linked to, and for the
/// indicators of the region above where it handed the round down.
pub(crate) async fn load(
    (store, names): (&Store, &Names),
    area: &Area,
    round: &Round,
    from_above: &BTreeSet<IndicatorCode>,
) -> Result<Offer, Error> {
    let held = duties::load(store, &area.code).await?;
    let called = UnitNames::load(store, &area.code).await?;
    let units = called.on(round.opens);
    let RoundSubject::Figures(period) = round.subject else {
        // everybody who has anything to do with the plan; all units while nobody has
        let busy: BTreeSet<&UnitId> =
            held.iter().filter(|d| d.holds_on(round.opens)).map(|d| &d.unit).collect();
        let units = units.iter().map(|(id, name)| UnitOffer {
            id: id.clone(),
            name: name.clone(),
            indicators: 0,
            rows: 0,
            form: None,
            ticked: busy.is_empty() || busy.contains(id),
        });
        return Ok(Offer { units: units.collect(), ..Offer::default() });
    };
    let cards = names.in_year(period.year());
    let linked = plans::linked_in_force(store, &area.code).await?;
    let mut wanted: BTreeSet<IndicatorCode> = linked.into_iter().map(|l| l.indicator).collect();
    wanted.extend(from_above.iter().cloned());
    let made = unit_form::unit_forms(&Ingredients {
        duties: &held,
        definitions: &cards,
        wanted: &wanted,
        units: &units,
        day: round.opens,
        kind: period.kind(),
        level: area.level,
    });
    let with_names = |codes: Vec<IndicatorCode>| {
        let name = |code: &IndicatorCode| {
            cards.iter().find(|d| d.code == *code).map_or_else(String::new, |d| d.name_zh.clone())
        };
        codes.into_iter().map(|code| (code.0.clone(), name(&code))).collect()
    };
    let offer = made.forms.into_iter().map(|form| UnitOffer {
        name: called.name(&form.unit),
        id: form.unit,
        indicators: form.indicators,
        rows: form.form.rows().len(),
        form: Some(form.form),
        ticked: true,
    });
    let problem = |(unit, problem): (UnitId, _)| {
        let problem: halfsky_monitor::data_set::DataSetProblem = problem;
        (called.name(&unit), problem.to_string())
    };
    Ok(Offer {
        units: offer.collect(),
        without_lead: with_names(made.without_lead),
        no_value_here: with_names(made.no_value_here),
        problems: made.problems.into_iter().map(problem).collect(),
    })
}
