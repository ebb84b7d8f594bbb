//! A small form for the tests of the rules.

use halfsky_plan::figure::Figure;
use halfsky_plan::indicator::IndicatorCode;

use super::*;
use crate::data_set::{FormHeader, Fraction, RowKind};
use crate::definition::{Bounds, PeriodRule, Plausible};
use crate::formula::parse;
use crate::observation::{Missing, MissingReason, SourceVariant};

/// Rows N (numerator), D (denominator), R (rate); cells are named `N` or `N/女`.
#[derive(Debug, Clone)]
pub(super) struct Bench {
    rows: Vec<Row>,
    entries: Entries,
    past: PastValues,
    others: Vec<OtherFigures>,
    published: Vec<OtherFigures>,
}

fn row(code: &str, name: &str, unit: Unit) -> Row {
    Row {
        code: IndicatorCode(code.to_owned()),
        name: name.to_owned(),
        unit,
        decimals: 0,
        kind: RowKind::Reported,
        columns: vec![Column::Total],
        part_of: None,
        fraction: None,
        plausible: Plausible {
            possible: Bounds { low: Some(Decimal::ZERO), high: None },
            likely: Bounds::default(),
        },
        source: String::new(),
        variant: SourceVariant::FullCount,
        period_rule: PeriodRule::CalendarYear,
        definition_version: 1,
    }
}

fn key(name: &str) -> CellKey {
    let (row, column) = name.split_once('/').unwrap_or((name, "合计"));
    let column = *Column::ALL.iter().find(|c| c.label() == column).unwrap();
    CellKey { row: IndicatorCode(row.to_owned()), column }
}

impl Bench {
    fn new(rows: Vec<Row>) -> Self {
        Self {
            rows,
            entries: Entries::new(),
            past: PastValues::new(),
            others: Vec::new(),
            published: Vec::new(),
        }
    }

    /// Deaths, births and their rate per 100,000.
    pub(super) fn maternal() -> Self {
        let mut rate = row("R", "孕产妇死亡率", Unit::Per100k);
        rate.decimals = 2;
        rate.kind = RowKind::Computed(parse("孕产妇死亡数/活产数*100000").unwrap());
        Self::new(vec![
            row("N", "孕产妇死亡数", Unit::Person),
            row("D", "活产数", Unit::Person),
            rate,
        ])
    }

    /// Pupils of all children of an age, with columns for women and men, towns and villages.
    pub(super) fn enrolment() -> Self {
        let all = Column::ALL.to_vec();
        let mut pupils = row("N", "在校生数", Unit::Person);
        pupils.columns.clone_from(&all);
        let mut children = row("D", "学龄人口数", Unit::Person);
        children.columns.clone_from(&all);
        let mut rate = row("R", "入学率", Unit::Percent);
        rate.decimals = 1;
        rate.columns = all;
        rate.kind = RowKind::Computed(parse("占比(在校生数, 学龄人口数)").unwrap());
        rate.fraction = Some(Fraction {
            numerator: IndicatorCode("N".to_owned()),
            denominator: IndicatorCode("D".to_owned()),
            gross: false,
        });
        let mut boarders = row("P", "寄宿生数", Unit::Person);
        boarders.part_of = Some(IndicatorCode("N".to_owned()));
        Self::new(vec![pupils, children, rate, boarders])
    }

    /// One reported rate in per cent.
    pub(super) fn rate() -> Self {
        let mut rate = row("R", "系统管理率", Unit::Percent);
        rate.decimals = 1;
        rate.plausible.possible.high = Some(Decimal::ONE_HUNDRED);
        Self::new(vec![rate])
    }

    pub(super) fn row(mut self, code: &str, change: impl FnOnce(&mut Row)) -> Self {
        change(self.rows.iter_mut().find(|r| r.code.0 == code).unwrap());
        self
    }

    pub(super) fn fill(mut self, cell: &str, figure: &str) -> Self {
        let key = key(cell);
        let entry = self.entries.entry(key.row).or_default();
        entry.figures.insert(key.column, figure.parse().unwrap());
        self
    }

    pub(super) fn missing(mut self, row: &str, reason: MissingReason, note: &str) -> Self {
        let missing = Missing {
            reason,
            note: note.to_owned(),
            owner: String::new(),
            substitute: String::new(),
        };
        self.entries.entry(key(row).row).or_default().missing = Some(missing);
        self
    }

    pub(super) fn past(mut self, cell: &str, values: &[(i32, &str)]) -> Self {
        let values = values.iter().map(|(year, value)| (*year, value.parse().unwrap())).collect();
        self.past.insert(key(cell), values);
        self
    }

    pub(super) fn other_form(mut self, name: &str, cell: &str, figure: &str) -> Self {
        self.others.push(other(name, cell, figure));
        self
    }

    pub(super) fn published(mut self, name: &str, cell: &str, figure: &str) -> Self {
        self.published.push(other(name, cell, figure));
        self
    }

    pub(super) fn run(&self) -> Vec<Finding> {
        let data_set =
            DataSet::new("F", "表", 1, FormHeader::Worksheet, self.rows.clone()).unwrap();
        validate(&Filled {
            data_set: &data_set,
            entries: &self.entries,
            period: Period::year_of(2025).unwrap(),
            past: &self.past,
            other_forms: &self.others,
            published: &self.published,
        })
    }

    /// `错误 N 女+男=合计`: what was found where.
    pub(super) fn findings(&self) -> Vec<String> {
        let found = self.run();
        let told = |f: &Finding| {
            let (severity, column) = (f.severity.label(), part(f.cell.column));
            format!("{severity} {}{column} {}", f.cell.row, f.rule.label())
        };
        found.iter().map(told).collect()
    }

    /// The findings of one rule alone.
    pub(super) fn of(&self, rule: Rule) -> Vec<Finding> {
        self.run().into_iter().filter(|f| f.rule == rule).collect()
    }
}

fn other(name: &str, cell: &str, figure: &str) -> OtherFigures {
    let figure: Figure = figure.parse().unwrap();
    OtherFigures { name: name.to_owned(), figures: BTreeMap::from([(key(cell), figure)]) }
}
