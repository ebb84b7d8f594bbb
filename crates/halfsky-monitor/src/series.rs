//! Series (时间序列): the values of one indicator over the years, cut where they cannot be compared.

use std::collections::BTreeMap;

use halfsky_plan::figure::Figure;
use halfsky_plan::indicator::IndicatorCode;
use rust_decimal::Decimal;

use crate::definition::{Comparability, Definitions};
use crate::observation::{ObsStatus, Observation, ObservationKey, SourceVariant, Value};
use crate::period::Period;

/// One value of a series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    pub period: Period,
    /// As published.
    pub printed: Figure,
    /// To compute with: in terms of the last definition, when a bridge leads there.
    pub value: Decimal,
    pub definition_version: u32,
    pub status: ObsStatus,
}

/// Where a series is cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesBreak {
    /// First period after the break.
    pub from: Period,
    pub reason: String,
}

/// A period without a value, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    pub period: Period,
    pub why: Value,
}

/// The values of one indicator, one region, one group, one source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// The key of its last observation.
    pub key: ObservationKey,
    /// All values, oldest first.
    pub points: Vec<Point>,
    pub breaks: Vec<SeriesBreak>,
    pub gaps: Vec<Gap>,
}

/// Observations that make no series.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SeriesProblem {
    #[error("没有可用的数据")]
    Empty,
    #[error("取数方式不同（{}与{}），不能列为一个时间序列", .0.label(), .1.label())]
    MixedSources(SourceVariant, SourceVariant),
    #[error("指标、地区或分组不同，不能列为一个时间序列")]
    MixedKeys,
    #[error("{0}有两个数值")]
    Twice(String),
}

impl Series {
    /// The series of observations that differ in their period alone.
    pub fn new(
        mut observations: Vec<Observation>,
        definitions: &Definitions,
    ) -> Result<Self, SeriesProblem> {
        observations.sort_by_key(|o| o.key.period);
        for pair in observations.windows(2) {
            let (a, b) = (&pair[0].key, &pair[1].key);
            if a.source != b.source {
                return Err(SeriesProblem::MixedSources(a.source, b.source));
            }
            if a.period == b.period {
                return Err(SeriesProblem::Twice(a.period.label()));
            }
            if *a != (ObservationKey { period: a.period, ..b.clone() }) {
                return Err(SeriesProblem::MixedKeys);
            }
        }
        let key = observations.last().ok_or(SeriesProblem::Empty)?.key.clone();
        let mut series = Self { key, points: Vec::new(), breaks: Vec::new(), gaps: Vec::new() };
        for observation in observations {
            series.add(observation, definitions);
        }
        series.bridge(definitions);
        Ok(series)
    }

    fn add(&mut self, observation: Observation, definitions: &Definitions) {
        let period = observation.key.period;
        let printed = match observation.value {
            Value::Figure(figure) => figure,
            why @ Value::Missing(_) => {
                self.gaps.push(Gap { period, why });
                return;
            }
        };
        let version = observation.definition_version;
        if let Some(last) = self.points.last() {
            let reason = match definitions.between(last.definition_version, version) {
                Comparability::Comparable | Comparability::Bridged(_) => None,
                Comparability::NotComparable(reason) => Some(reason),
                Comparability::Undefined => Some("指标解释版本不明".to_owned()),
            };
            let marked = observation.status == ObsStatus::Break;
            let reason = reason.or_else(|| marked.then(|| "数据标注为口径断点".to_owned()));
            if let Some(reason) = reason {
                self.breaks.push(SeriesBreak { from: period, reason });
            }
        }
        self.points.push(Point {
            period,
            printed,
            value: printed.decimal(),
            definition_version: version,
            status: observation.status,
        });
    }

    /// Brings the points after the last break to the last definition.
    fn bridge(&mut self, definitions: &Definitions) {
        let Some(version) = self.points.last().map(|p| p.definition_version) else { return };
        let start = self.comparable_from();
        for point in &mut self.points[start..] {
            if let Comparability::Bridged(factor) =
                definitions.between(point.definition_version, version)
                && let Some(value) = point.value.checked_mul(factor)
            {
                point.value = value;
            }
        }
    }

    fn comparable_from(&self) -> usize {
        let from = self.breaks.last().map(|b| b.from);
        from.map_or(0, |from| self.points.partition_point(|p| p.period < from))
    }

    /// The values that may be compared with the last one: those since the last break.
    pub fn comparable(&self) -> &[Point] {
        &self.points[self.comparable_from()..]
    }

    /// Whether the values of two periods may be compared.
    pub fn comparable_between(&self, a: Period, b: Period) -> bool {
        let (first, last) = (a.min(b), a.max(b));
        self.breaks.iter().all(|cut| cut.from <= first || last < cut.from)
    }
}

