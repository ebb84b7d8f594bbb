//! Eligible: which quantities can be figures of a target at all.
//!
//! Ages, years, hotline numbers, sizes of places, subsidies and circles of fifteen minutes are not.

use super::clause::Reader;
use super::measured::Place;
use super::numeral::Script;
use super::quantity::Quantity;
use super::subject;
use crate::comparator::Comparator;
use crate::note::{Severity, Span};
use crate::unit::Unit;

/// Whether a quantity can be a figure of a target, by its unit and its neighbours.
pub(super) fn may_be_target(
    text: &str,
    segment: Span,
    figure: &Quantity<'_>,
    carried: &str,
) -> bool {
    let before = &text[segment.start..figure.span.start];
    let after = &text[figure.span.end..segment.end];
    if before.ends_with(['第', '每', '前', '首', '+', 'X', 'x', '〔', '/'])
        || after.starts_with(['+', '号', '〕', 'X'])
    {
        return false;
    }
    match figure.unit {
        None => {
            // 2:3 is a ratio of two numbers, no figure
            let ratio = text[figure.span.end..].starts_with([':', '：']);
            figure.script == Script::Digits && !ratio && bare_number(before, after)
        }
        Some(Unit::Age) => {
            let goes_on = asks(before) && carried.contains("寿命");
            before.contains("寿命") || before.contains("年龄") || goes_on
        }
        Some(Unit::Years) => {
            let schooling =
                |words: &str| ["年限", "教育年", "受教育"].iter().any(|w| words.contains(w));
            schooling(before) || (asks(before) && schooling(carried))
        }
        Some(Unit::Month | Unit::Week | Unit::Day) => {
            figure.script == Script::Digits
                && asks(before)
                && !after.starts_with(['内', '前', '后'])
        }
        Some(Unit::Hour | Unit::Minute) => {
            let circle = after.chars().take(10).any(|c| c == '圈');
            !circle
                && !["内", "热线", "服务", "值班", "在线", "开放", "全天", "生活", "健身", "阅读"]
                    .iter()
                    .any(|w| after.starts_with(w))
        }
        Some(Unit::Yuan | Unit::TenThousandYuan) => {
            before.contains("收入") || before.contains("人均")
        }
        Some(Unit::Person | Unit::Count10k) => !sizes_a_place(before, after, figure),
        Some(Unit::Count) => {
            figure.script == Script::Digits || asks(before) || worded_count(before, figure)
        }
        Some(Unit::Percent) => {
            figure.script == Script::Digits || figure.fraction || figure.word.contains("分之")
        }
        _ => true,
    }
}

/// A number without a unit means something only behind a verb of reaching.
fn bare_number(before: &str, after: &str) -> bool {
    let closed = after.is_empty() || after.starts_with(['、', '和', '的', '（', '(', '并']);
    closed
        && [
            "达到",
            "控制在",
            "降至",
            "降到",
            "下降到",
            "不低于",
            "不高于",
            "不超过",
            "保持在",
            "稳定在",
            "提高到",
            "增加到",
        ]
        .iter()
        .any(|verb| before.ends_with(verb))
}

/// Whether the words before a figure ask for it.
fn asks(before: &str) -> bool {
    [
        "提高到",
        "提高至",
        "延长至",
        "延长到",
        "至少",
        "不少于",
        "不低于",
        "不超过",
        "达到",
        "延长至",
        "延长到",
        "增至",
        "增加到",
        "最少",
        "不得少于",
        "不得低于",
        "控制在",
        "至少有",
        "至少配备",
        "至少建立",
        "至少建成",
        "至少设立",
        "至少开展",
        "至少举办",
        "至少组织",
        "各配备",
        "至少召开",
        "至少建有",
        "至少设置",
        "至少培养",
        "至少办好",
        "至少拥有",
        "至少开设",
        "至少打造",
        "至少接受",
        "至少参加",
        "至少进行",
    ]
    .iter()
    .any(|verb| before.ends_with(verb))
}

/// 一, 两 count only where every place is named: 每个乡镇办好一所….
fn worded_count(before: &str, figure: &Quantity<'_>) -> bool {
    figure.bound == Some(Comparator::AtLeast)
        || (before.contains("每个") || before.contains("每所") || before.contains("每村"))
}

/// 3万人以上的乡镇, 用工100人以上的企业: the size of a place, not a target.
fn sizes_a_place(before: &str, after: &str, figure: &Quantity<'_>) -> bool {
    let attributive =
        figure.bound.is_some() && !after.is_empty() && !after.starts_with(['，', '、', '并']);
    attributive
        || before.ends_with("人口")
        || before.ends_with("用工")
        || before.ends_with("规模")
        || before.ends_with("职工")
}

/// Whether the words around a figure without an object let it be a level; a doubt is told.
pub(super) fn may_be_level(
    reader: &mut Reader<'_>,
    figure: &Quantity<'_>,
    place: &Place,
    name: &str,
) -> bool {
    if is_paid(reader.text, place, name) {
        return false;
    }
    if figure.unit.is_none() {
        let range = Span::new(place.words.start, figure.span.end);
        let message = format!("“{}”有数值而没有计量单位。", range.of(reader.text).trim());
        reader.note(range, Severity::Warning, message, "请在核对时补填计量单位。");
    }
    true
}

/// Whether a figure is money, a subsidy or a rule of payment and no target.
pub(super) fn is_paid(text: &str, place: &Place, name: &str) -> bool {
    let words = place.words.of(text);
    let behind = place.object.of(text).trim_start_matches('的');
    let money = [
        "补贴", "补助", "奖励", "减免", "优惠", "贴息", "资助", "给予", "税", "利率", "罚款",
        "报酬", "工资", "津贴", "折扣", "安排", "计提", "提取", "租金",
    ];
    let paid = !subject::has_strict_metric(name)
        && money.iter().any(|word| words.contains(word) || behind.starts_with(word));
    let ruled = words.trim_start().starts_with('按') && !subject::has_strict_metric(name);
    paid || ruled
}
