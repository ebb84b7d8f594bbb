//! The register of missing data (缺项登记): what has no figure, why, who owns it, what stands in for it, and which
//! survey is planned.

pub use halfsky_monitor::missing::MissingItem;
use halfsky_monitor::observation::{Missing, MissingReason};
use halfsky_plan::indicator::IndicatorCode;
use halfsky_plan::ref_area::RefArea;

use crate::error::{Error, Result, is_taken};
use crate::plans::Stamp;
use crate::row::{Row, instant_text};
use crate::store::Store;
use crate::tx::Tx;
use crate::values::{Columns, Value};

const ITEM: Columns = Columns {
    table: "missing_item",
    names: &[
        "ref_area",
        "indicator",
        "since",
        "resolved",
        "reason",
        "note",
        "owner",
        "substitute",
        "survey",
        "survey_due",
        "revision",
        "changed_at",
        "changed_by",
    ],
};

/// A line with what only the store knows of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredMissingItem {
    pub item: MissingItem,
    pub revision: i64,
    pub changed: Stamp,
}

const LINES: &str = "select indicator, since, resolved, reason, note, owner, substitute, survey, \
    survey_due, revision, changed_at, changed_by from missing_item \
    where ref_area = $1 order by ref_area, indicator, since";

/// The register of a region, by indicator and year.
pub async fn list(store: &Store, ref_area: &RefArea) -> Result<Vec<StoredMissingItem>> {
    store.rows(LINES, &[ref_area.as_str().into()]).await?.iter().map(item_of).collect()
}

/// The same inside a transaction: what is read still holds when it is written.
pub async fn list_in(tx: &mut Tx) -> Result<Vec<StoredMissingItem>> {
    let area = tx.ref_area().to_owned();
    tx.rows(LINES, &[area.into()]).await?.iter().map(item_of).collect()
}

/// Keeps the lines that [`halfsky_monitor::missing::follow`] changed, each at the revision it was read with.
pub async fn keep(
    tx: &mut Tx,
    register: &[StoredMissingItem],
    changed: &[MissingItem],
    stamp: &Stamp,
) -> Result<()> {
    for item in changed {
        let same = |s: &&StoredMissingItem| {
            (&s.item.indicator, s.item.since) == (&item.indicator, item.since)
        };
        let seen = register.iter().find(same).map_or(0, |stored| stored.revision);
        save(tx, seen, item, stamp).await?;
    }
    Ok(())
}

/// Enters a line, or changes the one that stands at the revision seen (0 for a new one). Returns its revision.
pub async fn save(tx: &mut Tx, seen: i64, item: &MissingItem, stamp: &Stamp) -> Result<i64> {
    let area = tx.ref_area().to_owned();
    let mut values: Vec<Value> = vec![
        area.into(),
        item.indicator.0.as_str().into(),
        item.since.into(),
        item.resolved.into(),
        item.missing.reason.code().into(),
        item.missing.note.as_str().into(),
        item.missing.owner.as_str().into(),
        item.missing.substitute.as_str().into(),
        item.survey.as_str().into(),
        item.survey_due.map(|day| day.to_string()).into(),
        (seen + 1).into(),
        instant_text(stamp.at).into(),
        stamp.by.as_str().into(),
    ];
    let conflict =
        || Error::Conflict(format!("指标 {} 的缺项登记刚被别人修改，请刷新", item.indicator));
    if seen == 0 {
        tx.insert(ITEM, &[values])
            .await
            .map_err(|error| if is_taken(&error) { conflict() } else { error })?;
        return Ok(1);
    }
    let sql = "update missing_item set resolved = $4, reason = $5, note = $6, owner = $7, \
               substitute = $8, survey = $9, survey_due = $10, revision = $11, changed_at = $12, \
               changed_by = $13 \
               where ref_area = $1 and indicator = $2 and since = $3 and revision = $14";
    values.push(seen.into());
    match tx.execute(sql, &values).await? {
        0 => Err(conflict()),
        _ => Ok(seen + 1),
    }
}

fn item_of(row: &Row) -> Result<StoredMissingItem> {
    Ok(StoredMissingItem {
        item: MissingItem {
            indicator: IndicatorCode(row.text("indicator")?),
            since: row.number("since")?,
            resolved: row.optional_number("resolved")?,
            missing: Missing {
                reason: row.coded("reason", MissingReason::from_code)?,
                note: row.text("note")?,
                owner: row.text("owner")?,
                substitute: row.text("substitute")?,
            },
            survey: row.text("survey")?,
            survey_due: row.optional_day("survey_due")?,
        },
        revision: row.integer("revision")?,
        changed: Stamp { at: row.instant("changed_at")?, by: row.text("changed_by")? },
    })
}
