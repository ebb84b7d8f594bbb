//! The JSON shape in which a correction keeps a whole target.

use halfsky_plan::comparator::Comparator;
use halfsky_plan::indicator::IndicatorCode;
use halfsky_plan::note::Span;
use halfsky_plan::plan::{ClausePlace, Section};
use halfsky_plan::target::{Baseline, Binding, Direction, Target, TargetKind};
use halfsky_plan::unit::Unit;
use halfsky_plan::version::{IndicatorLink, Review, ReviewedTarget};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::row::{parsed, strange};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    number: u32,
    place: Option<(String, usize, usize)>,
    indicator: String,
    comparator: Option<String>,
    value: Option<String>,
    unit: Option<String>,
    by: i32,
    base_year: Option<i32>,
    kind: String,
    direction: Option<String>,
    reference: Option<String>,
    scope: Option<String>,
    soft: bool,
    keep: bool,
    baseline: Option<(String, Option<i32>, usize, usize)>,
    binding: Option<String>,
    quote: String,
    span: (usize, usize),
    link: Option<(String, u8)>,
    lead: Vec<String>,
    support: Vec<String>,
    review: String,
    doubt: String,
}

/// Writes a target as JSON; the order of fields is fixed, so that equal targets give equal texts.
pub(super) fn write(reviewed: &ReviewedTarget) -> Result<String> {
    let ReviewedTarget { number, place, target, link, lead, support, review, doubt } = reviewed;
    let wire = Wire {
        number: *number,
        place: place.map(|p| (p.section.code().to_owned(), p.domain, p.clause)),
        indicator: target.indicator.clone(),
        comparator: target.comparator.map(|c| c.code().to_owned()),
        value: target.value.map(|v| v.to_string()),
        unit: target.unit.map(|u| u.code().to_owned()),
        by: target.by,
        base_year: target.base_year,
        kind: target.kind.code().to_owned(),
        direction: target.direction.map(|d| d.code().to_owned()),
        reference: target.reference.clone(),
        scope: target.scope.clone(),
        soft: target.soft,
        keep: target.keep,
        baseline: target
            .baseline
            .as_ref()
            .map(|b| (b.value.to_string(), b.year, b.span.start, b.span.end)),
        binding: target.binding.map(|b| b.code().to_owned()),
        quote: target.quote.clone(),
        span: (target.span.start, target.span.end),
        link: link.as_ref().map(|l| (l.code.0.clone(), l.score)),
        lead: lead.clone(),
        support: support.clone(),
        review: review.code().to_owned(),
        doubt: doubt.clone(),
    };
    serde_json::to_string(&wire).map_err(|error| Error::Invalid(format!("修改记录：{error}")))
}

/// Reads a target back.
pub(super) fn read(text: &str) -> Result<ReviewedTarget> {
    let wire: Wire = serde_json::from_str(text)
        .map_err(|error| Error::Damaged(format!("修改记录不能识别：{error}")))?;
    let place = wire
        .place
        .map(|(section, domain, clause)| {
            let section = coded("section", &section, Section::from_code)?;
            Ok::<_, Error>(ClausePlace { section, domain, clause })
        })
        .transpose()?;
    let baseline = wire
        .baseline
        .map(|(value, year, start, end)| {
            let span = Span::new(start, end);
            Ok::<_, Error>(Baseline { value: parsed("baseline", &value)?, year, span })
        })
        .transpose()?;
    Ok(ReviewedTarget {
        number: wire.number,
        place,
        target: Target {
            indicator: wire.indicator,
            comparator: maybe("comparator", wire.comparator.as_deref(), Comparator::from_code)?,
            value: wire.value.map(|v| parsed("value", &v)).transpose()?,
            unit: maybe("unit", wire.unit.as_deref(), Unit::from_code)?,
            by: wire.by,
            base_year: wire.base_year,
            kind: coded("kind", &wire.kind, TargetKind::from_code)?,
            direction: maybe("direction", wire.direction.as_deref(), Direction::from_code)?,
            reference: wire.reference,
            scope: wire.scope,
            soft: wire.soft,
            keep: wire.keep,
            baseline,
            binding: maybe("binding", wire.binding.as_deref(), Binding::from_code)?,
            quote: wire.quote,
            span: Span::new(wire.span.0, wire.span.1),
        },
        link: wire.link.map(|(code, score)| IndicatorLink { code: IndicatorCode(code), score }),
        lead: wire.lead,
        support: wire.support,
        review: coded("review", &wire.review, Review::from_code)?,
        doubt: wire.doubt,
    })
}

fn coded<T>(field: &str, code: &str, from: fn(&str) -> Option<T>) -> Result<T> {
    from(code).ok_or_else(|| strange(field, code))
}

fn maybe<T>(field: &str, code: Option<&str>, from: fn(&str) -> Option<T>) -> Result<Option<T>> {
    code.map(|code| coded(field, code, from)).transpose()
}
