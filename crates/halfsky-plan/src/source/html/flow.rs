//! Lines of running text with the spaces a browser would show.

/// The lines of a page, or of one table cell.
#[derive(Debug, Default)]
pub(super) struct Flow {
    pub(super) lines: Vec<String>,
    /// The number of a list item, written before its first words unless they bring their own.
    pub(super) mark: String,
    line: String,
    /// White space seen but not yet written.
    gap: Gap,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Gap {
    #[default]
    None,
    Space,
    /// Holds a line break of the source, which between Chinese characters means nothing.
    Break,
}

impl Flow {
    /// Adds text; white space runs shrink to one space.
    pub(super) fn push(&mut self, text: &str) {
        let mut rest = text;
        loop {
            let words = rest.trim_start_matches(|c: char| c.is_ascii_whitespace());
            let space = &rest[..rest.len() - words.len()];
            if space.contains('\n') {
                self.gap = Gap::Break;
            } else if !space.is_empty() && self.gap == Gap::None {
                self.gap = Gap::Space;
            }
            let end = words.find(|c: char| c.is_ascii_whitespace()).unwrap_or(words.len());
            if end == 0 {
                return;
            }
            self.push_word(&words[..end]);
            rest = &words[end..];
        }
    }

    fn push_word(&mut self, word: &str) {
        let gap = std::mem::take(&mut self.gap);
        if self.line.is_empty() {
            let mark = std::mem::take(&mut self.mark);
            let own_number = is_numbered(word);
            if !own_number {
                self.line.push_str(&mark);
            }
        } else if gap != Gap::None {
            let wide = |c: Option<char>| c.is_some_and(|c| c >= '\u{2E80}');
            let between_wide = wide(self.line.chars().next_back()) && wide(word.chars().next());
            if gap == Gap::Space || !between_wide {
                self.line.push(' ');
            }
        }
        self.line.push_str(word);
    }

    /// Adds text whose line breaks and spaces count.
    pub(super) fn push_as_written(&mut self, text: &str) {
        let mut lines = text.split('\n');
        self.line.push_str(lines.next().unwrap_or_default());
        for line in lines {
            self.end_line();
            self.line.push_str(line);
        }
    }

    /// Ends the line; empty ones are not kept.
    pub(super) fn end_line(&mut self) {
        self.gap = Gap::None;
        let line = std::mem::take(&mut self.line);
        if !line.trim().is_empty() {
            let kept = line.trim_end();
            self.lines.push(if kept.len() == line.len() { line } else { kept.to_owned() });
        }
    }
}

/// Whether words bring a list number of their own (`1.`, `一、`, `（一）`, `①`).
fn is_numbered(words: &str) -> bool {
    let digits = words
        .trim_start_matches(|c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c));
    let after_digits =
        digits.len() < words.len() && digits.starts_with(['.', '．', '、', ')', '）']);
    after_digits || words.starts_with(['(', '（', '①', '②', '③', '④', '⑤', '⑥', '⑦', '⑧', '⑨'])
}
