//! The source text of one part of a plan with its marks: what was read as a target, what is in doubt,
//! what was recognised and left out.

use std::collections::BTreeMap;

use halfsky_plan::note::{Severity, Span};
use halfsky_plan::plan::{ClausePlace, Section};
use halfsky_plan::version::{PlanVersion, Review};

/// One line of the source text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) heading: bool,
    /// A row of a table: not indented.
    pub(crate) table: bool,
    pub(crate) pieces: Vec<Piece>,
}

/// A stretch of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    Plain(String),
    Mark(Mark),
}

/// A marked stretch: targets share one when their words overlap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mark {
    /// `understood`, `pending`, `left-out` or `remark`.
    pub(crate) class: &'static str,
    /// Anchor of a mark without numbers; empty for the others.
    pub(crate) id: String,
    /// The targets read here; empty on the later lines of a mark that runs over several.
    pub(crate) numbers: Vec<u32>,
    /// Address of the page with the cards; empty when they stand on this page.
    pub(crate) href: String,
    pub(crate) title: String,
    pub(crate) text: String,
}

/// What one stretch of the text means, before it is cut into lines.
#[derive(Debug, Clone)]
struct Stretch {
    span: Span,
    class: &'static str,
    id: String,
    numbers: Vec<u32>,
    title: String,
}

/// The lines of these parts of the text, marked.
pub(crate) fn lines(version: &PlanVersion, ranges: &[Span]) -> Vec<Line> {
    let stretches = stretches(version);
    let headings: Vec<Span> = version.plan.domains.iter().map(|d| d.heading).collect();
    let mut lines = Vec::new();
    for range in ranges {
        let mut at = range.start;
        for text in range.of(&version.text).split('\n') {
            let span = Span::new(at, at + text.len());
            at = span.end + 1;
            if text.trim().is_empty() {
                continue;
            }
            let heading = headings.iter().any(|h| overlap(*h, span));
            let pieces = cut(&version.text, trimmed(text, span), &stretches);
            lines.push(Line { heading, table: text.contains('\t'), pieces });
        }
    }
    lines
}

fn overlap(a: Span, b: Span) -> bool {
    a.start < b.end && b.start < a.end
}

fn trimmed(text: &str, span: Span) -> Span {
    let front = text.len() - text.trim_start().len();
    let back = text.len() - text.trim_end().len();
    Span::new(span.start + front, span.end - back)
}

/// Marks in the order of the text, none overlapping another.
fn stretches(version: &PlanVersion) -> Vec<Stretch> {
    let mut targets: Vec<_> =
        version.targets.iter().filter(|t| fits(version, t.target.span)).collect();
    targets.sort_by_key(|t| (t.target.span.start, t.number));
    let mut list: Vec<Stretch> = Vec::new();
    for target in targets {
        let class = match target.review {
            Review::Pending => "pending",
            Review::LeftOut => "left-out",
            Review::Unchecked | Review::Confirmed => "understood",
        };
        match list.last_mut().filter(|before| overlap(before.span, target.target.span)) {
            Some(before) => {
                before.span.end = before.span.end.max(target.target.span.end);
                before.numbers.push(target.number);
                before.class = stronger(before.class, class);
            }
            None => list.push(Stretch {
                span: target.target.span,
                class,
                id: String::new(),
                numbers: vec![target.number],
                title: String::new(),
            }),
        }
    }
    for other in facts(version).into_iter().chain(remarks(version)) {
        let free = list.iter().all(|s| !overlap(s.span, other.span));
        if free && fits(version, other.span) {
            list.push(other);
        }
    }
    list.sort_by_key(|s| s.span);
    list
}

fn fits(version: &PlanVersion, span: Span) -> bool {
    span.start < span.end && !span.of(&version.text).trim().is_empty()
}

/// A mark several targets share shows the state that asks for most.
fn stronger(a: &'static str, b: &'static str) -> &'static str {
    if a == "pending" || b == "pending" {
        "pending"
    } else if a == "left-out" {
        b
    } else {
        a
    }
}

fn facts(version: &PlanVersion) -> Vec<Stretch> {
    let facts = version.plan.baseline.iter().map(|fact| Stretch {
        span: fact.span,
        class: "left-out",
        id: String::new(),
        numbers: Vec::new(),
        title: "历史数字，不作目标".to_owned(),
    });
    facts.collect()
}

fn remarks(version: &PlanVersion) -> Vec<Stretch> {
    let notes = version.plan.notes.iter().enumerate();
    notes
        .filter(|(_, note)| note.severity != Severity::Info)
        .map(|(at, note)| Stretch {
            span: note.span,
            class: "remark",
            id: format!("n{at}"),
            numbers: Vec::new(),
            title: note.message.clone(),
        })
        .collect()
}

