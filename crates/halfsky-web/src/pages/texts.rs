//! 文字材料: what units handed in to the office; read, filed under a number, returned with a reason.

pub(crate) mod list;
pub(crate) mod read;

use axum::routing::{MethodRouter, get};

use crate::app::App;

/// The routes of this group.
pub(crate) fn routes() -> Vec<(&'static str, MethodRouter<App>)> {
    vec![
        ("/texts", get(list::show)),
        ("/texts/{ref_area}/{round}/{unit}", get(read::show).post(read::decide)),
        ("/texts/{ref_area}/{round}/{unit}/files/{name}", get(read::file)),
    ]
}
