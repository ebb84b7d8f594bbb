//! Subject: the name of what a target measures.
//!
//! Cleans the words before a figure to an indicator's name, parts enumerations, and restores what a
//! sentence says once and then leaves out (新生儿、婴儿死亡率；低体重率；初中达到…).

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::words::Characters;

/// Words that may open a segment and are no part of a name.
const OPENERS: &[&str] = &[
    "推动实现",
    "推进实现",
    "努力实现",
    "基本实现",
    "进一步",
    "与此同时",
    "同时",
    "并且",
    "而且",
    "以及",
    "其中",
    "确保",
    "保证",
    "保障",
    "实现",
    "推动",
    "推进",
    "促进",
    "促使",
    "力争",
    "争取",
    "努力",
    "力求",
    "使",
    "让",
    "将",
    "把",
    "并",
    "且",
    "和",
    "及",
    "与",
    "、",
    "逐步",
    "逐年",
    "稳步",
    "持续",
    "继续",
    "不断",
    "切实",
    "全面",
    "着力",
    "积极",
    "大力",
    "有效",
    "提高",
    "提升",
    "降低",
    "减少",
    "控制",
    "保持",
    "稳定",
    "巩固",
    "完善",
    "达到",
    "使得",
    "按照要求",
    "规划周期内",
    "引导",
    "鼓励",
    "督促",
    "动员",
    "规划期内",
    "到",
    "的",
    "：",
    "——",
    "—",
    "-",
    "·",
    "*",
    "\"",
];

/// What may follow an opener that is then the beginning of a name.
const OPENER_GUARDS: &[(&str, &[&str])] = &[
    ("保障", &["性", "水平", "标准", "待遇", "人口", "房", "覆盖", "率"]),
    ("控制", &["率", "组"]),
    ("巩固", &["率"]),
    ("稳定", &["就业", "率", "性"]),
    ("提高", &["率"]),
    ("将", &["军"]),
    ("有效", &["服用", "率", "管理", "预警", "申诉"]),
    ("及", &["时", "格"]),
    ("与", &["会", "每", "各"]),
    ("达到", &["国家", "或"]),
];

/// Group words at which a name is cut into population and metric; longer words first.
const POPULATIONS: &[&str] = &[
    "学前三年",
    "高中阶段学生",
    "中小学生",
    "中小学校",
    "中小学",
    "高中阶段",
    "义务教育阶段",
    "九年义务教育",
    "学龄前儿童",
    "适龄儿童",
    "残疾儿童",
    "留守儿童",
    "困境儿童",
    "流动儿童",
    "婴幼儿",
    "新生儿",
    "孕产妇",
    "产妇",
    "孕妇",
    "育龄妇女",
    "适龄妇女",
    "农村妇女",
    "残疾妇女",
    "老年妇女",
    "留守妇女",
    "女职工",
    "女性",
    "妇女",
    "女童",
    "女生",
    "男生",
    "儿童",
    "婴儿",
    "青少年",
    "未成年人",
    "小学生",
    "初中生",
    "高中生",
    "大学生",
    "幼儿园",
    "小学",
    "初中",
    "高中",
    "幼儿",
    "学生",
    "城市社区",
    "农村社区",
    "城镇",
    "城市",
    "农村",
    "乡村",
    "居民",
    "城乡",
];

/// Groups of people, whose mention a plan leaves out the second time.
const PEOPLE: &[&str] = &[
    "儿童",
    "婴儿",
    "新生儿",
    "婴幼儿",
    "幼儿",
    "女童",
    "妇女",
    "女性",
    "孕产妇",
    "孕妇",
    "产妇",
    "学生",
    "小学生",
    "初中生",
    "高中生",
    "大学生",
    "女生",
    "女职工",
    "青少年",
    "未成年人",
    "老年人",
    "残疾人",
];

