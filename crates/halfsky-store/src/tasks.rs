//! Tasks: what one unit has to do in one round, and how far it is.
//!
//! The rules of the way from 未开始 to 已发布 live in `halfsky_monitor::submission`; the store keeps the outcome
//! of a step, and refuses when somebody else was faster.

use std::collections::{BTreeMap, BTreeSet};

use halfsky_monitor::data_set::{CellKey, Column};
use halfsky_monitor::reporting::UnitId;
use halfsky_monitor::submission::{CellReturn, Submission, SubmissionState};
use halfsky_plan::indicator::IndicatorCode;
use halfsky_plan::ref_area::RefArea;

use crate::data_sets::DataSetKey;
use crate::error::{Error, Result};
use crate::plans::Stamp;
use crate::rounds::find::key_values;
use crate::rounds::{RegionRoundKey, RoundId};
use crate::row::{Row, instant_text, strange};
use crate::store::Store;
use crate::tx::Tx;
use crate::values::{Columns, Taken, Value};

const TASK: Columns = Columns {
    table: "reporting_task",
    names: &[
        "ref_area",
        "round_id",
        "unit_id",
        "data_set",
        "data_set_version",
        "state",
        "version",
        "first_submitted",
        "edition",
        "correcting",
        "revision",
        "changed_at",
        "changed_by",
    ],
};

/// Which unit in which round.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaskKey {
    pub ref_area: RefArea,
    pub round: RoundId,
    pub unit: UnitId,
}

impl TaskKey {
    /// The task's name in audit entries.
    pub fn object(&self) -> String {
        format!("task {}/{}", self.round.0, self.unit.0)
    }

    pub(crate) fn values(&self) -> Vec<Value> {
        vec![
            self.ref_area.as_str().into(),
            self.round.0.as_str().into(),
            self.unit.0.as_str().into(),
        ]
    }
}

/// A task with what only the store knows of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredTask {
    pub key: TaskKey,
    /// The form figures are filled in on; None for texts.
    pub form: Option<DataSetKey>,
    pub submission: Submission,
    /// Grows with every step; a form carries it and hands it back.
    pub revision: i64,
    pub changed: Stamp,
}

/// Gives units a task in a round; a unit that has it already keeps it. Tells how many were added.
pub async fn add(
    tx: &mut Tx,
    round: &RoundId,
    units: &[(UnitId, Option<DataSetKey>)],
    stamp: &Stamp,
) -> Result<u64> {
    let area = tx.ref_area().to_owned();
    let rows: Vec<Vec<Value>> = units
        .iter()
        .map(|(unit, form)| {
            vec![
                area.as_str().into(),
                round.0.as_str().into(),
                unit.0.as_str().into(),
                form.as_ref().map_or("", |f| f.code.as_str()).into(),
                form.as_ref().map_or(0, |f| f.version).into(),
                SubmissionState::NotStarted.code().into(),
                0_i64.into(),
                Value::Text(None),
                Value::Integer(None),
                false.into(),
                1_i64.into(),
                instant_text(stamp.at).into(),
                stamp.by.as_str().into(),
            ]
        })
        .collect();
    tx.put(TASK, Taken::Keep, &rows).await
}

/// Keeps the outcome of a step taken from the revision seen; returns the new revision.
pub async fn save_step(
    tx: &mut Tx,
    key: &TaskKey,
    seen: i64,
    submission: &Submission,
    stamp: &Stamp,
) -> Result<i64> {
    let sql = "update reporting_task set state = $4, version = $5, first_submitted = $6, \
               edition = $7, correcting = $8, revision = revision + 1, changed_at = $9, \
               changed_by = $10 \
               where ref_area = $1 and round_id = $2 and unit_id = $3 and revision = $11";
    let mut values = key.values();
    values.extend([
        submission.state.code().into(),
        submission.version.into(),
        submission.first_submitted.map(|day| day.to_string()).into(),
        submission.edition.into(),
        submission.correcting.into(),
        instant_text(stamp.at).into(),
        stamp.by.as_str().into(),
        seen.into(),
    ]);
    match tx.execute(sql, &values).await? {
        0 => Err(moved_on()),
        _ => Ok(seen + 1),
    }
}

