//! Targets that only name a direction: 逐步提高, 稳中有降, 上升趋势减缓.

use halfsky_stats::volatility::Direction;
use rust_decimal::Decimal;

use crate::series::{Observation, Series};

/// Above this the drift is taken to be real.
const SURE: f64 = 0.8;
/// Below this it runs the wrong way.
const AWAY: f64 = 0.5;

/// How a series without a target value develops.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TrendStatus {
    Improving,
    Steady,
    Worsening,
    Insufficient,
}

impl TrendStatus {
    /// All classes, from good to bad, then the undecided one.
    pub const ALL: [Self; 4] = [Self::Improving, Self::Steady, Self::Worsening, Self::Insufficient];

    /// The code used in data.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Improving => "improving",
            Self::Steady => "steady",
            Self::Worsening => "worsening",
            Self::Insufficient => "insufficient",
        }
    }

    /// The words shown to people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Improving => "持续改善",
            Self::Steady => "基本平稳",
            Self::Worsening => "出现退步",
            Self::Insufficient => "数据不足",
        }
    }
}

/// The fact of a direction: the end against the base, by more than one unit of the last printed digit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrendFact {
    Better,
    Same,
    Worse,
    NoData,
    NotComparable,
}

impl TrendFact {
    /// All facts.
    pub const ALL: [Self; 5] =
        [Self::Better, Self::Same, Self::Worse, Self::NoData, Self::NotComparable];

    /// The code used in data.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Better => "better",
            Self::Same => "same",
            Self::Worse => "worse",
            Self::NoData => "no_data",
            Self::NotComparable => "not_comparable",
        }
    }

    /// The fact of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|f| f.code() == code)
    }

    /// The words shown to people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Better => "好于基期",
            Self::Same => "与基期持平",
            Self::Worse => "差于基期",
            Self::NoData => "无数据",
            Self::NotComparable => "口径不可比",
        }
    }
}

/// End against base, both as published.
pub fn trend_fact(series: &Series, direction: Direction, base_year: i32, as_of: i32) -> TrendFact {
    let (Some(base), Some(last)) = (series.at(base_year), series.latest(as_of)) else {
        return TrendFact::NoData;
    };
    if last.year <= base.year {
        return TrendFact::NoData;
    }
    if !series.are_comparable(base.year, last.year) {
        return TrendFact::NotComparable;
    }
    let change = gain(base, last, direction);
    let unit = last_digit(base).max(last_digit(last));
    if change > unit {
        TrendFact::Better
    } else if change < -unit {
        TrendFact::Worse
    } else {
        TrendFact::Same
    }
}

/// Change in the wanted direction.
pub(crate) fn gain(from: Observation, to: Observation, direction: Direction) -> Decimal {
    let (from, to) = (from.value.decimal(), to.value.decimal());
    let change = to.checked_sub(from).unwrap_or(Decimal::ZERO);
    match direction {
        Direction::Up => change,
        Direction::Down => -change,
    }
}

/// One unit of the last printed digit.
pub(crate) fn last_digit(observation: Observation) -> Decimal {
    Decimal::new(1, observation.value.decimal().scale())
}

/// The class of a direction: `improving` is the probability that the drift runs the wanted way.
pub fn trend_status(fact: TrendFact, values: usize, improving: Option<f64>) -> TrendStatus {
    let Some(p) = improving.filter(|_| values >= 2) else { return TrendStatus::Insufficient };
    match fact {
        TrendFact::NoData | TrendFact::NotComparable => TrendStatus::Insufficient,
        TrendFact::Better if p >= SURE => TrendStatus::Improving,
        TrendFact::Worse if p < AWAY => TrendStatus::Worsening,
        _ => TrendStatus::Steady,
    }
}

/// 上升趋势减缓: whether the last rise per year was no larger than the one before; None below three figures.
pub fn growth_slows(series: &Series, as_of: i32) -> Option<bool> {
    let [.., a, b, c] = series.comparable(as_of) else { return None };
    let rate = |from: &Observation, to: &Observation| {
        let change = to.value.decimal().checked_sub(from.value.decimal())?;
        change.checked_div(Decimal::from(to.year - from.year))
    };
    Some(rate(b, c)? <= rate(a, b)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::series::tests::series;

    fn fact(values: &[(i32, &str)], breaks: &[i32]) -> TrendFact {
        trend_fact(&series(values, breaks), Direction::Up, 2020, 2024)
    }

    #[test]
    fn one_unit_of_the_last_digit_is_no_change() {
        assert_eq!(fact(&[(2020, "40.0"), (2024, "40.1")], &[]), TrendFact::Same);
        assert_eq!(fact(&[(2020, "40.0"), (2024, "40.2")], &[]), TrendFact::Better);
        assert_eq!(fact(&[(2020, "40.0"), (2024, "39.8")], &[]), TrendFact::Worse);
        assert_eq!(fact(&[(2020, "40.0")], &[]), TrendFact::NoData);
        assert_eq!(fact(&[(2020, "40"), (2024, "50")], &[2022]), TrendFact::NotComparable);
    }

    #[test]
    fn both_the_end_and_the_drift_must_agree() {
        assert_eq!(trend_status(TrendFact::Better, 5, Some(0.8)), TrendStatus::Improving);
        assert_eq!(trend_status(TrendFact::Better, 5, Some(0.79)), TrendStatus::Steady);
        assert_eq!(trend_status(TrendFact::Worse, 5, Some(0.4)), TrendStatus::Worsening);
        assert_eq!(trend_status(TrendFact::Worse, 5, Some(0.9)), TrendStatus::Steady);
        assert_eq!(trend_status(TrendFact::Better, 1, Some(0.9)), TrendStatus::Insufficient);
        assert_eq!(trend_status(TrendFact::Better, 5, None), TrendStatus::Insufficient);
    }

    #[test]
    fn slower_growth_needs_three_points() {
        let slows = |values: &[(i32, &str)]| growth_slows(&series(values, &[]), 2024);
        assert_eq!(slows(&[(2020, "10"), (2021, "14"), (2023, "20")]), Some(true));
        assert_eq!(slows(&[(2020, "10"), (2021, "12"), (2022, "15")]), Some(false));
        assert_eq!(slows(&[(2020, "10"), (2021, "12")]), None);
    }
}
