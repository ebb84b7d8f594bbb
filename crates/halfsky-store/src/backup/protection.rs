//! Encryption of backups with age: for the holder of a key file, or for whoever knows a passphrase.

use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};

use age::secrecy::SecretString;
use age::stream::{StreamReader, StreamWriter};
use age::{Decryptor, Encryptor, IdentityFile};

use crate::error::{Error, Result};

/// First bytes of an encrypted file.
const MAGIC: &[u8] = b"age-encryption.org/";

/// How a backup is protected.
#[derive(Clone)]
pub enum Protection {
    /// Not at all.
    None,
    /// For the holder of an identity; safe to keep in a configuration, because it only encrypts.
    Recipient(Box<age::x25519::Recipient>),
    Passphrase(SecretString),
}

impl fmt::Debug for Protection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "None",
            Self::Recipient(_) => "Recipient",
            Self::Passphrase(_) => "Passphrase",
        })
    }
}

impl Protection {
    /// Protection for a recipient (`age1…`).
    pub fn recipient(text: &str) -> Result<Self> {
        let recipient = text.trim().parse().map_err(|reason: &str| {
            Error::Unusable(format!(
                "“{}”不是age公钥（{reason}）；应以 age1 开头，由 age-keygen 生成",
                text.trim()
            ))
        })?;
        Ok(Self::Recipient(Box::new(recipient)))
    }

    /// Protection by a passphrase.
    pub fn passphrase(text: &str) -> Result<Self> {
        passphrase(text).map(Self::Passphrase)
    }

    /// Whether anything protects the backup.
    pub fn is_encrypted(&self) -> bool {
        !matches!(self, Self::None)
    }

    /// Wraps the file that is written.
    pub(crate) fn wrap(&self, file: BufWriter<File>) -> Result<Sink> {
        let encryptor = match self {
            Self::None => return Ok(Sink::Plain(file)),
            Self::Recipient(recipient) => {
                let recipient: &dyn age::Recipient = recipient.as_ref();
                Encryptor::with_recipients(std::iter::once(recipient))
                    .map_err(|error| Error::Unusable(format!("不能加密备份：{error}")))?
            }
            Self::Passphrase(passphrase) => Encryptor::with_user_passphrase(passphrase.clone()),
        };
        let writer = encryptor
            .wrap_output(file)
            .map_err(|error| Error::Unusable(format!("不能写入备份：{error}")))?;
        Ok(Sink::Sealed(writer))
    }
}

fn passphrase(text: &str) -> Result<SecretString> {
    let text = text.trim_end_matches(['\r', '\n']);
    if text.chars().count() < 12 {
        return Err(Error::Unusable("备份口令至少12个字".to_owned()));
    }
    Ok(SecretString::from(text.to_owned()))
}

/// What a backup is written into.
pub(crate) enum Sink {
    Plain(BufWriter<File>),
    Sealed(StreamWriter<BufWriter<File>>),
}

impl Sink {
    /// Ends the encryption and hands the file back.
    pub(crate) fn finish(self) -> io::Result<File> {
        let buffer = match self {
            Self::Plain(file) => file,
            Self::Sealed(writer) => writer.finish()?,
        };
        buffer.into_inner().map_err(io::IntoInnerError::into_error)
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(file) => file.write(bytes),
            Self::Sealed(writer) => writer.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(file) => file.flush(),
            Self::Sealed(writer) => writer.flush(),
        }
    }
}

/// What opens an encrypted backup.
#[derive(Clone)]
pub enum Unlock {
    Nothing,
    /// The text of an identity file (`AGE-SECRET-KEY-…`).
    Identity(SecretString),
    Passphrase(SecretString),
}

impl fmt::Debug for Unlock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nothing => "Nothing",
            Self::Identity(_) => "Identity",
            Self::Passphrase(_) => "Passphrase",
        })
    }
}

impl Unlock {
    /// With the text of an identity file.
    pub fn identity(text: &str) -> Self {
        Self::Identity(SecretString::from(text.to_owned()))
    }

    /// With a passphrase.
    pub fn passphrase(text: &str) -> Self {
        Self::Passphrase(SecretString::from(text.trim_end_matches(['\r', '\n']).to_owned()))
    }

    /// Opens a backup file, encrypted or not.
    pub(crate) fn open(&self, file: File) -> Result<Source> {
        let mut buffer = BufReader::with_capacity(1 << 16, file);
        let start = buffer.fill_buf().map_err(|e| Error::Unusable(format!("不能读取备份：{e}")))?;
        if !start.starts_with(MAGIC) {
            return Ok(Source::Plain(buffer));
        }
        let decryptor = Decryptor::new_buffered(buffer)
            .map_err(|error| Error::Unusable(format!("备份的加密格式不能识别：{error}")))?;
        let opened = match self {
            Self::Nothing => {
                return Err(Error::Unusable(
                    "备份是加密的；请用 --identity 给出私钥文件，或用 --passphrase-file 给出口令文件"
                        .to_owned(),
                ));
            }
            Self::Identity(text) => {
                let identities = identities(text)?;
                decryptor.decrypt(identities.iter().map(|i| i.as_ref() as &dyn age::Identity))
            }
            Self::Passphrase(passphrase) => {
                let identity = age::scrypt::Identity::new(passphrase.clone());
                decryptor.decrypt(std::iter::once(&identity as &dyn age::Identity))
            }
        };
        opened.map(Source::Sealed).map_err(|error| {
            Error::Unusable(format!("不能解密备份，私钥或口令不对，或文件已损坏（{error}）"))
        })
    }
}

fn identities(text: &SecretString) -> Result<Vec<Box<dyn age::Identity + Send + Sync>>> {
    use age::secrecy::ExposeSecret as _;
    IdentityFile::from_buffer(text.expose_secret().as_bytes())
        .map_err(|_| ())
        .and_then(|file| file.into_identities().map_err(|_| ()))
        .map_err(|()| Error::Unusable("私钥文件不能识别；应由 age-keygen 生成".to_owned()))
}

/// What a backup is read from.
pub(crate) enum Source {
    Plain(BufReader<File>),
    Sealed(StreamReader<BufReader<File>>),
}

impl Read for Source {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(file) => file.read(bytes),
            Self::Sealed(reader) => reader.read(bytes),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_not_shown() {
        let protection = Protection::passphrase("geheim geheim\n").unwrap();
        let shown = format!("{protection:?} {:?}", Unlock::passphrase("geheim geheim"));
        assert!(!shown.contains("geheim"), "{shown}");
    }

    #[test]
    fn weak_or_wrong_protection_is_refused() {
        assert!(Protection::passphrase("short\n").is_err());
        let refused = Protection::recipient("age1none").unwrap_err().to_string();
        assert!(refused.contains("age-keygen"), "{refused}");
    }
}
