//! Observe (形成数据项): what a unit filled in becomes observations, rates worked out, explanations attached.

use std::collections::BTreeSet;

use halfsky_plan::figure::Figure;
use halfsky_plan::ref_area::RefArea;
use halfsky_plan::unit::Unit;

use crate::data_set::{CellKey, Column, DataSet, Entries, Row};
use crate::definition::PeriodRule;
use crate::formula::Outcome;
use crate::observation::{
    ConfStatus, Missing, MissingReason, ObsStatus, Observation, ObservationKey, TOTAL, Value,
};
use crate::period::{Period, PeriodKind};
use crate::reporting::UnitId;
use crate::validation::Explanation;

/// Where a form was filled in, and for what.
#[derive(Debug, Clone, Copy)]
pub struct Occasion<'a> {
    pub ref_area: &'a RefArea,
    pub period: Period,
    /// Owner of what is missing.
    pub unit: &'a UnitId,
}

/// The observations of a form: one for each cell, also for the empty ones, which say why.
pub fn observe(
    data_set: &DataSet,
    entries: &Entries,
    explanations: &[Explanation],
    occasion: &Occasion<'_>,
) -> Vec<Observation> {
    let computed = data_set.computed(entries);
    let mut observations = Vec::new();
    for row in data_set.rows() {
        for &column in &row.columns {
            let cell = CellKey { row: row.code.clone(), column };
            let typed = entries.get(&row.code).and_then(|e| e.figures.get(&column));
            let value = match (typed, computed.get(&cell)) {
                (Some(figure), _) => Value::Figure(*figure),
                (None, Some(outcome)) => of_outcome(outcome, row, data_set, entries, occasion),
                (None, None) => Value::Missing(why_empty(row, entries, occasion)),
            };
            let status = match &value {
                Value::Figure(_) => ObsStatus::Normal,
                Value::Missing(missing) => missing.reason.status(),
            };
            observations.push(Observation {
                key: key(row, column, occasion),
                value,
                definition_version: row.definition_version,
                status,
                confidentiality: ConfStatus::Free,
                unit_mult: unit_mult(row.unit),
                explanation: explained(explanations, &cell),
            });
        }
    }
    observations
}

/// What of a unit's observations is recorded: where it has no figure but another unit has given one, that figure
/// stays. `others` holds the keys of figures in force that other units reported.
pub fn recordable(
    observations: Vec<Observation>,
    others: &BTreeSet<ObservationKey>,
) -> Vec<Observation> {
    let kept = |o: &Observation| o.value.figure().is_some() || !others.contains(&o.key);
    observations.into_iter().filter(kept).collect()
}

fn key(row: &Row, column: Column, occasion: &Occasion<'_>) -> ObservationKey {
    ObservationKey {
        ref_area: occasion.ref_area.clone(),
        indicator: row.code.clone(),
        period: period(row.period_rule, occasion.period),
        sex: column.sex(),
        residence: column.residence(),
        age: TOTAL.to_owned(),
        group: TOTAL.to_owned(),
        source: row.variant,
    }
}

/// A yearly round collects each figure for the year its own rule means.
pub(crate) fn period(rule: PeriodRule, round: Period) -> Period {
    let yearly = |kind| matches!(kind, PeriodKind::Year | PeriodKind::HealthYear);
    if yearly(round.kind()) && yearly(rule.kind()) {
        Period::new(rule.kind(), round.year(), 1).unwrap_or(round)
    } else {
        round
    }
}

fn of_outcome(
    outcome: &Outcome,
    row: &Row,
    data_set: &DataSet,
    entries: &Entries,
    occasion: &Occasion<'_>,
) -> Value {
    let missing = |reason, note: String| {
        let owner = occasion.unit.0.clone();
        Value::Missing(Missing { reason, note, owner, substitute: String::new() })
    };
    match outcome {
        Outcome::Value(value) => Value::Figure(Figure::new(*value).rounded(row.decimals)),
        Outcome::Undefined(undefined) => {
            missing(MissingReason::NotApplicable, undefined.to_string())
        }
        Outcome::Missing(items) => {
            let own = entries.get(&row.code).and_then(|e| e.missing.clone());
            let of_item = || {
                let row = data_set.row_named(&items.first()?.name)?;
                entries.get(&row.code)?.missing.clone()
            };
            match own.or_else(of_item) {
                // the reason of the item is the reason of the rate; which item it was is said beside it
                Some(found) => Value::Missing(Missing { note: outcome.to_string(), ..found }),
                None => missing(MissingReason::NotReported, outcome.to_string()),
            }
        }
    }
}

