//! Changes to versions. Every function works inside a transaction of the version's region, in which no
//! other writer can come between reading and writing.

use std::collections::BTreeMap;

use halfsky_plan::period::PlanPeriod;
use halfsky_plan::plan::Beneficiary;
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

/// The plan of the transaction's region for a beneficiary and a plan period: a new text of it becomes its
/// next version.
pub async fn find_plan(
    tx: &mut Tx,
    beneficiary: Beneficiary,
    period: PlanPeriod,
) -> Result<Option<PlanId>> {
    let sql = "select plan_id from plan_version where ref_area = $1 and beneficiary = $2 \
               and start_year = $3 and end_year = $4 order by plan_id, version limit 1";
    let area = tx.ref_area().to_owned();
    let values = [area.into(), beneficiary.code().into(), period.start.into(), period.end.into()];
    tx.rows(sql, &values).await?.first().map(|row| row.text("plan_id").map(PlanId)).transpose()
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
/// `seen` is the revision the person looked at: a target that changed since is a conflict, while changes
/// of others to other targets do not disturb.
pub async fn save_corrections(
    tx: &mut Tx,
    key: &VersionKey,
    seen: i64,
    corrections: &[Correction],
) -> Result<i64> {
    let revision = require_draft(tx, key).await? + 1;
    // A target corrected twice ends as the last correction says.
    let after: BTreeMap<u32, &ReviewedTarget> =
        corrections.iter().map(|c| (c.after.number, &c.after)).collect();
    require_unchanged(tx, key, &after, seen).await?;
    let mut sequence = last_sequence(tx, key).await?;
    let mut rows = Vec::with_capacity(corrections.len());
    for correction in corrections {
        sequence += 1;
        rows.push(tables::correction_row(key, &Correction { sequence, ..correction.clone() })?);
    }
    tx.insert(tables::CORRECTION, &rows).await?;
    put_targets(tx, key, &after, revision).await?;
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
    let before = BTreeMap::from([(correction.before.number, &correction.before)]);
    require_unchanged(tx, key, &before, seen).await?;
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
    put_targets(tx, key, &before, revision).await?;
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

/// Refuses when one of the targets is missing or changed after the revision that was seen.
async fn require_unchanged(
    tx: &mut Tx,
    key: &VersionKey,
    targets: &BTreeMap<u32, &ReviewedTarget>,
    seen: i64,
) -> Result<()> {
    let sql = "select number, changed_in from target where ref_area = $1 and plan_id = $2 \
               and version = $3 order by number";
    let mut changes: BTreeMap<u32, i64> = BTreeMap::new();
    for row in tx.rows(sql, &key_values(key)).await? {
        changes.insert(row.number("number")?, row.integer("changed_in")?);
    }
    for number in targets.keys() {
        match changes.get(number) {
            None => return Err(Error::NotFound(format!("第 {number} 号目标"))),
            Some(last) if *last > seen => return Err(changed_meanwhile()),
            Some(_) => {}
        }
    }
    Ok(())
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

/// Writes targets again: their rows and their units.
async fn put_targets(
    tx: &mut Tx,
    key: &VersionKey,
    targets: &BTreeMap<u32, &ReviewedTarget>,
    revision: i64,
) -> Result<()> {
    let numbers: Vec<Value> = targets.keys().map(|number| (*number).into()).collect();
    let sql = "delete from responsible_unit where ref_area = $1 and plan_id = $2 \
               and version = $3 and owner = 'target' and owner_number in ({list})";
    tx.execute_with_list(sql, &key_values(key), &numbers).await?;
    let sql = "delete from target where ref_area = $1 and plan_id = $2 and version = $3 \
               and number in ({list})";
    tx.execute_with_list(sql, &key_values(key), &numbers).await?;
    let (mut rows, mut units) = (Vec::new(), Vec::new());
    for target in targets.values() {
        rows.push(tables::target_row(key, target, revision)?);
        units.extend(tables::target_unit_rows(key, target)?);
    }
    tx.insert(tables::TARGET, &rows).await?;
    tx.insert(tables::UNIT, &units).await
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