/// Ends of names that can be measured; longer words first where one ends another.
const METRICS: &[&str] = &[
    "率",
    "比例",
    "比重",
    "占比",
    "水平",
    "年限",
    "寿命",
    "时间",
    "时长",
    "人数",
    "人次",
    "面积",
    "数量",
    "总数",
    "数",
    "差距",
    "指数",
    "满意度",
    "知晓度",
    "安全感",
    "幸福感",
    "获得感",
    "增速",
    "收入",
    "次数",
    "总量",
    "规模",
    "床位",
    "托位",
    "年龄",
    "性别比",
    "比",
    "密度",
    "覆盖面",
    "得分",
    "分值",
    "素养",
    "医师",
    "医生",
    "床位数",
    "经费",
    "投入",
    "排名",
    "时数",
    "例数",
    "起数",
    "件数",
    "强度",
];

/// Finds the group words of a name, the longest at each place.
static POPULATION_WORDS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(POPULATIONS).ok()
});

/// Finds the groups of people of a name, the one that ends first first.
static PEOPLE_WORDS: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::new(PEOPLE).ok());

/// The end of the last group word that something follows.
fn last_population_end(name: &str) -> Option<usize> {
    let words = POPULATION_WORDS.as_ref()?;
    words.find_iter(name).map(|found| found.end()).filter(|end| *end < name.len()).last()
}

/// A name cut behind its last group word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NameParts<'a> {
    pub(super) population: &'a str,
    pub(super) metric: &'a str,
}

static OPENER_STARTS: LazyLock<Characters> =
    LazyLock::new(|| Characters::first_of(OPENERS.iter().copied()));

/// Cuts leading connectors and verbs and trailing particles off a name.
pub(super) fn clean(name: &str) -> &str {
    let mut name = without_stage(trim_marks(name));
    while name.starts_with(|first| OPENER_STARTS.hold(first)) {
        let before = name;
        for opener in OPENERS {
            if let Some(rest) = name.strip_prefix(opener)
                && rest.chars().count() >= 2
                && !guarded(opener, rest)
            {
                name = trim_marks(rest);
                break;
            }
        }
        if before == name {
            break;
        }
    }
    trim_end(name)
}

/// Drops the stretch of time in front of a name: “十四五”期间, 五年内, 5年累计.
fn without_stage(name: &str) -> &str {
    if let Some(at) = name.find("期间")
        && name[..at].chars().count() <= 7
        && (name[..at].contains('五') || name.starts_with("规划"))
    {
        return trim_marks(&name[at + "期间".len()..]);
    }
    let stage = STAGES.iter().find_map(|stage| name.strip_prefix(stage));
    let stage = stage.filter(|rest| rest.chars().count() >= 2 && !rest.starts_with(['级', '制']));
    trim_marks(stage.unwrap_or(name))
}

/// Stretches of time as long as a plan; longer words first.
const STAGES: &[&str] = &[
    "五年内累计",
    "5年内累计",
    "十年内累计",
    "10年内累计",
    "五年累计",
    "5年累计",
    "十年累计",
    "10年累计",
    "五年内",
    "5年内",
    "十年内",
    "10年内",
    "五年",
    "5年",
    "十年",
    "10年",
];

fn guarded(opener: &str, rest: &str) -> bool {
    OPENER_GUARDS
        .iter()
        .any(|(word, guards)| *word == opener && guards.iter().any(|guard| rest.starts_with(guard)))
}

fn trim_marks(name: &str) -> &str {
    name.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, '，' | ',' | '、' | '。' | '；' | '：' | ':')
    })
}

/// Particles behind a name; an earlier one may lay a later one open.
const TAILS: &[&str] = &[
    "五年内",
    "5年内",
    "十年内",
    "10年内",
    "原则上",
    "中应",
    "应",
    "中的",
    "当中",
    "中",
    "的",
    "均",
    "分别",
    "各",
    "要",
];

static TAIL_ENDS: LazyLock<Characters> =
    LazyLock::new(|| Characters::last_of(TAILS.iter().copied()));

