//! The store: keeps what each stage has produced, and is the only crate that knows SQL.
//!
//! Owns the database (SQLite or PostgreSQL, chosen at run time), the files beside it and the audit chain.
//! Nothing is computed here: values go in and the same values come out. Time, ids and actors are parameters.
//!
//! Reading takes `&Store`; writing takes `&mut Tx`, and [`Tx::commit`] with an audit entry is the only commit.

pub mod error;
pub mod location;
pub mod migrate;
pub mod distribute;

mod dialect;
mod row;
mod values;

pub mod audit;
pub mod backup;
pub mod health;
pub mod files;
mod store;
mod tx;

pub mod seal;

pub mod accounts;
pub mod appointments;
pub mod indicators;
pub mod invitations;
pub mod organs;
pub mod plan_uploads;
pub mod plans;
pub mod rate_limits;
pub mod regions;
pub mod search;
pub mod security;
pub mod sessions;
pub mod settings;
pub mod units;

pub mod api_tokens;
pub mod data_sets;
pub mod definitions;
pub mod duties;
pub mod editions;
pub mod entries;
pub mod form_mappings;
pub mod jobs;
pub mod missing_items;
pub mod notifications;
pub mod observations;
pub mod reminders;
pub mod reports;
pub mod report_templates;
pub mod opinions;
pub mod regional;
pub mod rounds;
pub mod submissions;
pub mod tasks;
pub mod texts;

pub mod evaluations;
pub mod judgements;
pub mod plan_parameters;
pub mod supervision;
pub mod visits;
pub mod warnings;

pub mod testing;

pub use error::{Error, Result};
pub use location::Location;
pub use store::{Connections, Store};
pub use tx::Tx;
pub use values::{Order, Slice};
