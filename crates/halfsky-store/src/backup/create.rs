//! Making a backup while people work, and keeping the directory of backups in order.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;
use tokio::sync::mpsc;

use super::archive::{self, Piece};
use super::dump::{Reader, Shape, shapes};
use super::manifest::{KEY, Manifest, Table, file_part, rows_part};
use super::protection::Protection;
use crate::error::{Error, Result};
use crate::row::instant_text;
use crate::store::{Snapshot, Store};

/// Hours that China is ahead of UTC: names of files carry the time people know.
const CHINA: Offset = Offset::constant(8);

const PREFIX: &str = "halfsky-";
const EXTENSION: &str = ".tar.gz";
const ENCRYPTED: &str = ".age";
/// A file that is being written.
const UNFINISHED: &str = ".part";

/// What is wanted.
#[derive(Debug, Clone)]
pub struct Order {
    /// Directory for the file; it is made when it is missing.
    pub dir: PathBuf,
    pub at: Timestamp,
    pub protection: Protection,
    /// The key file of the installation. It is taken along only into an encrypted backup.
    pub key_file: Option<PathBuf>,
}

/// A backup that was made.
#[derive(Debug, Clone)]
pub struct Made {
    pub path: PathBuf,
    pub size: u64,
    pub manifest: Manifest,
    /// Whether the key file is in it.
    pub key_included: bool,
}

/// Makes a backup of one state of the database and of all kept files. `progress` is told what is being
/// read. The file has its name only when it is whole and on disk.
pub async fn create(
    store: &Store,
    order: &Order,
    progress: &mut (dyn FnMut(&str) + Send),
) -> Result<Made> {
    std::fs::create_dir_all(&order.dir).map_err(|error| Error::file(&order.dir, error))?;
    let path = order.dir.join(file_name(order.at, &order.protection));
    let temporary = with_suffix(&path, UNFINISHED);
    if path.exists() || temporary.exists() {
        return Err(Error::Conflict(format!("备份 {} 已存在；请稍后再试", path.display())));
    }
    let key = order.key_file.clone().filter(|key| order.protection.is_encrypted() && key.is_file());
    let outcome =
        write(store, order, &Target { temporary: &temporary, key: key.as_deref() }, progress)
            .await
            .and_then(|manifest| {
                put_in_place(&temporary, &path).map_err(|error| Error::file(&path, error))?;
                Ok(manifest)
            });
    let manifest = match outcome {
        Ok(manifest) => manifest,
        Err(error) => {
            // The first error is the one to tell; a leftover is cleared by the next daily run.
            let _ = std::fs::remove_file(&temporary);
            return Err(error);
        }
    };
    let size = std::fs::metadata(&path).map_err(|error| Error::file(&path, error))?.len();
    Ok(Made { path, size, manifest, key_included: key.is_some() })
}

struct Target<'a> {
    temporary: &'a Path,
    key: Option<&'a Path>,
}

async fn write(
    store: &Store,
    order: &Order,
    target: &Target<'_>,
    progress: &mut (dyn FnMut(&str) + Send),
) -> Result<Manifest> {
    let (sender, receiver) = mpsc::channel(2);
    let (path, protection) = (target.temporary.to_owned(), order.protection.clone());
    let mtime = u64::try_from(order.at.as_second()).unwrap_or(0);
    let writing =
        tokio::task::spawn_blocking(move || archive::write(receiver, &path, &protection, mtime));
    let sent = send_all(store, order, target.key, &sender, progress).await;
    drop(sender);
    let written = writing.await.map_err(|error| Error::Unusable(format!("备份中断：{error}")))?;
    match (sent, written) {
        // The writer knows why it stopped; the sender only that it did.
        (_, Err(error)) if !matches!(error, Error::Unusable(_)) => Err(error),
        (Err(error), _) | (Ok(()), Err(error)) => Err(error),
        (Ok(()), Ok(manifest)) => Ok(manifest),
    }
}

async fn send_all(
    store: &Store,
    order: &Order,
    key: Option<&Path>,
    sender: &mpsc::Sender<Piece>,
    progress: &mut (dyn FnMut(&str) + Send),
) -> Result<()> {
    let mut snapshot = store.snapshot().await?;
    let sql = "select coalesce(max(version), 0) as version from _sqlx_migrations";
    let version = snapshot.rows(sql, &[]).await?.first().map_or(Ok(0), |r| r.integer("version"))?;
    let mut manifest = Manifest::new(instant_text(order.at), version);
    for shape in shapes(&mut snapshot).await? {
        progress(&format!("正在备份表 {}", shape.name));
        let rows = send_table(&mut snapshot, &shape, sender).await?;
        manifest.tables.push(Table { name: shape.name, columns: shape.columns, rows });
    }
    manifest.audit_heads = heads(&mut snapshot).await?;
    snapshot.end().await?;
    // Files are kept before the rows that name them: every file of the snapshot is there by now.
    let files = store.files().clone();
    let kept = tokio::task::spawn_blocking(move || files.list())
        .await
        .map_err(|error| Error::Unusable(format!("备份中断：{error}")))??;
    progress(&format!("正在备份 {} 个文件", kept.len()));
    for (hash, path) in kept {
        send(sender, Piece::File { name: file_part(hash.as_str()), path }).await?;
        manifest.files += 1;
    }
    if let Some(key) = key {
        let bytes = std::fs::read(key).map_err(|error| Error::file(key, error))?;
        send(sender, Piece::Bytes { name: KEY.to_owned(), bytes }).await?;
    }
    send(sender, Piece::Manifest(Box::new(manifest))).await
}

