//! Files being read: a job in memory for each upload, so that its page survives a reload.
//!
//! The upload itself is kept in the store, so that another process, or this one after a restart, reads the file
//! again when its page is asked for; a reading becomes a draft when a person starts the review.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::Bytes;
use halfsky_plan::document::{self, Parsed};
use halfsky_plan::note::Note;
use halfsky_plan::ref_area::RefArea;
use halfsky_plan::source;
use halfsky_plan::version::SourceFile;
use halfsky_store::files::FileHash;
use halfsky_store::{Store, plan_uploads};
use jiff::Timestamp;
use tokio::task::JoinHandle;

use crate::error::WebError;
use crate::form::UploadedFile;

/// Readings kept in memory; the oldest goes when another one comes, and is made again when it is asked for.
const KEPT: usize = 8;

/// How long a page waits for a reading before it shows progress instead.
pub(crate) const PATIENCE: Duration = Duration::from_millis(900);

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
    /// The reading of an id, begun again when another process has it or it was forgotten here. None when nobody
    /// knows it any more.
    pub(crate) async fn find_or_begin(
        &self,
        store: &Store,
        id: &str,
    ) -> Result<Option<Reading>, WebError> {
        if let Some(reading) = self.find(id) {
            return Ok(Some(reading));
        }
        let Some(upload) = plan_uploads::find(store, id).await? else { return Ok(None) };
        let (files, hash) = (store.files().clone(), upload.file.clone());
        let bytes = tokio::task::spawn_blocking(move || files.read(&hash)).await;
        let bytes = Bytes::from(bytes.map_err(anyhow::Error::from)??);
        let reading = Reading {
            id: upload.id,
            file_name: upload.file_name.clone(),
            size: bytes.len() as u64,
            ref_area: upload.ref_area,
            region: upload.region,
            started: upload.started,
            outcome: Outcome::Working,
        };
        let task = self.start(reading, UploadedFile { name: upload.file_name, bytes });
        let _ = tokio::time::timeout(PATIENCE, task).await;
        Ok(self.find(id))
    }

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
