//! 报送: what a unit has to report, filling it in, sending it, and what came back.

pub(crate) mod answer;
pub(crate) mod basis;
mod effect;
pub(crate) mod grid;
pub(crate) mod history;
pub(crate) mod home;
pub(crate) mod mapping;
pub(crate) mod paste;
pub(crate) mod save;
pub(crate) mod scan;
pub(crate) mod send;
pub(crate) mod signature;
pub(crate) mod step;
pub(crate) mod task;
pub(crate) mod template;
pub(crate) mod text;
pub(crate) mod undo;
pub(crate) mod upload;

use axum::routing::{MethodRouter, get, post};

use crate::app::App;

/// The routes of this group.
pub(crate) fn routes() -> Vec<(&'static str, MethodRouter<App>)> {
    vec![
        ("/reporting", get(home::show)),
        ("/reporting/{ref_area}/{round}/{unit}", get(task::show).post(save::save)),
        ("/reporting/{ref_area}/{round}/{unit}/undo", post(undo::undo)),
        ("/reporting/{ref_area}/{round}/{unit}/text", post(text::save)),
        ("/reporting/{ref_area}/{round}/{unit}/files/{number}/{position}", get(text::file)),
        ("/reporting/{ref_area}/{round}/{unit}/template", get(template::download)),
        ("/reporting/{ref_area}/{round}/{unit}/paste", get(paste::show).post(paste::read)),
        ("/reporting/{ref_area}/{round}/{unit}/upload", get(upload::choose).post(upload::keep)),
        (
            "/reporting/{ref_area}/{round}/{unit}/upload/{file}",
            get(upload::preview).post(upload::apply),
        ),
        (
            "/reporting/{ref_area}/{round}/{unit}/upload/{file}/mapping",
            get(mapping::show).post(mapping::save),
        ),
        ("/reporting/{ref_area}/{round}/{unit}/send", get(send::ask).post(send::send)),
        ("/reporting/{ref_area}/{round}/{unit}/answer", get(answer::ask).post(answer::answer)),
        ("/reporting/{ref_area}/{round}/{unit}/submissions/{number}", get(signature::show)),
        ("/reporting/{ref_area}/{round}/{unit}/submissions/{number}/scans", post(scan::add)),
        (
            "/reporting/{ref_area}/{round}/{unit}/submissions/{number}/scans/{position}",
            get(scan::download),
        ),
        ("/reporting/{ref_area}/{round}/{unit}/history", get(history::show)),
    ]
}
