//! Value cells: `≥95`, `12/10万以下`, `逐步提高`, `全覆盖` become targets.

use crate::comparator::Comparator;
use crate::document::clause::{Context, read_targets};
use crate::document::quantity::{Quantity, quantities};
use crate::figure::Figure;
use crate::note::Span;
use crate::plan::Section;
use crate::target::{Direction, Target, TargetKind};
use crate::unit::Unit;

/// Directions as a value cell words them.
const TRENDS: &[(&str, Direction)] = &[
    ("上升趋势减缓", Direction::SlowIncrease),
    ("差距缩小", Direction::NarrowGap),
    ("缩小", Direction::NarrowGap),
    ("基本消除", Direction::Eliminate),
    ("消除", Direction::Eliminate),
    ("均衡", Direction::Parity),
    ("稳中有升", Direction::Increase),
    ("提高", Direction::Increase),
    ("提升", Direction::Increase),
    ("上升", Direction::Increase),
    ("增加", Direction::Increase),
    ("增长", Direction::Increase),
    ("延长", Direction::Increase),
    ("下降", Direction::Decrease),
    ("降低", Direction::Decrease),
    ("减少", Direction::Decrease),
    ("改善", Direction::Improve),
    ("优化", Direction::Improve),
    ("保持", Direction::Maintain),
    ("稳定", Direction::Maintain),
];

/// Words that make a figure a change and not a level.
const CHANGES: &[&str] = &["每年", "年均", "下降", "降低", "提高", "减少", "增加", "较", "比"];

const COVERAGES: &[&str] = &["全覆盖", "应保尽保", "全部", "实现覆盖"];

/// Names of which less is better, where the reading of clauses does not decide.
const LESS_IS_BETTER: &[&str] = &[
    "死亡",
    "患病",
    "发病",
    "发生率",
    "传播",
    "缺陷",
    "贫血",
    "近视",
    "肥胖",
    "超重",
    "迟缓",
    "低体重",
    "辍学",
    "文盲",
    "伤害",
    "犯罪",
    "感染",
];

/// A row's words that decide how its figures are read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Subject<'a> {
    pub(super) name: &'a str,
    /// The unit column as printed; empty when there is none.
    pub(super) unit: &'a str,
    pub(super) by: i32,
}

/// Whether a cell holds a figure, a direction or full coverage, and little else.
pub(super) fn is_value(words: &str) -> bool {
    let chars = words.chars().count();
    if chars > 24 {
        return false;
    }
    if is_trend(words) || COVERAGES.iter().any(|w| words.contains(w)) {
        return chars <= 10;
    }
    let digits = words.contains(|c: char| c.is_ascii_digit());
    if digits && CHANGES.iter().any(|w| words.starts_with(w)) {
        return true;
    }
    let figures: usize = quantities(words)
        .iter()
        .map(|q| Span::new(q.span.start, q.span.end).of(words).chars().count())
        .sum();
    let rest = words.chars().filter(|c| !c.is_whitespace()).count().saturating_sub(figures);
    digits && rest <= 4 && figures >= rest
}

fn is_trend(words: &str) -> bool {
    words.chars().count() <= 10
        && !words.contains(['率', '数'])
        && !words.contains(|c: char| c.is_ascii_digit())
        && TRENDS.iter().any(|(word, _)| words.ends_with(word))
}

/// The unit a unit cell names.
pub(super) fn unit_of(words: &str) -> Option<Unit> {
    let words = words.trim().trim_matches(['（', '）', '(', ')']).trim();
    if words.is_empty() || words.chars().count() > 8 {
        return None;
    }
    if ["10万分之", "十万分之"].iter().any(|w| words.starts_with(w)) {
        return Some(Unit::Per100k);
    }
    let bare = words.trim_start_matches(['1', '每']).trim_start();
    let bare = if bare.starts_with(['/', '／', '∕']) { bare } else { words };
    let bare = match bare {
        "百分比" | "百分数" => "%",
        "千分比" => "‰",
        "/万" | "万分之一" => "/万人",
        _ => bare,
    };
    let text = format!("1{bare}");
    let found = quantities(&text);
    let [only] = found.as_slice() else { return None };
    (only.span == Span::new(0, text.len())).then_some(only.unit).flatten()
}

