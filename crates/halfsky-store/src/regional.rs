//! Regional (汇总): how far the regions below one region are in reporting and publishing, counted by the database.

use std::collections::BTreeSet;

use halfsky_monitor::period::Period;
use halfsky_plan::ref_area::RefArea;
use jiff::civil::Date;

use crate::editions::EditionKey;
use crate::error::Result;
use crate::rounds::RoundId;
use crate::row::{Row, parsed};
use crate::store::Store;
use crate::values::Value;

/// Regions asked for in one statement: more than any installation has, and less than SQLite binds.
const REGIONS_AT_A_TIME: usize = 30_000;

/// A region's round of figures, with its units counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegionRound {
    pub ref_area: RefArea,
    pub id: RoundId,
    pub title: String,
    pub due: Date,
    /// The region above that handed it down.
    pub handed_down_by: Option<RefArea>,
    /// Units that have the task; each counts once.
    pub expected: usize,
    /// Of these, how many have handed in.
    pub received: usize,
    /// Of those, how many by their last day.
    pub on_time: usize,
}

/// The rounds of figures of a period in some regions, by region and round.
pub async fn rounds_of(
    store: &Store,
    period: Period,
    regions: &[RefArea],
) -> Result<Vec<RegionRound>> {
    let sql = "select r.ref_area, r.round_id, r.title, r.due, r.handed_down_by, \
               count(t.unit_id) as expected, count(t.first_submitted) as received, \
               cast(coalesce(sum(case when t.first_submitted <= coalesce((select max(e.until) \
               from round_extension e where e.ref_area = t.ref_area and e.round_id = t.round_id \
               and e.unit_id = t.unit_id and e.until > r.due), r.due) then 1 else 0 end), 0) \
               as bigint) as on_time from reporting_round r left join reporting_task t \
               on t.ref_area = r.ref_area and t.round_id = r.round_id \
               where r.subject = 'figures' and r.period = $1 and r.ref_area in ({list}) \
               group by r.ref_area, r.round_id, r.title, r.due, r.handed_down_by \
               order by r.ref_area, r.round_id";
    let fixed = [period.to_string().into()];
    let codes: Vec<Value> = regions.iter().map(|code| code.as_str().into()).collect();
    let mut found = Vec::new();
    for some in codes.chunks(REGIONS_AT_A_TIME) {
        for row in store.rows_with_list(sql, &fixed, some).await? {
            found.push(round_of(&row)?);
        }
    }
    Ok(found)
}

/// The newest edition of a period in each of some regions that has published one, by region.
pub async fn editions_of(
    store: &Store,
    period: Period,
    regions: &[RefArea],
) -> Result<Vec<(RefArea, EditionKey)>> {
    let sql = "select ref_area, max(number) as newest from edition \
               where period = $1 and ref_area in ({list}) group by ref_area order by ref_area";
    let fixed = [period.to_string().into()];
    let codes: Vec<Value> = regions.iter().map(|code| code.as_str().into()).collect();
    let mut found = Vec::new();
    for some in codes.chunks(REGIONS_AT_A_TIME) {
        for row in store.rows_with_list(sql, &fixed, some).await? {
            let number = row.number("newest")?;
            let area = parsed("ref_area", &row.text("ref_area")?)?;
            found.push((area, EditionKey { period, number }));
        }
    }
    Ok(found)
}

/// Which of some regions have a round of this id: what was handed down keeps its id.
pub async fn holding(
    store: &Store,
    id: &RoundId,
    regions: &[RefArea],
) -> Result<BTreeSet<RefArea>> {
    let sql = "select ref_area from reporting_round where round_id = $1 \
               and ref_area in ({list}) order by ref_area";
    let fixed = [id.0.as_str().into()];
    let codes: Vec<Value> = regions.iter().map(|code| code.as_str().into()).collect();
    let mut found = BTreeSet::new();
    for some in codes.chunks(REGIONS_AT_A_TIME) {
        for row in store.rows_with_list(sql, &fixed, some).await? {
            found.insert(parsed("ref_area", &row.text("ref_area")?)?);
        }
    }
    Ok(found)
}

fn round_of(row: &Row) -> Result<RegionRound> {
    let above = row.optional_text("handed_down_by")?;
    Ok(RegionRound {
        ref_area: parsed("ref_area", &row.text("ref_area")?)?,
        id: RoundId(row.text("round_id")?),
        title: row.text("title")?,
        due: row.day("due")?,
        handed_down_by: above.map(|code| parsed("handed_down_by", &code)).transpose()?,
        expected: row.number("expected")?,
        received: row.number("received")?,
        on_time: row.number("on_time")?,
    })
}
