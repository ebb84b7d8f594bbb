//! Unit slip: a value that is ten, a hundred, a thousand or ten thousand times what it used to be.

use halfsky_plan::figure::Figure;
use halfsky_plan::unit::Unit;
use rust_decimal::Decimal;

use super::{Finding, Form, Placed, Rule, Severity, cell, part, with_unit};
use crate::data_set::Row;

/// Counts below this jump by such factors without any slip.
const SMALLEST_COUNT: i64 = 20;

pub(super) fn check(form: &Form<'_>, row: &Placed<'_>, findings: &mut Vec<Finding>) {
    for &column in &row.columns {
        let Some(value) = form.typed(row, column).map(Figure::decimal) else { continue };
        let Some(usual) = usual(form.past(row, column)) else { continue };
        let small = matches!(row.unit, Unit::Count | Unit::Person)
            && value.max(usual) < Decimal::from(SMALLEST_COUNT);
        let Some(power) = power_between(usual, value).filter(|_| !small) else { continue };
        findings.push(Finding {
            cell: cell(row, column),
            rule: Rule::UnitSlip,
            severity: Severity::Warning,
            message: format!(
                "“{}”{}为{}，约为往年{}的{}",
                row.name,
                part(column),
                with_unit(value, row),
                with_unit(usual, row),
                times(power)
            ),
            what_to_do: format!("{}；如无误，请说明情况", cause(row, power)),
        });
    }
}

/// The median of the last three values; zero tells nothing.
fn usual(past: &[(i32, Decimal)]) -> Option<Decimal> {
    let mut last: Vec<Decimal> = past.iter().rev().take(3).map(|(_, value)| *value).collect();
    last.sort();
    last.get(last.len() / 2).copied().filter(|value| *value > Decimal::ZERO)
}

/// The power of ten, 1 to 4 either way, that lies between two values, give or take a factor of 1.5.
fn power_between(usual: Decimal, value: Decimal) -> Option<i32> {
    if alike(usual, value) {
        return None;
    }
    let (low, high) = (Decimal::new(67, 2), Decimal::new(15, 1));
    (1..=4).flat_map(|power: i32| [power, -power]).find(|power| {
        let ten = Decimal::from(10_i64.pow(power.unsigned_abs()));
        let scaled = if *power > 0 { usual.checked_mul(ten) } else { usual.checked_div(ten) };
        let ratio = scaled.filter(|s| !s.is_zero()).and_then(|scaled| value.checked_div(scaled));
        ratio.is_some_and(|ratio| low <= ratio && ratio <= high)
    })
}

/// Whether two values are plainly of one size, which most are: told without a division.
fn alike(usual: Decimal, value: Decimal) -> bool {
    let times = |of: Decimal, hundredths: i64| of.checked_mul(Decimal::from(hundredths));
    let above = times(value, 100).zip(times(usual, 16)).is_some_and(|(value, low)| value > low);
    above && times(value, 100).zip(times(usual, 660)).is_some_and(|(value, high)| value < high)
}

fn times(power: i32) -> String {
    let ten = 10_i64.pow(power.unsigned_abs());
    if power > 0 { format!("{ten}倍") } else { format!("1/{ten}") }
}

/// The slip that is most often behind such a factor.
fn cause(row: &Row, power: i32) -> String {
    let unit = row.unit.label();
    match (row.unit, power) {
        (Unit::Percent, 1) => "可能把‰误填为%，请核对".to_owned(),
        (Unit::Permille, -1) => "可能把%误填为‰，请核对".to_owned(),
        (Unit::Percent, -2) => "可能填成了小数（如0.95应填95），请核对".to_owned(),
        (Unit::Count | Unit::Person | Unit::Yuan, -4) => {
            format!("可能以“万”为单位填报，应以“{unit}”为单位，请核对")
        }
        (Unit::Count10k | Unit::TenThousandYuan, 4) => {
            format!("可能没有换算成“{unit}”，请核对")
        }
        _ => format!("可能计量单位或小数点有误，应以“{unit}”为单位，请核对"),
    }
}

#[cfg(test)]
mod tests {
    use crate::validation::Rule;
    use crate::validation::testing::Bench;
    use halfsky_plan::unit::Unit;

    const PAST: &[(i32, &str)] = &[(2022, "8.1"), (2023, "8.4"), (2024, "8.2")];

    #[test]
    fn a_per_mille_typed_as_per_cent_is_seen() {
        let found = Bench::rate().past("R", PAST).fill("R", "81.0").of(Rule::UnitSlip);
        assert_eq!(found[0].message, "“系统管理率”为81%，约为往年8.2%的10倍");
        assert_eq!(found[0].what_to_do, "可能把‰误填为%，请核对；如无误，请说明情况");
    }

    #[test]
    fn ten_thousands_typed_as_units_are_seen() {
        let bench = Bench::rate()
            .row("R", |row| row.unit = Unit::Person)
            .past("R", &[(2023, "123000"), (2024, "125600")]);
        let found = bench.clone().fill("R", "12.6").of(Rule::UnitSlip);
        assert!(found[0].what_to_do.contains("可能以“万”为单位"));
        assert_eq!(bench.fill("R", "99000").of(Rule::UnitSlip).len(), 0);
    }

    #[test]
    fn the_jump_itself_is_not_asked_about_again() {
        let bench = Bench::rate().past("R", PAST).fill("R", "81.0");
        assert_eq!(bench.findings(), ["提示 R 计量单位"]);
    }

    #[test]
    fn small_counts_may_jump() {
        let bench = Bench::maternal().past("N", &[(2024, "1")]).fill("N", "10").fill("D", "20000");
        assert_eq!(bench.of(Rule::UnitSlip).len(), 0);
    }
}
