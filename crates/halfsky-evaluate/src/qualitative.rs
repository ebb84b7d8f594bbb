//! Qualitative targets (定性目标): judged by people against evidence, never by arithmetic.

/// How far a mechanism is in place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Progress {
    Done,
    InProgress,
    NotStarted,
}

impl Progress {
    /// All values, in the order they are offered to people.
    pub const ALL: [Self; 3] = [Self::Done, Self::InProgress, Self::NotStarted];

    /// The code used in data.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::InProgress => "in_progress",
            Self::NotStarted => "not_started",
        }
    }

    /// The value of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.code() == code)
    }

    /// The words shown to people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Done => "完成",
            Self::InProgress => "推进",
            Self::NotStarted => "未启动",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_finds_its_value() {
        for progress in Progress::ALL {
            assert_eq!(Progress::from_code(progress.code()), Some(progress));
        }
    }
}
