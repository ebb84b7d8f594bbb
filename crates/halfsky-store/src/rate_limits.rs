//! Rate limits (限次): how often something was done in a window of time, counted by all processes together.
//!
//! The window begins with the first count and does not move: whoever waits for its end starts anew.

use jiff::{SignedDuration, Timestamp};

use crate::error::{Error, Result};
use crate::files::FileHash;
use crate::row::instant_text;
use crate::store::Store;
use crate::values::Value;

/// How many, and in what time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    pub most: u32,
    pub within: SignedDuration,
}

/// Whether one more is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    Allowed,
    /// Too many: again after this time.
    Wait(SignedDuration),
}

/// Counts one more, unless there were too many in the window.
pub async fn take(store: &Store, counted: &str, limit: Limit, now: Timestamp) -> Result<Pace> {
    // a window that begins after now was made by a clock that was wrong: it is no window
    let sql = "insert into rate_limit (counted_hash, began_at, ends_at, counted, refused) \
               values ($1, $2, $3, 1, 0) on conflict (counted_hash) do update set \
               refused = case when rate_limit.ends_at > excluded.began_at \
               and rate_limit.began_at <= excluded.began_at \
               and rate_limit.counted >= $4 then 1 else 0 end, \
               counted = case when rate_limit.ends_at <= excluded.began_at \
               or rate_limit.began_at > excluded.began_at then 1 \
               when rate_limit.counted >= $4 then rate_limit.counted \
               else rate_limit.counted + 1 end, \
               ends_at = case when rate_limit.ends_at <= excluded.began_at \
               or rate_limit.began_at > excluded.began_at then excluded.ends_at \
               else rate_limit.ends_at end, \
               began_at = case when rate_limit.ends_at <= excluded.began_at \
               or rate_limit.began_at > excluded.began_at then excluded.began_at \
               else rate_limit.began_at end \
               returning refused, ends_at";
    let ends = now.checked_add(limit.within).unwrap_or(Timestamp::MAX);
    let values: [Value; 4] = [
        hash_of(counted),
        instant_text(now).into(),
        instant_text(ends).into(),
        i64::from(limit.most).into(),
    ];
    let rows = store.noted(sql, &values).await?;
    let row = rows.first().ok_or_else(|| Error::NotFound("限次记录".to_owned()))?;
    if row.flag("refused")? {
        return Ok(Pace::Wait(row.instant("ends_at")?.duration_since(now)));
    }
    Ok(Pace::Allowed)
}

/// Takes one count back: what was counted was allowed after all.
pub async fn give_back(store: &Store, counted: &str) -> Result<()> {
    let sql = "update rate_limit set counted = counted - 1 where counted_hash = $1 and counted > 0";
    store.note(sql, &[hash_of(counted)]).await.map(|_| ())
}

/// Forgets windows that have ended; tells how many.
pub async fn forget_ended(store: &Store, now: Timestamp) -> Result<u64> {
    store.note("delete from rate_limit where ends_at <= $1", &[instant_text(now).into()]).await
}

fn hash_of(counted: &str) -> Value {
    FileHash::of(counted.as_bytes()).as_str().into()
}
