//! Archives put together by hand: of the first release, and of a newer program.

use std::fs::File;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use halfsky_store::backup::{Protection, Unlock};
use halfsky_store::files::FileHash;
use halfsky_store::testing::{ScratchDir, TestDatabase};
use halfsky_store::{Location, Store, audit};
use serde_json::json;

use super::{empty_places, furnish, make, restore};
use crate::specimen::area;

/// The chain of the first release, as it stands in `specimen`.
const ENTRIES: &str = concat!(
    r#"["990101",1,"2026-03-05T01:30:00.000000Z","命令行","plan.import","plan a/1","规划.docx","#,
    r#""6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b","","#,
    r#""858250aedf817086b9910e90adaf81d29c7b3225d1f7d785f90b9866d3d3a73a"]"#,
    "\n",
    r#"["990101",2,"2026-03-05T01:31:00.000000Z","命令行","plan.confirm","plan a/1","","#,
    r#""d4735e3a265e16eee03f59718b9b5d03019c07d8b6c51f90da3a666eec13ab35","#,
    r#""858250aedf817086b9910e90adaf81d29c7b3225d1f7d785f90b9866d3d3a73a","#,
    r#""d7169e10ef9278d535499c788e53b992ed1471090d34071faf53a8c07241b587"]"#,
    "\n"
);
const HEADS: &str =
    "[\"990101\",2,\"d7169e10ef9278d535499c788e53b992ed1471090d34071faf53a8c07241b587\"]\n";

fn table(name: &str, columns: &[(&str, &str)], rows: u64) -> serde_json::Value {
    let columns: Vec<_> =
        columns.iter().map(|(name, kind)| json!({ "name": name, "kind": kind })).collect();
    json!({ "name": name, "columns": columns, "rows": rows })
}

/// Writes an archive of the first release; `version` is what its manifest says of the schema.
fn write(dir: &Path, version: i64) -> PathBuf {
    let path = dir.join("halfsky-20260305-093000.tar.gz");
    let mut tar =
        tar::Builder::new(GzEncoder::new(File::create(&path).unwrap(), Compression::fast()));
    let mut append = |name: &str, bytes: &[u8]| {
        let mut header = tar::Header::new_gnu();
        header.set_size(u64::try_from(bytes.len()).unwrap());
        tar.append_data(&mut header, name, bytes).unwrap();
        json!({ "name": name, "size": bytes.len(), "sha256": FileHash::of(bytes).as_str() })
    };
    let parts = [
        append("tables/audit_entry/000001.jsonl", ENTRIES.as_bytes()),
        append("tables/audit_head/000001.jsonl", HEADS.as_bytes()),
    ];
    let text = |name| (name, "text");
    let entry_columns = [
        text("ref_area"),
        ("sequence", "integer"),
        text("at"),
        text("actor"),
        text("action"),
        text("object"),
        text("reason"),
        text("content_hash"),
        text("previous_hash"),
        text("hash"),
    ];
    let head_columns = [text("ref_area"), ("sequence", "integer"), text("hash")];
    let manifest = json!({
        "format": "halfsky-backup", "version": 1, "program": "0.1.0",
        "created_at": "2026-03-05T01:30:00Z", "schema_version": version,
        "tables": [table("audit_entry", &entry_columns, 2), table("audit_head", &head_columns, 1)],
        "files": 0, "audit_heads": {}, "parts": parts,
    });
    append("manifest.json", manifest.to_string().as_bytes());
    tar.into_inner().unwrap().finish().unwrap();
    path
}

#[tokio::test]
async fn a_backup_of_the_first_release_is_brought_up() {
    let dir = ScratchDir::new();
    let path = write(dir.path(), 3);
    for place in empty_places(dir.path()).await {
        let back = restore(&path, &Unlock::Nothing, &place).await.unwrap();
        assert!(back.audit.is_intact(), "{place}: {:?}", back.audit.findings());
        let store = Store::open(&place).await.unwrap();
        let entries = audit::entries(&store, &area(), 0, 10).await.unwrap();
        assert_eq!(entries.len(), 2, "{place}");
        store.close().await;
    }
}

#[tokio::test]
async fn a_backup_of_a_newer_program_is_refused() {
    let dir = ScratchDir::new();
    let path = write(dir.path(), 9_000);
    let place = Location::SqliteDir(dir.path().join("new"));
    let refused = restore(&path, &Unlock::Nothing, &place).await.unwrap_err().to_string();
    assert!(refused.contains("第 9000 版") && refused.contains("新版"), "{refused}");
}

/// The manifest says version 6, the rows have the shape of version 3.
#[tokio::test]
async fn tables_of_another_shape_leave_nothing_behind() {
    let dir = ScratchDir::new();
    let path = write(dir.path(), 5);
    for place in empty_places(dir.path()).await {
        let refused = restore(&path, &Unlock::Nothing, &place).await.unwrap_err().to_string();
        assert!(refused.contains("结构不符"), "{refused}");
        if let Location::SqliteDir(dir) = &place {
            assert!(!dir.join("halfsky.sqlite").exists());
        }
    }
}

#[tokio::test]
async fn a_place_where_a_restoration_failed_is_still_empty() {
    let database = TestDatabase::sqlite().await;
    furnish(&database.store).await;
    let good = make(&database, Protection::None).await;
    for place in empty_places(database.dir()).await {
        let bad = write(database.dir(), 5);
        restore(&bad, &Unlock::Nothing, &place).await.unwrap_err();
        let back = restore(&good.path, &Unlock::Nothing, &place).await.unwrap();
        assert!(back.audit.is_intact(), "{place}");
    }
}
