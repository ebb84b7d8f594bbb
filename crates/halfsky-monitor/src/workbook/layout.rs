//! Layout: what stands where in the template. The writer and the reader both follow it.

use std::collections::BTreeMap;

use halfsky_plan::figure::Figure;
use halfsky_plan::indicator::IndicatorCode;
use rust_decimal::Decimal;

use super::{Identity, layout_hash};
use crate::data_set::{CellKey, Column, DataSet, Entries, FormHeader, Row, RowKind, figure};
use crate::formula::{Expression, Outcome, explain};
use crate::observation::MissingReason;
use crate::period::Period;
use crate::reporting::UnitId;

/// 说明
pub const INSTRUCTION_SHEET: &str = "说明";
/// 填报表
pub const FIGURE_SHEET: &str = "填报表";
/// What a formula shows while a figure it needs is missing: words, because office programs take an empty text for 0.
pub const NO_RESULT: &str = "—";
/// Hidden.
pub const IDENTITY_SHEET: &str = "标识";

/// A column of the sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SheetColumn {
    Name,
    Unit,
    Code,
    Figure(Column),
    /// Worked out by the sheet.
    FemaleShare,
    LastYear,
    Target,
    Source,
    MissingReason,
    Remark,
}

/// The columns in their order.
pub const SHEET_COLUMNS: [SheetColumn; 14] = [
    SheetColumn::Name,
    SheetColumn::Unit,
    SheetColumn::Code,
    SheetColumn::Figure(Column::Total),
    SheetColumn::Figure(Column::Female),
    SheetColumn::Figure(Column::Male),
    SheetColumn::FemaleShare,
    SheetColumn::Figure(Column::Urban),
    SheetColumn::Figure(Column::Rural),
    SheetColumn::LastYear,
    SheetColumn::Target,
    SheetColumn::Source,
    SheetColumn::MissingReason,
    SheetColumn::Remark,
];

impl SheetColumn {
    /// Its heading on the form of a period.
    pub const fn heading(self, period: Period) -> &'static str {
        let [whole_year, part] = self.headings();
        if period.is_whole_year() { whole_year } else { part }
    }

    /// Whether this is its heading, on the form of whatever period.
    pub fn is_headed(self, text: &str) -> bool {
        self.headings().contains(&text)
    }

    /// Its heading on the form of a year, and on that of a part of one.
    const fn headings(self) -> [&'static str; 2] {
        let always = match self {
            Self::Figure(Column::Total) => return ["本年合计", "本期合计"],
            Self::LastYear => return ["上年", "上年同期"],
            Self::Name => "指标名称",
            Self::Unit => "计量单位",
            Self::Code => "代码",
            Self::Figure(Column::Female) => "其中：女",
            Self::Figure(Column::Male) => "其中：男",
            Self::FemaleShare => "女性占比（%）",
            Self::Figure(Column::Urban) => "城镇",
            Self::Figure(Column::Rural) => "农村",
            Self::Target => "目标值",
            Self::Source => "数据来源",
            Self::MissingReason => "缺数原因",
            Self::Remark => "备注",
        };
        [always, always]
    }

    /// Its place, from 0.
    pub fn index(self) -> u16 {
        (0..).zip(SHEET_COLUMNS).find(|(_, c)| *c == self).map_or(0, |(at, _)| at)
    }
}

/// What a template is made from.
#[derive(Debug, Clone, Copy)]
pub struct Template<'a> {
    pub data_set: &'a DataSet,
    pub round: &'a str,
    pub unit: &'a UnitId,
    pub unit_name: &'a str,
    pub period: Period,
    /// Last year's totals, as printed.
    pub last_year: &'a BTreeMap<IndicatorCode, String>,
    /// Target values with their comparator, as printed.
    pub targets: &'a BTreeMap<IndicatorCode, String>,
    /// What is filled in already.
    pub entries: &'a Entries,
}

/// What is written into a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    Empty,
    Text(String),
    Figure(Figure),
    /// A spreadsheet formula without its equals sign, and what it comes to now; [`NO_RESULT`] when to nothing.
    Formula {
        formula: String,
        result: Option<Figure>,
    },
}

/// Who fills a cell, and with what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Printed; locked.
    Fixed,
    /// A heading; locked.
    Heading,
    /// Filled in: a figure with so many decimals.
    Figure { decimals: u32 },
    /// Filled in: one of these words.
    Choice(Vec<&'static str>),
    /// Filled in: any words.
    Words,
    /// Worked out by the sheet, with so many decimals; locked.
    Computed { decimals: u32 },
    /// The row has no such figure; locked.
    Closed,
}

/// One cell of the sheet 填报表.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedCell {
    pub row: u32,
    pub column: u16,
    pub content: Content,
    pub origin: Origin,
}

