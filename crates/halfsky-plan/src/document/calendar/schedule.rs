//! The schedule of a plan: 年度监测, 中期评估, 终期评估, dated by the plan period or by a year written beside them.

use super::due::{Term, small_number, term_at, term_year, word_at, year_at};
use crate::document::assignment::looks_like_unit;
use crate::period::PlanPeriod;
use crate::plan::Due;

/// One term with what is done then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) due: Due,
    pub(super) what: String,
    /// Who acts, where the sentence is passive (中期评估由评估组牵头).
    pub(super) by: Option<String>,
}

/// Verbs that make a term a duty; the longer ones first.
const VERBS: &[&str] = &[
    "撰写并提交",
    "坚持并完善",
    "组织开展",
    "组织实施",
    "编辑出版",
    "编印出版",
    "建立完善",
    "建立健全",
    "开展",
    "进行",
    "实行",
    "实施",
    "执行",
    "提交",
    "报送",
    "上报",
    "报告",
    "编辑",
    "出版",
    "编印",
    "编制",
    "撰写",
    "形成",
    "发布",
    "公布",
    "完成",
    "坚持",
    "落实",
    "建立",
    "健全",
    "完善",
    "做好",
    "接受",
    "组织",
    "制定",
    "制订",
    "收集",
    "搞好",
    "抓好",
    "参加",
    "编写",
    "起草",
];

/// Whether the words name a term at all.
pub(super) fn has_term(words: &str) -> bool {
    words.contains("年度")
        || words.contains("期")
            && ["中期", "终期", "期末", "期中", "末期", "期满"]
                .iter()
                .any(|term| words.contains(term))
}

/// A term as it stands in a segment.
struct Found {
    term: Term,
    /// Where the term begins, with 前一, 上 or `5年` in front.
    start: usize,
    /// The bare term.
    word: usize,
    end: usize,
    year: Option<i32>,
}

/// The duties a segment sets by naming terms.
pub(super) fn items(words: &str, period: PlanPeriod) -> Vec<Item> {
    let mut found = terms(words, period);
    let Some(first) = found.first() else { return Vec::new() };
    let Some(act) = act(words, first.start) else { return Vec::new() };
    share_years(words, &mut found);
    let stop = act.object_end;
    let mut nouns: Vec<&str> = Vec::new();
    for (index, term) in found.iter().enumerate() {
        let next = found.get(index + 1).map_or(stop, |next| next.start).max(term.end);
        let noun = words.get(term.end..next.min(stop.max(term.end))).unwrap_or("");
        nouns.push(noun.trim_matches(|c: char| c.is_whitespace() || "、和及与以的".contains(c)));
    }
    let mut later = "";
    for noun in nouns.iter_mut().rev() {
        if noun.is_empty() {
            *noun = later;
        }
        later = noun;
    }
    let mut items = Vec::new();
    for (term, noun) in found.iter().zip(nouns) {
        let due = match term.term {
            Term::Yearly => Due::EveryYear,
            other => Due::InYear { year: term.year.unwrap_or(term_year(other, period)) },
        };
        let from = if term.year.is_some() { term.word } else { term.start };
        let what = format!("{}{}{noun}", act.verb, &words[from..term.end]);
        items.push(Item { due, what, by: act.by.clone() });
    }
    items
}

fn terms(words: &str, period: PlanPeriod) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    let mut year = None;
    let mut at = 0;
    while let Some(c) = words[at..].chars().next() {
        let next = at + c.len_utf8();
        if let Some((written, end)) = year_at(words, at) {
            year = Some((written, at, end));
            at = end;
        } else if let Some((term, end)) = term_at(words, at) {
            let mut start = at;
            for before in ["前一", "上一", "下一", "上", "本", "当", "每"] {
                if words[..at].ends_with(before) {
                    start = at - before.len();
                    break;
                }
            }
            let span = years_before(words, at);
            if let Some((_, from)) = span {
                start = from;
            }
            let own = year.take().filter(|_| term != Term::Yearly);
            if let Some((_, from, _)) = own.filter(|(_, _, end)| words[*end..at].trim().is_empty())
            {
                start = from;
            }
            let own = own.map(|(year, _, _)| year);
            let counted = span.map(|(years, _)| period.start + years - 1);
            found.push(Found { term, start, word: at, end, year: own.or(counted) });
            at = end;
        } else {
            at = next;
        }
    }
    found
}

