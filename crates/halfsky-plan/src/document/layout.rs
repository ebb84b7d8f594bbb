//! Layout: a clause is cut into sentences and segments.
//!
//! Owns punctuation. Words inside 《》, quotation marks and brackets stay in one piece and their
//! numbers are silent: titles, slogans and explanations set no targets.

use super::numeral::digit_of;
use crate::note::Span;

/// The sentences of a clause and the ranges whose numbers say nothing.
#[derive(Debug, Default)]
pub(super) struct Layout {
    pub(super) sentences: Vec<Sentence>,
    pub(super) silent: Vec<Span>,
    /// Whether a character of 全覆盖, 应保尽保, 村村有 occurs: most clauses have none and need no search.
    pub(super) may_cover: bool,
    /// Whether a character of 率, 比例, 比重 occurs.
    pub(super) may_rate: bool,
}

/// One sentence: its range without the closing mark, and its parts between commas.
#[derive(Debug, Default)]
pub(super) struct Sentence {
    pub(super) span: Span,
    pub(super) segments: Vec<Span>,
}

impl Layout {
    /// Cuts a clause.
    pub(super) fn read(text: &str) -> Self {
        let mut layout = Self::default();
        let mut sentence = Sentence { span: Span::new(0, 0), segments: Vec::new() };
        let (mut segment, mut skip_to) = (0, 0);
        let mut before = ' ';
        for (at, c) in text.char_indices() {
            let twice = before == c;
            before = c;
            match c {
                '覆' | '尽' => layout.may_cover = true,
                '率' | '比' => layout.may_rate = true,
                '村' | '乡' | '镇' | '县' if twice => layout.may_cover = true,
                _ => {}
            }
            if at < skip_to || !matters(c) {
                continue;
            }
            let next = at + c.len_utf8();
            if let Some(close) = closing_mark(c).and_then(|close| find_close(text, next, c, close))
            {
                if speaks(c, &text[next..close.start]) {
                    // a target set in brackets: its edges part the segments
                    push_segment(text, &mut sentence, segment, at);
                    layout.silent.extend(inner_titles(text, next, close.start));
                    push_segment(text, &mut sentence, next, close.start);
                    segment = close.end;
                } else {
                    layout.silent.push(Span::new(at, close.end));
                }
                skip_to = close.end;
            } else if is_stop(c) && !inside_number(text, at, c) {
                push_segment(text, &mut sentence, segment, at);
                layout.close(&mut sentence, at);
                sentence.span.start = next;
                segment = next;
            } else if matches!(c, '，' | ',' | '：' | ':')
                && !inside_number(text, at, c)
                && !names_figure(text, next, c)
            {
                push_segment(text, &mut sentence, segment, at);
                segment = next;
            }
        }
        push_segment(text, &mut sentence, segment, text.len());
        layout.close(&mut sentence, text.len());
        layout
    }

    fn close(&mut self, sentence: &mut Sentence, end: usize) {
        let mut done = std::mem::take(sentence);
        done.span.end = end;
        if !done.segments.is_empty() {
            self.sentences.push(done);
        }
    }
}

fn push_segment(text: &str, sentence: &mut Sentence, start: usize, end: usize) {
    if !text[start..end].trim().is_empty() {
        sentence.segments.push(Span::new(start, end));
    }
}

/// Whether a character can be a mark: nearly all are letters and need no closer look.
fn matters(c: char) -> bool {
    c < '\u{80}' || ('\u{2000}'..'\u{3100}').contains(&c) || c >= '\u{ff00}'
}

fn is_stop(c: char) -> bool {
    matches!(c, '。' | '；' | ';' | '！' | '？' | '\n')
}

fn closing_mark(open: char) -> Option<char> {
    Some(match open {
        '（' => '）',
        '(' => ')',
        '“' => '”',
        '「' => '」',
        '《' => '》',
        '〔' => '〕',
        '[' => ']',
        '【' => '】',
        '〈' => '〉',
        _ => return None,
    })
}

/// The closing mark that belongs to an opening one, near enough to be meant; brackets may be nested
/// and a full-width mark may close a half-width one.
fn find_close(text: &str, from: usize, open: char, close: char) -> Option<Span> {
    let mut depth = 1;
    for (offset, c) in text[from..].char_indices().take(240) {
        if c == open || (matches!(open, '(' | '（') && matches!(c, '(' | '（')) {
            depth += 1;
        } else if c == close || (matches!(open, '(' | '（') && matches!(c, ')' | '）')) {
            depth -= 1;
            if depth == 0 {
                return Some(Span::new(from + offset, from + offset + c.len_utf8()));
            }
        } else if c == '\n' {
            return None;
        }
    }
    None
}

/// Whether the words in brackets set a target of their own.
fn speaks(open: char, inside: &str) -> bool {
    matches!(open, '（' | '(')
        && (inside.contains("其中") || inside.contains("达到"))
        && inside.contains(['%', '％', '‰'])
}

fn inner_titles(text: &str, start: usize, end: usize) -> Vec<Span> {
    let mut found = Vec::new();
    for (offset, c) in text[start..end].char_indices() {
        if matches!(c, '“' | '《')
            && let Some(close) = closing_mark(c)
            && let Some(at) = text[start + offset..end].find(close)
        {
            found.push(Span::new(start + offset, start + offset + at + close.len_utf8()));
        }
    }
    found
}

/// `参保率：2025年95%`, `死亡率：≤4‰`: a colon between a name and its figure.
fn names_figure(text: &str, next: usize, c: char) -> bool {
    let rest = text[next..].trim_start();
    matches!(c, '：' | ':')
        && rest.starts_with(|d| digit_of(d).is_some() || "≥≤><＞＜≧≦".contains(d))
}

/// `97。4%`, `1,200`: a stop or comma between digits that belongs to the number.
fn inside_number(text: &str, at: usize, c: char) -> bool {
    let before = text[..at].chars().next_back().and_then(digit_of).is_some();
    let rest = &text[at + c.len_utf8()..];
    if !before || rest.chars().next().and_then(digit_of).is_none() {
        return false;
    }
    let tail = rest.trim_start_matches(|d| digit_of(d).is_some());
    match c {
        ':' | '：' => true,
        '。' => tail.trim_start().starts_with(['%', '％', '‰', '﹪']),
        ',' => rest.len() - tail.len() == 3 && !tail.starts_with(['%', '‰']),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &[&[&str]]) {
        let layout = Layout::read(text);
        let found: Vec<Vec<&str>> = layout
            .sentences
            .iter()
            .map(|s| s.segments.iter().map(|segment| segment.of(text)).collect())
            .collect();
        assert_eq!(found, expect, "{text}");
    }

    #[test]
    fn cuts_at_stops_and_commas() {
        check(
            "甲率达到9%，乙率提高。丙率下降；丁",
            &[&["甲率达到9%", "乙率提高"], &["丙率下降"], &["丁"]],
        );
    }

    #[test]
    fn keeps_brackets_titles_and_numbers_whole() {
        check("乡（镇，街道）有“两癌，检查”点", &[&["乡（镇，街道）有“两癌，检查”点"]]);
        check("达到97。4%，人数1,200名", &[&["达到97。4%", "人数1,200名"]]);
        check("覆盖率90%（其中山区达到85%）以上", &[&["覆盖率90%", "其中山区达到85%", "以上"]]);
        check("未闭合（甲，乙", &[&["未闭合（甲", "乙"]]);
    }
}
