//! JSON of parsed plans: what `halfsky plan parse --format json` prints.
//!
//! The shapes here are the outside contract; the domain types stay free of serde.

pub mod figures;
pub mod outlook;

use halfsky_plan::document::Parsed;
use halfsky_plan::figure::Figure;
use halfsky_plan::note::{LineIndex, Note, Span};
use halfsky_plan::plan::{
    Assigned, Assignment, BaselineFact, Clause, Domain, Due, Duty, Plan, TableTarget,
};
use halfsky_plan::target::Target;
use serde_json::{Map, Value, json};

/// All plans of several files, each with the name of its file; a file's text is what its spans point into.
pub fn files(files: &[(&str, &Parsed, &str)]) -> Value {
    let (mut plans, mut remarks) = (Vec::new(), Vec::new());
    for (name, parsed, text) in files {
        let at = Places { text, lines: LineIndex::new(text) };
        let named = |mut value: Value| {
            value["file"] = Value::from(*name);
            value
        };
        plans.extend(parsed.plans.iter().map(|p| named(plan(p, &at))));
        remarks.extend(notes(&parsed.notes, &at).into_iter().map(named));
    }
    json!({"plans": plans, "notes": remarks})
}

/// Turns byte spans into lines and character spans of the source text.
struct Places<'a> {
    text: &'a str,
    lines: LineIndex,
}

impl Places<'_> {
    fn source(&self, span: Span) -> Value {
        json!({
            "line": self.lines.line(span.start),
            "start": self.lines.char_offset(self.text, span.start),
            "end": self.lines.char_offset(self.text, span.end),
        })
    }
}

fn plan(p: &Plan, at: &Places<'_>) -> Value {
    json!({
        "title": p.title,
        "region": p.region,
        "beneficiary": p.beneficiary.code(),
        "period": {"start": p.period.start, "end": p.period.end},
        "domains": p.domains.iter().map(|d| domain(d, at)).collect::<Vec<_>>(),
        "implementation": clauses(&p.implementation, at),
        "monitoring": clauses(&p.monitoring, at),
        "table_targets": p.table_targets.iter().map(|t| table_target(t, at)).collect::<Vec<_>>(),
        "assignments": p.assignments.iter().map(|a| assignment(p, a, at)).collect::<Vec<_>>(),
        "calendar": p.calendar.iter().map(|d| duty(d, at)).collect::<Vec<_>>(),
        "baseline": p.baseline.iter().map(|b| baseline(b, at)).collect::<Vec<_>>(),
        "parent_plans": p.parent_plans.iter().map(|b| json!({"title": b.title, "source": at.source(b.span)})).collect::<Vec<_>>(),
        "notes": notes(&p.notes, at),
        "source": at.source(p.span),
    })
}

fn domain(d: &Domain, at: &Places<'_>) -> Value {
    json!({"name": d.name, "objectives": clauses(&d.objectives, at), "measures": clauses(&d.measures, at)})
}

fn clauses(list: &[Clause], at: &Places<'_>) -> Vec<Value> {
    list.iter()
        .map(|c| {
            json!({
                "number": c.number,
                "text": c.text,
                "targets": c.targets.iter().map(|t| Value::Object(target(t, at))).collect::<Vec<_>>(),
                "source": at.source(c.span),
            })
        })
        .collect()
}

fn target(t: &Target, at: &Places<'_>) -> Map<String, Value> {
    let value = json!({
        "indicator": t.indicator,
        "comparator": t.comparator.map(halfsky_plan::comparator::Comparator::code),
        "value": t.value.map(figure),
        "unit": t.unit.map_or("", halfsky_plan::unit::Unit::code),
        "by": t.by,
        "base_year": t.base_year,
        "kind": t.kind.code(),
        "direction": t.direction.map(halfsky_plan::target::Direction::code),
        "reference": t.reference,
        "scope": t.scope,
        "soft": t.soft,
        "keep": t.keep,
        "baseline": t.baseline.map(|b| json!({"value": figure(b.value), "year": b.year, "source": at.source(b.span)})),
        "binding": t.binding.map(halfsky_plan::target::Binding::code),
        "quote": t.quote,
        "source": at.source(t.span),
    });
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

/// A number with exactly the digits the plan printed.
fn figure(value: Figure) -> Value {
    serde_json::from_str(&value.to_string()).unwrap_or(Value::Null)
}

fn table_target(t: &TableTarget, at: &Places<'_>) -> Value {
    let mut map = target(&t.target, at);
    map.insert("assignments".to_owned(), json!([{"lead": t.lead, "support": t.support}]));
    Value::Object(map)
}

fn assignment(p: &Plan, a: &Assignment, at: &Places<'_>) -> Value {
    let place = |place: halfsky_plan::plan::ClausePlace, target: Option<usize>| {
        let clause = p.clause(place);
        json!({
            "section": place.section.code(),
            "domain": p.domains.get(place.domain).map(|d| d.name.as_str()),
            "number": clause.map(|c| c.number),
            "target": target,
            "indicator": target.and_then(|i| clause?.targets.get(i)).map(|t| t.indicator.as_str()),
        })
    };
    let to = match &a.to {
        Assigned::Clause(at) => place(*at, None),
        Assigned::Target(at, target) => place(*at, Some(*target)),
        Assigned::Row(words) => json!({"row": words}),
    };
    json!({"to": to, "lead": a.lead, "support": a.support, "source": at.source(a.span)})
}

fn duty(d: &Duty, at: &Places<'_>) -> Value {
    let due = match d.due {
        Due::EveryYearBy { month, day } => {
            json!({"rule": "every_year_by", "month": month, "day": day})
        }
        Due::TimesPerYear { times } => json!({"rule": "times_per_year", "times": times}),
        Due::AfterPromulgation { months } => {
            json!({"rule": "after_promulgation", "months": months})
        }
        Due::InYear { year } => json!({"rule": "in_year", "year": year}),
        Due::EveryYears { years } => json!({"rule": "every_years", "years": years}),
        Due::EveryYear => json!({"rule": "every_year"}),
    };
    json!({"due": due, "who": d.who, "what": d.what, "to_whom": d.to_whom, "quote": d.quote, "source": at.source(d.span)})
}

fn baseline(b: &BaselineFact, at: &Places<'_>) -> Value {
    json!({
        "indicator": b.indicator,
        "value": figure(b.value),
        "unit": b.unit.map_or("", halfsky_plan::unit::Unit::code),
        "year": b.year,
        "quote": b.quote,
        "source": at.source(b.span),
    })
}

fn notes(list: &[Note], at: &Places<'_>) -> Vec<Value> {
    list.iter()
        .map(|n| json!({"severity": n.severity.code(), "message": n.message, "hint": n.hint, "source": at.source(n.span)}))
        .collect()
}
