//! Check: the rules of the forms, over the figures of a long table.

use std::collections::BTreeMap;

use halfsky_plan::ref_area::RefArea;

use super::{Line, codes};
use crate::data_set::{CellKey, Column, DataSet, DataSetProblem, Entries};
use crate::definition::{Definition, Definitions};
use crate::names::Names;
use crate::observation::{Observation, TOTAL};
use crate::observe;
use crate::period::{Period, PeriodKind};
use crate::validation::{Filled, Rule, Severity, past_values, validate};
use crate::workbook::SheetProblem;

/// What the rules found, in the order of the forms.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Checked {
    /// Nothing is kept while there is one.
    pub errors: Vec<SheetProblem>,
    /// To be looked at.
    pub warnings: Vec<SheetProblem>,
}

/// Checks the lines of each region and year as one form, against the years before: `standing` holds what is in force
/// there; of figures that stand in the table, too, the table's count.
pub fn check(
    lines: &[Line],
    standing: &[Observation],
    names: &Names,
) -> Result<Checked, DataSetProblem> {
    let mut by_form: BTreeMap<(&RefArea, i32), Vec<&Line>> = BTreeMap::new();
    for line in lines.iter().filter(|line| is_of_a_form(&line.observation)) {
        let key = &line.observation.key;
        by_form.entry((&key.ref_area, key.period.year())).or_default().push(line);
    }
    let mut checked = Checked::default();
    for ((ref_area, year), own) in by_form {
        let Ok(period) = Period::year_of(year) else { continue };
        let Some(form) = form(names, year, &own)? else { continue };
        let cells = cells(&form, period, &own);
        let mut entries = Entries::new();
        for (cell, line) in &cells {
            if let Some(figure) = line.observation.value.figure() {
                let entry = entries.entry(cell.row.clone()).or_default();
                entry.figures.insert(cell.column, figure);
            }
        }
        let definitions: BTreeMap<_, Definitions> = codes(&own)
            .into_iter()
            .filter_map(|code| Some((code.clone(), names.definitions(&code)?.clone())))
            .collect();
        let earlier = earlier(ref_area, lines, standing);
        let past = past_values(earlier, &form, &definitions, period);
        let findings = validate(&Filled {
            data_set: &form,
            entries: &entries,
            period,
            past: &past,
            other_forms: &[],
            published: &[],
        });
        for finding in findings.into_iter().filter(|f| f.rule != Rule::Presence) {
            let Some(line) = cells.get(&finding.cell) else { continue };
            let problem = SheetProblem {
                place: line.place.clone(),
                message: finding.message,
                what_to_do: finding.what_to_do,
            };
            match finding.severity {
                Severity::Error => checked.errors.push(problem),
                Severity::Warning => checked.warnings.push(problem),
            }
        }
    }
    Ok(checked)
}

/// Whether a form has a place for it: a year, no age group, no other group.
fn is_of_a_form(observation: &Observation) -> bool {
    let key = &observation.key;
    matches!(key.period.kind(), PeriodKind::Year | PeriodKind::HealthYear)
        && key.age == TOTAL
        && key.group == TOTAL
        && Column::of(key.sex, key.residence).is_some()
}

/// The form of the indicators in a year's lines, and of those whose items stand there.
fn form(names: &Names, year: i32, lines: &[&Line]) -> Result<Option<DataSet>, DataSetProblem> {
    let codes = codes(lines);
    let cards = names.in_year(year);
    let needed: Vec<Definition> = cards
        .iter()
        .filter(|card| {
            let parts = [&card.calculation.numerator, &card.calculation.denominator];
            codes.contains(&card.code)
                || codes.iter().any(|c| parts.contains(&&names.name(c).to_owned()))
        })
        .cloned()
        .collect();
    if needed.is_empty() {
        return Ok(None);
    }
    DataSet::worksheet("F", "长表", &needed, &cards).map(Some)
}

/// The cells of the form that lines fill, figures counted in another way left out.
fn cells<'a>(form: &DataSet, period: Period, lines: &[&'a Line]) -> BTreeMap<CellKey, &'a Line> {
    let mut cells = BTreeMap::new();
    for line in lines {
        let key = &line.observation.key;
        let Some(column) = Column::of(key.sex, key.residence) else { continue };
        let cell = CellKey { row: key.indicator.clone(), column };
        let Some(row) = form.row(&key.indicator).filter(|_| form.has_cell(&cell)) else { continue };
        if row.variant == key.source && observe::period(row.period_rule, period) == key.period {
            cells.insert(cell, *line);
        }
    }
    cells
}

/// What stands in a region, the table's own figures first.
fn earlier<'a>(
    ref_area: &RefArea,
    lines: &'a [Line],
    standing: &'a [Observation],
) -> Vec<&'a Observation> {
    let own: BTreeMap<_, _> = lines
        .iter()
        .map(|line| (&line.observation.key, &line.observation))
        .filter(|(key, _)| key.ref_area == *ref_area)
        .collect();
    let standing =
        standing.iter().filter(|o| o.key.ref_area == *ref_area && !own.contains_key(&o.key));
    standing.chain(own.values().copied()).collect()
}
