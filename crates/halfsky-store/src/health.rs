//! What can be looked at to tell whether an installation is well: the database's own check, and whether every
//! file that is spoken of is there and is what it was.

use std::path::Path;

use sqlx::{Connection as _, Row as _};

use crate::backup::distinct_texts;
use crate::dialect::{self, Dialect};
use crate::error::{Error, Result};
use crate::files::FileHash;
use crate::location::{Location, Opening};
use crate::migrate;
use crate::store::Store;

/// Lets the database check itself; what it finds, in its own words, or nothing. PostgreSQL checks its pages
/// when they are read, so reading is all that is done there.
pub async fn check_database(location: &Location) -> Result<Vec<String>> {
    let mut connection = dialect::connect(location, Opening::Existing).await?;
    let mut findings = Vec::new();
    if Dialect::of(location) == Dialect::Sqlite {
        for row in sqlx::query("pragma integrity_check").fetch_all(&mut connection).await? {
            let finding: String = row.try_get(0)?;
            findings.extend((finding != "ok").then_some(finding));
        }
        let orphans = sqlx::query("pragma foreign_key_check").fetch_all(&mut connection).await?;
        if !orphans.is_empty() {
            findings.push(format!("{} 行指向不存在的记录", orphans.len()));
        }
    }
    connection.close().await?;
    Ok(findings)
}

/// Kept files that are missing or changed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FileReport {
    /// How many files are kept.
    pub kept: usize,
    /// How many of them were read and compared with their hash.
    pub read: usize,
    /// Spoken of in the database, but not there.
    pub missing: Vec<FileHash>,
    /// There, but not what they were.
    pub changed: Vec<FileHash>,
}

/// How many kept files are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    All,
    /// About so many, spread evenly over all of them.
    Sample(usize),
}

impl Extent {
    /// Every how many-th of all files is read.
    fn step(self, all: usize) -> usize {
        match self {
            Self::All => 1,
            Self::Sample(most) => all.div_ceil(most.max(1)).max(1),
        }
    }
}

/// Reads kept files and looks for every file that a table speaks of: in a column `sha256`, or one whose name
/// ends in `_sha256`.
pub async fn check_files(store: &Store, extent: Extent) -> Result<FileReport> {
    let mut spoken_of = Vec::new();
    for text in
        distinct_texts(store, |column| column == "sha256" || column.ends_with("_sha256")).await?
    {
        // Examples and imports by command may carry a text that is no hash.
        spoken_of.extend(FileHash::parse(&text));
    }
    let files = store.files().clone();
    let checking = tokio::task::spawn_blocking(move || {
        let mut report = FileReport::default();
        let kept = files.list()?;
        report.kept = kept.len();
        for (hash, _) in kept.into_iter().step_by(extent.step(report.kept)) {
            report.read += 1;
            match files.read(&hash) {
                Ok(_) => {}
                Err(Error::Damaged(_)) => report.changed.push(hash),
                Err(error) => return Err(error),
            }
        }
        for hash in spoken_of {
            if !files.holds(&hash) && !report.missing.contains(&hash) {
                report.missing.push(hash);
            }
        }
        Ok(report)
    });
    checking.await.map_err(|error| Error::Unusable(format!("检查中断：{error}")))?
}

/// The instant of the newest audit entry, as kept: a clock that stands before it is wrong.
pub async fn last_written(store: &Store) -> Result<Option<jiff::Timestamp>> {
    let sql = "select max(at) as newest from audit_entry";
    store.rows(sql, &[]).await?.first().map_or(Ok(None), |row| row.optional_instant("newest"))
}

/// Why no request can be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unready {
    Database,
    Schema,
    Disk,
}

impl Unready {
    /// Why, in one line.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Database => "数据库连不上",
            Self::Schema => "数据库结构与程序不符，请运行 halfsky migrate",
            Self::Disk => "文件目录不能写入，请检查磁盘空间和权限",
        }
    }
}

/// Whether requests can be answered: the database is reached and as this program needs it, and files can be
/// written.
pub async fn readiness(store: &Store) -> std::result::Result<(), Unready> {
    store.ping().await.map_err(|_| Unready::Database)?;
    let sql = "select coalesce(max(version), 0) as version from _sqlx_migrations";
    let rows = store.rows(sql, &[]).await.map_err(|_| Unready::Schema)?;
    let found = rows.first().and_then(|row| row.integer("version").ok());
    if found != Some(migrate::needed_version()) {
        return Err(Unready::Schema);
    }
    let files = store.files().clone();
    match tokio::task::spawn_blocking(move || files.try_write()).await {
        Ok(Ok(())) => Ok(()),
        _ => Err(Unready::Disk),
    }
}

/// Bytes that may still be written where a path lies.
#[cfg(unix)]
pub fn free_bytes(path: &Path) -> Result<u64> {
    let found = rustix::fs::statvfs(path)
        .map_err(|error| Error::file(path, std::io::Error::from(error)))?;
    Ok(found.f_bavail.saturating_mul(found.f_frsize))
}

/// Bytes that may still be written where a path lies: this system is not asked.
#[cfg(not(unix))]
pub fn free_bytes(_path: &Path) -> Result<u64> {
    Ok(u64::MAX)
}
