//! Line: the lines of a normalised text, without the empty ones and the noise.

use std::collections::HashMap;
use std::ops::Range;

use super::marker::{self, Marker};
use super::{heading, noise, title};
use crate::plan::Section;

/// A line that says something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its bytes in the normalised text, without spaces around.
    pub range: Range<usize>,
    pub marker: Option<Marker>,
    /// A row of a table: at least three cells.
    pub is_row: bool,
    /// A section heading, and where the words behind it begin.
    pub section: Option<(Section, usize)>,
    /// The heading of a domain or of a chapter on carrying out the plan, by its words alone.
    pub is_landmark: bool,
}

impl Line {
    fn new(text: &str, range: Range<usize>) -> Self {
        let line = &text[range.clone()];
        let marker = marker::read(line);
        let is_row = cell_count(line) >= 3;
        let mut line = Self { range, marker, is_row, section: None, is_landmark: false };
        let words = line.words(text);
        let section = heading::section(words);
        let bare = if words.len() <= 90 { heading::bare(words) } else { "" };
        line.is_landmark = heading::names_domain(bare) || heading::is_chapter_alone(bare);
        line.section = section;
        line
    }

    /// The words behind marks and number.
    pub fn words<'a>(&self, text: &'a str) -> &'a str {
        let line = &text[self.range.clone()];
        match self.marker {
            Some(marker) => &line[marker.length..],
            None => &line[marker::marks(line)..],
        }
    }

    /// The whole line as normalised.
    pub fn text<'a>(&self, text: &'a str) -> &'a str {
        &text[self.range.clone()]
    }

    /// Short, without a number, in no known place: may be the head or foot of printed pages.
    fn may_run(&self, text: &str) -> bool {
        let words = self.text(text);
        self.marker.is_none()
            && (6..=90).contains(&words.len())
            && self.section.is_none()
            && !self.is_landmark
            && !words.ends_with(['。', '；', ':', '：', ';'])
            && !words.contains('\t')
    }
}

/// The lines of a text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lines {
    pub said: Vec<Line>,
    /// Lines passed over that could be cells of a table printed one cell a line: bare numbers and
    /// short words that come again; in document order.
    pub cells: Vec<Range<usize>>,
}

/// Splits a text into lines and leaves out what belongs to the page.
pub fn split(text: &str) -> Lines {
    let mut page_words = noise::page_words(text).into_iter().peekable();
    let (mut lines, mut cells, mut at) = (Vec::new(), Vec::new(), 0);
    for raw in text.split('\n') {
        let (start, end) = (at, at + raw.len());
        at = end + 1;
        let mut page_word = None;
        while let Some(word) = page_words.next_if(|w| *w < end) {
            page_word = Some(word);
        }
        let words = raw.trim();
        if words.is_empty() || is_rule(words) {
            continue;
        }
        let start = start + (raw.len() - raw.trim_start().len());
        if noise::is_page_number(words) {
            if words.bytes().all(|b| b.is_ascii_digit()) {
                cells.push(start..start + words.len());
            }
            continue;
        }
        let line = Line::new(text, start..start + words.len());
        let stays =
            line.is_row || line.marker.is_some() || !noise::is_page_furniture(words, page_word);
        if stays {
            lines.push(line);
        }
    }
    let mut lines = Lines { said: lines, cells };
    drop_running_heads(text, &mut lines);
    lines
}

/// Number of cells with words in a line.
fn cell_count(line: &str) -> usize {
    if line.starts_with('|') && line.len() > 1 {
        return line.split('|').filter(|c| !c.trim().is_empty()).count();
    }
    if !line.as_bytes().contains(&b'\t') {
        return 1;
    }
    line.split('\t').filter(|c| !c.trim().is_empty()).count()
}

/// `-----`, `=====`, `|---|---|`: drawn, not written.
fn is_rule(line: &str) -> bool {
    line.len() >= 3 && line.chars().all(|c| "-=_—*|:+· \t#".contains(c))
}

/// Drops short lines that come back on many pages: heads and feet of a printed document.
fn drop_running_heads(text: &str, lines: &mut Lines) {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for line in lines.said.iter().filter(|l| l.may_run(text)) {
        *counts.entry(line.text(text)).or_default() += 1;
    }
    let known = |words: &str| {
        title::read(words).is_some() || ["目录", "前言", "序言", "妇女", "儿童"].contains(&words)
    };
    let cells = &mut lines.cells;
    lines.said.retain(|line| {
        let words = line.text(text);
        let stays =
            counts.get(words).is_none_or(|count| *count < 3) || !line.may_run(text) || known(words);
        if !stays {
            cells.push(line.range.clone());
        }
        stays
    });
    cells.sort_by_key(|range| range.start);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_is_left_out() {
        let text = "公报\n\n一、总则\n—1—\n公报\n内容很长。\n公报\n主要目标\n主要目标\n主要目标";
        let lines: Vec<&str> = split(text).said.iter().map(|l| l.text(text)).collect();
        assert_eq!(lines, ["一、总则", "内容很长。", "主要目标", "主要目标", "主要目标"]);
    }
}
