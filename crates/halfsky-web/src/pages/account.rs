//! Signing in and out, and what concerns the account itself.

pub(crate) mod invitation;
pub(crate) mod login;
pub(crate) mod password;
pub(crate) mod single_sign_on;

use axum::routing::{MethodRouter, get, post};

use crate::app::App;

/// The routes of this group.
pub(crate) fn routes() -> Vec<(&'static str, MethodRouter<App>)> {
    vec![
        ("/login", get(login::show).post(login::sign_in)),
        (single_sign_on::PATH, get(single_sign_on::set_out)),
        ("/login/single-sign-on/back", get(single_sign_on::come_back)),
        ("/logout", post(login::sign_out)),
        ("/invitations/{token}", get(invitation::show).post(invitation::accept)),
        (password::PATH, get(password::show).post(password::change)),
    ]
}
