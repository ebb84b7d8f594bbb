//! A report with its document: made anew from its edition while it is a draft, as it was frozen afterwards.

use std::collections::BTreeMap;

use halfsky_evaluate::run::{Run, UsedEdition};
use halfsky_monitor::edition::Edition;
use halfsky_monitor::observation::Observation;
use halfsky_plan::ref_area::RefArea;
use halfsky_plan::version::PlanVersion;
use halfsky_report::document::edit::{Edit, apply};
use halfsky_report::document::{Document, TextState};
use halfsky_report::draft::annual::annual;
use halfsky_report::draft::assessment::{Stage, assessment};
use halfsky_report::draft::brief::brief;
use halfsky_report::draft::{Prepared, Published, View};
use halfsky_report::issue::{Reader, ReportKind, State};
use halfsky_store::editions::{self, EditionKey};
use halfsky_store::files::FileHash;
use halfsky_store::observations::Years;
use halfsky_store::plans::{self, VersionKey};
use halfsky_store::reports::{self, ReportId, StoredReport};
use halfsky_store::{definitions, evaluations, organs};
use jiff::civil::Date;

use super::nothing;
use crate::app::App;
use crate::error::WebError;
use crate::published;

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
    let published = published(app, area, edition, dated).await?;
    let kept = evaluations::newest(&app.store, area, &report.plan).await?.map(|kept| kept.run);
    let edits = reports::edits(&app.store, area, &report.id).await?;
    let edits: Vec<Edit> = edits
        .into_iter()
        .map(|e| Edit { id: e.paragraph, text: e.content, replaced: e.replaced })
        .collect();
    let made = tokio::task::spawn_blocking(move || {
        let (document, run) = make(published, (version, kept), kind, reader);
        let generated = document.paragraphs().map(|p| (p.id.clone(), p.text())).collect();
        (apply(document, &edits), generated, run)
    });
    let ((document, unused), generated, run) = made.await.map_err(anyhow::Error::from)?;
    let run_hash = FileHash::of(run.as_bytes()).as_str().to_owned();
    Ok(Made { report, kind, state, reader, document, generated, unused, run_hash, newer })
}

/// The document of a kind, and the text of the evaluation under it.
pub(super) fn make(
    published: Published,
    (version, kept): (PlanVersion, Option<Run>),
    kind: ReportKind,
    reader: Reader,
) -> (Document, String) {
    let view = match reader {
        Reader::Internal => View::Internal,
        Reader::Public => View::Public,
    };
    let prepared = Prepared::new(published.seen_by(view), version, kept);
    let material = prepared.material();
    let document = match kind {
        ReportKind::Annual => annual(&material),
        ReportKind::Brief => brief(&material),
        ReportKind::Midterm => assessment(&material, Stage::Midterm),
        ReportKind::Final => assessment(&material, Stage::Final),
    };
    (document, material.run.to_text())
}

/// What is published of a region up to an edition: this one, and of the periods before it the newest.
pub(crate) async fn published(
    app: &App,
    area: &RefArea,
    edition: Edition,
    on: Date,
) -> Result<Published, WebError> {
    let year = edition.period.year();
    let own = EditionKey::of(&edition);
    let mut by_edition: BTreeMap<EditionKey, Vec<Observation>> = BTreeMap::new();
    for one in editions::of_years(&app.store, area, Years { from: 0, to: year }).await? {
        if one.edition.period != own.period {
            by_edition.entry(one.edition).or_default().push(one.observation);
        }
    }
    by_edition.insert(own, edition.figures.clone());
    let heads = editions::list(&app.store, area).await?;
    let used = |key: EditionKey| UsedEdition {
        period: key.period.to_string(),
        number: key.number,
        hash: heads.iter().find(|h| h.key == key).map_or_else(String::new, |h| h.hash.clone()),
    };
    Ok(Published {
        region: published::region_name(app, area).await?,
        edition,
        editions: by_edition.into_iter().map(|(key, figures)| (used(key), figures)).collect(),
        definitions: definitions::load_all(&app.store).await?,
        items: definitions::items(&app.store).await?,
        organs: organs::list(&app.store, area).await?,
        on,
        view: View::Internal,
    })
}
