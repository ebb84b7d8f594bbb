//! Exports: the table a list shows, as a file.

use halfsky_report::render;
use halfsky_report::table::Table;

use crate::list::Params;
use crate::pages::{Answer, download};

/// The media type of a workbook.
pub(crate) const WORKBOOK: &str =
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The formats a list can be taken away in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Csv,
    Xlsx,
}

impl Format {
    /// The format the address asks for.
    pub(crate) fn asked(params: &Params) -> Option<Self> {
        match params.value("export") {
            "csv" => Some(Self::Csv),
            "xlsx" => Some(Self::Xlsx),
            _ => None,
        }
    }
}

/// The file of a table, named like it.
pub(crate) fn answer(table: &Table, format: Format) -> Answer {
    Ok(match format {
        Format::Csv => download(
            &format!("{}.csv", table.title),
            "text/csv; charset=utf-8",
            render::csv::csv(table),
        ),
        Format::Xlsx => {
            let bytes = render::xlsx::xlsx(table).map_err(anyhow::Error::from)?;
            download(&format!("{}.xlsx", table.title), WORKBOOK, bytes)
        }
    })
}
