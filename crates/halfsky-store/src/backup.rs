//! Backups: one file with everything, made while people work, readable by either database.
//!
//! A backup is a tar archive inside gzip, encrypted with age where asked for. It holds every table as lines
//! of JSON, every kept file under its hash, and at the end a manifest with hash and size of all parts. It is
//! read from one state of the database, and is written under a temporary name until it is whole.

mod archive;
mod aside;
mod create;
mod dump;
mod keeper;
mod manifest;
mod protection;
mod restore;
pub mod runs;
mod verify;

pub(crate) use dump::distinct_texts;

/// The kind of a background job that makes a backup; its argument is the code of a [`runs::Cause`].
pub const JOB: &str = "backup";

pub use create::{Made, Order, create, files_in, remove_old, remove_unfinished};
pub use keeper::{Keeper, Policy};
pub use manifest::Manifest;
pub use protection::{Protection, Unlock};
pub use restore::{Restored, put_key, replace, restore};
pub use verify::verify;
