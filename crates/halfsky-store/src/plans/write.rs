//! Changes to versions. Every function works inside a transaction of the version's region, in which no
//! other writer can come between reading and writing.

use std::collections::BTreeSet;

use halfsky_plan::ref_area::RefArea;
use halfsky_plan::version::{Correction, PlanId, PlanVersion, ReviewedTarget, VersionStatus};

use super::tables::{self, key_values};
use super::{Stamp, VersionKey};
use crate::error::{Error, Result, is_taken};
use crate::row::instant_text;
use crate::tx::Tx;
use crate::values::{Columns, Value};

const VERSION: Columns = Columns {
    table: "plan_version",
    names: &[
        "ref_area",
        "plan_id",
        "version",
        "title",
        "region",
        "beneficiary",
        "start_year",
        "end_year",
        "status",
        "revision",
        "source_name",
        "source_sha256",
        "source_size",
        "source_format",
        "source_text",
        "span_start",
        "span_end",
        "example",
        "imported_at",
        "imported_by",
    ],
};

/// Revision of a version nobody has changed.
const FIRST_REVISION: i64 = 1;

/// The number the next version of a plan gets, from 1.
pub async fn next_number(tx: &mut Tx, plan_id: &PlanId) -> Result<u32> {
    let area = tx.ref_area().to_owned();
    let sql = "select coalesce(max(version), 0) + 1 as next from plan_version \
               where ref_area = $1 and plan_id = $2";
    let rows = tx.rows(sql, &[area.into(), plan_id.0.as_str().into()]).await?;
    rows.first().map_or(Ok(1), |row| row.number("next"))
}

/// Keeps a new draft with everything it holds; its region becomes known under the name the plan gives.
/// Returns its revision.
pub async fn insert_draft(tx: &mut Tx, version: &PlanVersion, imported: &Stamp) -> Result<i64> {
    require_region(tx, &version.ref_area)?;
    if version.status != VersionStatus::Draft {
        return Err(Error::Conflict(format!(
            "只有草稿可以导入，这一版的状态是“{}”",
            version.status.label()
        )));
    }
    let next = next_number(tx, &version.plan_id).await?;
    if version.number != next {
        return Err(Error::Conflict(format!(
            "这部规划的下一版应是第 {next} 版，可能有人刚刚导入过；请刷新后重试"
        )));
    }
    crate::regions::ensure(tx, &version.ref_area, &version.plan.region).await?;
    let sql = "insert into plan (ref_area, plan_id, created_at) values ($1, $2, $3) \
               on conflict (ref_area, plan_id) do nothing";
    let values = [
        version.ref_area.as_str().into(),
        version.plan_id.0.as_str().into(),
        instant_text(imported.at).into(),
    ];
    tx.execute(sql, &values).await?;
    tx.insert(VERSION, &[version_row(version, imported)?]).await?;
    for (columns, rows) in tables::rows_of(version, FIRST_REVISION)? {
        tx.insert(columns, &rows).await.map_err(|error| repeated(columns, error))?;
    }
    Ok(FIRST_REVISION)
}

/// Keeps corrections people made, as `PlanVersion::correct` returned them, and returns the new revision.
///
/// `seen` is the revision the person looked at. A target that changed since is a conflict, and so is a
/// correction made to another state of the target than the stored one; changes of others to other targets
/// do not disturb.
pub async fn save_corrections(
    tx: &mut Tx,
    key: &VersionKey,
    seen: i64,
    corrections: &[Correction],
) -> Result<i64> {
    let revision = require_draft(tx, key).await? + 1;
    let numbers: BTreeSet<u32> = corrections.iter().map(|c| c.after.number).collect();
    for number in numbers {
        require_unchanged(tx, key, number, seen).await?;
    }
    let mut sequence = last_sequence(tx, key).await?;
    let mut rows = Vec::with_capacity(corrections.len());
    for correction in corrections {
        sequence += 1;
        rows.push(tables::correction_row(key, &Correction { sequence, ..correction.clone() })?);
        put_target(tx, key, &correction.after, revision).await?;
    }
    tx.insert(tables::CORRECTION, &rows).await?;
    set_revision(tx, key, revision).await
}

