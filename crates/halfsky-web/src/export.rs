//! Exports: the table a list shows, as a file.

use halfsky_report::render;
use halfsky_report::table::Table;

use crate::list::Params;
use crate::pages::{Answer, download};

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
            let media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
            download(&format!("{}.xlsx", table.title), media_type, bytes)
        }
    })
}
