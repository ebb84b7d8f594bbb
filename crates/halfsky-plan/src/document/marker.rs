//! Marker: the number a line begins with (第一章, 一、, （一）, 1., （1）, ①, ——).
//!
//! Owns the shapes of numbers; what a numbered line means is decided by the outline.

/// The shape of a number, from the highest level to the lowest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Style {
    /// 第一章, 第二部分
    Chapter,
    /// 第一节
    Part,
    /// 一、
    Chinese,
    /// （一）
    ChineseBracket,
    /// 1. 1、
    Arabic,
    /// （1） 1)
    ArabicBracket,
    /// ①
    Circled,
    /// —— - •
    Dash,
}

/// A number at the start of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Marker {
    pub style: Style,
    /// 0 for a dash.
    pub number: u32,
    /// Bytes from the start of the line to the words behind the number.
    pub length: usize,
    /// Could be a decimal (`3.5岁`): only a number if it is the one expected.
    pub doubtful: bool,
}

/// Bytes of markdown marks before the words of a line.
pub fn marks(line: &str) -> usize {
    line.len() - line.trim_start_matches(['#', '>', ' ', '\t']).len()
}

/// Reads the number a line begins with; markdown marks and a bullet before a number are passed over.
pub fn read(line: &str) -> Option<Marker> {
    let start = marks(line);
    let found = read_plain(&line[start..])?;
    if found.style == Style::Dash {
        let dash = start + found.length;
        if let Some(inner) = read_plain(&line[dash..]).filter(|m| m.style != Style::Dash) {
            return Some(Marker { length: dash + inner.length, ..inner });
        }
    }
    Some(Marker { length: start + found.length, ..found })
}

fn read_plain(line: &str) -> Option<Marker> {
    let marker = |style, number, length| Marker { style, number, length, doubtful: false };
    let first = line.chars().next()?;
    match first {
        '0'..='9' => arabic(line),
        '(' | '（' | '〔' => bracket(line, first.len_utf8()),
        '第' => chapter(line),
        '①'..='⑳' => Some(marker(Style::Circled, u32::from(first) - 0x245F, 3)),
        '⑴'..='⒇' => Some(marker(Style::ArabicBracket, u32::from(first) - 0x2473, 3)),
        '⒈'..='⒛' => Some(marker(Style::Arabic, u32::from(first) - 0x2487, 3)),
        '㈠'..='㈩' => Some(marker(Style::ChineseBracket, u32::from(first) - 0x321F, 3)),
        '-'
        | '*'
        | '—'
        | '–'
        | '―'
        | '─'
        | '•'
        | '·'
        | '●'
        | '■'
        | '◆'
        | '○'
        | '★'
        | '▪'
        | '※'
        | '◇'
        | '□'
        | '➢'
        | '\u{E000}'..='\u{F8FF}' => {
            let rest = line.trim_start_matches([first, '\t', ' ']);
            (!rest.is_empty()).then(|| marker(Style::Dash, 0, line.len() - rest.len()))
        }
        _ => chinese(line),
    }
}

fn arabic(line: &str) -> Option<Marker> {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let number = line.get(..digits).filter(|d| d.len() <= 3)?.parse().ok()?;
    let rest = &line[digits..];
    let sign = rest.chars().next()?;
    let style = match sign {
        '.' | '、' | '．' | ',' | '，' | '·' => Style::Arabic,
        ')' | '）' => Style::ArabicBracket,
        _ => return None,
    };
    let behind = &rest[sign.len_utf8()..];
    let words = behind.trim_start_matches([' ', '\t', '、', '.']);
    let spaced = words.len() < behind.len();
    let doubtful = words.starts_with(|c: char| c.is_ascii_digit()) && !spaced && !is_year(words);
    if doubtful && sign != '.' && sign != '、' {
        return None;
    }
    Some(Marker { style, number, length: line.len() - words.len(), doubtful })
}

fn is_year(words: &str) -> bool {
    let digits = words.bytes().take_while(u8::is_ascii_digit).count();
    digits == 4 && words[4..].starts_with(['年', '—', '-', '－', '–'])
}

