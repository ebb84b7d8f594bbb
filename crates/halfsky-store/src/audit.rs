//! The audit chain: append-only, one chain per region; each entry holds the hash of the one before it.
//!
//! An entry is written by [`crate::Tx::commit`] in the transaction of the data it speaks of, and by nothing else.

mod chain;
mod digest;
mod entry;
mod verify;
pub mod wording;

use halfsky_plan::ref_area::RefArea;

use crate::error::Result;
use crate::store::Store;

pub use digest::HashRule;
pub use entry::{Change, Entry, SealedEntry};
pub use verify::{Verification, verify, verify_all};
pub use wording::sentence;

pub(crate) use chain::{Head, append, lock_head, seal};
pub(crate) use digest::Hasher;

use chain::{entry_columns, entry_of};

/// The chain of changes to reference data, which belong to no region.
pub const REFERENCE_AREA: &str = "000000";

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
