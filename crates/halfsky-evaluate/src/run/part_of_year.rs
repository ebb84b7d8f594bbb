//! Part of a year (年中进度): what the figures that units tell in the course of a year mean for the targets.
//!
//! They are held against the target and against what the straight way to it asks of this year. No forecast is made
//! from them, no class is given, and nothing of them enters a yearly series.

use halfsky_monitor::definition::{Definition, PeriodRule, SexSplit};
use halfsky_monitor::observation::{Observation, Residence, Sex, TOTAL};
use halfsky_monitor::period::Period;
use halfsky_plan::figure::Figure;
use halfsky_plan::unit::Unit;
use rust_decimal::Decimal;

use super::Inputs;
use super::record::Printed;
use super::target::own_held;
use crate::attainment::Duty;
use crate::figures::counts_rare_events;
use crate::goal::{Goal, Rounding};
use crate::working::Held;

/// What is told of a part of a year, and what was told of other parts before.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    pub period: Period,
    /// Filled in for the period.
    pub entered: &'a [Observation],
    /// Accepted for earlier parts of the year and for the year before.
    pub known: &'a [Observation],
}

/// How a figure behaves in the course of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nature {
    /// A rate or an average: it has a level at any time.
    Level,
    /// A share of people reached by a yearly programme (筛查率): it grows until the year ends.
    Reaching,
    /// 次/年: what happens adds up.
    Events,
    /// A number of things: what there is, or what has happened so far. Its card does not say which.
    Number,
}

/// A screening among these is done as they come, and has its level at any time.
const AS_THEY_COME: [&str; 2] = ["活产数", "产妇数"];

/// The nature of an indicator, by its unit and, for shares of people reached, by its name and whom it counts.
pub fn nature(definition: &Definition) -> Nature {
    match definition.unit {
        Unit::CountPerYear => Nature::Events,
        Unit::Count
        | Unit::Person
        | Unit::Count10k
        | Unit::Yuan
        | Unit::TenThousandYuan
        | Unit::SquareMetre
        | Unit::Kilometre
            if definition.calculation.denominator.is_empty() =>
        {
            Nature::Number
        }
        _ if definition.name_zh.contains("筛查率")
            && !AS_THEY_COME.contains(&definition.calculation.denominator.as_str()) =>
        {
            Nature::Reaching
        }
        _ => Nature::Level,
    }
}

/// Why a figure of a part of a year is shown beside its target without being held against it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotHeld {
    /// The target speaks of a direction, a difference or a ratio, or has no value.
    OtherSeries,
    /// Rare events: those of a part of a year prove nothing.
    FewEvents,
    /// An earlier part of the year was not told, so that the sum is unknown.
    PartMissing,
    /// Shares of several parts of a year do not add up.
    NotAdded,
    /// It adds up over the year of maternal and child health, which is another one.
    OtherYear,
}

/// What the figure says of its target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Says {
    /// The level against the target, and against what is asked of this year where that is known.
    Level {
        met: bool,
        on_line: Option<bool>,
    },
    /// What has come together so far. `percent` of a least number, with one decimal; None where the target is a limit.
    SoFar {
        sum: Figure,
        met: bool,
        percent: Option<Figure>,
    },
    /// A number that may stand or may still grow.
    Number {
        met: bool,
        percent: Option<Figure>,
    },
    Not(NotHeld),
}

/// A target beside the figure of a part of a year.
#[derive(Debug, Clone, PartialEq)]
pub struct PartOfYear {
    pub number: u32,
    pub indicator: String,
    pub demand: String,
    pub by: i32,
    /// Printed after the figures.
    pub unit: String,
    pub period: Period,
    pub value: Figure,
    /// The same part of the year before, as it was accepted.
    pub year_before: Option<Figure>,
    /// The latest published figure of a whole year.
    pub whole_year: Option<Printed>,
    /// What the straight way from the base to the target asks of this year.
    pub line: Option<Figure>,
    /// Whether the target is a limit and no least value.
    pub limit: bool,
    pub says: Says,
}

