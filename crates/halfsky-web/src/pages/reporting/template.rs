//! The form as a workbook: locked structure, last year's values, what is filled in already.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use halfsky_monitor::data_set::{CellKey, Column};
use halfsky_monitor::workbook::{Template, layout};
use halfsky_report::workbook;

use super::basis::{self, Basis};
use super::grid::Filled;
use super::task::{self, TaskPath};
use crate::app::App;
use crate::export::WORKBOOK;
use crate::pages::{Answer, download as hand_out};
use crate::visit::Visit;

/// `GET …/template`
pub(crate) async fn download(
    visit: Visit,
    State(app): State<App>,
    Path(parts): TaskPath,
) -> Answer {
    let work = task::load(&app, &visit, &parts).await?;
    let basis = Basis::load(&app, &work).await?;
    let filled = Filled::load(&app, &work, &basis).await?;
    let targets = basis::targets(&app, &work.key().ref_area).await?;
    let last_year: BTreeMap<_, _> = basis
        .form
        .rows()
        .iter()
        .filter_map(|row| {
            let cell = CellKey { row: row.code.clone(), column: Column::Total };
            let figure = basis.last_year(&cell)?.rounded(row.decimals);
            Some((row.code.clone(), figure.to_string()))
        })
        .collect();
    let layout = layout(&Template {
        data_set: &basis.form,
        round: &work.key().round.0,
        unit: &work.key().unit,
        unit_name: &work.unit,
        period: basis.period,
        last_year: &last_year,
        targets: &targets,
        entries: &filled.entries,
    });
    let bytes = workbook::template(&layout).map_err(anyhow::Error::from)?;
    let name = format!("{}_{}_{}.xlsx", basis.form.name(), work.unit, basis.period);
    Ok(hand_out(&name, WORKBOOK, bytes))
}
