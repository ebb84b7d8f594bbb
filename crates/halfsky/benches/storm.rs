//! The last week of December: every unit of a country reports, as fast as this machine takes it. Prints the rate,
//! the waiting times, the memory of the server, and what the rate means for 3,000 regions of 30 units.
//!
//! `cargo bench --workspace --bench storm`, with `STORM_REGIONS`, `STORM_UNITS`, `STORM_CLIENTS` (how many report
//! at the same time), `STORM_SERVERS` and `STORM_DATABASE` (a PostgreSQL address with an empty database; else SQLite).

#![expect(clippy::print_stdout, reason = "a benchmark tells its figures")]
#![expect(clippy::unwrap_used, reason = "a benchmark fails by panicking")]

#[path = "../tests/it/crowd.rs"]
#[expect(dead_code, reason = "the tests use all of it")]
mod crowd;
#[path = "../tests/it/server.rs"]
#[expect(dead_code, reason = "the tests use all of it")]
mod server;

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use halfsky_store::{Location, Store, migrate};
use server::Server;

/// What one hour must hold.
const COUNTRY: f64 = 3_000.0 * 30.0;

fn command(dir: &Path, arguments: &[&str]) -> Command {
    let program = std::env::var("HALFSKY").unwrap_or(env!("CARGO_BIN_EXE_halfsky").to_owned());
    let mut command = Command::new(program);
    command.args(arguments).current_dir(dir).stdout(Stdio::piped());
    command
}

fn asked(name: &str, default: usize) -> usize {
    std::env::var(name).ok().map_or(default, |text| text.parse().expect("a number"))
}

fn main() {
    let sizes = (asked("STORM_REGIONS", 100), asked("STORM_UNITS", 10));
    let clients = asked("STORM_CLIENTS", 32);
    let dir = tempfile::TempDir::new().unwrap();
    let data = dir.path().join("data");
    let database = std::env::var("STORM_DATABASE").ok();
    let location = match &database {
        Some(url) => Location::Postgres { url: url.clone(), files_dir: data.join("files") },
        None => Location::SqliteDir(data.clone()),
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (store, members) = runtime.block_on(async {
        migrate::migrate(&location).await.unwrap();
        let store = Store::open(&location).await.unwrap();
        let members = crowd::settle(&store, sizes, clock()).await;
        (store, members)
    });
    let mut words = vec!["serve", "--listen", "127.0.0.1:0", "--dir", data.to_str().unwrap()];
    words.extend(database.iter().flat_map(|url| ["--database", url]));
    let servers: Vec<Server> = (0..asked("STORM_SERVERS", 1))
        .map(|number| {
            let own = dir.path().join(format!("server{number}"));
            std::fs::create_dir_all(&own).unwrap();
            Server::start(&own, &words)
        })
        .collect();
    let addresses: Vec<String> = servers.iter().map(|server| server.address.clone()).collect();
    let begun = now();
    let outcome = crowd::report_all(&addresses, &members, clients);
    let took = begun.elapsed().as_secs_f64();
    runtime.block_on(async {
        crowd::verify(&store, &members).await;
        store.close().await;
    });
    let reports = f64::from(u32::try_from(members.len()).unwrap());
    let rate = reports / took;
    let [p50, p95, p99] = [50, 95, 99].map(|p| outcome.percentile(p).as_secs_f64() * 1e3);
    let memory = servers.iter().filter_map(Server::peak_memory).max().unwrap_or(0);
    println!("storm.database {}", if database.is_some() { "PostgreSQL" } else { "SQLite" });
    println!("storm.servers {}", servers.len());
    println!("storm.clients {clients}");
    println!("storm.reports {reports}");
    println!("storm.seconds {took:.1}");
    println!("storm.reports_per_second {rate:.2}");
    println!("storm.requests_per_second {:.1}", rate * f64::from(crowd::REQUESTS));
    println!("storm.p50_ms {p50:.1}");
    println!("storm.p95_ms {p95:.1}");
    println!("storm.p99_ms {p99:.1}");
    println!("storm.turned_away {}", outcome.turned_away);
    println!("storm.broken {}", outcome.broken);
    println!("storm.server_memory_mb {}", memory / 1024);
    println!("storm.country_minutes {:.1}", COUNTRY / rate / 60.0);
    println!("every report is there once, the audit chains are whole");
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
fn now() -> Instant {
    Instant::now()
}

#[expect(clippy::disallowed_methods, reason = "the servers read the clock of the system")]
fn clock() -> jiff::Timestamp {
    jiff::Timestamp::now()
}
