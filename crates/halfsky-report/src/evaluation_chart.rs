//! The chart of a target: its published figures, its goal, and the years ahead.

use halfsky_evaluate::run::TargetResult;
use halfsky_plan::figure::Figure;
use rust_decimal::Decimal;
use rust_decimal::prelude::FromPrimitive as _;

use crate::chart::line::{ChartPoint, ChartTarget, ForecastYear, LineChart};
use crate::evaluation_wording::{decimals, with_unit};

/// A band wider than so many times the figures themselves would squeeze them flat: it is told, not drawn.
const WIDEST: i64 = 6;

/// The chart of a target; its title states the finding.
pub fn target_chart(target: &TargetResult, plan_period: (i32, i32)) -> LineChart {
    let points: Vec<ChartPoint> = target
        .figures
        .iter()
        .filter_map(|p| {
            let figure: Figure = p.value.parse().ok()?;
            Some(ChartPoint {
                year: p.year,
                value: figure.decimal(),
                printed: p.value.clone(),
                hover: format!("{}年 {}", p.year, with_unit(target, &p.value)),
            })
        })
        .collect();
    let told: Vec<String> =
        target.figures.iter().map(|p| format!("{}年{}", p.year, p.value)).collect();
    let unit = if target.unit.starts_with('/') {
        format!("1{}", target.unit)
    } else {
        target.unit.clone()
    };
    LineChart {
        title: finding(target),
        description: format!("{}。目标（{}年）{}。", told.join("，"), target.by, target.demand),
        unit,
        breaks: target.breaks.clone(),
        target: goal(target, plan_period),
        plan_period: Some(plan_period),
        forecast: band(target, &points),
        points,
        ..LineChart::default()
    }
}

/// 孕产妇死亡率2025年9.8/10万，目标不高于10/10万：已达标.
pub fn finding(target: &TargetResult) -> String {
    let Some(latest) = &target.latest else {
        return format!("{}还没有公布的数据", target.indicator);
    };
    format!(
        "{}{}年{}，目标{}：{}",
        target.indicator,
        latest.year,
        with_unit(target, &latest.value),
        target.demand,
        target.class.label()
    )
}

fn goal(target: &TargetResult, plan_period: (i32, i32)) -> Option<ChartTarget> {
    let goal = target.goal.as_ref()?;
    // a band has two ends; the chart shows the lower one
    let (sign, text) = match (&goal.low, &goal.high) {
        (Some(low), _) => ("≥", low),
        (None, Some(high)) => ("≤", high),
        (None, None) => return None,
    };
    let value: Figure = text.parse().ok()?;
    Some(ChartTarget {
        value: value.decimal(),
        years: (plan_period.0, target.by),
        label: format!("目标 {sign}{text}"),
    })
}

fn band(target: &TargetResult, points: &[ChartPoint]) -> Vec<ForecastYear> {
    let Some(outlook) = target.outlook.as_ref().filter(|o| o.drawn && o.probability.is_some())
    else {
        return Vec::new();
    };
    let places = decimals(target) + 1;
    let exact = |value: Option<f64>| {
        let value = Decimal::from_f64(value?)?;
        Some(Figure::new(value).rounded(places).decimal())
    };
    let years: Vec<ForecastYear> = outlook
        .path
        .iter()
        .filter_map(|p| {
            Some(ForecastYear {
                year: p.year,
                low: exact(p.low80)?,
                median: exact(p.median)?,
                high: exact(p.high80)?,
            })
        })
        .collect();
    let largest = points.iter().map(|p| p.value.abs()).max().unwrap_or(Decimal::ONE);
    let limit = largest.saturating_mul(Decimal::from(WIDEST));
    if years.len() < outlook.path.len() || years.iter().any(|y| y.high.abs() > limit) {
        return Vec::new();
    }
    years
}
