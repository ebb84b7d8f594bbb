//! Retention: the oldest entries may go when their time is over, never sooner, and only up to a place that
//! an anchor vouches for. What was removed is itself an entry.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::REFERENCE_AREA;
use super::anchor::{self, Anchor};
use super::chain::Head;
use super::entry::{Entry, SealedEntry};
use super::verify::{Verification, verify};
use crate::error::{Error, Result};
use crate::row::instant_text;
use crate::store::{Snapshot, Store};
use crate::tx::Tx;

/// The shortest retention that is accepted, in days (网络安全法 and 等保 ask for six months).
pub const FEWEST_DAYS: i64 = 180;

/// The longest that can be written down: a hundred years.
const MOST_DAYS: i64 = 36_500;

/// Entries that were removed from one chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removed {
    pub ref_area: String,
    /// How many.
    pub entries: i64,
    /// Number of the last one.
    pub until: i64,
}

/// Where a chain begins after its oldest entries were removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Start {
    /// The last entry that was removed.
    pub(crate) head: Head,
    /// Number of the anchor that holds the same.
    pub(crate) anchor: i64,
    object: String,
}

impl Start {
    /// Whether an entry of the remaining chain tells of this removal.
    pub(crate) fn is_witnessed_by(&self, entry: &SealedEntry) -> bool {
        entry.action == "audit.prune" && entry.object == self.object
    }
}

/// Reads a number of days as it is accepted for retention.
pub fn days(text: &str) -> Option<i64> {
    text.trim().parse().ok().filter(|days| (FEWEST_DAYS..=MOST_DAYS).contains(days))
}

/// Removes entries older than so many days from the beginning of every chain, up to the newest anchor of
/// that age. Chains that are broken are left as they are: they are evidence.
///
/// `entry` says who did it; action, object and subject are filled in.
pub async fn prune(store: &Store, keep_days: i64, entry: &Entry) -> Result<Vec<Removed>> {
    if !(FEWEST_DAYS..=MOST_DAYS).contains(&keep_days) {
        return Err(Error::Invalid(format!(
            "审计记录至少保留 {FEWEST_DAYS} 天，不能设为 {keep_days} 天"
        )));
    }
    let cut = cut_of(entry.at, keep_days)?;
    let Some(anchor) = anchor::last_before(store, &cut).await? else { return Ok(Vec::new()) };
    let mut removed = Vec::new();
    for area in anchor.heads.keys() {
        removed
            .extend(prune_chain(store, area, &Order { anchor: &anchor, cut: &cut, entry }).await?);
    }
    Ok(removed)
}

fn cut_of(now: Timestamp, keep_days: i64) -> Result<String> {
    now.checked_sub(SignedDuration::from_hours(24 * keep_days))
        .map(instant_text)
        .map_err(|_| Error::Invalid(format!("保留天数 {keep_days} 过大")))
}

/// What is to be removed, and who says so.
struct Order<'a> {
    anchor: &'a Anchor,
    /// Entries from this instant on stay.
    cut: &'a str,
    entry: &'a Entry,
}

async fn prune_chain(store: &Store, area: &str, order: &Order<'_>) -> Result<Option<Removed>> {
    let Some(head) = anchor::head_in(order.anchor, area) else { return Ok(None) };
    let code = area.parse().map_err(|_| crate::row::strange("ref_area", area))?;
    if let Verification::Broken { finding, .. } = verify(store, &code).await? {
        return Err(Error::Damaged(format!("区划 {area} 的审计链：{finding}")));
    }
    let mut tx = if area == REFERENCE_AREA {
        store.begin_reference().await?
    } else {
        store.begin(&code).await?
    };
    if !may_go(&mut tx, &head, order.cut).await? {
        tx.rollback().await?;
        return Ok(None);
    }
    let sql = "delete from audit_entry where ref_area = $1 and sequence <= $2";
    let removed = tx.execute(sql, &[area.into(), head.sequence.into()]).await?;
    let sql = "insert into audit_start (ref_area, sequence, hash, anchor) values ($1, $2, $3, $4) \
               on conflict (ref_area) do update set sequence = excluded.sequence, \
               hash = excluded.hash, anchor = excluded.anchor";
    let values =
        [area.into(), head.sequence.into(), head.hash.as_str().into(), order.anchor.number.into()];
    tx.execute(sql, &values).await?;
    let entry = Entry {
        action: "audit.prune".to_owned(),
        object: object_of(area, &head),
        subject: format!("第{}条及以前的审计记录", head.sequence),
        ..order.entry.clone()
    };
    tx.commit(entry).await?;
    let entries = i64::try_from(removed).unwrap_or(i64::MAX);
    Ok(Some(Removed { ref_area: area.to_owned(), entries, until: head.sequence }))
}

/// Whether there is anything up to this place, all of it is old enough, and it is what the anchor saw.
async fn may_go(tx: &mut Tx, head: &Head, cut: &str) -> Result<bool> {
    let area = tx.ref_area().to_owned();
    let sql = "select coalesce(max(at), '') as newest from audit_entry \
               where ref_area = $1 and sequence <= $2";
    let rows = tx.rows(sql, &[area.as_str().into(), head.sequence.into()]).await?;
    let newest = rows.first().map_or(Ok(String::new()), |row| row.text("newest"))?;
    if newest.is_empty() || newest.as_str() >= cut {
        return Ok(false);
    }
    let sql = "select hash from audit_entry where ref_area = $1 and sequence = $2";
    let rows = tx.rows(sql, &[area.as_str().into(), head.sequence.into()]).await?;
    let hash = rows.first().map(|row| row.text("hash")).transpose()?;
    if hash.as_ref() == Some(&head.hash) {
        return Ok(true);
    }
    Err(Error::Damaged(format!(
        "区划 {area} 的审计链第 {} 条与锚定不一致，没有清理",
        head.sequence
    )))
}

fn object_of(area: &str, head: &Head) -> String {
    format!("audit {area} {} {}", head.sequence, head.hash)
}

/// Where the chain of a region begins, inside a snapshot; None when nothing was removed.
pub(crate) async fn start_in(snapshot: &mut Snapshot, area: &str) -> Result<Option<Start>> {
    Ok(starts(snapshot).await?.remove(area))
}

/// Where chains begin whose oldest entries were removed.
pub(crate) async fn starts(snapshot: &mut Snapshot) -> Result<BTreeMap<String, Start>> {
    let sql = "select ref_area, sequence, hash, anchor from audit_start order by ref_area";
    let mut starts = BTreeMap::new();
    for row in snapshot.rows(sql, &[]).await? {
        let area = row.text("ref_area")?;
        let head = Head { sequence: row.integer("sequence")?, hash: row.text("hash")? };
        let (anchor, object) = (row.integer("anchor")?, object_of(&area, &head));
        starts.insert(area, Start { head, anchor, object });
    }
    Ok(starts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn less_than_half_a_year_is_refused() {
        let accepted = |text| days(text).is_some();
        assert!(accepted("180") && accepted(" 3650 "));
        assert!(!accepted("179") && !accepted("-1") && !accepted("") && !accepted("半年"));
        assert!(!accepted("99999999999"));
    }
}
