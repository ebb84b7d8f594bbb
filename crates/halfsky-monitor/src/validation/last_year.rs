//! Last year: a value that left its own past by a third, against last year and against the mean of three.

use halfsky_plan::unit::Unit;
use rust_decimal::Decimal;

use super::{Finding, Form, Placed, Rule, Severity, cell, part, with_unit};

/// Largest change that is not asked about, in hundredths.
const THIRD: i64 = 33;

pub(super) fn check(form: &Form<'_>, row: &Placed<'_>, findings: &mut Vec<Finding>) {
    // a yes or no has no size that could jump
    if row.unit == Unit::YesNo {
        return;
    }
    for &column in &row.columns {
        let Some(value) = form.value(row, column) else { continue };
        let past = form.past(row, column);
        let against = form
            .last_year(row, column)
            .map(|last| ("上年", last))
            .filter(|(_, last)| jumps(value, *last))
            .or_else(|| Some(("前三年平均", mean_jumped_from(past, value)?)));
        let Some((name, usual)) = against else { continue };
        if value.is_zero() || form.few_events(row, value.max(usual)) {
            continue;
        }
        let change = (value - usual) / usual * Decimal::ONE_HUNDRED;
        let more = if change.is_sign_positive() { "增加" } else { "减少" };
        findings.push(Finding {
            cell: cell(row, column),
            rule: Rule::LastYear,
            severity: Severity::Warning,
            message: format!(
                "“{}”{}为{}，比{name}{}{more}{}%",
                row.name,
                part(column),
                with_unit(value, row),
                with_unit(usual.round_dp(row.decimals.max(1)), row),
                change.abs().round_dp(1).normalize()
            ),
            what_to_do: "请核对；如无误，请说明变动原因".to_owned(),
        });
    }
}

/// Whether a value is off by more than a third; nothing can be said about a past of zero.
pub(crate) fn jumps(value: Decimal, usual: Decimal) -> bool {
    let Some(change) = value.checked_sub(usual).map(|d| d.abs()) else { return false };
    if usual <= Decimal::ZERO {
        return false;
    }
    // nearly always without a division
    match change.checked_mul(Decimal::ONE_HUNDRED).zip(usual.checked_mul(Decimal::from(THIRD))) {
        Some((change, third)) => change > third,
        None => change.checked_div(usual).is_some_and(|change| change > Decimal::new(THIRD, 2)),
    }
}

/// The mean of the three years just before, where a value jumps from it; needs all three.
fn mean_jumped_from(past: &[(i32, Decimal)], value: Decimal) -> Option<Decimal> {
    let [.., a, b, c] = past else { return None };
    let follow = c.0 == b.0 + 1 && b.0 == a.0 + 1;
    let three = Decimal::from(3);
    let sum = a.1.saturating_add(b.1).saturating_add(c.1);
    (follow && jumps(value.saturating_mul(three), sum)).then(|| sum / three)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validation::testing::Bench;

    fn messages(bench: &Bench) -> Vec<String> {
        bench.of(Rule::LastYear).into_iter().map(|f| f.message).collect()
    }

    #[test]
    fn a_third_is_asked_about() {
        let bench = Bench::rate().past("R", &[(2024, "60.0")]);
        assert_eq!(messages(&bench.clone().fill("R", "79.8")), Vec::<String>::new());
        assert_eq!(messages(&bench.fill("R", "81.0")), ["“系统管理率”为81%，比上年60%增加35%"]);
    }

    #[test]
    fn the_mean_of_three_sees_what_last_year_hides() {
        let past = &[(2022, "40"), (2023, "40"), (2024, "70")];
        let bench = Bench::rate().past("R", past).fill("R", "80");
        assert_eq!(messages(&bench), ["“系统管理率”为80%，比前三年平均50%增加60%"]);
        let gap = &[(2020, "40"), (2023, "40"), (2024, "70")];
        assert_eq!(messages(&Bench::rate().past("R", gap).fill("R", "80")), Vec::<String>::new());
    }

    #[test]
    fn few_events_are_chance() {
        let bench = Bench::maternal().fill("N", "3").fill("D", "2532");
        let bench = bench.past("N", &[(2024, "1")]).past("R", &[(2024, "39.0")]);
        assert_eq!(messages(&bench), Vec::<String>::new());
    }

    #[test]
    fn a_yes_is_no_jump() {
        let past = &[(2022, "0"), (2023, "0"), (2024, "1")];
        let bench = Bench::rate().row("R", |row| row.unit = Unit::YesNo).past("R", past);
        assert_eq!(messages(&bench.fill("R", "1")), Vec::<String>::new());
    }

    #[test]
    fn the_year_itself_is_not_its_past() {
        let bench = Bench::rate().past("R", &[(2025, "10"), (2026, "10")]).fill("R", "80");
        assert_eq!(messages(&bench), Vec::<String>::new());
    }
}
