//! A report as a file: made now while it is a draft, the frozen one afterwards.

use axum::extract::{Path, State};
use halfsky_report::issue::is_open;
use halfsky_store::files::FileHash;
use halfsky_store::reports;

use super::{area_of, made, nothing};
use crate::app::App;
use crate::list::Params;
use crate::pages::{self, Answer};
use crate::typesetting::{FileFormat, typeset};

/// `GET /reports/{ref_area}/{report}/file?format=docx` or `pdf`
pub(crate) async fn download(
    State(app): State<App>,
    Path((area, id)): Path<(String, String)>,
    params: Params,
) -> Answer {
    let area = area_of(&area)?;
    let made = made::load(&app, &area, &id).await?;
    let format = FileFormat::asked(&params);
    let title = made.report.title.clone();
    let open = is_open(made.state);
    let name = format.name(&if open { format!("{title}（草稿）") } else { title });
    let bytes = if open {
        typeset(&app.settings.typesetting, made.document, format).await?
    } else {
        let steps = reports::steps(&app.store, &area, &made.report.id).await?;
        let mut frozen = steps.into_iter().rev().map(|s| s.frozen);
        let kept = frozen.find_map(|f| match format {
            FileFormat::Pdf => f.pdf,
            FileFormat::Docx => f.docx,
        });
        let hash = kept.as_deref().and_then(FileHash::parse).ok_or_else(nothing)?;
        let files = app.store.files().clone();
        let bytes = tokio::task::spawn_blocking(move || files.read(&hash)).await;
        bytes.map_err(anyhow::Error::from)??
    };
    Ok(pages::download(&name, format.media_type(), bytes))
}
