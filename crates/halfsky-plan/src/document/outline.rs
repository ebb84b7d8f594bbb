//! Outline: the plans of a document, their domains and sections, and which lines belong to each.
//!
//! Owns the way from lines to sections. It never looks inside a clause and never drops a line: what
//! belongs to no section is kept as preamble, annex or stray text.

use std::ops::Range;

use super::assignment;
use super::heading::{self, Chapter};
use super::line::{Line, Lines};
use super::marker::Style;
use super::title::{self, Served, Title};
use crate::plan::Section;

/// A plan as lines: ranges of the normalised text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Draft {
    pub title: Option<(Title, Range<usize>)>,
    /// From its first line to its last.
    pub range: Range<usize>,
    pub preamble: Vec<Range<usize>>,
    pub domains: Vec<DomainDraft>,
    pub implementation: Vec<Range<usize>>,
    pub monitoring: Vec<Range<usize>>,
    /// Lines of a chapter that is both; to be told apart clause by clause.
    pub both: Vec<Range<usize>>,
    /// Lines under headings that are no domain and no known chapter.
    pub stray: Vec<Range<usize>>,
    /// Tables inside the text, then everything behind the last chapter.
    pub regions: Vec<Vec<Range<usize>>>,
}

/// A domain as lines.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DomainDraft {
    /// The heading without its number.
    pub name: String,
    pub heading: Range<usize>,
    /// It stood in a plan for women and children and was divided clause by clause.
    pub shared: bool,
    /// Lines before the first section heading.
    pub opening: Vec<Range<usize>>,
    pub objectives: Vec<Range<usize>>,
    pub measures: Vec<Range<usize>>,
}

impl DomainDraft {
    fn is_empty(&self) -> bool {
        self.objectives.is_empty() && self.measures.is_empty() && self.opening.is_empty()
    }
}

/// Where the next line belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Preamble,
    Domain(Option<Section>),
    Chapter(Chapter),
    Stray,
    Annex,
}

/// Reads the outline of a document.
pub fn read(text: &str, lines: &Lines) -> Vec<Draft> {
    let mut reader = Reader {
        text,
        lines: &lines.said,
        cells: &lines.cells,
        drafts: Vec::new(),
        draft: Draft::default(),
        place: Place::Preamble,
        chapter_section: None,
        domain_shape: Shape::Unknown,
        domain_number: 0,
        contents: Contents::Outside,
        last_was_row: false,
    };
    for at in 0..lines.said.len() {
        reader.line(at);
    }
    reader.cells_before(text.len());
    reader.close();
    reader.drafts
}

/// How the headings of domains are numbered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Unknown,
    Plain,
    Numbered(Style),
}

impl Shape {
    fn of(line: &Line) -> Self {
        line.marker.map_or(Self::Plain, |m| Self::Numbered(m.style))
    }

    /// Whether a number stands on a higher level than the domains.
    fn is_below(self, style: Style) -> bool {
        match self {
            Self::Numbered(own) => style < own,
            Self::Plain => true,
            Self::Unknown => false,
        }
    }
}

/// Whether the lines are those of a table of contents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Contents<'a> {
    Outside,
    Opened,
    /// Its first entry, which ends it when it comes again.
    From(&'a str),
}

struct Reader<'a> {
    text: &'a str,
    lines: &'a [Line],
    /// Lines passed over so far as noise, which inside an annex are cells.
    cells: &'a [Range<usize>],
    drafts: Vec<Draft>,
    draft: Draft,
    place: Place,
    /// A chapter that holds the objectives (or the measures) of all domains.
    chapter_section: Option<Section>,
    domain_shape: Shape,
    domain_number: u32,
    contents: Contents<'a>,
    last_was_row: bool,
}

impl<'a> Reader<'a> {
    fn line(&mut self, at: usize) {
        let line = &self.lines[at];
        self.cells_before(line.range.start);
        if line.is_row {
            return self.row(line);
        }
        self.last_was_row = false;
        let words = line.words(self.text);
        if self.in_contents(line, words) || self.title(at) {
            return;
        }
        if words.len() <= 120 || self.place == Place::Annex {
            if self.place == Place::Annex {
                return self.keep(line.range.clone());
            }
            let bare = heading::bare(words);
            let opened = self.opens_contents(bare)
                || self.opens_annex(at, bare)
                || self.opens_domain(at, bare)
                || self.opens_chapter(at, bare)
                || self.opens_other(at, bare);
            if opened {
                return;
            }
        }
        if !self.opens_section(at) {
            self.keep(line.range.clone());
        }
    }