/// Reads a value cell as the target of its row; None when it says nothing that can be judged.
pub(super) fn target(cell: &str, subject: Subject<'_>, context: &Context<'_>) -> Option<Target> {
    let words = cell.trim();
    if is_trend(words) {
        let direction =
            TRENDS.iter().find(|(word, _)| words.ends_with(word)).map(|(_, direction)| *direction);
        let read = single(&format!("{}{words}。", subject.name), context);
        let direction = read.and_then(|t| t.direction).or(direction);
        return Some(Target { direction, ..blank(subject, TargetKind::Trend) });
    }
    if COVERAGES.iter().any(|w| words.contains(w)) && words.chars().count() <= 10 {
        return Some(Target {
            comparator: Some(Comparator::AtLeast),
            value: Some(Figure::from(100)),
            unit: Some(Unit::Percent),
            ..blank(subject, TargetKind::Coverage)
        });
    }
    let found = quantities(words);
    let figure = found.first()?;
    if CHANGES.iter().any(|word| words.contains(word)) {
        return single(&change(words, figure, subject), context).map(|read| Target {
            indicator: subject.name.to_owned(),
            by: subject.by,
            ..read
        });
    }
    let unit = figure.unit.filter(|u| *u != Unit::Count).or(unit_of(subject.unit)).or(figure.unit);
    let read = single(&sentence(words, figure, subject), context)
        .filter(|t| t.value.is_some_and(|v| v.decimal() == figure.value.decimal()));
    let less = LESS_IS_BETTER.iter().any(|word| subject.name.contains(word));
    let usual = if less { Comparator::AtMost } else { Comparator::AtLeast };
    Some(Target {
        comparator: figure.bound.or(read.as_ref().and_then(|t| t.comparator)).or(Some(usual)),
        value: Some(figure.value),
        unit: read.as_ref().and_then(|t| t.unit).or(unit),
        soft: read.as_ref().is_some_and(|t| t.soft),
        keep: read.as_ref().is_some_and(|t| t.keep),
        ..blank(subject, read.map_or(TargetKind::Level, |t| t.kind))
    })
}

/// A change (每年降低0.5) as a clause would say it, with the unit of the row behind its figure.
fn change(words: &str, figure: &Quantity<'_>, subject: Subject<'_>) -> String {
    let unit = if figure.word.is_empty() { subject.unit.trim() } else { "" };
    let at = if figure.word.is_empty() { figure.bound_start } else { figure.span.end };
    let (before, after) = (words.get(..at).unwrap_or(words), words.get(at..).unwrap_or(""));
    format!("{}{before}{unit}{after}。", subject.name)
}

/// The figure of a baseline cell; a range or a remark is none.
pub(super) fn baseline(cell: &str) -> Option<Figure> {
    let words = cell.trim();
    let found = quantities(words);
    let figure = found.first()?;
    (is_value(words) && figure.upper.is_none()).then_some(figure.value)
}

/// The cell as a clause would say it, so that names and units are read by the same rules.
fn sentence(words: &str, figure: &Quantity<'_>, subject: Subject<'_>) -> String {
    let unit = if figure.word.is_empty() {
        subject.unit.trim().trim_start_matches('1')
    } else {
        figure.word
    };
    let value = figure.value;
    let (verb, bound) = match figure.bound {
        Some(Comparator::AtLeast) => ("达到", "以上"),
        Some(Comparator::AtMost) => ("控制在", "以下"),
        Some(Comparator::About) => ("达到", "左右"),
        None => ("达到", ""),
    };
    let soft = if words.starts_with("力争") { "力争" } else { "" };
    format!("{}{soft}{verb}{value}{unit}{bound}。", subject.name)
}

