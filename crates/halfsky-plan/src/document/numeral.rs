//! Numerals: digits and Chinese number words become exact values.
//!
//! Owns the spelling of numbers (`97.4`, `97。4`, `1,200`, `两`, `十五`, `九十五点五`). Never knows what is counted.

use rust_decimal::Decimal;

/// How a number was written; words such as 一 and 两 occur in names and need more proof than digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Script {
    Digits,
    Words,
}

/// A number and the byte where it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Numeral {
    pub value: Decimal,
    pub end: usize,
    pub script: Script,
}

/// Reads the number that starts at `at`.
pub fn read_numeral(text: &str, at: usize) -> Option<Numeral> {
    let first = text.get(at..)?.chars().next()?;
    if digit_of(first).is_some() { read_digits(text, at) } else { read_words(text, at) }
}

/// The value of a half-width or full-width digit.
pub fn digit_of(c: char) -> Option<u32> {
    match c {
        '0'..='9' => Some(c as u32 - '0' as u32),
        '０'..='９' => Some(c as u32 - '０' as u32),
        _ => None,
    }
}

/// The value of a Chinese digit.
pub fn word_digit(c: char) -> Option<u32> {
    Some(match c {
        '零' | '〇' | '○' => 0,
        '一' | '壹' => 1,
        '二' | '两' | '兩' | '贰' => 2,
        '三' | '叁' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => return None,
    })
}

/// Whether a character can start a number word.
pub fn starts_words(c: char) -> bool {
    word_digit(c).is_some() || matches!(c, '十' | '百' | '千' | '万')
}

fn read_digits(text: &str, at: usize) -> Option<Numeral> {
    let mut digits = String::new();
    let (mut end, mut point) = (at, false);
    for (offset, c) in text[at..].char_indices() {
        let next_is_digit = || text[at + offset + c.len_utf8()..].chars().next().and_then(digit_of);
        match digit_of(c) {
            Some(digit) => digits.push(char::from_digit(digit, 10)?),
            None if !point && matches!(c, '.' | '．' | '。' | '·') && next_is_digit().is_some() =>
            {
                if c == '。' && !decimal_stop(&text[at + offset + c.len_utf8()..]) {
                    break;
                }
                point = true;
                digits.push('.');
            }
            None if c == ',' && !point && thousands_follow(&text[at + offset + 1..]) => {}
            None => break,
        }
        end = at + offset + c.len_utf8();
    }
    // Decimal holds 28 digits; anything longer is no figure of a plan.
    (digits.len() <= 20).then_some(())?;
    let value = Decimal::from_str_exact(&digits).ok()?;
    Some(Numeral { value, end, script: Script::Digits })
}

/// A full stop typed for a decimal point: digits and then a percent or permille sign follow it.
fn decimal_stop(rest: &str) -> bool {
    let rest = rest.trim_start_matches(|c| digit_of(c).is_some()).trim_start();
    rest.starts_with(['%', '％', '‰', '﹪'])
}

fn thousands_follow(rest: &str) -> bool {
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    digits == 3 && !rest[3..].starts_with(['%', '‰'])
}

/// Reads number words: 十五, 九十五点五, 一百二十, 两.
fn read_words(text: &str, at: usize) -> Option<Numeral> {
    let (mut total, mut section, mut digit, mut end) = (0u64, 0u64, None::<u64>, at);
    let mut any = false;
    for (offset, c) in text[at..].char_indices() {
        let scale = match c {
            '十' => 10,
            '百' => 100,
            '千' => 1000,
            '万' => 10_000,
            '点' if any => {
                return Some(
                    read_fraction_words(text, at + offset, total + section + digit.unwrap_or(0))
                        .unwrap_or(Numeral {
                            value: Decimal::from(total + section + digit.unwrap_or(0)),
                            end,
                            script: Script::Words,
                        }),
                );
            }
            _ => match word_digit(c) {
                // 二三 in a row is a name or a year, never a number word
                Some(_) if digit.is_some_and(|d| d != 0) => return None,
                Some(d) => {
                    digit = Some(u64::from(d));
                    any = true;
                    end = at + offset + c.len_utf8();
                    continue;
                }
                None => break,
            },
        };
        if scale == 10_000 {
            total = (total + section + digit.unwrap_or(u64::from(!any))).checked_mul(10_000)?;
            section = 0;
        } else {
            section += digit.unwrap_or(1) * scale;
        }
        (total < 1_000_000_000_000).then_some(())?;
        digit = None;
        any = true;
        end = at + offset + c.len_utf8();
    }
    let value = Decimal::from(total + section + digit.unwrap_or(0));
    any.then_some(Numeral { value, end, script: Script::Words })
}

/// Reads the part behind 点, which stands at `point`.
fn read_fraction_words(text: &str, point: usize, whole: u64) -> Option<Numeral> {
    let start = point + '点'.len_utf8();
    let mut digits = format!("{whole}.");
    let mut end = start;
    for c in text[start..].chars().take(6) {
        let Some(digit) = word_digit(c) else { break };
        digits.push(char::from_digit(digit, 10)?);
        end += c.len_utf8();
    }
    if end == start {
        return None;
    }
    Some(Numeral { value: Decimal::from_str_exact(&digits).ok()?, end, script: Script::Words })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, value: &str, read: &str) {
        let numeral = read_numeral(text, 0).unwrap_or_else(|| panic!("{text} is not read"));
        assert_eq!(
            (numeral.value.to_string().as_str(), &text[..numeral.end]),
            (value, read),
            "{text}"
        );
    }

    #[test]
    fn reads_digits() {
        check("95%", "95", "95");
        check("9.95/10万", "9.95", "9.95");
        check("８５．５％", "85.5", "８５．５");
        check("97。4%", "97.4", "97。4");
        check("1,200名", "1200", "1,200");
        check("12。3年内", "12", "12");
    }

    #[test]
    fn reads_words() {
        check("两名", "2", "两");
        check("十五个", "15", "十五");
        check("九十五点五", "95.5", "九十五点五");
        check("一百二十所", "120", "一百二十");
        check("三万人", "30000", "三万");
        check("十万分之", "100000", "十万");
        check("二十", "20", "二十");
    }

    #[test]
    fn leaves_runs_of_digit_words_alone() {
        assert_eq!(read_numeral("二三五年", 0), None);
        assert_eq!(read_numeral("比例", 0), None);
    }
}
