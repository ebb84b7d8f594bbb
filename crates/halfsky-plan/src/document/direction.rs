//! Direction: targets that only say which way an indicator is to move.
//!
//! Two shapes: the indicator first (X逐步提高) and the verb first (减少X). Abstract nouns (意识, 能力,
//! 作用) do not move in figures and are left to the qualitative targets.

use std::sync::LazyLock;

use super::clause::Reader;
use super::polarity::less_is_better;
use super::restore::{remember, restore};
use super::subject;
use super::words::Characters;
use crate::note::Span;
use crate::plan::Section;
use crate::target::{Direction, TargetKind};

use Direction::{
    Decrease, Eliminate, Improve, Increase, Maintain, NarrowGap, Parity, SlowIncrease,
};

/// Ends of a segment that say where the indicator before them moves; longer words first where one ends another.
const ENDINGS: &[(&str, Direction)] = &[
    ("上升趋势减缓", SlowIncrease),
    ("上升趋势放缓", SlowIncrease),
    ("上升趋势得到减缓", SlowIncrease),
    ("增长趋势减缓", SlowIncrease),
    ("上升趋势得到遏制", SlowIncrease),
    ("上升趋势得到有效遏制", SlowIncrease),
    ("上升趋势得到控制", SlowIncrease),
    ("上升趋势得到有效控制", SlowIncrease),
    ("上升势头得到遏制", SlowIncrease),
    ("增长势头得到遏制", SlowIncrease),
    ("增长势头减缓", SlowIncrease),
    ("上升速度减缓", SlowIncrease),
    ("上升速度放缓", SlowIncrease),
    ("上升势头放缓", SlowIncrease),
    ("上升势头减缓", SlowIncrease),
    ("增长势头放缓", SlowIncrease),
    ("上升趋势得到缓解", SlowIncrease),
    ("增速放缓", SlowIncrease),
    ("增长趋势得到遏制", SlowIncrease),
    ("增长速度减缓", SlowIncrease),
    ("上升幅度减缓", SlowIncrease),
    ("增长减缓", SlowIncrease),
    ("上升减缓", SlowIncrease),
    ("增幅减缓", SlowIncrease),
    ("稳中有升", Increase),
    ("稳中有增", Increase),
    ("稳中有进", Increase),
    ("稳步上升", Increase),
    ("有所提高", Increase),
    ("有所提升", Increase),
    ("有所增加", Increase),
    ("有所扩大", Increase),
    ("得到提高", Increase),
    ("得到提升", Increase),
    ("得到增加", Increase),
    ("得到增强", Increase),
    ("得到扩大", Increase),
    ("提高", Increase),
    ("提升", Increase),
    ("增加", Increase),
    ("增长", Increase),
    ("上升", Increase),
    ("延长", Increase),
    ("扩大", Increase),
    ("增多", Increase),
    ("增强", Increase),
    ("递增", Increase),
    ("加大", Increase),
    ("攀升", Increase),
    ("增大", Increase),
    ("拓展", Increase),
    ("更高", Increase),
    ("呈下降趋势", Decrease),
    ("呈现下降趋势", Decrease),
    ("呈逐年下降趋势", Decrease),
    ("呈上升趋势", Increase),
    ("呈现上升趋势", Increase),
    ("呈逐年上升趋势", Increase),
    ("稳中有降", Decrease),
    ("有所下降", Decrease),
    ("有所降低", Decrease),
    ("有所减少", Decrease),
    ("得到有效控制", Decrease),
    ("得到有效遏制", Decrease),
    ("得到控制", Decrease),
    ("得到遏制", Decrease),
    ("有效控制", Decrease),
    ("得到降低", Decrease),
    ("下降", Decrease),
    ("降低", Decrease),
    ("减少", Decrease),
    ("减轻", Decrease),
    ("递减", Decrease),
    ("缩短", Decrease),
    ("回落", Decrease),
    ("下调", Decrease),
    ("走低", Decrease),
    ("减弱", Decrease),
    ("缩小", NarrowGap),
    ("减小", NarrowGap),
    ("消失", Eliminate),
    ("均衡", Parity),
    ("平衡", Parity),
    ("大体相当", Parity),
    ("基本相当", Parity),
    ("大致相当", Parity),
    ("基本持平", Parity),
    ("大体持平", Parity),
    ("趋于合理", Parity),
    ("消除", Eliminate),
    ("杜绝", Eliminate),
    ("清零", Eliminate),
    ("消灭", Eliminate),
    ("根除", Eliminate),
    ("绝迹", Eliminate),
    ("改善", Improve),
    ("好转", Improve),
    ("优化", Improve),
    ("向好", Improve),
    ("得到改善", Improve),
    ("更加合理", Improve),
    ("更优", Improve),
    ("更好", Improve),
    ("更加优化", Improve),
    ("适当比例", Maintain),
    ("合理比例", Maintain),
    ("一定比例", Maintain),
    ("保持稳定", Maintain),
    ("基本稳定", Maintain),
    ("总体稳定", Maintain),
    ("相对稳定", Maintain),
    ("稳定", Maintain),
    ("一定数量", Maintain),
    ("合理区间", Maintain),
    ("合理水平", Maintain),
    ("合理范围", Maintain),
    ("适宜水平", Maintain),
    ("较高水平", Maintain),
    ("较低水平", Maintain),
];