    /// Passes by the cells up to an offset; those of an annex are kept.
    fn cells_before(&mut self, offset: usize) {
        while let Some((cell, rest)) = self.cells.split_first()
            && cell.start < offset
        {
            self.cells = rest;
            if self.place == Place::Annex {
                self.keep(cell.clone());
            }
        }
    }

    /// A row of a table goes to the tables; consecutive rows make one, with the line above as its name.
    fn row(&mut self, line: &Line) {
        if self.place == Place::Annex {
            return self.keep(line.range.clone());
        }
        if !self.last_was_row {
            self.draft.regions.push(Vec::new());
        }
        if let Some(region) = self.draft.regions.last_mut() {
            region.push(line.range.clone());
        }
        self.last_was_row = true;
        self.stretch(&line.range);
    }

    fn opens_contents(&mut self, bare: &str) -> bool {
        let opens = matches!(bare, "目录" | "目次" | "目錄");
        if opens {
            self.contents = Contents::Opened;
        }
        opens
    }

    /// Passes over the entries of a table of contents; it ends where its first entry comes again.
    fn in_contents(&mut self, line: &Line, words: &'a str) -> bool {
        if self.contents == Contents::Outside {
            return false;
        }
        let bare = heading::bare(words);
        let paged = heading::has_page(words);
        let entry = words.len() <= 150 && !words.ends_with(['。', '；', '，', ',']);
        let again = self.contents == Contents::From(bare) && !paged;
        let titled = self.contents != Contents::Opened
            && !paged
            && title::read(line.text(self.text)).is_some();
        if !entry || again || titled {
            self.contents = Contents::Outside;
            return false;
        }
        if self.contents == Contents::Opened {
            self.contents = Contents::From(bare);
        }
        self.stretch(&line.range);
        true
    }

    /// A title opens a plan, unless it only repeats the title of the plan it stands in.
    fn title(&mut self, at: usize) -> bool {
        let line = &self.lines[at];
        let Some(mut title) = title::read(line.text(self.text)) else { return false };
        let mut range = line.range.clone();
        if title.period.is_none()
            && let Some(next) = self.lines.get(at + 1)
            && next.marker.is_none()
            && next.range.len() < 60
            && let Some(years) = title::years(next.text(self.text))
            && next.text(self.text).starts_with(['(', '（', '2', '1'])
        {
            title.period = Some(years);
            title.text.push_str(next.text(self.text));
            range.end = next.range.end;
        }
        if title.region.is_empty()
            && let Some(before) = at.checked_sub(1).map(|b| self.lines[b].words(self.text))
            && title::is_region(before)
        {
            before.clone_into(&mut title.region);
            title.text.insert_str(0, before);
        }
        let repeats = self.draft.title.as_ref().is_some_and(|(known, _)| {
            known.served == title.served
                && (known.region == title.region || title.region.is_empty())
                && (known.period == title.period || title.period.is_none())
        });
        if repeats {
            self.stretch(&range);
            self.better_title(title, range);
            return true;
        }
        let kept = self.draft.title.as_ref().map(|(known, _)| known.clone());
        self.close();
        self.draft.range = range.clone();
        if let Some(known) = kept {
            if title.region.is_empty() {
                title.text.insert_str(0, &known.region);
                title.region = known.region;
            }
            title.period = title.period.or(known.period);
        }
        self.draft.title = Some((title, range));
        true
    }

    /// The last title above the first domain is the plan's own: what came before named a file or a cover.
    fn better_title(&mut self, title: Title, range: Range<usize>) {
        let content = self.has_content();
        if let Some(known) = self.draft.title.as_mut().filter(|_| !content)
            && title.period.is_some()
            && !title.region.is_empty()
        {
            *known = (title, range);
        }
    }

    /// Ends the plan being read; one without any domain or clause leaves nothing.
    fn close(&mut self) {
        let mut draft = std::mem::take(&mut self.draft);
        draft.domains.retain(|d| !d.is_empty());
        self.place = Place::Preamble;
        (self.chapter_section, self.domain_shape, self.domain_number) = (None, Shape::Unknown, 0);
        self.contents = Contents::Outside;
        if !draft.domains.is_empty() {
            self.drafts.push(draft);
        }
    }

