//! The columns that say what a figure speaks of, and what stands in its cell; shared with editions.

use halfsky_monitor::observation::{
    Missing, Observation, ObservationKey, Residence, Sex, SourceVariant, Value as Told,
};
use halfsky_plan::indicator::IndicatorCode;

use crate::error::Result;
use crate::row::{Row, parsed};
use crate::values::{RowWriter, Value};

/// indicator, period, sex, residence, age, `group_code`, source: the key without its region.
pub(crate) fn key_values(key: &ObservationKey) -> Vec<Value> {
    vec![
        key.indicator.0.as_str().into(),
        key.period.to_string().into(),
        key.sex.code().into(),
        key.residence.code().into(),
        key.age.as_str().into(),
        key.group.as_str().into(),
        key.source.code().into(),
    ]
}

/// As [`key_values`], for very many rows.
pub(crate) fn tell_key(key: &ObservationKey, to: &mut RowWriter<'_>) {
    to.text(&key.indicator.0);
    to.shown(&key.period);
    to.text(key.sex.code());
    to.text(key.residence.code());
    to.text(&key.age);
    to.text(&key.group);
    to.text(key.source.code());
}

pub(crate) fn key_of(row: &Row) -> Result<ObservationKey> {
    Ok(ObservationKey {
        ref_area: parsed("ref_area", &row.text("ref_area")?)?,
        indicator: IndicatorCode(row.text("indicator")?),
        period: parsed("period", &row.text("period")?)?,
        sex: row.coded("sex", Sex::from_code)?,
        residence: row.coded("residence", Residence::from_code)?,
        age: row.text("age")?,
        group: row.text("group_code")?,
        source: row.coded("source", SourceVariant::from_code)?,
    })
}

/// The figure for sorting and comparing in the database.
pub(crate) fn number_of(told: &Told) -> Option<f64> {
    use rust_decimal::prelude::ToPrimitive as _;
    told.figure().and_then(|figure| figure.decimal().to_f64())
}

/// The figure as printed.
pub(crate) fn tell_figure(told: &Told, to: &mut RowWriter<'_>) {
    match told.figure() {
        Some(figure) => to.shown(&figure),
        None => to.optional_text(None),
    }
}

/// missing, `missing_note`, `missing_owner`, substitute, `definition_version`, status, confidentiality,
/// `unit_mult`, explanation.
pub(crate) fn told_columns(observation: &Observation) -> [Value; 9] {
    let missing = match &observation.value {
        Told::Figure(_) => None,
        Told::Missing(missing) => Some(missing),
    };
    let words = |of: fn(&Missing) -> &String| missing.map_or("", |m| of(m).as_str()).into();
    [
        missing.map(|m| m.reason.code()).into(),
        words(|m| &m.note),
        words(|m| &m.owner),
        words(|m| &m.substitute),
        observation.definition_version.into(),
        observation.status.code().into(),
        observation.confidentiality.code().into(),
        i64::from(observation.unit_mult).into(),
        observation.explanation.as_str().into(),
    ]
}

/// As [`told_columns`], for very many rows.
pub(crate) fn tell_columns(observation: &Observation, to: &mut RowWriter<'_>) {
    let missing = match &observation.value {
        Told::Figure(_) => None,
        Told::Missing(missing) => Some(missing),
    };
    to.optional_text(missing.map(|m| m.reason.code()));
    to.text(missing.map_or("", |m| &m.note));
    to.text(missing.map_or("", |m| &m.owner));
    to.text(missing.map_or("", |m| &m.substitute));
    to.integer(observation.definition_version);
    to.text(observation.status.code());
    to.text(observation.confidentiality.code());
    to.integer(observation.unit_mult);
    to.text(&observation.explanation);
}
