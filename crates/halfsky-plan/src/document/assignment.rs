//! Assignments (责任分工): the unit lists printed beside clauses say who leads and who supports.
//!
//! Owns the reading of 牵头单位/责任单位/配合单位 lists: labelled, in brackets, or as a sentence
//! (县卫生健康局牵头，县教育局配合). It keeps names as written and never looks a unit up.

mod names;
mod place;

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

pub(crate) use names::{looks_like_unit, split_units};
pub(crate) use place::read;

/// One list of units as it stands in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UnitList {
    /// The bytes the list takes, with its brackets and labels.
    pub(crate) range: Range<usize>,
    /// 牵头单位
    pub(crate) lead: Vec<String>,
    /// 责任单位, 配合单位
    pub(crate) support: Vec<String>,
}

/// What a label or a role word makes of the units beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Lead,
    /// 责任单位: leads when only 配合单位 stand beside it, supports otherwise.
    Responsible,
    Support,
}

/// Labels, longest first, so that 牵头单位 is not read as 牵头.
const LABELS: &[(&str, Role)] = &[
    ("牵头责任单位", Role::Lead),
    ("主要责任单位", Role::Lead),
    ("主要责任部门", Role::Lead),
    ("主要负责单位", Role::Lead),
    ("第一责任单位", Role::Lead),
    ("首要责任单位", Role::Lead),
    ("主要牵头单位", Role::Lead),
    ("共同责任单位", Role::Support),
    ("其他责任单位", Role::Support),
    ("相关责任单位", Role::Support),
    ("配合责任单位", Role::Support),
    ("责任配合单位", Role::Support),
    ("牵头负责单位", Role::Lead),
    ("牵头单位", Role::Lead),
    ("牵头部门", Role::Lead),
    ("主责单位", Role::Lead),
    ("主责部门", Role::Lead),
    ("主办单位", Role::Lead),
    ("责任单位", Role::Responsible),
    ("责任部门", Role::Responsible),
    ("负责单位", Role::Responsible),
    ("负责部门", Role::Responsible),
    ("落实单位", Role::Responsible),
    ("承办单位", Role::Responsible),
    ("实施单位", Role::Responsible),
    ("配合单位", Role::Support),
    ("配合部门", Role::Support),
    ("协作单位", Role::Support),
    ("协同单位", Role::Support),
    ("协办单位", Role::Support),
    ("协助单位", Role::Support),
    ("参与单位", Role::Support),
    ("参加单位", Role::Support),
    ("参与部门", Role::Support),
    ("协作部门", Role::Support),
];

/// The role a column header or label names (牵头单位, 责任部门).
pub(crate) fn role_of(label: &str) -> Option<Role> {
    LABELS.iter().find(|(word, _)| *word == label).map(|(_, role)| *role)
}

/// A text without any of these holds no list; None only if they could not be prepared.
static HINTS: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::new(["责", "牵", "配", "局"]).ok());

/// Finds every unit list of a text, in order.
///
/// Works on source text and on clause text alike: white space inside labels is passed over.
pub(crate) fn unit_lists(text: &str) -> Vec<UnitList> {
    if HINTS.as_ref().is_some_and(|hints| !hints.is_match(text)) {
        return Vec::new();
    }
    let mut lists: Vec<UnitList> = Vec::new();
    let mut at = 0;
    while let Some((found, c)) = next_candidate(text, at) {
        let list = match c {
            '（' | '(' | '【' | '〔' | '[' => bracketed(text, found),
            _ => labelled(text, found),
        };
        at = match list {
            Some(list) => {
                let end = list.range.end.max(found + c.len_utf8());
                push(&mut lists, list, text);
                end
            }
            None => found + c.len_utf8(),
        };
    }
    sentences(text, &mut lists);
    lists
}

/// Whether the words are a labelled list and nothing else (牵头单位：县卫健局).
pub(crate) fn is_list(words: &str) -> bool {
    let words = words.trim().trim_start_matches(['（', '(', '【', '〔', '[', '*']);
    label_at(words, 0).is_some_and(|(_, end)| {
        words[skip_space(words, end)..].starts_with(['：', ':', '】', '〕', ']'])
    })
}

