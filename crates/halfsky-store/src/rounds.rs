//! Rounds (一轮报送): what is to be reported, and in which window.

pub(crate) mod find;

use std::collections::BTreeMap;

use halfsky_monitor::reporting::UnitId;
use halfsky_monitor::round::{Extension, LatePolicy, Round, RoundSubject};
use halfsky_monitor::text_report::TextKind;
use halfsky_plan::ref_area::RefArea;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::error::{Error, Result};
use crate::plans::Stamp;
use crate::row::{Row, instant_text, parsed, strange};
use crate::store::Store;
use crate::tx::Tx;
use crate::values::{Columns, Taken, Value};

pub use find::{RegionRoundKey, RoundFilter, RoundSort, count, find, of_keys};

const ROUND: Columns = Columns {
    table: "reporting_round",
    names: &[
        "ref_area",
        "round_id",
        "subject",
        "period",
        "text_kind",
        "title",
        "opens",
        "due",
        "late",
        "to_whom",
        "basis",
        "calendar_due",
        "handed_down_by",
        "revision",
        "created_at",
        "created_by",
    ],
};

const REMINDER_DAY: Columns =
    Columns { table: "round_reminder_day", names: &["ref_area", "round_id", "days"] };

const EXTENSION: Columns = Columns {
    table: "round_extension",
    names: &["ref_area", "round_id", "unit_id", "until", "reason", "granted_at", "granted_by"],
};

/// Identifies a round inside its region.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RoundId(pub String);

/// A round with what only the store knows of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRound {
    pub id: RoundId,
    pub round: Round,
    /// Grows with every change; a form carries it and hands it back.
    pub revision: i64,
    /// The region above that handed it down.
    pub handed_down_by: Option<RefArea>,
    pub created: Stamp,
}

/// Where a round comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoundOrigin {
    /// The office made it.
    Office,
    /// The calendar of a plan, with the last day it gave.
    Calendar(Date),
    /// The region above.
    Above(RefArea),
}

/// Opens a round. A round of the calendar that is there already stays as it is: tells whether it was opened.
pub async fn open(
    tx: &mut Tx,
    id: &RoundId,
    round: &Round,
    origin: &RoundOrigin,
    stamp: &Stamp,
) -> Result<bool> {
    let area = tx.ref_area().to_owned();
    let (subject, period, text_kind) = subject_codes(&round.subject);
    let (calendar_due, above) = match origin {
        RoundOrigin::Office => (None, None),
        RoundOrigin::Calendar(due) => (Some(due.to_string()), None),
        RoundOrigin::Above(area) => (None, Some(area.as_str())),
    };
    let row = vec![
        area.as_str().into(),
        id.0.as_str().into(),
        subject.into(),
        period.into(),
        text_kind.into(),
        round.title.as_str().into(),
        round.opens.to_string().into(),
        round.due.to_string().into(),
        round.late.code().into(),
        round.to_whom.as_str().into(),
        round.basis.as_str().into(),
        calendar_due.into(),
        above.into(),
        1_i64.into(),
        instant_text(stamp.at).into(),
        stamp.by.as_str().into(),
    ];
    if tx.put(ROUND, Taken::Keep, &[row]).await? == 0 {
        return Ok(false);
    }
    insert_reminder_days(tx, id, round).await?;
    for extension in &round.extensions {
        insert_extension(tx, id, extension).await?;
    }
    Ok(true)
}

/// Changes title, window, reminders and late policy of a round that still stands at the revision seen.
pub async fn change(tx: &mut Tx, id: &RoundId, seen: i64, round: &Round) -> Result<i64> {
    let area = tx.ref_area().to_owned();
    let revision = next_revision(tx, id, seen).await?;
    let sql = "update reporting_round set title = $3, opens = $4, due = $5, late = $6, \
               to_whom = $7 where ref_area = $1 and round_id = $2";
    let values = [
        area.as_str().into(),
        id.0.as_str().into(),
        round.title.as_str().into(),
        round.opens.to_string().into(),
        round.due.to_string().into(),
        round.late.code().into(),
        round.to_whom.as_str().into(),
    ];
    tx.execute(sql, &values).await?;
    let sql = "delete from round_reminder_day where ref_area = $1 and round_id = $2";
    tx.execute(sql, &[area.as_str().into(), id.0.as_str().into()]).await?;
    insert_reminder_days(tx, id, round).await?;
    Ok(revision)
}

/// Gives a unit more time. Several people may grant: the latest day counts.
pub async fn extend(tx: &mut Tx, id: &RoundId, seen: i64, extension: &Extension) -> Result<i64> {
    let revision = next_revision(tx, id, seen).await?;
    insert_extension(tx, id, extension).await?;
    Ok(revision)
}

/// One round.
pub async fn load(store: &Store, ref_area: &RefArea, id: &RoundId) -> Result<StoredRound> {
    let mut found = load_matching(store, ref_area, Some(id)).await?;
    found.pop().ok_or_else(|| Error::NotFound(format!("报送轮次 {}", id.0)))
}

/// Every round of a region, by last day.
pub async fn list(store: &Store, ref_area: &RefArea) -> Result<Vec<StoredRound>> {
    load_matching(store, ref_area, None).await
}

/// The regions that have rounds with a last day from a day on: where the jobs have something to do.
pub async fn regions_with_rounds_due_from(store: &Store, day: Date) -> Result<Vec<RefArea>> {
    let sql = "select distinct ref_area from reporting_round where due >= $1 order by ref_area";
    let rows = store.rows(sql, &[day.to_string().into()]).await?;
    rows.iter().map(|row| parsed("ref_area", &row.text("ref_area")?)).collect()
}

