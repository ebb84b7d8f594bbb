//! Mapping: how the columns of a foreign table stand to the form. Set once, remembered as text.

use std::collections::BTreeMap;

use halfsky_plan::indicator::IndicatorCode;

use super::grid::Grid;
use super::layout::{SHEET_COLUMNS, SheetColumn};
use crate::data_set::{Column, DataSet};

/// What a column of a foreign table holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MappedColumn {
    Code,
    Name,
    Figure(Column),
    MissingReason,
    Remark,
}

/// The layout of a foreign table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mapping {
    /// Name of the sheet; empty means the first one.
    pub sheet: String,
    /// First row with figures, from 0.
    pub first_row: u32,
    /// What stands in which column, from 0.
    pub columns: BTreeMap<u32, MappedColumn>,
    /// Names the table uses for rows of the form.
    pub names: BTreeMap<String, IndicatorCode>,
}

/// A mapping that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MappingProblem {
    #[error("请指明哪一列是代码或指标名称")]
    NoRowColumn,
    #[error("请指明至少一列数据")]
    NoFigureColumn,
    #[error("列对应关系第{0}行无法识别，请重新设置")]
    Unreadable(usize),
}

impl MappedColumn {
    fn code(self) -> String {
        match self {
            Self::Code => "code".to_owned(),
            Self::Name => "name".to_owned(),
            Self::Figure(column) => format!("figure:{}", column.code()),
            Self::MissingReason => "missing_reason".to_owned(),
            Self::Remark => "remark".to_owned(),
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        Some(match code {
            "code" => Self::Code,
            "name" => Self::Name,
            "missing_reason" => Self::MissingReason,
            "remark" => Self::Remark,
            _ => Self::Figure(Column::from_code(code.strip_prefix("figure:")?)?),
        })
    }
}

impl Mapping {
    /// Whether rows and figures can be found with it.
    pub fn check(&self) -> Result<(), MappingProblem> {
        let has = |wanted: fn(&MappedColumn) -> bool| self.columns.values().any(wanted);
        if !has(|c| matches!(c, MappedColumn::Code | MappedColumn::Name)) {
            return Err(MappingProblem::NoRowColumn);
        }
        if !has(|c| matches!(c, MappedColumn::Figure(_))) {
            return Err(MappingProblem::NoFigureColumn);
        }
        Ok(())
    }

    /// The mapping as text, to be kept.
    pub fn to_text(&self) -> String {
        let mut lines = vec![format!("sheet\t{}", clean(&self.sheet))];
        lines.push(format!("first_row\t{}", self.first_row));
        lines.extend(self.columns.iter().map(|(at, c)| format!("column\t{at}\t{}", c.code())));
        lines.extend(self.names.iter().map(|(n, code)| format!("name\t{}\t{code}", clean(n))));
        lines.join("\n")
    }