/// Adverbs and helping verbs between the indicator and the ending.
const BETWEEN: &[&str] = &[
    "在现有基础上",
    "巩固",
    "保持稳定并",
    "保持适当比例并",
    "保持合理比例并",
    "保持一定比例并",
    "保持稳定且",
    "保持",
    "逐步",
    "逐年",
    "不断",
    "持续",
    "稳步",
    "明显",
    "显著",
    "进一步",
    "有效",
    "大幅度",
    "大幅",
    "普遍",
    "全面",
    "得到",
    "有所",
    "总体",
    "基本",
    "日益",
    "更加",
    "较快",
    "切实",
    "继续",
    "稳定",
    "并",
    "且",
    "有",
    "均",
    "都",
    "整体",
    "实现",
    "同步",
    "较大",
    "极大",
    "着力",
    "适度",
    "适当",
    "处于",
    "维持",
    "大体",
    "趋于",
    "逐渐",
    "平稳",
    "快速",
    "协调",
    "大力",
    "加快",
    "相应",
    "应",
    "要",
    "，",
    "、",
    "于",
    "在",
    "的",
    "以",
];

/// Verbs that open a segment and act on the indicator behind them; longer words first.
const OPENINGS: &[(&str, Direction)] = &[
    ("预防和减少", Decrease),
    ("防止和减少", Decrease),
    ("预防和控制", Decrease),
    ("预防与控制", Decrease),
    ("有效控制", Decrease),
    ("预防控制", Decrease),
    ("遏制", Decrease),
    ("控制", Decrease),
    ("降低", Decrease),
    ("减少", Decrease),
    ("减轻", Decrease),
    ("缩短", Decrease),
    ("防控", Decrease),
    ("压减", Decrease),
    ("提高", Increase),
    ("提升", Increase),
    ("增加", Increase),
    ("扩大", Increase),
    ("延长", Increase),
    ("增强", Increase),
    ("缩小", NarrowGap),
    ("基本消除", Eliminate),
    ("消除", Eliminate),
    ("杜绝", Eliminate),
    ("改善", Improve),
    ("优化", Improve),
    ("保持", Maintain),
    ("减缓", SlowIncrease),
];

/// Nouns that do not move in figures.
const ABSTRACT: &[&str] = &[
    "意识",
    "能力",
    "作用",
    "观念",
    "理念",
    "机制",
    "体系",
    "制度",
    "功能",
    "力度",
    "合力",
    "氛围",
    "认同",
    "权益",
    "权利",
    "文明",
    "活力",
    "本领",
    "自信",
    "政策",
    "责任",
    "渠道",
    "机会",
    "服务",
    "途径",
    "保障",
    "感",
    "环境",
    "精神",
    "思想",
    "资源",
    "网络",
    "设施",
    "自觉",
    "素质能力",
    "路径",
    "空间",
    "平台",
    "队伍",
    "供给",
    "基础",
    "影响力",
    "凝聚力",
    "动力",
    "自觉性",
    "便利",
    "温馨",
    "关系",
];

