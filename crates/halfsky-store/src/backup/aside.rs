//! Data that make room for a restoration: moved into a directory beside, never deleted.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::Offset;

use crate::dialect;
use crate::error::{Error, Result};
use crate::location::{Location, Opening};

/// Begins the name of such a directory.
pub(crate) const PREFIX: &str = "replaced-";

/// Names carry the time people know.
const CHINA: Offset = Offset::constant(8);

/// What was moved, and where.
#[derive(Debug)]
pub(crate) struct Aside {
    /// Pairs of old and new path.
    moved: Vec<(PathBuf, PathBuf)>,
    dir: PathBuf,
}

/// Moves every database file of a data directory aside. Kept files stay: their names are their hashes, so
/// old and new live side by side. Refused while a program has the database open.
pub(crate) async fn take(to: &Location, data: &Path, at: Timestamp) -> Result<Aside> {
    let time = CHINA.to_datetime(at).strftime("%Y%m%d-%H%M%S").to_string();
    let dir = data.join(format!("{PREFIX}{time}"));
    let mut aside = Aside { moved: Vec::new(), dir };
    let names = database_files(data)?;
    if names.is_empty() {
        return Ok(aside);
    }
    require_alone(to).await?;
    std::fs::create_dir(&aside.dir).map_err(|error| Error::file(&aside.dir, error))?;
    // Closing the last connection has removed files that were there before.
    for name in database_files(data)? {
        let (from, into) = (data.join(&name), aside.dir.join(&name));
        if let Err(error) = std::fs::rename(&from, &into) {
            aside.put_back()?;
            return Err(Error::file(&from, error));
        }
        aside.moved.push((from, into));
    }
    Ok(aside)
}

fn database_files(data: &Path) -> Result<Vec<String>> {
    let entries = match std::fs::read_dir(data) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Error::file(data, error)),
    };
    let mut names = Vec::new();
    for entry in entries {
        let name = entry.map_err(|error| Error::file(data, error))?.file_name();
        names.extend(name.into_string().ok().filter(|name| {
            name.starts_with("halfsky")
                && [".sqlite", "-wal", "-shm"].iter().any(|e| name.ends_with(e))
        }));
    }
    Ok(names)
}

/// Whether nobody else has the database open. One that is too damaged to be opened is in nobody's use.
async fn require_alone(to: &Location) -> Result<()> {
    let Ok(mut connection) = dialect::connect(to, Opening::Existing).await else { return Ok(()) };
    let alone = dialect::is_alone(&mut connection).await;
    sqlx::Connection::close(connection).await?;
    if alone {
        return Ok(());
    }
    Err(Error::Conflict(format!("{to} 正被另一个程序使用，没有恢复；请先停止 halfsky serve 再试")))
}

impl Aside {
    /// Where the old data are; None when there were none.
    pub(crate) fn dir(self) -> Option<PathBuf> {
        (!self.moved.is_empty()).then_some(self.dir)
    }

    /// Moves everything back.
    pub(crate) fn put_back(self) -> Result<()> {
        for (from, into) in &self.moved {
            std::fs::rename(into, from).map_err(|error| Error::file(into, error))?;
        }
        std::fs::remove_dir(&self.dir).or_else(|error| match error.kind() {
            std::io::ErrorKind::NotFound => Ok(()),
            _ => Err(Error::file(&self.dir, error)),
        })
    }
}
