//! How a version stands in its tables: the columns of each, and the row of each thing.
//!
//! `load.rs` is the way back. A field that the plan stage gains is added here, there and in the migration.

use halfsky_plan::note::Span;
use halfsky_plan::plan::{Assigned, Assignment, BaselineFact, ClausePlace, Due, Duty, Plan};
use halfsky_plan::target::{Baseline, Target};
use halfsky_plan::version::{PlanVersion, ReviewedTarget};

use super::VersionKey;
use crate::error::Result;
use crate::values::{Columns, Value};

/// Columns of a table of a version: the version's key, then its own.
macro_rules! of_version {
    ($table:literal; $($name:literal),+ $(,)?) => {
        Columns { table: $table, names: &["ref_area", "plan_id", "version", $($name),+] }
    };
}

/// As `of_version`, with the columns of a target in the middle.
macro_rules! of_version_with_target {
    ($table:literal; $($before:literal),+; $($after:literal),* $(,)?) => {
        of_version!(
            $table; $($before),+, "indicator", "comparator", "target_value", "unit", "deadline",
            "base_year", "kind", "direction", "reference", "scope", "soft", "keep",
            "baseline_value", "baseline_year", "baseline_span_start", "baseline_span_end",
            "binding", "quote",
            "span_start", "span_end", $($after),*
        )
    };
}

pub(super) const DOMAIN: Columns =
    of_version!("domain"; "position", "name", "span_start", "span_end");
pub(super) const CLAUSE: Columns = of_version!(
    "clause"; "section", "domain", "position", "number", "content", "span_start", "span_end"
);
pub(super) const READ_TARGET: Columns =
    of_version_with_target!("read_target"; "section", "domain", "clause", "position";);
pub(super) const TABLE_TARGET: Columns = of_version_with_target!("table_target"; "position";);
pub(super) const TARGET: Columns = of_version_with_target!(
    "target"; "number", "section", "domain", "clause"; "indicator_code", "match_score",
    "review", "doubt", "changed_in",
);
pub(super) const UNIT: Columns =
    of_version!("responsible_unit"; "owner", "owner_number", "role", "position", "name");
pub(super) const CORRECTION: Columns =
    of_version!("correction"; "sequence", "number", "before_json", "after_json", "undone");
pub(super) const NOTE: Columns =
    of_version!("note"; "position", "severity", "message", "hint", "span_start", "span_end");
pub(super) const DUTY: Columns = of_version!(
    "duty"; "position", "due", "due_number", "due_day", "who", "what", "to_whom", "quote", "span_start",
    "span_end",
);
pub(super) const BASELINE: Columns = of_version!(
    "baseline_fact"; "position", "indicator", "fact_value", "unit", "fact_year", "quote",
    "span_start", "span_end",
);
pub(super) const PARENT: Columns =
    of_version!("parent_plan"; "position", "title", "span_start", "span_end");
pub(super) const ASSIGNMENT: Columns = of_version!(
    "assignment"; "position", "assigned", "section", "domain", "clause", "target", "row_words",
    "span_start", "span_end",
);

/// Rows for one table.
pub(super) type Rows = Vec<Vec<Value>>;

/// Everything a version holds beside its own row, table by table.
pub(super) fn rows_of(version: &PlanVersion, revision: i64) -> Result<Vec<(Columns, Rows)>> {
    let key = VersionKey::of(version);
    let plan = &version.plan;
    let mut units = Vec::new();
    for target in &version.targets {
        unit_rows(&mut units, &key, &("target", target.number.into()), target_units(target))?;
    }
    for (at, row) in plan.table_targets.iter().enumerate() {
        let owner = ("table_target", Value::count(at)?);
        unit_rows(&mut units, &key, &owner, [&row.lead, &row.support])?;
    }
    for (at, row) in plan.assignments.iter().enumerate() {
        let owner = ("assignment", Value::count(at)?);
        unit_rows(&mut units, &key, &owner, [&row.lead, &row.support])?;
    }
    let targets: Result<Rows> =
        version.targets.iter().map(|t| target_row(&key, t, revision)).collect();
    let corrections: Result<Rows> =
        version.corrections.iter().map(|c| correction_row(&key, c)).collect();
    let mut tables = plan_rows(&key, plan)?;
    tables.extend([(TARGET, targets?), (UNIT, units), (CORRECTION, corrections?)]);
    Ok(tables)
}

