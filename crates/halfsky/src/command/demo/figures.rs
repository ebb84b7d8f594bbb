//! The figures of the example: one table of what the units report, and their words on what the checks ask.

use std::collections::BTreeMap;

use anyhow::{Context as _, bail};
use halfsky_monitor::data_set::{CellKey, Column, DataSet, Entries, RowKind};
use halfsky_monitor::observation::{Missing, MissingReason};
use halfsky_monitor::reporting::UnitId;
use halfsky_monitor::validation::{Explanation, Rule};
use halfsky_plan::indicator::IndicatorCode;

const FIGURES: &str = include_str!("../../../demo/figures.tsv");
const EXPLANATIONS: &str = include_str!("../../../demo/explanations.tsv");

/// The first year of the table and the last one.
pub(super) const FIRST: i32 = 2020;
pub(super) const LAST: i32 = 2025;

/// What stands in the cells of one line, year by year, and what stands in for a missing figure.
#[derive(Debug)]
struct Line {
    years: Vec<&'static str>,
    substitute: &'static str,
}

/// Everything that is reported in the example.
#[derive(Debug)]
pub(super) struct Figures {
    lines: BTreeMap<CellKey, Line>,
    explanations: Vec<(i32, Explanation)>,
}

impl Figures {
    /// The table that is built in.
    pub(super) fn builtin() -> anyhow::Result<Self> {
        let years = usize::try_from(LAST - FIRST + 1)?;
        let mut lines = BTreeMap::new();
        for text in FIGURES.lines().skip(1) {
            let cells: Vec<&str> = text.split('\t').collect();
            let [code, _, column, rest @ ..] = &cells[..] else { bail!("示例数据：{text}") };
            let [values @ .., substitute] = rest else { bail!("示例数据：{text}") };
            if values.len() != years {
                bail!("示例数据：{text}");
            }
            let line = Line { years: values.to_vec(), substitute };
            lines.insert(cell(code, column)?, line);
        }
        let explanations = EXPLANATIONS.lines().skip(1).map(explanation);
        Ok(Self { lines, explanations: explanations.collect::<anyhow::Result<_>>()? })
    }

    /// What a unit fills into its form for a year.
    pub(super) fn entries(
        &self,
        form: &DataSet,
        year: i32,
        unit: &UnitId,
    ) -> anyhow::Result<Entries> {
        let at = usize::try_from(year - FIRST)?;
        let mut entries = Entries::new();
        for row in form.rows().iter().filter(|row| row.kind == RowKind::Reported) {
            let entry = entries.entry(row.code.clone()).or_default();
            for &column in &row.columns {
                let key = CellKey { row: row.code.clone(), column };
                let line = self.lines.get(&key);
                let told = line.and_then(|line| Some((*line.years.get(at)?, line.substitute)));
                let (value, substitute) = told.with_context(|| {
                    format!("示例数据缺少{year}年{}（{}）", row.code, column.label())
                })?;
                match value.strip_prefix('!') {
                    None => {
                        let figure = value.parse().with_context(|| format!("示例数据：{value}"))?;
                        entry.figures.insert(column, figure);
                    }
                    Some(reason) => {
                        entry.missing = Some(Missing {
                            reason: MissingReason::from_code(reason)
                                .with_context(|| format!("示例数据：{value}"))?,
                            note: String::new(),
                            owner: unit.0.clone(),
                            substitute: substitute.to_owned(),
                        });
                    }
                }
            }
        }
        Ok(entries)
    }

    /// The words of a year on the cells of a form.
    pub(super) fn explanations(&self, form: &DataSet, year: i32) -> Vec<Explanation> {
        let of_year =
            self.explanations.iter().filter(|(y, e)| *y == year && form.has_cell(&e.cell));
        of_year.map(|(_, explanation)| explanation.clone()).collect()
    }
}

fn cell(code: &str, column: &str) -> anyhow::Result<CellKey> {
    let column = Column::from_code(column).with_context(|| format!("示例数据：{code} {column}"))?;
    Ok(CellKey { row: IndicatorCode(code.to_owned()), column })
}

fn explanation(text: &str) -> anyhow::Result<(i32, Explanation)> {
    let cells: Vec<&str> = text.split('\t').collect();
    let [year, code, column, rule, words] = cells[..] else { bail!("示例说明：{text}") };
    let rule = Rule::from_code(rule).with_context(|| format!("示例说明：{text}"))?;
    let explanation = Explanation { cell: cell(code, column)?, rule, words: words.to_owned() };
    Ok((year.parse()?, explanation))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_can_be_read() {
        let figures = Figures::builtin().unwrap();
        assert!(figures.lines.len() > 400 && figures.explanations.len() > 4);
    }

    #[test]
    fn parts_add_up_to_their_totals() {
        let figures = Figures::builtin().unwrap();
        let whole = |key: &CellKey, at: usize| -> Option<i64> {
            figures.lines.get(key)?.years[at].parse().ok()
        };
        for key in figures.lines.keys().filter(|key| key.column == Column::Total) {
            let of = |column| CellKey { row: key.row.clone(), column };
            for at in 0..6 {
                for pair in [[Column::Female, Column::Male], [Column::Urban, Column::Rural]] {
                    let parts = pair.map(|column| whole(&of(column), at));
                    if let ([Some(a), Some(b)], Some(all)) = (parts, whole(key, at)) {
                        assert_eq!(a + b, all, "{} {}", key.row, at);
                    }
                }
            }
        }
    }
}
