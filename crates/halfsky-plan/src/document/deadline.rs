//! Deadline: years and stages named in a clause.
//!
//! Reads `到2025年底前`, `二〇三〇年`, `“十四五”末`, `以2020年为基数`, `较2020年` and tells what the year is
//! for. It never decides which figure a year belongs to.

use super::numeral::{digit_of, word_digit};
use crate::note::Span;
use crate::period::PlanPeriod;

/// What a year is named for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// 到2025年: something is due.
    Due,
    /// 以2020年为基数, 比2020年: a change counts from it.
    Base,
    /// 由2020年的…, 2021年至…: where something starts.
    Start,
}

/// A year with the words that belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct YearMention {
    pub span: Span,
    pub year: i32,
    pub role: Role,
}

/// Finds the years of a text, in order.
pub fn find_years(text: &str, period: PlanPeriod) -> Vec<YearMention> {
    let mut found: Vec<YearMention> = Vec::new();
    for (at, _) in text.match_indices('年') {
        let floor = found.last().map_or(0, |m| m.span.end);
        if let Some((start, year)) = year_before(text, floor, at) {
            found.push(extend(text, floor, Span::new(start, at + '年'.len_utf8()), year));
        }
    }
    for (at, word) in text.match_indices("末") {
        if let Some(mention) = stage_before(text, at, at + word.len(), period)
            && !found
                .iter()
                .any(|m| m.span.start < mention.span.end && mention.span.start < m.span.end)
        {
            found.push(mention);
        }
    }
    for (word, year) in [("中期", midterm(period)), ("终期", Some(period.end))] {
        for (at, _) in text.match_indices(word) {
            let end = at + word.len();
            if let Some(year) =
                year.filter(|_| STAGE_VERBS.iter().any(|v| text[end..].starts_with(v)))
            {
                found.push(YearMention { span: Span::new(at, end), year, role: Role::Due });
            }
        }
    }
    found.sort_by_key(|m| m.span.start);
    found
}

/// Verbs that make 中期 and 终期 a date: 中期达到…, not 中期评估.
const STAGE_VERBS: &[&str] = &[
    "达到",
    "达",
    "下降",
    "降至",
    "降到",
    "降低",
    "提高",
    "提升",
    "控制",
    "保持",
    "稳定",
    "不低于",
    "不高于",
    "不超过",
    "力争",
    "超过",
];

/// The year in the middle of a plan of ten years; a plan of five has none.
fn midterm(period: PlanPeriod) -> Option<i32> {
    (period.years() == 10).then_some(period.start + 4)
}

/// The year written right before 年: digits, Chinese digits, or Chinese digits that lost their zero.
fn year_before(text: &str, floor: usize, at: usize) -> Option<(usize, i32)> {
    let head = text[floor..at].trim_end_matches([' ', '\u{3000}']);
    let mut digits: Vec<(usize, u32)> = Vec::new();
    for (offset, c) in head.char_indices().rev().take(6) {
        match digit_of(c).or_else(|| word_digit(c)) {
            Some(digit) => digits.push((floor + offset, digit)),
            None => break,
        }
    }
    let &(start, _) = digits.last()?;
    let figure = digits.iter().rev().fold(0, |sum, (_, digit)| sum * 10 + digit);
    let year = match digits.len() {
        4 => figure,
        // 二〇三五年 printed without its 〇
        3 if figure / 100 == 2 && figure % 10 == 5 => 2000 + figure % 100,
        _ => return None,
    };
    (1980..=2060).contains(&year).then_some(())?;
    Some((start, i32::try_from(year).ok()?))
}

const BASE_TAILS: &[&str] = &[
    "为基数",
    "为基期",
    "为基准",
    "为基点",
    "的基础上",
    "基础上",
    "底的基础上",
    "相比",
    "底相比",
    "水平相比",
];

/// Words before a year that belong to it, with what they say about its role.
const HEADS: &[(&str, Role)] = &[
    ("力争到", Role::Due),
    ("争取到", Role::Due),
    ("截至", Role::Due),
    ("截止", Role::Due),
    ("到", Role::Due),
    ("至", Role::Due),
    ("比", Role::Base),
    ("较", Role::Base),
    ("由", Role::Start),
    ("从", Role::Start),
    ("自", Role::Start),
    ("在", Role::Due),
    ("于", Role::Due),
    ("以", Role::Due),
    ("与", Role::Due),
    ("同", Role::Due),
];

const VERBS: &[&str] =
    &["提高", "提升", "增加", "增长", "上升", "下降", "降低", "减少", "扩大", "缩小", "延长"];

const TAILS: &[&str] = &[
    "底以前",
    "末以前",
    "底之前",
    "底前",
    "末前",
    "年底",
    "底",
    "末",
    "以前",
    "之前",
    "前",
    "时",
    "度",
    "的",
];

