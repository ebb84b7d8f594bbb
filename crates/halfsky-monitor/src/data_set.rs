//! Data set (报表): a form with its rows, its columns and the formulas between them.

use std::collections::{BTreeMap, BTreeSet};

use halfsky_plan::figure::Figure;
use halfsky_plan::indicator::IndicatorCode;
use halfsky_plan::unit::Unit;
use rust_decimal::Decimal;

use crate::definition::{Definition, PeriodRule, Plausible, SexSplit};
use crate::formula::{self, Expression, Named, Outcome, Reference, ResolveProblem};
use crate::item::{Item, items};
use crate::observation::{Missing, Residence, Sex, SourceVariant};
use halfsky_plan::coded;

coded! {
    /// The columns of a form that hold this year's figures.
    Column {
        Total "total" "合计",
        Female "female" "女",
        Male "male" "男",
        Urban "urban" "城镇",
        Rural "rural" "农村",
    }
}

impl Column {
    /// The sex it speaks of.
    pub const fn sex(self) -> Sex {
        match self {
            Self::Female => Sex::Female,
            Self::Male => Sex::Male,
            _ => Sex::Total,
        }
    }

    /// The residence it speaks of.
    pub const fn residence(self) -> Residence {
        match self {
            Self::Urban => Residence::Urban,
            Self::Rural => Residence::Rural,
            _ => Residence::Total,
        }
    }

    /// The column of a sex and a residence; a form has none for both at once.
    pub const fn of(sex: Sex, residence: Residence) -> Option<Self> {
        match (sex, residence) {
            (Sex::Total, Residence::Total) => Some(Self::Total),
            (Sex::Female, Residence::Total) => Some(Self::Female),
            (Sex::Male, Residence::Total) => Some(Self::Male),
            (Sex::Total, Residence::Urban) => Some(Self::Urban),
            (Sex::Total, Residence::Rural) => Some(Self::Rural),
            _ => None,
        }
    }
}

/// One cell of a form.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CellKey {
    pub row: IndicatorCode,
    pub column: Column,
}

/// The head of a form. A statistical form must show all four; anything less may only be called a worksheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FormHeader {
    /// 统计报表.
    Statistical {
        /// 表号
        number: String,
        /// 制定机关
        issuer: String,
        /// 批准(备案)机关
        approver: String,
        /// 批准或备案文号
        approval_number: String,
        /// 有效期至
        valid_until: String,
    },
    /// 内部工作表
    Worksheet,
}

/// Where the figures of a row come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowKind {
    Reported,
    /// Worked out from other rows; a reporter may type it all the same, then it is checked.
    Computed(Expression),
}

/// The rows a rate is made of, for the check that the part is not larger than the whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fraction {
    pub numerator: IndicatorCode,
    pub denominator: IndicatorCode,
    /// A gross rate (毛入学率) may count more than its population.
    pub gross: bool,
}

/// One row of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub code: IndicatorCode,
    pub name: String,
    pub unit: Unit,
    pub decimals: u32,
    pub kind: RowKind,
    /// Columns with a figure, in their order.
    pub columns: Vec<Column>,
    /// The row this one is a part of (其中项).
    pub part_of: Option<IndicatorCode>,
    pub fraction: Option<Fraction>,
    pub plausible: Plausible,
    /// 数据来源：调查制度或表号
    pub source: String,
    /// 取数方式
    pub variant: SourceVariant,
    /// What the figures of a year speak of.
    pub period_rule: PeriodRule,
    pub definition_version: u32,
}

/// A form. Rows have unique codes and names, and formulas that can be worked out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataSet {
    code: String,
    name: String,
    version: u32,
    header: FormHeader,
    rows: Vec<Row>,
    at: BTreeMap<IndicatorCode, usize>,
    names: BTreeMap<String, usize>,
    order: Vec<usize>,
}

/// Rows that make no form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DataSetProblem {
    #[error("代码{0}出现两次，每行应有自己的代码")]
    CodeTwice(IndicatorCode),
    #[error("“{row}”所指的行{missing}不在本表中")]
    NoSuchRow { row: String, missing: IndicatorCode },
    #[error("“{0}”没有可填的栏")]
    NoColumn(String),
    #[error(transparent)]
    Formula(#[from] ResolveProblem),
}

/// What a unit filled into one row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RowEntry {
    pub figures: BTreeMap<Column, Figure>,
    /// 缺数原因: stands for every empty cell of the row.
    pub missing: Option<Missing>,
    pub remark: String,
}

/// What a unit filled into a form, by row code.
pub type Entries = BTreeMap<IndicatorCode, RowEntry>;

