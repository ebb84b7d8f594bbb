//! Class (研判结论): the one word a target stands under in lists and grids, whatever its kind.

use crate::qualitative::Progress;
use crate::status::Status;
use crate::trend::TrendStatus;
use crate::working::NotWorking;

/// Where a target of any kind stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Figures against a goal.
    Goal(Status),
    /// A break lies between base and figure.
    NotComparable,
    /// Only a direction.
    Trend(TrendStatus),
    /// Judged by people; None while nobody has.
    People(Option<Progress>),
    /// Cannot be judged.
    Not(NotWorking),
}

impl Class {
    /// All classes, from good to bad within their kind.
    pub fn all() -> Vec<Self> {
        let goal = Status::ALL.map(Self::Goal);
        let trend = TrendStatus::ALL.map(Self::Trend);
        let people = Progress::ALL.map(|p| Self::People(Some(p)));
        let not = NotWorking::ALL.map(Self::Not);
        goal.into_iter()
            .chain([Self::NotComparable])
            .chain(trend)
            .chain(people)
            .chain([Self::People(None)])
            .chain(not)
            .collect()
    }

    /// The code used in data.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Goal(status) => status.code(),
            Self::NotComparable => "not_comparable",
            Self::Trend(TrendStatus::Insufficient) => "trend_insufficient",
            Self::Trend(trend) => trend.code(),
            Self::People(Some(progress)) => progress.code(),
            Self::People(None) => "not_judged",
            Self::Not(why) => why.code(),
        }
    }

    /// The class of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::all().into_iter().find(|c| c.code() == code)
    }

    /// The words shown to people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Goal(status) => status.label(),
            Self::NotComparable => "口径不可比",
            Self::Trend(trend) => trend.label(),
            Self::People(Some(progress)) => progress.label(),
            Self::People(None) => "待认定",
            Self::Not(why) => why.label(),
        }
    }

    /// The words where room is short.
    pub const fn short_label(self) -> &'static str {
        match self {
            Self::Goal(status) => status.short_label(),
            Self::NotComparable => "不可比",
            _ => self.label(),
        }
    }

    /// The sign that tells the class without colour.
    pub const fn sign(self) -> char {
        match self {
            Self::Goal(status) => status.sign(),
            Self::NotComparable => '◇',
            Self::Trend(TrendStatus::Improving) | Self::People(Some(Progress::Done)) => '●',
            Self::Trend(TrendStatus::Steady) | Self::People(Some(Progress::InProgress)) => '◐',
            Self::Trend(TrendStatus::Worsening) | Self::People(Some(Progress::NotStarted)) => '▲',
            Self::Trend(TrendStatus::Insufficient) | Self::People(None) | Self::Not(_) => '○',
        }
    }

    /// The status of a target that has a goal.
    pub const fn status(self) -> Option<Status> {
        match self {
            Self::Goal(status) => Some(status),
            _ => None,
        }
    }

    /// The short label with its sign: 已达标 ●.
    pub fn marked(self) -> String {
        format!("{} {}", self.short_label(), self.sign())
    }

    /// Which of the four colours, or none, stands beside the word.
    pub const fn tone(self) -> Tone {
        match self {
            Self::Goal(Status::Attained | Status::AttainedFragile)
            | Self::Trend(TrendStatus::Improving)
            | Self::People(Some(Progress::Done)) => Tone::Good,
            Self::Goal(Status::OnTrack)
            | Self::Trend(TrendStatus::Steady)
            | Self::People(Some(Progress::InProgress)) => Tone::Fair,
            Self::Goal(Status::AtRisk)
            | Self::Trend(TrendStatus::Worsening)
            | Self::People(Some(Progress::NotStarted)) => Tone::Risk,
            Self::Goal(Status::OffTrack | Status::NotAttained) => Tone::Bad,
            Self::Goal(Status::Insufficient | Status::NoData)
            | Self::NotComparable
            | Self::Trend(TrendStatus::Insufficient)
            | Self::People(None)
            | Self::Not(_) => Tone::Unknown,
        }
    }
}

/// Groups of classes that are counted and coloured alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tone {
    Good,
    Fair,
    Risk,
    Bad,
    Unknown,
}

impl Tone {
    /// All tones, from good to bad, then the undecided.
    pub const ALL: [Self; 5] = [Self::Good, Self::Fair, Self::Risk, Self::Bad, Self::Unknown];

    /// The code used in data.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Fair => "fair",
            Self::Risk => "risk",
            Self::Bad => "bad",
            Self::Unknown => "unknown",
        }
    }

    /// The words shown to people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Good => "已达标",
            Self::Fair => "按期推进",
            Self::Risk => "有风险",
            Self::Bad => "难以达标",
            Self::Unknown => "无法研判",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_code_finds_its_class_and_stands_once() {
        let all = Class::all();
        let codes: BTreeSet<&str> = all.iter().map(|c| c.code()).collect();
        assert_eq!(codes.len(), all.len());
        for class in all {
            assert_eq!(Class::from_code(class.code()), Some(class));
        }
    }

    #[test]
    fn a_class_is_told_without_colour() {
        assert_eq!(Class::Goal(Status::AttainedFragile).marked(), "待巩固 ●");
        assert_eq!(Class::NotComparable.marked(), "不可比 ◇");
    }
}
