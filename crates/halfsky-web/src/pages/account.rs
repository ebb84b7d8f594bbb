//! Signing in and out, and what concerns the account itself.

pub(crate) mod code;
pub(crate) mod home;
pub(crate) mod invitation;
pub(crate) mod login;
pub(crate) mod password;
pub(crate) mod second_factor;
pub(crate) mod single_sign_on;

use axum::routing::{MethodRouter, get, post};

use crate::app::App;

/// The routes of this group.
pub(crate) fn routes() -> Vec<(&'static str, MethodRouter<App>)> {
    vec![
        ("/login", get(login::show).post(login::sign_in)),
        (single_sign_on::PATH, get(single_sign_on::set_out)),
        ("/login/single-sign-on/back", get(single_sign_on::come_back)),
        (code::PATH, get(code::show).post(code::sign_in)),
        ("/logout", post(login::sign_out)),
        ("/invitations/{token}", get(invitation::show).post(invitation::accept)),
        (home::PATH, get(home::show).post(home::change)),
        ("/account/sessions", post(home::end_sessions)),
        (password::PATH, get(password::show).post(password::change)),
        (second_factor::PATH, get(second_factor::show).post(second_factor::set_up)),
        ("/account/second-factor/codes", post(second_factor::new_codes)),
        ("/account/second-factor/off", get(second_factor::ask).post(second_factor::turn_off)),
    ]
}
