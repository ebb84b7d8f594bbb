//! Numbers as list marks write them: 十二, ⑫, xii, l.

const DIGITS: [char; 10] = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
const FORMAL: [char; 10] = ['零', '壹', '贰', '叁', '肆', '伍', '陆', '柒', '捌', '玖'];
const PLACES: [&str; 4] = ["", "十", "百", "千"];
const FORMAL_PLACES: [&str; 4] = ["", "拾", "佰", "仟"];
const STEMS: [char; 10] = ['甲', '乙', '丙', '丁', '戊', '己', '庚', '辛', '壬', '癸'];
const BRANCHES: [char; 12] =
    ['子', '丑', '寅', '卯', '辰', '巳', '午', '未', '申', '酉', '戌', '亥'];

/// 12 is 十二, 105 is 一百零五; from 10000 on plain digits.
pub(super) fn chinese(number: u32) -> String {
    let text = places(number, DIGITS, PLACES);
    // 一十二 is said 十二 at the start of a number.
    text.strip_prefix("一十").map(|rest| format!("十{rest}")).unwrap_or(text)
}

/// 12 is 壹拾贰.
pub(super) fn formal(number: u32) -> String {
    places(number, FORMAL, FORMAL_PLACES)
}

fn places(number: u32, digits: [char; 10], places: [&str; 4]) -> String {
    if number == 0 || number >= 10_000 {
        return if number == 0 { digits[0].to_string() } else { number.to_string() };
    }
    let (mut text, mut gap) = (String::new(), false);
    for (place, unit) in [1000_u32, 100, 10, 1].into_iter().zip(places.into_iter().rev()) {
        let digit = (number / place % 10) as usize;
        if digit == 0 {
            gap = true;
            continue;
        }
        if gap && !text.is_empty() {
            text.push('零');
        }
        gap = false;
        text.push(digits[digit]);
        text.push_str(unit);
    }
    text
}

/// 12 is 一二.
pub(super) fn chinese_digits(number: u32) -> String {
    number.to_string().bytes().map(|digit| DIGITS[usize::from(digit - b'0')]).collect()
}

/// 1 is ①; beyond 50 plain digits.
pub(super) fn circled(number: u32) -> String {
    let first = match number {
        1..=20 => 0x2460 - 1,
        21..=35 => 0x3251 - 21,
        36..=50 => 0x32B1 - 36,
        _ => return number.to_string(),
    };
    char::from_u32(first + number).map_or_else(|| number.to_string(), String::from)
}

/// 12 is １２.
pub(super) fn full_width(number: u32) -> String {
    number.to_string().chars().filter_map(|c| char::from_u32(c as u32 + 0xFEE0)).collect()
}

/// 甲乙丙丁
pub(super) fn stems(number: u32) -> String {
    cycle(number, &STEMS)
}

/// 子丑寅卯
pub(super) fn branches(number: u32) -> String {
    cycle(number, &BRANCHES)
}

fn cycle(number: u32, words: &[char]) -> String {
    let at = number.checked_sub(1).and_then(|n| words.get(n as usize));
    at.map_or_else(|| number.to_string(), |word| String::from(*word))
}

/// 1 is a, 27 is aa (as word processors count).
pub(super) fn letters(number: u32) -> String {
    let Some(index) = number.checked_sub(1).filter(|index| *index < 780) else {
        return number.to_string();
    };
    let letter = char::from(b'a' + (index % 26) as u8);
    std::iter::repeat_n(letter, index as usize / 26 + 1).collect()
}

/// 4 is iv.
pub(super) fn roman(number: u32) -> String {
    const STEPS: [(u32, &str); 13] = [
        (1000, "m"),
        (900, "cm"),
        (500, "d"),
        (400, "cd"),
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ];
    if number == 0 || number >= 4000 {
        return number.to_string();
    }
    let (mut left, mut text) = (number, String::new());
    for (value, mark) in STEPS {
        while left >= value {
            text.push_str(mark);
            left -= value;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_numbers() {
        let expect = [
            (1, "一"),
            (10, "十"),
            (12, "十二"),
            (20, "二十"),
            (21, "二十一"),
            (105, "一百零五"),
            (110, "一百一十"),
            (2030, "二千零三十"),
        ];
        for (number, text) in expect {
            assert_eq!(chinese(number), text);
        }
        assert_eq!((formal(12).as_str(), chinese_digits(20).as_str()), ("壹拾贰", "二〇"));
    }

    #[test]
    fn other_marks() {
        assert_eq!(
            (circled(1), circled(21), circled(50), circled(51)),
            ("①".into(), "㉑".into(), "㊿".into(), "51".into())
        );
        assert_eq!(
            (letters(1), letters(27), roman(14), full_width(12)),
            ("a".into(), "aa".into(), "xiv".into(), "１２".into())
        );
        assert_eq!((stems(2), branches(12), stems(11)), ("乙".into(), "亥".into(), "11".into()));
    }
}
