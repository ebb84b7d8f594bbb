//! Levels: 达到, 控制在, 左右, 全覆盖.

use halfsky_plan::comparator::Comparator;
use halfsky_plan::figure::Figure;
use halfsky_plan::target::Target;
use halfsky_plan::unit::Unit;
use rust_decimal::Decimal;

use super::{NotWorking, Polarity, Settings, Sources, Working, demand, held, own, scale_of};
use crate::goal::Goal;

/// A value to reach.
pub(super) fn level(
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

/// 全覆盖: the share of places that satisfy it, at its end of the scale.
pub(super) fn coverage(
    target: &Target,
    sources: &Sources<'_>,
    settings: &Settings,
) -> Result<Working, NotWorking> {
    let value = target.value.map_or(Decimal::ONE_HUNDRED, Figure::decimal);
    let unit = target.unit.or(Some(Unit::Percent));
    let scale = scale_of(unit, &target.indicator);
    held(own(sources)?.clone(), demand(target, Goal::AtLeast(value), settings), scale)
}
