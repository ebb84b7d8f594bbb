//! The table of figures: `series,year,value`, one figure a line; an empty value is a missing figure.

use std::collections::BTreeMap;

use halfsky_plan::figure::Figure;
use rust_decimal::Decimal;

use super::table::{Layout, Row, rows};
use super::{File, Mistake, OwnSeries, Problem};
use crate::series::{Observation, Series};

const LAYOUT: Layout =
    Layout { file: File::Series, columns: &["series", "year", "value"], optional: &[] };

/// The series of a table by their names.
pub(super) fn read(bytes: &[u8]) -> Result<BTreeMap<String, OwnSeries>, Vec<Problem>> {
    let mut found: BTreeMap<String, BTreeMap<i32, (u64, Option<Figure>)>> = BTreeMap::new();
    let mut problems = Vec::new();
    for row in rows(bytes, &LAYOUT)? {
        match figure(&row) {
            Ok((name, year, value)) => {
                let years = found.entry(name).or_default();
                match years.get(&year) {
                    Some((first, _)) => {
                        let mistake = Mistake::TwiceTheYear { year, first: *first };
                        problems.push(row.problem("year", mistake));
                    }
                    None => drop(years.insert(year, (row.line, value))),
                }
            }
            Err(problem) => problems.push(problem),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(found.into_iter().map(|(name, years)| (name, own(&years))).collect())
}

fn own(years: &BTreeMap<i32, (u64, Option<Figure>)>) -> OwnSeries {
    let observations = years
        .iter()
        .filter_map(|(year, (_, value))| Some(Observation { year: *year, value: (*value)? }))
        .collect();
    // the years are keys: none stands twice
    let series = Series::new(observations, Vec::new()).unwrap_or_default();
    OwnSeries { series, lines: years.iter().map(|(year, (line, _))| (*year, *line)).collect() }
}

fn figure(row: &Row) -> Result<(String, i32, Option<Figure>), Problem> {
    let name = row.filled("series")?.to_owned();
    let year = year_of(row, "year")?.ok_or_else(|| row.problem("year", Mistake::Empty))?;
    Ok((name, year, number_of(row, "value")?))
}

/// A year in a cell; None where it is empty.
pub(super) fn year_of(row: &Row, column: &'static str) -> Result<Option<i32>, Problem> {
    let cell = row.cell(column);
    if cell.is_empty() {
        return Ok(None);
    }
    let year = cell.parse::<i32>().ok().filter(|year| (1000..=9999).contains(year));
    year.map(Some).ok_or_else(|| row.problem(column, Mistake::NotAYear(cell.to_owned())))
}

/// An exact number in a cell; None where it is empty.
pub(super) fn number_of(row: &Row, column: &'static str) -> Result<Option<Figure>, Problem> {
    let cell = row.cell(column);
    if cell.is_empty() {
        return Ok(None);
    }
    // spreadsheets write very small numbers with an exponent
    let scientific = || Decimal::from_scientific(cell).ok().map(Figure::new);
    let number = cell.parse::<Figure>().ok().or_else(scientific);
    number.map(Some).ok_or_else(|| row.problem(column, Mistake::NotANumber(cell.to_owned())))
}