fn trim_end(name: &str) -> &str {
    let mut name = trim_marks(name);
    if !name.ends_with(|last| TAIL_ENDS.hold(last)) {
        return name;
    }
    for tail in TAILS {
        if let Some(rest) = name.strip_suffix(tail)
            && rest.chars().count() >= 2
            && !(*tail == "中" && (rest.ends_with('初') || rest.ends_with('高')))
        {
            name = rest;
        }
    }
    trim_marks(name)
}

/// Whether a name ends in something that can be measured.
pub(super) fn has_metric(name: &str) -> bool {
    let bare = without_bracket(name);
    METRICS.iter().any(|metric| bare.ends_with(metric))
}

/// Whether a name ends in a rate, share or number of people: measurable beyond doubt.
pub(super) fn has_strict_metric(name: &str) -> bool {
    let bare = without_bracket(name);
    ["率", "比例", "比重", "占比", "人数"].iter().any(|metric| bare.ends_with(metric))
        && !bare.ends_with("效率")
}

/// A name without a bracket at its end.
fn without_bracket(name: &str) -> &str {
    let name = name.trim_end_matches(['”', '"']);
    if name.ends_with(['）', ')'])
        && let Some(open) = name.rfind(['（', '('])
        && open > 0
    {
        return &name[..open];
    }
    name
}

/// Cuts a name behind its last group word; None where it names no group.
pub(super) fn cut_population(name: &str) -> Option<NameParts<'_>> {
    for joint in ["中的", "中"] {
        if let Some(at) = name.rfind(joint)
            && at > 0
            && has_metric(name)
            && ["女", "男"].iter().any(|w| name[at + joint.len()..].starts_with(w))
        {
            return Some(NameParts { population: &name[..at], metric: &name[at..] });
        }
    }
    let end = last_population_end(name)?;
    let metric = behind_bracket(&name[end..]);
    let metric = metric.strip_prefix('的').unwrap_or(metric);
    (has_metric(metric) && !metric.starts_with("比例"))
        .then_some(NameParts { population: &name[..end], metric })
}

/// 农村社区（村）建成率: the bracket belongs to the group.
fn behind_bracket(metric: &str) -> &str {
    match (metric.starts_with(['（', '(']), metric.find(['）', ')'])) {
        (true, Some(close)) => metric[close..].trim_start_matches(['）', ')']),
        _ => metric,
    }
}

/// The group of people a name opens with (5岁以下儿童 in 5岁以下儿童贫血患病率).
pub(super) fn leading_people(name: &str) -> Option<&str> {
    let end = PEOPLE_WORDS.as_ref()?.find(name)?.end();
    let people = &name[..end];
    let inside = people.replace("人口中", "").replace("中小学", "").replace("中学", "");
    let plain = people.chars().count() <= 12 && !inside.contains(['的', '、', '中']);
    (plain && end < name.len()).then_some(people)
}

/// Whether a name holds a group word.
pub(super) fn names_population(name: &str) -> bool {
    POPULATION_WORDS.as_ref().is_some_and(|words| words.is_match(name))
}

/// Whether a name is a group and nothing else (初中生, 城市, 农村社区（村）).
pub(super) fn is_group(name: &str) -> bool {
    let bare = without_bracket(name);
    POPULATIONS.iter().any(|word| bare.ends_with(word))
        || ["区", "村", "县", "市", "镇", "地区"].iter().any(|w| bare.ends_with(w))
}

/// A name whose group stands behind its metric (每天睡眠时间小学生): group first, metric second.
pub(super) fn turn_group_forward(name: &str) -> Option<NameParts<'_>> {
    let group = POPULATIONS.iter().find(|word| name.ends_with(**word))?;
    let metric = &name[..name.len() - group.len()];
    let metric = metric.trim_end_matches('，');
    (has_metric(metric) && metric.chars().count() >= 2)
        .then_some(NameParts { population: group, metric })
}