    fn opens_annex(&mut self, at: usize, bare: &str) -> bool {
        if self.place == Place::Preamble || self.draft.domains.iter().all(DomainDraft::is_empty) {
            return false;
        }
        let line = self.lines[at].text(self.text);
        let plain = &line[super::marker::marks(line)..];
        let named = ["附件", "附表", "附录", "附注", "附："].iter().any(|w| plain.starts_with(w));
        let table = [
            "指标表",
            "分工表",
            "分解表",
            "分工方案",
            "指标体系表",
            "责任分工",
            "名词解释",
            "一览表",
        ]
        .iter()
        .any(|w| bare.ends_with(w));
        let short = bare.chars().count() <= 45 && !words_end(line);
        let issued = plain.starts_with("抄送") || (plain.starts_with("主送") && short);
        let opens = short && (named || table) || issued;
        if opens {
            self.place = Place::Annex;
            self.draft.regions.push(Vec::new());
            self.keep(self.lines[at].range.clone());
        }
        opens
    }

    fn opens_domain(&mut self, at: usize, bare: &str) -> bool {
        let line = &self.lines[at];
        if matches!(self.place, Place::Chapter(_)) && self.has_content() && line.marker.is_none() {
            return false;
        }
        let named = heading::names_domain(bare);
        if !(named && self.is_domain_by_name(at) || self.is_domain_by_place(at, bare)) {
            return false;
        }
        self.domain(at, bare);
        true
    }

    fn has_content(&self) -> bool {
        self.draft.domains.iter().rev().take(REACH).any(|d| !d.is_empty())
    }

    fn is_domain_by_name(&self, at: usize) -> bool {
        let line = &self.lines[at];
        let fits = self.domain_shape == Shape::of(line)
            && line.marker.is_none_or(|m| m.number == self.domain_number + 1);
        fits || self.chapter_section.is_some() || self.section_ahead(at, 8).is_some()
    }

    /// A slogan in the place of a domain: a heading right above 主要目标, or numbered like the domains.
    fn is_domain_by_place(&self, at: usize, bare: &str) -> bool {
        let line = &self.lines[at];
        if !is_slogan(line.words(self.text), bare)
            || line.section.is_some()
            || heading::is_chapter_alone(bare)
            || bare.contains("发展领域")
        {
            return false;
        }
        let ahead = self.section_ahead(at, 4);
        let objectives = |(section, distance)| (section == Section::Objective).then_some(distance);
        let distance = ahead.and_then(objectives).filter(|d| self.measures_follow(at + d));
        if let Some(marker) = line.marker {
            let next = self.domain_shape == Shape::Numbered(marker.style)
                && marker.number == self.domain_number + 1;
            return distance == Some(1) || (next && distance.is_some());
        }
        let above = at.checked_sub(1).map(|b| self.lines[b].text(self.text));
        distance == Some(1)
            && bare.chars().count() <= 20
            && !line.text(self.text).ends_with('。')
            && above.is_none_or(|a| words_end(a) || a.chars().count() <= 25)
    }

    /// The next section heading within so many lines, no other domain in between.
    fn section_ahead(&self, at: usize, reach: usize) -> Option<(Section, usize)> {
        for distance in 1..=reach {
            let line = self.lines.get(at + distance)?;
            if let Some((section, _)) = line.section {
                return Some((section, distance));
            }
            if line.is_landmark {
                return None;
            }
        }
        None
    }

    fn domain(&mut self, at: usize, bare: &str) {
        let line = &self.lines[at];
        self.stretch(&line.range);
        self.place = Place::Domain(self.chapter_section);
        let marker = line.marker;
        self.domain_shape = Shape::of(line);
        self.domain_number = marker.map_or(0, |m| m.number);
        let name = assignment::without_lists(bare);
        let first = self.draft.domains.len().saturating_sub(REACH);
        let known = self.draft.domains[first..].iter().position(|d| d.name == name);
        let Some(index) = known.map(|at| first + at) else {
            return self.open(&name, line.range.clone());
        };
        let empty = self.draft.domains[index].is_empty();
        if index + 1 == self.draft.domains.len() {
            if empty {
                self.draft.domains[index].heading = line.range.clone();
            }
        } else if empty {
            self.forget_contents();
            self.open(&name, line.range.clone());
        } else {
            let known = self.draft.domains.remove(index);
            self.draft.domains.push(known);
        }
    }

