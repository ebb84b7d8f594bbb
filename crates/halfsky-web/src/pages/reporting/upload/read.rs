//! What an uploaded table says: read against the form as it is filled in, where waiting and counting are allowed.

use std::sync::Arc;

use halfsky_monitor::data_set::Entries;
use halfsky_monitor::reporting::UnitId;
use halfsky_monitor::validation::Finding;
use halfsky_monitor::workbook::{
    Change, Changed, Grid, MappedColumn, Mapping, ReadRefusal, Reading, SheetProblem, open,
    propose, read_mapped, read_template,
};
use halfsky_store::entries::{self, CellChange, Draft};
use halfsky_store::files::{FileHash, Files};
use halfsky_store::form_mappings::{self, StoredMapping};

use super::super::basis::Basis;
use super::super::grid;
use super::super::task::Work;
use crate::app::App;
use crate::error::WebError;

/// Lines of each list that are shown; all are counted, and all changes are taken over.
const LISTED: usize = 500;

/// A kept file and what it is read against. Cloning is cheap.
#[derive(Clone)]
pub(crate) struct Against {
    files: Files,
    hash: FileHash,
    unit: UnitId,
    pub(crate) basis: Arc<Basis>,
    draft: Arc<Draft>,
    known: Arc<Vec<StoredMapping>>,
}

/// What a file says, or that somebody must say first what its columns mean.
pub(crate) enum Found {
    Reading {
        reading: Box<Reading>,
        /// How the file was read, for foreign tables.
        layout: String,
        /// What the file was read against.
        before: Entries,
    },
    Unknown,
}

impl Against {
    /// Loads all of it.
    pub(crate) async fn load(app: &App, work: &Work, hash: &str) -> Result<Self, WebError> {
        let hash = parsed(hash)?;
        let basis = Basis::load(app, work).await?;
        let key = work.key();
        let code = basis.form.code();
        let known = form_mappings::list(&app.store, &key.ref_area, &key.unit, code).await?;
        Ok(Self {
            files: app.store.files().clone(),
            hash,
            unit: key.unit.clone(),
            basis,
            draft: Arc::new(entries::load(&app.store, key).await?),
            known: Arc::new(known),
        })
    }

    /// Opens and reads the file; `reading` is told when it is open. Waits for the disk.
    pub(crate) fn read(&self, reading: impl FnOnce()) -> Result<Found, WebError> {
        let grids = grids_of(&self.files, &self.hash)?;
        reading();
        let (form, (before, _)) = (&self.basis.form, self.draft.entries());
        let found = |reading: Reading, layout: String, before| Found::Reading {
            reading: Box::new(reading),
            layout,
            before,
        };
        match read_template(&grids, form, &self.unit, self.basis.period, &before) {
            Ok(reading) => return Ok(found(reading, String::new(), before)),
            Err(ReadRefusal::NotATemplate) => {}
            Err(refusal) => return Err(WebError::Refused(format!("{refusal}。"))),
        }
        let with = |mapping: &Mapping| read_mapped(&grids, form, mapping, &before).ok();
        let proposed = propose(&grids, form);
        let says_rows = proposed.columns.values().any(|c| *c == MappedColumn::Code);
        if proposed.check().is_ok()
            && says_rows
            && let Some(reading) = with(&proposed)
        {
            return Ok(found(reading, "按代码和栏目名称对应".to_owned(), before));
        }
        let fits = |reading: &Reading| !reading.changes.is_empty() || reading.unchanged > 0;
        for known in self.known.iter() {
            if let Some(reading) = with(&known.mapping).filter(fits) {
                let words = format!("按已记住的列对应关系“{}”", known.name);
                return Ok(found(reading, words, before));
            }
        }
        Ok(Found::Unknown)
    }

