//! Anchors: the heads of all chains at one moment, to be printed or sent where nobody who can write to
//! the database can reach. Whoever shortens or rewrites a chain afterwards contradicts the paper.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::chain::Head;
use super::digest::{HashRule, hash_texts};
use super::entry::{Entry, SealedEntry};
use crate::error::{Error, Result};
use crate::row::{Row, instant_text};
use crate::store::{Snapshot, Store};
use crate::tx::Tx;

/// The kind of the background job that takes the anchor of the day.
pub const JOB: &str = "audit_anchor";

/// First line of an anchor as text.
const TITLE: &str = "半边天审计锚定";

/// The heads of all chains at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchor {
    /// From 1, without gaps.
    pub number: i64,
    /// UTC instant, as kept.
    pub at: String,
    /// Sequence and hash of the last entry of each region.
    pub heads: BTreeMap<String, (i64, String)>,
    /// The code of the rule by which it was hashed, as kept.
    pub hash_rule: String,
    /// Hash of the anchor before; empty for the first.
    pub previous_hash: String,
    /// Hash over all fields above.
    pub hash: String,
}

impl Anchor {
    /// The hash it must have; None when its rule is not one of ours.
    pub fn expected_hash(&self) -> Option<String> {
        let rule = HashRule::from_code(&self.hash_rule)?;
        let number = self.number.to_string();
        let heads = heads_text(&self.heads);
        let texts = [&self.hash_rule, &number, &self.at, &heads, &self.previous_hash];
        Some(hash_texts(rule, &texts.map(String::as_str)))
    }

    /// As text to be printed or mailed; [`Anchor::parse`] reads it back.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let previous = if self.previous_hash.is_empty() { "-" } else { &self.previous_hash };
        // Writing into a String cannot fail.
        let _ = write!(
            text,
            "{TITLE}\n编号 {}\n时间 {}\n算法 {}\n前一号 {previous}\n校验值 {}\n",
            self.number, self.at, self.hash_rule, self.hash
        );
        text.push_str(&heads_text(&self.heads));
        text
    }

    /// As JSON for programs; [`Anchor::parse`] reads it back.
    pub fn json(&self) -> String {
        let heads: Vec<serde_json::Value> = self
            .heads
            .iter()
            .map(|(area, (sequence, hash))| {
                serde_json::json!({ "ref_area": area, "sequence": sequence, "hash": hash })
            })
            .collect();
        let value = serde_json::json!({
            "number": self.number, "at": self.at, "hash_rule": self.hash_rule,
            "previous_hash": self.previous_hash, "hash": self.hash, "heads": heads,
        });
        format!("{value:#}\n")
    }

    /// Reads an anchor that was kept elsewhere, as text or as JSON; None when it is neither.
    pub fn parse(kept: &str) -> Option<Self> {
        let kept = kept.trim_start_matches('\u{feff}').trim();
        if kept.starts_with('{') { Self::parse_json(kept) } else { Self::parse_text(kept) }
    }

    fn parse_text(kept: &str) -> Option<Self> {
        let mut lines = kept.lines().map(str::trim).filter(|line| !line.is_empty());
        if lines.next()? != TITLE {
            return None;
        }
        let mut field = |name: &str| -> Option<String> {
            Some(lines.next()?.strip_prefix(name)?.trim().to_owned())
        };
        let number = field("编号")?.parse().ok()?;
        let (at, hash_rule) = (field("时间")?, field("算法")?);
        let previous_hash = field("前一号")?;
        let previous_hash = if previous_hash == "-" { String::new() } else { previous_hash };
        let hash = field("校验值")?;
        let heads = lines.map(head_of).collect::<Option<_>>()?;
        Some(Self { number, at, heads, hash_rule, previous_hash, hash })
    }

    fn parse_json(kept: &str) -> Option<Self> {
        let value: serde_json::Value = serde_json::from_str(kept).ok()?;
        let text =
            |value: &serde_json::Value, name: &str| Some(value.get(name)?.as_str()?.to_owned());
        let mut heads = BTreeMap::new();
        for head in value.get("heads")?.as_array()? {
            let place = (head.get("sequence")?.as_i64()?, text(head, "hash")?);
            heads.insert(text(head, "ref_area")?, place);
        }
        Some(Self {
            number: value.get("number")?.as_i64()?,
            at: text(&value, "at")?,
            heads,
            hash_rule: text(&value, "hash_rule")?,
            previous_hash: text(&value, "previous_hash")?,
            hash: text(&value, "hash")?,
        })
    }
}

