//! Inspection visits (督导检查): who went where, the checklist by target, findings and photos.

use std::collections::BTreeMap;

use halfsky_monitor::text_report::Attachment;
use halfsky_monitor::unit::UnitId;
use halfsky_plan::ref_area::RefArea;
use halfsky_plan::version::PlanId;
use jiff::civil::Date;

use crate::error::{Error, Result};
use crate::judgements::{attachment_of, file_rows};
use crate::plans::Stamp;
use crate::row::{Row, instant_text, strange};
use crate::store::Store;
use crate::tx::Tx;
use crate::values::{Columns, Value};

const VISIT: Columns = Columns {
    table: "inspection_visit",
    names: &[
        "ref_area",
        "visit_id",
        "visited_on",
        "unit_id",
        "visitors",
        "summary",
        "made_at",
        "made_by",
    ],
};

const ITEM: Columns = Columns {
    table: "inspection_item",
    names: &[
        "ref_area",
        "visit_id",
        "position",
        "plan_id",
        "target_key",
        "indicator",
        "outcome",
        "finding",
    ],
};

const FILE: Columns = Columns {
    table: "inspection_file",
    names: &["ref_area", "visit_id", "position", "name", "sha256", "size"],
};

/// How a target of the checklist was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    InOrder,
    Problem,
}

impl Outcome {
    /// Both, in the order they are offered.
    pub const ALL: [Self; 2] = [Self::InOrder, Self::Problem];

    /// The code used in data.
    pub const fn code(self) -> &'static str {
        match self {
            Self::InOrder => "in_order",
            Self::Problem => "problem",
        }
    }

    /// The outcome of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|o| o.code() == code)
    }

    /// The words shown to people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::InOrder => "正常",
            Self::Problem => "有问题",
        }
    }
}

/// One line of the checklist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub plan_id: PlanId,
    pub target_key: String,
    pub indicator: String,
    pub outcome: Outcome,
    pub finding: String,
}

/// A visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    pub id: String,
    pub visited_on: Date,
    pub unit: UnitId,
    pub visitors: String,
    pub summary: String,
    pub items: Vec<Item>,
    pub files: Vec<Attachment>,
    pub made: Stamp,
}

/// Keeps a visit.
pub async fn insert(tx: &mut Tx, visit: &Visit) -> Result<()> {
    let start: Vec<Value> = vec![tx.ref_area().into(), visit.id.as_str().into()];
    let mut row = start.clone();
    row.extend([
        visit.visited_on.into(),
        visit.unit.0.as_str().into(),
        visit.visitors.as_str().into(),
        visit.summary.as_str().into(),
        instant_text(visit.made.at).into(),
        visit.made.by.as_str().into(),
    ]);
    tx.insert(VISIT, &[row]).await?;
    let mut items = Vec::new();
    for (position, item) in visit.items.iter().enumerate() {
        let mut row = start.clone();
        row.extend([
            Value::count(position)?,
            item.plan_id.0.as_str().into(),
            item.target_key.as_str().into(),
            item.indicator.as_str().into(),
            item.outcome.code().into(),
            item.finding.as_str().into(),
        ]);
        items.push(row);
    }
    tx.insert(ITEM, &items).await?;
    tx.insert(FILE, &file_rows(&start, &visit.files)?).await
}

/// The visits of a region, newest first.
pub async fn list(store: &Store, ref_area: &RefArea) -> Result<Vec<Visit>> {
    let values = [ref_area.as_str().into()];
    let mut snapshot = store.snapshot().await?;
    let visits = snapshot.rows(VISITS, &values).await?;
    let items = snapshot.rows(ITEMS, &values).await?;
    let files = snapshot.rows(FILES, &values).await?;
    snapshot.end().await?;
    let mut listed: BTreeMap<String, Vec<Item>> = BTreeMap::new();
    for row in &items {
        listed.entry(row.text("visit_id")?).or_default().push(item_of(row)?);
    }
    let mut attached: BTreeMap<String, Vec<Attachment>> = BTreeMap::new();
    for row in &files {
        attached.entry(row.text("visit_id")?).or_default().push(attachment_of(row)?);
    }
    visits
        .iter()
        .map(|row| {
            let id = row.text("visit_id")?;
            Ok(Visit {
                items: listed.remove(&id).unwrap_or_default(),
                files: attached.remove(&id).unwrap_or_default(),
                visited_on: row.day("visited_on")?,
                unit: UnitId(row.text("unit_id")?),
                visitors: row.text("visitors")?,
                summary: row.text("summary")?,
                made: Stamp { at: row.instant("made_at")?, by: row.text("made_by")? },
                id,
            })
        })
        .collect()
}

/// One visit.
pub async fn load(store: &Store, ref_area: &RefArea, id: &str) -> Result<Visit> {
    let all = list(store, ref_area).await?;
    let lost = || Error::NotFound("这次督导检查".to_owned());
    all.into_iter().find(|v| v.id == id).ok_or_else(lost)
}

const VISITS: &str = "select visit_id, visited_on, unit_id, visitors, summary, made_at, made_by \
    from inspection_visit where ref_area = $1 order by visited_on desc, visit_id";
const ITEMS: &str = "select visit_id, plan_id, target_key, indicator, outcome, finding \
    from inspection_item where ref_area = $1 order by visit_id, position";
const FILES: &str = "select visit_id, name, sha256, size from inspection_file \
    where ref_area = $1 order by visit_id, position";

fn item_of(row: &Row) -> Result<Item> {
    let outcome = row.text("outcome")?;
    Ok(Item {
        plan_id: PlanId(row.text("plan_id")?),
        target_key: row.text("target_key")?,
        indicator: row.text("indicator")?,
        outcome: Outcome::from_code(&outcome).ok_or_else(|| strange("outcome", &outcome))?,
        finding: row.text("finding")?,
    })
}
