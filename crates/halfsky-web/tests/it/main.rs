//! The pages as a browser meets them: requests through the router on a real store.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stdout, reason = "a test that is skipped says so")]

mod admin;
mod api;
mod browser;
mod data;
mod editions;
mod frame;
mod guards;
mod house;
mod import;
mod lists;
mod weight;
mod reach;
mod review;
mod reporting;
mod sign_in;
mod single_sign_on;