    /// The preview of what the file says; None where the meaning of its columns is not known.
    pub(crate) fn preview(
        &self,
        doing: impl Fn(&'static str, u8),
    ) -> Result<Option<Preview>, WebError> {
        match self.read(|| doing("正在对照报表", 40))? {
            Found::Unknown => Ok(None),
            Found::Reading { reading, layout, .. } => {
                doing("正在校验", 70);
                Ok(Some(Preview::new(&self.basis, *reading, layout)))
            }
        }
    }

    /// The cells that make the form what a reading says.
    pub(crate) fn changes(&self, before: &Entries, reading: &Reading) -> Vec<CellChange> {
        let mut changes = Vec::new();
        for (row, entry) in &reading.entries {
            let after = entries::contents(entry);
            let before = before.get(row).map(entries::contents).unwrap_or_default();
            for field in before.keys().chain(after.keys().filter(|f| !before.contains_key(*f))) {
                let content = after.get(field).cloned().unwrap_or_default();
                if before.get(field).map_or("", String::as_str) != content {
                    let seen = self.draft.revision(row, *field);
                    changes.push(CellChange { row: row.clone(), field: *field, seen, content });
                }
            }
        }
        changes
    }
}

/// The hash an address names.
pub(crate) fn parsed(hash: &str) -> Result<FileHash, WebError> {
    let unknown = || WebError::NotFound("没有这个文件。请重新上传。".to_owned());
    FileHash::parse(hash).ok_or_else(unknown)
}

/// The sheets of a kept file. Waits for the disk.
pub(crate) fn grids_of(files: &Files, hash: &FileHash) -> Result<Vec<Grid>, WebError> {
    open(&files.read(hash)?).map_err(|problem| WebError::Refused(format!("{problem}。")))
}

/// What a file would do, as far as it is listed.
#[derive(Debug)]
pub(crate) struct Preview {
    pub(crate) layout: String,
    pub(crate) changes: Vec<Change>,
    pub(crate) all: usize,
    pub(crate) problems: Vec<SheetProblem>,
    pub(crate) all_problems: usize,
    pub(crate) unchanged: usize,
    /// What the checks would find in what the file changes, errors first.
    pub(crate) checked: Vec<Checked>,
    pub(crate) all_checked: usize,
    pub(crate) seen: String,
}

/// A finding with the place in the file it comes from; the row, when the file leaves that cell alone.
#[derive(Debug)]
pub(crate) struct Checked {
    pub(crate) place: String,
    pub(crate) kind: &'static str,
    pub(crate) word: &'static str,
    pub(crate) finding: Finding,
}

impl Preview {
    fn new(basis: &Basis, reading: Reading, layout: String) -> Self {
        let (all, all_problems) = (reading.changes.len(), reading.problems.len());
        let mut checked = checked(basis, &reading);
        let all_checked = checked.len();
        checked.truncate(LISTED);
        Self {
            layout,
            all,
            all_problems,
            unchanged: reading.unchanged,
            checked,
            all_checked,
            seen: fingerprint(&reading),
            changes: reading.changes.into_iter().take(LISTED).collect(),
            problems: reading.problems.into_iter().take(LISTED).collect(),
        }
    }
}

/// What the checks find in the rows a file changes.
fn checked(basis: &Basis, reading: &Reading) -> Vec<Checked> {
    let mut rows = std::collections::BTreeMap::new();
    let mut cells = std::collections::BTreeMap::new();
    for change in &reading.changes {
        rows.entry(&change.row).or_insert(change);
        if let Changed::Figure(column) = change.what {
            cells.entry((&change.row, column)).or_insert(change);
        }
    }
    let place = |finding: &Finding| {
        let row = rows.get(&finding.cell.row)?;
        let cell = cells.get(&(&finding.cell.row, finding.cell.column));
        Some(cell.map_or_else(|| row.name.clone(), |change| change.place.clone()))
    };
    let mut found: Vec<Checked> = basis
        .findings(&reading.entries)
        .into_iter()
        .filter_map(|finding| {
            let place = place(&finding)?;
            let (kind, word) = (grid::kind(finding.severity), finding.severity.label());
            Some(Checked { place, kind, word, finding })
        })
        .collect();
    found.sort_by_key(|one| one.finding.severity);
    found
}

/// What was shown, so that nothing else is taken over.
pub(crate) fn fingerprint(reading: &Reading) -> String {
    let line = |c: &Change| format!("{}\t{:?}\t{}\t{}", c.row, c.what, c.before, c.after);
    let lines: Vec<String> = reading.changes.iter().map(line).collect();
    FileHash::of(lines.join("\n").as_bytes()).as_str().to_owned()
}
