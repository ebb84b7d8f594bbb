//! A published series as a line chart whose title states what the newest figure says.

use halfsky_evaluate::figures::{Figures, counts_rare_events};
use halfsky_evaluate::run::FewEventsResult;
use halfsky_evaluate::small_number::{WINDOW, evidence_words, few_events};
use halfsky_monitor::definition::Definition;
use halfsky_monitor::names::Names;
use halfsky_monitor::observation::{ObsStatus, Observation};
use halfsky_monitor::period::{Period, PeriodKind};
use halfsky_monitor::series::{Point, Series};
use halfsky_plan::comparator::Comparator;
use halfsky_plan::figure::Figure;
use halfsky_plan::unit::Unit;
use rust_decimal::prelude::ToPrimitive as _;

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

/// What is known of the cases behind a series.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Cases {
    /// Enough of them, or no rate of rare events, or nothing is known of them: the figures speak for themselves.
    #[default]
    Enough,
    /// A handful: one year proves neither a rise nor a fall.
    Few(FewEventsResult),
    /// A handful, and the reader is not shown how many.
    Hidden,
}

/// The cases behind a series: `figures` are those of its region as the reader may see them.
pub fn cases(
    figures: &[Observation],
    names: &Names,
    series: &Series,
    demanded: Option<&DemandedValue>,
) -> Cases {
    let Some(year) = series.points.last().map(|p| p.period.year()) else { return Cases::Enough };
    let code = &series.key.indicator;
    let items = names.items();
    let read = Figures::new(figures, names.cards(), &items, year);
    if !read.definition(code).is_some_and(counts_rare_events) {
        return Cases::Enough;
    }
    let window = i32::try_from(WINDOW).unwrap_or(i32::MAX);
    let hidden = |o: &Observation| {
        o.key.indicator == *code
            && o.status == ObsStatus::Suppressed
            && (year - window + 1..=year).contains(&o.key.period.year())
    };
    if figures.iter().any(hidden) {
        return Cases::Hidden;
    }
    let Some((counts, multiplier)) = read.counts(code) else { return Cases::Enough };
    // without a demand the rate is held against nothing
    let target = demanded.and_then(|d| d.value.decimal().to_f64()).unwrap_or(f64::INFINITY);
    match few_events(&counts, multiplier, target) {
        Some(few) if few.guards() => Cases::Few(FewEventsResult::of(&few)),
        _ => Cases::Enough,
    }
}

