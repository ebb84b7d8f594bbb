//! When a duty falls due: the time expressions of 组织实施 and 监测评估.

use std::ops::Range;

use crate::document::numeral::read_numeral;
use crate::period::PlanPeriod;
use crate::plan::Due;

/// A time expression and the words it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Timing {
    pub(super) range: Range<usize>,
    pub(super) due: Due,
}

/// All time expressions of a segment that are written out (每年12月底前, 颁布后1个月内, 2025年).
///
/// `yearly` tells that 每年 was written earlier in the sentence, so that a bare 12月底前 recurs.
pub(super) fn timings(text: &str, yearly: Yearly) -> Vec<Timing> {
    let mut found: Vec<Timing> = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let timing = match c {
            '每' => every(text, at),
            '颁' | '印' | '发' | '出' | '公' | '实' | '下' | '批' => {
                after_promulgation(text, at)
            }
            '年' | '次' | '翌' | '第' => year_end(text, at),
            c if c.is_ascii_digit() || "一二三四五六七八九十两".contains(c) => {
                dated(text, at, yearly)
            }
            _ => None,
        };
        at = match timing {
            Some(timing) => {
                let end = timing.range.end.max(at + c.len_utf8());
                found.push(timing);
                end
            }
            None => at + number_or_char(text, at, c),
        };
    }
    found
}

/// Whether 每年 was written earlier in the sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Yearly {
    Yes,
    No,
}

/// Steps over a whole number, so that its tail is not read as another one.
fn number_or_char(text: &str, at: usize, c: char) -> usize {
    if c.is_ascii_digit() {
        text[at..].find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len() - at)
    } else {
        c.len_utf8()
    }
}

/// Reads a small whole number in digits or words, and where it ends.
pub(super) fn small_number(text: &str, at: usize) -> Option<(u32, usize)> {
    let at = skip(text, at);
    if let Some(rest) = text[at..].strip_prefix('两') {
        return Some((2, text.len() - rest.len()));
    }
    let numeral = read_numeral(text, at)?;
    let value = numeral.value.to_string().parse().ok()?;
    Some((value, numeral.end))
}

fn skip(text: &str, at: usize) -> usize {
    text.len() - text[at..].trim_start_matches([' ', '\u{3000}']).len()
}

/// The first of some words at a place, and where it ends.
pub(super) fn word_at(text: &str, at: usize, words: &[&str]) -> Option<usize> {
    words.iter().find(|word| text[at..].starts_with(**word)).map(|word| at + word.len())
}

/// 每年…, 每半年, 每季度, 每月, 每5年.
fn every(text: &str, at: usize) -> Option<Timing> {
    let after = at + '每'.len_utf8();
    let (unit_end, per_year) = if let Some(end) = word_at(text, after, &["年度", "年"]) {
        (end, 1)
    } else if let Some(end) = word_at(text, after, &["半年"]) {
        (end, 2)
    } else if let Some(end) = word_at(text, after, &["个季度", "季度", "季"]) {
        (end, 4)
    } else if let Some(end) = word_at(text, after, &["个月", "月"]) {
        (end, 12)
    } else {
        let start = word_at(text, after, &["隔"]).unwrap_or(after);
        let (years, end) = small_number(text, start)?;
        let end = word_at(text, end, &["个年度", "年"])?;
        (years > 0).then_some(())?;
        return Some(Timing { range: at..end, due: Due::EveryYears { years } });
    };
    if per_year == 1 {
        let from = word_at(text, unit_end, &["的", "于", "在"]).unwrap_or(unit_end);
        if let Some((month, day, end)) = month_at(text, from) {
            let due = Due::EveryYearBy { month, day };
            return Some(Timing { range: at..end, due });
        }
    }
    Some(match times(text, unit_end) {
        // the count may stand far behind (每年至少召开一次): only the adverb is taken away
        Some((count, _)) => Timing {
            range: at..unit_end,
            due: Due::TimesPerYear { times: count.saturating_mul(per_year) },
        },
        None if per_year == 1 => Timing { range: at..unit_end, due: Due::EveryYear },
        None => Timing { range: at..unit_end, due: Due::TimesPerYear { times: per_year } },
    })
}

/// `…一次`, `…不少于2次`, `2—3次`: the first count of times behind a place.
pub(super) fn times(text: &str, from: usize) -> Option<(u32, Range<usize>)> {
    let near = text[from..].char_indices().take(60).find(|(_, c)| *c == '次')?;
    let at = from + near.0;
    let before = &text[from..at];
    let start = before
        .char_indices()
        .rev()
        .take_while(|(_, c)| c.is_ascii_digit() || "一二三四五六七八九十两".contains(*c))
        .last()
        .map(|(offset, _)| from + offset)?;
    let (count, end) = small_number(text, start)?;
    let ordinal = text[..start].ends_with(['第', '每', '首']);
    (end == at && !ordinal && count > 0).then_some((count, start..at + "次".len()))
}