fn why_empty(row: &Row, entries: &Entries, occasion: &Occasion<'_>) -> Missing {
    let told = entries.get(&row.code).and_then(|e| e.missing.clone());
    let mut missing = told.unwrap_or(Missing {
        reason: MissingReason::NotReported,
        note: String::new(),
        owner: String::new(),
        substitute: String::new(),
    });
    if missing.owner.is_empty() {
        missing.owner.clone_from(&occasion.unit.0);
    }
    missing
}

/// SDMX `UNIT_MULT`: 万 is ten to the fourth.
pub(crate) const fn unit_mult(unit: Unit) -> i8 {
    match unit {
        Unit::Count10k | Unit::TenThousandYuan => 4,
        _ => 0,
    }
}

fn explained(explanations: &[Explanation], cell: &CellKey) -> String {
    let own = explanations.iter().filter(|e| e.cell == *cell).map(|e| e.words.trim());
    own.collect::<Vec<_>>().join("；")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::Definition;
    use crate::validation::Rule;
    use halfsky_plan::indicator::{Catalogue, IndicatorCode};

    fn code(text: &str) -> IndicatorCode {
        IndicatorCode(text.to_owned())
    }

    fn form() -> DataSet {
        let catalogue = Catalogue::builtin();
        let card = catalogue.find(&code("W-H02")).unwrap();
        let mut definition = Definition::from_catalogue(card, 2021).unwrap();
        definition.period_rule = PeriodRule::HealthYear;
        let definitions = [definition];
        DataSet::worksheet("F", "表", &definitions, &definitions).unwrap()
    }

    fn observed(entries: &Entries, explanations: &[Explanation]) -> Vec<Observation> {
        let occasion = Occasion {
            ref_area: &"000101".parse().unwrap(),
            period: Period::year_of(2025).unwrap(),
            unit: &UnitId("卫健".to_owned()),
        };
        observe(&form(), entries, explanations, &occasion)
    }

    fn filled(births: Option<&str>) -> Entries {
        let mut entries = Entries::new();
        let mut fill = |row: &str, figure: &str| {
            let figures = &mut entries.entry(code(row)).or_default().figures;
            figures.insert(Column::Total, figure.parse().unwrap());
        };
        fill("W-H02-N", "1");
        if let Some(births) = births {
            fill("W-H02-D", births);
        }
        entries
    }

    #[test]
    fn rates_are_rounded_once_and_carry_their_year() {
        let observations = observed(&filled(Some("2532")), &[]);
        assert_eq!(observations[2].value.figure().unwrap().to_string(), "39.49");
        assert_eq!(observations[2].key.period.to_string(), "2025-A1");
    }

    #[test]
    fn a_missing_item_gives_its_reason_to_the_rate() {
        let mut entries = filled(None);
        entries.entry(code("W-H02-D")).or_default().missing = Some(Missing {
            reason: MissingReason::NoStatistics,
            note: String::new(),
            owner: String::new(),
            substitute: String::new(),
        });
        let observations = observed(&entries, &[]);
        let Value::Missing(missing) = &observations[2].value else { panic!("{observations:?}") };
        assert_eq!(
            (missing.reason, missing.note.as_str()),
            (MissingReason::NoStatistics, "缺活产数")
        );
        assert_eq!(observations[1].status, ObsStatus::NotCollected);
    }

    #[test]
    fn a_figure_of_another_unit_is_not_emptied() {
        let observations = observed(&filled(None), &[]);
        let births = observations[1].key.clone();
        let kept = recordable(observations, &BTreeSet::from([births.clone()]));
        assert_eq!(kept.len(), 2);
        let kept = recordable(observed(&filled(Some("2532")), &[]), &BTreeSet::from([births]));
        assert_eq!(kept.len(), 3, "a figure of its own is recorded");
    }

    #[test]
    fn no_births_make_no_rate() {
        let observations = observed(&filled(Some("0")), &[]);
        let Value::Missing(missing) = &observations[2].value else { panic!("{observations:?}") };
        assert_eq!(missing.note, "分母为0，无法计算");
    }

    #[test]
    fn an_explanation_travels_with_its_figure() {
        let explanation = Explanation {
            cell: CellKey { row: code("W-H02-D"), column: Column::Total },
            rule: Rule::LastYear,
            words: "出生人口减少".to_owned(),
        };
        let observations = observed(&filled(Some("2532")), &[explanation]);
        assert_eq!(observations[1].explanation, "出生人口减少");
        assert_eq!(observations[0].explanation, "");
    }
}
