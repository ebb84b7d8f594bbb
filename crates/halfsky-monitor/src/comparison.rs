//! Comparison (审核对照): what a unit handed in, beside last year and beside what it handed in before.

use std::collections::BTreeMap;

use halfsky_plan::figure::Figure;

use crate::data_set::{CellKey, Column, DataSet, Entries, Row};
use crate::formula::Outcome;
use crate::observation::{Missing, Observation, TOTAL};
use crate::observe;
use crate::period::Period;
use crate::validation::jumps;

/// A figure of the year before, and the definition it was reported under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastYear {
    pub figure: Figure,
    pub definition_version: u32,
}

/// One cell of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComparedCell {
    pub column: Column,
    /// As typed, else worked out and rounded; None when there is no figure.
    pub now: Option<Figure>,
    /// The same of the submission before.
    pub before: Option<Figure>,
    pub last_year: Option<LastYear>,
    /// Printed otherwise than in the submission before, filled in or emptied.
    pub differs: bool,
    /// Moved by more than a third against last year, under the same definition.
    pub jumps: bool,
}

/// One row of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComparedRow<'a> {
    pub row: &'a Row,
    pub cells: Vec<ComparedCell>,
    /// 缺数原因 as it was handed in.
    pub missing: Option<&'a Missing>,
    pub remark: &'a str,
}

impl ComparedRow<'_> {
    /// Whether the two definitions of a cell are the same, so that its change may be told.
    pub fn comparable(&self, cell: &ComparedCell) -> bool {
        cell.last_year.is_some_and(|last| last.definition_version == self.row.definition_version)
    }
}

/// Holds a submission against last year and, when there was one, against the submission before.
pub fn compare<'a>(
    data_set: &'a DataSet,
    now: &'a Entries,
    before: Option<&Entries>,
    last_year: &BTreeMap<CellKey, LastYear>,
) -> Vec<ComparedRow<'a>> {
    let computed = data_set.computed(now);
    let computed_before = before.map(|entries| data_set.computed(entries));
    let rows = data_set.rows().iter().map(|row| {
        let entry = now.get(&row.code);
        let cell = |&column: &Column| {
            let key = CellKey { row: row.code.clone(), column };
            let figure = shown(row, column, now, &computed);
            let earlier = before
                .zip(computed_before.as_ref())
                .and_then(|(entries, computed)| shown(row, column, entries, computed));
            let last_year = last_year.get(&key).copied();
            let printed = |figure: Option<Figure>| figure.map(|f| f.to_string());
            let comparable =
                last_year.filter(|last| last.definition_version == row.definition_version);
            ComparedCell {
                column,
                now: figure,
                before: earlier,
                last_year,
                differs: before.is_some() && printed(figure) != printed(earlier),
                jumps: figure
                    .zip(comparable)
                    .is_some_and(|(now, last)| jumps(now.decimal(), last.figure.decimal())),
            }
        };
        ComparedRow {
            row,
            cells: row.columns.iter().map(cell).collect(),
            missing: entry.and_then(|e| e.missing.as_ref()),
            remark: entry.map_or("", |e| e.remark.as_str()),
        }
    });
    rows.collect()
}

/// The figure a cell shows.
fn shown(
    row: &Row,
    column: Column,
    entries: &Entries,
    computed: &BTreeMap<CellKey, Outcome>,
) -> Option<Figure> {
    if let Some(typed) = entries.get(&row.code).and_then(|e| e.figures.get(&column)) {
        return Some(*typed);
    }
    match computed.get(&CellKey { row: row.code.clone(), column })? {
        Outcome::Value(value) => Some(Figure::new(*value).rounded(row.decimals)),
        Outcome::Missing(_) | Outcome::Undefined(_) => None,
    }
}

