//! Loads a version: one statement per table, whatever the size of the plan.

use std::collections::BTreeMap;

use halfsky_plan::comparator::Comparator;
use halfsky_plan::indicator::IndicatorCode;
use halfsky_plan::note::{Note, Severity, Span};
use halfsky_plan::period::PlanPeriod;
use halfsky_plan::plan::{
    Assigned, Assignment, BaselineFact, Beneficiary, Clause, ClausePlace, Domain, Due, Duty,
    ParentPlan, Plan, Section, TableTarget,
};
use halfsky_plan::target::{Baseline, Binding, Direction, Target, TargetKind};
use halfsky_plan::unit::Unit;
use halfsky_plan::version::{
    Correction, IndicatorLink, PlanVersion, Review, ReviewedTarget, SourceFile, VersionStatus,
};

use super::tables::key_values;
use super::{Stamp, StoredVersion, VersionKey, json};
use crate::error::{Error, Result};
use crate::row::{Row, parsed, strange};
use crate::store::{Snapshot, Store};

macro_rules! of_version {
    ($columns:literal, $table:literal, $order:literal) => {
        concat!(
            "select ",
            $columns,
            " from ",
            $table,
            " where ref_area = $1 and plan_id = $2 and version = $3 order by ",
            $order
        )
    };
}

const VERSION: &str = of_version!(
    "title, region, beneficiary, start_year, end_year, status, revision, source_name, \
     source_sha256, source_size, source_format, source_text, span_start, span_end, example, \
     imported_at, imported_by, decided_at, decided_by",
    "plan_version",
    "version"
);
const DOMAINS: &str = of_version!("name, span_start, span_end", "domain", "position");
const CLAUSES: &str = of_version!(
    "section, domain, position, number, content, span_start, span_end",
    "clause",
    "section, domain, position"
);
const READ_TARGETS: &str = of_version!(
    "section, domain, clause, indicator, comparator, target_value, unit, deadline, base_year, \
     kind, direction, reference, scope, soft, keep, \
     baseline_value, baseline_year, baseline_span_start, baseline_span_end, binding, quote, span_start, span_end",
    "read_target",
    "section, domain, clause, position"
);
const TABLE_TARGETS: &str = of_version!(
    "position, indicator, comparator, target_value, unit, deadline, base_year, kind, direction, \
     reference, scope, soft, keep, \
     baseline_value, baseline_year, baseline_span_start, baseline_span_end, binding, quote, span_start, span_end",
    "table_target",
    "position"
);
const TARGETS: &str = of_version!(
    "number, section, domain, clause, indicator, comparator, target_value, unit, deadline, \
     base_year, kind, direction, reference, scope, soft, keep, \
     baseline_value, baseline_year, baseline_span_start, baseline_span_end, binding, quote, span_start, span_end, \
     indicator_code, match_score, review, doubt",
    "target",
    "number"
);
const UNITS: &str = of_version!(
    "owner, owner_number, role, name",
    "responsible_unit",
    "owner, owner_number, role, position"
);
const CORRECTIONS: &str =
    of_version!("sequence, before_json, after_json, undone", "correction", "sequence");
const NOTES: &str =
    of_version!("severity, message, hint, span_start, span_end", "note", "position");
const DUTIES: &str = of_version!(
    "due, due_number, due_day, who, what, to_whom, quote, span_start, span_end",
    "duty",
    "position"
);
const BASELINE: &str = of_version!(
    "indicator, fact_value, unit, fact_year, quote, span_start, span_end",
    "baseline_fact",
    "position"
);
const PARENTS: &str = of_version!("title, span_start, span_end", "parent_plan", "position");
const ASSIGNMENTS: &str = of_version!(
    "position, assigned, section, domain, clause, target, row_words, span_start, span_end",
    "assignment",
    "position"
);

/// Loads a version as it stands at one moment.
pub async fn load(store: &Store, key: &VersionKey) -> Result<StoredVersion> {
    let mut snapshot = store.snapshot().await?;
    let loaded = load_from(&mut snapshot, key).await;
    snapshot.end().await?;
    loaded
}

async fn load_from(snapshot: &mut Snapshot, key: &VersionKey) -> Result<StoredVersion> {
    let values = key_values(key);
    let head = snapshot.rows(VERSION, &values).await?;
    let head = head
        .first()
        .ok_or_else(|| Error::NotFound(format!("规划 {} 的第 {} 版", key.plan_id.0, key.number)))?;
    let mut units = Units::read(&snapshot.rows(UNITS, &values).await?)?;
    let targets = snapshot.rows(TARGETS, &values).await?;
    let targets = targets.iter().map(|row| reviewed_of(row, &mut units)).collect::<Result<_>>()?;
    let corrections = each(&snapshot.rows(CORRECTIONS, &values).await?, correction_of)?;
    let plan = plan_from(snapshot, key, head, &mut units).await?;
    let version = PlanVersion {
        ref_area: key.ref_area.clone(),
        plan_id: key.plan_id.clone(),
        number: key.number,
        status: head.coded("status", VersionStatus::from_code)?,
        source: SourceFile {
            name: head.text("source_name")?,
            sha256: head.text("source_sha256")?,
            size: head.number("source_size")?,
            format: head.text("source_format")?,
        },
        text: head.text("source_text")?,
        plan,
        targets,
        corrections: corrections.into_iter().flatten().collect(),
        example: head.flag("example")?,
    };
    let decided = match (head.optional_instant("decided_at")?, head.optional_text("decided_by")?) {
        (Some(at), Some(by)) => Some(Stamp { at, by }),
        _ => None,
    };
    let imported = Stamp { at: head.instant("imported_at")?, by: head.text("imported_by")? };
    Ok(StoredVersion { version, revision: head.integer("revision")?, imported, decided })
}

