//! Split: the lines of a section become clauses.
//!
//! Owns numbering inside a section: which numbers open a clause, which belong to one, what a line
//! without a number is. It never drops words: what opens no clause joins the one before it.

use std::ops::Range;

use super::marker::{self, Marker, Style};
use super::outline::words_end;

/// A clause as pieces of the normalised text, its number left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The printed number.
    pub printed: Option<u32>,
    /// From the number to the end.
    pub range: Range<usize>,
    /// The words: the first without the number, then the lines that go on.
    pub words: Vec<Range<usize>>,
}

impl Piece {
    /// The clause as lines that can be split again.
    pub fn lines(&self) -> impl Iterator<Item = Range<usize>> {
        let first = self.words.first().map(|w| self.range.start..w.end);
        first.into_iter().chain(self.words.iter().skip(1).cloned())
    }
}

/// Something odd about the numbers of a section.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Oddity {
    /// The same number again.
    Repeated(u32),
    /// A number is missing: expected, printed.
    Skipped(u32, u32),
    /// The right number in another shape.
    OtherShape(u32),
    /// Lines before the first number.
    Unnumbered,
    /// A box (专栏) inside the section.
    Boxed,
}

/// The clauses of a section and what was odd.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Clauses {
    pub pieces: Vec<Piece>,
    pub oddities: Vec<(Range<usize>, Oddity)>,
    /// Lines that are no clause: text before the first number, boxes.
    pub aside: Vec<Range<usize>>,
}

/// Splits the lines of one section.
pub fn split(text: &str, lines: &[Range<usize>]) -> Clauses {
    let parts: Vec<Part> = lines.iter().map(|r| Part::new(text, r)).collect();
    let style = parts.iter().find_map(|p| p.marker).map(|m| m.style);
    let mut splitter = Splitter {
        text,
        parts: &parts,
        found: Clauses::default(),
        style,
        last: 0,
        sub: None,
        boxed: None,
    };
    match style {
        Some(_) => (0..parts.len()).for_each(|at| splitter.numbered(at)),
        None => splitter.sentences(),
    }
    splitter.found
}

/// How many lines are looked ahead for the next number.
const REACH: usize = 300;

struct Part {
    range: Range<usize>,
    marker: Option<Marker>,
    /// The line ends a sentence.
    ends: bool,
}

impl Part {
    fn new(text: &str, range: &Range<usize>) -> Self {
        let line = &text[range.clone()];
        Self { range: range.clone(), marker: marker::read(line), ends: words_end(line) }
    }

    fn words(&self) -> Range<usize> {
        let skipped = self.marker.map_or(0, |m| m.length);
        self.range.start + skipped..self.range.end
    }
}

struct Splitter<'a> {
    text: &'a str,
    parts: &'a [Part],
    found: Clauses,
    style: Option<Style>,
    /// The last clause number.
    last: u32,
    /// The list inside the clause being read: shape and last number.
    sub: Option<(Style, u32)>,
    /// The last number inside a box.
    boxed: Option<u32>,
}

