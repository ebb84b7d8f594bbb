//! The store on SQLite and on PostgreSQL: every test runs on both.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod audit;
mod catalogue;
mod concurrency;
mod corrections;
mod definitions;
mod editions;
mod entries;
mod files;
mod generated;
mod jobs;
mod messages;
mod monitoring;
mod observations;
mod opening;
mod retention;
mod rounds;
mod schema;
mod searching;
mod specimen;
mod statements;
mod tampering;
mod submissions;
mod versions;