fn plan_rows(key: &VersionKey, plan: &Plan) -> Result<Vec<(Columns, Rows)>> {
    let domains = placed(key, &plan.domains, |row, domain| {
        row.push(domain.name.as_str().into());
        push_span(row, domain.heading)
    })?;
    let (mut clauses, mut read) = (Vec::new(), Vec::new());
    for (place, clause) in plan.clauses() {
        let mut row = key_values(key);
        push_place(&mut row, Some(place))?;
        row.extend([clause.number.into(), clause.text.as_str().into()]);
        push_span(&mut row, clause.span)?;
        clauses.push(row);
        for (at, target) in clause.targets.iter().enumerate() {
            let mut row = key_values(key);
            push_place(&mut row, Some(place))?;
            row.push(Value::count(at)?);
            push_target(&mut row, target)?;
            read.push(row);
        }
    }
    let notes = placed(key, &plan.notes, |row, note| {
        row.push(note.severity.code().into());
        row.extend([note.message.as_str().into(), note.hint.as_str().into()]);
        push_span(row, note.span)
    })?;
    let parents = placed(key, &plan.parent_plans, |row, parent| {
        row.push(parent.title.as_str().into());
        push_span(row, parent.span)
    })?;
    Ok(vec![
        (DOMAIN, domains),
        (CLAUSE, clauses),
        (READ_TARGET, read),
        (
            TABLE_TARGET,
            placed(key, &plan.table_targets, |row, line| push_target(row, &line.target))?,
        ),
        (NOTE, notes),
        (DUTY, placed(key, &plan.calendar, push_duty)?),
        (BASELINE, placed(key, &plan.baseline, push_fact)?),
        (PARENT, parents),
        (ASSIGNMENT, placed(key, &plan.assignments, push_assignment)?),
    ])
}

/// The row of a target that counts.
pub(super) fn target_row(
    key: &VersionKey,
    reviewed: &ReviewedTarget,
    revision: i64,
) -> Result<Vec<Value>> {
    let mut row = key_values(key);
    row.push(reviewed.number.into());
    push_place(&mut row, reviewed.place)?;
    push_target(&mut row, &reviewed.target)?;
    row.push(reviewed.link.as_ref().map(|l| l.code.0.as_str()).into());
    row.push(reviewed.link.as_ref().map(|l| i64::from(l.score)).into());
    row.extend([reviewed.review.code().into(), reviewed.doubt.as_str().into(), revision.into()]);
    Ok(row)
}

/// The rows of the units of a target that counts.
pub(super) fn target_unit_rows(key: &VersionKey, reviewed: &ReviewedTarget) -> Result<Rows> {
    let mut rows = Vec::new();
    unit_rows(&mut rows, key, &("target", reviewed.number.into()), target_units(reviewed))?;
    Ok(rows)
}

/// The row of a correction.
pub(super) fn correction_row(
    key: &VersionKey,
    correction: &halfsky_plan::version::Correction,
) -> Result<Vec<Value>> {
    let mut row = key_values(key);
    row.extend([
        correction.sequence.into(),
        correction.after.number.into(),
        super::json::write(&correction.before)?.into(),
        super::json::write(&correction.after)?.into(),
        false.into(),
    ]);
    Ok(row)
}

/// The version's key as the first values of a row.
pub(super) fn key_values(key: &VersionKey) -> Vec<Value> {
    vec![key.ref_area.as_str().into(), key.plan_id.0.as_str().into(), key.number.into()]
}

fn target_units(reviewed: &ReviewedTarget) -> [&Vec<String>; 2] {
    [&reviewed.lead, &reviewed.support]
}

fn unit_rows(
    rows: &mut Rows,
    key: &VersionKey,
    owner: &(&str, Value),
    units: [&Vec<String>; 2],
) -> Result<()> {
    for (role, names) in ["lead", "support"].into_iter().zip(units) {
        for (at, name) in names.iter().enumerate() {
            let mut row = key_values(key);
            row.extend([owner.0.into(), owner.1.clone(), role.into()]);
            row.extend([Value::count(at)?, name.as_str().into()]);
            rows.push(row);
        }
    }
    Ok(())
}

