//! The two questions that touch most rows: what is published of one indicator of a region, and the same figure in
//! every region. Asked of a database that holds a country already (`halfsky generate`), through the store.
//!
//! `QUERIES_DATABASE=postgres://… QUERIES_ASKED=file cargo bench --workspace --bench queries`; each line of the file
//! names a region, an indicator and a period. Without `QUERIES_DATABASE` the directory `QUERIES_DIR` is opened.

#![expect(clippy::print_stdout, reason = "a benchmark tells its figures")]

use std::path::PathBuf;
use std::time::{Duration, Instant};

use halfsky_monitor::observation::{Residence, Sex};
use halfsky_monitor::period::Period;
use halfsky_plan::indicator::IndicatorCode;
use halfsky_plan::ref_area::RefArea;
use halfsky_store::{Location, Store, editions};

/// How often the list of questions is gone through.
const ROUNDS: usize = 5;

struct Question {
    ref_area: RefArea,
    indicator: IndicatorCode,
    period: Period,
}

fn main() {
    let Ok(path) = std::env::var("QUERIES_ASKED") else {
        println!("QUERIES_ASKED names no file: nothing is asked");
        return;
    };
    let text = std::fs::read_to_string(path).expect("the questions");
    let questions: Vec<Question> = text.lines().map(question).collect();
    let dir = PathBuf::from(std::env::var("QUERIES_DIR").unwrap_or_else(|_| "data".to_owned()));
    let location = match std::env::var("QUERIES_DATABASE") {
        Ok(url) => Location::Postgres { url, files_dir: dir.join("files") },
        Err(_) => Location::SqliteDir(dir),
    };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let store = Store::open(&location).await.expect("an open store");
        let (mut one, mut all) = (Vec::new(), Vec::new());
        let (mut rows_of_one, mut rows_of_all) = (0, 0);
        for _ in 0..ROUNDS {
            for asked in &questions {
                let begun = now();
                let found = editions::of_indicator(&store, &asked.ref_area, &asked.indicator).await;
                one.push(begun.elapsed());
                rows_of_one += found.expect("figures").len();
                let begun = now();
                let whole = (Sex::Total, Residence::Total);
                let (code, period) = (&asked.indicator, asked.period);
                let found = editions::across_regions(&store, code, period, whole, "").await;
                all.push(begun.elapsed());
                rows_of_all += found.expect("figures").len();
            }
        }
        told("indicator", &mut one, rows_of_one);
        told("comparison", &mut all, rows_of_all);
        store.close().await;
    });
}

fn question(line: &str) -> Question {
    let words: Vec<&str> = line.split_whitespace().collect();
    Question {
        ref_area: words[0].parse().expect("a region code"),
        indicator: IndicatorCode(words[1].to_owned()),
        period: words[2].parse().expect("a period"),
    }
}

fn told(what: &str, times: &mut [Duration], rows: usize) {
    times.sort();
    let at = |percent: usize| times[(times.len() * percent).div_ceil(100) - 1].as_secs_f64() * 1e3;
    println!("{what} p50 {:.3} p95 {:.3} rows {}", at(50), at(95), rows / times.len());
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
fn now() -> Instant {
    Instant::now()
}
