//! Where the data live: a directory with an embedded SQLite database, or a PostgreSQL database
//! with a directory for the files.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// Name of the embedded database inside its directory.
const SQLITE_FILE: &str = "halfsky.sqlite";

/// Name of the directory of files inside a data directory.
const FILES_DIR: &str = "files";

/// Where the data live.
#[derive(Clone, PartialEq, Eq)]
pub enum Location {
    /// A data directory: `halfsky.sqlite` and `files/`.
    SqliteDir(PathBuf),
    /// A PostgreSQL database (`postgres://…`); files are kept in the directory.
    Postgres {
        /// The address, which may hold a password: it is never printed.
        url: String,
        /// The directory of files.
        files_dir: PathBuf,
    },
}

/// Shows the location without user and password.
impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SqliteDir(dir) => write!(f, "{}", dir.display()),
            Self::Postgres { url, .. } => f.write_str(&without_secrets(url)),
        }
    }
}

impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Location({self})")
    }
}

impl Location {
    /// The directory of files.
    pub fn files_dir(&self) -> PathBuf {
        match self {
            Self::SqliteDir(dir) => dir.join(FILES_DIR),
            Self::Postgres { files_dir, .. } => files_dir.clone(),
        }
    }

    /// Whether this is a directory for SQLite that does not exist yet or holds nothing: only such a place
    /// may be migrated without being asked.
    pub fn is_empty_directory(&self) -> Result<bool> {
        let Self::SqliteDir(dir) = self else { return Ok(false) };
        match std::fs::read_dir(dir) {
            Ok(mut entries) => Ok(entries.next().is_none()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(true),
            Err(error) => Err(Error::file(dir, error)),
        }
    }

    /// The embedded database file; None for PostgreSQL.
    pub(crate) fn sqlite_file(&self) -> Option<PathBuf> {
        match self {
            Self::SqliteDir(dir) => Some(dir.join(SQLITE_FILE)),
            Self::Postgres { .. } => None,
        }
    }

    /// The address for the driver; `create` also makes a missing SQLite file.
    pub(crate) fn url(&self, opening: Opening) -> Result<String> {
        match self {
            Self::SqliteDir(dir) => {
                let file = std::path::absolute(dir.join(SQLITE_FILE))
                    .map_err(|error| Error::file(dir, error))?;
                let mode = match opening {
                    Opening::Existing => "rw",
                    Opening::Create => "rwc",
                };
                Ok(format!("sqlite://{}?mode={mode}", percent_encoded(&file)?))
            }
            Self::Postgres { url, .. } => {
                if url.starts_with("postgres://") || url.starts_with("postgresql://") {
                    Ok(url.clone())
                } else {
                    Err(Error::Unusable(
                        "数据库地址应以 postgres:// 开头，例如 postgres://用户@主机/库名"
                            .to_owned(),
                    ))
                }
            }
        }
    }
}

/// Whether a missing database file may be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Opening {
    Existing,
    Create,
}

/// The driver decodes the path as a URL: every byte that means something there is escaped.
fn percent_encoded(path: &Path) -> Result<String> {
    let text = path.to_str().ok_or_else(|| {
        Error::Unusable(format!(
            "数据目录“{}”的路径不是有效的 UTF-8 文字，请换一个目录",
            path.display()
        ))
    })?;
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            for digit in [byte >> 4, byte & 15] {
                encoded.push(char::from(b"0123456789ABCDEF"[usize::from(digit)]));
            }
            encoded.insert(encoded.len() - 2, '%');
        }
    }
    Ok(encoded)
}

/// Host and database of an address: what may be shown.
fn without_secrets(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("postgres", url));
    let place = rest.split(['?', '#']).next().unwrap_or("");
    let place = place.rsplit_once('@').map_or(place, |(_, after)| after);
    format!("{scheme}://{place}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_no_password() {
        let url = "postgres://office:se@cret@db.example:5433/halfsky?password=again".to_owned();
        let location = Location::Postgres { url, files_dir: PathBuf::from("files") };
        assert_eq!(location.to_string(), "postgres://db.example:5433/halfsky");
        assert_eq!(format!("{location:?}"), "Location(postgres://db.example:5433/halfsky)");
    }

    #[test]
    fn escapes_what_a_url_would_read() {
        let path = percent_encoded(Path::new("/数据 1/100%?#a")).unwrap();
        assert_eq!(path, "/%E6%95%B0%E6%8D%AE%201/100%25%3F%23a");
    }
}
