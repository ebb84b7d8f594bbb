//! Quantities: a number with its unit and the bound written around it.
//!
//! Reads `≥95%`, `12/10万以下`, `百分之七十`, `六分之一`, `一半以上`, `8%—10%`, `3.2张`. It never decides
//! whether a quantity is a target: ages, years and hotline numbers are quantities too.

use rust_decimal::Decimal;

use super::numeral::{Numeral, Script, digit_of, read_numeral, starts_words, word_digit};
use crate::comparator::Comparator;
use crate::figure::Figure;
use crate::note::Span;
use crate::unit::Unit;

/// A number with its unit as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quantity<'a> {
    /// From the sign or number to the end of the bound (≥…, …以上).
    pub span: Span,
    /// The figure; the lower end of a range.
    pub value: Figure,
    /// The upper end of a range.
    pub upper: Option<Figure>,
    pub unit: Option<Unit>,
    /// The measure word or sign as printed (`名`, `%`); empty where there is none.
    pub word: &'a str,
    /// `≥`, 以上, 以下, 以内, 左右 beside the number.
    pub bound: Option<Comparator>,
    /// Where the bound words start (the end of the span when there are none).
    pub bound_start: usize,
    pub script: Script,
    /// Written as a share without a sign: 一半, 三分之一, 七成, 1/6.
    pub fraction: bool,
}

/// All quantities of a text, in order, none overlapping another.
pub fn quantities(text: &str) -> Vec<Quantity<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(offset) = text[at..].find(may_start) {
        at += offset;
        if let Some(quantity) = read_quantity(text, at) {
            at = quantity.span.end;
            found.push(quantity);
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    found
}

fn may_start(c: char) -> bool {
    digit_of(c).is_some() || starts_words(c) || matches!(c, '半' | '过') || sign(c).is_some()
}

fn sign(c: char) -> Option<Comparator> {
    match c {
        '≥' | '>' | '＞' | '≧' | '⩾' | '﹥' => Some(Comparator::AtLeast),
        '≤' | '<' | '＜' | '≦' | '⩽' | '﹤' => Some(Comparator::AtMost),
        '≈' => Some(Comparator::About),
        _ => None,
    }
}

/// Reads the quantity that starts at `at`.
pub fn read_quantity(text: &str, at: usize) -> Option<Quantity<'_>> {
    let first = text.get(at..)?.chars().next()?;
    if let Some(bound) = sign(first) {
        let start = skip_spaces(text, at + first.len_utf8());
        let start = if text[start..].starts_with('=') { start + 1 } else { start };
        digit_of(text[start..].chars().next()?)?;
        let inner = read_quantity(text, start)?;
        return Some(Quantity { span: Span::new(at, inner.span.end), bound: Some(bound), ..inner });
    }
    let body = read_half(text, at)
        .or_else(|| read_share_words(text, at))
        .or_else(|| read_number_with_unit(text, at))?;
    Some(with_bound(text, &body, at))
}

/// A quantity before its bound is read.
struct Body<'a> {
    value: Decimal,
    upper: Option<Decimal>,
    unit: Option<Unit>,
    word: &'a str,
    end: usize,
    script: Script,
    fraction: bool,
}

fn with_bound<'a>(text: &str, body: &Body<'a>, at: usize) -> Quantity<'a> {
    let (bound, end) = read_bound(text, body.end);
    Quantity {
        span: Span::new(at, end),
        value: Figure::new(body.value),
        upper: body.upper.map(Figure::new),
        unit: body.unit,
        word: body.word,
        bound,
        bound_start: body.end,
        script: body.script,
        fraction: body.fraction,
    }
}

const BOUNDS: &[(&str, Comparator)] = &[
    ("及以上", Comparator::AtLeast),
    ("或以上", Comparator::AtLeast),
    ("(含)以上", Comparator::AtLeast),
    ("（含）以上", Comparator::AtLeast),
    ("以上", Comparator::AtLeast),
    ("及以下", Comparator::AtMost),
    ("(含)以下", Comparator::AtMost),
    ("（含）以下", Comparator::AtMost),
    ("以下", Comparator::AtMost),
    ("以内", Comparator::AtMost),
    ("之内", Comparator::AtMost),
    ("左右", Comparator::About),
    ("上下", Comparator::About),
];

/// Reads the bound words at `at`: the comparator and where they end.
fn read_bound(text: &str, at: usize) -> (Option<Comparator>, usize) {
    let start = skip_spaces(text, at);
    BOUNDS
        .iter()
        .find(|(word, _)| text[start..].starts_with(word))
        .map_or((None, at), |(word, bound)| (Some(*bound), start + word.len()))
}

