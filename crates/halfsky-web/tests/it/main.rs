//! The pages as a browser meets them: requests through the router on a real store.

mod browser;
mod guards;
mod house;
mod import;
mod lists;
