//! Outlook (研判): the statistical line: median, intervals, probability of attainment, drift and needed change.

use halfsky_plan::figure::Figure;
use halfsky_stats::forecast::{
    Forecast, Point, Posterior, Prior, forecast, interval_quantiles, posterior, probability,
};
use halfsky_stats::prior::generic;
use halfsky_stats::scale::{Scale, informative, to_working};
use halfsky_stats::special::Student;
use halfsky_stats::volatility::{Goal as WorkingGoal, Volatility, volatility};

use crate::goal::Goal;
use crate::series::{Observation, number};
use crate::status::NoProbability;

/// Where a prior comes from; it is printed with every outlook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PriorOrigin {
    /// Given with the target.
    Given,
    /// Fitted from the same indicator elsewhere or in the plan before.
    Peers,
    /// 全国官方序列.
    National,
    /// The default of the scale.
    Generic,
    /// Worked out from the two percentages a difference is taken of.
    Sides,
}

impl PriorOrigin {
    /// All origins.
    pub const ALL: [Self; 5] =
        [Self::Given, Self::Peers, Self::National, Self::Generic, Self::Sides];

    /// The code used in data.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Peers => "peers",
            Self::National => "national",
            Self::Generic => "generic",
            Self::Sides => "sides",
        }
    }

    /// The words shown to people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Given => "指定",
            Self::Peers => "同类地区",
            Self::National => "全国序列",
            Self::Generic => "默认",
            Self::Sides => "由两侧百分比推算",
        }
    }

    /// The origin of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|o| o.code() == code)
    }
}

/// A prior with its origin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct UsedPrior {
    pub prior: Prior,
    pub origin: PriorOrigin,
}

/// What is asked of comparable figures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Question {
    pub goal: Goal,
    pub by: i32,
    pub scale: Scale,
    /// Decimals the figures are printed with: half the last one lifts a stray zero on the log scale.
    pub decimals: Option<u32>,
    /// None: the default of the scale.
    pub prior: Option<UsedPrior>,
    pub needs_prior: bool,
}

/// What the figures say of the years ahead.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outlook {
    /// Median and intervals in the unit of the figures; None for the past and for a lone value's interval.
    pub forecast: Forecast,
    /// A lone value has no interval that may be drawn.
    pub interval: Interval,
    pub probability: Result<f64, NoProbability>,
    /// Chance that the figures move the wanted way; None for a band.
    pub improving: Option<f64>,
    /// Drift per year on the working scale.
    pub drift: f64,
    /// Typical change of one year on the working scale.
    pub yearly_swing: f64,
    /// Needed change per year from now, on the working scale; None where no year is left.
    pub needed: Option<f64>,
    pub df: f64,
    pub prior: UsedPrior,
}

/// Whether an interval may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interval {
    Shown,
    /// One value only.
    Withheld,
}

/// A figure that cannot stand on its scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutOfScale(pub Observation);

/// The figures on the working scale, with the floor that lifted stray zeros.
#[derive(Debug, Clone, PartialEq)]
pub struct Points {
    pub points: Vec<Point>,
    pub floor: Option<f64>,
}

/// Takes figures to the working scale. Only a zero is lifted by the floor; a negative figure never is.
pub fn points(
    observations: &[Observation],
    scale: Scale,
    decimals: Option<u32>,
) -> Result<Points, OutOfScale> {
    let zero = scale == Scale::Log && observations.iter().any(|o| o.value.decimal().is_zero());
    let floor = decimals.filter(|_| zero).map(|decimals| 0.5 / power_of_ten(decimals));
    let points = observations
        .iter()
        .map(|o| {
            let value = number(o.value);
            let outside =
                value < 0.0 && scale != Scale::Identity || scale == Scale::Logit && value > 100.0;
            let z = to_working(scale, value, floor).ok().filter(|_| !outside);
            z.map(|z| Point { year: o.year, z }).ok_or(OutOfScale(*o))
        })
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Points { points, floor })
}

/// 10 to a small power, exactly.
fn power_of_ten(decimals: u32) -> f64 {
    (0..decimals.min(22)).fold(1.0, |power, _| power * 10.0)
}

/// The t quantiles of the degrees of freedom seen last: neighbouring series mostly share them.
#[derive(Debug, Clone, Copy, Default)]
pub struct Quantiles {
    known: Option<(f64, (f64, f64))>,
}

impl Quantiles {
    fn of(&mut self, student: &Student) -> (f64, f64) {
        let df = student.df();
        match self.known {
            Some((seen, quantiles)) if seen.to_bits() == df.to_bits() => quantiles,
            _ => {
                let quantiles = interval_quantiles(student);
                self.known = Some((df, quantiles));
                quantiles
            }
        }
    }
}

/// The outlook of figures for a year; None without figures or for a year before the last of them.
pub fn outlook(known: &Points, question: &Question, quantiles: &mut Quantiles) -> Option<Outlook> {
    let last = known.points.last()?;
    let used = used_prior(known, question);
    let after = posterior(&known.points, used.prior)?;
    let then = after.at(question.by)?;
    let told = forecast(&then, question.scale, quantiles.of(&after.student));
    let bound = question.goal.bound();
    let chance = if at_the_end(question) {
        Err(NoProbability::AtTheEnd)
    } else if question.needs_prior && used.origin == PriorOrigin::Generic {
        Err(NoProbability::NoPrior)
    } else {
        probability(&then, bound, question.scale, known.floor)
            .map_err(|_| NoProbability::OutOfScale)
    };
    Some(Outlook {
        forecast: told,
        interval: if known.points.len() < 2 { Interval::Withheld } else { Interval::Shown },
        probability: chance,
        improving: improving(&after, &question.goal),
        drift: after.drift,
        yearly_swing: after.yearly_swing(),
        needed: needed(known, question, last),
        df: after.df(),
        prior: used,
    })
}

