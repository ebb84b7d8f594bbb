//! Attainment (达标): the official fact. Published figures are compared as decimals, never as binary numbers.

use halfsky_plan::figure::Figure;
use halfsky_stats::change::required_yearly_step;
use rust_decimal::Decimal;

use crate::goal::Goal;
use crate::series::{Observation, Series};

/// What the published figures say, without any forecast.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fact {
    Attained,
    /// Met by the latest figure, before the deadline.
    AttainedEarly,
    /// Missed by no more than the tolerance; always a class of its own.
    NearlyAttained,
    NotAttained,
    NoData,
    /// A break in the series lies between base and figure.
    NotComparable,
}

impl Fact {
    /// All facts, in the order they are told.
    pub const ALL: [Self; 6] = [
        Self::Attained,
        Self::AttainedEarly,
        Self::NearlyAttained,
        Self::NotAttained,
        Self::NoData,
        Self::NotComparable,
    ];

    /// The code used in data.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Attained => "attained",
            Self::AttainedEarly => "attained_early",
            Self::NearlyAttained => "nearly_attained",
            Self::NotAttained => "not_attained",
            Self::NoData => "no_data",
            Self::NotComparable => "not_comparable",
        }
    }

    /// The words shown to people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Attained => "达标",
            Self::AttainedEarly => "提前达标",
            Self::NearlyAttained => "基本达标",
            Self::NotAttained => "未达标",
            Self::NoData => "无数据",
            Self::NotComparable => "口径不可比",
        }
    }

    /// The fact of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|f| f.code() == code)
    }

    /// Met, early or in its year.
    pub const fn is_attained(self) -> bool {
        matches!(self, Self::Attained | Self::AttainedEarly)
    }
}

/// In which years the goal has to be met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Duty {
    /// In the target year.
    AtDeadline,
    /// 保持: in every year since the first.
    EveryYear { since: i32 },
    /// 达到并保持: in the target year and every year after it.
    FromDeadline,
}

/// A goal with its deadline and its duty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Demand {
    pub goal: Goal,
    pub by: i32,
    pub duty: Duty,
    /// 基期: None where a level alone is judged.
    pub base_year: Option<i32>,
    /// Shortfall relative to the target value that still counts as 基本达标; None: off.
    pub tolerance: Option<Decimal>,
}

/// A fact with the figures it rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub fact: Fact,
    /// The figure that was judged.
    pub judged: Option<Observation>,
    /// A figure of the target year exists: nothing later changes it.
    pub decided: bool,
    /// Years in which a duty to keep was broken.
    pub broken: Vec<i32>,
}

/// The fact of a series as of a year: later figures are not looked at.
pub fn fact(series: &Series, demand: &Demand, as_of: i32) -> Finding {
    let in_year = if as_of >= demand.by { series.at(demand.by) } else { None };
    let keeps_on = demand.duty != Duty::AtDeadline;
    let judged = match in_year {
        Some(found) if !keeps_on => Some(found),
        // after the deadline a duty to keep goes on; before it the latest figure stands for it
        Some(_) => series.latest(as_of),
        None => series.latest(as_of.min(demand.by)),
    };
    let none = Finding { fact: Fact::NoData, judged: None, decided: false, broken: Vec::new() };
    let Some(judged) = judged else { return none };
    let over = in_year.is_none() && series.latest(as_of).is_some_and(|o| o.year > demand.by);
    if over {
        // only neighbours of the target year exist: a later year is never put in its place
        return none;
    }
    if demand.base_year.is_some_and(|base| !series.are_comparable(base, judged.year)) {
        let fact = Fact::NotComparable;
        return Finding {
            fact,
            judged: Some(judged),
            decided: in_year.is_some(),
            broken: Vec::new(),
        };
    }
    let broken = broken_years(series, demand, judged.year);
    let met = match demand.duty {
        Duty::AtDeadline => demand.goal.met(judged.value),
        Duty::EveryYear { .. } => broken.is_empty(),
        Duty::FromDeadline => broken.is_empty() && demand.goal.met(judged.value),
    };
    let early = judged.year < demand.by && !matches!(demand.duty, Duty::EveryYear { .. });
    let fact = match (met, early) {
        (true, true) => Fact::AttainedEarly,
        (true, false) => Fact::Attained,
        (false, _) if nearly(demand, judged.value) && broken.is_empty() => Fact::NearlyAttained,
        (false, _) => Fact::NotAttained,
    };
    Finding { fact, judged: Some(judged), decided: in_year.is_some(), broken }
}

fn broken_years(series: &Series, demand: &Demand, until: i32) -> Vec<i32> {
    let since = match demand.duty {
        Duty::AtDeadline => return Vec::new(),
        Duty::EveryYear { since } => since,
        Duty::FromDeadline => demand.by,
    };
    let comparable = series.comparable(until).iter().filter(|o| o.year >= since);
    comparable.filter(|o| !demand.goal.met(o.value)).map(|o| o.year).collect()
}

