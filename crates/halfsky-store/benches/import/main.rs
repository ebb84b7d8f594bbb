//! Imports into the store with every check, beside the bare insert of the same rows: SQLite through its native driver,
//! PostgreSQL through COPY. All in one run, so that both are measured under the same load.
//!
//! `cargo bench --workspace --bench import`; after `--` other numbers of observations than 10,000 and 100,000.

#![expect(clippy::print_stdout, reason = "a benchmark tells its figures")]

mod entries;
mod observations;

use std::time::{Duration, Instant};

const RUNS: usize = 3;

fn main() {
    let asked: Vec<usize> = std::env::args().filter_map(|number| number.parse().ok()).collect();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        if asked.is_empty() {
            entries::measure().await;
        }
        let usual = [10_000, 100_000];
        for count in if asked.is_empty() { &usual[..] } else { &asked } {
            observations::measure(*count).await;
        }
    });
}

fn told(database: &str, ours: Duration, raw: Duration, what: &str) {
    println!(
        "{database:<11} read+check+save {:>6.2} s   {what} {:>6.3} s   ratio {:.1}",
        ours.as_secs_f64(),
        raw.as_secs_f64(),
        ours.as_secs_f64() / raw.as_secs_f64()
    );
}

async fn best<T: PartialOrd>(run: impl AsyncFn() -> T) -> T {
    let mut fastest = run().await;
    for _ in 1..RUNS {
        let next = run().await;
        if next < fastest {
            fastest = next;
        }
    }
    fastest
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
fn now() -> Instant {
    Instant::now()
}