/// 一半, 半数, 过半.
fn read_half(text: &str, at: usize) -> Option<Body<'_>> {
    let word =
        ["一半", "半数", "过半数", "过半"].into_iter().find(|w| text[at..].starts_with(w))?;
    Some(Body {
        value: Decimal::from(50),
        upper: None,
        unit: Some(Unit::Percent),
        word: &text[at..at + word.len()],
        end: at + word.len(),
        script: Script::Words,
        fraction: true,
    })
}

/// 百分之七十, 10万分之12, 三分之一, 七成.
fn read_share_words(text: &str, at: usize) -> Option<Body<'_>> {
    let first = read_scaled(text, at)?;
    let rest = &text[first.end..];
    if rest.starts_with('成') && first.script == Script::Words && first.value <= Decimal::TEN {
        let mut end = first.end + '成'.len_utf8();
        let mut value = first.value * Decimal::TEN;
        // 二成五
        let tail = text[end..].chars().next();
        if let Some((c, digit)) = tail.and_then(|c| Some((c, word_digit(c)?))) {
            value += Decimal::from(digit);
            end += c.len_utf8();
        }
        let after = &text[end..];
        let closed = after.is_empty()
            || ["以上", "以下", "左右", "的", "，", ",", "。", "；"]
                .iter()
                .any(|w| after.starts_with(w));
        return closed.then(|| share(text, at, end, value));
    }
    let start = first.end + rest.strip_prefix("分之").map(|_| "分之".len())?;
    let part = read_numeral(text, skip_spaces(text, start))?;
    let unit = scale_unit(first.value);
    let value = if unit.is_some() { part.value } else { percent_of(part.value, first.value)? };
    let mut body = share(text, at, part.end, value);
    // 10万分之12个 carries a measure word that says nothing more
    if unit == Some(Unit::Per100k) && text[part.end..].starts_with('个') {
        body.end += '个'.len_utf8();
    }
    body.unit = unit.or(body.unit);
    body.fraction = unit.is_none();
    Some(body)
}

fn share(text: &str, at: usize, end: usize, value: Decimal) -> Body<'_> {
    Body {
        value,
        upper: None,
        unit: Some(Unit::Percent),
        word: &text[at..end],
        end,
        script: Script::Words,
        fraction: true,
    }
}

fn scale_unit(denominator: Decimal) -> Option<Unit> {
    if denominator == Decimal::from(100) {
        Some(Unit::Percent)
    } else if denominator == Decimal::from(1000) {
        Some(Unit::Permille)
    } else if denominator == Decimal::from(100_000) {
        Some(Unit::Per100k)
    } else {
        None
    }
}

/// A fraction in percent, with two decimals where it does not come out even.
fn percent_of(part: Decimal, whole: Decimal) -> Option<Decimal> {
    let percent = part.checked_mul(Decimal::from(100))?.checked_div(whole)?;
    let rounded = Figure::new(percent).rounded(2).decimal();
    Some(if percent == rounded { percent.normalize() } else { rounded })
}

/// A number followed by 万 where digits were written: `10万`.
fn read_scaled(text: &str, at: usize) -> Option<Numeral> {
    let numeral = read_numeral(text, at)?;
    let after = skip_spaces(text, numeral.end);
    if numeral.script == Script::Digits && text[after..].starts_with('万') {
        let value = numeral.value.checked_mul(Decimal::from(10_000))?;
        return Some(Numeral { value, end: after + '万'.len_utf8(), ..numeral });
    }
    Some(numeral)
}

fn read_number_with_unit(text: &str, at: usize) -> Option<Body<'_>> {
    let first = read_numeral(text, at)?;
    let (unit, word, end) = read_unit(text, first.end);
    let mut body = Body {
        value: first.value,
        upper: None,
        unit,
        word,
        end,
        script: first.script,
        fraction: false,
    };
    if let Some(range) = read_range(text, &body, first.end) {
        return Some(range);
    }
    if let Some(ratio) = read_ratio(text, &body, first.end) {
        return Some(ratio);
    }
    if unit.is_none()
        && word.is_empty()
        && let Some(after) = text[first.end..].strip_prefix('/')
        && after.chars().next().and_then(digit_of).is_some()
    {
        let whole = read_numeral(text, first.end + 1)?;
        body = share(text, at, whole.end, percent_of(first.value, whole.value)?);
        body.script = first.script;
    }
    Some(body)
}

