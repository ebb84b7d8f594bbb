//! The audit chain: append-only, one chain per region; each entry holds the hash of the one before it.
//!
//! An entry is written by [`crate::Tx::commit`] in the transaction of the data it speaks of, and by nothing else.

use halfsky_plan::ref_area::RefArea;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use crate::error::Result;
use crate::files::hexadecimal;
use crate::row::{Row, instant_text};
use crate::store::Store;
use crate::tx::Tx;
use crate::values::{Columns, Value};

/// The chain of changes to reference data, which belong to no region.
pub const REFERENCE_AREA: &str = "000000";

/// Entries read at a time while a chain is checked.
const PAGE: i64 = 1_000;

/// What a caller tells about a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// When, read once per request.
    pub at: Timestamp,
    /// Who: an account name, or the name of the command.
    pub actor: String,
    /// What was done, as a code (`plan.import`).
    pub action: String,
    /// What it was done to (`plan 0192…/2`).
    pub object: String,
    /// Why, in the person's words; empty where none is asked for.
    pub reason: String,
}

impl Entry {
    /// An entry without a reason.
    pub fn new(at: Timestamp, actor: &str, action: &str, object: &str) -> Self {
        Self {
            at,
            actor: actor.to_owned(),
            action: action.to_owned(),
            object: object.to_owned(),
            reason: String::new(),
        }
    }

    /// Adds the reason a person gave.
    #[must_use]
    pub fn because(mut self, reason: &str) -> Self {
        reason.clone_into(&mut self.reason);
        self
    }
}

/// An entry as it stands in the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedEntry {
    pub ref_area: String,
    /// From 1, without gaps.
    pub sequence: i64,
    /// UTC instant, as kept.
    pub at: String,
    pub actor: String,
    pub action: String,
    pub object: String,
    pub reason: String,
    /// Hash over every value the transaction wrote.
    pub content_hash: String,
    /// Hash of the entry before; empty for the first.
    pub previous_hash: String,
    /// Hash over all fields above.
    pub hash: String,
}

/// Where a chain ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) sequence: i64,
    pub(crate) hash: String,
}

/// The outcome of recomputing a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verification {
    /// Every entry stands as it was written.
    Intact {
        /// How many there are.
        entries: i64,
    },
    /// Something was changed, removed or added.
    Broken {
        /// Number of the first entry that does not fit.
        sequence: i64,
        /// What is wrong, in plain Chinese.
        finding: String,
    },
}

/// Recomputes the chain of a region from its first entry.
pub async fn verify(store: &Store, ref_area: &RefArea) -> Result<Verification> {
    verify_chain(store, ref_area.as_str()).await
}

/// Recomputes every chain, also that of reference data; regions in code order.
pub async fn verify_all(store: &Store) -> Result<Vec<(String, Verification)>> {
    let sql = "select ref_area from audit_head union select ref_area from audit_entry \
               order by ref_area";
    let mut outcome = Vec::new();
    for row in store.rows(sql, &[]).await? {
        let area = row.text("ref_area")?;
        let verification = verify_chain(store, &area).await?;
        outcome.push((area, verification));
    }
    Ok(outcome)
}

/// Entries of a region after a number, oldest first.
pub async fn entries(
    store: &Store,
    ref_area: &RefArea,
    after: i64,
    most: i64,
) -> Result<Vec<SealedEntry>> {
    let values = [ref_area.as_str().into(), after.into(), most.into()];
    store.rows(ENTRIES, &values).await?.iter().map(entry_of).collect()
}

/// Entries about one object, oldest first.
pub async fn entries_about(
    store: &Store,
    ref_area: &RefArea,
    object: &str,
) -> Result<Vec<SealedEntry>> {
    let values = [ref_area.as_str().into(), object.into()];
    store.rows(ENTRIES_ABOUT, &values).await?.iter().map(entry_of).collect()
}

const ENTRIES: &str = "select ref_area, sequence, at, actor, action, object, reason, \
    content_hash, previous_hash, hash from audit_entry \
    where ref_area = $1 and sequence > $2 order by ref_area, sequence limit $3";

const ENTRIES_ABOUT: &str = "select ref_area, sequence, at, actor, action, object, reason, \
    content_hash, previous_hash, hash from audit_entry \
    where ref_area = $1 and object = $2 order by ref_area, sequence";

const ENTRY_COLUMNS: Columns = Columns {
    table: "audit_entry",
    names: &[
        "ref_area",
        "sequence",
        "at",
        "actor",
        "action",
        "object",
        "reason",
        "content_hash",
        "previous_hash",
        "hash",
    ],
};

fn entry_of(row: &Row) -> Result<SealedEntry> {
    Ok(SealedEntry {
        ref_area: row.text("ref_area")?,
        sequence: row.integer("sequence")?,
        at: row.text("at")?,
        actor: row.text("actor")?,
        action: row.text("action")?,
        object: row.text("object")?,
        reason: row.text("reason")?,
        content_hash: row.text("content_hash")?,
        previous_hash: row.text("previous_hash")?,
        hash: row.text("hash")?,
    })
}

