//! Text: the words of a document without its typing accidents.
//!
//! Owns what is dropped or replaced character by character: line ends, stray spaces, full-width digits,
//! remnants of markdown, HTML and word processors, lost glyphs. It never drops a line and never judges
//! what a line is; every character left knows where it stood.

pub mod markup;
pub mod simplified;

use std::ops::Range;

use super::passage::Passage;

/// What becomes of the spaces inside a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spaces {
    /// Only those between ASCII letters and digits stay, a TAB stays: for sentences.
    Dropped,
    /// One stays one, more stay two, a TAB stays: for tables.
    Kept,
}

/// Normalises a part of the source text; lines end in `\n`.
pub fn normalise(source: &str, part: Range<usize>, spaces: Spaces) -> Passage {
    let mut reader = Reader {
        source,
        bytes: source.as_bytes(),
        at: part.start,
        plain: part.start,
        end: part.end,
        out: Passage::default(),
        spaces,
    };
    reader.out.reserve(part.len());
    reader.read();
    reader.out
}

/// How a byte that starts a character is treated.
const PLAIN: [u8; 256] = plain_lengths();

/// Length of the characters that are always copied, 0 for those to look at.
const fn plain_lengths() -> [u8; 256] {
    let mut table = [0; 256];
    let mut byte: u8 = 0x21;
    while byte < 0x7F {
        if !matches!(byte, b'1' | b'2' | b'*' | b'_' | b'\\' | b'[' | b'<' | b'&') {
            table[byte as usize] = 1;
        }
        byte += 1;
    }
    table[b'\n' as usize] = 1;
    byte = 0xC3;
    while byte <= 0xF4 {
        table[byte as usize] = match byte {
            0xC3..=0xDF => 2,
            0xE2 | 0xE3 | 0xE5 | 0xEF => 0,
            0xE0..=0xEF => 3,
            _ => 4,
        };
        byte += 1;
    }
    table
}

/// How wide a run of spaces is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Width {
    None,
    One,
    More,
    /// A TAB is among them.
    Tab,
}

impl Width {
    /// With one more space, told by its first byte.
    fn and(self, space: u8) -> Self {
        match self {
            _ if space == b'\t' => Self::Tab,
            Self::None => Self::One,
            Self::One | Self::More => Self::More,
            Self::Tab => Self::Tab,
        }
    }
}

/// Empty cells between two others are told by the number of TABs; no real table has more in a row.
const TABS: &str = "\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t";

struct Reader<'a> {
    source: &'a str,
    bytes: &'a [u8],
    at: usize,
    /// Start of the characters that wait to be copied.
    plain: usize,
    end: usize,
    out: Passage,
    spaces: Spaces,
}