/// Names of a quality: rising means getting better.
const QUALITIES: &[&str] =
    &["水质", "环境质量", "空气质量", "结构", "状况", "条件", "营养状况", "生态环境质量"];

/// Reads a direction; false when the segment states none.
pub(super) fn read_segment(reader: &mut Reader<'_>, segment: Span) -> bool {
    read_ending(reader, segment) || read_opening(reader, segment)
}

static ENDING_ENDS: LazyLock<Characters> =
    LazyLock::new(|| Characters::last_of(ENDINGS.iter().map(|(ending, _)| *ending)));

fn read_ending(reader: &mut Reader<'_>, segment: Span) -> bool {
    if read_kept_share(reader, segment) {
        return true;
    }
    let words = segment.of(reader.text).trim_end();
    if !words.ends_with(|last| ENDING_ENDS.hold(last)) {
        return false;
    }
    let fitting = ENDINGS
        .iter()
        .filter(|(ending, _)| words.ends_with(ending))
        .max_by_key(|(ending, _)| ending.len());
    let Some(&(ending, direction)) = fitting else { return false };
    let head = strip_between(&words[..words.len() - ending.len()]);
    let range = Span::new(segment.start, segment.start + head.len());
    let name = reader.name_in(range);
    if name.is_empty() {
        return strengthen(reader, direction);
    }
    if ABSTRACT.iter().any(|noun| name.ends_with(noun)) || name.chars().count() < 2 {
        return false;
    }
    let open_share =
        direction == Maintain && ending.ends_with("比例") && !subject::has_metric(&name);
    let name = if open_share { format!("{name}比例") } else { name };
    push(reader, range, &name, direction, segment)
}

/// 女性保持适当比例, 主任中保持一定女性比例: a share to be kept, its size left open.
fn read_kept_share(reader: &mut Reader<'_>, segment: Span) -> bool {
    let words = segment.of(reader.text).trim_end();
    let Some((head, kept)) = words.rsplit_once("保持") else { return false };
    let size = ["一定", "适当", "合理", "相应", "适度", "恰当"]
        .iter()
        .find_map(|size| kept.strip_prefix(size));
    let Some(group) = size.map(|rest| rest.strip_prefix('的').unwrap_or(rest)) else {
        return false;
    };
    let Some(noun) = ["比例", "数量"].into_iter().find(|noun| group.ends_with(noun)) else {
        return false;
    };
    let group = &group[..group.len() - noun.len()];
    let within = head.ends_with('中') || !group.is_empty();
    let range = Span::new(segment.start, segment.start + head.len());
    let name = reader.name_in(range);
    if name.is_empty() {
        return strengthen(reader, Maintain);
    }
    let name = match (subject::has_metric(&name), within) {
        (true, _) => name,
        (false, true) => format!("{name}中的{group}{noun}"),
        (false, false) => format!("{name}{noun}"),
    };
    push(reader, range, &name, Maintain, segment)
}

fn strip_between(words: &str) -> &str {
    let mut words = words.trim_end();
    while let Some(rest) =
        BETWEEN.iter().filter_map(|word| words.strip_suffix(word)).min_by_key(|rest| rest.len())
    {
        words = rest.trim_end();
    }
    words
}

/// 保持适当比例，并逐步提高: the second verb says more about the indicator just named.
fn strengthen(reader: &mut Reader<'_>, direction: Direction) -> bool {
    let start = reader.carry.sentence_start;
    match reader.reading.targets.last_mut() {
        Some(last) if last.direction == Some(Maintain) && last.span.start >= start => {
            last.direction = Some(direction);
            true
        }
        Some(last) => last.span.start >= start && last.kind != TargetKind::Qualitative,
        None => false,
    }
}