/// The figures of the year before a period, by the cells of a form. Figures of another source are left out.
pub fn last_year(
    data_set: &DataSet,
    observations: &[Observation],
    period: Period,
) -> BTreeMap<CellKey, LastYear> {
    let mut found = BTreeMap::new();
    for observation in observations {
        let key = &observation.key;
        let Some(row) = data_set.row(&key.indicator) else { continue };
        let wanted = observe::period(row.period_rule, period).years_later(-1);
        let whole = key.age == TOTAL && key.group == TOTAL && key.source == row.variant;
        let (Some(figure), Some(column)) =
            (observation.value.figure(), Column::of(key.sex, key.residence))
        else {
            continue;
        };
        if whole && Some(key.period) == wanted {
            let last = LastYear { figure, definition_version: observation.definition_version };
            found.insert(CellKey { row: row.code.clone(), column }, last);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::Definition;
    use crate::observation::{ConfStatus, ObsStatus, ObservationKey, Value};
    use halfsky_plan::indicator::{Catalogue, IndicatorCode};

    fn code(text: &str) -> IndicatorCode {
        IndicatorCode(text.to_owned())
    }

    fn form() -> DataSet {
        let catalogue = Catalogue::builtin();
        let card = catalogue.find(&code("W-H02")).unwrap();
        let definitions = [Definition::from_catalogue(card, 2021).unwrap()];
        DataSet::worksheet("F", "表", &definitions, &definitions).unwrap()
    }

    fn filled(figures: &[(&str, &str)]) -> Entries {
        let mut entries = Entries::new();
        for (row, figure) in figures {
            let figures = &mut entries.entry(code(row)).or_default().figures;
            figures.insert(Column::Total, figure.parse().unwrap());
        }
        entries
    }

    fn observed(row: &str, value: &str, version: u32) -> Observation {
        let period = Period::year_of(2024).unwrap();
        Observation {
            key: ObservationKey::total("000101".parse().unwrap(), code(row), period),
            value: Value::Figure(value.parse().unwrap()),
            definition_version: version,
            status: ObsStatus::Normal,
            confidentiality: ConfStatus::Free,
            unit_mult: 0,
            explanation: String::new(),
        }
    }

    /// Marks of the three cells: `=` unchanged, `≠` differs from before, `!` jumps.
    fn check(before: Option<&[(&str, &str)]>, past: &[Observation], expected: [&str; 3]) {
        let form = form();
        let now = filled(&[("W-H02-N", "1"), ("W-H02-D", "2532")]);
        let before = before.map(filled);
        let last = last_year(&form, past, Period::year_of(2025).unwrap());
        let rows = compare(&form, &now, before.as_ref(), &last);
        let marks: Vec<String> = rows
            .iter()
            .map(|row| {
                let cell = &row.cells[0];
                let (differs, jumps) = (cell.differs, cell.jumps);
                format!("{}{}", if differs { "≠" } else { "=" }, if jumps { "!" } else { "" })
            })
            .collect();
        assert_eq!(marks, expected);
    }

    #[test]
    fn a_changed_item_changes_its_rate() {
        check(None, &[], ["=", "=", "="]);
        check(Some(&[("W-H02-N", "1"), ("W-H02-D", "2532")]), &[], ["=", "=", "="]);
        check(Some(&[("W-H02-N", "1"), ("W-H02-D", "2500")]), &[], ["=", "≠", "≠"]);
        check(Some(&[("W-H02-N", "1")]), &[], ["=", "≠", "≠"]);
    }

    #[test]
    fn a_jump_is_told_within_one_definition() {
        check(None, &[observed("W-H02-D", "1500", 1)], ["=", "=!", "="]);
        check(None, &[observed("W-H02-D", "2400", 1)], ["=", "=", "="]);
        check(None, &[observed("W-H02-D", "1500", 2)], ["=", "=", "="]);
    }

    #[test]
    fn figures_of_another_source_are_no_last_year() {
        let mut other = observed("W-H02-D", "1500", 1);
        other.key.source = crate::observation::SourceVariant::Survey;
        check(None, &[other], ["=", "=", "="]);
    }
}
