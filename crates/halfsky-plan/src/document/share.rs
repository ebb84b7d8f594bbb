//! Share: 90%的学校达到…, 一半以上的班子配备…: how many of a group do something.

use super::clause::{Reader, trimmed};
use super::eligible;
use super::measured::Place;
use super::predicate::{Marks, Predicate};
use super::quantity::Quantity;
use super::restore::remember;
use super::statement::{Statement, state};
use super::subject;
use crate::note::Span;
use crate::unit::Unit;

/// Words behind 的 that only round the figure off.
const ROUNDING: &[&str] = &[
    "目标",
    "水平",
    "要求",
    "标准",
    "比例",
    "速度",
    "比重",
    "份额",
    "幅度",
    "增速",
    "规定",
    "指标",
    "任务",
    "任务数",
    "覆盖率",
    "达标率",
];

/// Verbs at which a group ends and what it does begins.
const VERBS: &[&str] = &[
    "建立", "实现", "达到", "接受", "配备", "设有", "开展", "拥有", "完成", "建成", "开设", "参加",
    "参与", "获得", "享有", "纳入", "建有", "掌握", "设立", "设置", "符合", "得到", "能够", "具备",
    "落实", "配有", "签订", "进入", "加入", "取得", "普及", "成为", "养成", "知晓", "了解", "建设",
    "通过", "至少", "配置", "组建", "进行", "有",
];

/// Reads a share of a group; false when the figure is none.
pub(super) fn read_share(
    reader: &mut Reader<'_>,
    figure: &Quantity<'_>,
    place: &Place,
    predicate: &Predicate,
) -> bool {
    if figure.unit != Some(Unit::Percent) || predicate.movement.is_some() {
        return false;
    }
    let behind = place.object.of(reader.text).trim_start();
    let (group, marked) =
        behind.strip_prefix('的').map_or((behind, "的".len()), |group| (group, 0));
    let rest = reader.name_in(predicate.rest);
    let unmarked = marked > 0;
    if eligible::is_paid(reader.text, place, &rest) {
        return false;
    }
    let levelled = predicate.marks.has(Marks::LEVEL) || subject::has_metric(&rest);
    if group.chars().count() < 2
        || (unmarked && (levelled || verb_at(group).is_none()))
        || ROUNDING.contains(&group)
        || (levelled && !rest.is_empty())
    {
        return false;
    }
    let does = match verb_at(group) {
        Some(_) => "",
        None => shared_verb(place.tail.of(reader.text)),
    };
    let suffix = if subject::has_metric(group) && does.is_empty() { "" } else { "的比例" };
    let name = format!("{rest}{group}{does}{suffix}");
    let name = subject::clean(&name).to_owned();
    let range = trimmed(reader.text, Span::new(place.words.start, place.object.end));
    let by = reader.due_of(figure);
    remember(reader, &name);
    state(
        reader,
        Statement { figure: *figure, predicate: *predicate, name, scope: None, by, range },
    );
    true
}

/// Whether a share is of things that each have a count of something: 80%的乡镇配备1名….
pub(super) fn holds_count(text: &str, figure: &Quantity<'_>, next: &Quantity<'_>) -> bool {
    let gap = &text[figure.span.end..next.span.start];
    let counted = matches!(next.unit, Some(Unit::Count | Unit::Person | Unit::Hour | Unit::Minute));
    figure.unit == Some(Unit::Percent)
        && counted
        && gap.trim_start().starts_with('的')
        && verb_at(gap).is_some()
}

/// Where the first verb of a group stands.
fn verb_at(group: &str) -> Option<usize> {
    VERBS.iter().filter_map(|verb| group.find(verb)).filter(|at| *at > 0).min()
}

/// 90%的城市社区和80%的农村社区建立…: the verb stands behind the last group.
fn shared_verb(tail: &str) -> &str {
    let group = tail.trim_start().trim_start_matches('的');
    verb_at(group).map_or("", |at| &group[at..])
}
