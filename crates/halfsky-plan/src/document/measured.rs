//! Measured targets: figures with the words around them.
//!
//! One segment may hold several figures; each takes its subject from the words before it, its object
//! from the words behind it, or both from what was said before.

use super::clause::{Reader, trimmed};
use super::predicate::{Marks, Predicate, peel};
use super::quantity::Quantity;
use super::restore::{remember, remember_base, restore};
use super::statement::{Statement, state};
use super::{counting, eligible, share, subject};
use crate::note::{Severity, Span};
use crate::unit::Unit;

/// Where a figure stands in its segment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// The words in front of it.
    pub(super) words: Span,
    /// The words behind it that can be its object.
    pub(super) object: Span,
    /// The rest of the segment behind the next figure; empty where no figure follows.
    pub(super) tail: Span,
    /// The predicate of the figure before it in the segment.
    pub(super) last: Option<Predicate>,
}

/// Reads the figures of a segment; false when none of them sets a target.
pub(super) fn read_segment(reader: &mut Reader<'_>, segment: Span) -> bool {
    let text = reader.text;
    let carried = reader.carry.subject.clone();
    let mut figures = reader.quantities_in(segment);
    figures.retain(|q| eligible::may_be_target(text, segment, q, &carried));
    drop_attributes(text, &mut figures);
    let before = reader.reading.targets.len();
    let (mut left, mut at) = (segment.start, 0);
    let mut last = None;
    while let Some(figure) = figures.get(at) {
        let words = Span::new(left, figure.span.start);
        let run = run_length(text, &figures[at..]);
        if run > 1 {
            read_run(reader, words, &figures[at..at + run]);
            left = figures[at + run - 1].span.end;
            at += run;
            continue;
        }
        let next = figures.get(at + 1);
        if next.is_some_and(|next| share::holds_count(text, figure, next)) {
            // 80%的乡镇至少配备1名…: the count tells what the share does
            let place = Place {
                words,
                object: Span::new(figure.span.end, segment.end),
                tail: Span::new(segment.end, segment.end),
                last,
            };
            last = read_figure(reader, figure, &place).or(last);
            left = segment.end;
            at += 2;
            continue;
        }
        let gap = split_gap(
            text,
            Span::new(figure.span.end, next.map_or(segment.end, |n| n.span.start)),
            next,
        );
        let tail = next.map_or(segment.end, |n| n.span.end);
        let place = Place { words, object: gap.object, tail: Span::new(tail, segment.end), last };
        last = read_figure(reader, figure, &place).or(last);
        left = gap.left;
        at += 1;
    }
    reader.reading.targets.len() > before
}

/// 每周锻炼三次及以上的妇女占比达到40%: a count that tells who is meant is no target.
fn drop_attributes(text: &str, figures: &mut Vec<Quantity<'_>>) {
    if figures.last().is_none_or(|last| last.unit != Some(Unit::Percent)) {
        return;
    }
    figures.retain(|q| {
        let counted =
            matches!(q.unit, Some(Unit::Count | Unit::Person | Unit::Hour | Unit::Minute));
        !(counted && q.bound.is_some() && text[q.span.end..].starts_with('的'))
    });
}

