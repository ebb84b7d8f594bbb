//! Missing data (缺项登记): every figure that is not there, who should have it, and what can stand in for it.

mod follow;

pub use follow::follow;

use std::collections::BTreeMap;

use halfsky_plan::indicator::IndicatorCode;
use jiff::civil::Date;

use crate::observation::{Missing, MissingReason, Observation, Value};
use crate::period::Period;

/// One line of the register that an office keeps: years without a figure, and what is done about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingItem {
    pub indicator: IndicatorCode,
    /// First year without a figure.
    pub since: i32,
    /// First year with one again; the year itself when its figure came in later.
    pub resolved: Option<i32>,
    pub missing: Missing,
    /// 专项调查; empty when none is planned.
    pub survey: String,
    pub survey_due: Option<Date>,
}

/// One indicator that has no figure in some periods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingEntry {
    pub indicator: IndicatorCode,
    /// Periods without a figure, oldest first.
    pub periods: Vec<Period>,
    /// The reason told last.
    pub reason: MissingReason,
    pub note: String,
    /// The unit that should have it.
    pub owner: String,
    /// What stands in for it meanwhile.
    pub substitute: String,
    /// Whether a special survey (专项统计调查) could fill it: nobody counts it, but it can be counted.
    pub survey_could_fill: bool,
}

/// The register over published or reported figures. Only the unsplit figure of an indicator counts:
/// a rate that is there but not split by sex is not missing.
pub fn register(observations: &[Observation]) -> Vec<MissingEntry> {
    let mut own: Vec<&Observation> = observations.iter().filter(|o| is_total(o)).collect();
    own.sort_by_key(|o| o.key.period);
    let mut entries: BTreeMap<&IndicatorCode, MissingEntry> = BTreeMap::new();
    for observation in own {
        let Value::Missing(missing) = &observation.value else { continue };
        let indicator = &observation.key.indicator;
        let entry = entries.entry(indicator).or_insert_with(|| MissingEntry {
            indicator: indicator.clone(),
            periods: Vec::new(),
            reason: missing.reason,
            note: String::new(),
            owner: String::new(),
            substitute: String::new(),
            survey_could_fill: false,
        });
        entry.periods.push(observation.key.period);
        entry.reason = missing.reason;
        entry.note.clone_from(&missing.note);
        entry.owner.clone_from(&missing.owner);
        entry.substitute.clone_from(&missing.substitute);
        entry.survey_could_fill =
            matches!(missing.reason, MissingReason::NoStatistics | MissingReason::SampledAbove);
    }
    entries.into_values().collect()
}

fn is_total(observation: &Observation) -> bool {
    let key = &observation.key;
    [key.sex.code(), key.residence.code(), &key.age, &key.group]
        .iter()
        .all(|code| *code == crate::observation::TOTAL)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observation::{ConfStatus, Missing, ObservationKey, Sex};

    fn missing(code: &str, year: i32, reason: MissingReason) -> Observation {
        let period = Period::year_of(year).unwrap();
        let code = IndicatorCode(code.to_owned());
        let missing = Missing {
            reason,
            note: String::new(),
            owner: "卫健".to_owned(),
            substitute: "全市推算数".to_owned(),
        };
        Observation {
            key: ObservationKey::total("000101".parse().unwrap(), code, period),
            value: Value::Missing(missing),
            definition_version: 1,
            status: reason.status(),
            confidentiality: ConfStatus::Free,
            unit_mult: 0,
            explanation: String::new(),
        }
    }

    #[test]
    fn each_indicator_stands_once_with_its_years() {
        let mut split = missing("C", 2025, MissingReason::NoStatistics);
        split.key.sex = Sex::Female;
        let all = [
            missing("B", 2025, MissingReason::SampledAbove),
            missing("A", 2024, MissingReason::NotYet),
            missing("B", 2024, MissingReason::NoStatistics),
            split,
        ];
        let register = register(&all);
        let told: Vec<_> =
            register.iter().map(|e| (e.indicator.0.as_str(), e.periods.len())).collect();
        assert_eq!(told, [("A", 1), ("B", 2)]);
        assert_eq!(register[1].reason, MissingReason::SampledAbove, "told last");
        assert!(register[1].survey_could_fill && !register[0].survey_could_fill);
    }
}
