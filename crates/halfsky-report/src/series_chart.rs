//! A published series as a line chart whose title states what the newest figure says.

use halfsky_monitor::definition::Definition;
use halfsky_monitor::period::{Period, PeriodKind};
use halfsky_monitor::series::{Point, Series};
use halfsky_plan::comparator::Comparator;
use halfsky_plan::figure::Figure;
use halfsky_plan::unit::Unit;

use crate::chart::line::{ChartPoint, ChartTarget, LineChart};
use crate::wording::{change, unit_heading, with_unit};

/// A value a plan demands, drawn as a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemandedValue {
    pub comparator: Comparator,
    pub value: Figure,
    pub unit: Unit,
    /// First year of the plan, and the year the value is due.
    pub years: (i32, i32),
    /// First and last year of the plan.
    pub plan_period: (i32, i32),
}

/// The chart of a series of one region.
pub fn series_chart(
    region: &str,
    definition: &Definition,
    series: &Series,
    demanded: Option<&DemandedValue>,
) -> LineChart {
    let points: Vec<&Point> = series.points.iter().filter(|p| is_yearly(p.period)).collect();
    let unit = definition.unit;
    let told = |p: &Point| format!("{}年{}", p.period.year(), p.printed);
    let years = |p: &&Point| ChartPoint {
        year: p.period.year(),
        value: p.printed.decimal(),
        printed: p.printed.to_string(),
        hover: format!("{} {}", p.period.label(), with_unit(p.printed, unit)),
    };
    let demanded = demanded.filter(|d| d.unit == unit);
    LineChart {
        title: format!("{region}{}", finding(definition, series, demanded)),
        description: format!(
            "{}。计量单位：{}。",
            points.iter().map(|p| told(p)).collect::<Vec<_>>().join("，"),
            unit_heading(unit)
        ),
        unit: unit_heading(unit),
        points: points.iter().map(years).collect(),
        breaks: series.breaks.iter().map(|b| b.from.year()).collect(),
        target: demanded.map(|d| ChartTarget {
            value: d.value.decimal(),
            years: d.years,
            label: format!("目标 {}{}", sign(d.comparator), d.value),
        }),
        plan_period: demanded.map(|d| d.plan_period),
        ..LineChart::default()
    }
}

fn is_yearly(period: Period) -> bool {
    matches!(period.kind(), PeriodKind::Year | PeriodKind::HealthYear)
}

const fn sign(comparator: Comparator) -> &'static str {
    match comparator {
        Comparator::AtLeast => "≥",
        Comparator::AtMost => "≤",
        Comparator::About => "≈",
    }
}

/// The newest figure, its change against the year before where both can be compared, and where it lies beside the
/// demanded value. It tells the arithmetic, not whether the target is attained.
pub fn finding(
    definition: &Definition,
    series: &Series,
    demanded: Option<&DemandedValue>,
) -> String {
    let (name, unit) = (&definition.name_zh, definition.unit);
    let Some(last) = series.points.last() else { return format!("{name}还没有公布的数据") };
    let newest = format!("{name}{}年{}", last.period.year(), with_unit(last.printed, unit));
    let mut parts = vec![newest];
    let before = series.points.iter().rev().nth(1).filter(|p| {
        p.period.years_later(1) == Some(last.period)
            && p.definition_version == last.definition_version
            && series.comparable_between(p.period, last.period)
    });
    if let Some(before) = before {
        let words = change(last.printed, before.printed, unit);
        parts.push(format!("比{}年{}", before.period.year(), in_words(&words)));
    }
    if let Some(demanded) = demanded.filter(|d| d.unit == unit) {
        let beside = match last.printed.decimal().cmp(&demanded.value.decimal()) {
            std::cmp::Ordering::Less => "低于",
            std::cmp::Ordering::Equal => "等于",
            std::cmp::Ordering::Greater => "高于",
        };
        let by = demanded.years.1;
        parts.push(format!("{beside}{by}年目标值{}", with_unit(demanded.value, unit)));
    }
    parts.join("，")
}

/// `+1.5个百分点` inside a sentence.
fn in_words(change: &str) -> String {
    if let Some(size) = change.strip_prefix('+') {
        format!("上升{size}")
    } else if let Some(size) = change.strip_prefix('−') {
        format!("下降{size}")
    } else {
        change.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use halfsky_monitor::definition::Definitions;
    use halfsky_monitor::observation::{ConfStatus, ObsStatus, Observation, ObservationKey, Value};
    use halfsky_plan::indicator::{Catalogue, IndicatorCode};

    fn definition() -> Definition {
        let catalogue = Catalogue::builtin();
        let card = catalogue.find(&IndicatorCode("W-H02".to_owned())).unwrap();
        Definition::from_catalogue(card, 2011).unwrap()
    }

    fn series(values: &[(i32, &str)]) -> Series {
        let observed = |(year, value): &(i32, &str)| Observation {
            key: ObservationKey::total(
                "000101".parse().unwrap(),
                IndicatorCode("W-H02".to_owned()),
                Period::year_of(*year).unwrap(),
            ),
            value: Value::Figure(value.parse().unwrap()),
            definition_version: 1,
            status: ObsStatus::Normal,
            confidentiality: ConfStatus::Free,
            unit_mult: 0,
            explanation: String::new(),
        };
        let definitions = Definitions::new(vec![definition()]).unwrap();
        Series::new(values.iter().map(observed).collect(), &definitions).unwrap()
    }

    fn demanded() -> DemandedValue {
        DemandedValue {
            comparator: Comparator::AtMost,
            value: "12".parse().unwrap(),
            unit: Unit::Per100k,
            years: (2021, 2030),
            plan_period: (2021, 2030),
        }
    }

    #[test]
    fn the_title_states_the_newest_figure() {
        let told = |values: &[(i32, &str)], demanded: Option<&DemandedValue>| {
            series_chart("示例县", &definition(), &series(values), demanded).title
        };
        let target = demanded();
        assert_eq!(
            told(&[(2024, "12.1"), (2025, "9.8")], Some(&target)),
            "示例县孕产妇死亡率2025年9.8/10万，比2024年下降2.3/10万，低于2030年目标值12/10万"
        );
        assert_eq!(
            told(&[(2022, "12.1"), (2025, "9.8")], None),
            "示例县孕产妇死亡率2025年9.8/10万"
        );
    }

    #[test]
    fn a_target_in_another_unit_is_not_drawn() {
        let other = DemandedValue { unit: Unit::Percent, ..demanded() };
        let chart = series_chart("示例县", &definition(), &series(&[(2025, "9.8")]), Some(&other));
        assert_eq!(chart.target, None);
        assert!(!chart.title.contains("目标"));
    }

    #[test]
    fn the_chart_is_told_in_words() {
        let chart = series_chart("示例县", &definition(), &series(&[(2025, "9.8")]), None);
        assert_eq!(chart.description, "2025年9.8。计量单位：1/10万。");
        assert_eq!(chart.points[0].hover, "2025年 9.8/10万");
    }
}
