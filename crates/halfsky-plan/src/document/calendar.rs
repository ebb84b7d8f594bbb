//! Calendar (监测评估日程): the dated duties of 组织实施 and 监测评估: who does what by when, and to whom it goes.
//!
//! Owns the reading of such sentences. A duty without a date (及时、定期) is none; it is left to people.

mod actor;
mod due;
mod schedule;

use std::ops::Range;

use due::{Timing, Yearly, timings};

use super::annex::AnnexInput;
use super::passage::Passage;
use crate::note::{Note, Severity, Span};
use crate::period::PlanPeriod;
use crate::plan::{Due, Duty, Plan, Section};

/// Reads the dated duties of a plan into `Plan::calendar`.
pub(crate) fn read(plan: &mut Plan, input: &AnnexInput) {
    for (place, passage) in &input.clauses {
        if matches!(place.section, Section::Implementation | Section::Monitoring) {
            let mut reading = Reading { period: plan.period, ..Reading::default() };
            reading.clause(passage);
            for duty in reading.duties {
                // the same duty is told again near by, if at all
                let known = plan.calendar.iter().rev().take(200).any(|d| {
                    (&d.due, &d.who, &d.what, &d.to_whom)
                        == (&duty.due, &duty.who, &duty.what, &duty.to_whom)
                });
                if !known {
                    plan.calendar.push(duty);
                }
            }
            plan.notes.extend(reading.notes);
        }
    }
}

impl Default for Reading {
    fn default() -> Self {
        Self {
            period: PlanPeriod { start: 0, end: 0 },
            duties: Vec::new(),
            notes: Vec::new(),
            who: String::new(),
            yearly: Yearly::No,
            pending: None,
            sentence: 0,
        }
    }
}

/// What is known while the sentences of one clause are read in order.
#[derive(Debug)]
struct Reading {
    period: PlanPeriod,
    duties: Vec<Duty>,
    notes: Vec<Note>,
    /// Who acted last; an elliptical sentence (在规划颁布后1个月内报送…) goes on with it.
    who: String,
    yearly: Yearly,
    /// A date that stood alone before the comma (2025年，…).
    pending: Option<Timing>,
    /// The first duty of the sentence.
    sentence: usize,
}

/// A part of a sentence between two commas, with what time words were taken out of it.
struct Segment<'a> {
    passage: &'a Passage,
    range: Range<usize>,
    words: &'a str,
}

impl Reading {
    fn clause(&mut self, passage: &Passage) {
        let text = passage.text();
        let mut start = 0;
        for range in split(text, 0..text.len(), &['。', '；', ';', '！', '\n']) {
            let title = range.start == start && range.len() <= 20 * 3 && range.end < text.len();
            start = usize::MAX;
            self.sentence(passage, range, if title { Part::Title } else { Part::Body });
        }
    }

    fn sentence(&mut self, passage: &Passage, range: Range<usize>, part: Part) {
        self.sentence = self.duties.len();
        self.yearly = Yearly::No;
        self.pending = None;
        let mut subject = String::new();
        let text = passage.text();
        for (index, range) in split(text, range, &['，', ',', '：', ':']).into_iter().enumerate()
        {
            let words = &text[range.clone()];
            let segment = Segment { passage, range, words };
            let found = timings(words, self.yearly);
            let bare = remove(words, found.iter().map(|t| t.range.clone()));
            if let Some(who) = actor::subject(&bare) {
                subject = who;
            }
            let reporting = !found.is_empty() && actor::report_to(&bare).is_some();
            let elliptical = reporting || bare.trim_start().starts_with("负责");
            if index == 0 && subject.is_empty() && elliptical {
                subject.clone_from(&self.who);
            }
            let dates: Vec<Timing> = found
                .iter()
                .filter(|t| !(matches!(t.due, Due::InYear { .. }) && schedule::has_term(words)))
                .cloned()
                .collect();
            if !dates.is_empty() {
                self.dated(&segment, &subject, &dates, &bare);
            } else if let Some(date) = self.pending.take() {
                self.dated(&segment, &subject, &[date], &bare);
            } else if schedule::has_term(words) && part == Part::Body {
                self.scheduled(&segment, &subject);
            } else {
                self.passed_on(&bare);
            }
        }
        if !subject.is_empty() {
            self.who = subject;
        }
    }

