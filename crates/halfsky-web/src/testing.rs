//! A house of its own for every test: a store with the built-in catalogue, an example county with somebody in
//! every role, and a browser's part of HTTP.
//!
//! Nothing of the program uses this module. Its functions panic with what is wrong: in a test that is right.

mod client;
pub mod neighbours;
mod people;
pub mod reporting;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use axum::Router;
use halfsky_monitor::role::Role;
use halfsky_plan::indicator::Catalogue;
use halfsky_store::audit::Entry;
use halfsky_store::seal::SecretKey;
use halfsky_store::seal::password::Cost;
use halfsky_store::testing::TestDatabase;
use halfsky_store::{Store, indicators};
use jiff::Timestamp;

use crate::app::{App, Outside, Settings};

pub use client::{Answer, Client, numbers, seen, value};
pub use people::{PASSWORD, settle_unit};

/// The example county, another one of the same city, and the city.
pub const COUNTY: &str = "990101";
pub const OTHER_COUNTY: &str = "990102";
pub const CITY: &str = "990100";

/// The instant at which every test begins.
///
/// # Panics
/// Never: the text is an instant.
pub fn now() -> Timestamp {
    "2026-03-05T01:30:00Z".parse().expect("an instant")
}

/// The key every test seals with.
pub const SECRET: SecretKey = SecretKey::new([42; 32]);

/// A stopped clock that a test moves on.
#[derive(Debug, Clone, Default)]
pub struct TestClock(Arc<AtomicI64>);

impl TestClock {
    /// Lets minutes pass.
    pub fn pass(&self, minutes: i64) {
        self.0.fetch_add(60 * minutes, Ordering::Relaxed);
    }

    /// The present instant.
    ///
    /// # Panics
    /// When the clock was moved beyond the end of time.
    pub fn now(&self) -> Timestamp {
        let passed = jiff::SignedDuration::from_secs(self.0.load(Ordering::Relaxed));
        now().checked_add(passed).expect("an instant")
    }
}

/// The code that a telephone with this secret shows.
pub fn one_time_code(secret: &str, at: Timestamp) -> String {
    crate::login::one_time_code::code(secret, at)
}

/// The settings of tests: hashing costs next to nothing.
pub fn settings() -> Settings {
    Settings { cost: Cost::TRIFLING, ..Settings::default() }
}

/// The pages on a store, with a clock; ids and random bytes are counted up.
pub fn app(store: Store, clock: &TestClock, settings: Settings) -> App {
    let counter = Arc::new(AtomicU64::new(1));
    let ids = Arc::clone(&counter);
    let clock = clock.clone();
    let outside = Outside {
        clock: Arc::new(move || clock.now()),
        new_id: Arc::new(move || {
            format!("0192f0c1-0000-7000-8000-{:012}", ids.fetch_add(1, Ordering::Relaxed))
        }),
        random: Arc::new(move |bytes| {
            let next = counter.fetch_add(1, Ordering::Relaxed).to_be_bytes();
            for (byte, value) in bytes.iter_mut().zip(next.iter().cycle()) {
                *byte = *value;
            }
        }),
    };
    App::new(store, outside, SECRET, settings)
}

/// A store with the catalogue and the people of the example.
///
/// # Panics
/// When it cannot be made.
pub async fn database() -> TestDatabase {
    furnished(TestDatabase::sqlite().await).await
}

async fn furnished(database: TestDatabase) -> TestDatabase {
    let mut tx = database.store.begin_reference().await.expect("a transaction");
    indicators::seed(&mut tx, Catalogue::builtin().indicators()).await.expect("the catalogue");
    let entry = Entry::new(now(), "test", "indicator.seed", "catalogue");
    tx.commit(entry).await.expect("a commit");
    people::settle(&database.store).await;
    database
}

/// The running house.
#[derive(Debug)]
pub struct House {
    pub database: TestDatabase,
    pub clock: TestClock,
    /// Somebody of the office of the example county and its city: whom the house speaks for when nobody
    /// else is named.
    office: Client,
    router: Router,
}

impl std::ops::Deref for House {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.office
    }
}

impl House {
    /// Opens a house.
    ///
    /// # Panics
    /// When it cannot be made.
    pub async fn open() -> Self {
        Self::open_with(settings()).await
    }

    /// Opens a house with other settings.
    ///
    /// # Panics
    /// When it cannot be made.
    pub async fn open_with(settings: Settings) -> Self {
        Self::open_on(TestDatabase::sqlite().await, settings).await
    }

    /// Opens a house on a database of the test's own.
    ///
    /// # Panics
    /// When it cannot be made.
    pub async fn open_on(database: TestDatabase, settings: Settings) -> Self {
        let (database, clock) = (furnished(database).await, TestClock::default());
        let router = crate::router(app(database.store.clone(), &clock, settings));
        let token = people::session(&database.store, Role::CommitteeOffice, clock.now()).await;
        let office = Client::signed_in(router.clone(), &token);
        Self { database, clock, office, router }
    }

    /// A browser in which somebody in this role is signed in, each time anew. All are of the example
    /// county; the level above is its city.
    pub async fn as_role(&self, role: Role) -> Client {
        let token = people::session(&self.database.store, role, self.clock.now()).await;
        Client::signed_in(self.router.clone(), &token)
    }

    /// A browser in which nobody is signed in, with the cookie of its first visit.
    pub async fn visitor(&self) -> Client {
        let mut client = Client::new(self.router.clone());
        client.visit().await;
        client
    }
}