impl Reader<'_> {
    fn read(&mut self) {
        while self.at < self.end {
            match PLAIN[usize::from(self.bytes[self.at])] {
                0 => self.look(),
                length => self.at += usize::from(length),
            }
        }
        self.flush();
    }

    fn peek(&self, ahead: usize) -> u8 {
        let at = self.at + ahead;
        if at < self.end { self.bytes[at] } else { 0 }
    }

    fn look(&mut self) {
        match self.bytes[self.at] {
            b'1' | b'2' => self.digit(),
            b'\r' if self.peek(1) == b'\n' => self.drop(1),
            b'\r' | 0x0B | 0x0C => self.put("\n", 1),
            b' ' | b'\t' | 0xC2 => self.latin_or_space(),
            b'*' | b'_' if self.peek(1) == self.bytes[self.at] => self.run(),
            b'\\' if self.peek(1).is_ascii_punctuation() => self.drop(1),
            b'[' | b'<' | b'&' => self.markup(),
            0xE5 => self.year(),
            0xE2 => self.general_punctuation(),
            0xE3 => self.ideographic(),
            0xEF => self.full_width(),
            0..0x20 | 0x7F => self.drop(1),
            _ => self.at += 1,
        }
    }

    /// Copies what waits.
    fn flush(&mut self) {
        self.out.copy(&self.source[self.plain..self.at], self.plain);
        self.plain = self.at;
    }

    fn drop(&mut self, length: usize) {
        self.flush();
        self.at += length;
        self.plain = self.at;
    }

    fn put(&mut self, words: &str, length: usize) {
        self.flush();
        self.out.replace(words, self.at..self.at + length);
        self.at += length;
        self.plain = self.at;
    }

    /// `(19962000年)`: two years whose dash was lost.
    fn digit(&mut self) {
        let start = self.at;
        while self.peek(0).is_ascii_digit() {
            self.at += 1;
        }
        let begins = start == 0 || !self.bytes[start - 1].is_ascii_digit();
        let digits = &self.source[start..self.at];
        if digits.len() == 8 && begins && two_years(digits) {
            self.at = start + 4;
            self.flush();
            self.out.replace("—", self.at..self.at);
            self.at += 4;
        }
    }

    fn run(&mut self) {
        let mark = self.bytes[self.at];
        let length = self.bytes[self.at..self.end].iter().take_while(|b| **b == mark).count();
        self.drop(length);
    }

    fn latin_or_space(&mut self) {
        if space_length(&self.bytes[self.at..self.end]) > 0 {
            self.space();
        } else if self.bytes[self.at] == 0xC2 && self.peek(1) == 0xAD {
            self.drop(2);
        } else {
            self.at += if self.bytes[self.at] == 0xC2 { 2 } else { 1 };
        }
    }

    /// A run of spaces of any kind.
    fn space(&mut self) {
        self.flush();
        let (start, mut width) = (self.at, Width::None);
        loop {
            let rest = &self.bytes[self.at..self.end];
            let length = space_length(rest);
            if length == 0 {
                match invisible_length(rest) {
                    0 => break,
                    invisible => self.at += invisible,
                }
                continue;
            }
            width = width.and(rest[0]);
            self.at += length;
        }
        self.plain = self.at;
        let words = match self.spaces {
            Spaces::Kept if width == Width::Tab => {
                let tabs = self.source[start..self.at].matches('\t').count();
                &TABS[..tabs.min(TABS.len())]
            }
            _ => self.space_left(width),
        };
        if !words.is_empty() {
            self.out.replace(words, start..self.at);
        }
    }

    fn space_left(&self, width: Width) -> &'static str {
        let before = self.out.text().as_bytes().last().copied().unwrap_or(b'\n');
        let after = if self.at < self.end { self.bytes[self.at] } else { b'\n' };
        if width == Width::Tab && before != b'\n' {
            return "\t";
        }
        if before == b'\n' || after == b'\n' || after == b'\r' {
            return "";
        }
        match self.spaces {
            Spaces::Kept if width != Width::One => "  ",
            Spaces::Kept => " ",
            Spaces::Dropped if before.is_ascii_alphanumeric() && after.is_ascii_alphanumeric() => {
                " "
            }
            Spaces::Dropped if before == b'.' && after.is_ascii_digit() && self.after_number() => {
                " "
            }
            Spaces::Dropped => "",
        }
    }

    /// Whether the line so far is a clause number (`1.`), which a value must not join.
    fn after_number(&self) -> bool {
        let line = self.out.text().as_bytes();
        let mut digits = line[..line.len().saturating_sub(1)].iter().rev();
        let others = digits.find(|b| !b.is_ascii_digit());
        others.is_none_or(|b| *b == b'\n')
    }

    fn markup(&mut self) {
        match markup::read(&self.source[self.at..self.end]) {
            Some((words, length)) => {
                self.flush();
                if !words.is_empty() {
                    self.out.replace(words.as_str(), self.at..self.at + length);
                }
                self.at += length;
                self.plain = self.at;
            }
            None => self.at += 1,
        }
    }

    /// `二三五年`: the 〇 of 二〇三五年 was lost.
    fn year(&mut self) {
        if self.source[self.at..self.end].starts_with('年') {
            let before = &self.source[self.plain..self.at];
            let digits: Vec<(usize, char)> =
                before.char_indices().rev().take_while(|(_, c)| is_numeral(*c)).take(4).collect();
            if let [(_, third), (second, _), (first, '二')] = digits[..]
                && third != '十'
            {
                let (first, second) = (self.plain + first, self.plain + second);
                let end = self.at;
                self.at = second;
                self.flush();
                self.out.replace("〇", first + '二'.len_utf8()..second);
                self.at = end;
            }
        }
        self.at += 3;
    }

    fn general_punctuation(&mut self) {
        let rest = &self.bytes[self.at..self.end];
        if space_length(rest) > 0 {
            self.space();
        } else if invisible_length(rest) > 0 {
            self.drop(3);
        } else if matches!(rest, [0xE2, 0x80, 0xA8 | 0xA9, ..]) {
            self.put("\n", 3);
        } else {
            self.at += 3;
        }
    }

    fn ideographic(&mut self) {
        if space_length(&self.bytes[self.at..self.end]) > 0 {
            self.space();
        } else if self.source[self.at..self.end].starts_with('。') && self.decimal_stop() {
            self.put(".", 3);
        } else {
            self.at += 3;
        }
    }

    /// `97。4%`: a full stop typed for a decimal point.
    fn decimal_stop(&self) -> bool {
        let before = self.source[..self.at].chars().next_back();
        if !before.is_some_and(is_digit) {
            return false;
        }
        let after = self.source[self.at + 3..self.end].trim_start();
        let unit = after.trim_start_matches(is_digit);
        let digits = after[..after.len() - unit.len()].chars().count();
        (1..=2).contains(&digits)
            && unit.trim_start().starts_with(|c: char| "%％‰/／岁个万亿年人".contains(c))
    }

    fn full_width(&mut self) {
        if invisible_length(&self.bytes[self.at..self.end]) > 0 {
            return self.drop(3);
        }
        let Some(printed) = self.source[self.at..self.end].chars().next() else { return };
        let length = printed.len_utf8();
        match half_width(printed) {
            Some(half) => self.put(half.encode_utf8(&mut [0; 4]), length),
            None => self.at += length,
        }
    }
}

