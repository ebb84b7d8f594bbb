//! Comparator (比较方式): how a figure is held against its target value.

use std::fmt;

/// `>=`, `<=` or `~` (左右).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Comparator {
    AtLeast,
    AtMost,
    About,
}

impl Comparator {
    /// All comparators, in the order they are offered to people.
    pub const ALL: [Self; 3] = [Self::AtLeast, Self::AtMost, Self::About];

    /// The code used in data.
    pub const fn code(self) -> &'static str {
        match self {
            Self::AtLeast => ">=",
            Self::AtMost => "<=",
            Self::About => "~",
        }
    }

    /// The comparator of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.code() == code)
    }

    /// The word shown to people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::AtLeast => "不低于",
            Self::AtMost => "不高于",
            Self::About => "左右",
        }
    }
}

impl fmt::Display for Comparator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
