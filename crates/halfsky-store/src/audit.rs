//! The audit chain: append-only, one chain per region; each entry holds the hash of the one before it.
//!
//! An entry is written by [`crate::Tx::commit`] in the transaction of the data it speaks of, and by nothing else.

pub mod anchor;
mod chain;
mod digest;
mod entry;
mod policy;
pub mod retention;
pub mod search;
mod verify;
pub mod wording;

use halfsky_plan::ref_area::RefArea;

use crate::error::Result;
use crate::store::Store;

pub use anchor::Anchor;
pub use digest::HashRule;
pub use entry::{Change, Entry, SealedEntry};
pub use policy::{Keep, Policy, policy, set_policy};
pub use verify::{Outcome, Progress, Verification, verify, verify_all};
pub use wording::sentence;

pub(crate) use chain::{Head, append, lock_head, seal};
pub(crate) use digest::Hasher;

use chain::{entry_columns, entry_of};

/// The chain of changes to reference data, which belong to no region.
pub const REFERENCE_AREA: &str = "000000";

/// Writes an entry about something that changed nothing here: personal data that were read or handed out.
/// The region is that of the data; None for data of the whole installation.
pub async fn record_read(
    store: &Store,
    ref_area: Option<&RefArea>,
    entry: Entry,
) -> Result<SealedEntry> {
    let tx = match ref_area {
        Some(ref_area) => store.begin(ref_area).await?,
        None => store.begin_reference().await?,
    };
    tx.commit(entry).await
}

/// Entries of a region after a number, oldest first.
pub async fn entries(
    store: &Store,
    ref_area: &RefArea,
    after: i64,
    most: i64,
) -> Result<Vec<SealedEntry>> {
    let sql = concat!(
        "select ",
        entry_columns!(),
        " from audit_entry where ref_area = $1 and sequence > $2 \
          order by ref_area, sequence limit $3"
    );
    let values = [ref_area.as_str().into(), after.into(), most.into()];
    store.rows(sql, &values).await?.iter().map(entry_of).collect()
}

/// Entries about one object, oldest first.
pub async fn entries_about(
    store: &Store,
    ref_area: &RefArea,
    object: &str,
) -> Result<Vec<SealedEntry>> {
    let sql = concat!(
        "select ",
        entry_columns!(),
        " from audit_entry where ref_area = $1 and object = $2 order by ref_area, sequence"
    );
    let values = [ref_area.as_str().into(), object.into()];
    store.rows(sql, &values).await?.iter().map(entry_of).collect()
}

/// The last entries about one object, newest first.
pub async fn last_about(
    store: &Store,
    ref_area: &RefArea,
    object: &str,
    most: i64,
) -> Result<Vec<SealedEntry>> {
    let sql = concat!(
        "select ",
        entry_columns!(),
        " from audit_entry where ref_area = $1 and object = $2 \
          order by ref_area desc, object desc, sequence desc limit $3"
    );
    let values = [ref_area.as_str().into(), object.into(), most.into()];
    store.rows(sql, &values).await?.iter().map(entry_of).collect()
}

/// One entry by its place in its chain.
pub async fn entry_at(
    store: &Store,
    ref_area: &RefArea,
    sequence: i64,
) -> Result<Option<SealedEntry>> {
    let sql = concat!(
        "select ",
        entry_columns!(),
        " from audit_entry where ref_area = $1 and sequence = $2"
    );
    let rows = store.rows(sql, &[ref_area.as_str().into(), sequence.into()]).await?;
    rows.first().map(entry_of).transpose()
}

/// The regions that have a chain, in code order.
pub async fn areas(store: &Store) -> Result<Vec<String>> {
    let sql = "select ref_area from audit_head order by ref_area";
    store.rows(sql, &[]).await?.iter().map(|row| row.text("ref_area")).collect()
}
