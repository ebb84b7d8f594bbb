//! Clause: the targets a clause states.
//!
//! Owns the reading of one clause's words; never sees the rest of the document. A clause is read
//! sentence by sentence and segment by segment; what one segment leaves out is carried over from the
//! segments before it.

use super::assignment;
use super::deadline::{Role, YearMention, find_years};
use super::layout::{Layout, Sentence};
use super::quantity::{Quantity, quantities};
use super::{coverage, direction, measured, qualitative, relative, restore, subject};
use crate::note::{Note, Severity, Span};
use crate::period::PlanPeriod;
use crate::plan::{Beneficiary, Section};
use crate::target::{Direction, Target, TargetKind};

/// What a clause's words cannot tell: the plan and the place it stands in.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    pub period: PlanPeriod,
    pub beneficiary: Beneficiary,
    pub section: Section,
    pub domain: &'a str,
}

/// The targets of a clause; spans are byte ranges of the text that was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reading {
    pub targets: Vec<Target>,
    pub notes: Vec<Note>,
}

/// Reads the targets of one clause (normalised text, without its number).
pub fn read_targets(text: &str, context: &Context<'_>) -> Reading {
    let masked = assignment::masked(text);
    let text = masked.as_ref();
    let layout = Layout::read(text);
    let mut reader = Reader {
        text,
        context,
        years: find_years(text, context.period),
        quantities: quantities(text),
        silent: layout.silent.clone(),
        may_cover: layout.may_cover,
        may_rate: layout.may_rate,
        carry: Carry::default(),
        reading: Reading::default(),
    };
    for sentence in &layout.sentences {
        reader.read_sentence(sentence);
    }
    drop_implied_directions(&mut reader.reading.targets);
    for target in &mut reader.reading.targets {
        target.span = trimmed(text, target.span);
        target.span.of(text).clone_into(&mut target.quote);
    }
    reader.reading
}

/// X逐步提高，2030年达到40%: the figure says what the direction said.
fn drop_implied_directions(targets: &mut Vec<Target>) {
    let measured: Vec<String> = targets
        .iter()
        .filter(|t| t.kind == TargetKind::Level)
        .map(|t| t.indicator.clone())
        .collect();
    targets.retain(|t| {
        let implied = matches!(t.direction, Some(Direction::Increase | Direction::Decrease));
        !(t.kind == TargetKind::Trend && implied && measured.contains(&t.indicator))
    });
}

/// A clause while it is read.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    pub(super) text: &'a str,
    pub(super) context: &'a Context<'a>,
    pub(super) years: Vec<YearMention>,
    pub(super) quantities: Vec<Quantity<'a>>,
    silent: Vec<Span>,
    may_cover: bool,
    may_rate: bool,
    pub(super) carry: Carry,
    pub(super) reading: Reading,
}

/// What the segments read so far leave to the next one.
#[derive(Debug, Default)]
pub(super) struct Carry {
    /// The last indicator named.
    pub(super) subject: String,
    /// What that indicator measures, without its group.
    pub(super) metric: String,
    /// The group of people it is about.
    pub(super) population: String,
    /// 其中: the following groups are parts of the last subject.
    pub(super) parts: bool,
    /// 每千名儿童拥有: a base that following counts share.
    pub(super) base: String,
    /// Where the base was named.
    pub(super) base_end: usize,
    /// 每天, 每周: following hours are meant so.
    pub(super) rhythm: Option<crate::unit::Unit>,
    /// The metric stands before a colon; the groups behind it need no verb.
    pub(super) headed: bool,
    /// Where the last figure ended that counted things named before it: the next item of the list counts too.
    pub(super) counted_end: usize,
    /// The segment before.
    pub(super) previous: Option<Span>,
    /// Where the sentence starts: years before it count no more.
    pub(super) sentence_start: usize,
}

