//! The store on SQLite and on PostgreSQL: every test runs on both.

mod audit;
mod catalogue;
mod concurrency;
mod corrections;
mod files;
mod generated;
mod opening;
mod schema;
mod specimen;
mod statements;
mod versions;
