//! Baseline facts (基期数据): past figures told before the first domain. They are never targets.
//!
//! Owns the reading of 到2020年…达到… and 从2016年的…增加到2020年的…; changes (比2010年提高…) stay in
//! the quote, for they are no figure of the indicator.

use std::ops::Range;

use rust_decimal::Decimal;

use super::annex::AnnexInput;
use super::numeral::Script;
use super::passage::Passage;
use super::quantity::{Quantity, quantities};
use crate::figure::Figure;
use crate::period::PlanPeriod;
use crate::plan::{BaselineFact, Plan};
use crate::unit::Unit;

/// Reads the past figures of the preamble into `Plan::baseline`.
pub(crate) fn read(plan: &mut Plan, input: &AnnexInput) {
    for passage in &input.preamble {
        for fact in facts(passage, plan.period) {
            let known = |f: &&BaselineFact| {
                (&f.indicator, f.value, f.year) == (&fact.indicator, fact.value, fact.year)
            };
            if !plan.baseline.iter().rev().take(200).any(|f| known(&f)) {
                plan.baseline.push(fact);
            }
        }
    }
}

fn facts(passage: &Passage, period: PlanPeriod) -> Vec<BaselineFact> {
    let text = passage.text();
    if !text.bytes().any(|b| b.is_ascii_digit()) {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut start = 0;
    let mut year = None;
    let ends =
        text.char_indices().filter(|(_, c)| matches!(c, '。' | '；' | ';')).map(|(at, _)| at);
    for end in ends.chain([text.len()]) {
        if end < start {
            continue;
        }
        // a semicolon continues the year of the sentence, a full stop ends it
        let subject = String::new();
        let mut sentence =
            Sentence { passage, period, range: start..end, year, subject, found: Vec::new() };
        sentence.read();
        year = if text[end..].starts_with('。') { None } else { sentence.year };
        found.append(&mut sentence.found);
        start = end + text[end..].chars().next().map_or(0, char::len_utf8);
    }
    found
}

struct Sentence<'a> {
    passage: &'a Passage,
    period: PlanPeriod,
    range: Range<usize>,
    /// The year the figures speak of.
    year: Option<i32>,
    /// The name met last: a share (占…的) speaks of it.
    subject: String,
    found: Vec<BaselineFact>,
}

/// Words between a name and its figure. The longest come first.
const VERBS: &[&str] = &[
    "下降到了",
    "提高到了",
    "分别达到",
    "分别为",
    "分别达",
    "下降到",
    "下降至",
    "降低到",
    "降低至",
    "减少到",
    "减少至",
    "提高到",
    "提高至",
    "提升到",
    "提升至",
    "增加到",
    "增加至",
    "增长到",
    "增长至",
    "上升到",
    "上升至",
    "稳定在",
    "保持在",
    "控制在",
    "延长到",
    "延长至",
    "扩大到",
    "降至",
    "降到",
    "升至",
    "增至",
    "达到了",
    "达到",
    "已达",
    "仅为",
    "约为",
    "达",
    "为",
    "是",
    "占",
    "有",
    "共",
    "辖",
    "约",
    "：",
    ":",
];

impl Sentence<'_> {
    fn read(&mut self) {
        let text = &self.passage.text()[self.range.clone()];
        if !text.bytes().any(|b| b.is_ascii_digit()) {
            return;
        }
        let mut start = 0;
        let all = quantities(text);
        let mut left = all.as_slice();
        let commas = text.char_indices().filter(|(_, c)| matches!(c, '，' | ',' | '：'));
        for (end, width) in commas.map(|(at, c)| (at, c.len_utf8())).chain([(text.len(), 0)]) {
            let (inside, rest) = left.split_at(left.partition_point(|q| q.span.end <= end));
            left = rest;
            self.segment(text, start..end, inside);
            start = end + width;
        }
    }

    fn segment(&mut self, text: &str, range: Range<usize>, inside: &[Quantity<'_>]) {
        let words = text[range.clone()].trim_start();
        if ["比", "较", "同比", "年均", "环比"].iter().any(|w| words.starts_with(w)) {
            return;
        }
        let years: Vec<&Quantity<'_>> = inside.iter().filter(|q| is_year(q)).collect();
        let figures: Vec<&Quantity<'_>> = inside
            .iter()
            .filter(|q| !is_year(q) && is_figure(q, &text[q.span.end..range.end]))
            .collect();
        if figures.is_empty() {
            self.year = years.last().and_then(|y| year_of(y)).or(self.year);
            return;
        }
        let names = distributed(text, range.clone(), &figures);
        let mut from = range.start.min(figures[0].span.start);
        let mut name = String::new();
        for (index, figure) in figures.iter().enumerate() {
            let written = years
                .iter()
                .rev()
                .find(|y| y.span.end <= figure.span.start && y.span.start >= from)
                .and_then(|y| Some((y.span.start, year_of(y)?)));
            let own = own_name(&text[from..figure.span.start]);
            from = figure.span.end;
            if text[from..].starts_with("亿元") {
                from += "亿元".len();
            }
            let year = written.map(|(_, year)| year).or(self.year);
            if written.is_some_and(|(at, _)| !text[..at].ends_with(['从', '由'])) {
                self.year = year;
            }
            match (&names, own) {
                (Some(names), _) => name = names.get(index).cloned().unwrap_or_default(),
                (None, Own::Name(own)) => name = own,
                (None, Own::Share(of)) => name = format!("{}占{of}的比重", self.subject),
                (None, Own::Same) if !name.is_empty() => {}
                (None, _) => continue,
            }
            self.push(&text[range.clone()], range.clone(), figure, (&name, year));
        }
        if !name.is_empty() {
            self.subject = name;
        }
    }

    fn push(
        &mut self,
        words: &str,
        at: Range<usize>,
        figure: &Quantity<'_>,
        of: (&str, Option<i32>),
    ) {
        let Some(year) = of.1.filter(|year| *year < self.period.start) else { return };
        let after = words.get(figure.span.end - at.start..).unwrap_or("");
        let (value, unit) = in_known_unit(figure, after);
        if unit.is_none() || of.0.chars().count() < 2 {
            return;
        }
        self.found.push(BaselineFact {
            indicator: of.0.to_owned(),
            value,
            unit,
            year: Some(year),
            quote: words.trim().to_owned(),
            span: self.passage.span(self.range.start + at.start..self.range.start + at.end),
        });
    }
}

