//! Lists: filters, sort and page number live in the address, so that a list can be sent to somebody.

use std::cmp::Reverse;
use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use halfsky_store::{Order, Slice};

/// Rows on one page of a list.
pub(crate) const PAGE_SIZE: usize = 50;

/// The query part of an address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Params {
    path: String,
    pairs: Vec<(String, String)>,
}

impl<S: Sync> FromRequestParts<S> for Params {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self::read(parts.uri.path(), parts.uri.query().unwrap_or("")))
    }
}

impl Params {
    /// Reads an address.
    pub(crate) fn read(path: &str, query: &str) -> Self {
        let pairs = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        Self { path: path.to_owned(), pairs }
    }

    /// The value of a name, without the blanks around it; empty when absent.
    pub(crate) fn value(&self, name: &str) -> &str {
        self.pairs.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.trim())
    }

    /// The value of a name that stands in the address, be it empty.
    pub(crate) fn named(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.trim())
    }

    /// Every pair of the address.
    pub(crate) fn pairs(&self) -> &[(String, String)] {
        &self.pairs
    }

    /// The address of this list with some values changed; an empty value is left out. Another filter or
    /// sort starts at the first page again.
    pub(crate) fn with(&self, changes: &[(&str, &str)]) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let mut any = false;
        for (key, value) in &self.pairs {
            let kept =
                changes.iter().all(|(name, _)| name != key) && key != "page" && key != "export";
            if kept && !value.is_empty() {
                query.append_pair(key, value);
                any = true;
            }
        }
        for (name, value) in changes.iter().filter(|(_, value)| !value.is_empty()) {
            query.append_pair(name, value);
            any = true;
        }
        if any { format!("{}?{}", self.path, query.finish()) } else { self.path.clone() }
    }

    /// The address with nothing but these values.
    fn only(&self, names: &[&str]) -> String {
        let kept = self
            .pairs
            .iter()
            .filter(|(key, value)| names.contains(&key.as_str()) && !value.is_empty());
        let mut query = form_urlencoded::Serializer::new(String::new());
        let query = query.extend_pairs(kept).finish();
        if query.is_empty() { self.path.clone() } else { format!("{}?{query}", self.path) }
    }

    /// The key the address sorts by and its way, else those of the default.
    pub(crate) fn sort<'a>(&'a self, default: &'a str) -> (&'a str, Order) {
        let chosen = match self.value("sort") {
            "" => default,
            sort => sort,
        };
        chosen.strip_prefix('-').map_or((chosen, Order::Up), |key| (key, Order::Down))
    }

    /// Whether the address chooses anything among these filters.
    pub(crate) fn filters(&self, names: &[&str]) -> bool {
        names.iter().any(|name| !self.value(name).is_empty())
    }

    /// The head of a column that can be sorted by.
    pub(crate) fn column(&self, key: &str, default: &str) -> Column {
        let (state, next) = match self.sort(default) {
            (chosen, Order::Up) if chosen == key => ("ascending", format!("-{key}")),
            (chosen, Order::Down) if chosen == key => ("descending", key.to_owned()),
            _ => ("none", key.to_owned()),
        };
        Column { state, url: self.with(&[("sort", &next)]) }
    }

    /// The rows of the page the address names, and the links to the others.
    pub(crate) fn page<T>(&self, rows: Vec<T>) -> (Vec<T>, Pager) {
        let total = rows.len();
        let pager = self.pager(total);
        let first = (pager.number - 1) * PAGE_SIZE;
        (rows.into_iter().skip(first).take(PAGE_SIZE).collect(), pager)
    }

    /// Where in a list of so many rows the address is.
    pub(crate) fn pager(&self, total: usize) -> Pager {
        let pages = total.div_ceil(PAGE_SIZE).max(1);
        let number = self.value("page").parse::<usize>().unwrap_or(1).clamp(1, pages);
        let first = (number - 1) * PAGE_SIZE;
        let link = |n: usize| self.with(&[("page", &n.to_string())]);
        Pager {
            total,
            number,
            pages,
            first: (first + 1).min(total),
            last: (first + PAGE_SIZE).min(total),
            previous: (number > 1).then(|| link(number - 1)),
            next: (number < pages).then(|| link(number + 1)),
            steps: steps(number, pages, link),
        }
    }
}

