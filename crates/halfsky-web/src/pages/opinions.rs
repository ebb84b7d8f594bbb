//! 公众意见: what came through the portal; the office decides what is shown there, and answers.

pub(crate) mod list;
pub(crate) mod read;

use axum::routing::{MethodRouter, get};

use crate::app::App;

/// The list.
pub(crate) const PATH: &str = "/opinions";

/// The routes of this group.
pub(crate) fn routes() -> Vec<(&'static str, MethodRouter<App>)> {
    vec![
        (PATH, get(list::show)),
        ("/opinions/{ref_area}/{opinion}", get(read::show).post(read::decide)),
    ]
}
