//! Migrations: explicit, forward only, one set of files for all databases.
//!
//! A released file never changes; `migrations/CHECKSUMS` holds its hash.

use sqlx::AnyConnection;
use sqlx::Connection as _;
use sqlx::migrate::{MigrateError, Migrator};

use crate::dialect::{self, Dialect};
use crate::error::{Error, Result};
use crate::location::{Location, Opening};

static MIGRATOR: Migrator = sqlx::migrate!("./migrations");

/// Where a database stands compared with this program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchemaStatus {
    /// Nothing has been set up.
    Missing,
    /// Older than the program: a migration is due.
    Behind {
        /// Version of the database.
        found: i64,
        /// Version of the program.
        needed: i64,
    },
    /// As the program needs it.
    Current {
        /// Version of both.
        version: i64,
    },
    /// Written by a newer program.
    Newer {
        /// Version of the database.
        found: i64,
        /// Version of the program.
        known: i64,
    },
}

/// What a migration did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationReport {
    /// Version before, 0 for a new database.
    pub from: i64,
    /// Version now.
    pub to: i64,
    /// The steps taken, in order; empty when nothing was due.
    pub applied: Vec<String>,
    /// The copy made before an embedded database was changed.
    pub backup: Option<std::path::PathBuf>,
}

/// The schema version this program needs.
pub fn needed_version() -> i64 {
    MIGRATOR.iter().map(|step| step.version).max().unwrap_or(0)
}

/// The texts of the migrations, in order.
pub(crate) fn texts() -> impl Iterator<Item = &'static str> {
    MIGRATOR.iter().map(|step| step.sql.as_str())
}

/// Tells where the database stands, without changing it.
pub async fn status(location: &Location) -> Result<SchemaStatus> {
    let mut connection = dialect::connect(location, Opening::Existing).await?;
    let status = status_of(&mut connection, Dialect::of(location)).await;
    connection.close().await?;
    status
}

/// Brings the database to the version of this program; makes directory and SQLite file when missing.
/// An embedded database with data is copied first.
pub async fn migrate(location: &Location) -> Result<MigrationReport> {
    if let Location::SqliteDir(dir) = location {
        std::fs::create_dir_all(dir).map_err(|error| Error::file(dir, error))?;
    }
    let mut connection = dialect::connect(location, Opening::Create).await?;
    let report = bring_up(&mut connection, location).await;
    connection.close().await?;
    let files = location.files_dir();
    std::fs::create_dir_all(&files).map_err(|error| Error::file(&files, error))?;
    report
}

async fn bring_up(connection: &mut AnyConnection, location: &Location) -> Result<MigrationReport> {
    let dialect = Dialect::of(location);
    let from = match status_of(connection, dialect).await? {
        SchemaStatus::Missing => {
            refuse_strange_tables(connection, dialect, location).await?;
            0
        }
        SchemaStatus::Behind { found, .. } => found,
        SchemaStatus::Current { version } => version,
        SchemaStatus::Newer { found, known } => return Err(newer(location, found, known)),
    };
    let due: Vec<String> = MIGRATOR
        .iter()
        .filter(|step| step.version > from)
        .map(|step| format!("{:04} {}", step.version, step.description))
        .collect();
    let backup =
        if from > 0 && !due.is_empty() { back_up(connection, location, from).await? } else { None };
    MIGRATOR.run(&mut *connection).await.map_err(|error| refusal(location, error))?;
    Ok(MigrationReport { from, to: needed_version(), applied: due, backup })
}

/// Brings a database that nobody uses yet to a version, or to the newest; nothing is copied.
pub async fn migrate_to(location: &Location, version: Option<i64>) -> Result<()> {
    if let Location::SqliteDir(dir) = location {
        std::fs::create_dir_all(dir).map_err(|error| Error::file(dir, error))?;
    }
    let mut connection = dialect::connect(location, Opening::Create).await?;
    let done = match version {
        Some(version) => MIGRATOR.run_to(version, &mut connection).await,
        None => MIGRATOR.run(&mut connection).await,
    };
    connection.close().await?;
    done.map_err(|error| refusal(location, error))
}