    /// A segment with a date of its own, or the one behind a date that stood alone.
    fn dated(&mut self, segment: &Segment<'_>, subject: &str, dates: &[Timing], bare: &str) {
        if dates
            .iter()
            .any(|t| segment.words.get(t.range.clone()).is_some_and(|w| w.starts_with('每')))
        {
            self.yearly = Yearly::Yes;
        }
        let rest = actor::without_subject(bare, subject);
        if actor::is_empty(rest) {
            self.pending = dates.first().cloned();
            return;
        }
        for date in dates {
            let Some(what) = actor::what(rest, &date.due) else {
                self.unread(segment);
                return;
            };
            self.duties.push(Duty {
                due: date.due.clone(),
                who: subject.to_owned(),
                what,
                to_whom: actor::report_to(bare),
                quote: segment.words.to_owned(),
                span: segment.span(),
            });
        }
    }

    /// A segment that names terms of the schedule (年度监测、中期和终期评估).
    fn scheduled(&mut self, segment: &Segment<'_>, subject: &str) {
        for item in schedule::items(segment.words, self.period) {
            let who = item.by.unwrap_or_else(|| subject.to_owned());
            self.duties.push(Duty {
                due: item.due,
                who,
                what: item.what,
                to_whom: actor::report_to(segment.words),
                quote: segment.words.to_owned(),
                span: segment.span(),
            });
        }
    }

    /// `…形成年度监测报告，提交县妇儿工委`: where the product of the sentence's duties goes.
    fn passed_on(&mut self, bare: &str) {
        if !(bare.contains("报告") || actor::starts_with_report(bare)) {
            return;
        }
        if let Some(to) = actor::report_to(bare) {
            for duty in &mut self.duties[self.sentence..] {
                duty.to_whom.get_or_insert_with(|| to.clone());
            }
        }
    }

    fn unread(&mut self, segment: &Segment<'_>) {
        self.notes.push(Note {
            span: segment.span(),
            severity: Severity::Info,
            message: "这里写有时间，但没有读出要做的事".to_owned(),
            hint: "如属监测评估日程，请在日程中补充这一项".to_owned(),
        });
    }
}

/// The title of a clause names its subject; it sets no duty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Title,
    Body,
}

impl Segment<'_> {
    fn span(&self) -> Span {
        self.passage.span(self.range.clone())
    }
}

/// Splits a range at punctuation; empty parts are left out. Brackets and book titles stay whole.
fn split(text: &str, range: Range<usize>, marks: &[char]) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let (mut start, mut depth) = (range.start, 0_u32);
    for (offset, c) in text[range.clone()].char_indices() {
        let at = range.start + offset;
        match c {
            '《' | '（' | '(' => depth += 1,
            '》' | '）' | ')' => depth = depth.saturating_sub(1),
            '。' => depth = 0,
            _ => {}
        }
        if depth == 0 && marks.contains(&c) {
            parts.push(start..at);
            start = at + c.len_utf8();
        }
    }
    parts.push(start..range.end);
    parts.retain(|part| !text[part.clone()].trim().is_empty());
    parts
}

/// The words without some ranges.
fn remove(words: &str, ranges: impl Iterator<Item = Range<usize>>) -> String {
    let mut rest = String::with_capacity(words.len());
    let mut at = 0;
    for range in ranges {
        rest.push_str(words.get(at..range.start).unwrap_or(""));
        at = range.end.max(at);
    }
    rest.push_str(words.get(at..).unwrap_or(""));
    rest
}

#[cfg(test)]
mod tests;
