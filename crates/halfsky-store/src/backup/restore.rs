//! Putting a backup back, into an empty place of either kind. The database appears only when all of it is
//! there.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use sqlx::{Any, Connection as _, Transaction};
use tokio::sync::mpsc;

use super::archive::{self, broken, unfit};
use super::aside;
use super::dump::{parse_lines, shapes};
use super::manifest::{Column, KEY, Manifest, file_of, table_of};
use super::protection::Unlock;
use super::verify::verify;
use crate::audit::{self, Entry, Outcome};
use crate::dialect::{self, Dialect};
use crate::error::{Error, Result};
use crate::files::{FileHash, Files};
use crate::location::{Location, Opening};
use crate::migrate;
use crate::store::{Snapshot, Store, WRITING_PATIENCE, pool};
use crate::values::{delete_all, insert_rows};

/// Largest part of rows that is read: far more than is ever written into one.
const LARGEST_PART: u64 = 1 << 30;

/// Largest key file.
const LARGEST_KEY: u64 = 1 << 16;

/// What may lie in a directory that counts as empty: the key put there beforehand, what an interrupted
/// restoration left, and backups.
const HARMLESS: [&str; 4] = ["secret.key", RESTORING, "files", "backups"];

/// Directory in which a database is put together before it appears.
const RESTORING: &str = ".restoring";

/// A backup that was put back.
#[derive(Debug, Clone)]
pub struct Restored {
    pub manifest: Manifest,
    /// What verifying the audit chains of the restored data has shown.
    pub audit: Outcome,
    /// The key file that was in the backup; None when there was none.
    pub key: Option<Vec<u8>>,
}

/// Puts a backup back and verifies its audit chains. The place must be empty. The entry tells in the
/// restored chain that this was done.
pub async fn restore(
    path: &Path,
    unlock: &Unlock,
    to: &Location,
    entry: Entry,
    progress: &mut (dyn FnMut(&str) + Send),
) -> Result<Restored> {
    require_empty(to).await?;
    let manifest = check(path, unlock, progress).await?;
    bring_back(Source { path, unlock, manifest }, to, entry, progress).await
}

/// Puts a backup back in the place of data that are there. What was there is moved into a directory beside
/// it, whose path is returned, and comes back when the restoration fails. The backup is checked before
/// anything is moved. Only for the embedded database.
pub async fn replace(
    path: &Path,
    unlock: &Unlock,
    to: &Location,
    entry: Entry,
    progress: &mut (dyn FnMut(&str) + Send),
) -> Result<(Restored, Option<PathBuf>)> {
    let Location::SqliteDir(dir) = to else {
        return Err(Error::Unusable(format!(
            "{to} 中已有的数据不能被替换，没有恢复；请新建一个空数据库，恢复到那里，核对无误后再改用它"
        )));
    };
    let manifest = check(path, unlock, progress).await?;
    let aside = aside::take(to, dir, entry.at).await?;
    match bring_back(Source { path, unlock, manifest }, to, entry, progress).await {
        Ok(restored) => Ok((restored, aside.dir())),
        Err(error) => {
            aside.put_back()?;
            Err(error)
        }
    }
}

/// A backup that was found to be whole.
struct Source<'a> {
    path: &'a Path,
    unlock: &'a Unlock,
    manifest: Manifest,
}

async fn check(
    path: &Path,
    unlock: &Unlock,
    progress: &mut (dyn FnMut(&str) + Send),
) -> Result<Manifest> {
    let (file, key) = (path.to_owned(), unlock.clone());
    let manifest = with_progress(move |tell| verify(&file, &key, tell), progress).await?;
    if manifest.schema_version > migrate::needed_version() {
        return Err(Error::Unusable(format!(
            "备份的数据结构是第 {} 版，比本程序（第 {} 版）新；请改用新版 halfsky",
            manifest.schema_version,
            migrate::needed_version()
        )));
    }
    Ok(manifest)
}

async fn bring_back(
    source: Source<'_>,
    to: &Location,
    entry: Entry,
    progress: &mut (dyn FnMut(&str) + Send),
) -> Result<Restored> {
    let Source { path, unlock, manifest } = source;
    let staging = staging_of(to)?;
    let key = load(path, unlock, &Target { staging: &staging, to, manifest: &manifest }, progress)
        .await?;
    progress("正在升级数据结构");
    migrate::migrate_to(&staging, None).await?;
    put_in_place(&staging, to)?;
    let store = Store::open(to).await?;
    progress("正在核验审计记录");
    let entry = entry.about(&format!("{}的备份", manifest.created_at));
    store.begin_reference().await?.commit(entry).await?;
    let audit = audit::verify_all(&store, None, &mut |_| ()).await?;
    store.close().await;
    Ok(Restored { manifest, audit, key })
}

