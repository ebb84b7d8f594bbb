//! Coverage: 全覆盖 is one hundred percent of the places or people named.

use rust_decimal::Decimal;

use super::clause::{Reader, trimmed};
use super::restore::remember;
use super::subject;
use crate::comparator::Comparator;
use crate::figure::Figure;
use crate::note::Span;
use crate::target::{Target, TargetKind};
use crate::unit::Unit;

/// Words that mean everywhere, with what may stand before them.
const EVERYWHERE: &[&str] = &[
    "全面覆盖",
    "全覆盖",
    "百分之百覆盖",
    "100%覆盖",
    "村村有",
    "乡乡有",
    "镇镇有",
    "县县有",
    "村村建",
    "乡乡建",
];

/// Words between the subject and 全覆盖 that are no part of the name.
const BETWEEN: &[&str] = &[
    "100%",
    "百分之百",
    "百分百",
    "基本实现",
    "全面实现",
    "率先实现",
    "力争实现",
    "实现",
    "达到",
    "基本",
    "建设",
    "工作",
    "要",
    "已",
    "逐步",
    "均",
    "的",
    "、",
    "，",
    "在",
];

/// Insurances and aids whose members can be counted: 应保尽保 asks for all of them.
const INSURANCES: &[&str] =
    &["养老保险", "医疗保险", "医保", "生育保险", "失业保险", "工伤保险", "大病保险"];

/// Reads a coverage target; false when the segment states none.
pub(super) fn read_segment(reader: &mut Reader<'_>, segment: Span) -> bool {
    let words = segment.of(reader.text);
    // 健全覆盖… is 健全 and 覆盖
    let stated = |word: &&'static str| {
        words.rfind(word).filter(|at| !words[..*at].ends_with('健')).map(|at| (at, *word))
    };
    if let Some((at, word)) = EVERYWHERE.iter().filter_map(stated).min()
        && !reader.is_silent(segment.start + at)
    {
        return read_everywhere(reader, segment, at, word);
    }
    let insured = words
        .find("应保尽保")
        .filter(|at| INSURANCES.iter().any(|name| words[..*at].contains(name)));
    if let Some(at) = insured {
        let range = Span::new(segment.start, segment.start + at);
        let name = strip_between(&reader.name_in(range)).replace("基本实现", "");
        push(reader, name, Span::new(segment.start, segment.start + at + "应保尽保".len()));
        return true;
    }
    false
}

fn read_everywhere(reader: &mut Reader<'_>, segment: Span, at: usize, word: &str) -> bool {
    let words = segment.of(reader.text);
    let behind = words[at + word.len()..].trim_start();
    // 全覆盖的体系 describes, 制度全覆盖到人群全覆盖 moves: only the last word of the segment states a target
    if behind.starts_with(['的', '、']) || behind.starts_with("体系") || behind.starts_with("机制")
    {
        return false;
    }
    let before = Span::new(segment.start, segment.start + at);
    let mut name = strip_between(&reader.name_in(before)).to_owned();
    let object = behind.trim_end_matches(['。', ' ']);
    if word.ends_with(['有', '建']) && !object.is_empty() {
        name.push_str(object);
    } else if name.is_empty() && object.chars().count() >= 2 && !starts_new_thought(object) {
        object.clone_into(&mut name);
    }
    // 由制度全覆盖到人群全覆盖: the way there is no part of the name
    if let Some(at) = name.rfind("全覆盖到") {
        let from = name[..at].rfind('由').unwrap_or(0);
        name.drain(from..at + "全覆盖到".len());
    }
    if name.is_empty()
        && reader.carry.previous.is_some_and(|p| p.of(reader.text).contains(&reader.carry.subject))
    {
        reader.carry.subject.clone_into(&mut name);
    }
    if name.is_empty() {
        name = reader.carry.previous.map(|previous| reader.name_in(previous)).unwrap_or_default();
    }
    if subject::is_group(&name)
        && !subject::has_metric(&name)
        && name.chars().count() <= 8
        && let Some(previous) = reader.carry.previous
    {
        // 建强议事厅，2025年底前实现村（社区）全覆盖: the places are named, the thing stands before
        let thing = reader.name_in(previous);
        if thing.chars().count() >= 2 {
            name = thing;
        }
    }
    // 服务实现省、市、县三级全覆盖: where it is to be is no part of the name
    if let Some(at) = name.find("实现")
        && name[..at].chars().count() >= 2
        && ["级", "省", "市", "县", "区", "县（区）", "县（市、区）", "乡镇", "乡村", "村", "社区"]
            .iter()
            .any(|place| name.ends_with(place))
    {
        name.truncate(at);
    }
    if name.chars().count() < 2 {
        return false;
    }
    push(reader, name, Span::new(segment.start, segment.start + at + word.len()));
    true
}

fn starts_new_thought(object: &str) -> bool {
    ["并", "且", "和", "到", "及", "、", "以上"].iter().any(|word| object.starts_with(word))
}

fn strip_between(name: &str) -> &str {
    let mut name = subject::clean(name);
    while let Some(rest) = BETWEEN.iter().find_map(|word| name.strip_suffix(word)) {
        name = rest;
    }
    subject::clean(name)
}

fn push(reader: &mut Reader<'_>, name: String, range: Span) {
    remember(reader, &name);
    let range = trimmed(reader.text, range);
    let by = reader.due_at(range.end);
    if by < reader.context.period.start {
        return;
    }
    reader.reading.targets.push(Target {
        indicator: name,
        comparator: Some(Comparator::AtLeast),
        value: Some(Figure::new(Decimal::from(100))),
        unit: Some(Unit::Percent),
        by,
        base_year: None,
        kind: TargetKind::Coverage,
        direction: None,
        reference: None,
        scope: None,
        baseline: None,
        binding: None,
        soft: ["力争", "争取"].iter().any(|word| range.of(reader.text).contains(word)),
        keep: false,
        quote: range.of(reader.text).to_owned(),
        span: range,
    });
}
