//! Submissions (报送): what was handed in, frozen and numbered; its signed page; what a reviewer decided.

use std::collections::BTreeMap;

use halfsky_evaluate::delivery::Deadline;
use halfsky_monitor::data_set::Entries;
use halfsky_monitor::period::Period;
use halfsky_monitor::reporting::UnitId;
use halfsky_monitor::submission::CellReturn;
use halfsky_monitor::validation::Explanation;
use halfsky_plan::indicator::IndicatorCode;
use halfsky_plan::ref_area::RefArea;
use jiff::civil::Date;
use jiff::tz::Offset;
use sha2::{Digest as _, Sha256};

use crate::entries::{Field, contents, explanation_of, fill};
use crate::error::{Error, Result, is_taken};
use crate::files::{FileHash, hexadecimal};
use crate::observations::Years;
use crate::plans::Stamp;
use crate::rounds::RoundId;
use crate::row::{Row, instant_text, parsed, strange};
use crate::store::Store;
use crate::tasks::{TaskKey, cell_of};
use crate::tx::Tx;
use crate::values::{Columns, Value};

const HEAD: Columns = Columns {
    table: "submission",
    names: &[
        "ref_area",
        "round_id",
        "unit_id",
        "number",
        "submitted_at",
        "submitted_by",
        "content_hash",
        "forced",
        "late",
    ],
};

const CELL: Columns = Columns {
    table: "submission_cell",
    names: &["ref_area", "round_id", "unit_id", "number", "row_code", "field", "content"],
};

const EXPLANATION: Columns = Columns {
    table: "submission_explanation",
    names: &[
        "ref_area",
        "round_id",
        "unit_id",
        "number",
        "row_code",
        "cell_column",
        "rule",
        "content",
    ],
};

const SCAN: Columns = Columns {
    table: "submission_scan",
    names: &[
        "ref_area", "round_id", "unit_id", "number", "position", "name", "sha256", "size",
        "added_at", "added_by",
    ],
};

const REVIEW: Columns = Columns {
    table: "submission_review",
    names: &[
        "ref_area",
        "round_id",
        "unit_id",
        "number",
        "row_code",
        "cell_column",
        "verdict",
        "reason",
        "decided_at",
        "decided_by",
    ],
};

/// What is handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandedIn {
    /// From 1: the version of the task after the step.
    pub number: u32,
    pub entries: Entries,
    pub explanations: Vec<Explanation>,
    /// Handed in although warnings stand (强制报送).
    pub forced: bool,
    /// After the last day.
    pub late: bool,
}

impl HandedIn {
    /// The hash that stands on the signed page: over every filled cell, in row and field order. Two
    /// submissions with the same figures have the same.
    pub fn content_hash(&self) -> String {
        let mut digest = Sha256::new();
        for (row, entry) in &self.entries {
            for (field, content) in contents(entry) {
                for part in [row.0.as_str(), field.code(), content.as_str()] {
                    digest.update(part.len().to_string());
                    digest.update(":");
                    digest.update(part);
                }
            }
        }
        hexadecimal(&digest.finalize())
    }
}

/// A submission without its cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubmissionHead {
    pub number: u32,
    pub submitted: Stamp,
    pub content_hash: String,
    pub forced: bool,
    pub late: bool,
}

/// A scanned signed page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scan {
    pub name: String,
    pub sha256: FileHash,
    pub size: u64,
    pub added: Stamp,
}

/// What a reviewer decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Cells with a reason each, and perhaps a reason for the whole.
    Returned { cells: Vec<CellReturn>, reason: String },
    /// The whole submission.
    Accepted,
}

/// Freezes what was handed in; its number is taken when somebody else was faster.
pub async fn insert(tx: &mut Tx, key: &TaskKey, handed_in: &HandedIn, stamp: &Stamp) -> Result<()> {
    let numbered = || {
        let mut row = key.values();
        row.push(handed_in.number.into());
        row
    };
    let mut head = numbered();
    head.extend([
        instant_text(stamp.at).into(),
        stamp.by.as_str().into(),
        handed_in.content_hash().into(),
        handed_in.forced.into(),
        handed_in.late.into(),
    ]);
    tx.insert(HEAD, &[head]).await.map_err(|error| {
        if is_taken(&error) {
            Error::Conflict("这份报表刚被报送过，请刷新".to_owned())
        } else {
            error
        }
    })?;
    let mut cells: Vec<Vec<Value>> = Vec::new();
    for (code, entry) in &handed_in.entries {
        for (field, content) in contents(entry) {
            let mut row = numbered();
            row.extend([code.0.as_str().into(), field.code().into(), content.into()]);
            cells.push(row);
        }
    }
    tx.insert(CELL, &cells).await?;
    let words = handed_in.explanations.iter().map(|explanation| {
        let mut row = numbered();
        row.extend([
            explanation.cell.row.0.as_str().into(),
            explanation.cell.column.code().into(),
            explanation.rule.code().into(),
            explanation.words.as_str().into(),
        ]);
        row
    });
    tx.insert(EXPLANATION, &words.collect::<Vec<_>>()).await
}

