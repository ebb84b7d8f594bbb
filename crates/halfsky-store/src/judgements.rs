//! 定性目标认定: what people said of qualitative targets, with the files kept as evidence; the newest holds.

use std::collections::BTreeMap;

use halfsky_evaluate::qualitative::Progress;
use halfsky_monitor::text_report::Attachment;
use halfsky_plan::ref_area::RefArea;
use halfsky_plan::version::PlanId;

use crate::error::{Error, Result, is_taken};
use crate::plans::Stamp;
use crate::row::{Row, instant_text};
use crate::store::Store;
use crate::tx::Tx;
use crate::values::{Columns, Value};

const JUDGEMENT: Columns = Columns {
    table: "target_judgement",
    names: &[
        "ref_area",
        "plan_id",
        "target_key",
        "sequence",
        "year",
        "progress",
        "reason",
        "judged_at",
        "judged_by",
    ],
};

const EVIDENCE: Columns = Columns {
    table: "target_evidence",
    names: &["ref_area", "plan_id", "target_key", "sequence", "position", "name", "sha256", "size"],
};

/// What a person said of a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    pub progress: Progress,
    /// The year it speaks of.
    pub year: i32,
    pub reason: String,
    pub evidence: Vec<Attachment>,
    pub stamp: Stamp,
}

/// Every judgement of a plan by target key, oldest first.
pub async fn of_plan(
    store: &Store,
    ref_area: &RefArea,
    plan: &PlanId,
) -> Result<BTreeMap<String, Vec<Judgement>>> {
    let values = [ref_area.as_str().into(), plan.0.as_str().into()];
    let mut snapshot = store.snapshot().await?;
    let rows = snapshot.rows(JUDGEMENTS, &values).await?;
    let files = snapshot.rows(FILES, &values).await?;
    snapshot.end().await?;
    let mut evidence: BTreeMap<(String, i64), Vec<Attachment>> = BTreeMap::new();
    for row in &files {
        let key = (row.text("target_key")?, row.integer("sequence")?);
        evidence.entry(key).or_default().push(attachment_of(row)?);
    }
    let mut found: BTreeMap<String, Vec<Judgement>> = BTreeMap::new();
    for row in &rows {
        let key = (row.text("target_key")?, row.integer("sequence")?);
        let files = evidence.remove(&key).unwrap_or_default();
        found.entry(key.0).or_default().push(Judgement {
            progress: row.coded("progress", Progress::from_code)?,
            year: row.number("year")?,
            reason: row.text("reason")?,
            evidence: files,
            stamp: Stamp { at: row.instant("judged_at")?, by: row.text("judged_by")? },
        });
    }
    Ok(found)
}

const JUDGEMENTS: &str = "select target_key, sequence, year, progress, reason, judged_at, \
    judged_by from target_judgement where ref_area = $1 and plan_id = $2 \
    order by target_key, sequence";
const FILES: &str = "select target_key, sequence, name, sha256, size from target_evidence \
    where ref_area = $1 and plan_id = $2 order by target_key, sequence, position";

/// Adds a judgement after those seen.
pub async fn add(
    tx: &mut Tx,
    plan: &PlanId,
    target_key: &str,
    seen: usize,
    judgement: &Judgement,
) -> Result<()> {
    let start: Vec<Value> = vec![
        tx.ref_area().into(),
        plan.0.as_str().into(),
        target_key.into(),
        Value::count(seen + 1)?,
    ];
    let mut row = start.clone();
    row.extend([
        judgement.year.into(),
        judgement.progress.code().into(),
        judgement.reason.as_str().into(),
        instant_text(judgement.stamp.at).into(),
        judgement.stamp.by.as_str().into(),
    ]);
    tx.insert(JUDGEMENT, &[row]).await.map_err(|error| {
        if is_taken(&error) {
            Error::Conflict("这个目标刚被别人认定，请刷新后核对".to_owned())
        } else {
            error
        }
    })?;
    let rows = file_rows(&start, &judgement.evidence)?;
    tx.insert(EVIDENCE, &rows).await
}

/// The rows of files under the key of what they belong to.
pub(crate) fn file_rows(start: &[Value], files: &[Attachment]) -> Result<Vec<Vec<Value>>> {
    files
        .iter()
        .enumerate()
        .map(|(position, file)| {
            let size = i64::try_from(file.size)
                .map_err(|_| Error::Invalid(format!("文件“{}”过大", file.name)))?;
            let mut row = start.to_vec();
            row.extend([
                Value::count(position)?,
                file.name.as_str().into(),
                file.sha256.as_str().into(),
                size.into(),
            ]);
            Ok(row)
        })
        .collect()
}

/// A file as a row tells it.
pub(crate) fn attachment_of(row: &Row) -> Result<Attachment> {
    Ok(Attachment {
        name: row.text("name")?,
        sha256: row.text("sha256")?,
        size: row.number("size")?,
    })
}
