//! Title: the name of a plan, its region, whom it serves and which years it covers.
//!
//! Owns the reading of titles and of the words that stand in for a title that lacks something.

use std::collections::BTreeMap;

use crate::period::PlanPeriod;
use crate::plan::Beneficiary;

/// Whom a title names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Served {
    One(Beneficiary),
    /// 妇女儿童发展规划: two plans in one text.
    Both,
}

/// A title as read from one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Title {
    pub text: String,
    /// Empty when the title does not name it.
    pub region: String,
    pub served: Served,
    pub period: Option<PlanPeriod>,
}

const BOTH: [&str; 5] = ["妇女儿童", "妇女和儿童", "妇女与儿童", "妇女、儿童", "儿童和妇女"];
const KINDS: [&str; 4] = ["规划", "纲要", "计划", "方案"];

/// Reads a line as the title of a plan; None when it is anything else.
pub fn read(line: &str) -> Option<Title> {
    if line.len() > 180 || !line.contains("发展") || is_cut_from_a_list(line) {
        return None;
    }
    let words = unwrap(line);
    let (at, who, served) = served(words)?;
    let (before, after) = (&words[..at], &words[at + who.len()..]);
    let after = after.strip_prefix("事业").unwrap_or(after);
    let end = kind_end(after.strip_prefix("发展")?)?;
    let behind = &after["发展".len() + end..];
    if !is_title_end(behind) || !is_title_start(before) {
        return None;
    }
    let start = own_words(before);
    let text = trim_extension(&words[start..]);
    let region = region_of(&before[start..]).to_owned();
    Some(Title { text: text.to_owned(), region, served, period: period(words) })
}

/// Whether a line is part of a sentence that names several plans, broken over lines: a book mark on it
/// has lost its other half, or the line goes on behind one.
fn is_cut_from_a_list(line: &str) -> bool {
    line.matches('《').count() != line.matches('》').count() || line.contains("》《")
}

/// Drops marks, a number and book marks around a title.
fn unwrap(line: &str) -> &str {
    let words = line.trim_start_matches(['#', '>', ' ', '\t', '*']);
    let words = match super::marker::read(words) {
        Some(m) if m.style <= super::marker::Style::ChineseBracket => &words[m.length..],
        _ => words,
    };
    let words = words.trim();
    words.strip_prefix('《').and_then(|w| w.strip_suffix('》')).unwrap_or(words)
}

fn served(words: &str) -> Option<(usize, &'static str, Served)> {
    if let Some((at, who)) = BOTH.iter().find_map(|w| words.find(w).map(|at| (at, *w))) {
        return Some((at, who, Served::Both));
    }
    let women = words.find("妇女").map(|at| (at, "妇女", Served::One(Beneficiary::Women)));
    let children = words.find("儿童").map(|at| (at, "儿童", Served::One(Beneficiary::Children)));
    match (women, children) {
        (Some(_), Some(_)) | (None, None) => None,
        (found, None) | (None, found) => found,
    }
}

/// Where the word 规划 or 纲要 ends, if nothing but a period or an adjective stands before it.
fn kind_end(words: &str) -> Option<usize> {
    let (at, kind) = KINDS.iter().filter_map(|k| words.find(k).map(|at| (at, *k))).min()?;
    let between = &words[..at];
    let harmless =
        between.chars().count() <= 14 && !between.contains(['的', '，', '。', '、', '》']);
    if !harmless {
        return None;
    }
    let end = at + kind.len();
    Some(if words[end..].starts_with("纲要") { end + "纲要".len() } else { end })
}

fn is_title_end(behind: &str) -> bool {
    let behind = trim_extension(behind).trim_end_matches(['。', ':', '：', '”', '"', '》']);
    let inner = behind
        .strip_prefix(['(', '（', '〔', '['])
        .and_then(|b| b.strip_suffix([')', '）', '〕', ']']));
    let words = inner.unwrap_or(behind);
    words.is_empty()
        || years(words).is_some()
        || era(words).is_some()
        || ["全文", "正文", "征求意见稿", "送审稿", "草案", "修订", "附件"]
            .iter()
            .any(|w| words.contains(w))
}

fn is_title_start(before: &str) -> bool {
    const TOLD: [&str; 22] = [
        "印发",
        "通知",
        "解读",
        "依照",
        "依据",
        "根据",
        "按照",
        "制定",
        "编制",
        "实施",
        "落实",
        "贯彻",
        "《",
        "。",
        "，",
        "；",
        "的",
        "完成",
        "本规划",
        "发布",
        "将",
        "新一轮",
    ];
    before.chars().count() <= 40 && !TOLD.iter().any(|w| before.contains(w))
}

