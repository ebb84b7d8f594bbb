//! Recomputes chains and anchors and says where the first thing stands that does not fit.

use std::collections::BTreeMap;

use halfsky_plan::ref_area::RefArea;

use super::anchor::{self, Anchor};
use super::chain::{Head, entry_columns, entry_of, stands};
use super::entry::SealedEntry;
use super::{REFERENCE_AREA, retention};
use crate::error::Result;
use crate::store::{Snapshot, Store};

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

/// The outcome of recomputing everything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Every chain by its region, in code order.
    pub chains: Vec<(String, Verification)>,
    /// How many anchors there are.
    pub anchors: i64,
    /// What an anchor contradicts, in plain Chinese; the first finding only.
    pub anchor_finding: Option<String>,
}

impl Outcome {
    /// Whether everything stands as it was written.
    pub fn is_intact(&self) -> bool {
        let intact = |v: &Verification| matches!(v, Verification::Intact { .. });
        self.anchor_finding.is_none() && self.chains.iter().all(|(_, v)| intact(v))
    }

    /// Entries in all chains that are intact.
    pub fn entries(&self) -> i64 {
        let count = |v: &Verification| match v {
            Verification::Intact { entries } => *entries,
            Verification::Broken { .. } => 0,
        };
        self.chains.iter().map(|(_, v)| count(v)).sum()
    }

    /// Every finding in words, each with its place.
    pub fn findings(&self) -> Vec<String> {
        let of_chain = |(area, verification): &(String, Verification)| match verification {
            Verification::Intact { .. } => None,
            Verification::Broken { finding, .. } => Some(format!("区划 {area}：{finding}")),
        };
        self.chains.iter().filter_map(of_chain).chain(self.anchor_finding.clone()).collect()
    }
}

/// How far a verification has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    pub entries: i64,
    /// Of how many.
    pub total: i64,
}

/// Recomputes the chain of a region from its first entry.
pub async fn verify(store: &Store, ref_area: &RefArea) -> Result<Verification> {
    let mut snapshot = store.snapshot().await?;
    let walked = walk(&mut snapshot, ref_area.as_str(), &mut |_| ()).await?;
    snapshot.end().await?;
    Ok(walked.verification)
}