fn heads_text(heads: &BTreeMap<String, (i64, String)>) -> String {
    heads.iter().fold(String::new(), |mut text, (area, (sequence, hash))| {
        let _ = writeln!(text, "{area} {sequence} {hash}");
        text
    })
}

/// Reads one line of [`heads_text`].
fn head_of(line: &str) -> Option<(String, (i64, String))> {
    let mut parts = line.split_whitespace();
    let head = (parts.next()?.to_owned(), (parts.next()?.parse().ok()?, parts.next()?.to_owned()));
    parts.next().is_none().then_some(head)
}

/// Takes an anchor of all chains as they stand now. The entry says who did it; its object is filled in.
pub async fn take(store: &Store, entry: Entry) -> Result<Anchor> {
    let mut tx = store.begin_reference().await?;
    let sql = "select number, at, heads, hash_rule, previous_hash, hash from audit_anchor \
               order by number desc limit 1";
    let last = tx.rows(sql, &[]).await?.first().map(anchor_of).transpose()?;
    let sql =
        "select ref_area, sequence, hash from audit_head where sequence > 0 order by ref_area";
    let mut heads = BTreeMap::new();
    for row in tx.rows(sql, &[]).await? {
        heads.insert(row.text("ref_area")?, (row.integer("sequence")?, row.text("hash")?));
    }
    let mut anchor = Anchor {
        number: last.as_ref().map_or(0, |last| last.number) + 1,
        at: instant_text(entry.at),
        heads,
        hash_rule: tx.hash_rule().code().to_owned(),
        previous_hash: last.map_or_else(String::new, |last| last.hash),
        hash: String::new(),
    };
    anchor.hash = anchor.expected_hash().unwrap_or_default();
    insert(&mut tx, &anchor).await?;
    let object = object_of(anchor.number);
    let subject = format!("第{}号锚定", anchor.number);
    tx.commit(Entry { object, subject, ..entry }).await?;
    Ok(anchor)
}

async fn insert(tx: &mut Tx, anchor: &Anchor) -> Result<()> {
    let sql = "insert into audit_anchor (number, at, heads, hash_rule, previous_hash, hash) \
               values ($1, $2, $3, $4, $5, $6)";
    let values = [
        anchor.number.into(),
        anchor.at.as_str().into(),
        heads_text(&anchor.heads).into(),
        anchor.hash_rule.as_str().into(),
        anchor.previous_hash.as_str().into(),
        anchor.hash.as_str().into(),
    ];
    tx.execute(sql, &values).await.map(|_| ())
}

/// The object of the entry about an anchor.
fn object_of(number: i64) -> String {
    format!("anchor {number}")
}

/// The number of the anchor that an entry speaks of.
pub(crate) fn witnessed(entry: &SealedEntry) -> Option<i64> {
    if entry.action != "audit.anchor" {
        return None;
    }
    entry.object.strip_prefix("anchor ")?.parse().ok()
}

/// The anchor of a number.
pub async fn find(store: &Store, number: i64) -> Result<Option<Anchor>> {
    let sql = "select number, at, heads, hash_rule, previous_hash, hash from audit_anchor \
               where number = $1";
    store.rows(sql, &[number.into()]).await?.first().map(anchor_of).transpose()
}

/// The last anchors, newest first.
pub async fn last(store: &Store, most: i64) -> Result<Vec<Anchor>> {
    let sql = "select number, at, heads, hash_rule, previous_hash, hash from audit_anchor \
               order by number desc limit $1";
    store.rows(sql, &[most.into()]).await?.iter().map(anchor_of).collect()
}

