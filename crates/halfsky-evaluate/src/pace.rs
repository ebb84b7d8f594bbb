//! Pace (序时进度): the official arithmetic. It explains; it does not decide.

use halfsky_stats::pace::{Course, NoPace, compound_pace, linear_pace, progress, time_progress};
use halfsky_stats::scale::Scale;

use crate::attainment::Fact;
use crate::goal::Goal;
use crate::series::{Observation, number};
use crate::status::Status;

/// Why there is no pace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PaceGap {
    /// No base year is given.
    NoBaseYear,
    /// The base year has no figure.
    NoBaseline,
    /// 基期已达标: the sign of the ratio would be meaningless.
    BaseMet,
    /// No figure that may be judged.
    NoFigure,
    /// No figure after the base year.
    NoTimePassed,
    /// The deadline is not later than the base year.
    NoTimeGiven,
    /// Baseline equals the target value.
    NothingRequired,
    /// Growth rates need positive figures.
    NotPositive,
    /// A break lies between base and figure.
    NotComparable,
}

impl PaceGap {
    /// All reasons.
    pub const ALL: [Self; 9] = [
        Self::NoBaseYear,
        Self::NoBaseline,
        Self::BaseMet,
        Self::NoFigure,
        Self::NoTimePassed,
        Self::NoTimeGiven,
        Self::NothingRequired,
        Self::NotPositive,
        Self::NotComparable,
    ];

    /// The code used in data.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoBaseYear => "no_base_year",
            Self::NoBaseline => "no_baseline",
            Self::BaseMet => "base_met",
            Self::NoFigure => "no_figure",
            Self::NoTimePassed => "no_time_passed",
            Self::NoTimeGiven => "no_time_given",
            Self::NothingRequired => "nothing_required",
            Self::NotPositive => "not_positive",
            Self::NotComparable => "not_comparable",
        }
    }

    /// The reason of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|g| g.code() == code)
    }

    /// The words shown to people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::NoBaseYear => "未给基期年",
            Self::NoBaseline => "基期年无数据",
            Self::BaseMet => "基期已达标",
            Self::NoFigure => "没有可判定的数据",
            Self::NoTimePassed => "基期后尚无数据",
            Self::NoTimeGiven => "期限不晚于基期",
            Self::NothingRequired => "基期值等于目标值",
            Self::NotPositive => "有不大于0的数，不能算增长率",
            Self::NotComparable => "与基期口径不可比",
        }
    }
}

/// How far along a target is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    /// 序时进度比: actual through required yearly change.
    pub ratio: f64,
    /// 完成度.
    pub progress: Option<f64>,
    /// 时间进度.
    pub time_progress: Option<f64>,
}

/// The bands of the ratio.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PaceClass {
    OnSchedule,
    Slower,
    FarSlower,
    WrongWay,
}

impl PaceClass {
    /// The words shown to people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::OnSchedule => "符合序时",
            Self::Slower => "慢于序时",
            Self::FarSlower => "远慢于序时",
            Self::WrongWay => "方向相反",
        }
    }
}

/// The words of evaluations (section 12).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaceWord {
    Early,
    Faster,
    AsExpected,
    Behind,
}

impl PaceWord {
    /// The words shown to people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Early => "提前实现",
            Self::Faster => "快于预期",
            Self::AsExpected => "基本符合预期",
            Self::Behind => "滞后",
        }
    }
}

impl Pace {
    /// The band the ratio lies in.
    pub fn class(&self) -> PaceClass {
        if self.ratio >= 0.95 {
            PaceClass::OnSchedule
        } else if self.ratio >= 0.60 {
            PaceClass::Slower
        } else if self.ratio >= 0.0 {
            PaceClass::FarSlower
        } else {
            PaceClass::WrongWay
        }
    }

    /// The word for it, beside the fact.
    pub fn word(&self, fact: Fact) -> PaceWord {
        if fact == Fact::AttainedEarly {
            PaceWord::Early
        } else if self.ratio > 1.05 {
            PaceWord::Faster
        } else if self.ratio >= 0.95 {
            PaceWord::AsExpected
        } else {
            PaceWord::Behind
        }
    }

