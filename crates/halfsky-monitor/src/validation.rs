//! Validation (审核): what the program finds in a form before a person looks at it.
//!
//! One rule = one file. An error blocks the submission; a warning (提示) must be explained in a few words, and the
//! explanation travels with the figure. No rule changes a figure.

mod presence;
mod range;
mod decimals;
mod numerator_denominator;
mod sum_by_sex;
mod sum_by_residence;
mod part_of_whole;
mod computed_rate;
mod unit_slip;
mod zero;
mod last_year;
mod surprise;
mod cross_form;
mod source_figure;
mod past;

pub(crate) use last_year::jumps;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;

use halfsky_plan::figure::Figure;
use halfsky_plan::indicator::IndicatorCode;
use halfsky_plan::unit::Unit;
use rust_decimal::Decimal;

use crate::data_set::{CellKey, Column, DataSet, Entries, Row, RowKind};
use crate::formula::Outcome;
use crate::period::Period;
use halfsky_plan::coded;

pub use past::past_values;
pub use source_figure::source_figures;

coded! {
    /// How much a finding weighs.
    Severity {
        /// Blocks the submission.
        Error "error" "错误",
        /// Asks for an explanation.
        Warning "warning" "提示",
    }
}

coded! {
    /// The rules, in the order they are run and shown.
    Rule {
        Presence "presence" "缺数原因",
        Range "range" "取值范围",
        Decimals "decimals" "小数位数",
        NumeratorDenominator "numerator_denominator" "分子不大于分母",
        SumBySex "sum_by_sex" "女+男=合计",
        SumByResidence "sum_by_residence" "城镇+农村=合计",
        PartOfWhole "part_of_whole" "其中项不大于总项",
        ComputedRate "computed_rate" "比率与分子分母一致",
        UnitSlip "unit_slip" "计量单位",
        Zero "zero" "填报为0",
        LastYear "last_year" "与往年比较",
        Surprise "surprise" "与历年走势比较",
        CrossForm "cross_form" "表间一致",
        SourceFigure "source_figure" "与主管部门公布数一致",
    }
}

/// What a rule found: where, what, and what to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub cell: CellKey,
    pub rule: Rule,
    pub severity: Severity,
    pub message: String,
    pub what_to_do: String,
}

/// A reporter's words on a warning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    pub cell: CellKey,
    pub rule: Rule,
    pub words: String,
}

/// An explanation shorter than this many characters explains nothing.
pub const SHORTEST_EXPLANATION: usize = 5;

/// The warnings nobody has explained yet.
pub fn unexplained<'a>(findings: &'a [Finding], explanations: &[Explanation]) -> Vec<&'a Finding> {
    let explained: BTreeSet<(&CellKey, Rule)> = explanations
        .iter()
        .filter(|e| e.words.chars().filter(|c| !c.is_whitespace()).count() >= SHORTEST_EXPLANATION)
        .map(|e| (&e.cell, e.rule))
        .collect();
    findings
        .iter()
        .filter(|f| f.severity == Severity::Warning && !explained.contains(&(&f.cell, f.rule)))
        .collect()
}

/// Comparable values of earlier years, oldest first. A break of definition starts a cell's history anew.
pub type PastValues = BTreeMap<CellKey, Vec<(i32, Decimal)>>;

/// Figures of another form, or of the department that publishes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherFigures {
    /// Name of the form or of the publication.
    pub name: String,
    pub figures: BTreeMap<CellKey, Figure>,
}

/// A filled-in form with what it is held against.
#[derive(Debug, Clone, Copy)]
pub struct Filled<'a> {
    pub data_set: &'a DataSet,
    pub entries: &'a Entries,
    pub period: Period,
    pub past: &'a PastValues,
    /// Other forms of the same period with rows of the same code.
    pub other_forms: &'a [OtherFigures],
    /// What the source departments have published.
    pub published: &'a [OtherFigures],
}

/// A rule: what it finds in one row.
type Check = fn(&Form<'_>, &Placed<'_>, &mut Vec<Finding>);

