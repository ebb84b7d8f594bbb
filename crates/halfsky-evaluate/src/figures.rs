//! Figures (数据): what is published of a region, read as series, counts and gaps.

use std::collections::BTreeMap;

use halfsky_monitor::definition::{Definition, Definitions, Direction, PeriodRule, SexSplit};
use halfsky_monitor::item::Item;
use halfsky_monitor::observation::{MissingReason, Observation, Residence, Sex, TOTAL, Value};
use halfsky_monitor::period::Period;
use halfsky_monitor::series::Series as Published;
use halfsky_plan::figure::Figure;
use halfsky_plan::indicator::IndicatorCode;
use halfsky_stats::small_number::Count;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use crate::delivery::Delivery;
use crate::goal::Rounding;
use crate::series::{Observation as Point, Series, number};
use crate::working::Polarity;

/// A rate per fewer than this many is a share: it is judged by its value and not by its cases.
const RARE_FROM: i64 = 1000;

/// Whether an indicator counts rare events, as a rate per thousand and more does.
pub fn counts_rare_events(definition: &Definition) -> bool {
    definition.calculation.multiplier >= Decimal::from(RARE_FROM)
}

/// Published figures of one region by indicator, with the definitions they were reported under.
#[derive(Debug)]
pub struct Figures<'a> {
    observations: BTreeMap<&'a IndicatorCode, Vec<&'a Observation>>,
    definitions: &'a BTreeMap<IndicatorCode, Definitions>,
    /// Reported items by name.
    items: &'a BTreeMap<String, Item>,
}

impl<'a> Figures<'a> {
    /// Figures of one region, each period from one edition. Periods after `year` are not looked at.
    pub fn new(
        observations: &'a [Observation],
        definitions: &'a BTreeMap<IndicatorCode, Definitions>,
        items: &'a BTreeMap<String, Item>,
        year: i32,
    ) -> Self {
        let mut by_code: BTreeMap<&IndicatorCode, Vec<&Observation>> = BTreeMap::new();
        for observation in observations.iter().filter(|o| o.key.period.year() <= year) {
            by_code.entry(&observation.key.indicator).or_default().push(observation);
        }
        Self { observations: by_code, definitions, items }
    }