fn bracket(line: &str, open: usize) -> Option<Marker> {
    let inside = &line[open..];
    let close = inside.char_indices().take(6).find(|(_, c)| ")）〕".contains(*c))?;
    let words = &inside[..close.0];
    let (style, number) = match words.parse::<u32>() {
        Ok(number) if words.len() <= 3 => (Style::ArabicBracket, number),
        Ok(_) => return None,
        Err(_) => (Style::ChineseBracket, numeral(words)?),
    };
    let rest = inside[close.0 + close.1.len_utf8()..].trim_start_matches([' ', '\t', '、', '.']);
    Some(Marker { style, number, length: line.len() - rest.len(), doubtful: false })
}

fn chapter(line: &str) -> Option<Marker> {
    let rest = &line['第'.len_utf8()..];
    let end = rest.find(|c: char| !c.is_ascii_digit() && numeral_value(c).is_none())?;
    let number = match rest[..end].parse() {
        Ok(number) => number,
        Err(_) => numeral(&rest[..end])?,
    };
    let named = |word: &str| rest[end..].strip_prefix(word);
    let (style, words) = ["章", "部分", "篇", "编"]
        .iter()
        .find_map(|w| named(w).map(|words| (Style::Chapter, words)))
        .or_else(|| named("节").map(|words| (Style::Part, words)))?;
    let words = words.trim_start_matches([' ', '\t', '、', '.', ':', '：', '，']);
    Some(Marker { style, number, length: line.len() - words.len(), doubtful: false })
}

fn chinese(line: &str) -> Option<Marker> {
    let end = line.char_indices().take(4).find(|(_, c)| numeral_value(*c).is_none())?;
    if end.0 == 0 || !"、.．,，:：".contains(end.1) {
        return None;
    }
    let number = numeral(&line[..end.0])?;
    let words = line[end.0 + end.1.len_utf8()..].trim_start_matches([' ', '\t', '、']);
    Some(Marker {
        style: Style::Chinese,
        number,
        length: line.len() - words.len(),
        doubtful: false,
    })
}

fn numeral_value(c: char) -> Option<u32> {
    "〇一二三四五六七八九十".chars().position(|n| n == c).and_then(|n| u32::try_from(n).ok())
}

/// 一 to 九十九.
fn numeral(words: &str) -> Option<u32> {
    let digit = |w: &str| {
        let mut chars = w.chars();
        let value = numeral_value(chars.next()?).filter(|v| (1..=9).contains(v))?;
        chars.next().is_none().then_some(value)
    };
    match words.split_once('十') {
        None => digit(words),
        Some((tens, ones)) => {
            let tens = if tens.is_empty() { 1 } else { digit(tens)? };
            let ones = if ones.is_empty() { 0 } else { digit(ones)? };
            Some(tens * 10 + ones)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expect: Option<(Style, u32, &str)>) {
        let found = read(line).map(|m| (m.style, m.number, &line[m.length..]));
        assert_eq!(found, expect, "{line}");
    }

    #[test]
    fn numbers_of_every_shape() {
        check("第十二章组织实施", Some((Style::Chapter, 12, "组织实施")));
        check("第二节目标", Some((Style::Part, 2, "目标")));
        check("二十一、总则", Some((Style::Chinese, 21, "总则")));
        check("（三)妇女与经济", Some((Style::ChineseBracket, 3, "妇女与经济")));
        check("1、提高", Some((Style::Arabic, 1, "提高")));
        check("12.2025年提高", Some((Style::Arabic, 12, "2025年提高")));
        check("(5)完善", Some((Style::ArabicBracket, 5, "完善")));
        check("③宣传", Some((Style::Circled, 3, "宣传")));
        check("——坚持", Some((Style::Dash, 0, "坚持")));
        check("-1.完善", Some((Style::Arabic, 1, "完善")));
        check("##（一）健康", Some((Style::ChineseBracket, 1, "健康")));
    }

    #[test]
    fn words_that_only_look_like_numbers() {
        check("2025年达到", None);
        check("一是加强", None);
        check("第一书记", None);
        check("(2021—2030年)", None);
        assert!(read("3.5岁以下").is_some_and(|m| m.doubtful));
        check("十分之一", None);
    }
}
