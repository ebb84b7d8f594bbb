//! Status class of a target (section 5 of the methods): facts first, then the probability of attainment.

/// From here on a target met now is safe.
pub const SAFE: f64 = 0.80;
/// From here on a target not yet met is expected to be.
pub const EXPECTED: f64 = 0.60;
/// Below this it is expected to be missed.
pub const DOUBTFUL: f64 = 0.30;

/// The eight classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    Attained,
    AttainedFragile,
    OnTrack,
    AtRisk,
    OffTrack,
    NotAttained,
    Insufficient,
    NoData,
}

impl Status {
    /// All classes, from good to bad, then the undecided ones.
    pub const ALL: [Self; 8] = [
        Self::Attained,
        Self::AttainedFragile,
        Self::OnTrack,
        Self::AtRisk,
        Self::OffTrack,
        Self::NotAttained,
        Self::Insufficient,
        Self::NoData,
    ];

    /// The code used in data.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Attained => "attained",
            Self::AttainedFragile => "attained_fragile",
            Self::OnTrack => "on_track",
            Self::AtRisk => "at_risk",
            Self::OffTrack => "off_track",
            Self::NotAttained => "not_attained",
            Self::Insufficient => "insufficient",
            Self::NoData => "no_data",
        }
    }

    /// The class of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.code() == code)
    }

    /// The words shown to people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Attained => "已达标",
            Self::AttainedFragile => "已达标待巩固",
            Self::OnTrack => "有望如期达标",
            Self::AtRisk => "需加快进度",
            Self::OffTrack => "预计达标困难",
            Self::NotAttained => "未达标",
            Self::Insufficient => "数据不足暂不研判",
            Self::NoData => "无数据",
        }
    }

    /// The words where room is short.
    pub const fn short_label(self) -> &'static str {
        match self {
            Self::Attained => "已达标",
            Self::AttainedFragile => "待巩固",
            Self::OnTrack => "按期推进",
            Self::AtRisk => "有风险",
            Self::OffTrack => "难以达标",
            Self::NotAttained => "未达标",
            Self::Insufficient => "数据不足",
            Self::NoData => "无数据",
        }
    }

    /// The sign that tells the class without colour.
    pub const fn sign(self) -> char {
        match self {
            Self::Attained | Self::AttainedFragile => '●',
            Self::OnTrack => '◐',
            Self::AtRisk => '▲',
            Self::OffTrack | Self::NotAttained => '■',
            Self::Insufficient | Self::NoData => '○',
        }
    }

    /// How bad it is, to see whether it got worse; None for the undecided.
    pub const fn grade(self) -> Option<u8> {
        match self {
            Self::Attained => Some(0),
            Self::AttainedFragile => Some(1),
            Self::OnTrack => Some(2),
            Self::AtRisk => Some(3),
            Self::OffTrack => Some(4),
            Self::NotAttained => Some(5),
            Self::Insufficient | Self::NoData => None,
        }
    }
}

/// Why there is no probability.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoProbability {
    /// The target lies at or beyond the clamp of its scale: only the fact counts.
    AtTheEnd,
    /// A figure cannot stand on the scale (zero or less on a log scale).
    OutOfScale,
    /// Differences and gaps need a prior of their own.
    NoPrior,
    /// Too few events: section 7 judges instead.
    FewEvents,
    /// The value it will be held against is not known.
    UnknownReference,
    /// Base and figures stand on two sides of a break.
    NotComparable,
    /// The target year is over.
    YearPast,
}

impl NoProbability {
    /// All reasons.
    pub const ALL: [Self; 7] = [
        Self::AtTheEnd,
        Self::OutOfScale,
        Self::NoPrior,
        Self::FewEvents,
        Self::UnknownReference,
        Self::NotComparable,
        Self::YearPast,
    ];

    /// The code used in data.
    pub const fn code(self) -> &'static str {
        match self {
            Self::AtTheEnd => "at_the_end",
            Self::OutOfScale => "out_of_scale",
            Self::NoPrior => "no_prior",
            Self::FewEvents => "few_events",
            Self::UnknownReference => "unknown_reference",
            Self::NotComparable => "not_comparable",
            Self::YearPast => "year_past",
        }
    }

    /// The reason of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.code() == code)
    }
}