/// The whole template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    pub identity: Identity,
    /// Title of the form.
    pub title: String,
    pub cells: Vec<PlannedCell>,
    /// Row of the title.
    pub title_row: u32,
    /// Row of the headings.
    pub heading_row: u32,
    /// One more than the last row with figures.
    pub end_row: u32,
    /// Lines of the sheet 说明.
    pub instructions: Vec<String>,
}

/// Lays a template out.
pub fn layout(template: &Template<'_>) -> Layout {
    let data_set = template.data_set;
    let mut cells = Vec::new();
    let head = head(data_set.header());
    let title_row = length(head.len());
    for (row, line) in (0..).zip(head) {
        cells.push(fixed(row, 0, line));
    }
    cells.push(fixed(title_row, 0, data_set.name().to_owned()));
    let period = template.period;
    let line = format!(
        "填报单位（盖章）：{}        报告期：{}（{}—{}）        计量单位：见表",
        template.unit_name,
        period.label(),
        period.start(),
        period.end()
    );
    cells.push(fixed(title_row + 1, 0, line));
    let heading_row = title_row + 2;
    for column in SHEET_COLUMNS {
        let content = Content::Text(column.heading(period).to_owned());
        let origin = Origin::Heading;
        cells.push(PlannedCell { row: heading_row, column: column.index(), content, origin });
    }
    let first = heading_row + 1;
    let places = Places { data_set, first, computed: data_set.computed(template.entries) };
    for (row, of) in (first..).zip(data_set.rows()) {
        for column in SHEET_COLUMNS {
            let (content, origin) = planned(template, &places, of, column);
            cells.push(PlannedCell { row, column: column.index(), content, origin });
        }
    }
    let end_row = first + length(data_set.rows().len());
    let foot = "单位负责人：          统计负责人：          填表人：          联系电话：          报出日期：    年  月  日";
    cells.push(fixed(end_row + 1, 0, foot.to_owned()));
    Layout {
        identity: Identity {
            round: template.round.to_owned(),
            form: data_set.code().to_owned(),
            version: data_set.version().to_string(),
            unit: template.unit.0.clone(),
            period: period.to_string(),
            hash: layout_hash(data_set),
        },
        title: data_set.name().to_owned(),
        cells,
        title_row,
        heading_row,
        end_row,
        instructions: instructions(data_set),
    }
}

fn length(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX / 2)
}

fn fixed(row: u32, column: u16, text: String) -> PlannedCell {
    PlannedCell { row, column, content: Content::Text(text), origin: Origin::Fixed }
}

/// A statistical form shows what makes it lawful; a worksheet claims nothing.
fn head(header: &FormHeader) -> Vec<String> {
    match header {
        FormHeader::Statistical { number, issuer, approver, approval_number, valid_until } => vec![
            format!("表号：{number}"),
            format!("制定机关：{issuer}"),
            format!("批准（备案）机关：{approver}"),
            format!("批准（备案）文号：{approval_number}"),
            format!("有效期至：{valid_until}"),
        ],
        FormHeader::Worksheet => vec!["内部工作表".to_owned()],
    }
}

/// Where the rows stand, for formulas.
struct Places<'a> {
    data_set: &'a DataSet,
    first: u32,
    computed: BTreeMap<CellKey, Outcome>,
}

fn planned(
    template: &Template<'_>,
    places: &Places<'_>,
    row: &Row,
    column: SheetColumn,
) -> (Content, Origin) {
    let entry = template.entries.get(&row.code);
    let text = |text: &str| {
        let content = if text.is_empty() { Content::Empty } else { Content::Text(text.to_owned()) };
        (content, Origin::Fixed)
    };
    match column {
        SheetColumn::Name => text(&row.name),
        SheetColumn::Unit => text(row.unit.label()),
        SheetColumn::Code => text(&row.code.0),
        SheetColumn::Source => text(&row.source),
        SheetColumn::LastYear => text(template.last_year.get(&row.code).map_or("", String::as_str)),
        SheetColumn::Target => text(template.targets.get(&row.code).map_or("", String::as_str)),
        SheetColumn::Figure(figure) if !row.columns.contains(&figure) => {
            (Content::Text("—".to_owned()), Origin::Closed)
        }
        SheetColumn::Figure(figure) => match &row.kind {
            RowKind::Reported => {
                let filled = entry.and_then(|e| e.figures.get(&figure));
                let content = filled.map_or(Content::Empty, |f| Content::Figure(*f));
                (content, Origin::Figure { decimals: row.decimals })
            }
            RowKind::Computed(expression) => {
                let key = CellKey { row: row.code.clone(), column: figure };
                let result = match places.computed.get(&key) {
                    Some(Outcome::Value(value)) => Some(Figure::new(*value)),
                    _ => None,
                };
                let content = formula(places, expression, figure)
                    .map_or(Content::Empty, |formula| Content::Formula { formula, result });
                (content, Origin::Computed { decimals: row.decimals })
            }
        },
        SheetColumn::FemaleShare => female_share(template, places, row),
        SheetColumn::MissingReason => {
            let reason = entry.and_then(|e| e.missing.as_ref()).map(|m| m.reason.label());
            let content = reason.map_or(Content::Empty, |r| Content::Text(r.to_owned()));
            (content, Origin::Choice(MissingReason::ALL.iter().map(|r| r.label()).collect()))
        }
        SheetColumn::Remark => {
            let remark = entry.map_or("", |e| e.remark.as_str());
            let content =
                if remark.is_empty() { Content::Empty } else { Content::Text(remark.to_owned()) };
            (content, Origin::Words)
        }
    }
}

