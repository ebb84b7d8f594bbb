//! Source figure: what the department that keeps the statistics has published.

use super::cross_form::differ;
use super::{Finding, Form, Rule, Severity, cell, part, with_unit};
use crate::data_set::Row;

pub(super) fn check(form: &Form<'_>, row: &Row, findings: &mut Vec<Finding>) {
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
