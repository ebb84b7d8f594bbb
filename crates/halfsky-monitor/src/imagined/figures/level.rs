//! Levels: where an indicator stands in a region in a year, before chance counts.

use halfsky_plan::unit::Unit;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use super::{Cells, cells};
use crate::data_set::Row;
use crate::definition::{Definition, Direction};
use crate::imagined::chance::Chance;
use crate::imagined::place::Place;

/// The year from which trends are counted.
const BASE_YEAR: i32 = 2020;

/// What a region is like.
#[derive(Debug, Clone, Copy)]
pub(in crate::imagined) struct Profile {
    pub(in crate::imagined) chance: Chance,
    country: Chance,
    population: f64,
    /// Share of people who live in towns.
    pub(in crate::imagined) urban: f64,
    /// How well off it is beside the others, in standard deviations.
    development: f64,
}

impl Profile {
    pub(in crate::imagined) fn of(country: Chance, place: &Place) -> Self {
        let chance = country.of(place.code.as_str());
        let district = place.name.ends_with('区');
        let urban = if district {
            chance.of("urban").between(0.65, 0.95)
        } else {
            chance.of("urban").between(0.3, 0.6)
        };
        let population = 380_000.0 * libm::exp(0.55 * chance.of("population").normal());
        let development = chance.of("development").normal() + if district { 0.6 } else { -0.2 };
        Self { chance, country, population, urban, development }
    }
}

/// How values of an indicator spread and grow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scale {
    /// A part of a whole: never below 0 or above it.
    Logit,
    /// Anything else above 0.
    Log,
    /// The same where regions differ by a few per cent only: years of life, hours of sleep.
    Narrow,
}

/// The level of an indicator by column: rates as parts of one where they are worked out, else in their unit.
pub(in crate::imagined) fn level(card: &Definition, profile: &Profile, year: i32) -> Cells {
    let (low, high) = span(card);
    let own = profile.country.of(&card.code.0);
    let centre = own.of("centre").between(low, high);
    if card.unit == Unit::YesNo {
        let since = profile.chance.of(&card.code.0).of("since").between(-4.0, 9.0);
        let there = if f64::from(year - BASE_YEAR) >= since { 1.0 } else { 0.0 };
        return cells([there; 5]);
    }
    if !worked_out(card) && matches!(card.unit, Unit::Count | Unit::Person | Unit::Count10k) {
        return counted(card, profile, centre, year);
    }
    let (scale, whole) = scale(card);
    let z = |value: f64| match scale {
        Scale::Logit => {
            let share = (value / whole).clamp(0.001, 0.999);
            libm::log(share / (1.0 - share))
        }
        Scale::Log | Scale::Narrow => libm::log(value.max(1e-6)),
    };
    let back = |z: f64| match scale {
        Scale::Logit => whole / (1.0 + libm::exp(-z)),
        Scale::Log | Scale::Narrow => libm::exp(z),
    };
    let moved = z(centre) + shift(card, profile, scale, year);
    let apart = parts(card, own);
    let multiplier = if worked_out(card) { multiplier(card) } else { 1.0 };
    let value = |gap: f64| {
        let value = back(moved + gap);
        let most = if card.calculation.gross { 118.0 } else { f64::INFINITY };
        value.min(most) / multiplier
    };
    cells([0.0, apart.0, -apart.0, apart.1, -apart.1].map(value))
}

/// Whether its figures come from two counts.
fn worked_out(card: &Definition) -> bool {
    !card.calculation.formula.is_empty()
}

fn multiplier(card: &Definition) -> f64 {
    card.calculation.multiplier.to_f64().filter(|m| *m > 0.0).unwrap_or(1.0)
}

fn scale(card: &Definition) -> (Scale, f64) {
    match card.unit {
        Unit::Percent if !card.calculation.gross => (Scale::Logit, 100.0),
        Unit::Permille => (Scale::Logit, 1000.0),
        Unit::Years | Unit::Age | Unit::HourPerDay => (Scale::Narrow, 1.0),
        _ => (Scale::Log, 1.0),
    }
}