fn is_year(quantity: &Quantity<'_>) -> bool {
    let value = quantity.value.decimal();
    quantity.script == Script::Digits
        && quantity.word == "年"
        && value.is_integer()
        && (Decimal::from(1900)..Decimal::from(2100)).contains(&value)
}

/// Whether a quantity is told of something: not a part of a name (5岁以下儿童, 学前三年).
fn is_figure(quantity: &Quantity<'_>, after: &str) -> bool {
    const NEXT: &[&str] = &[
        "、", "和", "及", "与", "以", "（", "(", "提高", "提升", "增", "上升", "下降", "降",
        "减少", "扩大", "亿元",
    ];
    let words = quantity.script == Script::Words && !quantity.fraction;
    let after = after.trim_start();
    !words && (after.is_empty() || NEXT.iter().any(|next| after.starts_with(next)))
}

fn year_of(quantity: &Quantity<'_>) -> Option<i32> {
    quantity.value.to_string().parse().ok()
}

/// 亿元 is kept in 万元, the largest unit of money there is here.
fn in_known_unit(figure: &Quantity<'_>, after: &str) -> (Figure, Option<Unit>) {
    if figure.unit.is_none() && after.trim_start().starts_with("亿元") {
        let value = figure.value.decimal().checked_mul(Decimal::from(10_000));
        return (value.map_or(figure.value, Figure::new), value.map(|_| Unit::TenThousandYuan));
    }
    (figure.value, figure.unit)
}

/// What stands in front of a figure.
enum Own {
    /// The name of its indicator.
    Name(String),
    /// 占…的: a share of this, of the thing named before.
    Share(String),
    /// Only a verb: the name goes on (从…增加到…).
    Same,
    None,
}

fn own_name(before: &str) -> Own {
    let before = before.trim_end();
    let before = before.strip_suffix('的').unwrap_or(before);
    let (words, verb) = match VERBS.iter().find(|verb| before.ends_with(**verb)) {
        Some(verb) => (&before[..before.len() - verb.len()], *verb),
        None => (before, ""),
    };
    if let Some(at) = words.find('占').filter(|_| verb.is_empty()) {
        let of = words[at + '占'.len_utf8()..].trim();
        let subject = clean(&words[..at]);
        return if subject.is_empty() {
            Own::Share(of.to_owned())
        } else {
            Own::Name(format!("{subject}占{of}的比重"))
        };
    }
    if ["比", "较", "增长", "提高", "下降", "增加", "减少", "降低"]
        .iter()
        .any(|w| words.ends_with(w))
    {
        return Own::None;
    }
    let words = strip_year_of(words);
    let name = clean(words);
    if verb.is_empty() {
        let from_year = before.ends_with('年') || before.ends_with("年为");
        let noun = ["数", "率", "比例", "比重", "人口", "面积", "收入", "总量", "支出"];
        return match name {
            name if name.is_empty() && from_year => Own::Same,
            name if from_year || noun.iter().any(|n| name.ends_with(n)) => Own::Name(name),
            _ => Own::None,
        };
    }
    match (name.is_empty(), verb) {
        (true, "占") => Own::None,
        (true, _) => Own::Same,
        (false, "占") => Own::Name(format!("{name}占比")),
        (false, _) => Own::Name(name),
    }
}

/// Takes `从2016年`, `增加到2020年` off the end.
fn strip_year_of(words: &str) -> &str {
    let Some(bare) = words.strip_suffix('年') else { return words };
    let bare = bare.trim_end_matches(|c: char| c.is_ascii_digit());
    if bare.len() + 5 > words.len() {
        return words;
    }
    let verb = VERBS.iter().chain(&["由", "从", "到"]).find(|verb| bare.ends_with(**verb));
    verb.map_or(bare, |verb| &bare[..bare.len() - verb.len()])
}