impl<'a> Reader<'a> {
    fn read_sentence(&mut self, sentence: &Sentence) {
        let read_before = self.reading.targets.len();
        self.carry.population.clear();
        self.carry.metric.clear();
        self.carry.base.clear();
        self.carry.parts = false;
        self.carry.rhythm = None;
        self.carry.headed = false;
        self.carry.sentence_start = sentence.span.start;
        for segment in &sentence.segments {
            if !is_unit_list(segment.of(self.text)) {
                self.read_segment(*segment);
                self.carry.previous = Some(*segment);
            }
        }
        let spoken = sentence.segments.iter().any(|segment| !is_unit_list(segment.of(self.text)));
        if spoken
            && self.reading.targets.len() == read_before
            && self.context.section == Section::Objective
        {
            qualitative::read_sentence(self, sentence);
        }
    }

    fn read_segment(&mut self, segment: Span) {
        if measured::read_segment(self, segment)
            || (self.may_cover && coverage::read_segment(self, segment))
        {
            return;
        }
        let moves = self.context.section == Section::Objective || self.names_rate(segment);
        let read = moves
            && (relative::read_segment(self, segment) || direction::read_segment(self, segment));
        if !read {
            self.keep_bare_name(segment);
        }
    }

    /// 高中阶段毛入学率，2025年达到95%: a segment that only names an indicator leaves it to the next.
    fn keep_bare_name(&mut self, segment: Span) {
        let name = self.name_in(segment);
        let behind = self.text[segment.end..].trim_start();
        let headed = behind.starts_with(['：', ':']);
        let goes_on = headed || behind.starts_with(['，', ',']);
        if goes_on && subject::has_strict_metric(&name) && name.chars().count() <= 30 {
            restore::remember(self, &name);
            if headed {
                // 优良率：小学60%、初中50%: the groups behind the colon share the whole name
                self.carry.headed = true;
                self.carry.metric = name;
            }
        }
    }

    /// Whether a segment of a measure speaks of a rate, share or level: everything else there is an action.
    fn names_rate(&self, segment: Span) -> bool {
        self.may_rate
            && matches!(self.context.section, Section::Measure)
            && ["率", "比例", "比重"].iter().any(|word| segment.of(self.text).contains(word))
    }

