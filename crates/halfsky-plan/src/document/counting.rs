//! Counting: 建成10所…, 每个乡镇至少配备1名…: a count whose object stands behind it.

use super::clause::{Reader, trimmed};
use super::measured::Place;
use super::numeral::Script;
use super::predicate::{Marks, Predicate};
use super::quantity::Quantity;
use super::restore::{remember, remember_base, restore};
use super::statement::{Statement, state};
use crate::note::Span;
use crate::unit::Unit;

/// Things counted in plans that are ways of working, not results.
const ABSTRACT: &[&str] = &[
    "方面",
    "阶段",
    "维度",
    "环节",
    "意识",
    "自信",
    "维护",
    "原则",
    "重点",
    "领域",
    "体系",
    "机制",
    "办法",
    "意见",
    "层面",
    "层次",
    "百分点",
    "工作日",
    "月",
    "确立",
    "关键",
    "目标",
    "指标",
    "任务",
    "基本",
    "统一",
    "结合",
    "范围",
    "周期",
    "五年",
    "以上",
    "以下",
    "问题",
    "步骤",
    "标准",
    "要素",
    "文件要求",
    "全面",
    "坚持",
    "必须",
    "主题",
    "主体",
    "部分",
    "专题教育",
    "时期",
    "渠道",
];

/// Reads a count with its object; false when the figure is none.
pub(super) fn read_count(
    reader: &mut Reader<'_>,
    figure: &Quantity<'_>,
    place: &Place,
    predicate: &Predicate,
) -> bool {
    if !matches!(
        figure.unit,
        Some(Unit::Count | Unit::Person | Unit::Count10k | Unit::Hour | Unit::Minute)
    ) {
        return false;
    }
    let rest = reader.name_in(predicate.rest);
    let mut object = object_of(place.object.of(reader.text));
    if object.is_empty() && rest.ends_with('级') {
        // 市级建设1个、县级各建设1个指导中心: the object stands behind the last count
        object = object_of(place.tail.of(reader.text));
    }
    let bounded = predicate.marks.has(Marks::EXPLICIT_BOUND) || figure.bound.is_some();
    let every =
        predicate.rest.of(reader.text).contains('每') || place.words.of(reader.text).contains("各");
    let listed = reader.carry.counted_end == place.words.start && place.words.start > 0;
    let parted = place.words.of(reader.text).trim_start().starts_with("其中")
        && reader.carry.counted_end > reader.carry.sentence_start;
    let served = predicate.marks.has(Marks::LEVEL) && rest.is_empty() && !object.is_empty();
    let stated = predicate.marks.has(Marks::ACT) || bounded || every;
    let acted =
        served || predicate.marks.has(Marks::ANNUAL) || parted || listed || stated || acts(&rest);
    let worded = figure.script == Script::Words && !bounded && !every;
    if !acted || worded || is_abstract(object) {
        return object_blocks(object);
    }
    let name = if object.is_empty() {
        object_before(reader, place, predicate, &rest)
    } else {
        let (front, _) = front_of(&rest);
        format!("{front}{object}")
    };
    // 每周至少3次, with nothing named, says too little
    if name.is_empty() || (name.starts_with('每') && name.chars().count() <= 3) {
        return false;
    }
    if object.is_empty() {
        remember(reader, &name);
        reader.carry.counted_end = figure.span.end;
    }
    let scope = if object.is_empty() { None } else { front_of(&rest).1 };
    let end = if object.is_empty() {
        figure.span.end
    } else {
        object_end(reader.text, place.object, object)
    };
    let range = trimmed(reader.text, Span::new(place.words.start, end));
    let by = reader.due_of(figure);
    remember_base(reader, &name, figure.span.end);
    state(reader, Statement { figure: *figure, predicate: *predicate, name, scope, by, range });
    true
}

/// Whether the words in front of a count open with an action: 累计培训农村妇女2万人次.
fn acts(rest: &str) -> bool {
    let rest = rest
        .split_once("年内")
        .or_else(|| rest.split_once("期间"))
        .map_or(rest, |(_, behind)| behind);
    let rest = ["累计", "计划", "总共", "再"]
        .iter()
        .find_map(|word| rest.strip_prefix(word))
        .unwrap_or(rest);
    ACTIONS.iter().chain(PEOPLE_ACTIONS).any(|verb| rest.starts_with(verb))
}

/// Whether a way of working is counted: 3项原则, 5个重点.
fn is_abstract(object: &str) -> bool {
    ABSTRACT.iter().any(|word| {
        object
            .strip_prefix(word)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['、', '，', '的', '和', '上']))
    })
}

