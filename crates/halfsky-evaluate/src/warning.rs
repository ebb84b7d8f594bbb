//! Warning (预警): one rule = one file; a warning is a transition with its evidence frozen.
//!
//! The program proposes, people decide: nothing here sends, escalates or publishes.

mod gap;
mod gender_gap;
mod jump;
mod keep_broken;
mod milestone_missed;
mod missing;
mod off_track;
mod residence_gap;
mod setback;
mod transition;
mod volatile;

use crate::delivery::{Delivery, Undelivered};
use crate::judgement::Judgement;
use crate::outlook::UsedPrior;
use crate::series::Series;
use crate::status::Status;
use crate::working::Held;

pub use transition::{State, Transition, follow};

/// 预警等级, from light to grave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    Blue,
    Yellow,
    Orange,
    Red,
}

impl Level {
    /// All levels, from light to grave.
    pub const ALL: [Self; 4] = [Self::Blue, Self::Yellow, Self::Orange, Self::Red];

    /// The code used in data.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Blue => "blue",
            Self::Yellow => "yellow",
            Self::Orange => "orange",
            Self::Red => "red",
        }
    }

    /// The level of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|l| l.code() == code)
    }

    /// The word shown to people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Blue => "蓝",
            Self::Yellow => "黄",
            Self::Orange => "橙",
            Self::Red => "红",
        }
    }

    /// The letter a person may send because of it.
    pub const fn letter(self) -> Option<&'static str> {
        match self {
            Self::Blue => None,
            Self::Yellow => Some("提示函"),
            Self::Orange => Some("预警函"),
            Self::Red => Some("督办函"),
        }
    }
}

/// The rules, one file each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    OffTrack,
    MilestoneMissed,
    Setback,
    Volatile,
    KeepBroken,
    GenderGap,
    ResidenceGap,
    Missing,
    Jump,
}

impl Rule {
    /// All rules, in the order they are told.
    pub const ALL: [Self; 9] = [
        Self::OffTrack,
        Self::MilestoneMissed,
        Self::Setback,
        Self::Volatile,
        Self::KeepBroken,
        Self::GenderGap,
        Self::ResidenceGap,
        Self::Missing,
        Self::Jump,
    ];

    /// The code used in data.
    pub const fn code(self) -> &'static str {
        match self {
            Self::OffTrack => "off_track",
            Self::MilestoneMissed => "milestone_missed",
            Self::Setback => "setback",
            Self::Volatile => "volatile",
            Self::KeepBroken => "keep_broken",
            Self::GenderGap => "gender_gap",
            Self::ResidenceGap => "residence_gap",
            Self::Missing => "missing",
            Self::Jump => "jump",
        }
    }

    /// The rule of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.code() == code)
    }

    /// The words shown to people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::OffTrack => "预计达标困难",
            Self::MilestoneMissed => "里程碑未达",
            Self::Setback => "退步",
            Self::Volatile => "波动较大",
            Self::KeepBroken => "保持类跌破",
            Self::GenderGap => "性别差距扩大",
            Self::ResidenceGap => "城乡差距扩大",
            Self::Missing => "数据迟报、缺报",
            Self::Jump => "可疑跳变",
        }
    }

    /// Questions about the data itself: neither few cases nor a break keep them back.
    const fn is_about_data(self) -> bool {
        matches!(self, Self::Missing | Self::Jump)
    }

    fn check(self, watch: &Watch<'_>) -> Option<Finding> {
        match self {
            Self::OffTrack => off_track::check(watch),
            Self::MilestoneMissed => milestone_missed::check(watch),
            Self::Setback => setback::check(watch),
            Self::Volatile => volatile::check(watch),
            Self::KeepBroken => keep_broken::check(watch),
            Self::GenderGap => gender_gap::check(watch),
            Self::ResidenceGap => residence_gap::check(watch),
            Self::Missing => missing::check(watch),
            Self::Jump => jump::check(watch),
        }
    }
}

/// The parameters of a plan; every change of them is a person's and is recorded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parameters {
    /// Red below this probability.
    pub hopeless: f64,
    /// Orange below this one; red with a drift the wrong way.
    pub doubtful: f64,
    /// Yellow below this one.
    pub expected: f64,
    /// A probability that moved this far raises a level at once.
    pub moved: f64,
    /// Level of a gap that widens.
    pub gap: Level,
}

impl Default for Parameters {
    fn default() -> Self {
        Self {
            hopeless: 0.15,
            doubtful: crate::status::DOUBTFUL,
            expected: crate::status::EXPECTED,
            moved: 0.15,
            gap: Level::Yellow,
        }
    }
}

