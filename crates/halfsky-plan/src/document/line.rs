//! Line: the lines of a normalised text, without the empty ones and the noise.

use std::collections::BTreeMap;
use std::ops::Range;

use super::marker::{self, Marker};
use super::{heading, noise};

/// A line that says something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its bytes in the normalised text, without spaces around.
    pub range: Range<usize>,
    pub marker: Option<Marker>,
    /// A row of a table: at least three cells.
    pub is_row: bool,
}

impl Line {
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
}

/// Splits a text into lines and leaves out what belongs to the page.
pub fn split(text: &str) -> Vec<Line> {
    let running = running_heads(text);
    let mut lines = Vec::new();
    for (start, raw) in raw_lines(text) {
        let words = raw.trim();
        if words.is_empty() || is_rule(words) {
            continue;
        }
        let row = cells(words) >= 3;
        let dropped = noise::is_page_number(words)
            || (!row && noise::is_page_furniture(words))
            || running.contains_key(words);
        if !dropped {
            let start = start + (raw.len() - raw.trim_start().len());
            let marker = marker::read(words);
            lines.push(Line { range: start..start + words.len(), marker, is_row: row });
        }
    }
    lines
}

fn raw_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split('\n').map(move |line| {
        let start = at;
        at += line.len() + 1;
        (start, line)
    })
}

/// Number of cells with words in a line.
fn cells(line: &str) -> usize {
    if line.starts_with('|') && line.len() > 1 {
        return line.split('|').filter(|c| !c.trim().is_empty()).count();
    }
    if !line.contains('\t') {
        return 1;
    }
    line.split('\t').filter(|c| !c.trim().is_empty()).count()
}

/// `-----`, `=====`, `|---|---|`: drawn, not written.
fn is_rule(line: &str) -> bool {
    line.len() >= 3 && line.chars().all(|c| "-=_—*|:+· \t#".contains(c))
}

/// Short lines that come back on many pages: heads and feet of a printed document.
fn running_heads(text: &str) -> BTreeMap<&str, usize> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, raw) in raw_lines(text) {
        let words = raw.trim();
        let short = (6..=90).contains(&words.len());
        if short && !words.ends_with(['。', '；', ':', '：', ';']) && !words.contains('\t') {
            *counts.entry(words).or_default() += 1;
        }
    }
    counts.retain(|words, count| *count >= 3 && marker::read(words).is_none() && !is_known(words));
    counts
}

/// Words that are repeated in every domain, and titles, which the outline reads itself.
fn is_known(words: &str) -> bool {
    let plain = &words[marker::marks(words)..];
    heading::section(plain).is_some()
        || heading::chapter(plain).is_some()
        || heading::names_domain(heading::bare(plain))
        || super::title::read(words).is_some()
        || ["目录", "前言", "序言"].contains(&plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_is_left_out() {
        let text = "公报\n\n一、总则\n—1—\n公报\n内容很长。\n公报\n主要目标\n主要目标\n主要目标";
        let lines: Vec<&str> = split(text).iter().map(|l| l.text(text)).collect();
        assert_eq!(lines, ["一、总则", "内容很长。", "主要目标", "主要目标", "主要目标"]);
    }
}
