//! The manifest: what a backup holds, so that anything missing, added or changed is seen.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Name of the manifest in the archive; it is the last part.
pub(crate) const NAME: &str = "manifest.json";

/// Name of the part that holds the key file of the installation; only encrypted backups have it.
pub(crate) const KEY: &str = "secret.key";

/// The kind of file this is.
const FORMAT: &str = "halfsky-backup";

/// The version of the layout.
const VERSION: u32 = 1;

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    format: String,
    version: u32,
    /// Version of the program that made it.
    pub program: String,
    /// UTC instant.
    pub created_at: String,
    /// Schema version of the database.
    pub schema_version: i64,
    /// Every table, in name order.
    pub tables: Vec<Table>,
    /// How many kept files.
    pub files: u64,
    /// Sequence and hash of the last entry of each audit chain.
    pub audit_heads: BTreeMap<String, (i64, String)>,
    /// Every part before the manifest, in order.
    pub(crate) parts: Vec<Part>,
}

/// A table of the backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    pub name: String,
    pub(crate) columns: Vec<Column>,
    pub rows: u64,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) kind: Kind,
}

/// The portable column types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    Text,
    Integer,
    Real,
}

impl Kind {
    /// The kind of a column as both databases name its type.
    pub(crate) fn from_type(name: &str) -> Option<Self> {
        match name {
            "text" => Some(Self::Text),
            "bigint" => Some(Self::Integer),
            "double precision" => Some(Self::Real),
            _ => None,
        }
    }
}

/// One part of the archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) size: u64,
    pub(crate) sha256: String,
}

impl Manifest {
    /// A manifest without parts; the writer of the archive adds them.
    pub(crate) fn new(created_at: String, schema_version: i64) -> Self {
        Self {
            format: FORMAT.to_owned(),
            version: VERSION,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            created_at,
            schema_version,
            tables: Vec::new(),
            files: 0,
            audit_heads: BTreeMap::new(),
            parts: Vec::new(),
        }
    }

    /// Rows of all tables.
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.rows).sum()
    }

    /// Reads a manifest; the error says in plain Chinese why it is none of ours.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, String> {
        let manifest: Self =
            serde_json::from_slice(bytes).map_err(|error| format!("清单不能识别（{error}）"))?;
        if manifest.format != FORMAT {
            return Err("不是半边天的备份".to_owned());
        }
        if manifest.version != VERSION {
            return Err(format!(
                "备份格式是第 {} 版，本程序只认识第 {VERSION} 版；请改用新版 halfsky",
                manifest.version
            ));
        }
        Ok(manifest)
    }
}

/// Name of a part that holds rows.
pub(crate) fn rows_part(table: &str, number: u32) -> String {
    format!("tables/{table}/{number:06}.jsonl")
}

/// The table whose rows a part holds.
pub(crate) fn table_of(part: &str) -> Option<&str> {
    let (table, rest) = part.strip_prefix("tables/")?.split_once('/')?;
    rest.strip_suffix(".jsonl").map(|_| table)
}

/// Name of a part that holds a kept file.
pub(crate) fn file_part(hash: &str) -> String {
    format!("files/{hash}")
}

/// The hash of the kept file that a part holds.
pub(crate) fn file_of(part: &str) -> Option<&str> {
    part.strip_prefix("files/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_parts_are_read_back() {
        assert_eq!(table_of(&rows_part("plan", 3)), Some("plan"));
        assert_eq!(file_of(&file_part("ab")), Some("ab"));
        assert_eq!((table_of("files/ab"), file_of("tables/plan/1.jsonl")), (None, None));
    }

    #[test]
    fn what_is_no_manifest_says_so() {
        let manifest = Manifest::new("2026-03-05T01:30:00Z".to_owned(), 3);
        let text = serde_json::to_string(&manifest).unwrap();
        assert_eq!(Manifest::parse(text.as_bytes()), Ok(manifest));
        let refused = |text: &str| Manifest::parse(text.as_bytes()).unwrap_err();
        assert!(refused("{}").contains("不能识别"));
        assert!(refused(&text.replace("halfsky-backup", "other")).contains("不是半边天的备份"));
        assert!(refused(&text.replace("\"version\":1", "\"version\":2")).contains("新版"));
    }
}