impl Splitter<'_> {
    fn numbered(&mut self, at: usize) {
        let part = &self.parts[at];
        if self.in_box(at) {
            return;
        }
        match part.marker {
            None => self.unnumbered(part),
            Some(marker) if Some(marker.style) == self.style => self.own_style(at, marker),
            Some(marker) => self.other_style(at, marker),
        }
    }

    fn unnumbered(&mut self, part: &Part) {
        if self.found.pieces.is_empty() {
            self.found.oddities.push((part.range.clone(), Oddity::Unnumbered));
            self.found.aside.push(part.range.clone());
        } else {
            self.go_on(part);
        }
    }

    /// A number in the shape of the section's clauses.
    fn own_style(&mut self, at: usize, marker: Marker) {
        let part = &self.parts[at];
        let expected = self.last + 1;
        let mid_sentence = at > 0 && !self.parts[at - 1].ends;
        let decimal = marker.doubtful && (marker.number != expected || mid_sentence);
        if marker.style == Style::Dash {
            return self.begin(at, 0);
        }
        if decimal || self.continues_list(at, marker) {
            return self.go_on(part);
        }
        if marker.number != expected && !self.found.pieces.is_empty() {
            let oddity = if marker.number <= self.last {
                Oddity::Repeated(marker.number)
            } else {
                Oddity::Skipped(expected, marker.number)
            };
            self.found.oddities.push((part.range.clone(), oddity));
        }
        self.begin(at, marker.number);
    }

    /// A list 1. 2. 3. inside a clause that is numbered in the same shape: it starts at 1 again, and
    /// the clauses go on behind it.
    fn continues_list(&mut self, at: usize, marker: Marker) -> bool {
        if let Some((style, number)) = self.sub
            && style == marker.style
            && marker.number == number + 1
            && (marker.number != self.last + 1 || self.comes_again(at, marker))
        {
            self.sub = Some((style, marker.number));
            return true;
        }
        let starts = marker.number == 1 && self.last >= 1 && self.goes_on_behind(at, marker.style);
        if starts {
            self.sub = Some((marker.style, 1));
        }
        starts
    }

    /// Whether the same number comes once more before the numbers move on.
    fn comes_again(&self, at: usize, marker: Marker) -> bool {
        let mut rest = self.later(at, marker.style);
        rest.find(|n| *n <= marker.number).is_some_and(|n| n == marker.number)
    }

    fn goes_on_behind(&self, at: usize, style: Style) -> bool {
        for (expected, number) in (2..).zip(self.later(at, style)) {
            if number == self.last + 1 && number != expected {
                return true;
            }
            if number != expected {
                return false;
            }
        }
        false
    }

    fn later(&self, at: usize, style: Style) -> impl Iterator<Item = u32> {
        let rest = self.parts[at + 1..].iter().take(REACH);
        rest.filter_map(move |p| p.marker.filter(|m| m.style == style).map(|m| m.number))
    }

    /// A number in another shape: a list inside the clause, or a clause whose number was mistyped.
    fn other_style(&mut self, at: usize, marker: Marker) {
        let part = &self.parts[at];
        if self.found.pieces.is_empty() {
            return self.unnumbered(part);
        }
        let in_list = self.sub == Some((marker.style, marker.number.saturating_sub(1)));
        let mistyped = marker.number == self.last + 1
            && marker.number > 1
            && !marker.doubtful
            && !in_list
            && self.parts[at - 1].ends
            && marker.style != Style::Dash;
        if mistyped {
            self.found.oddities.push((part.range.clone(), Oddity::OtherShape(marker.number)));
            return self.begin(at, marker.number);
        }
        self.sub = Some((marker.style, marker.number));
        self.go_on(part);
    }

    /// Lines of a box (专栏) stay aside until the clauses go on.
    fn in_box(&mut self, at: usize) -> bool {
        let part = &self.parts[at];
        let words = self.text[part.words()].trim_start_matches(['【', '*', '#']);
        if words.starts_with("专栏") && words.len() <= 120 {
            self.boxed = Some(0);
            self.found.oddities.push((part.range.clone(), Oddity::Boxed));
        } else {
            let Some(number) = self.boxed else { return false };
            let marker = part.marker.filter(|m| Some(m.style) == self.style);
            let inside = part.marker.is_some_and(|m| m.number == number + 1);
            if marker.is_some_and(|m| m.number == self.last + 1) && !(inside && number > 0) {
                self.boxed = None;
                return false;
            }
            if inside {
                self.boxed = Some(number + 1);
            }
        }
        self.found.aside.push(part.range.clone());
        true
    }

    fn begin(&mut self, at: usize, number: u32) {
        let part = &self.parts[at];
        let printed = (number > 0).then_some(number);
        self.last = number;
        self.sub = None;
        self.found.pieces.push(Piece {
            printed,
            range: part.range.clone(),
            words: vec![part.words()],
        });
        self.split_inside(at);
    }

    /// Several clauses on one line: `1.…。2.…。3.…。`
    fn split_inside(&mut self, at: usize) {
        let Some(style) = self.style.filter(|s| *s != Style::Dash) else { return };
        let part = &self.parts[at];
        let starts = inner_numbers(self.text, part.words(), style, self.last);
        if starts.is_empty() {
            return;
        }
        let reached = starts.last().map_or(self.last, |s| s.1);
        let next = self.later(at, style).next();
        let fits =
            next.is_none_or(|n| n == reached + 1 || (n != self.last + 1 && starts.len() > 1));
        if !fits {
            return;
        }
        for (start, number, length) in starts {
            if let Some(open) = self.found.pieces.last_mut() {
                open.range.end = start;
                if let Some(words) = open.words.last_mut() {
                    words.end = start;
                }
            }
            let range = start..part.range.end;
            let words = start + length..part.range.end;
            self.found.pieces.push(Piece { printed: Some(number), range, words: vec![words] });
            self.last = number;
        }
    }

    /// The line belongs to the clause before it.
    fn go_on(&mut self, part: &Part) {
        if let Some(open) = self.found.pieces.last_mut() {
            open.range.end = part.range.end;
            let line = &self.text[part.range.clone()];
            let bullet = part.marker.filter(|m| m.style == Style::Dash && !line.starts_with('—'));
            let marks = bullet.map_or_else(|| marker::marks(line), |m| m.length);
            open.words.push(part.range.start + marks..part.range.end);
        }
    }

    /// No numbers at all: a clause ends where a line ends a sentence.
    fn sentences(&mut self) {
        let ending = self.parts.iter().filter(|p| p.ends).count();
        let wrapped = ending * 3 >= self.parts.len();
        let mut open = false;
        for at in 0..self.parts.len() {
            if self.in_box(at) {
                continue;
            }
            let part = &self.parts[at];
            if open {
                self.go_on(part);
            } else {
                let marks = marker::marks(&self.text[part.range.clone()]);
                let words = part.range.start + marks..part.range.end;
                self.found.pieces.push(Piece {
                    printed: None,
                    range: part.range.clone(),
                    words: vec![words],
                });
            }
            open = wrapped && !part.ends;
        }
    }
}