async fn send_table(
    snapshot: &mut Snapshot,
    shape: &Shape,
    sender: &mpsc::Sender<Piece>,
) -> Result<u64> {
    let mut reader = Reader::new(shape);
    let (mut rows, mut number) = (0, 0);
    while let Some((bytes, count)) = reader.next(snapshot).await? {
        number += 1;
        rows += count;
        send(sender, Piece::Bytes { name: rows_part(&shape.name, number), bytes }).await?;
    }
    Ok(rows)
}

async fn send(sender: &mpsc::Sender<Piece>, piece: Piece) -> Result<()> {
    sender.send(piece).await.map_err(|_| Error::Unusable("备份中断，没有完成".to_owned()))
}

async fn heads(snapshot: &mut Snapshot) -> Result<BTreeMap<String, (i64, String)>> {
    let sql = "select ref_area, sequence, hash from audit_head order by ref_area";
    let mut heads = BTreeMap::new();
    for row in snapshot.rows(sql, &[]).await? {
        heads.insert(row.text("ref_area")?, (row.integer("sequence")?, row.text("hash")?));
    }
    Ok(heads)
}

/// Gives the finished file its name, so that a crash leaves either nothing or all of it.
fn put_in_place(temporary: &Path, path: &Path) -> std::io::Result<()> {
    std::fs::rename(temporary, path)?;
    path.parent().map_or(Ok(()), |dir| std::fs::File::open(dir)?.sync_all())
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn file_name(at: Timestamp, protection: &Protection) -> String {
    let time = CHINA.to_datetime(at).strftime("%Y%m%d-%H%M%S").to_string();
    let tail = if protection.is_encrypted() { ENCRYPTED } else { "" };
    format!("{PREFIX}{time}{EXTENSION}{tail}")
}

/// The time in the name of a backup; None for other files.
fn time_of(name: &str) -> Option<Timestamp> {
    let rest = name.strip_prefix(PREFIX)?;
    let rest = rest.strip_suffix(ENCRYPTED).unwrap_or(rest);
    let time = DateTime::strptime("%Y%m%d-%H%M%S", rest.strip_suffix(EXTENSION)?).ok()?;
    CHINA.to_timestamp(time).ok()
}

/// The backups of a directory with the time in their names, oldest first. A directory that is not there
/// holds none.
pub fn files_in(dir: &Path) -> Result<Vec<(Timestamp, PathBuf)>> {
    let mut found: Vec<(Timestamp, PathBuf)> = names_in(dir)?
        .into_iter()
        .filter_map(|name| Some((time_of(&name)?, dir.join(name))))
        .collect();
    found.sort();
    Ok(found)
}

/// Removes all but the newest backups and returns what was removed.
pub fn remove_old(dir: &Path, keep: usize) -> Result<Vec<PathBuf>> {
    let found = files_in(dir)?;
    let surplus = found.len().saturating_sub(keep.max(1));
    let mut removed = Vec::new();
    for (_, path) in found.into_iter().take(surplus) {
        std::fs::remove_file(&path).map_err(|error| Error::file(&path, error))?;
        removed.push(path);
    }
    Ok(removed)
}

/// Removes what a run that was cut off has left, once it is a day old.
pub fn remove_unfinished(dir: &Path, now: Timestamp) -> Result<()> {
    for name in names_in(dir)? {
        let begun = name.strip_suffix(UNFINISHED).and_then(time_of);
        if begun.is_some_and(|begun| now.duration_since(begun).as_hours() >= 24) {
            let path = dir.join(name);
            std::fs::remove_file(&path).map_err(|error| Error::file(&path, error))?;
        }
    }
    Ok(())
}

fn names_in(dir: &Path) -> Result<Vec<String>> {
    let entries = match std::fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Error::file(dir, error)),
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| Error::file(dir, error))?;
        names.extend(entry.file_name().into_string());
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::ScratchDir;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn names_carry_the_time() {
        let when = at("2026-03-04T16:07:09Z");
        let encrypted = Protection::passphrase("some passphrase").unwrap();
        assert_eq!(file_name(when, &Protection::None), "halfsky-20260305-000709.tar.gz");
        assert_eq!(file_name(when, &encrypted), "halfsky-20260305-000709.tar.gz.age");
        assert_eq!(time_of("halfsky-20260305-000709.tar.gz.age"), Some(when));
        for other in ["halfsky.sqlite", "halfsky-x.tar.gz", "halfsky-20260305-000709.tar.gz.part"] {
            assert_eq!(time_of(other), None, "{other}");
        }
    }

    #[test]
    fn only_old_backups_are_removed() {
        let dir = ScratchDir::new();
        for day in 1..=5 {
            let name = format!("halfsky-2026030{day}-020000.tar.gz");
            std::fs::write(dir.path().join(name), "x").unwrap();
        }
        for other in ["notes.txt", "halfsky-20260301-020001.tar.gz.part"] {
            std::fs::write(dir.path().join(other), "x").unwrap();
        }
        let removed = remove_old(dir.path(), 3).unwrap();
        assert_eq!(removed.len(), 2);
        assert!(removed[0].ends_with("halfsky-20260301-020000.tar.gz"));
        assert_eq!(files_in(dir.path()).unwrap().len(), 3);
        let left = |name: &str| dir.path().join(name).exists();
        assert!(left("notes.txt") && left("halfsky-20260301-020001.tar.gz.part"));
        remove_unfinished(dir.path(), at("2026-03-01T12:00:00Z")).unwrap();
        assert!(left("halfsky-20260301-020001.tar.gz.part"));
        remove_unfinished(dir.path(), at("2026-03-02T12:00:00Z")).unwrap();
        assert!(left("notes.txt") && !left("halfsky-20260301-020001.tar.gz.part"));
        assert!(files_in(&dir.path().join("none")).unwrap().is_empty());
    }
}
