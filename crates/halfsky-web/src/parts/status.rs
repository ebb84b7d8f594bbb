//! The six shapes of a status. They are used for nothing else, and never without their word.

use halfsky_evaluate::class::{Class, Tone};

/// How far a target has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Attained,
    OnTrack,
    AtRisk,
    Unlikely,
    NoData,
    Incomparable,
}

impl Shape {
    /// All shapes in the order of bars and legends.
    pub(crate) const ALL: [Self; 6] = [
        Self::Attained,
        Self::OnTrack,
        Self::AtRisk,
        Self::Unlikely,
        Self::NoData,
        Self::Incomparable,
    ];

    /// The shape of a class.
    pub(crate) const fn of(class: Class) -> Self {
        if matches!(class, Class::NotComparable) {
            return Self::Incomparable;
        }
        match class.tone() {
            Tone::Good => Self::Attained,
            Tone::Fair => Self::OnTrack,
            Tone::Risk => Self::AtRisk,
            Tone::Bad => Self::Unlikely,
            Tone::Unknown => Self::NoData,
        }
    }

    /// Style class, and the end of the name of the symbol in the frame.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Attained => "attained",
            Self::OnTrack => "on-track",
            Self::AtRisk => "at-risk",
            Self::Unlikely => "unlikely",
            Self::NoData => "no-data",
            Self::Incomparable => "incomparable",
        }
    }

    /// The short word.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Attained => "已达标",
            Self::OnTrack => "按期推进",
            Self::AtRisk => "有风险",
            Self::Unlikely => "难以达标",
            Self::NoData => "无数据",
            Self::Incomparable => "不可比",
        }
    }
}
