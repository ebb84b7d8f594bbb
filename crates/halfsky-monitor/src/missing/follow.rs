//! The register follows the figures: what an accepted report leaves missing is entered, what it brings is crossed off.

use std::collections::{BTreeMap, BTreeSet};

use halfsky_plan::indicator::IndicatorCode;

use super::{MissingItem, is_total};
use crate::observation::{Missing, MissingReason, Observation, Value};
use crate::period::PeriodKind;

/// The lines that change, given the register and every figure in force of some indicators, `figures`; lines of
/// other indicators stay. Only yearly, unsplit figures count. What people wrote stays: the planned survey, a
/// substitute the report does not name, an owner it does not name.
pub fn follow(register: &[MissingItem], figures: &[Observation]) -> Vec<MissingItem> {
    let mut by_indicator: BTreeMap<&IndicatorCode, BTreeMap<i32, Option<&Missing>>> =
        BTreeMap::new();
    for figure in figures.iter().filter(|f| counts(f)) {
        let years = by_indicator.entry(&figure.key.indicator).or_default();
        let missing = match &figure.value {
            Value::Figure(_) => None,
            Value::Missing(missing) => Some(missing),
        };
        // one way of counting has a figure: the year has one
        let known = years.entry(figure.key.period.year()).or_insert(missing);
        if missing.is_none() {
            *known = None;
        }
    }
    let mut changed = Vec::new();
    for (indicator, years) in by_indicator {
        let lines: Vec<&MissingItem> =
            register.iter().filter(|line| line.indicator == *indicator).collect();
        let now = runs(indicator, &years);
        let begun: BTreeSet<i32> = now.iter().map(|(run, _)| run.since).collect();
        for (run, last) in &now {
            let line = lines.iter().copied().find(|line| line.since == run.since);
            // a line whose years have got their figures hands on to the gap that is left
            let before = |line: &&&MissingItem| {
                open(line) && line.since < run.since && !begun.contains(&line.since)
            };
            let manual = line.or_else(|| lines.iter().rev().find(before).copied());
            let next = merged(run, *last, manual);
            if line != Some(&next) {
                changed.push(next);
            }
        }
        for line in lines.iter().filter(|line| open(line) && !begun.contains(&line.since)) {
            let resolved = years
                .iter()
                .find(|(year, missing)| **year >= line.since && missing.is_none())
                .map(|(year, _)| *year);
            if resolved.is_some() {
                changed.push(MissingItem { resolved, ..(*line).clone() });
            }
        }
    }
    changed.sort_by(|a, b| (&a.indicator, a.since).cmp(&(&b.indicator, b.since)));
    changed
}

fn open(line: &MissingItem) -> bool {
    line.resolved.is_none()
}

fn counts(figure: &Observation) -> bool {
    let yearly = matches!(figure.key.period.kind(), PeriodKind::Year | PeriodKind::HealthYear);
    let applies = match &figure.value {
        Value::Missing(missing) => missing.reason != MissingReason::NotApplicable,
        Value::Figure(_) => true,
    };
    yearly && applies && is_total(figure)
}

/// The years without a figure, run by run, each with what was told last and its last year.
fn runs(
    indicator: &IndicatorCode,
    years: &BTreeMap<i32, Option<&Missing>>,
) -> Vec<(MissingItem, i32)> {
    let mut runs: Vec<(MissingItem, i32)> = Vec::new();
    for (year, missing) in years {
        match (missing, runs.last_mut().filter(|(run, _)| open(run))) {
            (Some(missing), Some((run, last))) => {
                run.missing = (*missing).clone();
                *last = *year;
            }
            (Some(missing), None) => {
                let run = MissingItem {
                    indicator: indicator.clone(),
                    since: *year,
                    resolved: None,
                    missing: (*missing).clone(),
                    survey: String::new(),
                    survey_due: None,
                };
                runs.push((run, *year));
            }
            (None, Some((run, _))) => run.resolved = Some(*year),
            (None, None) => {}
        }
    }
    runs
}

