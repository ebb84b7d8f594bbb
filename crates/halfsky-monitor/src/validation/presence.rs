//! Presence: an empty cell needs the reason why it is empty.

use super::{Finding, Form, Placed, Rule, Severity, cell, part};
use crate::data_set::{Column, RowKind};
use crate::observation::MissingReason;

pub(super) fn check(form: &Form<'_>, row: &Placed<'_>, findings: &mut Vec<Finding>) {
    let missing = form.filled.entries.get(&row.code).and_then(|entry| entry.missing.as_ref());
    let empty: Vec<Column> =
        row.columns.iter().copied().filter(|c| form.typed(row, *c).is_none()).collect();
    let mut error = |column: Column, message: String, what_to_do: &str| {
        findings.push(Finding {
            cell: cell(row, column),
            rule: Rule::Presence,
            severity: Severity::Error,
            message,
            what_to_do: what_to_do.to_owned(),
        });
    };
    match missing {
        Some(missing) if empty.is_empty() => error(
            Column::Total,
            format!("“{}”已填数，又填了缺数原因“{}”", row.name, missing.reason.label()),
            "请删去缺数原因，或清空没有数据的格",
        ),
        Some(missing) if missing.reason == MissingReason::NotReported => error(
            empty[0],
            format!("“{}”的缺数原因写为“未填报”，没有说明为什么没有数据", row.name),
            "请填数，或改选具体的缺数原因",
        ),
        Some(missing) if missing.reason.needs_note() && missing.note.trim().is_empty() => error(
            empty[0],
            format!("“{}”的缺数原因为“其他”，但没有说明", row.name),
            "请在备注中写明具体原因",
        ),
        None if row.kind == RowKind::Reported => {
            for column in empty {
                error(
                    column,
                    format!("“{}”{}未填", row.name, part(column)),
                    "请填数；确实没有数据的，请选择缺数原因（0表示确实为零，不表示没有数据）",
                );
            }
        }
        Some(_) | None => {}
    }
}

#[cfg(test)]
mod tests {
    use crate::observation::MissingReason;
    use crate::validation::Rule;
    use crate::validation::testing::Bench;

    #[test]
    fn a_blank_needs_a_reason() {
        let bench = Bench::maternal().fill("N", "1");
        assert_eq!(bench.findings(), ["错误 D 缺数原因"]);
        let told = bench.missing("D", MissingReason::NoStatistics, "");
        assert_eq!(told.findings(), Vec::<String>::new());
    }

    #[test]
    fn not_reported_is_no_reason_and_other_needs_words() {
        let bench = Bench::maternal().fill("N", "1");
        let reason =
            |reason, note| bench.clone().missing("D", reason, note).of(Rule::Presence).len();
        assert_eq!(reason(MissingReason::NotReported, ""), 1);
        assert_eq!(reason(MissingReason::Other, " "), 1);
        assert_eq!(reason(MissingReason::Other, "登记系统更换"), 0);
    }

    #[test]
    fn a_figure_and_a_reason_contradict_each_other() {
        let bench = Bench::rate().fill("R", "90").missing("R", MissingReason::Secret, "");
        assert_eq!(bench.findings(), ["错误 R 缺数原因"]);
    }
}