fn read_opening(reader: &mut Reader<'_>, segment: Span) -> bool {
    let words = segment.of(reader.text);
    let mut skipped = words.len() - words.trim_start().len();
    let lead = |rest: &str| {
        [
            "进一步",
            "逐步",
            "持续",
            "不断",
            "稳步",
            "切实",
            "有效",
            "全面",
            "着力",
            "大力",
            "适当",
            "明显",
            "并",
            "显著",
            "努力",
            "积极",
            "适度",
        ]
        .iter()
        .find(|adverb| rest.starts_with(**adverb) && !rest.starts_with("有效控制"))
        .map(|adverb| adverb.len())
    };
    while let Some(length) = lead(&words[skipped..]) {
        skipped += length;
    }
    let Some(&(verb, direction)) =
        OPENINGS.iter().find(|(verb, _)| words[skipped..].starts_with(verb))
    else {
        return false;
    };
    let range = Span::new(segment.start + skipped + verb.len(), segment.end);
    let name = reader.name_in(range);
    let Some(direction) = opened(&name, direction) else { return false };
    let mut name = name.trim_end_matches("的均衡").trim_end_matches("的平衡").to_owned();
    for size in ["的适当比例", "的合理比例", "的一定比例", "适当比例", "合理比例", "一定比例"]
    {
        if let Some(rest) = name.strip_suffix(size) {
            name = format!("{rest}比例");
        }
    }
    push(reader, range, &name, direction, segment)
}

/// What a verb in front of an object asks for; None where the object does not move in figures.
fn opened(name: &str, direction: Direction) -> Option<Direction> {
    if name.chars().count() < 2 || ABSTRACT.iter().any(|noun| name.ends_with(noun)) {
        return None;
    }
    match direction {
        Decrease => {
            let harm = ["危害", "危害程度", "影响", "风险", "损害"]
                .iter()
                .any(|word| name.ends_with(word));
            (subject::has_metric(name) || less_is_better(name) || harm || !name.contains("的"))
                .then_some(Decrease)
        }
        Maintain if name.ends_with("均衡") || name.ends_with("平衡") => Some(Parity),
        Maintain => name.ends_with("比例").then_some(Maintain),
        NarrowGap | Eliminate | SlowIncrease => Some(direction),
        Improve => QUALITIES.iter().any(|quality| name.ends_with(quality)).then_some(Improve),
        _ if QUALITIES.iter().any(|quality| name.ends_with(quality)) => Some(Improve),
        _ => (subject::has_metric(name) || name.ends_with("质量")).then_some(direction),
    }
}

fn push(
    reader: &mut Reader<'_>,
    range: Span,
    name: &str,
    direction: Direction,
    segment: Span,
) -> bool {
    let Some(direction) = settle(name, direction) else { return false };
    if reader.context.section == Section::Measure && !subject::has_strict_metric(name) {
        return false;
    }
    let full = full_name(reader, range, name);
    remember(reader, &full);
    reader.push_unmeasured(full, TargetKind::Trend, Some(direction), segment);
    true
}

/// The same verb says different things of a gap, a quality and a rate.
fn settle(name: &str, direction: Direction) -> Option<Direction> {
    let gap = name.ends_with("差距") || name.ends_with("差异") || name.ends_with("差别");
    match direction {
        Decrease | NarrowGap if gap => Some(NarrowGap),
        NarrowGap => Some(Decrease),
        Increase if QUALITIES.iter().any(|quality| name.ends_with(quality)) => Some(Improve),
        Parity => ["比", "性别", "男女", "结构", "两性", "城乡", "女生", "校际"]
            .iter()
            .any(|word| name.contains(word))
            .then_some(Parity),
        _ => Some(direction),
    }
}

/// 城乡、区域差距 belongs to the rate named before it; 待遇水平 to the insurance named before it.
fn full_name(reader: &mut Reader<'_>, range: Span, name: &str) -> String {
    let subject = reader.carry.subject.clone();
    let bare = name.trim_end_matches("差距").trim_end_matches("差异");
    let placeless = subject::split_list(bare).iter().all(|part| {
        ["城乡", "区域", "地区", "男女", "性别", "两性", "城乡区域", "群体", "校际", "县域"]
            .contains(part)
    });
    if bare.len() < name.len() && placeless && subject::has_strict_metric(&subject) {
        return format!("{subject}{name}");
    }
    if name.starts_with("待遇")
        && let Some(at) = subject.rfind("保险")
    {
        return format!("{}{name}", &subject[..at + "保险".len()]);
    }
    restore(reader, range, name).0
}