/// Every rule in its order, the one about blanks first.
const CHECKS: [Check; 14] = [
    presence::check,
    range::check,
    decimals::check,
    numerator_denominator::check,
    sum_by_sex::check,
    sum_by_residence::check,
    part_of_whole::check,
    computed_rate::check,
    unit_slip::check,
    zero::check,
    last_year::check,
    surprise::check,
    cross_form::check,
    source_figure::check,
];

/// Runs every rule. Findings come in the order of the rows, then of the columns, then of the rules.
pub fn validate(filled: &Filled<'_>) -> Vec<Finding> {
    run(filled, &CHECKS)
}

/// Runs every rule but the one about blanks: nobody was asked to fill in the form.
pub(crate) fn validate_what_is_there(filled: &Filled<'_>) -> Vec<Finding> {
    run(filled, &CHECKS[1..])
}

fn run(filled: &Filled<'_>, checks: &[Check]) -> Vec<Finding> {
    let computed = filled.data_set.computed(filled.entries);
    let form = Form::new(filled, &computed);
    let mut findings = Vec::new();
    let mut of_row = Vec::new();
    for (at, row) in filled.data_set.rows().iter().enumerate() {
        for check in checks {
            check(&form, &Placed { row, at }, &mut of_row);
        }
        if !of_row.is_empty() {
            ask_once(&mut of_row);
            of_row.sort_by_key(|finding| (finding.cell.column, finding.rule));
            findings.append(&mut of_row);
        }
    }
    findings
}

/// One question about a jump is enough: a slip of the unit explains it, and last year says it plainest.
fn ask_once(findings: &mut Vec<Finding>) {
    let of = |rule: Rule| -> BTreeSet<CellKey> {
        findings.iter().filter(|f| f.rule == rule).map(|f| f.cell.clone()).collect()
    };
    let (slipped, jumped) = (of(Rule::UnitSlip), of(Rule::LastYear));
    findings.retain(|f| match f.rule {
        Rule::LastYear => !slipped.contains(&f.cell),
        Rule::Surprise => !slipped.contains(&f.cell) && !jumped.contains(&f.cell),
        _ => true,
    });
}

/// A row with its place in the form.
#[derive(Clone, Copy)]
struct Placed<'a> {
    row: &'a Row,
    at: usize,
}

impl Deref for Placed<'_> {
    type Target = Row;

    fn deref(&self) -> &Row {
        self.row
    }
}

/// What is known of a cell.
#[derive(Clone, Copy, Default)]
struct Known<'a> {
    typed: Option<Figure>,
    computed: Option<&'a Outcome>,
    value: Option<Decimal>,
    past: &'a [(i32, Decimal)],
}

/// The cells of a row, one for each column there may be.
type Cells<'a> = [Known<'a>; Column::ALL.len()];

/// What the rules look at: the form with everything known of its cells found once, because the rules ask for each
/// cell some twenty times.
struct Form<'a> {
    filled: &'a Filled<'a>,
    cells: Vec<Cells<'a>>,
}

impl<'a> Form<'a> {
    fn new(filled: &'a Filled<'a>, computed: &'a BTreeMap<CellKey, Outcome>) -> Self {
        let data_set = filled.data_set;
        let mut cells = vec![Cells::default(); data_set.rows().len()];
        for (code, entry) in filled.entries {
            let Some(at) = data_set.position_of(code) else { continue };
            for (column, figure) in &entry.figures {
                let known = &mut cells[at][*column as usize];
                known.typed = Some(*figure);
                known.value = Some(figure.decimal());
            }
        }
        for (key, outcome) in computed {
            let Some(at) = data_set.position_of(&key.row) else { continue };
            let known = &mut cells[at][key.column as usize];
            known.computed = Some(outcome);
            if let (None, Outcome::Value(value)) = (known.value, outcome) {
                let rounded = Figure::new(*value).rounded(data_set.rows()[at].decimals);
                known.value = Some(rounded.decimal());
            }
        }
        for (key, values) in filled.past {
            let Some(at) = data_set.position_of(&key.row) else { continue };
            let before = values.partition_point(|(year, _)| *year < filled.period.year());
            cells[at][key.column as usize].past = &values[..before];
        }
        Self { filled, cells }
    }

