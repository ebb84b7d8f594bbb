//! From tags and text to lines.

use super::element::{self, Role};
use super::flow::Flow;
use super::token::{Token, Tokens, attribute};
use super::{entity, list};
use crate::source::table::{self, Cell};

/// What is seen of a page.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) text: String,
    /// How many pieces of navigation were left out.
    pub(super) left_out: usize,
}

/// Deeper elements are read, but no longer remembered.
const DEEPEST: usize = 400;
/// Tables in tables in tables: deeper ones are read as text.
const DEEPEST_TABLE: usize = 12;
/// Navigation is a small part of a page; what is larger is content, whatever it is called.
const NAVIGATION_IS_BELOW_ONE_IN: usize = 5;

/// As many letters in a row of a site's own words would be odd.
const LONG_TEXT: usize = 300;

/// Reads a page. Should hiding take the greater part of it (a missing end tag, tabs that a script would show),
/// nothing is hidden.
pub(super) fn render(source: &str) -> Page {
    let total = letters_of(source);
    let mut reader = Reader::new(total, Hiding::Obeyed);
    if reader.run(source) == Hiding::Ignored {
        reader = Reader::new(total, Hiding::Ignored);
        reader.run(source);
    }
    let left_out = reader.left_out;
    let mut text = reader.flow.lines.join("\n");
    if !text.is_empty() {
        text.push('\n');
    }
    Page { text, left_out }
}

/// About how many letters the page shows.
fn letters_of(source: &str) -> usize {
    let (mut total, mut silent) = (0, false);
    for token in Tokens::new(source) {
        match token {
            Token::Open { name, .. } => silent = element::is_raw(name),
            Token::Close(_) => silent = false,
            Token::Text(text) if !silent => total += letters(text),
            Token::Text(_) => {}
        }
    }
    total
}

fn letters(text: &str) -> usize {
    text.chars().filter(|c| !c.is_whitespace()).count()
}

/// Whether hidden elements are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hiding {
    Obeyed,
    Ignored,
}

/// What happens when an element ends.
#[derive(Debug)]
enum Kind {
    Plain,
    Link,
    Pre,
    List(list::Ordered),
    Table(Vec<Vec<Cell>>),
    /// A cell keeps the flow it interrupted.
    Cell(Cell, Flow),
}

/// An element not closed yet.
#[derive(Debug)]
struct Open {
    name: String,
    kind: Kind,
    silent: bool,
    hidden: bool,
    serves_site: bool,
    start: Tally,
}

/// Counts up to a place on the page; two of them tell what lies between.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    lines: usize,
    letters: usize,
    linked: usize,
    links: usize,
    titles: usize,
}

#[derive(Debug)]
struct Reader {
    hiding: Hiding,
    total: usize,
    open: Vec<Open>,
    flow: Flow,
    tables: usize,
    silent: usize,
    in_links: usize,
    /// Letters that hidden elements kept back.
    withheld: usize,
    tally: Tally,
    left_out: usize,
}

impl Reader {
    fn new(total: usize, hiding: Hiding) -> Self {
        let (flow, tally) = (Flow::default(), Tally::default());
        Self {
            hiding,
            total,
            open: Vec::new(),
            flow,
            tables: 0,
            silent: 0,
            in_links: 0,
            withheld: 0,
            tally,
            left_out: 0,
        }
    }

    /// Reads to the end; tells to ignore hiding when it was too much.
    fn run(&mut self, source: &str) -> Hiding {
        for token in Tokens::new(source) {
            match token {
                Token::Text(text) => self.text(text),
                Token::Open { name, attributes } => {
                    self.open(&name.to_ascii_lowercase(), attributes);
                }
                Token::Close(name) => self.close(&name.to_ascii_lowercase()),
            }
        }
        let unclosed =
            self.open.iter().any(|open| open.hidden && !matches!(open.name.as_str(), "p" | "li"));
        self.pop_to(0);
        self.flow.end_line();
        if unclosed || self.withheld > self.tally.letters {
            Hiding::Ignored
        } else {
            Hiding::Obeyed
        }
    }

    fn text(&mut self, source: &str) {
        if self.silent > 0 {
            let hidden = self.open.iter().any(|open| open.hidden);
            self.withheld += if hidden { letters(source) } else { 0 };
            return;
        }
        let text = entity::decode(source);
        let count = letters(&text);
        self.tally.letters += count;
        self.tally.linked += if self.in_links > 0 { count } else { 0 };
        if self.open.iter().rev().take(8).any(|open| matches!(open.kind, Kind::Pre)) {
            self.flow.push_as_written(&text);
        } else {
            self.flow.push(&text);
        }
    }

    fn open(&mut self, name: &str, attributes: &str) {
        self.close_implied(name);
        let role = element::role(name);
        if role == Role::Block || matches!(name, "br" | "hr") {
            self.flow.end_line();
        }
        if role == Role::Void || self.open.len() >= DEEPEST {
            return;
        }
        let hidden = self.hiding == Hiding::Obeyed && element::is_hidden(attributes);
        let silent = hidden || role == Role::Silent;
        self.silent += usize::from(silent);
        if name == "li" && self.silent == 0 {
            self.number(attributes);
        }
        self.tally.titles += usize::from(matches!(name, "h1" | "h2") && self.silent == 0);
        let start = Tally { lines: self.flow.lines.len(), ..self.tally };
        let kind = self.kind(name, attributes);
        let serves_site = element::serves_the_site(name, attributes);
        self.open.push(Open { name: name.to_owned(), kind, silent, hidden, serves_site, start });
    }

