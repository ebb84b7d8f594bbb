//! The pages as a browser meets them: requests through the router on a real store.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stdout, reason = "a test that is skipped says so")]

mod admin;
mod api;
mod audit;
mod browser;
mod data;
mod editions;
mod evaluation;
mod frame;
mod guards;
mod house;
mod import;
mod lists;
mod backup;
mod part_of_year;
mod pressure;
mod probes;
mod own_account;
mod weight;
mod reach;
mod regions;
mod reports;
mod review;
mod reporting;
mod second_factor;
mod rounds;
mod sign_in;
mod single_sign_on;
mod statements;
mod transport;
