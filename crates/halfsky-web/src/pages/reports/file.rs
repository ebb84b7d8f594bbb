//! A report as a file: made now while it is a draft, the frozen one afterwards.

use axum::extract::{Path, State};
use halfsky_report::issue::is_open;
use halfsky_report::render::docx::docx;
use halfsky_report::render::pdf::pdf;
use halfsky_store::files::FileHash;
use halfsky_store::reports;

use super::{area_of, made, nothing};
use crate::app::App;
use crate::error::WebError;
use crate::list::Params;
use crate::pages::{self, Answer};

const WORD: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/// `GET /reports/{ref_area}/{report}/file?format=docx` or `pdf`
pub(crate) async fn download(
    State(app): State<App>,
    Path((area, id)): Path<(String, String)>,
    params: Params,
) -> Answer {
    let area = area_of(&area)?;
    let made = made::load(&app, &area, &id).await?;
    let as_pdf = params.value("format") == "pdf";
    let (ending, media_type) = if as_pdf { ("pdf", "application/pdf") } else { ("docx", WORD) };
    let title = made.report.title.clone();
    let open = is_open(made.state);
    let name =
        if open { format!("{title}（草稿）.{ending}") } else { format!("{title}.{ending}") };
    let bytes = if open {
        let typesetting = app.settings.typesetting.clone();
        let work = move || -> Result<Vec<u8>, WebError> {
            let fonts = typesetting.fonts();
            let fonts = fonts.map_err(|missing| WebError::Refused(missing.to_string()))?;
            let document = &made.document;
            Ok(if as_pdf {
                pdf(document, fonts).map_err(anyhow::Error::from)?.bytes
            } else {
                docx(document, Some(fonts)).map_err(anyhow::Error::from)?
            })
        };
        tokio::task::spawn_blocking(work).await.map_err(anyhow::Error::from)??
    } else {
        let steps = reports::steps(&app.store, &area, &made.report.id).await?;
        let mut frozen = steps.into_iter().rev().map(|s| s.frozen);
        let kept = frozen.find_map(|f| if as_pdf { f.pdf } else { f.docx });
        let hash = kept.as_deref().and_then(FileHash::parse).ok_or_else(nothing)?;
        let files = app.store.files().clone();
        let bytes = tokio::task::spawn_blocking(move || files.read(&hash)).await;
        bytes.map_err(anyhow::Error::from)??
    };
    Ok(pages::download(&name, media_type, bytes))
}