/// Refuses, inside a transaction, when a task has moved on since the revision seen.
pub async fn require(tx: &mut Tx, key: &TaskKey, seen: i64) -> Result<()> {
    let sql = "select revision from reporting_task \
               where ref_area = $1 and round_id = $2 and unit_id = $3";
    let rows = tx.rows(sql, &key.values()).await?;
    match rows.first() {
        None => Err(not_found(key)),
        Some(row) if row.integer("revision")? == seen => Ok(()),
        Some(_) => Err(moved_on()),
    }
}

fn moved_on() -> Error {
    Error::Conflict("这项填报任务的状态刚被别人改变，请刷新后重试".to_owned())
}

pub(crate) fn not_found(key: &TaskKey) -> Error {
    Error::NotFound(format!("单位 {} 在轮次 {} 中的填报任务", key.unit.0, key.round.0))
}

macro_rules! tasks {
    ($condition:literal) => {
        concat!(
            "select t.ref_area, t.round_id, t.unit_id, t.data_set, t.data_set_version, t.state, ",
            "t.version, t.first_submitted, t.edition, t.correcting, t.revision, t.changed_at, ",
            "t.changed_by from reporting_task t where ",
            $condition,
            " order by t.ref_area, t.round_id, t.unit_id"
        )
    };
}

macro_rules! returns {
    ($condition:literal) => {
        concat!(
            "select t.ref_area, t.round_id, t.unit_id, r.row_code, r.cell_column, r.reason ",
            "from reporting_task t join submission_review r on r.ref_area = t.ref_area ",
            "and r.round_id = t.round_id and r.unit_id = t.unit_id and r.number = t.version ",
            "where r.verdict = 'returned' and r.row_code <> '' and ",
            $condition,
            " order by t.ref_area, t.round_id, t.unit_id, r.row_code, r.cell_column"
        )
    };
}

/// One task.
pub async fn load(store: &Store, key: &TaskKey) -> Result<StoredTask> {
    let found = load_matching(
        store,
        tasks!("t.ref_area = $1 and t.round_id = $2 and t.unit_id = $3"),
        returns!("t.ref_area = $1 and t.round_id = $2 and t.unit_id = $3"),
        &key.values(),
    )
    .await?;
    found.into_iter().next().ok_or_else(|| not_found(key))
}

/// Every task of a round, by unit.
pub async fn of_round(
    store: &Store,
    ref_area: &RefArea,
    round: &RoundId,
) -> Result<Vec<StoredTask>> {
    let values = [ref_area.as_str().into(), round.0.as_str().into()];
    load_matching(
        store,
        tasks!("t.ref_area = $1 and t.round_id = $2"),
        returns!("t.ref_area = $1 and t.round_id = $2"),
        &values,
    )
    .await
}

/// Every task of a region, by round and unit: for a list of rounds.
pub async fn of_region(store: &Store, ref_area: &RefArea) -> Result<Vec<StoredTask>> {
    let values = [ref_area.as_str().into()];
    load_matching(store, tasks!("t.ref_area = $1"), returns!("t.ref_area = $1"), &values).await
}

/// Every task of a unit, by round.
pub async fn of_unit(store: &Store, ref_area: &RefArea, unit: &UnitId) -> Result<Vec<StoredTask>> {
    let values = [ref_area.as_str().into(), unit.0.as_str().into()];
    load_matching(
        store,
        tasks!("t.ref_area = $1 and t.unit_id = $2"),
        returns!("t.ref_area = $1 and t.unit_id = $2"),
        &values,
    )
    .await
}

/// The tasks of a region that stand in one state: what waits for a reviewer.
pub async fn in_state(
    store: &Store,
    ref_area: &RefArea,
    state: SubmissionState,
) -> Result<Vec<StoredTask>> {
    let values = [ref_area.as_str().into(), state.code().into()];
    load_matching(
        store,
        tasks!("t.ref_area = $1 and t.state = $2"),
        returns!("t.ref_area = $1 and t.state = $2"),
        &values,
    )
    .await
}

