//! Computed rate: a rate typed beside its numerator and denominator is what they give, within its rounding.

use halfsky_plan::figure::Figure;
use rust_decimal::Decimal;

use super::{Finding, Form, Placed, Rule, Severity, cell, part, with_unit};
use crate::data_set::RowKind;
use crate::formula::{Outcome, explain};

pub(super) fn check(form: &Form<'_>, row: &Placed<'_>, findings: &mut Vec<Finding>) {
    let RowKind::Computed(expression) = &row.kind else { return };
    for &column in &row.columns {
        let Some(typed) = form.typed(row, column) else { continue };
        let Some(Outcome::Value(exact)) = form.computed(row, column) else { continue };
        let places = typed.decimal().scale().min(row.decimals);
        let half = Decimal::new(5, places.saturating_add(1).min(28));
        if typed.decimal().saturating_sub(*exact).abs() <= half {
            continue;
        }
        let right = Figure::new(*exact).rounded(row.decimals);
        findings.push(Finding {
            cell: cell(row, column),
            rule: Rule::ComputedRate,
            severity: Severity::Error,
            message: format!(
                "“{}”{}填为{}，按分子分母计算应为{right}",
                row.name,
                part(column),
                with_unit(typed.decimal(), row)
            ),
            what_to_do: format!(
                "计算方法：{}。请核对三格，或清空比率由系统计算",
                explain(&row.name, expression, row.unit)
            ),
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::validation::Rule;
    use crate::validation::testing::Bench;

    fn found(rate: &str) -> usize {
        let bench = Bench::maternal().fill("N", "1").fill("D", "2532").fill("R", rate);
        bench.of(Rule::ComputedRate).len()
    }

    #[test]
    fn a_typed_rate_is_held_against_its_parts() {
        assert_eq!(found("39.49"), 0);
        assert_eq!(found("39.5"), 0, "printed with one decimal");
        assert_eq!(found("39.94"), 1);
        assert_eq!(found("0.39"), 1);
    }

    #[test]
    fn the_arithmetic_is_shown() {
        let bench = Bench::maternal().fill("N", "1").fill("D", "2532").fill("R", "40.1");
        let finding = &bench.of(Rule::ComputedRate)[0];
        assert_eq!(finding.message, "“孕产妇死亡率”填为40.1/10万，按分子分母计算应为39.49");
        assert!(finding.what_to_do.contains("孕产妇死亡数 ÷ 活产数 × 100000（1/10万）"));
    }
}
