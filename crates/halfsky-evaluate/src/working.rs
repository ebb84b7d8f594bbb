//! Working series: every kind of target becomes figures, a goal, a scale and a duty, or says why it cannot.

use halfsky_plan::comparator::Comparator;
use halfsky_plan::figure::Figure;
use halfsky_plan::target::{Direction as Wanted, Target, TargetKind};
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
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

/// The working series of a target.
pub fn working(target: &Target, sources: &Sources<'_>, settings: &Settings) -> Working {
    let made = match target.kind {
        TargetKind::Qualitative => return Working::ByPeople,
        TargetKind::Level => level(target, sources, settings),
        TargetKind::Coverage => coverage(target, sources, settings),
        TargetKind::ChangeFromBase => change_from_base(target, sources, settings),
        TargetKind::AnnualChange => annual_change(target, sources, settings),
        TargetKind::Relative => relative(target, sources, settings),
        TargetKind::Trend => trend(target, sources, settings),
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

fn level(
    target: &Target,
    sources: &Sources<'_>,
    settings: &Settings,
) -> Result<Working, NotWorking> {
    let value = target.value.ok_or(NotWorking::NoValue)?.decimal();
    let goal = match target.comparator.ok_or(NotWorking::NoValue)? {
        Comparator::AtLeast => Goal::AtLeast(value),
        Comparator::AtMost => Goal::AtMost(value),
        Comparator::About => about(target, value, settings)?,
    };
    let scale = scale_of(target.unit, &target.indicator);
    held(own(sources)?.clone(), demand(target, goal, settings), scale)
}

/// 左右: a band, open where more (or less) is better.
fn about(target: &Target, value: Decimal, settings: &Settings) -> Result<Goal, NotWorking> {
    let half = if target.unit == Some(Unit::Percent) {
        settings.about_points
    } else {
        value.abs() / Decimal::from(40)
    };
    let low = value.checked_sub(half).ok_or(NotWorking::OutOfRange)?;
    let high = value.checked_add(half).ok_or(NotWorking::OutOfRange)?;
    Ok(match settings.polarity {
        Polarity::MoreIsBetter => Goal::AtLeast(low),
        Polarity::LessIsBetter => Goal::AtMost(high),
        Polarity::Balance => Goal::Within { low, high },
    })
}

#[expect(clippy::unnecessary_wraps, reason = "the makers of all kinds return alike")]
fn held(series: Series, demand: Demand, scale: Scale) -> Result<Working, NotWorking> {
    let needs_prior =
        scale == Scale::Identity && demand.goal.nearest(Figure::new(Decimal::ZERO)).is_zero();
    Ok(Working::Held(Held { series, demand, scale, needs_prior }))
}

/// 全覆盖: the share of places that satisfy it, at its end of the scale.
fn coverage(
    target: &Target,
    sources: &Sources<'_>,
    settings: &Settings,
) -> Result<Working, NotWorking> {
    let value = target.value.map_or(Decimal::ONE_HUNDRED, Figure::decimal);
    let unit = target.unit.or(Some(Unit::Percent));
    let scale = scale_of(unit, &target.indicator);
    held(own(sources)?.clone(), demand(target, Goal::AtLeast(value), settings), scale)
}

/// 以2020年为基数下降18%: the target value is frozen and rounded like the indicator.
fn change_from_base(
    target: &Target,
    sources: &Sources<'_>,
    settings: &Settings,
) -> Result<Working, NotWorking> {
    let change = target.value.ok_or(NotWorking::NoValue)?.decimal();
    let series = own(sources)?;
    let base_year = target.base_year.unwrap_or(settings.base_year);
    let base = baseline(target, series, base_year).ok_or(NotWorking::NoBaseline)?;
    let value = if target.unit == Some(Unit::PercentagePoint) {
        base.decimal().checked_add(change)
    } else {
        let factor = (Decimal::ONE_HUNDRED + change) / Decimal::ONE_HUNDRED;
        base.decimal().checked_mul(factor)
    };
    let value = Figure::new(value.ok_or(NotWorking::OutOfRange)?);
    let value = settings.rounding.round(value, base.decimal().scale()).decimal();
    let goal = if change < Decimal::ZERO { Goal::AtMost(value) } else { Goal::AtLeast(value) };
    let unit = if target.unit == Some(Unit::PercentagePoint) { Some(Unit::Percent) } else { None };
    let scale = match unit {
        Some(_) => Scale::Logit,
        // a relative change is stated of amounts
        None => Scale::Log,
    };
    let based = Demand { base_year: Some(base_year), ..demand(target, goal, settings) };
    held(series.clone(), based, scale)
}

/// 基期值: the figure of the base year, or the one the plan prints.
fn baseline(target: &Target, series: &Series, year: i32) -> Option<Figure> {
    let printed = target.baseline.filter(|b| b.year.is_none_or(|y| y == year)).map(|b| b.value);
    series.at(year).map(|o| o.value).or(printed)
}

/// 每年降低0.5个百分点: the line from the base, read at the deadline.
fn annual_change(
    target: &Target,
    sources: &Sources<'_>,
    settings: &Settings,
) -> Result<Working, NotWorking> {
    let step = target.value.ok_or(NotWorking::NoValue)?.decimal();
    let series = own(sources)?;
    let base_year = target.base_year.unwrap_or(settings.base_year);
    let base = baseline(target, series, base_year).ok_or(NotWorking::NoBaseline)?.decimal();
    let years =
        target.by.checked_sub(base_year).filter(|y| *y > 0).ok_or(NotWorking::NoBaseline)?;
    let points = target.unit == Some(Unit::PercentagePoint);
    let value = if points {
        step.checked_mul(Decimal::from(years)).and_then(|way| base.checked_add(way))
    } else {
        let factor = (Decimal::ONE_HUNDRED + step) / Decimal::ONE_HUNDRED;
        (0..years).try_fold(base, |value, _| value.checked_mul(factor))
    };
    let value = Figure::new(value.ok_or(NotWorking::OutOfRange)?);
    let value = settings.rounding.round(value, base.scale().max(step.scale())).decimal();
    let goal = if step < Decimal::ZERO { Goal::AtMost(value) } else { Goal::AtLeast(value) };
    let scale = if points { Scale::Logit } else { Scale::Log };
    let based = Demand { base_year: Some(base_year), ..demand(target, goal, settings) };
    held(series.clone(), based, scale)
}

/// 不低于参照指标: own less reference, in the years both have.
fn relative(
    target: &Target,
    sources: &Sources<'_>,
    settings: &Settings,
) -> Result<Working, NotWorking> {
    if target.direction == Some(Wanted::MatchReference) {
        // how close is close enough is for people to say
        return Ok(Working::ByPeople);
    }
    let reference = sources.reference.ok_or(NotWorking::NoSeries)?;
    let difference = own(sources)?.combined(reference, |own, other| {
        own.decimal().checked_sub(other.decimal()).map(Figure::new)
    });
    let goal = if target.comparator == Some(Comparator::AtMost) {
        Goal::AtMost(Decimal::ZERO)
    } else {
        Goal::AtLeast(Decimal::ZERO)
    };
    held(difference, demand(target, goal, settings), Scale::Identity)
}

fn trend(
    target: &Target,
    sources: &Sources<'_>,
    settings: &Settings,
) -> Result<Working, NotWorking> {
    let base_year = target.base_year.unwrap_or(settings.base_year);
    let by_polarity = match settings.polarity {
        Polarity::MoreIsBetter => Direction::Up,
        Polarity::LessIsBetter => Direction::Down,
        Polarity::Balance => return parity(target, sources, settings),
    };
    let direction = match target.direction.ok_or(NotWorking::NoValue)? {
        Wanted::Increase => Direction::Up,
        Wanted::Decrease | Wanted::Eliminate => Direction::Down,
        Wanted::Improve | Wanted::AtLeastReference | Wanted::MatchReference => by_polarity,
        Wanted::NarrowGap => return narrow_gap(target, sources, settings, base_year),
        Wanted::SlowIncrease => return Ok(Working::SlowerGrowth { series: own(sources)?.clone() }),
        Wanted::Parity => return parity(target, sources, settings),
        Wanted::Maintain => return maintain(target, sources, settings, by_polarity),
    };
    Ok(Working::Trend { series: own(sources)?.clone(), direction, base_year })
}

/// 差距缩小: the distance of both sides against that of the base year.
fn narrow_gap(
    target: &Target,
    sources: &Sources<'_>,
    settings: &Settings,
    base_year: i32,
) -> Result<Working, NotWorking> {
    let (one, other) = sources.sides.ok_or(NotWorking::NoSeries)?;
    let gap = one
        .combined(other, |a, b| a.decimal().checked_sub(b.decimal()).map(|d| Figure::new(d.abs())));
    let base = gap.at(base_year).ok_or(NotWorking::NoBaseline)?;
    let goal = Goal::AtMost(base.value.decimal());
    let based = Demand { base_year: Some(base_year), ..demand(target, goal, settings) };
    let needs_prior = true;
    Ok(Working::Held(Held { series: gap, demand: based, scale: Scale::Identity, needs_prior }))
}

/// 均衡: the ratio of the sides inside the band.
fn parity(
    target: &Target,
    sources: &Sources<'_>,
    settings: &Settings,
) -> Result<Working, NotWorking> {
    let (women, men) = sources.sides.ok_or(NotWorking::NoSeries)?;
    let ratio = women.combined(men, |f, m| {
        f.decimal().checked_div(m.decimal()).map(|r| settings.rounding.round(Figure::new(r), 3))
    });
    let (low, high) = settings.parity_band;
    held(ratio, demand(target, Goal::Within { low, high }, settings), Scale::Identity)
}

/// 保持: no worse than the base, in every year.
fn maintain(
    target: &Target,
    sources: &Sources<'_>,
    settings: &Settings,
    direction: Direction,
) -> Result<Working, NotWorking> {
    let series = own(sources)?;
    let base_year = target.base_year.unwrap_or(settings.base_year);
    let base = baseline(target, series, base_year).ok_or(NotWorking::NoBaseline)?.decimal();
    let goal = match direction {
        Direction::Up => Goal::AtLeast(base),
        Direction::Down => Goal::AtMost(base),
    };
    let duty = Duty::EveryYear { since: settings.plan_start };
    let based = Demand { duty, base_year: Some(base_year), ..demand(target, goal, settings) };
    held(series.clone(), based, scale_of(target.unit, &target.indicator))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::series::tests::series;
    use halfsky_plan::note::Span;

    fn target(kind: TargetKind, comparator: Option<Comparator>, value: Option<&str>) -> Target {
        Target {
            indicator: "示例率".to_owned(),
            comparator,
            value: value.map(|v| v.parse().unwrap()),
            unit: Some(Unit::Percent),
            by: 2030,
            base_year: None,
            kind,
            direction: None,
            reference: None,
            scope: None,
            soft: false,
            keep: false,
            baseline: None,
            binding: None,
            quote: String::new(),
            span: Span::default(),
        }
    }

    const MORE: Polarity = Polarity::MoreIsBetter;

    fn make(target: &Target, sources: &Sources<'_>, polarity: Polarity) -> Working {
        working(target, sources, &Settings::proposed(2021, 2020, polarity))
    }

    fn goal(target: &Target, own: &Series, polarity: Polarity) -> Goal {
        let sources = Sources { own: Some(own), ..Sources::default() };
        match make(target, &sources, polarity) {
            Working::Held(held) => held.demand.goal,
            other => panic!("{other:?}"),
        }
    }

    fn value(text: &str) -> Decimal {
        text.parse::<Figure>().unwrap().decimal()
    }

    #[test]
    fn about_is_open_where_more_is_better() {
        let own = series(&[(2020, "30")], &[]);
        let about = target(TargetKind::Level, Some(Comparator::About), Some("40"));
        assert_eq!(goal(&about, &own, MORE), Goal::AtLeast(value("39")));
        let band = Goal::Within { low: value("39"), high: value("41") };
        assert_eq!(goal(&about, &own, Polarity::Balance), band);
    }

    /// −18 % from 12.35 is 10.127, rounded like the indicator: 10.13.
    #[test]
    fn a_relative_target_is_rounded_like_the_indicator() {
        let own = series(&[(2020, "12.35")], &[]);
        let mut change = target(TargetKind::ChangeFromBase, Some(Comparator::AtMost), Some("-18"));
        assert_eq!(goal(&change, &own, MORE), Goal::AtMost(value("10.13")));
        change.unit = Some(Unit::PercentagePoint);
        assert_eq!(goal(&change, &own, MORE), Goal::AtMost(value("-5.65")));
        let empty = series(&[], &[]);
        let sources = Sources { own: Some(&empty), ..Sources::default() };
        assert_eq!(make(&change, &sources, MORE), Working::Not(NotWorking::NoBaseline));
    }

    #[test]
    fn a_yearly_change_is_a_line() {
        let own = series(&[(2020, "9.0")], &[]);
        let mut yearly = target(TargetKind::AnnualChange, None, Some("-0.5"));
        yearly.unit = Some(Unit::PercentagePoint);
        assert_eq!(goal(&yearly, &own, MORE), Goal::AtMost(value("4.0")));
        yearly.unit = Some(Unit::Percent);
        yearly.value = Some("10".parse().unwrap());
        yearly.by = 2022;
        assert_eq!(goal(&yearly, &own, MORE), Goal::AtLeast(value("10.9")));
    }

    #[test]
    fn keeping_and_reaching_are_different_duties() {
        let own = series(&[(2020, "96")], &[]);
        let mut keep = target(TargetKind::Level, Some(Comparator::AtLeast), Some("95"));
        keep.keep = true;
        let duty = |target: &Target| {
            let sources = Sources { own: Some(&own), ..Sources::default() };
            let Working::Held(held) = make(target, &sources, MORE) else { panic!() };
            held.demand.duty
        };
        assert_eq!(duty(&keep), Duty::EveryYear { since: 2021 });
        keep.quote = "达到并保持在95%以上".to_owned();
        assert_eq!(duty(&keep), Duty::FromDeadline);
    }

    #[test]
    fn gaps_and_parity_need_both_sides() {
        let (women, men) = (
            series(&[(2020, "80"), (2021, "82")], &[]),
            series(&[(2020, "86"), (2021, "86")], &[]),
        );
        let mut narrow = target(TargetKind::Trend, None, None);
        narrow.direction = Some(Wanted::NarrowGap);
        let sources = Sources { sides: Some((&women, &men)), ..Sources::default() };
        let Working::Held(held) = make(&narrow, &sources, MORE) else { panic!() };
        assert_eq!((held.demand.goal, held.needs_prior), (Goal::AtMost(value("6")), true));
        assert_eq!(held.series, series(&[(2020, "6"), (2021, "4")], &[]));
        assert_eq!(make(&narrow, &Sources::default(), MORE), Working::Not(NotWorking::NoSeries));
        narrow.direction = Some(Wanted::Parity);
        let Working::Held(held) = make(&narrow, &sources, MORE) else { panic!() };
        assert_eq!(held.series, series(&[(2020, "0.930"), (2021, "0.953")], &[]));
    }

    #[test]
    fn held_against_another_indicator_the_difference_counts() {
        let (own, other) =
            (series(&[(2020, "30"), (2021, "31")], &[]), series(&[(2021, "33")], &[]));
        let relative = target(TargetKind::Relative, Some(Comparator::AtLeast), None);
        let sources = Sources { own: Some(&own), reference: Some(&other), ..Sources::default() };
        let Working::Held(held) = make(&relative, &sources, MORE) else { panic!() };
        assert_eq!(held.series, series(&[(2021, "-2")], &[]));
        assert!(held.needs_prior && held.scale == Scale::Identity);
    }

    #[test]
    fn directions_and_qualities() {
        let own = series(&[(2020, "30")], &[]);
        let sources = Sources { own: Some(&own), ..Sources::default() };
        let mut only = target(TargetKind::Trend, None, None);
        only.direction = Some(Wanted::Decrease);
        let made = make(&only, &sources, MORE);
        assert!(matches!(made, Working::Trend { direction: Direction::Down, base_year: 2020, .. }));
        only.direction = Some(Wanted::SlowIncrease);
        assert!(matches!(make(&only, &sources, MORE), Working::SlowerGrowth { .. }));
        only.direction = Some(Wanted::Maintain);
        assert_eq!(goal(&only, &own, MORE), Goal::AtLeast(value("30")));
        let quality = target(TargetKind::Qualitative, None, None);
        assert_eq!(make(&quality, &sources, MORE), Working::ByPeople);
        let bare = target(TargetKind::Level, None, None);
        assert_eq!(make(&bare, &sources, MORE), Working::Not(NotWorking::NoValue));
    }

    #[test]
    fn scales_follow_the_unit() {
        assert_eq!(scale_of(Some(Unit::Percent), "宫颈癌筛查率"), Scale::Logit);
        assert_eq!(scale_of(Some(Unit::Percent), "学前三年毛入园率"), Scale::Log);
        assert_eq!(scale_of(Some(Unit::Per100k), "孕产妇死亡率"), Scale::Log);
        assert_eq!(scale_of(Some(Unit::Years), "女性人均预期寿命"), Scale::Identity);
        assert_eq!(scale_of(Some(Unit::Years), "平均受教育年限"), Scale::Log);
    }
}