fn used_prior(known: &Points, question: &Question) -> UsedPrior {
    question.prior.unwrap_or_else(|| {
        // only the identity scale reads the values, and there they are their own working values
        let values: Vec<f64> = if question.scale == Scale::Identity {
            known.points.iter().map(|p| p.z).collect()
        } else {
            Vec::new()
        };
        UsedPrior { prior: generic(question.scale, &values), origin: PriorOrigin::Generic }
    })
}

/// The target lies where the scale can tell no more.
fn at_the_end(question: &Question) -> bool {
    let value = |value| number(Figure::new(value));
    match question.goal {
        Goal::AtLeast(target) | Goal::AtMost(target) => !informative(question.scale, value(target)),
        Goal::Within { low, high } => {
            !informative(question.scale, value(low)) && !informative(question.scale, value(high))
        }
    }
}

fn improving(after: &Posterior, goal: &Goal) -> Option<f64> {
    let rise = after.probability_of_rise();
    Some(match goal.direction()? {
        halfsky_stats::volatility::Direction::Up => rise,
        halfsky_stats::volatility::Direction::Down => 1.0 - rise,
    })
}

fn needed(known: &Points, question: &Question, last: &Point) -> Option<f64> {
    let years = f64::from(question.by) - f64::from(last.year);
    let target = match question.goal {
        Goal::AtLeast(target) | Goal::AtMost(target) => target,
        Goal::Within { .. } => return None,
    };
    let z = to_working(question.scale, number(Figure::new(target)), known.floor).ok()?;
    if years > 0.0 { Some((z - last.z) / years) } else { None }
}

/// Volatility of figures against a goal under the prior of an outlook; None below three figures.
pub fn swings(known: &Points, question: &Question, prior: Prior) -> Option<Volatility> {
    let goal = match question.goal {
        Goal::AtLeast(target) | Goal::AtMost(target) => {
            let z = to_working(question.scale, number(Figure::new(target)), known.floor).ok();
            z.map(|z| WorkingGoal { z, year: question.by })
        }
        Goal::Within { .. } => None,
    };
    volatility(&known.points, prior, question.goal.direction(), goal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::series::tests::series;
    use rust_decimal::Decimal;

    fn question(goal: Goal, scale: Scale) -> Question {
        Question { goal, by: 2030, scale, decimals: None, prior: None, needs_prior: false }
    }

    fn look(values: &[(i32, &str)], question: &Question) -> Outlook {
        let found = series(values, &[]);
        let known = points(found.observations(), question.scale, question.decimals).unwrap();
        outlook(&known, question, &mut Quantiles::default()).unwrap()
    }

    #[test]
    fn a_lone_value_has_a_median_and_no_interval() {
        let found =
            look(&[(2022, "85.0")], &question(Goal::AtLeast(Decimal::from(90)), Scale::Logit));
        assert_eq!(found.interval, Interval::Withheld);
        assert!((found.forecast.median - 85.0).abs() < 1e-9);
    }

    #[test]
    fn at_the_clamp_only_the_fact_counts() {
        let found = look(
            &[(2021, "100"), (2022, "100")],
            &question(Goal::AtLeast(Decimal::from(100)), Scale::Logit),
        );
        assert_eq!(found.probability, Err(NoProbability::AtTheEnd));
    }

    #[test]
    fn a_gap_needs_a_prior() {
        let mut asked = question(Goal::AtLeast(Decimal::ZERO), Scale::Identity);
        asked.needs_prior = true;
        let values = [(2020, "-3.0"), (2021, "-2.5")];
        assert_eq!(look(&values, &asked).probability, Err(NoProbability::NoPrior));
        let prior = Prior { variance: 0.25, df: 3.0 };
        asked.prior = Some(UsedPrior { prior, origin: PriorOrigin::Given });
        assert!(look(&values, &asked).probability.is_ok());
    }

    #[test]
    fn only_a_stray_zero_is_lifted() {
        let zero = series(&[(2020, "3.2"), (2021, "0.0")], &[]);
        assert!(points(zero.observations(), Scale::Log, None).is_err());
        let lifted = points(zero.observations(), Scale::Log, Some(1)).unwrap();
        assert_eq!(lifted.floor.map(f64::to_bits), Some(0.05f64.to_bits()));
        let below = series(&[(2020, "0"), (2021, "-1")], &[]);
        assert!(points(below.observations(), Scale::Log, Some(1)).is_err());
        let above = series(&[(2020, "100.5")], &[]);
        assert!(points(above.observations(), Scale::Logit, None).is_err());
    }

    #[test]
    fn needed_change_is_on_the_working_scale() {
        let found = look(
            &[(2023, "15.1"), (2024, "14.3")],
            &question(Goal::AtMost(Decimal::from(12)), Scale::Log),
        );
        assert!((found.needed.unwrap() + 0.02923).abs() < 1e-5);
        assert!(found.improving.unwrap() > 0.5);
    }
}
