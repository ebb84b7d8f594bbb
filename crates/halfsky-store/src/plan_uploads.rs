//! Plan files that were uploaded and are being looked at: what any process needs to read one again. The bytes
//! are kept among the files.

use halfsky_plan::ref_area::RefArea;
use jiff::Timestamp;

use crate::error::Result;
use crate::files::FileHash;
use crate::row::{Row, instant_text, parsed, strange};
use crate::store::Store;
use crate::values::Value;

/// An uploaded file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanUpload {
    pub id: String,
    pub ref_area: RefArea,
    /// Name of the region; empty when the plan's own title names it.
    pub region: String,
    pub file_name: String,
    pub file: FileHash,
    pub started: Timestamp,
}

/// Keeps an upload whose bytes are kept already. What comes of it has its entry in the audit chain when it
/// becomes a draft.
pub async fn keep(store: &Store, upload: &PlanUpload) -> Result<()> {
    let sql = "insert into plan_upload (upload_id, ref_area, region, file_name, sha256, started_at) \
               values ($1, $2, $3, $4, $5, $6)";
    let values: [Value; 6] = [
        upload.id.as_str().into(),
        upload.ref_area.as_str().into(),
        upload.region.as_str().into(),
        upload.file_name.as_str().into(),
        upload.file.as_str().into(),
        instant_text(upload.started).into(),
    ];
    store.note(sql, &values).await.map(|_| ())
}

/// The upload of an id.
pub async fn find(store: &Store, id: &str) -> Result<Option<PlanUpload>> {
    let sql = "select upload_id, ref_area, region, file_name, sha256, started_at \
               from plan_upload where upload_id = $1";
    store.rows(sql, &[id.into()]).await?.first().map(upload_of).transpose()
}

/// Forgets uploads from before an instant; tells how many. Their bytes stay: another row may speak of them.
pub async fn forget_before(store: &Store, at: Timestamp) -> Result<u64> {
    store.note("delete from plan_upload where started_at < $1", &[instant_text(at).into()]).await
}

fn upload_of(row: &Row) -> Result<PlanUpload> {
    let hash = row.text("sha256")?;
    Ok(PlanUpload {
        id: row.text("upload_id")?,
        ref_area: parsed("ref_area", &row.text("ref_area")?)?,
        region: row.text("region")?,
        file_name: row.text("file_name")?,
        file: FileHash::parse(&hash).ok_or_else(|| strange("sha256", &hash))?,
        started: row.instant("started_at")?,
    })
}
