//! A report with its document: made anew from its edition while it is a draft, as it was frozen afterwards.

use std::collections::BTreeMap;

use halfsky_evaluate::run::Run;
use halfsky_plan::ref_area::RefArea;
use halfsky_plan::version::PlanVersion;
use halfsky_report::document::edit::{Edit, apply};
use halfsky_report::document::{Document, TextState};
use halfsky_report::draft::{Details, DraftError, Prepared, Published, View, draft};
use halfsky_report::issue::{Reader, ReportKind, State};
use halfsky_store::editions::{self, EditionKey};
use halfsky_store::evaluations;
use halfsky_store::files::FileHash;
use halfsky_store::plans::{self, VersionKey};
use halfsky_store::reports::{self, Asked, ReportId, StoredReport};

use super::nothing;
use crate::app::App;
use crate::error::WebError;
use crate::publishing;

/// A report as it stands.
pub(crate) struct Made {
    pub(crate) report: StoredReport,
    pub(crate) kind: ReportKind,
    pub(crate) state: State,
    pub(crate) reader: Reader,
    pub(crate) document: Document,
    /// What the program makes of each paragraph, by its id.
    pub(crate) generated: BTreeMap<String, String>,
    /// Rewritten paragraphs the document has no place for any more.
    pub(crate) unused: Vec<Edit>,
    /// Hash of the evaluation it rests on.
    pub(crate) run_hash: String,
    /// The newest edition of its period, where it is another one.
    pub(crate) newer: Option<EditionKey>,
}

impl Made {
    /// The paragraphs whose figures changed under the words of a person.
    pub(crate) fn outdated(&self) -> usize {
        self.document.paragraphs().filter(|p| p.state == TextState::Outdated).count()
    }
}

/// Loads a report and makes its document.
pub(crate) async fn load(app: &App, area: &RefArea, id: &str) -> Result<Made, WebError> {
    let report = reports::load(&app.store, area, &ReportId(id.to_owned())).await?;
    let kind = ReportKind::from_code(&report.kind).ok_or_else(nothing)?;
    let state = State::from_code(&report.state).ok_or_else(nothing)?;
    let reader = Reader::from_code(&report.reader).ok_or_else(nothing)?;
    let key = VersionKey {
        ref_area: area.clone(),
        plan_id: report.plan.clone(),
        number: report.plan_version,
    };
    let version = plans::load(&app.store, &key).await?.version;
    let edition = editions::load(&app.store, area, report.edition).await?;
    let newest = editions::newest(&app.store, area, report.edition.period).await?;
    let newer = newest.map(|e| EditionKey::of(&e)).filter(|key| *key != report.edition);
    let dated = report.dated.parse().map_err(|_| nothing())?;
    let published = publishing::published(&app.store, area, edition, dated).await?;
    let kept = evaluations::newest(&app.store, area, &report.plan).await?.map(|kept| kept.run);
    let edits = reports::edits(&app.store, area, &report.id).await?;
    let edits: Vec<Edit> = edits
        .into_iter()
        .map(|e| Edit { id: e.paragraph, text: e.content, replaced: e.replaced })
        .collect();
    let wanted = Wanted { version, kept, kind, reader, details: details(&report.asked) };
    let made = tokio::task::spawn_blocking(move || {
        let (document, run) = make(published, wanted)?;
        let generated = document.paragraphs().map(|p| (p.id.clone(), p.text())).collect();
        Ok::<_, DraftError>((apply(document, &edits), generated, run))
    });
    let made = made.await.map_err(anyhow::Error::from)?;
    let ((document, unused), generated, run) =
        made.map_err(|error| WebError::Refused(format!("{error}。")))?;
    let run_hash = FileHash::of(run.as_bytes()).as_str().to_owned();
    Ok(Made { report, kind, state, reader, document, generated, unused, run_hash, newer })
}

/// What a document is made of, beside what is published.
pub(super) struct Wanted {
    pub(super) version: PlanVersion,
    /// The newest evaluation that was kept.
    pub(super) kept: Option<Run>,
    pub(super) kind: ReportKind,
    pub(super) reader: Reader,
    pub(super) details: Details,
}

/// The document, and the text of the evaluation under it.
pub(super) fn make(published: Published, wanted: Wanted) -> Result<(Document, String), DraftError> {
    let view = match wanted.reader {
        Reader::Internal => View::Internal,
        Reader::Public => View::Public,
    };
    let prepared = Prepared::new(published.seen_by(view), wanted.version, wanted.kept);
    let material = prepared.material();
    let document = draft(&material, wanted.kind, &wanted.details)?;
    Ok((document, material.run.to_text()))
}

/// What only a person knows of a report.
pub(super) fn details(asked: &Asked) -> Details {
    Details {
        unit: asked.unit.clone(),
        addressee: asked.addressee.clone(),
        number: asked.number.clone(),
        signed_by: asked.signed_by.clone(),
        contact: asked.contact.clone(),
        due: asked.due.parse().ok(),
    }
}
