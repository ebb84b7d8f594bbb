//! Working series: every kind of target becomes figures, a goal, a scale and a duty, or says why it cannot.

mod change;
mod comparison;
mod direction;
mod level;

use halfsky_plan::figure::Figure;
use halfsky_plan::target::{Target, TargetKind};
use halfsky_plan::unit::Unit;
use halfsky_stats::scale::Scale;
use halfsky_stats::volatility::Direction;
use rust_decimal::Decimal;

use crate::attainment::{Demand, Duty};
use crate::goal::{Goal, Rounding};
use crate::series::Series;

/// Which way is better for an indicator, as its definition card says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Polarity {
    MoreIsBetter,
    LessIsBetter,
    /// Neither end is good.
    Balance,
}

/// The series a target can need.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sources<'a> {
    pub own: Option<&'a Series>,
    /// The indicator a relative target is held against.
    pub reference: Option<&'a Series>,
    /// The two sides of a gap or a parity: women and men, or rural and urban.
    pub sides: Option<(&'a Series, &'a Series)>,
}

/// What the plan leaves to a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// First year of the plan: a duty to keep counts from here.
    pub plan_start: i32,
    /// 基期 of the plan, where the target names none.
    pub base_year: i32,
    pub polarity: Polarity,
    /// Half the width of 左右, in percentage points.
    pub about_points: Decimal,
    /// The band of 均衡, as the ratio of women to men.
    pub parity_band: (Decimal, Decimal),
    /// Shortfall that counts as 基本达标; None: off.
    pub tolerance: Option<Decimal>,
    pub rounding: Rounding,
}

impl Settings {
    /// The settings the methods propose, for a plan and the polarity of an indicator.
    pub fn proposed(plan_start: i32, base_year: i32, polarity: Polarity) -> Self {
        Self {
            plan_start,
            base_year,
            polarity,
            about_points: Decimal::ONE,
            parity_band: (Decimal::new(97, 2), Decimal::new(103, 2)),
            tolerance: None,
            rounding: Rounding::default(),
        }
    }
}

/// A target as it is judged.
#[derive(Debug, Clone, PartialEq)]
pub enum Working {
    /// Figures against a goal.
    Held(Held),
    /// Only a direction: end against base, and the drift.
    Trend { series: Series, direction: Direction, base_year: i32 },
    /// 上升趋势减缓: the rise of the last year against the rise before.
    SlowerGrowth { series: Series },
    /// Judged by people against evidence (完成, 推进, 未启动).
    ByPeople,
    /// Cannot be judged, and why.
    Not(NotWorking),
}

/// Figures held against a goal.
#[derive(Debug, Clone, PartialEq)]
pub struct Held {
    pub series: Series,
    pub demand: Demand,
    pub scale: Scale,
    /// Differences and gaps have no generic prior.
    pub needs_prior: bool,
}

/// Why a target has no working series.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NotWorking {
    /// The target has no value or comparator.
    NoValue,
    /// No figures of the indicator, or of one side of a gap.
    NoSeries,
    /// The base year has no figure.
    NoBaseline,
    /// The figures are too large to compute with.
    OutOfRange,
}

impl NotWorking {
    /// All reasons.
    pub const ALL: [Self; 4] = [Self::NoValue, Self::NoSeries, Self::NoBaseline, Self::OutOfRange];

    /// The code used in data.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoValue => "no_value",
            Self::NoSeries => "no_series",
            Self::NoBaseline => "no_baseline",
            Self::OutOfRange => "out_of_range",
        }
    }

    /// The words shown to people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::NoValue => "目标无数值",
            Self::NoSeries => "无对应指标",
            Self::NoBaseline => "缺基期值",
            Self::OutOfRange => "数值超出范围",
        }
    }

    /// The reason of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.code() == code)
    }
}

/// The working series of a target.
pub fn working(target: &Target, sources: &Sources<'_>, settings: &Settings) -> Working {
    let made = match target.kind {
        TargetKind::Qualitative => return Working::ByPeople,
        TargetKind::Level => level::level(target, sources, settings),
        TargetKind::Coverage => level::coverage(target, sources, settings),
        TargetKind::ChangeFromBase => change::change_from_base(target, sources, settings),
        TargetKind::AnnualChange => change::annual_change(target, sources, settings),
        TargetKind::Relative => comparison::relative(target, sources, settings),
        TargetKind::Trend => direction::trend(target, sources, settings),
    };
    made.unwrap_or_else(Working::Not)
}

/// The scale for figures of a unit (section 1): shares on logit, amounts on log, differences as they are.
pub fn scale_of(unit: Option<Unit>, indicator: &str) -> Scale {
    match unit {
        // gross rates can pass 100 %
        Some(Unit::Percent) if indicator.contains("毛入") => Scale::Log,
        Some(Unit::Percent) => Scale::Logit,
        Some(Unit::PercentagePoint | Unit::Age | Unit::Rank | Unit::WaterClass | Unit::YesNo)
        | None => Scale::Identity,
        Some(Unit::Years) if indicator.contains("寿命") => Scale::Identity,
        Some(_) => Scale::Log,
    }
}

fn own<'a>(sources: &Sources<'a>) -> Result<&'a Series, NotWorking> {
    sources.own.ok_or(NotWorking::NoSeries)
}

/// A demand at the deadline, compared with no base.
fn demand(target: &Target, goal: Goal, settings: &Settings) -> Demand {
    let duty = match (target.keep, target.quote.contains("达到")) {
        (false, _) => Duty::AtDeadline,
        (true, true) => Duty::FromDeadline,
        (true, false) => Duty::EveryYear { since: settings.plan_start },
    };
    Demand { goal, by: target.by, duty, base_year: None, tolerance: settings.tolerance }
}

/// 基期值: the figure of the base year, or the one the plan prints.
fn baseline(target: &Target, series: &Series, year: i32) -> Option<Figure> {
    let printed = target.baseline.filter(|b| b.year.is_none_or(|y| y == year)).map(|b| b.value);
    series.at(year).map(|o| o.value).or(printed)
}

#[expect(clippy::unnecessary_wraps, reason = "the makers of all kinds return alike")]
fn held(series: Series, demand: Demand, scale: Scale) -> Result<Working, NotWorking> {
    let needs_prior =
        scale == Scale::Identity && demand.goal.nearest(Figure::new(Decimal::ZERO)).is_zero();
    Ok(Working::Held(Held { series, demand, scale, needs_prior }))
}

#[cfg(test)]
mod tests;