/// Every submission of a task, oldest first.
pub async fn list(store: &Store, key: &TaskKey) -> Result<Vec<SubmissionHead>> {
    let sql = "select number, submitted_at, submitted_by, content_hash, forced, late \
               from submission where ref_area = $1 and round_id = $2 and unit_id = $3 \
               order by number";
    store.rows(sql, &key.values()).await?.iter().map(head_of).collect()
}

/// The newest submission of every task of a region; one statement for a queue.
pub async fn newest(
    store: &Store,
    ref_area: &RefArea,
) -> Result<BTreeMap<(RoundId, UnitId), SubmissionHead>> {
    let sql = "select s.round_id, s.unit_id, s.number, s.submitted_at, s.submitted_by, \
               s.content_hash, s.forced, s.late from submission s \
               where s.ref_area = $1 and s.number = (select max(n.number) from submission n \
               where n.ref_area = s.ref_area and n.round_id = s.round_id \
               and n.unit_id = s.unit_id) order by s.round_id, s.unit_id";
    let rows = store.rows(sql, &[ref_area.as_str().into()]).await?;
    rows.iter()
        .map(|row| {
            let key = (RoundId(row.text("round_id")?), UnitId(row.text("unit_id")?));
            Ok((key, head_of(row)?))
        })
        .collect()
}

/// What was handed in under a number, with its head.
pub async fn load(store: &Store, key: &TaskKey, number: u32) -> Result<(SubmissionHead, HandedIn)> {
    let mut values = key.values();
    values.push(number.into());
    let mut snapshot = store.snapshot().await?;
    let heads = snapshot.rows(ONE_HEAD, &values).await?;
    let cells = snapshot.rows(CELLS, &values).await?;
    let words = snapshot.rows(EXPLANATIONS, &values).await?;
    snapshot.end().await?;
    let head = heads
        .first()
        .map(head_of)
        .transpose()?
        .ok_or_else(|| Error::NotFound(format!("单位 {} 的第{number}次报送", key.unit.0)))?;
    let handed_in = HandedIn {
        number,
        entries: entries_of(&cells)?,
        explanations: words.iter().map(explanation_of).collect::<Result<_>>()?,
        forced: head.forced,
        late: head.late,
    };
    Ok((head, handed_in))
}

/// What the other units of a round handed in about some rows, by unit: the name of the form, and the entries of the
/// newest submission. One statement, however many units there are.
pub async fn of_others(
    store: &Store,
    key: &TaskKey,
    rows: &[IndicatorCode],
) -> Result<Vec<(String, Entries)>> {
    let sql = "select t.unit_id, d.name, c.row_code, c.field, c.content from reporting_task t \
               join data_set d on d.ref_area = t.ref_area and d.code = t.data_set \
               and d.version = t.data_set_version join submission_cell c \
               on c.ref_area = t.ref_area and c.round_id = t.round_id \
               and c.unit_id = t.unit_id and c.number = t.version \
               where t.ref_area = $1 and t.round_id = $2 and t.unit_id <> $3 \
               and c.row_code in ({list}) order by t.unit_id, c.row_code, c.field";
    let codes: Vec<Value> = rows.iter().map(|code| code.0.as_str().into()).collect();
    let mut by_unit: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for row in store.rows_with_list(sql, &key.values(), &codes).await? {
        by_unit.entry(row.text("unit_id")?).or_default().push(row);
    }
    let one = |rows: Vec<Row>| {
        let name = rows.first().map_or_else(|| Ok(String::new()), |row| row.text("name"))?;
        Ok((name, entries_of(&rows)?))
    };
    by_unit.into_values().map(one).collect()
}

