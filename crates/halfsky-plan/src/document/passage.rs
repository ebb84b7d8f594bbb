//! Passage: normalised words that remember where they stand in the source text.
//!
//! Every later reader works on the words and hands back byte ranges of them; only this file knows how
//! such a range is turned into a span of the source.

use std::ops::Range;

use crate::note::Span;

/// How a stretch came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// Byte by byte, so that offsets inside it can be carried over.
    Copied,
    /// Stands for other words.
    Replaced,
}

/// A stretch of normalised text and the stretch of the source it was made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Segment {
    /// Where it starts in the normalised text.
    at: u32,
    source_start: u32,
    source_end: u32,
    origin: Origin,
}

/// Normalised text with its way back to the source.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Passage {
    text: String,
    segments: Vec<Segment>,
}

impl Passage {
    /// A passage that is the source itself.
    pub fn plain(text: &str) -> Self {
        let mut passage = Self::default();
        passage.copy(text, 0);
        passage
    }

    /// The normalised words.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it has no words.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Makes room for so many bytes of words.
    pub fn reserve(&mut self, bytes: usize) {
        self.text.reserve(bytes);
    }

    /// The span of the source text that a byte range of the words was made from.
    ///
    /// A range that reaches over dropped characters covers them; an empty range gives an empty span.
    pub fn span(&self, range: Range<usize>) -> Span {
        let start = self.source_start(range.start);
        let end = if range.end > range.start { self.source_end(range.end) } else { start };
        Span::new(start, end.max(start))
    }

    /// The span of the whole passage.
    pub fn whole(&self) -> Span {
        self.span(0..self.text.len())
    }

    fn source_start(&self, at: usize) -> usize {
        let index = self.segments.partition_point(|s| s.at as usize <= at);
        let Some(segment) = index.checked_sub(1).and_then(|i| self.segments.get(i)) else {
            return self.segments.first().map_or(0, |s| s.source_start as usize);
        };
        let start = segment.source_start as usize;
        let end = segment.source_end as usize;
        if segment.origin == Origin::Copied {
            (start + at - segment.at as usize).min(end)
        } else {
            start
        }
    }

    fn source_end(&self, at: usize) -> usize {
        let index = self.segments.partition_point(|s| (s.at as usize) < at);
        let Some(segment) = index.checked_sub(1).and_then(|i| self.segments.get(i)) else {
            return self.source_start(at);
        };
        let end = segment.source_end as usize;
        let reach = segment.source_start as usize + at - segment.at as usize;
        if segment.origin == Origin::Copied { reach.min(end) } else { end }
    }

    /// The same passage in other words of equal length; None when the lengths differ.
    pub fn reworded(&self, words: String) -> Option<Self> {
        let fits = words.len() == self.text.len();
        fits.then(|| Self { text: words, segments: self.segments.clone() })
    }

    /// Appends words copied from the source unchanged.
    pub fn copy(&mut self, words: &str, source: usize) {
        if words.is_empty() {
            return;
        }
        let end = source + words.len();
        let grown = self.segments.last_mut().is_some_and(|last| {
            let joins = last.origin == Origin::Copied && last.source_end as usize == source;
            if joins {
                last.source_end = offset(end);
            }
            joins
        });
        if !grown {
            self.push(source..end, Origin::Copied);
        }
        self.text.push_str(words);
    }

    /// Appends words that stand for other words of the source.
    pub fn replace(&mut self, words: &str, source: Range<usize>) {
        self.push(source, Origin::Replaced);
        self.text.push_str(words);
    }

    /// Appends a part of another passage.
    pub fn append(&mut self, other: &Self, range: Range<usize>) {
        let first = other.segments.partition_point(|s| s.at as usize <= range.start);
        for index in first.saturating_sub(1)..other.segments.len() {
            let segment = other.segments[index];
            let next = other.segments.get(index + 1).map_or(other.text.len(), |s| s.at as usize);
            let (start, end) = ((segment.at as usize).max(range.start), next.min(range.end));
            if start >= end {
                if segment.at as usize >= range.end {
                    break;
                }
                continue;
            }
            let words = &other.text[start..end];
            if segment.origin == Origin::Copied {
                self.copy(words, segment.source_start as usize + start - segment.at as usize);
            } else {
                self.replace(words, segment.source_start as usize..segment.source_end as usize);
            }
        }
    }

    fn push(&mut self, source: Range<usize>, origin: Origin) {
        self.segments.push(Segment {
            at: offset(self.text.len()),
            source_start: offset(source.start),
            source_end: offset(source.end),
            origin,
        });
    }
}

/// Offsets are kept in 32 bits: documents are at most 64 MB.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_find_their_source() {
        let source = "达 ７0% 以上";
        let mut passage = Passage::default();
        passage.copy("达", 0);
        passage.replace("7", 4..7);
        passage.copy("0%", 7);
        passage.copy("以上", 10);
        assert_eq!(passage.text(), "达70%以上");
        assert_eq!(passage.span(3..6).of(source), "７0%");
        assert_eq!(passage.span(0..3).of(source), "达");
        assert_eq!(passage.whole().of(source), source);
        let mut part = Passage::default();
        part.append(&passage, 3..9);
        assert_eq!(part.text(), "70%以");
        assert_eq!(part.whole().of(source), "７0% 以");
    }
}