/// The half-width form of digits, letters and the signs of values; punctuation stays as printed.
fn half_width(c: char) -> Option<char> {
    let half = char::from_u32(u32::from(c).checked_sub(0xFEE0)?)?;
    (half.is_ascii_alphanumeric() || "%+-./<>=~#".contains(half)).then_some(half)
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || ('０'..='９').contains(&c)
}

fn is_numeral(c: char) -> bool {
    "〇零一二三四五六七八九十".contains(c)
}

fn two_years(digits: &str) -> bool {
    let (first, second) = digits.split_at(4);
    let year = |d: &str| d.starts_with("19") || d.starts_with("20");
    year(first) && year(second) && first < second
}

/// Length of the space a text starts with: ASCII, no-break, ideographic, typographic.
fn space_length(rest: &[u8]) -> usize {
    match rest {
        [b' ' | b'\t', ..] => 1,
        [0xC2, 0xA0, ..] => 2,
        [0xE3, 0x80, 0x80, ..] | [0xE2, 0x80, 0x80..=0x8A | 0xAF, ..] | [0xE2, 0x81, 0x9F, ..] => 3,
        _ => 0,
    }
}

/// Length of the invisible character a text starts with: zero-width, direction and byte order marks.
fn invisible_length(rest: &[u8]) -> usize {
    match rest {
        [0xC2, 0xAD, ..] => 2,
        [0xE2, 0x80, 0x8B..=0x8F | 0xAA..=0xAE, ..]
        | [0xE2, 0x81, 0xA0..=0xA4, ..]
        | [0xEF, 0xBB, 0xBF, ..]
        | [0xEF, 0xB8, 0x80..=0x8F, ..] => 3,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, expect: &str) {
        let passage = normalise(source, 0..source.len(), Spaces::Dropped);
        assert_eq!(passage.text(), expect);
        let ends: Vec<usize> = expect.char_indices().map(|(at, _)| at).collect();
        for pair in ends.windows(2) {
            let span = passage.span(pair[0]..pair[1]);
            assert!(source.get(span.start..span.end).is_some(), "{span:?} of {source:?}");
        }
    }

    #[test]
    fn spaces_inside_values_go() {
        check("控制在 9.5/10 万 以下", "控制在9.5/10万以下");
        check("达 70%以上", "达70%以上");
        check("主 要\u{3000}目\u{a0}标", "主要目标");
        check("\u{feff}（三） 妇女\u{200b}与经济", "（三）妇女与经济");
        check("Wi Fi 2030 年", "Wi Fi 2030年");
        check("1. 妇女", "1.妇女");
        check("3. 5岁以下儿童", "3. 5岁以下儿童");
    }

    #[test]
    fn full_width_becomes_half_width() {
        check("（１）达到９７．５％，ＡＢ", "（1）达到97.5%，AB");
    }

    #[test]
    fn typing_accidents_are_mended() {
        check("达到97。4%。", "达到97.4%。");
        check("达到９７。 ４％。", "达到97.4%。");
        check("达到97。2025年", "达到97。2025年");
        check("展望二三五年远景", "展望二〇三五年远景");
        check("二〇三五年、十三五年", "二〇三五年、十三五年");
        check("纲要(19962000年)", "纲要(1996—2000年)");
        check("2021093012", "2021093012");
    }

    #[test]
    fn remnants_of_markup_go() {
        check("**（一）目标。**文", "（一）目标。文");
        check("[bookmark: _Hlk1]三、组织", "三、组织");
        check("1\\. 完善&nbsp;制度&ldquo;十四五&rdquo;", "1.完善制度“十四五”");
        check("<p style=\"x\">一<br/>二</p>", "\n一\n二\n");
        check("a < b, 3<5", "a<b,3<5");
    }

    #[test]
    fn line_ends_are_one() {
        check("一\r\n二\r三\u{c}四", "一\n二\n三\n四");
    }

    #[test]
    fn tables_keep_their_spaces() {
        let source = "指标  单位 值\t1";
        assert_eq!(normalise(source, 0..source.len(), Spaces::Kept).text(), "指标  单位 值\t1");
    }
}