/// `12月底前`, `一季度前`, `年底前`, `上半年`, `“三八”`: month, day and end.
fn month_at(text: &str, at: usize) -> Option<(u8, Option<u8>, usize)> {
    const NAMED: &[(&str, u8)] = &[
        ("底前", 12),
        ("底", 12),
        ("年底", 12),
        ("年末", 12),
        ("末前", 12),
        ("末", 12),
        ("年终", 12),
        ("初", 1),
        ("年初", 1),
        ("上半年", 6),
        ("年中", 6),
        ("下半年", 12),
        ("“三八”", 3),
        ("“六一”", 6),
    ];
    let at = skip(text, at);
    let quarter = word_at(text, at, &["第"]).unwrap_or(at);
    if let Some((number, end)) = small_number(text, quarter)
        && let Some(end) = word_at(text, end, &["季度", "季"])
    {
        let month = u8::try_from(number.checked_mul(3)?).ok().filter(|m| (3..=12).contains(m))?;
        return Some((month, None, before(text, end)));
    }
    if let Some((number, end)) = small_number(text, at)
        && let Some(end) = word_at(text, end, &["月份", "月"])
    {
        let month = u8::try_from(number).ok().filter(|m| (1..=12).contains(m))?;
        let day = small_number(text, end)
            .and_then(|(day, end)| {
                Some((u8::try_from(day).ok()?, word_at(text, end, &["日", "号"])?))
            })
            .filter(|(day, _)| (1..=31).contains(day));
        return Some(match day {
            Some((day, end)) => (month, Some(day), before(text, end)),
            None => (month, None, before(text, end)),
        });
    }
    let (word, month) = NAMED.iter().find(|(word, _)| text[at..].starts_with(word))?;
    // 末期 and 终期 are terms of the schedule, not dates
    (!text[at + word.len()..].starts_with('期')).then_some(())?;
    Some((*month, None, before(text, at + word.len())))
}

/// Steps over 底前, 前, 以前, 之前, 末, 上旬 … behind a date.
fn before(text: &str, at: usize) -> usize {
    let at = word_at(text, at, &["上旬", "中旬", "下旬", "底", "末", "初"]).unwrap_or(at);
    word_at(text, at, &["以前", "之前", "前后", "前", "内"]).unwrap_or(at)
}

/// `颁布后1个月内`, `印发之日起30日内`, `发布半年内`.
fn after_promulgation(text: &str, at: usize) -> Option<Timing> {
    let acts =
        ["颁布实施", "印发实施", "颁布", "印发", "发布", "出台", "公布", "实施", "下发", "批准"];
    let end = word_at(text, at, &acts)?;
    let end = word_at(text, end, &["之日起", "之日后", "以后", "之后", "后的", "后", "起"])?;
    let end = word_at(text, end, &["的"]).unwrap_or(end);
    let (months, end) = span_of_months(text, skip(text, end))?;
    let end = word_at(text, end, &["以内", "之内", "内"])?;
    let plan = ["在本规划", "在规划", "于规划", "自规划", "自本规划", "本规划", "规划"];
    let start =
        plan.iter().find(|word| text[..at].ends_with(**word)).map_or(at, |word| at - word.len());
    Some(Timing { range: start..end, due: Due::AfterPromulgation { months } })
}

/// A length of time in months, rounded up.
fn span_of_months(text: &str, at: usize) -> Option<(u32, usize)> {
    if let Some(end) = word_at(text, at, &["半年"]) {
        return Some((6, end));
    }
    let (number, end) = small_number(text, at)?;
    let scales: [(&[&str], u32, u32); 4] = [
        (&["个月", "月"], 1, 1),
        (&["年"], 12, 1),
        (&["个工作日", "天", "日"], 1, 30),
        (&["周", "个星期"], 7, 30),
    ];
    scales.into_iter().find_map(|(words, factor, divisor)| {
        let end = word_at(text, end, words)?;
        Some((number.checked_mul(factor)?.div_ceil(divisor), end))
    })
}

/// `次年3月底前`, `年底前` without 每.
fn year_end(text: &str, at: usize) -> Option<Timing> {
    if let Some(end) = word_at(text, at, &["次年", "翌年", "第二年"]) {
        let (month, day, end) = month_at(text, end)?;
        return Some(Timing { range: at..end, due: Due::EveryYearBy { month, day } });
    }
    let follows = text[..at].chars().next_back();
    let own =
        follows.is_none_or(|c| !c.is_ascii_digit() && !"每一二三四五六七八九〇零十".contains(c));
    let end = word_at(text, at, &["年底前", "年末前", "年底", "年末"]).filter(|_| own)?;
    Some(Timing { range: at..end, due: Due::EveryYearBy { month: 12, day: None } })
}

