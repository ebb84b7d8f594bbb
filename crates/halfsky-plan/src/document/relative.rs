//! Relative targets: held against another indicator, not against a figure.
//!
//! Reads 不低于本地区党员总数中的女性比例, 与女职工比例相适应, 达到全省平均水平.

use super::clause::Reader;
use super::restore::remember;
use super::subject;
use crate::comparator::Comparator;
use crate::note::Span;
use crate::target::{Direction, TargetKind};

const AT_LEAST: &[&str] =
    &["不低于", "不少于", "不小于", "高于", "不弱于", "优于", "快于", "大于", "超过"];
const AT_MOST: &[&str] = &["不高于", "不超过", "低于", "小于", "不大于"];

/// How two indicators go together at the end of a segment; longer words first.
const TOGETHER: &[&str] = &[
    "基本相适应",
    "相适应",
    "相适宜",
    "相匹配",
    "相协调",
    "相符合",
    "相称",
    "大体相当",
    "基本相当",
    "大致相当",
    "相当",
    "大体持平",
    "基本持平",
    "持平",
    "大体一致",
    "基本一致",
    "保持一致",
    "一致",
    "基本同步",
    "保持同步",
    "同步增长",
    "同步提高",
    "同步发展",
    "同步",
    "大体相同",
    "基本相同",
    "相同",
];

/// Ends of a reference that name a level to reach.
const LEVELS: &[&str] = &[
    "平均水平",
    "先进水平",
    "发达国家水平",
    "领先水平",
    "中上水平",
    "平均值",
    "平均标准",
    "上游水平",
    "前列水平",
];

/// What an indicator is held against when only the other side is named: 女童巩固率不低于男童.
const PEERS: &[&str] = &[
    "男童",
    "男生",
    "男性",
    "男孩",
    "男职工",
    "男婴",
    "上届",
    "上一届",
    "本届",
    "上年",
    "上一年",
    "上年度",
    "全省平均",
    "全市平均",
    "全国平均",
    "全县平均",
    "全州平均",
    "全区平均",
];

/// Reads a relative target; false when the segment states none.
pub(super) fn read_segment(reader: &mut Reader<'_>, segment: Span) -> bool {
    read_bound(reader, segment) || read_match(reader, segment) || read_level(reader, segment)
}

fn read_bound(reader: &mut Reader<'_>, segment: Span) -> bool {
    let words = segment.of(reader.text);
    let first = AT_LEAST
        .iter()
        .map(|w| (w, Comparator::AtLeast))
        .chain(AT_MOST.iter().map(|w| (w, Comparator::AtMost)))
        .filter_map(|(word, comparator)| words.find(word).map(|at| (at, *word, comparator)))
        .min_by_key(|(at, word, _)| (*at, usize::MAX - word.len()));
    let Some((at, word, comparator)) = first else { return false };
    let reference = words[at + word.len()..].trim();
    let soft = ["一般", "原则上"].iter().any(|word| words[..at].trim_end().ends_with(word));
    let names_level = PEERS.contains(&reference)
        || subject::has_metric(reference)
        || LEVELS.iter().any(|level| reference.ends_with(level))
        || reference.ends_with("标准");
    if !names_level || reference.chars().count() < 2 || reference.starts_with('的') {
        return false;
    }
    let name = subject_of(reader, Span::new(segment.start, segment.start + at));
    push(
        reader,
        name,
        reference.to_owned(),
        Relation { comparator, matched: Matched::Bound },
        segment,
    )
    .soft = soft;
    true
}

/// 与X相适应 at the end of a segment; 与X相适应的… in the middle only describes.
fn read_match(reader: &mut Reader<'_>, segment: Span) -> bool {
    let words = segment.of(reader.text).trim_end();
    let Some(head) = TOGETHER.iter().find_map(|word| words.strip_suffix(word)) else {
        return false;
    };
    let head = head.trim_end_matches(['大', '体', '基', '本', '保', '持', '应']);
    let joint =
        ["与", "同", "和", "跟"].iter().filter_map(|j| head.rfind(j).map(|at| (at, j.len()))).max();
    let Some((at, length)) = joint else { return false };
    let reference = head[at + length..].trim();
    if reference.chars().count() < 2
        || head[..at].trim().is_empty() && reader.carry.subject.is_empty()
    {
        return false;
    }
    let name = subject_of(reader, Span::new(segment.start, segment.start + at));
    push(
        reader,
        name,
        reference.to_owned(),
        Relation { comparator: Comparator::About, matched: Matched::Matched },
        segment,
    );
    true
}

/// 达到全省平均水平: a level that stands elsewhere.
fn read_level(reader: &mut Reader<'_>, segment: Span) -> bool {
    let words = segment.of(reader.text).trim_end();
    let bare = words.trim_end_matches("以上");
    if !LEVELS.iter().any(|level| bare.ends_with(level)) {
        return false;
    }
    let verb = ["达到", "处于", "保持在", "高于"]
        .iter()
        .filter_map(|v| bare.rfind(v).map(|at| (at, v.len())))
        .max();
    let Some((at, length)) = verb else { return false };
    let name = subject_of(reader, Span::new(segment.start, segment.start + at));
    let reference = bare[at + length..].to_owned();
    if name.is_empty() {
        return false;
    }
    push(
        reader,
        name,
        reference,
        Relation { comparator: Comparator::AtLeast, matched: Matched::Bound },
        segment,
    );
    true
}

fn subject_of(reader: &mut Reader<'_>, range: Span) -> String {
    let mut name = reader.name_in(range);
    for tail in [
        "原则上应",
        "原则上",
        "一般应",
        "一般",
        "应当",
        "应",
        "基本",
        "大体",
        "要",
        "总体",
        "保持",
        "均",
        "至少",
        "逐步",
    ] {
        if let Some(rest) = name.strip_suffix(tail) {
            name.truncate(rest.len());
        }
    }
    let name = subject::clean(&name).to_owned();
    if name.is_empty() { reader.carry.subject.clone() } else { name }
}

/// How the indicator is held against its reference.
#[derive(Clone, Copy)]
struct Relation {
    comparator: Comparator,
    matched: Matched,
}

#[derive(Clone, Copy)]
enum Matched {
    Bound,
    Matched,
}

fn push<'r>(
    reader: &'r mut Reader<'_>,
    name: String,
    reference: String,
    relation: Relation,
    segment: Span,
) -> &'r mut crate::target::Target {
    remember(reader, &name);
    let direction = match relation {
        Relation { matched: Matched::Matched, .. } => Some(Direction::MatchReference),
        Relation { comparator: Comparator::AtLeast, .. } => Some(Direction::AtLeastReference),
        Relation { .. } => None,
    };
    let target = reader.push_unmeasured(name, TargetKind::Relative, direction, segment);
    target.reference = Some(reference);
    target.comparator = direction.is_none().then_some(relation.comparator);
    target
}
