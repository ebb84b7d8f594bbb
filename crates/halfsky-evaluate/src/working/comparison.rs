//! Two series held against each other: another indicator, a gap, a parity.

use halfsky_plan::comparator::Comparator;
use halfsky_plan::figure::Figure;
use halfsky_plan::target::{Direction as Wanted, Target};
use halfsky_stats::scale::Scale;
use rust_decimal::Decimal;

use super::{Held, NotWorking, Settings, Sources, Working, demand, held, own};
use crate::attainment::Demand;
use crate::goal::Goal;

/// 不低于参照指标: own less reference, in the years both have.
pub(super) fn relative(
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

/// 差距缩小: the distance of both sides against that of the base year.
pub(super) fn narrow_gap(
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
pub(super) fn parity(
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
