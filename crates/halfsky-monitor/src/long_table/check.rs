//! Check: the rules of the forms, over the figures of a long table.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;

use halfsky_plan::indicator::IndicatorCode;
use halfsky_plan::ref_area::RefArea;

use super::Line;
use super::forms::{FormId, Forms};
use crate::data_set::{Column, DataSet, DataSetProblem, Entries, RowEntry};
use crate::names::Names;
use crate::observation::{Observation, ObservationKey, TOTAL};
use crate::observe;
use crate::period::{Period, PeriodKind};
use crate::threads::in_order;
use crate::validation::{
    Filled, Finding, PastValues, Severity, past_values, validate_what_is_there,
};
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
/// there; of figures that stand in the table, too, the table's count. The number of threads changes nothing of what is
/// found.
pub fn check(
    lines: &[Line],
    standing: &[Observation],
    names: &Names,
    threads: NonZeroUsize,
) -> Result<Checked, DataSetProblem> {
    let regions = by_region(lines, standing);
    let mut forms = Forms::new(names);
    let (mut sheets, mut histories) = (Vec::new(), Vec::new());
    for region in regions.values() {
        let mut known: BTreeMap<FormId, usize> = BTreeMap::new();
        for (year, lines) in &region.by_year {
            let Ok(period) = Period::year_of(*year) else { continue };
            let Some(form) = forms.of(*year, codes(lines))? else { continue };
            let history = *known.entry(form).or_insert_with(|| {
                histories.push(History { region, form, until: period });
                histories.len() - 1
            });
            histories[history].until = period;
            sheets.push(Sheet { form, period, lines, history });
        }
    }
    let forms = forms.made();
    let past_of = |history: &History<'_>| {
        past_values(history.region.all(), &forms[history.form], names.cards(), history.until)
    };
    let pasts = in_order(&histories, threads, past_of);
    let found =
        in_order(&sheets, threads, |sheet| sheet.check(&forms[sheet.form], &pasts[sheet.history]));
    let mut checked = Checked::default();
    for (severity, problem) in found.into_iter().flatten() {
        match severity {
            Severity::Error => checked.errors.push(problem),
            Severity::Warning => checked.warnings.push(problem),
        }
    }
    Ok(checked)
}

/// What is known of a region.
#[derive(Default)]
struct Region<'a> {
    /// The lines that a form has a place for.
    by_year: BTreeMap<i32, Vec<&'a Line>>,
    lines: Vec<&'a Observation>,
    standing: Vec<&'a Observation>,
}

impl<'a> Region<'a> {
    /// What stands, and the table's own figures in place of those.
    fn all(&self) -> impl Iterator<Item = &'a Observation> + '_ {
        // most tables bring figures to a region without any
        let own: BTreeSet<&ObservationKey> = match self.standing[..] {
            [] => BTreeSet::new(),
            _ => self.lines.iter().map(|line| &line.key).collect(),
        };
        let standing = self.standing.iter().filter(move |o| !own.contains(&o.key));
        standing.chain(&self.lines).copied()
    }
}

fn by_region<'a>(
    lines: &'a [Line],
    standing: &'a [Observation],
) -> BTreeMap<&'a RefArea, Region<'a>> {
    let mut regions: BTreeMap<&RefArea, Region<'_>> = BTreeMap::new();
    for line in lines {
        let key = &line.observation.key;
        let region = regions.entry(&key.ref_area).or_default();
        region.lines.push(&line.observation);
        if is_of_a_form(key) {
            region.by_year.entry(key.period.year()).or_default().push(line);
        }
    }
    for observation in standing {
        if let Some(region) = regions.get_mut(&observation.key.ref_area) {
            region.standing.push(observation);
        }
    }
    regions
}

/// Whether a form has a place for it: a year, no age group, no other group.
fn is_of_a_form(key: &ObservationKey) -> bool {
    matches!(key.period.kind(), PeriodKind::Year | PeriodKind::HealthYear)
        && key.age == TOTAL
        && key.group == TOTAL
        && Column::of(key.sex, key.residence).is_some()
}

/// The codes of lines, each once and in order.
fn codes<'a>(lines: &[&'a Line]) -> Vec<&'a IndicatorCode> {
    let mut codes: Vec<_> = lines.iter().map(|line| &line.observation.key.indicator).collect();
    codes.dedup();
    codes.sort_unstable();
    codes.dedup();
    codes
}

/// The figures of a region that a form's years have before them, up to the last of these years.
struct History<'a> {
    region: &'a Region<'a>,
    form: FormId,
    until: Period,
}

/// The lines of a region and a year.
struct Sheet<'a> {
    form: FormId,
    period: Period,
    lines: &'a [&'a Line],
    history: usize,
}

/// The line in each cell of a row.
type Cells<'a> = [Option<&'a Line>; Column::ALL.len()];

impl Sheet<'_> {
    fn check(&self, form: &DataSet, past: &PastValues) -> Vec<(Severity, SheetProblem)> {
        let cells = self.cells(form);
        let mut entries = Entries::new();
        for (row, cells) in form.rows().iter().zip(&cells) {
            let figure = |column: &Column| {
                Some((*column, cells[*column as usize]?.observation.value.figure()?))
            };
            let mut figures = Column::ALL.iter().filter_map(figure).peekable();
            if figures.peek().is_some() {
                let figures = figures.collect();
                entries.insert(row.code.clone(), RowEntry { figures, ..RowEntry::default() });
            }
        }
        let findings = validate_what_is_there(&Filled {
            data_set: form,
            entries: &entries,
            period: self.period,
            past,
            other_forms: &[],
            published: &[],
        });
        let told = |finding: Finding| {
            let row = form.position_of(&finding.cell.row)?;
            let line = cells[row][finding.cell.column as usize]?;
            let Finding { severity, message, what_to_do, .. } = finding;
            Some((severity, SheetProblem { place: line.place.clone(), message, what_to_do }))
        };
        findings.into_iter().filter_map(told).collect()
    }

    /// The cells of the form that lines fill, figures counted in another way left out.
    fn cells(&self, form: &DataSet) -> Vec<Cells<'_>> {
        let mut cells = vec![Cells::default(); form.rows().len()];
        let mut last: Option<(&IndicatorCode, Option<usize>)> = None;
        for &line in self.lines {
            let key = &line.observation.key;
            // the lines of an indicator mostly stand together
            let at = match last {
                Some((code, at)) if *code == key.indicator => at,
                _ => form.position_of(&key.indicator),
            };
            last = Some((&key.indicator, at));
            let (Some(at), Some(column)) = (at, Column::of(key.sex, key.residence)) else {
                continue;
            };
            let row = &form.rows()[at];
            let period = observe::period(row.period_rule, self.period);
            if row.columns.contains(&column) && row.variant == key.source && period == key.period {
                cells[at][column as usize] = Some(line);
            }
        }
        cells
    }
}
