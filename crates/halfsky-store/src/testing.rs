//! Databases for tests, here and in the crates above: a fresh SQLite directory, and a PostgreSQL server of
//! the test's own, started from installed binaries.
//!
//! Nothing of the program uses this module. Its functions panic with what is wrong: in a test that is right.

mod postgres;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::dialect::Dialect;
use crate::{Location, Store};

pub use postgres::Cluster;

/// A directory of its own that goes away with the value.
#[derive(Debug)]
pub struct ScratchDir(PathBuf);

impl ScratchDir {
    /// Makes an empty directory.
    ///
    /// # Panics
    /// When the system's directory for temporary files cannot be written.
    pub fn new() -> Self {
        static MADE: AtomicU64 = AtomicU64::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let name = format!("halfsky-test-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        // What an earlier process of the same number left behind is of no use.
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).expect("a temporary directory");
        Self(path)
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Default for ScratchDir {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for ScratchDir {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// An open, migrated store of its own for one test.
#[derive(Debug)]
pub struct TestDatabase {
    pub store: Store,
    pub location: Location,
    /// `SQLite` or `PostgreSQL`, for messages.
    pub name: &'static str,
    dir: ScratchDir,
}

impl TestDatabase {
    /// A SQLite store in a directory of its own.
    ///
    /// # Panics
    /// When it cannot be made.
    pub async fn sqlite() -> Self {
        let dir = ScratchDir::new();
        let location = Location::SqliteDir(dir.path().join("data"));
        Self::open(dir, location, "SQLite").await
    }

    /// A PostgreSQL store in a database of its own; None, with a printed message, when PostgreSQL is not
    /// installed.
    ///
    /// # Panics
    /// When it cannot be made, and when it is missing although `CI=true`.
    pub async fn postgres() -> Option<Self> {
        Some(Self::postgres_on(Cluster::shared()?).await)
    }

    /// A PostgreSQL store in a database of its own on this server.
    ///
    /// # Panics
    /// When it cannot be made.
    pub async fn postgres_on(cluster: &Cluster) -> Self {
        let dir = ScratchDir::new();
        let location = Location::Postgres {
            url: cluster.create_database().await,
            files_dir: dir.path().join("files"),
        };
        Self::open(dir, location, "PostgreSQL").await
    }

    /// A directory for the test's other files.
    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// Runs a statement past the audit chain, as somebody does who edits the database.
    ///
    /// # Panics
    /// When it fails.
    pub async fn tamper(&self, sql: &'static str) {
        self.store.note(sql, &[]).await.expect("a statement that runs");
    }

    /// Lets a PostgreSQL server tell each statement of connections that are opened from now on.
    ///
    /// # Panics
    /// When the server refuses, and on SQLite.
    pub async fn tell_statements(&self) {
        let sql = format!("alter database {} set log_statement = 'all'", self.database());
        Cluster::shared().expect("the server").run_sql(&sql).await;
    }

    /// How many statements the server has told so far, without those that prepare a connection.
    ///
    /// # Panics
    /// On SQLite.
    pub fn statements(&self) -> usize {
        let prefix = format!("{} LOG:  ", self.database());
        let prepares = Dialect::Postgres.connection_settings();
        let log = Cluster::shared().expect("the server").log();
        let told = log.lines().filter_map(|line| line.strip_prefix(&prefix));
        let is_statement = |line: &&str| {
            (line.starts_with("execute ") || line.starts_with("statement: "))
                && !line.contains(prepares)
        };
        told.filter(is_statement).count()
    }

    /// The name of the database on the server.
    fn database(&self) -> &str {
        match &self.location {
            Location::Postgres { url, .. } => {
                let path = url.split('?').next().unwrap_or(url);
                path.rsplit('/').next().unwrap_or(path)
            }
            Location::SqliteDir(_) => panic!("SQLite tells no statements"),
        }
    }

    async fn open(dir: ScratchDir, location: Location, name: &'static str) -> Self {
        crate::migrate::migrate(&location).await.expect("a migrated database");
        let store = Store::open(&location).await.expect("an open store");
        Self { store, location, name, dir }
    }
}

/// Runs a test on SQLite and on PostgreSQL, each with an empty store.
///
/// # Panics
/// When a database cannot be made, and when PostgreSQL is missing although `CI=true`.
pub async fn for_each_database(test: impl AsyncFn(&TestDatabase)) {
    let sqlite = TestDatabase::sqlite().await;
    test(&sqlite).await;
    sqlite.store.close().await;
    if let Some(postgres) = TestDatabase::postgres().await {
        test(&postgres).await;
        postgres.store.close().await;
    }
}