/// `8%—10%`, `35-64岁`: the second number gives the unit where the first has none.
fn read_range<'a>(text: &'a str, low: &Body<'a>, number_end: usize) -> Option<Body<'a>> {
    let joint = if low.word.is_empty() { number_end } else { low.end };
    let joint = skip_spaces(text, joint);
    let mark = ["--", "——", "-", "—", "–", "－", "~", "～", "至", "到"]
        .into_iter()
        .find(|m| text[joint..].starts_with(m))?;
    let start = skip_spaces(text, joint + mark.len());
    let high = read_numeral(text, start)?;
    if high.script != low.script || high.value <= low.value {
        return None;
    }
    let (unit, word, end) = read_unit(text, high.end);
    let same = low.word.is_empty() || (low.unit == unit && low.word == word);
    (same && !word.is_empty()).then_some(Body { upper: Some(high.value), unit, word, end, ..*low })
}

/// `2:3`, `1∶1.5`: both sides are kept, which stands over which the name tells.
fn read_ratio<'a>(text: &'a str, left: &Body<'a>, end: usize) -> Option<Body<'a>> {
    let mark = [":", "：", "∶", "比"].into_iter().find(|mark| text[end..].starts_with(mark))?;
    let right = read_numeral(text, end + mark.len())?;
    let plain =
        left.word.is_empty() && left.script == Script::Digits && right.script == Script::Digits;
    (plain && !right.value.is_zero()).then_some(Body {
        upper: Some(right.value),
        unit: Some(Unit::Ratio),
        word: &text[end..end + mark.len()],
        end: right.end,
        ..*left
    })
}

fn skip_spaces(text: &str, at: usize) -> usize {
    text.len() - text[at..].trim_start_matches([' ', '\u{3000}', '\u{a0}']).len()
}

/// Longer words first where one is the beginning of another.
const UNITS: &[(&str, Unit)] = &[
    ("%", Unit::Percent),
    ("％", Unit::Percent),
    ("﹪", Unit::Percent),
    ("‰", Unit::Permille),
    ("个百分点", Unit::PercentagePoint),
    ("百分点", Unit::PercentagePoint),
    ("周岁", Unit::Age),
    ("岁", Unit::Age),
    ("万人次", Unit::Count10k),
    ("万人", Unit::Count10k),
    ("万名", Unit::Count10k),
    ("万个", Unit::Count10k),
    ("万户", Unit::Count10k),
    ("万张", Unit::Count10k),
    ("万平方米", Unit::Count10k),
    ("万元", Unit::TenThousandYuan),
    ("元", Unit::Yuan),
    ("小时/天", Unit::HourPerDay),
    ("小时/日", Unit::HourPerDay),
    ("小时/周", Unit::HourPerWeek),
    ("个小时", Unit::Hour),
    ("小时", Unit::Hour),
    ("分钟/天", Unit::MinutePerDay),
    ("分钟", Unit::Minute),
    ("平方米/人", Unit::SquareMetrePerPerson),
    ("平方米", Unit::SquareMetre),
    ("㎡", Unit::SquareMetre),
    ("公里", Unit::Kilometre),
    ("千米", Unit::Kilometre),
    ("个月", Unit::Month),
    ("年", Unit::Years),
    ("个工作日", Unit::Day),
    ("天", Unit::Day),
    ("周", Unit::Week),
    ("次/年", Unit::CountPerYear),
    ("场/年", Unit::CountPerYear),
    ("人次", Unit::Person),
    ("人", Unit::Person),
];

/// Measure words that only count.
const MEASURE_WORDS: &[&str] = &[
    "课时", "学时", "场次", "批次", "个", "名", "所", "家", "张", "次", "处", "座", "条", "支",
    "辆", "间", "套", "项", "场", "期", "对", "户", "册", "块", "件", "部", "种", "门", "位", "份",
    "组", "节", "本", "台", "批", "例", "片", "栋", "幢", "只", "匹", "堂", "轮", "篇", "站", "床",
];