/// A run as it stands in the register, with what people wrote there; `last` is its last year.
fn merged(run: &MissingItem, last: i32, manual: Option<&MissingItem>) -> MissingItem {
    let Some(manual) = manual else { return run.clone() };
    let or = |told: &str, written: &str| {
        if told.is_empty() { written.to_owned() } else { told.to_owned() }
    };
    MissingItem {
        missing: Missing {
            reason: run.missing.reason,
            note: or(&run.missing.note, &manual.missing.note),
            owner: or(&run.missing.owner, &manual.missing.owner),
            substitute: or(&run.missing.substitute, &manual.missing.substitute),
        },
        survey: manual.survey.clone(),
        survey_due: manual.survey_due,
        resolved: run.resolved.or(manual.resolved.filter(|year| *year > last)),
        ..run.clone()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::observation::{ConfStatus, ObservationKey, Sex};
    use crate::period::Period;

    fn told(code: &str, year: i32, value: Result<&str, MissingReason>) -> Observation {
        let period = Period::year_of(year).unwrap();
        let code = IndicatorCode(code.to_owned());
        let value = match value {
            Ok(figure) => Value::Figure(figure.parse().unwrap()),
            Err(reason) => Value::Missing(missing(reason, "")),
        };
        Observation {
            key: ObservationKey::total("000101".parse().unwrap(), code, period),
            value,
            definition_version: 1,
            status: crate::observation::ObsStatus::Normal,
            confidentiality: ConfStatus::Free,
            unit_mult: 0,
            explanation: String::new(),
        }
    }

    fn missing(reason: MissingReason, substitute: &str) -> Missing {
        Missing {
            reason,
            note: String::new(),
            owner: "县统计局".to_owned(),
            substitute: substitute.to_owned(),
        }
    }

    fn line(since: i32, resolved: Option<i32>) -> MissingItem {
        MissingItem {
            indicator: IndicatorCode("A".to_owned()),
            since,
            resolved,
            missing: missing(MissingReason::NoStatistics, ""),
            survey: String::new(),
            survey_due: None,
        }
    }

    const NONE: Result<&str, MissingReason> = Err(MissingReason::NoStatistics);

    #[test]
    fn what_is_missing_is_entered_once() {
        let figures = [told("A", 2023, Ok("1")), told("A", 2024, NONE), told("A", 2025, NONE)];
        let entered = follow(&[], &figures);
        assert_eq!(entered, [line(2024, None)]);
        assert_eq!(follow(&entered, &figures), [], "nothing is entered twice");
    }

    #[test]
    fn what_came_in_is_crossed_off() {
        let register = [line(2024, None)];
        let figures = [told("A", 2024, NONE), told("A", 2025, Ok("1"))];
        assert_eq!(follow(&register, &figures), [line(2024, Some(2025))]);
        let late = [told("A", 2024, Ok("1"))];
        assert_eq!(follow(&register, &late), [line(2024, Some(2024))], "of the same year");
    }

    #[test]
    fn what_people_wrote_stays() {
        let mut written = line(2024, None);
        written.survey = "2026年专项调查".to_owned();
        written.survey_due = Some(date(2026, 9, 30));
        written.missing.substitute = "全市推算数".to_owned();
        let figures = [
            told("A", 2024, Err(MissingReason::SampledAbove)),
            told("A", 2025, Err(MissingReason::SampledAbove)),
        ];
        let mut expected = written.clone();
        expected.missing.reason = MissingReason::SampledAbove;
        assert_eq!(follow(&[written], &figures), [expected]);
    }

    #[test]
    fn a_line_written_by_hand_begins_anew_where_the_gap_does() {
        let mut written = line(2023, None);
        written.survey = "专项调查".to_owned();
        let figures = [told("A", 2023, Ok("1")), told("A", 2024, NONE)];
        let mut next = line(2024, None);
        next.survey = "专项调查".to_owned();
        let closed = MissingItem { resolved: Some(2023), ..written.clone() };
        assert_eq!(follow(&[written], &figures), [closed, next]);
    }

    #[test]
    fn a_gap_told_later_takes_nothing_from_the_next() {
        let mut later = line(2024, None);
        later.survey = "专项调查".to_owned();
        let figures = [told("A", 2021, NONE), told("A", 2022, Ok("1")), told("A", 2024, NONE)];
        assert_eq!(follow(&[later], &figures), [line(2021, Some(2022))]);
    }

    #[test]
    fn what_people_crossed_off_stays_off_until_a_report_says_otherwise() {
        let crossed = [line(2024, Some(2026))];
        assert_eq!(follow(&crossed, &[told("A", 2024, NONE)]), []);
        let again = [told("A", 2024, NONE), told("A", 2026, NONE)];
        assert_eq!(follow(&crossed, &again), [line(2024, None)]);
    }

    #[test]
    fn parts_other_indicators_and_what_does_not_apply_stay_out() {
        let mut split = told("A", 2025, NONE);
        split.key.sex = Sex::Female;
        let undefined = told("A", 2025, Err(MissingReason::NotApplicable));
        let of_other =
            [MissingItem { indicator: IndicatorCode("B".to_owned()), ..line(2024, None) }];
        assert_eq!(follow(&of_other, &[split, undefined]), []);
    }

    #[test]
    fn one_way_of_counting_is_enough() {
        let mut surveyed = told("A", 2025, Ok("1"));
        surveyed.key.source = crate::observation::SourceVariant::Survey;
        assert_eq!(follow(&[], &[told("A", 2025, NONE), surveyed]), []);
    }
}
