//! Source figure: what the department that keeps the statistics has published.

use std::collections::BTreeMap;

use super::cross_form::differ;
use super::{Finding, Form, OtherFigures, Placed, Rule, Severity, cell, part, with_unit};
use crate::data_set::{CellKey, Column, DataSet};
use crate::observation::{Observation, TOTAL};
use crate::observe;
use crate::period::Period;

/// What is known of the cells of a form from publications: values of the form's own period, counted in the same way
/// and under the same definition, each with the name of its publication. In the order of the names.
pub fn source_figures(
    known: &[(Observation, String)],
    data_set: &DataSet,
    period: Period,
) -> Vec<OtherFigures> {
    let mut by_name: BTreeMap<&str, OtherFigures> = BTreeMap::new();
    for (observation, name) in known {
        let key = &observation.key;
        let Some(row) = data_set.row(&key.indicator) else { continue };
        let Some(column) = Column::of(key.sex, key.residence) else { continue };
        let Some(figure) = observation.value.figure() else { continue };
        let same = key.source == row.variant
            && key.age == TOTAL
            && key.group == TOTAL
            && key.period == observe::period(row.period_rule, period)
            && observation.definition_version == row.definition_version;
        if name.is_empty() || !same {
            continue;
        }
        let publication = by_name
            .entry(name)
            .or_insert_with(|| OtherFigures { name: name.clone(), figures: BTreeMap::new() });
        publication.figures.insert(CellKey { row: row.code.clone(), column }, figure);
    }
    by_name.into_values().collect()
}

pub(super) fn check(form: &Form<'_>, row: &Placed<'_>, findings: &mut Vec<Finding>) {
    for source in form.filled.published {
        for &column in &row.columns {
            let cell = cell(row, column);
            let pair = form.value(row, column).zip(source.figures.get(&cell));
            let Some((value, there)) = pair else { continue };
            if !differ(value, there.decimal(), row) {
                continue;
            }
            findings.push(Finding {
                cell,
                rule: Rule::SourceFigure,
                severity: Severity::Warning,
                message: format!(
                    "“{}”{}填为{}，{}公布为{}",
                    row.name,
                    part(column),
                    with_unit(value, row),
                    source.name,
                    with_unit(there.decimal(), row)
                ),
                what_to_do: "应与主管部门公布数一致；口径或时点不同的，请说明".to_owned(),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::validation::Rule;
    use crate::validation::testing::Bench;

    #[test]
    fn a_published_figure_is_the_measure() {
        let bench = Bench::maternal().fill("N", "1").fill("D", "2532");
        let found =
            |figure| bench.clone().published("卫生健康年报", "R", figure).of(Rule::SourceFigure);
        assert_eq!(found("39.5").len(), 0, "the same, printed shorter");
        assert_eq!(found("40.5").len(), 1);
    }
}
