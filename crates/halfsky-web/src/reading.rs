//! Files being read: a job in memory for each upload, so that its page survives a reload.
//!
//! Nothing here is kept in the store: a reading becomes a draft when a person starts the review.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use halfsky_plan::document::{self, Parsed};
use halfsky_plan::note::Note;
use halfsky_plan::ref_area::RefArea;
use halfsky_plan::source;
use halfsky_plan::version::SourceFile;
use halfsky_store::files::FileHash;
use jiff::Timestamp;
use tokio::task::JoinHandle;

use crate::form::UploadedFile;

/// Readings kept; the oldest goes when another one comes.
const KEPT: usize = 8;

/// What was uploaded, and for which region.
#[derive(Debug, Clone)]
pub(crate) struct Reading {
    pub(crate) id: String,
    pub(crate) file_name: String,
    pub(crate) size: u64,
    pub(crate) ref_area: RefArea,
    /// Name of the region; empty when the plan's own title names it.
    pub(crate) region: String,
    pub(crate) started: Timestamp,
    pub(crate) outcome: Outcome,
}

/// How far a reading has come.
#[derive(Debug, Clone)]
pub(crate) enum Outcome {
    Working,
    /// No text could be taken from the file; the message is for the person.
    Failed(String),
    Read(Arc<Found>),
}

/// What was read from a file.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) bytes: Bytes,
    pub(crate) source: SourceFile,
    pub(crate) text: String,
    /// Notes on reading the file and notes that belong to no plan.
    pub(crate) notes: Vec<Note>,
    pub(crate) parsed: Parsed,
}

/// The readings of this process.
#[derive(Debug, Clone, Default)]
pub(crate) struct Readings(Arc<Mutex<BTreeMap<String, Reading>>>);

impl Readings {
    /// Begins to read a file; the task ends when the outcome is known.
    pub(crate) fn start(&self, reading: Reading, file: UploadedFile) -> JoinHandle<()> {
        let id = reading.id.clone();
        let mut list = self.lock();
        while list.len() >= KEPT {
            let oldest =
                list.values().min_by_key(|r| (r.started, r.id.clone())).map(|r| r.id.clone());
            if let Some(oldest) = oldest {
                list.remove(&oldest);
            }
        }
        list.insert(id.clone(), reading);
        drop(list);
        let readings = self.clone();
        tokio::task::spawn_blocking(move || {
            let outcome = read(file);
            if let Some(reading) = readings.lock().get_mut(&id) {
                reading.outcome = outcome;
            }
        })
    }

    /// The reading of an id.
    pub(crate) fn find(&self, id: &str) -> Option<Reading> {
        self.lock().get(id).cloned()
    }

    /// A panic while the list was held leaves a list that is still whole.
    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Reading>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn read(file: UploadedFile) -> Outcome {
    // foreign readers stand behind `source`: one that fails must not leave the page waiting for ever
    let work = std::panic::AssertUnwindSafe(|| found(file));
    std::panic::catch_unwind(work).unwrap_or_else(|_| {
        Outcome::Failed(
            "读取这个文件时出错。请用原软件打开后另存为 .docx 或 .txt，再重新上传".to_owned(),
        )
    })
}

fn found(file: UploadedFile) -> Outcome {
    let source = match source::read(&file.bytes, &file.name) {
        Ok(source) => source,
        Err(problem) => return Outcome::Failed(problem.to_string()),
    };
    let mut parsed = document::parse(&source.text);
    let mut notes = source.notes;
    notes.append(&mut parsed.notes);
    Outcome::Read(Arc::new(Found {
        source: SourceFile {
            name: file.name,
            sha256: FileHash::of(&file.bytes).as_str().to_owned(),
            size: file.bytes.len() as u64,
            format: source.format.code().to_owned(),
        },
        bytes: file.bytes,
        text: source.text,
        notes,
        parsed,
    }))
}