async fn plan_from(
    snapshot: &mut Snapshot,
    key: &VersionKey,
    head: &Row,
    units: &mut Units,
) -> Result<Plan> {
    let values = key_values(key);
    let mut read = read_targets(&snapshot.rows(READ_TARGETS, &values).await?)?;
    let mut clauses = BTreeMap::new();
    for row in &snapshot.rows(CLAUSES, &values).await? {
        let place = place_of(row)?;
        let list: &mut Vec<Clause> = clauses.entry((place.section, place.domain)).or_default();
        let at = ClausePlace { clause: list.len(), ..place };
        list.push(Clause {
            number: row.number("number")?,
            text: row.text("content")?,
            targets: read.remove(&at).unwrap_or_default(),
            span: span_of(row)?,
        });
    }
    let mut take = |section, domain| clauses.remove(&(section, domain)).unwrap_or_default();
    let mut domains = Vec::new();
    for (at, row) in snapshot.rows(DOMAINS, &values).await?.iter().enumerate() {
        domains.push(Domain {
            name: row.text("name")?,
            objectives: take(Section::Objective, at),
            measures: take(Section::Measure, at),
            heading: span_of(row)?,
        });
    }
    let table_targets = snapshot.rows(TABLE_TARGETS, &values).await?;
    let assignments = snapshot.rows(ASSIGNMENTS, &values).await?;
    Ok(Plan {
        title: head.text("title")?,
        region: head.text("region")?,
        beneficiary: head.coded("beneficiary", Beneficiary::from_code)?,
        period: PlanPeriod { start: head.number("start_year")?, end: head.number("end_year")? },
        domains,
        implementation: take(Section::Implementation, 0),
        monitoring: take(Section::Monitoring, 0),
        table_targets: table_targets
            .iter()
            .map(|row| table_target_of(row, units))
            .collect::<Result<_>>()?,
        assignments: assignments
            .iter()
            .map(|row| assignment_of(row, units))
            .collect::<Result<_>>()?,
        calendar: each(&snapshot.rows(DUTIES, &values).await?, duty_of)?,
        baseline: each(&snapshot.rows(BASELINE, &values).await?, baseline_of)?,
        parent_plans: each(&snapshot.rows(PARENTS, &values).await?, |row| {
            Ok(ParentPlan { title: row.text("title")?, span: span_of(row)? })
        })?,
        notes: each(&snapshot.rows(NOTES, &values).await?, note_of)?,
        span: span_of(head)?,
    })
}

fn each<T>(rows: &[Row], of: impl Fn(&Row) -> Result<T>) -> Result<Vec<T>> {
    rows.iter().map(of).collect()
}

/// Units by owner; lead and support in the plan's order.
struct Units(BTreeMap<(String, i64), (Vec<String>, Vec<String>)>);

impl Units {
    fn read(rows: &[Row]) -> Result<Self> {
        let mut map: BTreeMap<_, (Vec<String>, Vec<String>)> = BTreeMap::new();
        for row in rows {
            let owner = (row.text("owner")?, row.integer("owner_number")?);
            let units = map.entry(owner).or_default();
            match row.text("role")?.as_str() {
                "lead" => units.0.push(row.text("name")?),
                "support" => units.1.push(row.text("name")?),
                other => return Err(strange("role", other)),
            }
        }
        Ok(Self(map))
    }

    fn take(&mut self, owner: &str, number: i64) -> (Vec<String>, Vec<String>) {
        self.0.remove(&(owner.to_owned(), number)).unwrap_or_default()
    }
}

fn read_targets(rows: &[Row]) -> Result<BTreeMap<ClausePlace, Vec<Target>>> {
    let mut map: BTreeMap<_, Vec<Target>> = BTreeMap::new();
    for row in rows {
        let place = ClausePlace { clause: row.number("clause")?, ..place_of(row)? };
        map.entry(place).or_default().push(target_of(row)?);
    }
    Ok(map)
}

/// Section and domain; the clause is filled in by the caller.
pub(super) fn place_of(row: &Row) -> Result<ClausePlace> {
    let section = row.coded("section", Section::from_code)?;
    Ok(ClausePlace { section, domain: row.number("domain")?, clause: 0 })
}

