//! What documents are made of, and how a figure is found in it.

use halfsky_evaluate::attainment::{Demand, Duty, Fact};
use halfsky_evaluate::goal::Goal;
use halfsky_evaluate::run::{Bounds, Run, TargetResult};
use halfsky_monitor::definition::{Comparability, Definition, SexSplit};
use halfsky_monitor::edition::Edition;
use halfsky_monitor::names::Names;
use halfsky_monitor::observation::{ObsStatus, Observation, Residence, Sex, TOTAL, Value};
use halfsky_monitor::period::PeriodKind;
use halfsky_plan::comparator::Comparator;
use halfsky_plan::figure::Figure;
use halfsky_plan::indicator::IndicatorCode;
use halfsky_plan::unit::Unit;
use halfsky_plan::version::{PlanVersion, ReviewedTarget};
use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::document::Run as Words;
use crate::series_chart::DemandedValue;
use crate::template::Templates;
use crate::wording::comparison::Pair;
use crate::wording::with_unit;

/// Everything a document about a year rests on.
#[derive(Debug, Clone, Copy)]
pub struct Material<'a> {
    pub region: &'a str,
    pub version: &'a PlanVersion,
    pub run: &'a Run,
    /// The newest edition of the year.
    pub edition: &'a Edition,
    /// Published figures up to the year, each period from its newest edition.
    pub figures: &'a [Observation],
    pub names: &'a Names,
    pub issuing: &'a Issuing,
    /// The standing paragraphs of the region.
    pub templates: &'a Templates,
}

/// Who issues, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issuing {
    /// 妇儿工委, as it is printed.
    pub committee: String,
    /// 妇儿工委办公室
    pub office: String,
    /// Who leads the monitoring group.
    pub monitoring: String,
    pub on: Date,
}

impl Issuing {
    /// 成文日期: `2026年3月5日`
    pub fn date(&self) -> String {
        chinese_date(self.on)
    }
}

/// `2026年3月5日`
pub fn chinese_date(day: Date) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

/// A figure of a year beside the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Before {
    /// No figure of the year before.
    None,
    /// 口径调整
    NotComparable,
    /// In terms of today's definition.
    Comparable(Figure),
}

impl<'a> Material<'a> {
    /// The year the document is about.
    pub fn year(&self) -> i32 {
        self.run.year
    }

    /// `数据版本：2025年第1版（校验码…）；评估…`
    pub fn basis(&self) -> String {
        format!(
            "数据版本：{}（校验码{}）；评估方法第{}版。",
            self.edition.label(),
            self.edition.hash.get(..12).unwrap_or(&self.edition.hash),
            self.run.method
        )
    }

    /// `《云溪县妇女发展规划（2021—2030年）》`
    pub fn plan_title(&self) -> String {
        let title = self.version.plan.title.trim();
        if title.starts_with('《') { title.to_owned() } else { format!("《{title}》") }
    }

