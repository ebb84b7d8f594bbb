//! Zero: a zero where there was much last year may stand for “no data”.

use halfsky_plan::unit::Unit;
use rust_decimal::Decimal;

use super::{Finding, Form, Placed, Rule, Severity, cell, part, with_unit};

/// Counts from this size on do not vanish in a year without a reason.
const LARGE_COUNT: i64 = 10;

pub(super) fn check(form: &Form<'_>, row: &Placed<'_>, findings: &mut Vec<Finding>) {
    for &column in &row.columns {
        if form.typed(row, column).is_none_or(|figure| !figure.decimal().is_zero()) {
            continue;
        }
        let Some(last) = form.last_year(row, column) else { continue };
        let large = match row.unit {
            Unit::YesNo => Decimal::TWO,
            Unit::Count | Unit::Person => Decimal::from(LARGE_COUNT),
            _ => Decimal::new(1, row.decimals),
        };
        if last.abs() < large {
            continue;
        }
        findings.push(Finding {
            cell: cell(row, column),
            rule: Rule::Zero,
            severity: Severity::Warning,
            message: format!("“{}”{}填为0，上年为{}", row.name, part(column), with_unit(last, row)),
            what_to_do: "0表示确实为零；没有数据的，请清空并选择缺数原因；如确为零，请说明情况"
                .to_owned(),
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::validation::testing::Bench;

    #[test]
    fn a_zero_after_much_is_asked_about() {
        let bench = Bench::maternal().fill("N", "1").fill("D", "0");
        assert_eq!(bench.clone().past("D", &[(2024, "2532")]).findings(), ["提示 D 填报为0"]);
        assert_eq!(bench.past("D", &[(2023, "2532")]).findings(), Vec::<String>::new());
    }

    #[test]
    fn a_zero_after_little_is_good_news() {
        let bench = Bench::maternal().fill("N", "0").fill("D", "2532").past("N", &[(2024, "2")]);
        assert_eq!(bench.findings(), Vec::<String>::new());
    }
}
