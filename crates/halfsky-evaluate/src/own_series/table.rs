//! A csv table with known columns: cells by column name, every cell with its line.

use halfsky_plan::source::plain_text;

use super::{File, Mistake, Problem, unreadable};

/// The columns a table may have, and how many of the first must be there.
pub(super) struct Layout {
    pub(super) file: File,
    pub(super) columns: &'static [&'static str],
    pub(super) optional: &'static [&'static str],
}

/// One row.
pub(super) struct Row {
    pub(super) file: File,
    pub(super) line: u64,
    /// Column names with trimmed cells, in the order of the layout; absent optional columns are empty.
    cells: Vec<(&'static str, String)>,
}

impl Row {
    /// The cell of a column, empty where there is none.
    pub(super) fn cell(&self, column: &str) -> &str {
        self.cells.iter().find(|(name, _)| *name == column).map_or("", |(_, cell)| cell)
    }

    /// The cell of a column that must not be empty.
    pub(super) fn filled(&self, column: &'static str) -> Result<&str, Problem> {
        let cell = self.cell(column);
        if cell.is_empty() { Err(self.problem(column, Mistake::Empty)) } else { Ok(cell) }
    }

    /// A mistake in a column of this row.
    pub(super) fn problem(&self, column: &str, mistake: Mistake) -> Problem {
        Problem { file: self.file, line: self.line, column: Some(column.to_owned()), mistake }
    }
}

/// Reads the rows of a table; rows without any text are passed over.
pub(super) fn rows(bytes: &[u8], layout: &Layout) -> Result<Vec<Row>, Vec<Problem>> {
    let file = layout.file;
    let whole = |line, mistake| Problem { file, line, column: None, mistake };
    let source = plain_text(bytes).map_err(|error| vec![unreadable(file, &error)])?;
    if source.lost > 0 {
        return Err(vec![whole(0, Mistake::LostCharacters(source.lost))]);
    }
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(source.text.as_bytes());
    let mut places: Option<Vec<&'static str>> = None;
    let (mut rows, mut problems) = (Vec::new(), Vec::new());
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                problems.push(whole(line, Mistake::Unreadable(error.to_string())));
                break;
            }
        };
        let line = record.position().map_or(0, csv::Position::line);
        if record.iter().all(str::is_empty) {
            continue;
        }
        match &places {
            None => places = Some(header(&record, line, layout)?),
            Some(places) if places.len() == record.len() => {
                let cells = places.iter().zip(&record).map(|(name, cell)| (*name, cell.to_owned()));
                rows.push(Row { file, line, cells: cells.collect() });
            }
            Some(places) => {
                let mistake = Mistake::RowLength { cells: record.len(), columns: places.len() };
                problems.push(whole(line, mistake));
            }
        }
    }
    if rows.is_empty() && problems.is_empty() {
        problems.push(whole(0, Mistake::NoRows));
    }
    if problems.is_empty() { Ok(rows) } else { Err(problems) }
}

/// The columns of a header line, in its order.
fn header(
    record: &csv::StringRecord,
    line: u64,
    layout: &Layout,
) -> Result<Vec<&'static str>, Vec<Problem>> {
    let problem = |mistake| Problem { file: layout.file, line, column: None, mistake };
    let (mut places, mut problems) = (Vec::new(), Vec::new());
    for name in record {
        let known = layout.columns.iter().chain(layout.optional).find(|column| **column == name);
        match known {
            None => problems.push(problem(Mistake::UnknownColumn(name.to_owned()))),
            Some(column) if places.contains(column) => {
                problems.push(problem(Mistake::TwiceTheColumn(name.to_owned())));
            }
            Some(column) => places.push(*column),
        }
    }
    for column in layout.columns {
        if !places.contains(column) {
            problems.push(problem(Mistake::MissingColumn(column)));
        }
    }
    if problems.is_empty() { Ok(places) } else { Err(problems) }
}
