//! How many sign-ins a second the audit chain of the reference data carries: everything a sign-in writes, by many at
//! once, password hashing left out. Each one waits for those before it: the number is the limit of all processes
//! together, however many there are.
//!
//! `cargo bench --workspace --bench sign_in`. `SIGN_IN_DATABASE=postgres://…` names an empty database of a server that
//! writes to disk as a real one does; the server of the tests does not wait for the disk.

#![expect(clippy::print_stdout, reason = "a benchmark tells its figures")]

use std::time::{Duration, Instant};

use halfsky_monitor::appointment::AccountId;
use halfsky_store::accounts::{self, NewAccount};
use halfsky_store::audit::Entry;
use halfsky_store::plans::Stamp;
use halfsky_store::sessions::{self, Limits, Method, Session};
use halfsky_store::testing::{ScratchDir, TestDatabase};
use halfsky_store::{Location, Store, migrate};
use jiff::{SignedDuration, Timestamp};

const PEOPLE: usize = 16;
const TIMES: usize = 50;

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let sqlite = TestDatabase::sqlite().await;
        measure("SQLite", &sqlite.store).await;
        if let Some(postgres) = TestDatabase::postgres().await {
            measure("PostgreSQL without a disk", &postgres.store).await;
        }
        if let Ok(url) = std::env::var("SIGN_IN_DATABASE") {
            let dir = ScratchDir::new();
            let location = Location::Postgres { url, files_dir: dir.path().join("files") };
            migrate::migrate(&location).await.expect("a migrated database");
            let store = Store::open(&location).await.expect("an open store");
            measure("PostgreSQL", &store).await;
        }
    });
}

async fn measure(name: &str, store: &Store) {
    for person in 0..PEOPLE {
        let account = NewAccount {
            id: id(person),
            login: format!("bench-{person}"),
            name: "示例填报人".to_owned(),
            created: Stamp { at: Timestamp::UNIX_EPOCH, by: "bench".to_owned() },
        };
        let mut tx = store.begin_reference().await.expect("a transaction");
        accounts::insert(&mut tx, &account).await.expect("an account");
        let entry = Entry::new(Timestamp::UNIX_EPOCH, "bench", "account.create", "account");
        tx.commit(entry).await.expect("a commit");
    }
    let begun = now();
    let people: Vec<_> = (0..PEOPLE)
        .map(|person| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut longest = Duration::ZERO;
                for time in 0..TIMES {
                    let begun = now();
                    sign_in(&store, person, time).await;
                    longest = longest.max(begun.elapsed());
                }
                longest
            })
        })
        .collect();
    let mut longest = Duration::ZERO;
    for person in people {
        longest = longest.max(person.await.expect("somebody who signs in"));
    }
    let seconds = begun.elapsed().as_secs_f64();
    println!(
        "{name}: {:.0} sign-ins a second by {PEOPLE} at once, the slowest in {:.0} ms",
        (PEOPLE * TIMES) as f64 / seconds,
        1000.0 * longest.as_secs_f64()
    );
}

fn id(person: usize) -> AccountId {
    AccountId(format!("bench-{person}"))
}

/// What `halfsky-web` writes when somebody signs in.
async fn sign_in(store: &Store, person: usize, time: usize) {
    let at = Timestamp::UNIX_EPOCH + SignedDuration::from_secs(1);
    let session = Session {
        token_hash: format!("{person}-{time}"),
        account: id(person),
        started_at: at,
        seen_at: at,
        origin: "10.0.0.1".to_owned(),
        agent: "Mozilla/5.0".to_owned(),
        method: Method::Password,
    };
    let ended =
        Limits { started_before: Timestamp::UNIX_EPOCH, seen_before: Timestamp::UNIX_EPOCH };
    let mut tx = store.begin_reference().await.expect("a transaction");
    sessions::remove_ended(&mut tx, ended).await.expect("nothing to remove");
    sessions::insert(&mut tx, &session).await.expect("a session");
    accounts::record_login(&mut tx, &session.account, at, "10.0.0.1").await.expect("a sign-in");
    let entry = Entry::new(at, "示例填报人", "account.login", "account bench");
    tx.commit(entry).await.expect("a commit");
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
fn now() -> Instant {
    Instant::now()
}
