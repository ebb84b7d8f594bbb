//! What the last check of a form found, and the unit's words on it.

use std::collections::BTreeMap;

use halfsky_monitor::reporting::UnitId;
use halfsky_monitor::validation::{Explanation, Finding, Rule, Severity};
use halfsky_plan::ref_area::RefArea;

use crate::error::Result;
use crate::plans::Stamp;
use crate::rounds::RoundId;
use crate::row::{Row, instant_text};
use crate::store::Store;
use crate::tasks::{TaskKey, cell_of};
use crate::tx::Tx;
use crate::values::{Columns, Taken, Value};

const FINDING: Columns = Columns {
    table: "entry_finding",
    names: &[
        "ref_area",
        "round_id",
        "unit_id",
        "position",
        "rule",
        "severity",
        "row_code",
        "cell_column",
        "message",
        "what_to_do",
    ],
};

const EXPLANATION: Columns = Columns {
    table: "entry_explanation",
    names: &[
        "ref_area",
        "round_id",
        "unit_id",
        "row_code",
        "cell_column",
        "rule",
        "content",
        "changed_at",
        "changed_by",
    ],
};

/// What the last check found, in its order.
pub async fn findings(store: &Store, key: &TaskKey) -> Result<Vec<Finding>> {
    let sql = "select rule, severity, row_code, cell_column, message, what_to_do \
               from entry_finding where ref_area = $1 and round_id = $2 and unit_id = $3 \
               order by position";
    store.rows(sql, &key.values()).await?.iter().map(finding_of).collect()
}

/// What the last check of a form found, in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FindingCount {
    pub errors: usize,
    pub warnings: usize,
}

/// The numbers of findings of every task of a region that has any; one statement for a queue.
pub async fn finding_counts(
    store: &Store,
    ref_area: &RefArea,
) -> Result<BTreeMap<(RoundId, UnitId), FindingCount>> {
    let sql = "select round_id, unit_id, severity, count(*) as findings from entry_finding \
               where ref_area = $1 group by round_id, unit_id, severity \
               order by round_id, unit_id, severity";
    let mut counts: BTreeMap<(RoundId, UnitId), FindingCount> = BTreeMap::new();
    for row in store.rows(sql, &[ref_area.as_str().into()]).await? {
        let key = (RoundId(row.text("round_id")?), UnitId(row.text("unit_id")?));
        let count = counts.entry(key).or_default();
        match row.coded("severity", Severity::from_code)? {
            Severity::Error => count.errors = row.number("findings")?,
            Severity::Warning => count.warnings = row.number("findings")?,
        }
    }
    Ok(counts)
}

/// Keeps what a check found, in place of the check before.
pub async fn save_findings(tx: &mut Tx, key: &TaskKey, findings: &[Finding]) -> Result<()> {
    let sql = "delete from entry_finding where ref_area = $1 and round_id = $2 and unit_id = $3";
    tx.execute(sql, &key.values()).await?;
    let rows: Result<Vec<Vec<Value>>> = findings
        .iter()
        .enumerate()
        .map(|(position, finding)| {
            let mut row = key.values();
            row.extend([
                Value::count(position)?,
                finding.rule.code().into(),
                finding.severity.code().into(),
                finding.cell.row.0.as_str().into(),
                finding.cell.column.code().into(),
                finding.message.as_str().into(),
                finding.what_to_do.as_str().into(),
            ]);
            Ok(row)
        })
        .collect();
    tx.insert(FINDING, &rows?).await
}

/// The unit's words, in row and column order.
pub async fn explanations(store: &Store, key: &TaskKey) -> Result<Vec<Explanation>> {
    let sql = "select row_code, cell_column, rule, content from entry_explanation \
               where ref_area = $1 and round_id = $2 and unit_id = $3 \
               order by row_code, cell_column, rule";
    store.rows(sql, &key.values()).await?.iter().map(explanation_of).collect()
}

/// Keeps the unit's words; what was said before on the same finding is replaced.
pub async fn explain(
    tx: &mut Tx,
    key: &TaskKey,
    explanations: &[Explanation],
    stamp: &Stamp,
) -> Result<()> {
    let rows: Vec<Vec<Value>> = explanations
        .iter()
        .map(|explanation| {
            let mut row = key.values();
            row.extend([
                explanation.cell.row.0.as_str().into(),
                explanation.cell.column.code().into(),
                explanation.rule.code().into(),
                explanation.words.as_str().into(),
                instant_text(stamp.at).into(),
                stamp.by.as_str().into(),
            ]);
            row
        })
        .collect();
    tx.put(EXPLANATION, Taken::Replace { key: 6 }, &rows).await.map(|_| ())
}

pub(crate) fn explanation_of(row: &Row) -> Result<Explanation> {
    Ok(Explanation {
        cell: cell_of(row)?,
        rule: row.coded("rule", Rule::from_code)?,
        words: row.text("content")?,
    })
}

fn finding_of(row: &Row) -> Result<Finding> {
    Ok(Finding {
        cell: cell_of(row)?,
        rule: row.coded("rule", Rule::from_code)?,
        severity: row.coded("severity", Severity::from_code)?,
        message: row.text("message")?,
        what_to_do: row.text("what_to_do")?,
    })
}
