//! The archive as a stream of parts: written and read one at a time, never held as a whole.

use std::fs::File;
use std::io::{self, BufWriter, Read, Write as _};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha256};
use tokio::sync::mpsc::Receiver;

use super::manifest::{self, Manifest, Part, file_of};
use super::protection::{Protection, Sink, Unlock};
use crate::error::{Error, Result};
use crate::files::{create_private, hexadecimal};

/// Largest manifest that is read: far more than a million parts.
const LARGEST_MANIFEST: u64 = 256 << 20;

/// What the writer is given.
pub(crate) enum Piece {
    Bytes {
        name: String,
        bytes: Vec<u8>,
    },
    File {
        name: String,
        path: PathBuf,
    },
    /// The end: without it the archive is not whole and is given up.
    Manifest(Box<Manifest>),
}

/// Writes what comes until the manifest, and syncs it. Waits for the disk and for the channel.
pub(crate) fn write(
    mut pieces: Receiver<Piece>,
    path: &Path,
    protection: &Protection,
    mtime: u64,
) -> Result<Manifest> {
    let failed = |error| Error::file(path, error);
    // Only its owner may read a backup: it holds everything.
    let file = create_private(path).map_err(failed)?;
    let sink = protection.wrap(BufWriter::with_capacity(1 << 16, file))?;
    let mut tar = tar::Builder::new(GzEncoder::new(sink, Compression::default()));
    let mut parts = Vec::new();
    while let Some(piece) = pieces.blocking_recv() {
        match piece {
            Piece::Bytes { name, bytes } => {
                let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
                parts.push(
                    append(&mut tar, &name, &Sized { size, mtime }, &bytes[..]).map_err(failed)?,
                );
            }
            Piece::File { name, path: source } => {
                let opened = File::open(&source)
                    .and_then(|file| Ok((file.metadata()?.len(), file)))
                    .map_err(|error| Error::file(&source, error))?;
                let (size, file) = opened;
                let part = append(&mut tar, &name, &Sized { size, mtime }, file).map_err(failed)?;
                if file_of(&name) != Some(&part.sha256) {
                    return Err(Error::Damaged(format!(
                        "文件 {} 的内容与其校验值不符",
                        source.display()
                    )));
                }
                parts.push(part);
            }
            Piece::Manifest(mut manifest) => {
                manifest.parts = parts;
                let bytes = serde_json::to_vec_pretty(&manifest)
                    .map_err(|error| Error::Invalid(format!("备份清单：{error}")))?;
                let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
                append(&mut tar, manifest::NAME, &Sized { size, mtime }, &bytes[..])
                    .map_err(failed)?;
                finish(tar).map_err(failed)?;
                return Ok(*manifest);
            }
        }
    }
    Err(Error::Unusable("备份中断，没有完成".to_owned()))
}

fn finish(tar: tar::Builder<GzEncoder<Sink>>) -> io::Result<()> {
    let mut file = tar.into_inner()?.finish()?.finish()?;
    file.flush()?;
    file.sync_all()
}

struct Sized {
    size: u64,
    mtime: u64,
}

fn append(
    tar: &mut tar::Builder<GzEncoder<Sink>>,
    name: &str,
    sized: &Sized,
    data: impl Read,
) -> io::Result<Part> {
    let mut header = tar::Header::new_gnu();
    header.set_size(sized.size);
    header.set_mode(0o600);
    header.set_mtime(sized.mtime);
    let mut hashing = Hashing::new(data.take(sized.size));
    tar.append_data(&mut header, name, &mut hashing)?;
    if hashing.size != sized.size {
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, format!("{name} 在备份时变短")));
    }
    Ok(hashing.part(name))
}

/// A reader that hashes what passes.
struct Hashing<R> {
    inner: R,
    digest: Sha256,
    size: u64,
}

impl<R: Read> Hashing<R> {
    fn new(inner: R) -> Self {
        Self { inner, digest: Sha256::new(), size: 0 }
    }

    fn part(self, name: &str) -> Part {
        let sha256 = hexadecimal(&self.digest.finalize());
        Part { name: name.to_owned(), size: self.size, sha256 }
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(bytes)?;
        self.digest.update(&bytes[..read]);
        self.size += u64::try_from(read).unwrap_or(0);
        Ok(read)
    }
}

/// Reads an archive part by part and checks every part against the manifest at its end. `visit` is given
/// each part before it is known to be right: it must not trust what it reads.
pub(crate) fn read(
    path: &Path,
    unlock: &Unlock,
    visit: &mut dyn FnMut(&str, &mut dyn Read) -> Result<()>,
) -> Result<Manifest> {
    let file = File::open(path).map_err(|error| Error::file(path, error))?;
    let mut tar = tar::Archive::new(GzDecoder::new(unlock.open(file)?));
    let (mut parts, mut manifest) = (Vec::new(), None);
    for entry in tar.entries().map_err(broken)? {
        let mut entry = entry.map_err(broken)?;
        if manifest.is_some() {
            return Err(unfit("清单之后还有内容"));
        }
        let name = entry.path().map_err(broken)?.to_string_lossy().into_owned();
        if name == manifest::NAME {
            manifest = Some(read_manifest(&mut entry)?);
            continue;
        }
        let mut hashing = Hashing::new(entry);
        visit(&name, &mut hashing)?;
        io::copy(&mut hashing, &mut io::sink()).map_err(broken)?;
        parts.push(hashing.part(&name));
    }
    // The end of the stream carries the check sums of gzip and age.
    io::copy(&mut tar.into_inner(), &mut io::sink()).map_err(broken)?;
    let manifest: Manifest = manifest.ok_or_else(|| unfit("没有清单，文件不完整"))?;
    compare(&manifest.parts, &parts)?;
    Ok(manifest)
}

fn read_manifest(entry: &mut dyn Read) -> Result<Manifest> {
    let mut bytes = Vec::new();
    entry.take(LARGEST_MANIFEST).read_to_end(&mut bytes).map_err(broken)?;
    Manifest::parse(&bytes).map_err(|reason| unfit(&reason))
}

fn compare(promised: &[Part], found: &[Part]) -> Result<()> {
    for (promised, found) in promised.iter().zip(found) {
        if promised.name != found.name {
            return Err(unfit(&format!("应有 {}，实际是 {}", promised.name, found.name)));
        }
        if promised != found {
            return Err(unfit(&format!("{} 的内容与清单不符", promised.name)));
        }
    }
    if promised.len() == found.len() {
        return Ok(());
    }
    Err(unfit(&format!("清单记有 {} 个部分，实际有 {} 个", promised.len(), found.len())))
}

pub(crate) fn unfit(reason: &str) -> Error {
    Error::Unusable(format!("备份不能用：{reason}；请换用另一份备份"))
}

#[expect(clippy::needless_pass_by_value, reason = "given to `map_err` as it is")]
pub(crate) fn broken(error: io::Error) -> Error {
    unfit(&format!("文件损坏或不是半边天的备份（{error}）"))
}
