//! Surprise: a value outside what the years before let expect, one step ahead.
//!
//! Needs no threshold of its own for each indicator: see `docs/methods/surprise.md`.

use halfsky_plan::unit::Unit;
use halfsky_stats::forecast::Point;
use halfsky_stats::prior::generic;
use halfsky_stats::scale::{Scale, from_working, to_working};
use halfsky_stats::surprise::{near, surprise};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::{Finding, Form, Placed, Rule, Severity, cell, part, with_unit};
use crate::data_set::Row;

/// Fewer earlier values say too little for a question.
const FEWEST_YEARS: usize = 3;

pub(super) fn check(form: &Form<'_>, row: &Placed<'_>, findings: &mut Vec<Finding>) {
    let Some(scale) = scale(row) else { return };
    for &column in &row.columns {
        let Some(value) = form.value(row, column) else { continue };
        let past = form.past(row, column);
        if past.len() < FEWEST_YEARS {
            continue;
        }
        let point = |year: i32, value: Decimal| {
            let z = to_working(scale, value.to_f64()?, None).ok()?;
            Some(Point { year, z })
        };
        // a zero has no place on the scale of rates: the rule of zeros asks about it
        let earlier: Option<Vec<Point>> = past.iter().map(|(y, v)| point(*y, *v)).collect();
        let new = point(form.filled.period.year(), value);
        let Some((earlier, new)) = earlier.zip(new) else { continue };
        let prior = generic(scale, &[]);
        if near(&earlier, prior, new) {
            continue;
        }
        let Some(found) = surprise(&earlier, prior, new).filter(|s| s.surprising) else { continue };
        let largest = past.iter().map(|(_, v)| *v).max().unwrap_or_default().max(value);
        if form.few_events(row, largest) {
            continue;
        }
        let bound = |z| from_working(scale, z);
        let places = usize::try_from(row.decimals).unwrap_or(0);
        findings.push(Finding {
            cell: cell(row, column),
            rule: Rule::Surprise,
            severity: Severity::Warning,
            message: format!(
                "“{}”{}为{}，按历年走势一般在{:.places$}—{:.places$}{}之间",
                row.name,
                part(column),
                with_unit(value, row),
                bound(found.accepted.0),
                bound(found.accepted.1),
                row.unit.label()
            ),
            what_to_do: "请核对；如无误，请说明变动原因".to_owned(),
        });
    }
}

/// The scale of a kind of figure; None where a forecast from the level says nothing.
const fn scale(row: &Row) -> Option<Scale> {
    match row.unit {
        Unit::Percent if row.fraction.is_some() => Some(Scale::Logit),
        Unit::PercentagePoint | Unit::YesNo | Unit::Rank | Unit::WaterClass => None,
        _ => Some(Scale::Log),
    }
}

#[cfg(test)]
mod tests {
    use crate::validation::Rule;
    use crate::validation::testing::Bench;

    const STEADY: &[(i32, &str)] = &[
        (2017, "20.1"),
        (2018, "20.0"),
        (2019, "20.2"),
        (2020, "20.1"),
        (2021, "19.9"),
        (2022, "20.0"),
        (2023, "20.1"),
        (2024, "20.0"),
    ];

    fn found(value: &str) -> Vec<String> {
        let bench = Bench::rate().past("R", STEADY).fill("R", value);
        bench.of(Rule::Surprise).into_iter().map(|f| f.message).collect()
    }

    #[test]
    fn a_steady_series_notices_less_than_a_third() {
        assert_eq!(found("20.4"), Vec::<String>::new());
        let message = &found("26.0")[0];
        assert!(message.starts_with("“系统管理率”为26%，按历年走势一般在"), "{message}");
    }

    #[test]
    fn last_year_has_asked_already() {
        let bench = Bench::rate().past("R", STEADY).fill("R", "40.0");
        assert_eq!(bench.findings(), ["提示 R 与往年比较"]);
    }

    #[test]
    fn two_years_say_nothing() {
        let bench = Bench::rate().past("R", &STEADY[6..]).fill("R", "26.0");
        assert_eq!(bench.of(Rule::Surprise).len(), 0);
    }
}