/// Takes the last correction back, as `PlanVersion::undo` returned it, and returns the new revision.
/// When it is not the last one any more, somebody else was faster.
pub async fn undo_correction(
    tx: &mut Tx,
    key: &VersionKey,
    seen: i64,
    correction: &Correction,
) -> Result<i64> {
    let revision = require_draft(tx, key).await? + 1;
    require_unchanged(tx, key, correction.after.number, seen).await?;
    let sql = "select coalesce(max(sequence), 0) as last from correction where ref_area = $1 \
               and plan_id = $2 and version = $3 and undone = 0";
    let rows = tx.rows(sql, &key_values(key)).await?;
    let last: u32 = rows.first().map_or(Ok(0), |row| row.number("last"))?;
    if last != correction.sequence {
        return Err(changed_meanwhile());
    }
    let sql = "update correction set undone = 1 where ref_area = $1 and plan_id = $2 \
               and version = $3 and sequence = $4";
    let mut values = key_values(key);
    values.push(last.into());
    tx.execute(sql, &values).await?;
    put_target(tx, key, &correction.before, revision).await?;
    set_revision(tx, key, revision).await
}

/// Puts a draft into force; the version in force before is superseded.
pub async fn confirm(tx: &mut Tx, key: &VersionKey, seen: i64, decided: &Stamp) -> Result<i64> {
    let revision = require_seen(tx, key, seen).await? + 1;
    let sql = "update plan_version set status = 'superseded', revision = revision + 1 \
               where ref_area = $1 and plan_id = $2 and version <> $3 and status = 'confirmed'";
    tx.execute(sql, &key_values(key)).await?;
    decide(tx, key, VersionStatus::Confirmed, decided).await?;
    set_revision(tx, key, revision).await
}

/// Gives a draft up.
pub async fn discard(tx: &mut Tx, key: &VersionKey, seen: i64, decided: &Stamp) -> Result<i64> {
    let revision = require_seen(tx, key, seen).await? + 1;
    decide(tx, key, VersionStatus::Discarded, decided).await?;
    set_revision(tx, key, revision).await
}

fn version_row(version: &PlanVersion, imported: &Stamp) -> Result<Vec<Value>> {
    let (plan, source) = (&version.plan, &version.source);
    let size = i64::try_from(source.size)
        .map_err(|_| Error::Invalid(format!("文件大小 {} 过大", source.size)))?;
    let mut row = key_values(&VersionKey::of(version));
    row.extend([
        plan.title.as_str().into(),
        plan.region.as_str().into(),
        plan.beneficiary.code().into(),
        plan.period.start.into(),
        plan.period.end.into(),
        version.status.code().into(),
        FIRST_REVISION.into(),
        source.name.as_str().into(),
        source.sha256.as_str().into(),
        size.into(),
        source.format.as_str().into(),
        version.text.as_str().into(),
    ]);
    tables::push_span(&mut row, plan.span)?;
    row.extend([
        version.example.into(),
        instant_text(imported.at).into(),
        imported.by.as_str().into(),
    ]);
    Ok(row)
}

/// Numbers that occur twice in one version cannot be told apart later.
fn repeated(columns: Columns, error: Error) -> Error {
    if is_taken(&error) {
        Error::Invalid(format!("这一版中有重复的编号（{}）", columns.table))
    } else {
        error
    }
}

fn require_region(tx: &Tx, ref_area: &RefArea) -> Result<()> {
    if tx.ref_area() == ref_area.as_str() {
        return Ok(());
    }
    Err(Error::Invalid(format!("区划 {} 的数据不能记入区划 {ref_area}", tx.ref_area())))
}

