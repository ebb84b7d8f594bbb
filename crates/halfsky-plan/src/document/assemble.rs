//! Assemble: drafts become plans: clauses with their words, targets, notes and spans of the source.

use std::ops::Range;

use super::annex::{self, AnnexInput, Region};
use super::assignment;
use super::heading::{self, Chapter};
use super::outline::{self, DomainDraft, Draft};
use super::passage::Passage;
use super::split::{self, Clauses, Oddity, Piece};
use super::text::{self, Spaces, simplified};
use super::{clause, parents, title};
use crate::note::{Note, Severity, Span};
use crate::period::PlanPeriod;
use crate::plan::{Beneficiary, Clause, ClausePlace, Domain, Plan, Section};

/// A document in the two forms a plan is assembled from.
#[derive(Debug, Clone, Copy)]
pub struct Document<'a> {
    pub source: &'a str,
    /// The normalised text, as printed.
    pub passage: &'a Passage,
    /// The same text with traditional characters simplified, equal in length.
    pub words: &'a str,
}

/// Turns a draft into a plan of one beneficiary.
pub fn assemble(document: Document<'_>, draft: &Draft, beneficiary: Beneficiary) -> Plan {
    let mut assembler = Assembler { document, notes: Vec::new(), input: AnnexInput::default() };
    let head = assembler.head(draft, beneficiary);
    let mut plan = head;
    for domain in &draft.domains {
        let index = plan.domains.len();
        let built = assembler.domain(domain, index, &plan);
        plan.domains.push(built);
    }
    assembler.chapters(draft, &mut plan);
    assembler.around(draft, &mut plan);
    let Assembler { notes, input, .. } = assembler;
    plan.notes = notes;
    annex::complete(&mut plan, &input);
    plan.notes.sort_by_key(|n| n.span);
    plan
}

struct Assembler<'a> {
    document: Document<'a>,
    notes: Vec<Note>,
    input: AnnexInput,
}