/// The numbers between “before” and “next”: the ends, the page itself and its neighbours.
fn steps(here: usize, pages: usize, link: impl Fn(usize) -> String) -> Vec<Step> {
    let mut list = Vec::new();
    let mut before = 0;
    for number in (1..=pages).filter(|n| *n == 1 || *n == pages || n.abs_diff(here) <= 1) {
        if number > before + 1 {
            list.push(Step::Gap);
        }
        list.push(if number == here {
            Step::Here(number)
        } else {
            Step::Page { number, url: link(number) }
        });
        before = number;
    }
    list
}

/// A list as a page shows it: the rows of one page, and what the address says about the others.
#[derive(Debug)]
pub(crate) struct Listing<T> {
    pub(crate) rows: Vec<T>,
    pub(crate) pager: Pager,
    /// The address leaves something out.
    pub(crate) filtered: bool,
    params: Params,
    default_sort: &'static str,
    keeps: &'static [&'static str],
}

impl<T> Listing<T> {
    /// Cuts the page out of rows that are filtered and sorted already.
    pub(crate) fn new(
        params: &Params,
        rows: Vec<T>,
        filters: &[&str],
        default_sort: &'static str,
    ) -> Self {
        Self::of_page(params, params.page(rows), filters, default_sort)
    }

    /// A list of which the store has read one page: the one that [`Params::pager`] told.
    pub(crate) fn of_page(
        params: &Params,
        (rows, pager): (Vec<T>, Pager),
        filters: &[&str],
        default_sort: &'static str,
    ) -> Self {
        let filtered = params.filters(filters);
        Self { rows, pager, filtered, params: params.clone(), default_sort, keeps: &[] }
    }

    /// Values of the address that are no filters: they stay when the filters are cleared.
    #[must_use]
    pub(crate) fn keeping(mut self, names: &'static [&'static str]) -> Self {
        self.keeps = names;
        self
    }

    /// Where the form of the filters leads.
    pub(crate) fn path(&self) -> &str {
        &self.params.path
    }

    /// The list without filters.
    pub(crate) fn cleared(&self) -> String {
        self.params.only(self.keeps)
    }

    /// What was typed or chosen for a filter.
    pub(crate) fn value(&self, name: &str) -> &str {
        self.params.value(name)
    }

    /// The head of a column that can be sorted by.
    pub(crate) fn column(&self, key: &str) -> Column {
        self.params.column(key, self.default_sort)
    }

    /// What goes along with a new filter: the order of the rows.
    pub(crate) fn kept(&self) -> impl Iterator<Item = (&str, &str)> {
        Some(("sort", self.value("sort"))).filter(|(_, sort)| !sort.is_empty()).into_iter()
    }

    /// Address of the workbook of exactly these rows, of all pages.
    pub(crate) fn xlsx(&self) -> String {
        self.params.with(&[("export", "xlsx")])
    }

    /// The same as comma-separated text.
    pub(crate) fn csv(&self) -> String {
        self.params.with(&[("export", "csv")])
    }
}

/// Sorts rows by the key the address names (`-key` is descending), else by the default key.
pub(crate) fn sort_rows<T, K: Ord>(
    rows: &mut [T],
    params: &Params,
    default: &str,
    key_of: impl Fn(&T, &str) -> K,
) {
    match params.sort(default) {
        (key, Order::Down) => rows.sort_by_key(|row| Reverse(key_of(row, key))),
        (key, Order::Up) => rows.sort_by_key(|row| key_of(row, key)),
    }
}

/// The head of a sortable column.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    /// The value of `aria-sort`.
    pub(crate) state: &'static str,
    pub(crate) url: String,
}