    /// The quantities that lie in a range and can set a target.
    pub(super) fn quantities_in(&self, range: Span) -> Vec<Quantity<'a>> {
        let from = self.quantities.partition_point(|q| q.span.start < range.start);
        self.quantities[from..]
            .iter()
            .take_while(|q| q.span.end <= range.end)
            .filter(|q| !self.is_silent(q.span.start) && !self.in_year(q.span))
            .copied()
            .collect()
    }

    pub(super) fn is_silent(&self, at: usize) -> bool {
        self.silent.iter().any(|s| s.start <= at && at < s.end)
    }

    fn in_year(&self, span: Span) -> bool {
        self.years.iter().any(|y| y.span.start < span.end && span.start < y.span.end)
    }

    /// The years due in a range.
    pub(super) fn years_due(&self, range: Span) -> Vec<i32> {
        self.years
            .iter()
            .filter(|y| y.role == Role::Due && range.covers(y.span))
            .map(|y| y.year)
            .collect()
    }

    /// The deadline in force at a byte: the last year of the sentence before it, or the end of the plan.
    pub(super) fn due_at(&self, at: usize) -> i32 {
        self.years
            .iter()
            .rev()
            .find(|y| {
                y.role == Role::Due
                    && y.span.end <= at
                    && y.span.start >= self.carry.sentence_start
                    && !self.is_kept_by_its_segment(y.span, at)
                    && !self.is_aside(y)
            })
            .map_or(self.context.period.end, |y| y.year)
    }

    /// 保健院2026年底前达到二级标准，每个卫生院配备2名…: a year behind a subject of its own says nothing
    /// about a later segment with another subject; a year in front of all covers all.
    fn is_kept_by_its_segment(&self, year: Span, at: usize) -> bool {
        const STOPS: [char; 6] = ['，', ',', '；', ';', '：', '。'];
        let between = &self.text[year.end..at];
        let Some(stop) = between.rfind(STOPS) else { return false };
        let own = self.text[self.carry.sentence_start..year.start].rsplit(STOPS).next();
        let subject = own.map_or("", subject::clean);
        subject.chars().count() >= 3 && between[stop..].chars().count() >= 7
    }

    /// Whether a year stands wholly inside a bracket or title.
    fn is_aside(&self, year: &YearMention) -> bool {
        self.silent.iter().any(|s| s.covers(year.span))
    }

    /// The deadline of a figure: the year in brackets behind it (达到50%（2025年）), or the one in force.
    pub(super) fn due_of(&self, figure: &Quantity<'_>) -> i32 {
        self.aside_of(figure, Role::Due).unwrap_or_else(|| self.due_at(figure.span.start))
    }

    /// The year in brackets right behind a figure.
    pub(super) fn aside_of(&self, figure: &Quantity<'_>, role: Role) -> Option<i32> {
        let aside = self.years.iter().find(|y| {
            let gap = self.text.get(figure.span.end..y.span.start).unwrap_or_default().trim();
            y.role == role && matches!(gap, "（" | "(") && self.is_aside(y)
        });
        aside.map(|y| y.year)
    }

    /// The base year named in the sentence before a byte: 与2020年相比，….
    pub(super) fn base_at(&self, at: usize) -> Option<i32> {
        let sentence = Span::new(self.carry.sentence_start, at);
        self.years
            .iter()
            .rev()
            .find(|y| y.role == Role::Base && sentence.covers(y.span))
            .map(|y| y.year)
    }

    /// The words of a range without the years in it, cleaned to a name.
    pub(super) fn name_in(&self, range: Span) -> String {
        let mut name = String::new();
        let mut at = range.start;
        for year in self.years.iter().filter(|y| range.covers(y.span)) {
            if at <= year.span.start {
                name.push_str(&self.text[at..year.span.start]);
                at = year.span.end;
            }
        }
        name.push_str(&self.text[at.min(range.end)..range.end]);
        name.retain(|c| !c.is_whitespace());
        subject::clean(&name).to_owned()
    }

    /// A target without a value.
    pub(super) fn push_unmeasured(
        &mut self,
        indicator: String,
        kind: TargetKind,
        direction: Option<Direction>,
        range: Span,
    ) -> &mut Target {
        let range = trimmed(self.text, range);
        self.reading.targets.push(Target {
            indicator,
            comparator: None,
            value: None,
            unit: None,
            by: self.due_at(range.end),
            base_year: None,
            kind,
            direction,
            reference: None,
            scope: None,
            baseline: None,
            binding: None,
            soft: false,
            keep: false,
            quote: range.of(self.text).to_owned(),
            span: range,
        });
        let last = self.reading.targets.len() - 1;
        &mut self.reading.targets[last]
    }

    /// Tells a doubt.
    pub(super) fn note(&mut self, span: Span, severity: Severity, message: String, hint: &str) {
        self.reading.notes.push(Note { span, severity, message, hint: hint.to_owned() });
    }
}

/// 牵头单位：…, 责任单位：…: units, never targets.
fn is_unit_list(segment: &str) -> bool {
    let segment = segment.trim_start_matches(['（', '(', ' ']);
    ["牵头单位", "责任单位", "责任部门", "配合单位", "牵头部门"]
        .iter()
        .any(|word| segment.starts_with(word))
}

/// A range without spaces and marks at its ends.
pub(super) fn trimmed(text: &str, range: Span) -> Span {
    let words = range.of(text);
    let from_start =
        words.trim_start_matches(|c: char| c.is_whitespace() || "，,、。；：".contains(c));
    let start = range.start + words.len() - from_start.len();
    let end = start + from_start.trim_end().len();
    Span::new(start, end)
}
