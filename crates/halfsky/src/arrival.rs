//! A plan file arrives by command: read, understood, kept as drafts.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use halfsky_plan::document::{self, Parsed};
use halfsky_plan::plan::Plan;
use halfsky_plan::ref_area::RefArea;
use halfsky_plan::source::{self, SourceText};
use halfsky_plan::version::{PlanId, PlanVersion, Review, ReviewedTarget, SourceFile};
use halfsky_store::audit::Entry;
use halfsky_store::files::FileHash;
use halfsky_store::plans::{self, Stamp, VersionKey};
use halfsky_store::{Store, indicators};
use halfsky_web::arrival::Arrival;

use crate::{clock, entropy};

/// Who acts when a command does, as the audit chain names it.
pub(crate) const ACTOR: &str = "命令行";

/// A file with everything understood of it.
pub(crate) struct ReadFile {
    pub name: String,
    pub bytes: Arc<Vec<u8>>,
    pub source: SourceText,
    pub parsed: Parsed,
}

impl ReadFile {
    /// Reads a file, or standard input for `-`.
    pub(crate) fn open(path: &Path) -> anyhow::Result<Self> {
        let (name, bytes) = if path == Path::new("-") {
            ("标准输入".to_owned(), read_limited(std::io::stdin().lock())?)
        } else {
            let file = std::fs::File::open(path).context("不能打开文件")?;
            let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
            (name, read_limited(file)?)
        };
        Self::understand(name, bytes)
    }

    /// Understands bytes that are already there.
    pub(crate) fn understand(name: String, bytes: Vec<u8>) -> anyhow::Result<Self> {
        let source = source::read(&bytes, &name)?;
        let mut parsed = document::parse(&source.text);
        parsed.notes.splice(0..0, source.notes.iter().cloned());
        Ok(Self { name, bytes: Arc::new(bytes), source, parsed })
    }
}

/// Reads one byte more than is allowed, so that the reader itself says what is too large.
fn read_limited(input: impl Read) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let limit = u64::try_from(source::LARGEST_FILE).unwrap_or(u64::MAX);
    input.take(limit.saturating_add(1)).read_to_end(&mut bytes).context("不能读取文件")?;
    Ok(bytes)
}

/// Where the plans of a file belong.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub ref_area: RefArea,
    /// Example data (示例数据).
    pub example: bool,
}

/// Keeps one plan of a file as a draft.
pub(crate) async fn keep_draft(
    store: &Store,
    file: &ReadFile,
    plan: Plan,
    place: &Place,
) -> anyhow::Result<PlanVersion> {
    let now = clock::now();
    let catalogue = indicators::load_catalogue(store).await?;
    let arrival = Arrival {
        ref_area: place.ref_area.clone(),
        source: SourceFile {
            name: file.name.clone(),
            sha256: FileHash::of(&file.bytes).as_str().to_owned(),
            size: u64::try_from(file.bytes.len()).unwrap_or(u64::MAX),
            format: file.source.format.code().to_owned(),
        },
        bytes: Arc::clone(&file.bytes),
        text: &file.source.text,
        catalogue: &catalogue,
        example: place.example,
    };
    let stamp = Stamp { at: now, by: ACTOR.to_owned() };
    let new_id = PlanId(entropy::new_id(now)?);
    let by = (&stamp, Entry::new(now, ACTOR, "plan.import", ""));
    Ok(halfsky_web::arrival::keep_draft(store, &arrival, plan, by, new_id).await?)
}

/// Confirms a draft as a whole, every reading taken as it is: only for the built-in example.
pub(crate) async fn confirm_example(
    store: &Store,
    mut version: PlanVersion,
    stamp: &Stamp,
) -> anyhow::Result<()> {
    let key = VersionKey::of(&version);
    let open: Vec<ReviewedTarget> =
        version.targets.iter().filter(|t| t.review != Review::Confirmed).cloned().collect();
    let corrections = open
        .into_iter()
        .map(|target| version.correct(ReviewedTarget { review: Review::Confirmed, ..target }))
        .collect::<Result<Vec<_>, _>>()?;
    version.confirm()?;
    let seen = plans::load(store, &key).await?.revision;
    let mut tx = store.begin(&version.ref_area).await?;
    let seen = plans::save_corrections(&mut tx, &key, seen, &corrections).await?;
    plans::confirm(&mut tx, &key, seen, stamp).await?;
    let entry = Entry::new(stamp.at, &stamp.by, "plan.confirm", &key.object());
    tx.commit(entry.because("内置示例")).await?;
    Ok(())
}