impl Pager {
    /// The rows of this page, for the store.
    pub(crate) fn slice(&self) -> Slice {
        Slice { skipped: (self.number - 1) * PAGE_SIZE, most: PAGE_SIZE }
    }
}

/// Where in a list one is.
#[derive(Debug, Clone)]
pub(crate) struct Pager {
    pub(crate) total: usize,
    pub(crate) number: usize,
    pub(crate) pages: usize,
    pub(crate) first: usize,
    pub(crate) last: usize,
    pub(crate) previous: Option<String>,
    pub(crate) next: Option<String>,
    pub(crate) steps: Vec<Step>,
}

/// A step of the paging.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    Here(usize),
    Page { number: usize, url: String },
    Gap,
}

/// An option of a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) label: String,
    pub(crate) chosen: bool,
}

impl Choice {
    /// An option, chosen when the address names it.
    pub(crate) fn new(value: impl Into<String>, label: impl Into<String>, chosen: &str) -> Self {
        let value = value.into();
        Self { chosen: value == chosen, value, label: label.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_keeps_its_other_filters() {
        let params = Params::read("/plans", "q=%E5%BF%83%26&status=draft&page=3");
        assert_eq!(params.value("q"), "心&");
        assert_eq!(params.with(&[("status", "")]), "/plans?q=%E5%BF%83%26");
        assert_eq!(params.with(&[("q", ""), ("status", "")]), "/plans");
        assert_eq!(params.with(&[("page", "2")]), "/plans?q=%E5%BF%83%26&status=draft&page=2");
    }

    #[test]
    fn a_second_click_turns_the_order() {
        let params = Params::read("/plans", "sort=name");
        assert_eq!(params.column("name", "name").url, "/plans?sort=-name");
        assert_eq!(params.column("year", "name").state, "none");
        let mut rows = vec![2, 3, 1];
        sort_rows(&mut rows, &Params::read("/", "sort=-n"), "n", |n, _| *n);
        assert_eq!(rows, [3, 2, 1]);
    }

    #[test]
    fn pages_never_run_out() {
        let check = |query: &str, total: usize| {
            let (rows, pager) = Params::read("/", query).page((0..total).collect());
            (rows.len(), pager.number, pager.first, pager.last)
        };
        assert_eq!(check("", 0), (0, 1, 0, 0));
        assert_eq!(check("page=2", 51), (1, 2, 51, 51));
        assert_eq!(check("page=9", 51), (1, 2, 51, 51));
        assert_eq!(check("page=-1", 10), (10, 1, 1, 10));
    }

    #[test]
    fn far_pages_are_left_out_of_the_paging() {
        let check = |here: usize, pages: usize| {
            let word = |step: &Step| match step {
                Step::Here(n) => format!("[{n}]"),
                Step::Page { number, .. } => number.to_string(),
                Step::Gap => "…".to_owned(),
            };
            steps(here, pages, |_| String::new()).iter().map(word).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(check(1, 1), "[1]");
        assert_eq!(check(1, 9), "[1] 2 … 9");
        assert_eq!(check(5, 9), "1 … 4 [5] 6 … 9");
        assert_eq!(check(2, 3), "1 [2] 3");
    }

    #[test]
    fn what_is_no_filter_stays_when_the_filters_are_cleared() {
        let params = Params::read("/regions/1/indicator", "code=W-H02&q=a&sex=&page=2");
        let list = Listing::new(&params, vec![1], &["q"], "name");
        assert_eq!(list.cleared(), "/regions/1/indicator");
        assert_eq!(list.keeping(&["code", "sex"]).cleared(), "/regions/1/indicator?code=W-H02");
    }

    #[test]
    fn a_filter_keeps_the_order_and_an_export_the_filter() {
        let params = Params::read("/plans", "q=a&sort=-name&page=2");
        let list = Listing::new(&params, vec![1, 2, 3], &["q"], "name");
        assert!(list.filtered);
        assert_eq!(list.kept().collect::<Vec<_>>(), [("sort", "-name")]);
        assert_eq!(list.csv(), "/plans?q=a&sort=-name&export=csv");
    }
}