/// The chart of a series of one region.
pub fn series_chart(
    region: &str,
    definition: &Definition,
    series: &Series,
    demanded: Option<&DemandedValue>,
    cases: &Cases,
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
        title: format!("{region}{}", finding(definition, series, demanded, cases)),
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
/// demanded value. It tells the arithmetic, not whether the target is attained. A rate that rests on a handful of
/// cases neither rises nor falls: the cases of three years are told instead, and what they prove.
pub fn finding(
    definition: &Definition,
    series: &Series,
    demanded: Option<&DemandedValue>,
    cases: &Cases,
) -> String {
    let (name, unit) = (&definition.name_zh, definition.unit);
    let Some(last) = series.points.last() else { return format!("{name}还没有公布的数据") };
    let newest = format!("{name}{}年{}", last.period.year(), with_unit(last.printed, unit));
    let demanded = demanded.filter(|d| d.unit == unit);
    let more = match cases {
        Cases::Enough => compared(series, last, unit, demanded),
        Cases::Few(few) => of_few_cases(few, unit, demanded),
        Cases::Hidden => vec!["例数少，单年高低不说明升降".to_owned()],
    };
    std::iter::once(newest).chain(more).collect::<Vec<_>>().join("，")
}

fn compared(
    series: &Series,
    last: &Point,
    unit: Unit,
    demanded: Option<&DemandedValue>,
) -> Vec<String> {
    let mut parts = Vec::new();
    let before = series.points.iter().rev().nth(1).filter(|p| {
        p.period.years_later(1) == Some(last.period)
            && p.definition_version == last.definition_version
            && series.comparable_between(p.period, last.period)
    });
    if let Some(before) = before {
        let words = change(last.printed, before.printed, unit);
        parts.push(format!("比{}年{}", before.period.year(), in_words(&words)));
    }
    if let Some(demanded) = demanded {
        let beside = match last.printed.decimal().cmp(&demanded.value.decimal()) {
            std::cmp::Ordering::Less => "低于",
            std::cmp::Ordering::Equal => "等于",
            std::cmp::Ordering::Greater => "高于",
        };
        let by = demanded.years.1;
        parts.push(format!("{beside}{by}年目标值{}", with_unit(demanded.value, unit)));
    }
    parts
}

fn of_few_cases(
    few: &FewEventsResult,
    unit: Unit,
    demanded: Option<&DemandedValue>,
) -> Vec<String> {
    let mut parts = vec![
        format!("近{}年合计{}例", few.window, few.events),
        "例数少，单年高低不说明升降".to_owned(),
    ];
    // only a value not to be passed is held against the number of cases
    if let Some(demanded) = demanded.filter(|d| d.comparator == Comparator::AtMost) {
        let (by, value) = (demanded.years.1, with_unit(demanded.value, unit));
        let evidence = evidence_words(&few.evidence);
        parts.push(format!("对照{by}年目标值{value}：{evidence}"));
    }
    if few.alarming {
        parts.push("当年例数达到县级警戒".to_owned());
    }
    parts
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
    use halfsky_monitor::observation::{ConfStatus, ObservationKey, Value};
    use halfsky_plan::indicator::{Catalogue, IndicatorCode};

    fn definition() -> Definition {
        let catalogue = Catalogue::builtin();
        let card = catalogue.find(&IndicatorCode("W-H02".to_owned())).unwrap();
        Definition::from_catalogue(card, 2011).unwrap()
    }

    fn observed((year, value): &(i32, &str)) -> Observation {
        Observation {
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
        }
    }

    fn series(values: &[(i32, &str)]) -> Series {
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
            series_chart("示例县", &definition(), &series(values), demanded, &Cases::Enough).title
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
        let series = series(&[(2025, "9.8")]);
        let chart = series_chart("示例县", &definition(), &series, Some(&other), &Cases::Enough);
        assert_eq!(chart.target, None);
        assert!(!chart.title.contains("目标"));
    }

    #[test]
    fn the_chart_is_told_in_words() {
        let series = series(&[(2025, "9.8")]);
        let chart = series_chart("示例县", &definition(), &series, None, &Cases::Enough);
        assert_eq!(chart.description, "2025年9.8。计量单位：1/10万。");
        assert_eq!(chart.points[0].hover, "2025年 9.8/10万");
    }

    /// Deaths and births of three years with their rate, and what the title says of them.
    fn told_of(deaths: [u32; 3], hide: Option<i32>) -> String {
        let all: Vec<Definition> = Catalogue::builtin()
            .indicators()
            .iter()
            .map(|card| Definition::from_catalogue(card, 2011).unwrap())
            .collect();
        let items = halfsky_monitor::item::items(&all);
        let cards = all
            .into_iter()
            .map(|card| (card.code.clone(), Definitions::new(vec![card]).unwrap()))
            .collect();
        let names = Names::new(cards, items);
        let mut figures = Vec::new();
        let mut rates = Vec::new();
        for (year, deaths) in (2023..).zip(deaths) {
            let rate = format!("{:.2}", f64::from(deaths) * 1e5 / 2_500.0);
            let told = [("W-H02-N", deaths.to_string()), ("C-H01-D", "2500".to_owned())];
            for (code, value) in told.into_iter().chain([("W-H02", rate)]) {
                let mut observation = observed(&(year, value.as_str()));
                observation.key.indicator = IndicatorCode(code.to_owned());
                if hide == Some(year) {
                    observation.status = ObsStatus::Suppressed;
                }
                if code == "W-H02" {
                    rates.push(observation.clone());
                }
                figures.push(observation);
            }
        }
        let definitions = Definitions::new(vec![definition()]).unwrap();
        let series = Series::new(rates, &definitions).unwrap();
        let demanded = demanded();
        let cases = cases(&figures, &names, &series, Some(&demanded));
        finding(&definition(), &series, Some(&demanded), &cases)
    }

    #[test]
    fn a_handful_of_cases_neither_rises_nor_falls() {
        assert_eq!(
            told_of([0, 0, 2], None),
            "孕产妇死亡率2025年80.00/10万，近3年合计2例，例数少，单年高低不说明升降，\
             对照2030年目标值12/10万：无法判定"
        );
        assert_eq!(
            told_of([0, 4, 5], Some(2024)),
            "孕产妇死亡率2025年200.00/10万，例数少，单年高低不说明升降"
        );
        assert!(told_of([0, 0, 6], None).ends_with("当年例数达到县级警戒"));
        assert!(told_of([20, 21, 22], None).contains("比2024年上升"));
    }
}