    /// Reads what [`Mapping::to_text`] wrote.
    pub fn from_text(text: &str) -> Result<Self, MappingProblem> {
        let mut mapping = Self::default();
        for (number, line) in (1..).zip(text.lines()) {
            let parts: Vec<&str> = line.split('\t').collect();
            let unreadable = || MappingProblem::Unreadable(number);
            match parts[..] {
                ["sheet", name] => name.clone_into(&mut mapping.sheet),
                ["first_row", row] => mapping.first_row = row.parse().map_err(|_| unreadable())?,
                ["column", at, code] => {
                    let column = MappedColumn::from_code(code).ok_or_else(unreadable)?;
                    mapping.columns.insert(at.parse().map_err(|_| unreadable())?, column);
                }
                ["name", name, code] => {
                    mapping.names.insert(name.to_owned(), IndicatorCode(code.to_owned()));
                }
                _ => return Err(unreadable()),
            }
        }
        Ok(mapping)
    }
}

fn clean(text: &str) -> String {
    text.replace(['\t', '\n', '\r'], " ")
}

/// Words that head a column, beside those of our own template.
const HEADINGS: [(&str, MappedColumn); 16] = [
    ("代码", MappedColumn::Code),
    ("指标代码", MappedColumn::Code),
    ("指标名称", MappedColumn::Name),
    ("指标", MappedColumn::Name),
    ("项目", MappedColumn::Name),
    ("合计", MappedColumn::Figure(Column::Total)),
    ("本年", MappedColumn::Figure(Column::Total)),
    ("数值", MappedColumn::Figure(Column::Total)),
    ("女", MappedColumn::Figure(Column::Female)),
    ("女性", MappedColumn::Figure(Column::Female)),
    ("男", MappedColumn::Figure(Column::Male)),
    ("男性", MappedColumn::Figure(Column::Male)),
    ("城市", MappedColumn::Figure(Column::Urban)),
    ("乡村", MappedColumn::Figure(Column::Rural)),
    ("缺数说明", MappedColumn::MissingReason),
    ("说明", MappedColumn::Remark),
];

/// How far down headings are looked for.
const HEADING_ROWS: u32 = 40;
/// How far to the right.
const HEADING_COLUMNS: u32 = 60;

/// A first guess for a person to correct: the row with the most known headings, and names that are those of the form.
pub fn propose(grids: &[Grid], data_set: &DataSet) -> Mapping {
    let guesses = grids.iter().flat_map(|grid| {
        (0..grid.rows().min(HEADING_ROWS)).map(move |row| (grid, row, headings(grid, row)))
    });
    // the first of equals: max_by_key would take the last
    let best = guesses.fold(None, |best: Option<(&Grid, u32, BTreeMap<_, _>)>, next| match best {
        Some(best) if best.2.len() >= next.2.len() => Some(best),
        _ => Some(next),
    });
    let Some((grid, row, columns)) = best else { return Mapping::default() };
    let names = names(grid, row + 1, &columns, data_set);
    Mapping { sheet: grid.name.clone(), first_row: row + 1, columns, names }
}

fn headings(grid: &Grid, row: u32) -> BTreeMap<u32, MappedColumn> {
    let mut found: BTreeMap<u32, MappedColumn> = BTreeMap::new();
    for column in 0..HEADING_COLUMNS {
        let text: String = grid.text(row, column).chars().filter(|c| !c.is_whitespace()).collect();
        if let Some(mapped) = mapped(&text)
            && !found.values().any(|known| *known == mapped)
        {
            found.insert(column, mapped);
        }
    }
    found
}

fn mapped(heading: &str) -> Option<MappedColumn> {
    let own = SHEET_COLUMNS.iter().find(|c| c.is_headed(heading)).and_then(|c| match c {
        SheetColumn::Name => Some(MappedColumn::Name),
        SheetColumn::Code => Some(MappedColumn::Code),
        SheetColumn::Figure(column) => Some(MappedColumn::Figure(*column)),
        SheetColumn::MissingReason => Some(MappedColumn::MissingReason),
        SheetColumn::Remark => Some(MappedColumn::Remark),
        _ => None,
    });
    own.or_else(|| HEADINGS.iter().find(|(h, _)| *h == heading).map(|(_, column)| *column))
}

/// Names in the table that differ from a row's only in blanks, brackets or marks.
fn names(
    grid: &Grid,
    first: u32,
    columns: &BTreeMap<u32, MappedColumn>,
    data_set: &DataSet,
) -> BTreeMap<String, IndicatorCode> {
    let Some((&column, _)) = columns.iter().find(|(_, c)| **c == MappedColumn::Name) else {
        return BTreeMap::new();
    };
    let simple: BTreeMap<String, &IndicatorCode> =
        data_set.rows().iter().map(|row| (simple(&row.name), &row.code)).collect();
    (first..grid.rows())
        .map(|row| grid.text(row, column))
        .filter_map(|name| Some((name.clone(), (*simple.get(&self::simple(&name))?).clone())))
        .collect()
}

/// A name without what people write differently: blanks, brackets and what they hold, leading numbers.
pub(super) fn simple(name: &str) -> String {
    let mut depth = 0_u32;
    let kept: String = name
        .chars()
        .filter(|c| {
            match c {
                '（' | '(' | '[' | '〔' => depth += 1,
                '）' | ')' | ']' | '〕' => depth = depth.saturating_sub(1),
                _ => return depth == 0 && !c.is_whitespace() && !"“”\"'：:".contains(*c),
            }
            false
        })
        .collect();
    let numbered = kept.trim_start_matches(|c: char| c.is_ascii_digit());
    match numbered.strip_prefix(['.', '、', '．']) {
        Some(rest) => rest.to_owned(),
        None => kept,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::Definition;
    use crate::workbook::open;
    use halfsky_plan::indicator::Catalogue;

    fn form() -> DataSet {
        let catalogue = Catalogue::builtin();
        let card = catalogue.find(&IndicatorCode("W-H02".to_owned())).unwrap();
        let definitions = [Definition::from_catalogue(card, 2021).unwrap()];
        DataSet::worksheet("F", "表", &definitions, &definitions).unwrap()
    }

    #[test]
    fn a_foreign_table_is_guessed() {
        let table = "妇幼年报,,\n指标,单位,合计\n1.活 产 数,人,2532\n孕产妇死亡数（例）,例,1\n";
        let mapping = propose(&open(table.as_bytes()).unwrap(), &form());
        assert_eq!(mapping.first_row, 2);
        assert_eq!(mapping.columns[&0], MappedColumn::Name);
        assert_eq!(mapping.columns[&2], MappedColumn::Figure(Column::Total));
        assert_eq!(mapping.names["1.活 产 数"].0, "W-H02-D");
        assert_eq!(mapping.names["孕产妇死亡数（例）"].0, "W-H02-N");
        assert_eq!(mapping.check(), Ok(()));
    }

    #[test]
    fn a_mapping_is_remembered() {
        let table = "代码,合计,女\nW-H02-N,1,1\n";
        let mapping = propose(&open(table.as_bytes()).unwrap(), &form());
        assert_eq!(Mapping::from_text(&mapping.to_text()), Ok(mapping));
        assert_eq!(Mapping::from_text("column\tx\tcode"), Err(MappingProblem::Unreadable(1)));
    }

    #[test]
    fn a_mapping_needs_rows_and_figures() {
        let mut mapping = Mapping::default();
        assert_eq!(mapping.check(), Err(MappingProblem::NoRowColumn));
        mapping.columns.insert(0, MappedColumn::Code);
        assert_eq!(mapping.check(), Err(MappingProblem::NoFigureColumn));
    }
}