/// The words without their unit lists: a heading keeps its name alone.
pub(crate) fn without_lists(words: &str) -> String {
    let mut rest = String::with_capacity(words.len());
    let mut at = 0;
    for list in unit_lists(words) {
        rest.push_str(words.get(at..list.range.start).unwrap_or(""));
        at = list.range.end;
    }
    rest.push_str(words.get(at..).unwrap_or(""));
    if rest.trim().is_empty() { words.to_owned() } else { rest.trim().to_owned() }
}

/// The words with their unit lists blanked, byte for byte: what units do is no target.
pub(crate) fn masked(words: &str) -> Cow<'_, str> {
    let lists = unit_lists(words);
    if lists.is_empty() {
        return Cow::Borrowed(words);
    }
    let mut rest = String::with_capacity(words.len());
    for list in lists {
        rest.push_str(words.get(rest.len()..list.range.start).unwrap_or(""));
        let blank = list.range.end.saturating_sub(rest.len());
        rest.extend(std::iter::repeat_n(' ', blank));
    }
    rest.push_str(words.get(rest.len()..).unwrap_or(""));
    Cow::Owned(rest)
}

/// Joins lists that only punctuation parts (牵头单位：A。责任单位：B).
fn push(lists: &mut Vec<UnitList>, list: UnitList, text: &str) {
    if let Some(last) = lists.last_mut() {
        let between = &text[last.range.end..list.range.start];
        let parted = between.chars().any(|c| !c.is_whitespace() && !"；;，,。、".contains(c));
        if !parted && last.lead.is_empty() != list.lead.is_empty() {
            last.range.end = list.range.end;
            merge(&mut last.lead, list.lead);
            merge(&mut last.support, list.support);
            return;
        }
    }
    lists.push(list);
}

/// Adds the names not yet present.
pub(crate) fn merge(into: &mut Vec<String>, names: Vec<String>) {
    for name in names {
        if !into.contains(&name) {
            into.push(name);
        }
    }
}

/// The next place where a list can begin.
fn next_candidate(text: &str, from: usize) -> Option<(usize, char)> {
    text[from..]
        .char_indices()
        .find(|(_, c)| {
            matches!(
                c,
                '（' | '('
                    | '【'
                    | '〔'
                    | '['
                    | '牵'
                    | '主'
                    | '第'
                    | '首'
                    | '共'
                    | '其'
                    | '相'
                    | '责'
                    | '负'
                    | '落'
                    | '承'
                    | '实'
                    | '配'
                    | '协'
                    | '参'
            )
        })
        .map(|(at, c)| (from + at, c))
}

/// Matches a label at a place, passing over white space inside it: its role and its end.
fn label_at(text: &str, at: usize) -> Option<(Role, usize)> {
    LABELS.iter().find_map(|(word, role)| match_word(text, at, word).map(|end| (*role, end)))
}

/// Matches a word whose characters may be parted by white space.
fn match_word(text: &str, at: usize, word: &str) -> Option<usize> {
    let mut rest = text[at..].char_indices();
    let mut end = at;
    for (index, expected) in word.chars().enumerate() {
        let (offset, c) = rest.find(|(_, c)| index == 0 || !c.is_whitespace())?;
        if c != expected {
            return None;
        }
        end = at + offset + c.len_utf8();
    }
    Some(end)
}

/// The byte after white space.
fn skip_space(text: &str, at: usize) -> usize {
    text[at..].find(|c: char| !c.is_whitespace()).map_or(text.len(), |offset| at + offset)
}

/// A list outside brackets: 牵头单位：…。
fn labelled(text: &str, at: usize) -> Option<UnitList> {
    let (_, end) = label_at(text, at)?;
    let after = skip_space(text, end);
    text[after..].starts_with(['：', ':']).then_some(())?;
    let stop = labelled_end(text, after);
    roles_of_labels(text, at..stop)
}

