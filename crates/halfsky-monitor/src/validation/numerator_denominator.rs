//! Numerator and denominator: the part is not larger than the whole. Gross rates are left out.

use super::{Finding, Form, Placed, Rule, Severity, cell, part};

pub(super) fn check(form: &Form<'_>, row: &Placed<'_>, findings: &mut Vec<Finding>) {
    let Some(fraction) = row.fraction.as_ref().filter(|f| !f.gross) else { return };
    let rows = form.row(&fraction.numerator).zip(form.row(&fraction.denominator));
    let Some((numerator, denominator)) = rows else { return };
    let (numerator, denominator) = (&numerator, &denominator);
    for &column in &row.columns {
        let values = form.value(numerator, column).zip(form.value(denominator, column));
        let Some((of, all)) = values.filter(|(of, all)| of > all) else { continue };
        findings.push(Finding {
            cell: cell(numerator, column),
            rule: Rule::NumeratorDenominator,
            severity: Severity::Error,
            message: format!(
                "分子“{}”{}为{of}，大于分母“{}”{all}",
                numerator.name,
                part(column),
                denominator.name
            ),
            what_to_do: "请核对分子和分母是否填反，统计范围是否一致".to_owned(),
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::validation::Rule;
    use crate::validation::testing::Bench;

    fn found(bench: &Bench) -> usize {
        bench.clone().fill("N", "101").fill("D", "100").of(Rule::NumeratorDenominator).len()
    }

    #[test]
    fn the_part_is_not_larger_than_the_whole() {
        assert_eq!(found(&Bench::enrolment()), 1);
        let equal = Bench::enrolment().fill("N", "100").fill("D", "100");
        assert_eq!(equal.of(Rule::NumeratorDenominator).len(), 0);
    }

    #[test]
    fn gross_rates_may_pass() {
        let gross = Bench::enrolment().row("R", |r| r.fraction.as_mut().unwrap().gross = true);
        assert_eq!(found(&gross), 0);
    }
}