/// A figure with an object behind it is no level even when it is no target.
fn object_blocks(object: &str) -> bool {
    !object.is_empty()
}

fn object_end(text: &str, place: Span, object: &str) -> usize {
    place.of(text).find(object).map_or(place.end, |at| place.start + at + object.len())
}

/// The thing counted: the words behind the measure word up to the next thought.
fn object_of(words: &str) -> &str {
    let words = words.trim_start_matches([' ', '的']);
    let end = ["并且", "并", "用于", "，", "。", "其中"]
        .iter()
        .filter_map(|stop| words.find(stop))
        .min()
        .unwrap_or(words.len());
    let object = words[..end].trim_end_matches([' ', '、', '等']);
    let quoted = object.strip_prefix(['“', '"']).and_then(|rest| rest.strip_suffix(['”', '"']));
    let object = quoted.filter(|inner| !inner.contains(['“', '”'])).unwrap_or(object);
    if object.chars().count() < 2 { "" } else { object }
}

/// Where no object stands behind the count it stands before: 培育社会组织不少于8个.
fn object_before(
    reader: &mut Reader<'_>,
    place: &Place,
    predicate: &Predicate,
    rest: &str,
) -> String {
    let action = action_before(reader, place, predicate);
    if !rest.is_empty() {
        let (name, _) = restore(reader, predicate.rest, strip_action(rest));
        return format!("{name}{action}");
    }
    if !action.is_empty() {
        return format!("{}{action}", reader.carry.subject);
    }
    let previous = reader.carry.previous.map(|segment| reader.name_in(segment)).unwrap_or_default();
    last_object(&previous).to_owned()
}

/// 授课不少于2次: the action itself is what is counted.
fn action_before(reader: &Reader<'_>, place: &Place, predicate: &Predicate) -> String {
    let peeled = Span::new(predicate.rest.end, place.words.end).of(reader.text);
    ["轮训", "授课", "走访", "访视", "体检", "宣讲", "培训"]
        .iter()
        .find(|word| peeled.contains(**word))
        .map_or_else(String::new, |word| (*word).to_owned())
}

const ACTIONS: &[&str] = &[
    "新（改、扩）建",
    "新(改、扩)建",
    "新（改扩）建",
    "新（改）建",
    "改（扩）建",
    "开发",
    "组建",
    "筹建",
    "创办",
    "开办",
    "设置",
    "购置",
    "征集",
    "推出",
    "认定",
    "命名",
    "新改扩建",
    "新建改扩建",
    "新建、改扩建",
    "改扩建",
    "新增建设",
    "规划建设",
    "组织开展",
    "培育",
    "扶持",
    "创建",
    "建成",
    "建设",
    "打造",
    "新建",
    "发展",
    "配备",
    "设立",
    "建立",
    "培养",
    "增加",
    "选树",
    "评选",
    "开展",
    "举办",
    "组织",
    "提供",
    "孵化",
    "成立",
    "引进",
];

/// Actions on people that stay in the name: 培训农村妇女 is not 农村妇女.
const PEOPLE_ACTIONS: &[&str] = &[
    "新增", "增设", "培训", "轮训", "支持", "帮扶", "救助", "资助", "服务", "带动", "组织", "扶持",
    "惠及",
];

fn strip_action(name: &str) -> &str {
    ACTIONS
        .iter()
        .find_map(|verb| name.strip_prefix(verb))
        .filter(|rest| rest.chars().count() >= 2)
        .unwrap_or(name)
}

/// The object of the last verb of a segment.
fn last_object(segment: &str) -> &str {
    ACTIONS
        .iter()
        .filter_map(|verb| segment.rfind(verb).map(|at| at + verb.len()))
        .filter(|at| segment[*at..].chars().count() >= 2)
        .max()
        .map_or(segment, |at| &segment[at..])
}

/// What may follow 每 without naming a place.
const EACH_TIME: &[&str] = &[
    "千", "万", "年", "天", "周", "月", "季", "学期", "学年", "日", "次", "节", "期", "场", "10万",
    "十万", "百",
];

/// The words in front of a count: how they open the name, and the places each of which needs the count.
fn front_of(rest: &str) -> (&str, Option<String>) {
    let mut front = rest.trim_end_matches(['中', '都']);
    let mut scope = None;
    for every in ["在每个", "在每", "每一个", "每个", "每所", "每家", "每名", "每支", "每", "各"]
    {
        if let Some(name) = front.strip_prefix(every)
            && !EACH_TIME.iter().any(|word| name.starts_with(word))
        {
            scope = Some(rest.to_owned());
            front = name;
            break;
        }
    }
    (strip_action(front), scope)
}