/// How many tasks of each round stand in each state; one statement for a list of rounds.
pub async fn counts(
    store: &Store,
    ref_area: &RefArea,
) -> Result<BTreeMap<RoundId, BTreeMap<SubmissionState, usize>>> {
    let sql = "select round_id, state, count(*) as tasks from reporting_task \
               where ref_area = $1 group by round_id, state order by round_id, state";
    let mut counts: BTreeMap<RoundId, BTreeMap<SubmissionState, usize>> = BTreeMap::new();
    for row in store.rows(sql, &[ref_area.as_str().into()]).await? {
        let state = row.coded("state", SubmissionState::from_code)?;
        let round = RoundId(row.text("round_id")?);
        counts.entry(round).or_default().insert(state, row.number("tasks")?);
    }
    Ok(counts)
}

/// Every task of some rounds of many regions, by region, round and unit.
pub async fn of_rounds(store: &Store, rounds: &[RegionRoundKey]) -> Result<Vec<StoredTask>> {
    let list = key_values(rounds);
    let mut snapshot = store.snapshot().await?;
    let sql = tasks!("t.ref_area in ({list}) and t.round_id in ({list})");
    let tasks = snapshot.rows_with_list(sql, &[], &list).await?;
    let sql = returns!("t.ref_area in ({list}) and t.round_id in ({list})");
    let returns = snapshot.rows_with_list(sql, &[], &list).await?;
    snapshot.end().await?;
    let asked: BTreeSet<&RegionRoundKey> = rounds.iter().collect();
    let mut found = tasks_of(&tasks, &returns)?;
    found.retain(|task| asked.contains(&(task.key.ref_area.clone(), task.key.round.clone())));
    Ok(found)
}

async fn load_matching(
    store: &Store,
    tasks: &'static str,
    returns: &'static str,
    values: &[Value],
) -> Result<Vec<StoredTask>> {
    let mut snapshot = store.snapshot().await?;
    let tasks = snapshot.rows(tasks, values).await?;
    let returns = snapshot.rows(returns, values).await?;
    snapshot.end().await?;
    tasks_of(&tasks, &returns)
}

/// Tasks with the cells that came back.
fn tasks_of(tasks: &[Row], returns: &[Row]) -> Result<Vec<StoredTask>> {
    let key = |row: &Row| {
        Ok::<_, Error>((row.text("ref_area")?, row.text("round_id")?, row.text("unit_id")?))
    };
    let mut returned: BTreeMap<_, Vec<CellReturn>> = BTreeMap::new();
    for row in returns {
        let cell = cell_of(row)?;
        let back = CellReturn { cell, reason: row.text("reason")? };
        returned.entry(key(row)?).or_default().push(back);
    }
    tasks.iter().map(|row| task_of(row, returned.remove(&key(row)?).unwrap_or_default())).collect()
}

/// The cell a row of a check, an explanation or a decision speaks of.
pub(crate) fn cell_of(row: &Row) -> Result<CellKey> {
    Ok(CellKey {
        row: IndicatorCode(row.text("row_code")?),
        column: row.coded("cell_column", Column::from_code)?,
    })
}

fn task_of(row: &Row, returned: Vec<CellReturn>) -> Result<StoredTask> {
    let area = row.text("ref_area")?;
    let unit = UnitId(row.text("unit_id")?);
    let code = row.text("data_set")?;
    let version = row.number("data_set_version")?;
    Ok(StoredTask {
        key: TaskKey {
            ref_area: area.parse().map_err(|_| strange("ref_area", &area))?,
            round: RoundId(row.text("round_id")?),
            unit: unit.clone(),
        },
        form: (!code.is_empty()).then_some(DataSetKey { code, version }),
        submission: Submission {
            unit,
            state: row.coded("state", SubmissionState::from_code)?,
            version: row.number("version")?,
            first_submitted: row.optional_day("first_submitted")?,
            returned,
            edition: row.optional_number("edition")?,
            correcting: row.flag("correcting")?,
        },
        revision: row.integer("revision")?,
        changed: Stamp { at: row.instant("changed_at")?, by: row.text("changed_by")? },
    })
}
