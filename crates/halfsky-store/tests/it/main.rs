//! The store on SQLite and on PostgreSQL: every test runs on both.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod accounts;
mod audit;
mod catalogue;
mod concurrency;
mod corrections;
mod files;
mod generated;
mod opening;
mod retention;
mod schema;
mod searching;
mod specimen;
mod statements;
mod tampering;
mod versions;