/// The figures that cannot be compared with the one before them in their series, each with the reason. Figures of any
/// indicators, regions, groups and sources may be given; `definitions` tells the versions of a card.
pub fn breaks<'a>(
    observations: &[Observation],
    definitions: impl Fn(&IndicatorCode) -> Option<&'a Definitions>,
) -> BTreeMap<ObservationKey, String> {
    let mut series: BTreeMap<ObservationKey, Vec<&Observation>> = BTreeMap::new();
    let Some(any) = observations.first().map(|o| o.key.period) else { return BTreeMap::new() };
    for observation in observations {
        let key = ObservationKey { period: any, ..observation.key.clone() };
        series.entry(key).or_default().push(observation);
    }
    let mut found = BTreeMap::new();
    for (key, own) in series {
        // one figure alone is compared with nothing
        let (Some(definitions), true) = (definitions(&key.indicator), own.len() > 1) else {
            continue;
        };
        let own = own.into_iter().cloned().collect();
        let Ok(series) = Series::new(own, definitions) else { continue };
        for cut in series.breaks {
            found.insert(ObservationKey { period: cut.from, ..key.clone() }, cut.reason);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::{Continuity, Definition};
    use crate::observation::{ConfStatus, Missing, MissingReason};
    use halfsky_plan::indicator::Catalogue;

    fn definitions(continuity: Continuity) -> Definitions {
        let catalogue = Catalogue::builtin();
        let card = catalogue.find(&IndicatorCode("W-H02".to_owned())).unwrap();
        let first = Definition::from_catalogue(card, 2011).unwrap();
        let second = Definition { version: 2, valid_from: 2023, continuity, ..first.clone() };
        Definitions::new(vec![first, second]).unwrap()
    }

    fn observed(year: i32, version: u32, value: &str) -> Observation {
        let period = Period::year_of(year).unwrap();
        let code = IndicatorCode("W-H02".to_owned());
        Observation {
            key: ObservationKey::total("000101".parse().unwrap(), code, period),
            value: Value::Figure(value.parse().unwrap()),
            definition_version: version,
            status: ObsStatus::Normal,
            confidentiality: ConfStatus::Free,
            unit_mult: 0,
            explanation: String::new(),
        }
    }

    fn years() -> Vec<Observation> {
        vec![observed(2023, 2, "9"), observed(2021, 1, "12"), observed(2022, 1, "10")]
    }

    #[test]
    fn a_break_cuts_the_series() {
        let broken = definitions(Continuity::Break { reason: "统计范围扩大".to_owned() });
        let series = Series::new(years(), &broken).unwrap();
        assert_eq!((series.points.len(), series.comparable().len()), (3, 1));
        let year = |y| Period::year_of(y).unwrap();
        assert!(series.comparable_between(year(2021), year(2022)));
        assert!(!series.comparable_between(year(2023), year(2022)));
        assert_eq!(series.breaks[0].reason, "统计范围扩大");
    }

    #[test]
    fn a_bridge_brings_older_values_over() {
        let factor = "1.1".parse().unwrap();
        let bridge = Continuity::Bridge { factor, reason: "换算".to_owned() };
        let series = Series::new(years(), &definitions(bridge)).unwrap();
        let values: Vec<_> = series.comparable().iter().map(|p| p.value.to_string()).collect();
        assert_eq!(values, ["13.2", "11.0", "9"]);
        assert_eq!(series.points[0].printed.to_string(), "12");
    }

    #[test]
    fn sources_are_never_mixed() {
        let mut mixed = years();
        mixed[0].key.source = SourceVariant::Survey;
        let problem = Series::new(mixed, &definitions(Continuity::Comparable)).unwrap_err();
        assert_eq!(problem.to_string(), "取数方式不同（全面统计与抽样调查），不能列为一个时间序列");
    }

    #[test]
    fn a_year_without_a_value_is_a_gap() {
        let mut some = years();
        some[2].value = Value::Missing(Missing {
            reason: MissingReason::NotYet,
            note: String::new(),
            owner: String::new(),
            substitute: String::new(),
        });
        let series = Series::new(some, &definitions(Continuity::Comparable)).unwrap();
        assert_eq!((series.points.len(), series.gaps.len()), (2, 1));
    }

    #[test]
    fn the_first_figure_after_a_break_is_marked_in_each_series() {
        let definitions =
            definitions(Continuity::Break { reason: "统计范围扩大".to_owned() });
        let mut all = years();
        let elsewhere = |mut o: Observation| {
            o.key.ref_area = "000102".parse().unwrap();
            o
        };
        all.extend(years().into_iter().skip(1).map(elsewhere));
        let found = super::breaks(&all, |_| Some(&definitions));
        let told: Vec<_> = found
            .iter()
            .map(|(key, why)| (key.ref_area.as_str(), key.period.year(), why.as_str()))
            .collect();
        assert_eq!(told, [("000101", 2023, "统计范围扩大")]);
        assert_eq!(super::breaks(&all, |_| None), BTreeMap::new());
    }
}
