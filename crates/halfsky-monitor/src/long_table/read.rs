//! Read: from the cells of a long table to observations.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use halfsky_plan::figure::Figure;
use halfsky_plan::indicator::IndicatorCode;
use halfsky_plan::ref_area::RefArea;
use halfsky_plan::unit::Unit;

use super::forms::Forms;
use super::{Known, Line, LongTable};
use crate::definition::PeriodRule;
use crate::observation::{
    ConfStatus, Missing, MissingReason, ObsStatus, Observation, ObservationKey, Residence, Sex,
    SourceVariant, TOTAL, Value,
};
use crate::observe;
use crate::period::Period;
use crate::workbook::{Grid, SheetProblem};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Heading {
    Region,
    Indicator,
    Period,
    Sex,
    Age,
    Residence,
    Group,
    Source,
    Value,
    Unit,
    Status,
    Confidentiality,
    Missing,
    Note,
    /// Follows from the others: written by an export, not read.
    Ignored,
}

/// The words above the columns, with what they mean.
const HEADINGS: [(&str, Heading); 40] = [
    ("REF_AREA", Heading::Region),
    ("region", Heading::Region),
    ("地区", Heading::Region),
    ("区划代码", Heading::Region),
    ("INDICATOR", Heading::Indicator),
    ("指标", Heading::Indicator),
    ("代码", Heading::Indicator),
    ("TIME_PERIOD", Heading::Period),
    ("period", Heading::Period),
    ("报告期", Heading::Period),
    ("年份", Heading::Period),
    ("SEX", Heading::Sex),
    ("性别", Heading::Sex),
    ("AGE", Heading::Age),
    ("年龄", Heading::Age),
    ("RESIDENCE", Heading::Residence),
    ("城乡", Heading::Residence),
    ("GROUP", Heading::Group),
    ("分组", Heading::Group),
    ("SOURCE", Heading::Source),
    ("取数方式", Heading::Source),
    ("OBS_VALUE", Heading::Value),
    ("value", Heading::Value),
    ("数值", Heading::Value),
    ("UNIT_MEASURE", Heading::Unit),
    ("unit", Heading::Unit),
    ("计量单位", Heading::Unit),
    ("OBS_STATUS", Heading::Status),
    ("status", Heading::Status),
    ("数据状态", Heading::Status),
    ("CONF_STATUS", Heading::Confidentiality),
    ("MISSING_REASON", Heading::Missing),
    ("缺数原因", Heading::Missing),
    ("NOTE", Heading::Note),
    ("备注", Heading::Note),
    ("情况说明", Heading::Note),
    ("UNIT_MULT", Heading::Ignored),
    ("DEFINITION_VERSION", Heading::Ignored),
    ("EDITION_PERIOD", Heading::Ignored),
    ("EDITION_NUMBER", Heading::Ignored),
];

/// How many headings there are.
const KINDS: usize = Heading::Ignored as usize + 1;

/// Columns that are looked at, and rows in which the headings may stand.
const WIDEST: u32 = 40;
const HEAD_ROWS: u32 = 20;

/// Reads the first sheet that has the headings.
pub(super) fn read(grids: &[Grid], known: &Known<'_>) -> LongTable {
    let mut table = LongTable::default();
    let Some((sheet, top)) = grids.iter().find_map(|grid| Some((grid, head_row(grid)?))) else {
        let place = grids.first().map_or_else(|| "文件".to_owned(), |grid| grid.name.clone());
        table.problems.push(SheetProblem {
            place,
            message: "没有找到表头：应有指标、报告期和数值三列".to_owned(),
            what_to_do: "第一行请写列名：地区、指标、报告期、性别、城乡、数值、计量单位".to_owned(),
        });
        return table;
    };
    let columns = columns(sheet, top, &mut table.problems);
    let forms = Forms::new(known.names);
    let mut reader = Reader { sheet, columns, known, forms, seen: HashMap::new(), table };
    for row in top + 1..sheet.rows() {
        if let Some(cells) = reader.cells(row) {
            reader.line(&cells);
        }
    }
    reader.table
}

fn heading(text: &str) -> Option<Heading> {
    let found = HEADINGS.iter().find(|(word, _)| word.eq_ignore_ascii_case(text));
    found.map(|(_, heading)| *heading)
}

