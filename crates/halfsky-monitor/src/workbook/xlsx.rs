//! Excel workbooks (.xlsx), cell by cell: a sheet that claims a cell in its last corner costs nothing.

use std::io::Cursor;

use calamine::{DataRef, Reader, Xlsx};

use super::grid::{Collector, Grid, GridCell, OpenProblem};

/// Opens a workbook whose size was checked before.
pub(super) fn open(bytes: &[u8]) -> Result<Vec<Grid>, OpenProblem> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| OpenProblem::Unknown)?;
    let mut collector = Collector::new();
    for name in book.sheet_names() {
        collector.sheet(&name);
        // a sheet of charts has no cells to read
        let Ok(mut cells) = book.worksheet_cells_reader(&name) else { continue };
        while let Some(cell) = cells.next_cell().map_err(|_| OpenProblem::Unknown)? {
            let at = cell.get_position();
            match cell.get_value() {
                DataRef::Int(number) => collector.put(at, GridCell::Number(*number as f64))?,
                DataRef::Float(number) => collector.put(at, GridCell::Number(*number))?,
                DataRef::String(text) => collector.text(at, text)?,
                DataRef::SharedString(text) => collector.text(at, text)?,
                DataRef::Bool(yes) => {
                    collector.put(at, GridCell::Number(if *yes { 1.0 } else { 0.0 }))?;
                }
                DataRef::DateTime(date) => {
                    collector.put(at, GridCell::Number(date.as_f64()))?;
                }
                DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
                    collector.text(at, text)?;
                }
                DataRef::Error(_) => collector.put(at, GridCell::Error)?,
                DataRef::Empty => {}
            }
        }
    }
    Ok(collector.done())
}