fn extend(text: &str, floor: usize, year_span: Span, year: i32) -> YearMention {
    let mut span = year_span;
    let mut role = Role::Due;
    let head = &text[floor..span.start];
    // 2021—2025年: the first year of a range has no 年 of its own
    let head = strip_range_start(head);
    span.start = floor + head.len();
    let heads = HEADS.iter().find(|(word, _)| head.ends_with(word) && !ends_a_name(head, word));
    if let Some((word, named)) = heads {
        // 提高到2030年的95%: 到 belongs to the verb
        let before = &head[..head.len() - word.len()];
        let of_verb =
            matches!(*word, "到" | "至") && VERBS.iter().any(|verb| before.ends_with(verb));
        let between_ranges = *word == "至" && floor > 0 && head.len() == word.len();
        span.start -= if of_verb { 0 } else { word.len() };
        role = if between_ranges { Role::Due } else { *named };
    }
    let rest = &text[span.end..];
    if let Some(tail) = BASE_TAILS.iter().find(|tail| rest.starts_with(**tail)) {
        span.end += tail.len();
        role = Role::Base;
    } else if let Some(tail) = TAILS.iter().find(|tail| rest.starts_with(**tail)) {
        span.end += tail.len();
    } else if role == Role::Due && rest.starts_with(['至', '—', '-', '－', '~']) {
        role = Role::Start;
    }
    YearMention { span, year, role }
}

/// 占比2025年: the word belongs to the name before the year.
fn ends_a_name(head: &str, word: &str) -> bool {
    word == "比" && ["占比", "性别比", "师生比", "之比", "对比"].iter().any(|n| head.ends_with(n))
}

fn strip_range_start(head: &str) -> &str {
    let trimmed = head.trim_end_matches(['-', '—', '–', '－', '~', '～', '至']);
    if trimmed.len() == head.len() {
        return head;
    }
    let bare = trimmed.trim_end_matches(|c: char| c.is_ascii_digit());
    if trimmed.len() - bare.len() == 4 { bare } else { head }
}

/// `“十四五”末`, `规划期末`: the year a stage ends.
fn stage_before(text: &str, at: usize, end: usize, period: PlanPeriod) -> Option<YearMention> {
    let head =
        text[..at].trim_end_matches("规划期").trim_end_matches("时期").trim_end_matches('期');
    let head = head.trim_end_matches(['”', '"', '’']);
    let (year, start) = if let Some(plan) = text[..at].strip_suffix("规划期") {
        (period.end, plan.len())
    } else {
        let plan = head.strip_suffix('五')?;
        let number = word_digit(plan.chars().next_back()?)?;
        let plan = &plan[..plan.len() - '五'.len_utf8()];
        let plan = plan.strip_suffix('十')?;
        let year = 2005 + 5 * i32::try_from(number).ok()?;
        (year, plan.trim_end_matches(['“', '"', '‘']).len())
    };
    let mut mention = YearMention { span: Span::new(start, end), year, role: Role::Due };
    if let Some((word, role)) = HEADS.iter().find(|(word, _)| text[..start].ends_with(word)) {
        mention.span.start -= word.len();
        mention.role = *role;
    }
    Some(mention)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PERIOD: PlanPeriod = PlanPeriod { start: 2021, end: 2030 };

    fn check(text: &str, expect: &[(&str, i32, Role)]) {
        let found: Vec<(&str, i32, Role)> =
            find_years(text, PERIOD).iter().map(|m| (m.span.of(text), m.year, m.role)).collect();
        assert_eq!(found, expect, "{text}");
    }

    #[test]
    fn years_due() {
        check("到2025年底前达到", &[("到2025年底前", 2025, Role::Due)]);
        check("比例2030年达到", &[("2030年", 2030, Role::Due)]);
        check("至二〇三〇年达到", &[("至二〇三〇年", 2030, Role::Due)]);
        check("展望二三五年", &[("二三五年", 2035, Role::Due)]);
        check("到“十四五”末", &[("到“十四五”末", 2025, Role::Due)]);
        check("到规划期末", &[("到规划期末", 2030, Role::Due)]);
    }

    #[test]
    fn base_years_and_starts() {
        check("以2020年为基数下降", &[("以2020年为基数", 2020, Role::Base)]);
        check("比2020年提高", &[("比2020年", 2020, Role::Base)]);
        check("在2020年基础上降低", &[("在2020年基础上", 2020, Role::Base)]);
        check("与2020年相比", &[("与2020年相比", 2020, Role::Base)]);
        check("由2020年的80%", &[("由2020年的", 2020, Role::Start)]);
        check("2021—2025年", &[("2021—2025年", 2025, Role::Due)]);
    }

    #[test]
    fn other_years_are_no_years() {
        check("学前三年毛入园率、九年义务教育、再延长30年", &[]);
    }
}
