//! What the templates of `templates/parts` are given: small values with the words people read.
//!
//! `docs/components.md` shows each component with its call.
#![cfg_attr(
    not(debug_assertions),
    allow(dead_code, reason = "some components stand only on the page of debug builds so far")
)]

pub(crate) mod due;
pub(crate) mod marked;
pub(crate) mod progress;
pub(crate) mod status;
pub(crate) mod tab;
pub(crate) mod toast;
