//! What documents and the public portal are made of, loaded: for the pages and for the commands.

use std::collections::BTreeMap;

use halfsky_evaluate::run::UsedEdition;
use halfsky_monitor::edition::Edition;
use halfsky_monitor::observation::Observation;
use halfsky_plan::ref_area::RefArea;
use halfsky_report::draft::{Published, View};
use halfsky_report::issue::State;
use halfsky_report::portal::PublishedReport;
use halfsky_report::render::html::document::without_trails;
use halfsky_report::template::Templates;
use halfsky_store::editions::{self, EditionKey};
use halfsky_store::files::{FileHash, Files};
use halfsky_store::observations::Years;
use halfsky_store::reports::{self, Frozen, StoredReport};
use halfsky_store::{Error, Result, Store, definitions, organs, regions, report_templates};
use jiff::civil::Date;

use crate::text;

/// What is published of a region up to an edition: this one, and of the periods before it the newest.
pub async fn published(
    store: &Store,
    area: &RefArea,
    edition: Edition,
    on: Date,
) -> Result<Published> {
    let year = edition.period.year();
    let own = EditionKey::of(&edition);
    let mut by_edition: BTreeMap<EditionKey, Vec<Observation>> = BTreeMap::new();
    for one in editions::of_years(store, area, Years { from: 0, to: year }).await? {
        if one.edition.period != own.period {
            by_edition.entry(one.edition).or_default().push(one.observation);
        }
    }
    by_edition.insert(own, edition.figures.clone());
    let heads = editions::list(store, area).await?;
    let used = |key: EditionKey| UsedEdition {
        period: key.period.to_string(),
        number: key.number,
        hash: heads.iter().find(|h| h.key == key).map_or_else(String::new, |h| h.hash.clone()),
    };
    let region = regions::find(store, area).await?;
    Ok(Published {
        region: region.map_or_else(|| area.to_string(), |region| region.name),
        edition,
        editions: by_edition.into_iter().map(|(key, figures)| (used(key), figures)).collect(),
        definitions: definitions::load_all(store).await?,
        items: definitions::items(store).await?,
        organs: organs::list(store, area).await?,
        templates: templates(store, area).await?,
        on,
        view: View::Internal,
    })
}

/// The standing paragraphs of a region.
pub async fn templates(store: &Store, area: &RefArea) -> Result<Templates> {
    Ok(Templates::new(report_templates::sources(store, area).await?))
}

/// The reports of a region that are on the portal.
pub async fn listed(store: &Store, area: &RefArea) -> Result<Vec<StoredReport>> {
    let mut all = reports::list(store, area).await?;
    all.retain(|report| report.state == State::Published.code());
    Ok(all)
}

/// Reports with their files, as they were frozen.
pub async fn with_files(
    store: &Store,
    area: &RefArea,
    listed: Vec<StoredReport>,
) -> Result<Vec<PublishedReport>> {
    let mut all = Vec::new();
    for report in listed {
        let steps = reports::steps(store, area, &report.id).await?;
        let frozen = steps.into_iter().rev().map(|s| s.frozen).find(|f| f.html.is_some());
        let Some(frozen) = frozen else { continue };
        let files = store.files().clone();
        let read = tokio::task::spawn_blocking(move || read(&files, report, &frozen));
        let stopped = |_| Error::Unusable("读取报告文件中断，请重试".to_owned());
        all.push(read.await.map_err(stopped)??);
    }
    Ok(all)
}

fn read(files: &Files, report: StoredReport, frozen: &Frozen) -> Result<PublishedReport> {
    let bytes = |hash: &Option<String>| {
        let hash = hash.as_deref().and_then(FileHash::parse);
        hash.map(|hash| files.read(&hash)).transpose()
    };
    let damaged = || Error::Damaged(format!("报告“{}”", report.title));
    let html = bytes(&frozen.html)?.unwrap_or_default();
    let html = String::from_utf8(html).map_err(|_| damaged())?;
    let mut kept = Vec::new();
    for (ending, hash) in [("docx", &frozen.docx), ("pdf", &frozen.pdf), ("xlsx", &frozen.xlsx)] {
        kept.extend(bytes(hash)?.map(|bytes| (format!("{}.{ending}", report.id.0), bytes)));
    }
    let dated: Date = report.dated.parse().map_err(|_| damaged())?;
    Ok(PublishedReport {
        id: report.id.0,
        title: report.title,
        date: text::long_date(dated),
        article: without_trails(&html),
        files: kept,
    })
}