/// The newest anchor taken before an instant.
pub(crate) async fn last_before(store: &Store, cut: &str) -> Result<Option<Anchor>> {
    let sql = "select number, at, heads, hash_rule, previous_hash, hash from audit_anchor \
               where at < $1 order by number desc limit 1";
    store.rows(sql, &[cut.into()]).await?.first().map(anchor_of).transpose()
}

/// The anchor after a number, inside a snapshot.
pub(crate) async fn next(snapshot: &mut Snapshot, after: i64) -> Result<Option<Anchor>> {
    let sql = "select number, at, heads, hash_rule, previous_hash, hash from audit_anchor \
               where number > $1 order by number limit 1";
    snapshot.rows(sql, &[after.into()]).await?.first().map(anchor_of).transpose()
}

fn anchor_of(row: &Row) -> Result<Anchor> {
    let number = row.integer("number")?;
    let heads = row.text("heads")?;
    let heads = heads
        .lines()
        .map(head_of)
        .collect::<Option<_>>()
        .ok_or_else(|| Error::Damaged(format!("第 {number} 号审计锚定的内容不能识别")))?;
    Ok(Anchor {
        number,
        at: row.text("at")?,
        heads,
        hash_rule: row.text("hash_rule")?,
        previous_hash: row.text("previous_hash")?,
        hash: row.text("hash")?,
    })
}

/// The head of a chain in an anchor.
pub(crate) fn head_in(anchor: &Anchor, area: &str) -> Option<Head> {
    let (sequence, hash) = anchor.heads.get(area)?;
    Some(Head { sequence: *sequence, hash: hash.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn anchor() -> Anchor {
        let heads = [("000000", 3, "aa"), ("990101", 12, "bb")];
        let mut anchor = Anchor {
            number: 2,
            at: "2026-03-05T16:00:00.000000Z".to_owned(),
            heads: heads.map(|(area, n, hash)| (area.to_owned(), (n, hash.to_owned()))).into(),
            hash_rule: "sm3".to_owned(),
            previous_hash: "cc".to_owned(),
            hash: String::new(),
        };
        anchor.hash = anchor.expected_hash().unwrap();
        anchor
    }

    #[test]
    fn what_was_sent_away_can_be_read_again() {
        let first = Anchor { number: 1, previous_hash: String::new(), ..anchor() };
        for anchor in [anchor(), first] {
            assert_eq!(Anchor::parse(&anchor.text()).as_ref(), Some(&anchor));
            assert_eq!(Anchor::parse(&anchor.text().replace('\n', "\r\n")).as_ref(), Some(&anchor));
            assert_eq!(Anchor::parse(&anchor.json()), Some(anchor));
        }
    }

    #[test]
    fn what_is_no_anchor_is_not_read() {
        for odd in ["", "{}", "半边天审计锚定\n编号 x", "[1]", "000000 3 aa"] {
            assert_eq!(Anchor::parse(odd), None, "{odd}");
        }
        let cut = anchor().text();
        assert_eq!(Anchor::parse(cut.rsplit_once(' ').unwrap().0), None);
    }

    #[test]
    fn every_field_is_hashed() {
        let hash = |change: fn(&mut Anchor)| {
            let mut anchor = anchor();
            change(&mut anchor);
            anchor.expected_hash()
        };
        let original = hash(|_| ());
        for change in [
            (|a| a.number = 3) as fn(&mut Anchor),
            |a| a.at.push('0'),
            |a| a.hash_rule = "sha256".to_owned(),
            |a| a.previous_hash.push('0'),
            |a| a.heads.clear(),
            |a| a.heads.values_mut().for_each(|head| head.0 += 1),
        ] {
            assert_ne!(hash(change), original);
        }
        assert_eq!(hash(|a| a.hash_rule = "md5".to_owned()), None);
    }
}