/// Where a labelled list without brackets ends: a full stop, a line that neither continues nor is continued.
fn labelled_end(text: &str, from: usize) -> usize {
    let mut last = ' ';
    let mut depth = 0_u32;
    // no real list is longer; the rest of a text without stops is not searched again and again
    for (count, (offset, c)) in text[from..].char_indices().enumerate() {
        let at = from + offset;
        match c {
            _ if count > 1000 => return at,
            '（' | '(' => depth += 1,
            '）' | ')' if depth == 0 => return at,
            '）' | ')' => depth -= 1,
            '。' | '！' | '|' | '】' | '〕' => return at,
            '\n' => {
                let next = skip_space(text, at);
                let goes_on = matches!(last, '、' | '，' | ',' | '；' | ';' | '：' | ':');
                if !goes_on && !starts_with_labelled(text, next) {
                    return at;
                }
            }
            _ => {}
        }
        if !c.is_whitespace() {
            last = c;
        }
    }
    text.len()
}

fn starts_with_labelled(text: &str, at: usize) -> bool {
    label_at(text, at)
        .is_some_and(|(_, end)| text[skip_space(text, end)..].starts_with(['：', ':']))
}

/// Reads `label：names label：names …` inside a range.
fn roles_of_labels(text: &str, range: Range<usize>) -> Option<UnitList> {
    let part = &text[range.clone()];
    let mut groups: Vec<(Role, Range<usize>)> = Vec::new();
    let mut at = 0;
    while let Some((found, c)) = next_candidate(part, at) {
        at = found + c.len_utf8();
        let Some((role, end)) = label_at(part, found) else { continue };
        let mut names = skip_space(part, end);
        if let Some(rest) = part[names..].strip_prefix(['：', ':', '为', '】', '〕']) {
            names = part.len() - rest.len();
        } else if names == end && !groups.is_empty() {
            continue;
        }
        names = skip_space(part, names);
        if let Some(rest) = part[names..].strip_prefix(['：', ':']) {
            names = part.len() - rest.len();
        }
        if let Some(last) = groups.last_mut() {
            last.1.end = found;
        }
        groups.push((role, names..part.len()));
        at = names;
    }
    let groups: Vec<_> = groups
        .into_iter()
        .map(|(role, range)| (role, split_units(part.get(range).unwrap_or(""))))
        .collect();
    collect(&groups, range)
}

/// Sorts groups of units into lead and support.
fn collect(groups: &[(Role, Vec<String>)], range: Range<usize>) -> Option<UnitList> {
    let named = |role: Role| groups.iter().any(|(r, units)| *r == role && !units.is_empty());
    let responsible_leads = !named(Role::Lead) && named(Role::Support);
    let mut list = UnitList { range, lead: Vec::new(), support: Vec::new() };
    for (role, units) in groups {
        match role {
            Role::Lead => merge(&mut list.lead, units.clone()),
            Role::Responsible if responsible_leads => merge(&mut list.lead, units.clone()),
            Role::Responsible | Role::Support => merge(&mut list.support, units.clone()),
        }
    }
    let lead = &list.lead;
    list.support.retain(|unit| !lead.contains(unit));
    (!list.lead.is_empty() || !list.support.is_empty()).then_some(list)
}

/// A list in brackets: labelled, with role words, or plain names at the end of the text.
fn bracketed(text: &str, open: usize) -> Option<UnitList> {
    let close = closing(text, open)?;
    let opener = text[open..].chars().next()?;
    let inner = open + opener.len_utf8()..close;
    let end = close + text[close..].chars().next()?.len_utf8();
    let start = skip_space(text, inner.start);
    if let Some((_, label_end)) = label_at(text, start) {
        if skip_space(text, label_end) == close {
            // 【责任单位】A、B: the names follow the bracket.
            let stop = labelled_end(text, end);
            return roles_of_labels(text, open..stop);
        }
        let mut list = roles_of_labels(text, inner)?;
        list.range = open..end;
        return Some(list);
    }
    let content = &text[inner];
    let mut list = roles_of_words(content).or_else(|| plain_names(content, &text[end..]))?;
    list.range = open..end;
    Some(list)
}

/// The closing bracket of an opening one, within one paragraph.
fn closing(text: &str, open: usize) -> Option<usize> {
    let mut depth = 0_u32;
    for (offset, c) in text[open..].char_indices().take(400) {
        match c {
            '（' | '(' | '【' | '〔' | '[' => depth += 1,
            '）' | ')' | '】' | '〕' | ']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(open + offset);
                }
            }
            _ => {}
        }
    }
    None
}