/// Runs work that waits for the disk, and passes on what it tells.
async fn with_progress<T: Send + 'static>(
    work: impl FnOnce(&mut (dyn FnMut(&str) + Send)) -> Result<T> + Send + 'static,
    progress: &mut (dyn FnMut(&str) + Send),
) -> Result<T> {
    let (sender, mut receiver) = mpsc::unbounded_channel::<String>();
    let working = tokio::task::spawn_blocking(move || {
        // Nobody listening is no reason to stop.
        work(&mut |text: &str| drop(sender.send(text.to_owned())))
    });
    while let Some(text) = receiver.recv().await {
        progress(&text);
    }
    working.await.map_err(|error| Error::Unusable(format!("恢复中断：{error}")))?
}

/// A place that holds data is left alone.
async fn require_empty(to: &Location) -> Result<()> {
    let refusal = |what: &str, instead: &str| {
        Err(Error::Unusable(format!("{to} 不是空的（{what}），没有恢复；请另选一个{instead}")))
    };
    match to {
        Location::SqliteDir(dir) => {
            let entries = match std::fs::read_dir(dir) {
                Ok(entries) => entries,
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
                Err(error) => return Err(Error::file(dir, error)),
            };
            for entry in entries {
                let name = entry.map_err(|error| Error::file(dir, error))?.file_name();
                let name = name.to_string_lossy();
                if !HARMLESS.contains(&name.as_ref()) && !name.starts_with(aside::PREFIX) {
                    return refusal(
                        &format!("有 {name}"),
                        "空目录。确实要替换其中的数据的，请停止服务后加 --replace",
                    );
                }
            }
            Ok(())
        }
        Location::Postgres { .. } => {
            let mut connection = dialect::connect(to, Opening::Existing).await?;
            let held = migrate::holds_data(&mut connection, to).await;
            connection.close().await?;
            if held? {
                refusal("数据库中已有数据", "空数据库，核对无误后再改用它")
            } else {
                Ok(())
            }
        }
    }
}

/// Where the database is put together.
fn staging_of(to: &Location) -> Result<Location> {
    let Location::SqliteDir(dir) = to else { return Ok(to.clone()) };
    let staging = dir.join(RESTORING);
    match std::fs::remove_dir_all(&staging) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(Error::file(&staging, error));
        }
        _ => {}
    }
    Ok(Location::SqliteDir(staging))
}

/// Lets the finished database appear under its name: the last step, and one that is done or not.
fn put_in_place(staging: &Location, to: &Location) -> Result<()> {
    let (Some(from), Some(file)) = (staging.sqlite_file(), to.sqlite_file()) else { return Ok(()) };
    let sync = |path: &Path| std::fs::File::open(path)?.sync_all();
    sync(&from).map_err(|error| Error::file(&from, error))?;
    std::fs::rename(&from, &file).map_err(|error| Error::file(&file, error))?;
    if let (Location::SqliteDir(staging), Location::SqliteDir(dir)) = (staging, to) {
        sync(dir).map_err(|error| Error::file(dir, error))?;
        std::fs::remove_dir_all(staging).map_err(|error| Error::file(staging, error))?;
    }
    Ok(())
}

struct Target<'a> {
    staging: &'a Location,
    to: &'a Location,
    manifest: &'a Manifest,
}

/// What the reader of the archive hands over.
enum Piece {
    Rows { table: String, lines: Vec<u8> },
    Key(Vec<u8>),
}

/// Fills an empty database and the directory of files. Returns the key file, where there is one.
async fn load(
    path: &Path,
    unlock: &Unlock,
    target: &Target<'_>,
    progress: &mut (dyn FnMut(&str) + Send),
) -> Result<Option<Vec<u8>>> {
    migrate::migrate_to(target.staging, Some(target.manifest.schema_version)).await?;
    let files = Files::open(target.to.files_dir())?;
    let (sender, mut receiver) = mpsc::channel(2);
    let (path, unlock) = (path.to_owned(), unlock.clone());
    let reading = tokio::task::spawn_blocking(move || read_pieces(&path, &unlock, &files, &sender));
    let filled = fill(target, &mut receiver, progress).await;
    // A reader that is no longer listened to stops.
    drop(receiver);
    let read = reading.await.map_err(|error| Error::Unusable(format!("恢复中断：{error}")))?;
    let key = filled?;
    read?;
    Ok(key)
}