fn nearly(demand: &Demand, value: Figure) -> bool {
    let Some(tolerance) = demand.tolerance else { return false };
    let target = demand.goal.nearest(value).abs();
    let allowed = tolerance.checked_mul(target).unwrap_or(Decimal::ZERO);
    !target.is_zero() && demand.goal.shortfall(value) <= allowed
}

/// Where a target starts from: the distance its base period leaves to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StartingPoint {
    /// The base period already satisfies the target.
    pub attained: bool,
    /// Target value less baseline.
    pub distance: Figure,
    /// The equal yearly step to the deadline; None when no year lies between.
    pub yearly_step: Option<Figure>,
}

/// The starting point of a goal, from its baseline; None where the numbers are too large to subtract.
pub fn starting_point(goal: &Goal, by: i32, base: Observation) -> Option<StartingPoint> {
    let value = goal.nearest(base.value);
    Some(StartingPoint {
        attained: goal.met(base.value),
        distance: Figure::new(value.checked_sub(base.value.decimal())?),
        yearly_step: required_yearly_step(base.value.decimal(), value, by.checked_sub(base.year)?)
            .map(|step| Figure::new(step.normalize())),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::series::tests::series;

    fn demand(goal: Goal, duty: Duty) -> Demand {
        Demand { goal, by: 2030, duty, base_year: None, tolerance: None }
    }

    fn check(values: &[(i32, &str)], demand: &Demand, as_of: i32) -> (Fact, bool) {
        let found = fact(&series(values, &[]), demand, as_of);
        (found.fact, found.decided)
    }

    const AT_MOST_12: Goal = Goal::AtMost(Decimal::from_parts(12, 0, 0, false, 0));
    const AT_LEAST_95: Goal = Goal::AtLeast(Decimal::from_parts(95, 0, 0, false, 0));

    #[test]
    fn before_the_deadline_a_met_goal_is_early_and_a_missed_one_open() {
        let at = demand(AT_MOST_12, Duty::AtDeadline);
        assert_eq!(check(&[(2024, "11.9")], &at, 2024), (Fact::AttainedEarly, false));
        assert_eq!(check(&[(2024, "14.3")], &at, 2024), (Fact::NotAttained, false));
        assert_eq!(check(&[], &at, 2024), (Fact::NoData, false));
    }

    #[test]
    fn the_target_year_decides_and_later_years_do_not_stand_for_it() {
        let at = demand(AT_MOST_12, Duty::AtDeadline);
        assert_eq!(check(&[(2030, "12.0"), (2031, "13")], &at, 2032), (Fact::Attained, true));
        assert_eq!(check(&[(2029, "11"), (2031, "11")], &at, 2032), (Fact::NoData, false));
        assert_eq!(check(&[(2029, "11"), (2031, "11")], &at, 2029), (Fact::AttainedEarly, false));
    }

    #[test]
    fn keeping_is_broken_by_one_year() {
        let keep = demand(AT_LEAST_95, Duty::EveryYear { since: 2021 });
        assert_eq!(
            check(&[(2020, "90"), (2021, "95"), (2022, "96")], &keep, 2022).0,
            Fact::Attained
        );
        let found = fact(&series(&[(2021, "94"), (2022, "96")], &[]), &keep, 2022);
        assert_eq!((found.fact, found.broken), (Fact::NotAttained, vec![2021]));
        let reach = demand(AT_LEAST_95, Duty::FromDeadline);
        assert_eq!(
            check(&[(2022, "90"), (2030, "95"), (2031, "94")], &reach, 2031).0,
            Fact::NotAttained
        );
        assert_eq!(
            check(&[(2022, "90"), (2030, "95"), (2031, "96")], &reach, 2031),
            (Fact::Attained, true)
        );
    }

    /// Counted as basically realised by the statistics bureau: 20.1 against 20, 94.8 against 95.
    #[test]
    fn nearly_is_exact_at_half_a_per_cent() {
        let near =
            |goal| Demand { tolerance: Some(Decimal::new(5, 3)), ..demand(goal, Duty::AtDeadline) };
        let twenty = near(Goal::AtMost(Decimal::from(20)));
        assert_eq!(check(&[(2024, "20.1")], &twenty, 2024).0, Fact::NearlyAttained);
        assert_eq!(check(&[(2024, "20.11")], &twenty, 2024).0, Fact::NotAttained);
        assert_eq!(check(&[(2024, "94.8")], &near(AT_LEAST_95), 2024).0, Fact::NearlyAttained);
    }

    #[test]
    fn across_a_break_nothing_is_comparable() {
        let based = Demand { base_year: Some(2020), ..demand(AT_MOST_12, Duty::AtDeadline) };
        let found = fact(&series(&[(2020, "14"), (2023, "11")], &[2022]), &based, 2023);
        assert_eq!(found.fact, Fact::NotComparable);
    }

    #[test]
    fn the_starting_point_says_how_far_and_how_fast() {
        let base = Observation { year: 2020, value: "14.4".parse().unwrap() };
        let start = starting_point(&AT_MOST_12, 2030, base).unwrap();
        assert!(!start.attained);
        assert_eq!(start.distance.to_string(), "-2.4");
        assert_eq!(start.yearly_step.map(|s| s.to_string()).as_deref(), Some("-0.24"));
    }
}
