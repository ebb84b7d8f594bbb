//! The open store: connections for reading, connections for writing, and the files.

use std::time::Duration;

use halfsky_plan::ref_area::RefArea;
use sqlx::any::AnyPoolOptions;
use sqlx::postgres::PgPoolOptions;
use sqlx::sqlite::SqlitePoolOptions;
use sqlx::{Any, AnyPool, Connection as _, PgPool, SqlitePool, Transaction};

use crate::dialect::{self, Dialect};
use crate::error::Result;
use crate::files::Files;
use crate::location::{Location, Opening};
use crate::row::Row;
use crate::tx::{Inner, Tx};
use crate::values::{Statement, Value, statement, statement_with_list, statement_with_lists};

/// Connections that read.
const READERS: u32 = 8;

/// How long somebody waits for a free connection before they are told that the database is busy. Reading is
/// quick: a wait means that the database is gone or overrun. Writers wait for one another.
const READING_PATIENCE: Duration = Duration::from_secs(5);
pub(crate) const WRITING_PATIENCE: Duration = Duration::from_secs(15);

/// An open store. Cloning is cheap: clones share the connections.
#[derive(Debug, Clone)]
pub struct Store {
    dialect: Dialect,
    readers: AnyPool,
    writers: AnyPool,
    bulk: Bulk,
    files: Files,
}

/// Connections of the database's own driver, for transactions with very many rows.
#[derive(Debug, Clone)]
enum Bulk {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

impl Bulk {
    fn connect(dialect: Dialect, url: &str) -> Result<Self> {
        let settings = dialect.connection_settings();
        Ok(match dialect {
            Dialect::Sqlite => {
                let options = SqlitePoolOptions::new()
                    .max_connections(dialect.writers())
                    .acquire_timeout(WRITING_PATIENCE)
                    .after_connect(move |connection, _| {
                        let done = sqlx::raw_sql(settings).execute(connection);
                        Box::pin(async { done.await.map(|_| ()) })
                    });
                Self::Sqlite(options.connect_lazy(url)?)
            }
            Dialect::Postgres => {
                let options = PgPoolOptions::new()
                    .max_connections(dialect.writers())
                    .acquire_timeout(WRITING_PATIENCE)
                    .after_connect(move |connection, _| {
                        let done = sqlx::raw_sql(settings).execute(connection);
                        Box::pin(async { done.await.map(|_| ()) })
                    });
                Self::Postgres(options.connect_lazy(url)?)
            }
        })
    }
}

impl Store {
    /// Opens what is there; it never creates or migrates (see [`crate::migrate::migrate`]).
    pub async fn open(location: &Location) -> Result<Self> {
        let dialect = Dialect::of(location);
        let mut connection = dialect::connect(location, Opening::Existing).await?;
        let fit = crate::migrate::require_current(&mut connection, location).await;
        connection.close().await?;
        fit?;
        let url = location.url(Opening::Existing)?;
        Ok(Self {
            dialect,
            readers: pool(dialect, READERS, READING_PATIENCE, &url)?,
            writers: pool(dialect, dialect.writers(), WRITING_PATIENCE, &url)?,
            bulk: Bulk::connect(dialect, &url)?,
            files: Files::open(location.files_dir())?,
        })
    }

    /// Begins a writing transaction in one region. Writers of a region follow one another, so what is
    /// read inside still holds when it is written.
    pub async fn begin(&self, ref_area: &RefArea) -> Result<Tx> {
        let inner = self.writers.begin_with(self.dialect.begin_write()).await?;
        Tx::start(Inner::Any(inner), self.dialect, ref_area.as_str()).await
    }

    /// Begins a writing transaction on reference data that belong to no region (catalogue, regions,
    /// settings); its audit chain is that of the code 000000.
    pub async fn begin_reference(&self) -> Result<Tx> {
        let inner = self.writers.begin_with(self.dialect.begin_write()).await?;
        Tx::start(Inner::Any(inner), self.dialect, crate::audit::REFERENCE_AREA).await
    }

    /// As [`Store::begin`], on the database's own driver: the same statements and the same audit entry, but many
    /// rows go faster.
    pub async fn begin_bulk(&self, ref_area: &RefArea) -> Result<Tx> {
        let begin = self.dialect.begin_write();
        let inner = match &self.bulk {
            Bulk::Sqlite(pool) => Inner::Sqlite(pool.begin_with(begin).await?),
            Bulk::Postgres(pool) => Inner::Postgres(pool.begin_with(begin).await?),
        };
        Tx::start(inner, self.dialect, ref_area.as_str()).await
    }

    /// The files kept beside the database.
    pub fn files(&self) -> &Files {
        &self.files
    }

    /// How many connections are open, and how many of them nobody uses, by what they are for.
    pub fn connections(&self) -> [Connections; 2] {
        [("read", &self.readers), ("write", &self.writers)].map(|(purpose, pool)| {
            let open = pool.size();
            let idle = u32::try_from(pool.num_idle()).unwrap_or(open).min(open);
            Connections { purpose, open, idle }
        })
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<()> {
        self.rows("select 1 as one", &[]).await.map(|_| ())
    }

    /// Runs one statement that writes without an entry in the audit chain. It is for the time at which a
    /// browser was last seen, which changes every minute and is no datum of the field; nothing else may
    /// use it (`tidy::every_write_has_its_audit_entry`).
    pub(crate) async fn note_presence(&self, sql: &'static str, values: &[Value]) -> Result<()> {
        statement::<Any>(sql, values)?.execute(&self.writers).await?;
        Ok(())
    }

    /// Closes all connections, waiting for those in use.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writers.close().await;
        match &self.bulk {
            Bulk::Sqlite(pool) => pool.close().await,
            Bulk::Postgres(pool) => pool.close().await,
        }
    }

