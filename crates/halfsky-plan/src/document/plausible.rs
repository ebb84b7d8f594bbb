//! Plausible: a unit that does not fit its indicator is told; only ‰ printed as % is put right.

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

/// Notes a unit other than the usual one (‰ printed as %), and a percentage above one hundred.
pub(super) fn check_unit(reader: &mut Reader<'_>, statement: &Statement<'_>, unit: Option<Unit>) {
    let (Some(unit), None) = (unit, statement.predicate.movement) else { return };
    let usual =
        USUAL.iter().find(|(words, _)| words.iter().all(|word| statement.name.contains(word)));
    let printed = statement.figure.span.of(reader.text).trim();
    if let Some((_, usual)) = usual
        && *usual != unit
    {
        let message =
            format!("“{}”写作“{printed}”，这一指标通常以“{}”计。", statement.name, usual.label());
        reader.note(
            statement.figure.span,
            Severity::Warning,
            message,
            "单位按原文保留，请对照原件核对。",
        );
    } else if unit == Unit::Percent
        && statement.figure.value.decimal() > rust_decimal::Decimal::from(120)
    {
        let message = format!("“{}”的目标值“{printed}”超过百分之百。", statement.name);
        reader.note(
            statement.figure.span,
            Severity::Warning,
            message,
            "请对照原件核对数值和单位。",
        );
    }
}