/// Reads the unit at `at`: the unit, its word and where it ends.
fn read_unit(text: &str, at: usize) -> (Option<Unit>, &str, usize) {
    let start = skip_spaces(text, at);
    let rest = &text[start..];
    if let Some((unit, end)) = read_per(text, start) {
        return (Some(unit), &text[start..end], end);
    }
    // 千人口 is a base to count against, not a thousand people
    if rest.starts_with("人口") {
        return (None, "", at);
    }
    if let Some((word, unit)) = UNITS.iter().find(|(word, _)| rest.starts_with(word)) {
        let end = start + word.len();
        return match read_per(text, end) {
            Some((per, end)) if matches!(unit, Unit::Person) => (Some(per), &text[start..end], end),
            _ => (Some(*unit), &rest[..word.len()], end),
        };
    }
    if let Some(word) = MEASURE_WORDS.iter().find(|w| rest.starts_with(**w)) {
        let end = start + word.len();
        return match read_per(text, end) {
            Some((per, end)) => (Some(per), &text[start..end], end),
            None => (Some(Unit::Count), &rest[..word.len()], end),
        };
    }
    (None, "", at)
}

/// `/10万`, `/每千人`, `／10 万`: the base a count is held against, as written after the figure.
fn read_per(text: &str, at: usize) -> Option<(Unit, usize)> {
    let rest = &text[at..];
    let slash = ["/每", "／每", "/", "／", "∕"].into_iter().find(|s| rest.starts_with(s))?;
    let start = skip_spaces(text, at + slash.len());
    let bare = rest.len() == slash.len();
    let scales = [
        ("100000", Unit::Per100k),
        ("100 000", Unit::Per100k),
        ("十万", Unit::Per100k),
        ("万人", Unit::CountPer10k),
        ("万名", Unit::CountPer10k),
        ("千名", Unit::CountPer1000),
        ("千人", Unit::CountPer1000),
        ("1000人", Unit::CountPer1000),
        ("10", Unit::Per100k),
    ];
    if bare {
        return None;
    }
    let (word, unit) = scales.into_iter().find(|(w, _)| text[start..].starts_with(w))?;
    let end = start + word.len();
    if word != "10" {
        return Some((unit, end));
    }
    let wan = skip_spaces(text, end);
    text[wan..].starts_with('万').then(|| (unit, wan + '万'.len_utf8()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks that the text holds exactly the quantities described as `value unit bound`.
    fn check(text: &str, expect: &[&str]) {
        let found: Vec<String> = quantities(text)
            .iter()
            .map(|q| {
                let mut words = q.value.to_string();
                if let Some(upper) = q.upper {
                    words = format!("{words}..{upper}");
                }
                for word in
                    [q.unit.map(Unit::code), q.bound.map(Comparator::code)].into_iter().flatten()
                {
                    words = format!("{words} {word}");
                }
                words
            })
            .collect();
        assert_eq!(found, expect, "{text}");
    }

    #[test]
    fn signs_and_bounds() {
        check("覆盖率达到92%以上", &["92 percent >="]);
        check("≥ 95％", &["95 percent >="]);
        check("≤9/10万", &["9 per_100k <="]);
        check("控制在4.2‰以内", &["4.2 permille <="]);
        check("45% 左右", &["45 percent ~"]);
        check("降到 8.6/10 万以下", &["8.6 per_100k <="]);
        check("97。4%", &["97.4 percent"]);
    }

    #[test]
    fn shares_in_words() {
        check("百分之七十以上", &["70 percent >="]);
        check("十万分之十二", &["12 per_100k"]);
        check("10万分之12个", &["12 per_100k"]);
        check("千分之五", &["5 permille"]);
        check("三分之一", &["33.33 percent"]);
        check("下降1/4", &["25 percent"]);
        check("一半以上", &["50 percent >="]);
        check("七成以上的家庭", &["70 percent >="]);
        check("三成果", &["3"]);
    }

    #[test]
    fn counts_and_times() {
        check("至少1名、2所、3.2张", &["1 count", "2 count", "3.2 count"]);
        check("每天2小时", &["2 hour"]);
        check("2.5万人次", &["2.5 count_10k"]);
        check("4.5个/千人", &["4.5 count_per_1000"]);
        check("2.8张/每千名儿童", &["2.8 count_per_1000"]);
        check("3次/年", &["3 count_per_year"]);
        check("提高3个百分点以上", &["3 percentage_point >="]);
    }

    #[test]
    fn ranges() {
        check("8%—10%", &["8..10 percent"]);
        check("35-64岁", &["35..64 age"]);
        check("0－6岁", &["0..6 age"]);
    }

    #[test]
    fn survives_odd_ends() {
        for text in
            ["≥", "12/", "12/10", "百分之", "1/0", "99999999999999999999999999999999%", "十"]
        {
            for quantity in quantities(text) {
                assert!(text.get(quantity.span.start..quantity.span.end).is_some(), "{text}");
            }
        }
    }
}