/// How many figures follow one another with nothing but a joint between them.
fn run_length(text: &str, figures: &[Quantity<'_>]) -> usize {
    let joined = |pair: &[Quantity<'_>]| {
        let gap = text[pair[0].span.end..pair[1].span.start].trim();
        let alike = pair[0].unit == pair[1].unit || (is_rate(&pair[0]) && is_rate(&pair[1]));
        ["、", "和", "及", "与", "以及", "或"].contains(&gap) && alike
    };
    1 + figures.windows(2).take_while(|pair| joined(pair)).count()
}

fn is_rate(figure: &Quantity<'_>) -> bool {
    matches!(figure.unit, Some(Unit::Percent | Unit::Permille | Unit::Per100k))
}

/// The words between two figures: the object of the first, and where the words of the second start.
struct Gap {
    object: Span,
    left: usize,
}

fn split_gap(text: &str, gap: Span, next: Option<&Quantity<'_>>) -> Gap {
    let words = gap.of(text);
    let connected = ["、", "和", "且", "并", "而", "，", "及", "以及", "其中"];
    if words.trim().is_empty() || connected.iter().any(|c| words.trim_start().starts_with(c)) {
        return Gap { object: Span::new(gap.start, gap.start), left: gap.start };
    }
    if next.is_none() {
        return Gap { object: gap, left: gap.end };
    }
    match subject::last_joint(words) {
        Some((at, length)) => {
            Gap { object: Span::new(gap.start, gap.start + at), left: gap.start + at + length }
        }
        None => Gap { object: Span::new(gap.start, gap.start), left: gap.start },
    }
}

/// Reads one figure; gives its predicate so that a following one can lean on it.
fn read_figure(reader: &mut Reader<'_>, figure: &Quantity<'_>, place: &Place) -> Option<Predicate> {
    let mut predicate = peel(reader.text, place.words, &reader.years);
    if is_past(reader, place.words, &predicate) {
        let name = reader.name_in(predicate.rest);
        remember(reader, name.trim_end_matches(['由', '从']));
        return None;
    }
    if predicate.rest.start == predicate.rest.end
        && predicate.marks.is_empty()
        && let Some(last) = place.last
    {
        // 每年组织2次讲座和1次演练: the second figure shares the verb
        predicate.marks = last.marks;
        predicate.bound = last.bound;
        predicate.rest = last.rest;
    }
    if share::read_share(reader, figure, place, &predicate)
        || counting::read_count(reader, figure, place, &predicate)
    {
        return Some(predicate);
    }
    read_level(reader, figure, place, &predicate);
    Some(predicate)
}

/// A figure of the past: 已达…, 由2020年的…, a year before the plan.
fn is_past(reader: &Reader<'_>, words: Span, predicate: &Predicate) -> bool {
    let before_plan = reader.due_at(words.end) < reader.context.period.start;
    predicate.marks.has(Marks::PAST) || predicate.marks.has(Marks::STARTS) || before_plan
}

fn read_level(
    reader: &mut Reader<'_>,
    figure: &Quantity<'_>,
    place: &Place,
    predicate: &Predicate,
) {
    let raw = reader.name_in(predicate.rest);
    let dated = raw.is_empty()
        && subject::has_metric(&reader.carry.subject)
        && !reader.years_due(place.words).is_empty();
    let held = dated
        || predicate.marks.has(Marks::LEVEL)
        || predicate.marks.has(Marks::EXPLICIT_BOUND)
        || predicate.marks.has(Marks::TOWARDS)
        || predicate.marks.has(Marks::SHARE)
        || predicate.movement.is_some()
        || figure.bound.is_some()
        || subject::has_metric(&raw)
        || (reader.carry.headed && subject::is_group(&raw));
    if !held || !eligible::may_be_level(reader, figure, place, &raw) {
        return;
    }
    let named = share_name(predicate, raw);
    let base_is_far = reader.text[reader.carry.base_end.min(figure.span.start)..figure.span.start]
        .contains(['，', ',']);
    if base_is_far && figure.value.decimal().fract().is_zero() {
        reader.carry.base.clear();
    }
    let (named, places) = take_places(&named);
    let (name, part) = restore(reader, predicate.rest, &named);
    let scope = places.or(part);
    if name.is_empty() {
        let words = Span::new(place.words.start, figure.span.end);
        let message = format!("“{}”像是目标，但没有读出指标名称。", words.of(reader.text).trim());
        reader.note(words, Severity::Warning, message, "请在核对时补填指标名称，或删去这一条。");
        return;
    }
    remember(reader, &name);
    remember_base(reader, &name, figure.span.end);
    let range = trimmed(reader.text, Span::new(place.words.start, figure.span.end));
    for name in subject::split_whole_names(&name) {
        let statement = Statement {
            figure: *figure,
            predicate: *predicate,
            name,
            scope: scope.clone(),
            by: reader.due_of(figure),
            range,
        };
        state(reader, statement);
    }
}

/// 以乡镇为单位: every such place must reach the value.
fn take_places(name: &str) -> (String, Option<String>) {
    if let Some(end) = name.find("为单位")
        && let Some(start) = name[..end].rfind('以')
    {
        let end = end + "为单位".len();
        let behind = name[end..].trim_start_matches('的');
        return (format!("{}{behind}", &name[..start]), Some(name[start..end].to_owned()));
    }
    (name.to_owned(), None)
}

/// 女性占30%, 女干部占同级干部的25%: a share without the word for it.
fn share_name(predicate: &Predicate, raw: String) -> String {
    if predicate.marks.has(Marks::SHARE) {
        format!("{raw}占比")
    } else if !subject::has_metric(&raw) && raw.contains('占') {
        format!("{raw}的比例")
    } else {
        raw
    }
}

/// 医师1.1名、床位2.3张；到2030年，分别达到1.2名和3.2张: the names are those of the targets before.
fn names_before(reader: &Reader<'_>, count: usize) -> Option<Vec<String>> {
    let targets = &reader.reading.targets;
    let names: Vec<String> =
        targets[targets.len().checked_sub(count)?..].iter().map(|t| t.indicator.clone()).collect();
    let different = names.iter().collect::<std::collections::BTreeSet<_>>().len() == count;
    different.then_some(names)
}

/// Reads several figures side by side: as many names, or as many years, share them out.
fn read_run(reader: &mut Reader<'_>, words: Span, figures: &[Quantity<'_>]) {
    let predicate = peel(reader.text, words, &reader.years);
    if is_past(reader, words, &predicate) {
        return;
    }
    let raw = reader.name_in(predicate.rest);
    if !eligible::may_be_level(
        reader,
        &figures[0],
        &Place { words, object: Span::new(words.end, words.end), tail: words, last: None },
        &raw,
    ) {
        return;
    }
    let (restored, scope) = restore(reader, predicate.rest, &raw);
    let held = !predicate.marks.is_empty()
        || predicate.bound.is_some()
        || subject::has_metric(&restored)
        || figures.iter().any(|figure| figure.bound.is_some());
    if restored.is_empty() || !held {
        return;
    }
    let own_dues = reader.years_due(words);
    let sentence = Span::new(reader.carry.sentence_start, words.end);
    let dues = if own_dues.is_empty() { reader.years_due(sentence) } else { own_dues };
    let end = figures.last().map_or(words.end, |q| q.span.end);
    let range = trimmed(reader.text, Span::new(words.start, end));
    let last_bound = figures.last().and_then(|q| q.bound);
    let by = reader.due_at(words.end);
    let paired = subject::pair_names(&restored, figures.len()).or_else(|| {
        let repeated = raw.is_empty() && dues.len() != figures.len();
        repeated.then(|| names_before(reader, figures.len())).flatten()
    });
    if paired.is_none() && dues.len() != figures.len() {
        let message = format!("“{}”中名称与数值的个数对不上。", range.of(reader.text));
        reader.note(
            range,
            Severity::Warning,
            message,
            "已把每个数值都记在整个名称之下，请逐个核对。",
        );
    }
    for (at, figure) in figures.iter().enumerate() {
        let name = match &paired {
            Some(names) => names[at].clone(),
            None => restored.clone(),
        };
        let by = if paired.is_none() && dues.len() == figures.len() { dues[at] } else { by };
        let figure = Quantity { bound: figure.bound.or(last_bound), ..*figure };
        state(reader, Statement { figure, predicate, name, scope: scope.clone(), by, range });
    }
    remember(reader, &restored);
    // several groups side by side leave none to carry on
    let groups: Vec<_> =
        paired.iter().flatten().map(|name| subject::leading_people(name)).collect();
    if groups.windows(2).any(|pair| pair[0] != pair[1]) {
        reader.carry.population.clear();
    }
}