fn head_row(grid: &Grid) -> Option<u32> {
    let has = |row: u32, wanted: Heading| {
        (0..WIDEST).any(|column| heading(&grid.text(row, column)) == Some(wanted))
    };
    (0..grid.rows().min(HEAD_ROWS)).find(|row| {
        [Heading::Indicator, Heading::Period, Heading::Value]
            .iter()
            .all(|wanted| has(*row, *wanted))
    })
}

fn columns(grid: &Grid, top: u32, problems: &mut Vec<SheetProblem>) -> BTreeMap<Heading, u32> {
    let mut columns = BTreeMap::new();
    for column in 0..WIDEST {
        let text = grid.text(top, column);
        if text.is_empty() {
            continue;
        }
        let message = match heading(&text) {
            None => format!("“{text}”不是长表的列"),
            Some(Heading::Ignored) => continue,
            Some(found) if columns.contains_key(&found) => format!("“{text}”一列出现了两次"),
            Some(found) => {
                columns.insert(found, column);
                continue;
            }
        };
        problems.push(SheetProblem {
            place: grid.place(top, column),
            message,
            what_to_do: "请删去这一列，或改为长表的列名".to_owned(),
        });
    }
    columns
}

struct Reader<'a> {
    sheet: &'a Grid,
    columns: BTreeMap<Heading, u32>,
    known: &'a Known<'a>,
    forms: Forms<'a>,
    /// The row in which a figure stands first, from 1.
    seen: HashMap<ObservationKey, u32>,
    table: LongTable,
}

/// The cells of a row by their headings; empty where there is no such column.
struct Cells<'a> {
    row: u32,
    texts: [Cow<'a, str>; KINDS],
}

impl Cells<'_> {
    fn text(&self, heading: Heading) -> &str {
        &self.texts[heading as usize]
    }
}

/// The words of a list by code and label.
struct Words<T: 'static> {
    name: &'static str,
    all: &'static [T],
    code: fn(T) -> &'static str,
    label: fn(T) -> &'static str,
}

const SEXES: Words<Sex> =
    Words { name: "性别", all: Sex::ALL, code: Sex::code, label: Sex::label };
const RESIDENCES: Words<Residence> =
    Words { name: "城乡", all: Residence::ALL, code: Residence::code, label: Residence::label };
const STATUSES: Words<ObsStatus> =
    Words {
        name: "数据状态", all: ObsStatus::ALL, code: ObsStatus::code, label: ObsStatus::label
    };
const SOURCES: Words<SourceVariant> = Words {
    name: "取数方式",
    all: SourceVariant::ALL,
    code: SourceVariant::code,
    label: SourceVariant::label,
};

/// What a line must know of the card that holds for its year.
#[derive(Clone, Copy)]
struct Card {
    unit: Unit,
    variant: SourceVariant,
    period_rule: PeriodRule,
    definition_version: u32,
}

