//! One page of the rounds of many regions: the database filters, sorts and counts, so that neither the number of
//! statements nor what is read grows with the regions.

use std::collections::{BTreeMap, BTreeSet};

use halfsky_monitor::round::RoundState;
use halfsky_plan::ref_area::RefArea;
use jiff::civil::Date;

use super::{RoundId, StoredRound, extension_of, round_of};
use crate::error::Result;
use crate::row::{Row, parsed};
use crate::store::Store;
use crate::values::{Order, Slice, Value};

/// A round among those of many regions.
pub type RegionRoundKey = (RefArea, RoundId);

/// Which rounds are meant; what is left empty does not matter.
#[derive(Debug, Clone, Copy)]
pub struct RoundFilter<'a> {
    pub regions: &'a [RefArea],
    /// What the title holds.
    pub title: &'a str,
    /// `figures` or `text`.
    pub subject: &'a str,
    pub state: Option<RoundState>,
    /// The day on which they stand in the state.
    pub today: Date,
}

impl RoundFilter<'_> {
    fn values(&self) -> Vec<Value> {
        let state = match self.state {
            None => "",
            Some(RoundState::NotYet) => "not_yet",
            Some(RoundState::Open) => "open",
            Some(RoundState::Over) => "over",
        };
        vec![self.subject.into(), self.title.into(), state.into(), self.today.into()]
    }

    fn list(&self) -> Vec<Value> {
        self.regions.iter().map(|code| code.as_str().into()).collect()
    }
}

/// What a list of rounds is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoundSort {
    Due,
    Title,
    Region,
}

macro_rules! matching {
    ($select:literal, $end:expr) => {
        concat!(
            "select ",
            $select,
            " from (select r.ref_area, r.round_id, r.title, r.opens, r.due, ",
            "coalesce((select max(e.until) from round_extension e ",
            "where e.ref_area = r.ref_area and e.round_id = r.round_id and e.until > r.due), ",
            "r.due) as last_day from reporting_round r where r.ref_area in ({list}) ",
            "and ($1 = '' or r.subject = $1) ",
            "and ($2 = '' or replace(r.title, $2, '') <> r.title)) f ",
            "where ($3 = '' or ($3 = 'not_yet' and $4 < f.opens) ",
            "or ($3 = 'open' and $4 >= f.opens and $4 <= f.last_day) ",
            "or ($3 = 'over' and $4 >= f.opens and $4 > f.last_day))",
            $end
        )
    };
}

macro_rules! sorted {
    ($order:literal) => {
        matching!("f.ref_area, f.round_id", concat!(" order by ", $order, " limit $5 offset $6"))
    };
}

/// How many rounds match.
pub async fn count(store: &Store, filter: &RoundFilter<'_>) -> Result<usize> {
    let sql = matching!("count(*) as found", "");
    let rows = store.rows_with_list(sql, &filter.values(), &filter.list()).await?;
    rows.first().map_or(Ok(0), |row| row.number("found"))
}

/// The rounds of one page, in their order.
pub async fn find(
    store: &Store,
    filter: &RoundFilter<'_>,
    (sort, order): (RoundSort, Order),
    slice: Slice,
) -> Result<Vec<RegionRoundKey>> {
    let sql = match (sort, order) {
        (RoundSort::Due, Order::Up) => sorted!("f.due, f.ref_area, f.title, f.round_id"),
        (RoundSort::Due, Order::Down) => {
            sorted!("f.due desc, f.ref_area desc, f.title desc, f.round_id")
        }
        (RoundSort::Title, Order::Up) => sorted!("f.title, f.ref_area, f.round_id"),
        (RoundSort::Title, Order::Down) => sorted!("f.title desc, f.ref_area desc, f.round_id"),
        (RoundSort::Region, Order::Up) => sorted!("f.ref_area, f.title, f.round_id"),
        (RoundSort::Region, Order::Down) => sorted!("f.ref_area desc, f.title desc, f.round_id"),
    };
    let mut values = filter.values();
    values.extend(slice.values());
    let rows = store.rows_with_list(sql, &values, &filter.list()).await?;
    rows.iter().map(key_of).collect()
}

/// Rounds of many regions by their keys.
pub async fn of_keys(
    store: &Store,
    keys: &[RegionRoundKey],
) -> Result<BTreeMap<RegionRoundKey, StoredRound>> {
    const ROUNDS: &str = "select ref_area, round_id, subject, period, text_kind, title, opens, due, \
        late, to_whom, basis, handed_down_by, revision, created_at, created_by \
        from reporting_round where ref_area in ({list}) and round_id in ({list})";
    const DAYS: &str = "select ref_area, round_id, days from round_reminder_day \
        where ref_area in ({list}) and round_id in ({list}) order by ref_area, round_id, days desc";
    const EXTENSIONS: &str = "select ref_area, round_id, unit_id, until, reason, granted_at, \
        granted_by from round_extension where ref_area in ({list}) and round_id in ({list}) \
        order by ref_area, round_id, granted_at, unit_id, until";
    let list = key_values(keys);
    let mut snapshot = store.snapshot().await?;
    let rounds = snapshot.rows_with_list(ROUNDS, &[], &list).await?;
    let days = snapshot.rows_with_list(DAYS, &[], &list).await?;
    let extensions = snapshot.rows_with_list(EXTENSIONS, &[], &list).await?;
    snapshot.end().await?;
    let mut by_round: BTreeMap<RegionRoundKey, (Vec<u16>, Vec<_>)> = BTreeMap::new();
    for row in &days {
        by_round.entry(key_of(row)?).or_default().0.push(row.number("days")?);
    }
    for row in &extensions {
        by_round.entry(key_of(row)?).or_default().1.push(extension_of(row)?);
    }
    let asked: BTreeSet<&RegionRoundKey> = keys.iter().collect();
    let mut found = BTreeMap::new();
    for row in &rounds {
        let key = key_of(row)?;
        if asked.contains(&key) {
            let (days, extensions) = by_round.remove(&key).unwrap_or_default();
            found.insert(key, round_of(row, days, extensions)?);
        }
    }
    Ok(found)
}

/// Regions and rounds of the keys as one list. A region's code is never the id of a round, so that both columns can
/// be held against it; what belongs to no key is left out afterwards.
pub(crate) fn key_values(keys: &[RegionRoundKey]) -> Vec<Value> {
    let parts: BTreeSet<&str> =
        keys.iter().flat_map(|(area, round)| [area.as_str(), round.0.as_str()]).collect();
    parts.into_iter().map(Value::from).collect()
}

pub(crate) fn key_of(row: &Row) -> Result<RegionRoundKey> {
    Ok((parsed("ref_area", &row.text("ref_area")?)?, RoundId(row.text("round_id")?)))
}