/// The targets whose indicator is told of. Targets whose year is over are left out.
pub fn part_of_year(inputs: &Inputs<'_>, told: &Told<'_>) -> Vec<PartOfYear> {
    let year = told.period.year();
    let targets = inputs.version.active_targets().filter(|t| t.target.by >= year);
    targets
        .filter_map(|reviewed| {
            let code = &reviewed.link.as_ref()?.code;
            let definition = inputs.figures.definition(code)?;
            let value = figure_of(told.entered, definition, told.period)?;
            let held = own_held(inputs, reviewed);
            let whole = held.as_ref().map(|(held, _)| held.series.clone());
            let whole = whole.or_else(|| inputs.figures.whole(code));
            let line = held.as_ref().and_then(|(held, base)| line(held, *base, (definition, year)));
            let says = match &held {
                _ if counts_rare_events(definition) => Says::Not(NotHeld::FewEvents),
                None => Says::Not(NotHeld::OtherSeries),
                Some((held, _)) => says(&held.demand.goal, (value, line), (definition, told)),
            };
            Some(PartOfYear {
                number: reviewed.number,
                indicator: reviewed.target.indicator.clone(),
                demand: reviewed.target.statement(),
                by: reviewed.target.by,
                unit: definition.unit.label().to_owned(),
                period: told.period,
                value,
                year_before: told
                    .period
                    .years_later(-1)
                    .and_then(|before| figure_of(told.known, definition, before)),
                whole_year: whole
                    .and_then(|series| series.latest(year - 1))
                    .map(|o| Printed { year: o.year, value: o.value.to_string() }),
                line,
                limit: held
                    .as_ref()
                    .is_some_and(|(held, _)| matches!(held.demand.goal, Goal::AtMost(_))),
                says,
            })
        })
        .collect()
}

/// The whole figure of an indicator in a period: of women where it speaks of women alone.
fn figure_of(all: &[Observation], definition: &Definition, period: Period) -> Option<Figure> {
    let of = |sex: Sex| {
        let whole = |o: &&Observation| {
            let key = &o.key;
            key.indicator == definition.code
                && key.period == period
                && (key.sex, key.residence) == (sex, Residence::Total)
                && key.age == TOTAL
                && key.group == TOTAL
        };
        let found = all.iter().filter(whole);
        let own = found.clone().find(|o| o.key.source == definition.source.variant);
        own.into_iter().chain(found).find_map(|o| o.value.figure())
    };
    let women = definition.splits.sex == SexSplit::FemaleOnly;
    of(Sex::Total).or_else(|| if women { of(Sex::Female) } else { None })
}

/// What the straight way asks of a year, printed like the indicator. None where the base is not known, met the target
/// already, or was defined otherwise, and where every year must keep the target itself.
fn line(held: &Held, base_year: i32, (definition, year): (&Definition, i32)) -> Option<Figure> {
    let base = held.series.at(base_year)?.value;
    let latest = held.series.latest(year)?.year;
    let goal = &held.demand.goal;
    let way = held.demand.by - base_year;
    let keeps = matches!(held.demand.duty, Duty::EveryYear { .. });
    if keeps || goal.met(base) || way <= 0 || year <= base_year {
        return None;
    }
    if !held.series.are_comparable(base_year, latest) {
        return None;
    }
    let whole = goal.nearest(base).checked_sub(base.decimal())?;
    let part = whole.checked_mul(Decimal::from(year - base_year))?.checked_div(way.into())?;
    let value = Figure::new(base.decimal().checked_add(part)?);
    Some(Rounding::default().round(value, definition.decimals))
}