    /// Begins a reading transaction that sees one state of the database.
    pub(crate) async fn snapshot(&self) -> Result<Snapshot> {
        let inner = self.readers.begin_with(self.dialect.begin_read()).await?;
        Ok(Snapshot::on(inner, self.dialect))
    }

    /// Runs one statement that keeps the program's own books: who holds a job, how far it is, what was read.
    /// Such rows tell nothing about the plan and would only bury what the audit chain is for; everything else
    /// is written in a [`Tx`].
    pub(crate) async fn note(&self, sql: &'static str, values: &[Value]) -> Result<u64> {
        Ok(statement::<Any>(sql, values)?.execute(&self.writers).await?.rows_affected())
    }

    /// As [`Store::note`], with `{list}` in the text standing for any number of values; none is no work.
    pub(crate) async fn note_with_list(
        &self,
        sql: &'static str,
        values: &[Value],
        list: &[Value],
    ) -> Result<()> {
        if list.is_empty() {
            return Ok(());
        }
        statement_with_list::<Any>(self.dialect, sql, values, list)?.execute(&self.writers).await?;
        Ok(())
    }

    /// As [`Store::note`], with the rows the statement returns.
    pub(crate) async fn noted(&self, sql: &'static str, values: &[Value]) -> Result<Vec<Row>> {
        let rows = statement::<Any>(sql, values)?.fetch_all(&self.writers).await?;
        Ok(rows.into_iter().map(Row).collect())
    }

    /// As [`Store::rows`], with `{list}` in the text standing for any number of values; none finds nothing.
    pub(crate) async fn rows_with_list(
        &self,
        sql: &'static str,
        values: &[Value],
        list: &[Value],
    ) -> Result<Vec<Row>> {
        if list.is_empty() {
            return Ok(Vec::new());
        }
        let statement = statement_with_list::<Any>(self.dialect, sql, values, list)?;
        let rows = statement.fetch_all(&self.readers).await?;
        Ok(rows.into_iter().map(Row).collect())
    }

    /// As [`Store::rows_with_list`], with `{second}` standing for the values of a second list.
    pub(crate) async fn rows_with_lists(
        &self,
        sql: &'static str,
        values: &[Value],
        lists: [&[Value]; 2],
    ) -> Result<Vec<Row>> {
        if lists.iter().any(|list| list.is_empty()) {
            return Ok(Vec::new());
        }
        let statement = statement_with_lists::<Any>(self.dialect, sql, values, &lists)?;
        let rows = statement.fetch_all(&self.readers).await?;
        Ok(rows.into_iter().map(Row).collect())
    }

    /// The rows of one statement.
    pub(crate) async fn rows(&self, sql: &'static str, values: &[Value]) -> Result<Vec<Row>> {
        let rows = statement::<Any>(sql, values)?.fetch_all(&self.readers).await?;
        Ok(rows.into_iter().map(Row).collect())
    }
}

/// Connections to the database at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Connections {
    /// `read` or `write`.
    pub purpose: &'static str,
    pub open: u32,
    pub idle: u32,
}

/// A reading transaction.
pub(crate) struct Snapshot {
    inner: Transaction<'static, Any>,
    dialect: Dialect,
}

impl Snapshot {
    /// Reads inside a transaction that has begun.
    pub(crate) const fn on(inner: Transaction<'static, Any>, dialect: Dialect) -> Self {
        Self { inner, dialect }
    }

    /// The database that is read.
    pub(crate) const fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Goes on with the transaction.
    pub(crate) fn into_inner(self) -> Transaction<'static, Any> {
        self.inner
    }

    /// The rows of one statement.
    pub(crate) async fn rows(&mut self, sql: &'static str, values: &[Value]) -> Result<Vec<Row>> {
        self.rows_of(statement::<Any>(sql, values)?).await
    }

    /// As [`Snapshot::rows`], with `{list}` in the text standing for any number of values; none finds nothing.
    pub(crate) async fn rows_with_list(
        &mut self,
        sql: &'static str,
        values: &[Value],
        list: &[Value],
    ) -> Result<Vec<Row>> {
        if list.is_empty() {
            return Ok(Vec::new());
        }
        let statement = statement_with_list::<Any>(self.dialect, sql, values, list)?;
        self.rows_of(statement).await
    }

    /// The rows of a statement that was put together.
    pub(crate) async fn rows_of(&mut self, statement: Statement) -> Result<Vec<Row>> {
        let rows = statement.fetch_all(&mut *self.inner).await?;
        Ok(rows.into_iter().map(Row).collect())
    }

    /// Ends it; nothing was written.
    pub(crate) async fn end(self) -> Result<()> {
        Ok(self.inner.rollback().await?)
    }
}

/// Connections are made when they are needed; the first one was tried before.
pub(crate) fn pool(dialect: Dialect, most: u32, patience: Duration, url: &str) -> Result<AnyPool> {
    let pool = AnyPoolOptions::new()
        .max_connections(most)
        .acquire_timeout(patience)
        .after_connect(move |connection, _| Box::pin(dialect::prepare(connection, dialect)))
        .connect_lazy(url)?;
    Ok(pool)
}