/// The name without time words and connectives.
fn clean(words: &str) -> String {
    let mut words = words.trim();
    if let Some(at) = words.rfind('年') {
        let digits = words[..at].trim_end_matches(|c: char| c.is_ascii_digit());
        if at - digits.len() >= 2 {
            words = words[at + '年'.len_utf8()..].trim_start_matches(['底', '末', '初', '的']);
        }
    }
    let words = words.trim_start_matches(['，', ',', '、', '：', ':', ' ']);
    let mut words =
        words.strip_prefix("其中").unwrap_or(words).trim_start_matches(['：', ':', '，']);
    for tail in ["由", "从", "已", "均", "仅", "约", "分别", "的"] {
        words = words.strip_suffix(tail).unwrap_or(words);
    }
    for lead in ["和", "及", "与", "降至", "到", "截至", "分之"] {
        words = words.strip_prefix(lead).unwrap_or(words);
    }
    if words.chars().count() > 40 { String::new() } else { words.trim().to_owned() }
}

/// The names of `甲、乙和丙分别为1、2和3`; None where the figures are not handed out so.
fn distributed(text: &str, range: Range<usize>, figures: &[&Quantity<'_>]) -> Option<Vec<String>> {
    let first = figures.first()?;
    let head = text.get(range.start..first.span.start)?;
    let at = head.find("分别")?;
    let names = clean(&head[..at]);
    let names: Vec<String> = names
        .split(['、', '和', '与', '及'])
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        .collect();
    if names.len() != figures.len() || names.len() < 2 {
        return None;
    }
    let tail: String = {
        let last = names.last()?;
        let kept = ["死亡率", "毛入学率", "覆盖率", "普及率", "参保率"];
        kept.iter().find(|t| last.ends_with(**t)).map(|t| (*t).to_owned()).unwrap_or_default()
    };
    let ends_alike =
        |name: &String| ["率", "数", "比", "例", "重"].iter().any(|e| name.ends_with(e));
    Some(
        names
            .into_iter()
            .map(|name| if ends_alike(&name) { name } else { format!("{name}{tail}") })
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &[&str]) {
        let period = PlanPeriod { start: 2021, end: 2030 };
        let found: Vec<String> = facts(&Passage::plain(text), period)
            .into_iter()
            .map(|f| {
                let unit = f.unit.map_or("", Unit::code);
                format!("{} {} {unit} {}", f.indicator, f.value, f.year.unwrap_or(0))
            })
            .collect();
        assert_eq!(found, expect, "{text}");
    }

    #[test]
    fn levels_of_a_past_year() {
        check(
            "到2020年，全县孕产妇死亡率降至13.1/10万，筛查率为40.5%；农村改厕率为77%。",
            &[
                "全县孕产妇死亡率 13.1 per_100k 2020",
                "筛查率 40.5 percent 2020",
                "农村改厕率 77 percent 2020",
            ],
        );
        check(
            "截至2020年底，村委会成员中女性占26.5%，比2010年提高3.1个百分点。",
            &["村委会成员中女性占比 26.5 percent 2020"],
        );
    }

    #[test]
    fn from_and_to() {
        check(
            "人均收入从2015年的11000元增加到2020年的17500元，年均增长1300元。",
            &["人均收入 11000 yuan 2015", "人均收入 17500 yuan 2020"],
        );
        check(
            "2020年，婴儿死亡率由2010年的6.1‰下降到3.2‰。",
            &["婴儿死亡率 6.1 permille 2010", "婴儿死亡率 3.2 permille 2020"],
        );
        check("入园率由2015年的71%提高到88%。", &["入园率 71 percent 2015"]);
    }

    #[test]
    fn shares_and_large_money() {
        check(
            "截至2020年末，总人口数51.2万人，其中女性人口数25.1万人，占总人口的49%。",
            &[
                "总人口数 51.2 count_10k 2020",
                "女性人口数 25.1 count_10k 2020",
                "女性人口数占总人口的比重 49 percent 2020",
            ],
        );
        check("2019年财政收入达到1.5亿元。", &["财政收入 15000.0 ten_thousand_yuan 2019"]);
    }

    #[test]
    fn handed_out_figures() {
        check(
            "2020年，新生儿、婴儿死亡率分别为2.9‰和4.1‰。",
            &["新生儿死亡率 2.9 permille 2020", "婴儿死亡率 4.1 permille 2020"],
        );
    }

    #[test]
    fn numbers_in_names_are_no_figures() {
        check(
            "到2020年，婴儿死亡率、5岁以下儿童死亡率分别为4.1‰和5.9‰，学前三年毛入园率为91%。",
            &[
                "婴儿死亡率 4.1 permille 2020",
                "5岁以下儿童死亡率 5.9 permille 2020",
                "学前三年毛入园率 91 percent 2020",
            ],
        );
    }

    #[test]
    fn the_future_and_the_undated_are_no_facts() {
        check("到2025年，覆盖率达到90%以上。展望2035年，收入达到5万元。", &[]);
        check("覆盖率达到90%以上。", &[]);
    }
}
