//! Sum by residence: towns and villages are all.

use super::sum_by_sex::sums;
use super::{Finding, Form, Placed, Rule};
use crate::data_set::Column;

pub(super) fn check(form: &Form<'_>, row: &Placed<'_>, findings: &mut Vec<Finding>) {
    let parts = [Column::Urban, Column::Rural];
    sums(form, row, parts, Rule::SumByResidence, findings);
}

#[cfg(test)]
mod tests {
    use crate::validation::Rule;
    use crate::validation::testing::Bench;

    #[test]
    fn towns_and_villages_are_all() {
        let bench = Bench::enrolment().fill("N", "100").fill("N/城镇", "60");
        let found = |rural| bench.clone().fill("N/农村", rural).of(Rule::SumByResidence);
        assert_eq!(found("40").len(), 0);
        assert_eq!(found("41")[0].message, "“在校生数”城镇60+农村41=101，大于合计100，相差1");
    }
}
