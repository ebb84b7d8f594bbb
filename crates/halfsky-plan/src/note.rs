//! Notes: what a reader did not understand, where, how grave, and what to do next.

/// A byte range of the source text, end excluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    pub start: usize,
    pub end: usize,
}

impl Span {
    /// A range of bytes.
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// The text it covers; empty when it does not fit the text.
    pub fn of(self, text: &str) -> &str {
        text.get(self.start..self.end).unwrap_or("")
    }

    /// Whether the other range lies inside this one.
    pub const fn covers(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }
}

/// How much a note matters to the person who confirms the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Handled; told for completeness.
    Info,
    /// Understood with doubt: a person should look.
    Warning,
    /// Not understood: a person must act.
    Error,
}

impl Severity {
    /// The code used in data.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    /// The severity of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Info, Self::Warning, Self::Error].into_iter().find(|s| s.code() == code)
    }
}

/// One remark about the document: place, severity, message and what to do next, in plain Chinese.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    pub span: Span,
    pub severity: Severity,
    pub message: String,
    pub hint: String,
}

/// Line starts of a text: turns byte offsets into line numbers and character offsets.
#[derive(Debug, Clone)]
pub struct LineIndex {
    /// Byte offset and character offset of each line start.
    starts: Vec<(usize, usize)>,
}

impl LineIndex {
    /// Reads the text once.
    pub fn new(text: &str) -> Self {
        let (mut starts, mut chars) = (vec![(0, 0)], 0);
        for (at, c) in text.char_indices() {
            chars += 1;
            if c == '\n' {
                starts.push((at + 1, chars));
            }
        }
        Self { starts }
    }

    /// The 1-based line of a byte offset.
    pub fn line(&self, byte: usize) -> usize {
        self.starts.partition_point(|s| s.0 <= byte)
    }

    /// The character offset of a byte offset of the same text.
    pub fn char_offset(&self, text: &str, byte: usize) -> usize {
        let (start, chars) = self.starts[self.line(byte).saturating_sub(1)];
        chars + text.get(start..byte).map_or(0, |part| part.chars().count())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_characters() {
        let text = "目标\n一、健康";
        let index = LineIndex::new(text);
        assert_eq!((index.line(0), index.line(6), index.line(7)), (1, 1, 2));
        assert_eq!(index.char_offset(text, 7), 3);
        assert_eq!(index.char_offset(text, text.len()), 7);
    }
}
