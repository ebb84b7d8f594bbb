//! The key file of an installation. It lies outside the database: whoever has one without the other can read
//! no personal data.

use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::Path;

use jiff::Timestamp;

use super::cipher::{SecretKey, bytes_of};
use crate::audit::Entry;
use crate::error::{Error, Result};
use crate::files::hexadecimal;
use crate::settings;
use crate::store::Store;

/// Name of the file beside the data where nobody chose another one.
pub const NAME: &str = "secret.key";

/// What stands before the digits of the key.
const MARK: &str = "halfsky-secret-1:";

/// A known text sealed with the key: it tells whether a key file belongs to a database.
const PROOF: &str = "半边天";
const PROOF_PLACE: &str = "setting secret_proof";

/// What making a key needs from outside.
#[derive(Debug, Clone)]
pub struct Fresh<'a> {
    pub key: [u8; 32],
    pub nonce: [u8; 12],
    pub at: Timestamp,
    pub actor: &'a str,
}

/// The key of an installation: read from its file, or made where neither file nor sealed data exist.
/// A file that is missing or belongs to another database is refused.
pub async fn ensure(store: &Store, path: &Path, fresh: &Fresh<'_>) -> Result<SecretKey> {
    let proof = settings::find(store, settings::SECRET_PROOF).await?;
    match (proof, read(path)?) {
        (Some(proof), found) => matching(path, &proof, found),
        (None, found) => {
            let key = match found {
                Some(key) => key,
                None => create(path, fresh.key)?,
            };
            let proof = key.seal(PROOF, PROOF_PLACE, fresh.nonce)?;
            let mut tx = store.begin_reference().await?;
            settings::set(&mut tx, settings::SECRET_PROOF, &proof).await?;
            tx.commit(Entry::new(fresh.at, fresh.actor, "secret.create", "secret")).await?;
            Ok(key)
        }
    }
}

/// Whether the key file is there, private, and the one the data were sealed with; what is wrong is the error.
/// Data that were never sealed need none.
pub async fn examine(store: &Store, path: &Path) -> Result<()> {
    match settings::find(store, settings::SECRET_PROOF).await? {
        Some(proof) => matching(path, &proof, read(path)?).map(|_| ()),
        None => Ok(()),
    }
}

/// The key that was found, when it opens what the data were sealed with.
fn matching(path: &Path, proof: &str, found: Option<SecretKey>) -> Result<SecretKey> {
    let shown = path.display();
    let key = found.ok_or_else(|| {
        Error::Unusable(format!(
            "找不到密钥文件“{shown}”，已加密的联系方式等不能读取；请从备份放回，或用配置项 secret_file 指明它的位置"
        ))
    })?;
    match key.open(proof, PROOF_PLACE) {
        Ok(_) => Ok(key),
        Err(_) => Err(Error::Unusable(format!(
            "密钥文件“{shown}”不是这个数据库的；请放回原来的密钥文件（备份中应有），或用配置项 secret_file 指明它的位置"
        ))),
    }
}

/// The key in a file; None where there is no file.
fn read(path: &Path) -> Result<Option<SecretKey>> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Error::file(path, error)),
    };
    let shown = path.display();
    require_private(path)?;
    let bytes = text.trim().strip_prefix(MARK).and_then(bytes_of);
    let key = bytes.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok()).ok_or_else(|| {
        Error::Unusable(format!("“{shown}”不是半边天的密钥文件，或已损坏；请从备份放回"))
    })?;
    Ok(Some(SecretKey::new(key)))
}

/// A key that every user of the machine can read is no secret.
#[cfg(unix)]
fn require_private(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = fs::metadata(path).map_err(|error| Error::file(path, error))?.permissions().mode();
    let others = mode & 0o007;
    if others == 0 {
        return Ok(());
    }
    let shown = path.display();
    Err(Error::Unusable(format!(
        "密钥文件“{shown}”能被本机其他用户读取；请执行 chmod 600 {shown} 后重试"
    )))
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the same signature everywhere")]
fn require_private(_path: &Path) -> Result<()> {
    Ok(())
}

/// Makes the file, readable by its owner alone. Another process that was faster wins.
fn create(path: &Path, bytes: [u8; 32]) -> Result<SecretKey> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder).map_err(|error| Error::file(folder, error))?;
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = match options.open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            let missing = || Error::Unusable(format!("密钥文件“{}”刚被删除", path.display()));
            return read(path)?.ok_or_else(missing);
        }
        Err(error) => return Err(Error::file(path, error)),
    };
    let key = SecretKey::new(bytes);
    let text = format!("{MARK}{}\n", hexadecimal(key.bytes()));
    file.write_all(text.as_bytes())
        .and_then(|()| file.sync_all())
        .map_err(|error| Error::file(path, error))?;
    Ok(key)
}