fn single(text: &str, context: &Context<'_>) -> Option<Target> {
    let context = Context { section: Section::Objective, ..*context };
    let mut targets = read_targets(text, &context).targets;
    (targets.len() == 1).then(|| targets.remove(0))
}

fn blank(subject: Subject<'_>, kind: TargetKind) -> Target {
    Target {
        indicator: subject.name.to_owned(),
        comparator: None,
        value: None,
        unit: None,
        by: subject.by,
        base_year: None,
        kind,
        direction: None,
        reference: None,
        scope: None,
        soft: false,
        keep: false,
        baseline: None,
        binding: None,
        quote: String::new(),
        span: Span::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::period::PlanPeriod;
    use crate::plan::Beneficiary;

    #[track_caller]
    fn check(name: &str, cell: &str, unit: &str, expect: &str) {
        let context = Context {
            period: PlanPeriod { start: 2021, end: 2030 },
            beneficiary: Beneficiary::Children,
            section: Section::Objective,
            domain: "儿童与健康",
        };
        let subject = Subject { name, unit, by: 2030 };
        let words = target(cell, subject, &context).map_or_else(
            || "-".to_owned(),
            |t| {
                format!(
                    "{} {}{}{}{}",
                    t.kind.code(),
                    t.comparator.map_or("", Comparator::code),
                    t.value.map_or(String::new(), |v| v.to_string()),
                    t.unit.map_or("", Unit::code),
                    t.direction.map_or("", Direction::code),
                )
            },
        );
        assert_eq!(words, expect, "{name} {cell} {unit}");
    }

    #[test]
    fn figures() {
        check("婴儿死亡率", "≤4.0", "‰", "level <=4.0permille");
        check("孕产妇死亡率", "9/10万以下", "", "level <=9per_100k");
        check("孕产妇死亡率", "9", "1/10万", "level <=9per_100k");
        check("入园率", ">95", "%", "level >=95percent");
        check("入园率", "95左右", "%", "level ~95percent");
        check("巩固率", "98", "％", "level >=98percent");
        check("近视率", "每年降低0.5", "百分点", "annual_change <=-0.5percentage_point");
        check("近视率", "每年降低0.5个百分点以上", "", "annual_change <=-0.5percentage_point");
        check("每千名儿童拥有床位", "≥3.2", "张", "level >=3.2count_per_1000");
    }

    #[test]
    fn words() {
        check("筛查率", "逐步提高", "%", "trend increase");
        check("近视率", "持续下降", "%", "trend decrease");
        check("筛查", "全覆盖", "", "coverage >=100percent");
        check("筛查", "—", "", "-");
        check("筛查", "另行制定", "", "-");
    }

    #[test]
    fn a_name_is_no_value() {
        for name in
            ["5岁以下儿童死亡率", "0—6岁残疾儿童康复覆盖率", "每千人口拥有3岁以下婴幼儿托位数"]
        {
            assert!(!is_value(name), "{name}");
        }
        for value in
            ["≥95", "12/10万以下", "95左右", "≤3.0", "逐步提高", "力争95", "98.5%", "全覆盖"]
        {
            assert!(is_value(value), "{value}");
        }
    }

    #[test]
    fn units() {
        let check =
            |words: &str, expect: Option<Unit>| assert_eq!(unit_of(words), expect, "{words}");
        check("%", Some(Unit::Percent));
        check("％", Some(Unit::Percent));
        check("‰", Some(Unit::Permille));
        check("1/10万", Some(Unit::Per100k));
        check("/10万", Some(Unit::Per100k));
        check("个/千人", Some(Unit::CountPer1000));
        check("张", Some(Unit::Count));
        check("岁", Some(Unit::Age));
        check("县教育局", None);
        check("95", None);
    }
}