fn cut(text: &str, line: Span, stretches: &[Stretch]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut at = line.start;
    for stretch in stretches.iter().filter(|s| overlap(s.span, line)) {
        let span = Span::new(stretch.span.start.max(at), stretch.span.end.min(line.end));
        push_plain(&mut pieces, Span::new(at, span.start).of(text));
        let begins = stretch.span.start >= line.start;
        pieces.push(Piece::Mark(Mark {
            class: stretch.class,
            id: if begins { stretch.id.clone() } else { String::new() },
            numbers: if begins { stretch.numbers.clone() } else { Vec::new() },
            href: String::new(),
            title: stretch.title.clone(),
            text: span.of(text).to_owned(),
        }));
        at = span.end;
    }
    push_plain(&mut pieces, Span::new(at, line.end).of(text));
    pieces
}

fn push_plain(pieces: &mut Vec<Piece>, text: &str) {
    if !text.is_empty() {
        pieces.push(Piece::Plain(text.to_owned()));
    }
}

/// A part of a plan that is reviewed on one page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) name: String,
    /// Numbers of its targets.
    pub(crate) targets: Vec<u32>,
    /// Where its words stand, in the order of the text.
    pub(crate) ranges: Vec<Span>,
}

/// The parts of a plan: its domains, then everything outside them.
pub(crate) fn parts(version: &PlanVersion) -> Vec<Part> {
    let plan = &version.plan;
    let mut numbers: BTreeMap<usize, Vec<u32>> = BTreeMap::new();
    let outside = plan.domains.len();
    for target in &version.targets {
        numbers.entry(domain_at(target.place, outside)).or_default().push(target.number);
    }
    let mut parts: Vec<Part> = plan
        .domains
        .iter()
        .enumerate()
        .map(|(at, domain)| Part {
            name: domain.name.clone(),
            targets: numbers.remove(&at).unwrap_or_default(),
            ranges: domain_ranges(version, at),
        })
        .collect();
    let start =
        parts.iter().flat_map(|p| &p.ranges).map(|r| r.end).max().unwrap_or(plan.span.start);
    parts.push(Part {
        name: "组织实施与附表".to_owned(),
        targets: numbers.remove(&outside).unwrap_or_default(),
        ranges: vec![Span::new(start.min(plan.span.end), plan.span.end)],
    });
    for part in &mut parts {
        let spans = version.targets.iter().filter(|t| part.targets.contains(&t.number));
        let spans: Vec<Span> = spans.map(|t| t.target.span).collect();
        part.ranges = with_lines_of(&version.text, std::mem::take(&mut part.ranges), &spans);
    }
    parts
}

/// Which part shows what stands in a place; what stands in no domain comes last.
pub(super) fn domain_at(place: Option<ClausePlace>, outside: usize) -> usize {
    match place {
        Some(place) if matches!(place.section, Section::Objective | Section::Measure) => {
            place.domain
        }
        _ => outside,
    }
}

/// From the heading of a domain to what follows it; the first one takes in the preamble.
fn domain_ranges(version: &PlanVersion, at: usize) -> Vec<Span> {
    let plan = &version.plan;
    let domain = &plan.domains[at];
    let last_clause =
        domain.objectives.iter().chain(&domain.measures).map(|c| c.span.end).max().unwrap_or(0);
    let own = domain.heading.end.max(last_clause);
    let next =
        plan.domains.iter().map(|d| d.heading.start).filter(|s| *s > domain.heading.start).min();
    let end = next.map_or(own, |next| if own <= next { next } else { domain.heading.end });
    let start =
        if at == 0 { plan.span.start.min(domain.heading.start) } else { domain.heading.start };
    let mut ranges = vec![Span::new(start, end.max(start))];
    if end < own {
        // sections of all domains stand apart: its clauses are shown one by one
        ranges.extend(domain.objectives.iter().chain(&domain.measures).map(|c| c.span));
    }
    ranges.sort();
    ranges.retain(|r| r.start < r.end);
    ranges
}

/// Adds the lines of words that stand outside the ranges.
fn with_lines_of(text: &str, mut ranges: Vec<Span>, words: &[Span]) -> Vec<Span> {
    for span in words {
        if span.of(text).is_empty() || ranges.iter().any(|r| r.covers(*span)) {
            continue;
        }
        let start = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
        let end = text[span.end..].find('\n').map_or(text.len(), |at| span.end + at);
        ranges.push(Span::new(start, end));
    }
    ranges.sort();
    ranges
}