/// Role words, longest first.
const ROLE_WORDS: &[(&str, Role)] = &[
    ("按照职责分工负责", Role::Support),
    ("按各自职责负责", Role::Support),
    ("按职责分工负责", Role::Support),
    ("按职责分工落实", Role::Support),
    ("依职责分工负责", Role::Support),
    ("根据职责分工负责", Role::Support),
    ("按照职责负责", Role::Support),
    ("按职责负责", Role::Support),
    ("按分工负责", Role::Support),
    ("分工负责", Role::Support),
    ("分别负责", Role::Support),
    ("共同负责", Role::Support),
    ("牵头负责", Role::Lead),
    ("牵头落实", Role::Lead),
    ("配合落实", Role::Support),
    ("参与配合", Role::Support),
    ("协同配合", Role::Support),
    ("协助配合", Role::Support),
    ("牵头", Role::Lead),
    ("配合", Role::Support),
    ("负责", Role::Responsible),
    ("参与", Role::Support),
];

/// Reads `A牵头，B、C配合` and `A、B按职责分工负责`: the whole text must be such a list.
fn roles_of_words(text: &str) -> Option<UnitList> {
    let text = text.trim_end_matches(['。', '；', ';', ' ', '\u{3000}']);
    let mut groups: Vec<(Role, Vec<String>)> = Vec::new();
    let (mut from, mut at) = (0, 0);
    while let Some(c) = text[at..].chars().next() {
        if !matches!(c, '按' | '依' | '根' | '分' | '共' | '牵' | '配' | '参' | '协' | '负')
        {
            at += c.len_utf8();
            continue;
        }
        let word = ROLE_WORDS
            .iter()
            .find_map(|(word, role)| match_word(text, at, word).map(|end| (*role, end)));
        let Some((role, end)) = word else {
            at += c.len_utf8();
            continue;
        };
        let names = split_units(text[from..at].trim_start_matches(['，', ',', '；', ';', '由']));
        if names.is_empty() || !names.iter().all(|name| looks_like_unit(name)) {
            return None;
        }
        groups.push((role, names));
        (from, at) = (end, end);
    }
    let (first, _) = groups.first()?;
    let rest = split_units(&text[from..]);
    if !rest.is_empty() {
        (*first == Role::Lead && rest.iter().all(|name| looks_like_unit(name))).then_some(())?;
        groups.push((Role::Support, rest));
    }
    if let [(role @ Role::Responsible, names)] = groups.as_mut_slice() {
        *role = if names.len() == 1 { Role::Lead } else { Role::Support };
    }
    collect(&groups, 0..0)
}

/// Plain names in brackets are a list only when they end the text and look like units throughout.
fn plain_names(content: &str, after: &str) -> Option<UnitList> {
    let last = after.trim_start_matches(['。', '；', ' ', '\u{3000}']);
    (last.is_empty() || last.starts_with('\n')).then_some(())?;
    let names = split_units(content);
    let bureaus = names.iter().filter(|name| name.ends_with('局')).count();
    let units = names.iter().all(|name| looks_like_unit(name) && name.chars().count() > 2);
    (names.len() > 1 && bureaus > 0 && units).then_some(())?;
    collect(&[(Role::Support, names)], 0..0)
}

/// Sentences that are nothing but a list: 县卫生健康局牵头，县教育局配合。and 由县卫生健康局牵头。
fn sentences(text: &str, lists: &mut Vec<UnitList>) {
    if !(text.contains("牵头") || text.contains("分工负责")) {
        return;
    }
    let mut start = 0;
    let mut found = Vec::new();
    for (at, c) in text.char_indices().filter(|(_, c)| matches!(c, '。' | '；' | ';' | '\n')) {
        found.extend(sentence(text, start..at, at + c.len_utf8(), lists));
        start = at + c.len_utf8();
    }
    found.extend(sentence(text, start..text.len(), text.len(), lists));
    if !found.is_empty() {
        lists.extend(found);
        lists.sort_by_key(|list| list.range.start);
    }
}