impl<'a> Reader<'a> {
    /// The cells of a row; None where nothing stands in it.
    fn cells(&self, row: u32) -> Option<Cells<'a>> {
        let mut texts = [const { Cow::Borrowed("") }; KINDS];
        let mut filled = false;
        for (column, text) in self.sheet.row(row, WIDEST).filter(|(_, text)| !text.is_empty()) {
            filled = true;
            let heading = self.columns.iter().find(|(_, at)| **at == column);
            if let Some((heading, _)) = heading {
                texts[*heading as usize] = text;
            }
        }
        filled.then_some(Cells { row, texts })
    }

    fn wrong(&mut self, row: u32, heading: Heading, message: String, what_to_do: &str) {
        let place = match self.columns.get(&heading) {
            Some(column) => self.sheet.place(row, *column),
            None => self.sheet.place(row, 0),
        };
        let what_to_do = what_to_do.to_owned();
        self.table.problems.push(SheetProblem { place, message, what_to_do });
    }

    /// A word of a list by its code or its label; the first of the list where the cell is empty.
    fn word<T: Copy>(
        &mut self,
        cells: &Cells<'_>,
        heading: Heading,
        words: &Words<T>,
    ) -> Option<T> {
        let text = cells.text(heading);
        if text.is_empty() {
            return words.all.first().copied();
        }
        let is_meant = |value: &&T| (words.code)(**value) == text || (words.label)(**value) == text;
        let found = words.all.iter().find(is_meant).copied();
        if found.is_none() {
            let labels: Vec<&str> = words.all.iter().map(|value| (words.label)(*value)).collect();
            let what = format!("可以写：{}", labels.join("、"));
            self.wrong(cells.row, heading, format!("“{text}”不是{}", words.name), &what);
        }
        found
    }

    fn line(&mut self, cells: &Cells<'_>) {
        let row = cells.row;
        let before = self.table.problems.len();
        let ref_area = self.region(cells);
        let indicator = self.indicator(cells);
        let period = self.period(cells);
        let sex = self.word(cells, Heading::Sex, &SEXES);
        let residence = self.word(cells, Heading::Residence, &RESIDENCES);
        let value = self.value(cells);
        let confidentiality = self.confidentiality(cells);
        if let Some(code) = &indicator {
            self.unit(cells, code);
        }
        let of_year = indicator.as_ref().zip(period);
        let card = of_year.and_then(|(code, period)| self.of_year(row, code, period));
        let status = self.status(cells, value.as_ref());
        let source = card.and_then(|card| self.source(cells, card.variant));
        if self.table.problems.len() > before {
            return;
        }
        let (Some(ref_area), Some(indicator), Some(period), Some(sex), Some(residence)) =
            (ref_area, indicator, period, sex, residence)
        else {
            return;
        };
        let (Some(value), Some(status), Some(source), Some(card), Some(confidentiality)) =
            (value, status, source, card, confidentiality)
        else {
            return;
        };
        let part = |text: &str| if text.is_empty() { TOTAL } else { text }.to_owned();
        let key = ObservationKey {
            ref_area,
            indicator,
            period: observe::period(card.period_rule, period),
            sex,
            residence,
            age: part(cells.text(Heading::Age)),
            group: part(cells.text(Heading::Group)),
            source,
        };
        if let Some(first) = self.seen.get(&key) {
            let message = format!("与第{first}行是同一数据，只能保留一行");
            self.wrong(row, Heading::Value, message, "请删去其中一行");
            return;
        }
        self.seen.insert(key.clone(), row + 1);
        let note = cells.text(Heading::Note);
        let explanation = if value.figure().is_some() { note.to_owned() } else { String::new() };
        let column = self.columns.get(&Heading::Value).copied().unwrap_or(0);
        let place = self.sheet.place(row, column);
        self.table.lines.push(Line {
            place,
            observation: Observation {
                key,
                value,
                definition_version: card.definition_version,
                status,
                confidentiality,
                unit_mult: observe::unit_mult(card.unit),
                explanation,
            },
        });
    }

    fn region(&mut self, cells: &Cells<'_>) -> Option<RefArea> {
        let text = cells.text(Heading::Region);
        if text.is_empty() {
            if self.known.region.is_none() {
                let what = "请填写区划代码，或在命令中用 --ref-area 指定";
                self.wrong(cells.row, Heading::Region, "没有填地区".to_owned(), what);
            }
            return self.known.region.clone();
        }
        let found = text.parse().ok().filter(|code| self.known.regions.contains(code));
        if found.is_none() {
            let message = format!("没有区划代码为{text}的地区");
            self.wrong(cells.row, Heading::Region, message, "请核对代码；新的地区请先登记区划");
        }
        found
    }

    fn indicator(&mut self, cells: &Cells<'_>) -> Option<IndicatorCode> {
        let text = cells.text(Heading::Indicator);
        let code = IndicatorCode(text.to_owned());
        if self.known.names.unit(&code).is_some() {
            return Some(code);
        }
        let mut named = self.known.names.named(text);
        let message = match named.len() {
            1 => return named.pop(),
            0 => format!("没有代码或名称为“{text}”的指标"),
            _ => {
                let codes: Vec<String> = named.iter().map(ToString::to_string).collect();
                format!("名称为“{text}”的指标有{}个：{}", codes.len(), codes.join("、"))
            }
        };
        self.wrong(cells.row, Heading::Indicator, message, "请填写指标目录中的代码");
        None
    }

    fn period(&mut self, cells: &Cells<'_>) -> Option<Period> {
        let text = cells.text(Heading::Period);
        let found = text.strip_suffix('年').unwrap_or(text).parse().ok();
        if found.is_none() {
            let what = "请写作2025、2025-A1（妇幼健康统计年度）、2025-S1、2025-Q1或2025-03";
            self.wrong(cells.row, Heading::Period, format!("“{text}”不是报告期"), what);
        }
        found
    }

    /// What holds for the year of a line.
    fn of_year(&mut self, row: u32, code: &IndicatorCode, period: Period) -> Option<Card> {
        let (year, names) = (period.year(), self.known.names);
        let found = self.forms.whole(year).and_then(|form| form.row(code)).map(|row| Card {
            unit: row.unit,
            variant: row.variant,
            period_rule: row.period_rule,
            definition_version: row.definition_version,
        });
        if found.is_none() {
            let name = names.name(code);
            let since = names.definitions(code).and_then(|d| d.versions().first());
            let message = match since {
                Some(card) if card.valid_from > year => {
                    format!("“{name}”的指标解释自{}年起，更早的口径不明", card.valid_from)
                }
                _ => format!("“{name}”在{year}年没有指标解释"),
            };
            self.wrong(row, Heading::Period, message, "请核对年份；确需导入的，请先补充指标解释");
        }
        found
    }

    fn unit(&mut self, cells: &Cells<'_>, code: &IndicatorCode) {
        let names = self.known.names;
        let (text, unit) = (cells.text(Heading::Unit), names.unit(code));
        let Some(unit) = unit.filter(|u| !["", u.code(), u.label()].contains(&text)) else {
            return;
        };
        let (name, label) = (names.name(code), unit.label());
        let message = format!("计量单位为“{text}”，“{name}”的计量单位是{label}");
        self.wrong(cells.row, Heading::Unit, message, "请换算后填写，不要只改单位");
    }

    /// A figure, or why there is none.
    fn value(&mut self, cells: &Cells<'_>) -> Option<Value> {
        let (text, reason) = (cells.text(Heading::Value), cells.text(Heading::Missing));
        if !text.is_empty() && !reason.is_empty() {
            let message = "已有数值，又写了缺数原因".to_owned();
            self.wrong(cells.row, Heading::Missing, message, "请删去其中之一");
            return None;
        }
        if !text.is_empty() {
            let figure: Option<Figure> = text.parse().ok();
            if figure.is_none() {
                let what = "请只写数字，不加单位、百分号和千分位逗号";
                self.wrong(cells.row, Heading::Value, format!("“{text}”不是数值"), what);
            }
            return figure.map(Value::Figure);
        }
        if reason.is_empty() {
            // that it is hidden tells more than that it is not there
            let hidden = ConfStatus::from_code(cells.text(Heading::Confidentiality));
            if !matches!(hidden, Some(ConfStatus::SmallCount | ConfStatus::Complementary)) {
                let message = "没有数值，也没有缺数原因".to_owned();
                self.wrong(cells.row, Heading::Value, message, "请填数，或在“缺数原因”列写明原因");
            }
            return None;
        }
        let found =
            MissingReason::ALL.iter().find(|r| r.code() == reason || r.label() == reason).copied();
        if found.is_none() {
            let words: Vec<&str> = MissingReason::ALL.iter().map(|r| r.label()).collect();
            let what = format!("可以写：{}", words.join("、"));
            self.wrong(cells.row, Heading::Missing, format!("“{reason}”不是缺数原因"), &what);
        }
        found.map(|reason| {
            Value::Missing(Missing {
                reason,
                note: cells.text(Heading::Note).to_owned(),
                owner: String::new(),
                substitute: String::new(),
            })
        })
    }

    fn confidentiality(&mut self, cells: &Cells<'_>) -> Option<ConfStatus> {
        let text = cells.text(Heading::Confidentiality);
        let found = match text {
            "" => Some(ConfStatus::Free),
            text => ConfStatus::from_code(text),
        };
        match found {
            None => {
                let message = format!("“{text}”不是公开范围的代码");
                self.wrong(cells.row, Heading::Confidentiality, message, "可以写F、N或C");
            }
            Some(ConfStatus::SmallCount | ConfStatus::Complementary) => {
                let message = "这是公开数据中隐去的小样本，不能导入".to_owned();
                let what = "请用 halfsky data export --internal 导出完整数据后再导入";
                self.wrong(cells.row, Heading::Confidentiality, message, what);
            }
            Some(_) => {}
        }
        found
    }

    fn status(&mut self, cells: &Cells<'_>, value: Option<&Value>) -> Option<ObsStatus> {
        let usual = match value? {
            Value::Figure(_) => ObsStatus::Normal,
            Value::Missing(missing) => missing.reason.status(),
        };
        if cells.text(Heading::Status).is_empty() {
            return Some(usual);
        }
        self.word(cells, Heading::Status, &STATUSES)
    }

    fn source(&mut self, cells: &Cells<'_>, usual: SourceVariant) -> Option<SourceVariant> {
        if cells.text(Heading::Source).is_empty() {
            return Some(usual);
        }
        self.word(cells, Heading::Source, &SOURCES)
    }
}
