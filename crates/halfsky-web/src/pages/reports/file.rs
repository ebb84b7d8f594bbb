//! A report as a file: made now while it is a draft, the frozen one afterwards.

use axum::extract::{Path, State};
use halfsky_report::document::Document;
use halfsky_report::issue::is_open;
use halfsky_report::render::xlsx;
use halfsky_report::yearbook::tables_of;
use halfsky_store::files::FileHash;
use halfsky_store::reports;

use super::{area_of, made, nothing};
use crate::app::App;
use crate::error::WebError;
use crate::export::WORKBOOK;
use crate::list::Params;
use crate::pages::{self, Answer};
use crate::typesetting::{FileFormat, typeset};

/// A file of a report.
#[derive(Clone, Copy)]
enum Wanted {
    Document(FileFormat),
    /// The tables alone.
    Tables,
}

/// `GET /reports/{ref_area}/{report}/file?format=docx`, `pdf`, or `xlsx` for its tables
pub(crate) async fn download(
    State(app): State<App>,
    Path((area, id)): Path<(String, String)>,
    params: Params,
) -> Answer {
    let area = area_of(&area)?;
    let made = made::load(&app, &area, &id).await?;
    let wanted = match params.value("format") {
        "xlsx" => Wanted::Tables,
        _ => Wanted::Document(FileFormat::asked(&params)),
    };
    let title = made.report.title.clone();
    let open = is_open(made.state);
    let name = if open { format!("{title}（草稿）") } else { title };
    let bytes = if open {
        match wanted {
            Wanted::Document(format) => {
                typeset(&app.settings.typesetting, made.document, format).await?
            }
            Wanted::Tables => workbook(&made.document)?.ok_or_else(no_tables)?,
        }
    } else {
        let steps = reports::steps(&app.store, &area, &made.report.id).await?;
        let frozen = steps.into_iter().rev().map(|s| s.frozen).find(|f| f.html.is_some());
        let frozen = frozen.ok_or_else(nothing)?;
        let kept = match wanted {
            Wanted::Document(FileFormat::Pdf) => frozen.pdf,
            Wanted::Document(FileFormat::Docx) => frozen.docx,
            Wanted::Tables => Some(frozen.xlsx.ok_or_else(no_tables)?),
        };
        let hash = kept.as_deref().and_then(FileHash::parse).ok_or_else(nothing)?;
        let files = app.store.files().clone();
        let bytes = tokio::task::spawn_blocking(move || files.read(&hash)).await;
        bytes.map_err(anyhow::Error::from)??
    };
    let (name, media_type) = match wanted {
        Wanted::Document(format) => (format.name(&name), format.media_type()),
        Wanted::Tables => (format!("{name}.xlsx"), WORKBOOK),
    };
    Ok(pages::download(&name, media_type, bytes))
}

fn no_tables() -> WebError {
    WebError::NotFound("这份文书没有表格，不能下载xlsx。".to_owned())
}

/// The tables of a document as a workbook; None where it has none.
pub(super) fn workbook(document: &Document) -> Result<Option<Vec<u8>>, WebError> {
    let book = tables_of(document).map(|tables| xlsx::book(&tables)).transpose();
    Ok(book.map_err(anyhow::Error::from)?)
}