fn sentence(text: &str, range: Range<usize>, end: usize, lists: &[UnitList]) -> Option<UnitList> {
    let later = lists.partition_point(|l| l.range.end <= range.start);
    let taken = lists.get(later).is_some_and(|l| l.range.start < range.end);
    let words = &text[range.clone()];
    (!taken && (words.contains("牵头") || words.contains("分工负责"))).then_some(())?;
    if let Some(mut list) = roles_of_words(words.trim()) {
        list.range = range.start..end;
        return Some(list);
    }
    // 达到90%以上，由县卫生健康局牵头，县医保局配合
    let by = words.rfind("，由").or_else(|| words.rfind(",由"))?;
    let mut list = roles_of_words(words[by..].trim_start_matches(['，', ',']))
        .filter(|l| !l.lead.is_empty())?;
    list.range = range.start + by..range.end;
    Some(list)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes lists as `lead/lead|support/support`, parted by `;`.
    #[track_caller]
    fn check(text: &str, expect: &str) {
        let lists: Vec<String> = unit_lists(text)
            .iter()
            .map(|l| format!("{}|{}", l.lead.join("/"), l.support.join("/")))
            .collect();
        assert_eq!(lists.join(";"), expect, "{text}");
    }

    #[test]
    fn labelled_lists() {
        check("预防艾滋病。（牵头单位：卫健局；责任单位：财政局、妇联）", "卫健局|财政局/妇联");
        check("牵头单位：卫健局配合单位：医保局，财政局等", "卫健局|医保局/财政局");
        check("（主要责任单位:教育局 责任单位:发改局、财政局）", "教育局|发改局/财政局");
        check("责任部门：民政局、残联", "|民政局/残联");
        check("责任单位：民政局；配合单位：残联", "民政局|残联");
        check("【责任单位】民政局、残联。", "|民政局/残联");
        check("〔牵头单位：团县委〕", "团县委|");
        check("牵 头 单 位： 水务局", "水务局|");
        check(
            "牵头单位：A局\n责任单位：B局、\n各乡镇（街道、开发区）\n下一句话。",
            "A局|B局/各乡镇（街道、开发区）",
        );
    }

    #[test]
    fn lists_of_role_words() {
        check("达标。（县教育局、县卫健局按职责分工负责）", "|县教育局/县卫健局");
        check("达标（县教育局牵头，县卫健局、县妇联配合）", "县教育局|县卫健局/县妇联");
        check("达到90%以上，由县教育局牵头，县财政局配合。", "县教育局|县财政局");
        check("达到90%以上。县教育局牵头，县财政局、县妇联等。", "县教育局|县财政局/县妇联");
        check("提高水平。（县医保局负责）", "县医保局|");
        check("提高水平。（县医保局、县税务局）", "|县医保局/县税务局");
    }

    #[test]
    fn running_text_is_no_list() {
        check("监测组由统计局牵头，成员由相关部门组成，负责监测工作。", "");
        check("统计局牵头组织开展年度监测。", "");
        check("落实责任单位主体责任，加强配合。", "");
        check("各乡（镇、街道）普遍建立家庭教育指导站（点）。", "");
        check("家长（监护人负责）到场。", "");
        check("健全妇联牵头、部门配合的工作机制。", "");
        check("孕产妇死亡率（1/10万）下降。", "");
    }

    #[test]
    fn one_list_for_each_sentence() {
        check(
            "死亡率下降（牵头单位：卫健局）。入园率提高（牵头单位：教育局；配合单位：财政局）。",
            "卫健局|;教育局|财政局",
        );
    }

    #[test]
    fn masking_keeps_every_byte_in_place() {
        let text = "入园率提高（教育局负责）。近视率下降。";
        let masked = masked(text);
        assert_eq!(masked.len(), text.len());
        assert_eq!(masked.find("近视率"), text.find("近视率"));
        assert!(!masked.contains("教育局"));
    }

    #[test]
    fn ranges_cover_brackets() {
        let text = "入园率达到95%（牵头单位：教育局）。";
        let list = unit_lists(text).remove(0);
        assert_eq!(&text[list.range], "（牵头单位：教育局）");
    }
}