/// How far a region lies from the country's level in a year: its own standing, its trend, this year's chance.
fn shift(card: &Definition, profile: &Profile, scale: Scale, year: i32) -> f64 {
    let chance = profile.chance.of(&card.code.0);
    let (spread, noise) = match scale {
        Scale::Logit => (0.28, 0.035),
        Scale::Log => (0.12, 0.02),
        Scale::Narrow => (0.009, 0.0015),
    };
    let better = match card.direction {
        Direction::Increase => 1.0,
        Direction::Decrease => -1.0,
        Direction::Balance | Direction::None => 0.0,
    };
    let standing = spread * (0.5 * better * profile.development + 0.8 * chance.of("own").normal());
    let pace = profile.country.of(&card.code.0).of("pace").between(0.4, 1.4)
        + 0.35 * chance.of("pace").normal();
    let trend = match scale {
        Scale::Logit => 0.055,
        Scale::Log => 0.018,
        Scale::Narrow => 0.002,
    };
    let years = f64::from(year - BASE_YEAR);
    // what happened lately is not forgotten at once
    let lately: f64 = [(0, 1.0), (1, 0.6), (2, 0.36)]
        .into_iter()
        .map(|(back, weight)| weight * chance.of("year").in_year(year - back).normal())
        .sum();
    standing + better * trend * pace * years + noise * lately
}

/// How far women lie from men, and towns from the country.
fn parts(card: &Definition, own: Chance) -> (f64, f64) {
    if card.unit == Unit::Years {
        // life expectancy: women live longer
        return (0.018, 0.008);
    }
    let better = if card.direction == Direction::Decrease { -1.0 } else { 1.0 };
    (0.05 * own.of("sexes").normal(), better * 0.06 * own.of("residence").uniform())
}

/// A count of its own: so many for a region of middle size.
fn counted(card: &Definition, profile: &Profile, centre: f64, year: i32) -> Cells {
    let chance = profile.chance.of(&card.code.0);
    let small = ["每个", "最小值", "班子", "四套"]
        .iter()
        .any(|word| card.name_zh.contains(word) || card.calculation.numerator.contains(word));
    let size = if small { 1.0 } else { profile.population / 400_000.0 };
    let size = if card.unit == Unit::Count10k { size / 2.0 } else { size };
    let base = if small { 1.0 + libm::fmod(centre, 4.0) } else { centre };
    let years = f64::from(year - BASE_YEAR);
    let better = if card.direction == Direction::Decrease { -0.05 } else { 0.03 };
    let moved = better * years
        + 0.35 * chance.of("own").normal()
        + 0.04 * chance.of("year").in_year(year).normal();
    let all = base * size * libm::exp(moved);
    let urban = all * profile.urban;
    cells([all, all * 0.49, all * 0.51, urban, all - urban])
}

/// Rates that hold one another in bounds: fewer children die before a month than before a year, and fewer before a
/// year than before five.
const KNOWN: [(&str, f64, f64); 4] = [
    ("新生儿死亡率", 1.6, 2.2),
    ("婴儿死亡率", 3.2, 4.0),
    ("5岁以下儿童死亡率", 5.2, 6.2),
    ("孕产妇死亡率", 9.0, 16.0),
];

