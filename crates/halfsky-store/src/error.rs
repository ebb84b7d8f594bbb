//! What can go wrong in the store, in plain Chinese: what happened, where, what to do next.
//!
//! Secrets never enter a message: a database address is shown without user and password.

use sqlx::postgres::PgDatabaseError;

/// The result of a store operation.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a store operation failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What was asked for is not there.
    #[error("找不到{0}")]
    NotFound(String),
    /// Somebody else was faster, or the state does not allow it; nothing was changed.
    #[error("{0}")]
    Conflict(String),
    /// Others hold the database for too long; trying again later is right.
    #[error("数据库正忙，本次操作没有保存；请稍后再试")]
    Busy,
    /// The database went away: what was being written may or may not be kept.
    #[error("与数据库的连接中断，本次操作可能没有保存；请确认数据库仍在运行，核对后重试")]
    CutOff,
    /// Nothing more can be written where the database lies; nothing was changed.
    #[error("磁盘空间不足，本次操作没有保存；请清理磁盘后重试")]
    Full,
    /// The data directory or database cannot be used as it is; the message says what to do.
    #[error("{0}")]
    Unusable(String),
    /// The value cannot be stored without loss.
    #[error("无法保存：{0}")]
    Invalid(String),
    /// What is stored is not what was written.
    #[error("已存数据损坏：{0}；请停止使用并从备份恢复")]
    Damaged(String),
    /// A file could not be read or written.
    #[error("文件“{path}”读写失败：{source}；请检查磁盘空间和目录权限")]
    File {
        /// The file.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// Anything else the database says.
    #[error("数据库出错：{0}")]
    Database(#[source] sqlx::Error),
}

impl Error {
    /// Wraps an input or output failure with its path.
    pub(crate) fn file(path: &std::path::Path, source: std::io::Error) -> Self {
        use std::io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
        if matches!(source.kind(), StorageFull | QuotaExceeded | FileTooLarge) {
            return Self::Full;
        }
        Self::File { path: path.display().to_string(), source }
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        if is_busy(&error) {
            Self::Busy
        } else if is_full(&error) {
            Self::Full
        } else if is_cut_off(&error) {
            Self::CutOff
        } else {
            Self::Database(error)
        }
    }
}

/// Whether a unique or primary key already holds the row. Constraint names differ between databases,
/// so the operation that failed says what it means.
pub(crate) fn is_taken(error: &Error) -> bool {
    match error {
        Error::Database(sqlx::Error::Database(database)) => database.is_unique_violation(),
        _ => false,
    }
}

/// The database's own code of an error, where it gave one.
pub(crate) fn code_of(error: &sqlx::Error) -> Option<String> {
    error.as_database_error()?.code().map(std::borrow::Cow::into_owned)
}

fn is_busy(error: &sqlx::Error) -> bool {
    // PostgreSQL: lock timeout, serialisation, deadlock, too many connections.
    // SQLite: busy or locked.
    matches!(error, sqlx::Error::PoolTimedOut)
        || has_code(error, &["55P03", "40001", "40P01", "53300"], &[5, 6])
}

/// PostgreSQL: disk full, and a table that could not grow, which is how it tells a quota. SQLite: full, and a page that
/// could not be written, for the same reason.
fn is_full(error: &sqlx::Error) -> bool {
    has_code(error, &["53100"], &[13])
        || code_of(error).as_deref() == Some(SQLITE_WRITE_FAILED)
        || routine_of(error).is_some_and(|routine| POSTGRES_GROWS.contains(&routine))
}

/// Where PostgreSQL lets the file of a table or an index grow.
const POSTGRES_GROWS: [&str; 2] = ["mdextend", "mdzeroextend"];

/// The routine of PostgreSQL that failed.
fn routine_of(error: &sqlx::Error) -> Option<&str> {
    error.as_database_error()?.try_downcast_ref::<PgDatabaseError>()?.routine()
}

/// SQLite's extended code of an input or output error while writing.
const SQLITE_WRITE_FAILED: &str = "778";

fn is_cut_off(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::Io(_))
        || has_code(error, &["57P01", "57P02", "57P03", "08006"], &[])
}

/// Whether PostgreSQL gave one of these five-letter codes, or SQLite one of these primary codes, which are
/// the low byte of its extended ones.
fn has_code(error: &sqlx::Error, postgres: &[&str], sqlite: &[i64]) -> bool {
    let Some(code) = code_of(error) else { return false };
    if code.len() == 5 {
        return postgres.contains(&code.as_str());
    }
    code.parse::<i64>().is_ok_and(|number| sqlite.contains(&(number & 0xff)))
}