/// Where the title's own words begin behind 附件 and a document number.
fn own_words(before: &str) -> usize {
    let number = before.rfind('号').map_or(0, |at| at + '号'.len_utf8());
    let annex = ["附件", "附："].iter().find_map(|w| before.rfind(w).map(|at| at + w.len()));
    let start = number.max(annex.unwrap_or(0));
    let rest = before[start..]
        .trim_start_matches(|c: char| c.is_ascii_digit() || ":：.、 \t—-".contains(c));
    let numeral = ["一", "二", "三", "四"].iter().find_map(|n| {
        (start > 0).then(|| rest.strip_prefix(n).and_then(|r| r.strip_prefix([':', '：', '、'])))?
    });
    before.len() - numeral.unwrap_or(rest).len()
}

fn trim_extension(words: &str) -> &str {
    [".docx", ".doc", ".pdf", ".txt", ".wps"]
        .iter()
        .find_map(|e| words.strip_suffix(e))
        .unwrap_or(words)
        .trim()
}

/// The region in the words before 妇女: without years, eras and marks.
fn region_of(before: &str) -> &str {
    let cut = before
        .find(|c: char| c.is_ascii_digit() || "“\"（(".contains(c))
        .or_else(|| ["十二五", "十三五", "十四五", "十五五"].iter().find_map(|e| before.find(e)))
        .unwrap_or(before.len());
    before[..cut].trim_matches([' ', '\t', '·', '：', ':'])
}

/// Whether words can be the name of a region.
pub fn is_region(words: &str) -> bool {
    let length = words.chars().count();
    (2..=16).contains(&length)
        && words.ends_with(['省', '市', '县', '区', '旗', '州', '盟', '团', '师'])
        && words.chars().all(|c| ('\u{4E00}'..='\u{9FFF}').contains(&c))
}

/// The years in a title: (2021—2030年), “十四五”.
pub fn period(words: &str) -> Option<PlanPeriod> {
    years(words).or_else(|| era(words))
}

/// Two years with any dash, 至 or 到 between them.
pub fn years(words: &str) -> Option<PlanPeriod> {
    let bytes = words.as_bytes();
    let year = |at: usize| {
        let digits = words.get(at..at + 4)?;
        let number: i32 = digits.parse().ok()?;
        let alone = at == 0 || !bytes[at - 1].is_ascii_digit();
        let ends = !bytes.get(at + 4).is_some_and(u8::is_ascii_digit);
        (alone && ends && (1990..2100).contains(&number)).then_some(number)
    };
    (0..words.len()).find_map(|at| {
        let start = year(at)?;
        let rest = &words[at + 4..];
        let gap = rest.find(|c: char| c.is_ascii_digit())?;
        let between = &rest[..gap];
        let dash = |c: char| "年—－-–―─~～至到一_ \t".contains(c);
        let end = (gap <= 12 && !between.is_empty() && between.chars().all(dash))
            .then(|| year(at + 4 + gap))??;
        (start < end && end - start <= 20).then_some(PlanPeriod { start, end })
    })
}

/// 十四五: the five years of that name.
fn era(words: &str) -> Option<PlanPeriod> {
    const ERAS: [(&str, i32); 6] = [
        ("十一五", 2006),
        ("十二五", 2011),
        ("十三五", 2016),
        ("十四五", 2021),
        ("十五五", 2026),
        ("十六五", 2031),
    ];
    let (_, start) = ERAS.iter().find(|(name, _)| words.contains(name))?;
    Some(PlanPeriod { start: *start, end: start + 4 })
}

/// The period a text without one in its title most often speaks of: its own words on the period, else
/// the last year of the form 到20X0年 or 到20X5年.
pub fn period_of_text(text: &str) -> Option<PlanPeriod> {
    let told = ["规划期", "实施期限", "规划时限", "规划年限"].iter().find_map(|w| {
        let at = text.find(w)?;
        years(head(&text[at..], 40))
    });
    told.or_else(|| {
        let mut counts: BTreeMap<i32, usize> = BTreeMap::new();
        for (at, _) in text.match_indices('到') {
            let digits = text.get(at + 3..at + 7).and_then(|d| d.parse().ok());
            let followed = text.get(at + 7..).is_some_and(|t| t.starts_with('年'));
            if let Some(year) =
                digits.filter(|y| followed && y % 5 == 0 && (2000..2060).contains(y))
            {
                *counts.entry(year).or_default() += 1;
            }
        }
        let end = counts.into_iter().max_by_key(|(_, count)| *count)?.0;
        let length = if end % 10 == 0 { 10 } else { 5 };
        Some(PlanPeriod { start: end - length + 1, end })
    })
    .or_else(|| era(head(text, 1000)))
}

