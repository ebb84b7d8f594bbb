//! What the installation decided about backups and anchors.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use halfsky_store::backup::{Policy, Protection};
use halfsky_store::seal::key_file;

use super::Raw;

/// What was decided; files are read when a policy is made of it.
#[derive(Debug, Clone)]
pub(crate) struct Backups {
    pub dir: PathBuf,
    /// Hour of the day in China; None: none is made on its own.
    pub hour: Option<i8>,
    pub keep: usize,
    pub recipient: String,
    pub passphrase_file: Option<PathBuf>,
    pub key_file: PathBuf,
    /// Where anchors are kept a second time.
    pub anchors: Option<PathBuf>,
}

impl Backups {
    /// How backups are protected.
    pub(crate) fn protection(&self) -> anyhow::Result<Protection> {
        match &self.passphrase_file {
            Some(path) => Ok(Protection::passphrase(&secret_text(path)?)?),
            None if !self.recipient.is_empty() => Ok(Protection::recipient(&self.recipient)?),
            None => Ok(Protection::None),
        }
    }

    /// The policy the keeper of backups follows.
    pub(crate) fn policy(&self) -> anyhow::Result<Policy> {
        Ok(Policy {
            dir: self.dir.clone(),
            hour: self.hour,
            keep: self.keep,
            protection: self.protection()?,
            key_file: Some(self.key_file.clone()),
        })
    }
}

/// The text of a file that holds a passphrase or an identity.
pub(crate) fn secret_text(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path)
        .with_context(|| format!("不能读取 {}；请核对路径和权限", path.display()))
}

impl Raw {
    /// Checks what concerns backups.
    pub(super) fn backups(&self, dir: &Path) -> anyhow::Result<Backups> {
        let hour = match self.text("backup_hour") {
            "never" => None,
            text => match text.parse::<i8>() {
                Ok(hour) if (0..24).contains(&hour) => Some(hour),
                _ => return Err(self.wrong("backup_hour", "应为0到23的整数，或never")),
            },
        };
        let keep = self.number("backup_keep", 10_000)?;
        let passphrase_file = self.path("backup_passphrase_file");
        let recipient = self.text("backup_recipient").to_owned();
        if passphrase_file.is_some() && !recipient.is_empty() {
            let why = "与backup_recipient只写一个";
            return Err(self.wrong("backup_passphrase_file", why));
        }
        Ok(Backups {
            dir: self.path("backup_dir").unwrap_or_else(|| dir.join("backups")),
            hour,
            keep: usize::try_from(keep).unwrap_or(usize::MAX),
            recipient,
            passphrase_file,
            key_file: self.path("secret_file").unwrap_or_else(|| dir.join(key_file::NAME)),
            anchors: self.path("anchor_dir"),
        })
    }
}
