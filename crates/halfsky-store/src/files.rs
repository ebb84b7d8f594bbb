//! Files kept beside the database, each under the SHA-256 of its bytes: `files/ab/cdef…`.
//!
//! A name from outside never becomes a path: only 64 hexadecimal digits do.

use std::fs;
use std::io::{ErrorKind, Read, Write as _};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use crate::error::{Error, Result};

/// The hash of a file's bytes: 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileHash(String);

impl FileHash {
    /// The hash of some bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(hexadecimal(&Sha256::digest(bytes)))
    }

    /// The hash written as text; None for anything but 64 lower-case hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        (text.len() == 64 && digits).then(|| Self(text.to_owned()))
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The directory of files. Its functions wait for the disk: call them where waiting is allowed.
#[derive(Debug, Clone)]
pub struct Files {
    dir: PathBuf,
}

impl Files {
    /// Opens the directory, making it when it is missing.
    pub(crate) fn open(dir: PathBuf) -> Result<Self> {
        fs::create_dir_all(&dir).map_err(|error| Error::file(&dir, error))?;
        Ok(Self { dir })
    }

    /// Keeps the bytes; a file that is already there stays as it is. The file is complete and on disk
    /// before it gets its name, so a crash leaves no half file under a hash.
    pub fn keep(&self, bytes: &[u8]) -> Result<FileHash> {
        let hash = FileHash::of(bytes);
        let path = self.path_of(&hash);
        if matches!(fs::read(&path), Ok(kept) if FileHash::of(&kept) == hash) {
            return Ok(hash);
        }
        let folder = path.parent().unwrap_or(&self.dir);
        fs::create_dir_all(folder).map_err(|error| Error::file(folder, error))?;
        self.write_under(&path, bytes).map_err(|error| Error::file(&path, error))?;
        Ok(hash)
    }

    /// The bytes of a kept file, checked against its hash.
    pub fn read(&self, hash: &FileHash) -> Result<Vec<u8>> {
        let path = self.path_of(hash);
        let bytes = fs::read(&path).map_err(|error| match error.kind() {
            ErrorKind::NotFound => Error::NotFound(format!("文件 {}", hash.as_str())),
            _ => Error::file(&path, error),
        })?;
        if FileHash::of(&bytes) == *hash {
            Ok(bytes)
        } else {
            Err(Error::Damaged(format!("文件 {} 的内容与其校验值不符", hash.as_str())))
        }
    }

    /// Whether a file is kept under this hash.
    pub fn holds(&self, hash: &FileHash) -> bool {
        self.path_of(hash).is_file()
    }

    /// Keeps what a reader gives under the hash it must have; nothing is kept when it has another.
    pub(crate) fn keep_stream(&self, hash: &FileHash, data: &mut dyn Read) -> Result<()> {
        let path = self.path_of(hash);
        let folder = path.parent().unwrap_or(&self.dir);
        fs::create_dir_all(folder).map_err(|error| Error::file(folder, error))?;
        let temporary = self.temporary();
        let found = write_hashed(&temporary, data).map_err(|error| Error::file(&path, error));
        let kept = found.and_then(|found| {
            if found != hash.0 {
                let shown = hash.as_str();
                return Err(Error::Damaged(format!("文件 {shown} 的内容与其校验值不符")));
            }
            let named = fs::rename(&temporary, &path).and_then(|()| sync_folder(&path));
            named.map_err(|error| Error::file(&path, error))
        });
        if kept.is_err() {
            // The first error is the one to tell; a leftover part file is harmless.
            let _ = fs::remove_file(&temporary);
        }
        kept
    }

    /// Whether a file can be written and removed again.
    pub(crate) fn try_write(&self) -> std::io::Result<()> {
        let path = self.temporary();
        fs::write(&path, b"halfsky")?;
        fs::remove_file(&path)
    }

    /// Every kept file with its path, in the order of their hashes.
    pub fn list(&self) -> Result<Vec<(FileHash, PathBuf)>> {
        let mut found = Vec::new();
        for folder in names_in(&self.dir)? {
            let dir = self.dir.join(&folder);
            if folder.len() != 2 || !dir.is_dir() {
                continue;
            }
            for name in names_in(&dir)? {
                let path = dir.join(&name);
                found.extend(FileHash::parse(&format!("{folder}{name}")).map(|hash| (hash, path)));
            }
        }
        found.sort();
        Ok(found)
    }

    fn path_of(&self, hash: &FileHash) -> PathBuf {
        let (folder, name) = hash.as_str().split_at(2);
        self.dir.join(folder).join(name)
    }

    /// Two writers of the same bytes use different temporary names, and either rename is right.
    fn write_under(&self, path: &Path, bytes: &[u8]) -> std::io::Result<()> {
        let temporary = self.temporary();
        let written = write_synced(&temporary, bytes).and_then(|()| fs::rename(&temporary, path));
        if written.is_err() {
            // The first error is the one to tell; a leftover part file is harmless.
            let _ = fs::remove_file(&temporary);
        }
        written?;
        sync_folder(path)
    }

    /// A name that nobody else uses.
    fn temporary(&self) -> PathBuf {
        static WRITES: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
        let write = WRITES.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        self.dir.join(format!(".{}-{write}.part", std::process::id()))
    }
}

fn names_in(dir: &Path) -> Result<Vec<String>> {
    let failed = |error| Error::file(dir, error);
    let mut names = Vec::new();
    for entry in fs::read_dir(dir).map_err(failed)? {
        names.extend(entry.map_err(failed)?.file_name().into_string());
    }
    Ok(names)
}

/// A new name is on disk when its directory is.
fn sync_folder(path: &Path) -> std::io::Result<()> {
    path.parent().map_or(Ok(()), |folder| fs::File::open(folder)?.sync_all())
}

/// Writes and syncs; returns the hash of what came.
fn write_hashed(path: &Path, data: &mut dyn Read) -> std::io::Result<String> {
    let mut file = fs::File::create(path)?;
    let (mut digest, mut buffer) = (Sha256::new(), vec![0; 1 << 16]);
    loop {
        let read = data.read(&mut buffer)?;
        if read == 0 {
            break;
        }
        digest.update(&buffer[..read]);
        file.write_all(&buffer[..read])?;
    }
    file.sync_all()?;
    Ok(hexadecimal(&digest.finalize()))
}

/// Makes a new file that only its owner may read.
pub(crate) fn create_private(path: &Path) -> std::io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path)
}

fn write_synced(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = fs::File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Bytes as lower-case hexadecimal digits.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    let digit = |n: u8| char::from(b"0123456789abcdef"[usize::from(n)]);
    bytes.iter().flat_map(|b| [digit(b >> 4), digit(b & 15)]).collect()
}
