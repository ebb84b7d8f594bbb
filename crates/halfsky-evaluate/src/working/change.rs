//! Changes: against a base year, and from year to year.

use halfsky_plan::figure::Figure;
use halfsky_plan::target::Target;
use halfsky_plan::unit::Unit;
use halfsky_stats::scale::Scale;
use rust_decimal::Decimal;

use super::{NotWorking, Settings, Sources, Working, baseline, demand, held, own};
use crate::attainment::Demand;
use crate::goal::Goal;

/// 以2020年为基数下降18%: the target value is frozen and rounded like the indicator.
pub(super) fn change_from_base(
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

/// 每年降低0.5个百分点: the line from the base, read at the deadline.
pub(super) fn annual_change(
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
