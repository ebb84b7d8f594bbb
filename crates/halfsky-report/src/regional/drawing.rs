//! What the two drawings of a comparison show.

use halfsky_evaluate::regional::{Standing, limits};
use halfsky_monitor::definition::Definition;
use rust_decimal::Decimal;
use rust_decimal::prelude::{FromPrimitive as _, ToPrimitive as _};

use super::{Comparison, Row, rounded};
use crate::chart::funnel::{FunnelChart, FunnelDot, FunnelLimits, Outside};
use crate::chart::spread::{SpreadChart, SpreadDot};
use crate::wording::{unit_heading, with_unit};

/// Places at which the limits of a funnel are worked out.
const STEPS: u32 = 48;

/// Names that are told in the description of a drawing.
const TOLD: usize = 5;

fn told(row: &Row, definition: &Definition) -> Option<String> {
    let counts = row.counts.map_or_else(String::new, |c| format!("（{}/{}）", c.part, c.whole));
    Some(format!("{} {}{counts}", row.name, with_unit(row.figure?, definition.unit)))
}

/// The spread over the regions; None without a figure.
pub fn spread_of(
    region: &str,
    (definition, year): (&Definition, i32),
    compared: &Comparison,
) -> Option<SpreadChart> {
    let spread = compared.spread?;
    let figure = |value| rounded(value, definition);
    let lower = figure(spread.lower_quartile)?;
    let (median, upper) = (figure(spread.median)?, figure(spread.upper_quartile)?);
    let words = |figure| with_unit(figure, definition.unit);
    let dot =
        |row: &Row| Some(SpreadDot { value: row.figure?.decimal(), hover: told(row, definition)? });
    Some(SpreadChart {
        title: format!("{region}{year}年各地{}，中位数{}", definition.name_zh, words(median)),
        description: format!(
            "{}个地区，一半在{}至{}之间，最低{}，最高{}。",
            spread.regions,
            words(lower),
            words(upper),
            words(figure(spread.lowest)?),
            words(figure(spread.highest)?)
        ),
        unit: unit_heading(definition.unit),
        dots: compared.rows.iter().filter_map(dot).collect(),
        quartiles: [lower.decimal(), median.decimal(), upper.decimal()],
        own: compared.own.map(|own| (own.decimal(), format!("{region} {}", words(own)))),
    })
}

/// The funnel around the rate of all regions; None where the indicator is no rate of counts.
pub fn funnel_of(
    region: &str,
    (definition, year): (&Definition, i32),
    compared: &Comparison,
) -> Option<FunnelChart> {
    let (rate, chance) = (compared.together?, compared.chance?);
    let scale = compared.multiplier;
    let dot = |row: &Row| {
        let funnel = row.funnel?;
        Some(FunnelDot {
            whole: row.counts?.whole as f64,
            value: funnel.rate * scale,
            outside: match funnel.standing {
                Standing::Within => Outside::None,
                Standing::Below | Standing::Above => Outside::Inner,
                Standing::FarBelow | Standing::FarAbove => Outside::Outer,
            },
            hover: told(row, definition)?,
        })
    };
    let limits = sizes(compared)?.into_iter().filter_map(|whole| {
        let (inner, outer) = limits(rate, whole, chance)?;
        Some(FunnelLimits {
            whole: whole as f64,
            inner: (inner.lower * scale, inner.upper * scale),
            outer: (outer.lower * scale, outer.upper * scale),
        })
    });
    let far: Vec<&str> =
        compared.rows.iter().filter(|row| row.is_far()).map(|row| row.name.as_str()).collect();
    let names = far.iter().take(TOLD).copied().collect::<Vec<_>>().join("、");
    let centre = with_unit(rounded(rate * scale, definition)?, definition.unit);
    Some(FunnelChart {
        title: format!(
            "{region}{year}年各地{}与合计{centre}相比，{}个地区在99.8%限外",
            definition.name_zh,
            far.len()
        ),
        description: match far.len() {
            0 => "没有地区超出99.8%限。".to_owned(),
            all if all > TOLD => format!("超出99.8%限的有{names}等{all}个地区。"),
            _ => format!("超出99.8%限的有{names}。"),
        },
        unit: unit_heading(definition.unit),
        counted: format!("{}（对数刻度）", definition.calculation.denominator),
        dots: compared.rows.iter().filter_map(dot).collect(),
        centre: rate * scale,
        limits: limits.collect(),
    })
}

/// Sizes between the smallest and the largest region, as many in each decade.
fn sizes(compared: &Comparison) -> Option<Vec<u64>> {
    let wholes = compared.rows.iter().filter_map(|row| row.counts.map(|c| c.whole));
    let (least, most) = (wholes.clone().min()?, wholes.max()?);
    let (low, high) = (libm::log(least as f64), libm::log(most as f64));
    let at = |step: u32| {
        let share = f64::from(step) / f64::from(STEPS);
        Decimal::from_f64(libm::exp(low + (high - low) * share))?.round().to_u64()
    };
    let mut sizes: Vec<u64> =
        (0..=STEPS).filter_map(at).map(|whole| whole.clamp(least, most)).collect();
    sizes.dedup();
    Some(sizes)
}
