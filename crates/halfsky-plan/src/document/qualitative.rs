//! Qualitative targets: mechanisms and qualities that people judge against evidence.

use super::clause::Reader;
use super::layout::Sentence;
use crate::note::Span;
use crate::target::TargetKind;

/// The longest name a qualitative target gets; the quote keeps the whole sentence.
const LONGEST_NAME: usize = 60;

/// Reads a sentence of an objective that states nothing measurable.
pub(super) fn read_sentence(reader: &mut Reader<'_>, sentence: &Sentence) {
    let (Some(first), Some(last)) = (sentence.segments.first(), sentence.segments.last()) else {
        return;
    };
    let range = Span::new(first.start, last.end);
    let words: String = range.of(reader.text).chars().filter(|c| !c.is_whitespace()).collect();
    let words = words
        .split("（牵头单位")
        .next()
        .unwrap_or_default()
        .split("(牵头单位")
        .next()
        .unwrap_or_default();
    let letters = words.chars().filter(|c| c.is_alphanumeric()).count();
    if letters < 4 || words.starts_with("牵头单位") || words.starts_with("责任单位") {
        return;
    }
    let name = if words.chars().count() <= LONGEST_NAME {
        words.to_owned()
    } else {
        let short: String = words.chars().take(LONGEST_NAME - 1).collect();
        format!("{short}…")
    };
    reader.push_unmeasured(name, TargetKind::Qualitative, None, range);
}