/// Recomputes every chain, also that of reference data, and compares them with every anchor; all as of one
/// moment. `kept` is an anchor that was kept elsewhere.
pub async fn verify_all(
    store: &Store,
    kept: Option<&Anchor>,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<Outcome> {
    let mut snapshot = store.snapshot().await?;
    let sql = "select cast(count(*) as bigint) as entries from audit_entry";
    let total = snapshot.rows(sql, &[]).await?.first().map_or(Ok(0), |r| r.integer("entries"))?;
    let sql = "select ref_area from audit_head union select ref_area from audit_entry \
               union select ref_area from audit_start order by ref_area";
    let (mut chains, mut done, mut promised) = (Vec::new(), 0, 0);
    for row in snapshot.rows(sql, &[]).await? {
        let area = row.text("ref_area")?;
        let mut count = |more: i64| {
            done += more;
            progress(Progress { entries: done, total });
        };
        let walked = walk(&mut snapshot, &area, &mut count).await?;
        if area == REFERENCE_AREA {
            promised = walked.last_anchor;
        }
        chains.push((area, walked.verification));
    }
    let (anchors, anchor_finding) = check_anchors(&mut snapshot, promised, kept).await?;
    snapshot.end().await?;
    Ok(Outcome { chains, anchors, anchor_finding })
}

const ENTRIES: &str = concat!(
    "select ",
    entry_columns!(),
    " from audit_entry where ref_area = $1 and sequence > $2 order by ref_area, sequence limit $3"
);

/// What walking along a chain has shown.
struct Walked {
    verification: Verification,
    /// Number of the last anchor that an entry speaks of.
    last_anchor: i64,
}

async fn walk(
    snapshot: &mut Snapshot,
    ref_area: &str,
    count: &mut (dyn FnMut(i64) + Send),
) -> Result<Walked> {
    let start = retention::start_in(snapshot, ref_area).await?;
    let mut last = start.as_ref().map_or_else(Head::none, |start| start.head.clone());
    let (first, mut last_anchor, mut witnessed) = (last.sequence, 0, start.is_none());
    let broken = |sequence, finding, last_anchor| Walked {
        verification: Verification::Broken { sequence, finding },
        last_anchor,
    };
    loop {
        let values = [ref_area.into(), last.sequence.into(), PAGE.into()];
        let rows = snapshot.rows(ENTRIES, &values).await?;
        if rows.is_empty() {
            break;
        }
        count(i64::try_from(rows.len()).unwrap_or(PAGE));
        for row in &rows {
            let entry = entry_of(row)?;
            if let Some(finding) = fault(&last, &entry) {
                return Ok(broken(last.sequence + 1, finding, last_anchor));
            }
            last_anchor = anchor::witnessed(&entry).unwrap_or(0).max(last_anchor);
            witnessed |= start.as_ref().is_some_and(|start| start.is_witnessed_by(&entry));
            last = Head { sequence: entry.sequence, hash: entry.hash };
        }
    }
    if !witnessed {
        let finding = format!("第 {first} 条及以前的记录被清除，但没有相应的清理记录");
        return Ok(broken(first + 1, finding, last_anchor));
    }
    let sql = "select sequence, hash from audit_head where ref_area = $1";
    let head = match snapshot.rows(sql, &[ref_area.into()]).await?.first() {
        Some(row) => Head { sequence: row.integer("sequence")?, hash: row.text("hash")? },
        None => Head::none(),
    };
    if head != last {
        let finding = format!("链尾应为第 {} 条，实际到第 {} 条", head.sequence, last.sequence);
        return Ok(broken(last.sequence + 1, finding, last_anchor));
    }
    let entries = last.sequence - first;
    Ok(Walked { verification: Verification::Intact { entries }, last_anchor })
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

/// Goes through the anchors in order, and holds each against the one before and against the chains.
/// `promised` is the number of the last anchor that the chains speak of.
async fn check_anchors(
    snapshot: &mut Snapshot,
    promised: i64,
    kept: Option<&Anchor>,
) -> Result<(i64, Option<String>)> {
    let (mut count, mut previous) = (0_i64, None::<Anchor>);
    let mut starts = retention::starts(snapshot).await?;
    while let Some(anchor) = anchor::next(snapshot, count).await? {
        if let Some(finding) = anchor_fault(previous.as_ref(), &anchor) {
            return Ok((count, Some(finding)));
        }
        if let Some(kept) = kept.filter(|kept| kept.number == anchor.number && **kept != anchor) {
            let finding = format!("第 {} 号锚定与另存的不一致", kept.number);
            return Ok((count, Some(finding)));
        }
        if let Some(finding) = contradiction(snapshot, &anchor, previous.as_ref()).await? {
            return Ok((count, Some(finding)));
        }
        let number = anchor.number;
        starts.retain(|area, start| {
            start.anchor != number || anchor::head_in(&anchor, area).as_ref() != Some(&start.head)
        });
        count = number;
        previous = Some(anchor);
    }
    let finding = if count < promised {
        Some(format!("第 {promised} 号锚定应当存在，实际只到第 {count} 号"))
    } else if let Some(kept) = kept.filter(|kept| kept.number > count) {
        Some(format!("另存的是第 {} 号锚定，库中只到第 {count} 号", kept.number))
    } else {
        let unfounded = starts.into_iter().next();
        unfounded.map(|(area, start)| {
            format!("区划 {area} 清除到第 {} 条，但没有锚定可以证明", start.head.sequence)
        })
    };
    Ok((count, finding))
}

/// What is wrong with an anchor that should follow `previous`.
fn anchor_fault(previous: Option<&Anchor>, anchor: &Anchor) -> Option<String> {
    let expected = previous.map_or(0, |p| p.number) + 1;
    if anchor.number != expected {
        return Some(format!("缺少第 {expected} 号锚定"));
    }
    if anchor.previous_hash != previous.map_or("", |p| p.hash.as_str()) {
        return Some(format!("第 {expected} 号锚定与前一号不相接"));
    }
    if anchor.expected_hash().as_ref() != Some(&anchor.hash) {
        return Some(format!("第 {expected} 号锚定的内容被改动"));
    }
    None
}

/// Where the chains are not what an anchor says. What the anchor before said already was looked at then.
async fn contradiction(
    snapshot: &mut Snapshot,
    anchor: &Anchor,
    previous: Option<&Anchor>,
) -> Result<Option<String>> {
    let nothing = BTreeMap::new();
    let known = previous.map_or(&nothing, |previous| &previous.heads);
    let starts = retention::starts(snapshot).await?;
    for (area, (sequence, hash)) in &anchor.heads {
        let removed = starts.get(area).is_some_and(|start| start.head.sequence >= *sequence);
        if removed || known.get(area).is_some_and(|head| head.0 == *sequence && head.1 == *hash) {
            continue;
        }
        let sql = "select hash from audit_entry where ref_area = $1 and sequence = $2";
        let rows = snapshot.rows(sql, &[area.as_str().into(), (*sequence).into()]).await?;
        let found = rows.first().map(|row| row.text("hash")).transpose()?;
        let number = anchor.number;
        match found {
            Some(found) if found == *hash => {}
            Some(_) => {
                return Ok(Some(format!(
                    "区划 {area} 的第 {sequence} 条与第 {number} 号锚定不一致"
                )));
            }
            None => {
                return Ok(Some(format!(
                    "第 {number} 号锚定记有区划 {area} 的第 {sequence} 条，现已不在"
                )));
            }
        }
    }
    Ok(None)
}
