//! Opinions of the public (公众意见): received through the portal, looked at by the office, answered.

use halfsky_plan::ref_area::RefArea;
use jiff::Timestamp;

use crate::error::{Error, Result};
use crate::plans::Stamp;
use crate::row::{Row, instant_text, parsed};
use crate::seal::SecretKey;
use crate::store::Store;
use crate::tx::Tx;
use crate::values::{Columns, Value};

const OPINION: Columns = Columns {
    table: "opinion",
    names: &[
        "ref_area",
        "opinion_id",
        "topic",
        "content",
        "contact_sealed",
        "received_at",
        "state",
        "answer",
        "revision",
    ],
};

/// Which opinion inside a region.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OpinionId(pub String);

impl OpinionId {
    /// The opinion's name in audit entries.
    pub fn object(&self) -> String {
        format!("opinion {}", self.0)
    }

    fn place(&self) -> String {
        format!("opinion.contact {}", self.0)
    }
}

/// What somebody sent. How to reach the sender is not in it: see [`contact`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredOpinion {
    pub id: OpinionId,
    /// A code of `halfsky_report::portal::opinions::Topic`.
    pub topic: String,
    pub content: String,
    pub has_contact: bool,
    pub received: Timestamp,
    /// `received`, `shown` or `closed`.
    pub state: String,
    pub answer: String,
    pub decided: Option<Stamp>,
    pub revision: i64,
}

/// What somebody sends.
#[derive(Debug, Clone, Copy)]
pub struct NewOpinion<'a> {
    pub id: &'a OpinionId,
    pub topic: &'a str,
    pub content: &'a str,
    /// Personal data: kept sealed.
    pub contact: &'a str,
    pub received: Timestamp,
}

/// Keeps what somebody sent. `nonce` is 12 random bytes of its own.
pub async fn receive(
    tx: &mut Tx,
    (key, nonce): (&SecretKey, [u8; 12]),
    opinion: &NewOpinion<'_>,
) -> Result<()> {
    let sealed = if opinion.contact.is_empty() {
        None
    } else {
        Some(key.seal(opinion.contact, &opinion.id.place(), nonce)?)
    };
    let row: Vec<Value> = vec![
        tx.ref_area().into(),
        opinion.id.0.as_str().into(),
        opinion.topic.into(),
        opinion.content.into(),
        sealed.into(),
        instant_text(opinion.received).into(),
        "received".into(),
        "".into(),
        1_i64.into(),
    ];
    tx.insert(OPINION, &[row]).await
}

/// Every opinion of a region, newest first.
pub async fn list(store: &Store, ref_area: &RefArea) -> Result<Vec<StoredOpinion>> {
    let found = of_regions(store, std::slice::from_ref(ref_area)).await?;
    Ok(found.into_iter().map(|(_, opinion)| opinion).collect())
}

/// Every opinion of some regions, each with its region, in one statement: by region, newest first.
pub async fn of_regions(
    store: &Store,
    regions: &[RefArea],
) -> Result<Vec<(RefArea, StoredOpinion)>> {
    let sql = "select ref_area, opinion_id, topic, content, contact_sealed, received_at, state, answer, \
               decided_at, decided_by, revision from opinion where ref_area in ({list}) \
               order by ref_area, received_at desc, opinion_id";
    let list: Vec<Value> = regions.iter().map(|code| code.as_str().into()).collect();
    let rows = store.rows_with_list(sql, &[], &list).await?;
    let one = |row: &Row| Ok((parsed("ref_area", &row.text("ref_area")?)?, opinion_of(row)?));
    rows.iter().map(one).collect()
}

/// How many opinions of some regions stand in a state.
pub async fn count(store: &Store, regions: &[RefArea], state: &str) -> Result<usize> {
    let sql = "select count(*) as found from opinion where state = $1 and ref_area in ({list})";
    let list: Vec<Value> = regions.iter().map(|code| code.as_str().into()).collect();
    let rows = store.rows_with_list(sql, &[state.into()], &list).await?;
    rows.first().map_or(Ok(0), |row| row.number("found"))
}

/// One opinion.
pub async fn load(store: &Store, ref_area: &RefArea, id: &OpinionId) -> Result<StoredOpinion> {
    let sql = "select opinion_id, topic, content, contact_sealed, received_at, state, answer, \
               decided_at, decided_by, revision from opinion \
               where ref_area = $1 and opinion_id = $2";
    let rows = store.rows(sql, &[ref_area.as_str().into(), id.0.as_str().into()]).await?;
    rows.first().map_or_else(|| Err(Error::NotFound("这条意见".to_owned())), opinion_of)
}

/// How to reach the sender; empty where nothing was given.
pub async fn contact(
    store: &Store,
    key: &SecretKey,
    ref_area: &RefArea,
    id: &OpinionId,
) -> Result<String> {
    let sql = "select contact_sealed from opinion where ref_area = $1 and opinion_id = $2";
    let rows = store.rows(sql, &[ref_area.as_str().into(), id.0.as_str().into()]).await?;
    let row = rows.first().ok_or_else(|| Error::NotFound("这条意见".to_owned()))?;
    match row.optional_text("contact_sealed")? {
        Some(sealed) => key.open(&sealed, &id.place()),
        None => Ok(String::new()),
    }
}

/// Keeps what the office decided; `seen` is the revision it looked at.
pub async fn decide(
    tx: &mut Tx,
    id: &OpinionId,
    seen: i64,
    (state, answer): (&str, &str),
    stamp: &Stamp,
) -> Result<()> {
    let sql = "update opinion set state = $3, answer = $4, decided_at = $5, decided_by = $6, \
               revision = revision + 1 where ref_area = $1 and opinion_id = $2 and revision = $7";
    let area = tx.ref_area().to_owned();
    let values: Vec<Value> = vec![
        area.as_str().into(),
        id.0.as_str().into(),
        state.into(),
        answer.into(),
        instant_text(stamp.at).into(),
        stamp.by.as_str().into(),
        seen.into(),
    ];
    match tx.execute(sql, &values).await? {
        0 => Err(Error::Conflict("这条意见刚被别人处理，请刷新后核对".to_owned())),
        _ => Ok(()),
    }
}

fn opinion_of(row: &Row) -> Result<StoredOpinion> {
    let decided = match row.optional_text("decided_by")? {
        Some(by) => Some(Stamp { at: row.instant("decided_at")?, by }),
        None => None,
    };
    Ok(StoredOpinion {
        id: OpinionId(row.text("opinion_id")?),
        topic: row.text("topic")?,
        content: row.text("content")?,
        has_contact: row.optional_text("contact_sealed")?.is_some(),
        received: row.instant("received_at")?,
        state: row.text("state")?,
        answer: row.text("answer")?,
        decided,
        revision: row.integer("revision")?,
    })
}