    /// The row of a code.
    fn row(&self, code: &IndicatorCode) -> Option<Placed<'a>> {
        let at = self.filled.data_set.position_of(code)?;
        Some(Placed { row: &self.filled.data_set.rows()[at], at })
    }

    fn known(&self, row: &Placed<'_>, column: Column) -> &Known<'a> {
        &self.cells[row.at][column as usize]
    }

    /// The figure as typed.
    fn typed(&self, row: &Placed<'_>, column: Column) -> Option<Figure> {
        self.known(row, column).typed
    }

    /// What the formula of a row gives.
    fn computed(&self, row: &Placed<'_>, column: Column) -> Option<&'a Outcome> {
        self.known(row, column).computed
    }

    /// The value of a cell: typed, or else worked out and rounded to the decimals it is printed with.
    fn value(&self, row: &Placed<'_>, column: Column) -> Option<Decimal> {
        self.known(row, column).value
    }

    /// Comparable values before this period, oldest first.
    fn past(&self, row: &Placed<'_>, column: Column) -> &'a [(i32, Decimal)] {
        self.known(row, column).past
    }

    /// The value of the year before.
    fn last_year(&self, row: &Placed<'_>, column: Column) -> Option<Decimal> {
        let (year, value) = *self.past(row, column).last()?;
        (year == self.filled.period.year() - 1).then_some(value)
    }
}

fn cell(row: &Row, column: Column) -> CellKey {
    CellKey { row: row.code.clone(), column }
}

/// Whether the figures of a row add up (counts do, rates do not).
const fn additive(unit: Unit) -> bool {
    matches!(unit, Unit::Count | Unit::Person | Unit::Count10k | Unit::Yuan | Unit::TenThousandYuan)
}

/// Below so many events a change is chance.
const FEW_EVENTS: i64 = 20;

impl Form<'_> {
    /// Whether a row counts few events, itself or in the numerator of its rate.
    fn few_events(&self, row: &Placed<'_>, largest: Decimal) -> bool {
        let few = Decimal::from(FEW_EVENTS);
        if matches!(row.unit, Unit::Count | Unit::Person) {
            return largest < few;
        }
        let RowKind::Computed(expression) = &row.kind else { return false };
        let references = expression.references();
        let data_set = self.filled.data_set;
        let at = references.first().and_then(|reference| data_set.position(&reference.name));
        at.map(|at| Placed { row: &data_set.rows()[at], at })
            .filter(|r| matches!(r.unit, Unit::Count | Unit::Person))
            .and_then(|r| self.value(&r, Column::Total))
            .is_some_and(|events| events < few)
    }
}

/// One unit in the last place that is printed.
fn last_place(decimals: u32) -> Decimal {
    Decimal::new(1, decimals.min(28))
}

/// A figure with its unit, as people write it.
fn with_unit(value: Decimal, row: &Row) -> String {
    format!("{}{}", value.normalize(), row.unit.label())
}

/// `（女）` for a part, nothing for the total.
fn part(column: Column) -> String {
    if column == Column::Total { String::new() } else { format!("（{}）", column.label()) }
}

#[cfg(test)]
mod testing;

#[cfg(test)]
mod tests {
    use super::testing::Bench;
    use super::*;

    #[test]
    fn a_form_filled_in_well_has_no_findings() {
        let bench = Bench::maternal().fill("N", "1").fill("D", "2532");
        assert_eq!(bench.findings(), Vec::<String>::new());
    }

    #[test]
    fn an_explanation_needs_a_few_words() {
        let bench = Bench::maternal().fill("N", "1").fill("D", "2532").past("D", &[(2024, "9000")]);
        let findings = bench.run();
        assert_eq!(unexplained(&findings, &[]).len(), 1);
        let explain = |words: &str| Explanation {
            cell: findings[0].cell.clone(),
            rule: findings[0].rule,
            words: words.to_owned(),
        };
        assert_eq!(unexplained(&findings, &[explain("已核 实 。")]).len(), 1);
        assert_eq!(unexplained(&findings, &[explain("出生人口减少")]).len(), 0);
    }

    #[test]
    fn every_rule_has_a_code() {
        for rule in Rule::ALL {
            assert_eq!(Rule::from_code(rule.code()), Some(*rule));
        }
    }
}