/// Between which levels the middle of an indicator lies.
fn span(card: &Definition) -> (f64, f64) {
    if let Some((_, low, high)) = KNOWN.iter().find(|(name, _, _)| card.name_zh == *name) {
        return (*low, *high);
    }
    let bound = |bound: Option<Decimal>| bound.and_then(|b| b.to_f64());
    let likely = card.plausible.likely;
    if let (Some(low), Some(high)) = (bound(likely.low), bound(likely.high)) {
        let width = high - low;
        return (low + 0.25 * width, high - 0.25 * width);
    }
    let women = card.calculation.numerator.contains('女') && !card.name_zh.ends_with('率');
    match (card.unit, card.direction) {
        (Unit::Percent, _) if card.calculation.gross => (70.0, 102.0),
        (Unit::Percent, Direction::Decrease) => (3.0, 16.0),
        (Unit::Percent, Direction::Balance) => (44.0, 52.0),
        (Unit::Percent, _) if women => (24.0, 46.0),
        (Unit::Percent, _) => (68.0, 95.0),
        (Unit::Permille, _) => (2.5, 7.0),
        (Unit::Per100k, _) => (8.0, 45.0),
        (Unit::PercentagePoint, _) => (1.5, 8.0),
        (Unit::Years | Unit::Age, _) => (75.5, 79.0),
        (Unit::Count | Unit::Person, _) => (6.0, 240.0),
        (Unit::Count10k, _) => (2.0, 14.0),
        (Unit::CountPer1000, _) => (0.8, 5.0),
        (Unit::CountPer10k, _) => (1.5, 9.0),
        (Unit::HourPerDay, _) if card.name_zh.contains("睡眠") => (7.8, 9.4),
        (Unit::HourPerDay, _) => (1.1, 2.2),
        (Unit::Minute, _) => (9.0, 18.0),
        (Unit::MinutePerDay, _) => (45.0, 110.0),
        (Unit::Yuan, _) => (220.0, 1900.0),
        (Unit::Ratio, Direction::Balance) => (1.04, 1.16),
        (Unit::Ratio, _) => (0.72, 0.96),
        (Unit::CountPerYear, _) => (2.0, 8.0),
        _ => (5.0, 60.0),
    }
}

/// What share of the people an item counts, or how many such institutions a region of middle size has.
const SIZES: [(&str, f64); 20] = [
    ("活产", 0.0075),
    ("产妇", 0.0074),
    ("孕", 0.0078),
    ("新生儿", 0.0075),
    ("5岁以下", 0.045),
    ("3岁以下", 0.026),
    ("7岁以下", 0.065),
    ("0—6岁", 0.06),
    ("0—14岁", 0.16),
    ("0—17岁", 0.2),
    ("幼儿", 0.03),
    ("小学", 0.07),
    ("初中", 0.036),
    ("高中", 0.025),
    ("学生", 0.04),
    ("常住人口", 1.0),
    ("农村供水", 0.45),
    ("女性平均人口", 0.49),
    ("妇女", 0.12),
    ("人口", 0.3),
];

/// The size of a count by column.
pub(in crate::imagined) fn size(row: &Row, profile: &Profile, year: i32) -> Cells {
    let own = profile.country.of(&row.code.0).of("size");
    let chance = profile.chance.of(&row.code.0).of("size");
    let known = SIZES.iter().find(|(word, _)| row.name.contains(word)).map(|(_, share)| *share);
    let people = row.unit == Unit::Person || known.is_some() && !row.name.contains("校数");
    let base = if row.name.contains("收入") {
        own.between(42_000.0, 68_000.0)
    } else if people {
        profile.population * known.unwrap_or_else(|| own.between(0.003, 0.03))
    } else {
        own.between(30.0, 260.0) * libm::sqrt(profile.population / 400_000.0)
    };
    let growth =
        if known.is_some_and(|share| share < 0.01) { -0.035 } else { own.between(-0.012, 0.012) };
    let years = f64::from(year - BASE_YEAR);
    let moved = growth * years
        + 0.12 * chance.of("own").normal()
        + 0.012 * chance.of("year").in_year(year).normal();
    let all = libm::round(base * libm::exp(moved)).max(2.0);
    let female = libm::round(all * (0.485 + 0.008 * chance.of("sexes").normal()).clamp(0.3, 0.7));
    let urban = libm::round(all * profile.urban);
    cells([all, female, all - female, urban, all - urban])
}
