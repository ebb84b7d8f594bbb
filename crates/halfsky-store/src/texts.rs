//! Texts (文字材料) that units send to the office: versions with their form fields and files.

mod find;

use std::collections::BTreeMap;

use halfsky_monitor::text_report::{Attachment, TextKind, TextReport};

use crate::error::{Error, Result, is_taken};
use crate::plans::Stamp;
use crate::row::{Row, instant_text};
use crate::store::Store;
use crate::tasks::TaskKey;
use crate::tx::Tx;
use crate::values::{Columns, Value};

pub use find::{ExpectedText, TextFilter, TextSort, count, find, years};

const HEAD: Columns = Columns {
    table: "text_report",
    names: &[
        "ref_area",
        "round_id",
        "unit_id",
        "version",
        "kind",
        "revision",
        "changed_at",
        "changed_by",
        "submitted_at",
        "filing_number",
    ],
};

const FIELD: Columns = Columns {
    table: "text_field",
    names: &["ref_area", "round_id", "unit_id", "version", "position", "code", "content"],
};

const ATTACHMENT: Columns = Columns {
    table: "text_attachment",
    names: &["ref_area", "round_id", "unit_id", "version", "position", "name", "sha256", "size"],
};

/// One version of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredText {
    /// From 1.
    pub version: u32,
    pub report: TextReport,
    /// Grows with every change; a form carries it and hands it back.
    pub revision: i64,
    pub changed: Stamp,
    /// When it was handed in; a version that was never changes again.
    pub submitted_at: Option<jiff::Timestamp>,
    /// 归档号, once the office has accepted it; empty before.
    pub filing_number: String,
}

/// Every version of a unit's text in a round, oldest first.
pub async fn versions(store: &Store, key: &TaskKey) -> Result<Vec<StoredText>> {
    let values = key.values();
    let mut snapshot = store.snapshot().await?;
    let heads = snapshot.rows(HEADS, &values).await?;
    let fields = snapshot.rows(FIELDS, &values).await?;
    let attachments = snapshot.rows(ATTACHMENTS, &values).await?;
    snapshot.end().await?;
    let mut words: BTreeMap<u32, Vec<(String, String)>> = BTreeMap::new();
    for row in &fields {
        let field = (row.text("code")?, row.text("content")?);
        words.entry(row.number("version")?).or_default().push(field);
    }
    let mut files: BTreeMap<u32, Vec<Attachment>> = BTreeMap::new();
    for row in &attachments {
        files.entry(row.number("version")?).or_default().push(attachment_of(row)?);
    }
    heads
        .iter()
        .map(|row| {
            let version = row.number("version")?;
            let words = words.remove(&version).unwrap_or_default();
            text_of(row, words, files.remove(&version).unwrap_or_default())
        })
        .collect()
}

const HEADS: &str = "select version, kind, revision, changed_at, changed_by, submitted_at, \
    filing_number from text_report where ref_area = $1 and round_id = $2 and unit_id = $3 \
    order by version";
const FIELDS: &str = "select version, code, content from text_field \
    where ref_area = $1 and round_id = $2 and unit_id = $3 order by version, position";
const ATTACHMENTS: &str = "select version, name, sha256, size from text_attachment \
    where ref_area = $1 and round_id = $2 and unit_id = $3 order by version, position";

/// Keeps what was written: the open version changes, or the next one begins when the last was handed in. `seen` is
/// the revision the person began to write on, 0 when a new version begins. Returns version and revision.
pub async fn save(
    tx: &mut Tx,
    key: &TaskKey,
    seen: i64,
    report: &TextReport,
    stamp: &Stamp,
) -> Result<(u32, i64)> {
    let sql = "select version, revision, submitted_at from text_report \
               where ref_area = $1 and round_id = $2 and unit_id = $3 \
               order by version desc limit 1";
    let rows = tx.rows(sql, &key.values()).await?;
    let (version, revision, open) = match rows.first() {
        None => (1, 0, false),
        Some(row) => {
            let version: u32 = row.number("version")?;
            match row.optional_text("submitted_at")? {
                None => (version, row.integer("revision")?, true),
                Some(_) => (version + 1, 0, false),
            }
        }
    };
    if seen != revision {
        return Err(Error::Conflict(
            "这份材料刚被同单位的人修改，您的改动没有保存；请对照后重新保存".to_owned(),
        ));
    }
    let revision = revision + 1;
    if open {
        replace(tx, key, version, report, (revision, stamp)).await?;
    } else {
        insert_head(tx, key, version, report, (revision, stamp)).await?;
    }
    insert_parts(tx, key, version, report).await?;
    Ok((version, revision))
}