impl DataSet {
    /// A form of given rows.
    pub fn new(
        code: &str,
        name: &str,
        version: u32,
        header: FormHeader,
        rows: Vec<Row>,
    ) -> Result<Self, DataSetProblem> {
        let mut at = BTreeMap::new();
        for (index, row) in rows.iter().enumerate() {
            if at.insert(row.code.clone(), index).is_some() {
                return Err(DataSetProblem::CodeTwice(row.code.clone()));
            }
            if row.columns.is_empty() {
                return Err(DataSetProblem::NoColumn(row.name.clone()));
            }
        }
        for row in &rows {
            let fraction = row.fraction.iter().flat_map(|f| [&f.numerator, &f.denominator]);
            for other in row.part_of.iter().chain(fraction) {
                if !at.contains_key(other) {
                    let (row, missing) = (row.name.clone(), other.clone());
                    return Err(DataSetProblem::NoSuchRow { row, missing });
                }
            }
        }
        let order = formula::resolve(&rows.iter().map(named).collect::<Vec<_>>())?;
        let order = order.iter().map(|code| at[code]).collect();
        let names = rows.iter().enumerate().map(|(at, row)| (row.name.clone(), at)).collect();
        let (code, name) = (code.to_owned(), name.to_owned());
        Ok(Self { code, name, version, header, rows, at, names, order })
    }

    /// A worksheet for the indicators of a unit: numerator and denominator stand above each rate.
    pub fn worksheet(
        code: &str,
        name: &str,
        definitions: &[Definition],
        catalogue: &[Definition],
    ) -> Result<Self, DataSetProblem> {
        let items = items(catalogue);
        let mut rows: Vec<Row> = Vec::new();
        for definition in definitions {
            for row in rows_of(definition, &items, &mut Vec::new(), catalogue) {
                match rows.iter_mut().find(|known| known.code == row.code) {
                    Some(known) => ask_for(known, &row.columns),
                    None => rows.push(row),
                }
            }
        }
        tell_apart(&mut rows);
        Self::new(code, name, 1, FormHeader::Worksheet, rows)
    }

    /// The same form under another version.
    #[must_use]
    pub fn numbered(mut self, version: u32) -> Self {
        self.version = version;
        self
    }

    /// Whether it asks the same as another version of the form.
    pub fn asks_the_same(&self, other: &Self) -> bool {
        self.clone().numbered(other.version) == *other
    }

    /// Identifier of the form.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// 报表名称
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Version of the form; a template of another version is refused.
    pub const fn version(&self) -> u32 {
        self.version
    }

    /// Its head.
    pub const fn header(&self) -> &FormHeader {
        &self.header
    }

    /// Rows in the order they are printed.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The row of a code.
    pub fn row(&self, code: &IndicatorCode) -> Option<&Row> {
        self.at.get(code).map(|at| &self.rows[*at])
    }

    /// The place of a row among the rows, by its code.
    pub(crate) fn position_of(&self, code: &IndicatorCode) -> Option<usize> {
        self.at.get(code).copied()
    }

    /// The row of a name.
    pub fn row_named(&self, name: &str) -> Option<&Row> {
        self.names.get(name).map(|at| &self.rows[*at])
    }

    /// The place of a row among the rows, by its name.
    pub(crate) fn position(&self, name: &str) -> Option<usize> {
        self.names.get(name).copied()
    }

    /// Whether the form has a cell here.
    pub fn has_cell(&self, cell: &CellKey) -> bool {
        self.row(&cell.row).is_some_and(|row| row.columns.contains(&cell.column))
    }

    /// Works out every computed cell, exactly. Without a part named, a name means the figure of the same column.
    pub fn computed(&self, entries: &Entries) -> BTreeMap<CellKey, Outcome> {
        let mut found: BTreeMap<CellKey, Outcome> = BTreeMap::new();
        for row in self.order.iter().map(|at| &self.rows[*at]) {
            let RowKind::Computed(expression) = &row.kind else { continue };
            for &column in &row.columns {
                let outcome = formula::evaluate(expression, &|reference: &Reference| {
                    self.figure(reference, column, entries, &found)
                });
                found.insert(CellKey { row: row.code.clone(), column }, outcome);
            }
        }
        found
    }

    fn figure(
        &self,
        reference: &Reference,
        column: Column,
        entries: &Entries,
        computed: &BTreeMap<CellKey, Outcome>,
    ) -> Option<Decimal> {
        let row = &self.rows[*self.names.get(&reference.name)?];
        let column = if (reference.sex, reference.residence) == (Sex::Total, Residence::Total) {
            column
        } else {
            Column::of(reference.sex, reference.residence)?
        };
        match &row.kind {
            RowKind::Reported => figure(entries, &row.code, column),
            RowKind::Computed(_) => {
                match computed.get(&CellKey { row: row.code.clone(), column })? {
                    Outcome::Value(value) => Some(*value),
                    Outcome::Missing(_) | Outcome::Undefined(_) => None,
                }
            }
        }
    }
}

