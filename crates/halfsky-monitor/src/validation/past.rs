//! Past values (往年数): what the cells of a form were in the years before, as far as they can be compared.

use std::collections::BTreeMap;

use halfsky_plan::indicator::IndicatorCode;

use super::PastValues;
use crate::data_set::{CellKey, Column, DataSet};
use crate::definition::{Comparability, Definitions};
use crate::observation::{Observation, TOTAL};
use crate::observe;
use crate::period::Period;

/// The comparable values of a form's cells before a period, oldest first. Figures of another way of counting are left
/// out; a break of definition starts a cell's history anew, a bridge leads across it.
pub fn past_values<'a>(
    published: impl IntoIterator<Item = &'a Observation>,
    data_set: &DataSet,
    definitions: &BTreeMap<IndicatorCode, Definitions>,
    period: Period,
) -> PastValues {
    let mut past = PastValues::new();
    for observation in published {
        let key = &observation.key;
        let Some(row) = data_set.row(&key.indicator) else { continue };
        let Some(column) = Column::of(key.sex, key.residence) else { continue };
        let year = key.period.year();
        let same_kind = key.source == row.variant && key.age == TOTAL && key.group == TOTAL;
        let now = observe::period(row.period_rule, period);
        let same_span = (key.period.kind(), key.period.part()) == (now.kind(), now.part());
        if !same_kind || !same_span || year >= now.year() || !row.columns.contains(&column) {
            continue;
        }
        let Some(figure) = observation.value.figure() else { continue };
        let (then, now) = (observation.definition_version, row.definition_version);
        let comparable = match definitions.get(&row.code) {
            _ if then == now => Some(figure.decimal()),
            Some(cards) => match cards.between(then, now) {
                Comparability::Comparable => Some(figure.decimal()),
                Comparability::Bridged(factor) => figure.decimal().checked_mul(factor),
                Comparability::NotComparable(_) | Comparability::Undefined => None,
            },
            None => None,
        };
        let Some(value) = comparable else { continue };
        past.entry(CellKey { row: row.code.clone(), column }).or_default().push((year, value));
    }
    for values in past.values_mut() {
        values.sort_by_key(|(year, _)| *year);
        values.dedup_by_key(|(year, _)| *year);
    }
    past
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::{Continuity, Definition};
    use crate::observation::{ConfStatus, ObsStatus, ObservationKey, SourceVariant, Value};
    use halfsky_plan::indicator::Catalogue;

    fn code() -> IndicatorCode {
        IndicatorCode("C-H10".to_owned())
    }

    fn card(version: u32, continuity: Continuity) -> Definition {
        let catalogue = Catalogue::builtin();
        let card = catalogue.find(&code()).unwrap();
        let valid_from = 2020 + i32::try_from(version).unwrap();
        let first = Definition::from_catalogue(card, valid_from).unwrap();
        Definition { version, continuity, ..first }
    }

    /// Values of 2022 under version 1 and of 2024 under version 2, seen from a form under version 2.
    fn check(continuity: Continuity, expect: &[(i32, &str)]) {
        let cards = vec![card(1, Continuity::Comparable), card(2, continuity)];
        let form = DataSet::worksheet("F", "表", &cards[1..], &cards[1..]).unwrap();
        let definitions = BTreeMap::from([(code(), Definitions::new(cards).unwrap())]);
        let observed = |year: i32, version: u32, source| Observation {
            key: ObservationKey {
                source,
                ..ObservationKey::total(
                    "990101".parse().unwrap(),
                    code(),
                    Period::year_of(year).unwrap(),
                )
            },
            value: Value::Figure(year.to_string().parse().unwrap()),
            definition_version: version,
            status: ObsStatus::Normal,
            confidentiality: ConfStatus::Free,
            unit_mult: 0,
            explanation: String::new(),
        };
        let full = SourceVariant::FullCount;
        let all = [
            observed(2024, 2, full),
            observed(2022, 1, full),
            observed(2023, 2, SourceVariant::Survey),
            observed(2025, 2, full),
        ];
        let past = past_values(&all, &form, &definitions, Period::year_of(2025).unwrap());
        let cell = CellKey { row: code(), column: Column::Total };
        let told: Vec<(i32, String)> = past[&cell]
            .iter()
            .map(|(year, value)| (*year, value.normalize().to_string()))
            .collect();
        let expect: Vec<(i32, String)> =
            expect.iter().map(|(year, value)| (*year, (*value).to_owned())).collect();
        assert_eq!(told, expect);
    }

    #[test]
    fn a_change_of_words_alone_keeps_the_past() {
        check(Continuity::Comparable, &[(2022, "2022"), (2024, "2024")]);
    }

    #[test]
    fn a_break_starts_anew_and_a_bridge_leads_across() {
        let reason = String::new;
        check(Continuity::Break { reason: reason() }, &[(2024, "2024")]);
        let factor = "0.5".parse().unwrap();
        check(Continuity::Bridge { factor, reason: reason() }, &[(2022, "1011"), (2024, "2024")]);
    }
}