async fn verify_chain(store: &Store, ref_area: &str) -> Result<Verification> {
    let mut snapshot = store.snapshot().await?;
    let mut last = Head { sequence: 0, hash: String::new() };
    loop {
        let values = [ref_area.into(), last.sequence.into(), PAGE.into()];
        let rows = snapshot.rows(ENTRIES, &values).await?;
        if rows.is_empty() {
            break;
        }
        for row in &rows {
            let entry = entry_of(row)?;
            if let Some(finding) = fault(&last, &entry) {
                return Ok(Verification::Broken { sequence: last.sequence + 1, finding });
            }
            last = Head { sequence: entry.sequence, hash: entry.hash };
        }
    }
    let head = snapshot
        .rows("select sequence, hash from audit_head where ref_area = $1", &[ref_area.into()])
        .await?;
    snapshot.end().await?;
    let head = match head.first() {
        Some(row) => Head { sequence: row.integer("sequence")?, hash: row.text("hash")? },
        None => Head { sequence: 0, hash: String::new() },
    };
    if head == last {
        return Ok(Verification::Intact { entries: last.sequence });
    }
    let finding = format!("链尾应为第 {} 条，实际到第 {} 条", head.sequence, last.sequence);
    Ok(Verification::Broken { sequence: last.sequence + 1, finding })
}

/// What is wrong with an entry that should follow `last`.
fn fault(last: &Head, entry: &SealedEntry) -> Option<String> {
    let expected = last.sequence + 1;
    if entry.sequence != expected {
        return Some(format!("缺少第 {expected} 条"));
    }
    if entry.previous_hash != last.hash {
        return Some(format!("第 {expected} 条与前一条不相接"));
    }
    if entry.hash != hash_of(entry) {
        return Some(format!("第 {expected} 条的内容被改动"));
    }
    None
}

/// Makes the next entry of a chain.
pub(crate) fn seal(ref_area: &str, head: &Head, entry: Entry, content_hash: String) -> SealedEntry {
    let mut sealed = SealedEntry {
        ref_area: ref_area.to_owned(),
        sequence: head.sequence + 1,
        at: instant_text(entry.at),
        actor: entry.actor,
        action: entry.action,
        object: entry.object,
        reason: entry.reason,
        content_hash,
        previous_hash: head.hash.clone(),
        hash: String::new(),
    };
    sealed.hash = hash_of(&sealed);
    sealed
}

/// Locks the head of a region's chain until the transaction ends, and reads it. An update locks a row on
/// every database; SQLite already holds its write lock.
pub(crate) async fn lock_head(tx: &mut Tx) -> Result<Head> {
    let sql = "insert into audit_head (ref_area, sequence, hash) values ($1, 0, '') \
               on conflict (ref_area) do update set sequence = audit_head.sequence \
               returning sequence, hash";
    let area = tx.ref_area().to_owned();
    let rows = tx.rows(sql, &[area.as_str().into()]).await?;
    let row = rows
        .first()
        .ok_or_else(|| crate::Error::Damaged(format!("区划 {area} 的审计链没有链尾")))?;
    Ok(Head { sequence: row.integer("sequence")?, hash: row.text("hash")? })
}

/// Writes an entry and moves the head.
pub(crate) async fn append(tx: &mut Tx, sealed: &SealedEntry) -> Result<()> {
    let row: Vec<Value> = vec![
        sealed.ref_area.as_str().into(),
        sealed.sequence.into(),
        sealed.at.as_str().into(),
        sealed.actor.as_str().into(),
        sealed.action.as_str().into(),
        sealed.object.as_str().into(),
        sealed.reason.as_str().into(),
        sealed.content_hash.as_str().into(),
        sealed.previous_hash.as_str().into(),
        sealed.hash.as_str().into(),
    ];
    tx.insert(ENTRY_COLUMNS, &[row]).await?;
    let sql = "update audit_head set sequence = $2, hash = $3 where ref_area = $1";
    let values =
        [sealed.ref_area.as_str().into(), sealed.sequence.into(), sealed.hash.as_str().into()];
    tx.execute(sql, &values).await.map(|_| ())
}

fn hash_of(entry: &SealedEntry) -> String {
    let mut digest = Sha256::new();
    let sequence = entry.sequence.to_string();
    for field in [
        &entry.ref_area,
        &sequence,
        &entry.at,
        &entry.actor,
        &entry.action,
        &entry.object,
        &entry.reason,
        &entry.content_hash,
        &entry.previous_hash,
    ] {
        digest_text(&mut digest, Some(field));
    }
    hexadecimal(&digest.finalize())
}

/// Feeds a text with its length, so that no two lists of texts look alike; absence differs from emptiness.
pub(crate) fn digest_text(digest: &mut Sha256, text: Option<&str>) {
    match text {
        Some(text) => {
            digest.update(text.len().to_string());
            digest.update(":");
            digest.update(text);
        }
        None => digest.update("-"),
    }
}
