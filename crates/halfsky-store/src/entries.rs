//! What a unit has filled in (填报): saved cell by cell while it is typed.
//!
//! Every cell counts its own changes. A change says which count it was made on; where somebody else was faster,
//! the cell stays as that person left it and the change comes back as a conflict, so that nothing is lost unseen.

mod checks;

use std::collections::BTreeMap;

use halfsky_monitor::data_set::{Column, Entries, RowEntry};
use halfsky_monitor::observation::{Missing, MissingReason};
use halfsky_plan::indicator::IndicatorCode;

use crate::error::Result;
use crate::plans::Stamp;
use crate::row::instant_text;
use crate::store::Store;
use crate::tasks::TaskKey;
use crate::tx::Tx;
use crate::values::{Columns, Taken, Value};

pub(crate) use checks::explanation_of;
pub use checks::{FindingCount, explain, explanations, finding_counts, findings, save_findings};

const CELL: Columns = Columns {
    table: "entry_cell",
    names: &[
        "ref_area",
        "round_id",
        "unit_id",
        "row_code",
        "field",
        "content",
        "revision",
        "changed_at",
        "changed_by",
    ],
};

/// One thing that can be filled into a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// A figure.
    Figure(Column),
    /// 缺数原因, by its code.
    Missing,
    MissingNote,
    MissingOwner,
    Substitute,
    /// 备注
    Remark,
}

impl Field {
    /// The code used in forms and in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Figure(column) => column.code(),
            Self::Missing => "missing",
            Self::MissingNote => "missing_note",
            Self::MissingOwner => "missing_owner",
            Self::Substitute => "substitute",
            Self::Remark => "remark",
        }
    }

    /// The field of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        let words =
            [Self::Missing, Self::MissingNote, Self::MissingOwner, Self::Substitute, Self::Remark];
        let word = words.into_iter().find(|field| field.code() == code);
        word.or_else(|| Column::from_code(code).map(Self::Figure))
    }
}

/// A row of the form and one thing in it.
pub type FieldKey = (IndicatorCode, Field);

/// What stands in a cell, as typed; empty text when it was emptied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryCell {
    pub content: String,
    /// From 1; 0 means that nobody has filled it in.
    pub revision: i64,
    pub changed: Stamp,
}

/// Everything that is filled in, in row and field order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Draft {
    pub cells: BTreeMap<FieldKey, EntryCell>,
}

/// A change somebody made to a cell they saw at a revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellChange {
    pub row: IndicatorCode,
    pub field: Field,
    /// The revision of the cell when the person began to type; 0 for an empty one.
    pub seen: i64,
    pub content: String,
}

/// A change that was not kept, because somebody else changed the cell first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellConflict {
    pub change: CellChange,
    /// What stands there now.
    pub theirs: EntryCell,
}

/// The outcome of saving.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Saved {
    /// New revision of every cell that was written.
    pub written: BTreeMap<FieldKey, i64>,
    /// Cells that already held what was typed.
    pub unchanged: usize,
    pub conflicts: Vec<CellConflict>,
}

/// A cell whose words are no figure or no reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    pub row: IndicatorCode,
    pub field: Field,
    pub content: String,
}

impl Draft {
    /// The entries as the rules of validation read them, and the cells that cannot be read.
    pub fn entries(&self) -> (Entries, Vec<Unreadable>) {
        let mut entries = Entries::new();
        let mut unreadable = Vec::new();
        for ((row, field), cell) in self.cells.iter().filter(|(_, c)| !c.content.is_empty()) {
            let entry = entries.entry(row.clone()).or_default();
            if !fill(entry, *field, &cell.content) {
                let content = cell.content.clone();
                unreadable.push(Unreadable { row: row.clone(), field: *field, content });
            }
        }
        (entries, unreadable)
    }

    /// What stands in a cell; empty when nobody has filled it in.
    pub fn content(&self, row: &IndicatorCode, field: Field) -> &str {
        self.cells.get(&(row.clone(), field)).map_or("", |cell| cell.content.as_str())
    }

    /// The revision of a cell, to be handed back with a change.
    pub fn revision(&self, row: &IndicatorCode, field: Field) -> i64 {
        self.cells.get(&(row.clone(), field)).map_or(0, |cell| cell.revision)
    }
}