    /// The target a result speaks of.
    pub fn reviewed(&self, result: &TargetResult) -> Option<&'a ReviewedTarget> {
        self.version.targets.iter().find(|t| t.number == result.number)
    }

    /// The card that holds for the year.
    pub fn definition(&self, result: &TargetResult) -> Option<&'a Definition> {
        self.names.of_year(&code(result)?, self.year())
    }

    /// The published figure of a year, or why there is none.
    pub fn observation(
        &self,
        indicator: &IndicatorCode,
        year: i32,
        sex: Sex,
        residence: Residence,
    ) -> Option<&'a Observation> {
        let fits = |o: &&Observation| {
            let key = &o.key;
            key.indicator == *indicator
                && key.period.year() == year
                && matches!(key.period.kind(), PeriodKind::Year | PeriodKind::HealthYear)
                && (key.sex, key.residence) == (sex, residence)
                && key.age == TOTAL
                && key.group == TOTAL
        };
        let wanted = self.names.of_year(indicator, year).map(|d| d.source.variant);
        let all = || self.figures.iter().filter(fits);
        // what the definition asks for comes first; otherwise what there is
        all().find(|o| Some(o.key.source) == wanted).or_else(|| all().min_by_key(|o| o.key.source))
    }

    /// The figure of the whole: that of women where an indicator speaks of women alone.
    pub fn whole(&self, indicator: &IndicatorCode, year: i32) -> Option<&'a Observation> {
        let women = self
            .names
            .of_year(indicator, year)
            .is_some_and(|d| d.splits.sex == SexSplit::FemaleOnly);
        let of = |sex| self.observation(indicator, year, sex, Residence::Total);
        of(Sex::Total).or_else(|| if women { of(Sex::Female) } else { None })
    }

    /// What a figure of the year before is beside a figure.
    pub fn before(&self, now: &Observation) -> Before {
        let key = &now.key;
        let year = key.period.year() - 1;
        let earlier = self.observation(&key.indicator, year, key.sex, key.residence);
        let Some((earlier, figure)) = earlier.and_then(|o| Some((o, o.value.figure()?))) else {
            return Before::None;
        };
        if now.status == ObsStatus::Break || earlier.key.source != key.source {
            return Before::NotComparable;
        }
        let versions = (earlier.definition_version, now.definition_version);
        let Some(definitions) = self.names.definitions(&key.indicator) else {
            // an item without a card has one meaning
            return Before::Comparable(figure);
        };
        match definitions.between(versions.0, versions.1) {
            Comparability::Comparable => Before::Comparable(figure),
            Comparability::Bridged(factor) => {
                figure.decimal().checked_mul(factor).map_or(Before::NotComparable, |value| {
                    Before::Comparable(Figure::new(value).rounded(figure.decimal().scale()))
                })
            }
            Comparability::NotComparable(_) | Comparability::Undefined => Before::NotComparable,
        }
    }

    /// A figure with the comparable one of the year before.
    pub fn pair(&self, now: &Observation) -> Option<Pair> {
        let definition = self.names.of_year(&now.key.indicator, now.key.period.year())?;
        match self.before(now) {
            Before::Comparable(before) => Some(Pair {
                now: now.value.figure()?,
                before,
                unit: definition.unit,
                direction: definition.direction,
            }),
            Before::None | Before::NotComparable => None,
        }
    }

    /// The demand of a target, as its words are made from; None where it has no value to compare with.
    pub fn demand(&self, result: &TargetResult) -> Option<Demand> {
        let goal = goal(result.goal.as_ref()?)?;
        let keep = self.reviewed(result).is_some_and(|t| t.target.keep);
        let reach = self.reviewed(result).is_some_and(|t| t.target.quote.contains("达到"));
        let duty = match (keep, reach) {
            (false, _) => Duty::AtDeadline,
            (true, true) => Duty::FromDeadline,
            (true, false) => Duty::EveryYear { since: self.run.start },
        };
        Some(Demand { goal, by: result.by, duty, base_year: None, tolerance: None })
    }

    /// The domains of the plan with their results, in the order of the plan.
    pub fn domains(&self) -> Vec<(&'a str, Vec<&'a TargetResult>)> {
        let mut domains: Vec<(&str, Vec<&TargetResult>)> = Vec::new();
        for result in &self.run.targets {
            match domains.iter_mut().find(|(name, _)| *name == result.domain) {
                Some((_, results)) => results.push(result),
                None => domains.push((&result.domain, vec![result])),
            }
        }
        domains
    }
}

/// The indicator of a result.
pub fn code(result: &TargetResult) -> Option<IndicatorCode> {
    result.code.clone().map(IndicatorCode)
}

/// The demand of a target as a line of a chart; None for a band and for what has no value.
pub fn demanded(material: &Material<'_>, result: &TargetResult) -> Option<DemandedValue> {
    let (comparator, value) = match material.demand(result)?.goal {
        Goal::AtLeast(value) => (Comparator::AtLeast, value),
        Goal::AtMost(value) => (Comparator::AtMost, value),
        Goal::Within { .. } => return None,
    };
    Some(DemandedValue {
        comparator,
        value: Figure::new(value),
        unit: material.definition(result)?.unit,
        years: (material.run.start, result.by),
        plan_period: (material.run.start, material.run.end),
    })
}

/// A printed figure as words of a paragraph.
pub fn printed(observation: &Observation, unit: Unit) -> Option<Words> {
    match &observation.value {
        Value::Figure(figure) => Some(Words::Figure {
            text: with_unit(*figure, unit),
            key: Box::new(observation.key.clone()),
        }),
        Value::Missing(_) => None,
    }
}

/// Facts of all targets that count, with their numbers.
pub fn facts<'a>(results: impl Iterator<Item = &'a &'a TargetResult>) -> Vec<(u32, Fact)> {
    results
        .filter(|r| r.quantified && !r.soft)
        .map(|r| (r.number, r.fact.unwrap_or(Fact::NoData)))
        .collect()
}

fn goal(bounds: &Bounds) -> Option<Goal> {
    let number = |text: &String| text.parse::<Decimal>().ok();
    match (&bounds.low, &bounds.high) {
        (Some(low), Some(high)) => Some(Goal::Within { low: number(low)?, high: number(high)? }),
        (Some(low), None) => Some(Goal::AtLeast(number(low)?)),
        (None, Some(high)) => Some(Goal::AtMost(number(high)?)),
        (None, None) => None,
    }
}