/// The figure typed into a cell.
pub fn figure(entries: &Entries, row: &IndicatorCode, column: Column) -> Option<Decimal> {
    entries.get(row)?.figures.get(&column).map(|figure| figure.decimal())
}

fn named(row: &Row) -> Named {
    let formula = match &row.kind {
        RowKind::Reported => None,
        RowKind::Computed(expression) => Some(expression.clone()),
    };
    Named { name: row.name.clone(), code: row.code.clone(), formula }
}

/// The rows of one indicator: its items, then itself. An item that is an indicator brings its own rows;
/// `path` holds the indicators being written, so that a circle of cards ends.
fn rows_of<'a>(
    definition: &'a Definition,
    items: &BTreeMap<String, Item>,
    path: &mut Vec<&'a IndicatorCode>,
    catalogue: &'a [Definition],
) -> Vec<Row> {
    let calculation = &definition.calculation;
    let source = match definition.source.form.as_str() {
        "" => definition.source.departments.join("、"),
        form => form.to_owned(),
    };
    let own = Row {
        code: definition.code.clone(),
        name: definition.name_zh.clone(),
        unit: definition.unit,
        decimals: definition.decimals,
        kind: RowKind::Reported,
        columns: columns(definition),
        part_of: None,
        fraction: None,
        plausible: definition.plausible,
        source: source.clone(),
        variant: definition.source.variant,
        period_rule: definition.period_rule,
        definition_version: definition.version,
    };
    let Ok(expression) = formula::parse(&calculation.formula) else { return vec![own] };
    let parts = [&calculation.numerator, &calculation.denominator];
    let parts: Vec<&Item> = parts.into_iter().filter_map(|name| items.get(name)).collect();
    let known = expression.references().iter().all(|r| parts.iter().any(|i| i.name == r.name));
    if !known {
        return vec![own];
    }
    let counted = Plausible {
        possible: crate::definition::Bounds { low: Some(Decimal::ZERO), high: None },
        ..Plausible::default()
    };
    path.push(&definition.code);
    let mut rows: Vec<Row> = Vec::new();
    for item in &parts {
        let indicator = catalogue.iter().find(|d| d.code == item.code && !path.contains(&&d.code));
        match indicator {
            Some(indicator) => rows.extend(rows_of(indicator, items, path, catalogue)),
            None => rows.push(Row {
                code: item.code.clone(),
                name: item.name.clone(),
                unit: item.unit,
                decimals: 0,
                plausible: counted,
                ..own.clone()
            }),
        }
    }
    path.pop();
    let fraction = match &parts[..] {
        [numerator, denominator] if definition.unit == Unit::Percent => Some(Fraction {
            numerator: numerator.code.clone(),
            denominator: denominator.code.clone(),
            gross: calculation.gross,
        }),
        _ => None,
    };
    rows.push(Row { kind: RowKind::Computed(expression), fraction, ..own });
    rows
}

/// One item under several indicators is asked for every column that one of them needs: 活产数 by sex for the
/// deaths of infants, by 城乡 for the care of mothers.
fn ask_for(row: &mut Row, columns: &[Column]) {
    row.columns.extend(columns);
    row.columns.sort();
    row.columns.dedup();
}

/// Women's and children's plans have indicators of one name (农村自来水普及率): from the second on, the code
/// stands behind the name.
fn tell_apart(rows: &mut [Row]) {
    let mut names = BTreeSet::new();
    for row in rows {
        if !names.insert(row.name.clone()) {
            row.name = format!("{}（{}）", row.name, row.code);
            names.insert(row.name.clone());
        }
    }
}

/// What counts women only (女性参保人数) is not split by sex again.
fn columns(definition: &Definition) -> Vec<Column> {
    let mut columns = vec![Column::Total];
    let women = definition.calculation.numerator.contains('女');
    if definition.splits.sex == SexSplit::Split && !women {
        columns.extend([Column::Female, Column::Male]);
    }
    if definition.splits.residence {
        columns.extend([Column::Urban, Column::Rural]);
    }
    columns
}

#[cfg(test)]
mod tests {
    use super::*;
    use halfsky_plan::indicator::Catalogue;