/// `5年中期评估`: the number of years right before a term, and where it begins.
fn years_before(words: &str, at: usize) -> Option<(i32, usize)> {
    let before = words[..at].strip_suffix('年')?;
    let start = before
        .char_indices()
        .rev()
        .take_while(|(_, c)| c.is_ascii_digit() || "一二三四五六七八九十".contains(*c))
        .last()?
        .0;
    let (number, end) = small_number(words, start)?;
    (end == before.len() && number <= 20).then_some(())?;
    Some((i32::try_from(number).ok()?, start))
}

/// `2025年和2030年分别开展中期、终期评估`: years in a row belong to the terms in a row.
fn share_years(words: &str, found: &mut [Found]) {
    let Some(first) = found.iter().map(|term| term.start).min() else { return };
    let mut years = Vec::new();
    for (at, _) in words[..first].char_indices() {
        years.extend(year_at(words, at).map(|(year, _)| year));
    }
    let dated: Vec<usize> = (0..found.len()).filter(|i| found[*i].term != Term::Yearly).collect();
    if years.len() > 1 && years.len() == dated.len() {
        for (index, year) in dated.into_iter().zip(years) {
            found[index].year = Some(year);
        }
    }
}

/// What is done with the terms.
struct Act<'a> {
    verb: &'a str,
    /// Where the words about the terms end.
    object_end: usize,
    by: Option<String>,
}

/// The verb in front of the first term, or 由…牵头 behind the terms.
fn act(words: &str, first: usize) -> Option<Act<'_>> {
    let before = &words[..first];
    let idle = ["通过", "运用", "利用", "根据", "纳入", "列入", "供", "为"];
    let active = VERBS
        .iter()
        .filter_map(|verb| before.rfind(verb).map(|at| (at, verb)))
        // 规划实施 is what is watched, not what is done
        .filter(|(at, verb)| !(**verb == "实施" && before[..*at].ends_with("规划")))
        .map(|(at, verb)| (at + verb.len(), verb))
        .max_by_key(|(end, verb)| (*end, verb.len()));
    let excluded = idle.iter().any(|word| before.trim_start().starts_with(word))
        || words.ends_with("参考")
        || before.contains('供');
    if let Some((end, verb)) = active {
        // a long way between verb and term means the verb speaks of something else
        let near = words[end..first].chars().count() <= 12 && !words[end..first].contains('的');
        return (near && !excluded).then(|| Act {
            verb,
            object_end: words.trim_end().len(),
            by: None,
        });
    }
    let passive = words[first..].find('由').map(|at| first + at)?;
    let rest = &words[passive + '由'.len_utf8()..];
    let verbs = ["组织实施", "牵头", "负责", "组织", "承担", "开展", "实施"];
    let end = verbs.iter().filter_map(|verb| rest.find(verb)).min()?;
    let by = rest[..end].trim();
    (looks_like_unit(by) && before.trim().chars().count() <= 12).then(|| Act {
        verb: word_at(before, 0, &["对"]).map_or("开展", |_| "开展"),
        object_end: passive,
        by: Some(by.to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(words: &str, expect: &[(&str, &str)]) {
        let period = PlanPeriod { start: 2021, end: 2030 };
        let found: Vec<(String, String)> = items(words, period)
            .into_iter()
            .map(|item| {
                let due = match item.due {
                    Due::InYear { year } => year.to_string(),
                    _ => "每年".to_owned(),
                };
                (due, item.what)
            })
            .collect();
        let found: Vec<(&str, &str)> =
            found.iter().map(|(due, what)| (due.as_str(), what.as_str())).collect();
        assert_eq!(found, expect, "{words}");
    }

    #[test]
    fn terms_share_their_noun() {
        check(
            "进行年度监测、中期和终期评估",
            &[("每年", "进行年度监测"), ("2025", "进行中期评估"), ("2030", "进行终期评估")],
        );
        check(
            "提交年度、中期和终期监测报告",
            &[
                ("每年", "提交年度监测报告"),
                ("2025", "提交中期监测报告"),
                ("2030", "提交终期监测报告"),
            ],
        );
    }

    #[test]
    fn written_years_come_first() {
        check(
            "实行2026年中期评估和2030年终期评估",
            &[("2026", "实行中期评估"), ("2030", "实行终期评估")],
        );
        check(
            "在2026年和2031年分别开展中期和终期评估",
            &[("2026", "开展中期评估"), ("2031", "开展终期评估")],
        );
        check("建立5年中期评估制度", &[("2025", "建立中期评估制度")]);
        check("2026年中期评估由评估组牵头", &[("2026", "开展中期评估")]);
    }

    #[test]
    fn mention_is_no_duty() {
        check("通过年度监测", &[]);
        check("结果供中期评估参考", &[]);
        check("将所需经费纳入年度预算", &[]);
    }
}
