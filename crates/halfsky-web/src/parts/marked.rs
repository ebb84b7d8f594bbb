//! Text cut into pieces so that the words of a search can be marked.

/// A stretch of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) text: String,
    /// It is one of the words that were searched for.
    pub(crate) hit: bool,
}

/// Cuts a text at every occurrence of the words (letters of either case are the same).
pub(crate) fn pieces(text: &str, words: &[&str]) -> Vec<Piece> {
    let lower = text.to_ascii_lowercase();
    let words: Vec<String> =
        words.iter().filter(|w| !w.is_empty()).map(|w| w.to_ascii_lowercase()).collect();
    let mut pieces = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let next = words
            .iter()
            .filter_map(|word| {
                lower[at..].find(word.as_str()).map(|start| (at + start, word.len()))
            })
            .min_by_key(|(start, length)| (*start, std::cmp::Reverse(*length)));
        let (start, length) = next.unwrap_or((text.len(), 0));
        let parts = [(&text[at..start], false), (&text[start..start + length], true)];
        let parts = parts.into_iter().filter(|(text, _)| !text.is_empty());
        pieces.extend(parts.map(|(text, hit)| Piece { text: text.to_owned(), hit }));
        at = start + length;
    }
    pieces
}

/// The part of a text around the first word found, at most `width` characters of it.
pub(crate) fn excerpt(text: &str, words: &[&str], width: usize) -> String {
    let characters: Vec<char> = text.chars().collect();
    if characters.len() <= width {
        return text.to_owned();
    }
    let lower = text.to_ascii_lowercase();
    let found = words.iter().filter_map(|w| lower.find(&w.to_ascii_lowercase())).min().unwrap_or(0);
    let before = text[..found].chars().count();
    let start = before.saturating_sub(width / 4).min(characters.len() - width);
    let end = start + width;
    let body: String = characters[start..end].iter().collect();
    let mark = |cut: bool| if cut { "…" } else { "" };
    format!("{}{body}{}", mark(start > 0), mark(end < characters.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, words: &[&str], expect: &str) {
        let drawn: String = pieces(text, words)
            .into_iter()
            .map(|p| if p.hit { format!("[{}]", p.text) } else { p.text })
            .collect();
        assert_eq!(drawn, expect);
    }

    #[test]
    fn words_are_marked_wherever_they_stand() {
        check("孕产妇死亡率", &["死亡"], "孕产妇[死亡]率");
        check("率率", &["率"], "[率][率]");
        check("W-H02 孕产妇", &["w-h", "产妇"], "[W-H]02 孕[产妇]");
        check("孕产妇死亡率", &[], "孕产妇死亡率");
        check("", &["率"], "");
    }

    #[test]
    fn the_longer_of_two_words_wins() {
        check("孕产妇死亡率", &["死亡", "死亡率"], "孕产妇[死亡率]");
    }

    #[test]
    fn a_long_text_is_cut_around_the_word() {
        let text = format!("{}死亡率{}", "甲".repeat(100), "乙".repeat(100));
        let cut = excerpt(&text, &["死亡率"], 40);
        assert!(cut.contains("死亡率") && cut.starts_with('…') && cut.ends_with('…'), "{cut}");
        assert_eq!(cut.chars().count(), 42);
        assert_eq!(excerpt("短", &["死亡率"], 40), "短");
    }
}