/// What the rounds of a region asked for in some years, by indicator and year: the last day, extensions included, and
/// the day a figure came where its report was first submitted after it. What a report brings when it is corrected
/// later is as timely as its first submission; what is asked for a part of a year says nothing about the year.
pub(crate) async fn asked(
    store: &Store,
    ref_area: &RefArea,
    years: Years,
) -> Result<BTreeMap<(IndicatorCode, i32), Deadline>> {
    let [from, to] = years.bounds();
    let values = [ref_area.as_str().into(), from, to];
    let mut asked: BTreeMap<(IndicatorCode, i32), Deadline> = BTreeMap::new();
    for row in &store.rows(ASKED, &values).await? {
        let Some(key) = indicator_and_year(row)? else { continue };
        let due = due_of(row)?;
        // with several leads there is time until the last of them had to report
        let known = asked.entry(key).or_insert(Deadline { due, came_late: None });
        known.due = known.due.max(due);
    }
    for row in &store.rows(LATE, &values).await? {
        let Some(key) = indicator_and_year(row)? else { continue };
        let came = CHINA.to_datetime(row.instant("submitted_at")?).date();
        asked.insert(key, Deadline { due: due_of(row)?, came_late: Some(came) });
    }
    Ok(asked)
}

/// Days are those of China.
const CHINA: Offset = Offset::constant(8);

macro_rules! due {
    ($table:literal) => {
        concat!(
            "g.due, (select max(e.until) from round_extension e where e.ref_area = g.ref_area ",
            "and e.round_id = g.round_id and e.unit_id = ",
            $table,
            ".unit_id) as until "
        )
    };
}

const ASKED: &str = concat!(
    "select distinct d.row_code as indicator, g.period, ",
    due!("t"),
    "from reporting_round g join reporting_task t on t.ref_area = g.ref_area ",
    "and t.round_id = g.round_id join data_set_row d on d.ref_area = t.ref_area ",
    "and d.code = t.data_set and d.version = t.data_set_version where g.ref_area = $1 ",
    "and g.subject = 'figures' and g.period >= $2 and g.period < $3 ",
    "order by indicator, g.period, g.due, until"
);
const LATE: &str = concat!(
    "select distinct r.indicator, r.period, s.submitted_at, ",
    due!("s"),
    "from observation_revision r ",
    "join submission s on s.ref_area = r.ref_area and s.round_id = r.round_id ",
    "and s.unit_id = r.unit_id and s.number = 1 ",
    "join reporting_round g on g.ref_area = r.ref_area and g.round_id = r.round_id ",
    "where r.ref_area = $1 and r.period >= $2 and r.period < $3 and s.late = 1 ",
    "and r.figure is not null and r.revision = (select min(f.revision) ",
    "from observation_revision f where f.ref_area = r.ref_area ",
    "and f.indicator = r.indicator and f.period = r.period and f.sex = r.sex ",
    "and f.residence = r.residence and f.age = r.age and f.group_code = r.group_code ",
    "and f.source = r.source and f.figure is not null) ",
    "order by r.indicator, r.period, s.submitted_at, g.due, until"
);

/// None for a part of a year.
fn indicator_and_year(row: &Row) -> Result<Option<(IndicatorCode, i32)>> {
    let period: Period = parsed("period", &row.text("period")?)?;
    let key = (IndicatorCode(row.text("indicator")?), period.year());
    Ok(period.is_whole_year().then_some(key))
}

/// The last day of a unit.
fn due_of(row: &Row) -> Result<Date> {
    let due: Date = parsed("due", &row.text("due")?)?;
    let until = row.optional_text("until")?;
    let until: Option<Date> = until.map(|text| parsed("until", &text)).transpose()?;
    Ok(until.map_or(due, |until| until.max(due)))
}

const ONE_HEAD: &str = "select number, submitted_at, submitted_by, content_hash, forced, late \
    from submission where ref_area = $1 and round_id = $2 and unit_id = $3 and number = $4";
const CELLS: &str = "select row_code, field, content from submission_cell \
    where ref_area = $1 and round_id = $2 and unit_id = $3 and number = $4 \
    order by row_code, field";
const EXPLANATIONS: &str = "select row_code, cell_column, rule, content \
    from submission_explanation \
    where ref_area = $1 and round_id = $2 and unit_id = $3 and number = $4 \
    order by row_code, cell_column, rule";

/// Adds the scan of a signed page. The file is kept first: `store.files().keep(bytes)`.
pub async fn add_scan(tx: &mut Tx, key: &TaskKey, number: u32, scan: &Scan) -> Result<()> {
    let mut values = key.values();
    values.push(number.into());
    let sql = "select count(*) as scans from submission_scan \
               where ref_area = $1 and round_id = $2 and unit_id = $3 and number = $4";
    let rows = tx.rows(sql, &values).await?;
    let position = rows.first().map_or(Ok(0), |row| row.integer("scans"))?;
    let size =
        i64::try_from(scan.size).map_err(|_| Error::Invalid(format!("文件“{}”过大", scan.name)))?;
    values.extend([
        position.into(),
        scan.name.as_str().into(),
        scan.sha256.as_str().into(),
        size.into(),
        instant_text(scan.added.at).into(),
        scan.added.by.as_str().into(),
    ]);
    tx.insert(SCAN, &[values]).await
}