    fn open(&mut self, name: &str, heading: Range<usize>) {
        self.draft.domains.push(DomainDraft {
            name: name.to_owned(),
            heading,
            ..Default::default()
        });
    }

    /// What looked like domains and chapters so far was a table of contents.
    fn forget_contents(&mut self) {
        self.draft.domains.retain(|d| !d.is_empty());
        if self.draft.domains.is_empty() {
            for chapter in [
                &mut self.draft.implementation,
                &mut self.draft.monitoring,
                &mut self.draft.both,
                &mut self.draft.stray,
            ] {
                self.draft.preamble.append(chapter);
            }
            self.draft.preamble.sort_by_key(|r| r.start);
        }
    }

    fn opens_chapter(&mut self, at: usize, bare: &str) -> bool {
        let line = &self.lines[at];
        let Some(chapter) = heading::chapter(bare) else {
            return self.opens_measures_chapter(at, bare);
        };
        let style = line.marker.map(|m| m.style);
        let inside = matches!(self.place, Place::Chapter(Chapter::Both | Chapter::Implementation));
        let high = match style {
            Some(Style::Chapter | Style::Chinese) => true,
            Some(Style::Part | Style::ChineseBracket | Style::Arabic) => {
                heading::is_chapter_alone(bare)
                    && (self.domain_shape == Shape::of(line) && self.place_is_domain()
                        || inside && self.next_is_deeper(at))
            }
            Some(_) => false,
            None => heading::is_chapter_alone(bare) && is_heading(line.words(self.text), bare),
        };
        if !high
            || (self.place == Place::Preamble
                && !self.has_content()
                && !self.draft.domains.is_empty())
        {
            return false;
        }
        if self.draft.domains.is_empty() {
            return false;
        }
        self.stretch(&line.range);
        self.chapter_section = None;
        self.place = Place::Chapter(chapter);
        true
    }

    fn place_is_domain(&self) -> bool {
        matches!(self.place, Place::Domain(_))
    }

    /// Whether the next line is numbered on a lower level.
    fn next_is_deeper(&self, at: usize) -> bool {
        let style = |at: usize| self.lines.get(at).and_then(|l| l.marker).map(|m| m.style);
        style(at + 1).is_some_and(|next| style(at).is_none_or(|own| next > own))
    }

    /// 四、保障措施 behind the last domain is a chapter, not a section.
    fn opens_measures_chapter(&mut self, at: usize, bare: &str) -> bool {
        let line = &self.lines[at];
        let style = line.marker.map(|m| m.style);
        let high = style.is_some_and(|s| {
            s <= Style::Chinese
                && (self.domain_shape.is_below(s) || self.domain_shape == Shape::of(line))
        });
        let ready = self.draft.domains.last().is_some_and(|d| !d.measures.is_empty());
        let opens = high && ready && ["保障措施", "实施措施", "落实措施"].contains(&bare);
        if opens {
            self.stretch(&line.range);
            self.place = Place::Chapter(Chapter::Implementation);
        }
        opens
    }

    /// A heading above the domains that is none of the known ones.
    fn opens_other(&mut self, at: usize, bare: &str) -> bool {
        let line = &self.lines[at];
        let words = line.words(self.text);
        if is_preface(bare) && !self.has_content() {
            self.forget_contents();
            self.draft.domains.clear();
            self.place = Place::Preamble;
            return true;
        }
        let Some(marker) = line.marker else { return false };
        let above = match self.place {
            Place::Domain(_) => self.domain_shape.is_below(marker.style),
            Place::Chapter(_) | Place::Stray => marker.style <= Style::Chinese,
            Place::Preamble | Place::Annex => false,
        };
        if !above
            || marker.style > Style::Chinese
            || !is_heading(words, bare)
            || line.section.is_some()
        {
            return false;
        }
        self.stretch(&line.range);
        self.chapter_section = None;
        self.place = if self.has_content() { Place::Stray } else { Place::Preamble };
        true
    }

