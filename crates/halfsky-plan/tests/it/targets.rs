//! Specimen sentences: what plans say, and the targets it means.
//!
//! One line a target: `name comparator value unit`, then what differs from the usual (deadline, kind,
//! marks, scope); `name direction`, `name direction reference`; `name ?` is judged by people.

mod anything;
mod counts;
mod directions;
mod figures;
mod hazards;
mod names;
mod refusals;

use halfsky_plan::document::clause::{Context, Reading, read_targets};
use halfsky_plan::period::PlanPeriod;
use halfsky_plan::plan::{Beneficiary, Section};
use halfsky_plan::target::{Target, TargetKind};

/// The plan period of the specimens.
const PERIOD: PlanPeriod = PlanPeriod { start: 2021, end: 2030 };

/// Reads a sentence as an objective, or as a measure.
fn read(text: &str, section: Section) -> Reading {
    let context =
        Context {
            period: PERIOD, beneficiary: Beneficiary::Women, section, domain: "妇女与健康"
        };
    let reading = read_targets(text, &context);
    for target in &reading.targets {
        assert_eq!(target.span.of(text), target.quote, "{text}");
        assert!(!target.indicator.is_empty(), "{text}");
    }
    reading
}

/// Checks the targets of an objective.
fn check(text: &str, expect: &[&str]) {
    let found: Vec<String> = read(text, Section::Objective).targets.iter().map(describe).collect();
    assert_eq!(found, expect, "{text}");
}

/// Checks the targets of a measure.
fn check_measure(text: &str, expect: &[&str]) {
    let found: Vec<String> = read(text, Section::Measure).targets.iter().map(describe).collect();
    assert_eq!(found, expect, "{text}");
}

/// Checks that a sentence is told as a doubt.
fn check_note(text: &str, words: &str) {
    let reading = read(text, Section::Objective);
    let told =
        reading.notes.iter().any(|note| note.message.contains(words) && !note.hint.is_empty());
    assert!(told, "{text}: {:?}", reading.notes);
}

fn describe(target: &Target) -> String {
    let mut words = vec![target.indicator.clone()];
    words.extend(target.comparator.map(|c| c.code().to_owned()));
    words.extend(target.value.map(|v| v.to_string()));
    if target.value.is_some() {
        words.push(target.unit.map_or("-", |unit| unit.code()).to_owned());
    }
    words.extend(target.direction.map(|d| d.code().to_owned()));
    words.extend(target.reference.clone());
    match target.kind {
        TargetKind::Coverage => words.push("coverage".to_owned()),
        TargetKind::AnnualChange => words.push("every year".to_owned()),
        TargetKind::ChangeFromBase => {
            words.push(format!(
                "from {}",
                target.base_year.map_or("?".to_owned(), |y| y.to_string())
            ));
        }
        TargetKind::Qualitative => words.push("?".to_owned()),
        TargetKind::Level | TargetKind::Relative | TargetKind::Trend => {}
    }
    if target.by != PERIOD.end {
        words.push(format!("by {}", target.by));
    }
    words.extend(target.soft.then(|| "soft".to_owned()));
    words.extend(target.keep.then(|| "keep".to_owned()));
    words.extend(target.scope.as_ref().map(|scope| format!("[{scope}]")));
    words.join(" ")
}