/// Parts an enumeration at 、和 与 及 outside brackets and quotation marks.
pub(super) fn split_list(name: &str) -> Vec<&str> {
    let (mut parts, mut start) = (Vec::new(), 0);
    for (at, length) in joints(name) {
        parts.push(&name[start..at]);
        start = at + length;
    }
    parts.push(&name[start..]);
    parts.retain(|part| !part.trim().is_empty());
    parts
}

/// The last joint of a text outside brackets: where it starts and how long it is.
pub(super) fn last_joint(words: &str) -> Option<(usize, usize)> {
    joints(words).pop()
}

/// The joints of an enumeration outside brackets: where each starts and how long it is.
fn joints(name: &str) -> Vec<(usize, usize)> {
    let (mut found, mut depth, mut skip_to) = (Vec::new(), 0i32, 0);
    for (at, c) in name.char_indices() {
        if at < skip_to {
            continue;
        }
        match c {
            '（' | '(' | '“' | '《' => depth += 1,
            '）' | ')' | '”' | '》' => depth -= 1,
            _ if depth > 0 => {}
            _ => {
                let joint = ["以及", "、", "和", "及", "与"]
                    .into_iter()
                    .find(|j| name[at..].starts_with(j));
                if let Some(joint) = joint.filter(|joint| !inside_word(name, at, joint)) {
                    found.push((at, joint.len()));
                    skip_to = at + joint.len();
                }
            }
        }
    }
    found
}

/// 参与, 普及, 涉及, 和谐: joining characters that belong to a word.
fn inside_word(name: &str, at: usize, joint: &str) -> bool {
    let before = name[..at].chars().next_back();
    let rest = &name[at + joint.len()..];
    match joint {
        "与" => matches!(before, Some('参')),
        "及" => {
            matches!(before, Some('普' | '涉' | '危' | '惠' | '以'))
                || rest.starts_with(['时', '格', '其', '以'])
        }
        "和" => {
            matches!(before, Some('总' | '共' | '缓' | '饱' | '平'))
                || rest.starts_with(['谐', '睦', '平', '解'])
        }
        _ => false,
    }
}

/// The names of an enumeration that has `count` values; None where names and values do not pair.
pub(super) fn pair_names(name: &str, count: usize) -> Option<Vec<String>> {
    let parts = split_list(name);
    if parts.len() == count {
        return Some(complete_parts(&parts));
    }
    let grouped = group_by_metric(name, &parts);
    (grouped.len() == count).then(|| complete_parts(&grouped))
}