impl Assembler<'_> {
    fn span(&self, range: &Range<usize>) -> Span {
        self.document.passage.span(range.clone())
    }

    fn note(&mut self, range: &Range<usize>, severity: Severity, told: (String, &str)) {
        let span = self.span(range);
        self.notes.push(Note { span, severity, message: told.0, hint: told.1.to_owned() });
    }

    /// Title, region and period; whatever is missing is looked for in the text, and told.
    fn head(&mut self, draft: &Draft, beneficiary: Beneficiary) -> Plan {
        let words = &self.document.words[draft.range.clone()];
        let range =
            draft.title.as_ref().map_or(draft.range.start..draft.range.start, |t| t.1.clone());
        let known = draft.title.as_ref().map(|t| &t.0);
        let mut region = known.map(|t| t.region.clone()).unwrap_or_default();
        if region.is_empty() {
            let found =
                title::region_of_text(words).or_else(|| title::region_of_text(self.document.words));
            region = found.unwrap_or_default();
            let (severity, message) = if region.is_empty() {
                (Severity::Error, "标题和正文中都没有找到地区名称。".to_owned())
            } else {
                (Severity::Warning, format!("标题没有写明地区，按正文推断为“{region}”。"))
            };
            self.note(&range, severity, (message, "请核对并填写规划所属地区。"));
        }
        let period = known.and_then(|t| t.period).unwrap_or_else(|| self.period(words, &range));
        let text = known.map_or_else(
            || {
                let made = format!(
                    "{region}{}发展规划（{}—{}年）",
                    beneficiary.label(),
                    period.start,
                    period.end
                );
                let message = format!("没有找到规划标题，暂定为“{made}”。");
                self.note(&range, Severity::Warning, (message, "请核对并填写规划的正式名称。"));
                made
            },
            |t| t.text.clone(),
        );
        Plan {
            title: text,
            region,
            beneficiary,
            period,
            domains: Vec::new(),
            implementation: Vec::new(),
            monitoring: Vec::new(),
            table_targets: Vec::new(),
            assignments: Vec::new(),
            calendar: Vec::new(),
            baseline: Vec::new(),
            parent_plans: Vec::new(),
            notes: Vec::new(),
            span: self.span(&draft.range),
        }
    }

    fn period(&mut self, words: &str, range: &Range<usize>) -> PlanPeriod {
        let found = title::period_of_text(words);
        let period = found.unwrap_or(PlanPeriod { start: 2021, end: 2030 });
        let (severity, message) = if found.is_some() {
            (Severity::Warning, format!("标题没有写明规划期，按正文推断为{period}。"))
        } else {
            (Severity::Error, format!("标题和正文中都没有找到规划期，暂按{period}处理。"))
        };
        self.note(range, severity, (message, "请核对规划的起止年份，目标的到期年份由它决定。"));
        period
    }

    fn domain(&mut self, draft: &DomainDraft, index: usize, plan: &Plan) -> Domain {
        self.heading_notes(draft, plan.beneficiary);
        let mut heading = Passage::default();
        for range in std::iter::once(&draft.heading).chain(&draft.opening) {
            heading.append(self.document.passage, range.clone());
        }
        self.input.headings.push((index, simple(heading)));
        let objectives = self.section(plan, draft, (Section::Objective, index));
        let measures = self.section(plan, draft, (Section::Measure, index));
        Domain {
            name: draft.name.clone(),
            objectives,
            measures,
            heading: self.span(&draft.heading),
        }
    }

    fn heading_notes(&mut self, draft: &DomainDraft, who: Beneficiary) {
        let name = &draft.name;
        if name == outline::UNNAMED {
            let message = "有一组主要目标和策略措施上方没有领域标题。".to_owned();
            self.note(
                &draft.heading,
                Severity::Warning,
                (message, "请对照原文为这一组填写领域名称。"),
            );
        } else if !heading::names_domain(name) {
            let (severity, message) = match heading::standard_domain(name, who) {
                Some(standard) => (
                    Severity::Info,
                    format!("领域标题“{name}”未用规范名称，内容对应“{standard}”。"),
                ),
                None => (
                    Severity::Warning,
                    format!("领域标题“{name}”未用规范名称，对应哪个领域不能确定。"),
                ),
            };
            self.note(
                &draft.heading,
                severity,
                (message, "核对领域名称；与上级规划比对时按对应领域进行。"),
            );
        }
        if draft.shared {
            let message =
                format!("领域“{name}”同时面向妇女和儿童，已按小标题或条款内容分入两个规划。");
            let hint = "两者都涉及的条款在两个规划中都列出，请核对取舍。";
            self.note(&draft.heading, Severity::Warning, (message, hint));
        }
        for (list, label) in [(&draft.objectives, "主要目标"), (&draft.measures, "策略措施")]
        {
            if list.is_empty() {
                let message = format!("领域“{name}”没有读到{label}。");
                self.note(
                    &draft.heading,
                    Severity::Warning,
                    (message, "请对照原文核对；如原文确有，请检查标题的写法。"),
                );
            }
        }
        let mut unread = draft.opening.iter().filter(|r| {
            let words = self.document.words.get((*r).clone()).unwrap_or("");
            !assignment::is_list(words)
        });
        if let Some(first) = unread.next() {
            let last = unread.next_back().unwrap_or(first);
            let range = first.start..last.end;
            let message = format!("领域“{name}”标题之后、分节标题之前有一段文字，未列入条款。");
            self.note(&range, Severity::Info, (message, "如其中有目标，请手工补录。"));
        }
    }

    fn section(&mut self, plan: &Plan, draft: &DomainDraft, at: (Section, usize)) -> Vec<Clause> {
        let (section, index) = at;
        let lines = if section == Section::Objective { &draft.objectives } else { &draft.measures };
        let found = split::split(self.document.words, lines);
        let place = format!("“{}”{}", draft.name, section.label());
        if !draft.shared {
            self.oddities(&found, &place);
        }
        let context = clause::Context {
            period: plan.period,
            beneficiary: plan.beneficiary,
            section,
            domain: &draft.name,
        };
        let mut clauses = Vec::with_capacity(found.pieces.len());
        for piece in &found.pieces {
            let (mut built, passage) = self.clause(piece, clauses.len());
            let passage = simple(passage);
            self.read_targets(&mut built, &passage, &context);
            let place = ClausePlace { section, domain: index, clause: clauses.len() };
            self.input.clauses.push((place, passage));
            clauses.push(built);
        }
        clauses
    }

    fn clause(&self, piece: &Piece, index: usize) -> (Clause, Passage) {
        let mut passage = Passage::default();
        for words in &piece.words {
            let mut at = words.start;
            for part in self.document.words[words.clone()].split('\t') {
                passage.append(self.document.passage, at..at + part.len());
                at += part.len() + 1;
            }
        }
        let clause = Clause {
            number: u32::try_from(index + 1).unwrap_or(u32::MAX),
            text: passage.text().to_owned(),
            targets: Vec::new(),
            span: self.span(&piece.range),
        };
        (clause, passage)
    }

    fn read_targets(
        &mut self,
        built: &mut Clause,
        passage: &Passage,
        context: &clause::Context<'_>,
    ) {
        let reading = clause::read_targets(passage.text(), context);
        built.targets = reading.targets;
        for target in &mut built.targets {
            target.span = passage.span(target.span.start..target.span.end);
        }
        for mut note in reading.notes {
            note.span = passage.span(note.span.start..note.span.end);
            self.notes.push(note);
        }
    }

    fn oddities(&mut self, found: &Clauses, place: &str) {
        for (range, oddity) in &found.oddities {
            let (severity, message, hint) = match oddity {
                Oddity::Repeated(number) => (
                    Severity::Info,
                    format!("{place}：编号{number}重复，已按出现的次序计条。"),
                    "核对此处是否为独立的一条；引用条号时以本系统的次序为准。",
                ),
                Oddity::Skipped(expected, printed) => (
                    Severity::Warning,
                    format!("{place}：编号从{}跳到{printed}，已按出现的次序计条。", expected - 1),
                    "对照原文核对是否漏了条款。",
                ),
                Oddity::OtherShape(number) => (
                    Severity::Info,
                    format!("{place}：第{number}条的编号写法与前后不同，按同级条款处理。"),
                    "核对此处是否为独立的一条。",
                ),
                Oddity::Unnumbered => (
                    Severity::Warning,
                    format!("{place}：第一条之前有未编号的文字，未列入条款。"),
                    "如其中有目标，请手工补录。",
                ),
                Oddity::Boxed => (
                    Severity::Info,
                    format!("{place}：其中的专栏未列入条款。"),
                    "如专栏中有目标，请手工补录。",
                ),
            };
            self.note(range, severity, (message, hint));
        }
    }

    /// 组织实施 and 监测评估; a chapter that is both is told apart clause by clause.
    fn chapters(&mut self, draft: &Draft, plan: &mut Plan) {
        let mut pieces = Vec::new();
        for (lines, kind) in [
            (&draft.implementation, Chapter::Implementation),
            (&draft.both, Chapter::Both),
            (&draft.monitoring, Chapter::Monitoring),
        ] {
            let found = split::split(self.document.words, lines);
            let label = match kind {
                Chapter::Monitoring => "监测评估",
                Chapter::Implementation | Chapter::Both => "组织实施",
            };
            self.oddities(&found, label);
            for piece in found.pieces {
                let section = match kind {
                    Chapter::Implementation => Section::Implementation,
                    Chapter::Monitoring => Section::Monitoring,
                    Chapter::Both => self.kind_of(&piece),
                };
                pieces.push((section, piece));
            }
        }
        pieces.sort_by_key(|(section, piece)| (*section, piece.range.start));
        for (section, piece) in pieces {
            let list = match section {
                Section::Monitoring => &mut plan.monitoring,
                _ => &mut plan.implementation,
            };
            let (built, passage) = self.clause(&piece, list.len());
            if let Some(last) = list.last_mut() {
                last.span.end = last.span.end.min(built.span.start);
            }
            let place = ClausePlace { section, domain: 0, clause: list.len() };
            self.input.clauses.push((place, simple(passage)));
            list.push(built);
        }
        self.missing_chapters(draft, plan);
    }

    fn kind_of(&self, piece: &Piece) -> Section {
        let words: String = piece.words.iter().map(|w| &self.document.words[w.clone()]).collect();
        let lead = words.split(['。', '；']).next().unwrap_or("");
        let lead = title::head(lead, 40);
        if ["监测", "评估", "统计"].iter().any(|w| lead.contains(w)) {
            Section::Monitoring
        } else {
            Section::Implementation
        }
    }

    fn missing_chapters(&mut self, draft: &Draft, plan: &Plan) {
        let end = draft.range.end..draft.range.end;
        for (list, label) in [(&plan.implementation, "组织实施"), (&plan.monitoring, "监测评估")]
        {
            if list.is_empty() {
                let message = format!("没有读到“{label}”一章。");
                self.note(
                    &end,
                    Severity::Warning,
                    (message, "请对照原文核对；如原文确有，请检查章标题的写法。"),
                );
            }
        }
        if let (Some(first), Some(last)) = (draft.stray.first(), draft.stray.last()) {
            let range = first.start..last.end;
            let message = "有一章既不是发展领域，也不是组织实施或监测评估，未列入条款。".to_owned();
            self.note(
                &range,
                Severity::Warning,
                (message, "请查看这一章；如其中有目标，请手工补录。"),
            );
        }
    }

    /// Preamble, tables and parent plans.
    fn around(&mut self, draft: &Draft, plan: &mut Plan) {
        for range in &draft.preamble {
            let mut passage = Passage::default();
            passage.append(self.document.passage, range.clone());
            self.input.preamble.push(simple(passage));
        }
        for region in &draft.regions {
            self.input.regions.extend(self.region(region));
        }
        plan.parent_plans = parents::read(self.document, draft, plan);
    }

    /// The lines of a region as printed: a figure on a line of its own is a cell there, no page number.
    fn region(&self, lines: &[Range<usize>]) -> Option<Region> {
        let source = self.document.source;
        let (first, last) = (self.span(lines.first()?), self.span(lines.last()?));
        // spaces before the first word say how many cells of a row are empty
        let start = source.get(..first.start)?.rfind('\n').map_or(0, |at| at + 1);
        let end = source.get(last.end..)?.find('\n').map_or(source.len(), |at| last.end + at);
        let whole = text::normalise(source, start..end.max(start), Spaces::Kept);
        let mut at = 0;
        let mut region = Region::default();
        for words in whole.text().split('\n') {
            if !words.trim().is_empty() {
                let mut line = Passage::default();
                line.append(&whole, at..at + words.len());
                region.lines.push(simple(line));
            }
            at += words.len() + 1;
        }
        Some(region)
    }
}

/// The passage in simplified characters, for readers that know the words of the field.
fn simple(passage: Passage) -> Passage {
    let words = simplified::simplify(passage.text());
    words.and_then(|words| passage.reworded(words)).unwrap_or(passage)
}