/// What the status rests on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Reason {
    NoValue,
    /// A figure of the target year exists and meets the goal, or not.
    TargetYear {
        met: bool,
    },
    /// Only later years have figures.
    TargetYearMissing,
    /// Met by the latest figure, with the probability that it still will be.
    MetNow {
        probability: f64,
    },
    MetNowWithout(NoProbability),
    LoneValue,
    NotMetWithout(NoProbability),
    NotMet {
        probability: f64,
    },
}

/// What is known of a target.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Situation {
    /// Comparable values.
    pub values: usize,
    /// A figure of the target year exists (Some: and meets it or not).
    pub target_year: Option<bool>,
    /// The target year is over and its figure will not come from the latest years.
    pub only_later_years: bool,
    /// The fact of the latest value.
    pub met_now: bool,
    pub probability: Result<f64, NoProbability>,
}

/// The class, by the order of the rules: no value, target year past, met now, too little known, probability.
pub fn status(situation: &Situation) -> (Status, Reason) {
    if situation.only_later_years {
        return (Status::NoData, Reason::TargetYearMissing);
    }
    if let Some(met) = situation.target_year {
        let status = if met { Status::Attained } else { Status::NotAttained };
        return (status, Reason::TargetYear { met });
    }
    if situation.values == 0 {
        return (Status::NoData, Reason::NoValue);
    }
    match (situation.met_now, situation.probability) {
        (true, Ok(p)) if p >= SAFE => (Status::Attained, Reason::MetNow { probability: p }),
        (true, Ok(p)) => (Status::AttainedFragile, Reason::MetNow { probability: p }),
        (true, Err(why)) => (Status::Attained, Reason::MetNowWithout(why)),
        (false, _) if situation.values < 2 => (Status::Insufficient, Reason::LoneValue),
        (false, Err(why)) => (Status::Insufficient, Reason::NotMetWithout(why)),
        (false, Ok(p)) => {
            let status = if p >= EXPECTED {
                Status::OnTrack
            } else if p >= DOUBTFUL {
                Status::AtRisk
            } else {
                Status::OffTrack
            };
            (status, Reason::NotMet { probability: p })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPEN: Situation = Situation {
        values: 5,
        target_year: None,
        only_later_years: false,
        met_now: false,
        probability: Ok(0.5),
    };

    fn check(situation: Situation, expect: Status) {
        assert_eq!(status(&situation).0, expect, "{situation:?}");
    }

    #[test]
    fn the_order_of_the_rules() {
        check(Situation { values: 0, ..OPEN }, Status::NoData);
        check(
            Situation { target_year: Some(true), probability: Ok(0.1), ..OPEN },
            Status::Attained,
        );
        check(Situation { target_year: Some(false), met_now: true, ..OPEN }, Status::NotAttained);
        check(Situation { met_now: true, values: 1, ..OPEN }, Status::AttainedFragile);
        check(Situation { values: 1, probability: Ok(0.9), ..OPEN }, Status::Insufficient);
        check(Situation { only_later_years: true, met_now: true, ..OPEN }, Status::NoData);
    }

    #[test]
    fn the_cut_offs_belong_to_the_better_class() {
        for (p, expect) in [
            (0.60, Status::OnTrack),
            (0.599, Status::AtRisk),
            (0.30, Status::AtRisk),
            (0.299, Status::OffTrack),
        ] {
            check(Situation { probability: Ok(p), ..OPEN }, expect);
        }
        let met = Situation { met_now: true, ..OPEN };
        check(Situation { probability: Ok(0.80), ..met }, Status::Attained);
        check(Situation { probability: Ok(0.799), ..met }, Status::AttainedFragile);
    }

    #[test]
    fn without_a_probability_only_the_fact_counts() {
        let silent = Situation { probability: Err(NoProbability::AtTheEnd), ..OPEN };
        check(silent, Status::Insufficient);
        check(Situation { met_now: true, ..silent }, Status::Attained);
    }

    #[test]
    fn codes_and_words_are_unique() {
        for status in Status::ALL {
            assert_eq!(Status::from_code(status.code()), Some(status));
            assert_eq!(Status::ALL.iter().filter(|s| s.label() == status.label()).count(), 1);
        }
    }
}
