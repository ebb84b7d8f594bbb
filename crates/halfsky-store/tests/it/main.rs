//! The store on SQLite and on PostgreSQL: every test runs on both.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod accounts;
mod audit;
mod backup;
mod catalogue;
mod concurrency;
mod corrections;
mod definitions;
mod distribute;
mod editions;
mod evaluations;
mod entries;
mod files;
mod generated;
mod health;
mod index_use;
mod jobs;
mod lists;
mod messages;
mod monitoring;
mod observations;
mod opening;
mod opinions;
mod regional;
mod processes;
mod reports;
mod retention;
mod rounds;
mod schema;
mod search;
mod searching;
mod specimen;
mod statements;
mod supervision;
mod tampering;
mod submissions;
mod versions;