/// Whether a database holds anything: tables of another program, or any change ever made by this one.
pub(crate) async fn holds_data(
    connection: &mut AnyConnection,
    location: &Location,
) -> Result<bool> {
    let dialect = Dialect::of(location);
    let sql = if status_of(connection, dialect).await? == SchemaStatus::Missing {
        dialect.count_tables()
    } else {
        "select count(*) from audit_head"
    };
    let found: i64 = sqlx::query_scalar(sql).fetch_one(connection).await?;
    Ok(found > 0)
}

/// Copies an embedded database beside itself; a PostgreSQL database is backed up by its own tools.
async fn back_up(
    connection: &mut AnyConnection,
    location: &Location,
    from: i64,
) -> Result<Option<std::path::PathBuf>> {
    let Some(file) = location.sqlite_file() else { return Ok(None) };
    let copy = file.with_file_name(format!("halfsky-before-migration-from-{from:04}.sqlite"));
    if copy.exists() {
        std::fs::remove_file(&copy).map_err(|error| Error::file(&copy, error))?;
    }
    dialect::copy_sqlite(connection, &copy).await?;
    Ok(Some(copy))
}

/// A database with tables of another program is left alone.
async fn refuse_strange_tables(
    connection: &mut AnyConnection,
    dialect: Dialect,
    location: &Location,
) -> Result<()> {
    let tables: i64 = sqlx::query_scalar(dialect.count_tables()).fetch_one(connection).await?;
    if tables == 0 {
        return Ok(());
    }
    Err(Error::Unusable(format!(
        "数据库 {location} 中已有其他程序的 {tables} 张表；请另建一个空数据库给半边天使用"
    )))
}

/// Refuses a database that this program cannot use as it is.
pub(crate) async fn require_current(
    connection: &mut AnyConnection,
    location: &Location,
) -> Result<()> {
    match status_of(connection, Dialect::of(location)).await? {
        SchemaStatus::Current { .. } => Ok(()),
        SchemaStatus::Missing => {
            Err(Error::Unusable(format!("数据库 {location} 还没有建表；请先运行 halfsky migrate")))
        }
        SchemaStatus::Behind { found, needed } => Err(Error::Unusable(format!(
            "数据库 {location} 的结构是第 {found} 版，本程序需要第 {needed} 版；请先运行 halfsky migrate"
        ))),
        SchemaStatus::Newer { found, known } => Err(newer(location, found, known)),
    }
}

async fn status_of(connection: &mut AnyConnection, dialect: Dialect) -> Result<SchemaStatus> {
    let tables: i64 = sqlx::query_scalar(dialect.count_tables_named())
        .bind(MIGRATOR.table_name.as_ref())
        .fetch_one(&mut *connection)
        .await?;
    if tables == 0 {
        return Ok(SchemaStatus::Missing);
    }
    let found: i64 = sqlx::query_scalar("select coalesce(max(version), 0) from _sqlx_migrations")
        .fetch_one(connection)
        .await?;
    let needed = needed_version();
    Ok(match found.cmp(&needed) {
        _ if found == 0 => SchemaStatus::Missing,
        std::cmp::Ordering::Less => SchemaStatus::Behind { found, needed },
        std::cmp::Ordering::Equal => SchemaStatus::Current { version: found },
        std::cmp::Ordering::Greater => SchemaStatus::Newer { found, known: needed },
    })
}

fn newer(location: &Location, found: i64, known: i64) -> Error {
    Error::Unusable(format!(
        "数据库 {location} 的结构是第 {found} 版，比本程序（第 {known} 版）新；请改用新版 halfsky"
    ))
}

fn refusal(location: &Location, error: MigrateError) -> Error {
    match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => {
            Error::from(error)
        }
        MigrateError::VersionMismatch(version) | MigrateError::Dirty(version) => {
            Error::Unusable(format!(
                "数据库 {location} 的第 {version} 版结构与本程序不一致；请使用正式发布的 halfsky，或从备份恢复"
            ))
        }
        other => Error::Unusable(format!("数据库 {location} 不能升级：{other}")),
    }
}