async fn load_matching(
    store: &Store,
    ref_area: &RefArea,
    id: Option<&RoundId>,
) -> Result<Vec<StoredRound>> {
    let values = [ref_area.as_str().into(), id.map(|id| id.0.as_str()).into()];
    let mut snapshot = store.snapshot().await?;
    let rounds = snapshot.rows(ROUNDS, &values).await?;
    let days = snapshot.rows(REMINDER_DAYS, &values).await?;
    let extensions = snapshot.rows(EXTENSIONS, &values).await?;
    snapshot.end().await?;
    let mut by_round: BTreeMap<String, (Vec<u16>, Vec<Extension>)> = BTreeMap::new();
    for row in &days {
        by_round.entry(row.text("round_id")?).or_default().0.push(row.number("days")?);
    }
    for row in &extensions {
        by_round.entry(row.text("round_id")?).or_default().1.push(extension_of(row)?);
    }
    rounds
        .iter()
        .map(|row| {
            let (days, extensions) = by_round.remove(&row.text("round_id")?).unwrap_or_default();
            round_of(row, days, extensions)
        })
        .collect()
}

const ROUNDS: &str = "select round_id, subject, period, text_kind, title, opens, due, late, \
    to_whom, basis, handed_down_by, revision, created_at, created_by from reporting_round \
    where ref_area = $1 and ($2 is null or round_id = $2) order by ref_area, due, round_id";
const REMINDER_DAYS: &str = "select round_id, days from round_reminder_day \
    where ref_area = $1 and ($2 is null or round_id = $2) order by round_id, days desc";
const EXTENSIONS: &str = "select round_id, unit_id, until, reason, granted_at, granted_by \
    from round_extension where ref_area = $1 and ($2 is null or round_id = $2) \
    order by round_id, granted_at, unit_id, until";

async fn next_revision(tx: &mut Tx, id: &RoundId, seen: i64) -> Result<i64> {
    let area = tx.ref_area().to_owned();
    let sql = "update reporting_round set revision = revision + 1 \
               where ref_area = $1 and round_id = $2 and revision = $3";
    let values = [area.into(), id.0.as_str().into(), seen.into()];
    match tx.execute(sql, &values).await? {
        0 => Err(Error::Conflict("这一轮报送刚被别人修改，请刷新后重试".to_owned())),
        _ => Ok(seen + 1),
    }
}

async fn insert_reminder_days(tx: &mut Tx, id: &RoundId, round: &Round) -> Result<()> {
    let area = tx.ref_area().to_owned();
    let days: std::collections::BTreeSet<u16> = round.reminder_days.iter().copied().collect();
    let rows: Vec<Vec<Value>> = days
        .into_iter()
        .map(|days| vec![area.as_str().into(), id.0.as_str().into(), i64::from(days).into()])
        .collect();
    tx.insert(REMINDER_DAY, &rows).await
}

async fn insert_extension(tx: &mut Tx, id: &RoundId, extension: &Extension) -> Result<()> {
    let granted: Timestamp = parsed("granted_at", &extension.granted_at)?;
    let row = vec![
        tx.ref_area().into(),
        id.0.as_str().into(),
        extension.unit.0.as_str().into(),
        extension.until.to_string().into(),
        extension.reason.as_str().into(),
        instant_text(granted).into(),
        extension.granted_by.as_str().into(),
    ];
    tx.insert(EXTENSION, &[row]).await
}

fn subject_codes(subject: &RoundSubject) -> (&'static str, String, &'static str) {
    match subject {
        RoundSubject::Figures(period) => ("figures", period.to_string(), ""),
        RoundSubject::Text { kind, year } => ("text", year.to_string(), kind.code()),
    }
}

pub(crate) fn subject_of(row: &Row) -> Result<RoundSubject> {
    let period = row.text("period")?;
    match row.text("subject")?.as_str() {
        "figures" => Ok(RoundSubject::Figures(parsed("period", &period)?)),
        "text" => {
            let kind = row.coded("text_kind", TextKind::from_code)?;
            Ok(RoundSubject::Text { kind, year: parsed("period", &period)? })
        }
        other => Err(strange("subject", other)),
    }
}

fn extension_of(row: &Row) -> Result<Extension> {
    Ok(Extension {
        unit: UnitId(row.text("unit_id")?),
        until: row.day("until")?,
        reason: row.text("reason")?,
        granted_by: row.text("granted_by")?,
        granted_at: row.text("granted_at")?,
    })
}

fn round_of(row: &Row, days: Vec<u16>, extensions: Vec<Extension>) -> Result<StoredRound> {
    let above = row.optional_text("handed_down_by")?;
    Ok(StoredRound {
        id: RoundId(row.text("round_id")?),
        round: Round {
            subject: subject_of(row)?,
            title: row.text("title")?,
            opens: row.day("opens")?,
            due: row.day("due")?,
            reminder_days: days,
            late: row.coded("late", LatePolicy::from_code)?,
            to_whom: row.text("to_whom")?,
            basis: row.text("basis")?,
            extensions,
        },
        revision: row.integer("revision")?,
        handed_down_by: above.map(|code| parsed("handed_down_by", &code)).transpose()?,
        created: Stamp { at: row.instant("created_at")?, by: row.text("created_by")? },
    })
}