/// The version's revision, if it is a draft.
async fn require_draft(tx: &mut Tx, key: &VersionKey) -> Result<i64> {
    require_region(tx, &key.ref_area)?;
    let sql = "select status, revision from plan_version \
               where ref_area = $1 and plan_id = $2 and version = $3";
    let rows = tx.rows(sql, &key_values(key)).await?;
    let row = rows
        .first()
        .ok_or_else(|| Error::NotFound(format!("规划 {} 的第 {} 版", key.plan_id.0, key.number)))?;
    let status = row.coded("status", VersionStatus::from_code)?;
    if status == VersionStatus::Draft {
        return row.integer("revision");
    }
    Err(Error::Conflict(format!("这一版{}，不能再修改；请刷新页面查看", status.label())))
}

/// The version's revision, if it is a draft that nobody changed since it was seen.
async fn require_seen(tx: &mut Tx, key: &VersionKey, seen: i64) -> Result<i64> {
    let revision = require_draft(tx, key).await?;
    if revision == seen { Ok(revision) } else { Err(changed_meanwhile()) }
}

async fn require_unchanged(tx: &mut Tx, key: &VersionKey, number: u32, seen: i64) -> Result<()> {
    let sql = "select changed_in from target where ref_area = $1 and plan_id = $2 \
               and version = $3 and number = $4";
    let mut values = key_values(key);
    values.push(number.into());
    let rows = tx.rows(sql, &values).await?;
    let row = rows.first().ok_or_else(|| Error::NotFound(format!("第 {number} 号目标")))?;
    if row.integer("changed_in")? > seen { Err(changed_meanwhile()) } else { Ok(()) }
}

fn changed_meanwhile() -> Error {
    Error::Conflict("这里刚被他人改动，本次操作没有保存；请刷新页面，核对后再改".to_owned())
}

async fn last_sequence(tx: &mut Tx, key: &VersionKey) -> Result<u32> {
    let sql = "select coalesce(max(sequence), 0) as last from correction \
               where ref_area = $1 and plan_id = $2 and version = $3";
    let rows = tx.rows(sql, &key_values(key)).await?;
    rows.first().map_or(Ok(0), |row| row.number("last"))
}

/// Writes a target again: its row and its units.
async fn put_target(
    tx: &mut Tx,
    key: &VersionKey,
    target: &ReviewedTarget,
    revision: i64,
) -> Result<()> {
    let mut values = key_values(key);
    values.push(target.number.into());
    let sql = "delete from responsible_unit where ref_area = $1 and plan_id = $2 \
               and version = $3 and owner = 'target' and owner_number = $4";
    tx.execute(sql, &values).await?;
    let sql = "delete from target where ref_area = $1 and plan_id = $2 and version = $3 \
               and number = $4";
    tx.execute(sql, &values).await?;
    tx.insert(tables::TARGET, &[tables::target_row(key, target, revision)?]).await?;
    tx.insert(tables::UNIT, &tables::target_unit_rows(key, target)?).await
}

async fn set_revision(tx: &mut Tx, key: &VersionKey, revision: i64) -> Result<i64> {
    let sql = "update plan_version set revision = $4 \
               where ref_area = $1 and plan_id = $2 and version = $3";
    let mut values = key_values(key);
    values.push(revision.into());
    tx.execute(sql, &values).await?;
    Ok(revision)
}

async fn decide(
    tx: &mut Tx,
    key: &VersionKey,
    status: VersionStatus,
    decided: &Stamp,
) -> Result<()> {
    let sql = "update plan_version set status = $4, decided_at = $5, decided_by = $6 \
               where ref_area = $1 and plan_id = $2 and version = $3";
    let mut values = key_values(key);
    values.extend([
        status.code().into(),
        instant_text(decided.at).into(),
        decided.by.as_str().into(),
    ]);
    tx.execute(sql, &values).await.map(|_| ())
}
