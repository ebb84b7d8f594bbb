//! Part of whole: a row marked as a part (其中项), and a column that is part of the total.

use super::{Finding, Form, Placed, Rule, Severity, additive, cell, part};
use crate::data_set::Column;

pub(super) fn check(form: &Form<'_>, row: &Placed<'_>, findings: &mut Vec<Finding>) {
    let mut error = |column: Column, message: String| {
        findings.push(Finding {
            cell: cell(row, column),
            rule: Rule::PartOfWhole,
            severity: Severity::Error,
            message,
            what_to_do: "其中项不应大于总项，请核对两格的数值和统计范围".to_owned(),
        });
    };
    let whole = row.part_of.as_ref().and_then(|code| form.row(code));
    for &column in &row.columns {
        let Some(value) = form.value(row, column) else { continue };
        if let Some((whole, all)) = whole.and_then(|w| Some((w, form.value(&w, column)?)))
            && value > all
        {
            let place = part(column);
            error(column, format!("“{}”{place}为{value}，大于“{}”{all}", row.name, whole.name));
        }
        let total = form.value(row, Column::Total).filter(|_| additive(row.unit));
        if let Some(total) = total.filter(|total| column != Column::Total && value > *total) {
            error(column, format!("“{}”{}{value}大于合计{total}", row.name, column.label()));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::validation::Rule;
    use crate::validation::testing::Bench;

    #[test]
    fn a_part_is_not_larger_than_its_row() {
        let bench = Bench::enrolment().fill("N", "100");
        let found = bench.clone().fill("P", "101").of(Rule::PartOfWhole);
        assert_eq!(found[0].message, "“寄宿生数”为101，大于“在校生数”100");
        assert_eq!(bench.fill("P", "100").of(Rule::PartOfWhole).len(), 0);
    }

    #[test]
    fn a_part_is_not_larger_than_the_total() {
        let found = Bench::enrolment().fill("N", "100").fill("N/女", "101").of(Rule::PartOfWhole);
        assert_eq!(found[0].message, "“在校生数”女101大于合计100");
    }
}