/// Everything a rule may look at for one target.
#[derive(Debug, Clone, Copy)]
pub struct Watch<'a> {
    pub held: &'a Held,
    pub judgement: &'a Judgement,
    /// Status at the last release.
    pub before: Option<Status>,
    /// Milestones of the same target as judged, with their years.
    pub milestones: &'a [(i32, &'a Judgement)],
    /// Women and men.
    pub sexes: Option<(&'a Series, &'a Series)>,
    /// Urban and rural.
    pub residences: Option<(&'a Series, &'a Series)>,
    pub delivery: Delivery,
    pub as_of: i32,
    pub parameters: Parameters,
}

/// What a rule found.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    pub rule: Rule,
    pub level: Level,
    pub evidence: Evidence,
}

/// The figures a warning rests on, frozen when it is raised.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    pub status: Status,
    pub probability: Option<f64>,
    pub pace: Option<f64>,
    /// Years the rule looked at, with the figures as printed.
    pub figures: Vec<(i32, String)>,
    /// Cases in the window, where few of them count.
    pub events: Option<u64>,
    pub prior: Option<UsedPrior>,
    /// What came late or is not there.
    pub undelivered: Option<Undelivered>,
    /// Version of the methods.
    pub method: String,
}

impl Watch<'_> {
    /// A finding with the figures of some years as evidence.
    fn finding(&self, rule: Rule, level: Level, years: &[i32]) -> Finding {
        let judgement = self.judgement;
        let figures = years
            .iter()
            .filter_map(|year| Some((*year, self.held.series.at(*year)?.value.to_string())))
            .collect();
        let evidence = Evidence {
            status: judgement.status,
            probability: judgement.probability(),
            pace: judgement.pace.ok().map(|p| p.ratio),
            figures,
            events: judgement.few_events.map(|few| few.judged.pooled.events),
            prior: judgement.outlook.map(|o| o.prior),
            undelivered: None,
            method: crate::evaluation::METHOD_VERSION.to_owned(),
        };
        Finding { rule, level, evidence }
    }

    /// The year of the judged figure.
    fn latest_year(&self) -> Option<i32> {
        self.judgement.finding.judged.map(|o| o.year)
    }
}

/// What every rule finds, guarded: across a break nothing is warned of, and few cases stay blue.
pub fn findings(watch: &Watch<'_>) -> Vec<Finding> {
    let broken = watch.judgement.finding.fact == crate::attainment::Fact::NotComparable;
    let few = watch.judgement.few_events;
    Rule::ALL
        .into_iter()
        .filter(|rule| rule.is_about_data() || !broken)
        .filter_map(|rule| rule.check(watch))
        .map(|finding| match few {
            Some(few) if few.guards() && !few.alarming => Finding { level: Level::Blue, ..finding },
            _ => finding,
        })
        .collect()
}

#[cfg(test)]
mod testing;

#[cfg(test)]
mod tests {
    use super::testing::{Scene, at_least};
    use super::*;
    use halfsky_stats::small_number::Count;

    #[test]
    fn codes_and_words_are_unique() {
        for rule in Rule::ALL {
            assert_eq!(Rule::from_code(rule.code()), Some(rule));
        }
        for level in Level::ALL {
            assert_eq!(Level::from_code(level.code()), Some(level));
        }
        assert_eq!(Level::Blue.letter(), None);
    }

    #[test]
    fn a_falling_series_is_warned_of_with_its_figures() {
        let scene =
            Scene::new(at_least("60"), &[(2018, "50"), (2019, "48"), (2020, "47"), (2021, "45")]);
        let found = scene.findings(2021);
        let off = found.iter().find(|f| f.rule == Rule::OffTrack).unwrap();
        assert_eq!(off.level, Level::Red);
        assert_eq!(off.evidence.figures.last(), Some(&(2021, "45".to_owned())));
        assert_eq!(off.evidence.method, crate::evaluation::METHOD_VERSION);
    }

    #[test]
    fn across_a_break_nothing_is_warned_of() {
        let mut scene = Scene::new(at_least("60"), &[(2018, "50"), (2019, "48"), (2021, "30")]);
        scene.break_in(2021);
        assert_eq!(scene.findings(2021), []);
    }

    #[test]
    fn few_cases_stay_blue_unless_the_county_alarm_fires() {
        let values = [(2019, "10"), (2020, "20"), (2021, "40")];
        let level = |events| {
            let mut scene = Scene::new(testing::at_most("12"), &values);
            scene.keep();
            scene.counts = vec![Count { events, exposure: 2500.0 }];
            scene.findings(2021).iter().map(|f| f.level).max()
        };
        assert_eq!(level(1), Some(Level::Blue));
        assert_eq!(level(4), Some(Level::Red));
    }
}
