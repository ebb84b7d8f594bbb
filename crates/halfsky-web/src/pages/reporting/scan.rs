//! The signed and stamped page, scanned: pdf, png or jpg by content, kept under its hash.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use halfsky_store::submissions::{self, Scan};

use super::signature::{self, SubmissionPath};
use super::task;
use super::upload;
use crate::app::App;
use crate::error::WebError;
use crate::form::Upload;
use crate::pages::{Answer, download as hand_out};
use crate::parts::toast::Toast;
use crate::visit::Visit;

/// The largest scan, in bytes.
const LARGEST: usize = 20 * 1024 * 1024;

/// The kind of a scan by its first bytes.
fn media_type(bytes: &[u8]) -> Option<&'static str> {
    let kinds: [(&[u8], &str); 3] = [
        (b"%PDF-", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff", "image/jpeg"),
    ];
    kinds.into_iter().find(|(mark, _)| bytes.starts_with(mark)).map(|(_, kind)| kind)
}

/// `POST …/submissions/{number}/scans`
pub(crate) async fn add(
    visit: Visit,
    State(app): State<App>,
    Path((area, round, unit, number)): SubmissionPath,
    Upload { mut form, file }: Upload,
) -> Answer {
    let number = signature::number_of(&number)?;
    let parts = (area, round, unit);
    let work = task::load(&app, &visit, &parts).await?;
    submissions::load(&app.store, work.key(), number).await?;
    let problem = match &file {
        None => "请选择扫描件",
        Some(file) if file.bytes.len() > LARGEST => "扫描件超过20 MB，请降低分辨率后重新扫描",
        Some(file) if media_type(&file.bytes).is_none() => {
            "不是 pdf、png 或 jpg 文件；请按这三种格式之一重新扫描"
        }
        Some(_) => "",
    };
    let Some(file) = file.filter(|_| problem.is_empty()) else {
        form.refuse("file", problem);
        let (area, round, unit) = parts;
        let mut answer = signature::draw(&app, &visit, (area, round, unit, number), form).await?;
        *answer.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(answer);
    };
    let size = u64::try_from(file.bytes.len()).unwrap_or(u64::MAX);
    let sha256 = upload::keep_bytes(&app, file.bytes.to_vec()).await?;
    let scan = Scan { name: file.name, sha256, size, added: visit.stamp(&app) };
    let mut tx = app.store.begin(&work.key().ref_area).await?;
    submissions::add_scan(&mut tx, work.key(), number, &scan).await?;
    let entry = visit.entry(&app, "task.scan", &work.key().object()).about(&scan.name);
    tx.commit(entry).await?;
    let address = format!("{}/submissions/{number}", work.url());
    Ok(visit.redirect(&app, &Toast::new("已收下盖章页扫描件"), &address))
}

/// `GET …/submissions/{number}/scans/{position}`
pub(crate) async fn download(
    visit: Visit,
    State(app): State<App>,
    Path((area, round, unit, number, position)): Path<(String, String, String, String, String)>,
) -> Answer {
    let work = task::load(&app, &visit, &(area, round, unit)).await?;
    let number = signature::number_of(&number)?;
    let scans = submissions::scans(&app.store, work.key(), number).await?;
    let scan = position.parse().ok().and_then(|at: usize| scans.into_iter().nth(at));
    let scan = scan.ok_or_else(|| WebError::NotFound("没有这个扫描件。".to_owned()))?;
    let files = app.store.files().clone();
    let bytes = upload::in_background(move || files.read(&scan.sha256)).await??;
    let kind = media_type(&bytes).unwrap_or("application/octet-stream");
    Ok(hand_out(&scan.name, kind, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_decides_not_the_name() {
        assert_eq!(media_type(b"%PDF-1.7 \n"), Some("application/pdf"));
        assert_eq!(media_type(b"\xff\xd8\xff\xe0"), Some("image/jpeg"));
        assert_eq!(media_type(b"\x89PNG\r\n\x1a\nIHDR"), Some("image/png"));
        assert_eq!(media_type(b"MZ\x90"), None);
        assert_eq!(media_type(b""), None);
    }
}