    fn kind(&mut self, name: &str, attributes: &str) -> Kind {
        let inside = self.open.iter_mut().rev().find_map(|open| match &mut open.kind {
            Kind::Table(rows) => Some(Some(rows)),
            Kind::Cell(..) => Some(None),
            _ => None,
        });
        match name {
            "table" if self.tables < DEEPEST_TABLE => {
                self.tables += 1;
                Kind::Table(Vec::new())
            }
            "tr" => {
                if let Some(Some(rows)) = inside {
                    rows.push(Vec::new());
                }
                Kind::Plain
            }
            "td" | "th" if matches!(inside, Some(Some(_))) => {
                let span = |name| {
                    attribute(attributes, name).and_then(|v| v.trim().parse().ok()).unwrap_or(1)
                };
                let cell =
                    Cell { columns: span("colspan"), rows: span("rowspan"), ..Cell::default() };
                Kind::Cell(cell, std::mem::take(&mut self.flow))
            }
            "a" if attribute(attributes, "href").is_some_and(|to| !to.trim().starts_with('#')) => {
                self.in_links += 1;
                self.tally.links += usize::from(self.silent == 0);
                Kind::Link
            }
            "pre" | "xmp" => Kind::Pre,
            "ol" => Kind::List(list::Ordered::new(attributes)),
            _ => Kind::Plain,
        }
    }

    /// Writes the number a browser would show before a list item.
    fn number(&mut self, attributes: &str) {
        let list = self
            .open
            .iter_mut()
            .rev()
            .take(3)
            .find(|o| matches!(o.name.as_str(), "ol" | "ul" | "menu"));
        if let Some(Open { kind: Kind::List(list), .. }) = list {
            self.flow.mark = list.next(attributes);
        }
    }

    fn close(&mut self, name: &str) {
        if element::role(name) == Role::Block {
            self.flow.end_line();
        }
        // An end tag inside a cell does not reach out of it, unless it ends the table itself.
        let table_part = matches!(name, "td" | "th" | "tr" | "table" | "tbody" | "thead" | "tfoot");
        let frame = matches!(name, "body" | "html");
        let fence = |open: &Open| match open.kind {
            Kind::Cell(..) => !table_part && !frame,
            Kind::Table(_) => !frame,
            _ => false,
        };
        let mut found = None;
        for (at, open) in self.open.iter().enumerate().rev() {
            if open.name == name {
                found = Some(at);
                break;
            }
            if fence(open) {
                break;
            }
        }
        if let Some(at) = found {
            self.pop_to(at);
        }
    }

    fn close_implied(&mut self, name: &str) {
        let (ends, fence) = element::implied_end(name);
        let mut lowest = None;
        for (at, open) in self.open.iter().enumerate().rev() {
            if ends.contains(&open.name.as_str()) {
                lowest = Some(at);
            } else if ends.is_empty() || fence.contains(&open.name.as_str()) {
                break;
            }
        }
        if let Some(at) = lowest {
            self.pop_to(at);
        }
    }

    fn pop_to(&mut self, depth: usize) {
        while self.open.len() > depth {
            let Some(open) = self.open.pop() else { return };
            self.end(open);
        }
    }

    fn end(&mut self, mut open: Open) {
        if element::role(&open.name) == Role::Block {
            self.flow.end_line();
        }
        self.silent -= usize::from(open.silent);
        let navigation = self.is_navigation(&open);
        match std::mem::replace(&mut open.kind, Kind::Plain) {
            Kind::Link => self.in_links -= 1,
            Kind::Table(rows) => {
                self.tables -= 1;
                self.flow.lines.extend(table::lines(rows));
            }
            Kind::Cell(mut cell, outer) => {
                self.flow.end_line();
                let inner = std::mem::replace(&mut self.flow, outer);
                cell.lines = if navigation { Vec::new() } else { inner.lines };
                self.place(cell);
                self.left_out += usize::from(navigation);
                return;
            }
            Kind::Plain | Kind::Pre | Kind::List(_) => {}
        }
        if navigation && self.flow.lines.len() > open.start.lines {
            self.flow.lines.truncate(open.start.lines);
            self.left_out += 1;
        }
    }

    fn place(&mut self, cell: Cell) {
        let rows = self.open.iter_mut().rev().find_map(|open| match &mut open.kind {
            Kind::Table(rows) => Some(rows),
            _ => None,
        });
        let Some(rows) = rows else { return };
        match rows.last_mut() {
            Some(row) => row.push(cell),
            None => rows.push(vec![cell]),
        }
    }

    /// A block that serves the site: by its own word, or because it is little more than links.
    fn is_navigation(&self, open: &Open) -> bool {
        if element::role(&open.name) != Role::Block
            || matches!(open.name.as_str(), "body" | "html" | "tr" | "tbody")
        {
            return false;
        }
        let letters = self.tally.letters - open.start.letters;
        let linked = self.tally.linked - open.start.linked;
        let links = self.tally.links - open.start.links;
        let titled = self.tally.titles > open.start.titles;
        let small = letters * NAVIGATION_IS_BELOW_ONE_IN < self.total;
        // Long running text is content, whatever its frame is called.
        let serves_site = open.serves_site && (letters < LONG_TEXT || linked * 2 > letters);
        let mostly_links = links >= 3 && linked * 10 >= letters * 6;
        small && letters > 0 && !titled && (serves_site || mostly_links)
    }
}
