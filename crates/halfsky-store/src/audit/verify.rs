//! Recomputes chains and says where the first entry stands that does not fit.

use halfsky_plan::ref_area::RefArea;

use super::chain::{Head, entry_columns, entry_of, stands};
use super::entry::SealedEntry;
use crate::error::Result;
use crate::store::Store;

/// Entries read at a time while a chain is checked.
const PAGE: i64 = 1_000;

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

const ENTRIES: &str = concat!(
    "select ",
    entry_columns!(),
    " from audit_entry where ref_area = $1 and sequence > $2 order by ref_area, sequence limit $3"
);

async fn verify_chain(store: &Store, ref_area: &str) -> Result<Verification> {
    let mut snapshot = store.snapshot().await?;
    let mut last = Head::none();
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
        None => Head::none(),
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
    if !stands(entry) {
        return Some(format!("第 {expected} 条的内容被改动"));
    }
    None
}
