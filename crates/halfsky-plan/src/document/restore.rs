//! Restore: what a sentence leaves out of a name comes from what it said before.

use super::clause::Reader;
use super::statement::{PER_HUNDRED_THOUSAND, PER_TEN_THOUSAND, PER_THOUSAND};
use super::subject;
use crate::note::Span;

/// Names that speak of something else than the people named before.
const OWN_SCOPE: &[&str] = &[
    "母婴",
    "先天",
    "出生",
    "家庭",
    "公众",
    "群众",
    "居民",
    "人口",
    "人均",
    "社区",
    "学校",
    "机构",
    "医院",
    "教师",
    "企业",
    "村",
    "镇",
    "县",
    "市",
    "区",
    "城",
    "乡",
    "幼儿园",
    "全民",
    "社会",
    "政府",
    "部门",
    "干部",
    "党员",
    "代表",
    "委员",
    "男",
];

/// The full name of an indicator and the part it is limited to.
pub(super) fn restore(reader: &mut Reader<'_>, rest: Span, name: &str) -> (String, Option<String>) {
    let parted = rest.of(reader.text).trim_start().starts_with("其中");
    if parted && !reader.carry.subject.is_empty() {
        reader.carry.parts = true;
    }
    if name.is_empty() {
        return (reader.carry.subject.clone(), None);
    }
    if reader.carry.parts && !subject::has_metric(name) && !reader.carry.subject.is_empty() {
        return (part_name(name, &reader.carry.subject), Some(name.to_owned()));
    }
    if let Some(turned) = subject::turn_group_forward(name) {
        turned.metric.clone_into(&mut reader.carry.metric);
        return (format!("{}{}", turned.population, turned.metric), None);
    }
    if !subject::has_metric(name) && subject::is_group(name) && !reader.carry.metric.is_empty() {
        return (format!("{name}{}", reader.carry.metric), None);
    }
    if let Some(whole) = level_name(name, &reader.carry.subject) {
        return (whole, None);
    }
    if let Some(whole) = role_name(name, &reader.carry.subject) {
        return (whole, None);
    }
    if WHOLE_REGION.contains(&name) && !reader.carry.subject.is_empty() {
        return (reader.carry.subject.clone(), Some(name.to_owned()));
    }
    if let Some(whole) = schooling_name(reader, rest, name).or_else(|| deed_name(reader, name)) {
        return (whole, None);
    }
    if !reader.carry.base.is_empty()
        && !name.contains('每')
        && !name.contains('率')
        && !name.contains('比')
    {
        return (format!("{}{name}", reader.carry.base), None);
    }
    let own = subject::names_population(name) || OWN_SCOPE.iter().any(|word| name.contains(word));
    if subject::has_metric(name) && !own && !reader.carry.population.is_empty() {
        return (format!("{}{name}", reader.carry.population), None);
    }
    (name.to_owned(), None)
}

/// Places that limit nothing: the name stands before.
const WHOLE_REGION: &[&str] = &["全市", "全县", "全区", "全省", "全州", "全旗", "全盟", "各地"];

/// 普及高中阶段教育，毛入学率达到…: a rate of schooling says nothing without its stage.
fn schooling_name(reader: &Reader<'_>, rest: Span, name: &str) -> Option<String> {
    const RATES: &[&str] =
        &["毛入学率", "毛入园率", "净入学率", "入学率", "入园率", "巩固率", "升学率"];
    const STAGES: &[&str] = &[
        "高中阶段教育",
        "高中阶段",
        "九年义务教育",
        "义务教育",
        "学前三年教育",
        "学前教育",
        "高等教育",
        "特殊教育",
        "职业教育",
    ];
    let before = reader.text.get(reader.carry.sentence_start..rest.start)?;
    let bare = RATES.iter().any(|rate| name.starts_with(rate));
    let last = |stage: &&&str| before.rfind(**stage).map(|at| at + stage.len());
    let stage = STAGES.iter().filter(|s| last(s).is_some()).max_by_key(|s| (last(s), s.len()))?;
    bare.then(|| format!("{stage}{name}"))
}

