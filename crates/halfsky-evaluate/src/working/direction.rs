//! Targets that only name a direction, and those that ask to stay.

use halfsky_plan::target::{Direction as Wanted, Target};
use halfsky_stats::volatility::Direction;

use super::comparison::{narrow_gap, parity};
use super::{
    NotWorking, Polarity, Settings, Sources, Working, baseline, demand, held, own, scale_of,
};
use crate::attainment::{Demand, Duty};
use crate::goal::Goal;

/// 提高, 降低, 差距缩小, 上升趋势减缓, 均衡, 保持.
pub(super) fn trend(
    target: &Target,
    sources: &Sources<'_>,
    settings: &Settings,
) -> Result<Working, NotWorking> {
    let base_year = target.base_year.unwrap_or(settings.base_year);
    let better = match settings.polarity {
        Polarity::MoreIsBetter => Some(Direction::Up),
        Polarity::LessIsBetter => Some(Direction::Down),
        Polarity::Balance => None,
    };
    let direction = match (target.direction.ok_or(NotWorking::NoValue)?, better) {
        (Wanted::Increase, _) => Direction::Up,
        (Wanted::Decrease | Wanted::Eliminate, _) => Direction::Down,
        (Wanted::NarrowGap, _) => return narrow_gap(target, sources, settings, base_year),
        (Wanted::SlowIncrease, _) => {
            return Ok(Working::SlowerGrowth { series: own(sources)?.clone() });
        }
        (Wanted::Maintain, Some(better)) => return maintain(target, sources, settings, better),
        // where neither end is good, better and as good as before mean closer to parity
        (Wanted::Parity, _) | (_, None) => return parity(target, sources, settings),
        (Wanted::Improve | Wanted::AtLeastReference | Wanted::MatchReference, Some(better)) => {
            better
        }
    };
    Ok(Working::Trend { series: own(sources)?.clone(), direction, base_year })
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