fn says(
    goal: &Goal,
    (value, line): (Figure, Option<Figure>),
    (definition, told): (&Definition, &Told<'_>),
) -> Says {
    let first = told.period.part() == 1;
    match nature(definition) {
        Nature::Level => Says::Level { met: goal.met(value), on_line: on_line(goal, value, line) },
        Nature::Number => Says::Number { met: goal.met(value), percent: percent(goal, value) },
        Nature::Reaching | Nature::Events if definition.period_rule == PeriodRule::HealthYear => {
            Says::Not(NotHeld::OtherYear)
        }
        Nature::Reaching if !first => Says::Not(NotHeld::NotAdded),
        Nature::Reaching => so_far(goal, value),
        Nature::Events => match sum(value, definition, told) {
            Some(sum) => so_far(goal, sum),
            None => Says::Not(NotHeld::PartMissing),
        },
    }
}

fn so_far(goal: &Goal, sum: Figure) -> Says {
    Says::SoFar { sum, met: goal.met(sum), percent: percent(goal, sum) }
}

/// Whether a level is where this year asks it to be.
fn on_line(goal: &Goal, value: Figure, line: Option<Figure>) -> Option<bool> {
    let (value, line) = (value.decimal(), line?.decimal());
    match goal {
        Goal::AtLeast(_) => Some(value >= line),
        Goal::AtMost(_) => Some(value <= line),
        Goal::Within { .. } => None,
    }
}

/// How much of a least value is there, in per cent with one decimal.
fn percent(goal: &Goal, value: Figure) -> Option<Figure> {
    let Goal::AtLeast(least) = goal else { return None };
    if *least <= Decimal::ZERO {
        return None;
    }
    let share = value.decimal().checked_div(*least)?.checked_mul(Decimal::ONE_HUNDRED)?;
    Some(Rounding::default().round(Figure::new(share), 1))
}

/// The figures of this and all earlier parts of the year together; None where one of them is missing.
fn sum(value: Figure, definition: &Definition, told: &Told<'_>) -> Option<Figure> {
    let (kind, year) = (told.period.kind(), told.period.year());
    let mut sum = value.decimal();
    for part in 1..told.period.part() {
        let earlier = Period::new(kind, year, part).ok()?;
        sum = sum.checked_add(figure_of(told.known, definition, earlier)?.decimal())?;
    }
    Some(Figure::new(sum))
}

#[cfg(test)]
mod tests {
    use halfsky_monitor::observation::Value;

    use super::super::testing::Scene;
    use super::*;

    /// Figures of 2020 to 2024; a part of 2025 is told.
    fn scene() -> Scene {
        let mut scene = Scene::new();
        scene.publish("孕产妇死亡率", &["14.40", "0", "38.31", "0", "39.49"]);
        scene.publish("宫颈癌", &["41.6", "44.0", "46.1", "48.3", "50.0"]);
        scene.publish("系统管理率", &["91.3", "92.4", "93.0", "93.6", "94.1"]);
        scene.publish("高中阶段毛入学率", &["92.0", "92.4", "92.8", "93.2", "93.6"]);
        scene.publish("平均受教育年限", &["10.1", "10.2", "10.4", "10.5", "10.7"]);
        scene
    }

    /// The figure of a part of a year of the indicator a target is linked to.
    fn told(scene: &Scene, part: &str, period: &str, value: &str) -> Observation {
        let code = scene.code(part);
        let mut figure =
            scene.observations.iter().find(|o| o.key.indicator == code).unwrap().clone();
        figure.key.period = period.parse().unwrap();
        figure.value = Value::Figure(value.parse().unwrap());
        figure
    }

    /// What is said of the target of an indicator by a year.
    fn says_of(
        scene: &Scene,
        (part, by): (&str, i32),
        entered: &Observation,
        known: &[Observation],
    ) -> PartOfYear {
        let told =
            Told { period: entered.key.period, entered: std::slice::from_ref(entered), known };
        let number = scene.number(part, by);
        let all = scene.with(|inputs| part_of_year(inputs, &told));
        all.into_iter().find(|row| row.number == number).unwrap()
    }

    fn figure(text: &str) -> Figure {
        text.parse().unwrap()
    }

    #[test]
    fn a_level_is_held_against_the_target_and_the_line_of_the_year() {
        let scene = scene();
        let of = |value: &str| {
            let entered = told(&scene, "高中阶段毛入学率", "2025-S1", value);
            says_of(&scene, ("高中阶段毛入学率", 2030), &entered, &[])
        };
        let row = of("93.9");
        // 92.0 in 2020, 96 in 2030: half of the way by 2025
        assert_eq!(row.line, Some(figure("94.0")));
        assert_eq!(row.says, Says::Level { met: false, on_line: Some(false) });
        assert_eq!(of("94.0").says, Says::Level { met: false, on_line: Some(true) });
        assert_eq!(of("96.0").says, Says::Level { met: true, on_line: Some(true) });
        let whole = row.whole_year.unwrap();
        assert_eq!((whole.year, whole.value.as_str()), (2024, "93.6"));
    }

    #[test]
    fn a_share_of_people_reached_is_a_part_of_the_year() {
        let scene = scene();
        let entered = told(&scene, "宫颈癌", "2025-S1", "27.0");
        let row = says_of(&scene, ("宫颈癌", 2025), &entered, &[]);
        let percent = Some(figure("45.0"));
        assert_eq!(row.says, Says::SoFar { sum: figure("27.0"), met: false, percent });
        let second = told(&scene, "宫颈癌", "2025-S2", "27.0");
        let row = says_of(&scene, ("宫颈癌", 2025), &second, &[entered]);
        assert_eq!(row.says, Says::Not(NotHeld::NotAdded));
    }

    #[test]
    fn rare_events_and_directions_are_not_held_against_anything() {
        let scene = scene();
        let deaths = told(&scene, "孕产妇死亡率", "2025-S1", "0");
        let row = says_of(&scene, ("孕产妇死亡率", 2030), &deaths, &[]);
        assert_eq!((row.says, row.limit), (Says::Not(NotHeld::FewEvents), true));
        let years = told(&scene, "平均受教育年限", "2025-S1", "10.9");
        let row = says_of(&scene, ("平均受教育年限", 2030), &years, &[]);
        assert_eq!(row.says, Says::Not(NotHeld::OtherSeries));
        assert_eq!(row.whole_year.unwrap().value, "10.7");
    }

    #[test]
    fn the_same_part_of_the_year_before_stands_beside_it() {
        let scene = scene();
        let of = |period: &str, value: &str| told(&scene, "系统管理率", period, value);
        let known = [of("2024-S1", "93.3"), of("2024-S2", "93.9"), of("2024-Q1", "90.0")];
        let row = says_of(&scene, ("系统管理率", 2030), &of("2025-S1", "93.8"), &known);
        assert_eq!(row.year_before, Some(figure("93.3")));
        // to be kept in every year: there is no way to go
        assert_eq!((row.line, row.says), (None, Says::Level { met: true, on_line: None }));
    }

    #[test]
    fn there_is_no_line_where_the_base_met_the_target_or_was_defined_otherwise() {
        let of = |scene: &Scene| {
            let entered = told(scene, "高中阶段毛入学率", "2025-S1", "91.0");
            let row = says_of(scene, ("高中阶段毛入学率", 2030), &entered, &[]);
            (row.line, row.says)
        };
        let below = Says::Level { met: false, on_line: None };
        let mut met = scene();
        met.observations.iter_mut().filter(|o| o.key.period.year() == 2020).for_each(|o| {
            o.value = Value::Figure("97.0".parse().unwrap());
        });
        assert_eq!(of(&met), (None, below.clone()));
        let mut broken = scene();
        broken.break_in("高中阶段毛入学率", 2023);
        assert_eq!(of(&broken), (None, below));
    }

    #[test]
    fn what_happens_adds_up_over_the_parts_that_were_told() {
        let mut scene = scene();
        let code = scene.code("系统管理率");
        let mut card = scene.definitions[&code].versions()[0].clone();
        card.unit = Unit::CountPerYear;
        let cards = halfsky_monitor::definition::Definitions::new(vec![card]).unwrap();
        scene.definitions.insert(code, cards);
        let of = |period: &str, value: &str| told(&scene, "系统管理率", period, value);
        let all = [of("2025-Q1", "20"), of("2025-Q2", "30")];
        let third = of("2025-Q3", "19");
        let row = says_of(&scene, ("系统管理率", 2030), &third, &all);
        let percent = Some(figure("75.0"));
        assert_eq!(row.says, Says::SoFar { sum: figure("69"), met: false, percent });
        let row = says_of(&scene, ("系统管理率", 2030), &third, &all[..1]);
        assert_eq!(row.says, Says::Not(NotHeld::PartMissing));
    }

    #[test]
    fn targets_whose_year_is_over_and_indicators_nobody_told_of_are_left_out() {
        let scene = scene();
        let entered = told(&scene, "宫颈癌", "2026-S1", "27.0");
        let told = Told { period: entered.key.period, entered: &[entered], known: &[] };
        let numbers: Vec<u32> =
            scene.with(|inputs| part_of_year(inputs, &told)).iter().map(|r| r.number).collect();
        assert_eq!(numbers, [scene.number("宫颈癌", 2030)]);
    }
}
