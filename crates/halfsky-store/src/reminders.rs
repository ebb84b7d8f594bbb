//! Reminders (催报): every one that went out, to whom, when, by whom and in which words.

use halfsky_monitor::reporting::UnitId;
use halfsky_plan::ref_area::RefArea;
use jiff::civil::Date;

use crate::error::Result;
use crate::plans::Stamp;
use crate::rounds::RoundId;
use crate::row::{Row, instant_text};
use crate::store::Store;
use crate::tasks::TaskKey;
use crate::tx::Tx;
use crate::values::{Columns, Taken};

/// Kind of the job that reminds on the set days.
pub const JOB: &str = "reminders";

const REMINDER: Columns = Columns {
    table: "reminder",
    names: &[
        "ref_area",
        "round_id",
        "unit_id",
        "sequence",
        "scheduled_for",
        "sent_at",
        "sent_by",
        "content",
    ],
};

/// One reminder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reminder {
    pub unit: UnitId,
    /// From 1.
    pub sequence: u32,
    /// The day of the schedule; None when a person sent it.
    pub scheduled_for: Option<Date>,
    pub sent: Stamp,
    pub words: String,
}

/// Logs a reminder. One of the schedule that was sent already stays one: tells whether it is new, and only then
/// is it to be sent.
pub async fn log(
    tx: &mut Tx,
    key: &TaskKey,
    scheduled_for: Option<Date>,
    words: &str,
    stamp: &Stamp,
) -> Result<bool> {
    let sql = "select coalesce(max(sequence), 0) + 1 as next from reminder \
               where ref_area = $1 and round_id = $2 and unit_id = $3";
    let rows = tx.rows(sql, &key.values()).await?;
    let next: i64 = rows.first().map_or(Ok(1), |row| row.integer("next"))?;
    let mut row = key.values();
    row.extend([
        next.into(),
        scheduled_for.map(|day| day.to_string()).into(),
        instant_text(stamp.at).into(),
        stamp.by.as_str().into(),
        words.into(),
    ]);
    Ok(tx.put(REMINDER, Taken::Keep, &[row]).await? > 0)
}

/// Every reminder of a round, by unit, oldest first.
pub async fn of_round(store: &Store, ref_area: &RefArea, round: &RoundId) -> Result<Vec<Reminder>> {
    let sql = "select unit_id, sequence, scheduled_for, sent_at, sent_by, content from reminder \
               where ref_area = $1 and round_id = $2 order by unit_id, sequence";
    let values = [ref_area.as_str().into(), round.0.as_str().into()];
    store.rows(sql, &values).await?.iter().map(reminder_of).collect()
}

fn reminder_of(row: &Row) -> Result<Reminder> {
    Ok(Reminder {
        unit: UnitId(row.text("unit_id")?),
        sequence: row.number("sequence")?,
        scheduled_for: row.optional_day("scheduled_for")?,
        sent: Stamp { at: row.instant("sent_at")?, by: row.text("sent_by")? },
        words: row.text("content")?,
    })
}