/// Numbers that go on from `last` behind the end of a sentence: start, number, length of the number.
fn inner_numbers(
    text: &str,
    words: Range<usize>,
    style: Style,
    last: u32,
) -> Vec<(usize, u32, usize)> {
    let mut found = Vec::new();
    let mut expected = last + 1;
    let line = &text[words.clone()];
    for (at, stop) in line.match_indices(['。', '；', ';', '\t', '：', ':', '，']) {
        let start = at + stop.len();
        let rest = &line[start..];
        if !rest
            .starts_with(|c: char| c.is_ascii_digit() || "(（一二三四五六七八九十⒈⑴①".contains(c))
        {
            continue;
        }
        let Some(marker) = marker::read(rest).filter(|m| m.style == style && !m.doubtful) else {
            continue;
        };
        if marker.number == 1 {
            break;
        }
        if marker.number == expected && !matches!(stop, "：" | ":" | "，") {
            found.push((words.start + start, expected, marker.length));
            expected += 1;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, expect: &[&str], oddities: &[Oddity]) {
        let mut lines = Vec::new();
        let mut at = 0;
        for line in source.split('\n') {
            lines.push(at..at + line.len());
            at += line.len() + 1;
        }
        let found = split(source, &lines);
        let clauses: Vec<String> = found
            .pieces
            .iter()
            .map(|p| p.words.iter().map(|w| &source[w.clone()]).collect())
            .collect();
        assert_eq!(clauses, expect);
        let odd: Vec<Oddity> = found.oddities.iter().map(|o| o.1).collect();
        assert_eq!(odd, oddities);
    }

    #[test]
    fn wrapped_lines_and_lists_join_their_clause() {
        check(
            "1.提高水平，达到\n90%以上。\n2.完善制度：\n（1）建机制。\n（2）强服务。\n（3）重宣传。\n3.加强宣传。",
            &[
                "提高水平，达到90%以上。",
                "完善制度：（1）建机制。（2）强服务。（3）重宣传。",
                "加强宣传。",
            ],
            &[],
        );
    }

    #[test]
    fn numbers_that_repeat_or_skip_still_open_clauses() {
        check(
            "1.甲。\n2.乙。\n2.丙。\n5.丁。",
            &["甲。", "乙。", "丙。", "丁。"],
            &[Oddity::Repeated(2), Oddity::Skipped(3, 5)],
        );
    }

    #[test]
    fn a_number_in_another_shape() {
        check(
            "（一）甲。\n（二）乙。\n（3）丙。\n（四）丁。",
            &["甲。", "乙。", "丙。", "丁。"],
            &[Oddity::OtherShape(3)],
        );
    }

    #[test]
    fn several_clauses_on_one_line() {
        check(
            "1.甲。2.乙。3.丙。\n4.丁：1.子；2.丑。\n5.戊。",
            &["甲。", "乙。", "丙。", "丁：1.子；2.丑。", "戊。"],
            &[],
        );
        check("1.甲：一是子。2.丑。\n2.乙。", &["甲：一是子。2.丑。", "乙。"], &[]);
    }

    #[test]
    fn a_list_in_the_same_shape() {
        check("1.甲：\n1.子。\n2.丑。\n2.乙。\n3.丙。", &["甲：1.子。2.丑。", "乙。", "丙。"], &[]);
    }

    #[test]
    fn values_are_no_numbers() {
        check(
            "1.比例达到\n1.5个以上。\n2.3岁以下婴幼儿托位增加。",
            &["比例达到1.5个以上。", "3岁以下婴幼儿托位增加。"],
            &[],
        );
    }

    #[test]
    fn one_sentence_a_line() {
        check(
            "水平提高。\n差距缩\n小。\n比例上升。",
            &["水平提高。", "差距缩小。", "比例上升。"],
            &[],
        );
        check("水平提高\n差距缩小\n比例上升", &["水平提高", "差距缩小", "比例上升"], &[]);
        check("——水平提高。\n——差距\n缩小。", &["水平提高。", "差距缩小。"], &[]);
    }

    #[test]
    fn boxes_stay_aside() {
        check(
            "1.甲。\n专栏1重点项目\n1.筛查项目。\n2.培训项目。\n2.乙。",
            &["甲。", "乙。"],
            &[Oddity::Boxed],
        );
    }
}
