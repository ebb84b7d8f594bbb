//! What a version of a definition card changes.

use super::{Bounds, Definition};

/// One field of a card that changed; empty text stands for an empty field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    pub field: &'static str,
    pub before: String,
    pub after: String,
}

/// The fields in which a version differs from the one before, in the order of the card. How the two stand to each
/// other is told by [`super::Continuity`].
pub fn changes(before: &Definition, after: &Definition) -> Vec<FieldChange> {
    let told = |(a, b): ((&'static str, String), (&'static str, String))| {
        (a.1 != b.1).then_some(FieldChange { field: a.0, before: a.1, after: b.1 })
    };
    fields(before).into_iter().zip(fields(after)).filter_map(told).collect()
}

fn fields(card: &Definition) -> [(&'static str, String); 18] {
    let (calculation, splits, source) = (&card.calculation, &card.splits, &card.source);
    let small = card.small_numbers;
    [
        ("名称", card.name_zh.clone()),
        ("指标解释", card.text.clone()),
        ("计量单位", card.unit.label().to_owned()),
        ("小数位数", card.decimals.to_string()),
        ("方向", card.direction.label().to_owned()),
        ("分子", calculation.numerator.clone()),
        ("分母", calculation.denominator.clone()),
        ("计算公式", calculation.formula.clone()),
        ("分性别", splits.sex.label().to_owned()),
        ("分城乡", if splits.residence { "分城乡" } else { "不分城乡" }.to_owned()),
        ("其他分组", [splits.ages.join("、"), splits.groups.join("、")].concat()),
        ("来源部门", source.departments.join("、")),
        ("调查制度或表号", source.form.clone()),
        ("取数方式", source.variant.label().to_owned()),
        ("报告期", card.period_rule.label().to_owned()),
        ("最低有数层级", card.valid_level.label().to_owned()),
        (
            "合理范围",
            format!("{}；{}", bounds(card.plausible.possible), bounds(card.plausible.likely)),
        ),
        ("小样本规则", format!("少于{}例不公开", small.hide_below)),
    ]
}

fn bounds(bounds: Bounds) -> String {
    match (bounds.low, bounds.high) {
        (Some(low), Some(high)) => format!("{}—{}", low.normalize(), high.normalize()),
        (Some(low), None) => format!("不低于{}", low.normalize()),
        (None, Some(high)) => format!("不高于{}", high.normalize()),
        (None, None) => "不限".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::Continuity;
    use halfsky_plan::indicator::{Catalogue, IndicatorCode};

    #[test]
    fn only_what_changed_is_told() {
        let catalogue = Catalogue::builtin();
        let card = catalogue.find(&IndicatorCode("W-J02".to_owned())).unwrap();
        let first = Definition::from_catalogue(card, 2011).unwrap();
        let mut second = Definition {
            version: 2,
            valid_from: 2023,
            continuity: Continuity::Break { reason: "范围扩大".to_owned() },
            text: "含私营单位".to_owned(),
            ..first.clone()
        };
        second.splits.residence = true;
        let told: Vec<_> =
            changes(&first, &second).into_iter().map(|c| (c.field, c.before, c.after)).collect();
        let own = |text: &str| text.to_owned();
        let expected =
            [("指标解释", own(""), own("含私营单位")), ("分城乡", own("不分城乡"), own("分城乡"))];
        assert_eq!(told, expected);
        assert_eq!(changes(&first, &first), []);
    }
}