/// 免费发放营养包，发放率达到…: what is given out stands behind the same verb in the part before.
fn deed_name(reader: &Reader<'_>, name: &str) -> Option<String> {
    let deed = name.strip_suffix('率').filter(|deed| deed.chars().count() == 2)?;
    let previous = reader.carry.previous?.of(reader.text);
    let object = previous[previous.rfind(deed)? + deed.len()..].trim();
    let whole = object.chars().all(|c| ('\u{4E00}'..='\u{9FFF}').contains(&c));
    (whole && (2..=8).contains(&object.chars().count())).then(|| format!("{object}{name}"))
}

/// 市、县级 after 省级人大代表中女性比例: only the level changes.
fn level_name(name: &str, subject: &str) -> Option<String> {
    let levels = name.ends_with('级') && name.chars().all(|c| "省市县区州乡镇村级、和".contains(c));
    let level = ["省级", "市级", "县级", "区级", "乡级", "州级"]
        .into_iter()
        .find(|level| subject.starts_with(level))?;
    levels.then(|| format!("{name}{}", &subject[level.len()..]))
}

/// 主任中女性比例 after 社区“两委”成员中女性比例: the office belongs to the same body.
fn role_name(name: &str, subject: &str) -> Option<String> {
    let office = ["主任", "书记", "成员", "委员", "常委", "正职", "副职", "负责人"]
        .iter()
        .any(|word| name.starts_with(word));
    let body = [
        "居民委员会",
        "村民委员会",
        "居委会",
        "村委会",
        "社区",
        "村",
        "事业单位",
        "企业",
        "社会组织",
    ]
    .into_iter()
    .find(|body| subject.starts_with(body))?;
    office.then(|| format!("{body}{name}"))
}

/// 城市社区 + 社区（村）家长学校建有率: the part takes the place of the group it narrows.
fn part_name(part: &str, whole: &str) -> String {
    for group in ["社区（村）", "社区(村)", "城乡社区", "城乡"] {
        if let Some(rest) = whole.strip_prefix(group) {
            return format!("{part}{rest}");
        }
    }
    format!("{part}{whole}")
}

/// Keeps a name for the segments that follow.
pub(super) fn remember(reader: &mut Reader<'_>, name: &str) {
    if name.is_empty() || reader.carry.parts {
        return;
    }
    name.clone_into(&mut reader.carry.subject);
    if let Some(people) = subject::leading_people(name) {
        people.clone_into(&mut reader.carry.population);
    }
    if let Some(cut) = subject::cut_population(name) {
        cut.metric.clone_into(&mut reader.carry.metric);
    } else if subject::has_metric(name) {
        name.clone_into(&mut reader.carry.metric);
    }
}

/// Keeps the base a name counts against for the counts that follow.
pub(super) fn remember_base(reader: &mut Reader<'_>, name: &str, at: usize) {
    if let Some(base) = base_in(name) {
        base.clone_into(&mut reader.carry.base);
        reader.carry.base_end = at;
    }
}

/// 每千名儿童拥有: the base that a name counts against, up to its verb.
fn base_in(name: &str) -> Option<&str> {
    let per = [PER_THOUSAND, PER_TEN_THOUSAND, PER_HUNDRED_THOUSAND].concat();
    per.iter().filter_map(|word| name.find(word)).min().map(|at| base_of(&name[at..]))
}

fn base_of(name: &str) -> &str {
    for verb in ["拥有", "配备", "配有", "有"] {
        if let Some(at) = name.find(verb) {
            return &name[..at + verb.len()];
        }
    }
    for people in ["人口", "儿童", "妇女", "居民", "人"] {
        if let Some(at) = name.find(people) {
            return &name[..at + people.len()];
        }
    }
    ""
}