/// Marks the open version as handed in.
pub async fn hand_in(tx: &mut Tx, key: &TaskKey, version: u32, stamp: &Stamp) -> Result<()> {
    let sql = "update text_report set submitted_at = $5 where ref_area = $1 and round_id = $2 \
               and unit_id = $3 and version = $4 and submitted_at is null";
    let mut values = key.values();
    values.extend([version.into(), instant_text(stamp.at).into()]);
    match tx.execute(sql, &values).await? {
        0 => Err(Error::Conflict("这份材料已经报送，请刷新".to_owned())),
        _ => Ok(()),
    }
}

/// Files a version under a number the office gave.
pub async fn file(tx: &mut Tx, key: &TaskKey, version: u32, number: &str) -> Result<()> {
    let sql = "update text_report set filing_number = $5 where ref_area = $1 and round_id = $2 \
               and unit_id = $3 and version = $4 and submitted_at is not null";
    let mut values = key.values();
    values.extend([version.into(), number.into()]);
    match tx.execute(sql, &values).await? {
        0 => Err(Error::Conflict("这份材料还没有报送，不能归档".to_owned())),
        _ => Ok(()),
    }
}

async fn insert_head(
    tx: &mut Tx,
    key: &TaskKey,
    version: u32,
    report: &TextReport,
    (revision, stamp): (i64, &Stamp),
) -> Result<()> {
    let mut row = key.values();
    row.extend([
        version.into(),
        report.kind.code().into(),
        revision.into(),
        instant_text(stamp.at).into(),
        stamp.by.as_str().into(),
        Value::Text(None),
        "".into(),
    ]);
    tx.insert(HEAD, &[row]).await.map_err(|error| {
        if is_taken(&error) {
            Error::Conflict("这份材料刚被同单位的人新建，请刷新".to_owned())
        } else {
            error
        }
    })
}

async fn replace(
    tx: &mut Tx,
    key: &TaskKey,
    version: u32,
    report: &TextReport,
    (revision, stamp): (i64, &Stamp),
) -> Result<()> {
    let sql = "update text_report set kind = $5, revision = $6, changed_at = $7, changed_by = $8 \
               where ref_area = $1 and round_id = $2 and unit_id = $3 and version = $4";
    let mut values = key.values();
    values.push(version.into());
    for table in [
        "delete from text_field \
         where ref_area = $1 and round_id = $2 and unit_id = $3 and version = $4",
        "delete from text_attachment \
         where ref_area = $1 and round_id = $2 and unit_id = $3 and version = $4",
    ] {
        tx.execute(table, &values).await?;
    }
    values.extend([
        report.kind.code().into(),
        revision.into(),
        instant_text(stamp.at).into(),
        stamp.by.as_str().into(),
    ]);
    tx.execute(sql, &values).await.map(|_| ())
}

async fn insert_parts(tx: &mut Tx, key: &TaskKey, version: u32, report: &TextReport) -> Result<()> {
    let start = |position: usize| {
        let mut row = key.values();
        row.extend([version.into(), Value::count(position)?]);
        Ok::<_, Error>(row)
    };
    let mut fields = Vec::new();
    for (position, (code, content)) in report.words.iter().enumerate() {
        let mut row = start(position)?;
        row.extend([code.as_str().into(), content.as_str().into()]);
        fields.push(row);
    }
    tx.insert(FIELD, &fields).await?;
    let mut files = Vec::new();
    for (position, file) in report.attachments.iter().enumerate() {
        let size = i64::try_from(file.size)
            .map_err(|_| Error::Invalid(format!("文件“{}”过大", file.name)))?;
        let mut row = start(position)?;
        row.extend([file.name.as_str().into(), file.sha256.as_str().into(), size.into()]);
        files.push(row);
    }
    tx.insert(ATTACHMENT, &files).await
}

fn attachment_of(row: &Row) -> Result<Attachment> {
    Ok(Attachment {
        name: row.text("name")?,
        sha256: row.text("sha256")?,
        size: row.number("size")?,
    })
}

fn text_of(
    row: &Row,
    words: Vec<(String, String)>,
    attachments: Vec<Attachment>,
) -> Result<StoredText> {
    Ok(StoredText {
        version: row.number("version")?,
        report: TextReport { kind: row.coded("kind", TextKind::from_code)?, words, attachments },
        revision: row.integer("revision")?,
        changed: Stamp { at: row.instant("changed_at")?, by: row.text("changed_by")? },
        submitted_at: row.optional_instant("submitted_at")?,
        filing_number: row.text("filing_number")?,
    })
}
