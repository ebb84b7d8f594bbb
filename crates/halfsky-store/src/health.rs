//! What can be looked at to tell whether an installation is well: the database's own check, and whether every
//! file that is spoken of is there and is what it was.

use sqlx::{Connection as _, Row as _};

use crate::backup::distinct_texts;
use crate::dialect::{self, Dialect};
use crate::error::{Error, Result};
use crate::files::FileHash;
use crate::location::{Location, Opening};
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
    /// Spoken of in the database, but not there.
    pub missing: Vec<FileHash>,
    /// There, but not what they were.
    pub changed: Vec<FileHash>,
}

/// Reads every kept file and looks for every file that a table speaks of: in a column `sha256`, or one whose
/// name ends in `_sha256`.
pub async fn check_files(store: &Store) -> Result<FileReport> {
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
        for (hash, _) in files.list()? {
            report.kept += 1;
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