/// The scans of a submission, oldest first.
pub async fn scans(store: &Store, key: &TaskKey, number: u32) -> Result<Vec<Scan>> {
    let sql = "select name, sha256, size, added_at, added_by from submission_scan \
               where ref_area = $1 and round_id = $2 and unit_id = $3 and number = $4 \
               order by position";
    let mut values = key.values();
    values.push(number.into());
    store.rows(sql, &values).await?.iter().map(scan_of).collect()
}

/// Keeps what a reviewer decided about a submission; a submission is decided about once.
pub async fn decide(
    tx: &mut Tx,
    key: &TaskKey,
    number: u32,
    decision: &Decision,
    stamp: &Stamp,
) -> Result<()> {
    let row = |code: &str, column: &str, verdict: &str, reason: &str| {
        let mut row = key.values();
        row.extend([
            number.into(),
            code.into(),
            column.into(),
            verdict.into(),
            reason.into(),
            instant_text(stamp.at).into(),
            stamp.by.as_str().into(),
        ]);
        row
    };
    let rows = match decision {
        Decision::Accepted => vec![row("", "", "accepted", "")],
        Decision::Returned { cells, reason } => {
            let mut rows = vec![row("", "", "returned", reason)];
            for returned in cells {
                let cell = &returned.cell;
                rows.push(row(&cell.row.0, cell.column.code(), "returned", &returned.reason));
            }
            rows
        }
    };
    tx.insert(REVIEW, &rows).await.map_err(|error| {
        if is_taken(&error) {
            Error::Conflict("这份报送刚被别人审核过，请刷新".to_owned())
        } else {
            error
        }
    })
}

/// What was decided about each submission of a task, with when and by whom.
pub async fn decisions(store: &Store, key: &TaskKey) -> Result<BTreeMap<u32, (Decision, Stamp)>> {
    let sql = "select number, row_code, cell_column, verdict, reason, decided_at, decided_by \
               from submission_review where ref_area = $1 and round_id = $2 and unit_id = $3 \
               order by number, row_code, cell_column";
    let mut decisions = BTreeMap::new();
    for row in store.rows(sql, &key.values()).await? {
        let number = row.number("number")?;
        let verdict = row.text("verdict")?;
        let whole = row.text("row_code")?.is_empty();
        match (verdict.as_str(), whole) {
            ("accepted", true) => {
                decisions.insert(number, (Decision::Accepted, decided(&row)?));
            }
            ("returned", true) => {
                let decision =
                    Decision::Returned { cells: Vec::new(), reason: row.text("reason")? };
                decisions.insert(number, (decision, decided(&row)?));
            }
            ("returned", false) => {
                // The row of the whole comes first in key order.
                if let Some((Decision::Returned { cells, .. }, _)) = decisions.get_mut(&number) {
                    cells.push(CellReturn { cell: cell_of(&row)?, reason: row.text("reason")? });
                }
            }
            _ => return Err(strange("verdict", &verdict)),
        }
    }
    Ok(decisions)
}

fn decided(row: &Row) -> Result<Stamp> {
    Ok(Stamp { at: row.instant("decided_at")?, by: row.text("decided_by")? })
}

fn entries_of(rows: &[Row]) -> Result<Entries> {
    // Field order, not the order of the codes: the reason comes before the words about it.
    let mut cells: BTreeMap<(IndicatorCode, Field), String> = BTreeMap::new();
    for row in rows {
        let field = row.coded("field", Field::from_code)?;
        cells.insert((IndicatorCode(row.text("row_code")?), field), row.text("content")?);
    }
    let mut entries = Entries::new();
    for ((code, field), content) in &cells {
        if !fill(entries.entry(code.clone()).or_default(), *field, content) {
            return Err(strange(field.code(), content));
        }
    }
    Ok(entries)
}

fn head_of(row: &Row) -> Result<SubmissionHead> {
    Ok(SubmissionHead {
        number: row.number("number")?,
        submitted: Stamp { at: row.instant("submitted_at")?, by: row.text("submitted_by")? },
        content_hash: row.text("content_hash")?,
        forced: row.flag("forced")?,
        late: row.flag("late")?,
    })
}

fn scan_of(row: &Row) -> Result<Scan> {
    let hash = row.text("sha256")?;
    Ok(Scan {
        name: row.text("name")?,
        sha256: FileHash::parse(&hash).ok_or_else(|| strange("sha256", &hash))?,
        size: row.number("size")?,
        added: Stamp { at: row.instant("added_at")?, by: row.text("added_by")? },
    })
}