    fn definitions(codes: &[&str]) -> Vec<Definition> {
        let catalogue = Catalogue::builtin();
        let find = |code: &&str| catalogue.find(&IndicatorCode((*code).to_owned())).unwrap();
        codes.iter().map(|c| Definition::from_catalogue(find(c), 2021).unwrap()).collect()
    }

    fn form(codes: &[&str]) -> DataSet {
        let definitions = definitions(codes);
        DataSet::worksheet("F1", "示例表", &definitions, &definitions).unwrap()
    }

    fn entries(figures: &[(&str, Column, &str)]) -> Entries {
        let mut entries = Entries::new();
        for (row, column, figure) in figures {
            let entry = entries.entry(IndicatorCode((*row).to_owned())).or_default();
            entry.figures.insert(*column, figure.parse().unwrap());
        }
        entries
    }

    #[test]
    fn items_stand_above_their_rate_and_only_once() {
        let form = form(&["W-H02", "W-H05"]);
        let names: Vec<_> = form.rows().iter().map(|r| r.name.as_str()).collect();
        assert_eq!(
            names,
            ["孕产妇死亡数", "活产数", "孕产妇死亡率", "孕产妇系统管理人数", "孕产妇系统管理率"]
        );
    }

    #[test]
    fn a_rate_is_worked_out_column_by_column() {
        let form = form(&["W-H02"]);
        let filled =
            entries(&[("W-H02-N", Column::Total, "1"), ("W-H02-D", Column::Total, "2532")]);
        let computed = form.computed(&filled);
        let key = CellKey { row: IndicatorCode("W-H02".to_owned()), column: Column::Total };
        let Outcome::Value(value) = &computed[&key] else { panic!("{computed:?}") };
        assert_eq!(value.round_dp(2).to_string(), "39.49");
    }

    #[test]
    fn a_missing_item_leaves_the_rate_missing() {
        let form = form(&["W-H02"]);
        let computed = form.computed(&entries(&[("W-H02-N", Column::Total, "1")]));
        assert_eq!(computed.values().next().unwrap().to_string(), "缺活产数");
    }

    #[test]
    fn split_indicators_have_columns_for_women_and_men() {
        let form = form(&["C-E01"]);
        assert_eq!(form.rows()[0].columns, [Column::Total, Column::Female, Column::Male]);
    }

    #[test]
    fn every_indicator_of_the_catalogue_fits_into_a_form() {
        let all: Vec<_> = Catalogue::builtin()
            .indicators()
            .iter()
            .map(|card| Definition::from_catalogue(card, 2021).unwrap())
            .collect();
        let form = DataSet::worksheet("F", "全表", &all, &all).unwrap();
        assert!(form.rows().len() > all.len());
    }

    #[test]
    fn an_item_is_asked_for_all_that_its_indicators_need() {
        let catalogue = Catalogue::builtin();
        let cards = crate::card::definitions(&catalogue).unwrap();
        let of = |code: &str| cards.iter().find(|d| d.code.0 == code).unwrap().clone();
        let form = DataSet::worksheet("F", "表", &[of("C-H01"), of("W-H05")], &cards).unwrap();
        let births = form.row_named("活产数").unwrap();
        assert_eq!(births.columns, Column::ALL);
        assert_eq!(form.row_named("孕产妇系统管理率").unwrap().columns.len(), 3);
    }

    #[test]
    fn an_indicator_of_both_plans_is_asked_once_and_told_twice() {
        let form = form(&["C-V01", "W-V01"]);
        let names: Vec<_> = form.rows().iter().map(|r| r.name.as_str()).collect();
        assert_eq!(
            names,
            [
                "农村自来水受益人口数",
                "农村供水人口数",
                "农村自来水普及率",
                "农村自来水普及率（W-V01）"
            ]
        );
    }

    #[test]
    fn items_of_different_bodies_have_different_names() {
        let form = form(&["W-P02", "W-P03", "W-P15", "W-P18", "W-S02", "W-S04"]);
        let reported = form.rows().iter().filter(|r| r.kind == RowKind::Reported).count();
        assert_eq!(reported, 12, "no two of them share an item");
    }

    #[test]
    fn rows_must_fit_together() {
        let row = form(&["W-H02"]).rows()[0].clone();
        let twice =
            DataSet::new("F", "表", 1, FormHeader::Worksheet, vec![row.clone(), row.clone()]);
        assert_eq!(twice.unwrap_err(), DataSetProblem::CodeTwice(row.code.clone()));
        let lost = Row { part_of: Some(IndicatorCode("X".to_owned())), ..row };
        let lost = DataSet::new("F", "表", 1, FormHeader::Worksheet, vec![lost]);
        assert_eq!(lost.unwrap_err().to_string(), "“孕产妇死亡数”所指的行X不在本表中");
    }
}