    /// Pace and outlook two classes apart: a person decides with both figures before them.
    pub fn contradicts(&self, status: Status) -> bool {
        let outlook = match status {
            Status::OnTrack => 0i8,
            Status::AtRisk => 1,
            Status::OffTrack => 2,
            _ => return false,
        };
        let pace = match self.class() {
            PaceClass::OnSchedule => 0,
            PaceClass::Slower => 1,
            PaceClass::FarSlower | PaceClass::WrongWay => 2,
        };
        (pace - outlook).abs() == 2
    }
}

/// The pace from a baseline to a figure, by growth rates on the log scale and in equal steps elsewhere.
pub fn pace(
    base: Observation,
    now: Observation,
    goal: &Goal,
    by: i32,
    scale: Scale,
) -> Result<Pace, PaceGap> {
    if goal.met(base.value) {
        return Err(PaceGap::BaseMet);
    }
    let course = Course {
        base_year: base.year,
        base: number(base.value),
        year: now.year,
        value: number(now.value),
        target_year: by,
        target: number(halfsky_plan::figure::Figure::new(goal.nearest(base.value))),
    };
    let ratio = if scale == Scale::Log { compound_pace(&course) } else { linear_pace(&course) };
    let ratio = ratio.map_err(|why| match why {
        NoPace::NoTimePassed => PaceGap::NoTimePassed,
        NoPace::NoTimeGiven => PaceGap::NoTimeGiven,
        NoPace::NothingRequired => PaceGap::NothingRequired,
        NoPace::NotPositive => PaceGap::NotPositive,
    })?;
    Ok(Pace { ratio, progress: progress(&course), time_progress: time_progress(&course) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_decimal::Decimal;

    fn at(year: i32, value: &str) -> Observation {
        Observation { year, value: value.parse().unwrap() }
    }

    fn ratio(value: f64) -> Pace {
        Pace { ratio: value, progress: None, time_progress: None }
    }

    #[test]
    fn rates_grow_and_shares_step() {
        let goal = Goal::AtMost(Decimal::from(12));
        let log = pace(at(2020, "16.9"), at(2024, "14.3"), &goal, 2030, Scale::Log).unwrap();
        assert!((log.ratio - 1.215).abs() < 1e-3);
        assert_eq!(log.word(Fact::NotAttained), PaceWord::Faster);
        let step = pace(at(2020, "16.9"), at(2024, "14.3"), &goal, 2030, Scale::Identity).unwrap();
        assert!((step.ratio - 1.327).abs() < 1e-3);
    }

    #[test]
    fn a_base_that_meets_the_target_has_no_pace() {
        let goal = Goal::AtLeast(Decimal::from(90));
        let met = pace(at(2020, "92"), at(2024, "91"), &goal, 2030, Scale::Logit);
        assert_eq!(met, Err(PaceGap::BaseMet));
    }

    #[test]
    fn bands_and_words() {
        assert_eq!(ratio(0.95).class(), PaceClass::OnSchedule);
        assert_eq!(ratio(0.6).class(), PaceClass::Slower);
        assert_eq!(ratio(0.0).class(), PaceClass::FarSlower);
        assert_eq!(ratio(-0.1).class(), PaceClass::WrongWay);
        assert_eq!(ratio(1.05).word(Fact::NotAttained), PaceWord::AsExpected);
        assert_eq!(ratio(0.9).word(Fact::NotAttained), PaceWord::Behind);
        assert_eq!(ratio(0.1).word(Fact::AttainedEarly), PaceWord::Early);
    }

    #[test]
    fn two_classes_apart_is_for_a_person() {
        assert!(ratio(1.0).contradicts(Status::OffTrack));
        assert!(ratio(0.2).contradicts(Status::OnTrack));
        assert!(
            !ratio(1.0).contradicts(Status::AtRisk) && !ratio(1.0).contradicts(Status::Attained)
        );
    }
}