/// Puts one filled cell into a row's entry; tells whether it could be read. Words about a missing figure
/// wait for its reason, which comes before them in field order.
pub(crate) fn fill(entry: &mut RowEntry, field: Field, content: &str) -> bool {
    match field {
        Field::Figure(column) => {
            let Ok(figure) = content.parse() else { return false };
            entry.figures.insert(column, figure);
        }
        Field::Missing => {
            let Some(reason) = MissingReason::from_code(content) else { return false };
            let [note, owner, substitute] = [const { String::new() }; 3];
            entry.missing = Some(Missing { reason, note, owner, substitute });
        }
        Field::Remark => content.clone_into(&mut entry.remark),
        Field::MissingNote | Field::MissingOwner | Field::Substitute => {
            let Some(missing) = &mut entry.missing else { return true };
            let place = match field {
                Field::MissingNote => &mut missing.note,
                Field::MissingOwner => &mut missing.owner,
                _ => &mut missing.substitute,
            };
            content.clone_into(place);
        }
    }
    true
}

/// The filled cells of a row, by field: the way back from [`Draft::entries`].
pub fn contents(entry: &RowEntry) -> BTreeMap<Field, String> {
    let mut cells: BTreeMap<Field, String> =
        entry.figures.iter().map(|(c, figure)| (Field::Figure(*c), figure.to_string())).collect();
    if let Some(missing) = &entry.missing {
        cells.insert(Field::Missing, missing.reason.code().to_owned());
        cells.insert(Field::MissingNote, missing.note.clone());
        cells.insert(Field::MissingOwner, missing.owner.clone());
        cells.insert(Field::Substitute, missing.substitute.clone());
    }
    cells.insert(Field::Remark, entry.remark.clone());
    cells.retain(|_, content| !content.is_empty());
    cells
}

const CELLS: &str = "select row_code, field, content, revision, changed_at, changed_by \
    from entry_cell where ref_area = $1 and round_id = $2 and unit_id = $3 \
    order by row_code, field";

/// Everything a unit has filled in.
pub async fn load(store: &Store, key: &TaskKey) -> Result<Draft> {
    draft_of(&store.rows(CELLS, &key.values()).await?)
}

/// The same inside a transaction: what is read still holds when it is written.
pub async fn load_in(tx: &mut Tx, key: &TaskKey) -> Result<Draft> {
    draft_of(&tx.rows(CELLS, &key.values()).await?)
}

/// Saves changes; any number of cells, always in the same few statements. Cells somebody else has changed since
/// they were seen stay as they are and come back as conflicts.
pub async fn save(
    tx: &mut Tx,
    key: &TaskKey,
    changes: &[CellChange],
    stamp: &Stamp,
) -> Result<Saved> {
    let draft = load_in(tx, key).await?;
    let mut saved = Saved::default();
    let mut rows: BTreeMap<FieldKey, Vec<Value>> = BTreeMap::new();
    for change in changes {
        let cell = (change.row.clone(), change.field);
        let current = draft.cells.get(&cell);
        if current.map_or("", |c| c.content.as_str()) == change.content {
            saved.unchanged += 1;
            continue;
        }
        let revision = current.map_or(0, |c| c.revision);
        if let Some(theirs) = current.filter(|_| revision != change.seen) {
            let (change, theirs) = (change.clone(), theirs.clone());
            saved.conflicts.push(CellConflict { change, theirs });
            continue;
        }
        let mut row = key.values();
        row.extend([
            change.row.0.as_str().into(),
            change.field.code().into(),
            change.content.as_str().into(),
            (revision + 1).into(),
            instant_text(stamp.at).into(),
            stamp.by.as_str().into(),
        ]);
        rows.insert(cell.clone(), row);
        saved.written.insert(cell, revision + 1);
    }
    let rows: Vec<Vec<Value>> = rows.into_values().collect();
    tx.put(CELL, Taken::Replace { key: 5 }, &rows).await?;
    Ok(saved)
}

fn draft_of(rows: &[crate::row::Row]) -> Result<Draft> {
    let mut draft = Draft::default();
    for row in rows {
        let key = (IndicatorCode(row.text("row_code")?), row.coded("field", Field::from_code)?);
        let cell = EntryCell {
            content: row.text("content")?,
            revision: row.integer("revision")?,
            changed: Stamp { at: row.instant("changed_at")?, by: row.text("changed_by")? },
        };
        draft.cells.insert(key, cell);
    }
    Ok(draft)
}
