//! Cross form: one item in two forms is one figure.

use super::{
    Finding, Form, OtherFigures, Placed, Rule, Severity, cell, last_place, part, with_unit,
};
use crate::data_set::Row;

pub(super) fn check(form: &Form<'_>, row: &Placed<'_>, findings: &mut Vec<Finding>) {
    for other in form.filled.other_forms {
        differences(form, row, other, findings);
    }
}

fn differences(
    form: &Form<'_>,
    row: &Placed<'_>,
    other: &OtherFigures,
    findings: &mut Vec<Finding>,
) {
    for &column in &row.columns {
        let cell = cell(row, column);
        let pair = form.value(row, column).zip(other.figures.get(&cell));
        let Some((value, there)) = pair else { continue };
        if !differ(value, there.decimal(), row) {
            continue;
        }
        findings.push(Finding {
            cell,
            rule: Rule::CrossForm,
            severity: Severity::Warning,
            message: format!(
                "“{}”{}本表为{}，“{}”为{}",
                row.name,
                part(column),
                with_unit(value, row),
                other.name,
                with_unit(there.decimal(), row)
            ),
            what_to_do: "同一数据项应一致，请与另一填报单位核对；如口径不同，请说明".to_owned(),
        });
    }
}

/// Whether two figures are told apart by more than the rounding of the coarser one.
pub(super) fn differ(a: rust_decimal::Decimal, b: rust_decimal::Decimal, row: &Row) -> bool {
    let places = a.scale().min(b.scale()).min(row.decimals);
    let half = last_place(places) / rust_decimal::Decimal::TWO;
    a.saturating_sub(b).abs() > half && a != b
}

#[cfg(test)]
mod tests {
    use crate::validation::Rule;
    use crate::validation::testing::Bench;

    #[test]
    fn the_same_item_is_the_same_figure() {
        let bench = Bench::maternal().fill("N", "1").fill("D", "2532");
        let found = |figure| bench.clone().other_form("儿童表", "D", figure).of(Rule::CrossForm);
        assert_eq!(found("2532").len(), 0);
        assert_eq!(found("2533")[0].message, "“活产数”本表为2532人，“儿童表”为2533人");
    }
}