fn female_share(template: &Template<'_>, places: &Places<'_>, row: &Row) -> (Content, Origin) {
    let split = [Column::Total, Column::Female].iter().all(|c| row.columns.contains(c));
    let counts =
        matches!(row.unit, halfsky_plan::unit::Unit::Count | halfsky_plan::unit::Unit::Person);
    let cells = places.cell(&row.name, Column::Female).zip(places.cell(&row.name, Column::Total));
    match cells.filter(|_| split && counts) {
        Some((women, all)) => {
            let formula = format!(
                "IF(COUNT({women},{all})=2,IFERROR({women}/{all}*100,\"{NO_RESULT}\"),\"{NO_RESULT}\")"
            );
            let figure = |column| figure(template.entries, &row.code, column);
            let share = figure(Column::Female)
                .zip(figure(Column::Total))
                .and_then(|(women, all)| women.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(all));
            let result = share.map(Figure::new);
            (Content::Formula { formula, result }, Origin::Computed { decimals: 1 })
        }
        None => (Content::Text("—".to_owned()), Origin::Closed),
    }
}

impl Places<'_> {
    fn cell(&self, name: &str, column: Column) -> Option<String> {
        let at = self.data_set.position(name)?;
        let row = self.first + length(at);
        Some(super::cell_name(row, u32::from(SheetColumn::Figure(column).index())))
    }
}

/// A formula of ours as one of the spreadsheet: empty unless every cell it needs has a number.
fn formula(places: &Places<'_>, expression: &Expression, column: Column) -> Option<String> {
    let cells: Option<Vec<String>> =
        expression.references().iter().map(|r| reference(places, r, column)).collect();
    let cells = cells?;
    let body = spreadsheet(places, expression, column)?;
    Some(format!(
        "IF(COUNT({})={},IFERROR({body},\"{NO_RESULT}\"),\"{NO_RESULT}\")",
        cells.join(","),
        cells.len()
    ))
}

fn reference(
    places: &Places<'_>,
    reference: &crate::formula::Reference,
    column: Column,
) -> Option<String> {
    let named = Column::of(reference.sex, reference.residence)?;
    places.cell(&reference.name, if named == Column::Total { column } else { named })
}

fn spreadsheet(places: &Places<'_>, expression: &Expression, column: Column) -> Option<String> {
    use crate::formula::{Function, Operator};
    let inner = |e: &Expression| spreadsheet(places, e, column);
    Some(match expression {
        Expression::Number(number) => number.to_string(),
        Expression::Reference(named) => reference(places, named, column)?,
        Expression::Negative(value) => format!("(-{})", inner(value)?),
        Expression::Binary(operator, left, right) => {
            let sign = match operator {
                Operator::Add => '+',
                Operator::Subtract => '-',
                Operator::Multiply => '*',
                Operator::Divide => '/',
            };
            format!("({}{sign}{})", inner(left)?, inner(right)?)
        }
        Expression::Call(function, values) => {
            let values: Option<Vec<String>> = values.iter().map(inner).collect();
            let values = values?;
            match function {
                Function::Sum => format!("({})", values.join("+")),
                Function::Difference => format!("({})", values.join("-")),
                Function::Ratio => format!("({})", values.join("/")),
                Function::Share => format!("({}*100)", values.join("/")),
            }
        }
    })
}

fn instructions(data_set: &DataSet) -> Vec<String> {
    let mut lines: Vec<String> = [
        "填报说明",
        "1. 只填“填报表”中浅色的格；其余格已锁定，请勿改动行、列和工作表名称。",
        "2. 比率由系统按分子、分母计算，不必填写；标“—”的格不填。",
        "3. 没有数据的，在“缺数原因”中选择原因；选“其他”的，请在“备注”中说明。0表示确实为零。",
        "4. 只填数字，不填单位；小数位数按本行格式。",
        "5. 填好后在系统中上传，系统先列出将要改动的内容和问题，确认后才保存。",
        "6. 本模板只用于本单位、本报告期、本版报表。",
        "审核关系",
        "女+男=合计；城镇+农村=合计；分子不大于分母（毛入学率等除外）；其中项不大于总项。",
        "计算方法",
    ]
    .map(str::to_owned)
    .to_vec();
    for row in data_set.rows() {
        if let RowKind::Computed(expression) = &row.kind {
            lines.push(explain(&row.name, expression, row.unit));
        }
    }
    lines
}