/// One row per item: key, position, then what `push` adds.
fn placed<T>(
    key: &VersionKey,
    items: &[T],
    push: impl Fn(&mut Vec<Value>, &T) -> Result<()>,
) -> Result<Rows> {
    items
        .iter()
        .enumerate()
        .map(|(at, item)| {
            let mut row = key_values(key);
            row.push(Value::count(at)?);
            push(&mut row, item)?;
            Ok(row)
        })
        .collect()
}

pub(super) fn push_span(row: &mut Vec<Value>, span: Span) -> Result<()> {
    row.extend([Value::count(span.start)?, Value::count(span.end)?]);
    Ok(())
}

fn push_place(row: &mut Vec<Value>, place: Option<ClausePlace>) -> Result<()> {
    row.push(place.map(|p| p.section.code()).into());
    row.push(place.map_or(Ok(Value::Integer(None)), |p| Value::count(p.domain))?);
    row.push(place.map_or(Ok(Value::Integer(None)), |p| Value::count(p.clause))?);
    Ok(())
}

fn push_target(row: &mut Vec<Value>, target: &Target) -> Result<()> {
    row.extend([
        target.indicator.as_str().into(),
        target.comparator.map(halfsky_plan::comparator::Comparator::code).into(),
        target.value.map(|v| v.to_string()).into(),
        target.unit.map(halfsky_plan::unit::Unit::code).into(),
        target.by.into(),
        target.base_year.into(),
        target.kind.code().into(),
        target.direction.map(halfsky_plan::target::Direction::code).into(),
        target.reference.as_deref().into(),
        target.scope.as_deref().into(),
        target.soft.into(),
        target.keep.into(),
    ]);
    push_baseline(row, target.baseline.as_ref())?;
    row.push(target.binding.map(halfsky_plan::target::Binding::code).into());
    row.push(target.quote.as_str().into());
    push_span(row, target.span)
}

fn push_baseline(row: &mut Vec<Value>, baseline: Option<&Baseline>) -> Result<()> {
    row.push(baseline.map(|b| b.value.to_string()).into());
    row.push(baseline.and_then(|b| b.year).into());
    let Some(baseline) = baseline else {
        row.extend([Value::Integer(None), Value::Integer(None)]);
        return Ok(());
    };
    push_span(row, baseline.span)
}

fn push_fact(row: &mut Vec<Value>, fact: &BaselineFact) -> Result<()> {
    row.extend([
        fact.indicator.as_str().into(),
        fact.value.to_string().into(),
        fact.unit.map(halfsky_plan::unit::Unit::code).into(),
        fact.year.into(),
        fact.quote.as_str().into(),
    ]);
    push_span(row, fact.span)
}

fn push_duty(row: &mut Vec<Value>, duty: &Duty) -> Result<()> {
    let (due, number) = match duty.due {
        Due::EveryYearBy { month, .. } => ("every_year_by", Some(i64::from(month))),
        Due::TimesPerYear { times } => ("times_per_year", Some(i64::from(times))),
        Due::AfterPromulgation { months } => ("after_promulgation", Some(i64::from(months))),
        Due::InYear { year } => ("in_year", Some(i64::from(year))),
        Due::EveryYears { years } => ("every_years", Some(i64::from(years))),
        Due::EveryYear => ("every_year", None),
    };
    let day = match duty.due {
        Due::EveryYearBy { day, .. } => day.map(i64::from),
        _ => None,
    };
    row.extend([
        due.into(),
        number.into(),
        day.into(),
        duty.who.as_str().into(),
        duty.what.as_str().into(),
        duty.to_whom.as_deref().into(),
        duty.quote.as_str().into(),
    ]);
    push_span(row, duty.span)
}

fn push_assignment(row: &mut Vec<Value>, assignment: &Assignment) -> Result<()> {
    let (assigned, place, target, words) = match &assignment.to {
        Assigned::Clause(place) => ("clause", Some(*place), None, None),
        Assigned::Target(place, at) => ("target", Some(*place), Some(*at), None),
        Assigned::Row(words) => ("row", None, None, Some(words.as_str())),
    };
    row.push(assigned.into());
    push_place(row, place)?;
    row.push(target.map_or(Ok(Value::Integer(None)), Value::count)?);
    row.push(words.into());
    push_span(row, assignment.span)
}
