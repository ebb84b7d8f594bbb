//! Sum by sex: women and men are all.

use super::{Finding, Form, Placed, Rule, Severity, additive, cell, last_place};
use crate::data_set::Column;

pub(super) fn check(form: &Form<'_>, row: &Placed<'_>, findings: &mut Vec<Finding>) {
    let parts = [Column::Female, Column::Male];
    sums(form, row, parts, Rule::SumBySex, findings);
}

/// Two parts make the whole; where decimals are printed, each figure may have been rounded.
pub(super) fn sums(
    form: &Form<'_>,
    row: &Placed<'_>,
    parts: [Column; 2],
    rule: Rule,
    findings: &mut Vec<Finding>,
) {
    let figures =
        (form.value(row, parts[0]), form.value(row, parts[1]), form.value(row, Column::Total));
    let (Some(first), Some(second), Some(total)) = figures else { return };
    if !additive(row.unit) {
        return;
    }
    let difference = first.saturating_add(second).saturating_sub(total);
    let allowed = if row.decimals == 0 { 0.into() } else { last_place(row.decimals) };
    if difference.abs() <= allowed {
        return;
    }
    let [a, b] = parts.map(Column::label);
    let more = if difference.is_sign_positive() { "大于" } else { "小于" };
    findings.push(Finding {
        cell: cell(row, Column::Total),
        rule,
        severity: Severity::Error,
        message: format!(
            "“{}”{a}{first}+{b}{second}={}，{more}合计{total}，相差{}",
            row.name,
            first.saturating_add(second),
            difference.abs()
        ),
        what_to_do: format!("请核对合计和{a}、{b}三格；缺一项的，请填缺数原因"),
    });
}

#[cfg(test)]
mod tests {
    use crate::validation::Rule;
    use crate::validation::testing::Bench;
    use halfsky_plan::unit::Unit;

    fn found(bench: &Bench, women: &str) -> Vec<String> {
        let filled = bench.clone().fill("N", "100").fill("N/女", women).fill("N/男", "52");
        filled.of(Rule::SumBySex).into_iter().map(|f| f.message).collect()
    }

    #[test]
    fn women_and_men_are_all() {
        let bench = Bench::enrolment();
        assert_eq!(found(&bench, "48"), Vec::<String>::new());
        assert_eq!(found(&bench, "47"), ["“在校生数”女47+男52=99，小于合计100，相差1"]);
    }

    #[test]
    fn rounded_figures_may_differ_in_the_last_place() {
        let bench = Bench::enrolment().row("N", |row| {
            row.unit = Unit::Count10k;
            row.decimals = 2;
        });
        assert_eq!(found(&bench, "48.01").len(), 0);
        assert_eq!(found(&bench, "48.02").len(), 1);
    }

    #[test]
    fn rates_do_not_add_up() {
        let bench = Bench::enrolment().row("N", |row| row.unit = Unit::Percent);
        assert_eq!(found(&bench, "90").len(), 0);
    }
}
