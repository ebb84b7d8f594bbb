//! Decimals: counts are whole numbers, and nothing is printed with more digits than its definition says.

use halfsky_plan::figure::Figure;
use halfsky_plan::unit::Unit;

use super::{Finding, Form, Placed, Rule, Severity, cell, part};

pub(super) fn check(form: &Form<'_>, row: &Placed<'_>, findings: &mut Vec<Finding>) {
    for &column in &row.columns {
        let Some(figure) = form.typed(row, column) else { continue };
        let digits = figure.decimal().normalize().scale();
        if digits <= row.decimals {
            continue;
        }
        let whole = matches!(row.unit, Unit::Count | Unit::Person) && row.decimals == 0;
        let rounded = Figure::new(figure.decimal()).rounded(row.decimals);
        let (severity, message, what_to_do) = if whole {
            (
                Severity::Error,
                format!("“{}”{}为{figure}，应为整数", row.name, part(column)),
                format!("请核对是否误填了比率，或计量单位应为“{}”", row.unit.label()),
            )
        } else {
            (
                Severity::Warning,
                format!("“{}”{}为{figure}，规定保留{}位小数", row.name, part(column), row.decimals),
                format!("请改为{rounded}；如须保留，请说明情况"),
            )
        };
        let (cell, rule) = (cell(row, column), Rule::Decimals);
        findings.push(Finding { cell, rule, severity, message, what_to_do });
    }
}

#[cfg(test)]
mod tests {
    use crate::validation::Rule;
    use crate::validation::testing::Bench;

    #[test]
    fn people_are_counted_whole() {
        let bench = Bench::maternal().fill("N", "1.5").fill("D", "2000");
        assert_eq!(bench.findings(), ["错误 N 小数位数"]);
    }

    #[test]
    fn too_many_digits_are_a_warning_and_zeros_are_none() {
        let found = Bench::rate().fill("R", "90.25").of(Rule::Decimals);
        assert_eq!(found[0].what_to_do, "请改为90.3；如须保留，请说明情况");
        assert_eq!(Bench::rate().fill("R", "90.20").of(Rule::Decimals).len(), 0);
    }
}