/// The first characters of a text.
pub fn head(text: &str, characters: usize) -> &str {
    let end = text.char_indices().nth(characters).map_or(text.len(), |(at, _)| at);
    &text[..end]
}

/// The region a text is issued by: the name most often before 委, 人民政府, 政府 or 妇儿工委.
pub fn region_of_text(text: &str) -> Option<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for office in ["人民政府", "委、", "委办公室", "妇女儿童工作委员会", "经济社会", "实际"]
    {
        for (at, _) in text.match_indices(office).take(400) {
            if let Some(name) = name_before(&text[..at]) {
                *counts.entry(name).or_default() += 1;
            }
        }
    }
    let best = counts.iter().max_by_key(|(name, count)| (**count, name.len()))?;
    Some((*best.0).to_owned())
}

/// The region name a text ends with.
fn name_before(text: &str) -> Option<&str> {
    const STOP: &str = "我全本各在由和与及向对为经报以从按级关合于据照至是的了、，。；：（）《》“”";
    let last = text.chars().next_back()?;
    if !"省市县区旗州盟".contains(last) {
        return None;
    }
    let start = text
        .char_indices()
        .rev()
        .take(13)
        .take_while(|(_, c)| ('\u{4E00}'..='\u{9FFF}').contains(c) && !STOP.contains(*c))
        .last()?
        .0;
    let name = &text[start..];
    let words = name.chars().count();
    (2..=12).contains(&words).then_some(name).filter(|n| is_region(n) && !is_common(n))
}

/// 城市, 地区 and the like are no names.
fn is_common(name: &str) -> bool {
    [
        "城市",
        "地区",
        "社区",
        "城区",
        "园区",
        "辖区",
        "郊区",
        "山区",
        "牧区",
        "学区",
        "上级",
        "街道社区",
    ]
    .iter()
    .any(|w| name.ends_with(w))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expect: Option<(&str, &str)>) {
        let found = read(line);
        let told = found.as_ref().map(|t| {
            (
                t.region.as_str(),
                t.period.map_or(String::new(), |p| format!("{}-{}", p.start, p.end)),
            )
        });
        assert_eq!(told.as_ref().map(|(r, p)| (*r, p.as_str())), expect, "{line}");
    }

    #[test]
    fn titles() {
        check("云溪县妇女发展规划（2021—2030年）", Some(("云溪县", "2021-2030")));
        check("#云溪县妇女发展“十四五”规划", Some(("云溪县", "2021-2025")));
        check("云溪县“十五五”儿童发展规划", Some(("云溪县", "2026-2030")));
        check(
            "附件2:云府发〔2021〕3号云溪县儿童发展规划(2021-2025).doc",
            Some(("云溪县", "2021-2025")),
        );
        check("云溪县妇女儿童发展规划（2021－2030年）", Some(("云溪县", "2021-2030")));
        check("云溪自治县妇女事业发展规划纲要2021至2030年", Some(("云溪自治县", "2021-2030")));
        check("妇女发展规划", Some(("", "")));
    }

    #[test]
    fn lines_that_only_name_a_plan() {
        check("云溪县人民政府关于印发《云溪县妇女发展规划（2021—2030年）》的通知", None);
        check("依照《中国妇女发展纲要（2021—2030年）》，制定本规划。", None);
        check("云溪县妇女发展规划主要指标表", None);
        check("（四）制定妇女发展规划和部门实施方案", None);
        check("省儿童发展规划（2021－2030 年）》《云江市儿童发展", None);
        check("省儿童发展规划（2021－2030 年）》，制定本规划。", None);
    }

    #[test]
    fn regions_and_periods_of_a_text() {
        let text = "近年来，云溪县委、县政府高度重视。结合云溪县实际，到2030年达到……到2030年";
        assert_eq!(region_of_text(text).as_deref(), Some("云溪县"));
        assert_eq!(period_of_text(text), Some(PlanPeriod { start: 2021, end: 2030 }));
        assert_eq!(
            period_of_text("规划期限为2021年至2025年。"),
            Some(PlanPeriod { start: 2021, end: 2025 })
        );
    }
}