    /// The newest definition of an indicator.
    pub fn definition(&self, code: &IndicatorCode) -> Option<&'a Definition> {
        self.definitions.get(code)?.versions().last()
    }

    /// The indicator of a name, as its definition words it.
    pub fn named(&self, name: &str) -> Option<&'a IndicatorCode> {
        self.definitions
            .iter()
            .find(|(_, d)| d.versions().last().is_some_and(|d| d.name_zh == name))
            .map(|(code, _)| code)
    }

    /// Which way is better, where the definition says so.
    pub fn polarity(&self, code: &IndicatorCode) -> Option<Polarity> {
        match self.definition(code)?.direction {
            Direction::Increase => Some(Polarity::MoreIsBetter),
            Direction::Decrease => Some(Polarity::LessIsBetter),
            Direction::Balance => Some(Polarity::Balance),
            Direction::None => None,
        }
    }

    /// The series of a whole: of women where an indicator speaks of women alone.
    pub fn whole(&self, code: &IndicatorCode) -> Option<Series> {
        let total = self.series(code, Sex::Total, Residence::Total);
        let women = self.definition(code).is_some_and(|d| d.splits.sex == SexSplit::FemaleOnly);
        total
            .or_else(|| if women { self.series(code, Sex::Female, Residence::Total) } else { None })
    }

    /// Women and men.
    pub fn sexes(&self, code: &IndicatorCode) -> Option<(Series, Series)> {
        let of = |sex| self.series(code, sex, Residence::Total);
        of(Sex::Female).zip(of(Sex::Male))
    }

    /// Rural and urban.
    pub fn residences(&self, code: &IndicatorCode) -> Option<(Series, Series)> {
        let of = |residence| self.series(code, Sex::Total, residence);
        of(Residence::Rural).zip(of(Residence::Urban))
    }

    /// One series: one way of collecting, one kind of year. None without a single figure.
    fn series(&self, code: &IndicatorCode, sex: Sex, residence: Residence) -> Option<Series> {
        let definitions = self.definitions.get(code)?;
        let newest = definitions.versions().last()?;
        let yearly = |o: &&&Observation| {
            let key = &o.key;
            key.period.is_whole_year()
                && (key.sex, key.residence) == (sex, residence)
                && key.age == TOTAL
                && key.group == TOTAL
        };
        let all: Vec<&&Observation> = self.observations.get(code)?.iter().filter(yearly).collect();
        // what the definition asks for comes first; otherwise what there is
        let source = newest.source.variant;
        let source = if all.iter().any(|o| o.key.source == source) {
            source
        } else {
            all.iter().map(|o| o.key.source).min()?
        };
        let kind = newest.period_rule.kind();
        let of_source = || all.iter().filter(|o| o.key.source == source);
        let kind = if of_source().any(|o| o.key.period.kind() == kind) {
            kind
        } else {
            of_source().map(|o| o.key.period.kind()).min()?
        };
        let chosen = of_source().filter(|o| o.key.period.kind() == kind);
        let published =
            Published::new(chosen.map(|o| (**o).clone()).collect(), definitions).ok()?;
        of_published(&published)
    }

    /// Cases and exposure per year with the multiplier, where an indicator counts rare events.
    pub fn counts(&self, code: &IndicatorCode) -> Option<(Vec<Count>, f64)> {
        let definition = self.definition(code)?;
        if !counts_rare_events(definition) {
            return None;
        }
        let calculation = &definition.calculation;
        let of = |name: &str| self.whole(&self.items.get(name)?.code).or_else(|| self.item(name));
        let (events, exposure) = (of(&calculation.numerator)?, of(&calculation.denominator)?);
        let counts: Vec<Count> = events
            .observations()
            .iter()
            .filter_map(|o| {
                let events = o.value.decimal();
                let exposure = number(exposure.at(o.year)?.value);
                let whole = events.fract().is_zero() && exposure > 0.0;
                whole.then(|| events.to_u64().map(|events| Count { events, exposure }))?
            })
            .collect();
        if counts.is_empty() {
            return None;
        }
        Some((counts, number(Figure::new(calculation.multiplier))))
    }

    /// The figures of a reported item, which has no definition of its own.
    fn item(&self, name: &str) -> Option<Series> {
        let observations = self.observations.get(&self.items.get(name)?.code)?;
        let mut points: Vec<Point> = Vec::new();
        for o in observations {
            let key = &o.key;
            let whole = key.period.is_whole_year()
                && (key.sex, key.residence) == (Sex::Total, Residence::Total)
                && key.age == TOTAL
                && key.group == TOTAL;
            if let (true, Some(value)) = (whole, o.value.figure()) {
                points.push(Point { year: key.period.year(), value });
            }
        }
        // two ways of collecting one item would make two figures of a year: then none is taken
        Series::new(points, Vec::new()).ok().filter(|s| !s.observations().is_empty())
    }

    /// How the figure of a year arrived. What units tell of a part of a year does not stand in for it; only an
    /// indicator that is made for parts of a year is there with them.
    pub fn delivery(&self, code: &IndicatorCode, year: i32) -> Delivery {
        let rule = self.definition(code).map(|d| d.period_rule);
        let every_year = rule.is_none_or(PeriodRule::every_year);
        let counts = |period: Period| {
            period.year() == year
                && (period.is_whole_year() || rule.is_some_and(|r| r.kind() == period.kind()))
        };
        let all = self.observations.get(code).into_iter().flatten();
        let of_year: Vec<&Value> = all.filter(|o| counts(o.key.period)).map(|o| &o.value).collect();
        if of_year.iter().any(|v| v.figure().is_some()) {
            return Delivery::InTime;
        }
        let explained = of_year
            .iter()
            .any(|v| matches!(v, Value::Missing(m) if m.reason != MissingReason::NotReported));
        if explained || !every_year { Delivery::Explained } else { Delivery::Missing { due: None } }
    }
}

/// Published figures with what was entered since in the place of the same figures.
pub fn merged(published: &[Observation], entered: &[Observation]) -> Vec<Observation> {
    let keys: std::collections::BTreeSet<_> = entered.iter().map(|o| &o.key).collect();
    let kept = published.iter().filter(|o| !keys.contains(&o.key));
    kept.chain(entered).cloned().collect()
}

/// The series as it is judged: bridged figures are rounded like the printed ones.
pub fn of_published(published: &Published) -> Option<Series> {
    let points = published
        .points
        .iter()
        .map(|p| {
            let printed = p.printed.decimal();
            let value = if p.value == printed {
                p.printed
            } else {
                Rounding::default().round(Figure::new(p.value), printed.scale())
            };
            Point { year: p.period.year(), value }
        })
        .collect::<Vec<_>>();
    let breaks = published.breaks.iter().map(|b| b.from.year()).collect();
    Series::new(points, breaks).ok().filter(|s| !s.observations().is_empty())
}
