//! Range: what cannot be is an error, what is unlikely a warning.

use halfsky_plan::unit::Unit;
use rust_decimal::Decimal;

use super::{Finding, Form, Placed, Rule, Severity, cell, part, with_unit};
use crate::data_set::Row;
use crate::definition::Bounds;

pub(super) fn check(form: &Form<'_>, row: &Placed<'_>, findings: &mut Vec<Finding>) {
    for &column in &row.columns {
        let Some(value) = form.value(row, column) else { continue };
        let yes_no = row.unit == Unit::YesNo && value != Decimal::ZERO && value != Decimal::ONE;
        let (severity, allowed) = if yes_no {
            (Severity::Error, "0（否）或1（是）".to_owned())
        } else if !row.plausible.possible.contain(value) {
            (Severity::Error, told(row.plausible.possible, row))
        } else if !row.plausible.likely.contain(value) {
            (Severity::Warning, told(row.plausible.likely, row))
        } else {
            continue;
        };
        let what_to_do = match severity {
            Severity::Error => "请核对数值和计量单位后改正",
            Severity::Warning => "请核对；如无误，请说明情况",
        };
        findings.push(Finding {
            cell: cell(row, column),
            rule: Rule::Range,
            severity,
            message: format!(
                "“{}”{}为{}，{}{allowed}",
                row.name,
                part(column),
                with_unit(value, row),
                if severity == Severity::Error { "应为" } else { "一般为" },
            ),
            what_to_do: what_to_do.to_owned(),
        });
    }
}

fn told(bounds: Bounds, row: &Row) -> String {
    match (bounds.low, bounds.high) {
        (Some(low), Some(high)) => format!("{}—{}", low.normalize(), with_unit(high, row)),
        (Some(low), None) => format!("{}以上", with_unit(low, row)),
        (None, Some(high)) => format!("{}以下", with_unit(high, row)),
        (None, None) => "任意值".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use crate::definition::Bounds;
    use crate::validation::Rule;
    use crate::validation::testing::Bench;
    use halfsky_plan::unit::Unit;

    #[test]
    fn a_share_ends_at_one_hundred() {
        let found = Bench::rate().fill("R", "101").of(Rule::Range);
        assert_eq!(found[0].message, "“系统管理率”为101%，应为0—100%");
        assert_eq!(Bench::rate().fill("R", "-1").of(Rule::Range).len(), 1);
        assert_eq!(Bench::rate().fill("R", "100").of(Rule::Range).len(), 0);
    }

    #[test]
    fn the_unlikely_is_a_warning() {
        let likely = Bounds { low: None, high: Some("95".parse().unwrap()) };
        let bench = Bench::rate().row("R", |row| row.plausible.likely = likely).fill("R", "96");
        assert_eq!(bench.findings(), ["提示 R 取值范围"]);
    }

    #[test]
    fn yes_is_one_and_no_is_zero() {
        let bench = Bench::rate().row("R", |row| row.unit = Unit::YesNo);
        assert_eq!(bench.clone().fill("R", "2").of(Rule::Range).len(), 1);
        assert_eq!(bench.fill("R", "1").of(Rule::Range).len(), 0);
    }
}
