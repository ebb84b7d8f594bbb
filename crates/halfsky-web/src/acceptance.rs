//! A submission is accepted, from a page or by the example: its figures become observations, and what it leaves
//! missing is entered in the register.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use halfsky_monitor::data_set::DataSet;
use halfsky_monitor::missing;
use halfsky_monitor::observation::{Observation, ObservationKey, Value};
use halfsky_monitor::observe::{Occasion, observe, recordable};
use halfsky_monitor::period::Period;
use halfsky_monitor::reporting::UnitId;
use halfsky_plan::indicator::IndicatorCode;
use halfsky_store::observations::{self, FromSubmission, NewValue, Recording};
use halfsky_store::plans::Stamp;
use halfsky_store::submissions::{self, Decision, HandedIn};
use halfsky_store::tasks::TaskKey;
use halfsky_store::{Error, Tx, missing_items};

/// What is accepted, and what it meets.
#[derive(Debug, Clone, Copy)]
pub struct Acceptance<'a> {
    pub key: &'a TaskKey,
    pub form: &'a DataSet,
    pub period: Period,
    pub handed_in: &'a HandedIn,
    /// Why figures that stand already change.
    pub why: &'a str,
    /// The figures in force that other units reported.
    pub others: &'a BTreeSet<ObservationKey>,
    /// Every indicator that has a definition; the items under them stand in no register.
    pub indicators: &'a BTreeSet<IndicatorCode>,
    /// The names of the units: the register names owners.
    pub units: &'a BTreeMap<UnitId, String>,
}

/// Keeps the decision, the figures and the register, all in the transaction given; the step of the task is the
/// caller's.
pub async fn keep(
    tx: &mut Tx,
    acceptance: &Acceptance<'_>,
    stamp: &Stamp,
) -> Result<Recording, Error> {
    let Acceptance { key, form, period, handed_in, .. } = *acceptance;
    let occasion = Occasion { ref_area: &key.ref_area, period, unit: &key.unit };
    let observed = observe(form, &handed_in.entries, &handed_in.explanations, &occasion);
    let number = handed_in.number;
    let from = FromSubmission { round: key.round.clone(), unit: key.unit.clone(), number };
    let why: Arc<str> = acceptance.why.into();
    let values: Vec<NewValue> = recordable(observed, acceptance.others)
        .into_iter()
        .map(|observation| NewValue {
            observation,
            why: Arc::clone(&why),
            from: Some(from.clone()),
        })
        .collect();
    submissions::decide(tx, key, number, &Decision::Accepted, stamp).await?;
    let recording = observations::record(tx, &values, stamp).await?;
    let rows = form.rows().iter().map(|row| &row.code);
    let reported: BTreeSet<IndicatorCode> =
        rows.filter(|code| acceptance.indicators.contains(*code)).cloned().collect();
    let standing = observations::unsplit(tx, &reported).await?;
    let standing: Vec<Observation> =
        standing.into_iter().map(|o| with_owner_named(o, acceptance.units)).collect();
    let register = missing_items::list_in(tx).await?;
    let lines: Vec<_> = register.iter().map(|stored| stored.item.clone()).collect();
    let changed = missing::follow(&lines, &standing);
    missing_items::keep(tx, &register, &changed, stamp).await?;
    Ok(recording)
}

/// The figure with the name of its owner in place of the unit's id.
fn with_owner_named(figure: Observation, units: &BTreeMap<UnitId, String>) -> Observation {
    let Value::Missing(mut missing) = figure.value else { return figure };
    if let Some(name) = units.get(&UnitId(missing.owner.clone())) {
        missing.owner.clone_from(name);
    }
    Observation { value: Value::Missing(missing), ..figure }
}
