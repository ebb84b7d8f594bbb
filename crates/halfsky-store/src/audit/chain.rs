//! The next link: an entry is sealed with the hash of the one before, in the transaction it speaks of.

use super::digest::{HashRule, hash_texts};
use super::entry::{Entry, SealedEntry, changes_text};
use crate::error::{Error, Result};
use crate::row::{Row, instant_text};
use crate::tx::Tx;
use crate::values::{Columns, Value};

/// Where a chain ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) sequence: i64,
    pub(crate) hash: String,
}

impl Head {
    /// Of a chain without entries.
    pub(crate) fn none() -> Self {
        Self { sequence: 0, hash: String::new() }
    }
}

/// Columns of an entry in the order of [`ENTRY_COLUMNS`], for `select`.
macro_rules! entry_columns {
    () => {
        "ref_area, sequence, at, actor, account, unit, origin, action, object, subject, changes, \
         reason, hash_rule, content_hash, previous_hash, hash"
    };
}
pub(crate) use entry_columns;

const ENTRY_COLUMNS: Columns = Columns {
    table: "audit_entry",
    names: &[
        "ref_area",
        "sequence",
        "at",
        "actor",
        "account",
        "unit",
        "origin",
        "action",
        "object",
        "subject",
        "changes",
        "reason",
        "hash_rule",
        "content_hash",
        "previous_hash",
        "hash",
    ],
};

pub(crate) fn entry_of(row: &Row) -> Result<SealedEntry> {
    Ok(SealedEntry {
        ref_area: row.text("ref_area")?,
        sequence: row.integer("sequence")?,
        at: row.text("at")?,
        actor: row.text("actor")?,
        account: row.text("account")?,
        unit: row.text("unit")?,
        origin: row.text("origin")?,
        action: row.text("action")?,
        object: row.text("object")?,
        subject: row.text("subject")?,
        changes: row.text("changes")?,
        reason: row.text("reason")?,
        hash_rule: row.text("hash_rule")?,
        content_hash: row.text("content_hash")?,
        previous_hash: row.text("previous_hash")?,
        hash: row.text("hash")?,
    })
}

/// Makes the next entry of the transaction's chain.
pub(crate) fn seal(tx: &Tx, entry: Entry, content_hash: String) -> SealedEntry {
    let (head, rule) = (tx.head(), tx.hash_rule());
    let mut sealed = SealedEntry {
        ref_area: tx.ref_area().to_owned(),
        sequence: head.sequence + 1,
        at: instant_text(entry.at),
        actor: entry.actor,
        account: entry.account,
        unit: entry.unit,
        origin: entry.origin,
        action: entry.action,
        object: entry.object,
        subject: entry.subject,
        changes: changes_text(&entry.changes),
        reason: entry.reason,
        hash_rule: rule.code().to_owned(),
        content_hash,
        previous_hash: head.hash.clone(),
        hash: String::new(),
    };
    sealed.hash = hash_of(rule, &sealed);
    sealed
}

/// Locks the head of a region's chain until the transaction ends, and reads it, together with the rule
/// by which this transaction hashes. An update locks a row on every database; SQLite already holds its
/// write lock.
pub(crate) async fn lock_head(tx: &mut Tx) -> Result<(Head, HashRule)> {
    let sql = "insert into audit_head (ref_area, sequence, hash) values ($1, 0, '') \
               on conflict (ref_area) do update set sequence = audit_head.sequence \
               returning sequence, hash, \
               (select content from setting where name = 'audit_hash') as chosen";
    let area = tx.ref_area().to_owned();
    let rows = tx.rows(sql, &[area.as_str().into()]).await?;
    let row =
        rows.first().ok_or_else(|| Error::Damaged(format!("区划 {area} 的审计链没有链尾")))?;
    let rule = row.optional_coded("chosen", HashRule::from_code)?.unwrap_or(HashRule::Sha256);
    Ok((Head { sequence: row.integer("sequence")?, hash: row.text("hash")? }, rule))
}

/// Writes an entry and moves the head.
pub(crate) async fn append(tx: &mut Tx, sealed: &SealedEntry) -> Result<()> {
    let row: Vec<Value> = vec![
        sealed.ref_area.as_str().into(),
        sealed.sequence.into(),
        sealed.at.as_str().into(),
        sealed.actor.as_str().into(),
        sealed.account.as_str().into(),
        sealed.unit.as_str().into(),
        sealed.origin.as_str().into(),
        sealed.action.as_str().into(),
        sealed.object.as_str().into(),
        sealed.subject.as_str().into(),
        sealed.changes.as_str().into(),
        sealed.reason.as_str().into(),
        sealed.hash_rule.as_str().into(),
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

/// The hash an entry must have by a rule.
pub(crate) fn hash_of(rule: HashRule, entry: &SealedEntry) -> String {
    let sequence = entry.sequence.to_string();
    if rule == HashRule::FirstSha256 {
        let texts = [
            &entry.ref_area,
            &sequence,
            &entry.at,
            &entry.actor,
            &entry.action,
            &entry.object,
            &entry.reason,
            &entry.content_hash,
            &entry.previous_hash,
        ];
        return hash_texts(rule, &texts.map(String::as_str));
    }
    let texts = [
        &entry.hash_rule,
        &entry.ref_area,
        &sequence,
        &entry.at,
        &entry.actor,
        &entry.account,
        &entry.unit,
        &entry.origin,
        &entry.action,
        &entry.object,
        &entry.subject,
        &entry.changes,
        &entry.reason,
        &entry.content_hash,
        &entry.previous_hash,
    ];
    hash_texts(rule, &texts.map(String::as_str))
}

/// Whether an entry stands as it was sealed. One of the first rule must say nothing in the fields which
/// its hash does not cover.
pub(crate) fn stands(entry: &SealedEntry) -> bool {
    let Some(rule) = entry.rule() else { return false };
    let later = [&entry.account, &entry.unit, &entry.origin, &entry.subject, &entry.changes];
    let covered = rule != HashRule::FirstSha256 || later.iter().all(|text| text.is_empty());
    covered && entry.hash == hash_of(rule, entry)
}
