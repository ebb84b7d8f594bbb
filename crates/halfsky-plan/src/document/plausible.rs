//! Plausible: a unit that does not fit its indicator is told; only ‰ printed as % is put right.

use rust_decimal::Decimal;

use super::clause::Reader;
use super::statement::Statement;
use crate::note::Severity;
use crate::unit::Unit;

/// Indicators that are always given in one unit.
const USUAL: &[(&[&str], Unit)] = &[
    (&["孕产妇死亡率"], Unit::Per100k),
    (&["先天梅毒", "发生率"], Unit::Per100k),
    (&["新生儿", "死亡率"], Unit::Permille),
    (&["婴儿", "死亡率"], Unit::Permille),
    (&["5岁以下儿童死亡率"], Unit::Permille),
];

/// The unit of a statement, ‰ printed as % put right; doubts are told.
///
/// A death rate of children from one upwards cannot be percent: no region loses a hundredth of its
/// children. What was printed is told in a note, for a person to confirm.
pub(super) fn fitting_unit(
    reader: &mut Reader<'_>,
    statement: &Statement<'_>,
    unit: Option<Unit>,
) -> Option<Unit> {
    let (Some(read), None) = (unit, statement.predicate.movement) else { return unit };
    let usual =
        USUAL.iter().find(|(words, _)| words.iter().all(|word| statement.name.contains(word)));
    let printed = statement.figure.span.of(reader.text).trim();
    let value = statement.figure.value.decimal();
    let mut fitting = read;
    let told = match usual {
        Some((_, usual)) if *usual != read => {
            let misprinted = (*usual, read) == (Unit::Permille, Unit::Percent);
            let kept = if misprinted && value >= Decimal::ONE {
                fitting = Unit::Permille;
                "已按“‰”读取，请对照原件核对。"
            } else {
                "单位按原文保留，请对照原件核对。"
            };
            let sign = usual.label();
            Some((format!("“{}”写作“{printed}”，这一指标通常以“{sign}”计。", statement.name), kept))
        }
        _ => (read == Unit::Percent && value > Decimal::from(120)).then(|| {
            let message = format!("“{}”的目标值“{printed}”超过百分之百。", statement.name);
            (message, "请对照原件核对数值和单位。")
        }),
    };
    if let Some((message, hint)) = told {
        reader.note(statement.figure.span, Severity::Warning, message, hint);
    }
    Some(fitting)
}