    /// A section heading, with or without the first clause behind it on the same line.
    fn opens_section(&mut self, at: usize) -> bool {
        let line = &self.lines[at];
        let words = line.words(self.text);
        let Some((section, length)) = line.section else { return false };
        let chapter = line.marker.is_some_and(|m| m.style <= Style::Chinese)
            && self
                .lines
                .get(at + 1)
                .is_some_and(|next| heading::names_domain(heading::bare(next.words(self.text))));
        if chapter {
            self.chapter_section = Some(section);
            self.place = Place::Preamble;
            self.stretch(&line.range);
            return true;
        }
        if !matches!(self.place, Place::Domain(_)) {
            if !self.is_domain_without_heading(at, section) {
                return false;
            }
            self.domain_without_heading(at);
        }
        self.place = Place::Domain(Some(section));
        self.stretch(&line.range);
        let for_both = self.draft.title.as_ref().is_some_and(|t| t.0.served == Served::Both);
        if for_both && super::combined::sub_heading(words).is_some() {
            let end = line.range.end - (words.len() - length);
            self.keep(line.range.start..end);
        }
        let rest = line.range.end - (words.len() - length)..line.range.end;
        if !rest.is_empty() {
            self.keep(rest);
        }
        true
    }

    /// 主要目标 that 策略措施 follows, under no heading that could be read as a domain.
    fn is_domain_without_heading(&self, at: usize, section: Section) -> bool {
        section == Section::Objective && self.place != Place::Annex && self.measures_follow(at)
    }

    /// Whether the next section heading behind a line is that of measures.
    fn measures_follow(&self, at: usize) -> bool {
        let mut later = self.lines[at + 1..].iter().take(200);
        later.find_map(|l| l.section).is_some_and(|(next, _)| next == Section::Measure)
    }

    /// Takes the line above as the heading, if it is short.
    fn domain_without_heading(&mut self, at: usize) {
        let above = at.checked_sub(1).map(|b| &self.lines[b]);
        let heading = above.filter(|l| l.range.len() <= 150 && !words_end(l.text(self.text)));
        let name = heading.map_or("", |l| heading::bare(l.words(self.text)));
        let range = heading.map_or(self.lines[at].range.clone(), |l| l.range.clone());
        self.draft.preamble.retain(|r| *r != range);
        self.open(if name.is_empty() { UNNAMED } else { name }, range);
    }

    fn keep(&mut self, range: Range<usize>) {
        self.stretch(&range);
        let draft = &mut self.draft;
        let list = match (self.place, draft.domains.last_mut()) {
            (Place::Domain(Some(Section::Objective)), Some(domain)) => &mut domain.objectives,
            (Place::Domain(Some(_)), Some(domain)) => &mut domain.measures,
            (Place::Domain(None), Some(domain)) => &mut domain.opening,
            (Place::Chapter(Chapter::Implementation), _) => &mut draft.implementation,
            (Place::Chapter(Chapter::Monitoring), _) => &mut draft.monitoring,
            (Place::Chapter(Chapter::Both), _) => &mut draft.both,
            (Place::Annex, _) if !draft.regions.is_empty() => {
                let last = draft.regions.len() - 1;
                &mut draft.regions[last]
            }
            (Place::Stray, _) => &mut draft.stray,
            _ => &mut draft.preamble,
        };
        list.push(range);
    }

    fn stretch(&mut self, range: &Range<usize>) {
        if self.draft.range.is_empty() {
            self.draft.range = range.clone();
        }
        self.draft.range.end = self.draft.range.end.max(range.end);
    }
}

/// How many domains are looked back over; no plan has more.
const REACH: usize = 100;

/// The name of a domain whose heading was not found.
pub const UNNAMED: &str = "未写明领域";

/// Whether a line ends a sentence.
pub fn words_end(line: &str) -> bool {
    line.trim_end_matches(['”', '"', '）', ')', '*'])
        .ends_with(['。', '；', ';', '！', '!', '?', '？', '.'])
}

/// Whether words can be a heading: short and no sentence.
fn is_heading(words: &str, bare: &str) -> bool {
    is_slogan(words, bare) && !bare.contains(['，', ','])
}

/// Whether words can be a heading of two halves: 守护健康，成就未来.
fn is_slogan(words: &str, bare: &str) -> bool {
    (2..=30).contains(&bare.chars().count())
        && !assignment::is_list(words)
        && !bare.contains(['。', '；', ';', '%'])
        && !words.ends_with(['；', ';', '，', ','])
        && (!words.ends_with('。') || !bare.contains(['，', ',']))
}

fn is_preface(bare: &str) -> bool {
    ["序言", "前言", "引言", "导言", "序"].contains(&bare)
}