fn span_of(row: &Row) -> Result<Span> {
    Ok(Span::new(row.number("span_start")?, row.number("span_end")?))
}

pub(super) fn target_of(row: &Row) -> Result<Target> {
    Ok(Target {
        indicator: row.text("indicator")?,
        comparator: row.optional_coded("comparator", Comparator::from_code)?,
        value: row
            .optional_text("target_value")?
            .map(|value| parsed("target_value", &value))
            .transpose()?,
        unit: row.optional_coded("unit", Unit::from_code)?,
        by: row.number("deadline")?,
        base_year: row.optional_number("base_year")?,
        kind: row.coded("kind", TargetKind::from_code)?,
        direction: row.optional_coded("direction", Direction::from_code)?,
        reference: row.optional_text("reference")?,
        scope: row.optional_text("scope")?,
        soft: row.flag("soft")?,
        keep: row.flag("keep")?,
        baseline: stated_baseline_of(row)?,
        binding: row.optional_coded("binding", Binding::from_code)?,
        quote: row.text("quote")?,
        span: span_of(row)?,
    })
}

fn stated_baseline_of(row: &Row) -> Result<Option<Baseline>> {
    let Some(value) = row.optional_text("baseline_value")? else { return Ok(None) };
    Ok(Some(Baseline {
        value: parsed("baseline_value", &value)?,
        year: row.optional_number("baseline_year")?,
        span: Span::new(row.number("baseline_span_start")?, row.number("baseline_span_end")?),
    }))
}

fn reviewed_of(row: &Row, units: &mut Units) -> Result<ReviewedTarget> {
    let number = row.number("number")?;
    let (lead, support) = units.take("target", i64::from(number));
    let place = match row.optional_text("section")? {
        Some(_) => Some(ClausePlace { clause: row.number("clause")?, ..place_of(row)? }),
        None => None,
    };
    let link = match row.optional_text("indicator_code")? {
        Some(code) => {
            Some(IndicatorLink { code: IndicatorCode(code), score: row.number("match_score")? })
        }
        None => None,
    };
    Ok(ReviewedTarget {
        number,
        place,
        target: target_of(row)?,
        link,
        lead,
        support,
        review: row.coded("review", Review::from_code)?,
        doubt: row.text("doubt")?,
    })
}

/// None for a correction that was taken back.
fn correction_of(row: &Row) -> Result<Option<Correction>> {
    if row.flag("undone")? {
        return Ok(None);
    }
    Ok(Some(Correction {
        sequence: row.number("sequence")?,
        before: json::read(&row.text("before_json")?)?,
        after: json::read(&row.text("after_json")?)?,
    }))
}

fn table_target_of(row: &Row, units: &mut Units) -> Result<TableTarget> {
    let (lead, support) = units.take("table_target", row.integer("position")?);
    Ok(TableTarget { target: target_of(row)?, lead, support })
}

fn assignment_of(row: &Row, units: &mut Units) -> Result<Assignment> {
    let (lead, support) = units.take("assignment", row.integer("position")?);
    let place = || -> Result<ClausePlace> {
        Ok(ClausePlace { clause: row.number("clause")?, ..place_of(row)? })
    };
    let to = match row.text("assigned")?.as_str() {
        "clause" => Assigned::Clause(place()?),
        "target" => Assigned::Target(place()?, row.number("target")?),
        "row" => Assigned::Row(row.text("row_words")?),
        other => return Err(strange("assigned", other)),
    };
    Ok(Assignment { to, lead, support, span: span_of(row)? })
}

fn duty_of(row: &Row) -> Result<Duty> {
    let due = match row.text("due")?.as_str() {
        "every_year_by" => Due::EveryYearBy {
            month: row.number("due_number")?,
            day: row.optional_number("due_day")?,
        },
        "times_per_year" => Due::TimesPerYear { times: row.number("due_number")? },
        "after_promulgation" => Due::AfterPromulgation { months: row.number("due_number")? },
        "in_year" => Due::InYear { year: row.number("due_number")? },
        "every_years" => Due::EveryYears { years: row.number("due_number")? },
        "every_year" => Due::EveryYear,
        other => return Err(strange("due", other)),
    };
    Ok(Duty {
        due,
        who: row.text("who")?,
        what: row.text("what")?,
        to_whom: row.optional_text("to_whom")?,
        quote: row.text("quote")?,
        span: span_of(row)?,
    })
}

fn baseline_of(row: &Row) -> Result<BaselineFact> {
    Ok(BaselineFact {
        indicator: row.text("indicator")?,
        value: parsed("fact_value", &row.text("fact_value")?)?,
        unit: row.optional_coded("unit", Unit::from_code)?,
        year: row.optional_number("fact_year")?,
        quote: row.text("quote")?,
        span: span_of(row)?,
    })
}

fn note_of(row: &Row) -> Result<Note> {
    Ok(Note {
        span: span_of(row)?,
        severity: row.coded("severity", Severity::from_code)?,
        message: row.text("message")?,
        hint: row.text("hint")?,
    })
}
