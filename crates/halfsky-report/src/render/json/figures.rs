//! JSON of published figures: what the programs' interface answers and `halfsky data export --format json` writes.

use halfsky_monitor::names::Names;
use halfsky_monitor::observation::{Observation, Value as Told};
use halfsky_plan::unit::Unit;
use serde_json::{Value, json};

use crate::figure_tables::Edition;

/// One object for each figure, in the order given.
pub fn figures<'a>(
    lines: impl Iterator<Item = (Edition, &'a Observation)>,
    names: &Names,
) -> Vec<Value> {
    lines.map(|line| figure(line, names)).collect()
}

fn figure(((period, number), o): (Edition, &Observation), names: &Names) -> Value {
    let missing = match &o.value {
        Told::Figure(_) => Value::Null,
        Told::Missing(m) => json!({ "reason": m.reason.code(), "note": m.note }),
    };
    json!({
        "indicator": o.key.indicator.0,
        "name": names.name(&o.key.indicator),
        "unit": names.unit(&o.key.indicator).map(Unit::code),
        "period": o.key.period.to_string(),
        "sex": o.key.sex.code(),
        "residence": o.key.residence.code(),
        "age": o.key.age,
        "group": o.key.group,
        "source": o.key.source.code(),
        "value": o.value.figure().map(|f| f.to_string()),
        "missing": missing,
        "obs_status": o.status.code(),
        "conf_status": o.confidentiality.code(),
        "unit_mult": o.unit_mult,
        "definition_version": o.definition_version,
        "explanation": o.explanation,
        "edition": { "period": period.to_string(), "number": number },
    })
}