/// Joins parts until each ends in a metric: 艾滋病、梅毒检测率 | 治疗率.
fn group_by_metric<'a>(name: &'a str, parts: &[&'a str]) -> Vec<&'a str> {
    let (mut grouped, mut start) = (Vec::new(), None);
    for part in parts {
        let at = part.as_ptr() as usize - name.as_ptr() as usize;
        let from = *start.get_or_insert(at);
        if has_metric(part) {
            grouped.push(&name[from..at + part.len()]);
            start = None;
        }
    }
    if let Some(from) = start {
        grouped.push(&name[from..]);
    }
    grouped
}

/// Gives every part of an enumeration the group or the metric that stands in it only once.
fn complete_parts(parts: &[&str]) -> Vec<String> {
    let (first, last) = (parts.first().copied().unwrap_or(""), parts.last().copied().unwrap_or(""));
    let shared_metric = if has_metric(last) { shared_metric(last) } else { "" };
    let shared_population = cut_population(first).map_or("", |cut| cut.population);
    let front = turn_group_forward(first);
    parts
        .iter()
        .map(|part| {
            if let Some(front) = front
                && !has_metric(part)
            {
                return format!(
                    "{}{}",
                    turn_group_forward(part).map_or(*part, |p| p.population),
                    front.metric
                );
            }
            if !has_metric(part) {
                let shared = shared_tail(part, last).unwrap_or(shared_metric);
                return format!("{}{shared}", trim_end(part));
            }
            if !names_population(part)
                && !shared_population.is_empty()
                && !std::ptr::eq(*part, first)
            {
                return format!("{shared_population}{part}");
            }
            (*part).to_owned()
        })
        .collect()
}

/// Rates whose name is longer than three characters.
const RATES: &[&str] = &[
    "早诊早治率",
    "人群筛查率",
    "规范管理率",
    "系统管理率",
    "健康管理率",
    "毛入学率",
    "毛入园率",
    "净入学率",
    "集中供养率",
    "参保覆盖率",
    "服务覆盖率",
    "母婴传播率",
    "达标优良率",
];

/// The metric at the end of the last name of an enumeration.
fn shared_metric(last: &str) -> &str {
    if let Some(cut) = cut_population(last) {
        return cut.metric;
    }
    let bare_end = last.len();
    if let Some(rate) = RATES.iter().find(|rate| last.ends_with(**rate)) {
        return &last[bare_end - rate.len()..];
    }
    if last.ends_with('率') {
        let start = last.char_indices().rev().nth(2).map_or(0, |(at, _)| at);
        return &last[start..bare_end];
    }
    METRICS
        .iter()
        .filter(|m| last.ends_with(**m))
        .max_by_key(|m| m.len())
        .map_or("", |m| &last[bare_end - m.len()..])
}

/// 省直部门、市直部门配有女干部的班子比例: what stands behind the noun the parts end in.
fn shared_tail<'a>(part: &str, last: &'a str) -> Option<&'a str> {
    let start = part.char_indices().rev().nth(1).map(|(at, _)| at).filter(|at| *at > 0)?;
    let noun = &part[start..];
    let tail = &last[last.find(noun)? + noun.len()..];
    has_metric(tail).then_some(tail)
}

/// The indicators of an enumeration that share one value: split only where every part is whole.
pub(super) fn split_whole_names(name: &str) -> Vec<String> {
    let parts = split_list(name);
    let whole =
        parts.len() > 1 && parts.iter().all(|p| has_strict_metric(p) && p.chars().count() >= 3);
    if whole { complete_parts(&parts) } else { vec![name.to_owned()] }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_pairs(name: &str, expect: &[&str]) {
        assert_eq!(pair_names(name, expect.len()).unwrap_or_default(), expect, "{name}");
    }

    #[test]
    fn cleans_names() {
        for (name, expect) in [
            ("并确保孕产妇系统管理率", "孕产妇系统管理率"),
            ("保障性住房比例", "保障性住房比例"),
            ("、农村自来水普及率", "农村自来水普及率"),
            ("县政府领导班子中应", "县政府领导班子"),
            ("高中", "高中"),
        ] {
            assert_eq!(clean(name), expect);
        }
    }

    #[test]
    fn pairs_names_with_values() {
        check_pairs("婴儿和5岁以下儿童死亡率", &["婴儿死亡率", "5岁以下儿童死亡率"]);
        check_pairs("学生贫血率和肥胖率", &["学生贫血率", "学生肥胖率"]);
        check_pairs("村支书、村主任中的女性比例", &["村支书中的女性比例", "村主任中的女性比例"]);
        check_pairs("乙肝、梅毒检测率和治疗率", &["乙肝、梅毒检测率", "治疗率"]);
        check_pairs("每天运动时间小学生、初中生", &["小学生每天运动时间", "初中生每天运动时间"]);
        check_pairs("小学、初中净入学率", &["小学净入学率", "初中净入学率"]);
        assert_eq!(pair_names("覆盖率", 2), None);
    }

    #[test]
    fn splits_only_whole_names() {
        assert_eq!(split_whole_names("新生儿访视率和筛查率"), ["新生儿访视率", "新生儿筛查率"]);
        assert_eq!(split_whole_names("城乡妇女参与率"), ["城乡妇女参与率"]);
        assert_eq!(split_whole_names("宫颈癌和乳腺癌知晓率"), ["宫颈癌和乳腺癌知晓率"]);
    }
}