fn read_pieces(
    path: &Path,
    unlock: &Unlock,
    files: &Files,
    sender: &mpsc::Sender<Piece>,
) -> Result<()> {
    let send = |piece| {
        sender.blocking_send(piece).map_err(|_| Error::Unusable("恢复中断，没有完成".to_owned()))
    };
    archive::read(path, unlock, &mut |name, data| {
        if let Some(table) = table_of(name) {
            let lines = read_limited(data, LARGEST_PART)?;
            send(Piece::Rows { table: table.to_owned(), lines })
        } else if let Some(hash) = file_of(name) {
            let hash = FileHash::parse(hash).ok_or_else(|| unfit("文件名不是校验值"))?;
            files.keep_stream(&hash, data)
        } else if name == KEY {
            send(Piece::Key(read_limited(data, LARGEST_KEY)?))
        } else {
            Err(unfit(&format!("有不认识的内容 {name}")))
        }
    })
    .map(|_| ())
}

fn read_limited(data: &mut dyn Read, most: u64) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    data.take(most).read_to_end(&mut bytes).map_err(broken)?;
    Ok(bytes)
}

/// Inserts all rows in one transaction, with foreign keys checked at its end.
async fn fill(
    target: &Target<'_>,
    receiver: &mut mpsc::Receiver<Piece>,
    progress: &mut (dyn FnMut(&str) + Send),
) -> Result<Option<Vec<u8>>> {
    let database = Dialect::of(target.staging);
    // One connection: what is set on it holds for the transaction.
    let pool = pool(database, 1, WRITING_PATIENCE, &target.staging.url(Opening::Existing)?)?;
    dialect::ignore_foreign_keys(&mut *pool.acquire().await?, database).await?;
    let mut snapshot = Snapshot::on(pool.begin_with(database.begin_write()).await?, database);
    let columns = matching_columns(&mut snapshot, target.manifest).await?;
    let mut tx = snapshot.into_inner();
    let keys = dialect::drop_foreign_keys(&mut tx, database).await?;
    for table in columns.keys() {
        delete_all(table)?.execute(&mut *tx).await?;
    }
    let (mut key, mut last) = (None, String::new());
    while let Some(piece) = receiver.recv().await {
        match piece {
            Piece::Key(bytes) => key = Some(bytes),
            Piece::Rows { table, lines } => {
                if last != table {
                    progress(&format!("正在恢复表 {table}"));
                    last.clone_from(&table);
                }
                insert((&mut tx, database), &table, &columns, &lines).await?;
            }
        }
    }
    dialect::restore_foreign_keys(&mut tx, database, &keys).await?;
    tx.commit().await?;
    pool.close().await;
    Ok(key)
}

async fn insert(
    (tx, dialect): (&mut Transaction<'_, Any>, Dialect),
    table: &str,
    columns: &BTreeMap<String, Vec<Column>>,
    lines: &[u8],
) -> Result<()> {
    let columns = columns.get(table).ok_or_else(|| unfit(&format!("没有表 {table}")))?;
    let rows =
        parse_lines(lines, columns).ok_or_else(|| unfit(&format!("表 {table} 的内容不能识别")))?;
    let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    for statement in insert_rows(dialect, table, &names, &rows)? {
        statement.execute(&mut **tx).await?;
    }
    Ok(())
}

/// The columns of every table, when the backup has the tables that the database of that version has.
async fn matching_columns(
    snapshot: &mut Snapshot,
    manifest: &Manifest,
) -> Result<BTreeMap<String, Vec<Column>>> {
    let mut found = BTreeMap::new();
    for shape in shapes(snapshot).await? {
        found.insert(shape.name, shape.columns);
    }
    let mut columns = BTreeMap::new();
    for table in &manifest.tables {
        let same = |mut list: Vec<Column>| {
            list.sort_by(|a, b| a.name.cmp(&b.name));
            list
        };
        let here = found.get(&table.name).cloned().map(same);
        if here != Some(same(table.columns.clone())) {
            return Err(unfit(&format!(
                "表 {} 与第 {} 版结构不符",
                table.name, manifest.schema_version
            )));
        }
        columns.insert(table.name.clone(), table.columns.clone());
    }
    Ok(columns)
}

/// Writes a key file that only its owner may read; one that is there stays.
pub fn put_key(path: &Path, key: &[u8]) -> Result<bool> {
    match crate::files::create_private(path) {
        Ok(mut file) => std::io::Write::write_all(&mut file, key)
            .and_then(|()| file.sync_all())
            .map(|()| true)
            .map_err(|error| Error::file(path, error)),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(Error::file(path, error)),
    }
}