/// `2025年`, `12月底前` behind an earlier 每年, `五年一次`.
fn dated(text: &str, at: usize, yearly: Yearly) -> Option<Timing> {
    if let Some((year, end)) = year_at(text, at) {
        let end = month_at(text, end).map_or(end, |(_, _, end)| end);
        let start = ["到", "于", "在", "截至"]
            .iter()
            .find(|word| text[..at].ends_with(**word))
            .map_or(at, |word| at - word.len());
        return Some(Timing { range: start..end, due: Due::InYear { year } });
    }
    if yearly == Yearly::Yes
        && let Some((month, day, end)) = month_at(text, at)
        && text[..end].ends_with(['前', '底', '末'])
    {
        return Some(Timing { range: at..end, due: Due::EveryYearBy { month, day } });
    }
    let (number, end) = small_number(text, at)?;
    let end = word_at(text, end, &["年"])?;
    let (count, range) = times(text, end).filter(|(_, range)| range.start - end <= 12)?;
    let due = match (number, count) {
        (1, times) => Due::TimesPerYear { times },
        (years @ 2.., 1) => Due::EveryYears { years },
        _ => return None,
    };
    Some(Timing { range: at..range.end.min(text.len()), due })
}

/// A calendar year in digits with 年 behind it, not part of a range of years.
pub(super) fn year_at(text: &str, at: usize) -> Option<(i32, usize)> {
    let digits = text.get(at..at + 4).filter(|d| d.bytes().all(|b| b.is_ascii_digit()))?;
    let year: i32 = digits.parse().ok()?;
    let end = word_at(text, skip(text, at + 4), &["年度", "年"])?;
    let range = text[..at].ends_with(['-', '—', '－', '–', '~', '～', '至', '0', '1', '2', '3']);
    ((2000..2100).contains(&year) && !range).then_some((year, end))
}

/// The year a term of the schedule falls in: `中期` half way, `终期` at the end of the plan.
pub(super) fn term_year(term: Term, period: PlanPeriod) -> i32 {
    match term {
        Term::Middle => period.start + (period.years() - 1) / 2,
        Term::End | Term::Yearly => period.end,
    }
}

/// A word of the evaluation schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Term {
    /// 年度
    Yearly,
    /// 中期
    Middle,
    /// 终期, 期末
    End,
}

/// The words of the schedule at a place.
pub(super) fn term_at(text: &str, at: usize) -> Option<(Term, usize)> {
    const TERMS: &[(&str, Term)] = &[
        ("年度", Term::Yearly),
        ("中期", Term::Middle),
        ("期中", Term::Middle),
        ("终期", Term::End),
        ("期末", Term::End),
        ("末期", Term::End),
        ("期满", Term::End),
    ];
    TERMS
        .iter()
        .find(|(word, _)| text[at..].starts_with(word))
        .map(|(word, term)| (*term, at + word.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &[Due]) {
        let found: Vec<Due> = timings(text, Yearly::No).into_iter().map(|t| t.due).collect();
        assert_eq!(found, expect, "{text}");
    }

    #[test]
    fn every_year() {
        check("每年12月底前报告", &[Due::EveryYearBy { month: 12, day: None }]);
        check("每年1月15日前报送", &[Due::EveryYearBy { month: 1, day: Some(15) }]);
        check("每年一季度前报告", &[Due::EveryYearBy { month: 3, day: None }]);
        check("每年第四季度召开", &[Due::EveryYearBy { month: 12, day: None }]);
        check("每年年底前报送", &[Due::EveryYearBy { month: 12, day: None }]);
        check("次年3月底前提交", &[Due::EveryYearBy { month: 3, day: None }]);
        check("每年向政府报告", &[Due::EveryYear]);
        check("每年3月和9月", &[Due::EveryYearBy { month: 3, day: None }]);
    }

    #[test]
    fn times_a_year() {
        check("每年至少召开一次会议", &[Due::TimesPerYear { times: 1 }]);
        check("每年至少组织2次", &[Due::TimesPerYear { times: 2 }]);
        check("每半年调度一次", &[Due::TimesPerYear { times: 2 }]);
        check("每季度通报", &[Due::TimesPerYear { times: 4 }]);
        check("一年两次", &[Due::TimesPerYear { times: 2 }]);
    }

    #[test]
    fn once_and_rarely() {
        check("规划颁布后1个月内报送", &[Due::AfterPromulgation { months: 1 }]);
        check("印发之日起45日内", &[Due::AfterPromulgation { months: 2 }]);
        check("发布后半年内", &[Due::AfterPromulgation { months: 6 }]);
        check("2025年终期评估", &[Due::InYear { year: 2025 }]);
        check(
            "2025年中期评估、2030年终期评估",
            &[Due::InYear { year: 2025 }, Due::InYear { year: 2030 }],
        );
        check("每三年开展调查", &[Due::EveryYears { years: 3 }]);
        check("五年一次", &[Due::EveryYears { years: 5 }]);
    }

    #[test]
    fn no_time() {
        check("下一年工作安排和年度经费", &[]);
        check("规划（2021—2030年）", &[]);
        check("第一次会议", &[]);
    }
}
