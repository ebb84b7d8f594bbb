//! Rate limits (限次): how often something was done in a window of time, counted by all processes together.
//!
//! The window begins with the first count and does not move: whoever waits for its end starts anew.
//!
//! What is counted at every click is counted ahead: a process takes a block of permits with one statement and hands
//! them out by itself ([`Permits`]).

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

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
    let taken = take_block(store, counted, (limit, 1), now).await?;
    Ok(if taken.refused { Pace::Wait(taken.ends.duration_since(now)) } else { Pace::Allowed })
}

/// What became of a request for permits.
struct Block {
    /// None was given: so many were too many.
    refused: bool,
    /// When the window ends.
    ends: Timestamp,
}

/// Counts so many more, or none of them where they were too many.
async fn take_block(
    store: &Store,
    counted: &str,
    (limit, size): (Limit, u32),
    now: Timestamp,
) -> Result<Block> {
    // a window that begins after now was made by a clock that was wrong: it is no window
    let sql = "insert into rate_limit (counted_hash, began_at, ends_at, counted, refused) \
               values ($1, $2, $3, $4, 0) on conflict (counted_hash) do update set \
               refused = case when rate_limit.ends_at > excluded.began_at \
               and rate_limit.began_at <= excluded.began_at \
               and rate_limit.counted + excluded.counted > $5 then 1 else 0 end, \
               counted = case when rate_limit.ends_at <= excluded.began_at \
               or rate_limit.began_at > excluded.began_at then excluded.counted \
               when rate_limit.counted + excluded.counted > $5 then rate_limit.counted \
               else rate_limit.counted + excluded.counted end, \
               ends_at = case when rate_limit.ends_at <= excluded.began_at \
               or rate_limit.began_at > excluded.began_at then excluded.ends_at \
               else rate_limit.ends_at end, \
               began_at = case when rate_limit.ends_at <= excluded.began_at \
               or rate_limit.began_at > excluded.began_at then excluded.began_at \
               else rate_limit.began_at end \
               returning refused, ends_at";
    let ends = now.checked_add(limit.within).unwrap_or(Timestamp::MAX);
    let values: [Value; 5] = [
        hash_of(counted),
        instant_text(now).into(),
        instant_text(ends).into(),
        i64::from(size).into(),
        i64::from(limit.most).into(),
    ];
    let rows = store.noted(sql, &values).await?;
    let row = rows.first().ok_or_else(|| Error::NotFound("限次记录".to_owned()))?;
    Ok(Block { refused: row.flag("refused")?, ends: row.instant("ends_at")? })
}

/// What this process may still hand out, by what is counted. Cloning is cheap: clones share it.
///
/// All processes together never allow more than the limit in a window. What a process has taken and not handed out
/// when the window ends is lost, so that together they may allow less: at most a block less one for each process.
#[derive(Debug, Clone, Default)]
pub struct Permits(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    held: Mutex<BTreeMap<String, Held>>,
    /// Of the requests that find nothing at hand only one of a kind asks the store, so that no more than one block
    /// waits to be handed out.
    asking: [tokio::sync::Mutex<()>; LANES],
}

impl Default for Shared {
    fn default() -> Self {
        Self {
            held: Mutex::default(),
            asking: std::array::from_fn(|_| tokio::sync::Mutex::default()),
        }
    }
}

/// Lanes in which requests ask: what is counted under different names seldom meets in one.
const LANES: usize = 64;

/// The permits of one window.
#[derive(Debug, Clone, Copy)]
struct Held {
    left: u32,
    /// Nobody gets any more in this window: no need to ask again.
    spent: bool,
    taken: Timestamp,
    ends: Timestamp,
}

impl Held {
    /// A clock that went back before the permits were taken knows nothing of their window.
    fn holds(&self, now: Timestamp) -> bool {
        self.taken <= now && now < self.ends
    }
}

/// So many windows are remembered; then those that have ended are forgotten.
const REMEMBERED: usize = 10_000;

impl Permits {
    /// Counts one more, unless there were too many in the window; asks the store for a block of permits when this
    /// process has none left.
    pub async fn take(
        &self,
        store: &Store,
        counted: &str,
        (limit, block): (Limit, u32),
        now: Timestamp,
    ) -> Result<Pace> {
        if let Some(pace) = self.hand_out(counted, now) {
            return Ok(pace);
        }
        let _turn = self.0.asking[lane_of(counted)].lock().await;
        // somebody may have brought a block meanwhile
        if let Some(pace) = self.hand_out(counted, now) {
            return Ok(pace);
        }
        let mut size = block.max(1);
        let mut taken = take_block(store, counted, (limit, size), now).await?;
        if taken.refused && size > 1 {
            // the end of the window is handed out one by one
            size = 1;
            taken = take_block(store, counted, (limit, size), now).await?;
        }
        let Block { refused, ends } = taken;
        let left = if refused { 0 } else { size - 1 };
        self.keep(counted, Held { left, spent: refused, taken: now, ends });
        Ok(if refused { Pace::Wait(ends.duration_since(now)) } else { Pace::Allowed })
    }

    /// One of the permits at hand; None where the store must be asked.
    fn hand_out(&self, counted: &str, now: Timestamp) -> Option<Pace> {
        let mut held = self.held();
        let held = held.get_mut(counted).filter(|held| held.holds(now))?;
        if held.spent {
            return Some(Pace::Wait(held.ends.duration_since(now)));
        }
        held.left = held.left.checked_sub(1)?;
        Some(Pace::Allowed)
    }

    /// Keeps what was taken.
    fn keep(&self, counted: &str, new: Held) {
        let mut held = self.held();
        if held.len() >= REMEMBERED {
            held.retain(|_, held| held.holds(new.taken));
        }
        if held.len() >= REMEMBERED {
            held.clear();
        }
        held.insert(counted.to_owned(), new);
    }

    fn held(&self) -> MutexGuard<'_, BTreeMap<String, Held>> {
        self.0.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
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

fn lane_of(counted: &str) -> usize {
    let mixed = counted
        .bytes()
        .fold(0_usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(usize::from(byte)));
    mixed % LANES
}

fn hash_of(counted: &str) -> Value {
    FileHash::of(counted.as_bytes()).as_str().into()
}
