//! A step of a report: reviewed, returned, issued, published. What leaves the draft is frozen with its files.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use halfsky_report::issue::{Case, Refusal, State as Progress, Step, after};
use halfsky_report::render::docx::docx;
use halfsky_report::render::pdf::pdf;
use halfsky_store::reports::{self, Frozen, StoredStep};

use super::file::workbook;
use super::made::Made;
use super::read::{draw, inside};
use super::{area_of, made, url};
use crate::app::App;
use crate::error::WebError;
use crate::form::Posted;
use crate::pages::Answer;
use crate::parts::toast::Toast;
use crate::permission::Action;
use crate::visit::Visit;

/// `POST /reports/{ref_area}/{report}/step`
pub(crate) async fn take(
    visit: Visit,
    State(app): State<App>,
    Path((area, id)): Path<(String, String)>,
    Posted(mut form): Posted,
) -> Answer {
    let area = area_of(&area)?;
    let step = Step::from_code(form.value("step"))
        .ok_or_else(|| WebError::Invalid("没有这一步。请从报告页面重新进入。".to_owned()))?;
    if matches!(step, Step::Issue | Step::Publish) {
        visit.require(&app, Action::IssueReports, &area).await?;
    }
    let made = made::load(&app, &area, &id).await?;
    let reason = form.value("reason").to_owned();
    let case =
        Case { state: made.state, reader: made.reader, outdated: made.outdated(), reason: &reason };
    let next = match after(&case, step) {
        Ok(next) => next,
        Err(Refusal::NoReason) => {
            form.refuse("reason", "请写明退回原因");
            let mut response = draw(&visit, &app, &area, made, form).await?;
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            return Ok(response);
        }
        Err(refusal) => return Err(WebError::Refused(format!("{refusal}。"))),
    };
    let seen = form.value("seen").parse().unwrap_or(0);
    let before = made.report.state.clone();
    let (report, title) = (made.report.id.clone(), made.report.title.clone());
    let run_hash = made.run_hash.clone();
    let frozen = match step {
        // what was reviewed is what is issued and published
        Step::Review => freeze(&app, made).await?,
        Step::Return => Frozen::default(),
        Step::Issue | Step::Publish => {
            let steps = reports::steps(&app.store, &area, &report).await?;
            let reviewed = steps.into_iter().rev().find(|s| s.frozen.html.is_some());
            reviewed.map(|s| s.frozen).ok_or_else(super::nothing)?
        }
    };
    let taken = StoredStep {
        step: step.code().to_owned(),
        state: next.code().to_owned(),
        reason: reason.clone(),
        taken: visit.stamp(&app),
        frozen,
    };
    let mut tx = app.store.begin(&area).await?;
    reports::take(&mut tx, &report, seen, &before, &taken).await?;
    let label = |code: &str| Progress::from_code(code).map_or("", Progress::label);
    let mut entry = visit.entry(&app, action(step), &report.object()).about(&title).changed(
        "状态",
        label(&before),
        next.label(),
    );
    if step == Step::Review {
        entry = entry.changed("评估校验码", "", &run_hash);
    }
    if step == Step::Return {
        entry = entry.because(&reason);
    }
    tx.commit(entry).await?;
    let toast = Toast::new(format!("已{}", step.label()));
    Ok(visit.redirect(&app, &toast, &url(&area, &report)))
}

const fn action(step: Step) -> &'static str {
    match step {
        Step::Review => "report.review",
        Step::Return => "report.return",
        Step::Issue => "report.issue",
        Step::Publish => "report.publish",
    }
}

/// Makes every file of a report and keeps it. Without fonts there is no PDF, and a report with charts cannot be frozen.
async fn freeze(app: &App, made: Made) -> Result<Frozen, WebError> {
    let (files, typesetting) = (app.store.files().clone(), app.settings.typesetting.clone());
    let frozen = tokio::task::spawn_blocking(move || {
        let document = &made.document;
        let fonts =
            typesetting.fonts().map_err(|missing| WebError::Refused(missing.to_string()))?;
        let word = docx(document, Some(fonts)).map_err(anyhow::Error::from)?;
        let set = pdf(document, fonts).map_err(anyhow::Error::from)?;
        let keep = |bytes: &[u8]| -> Result<Option<String>, WebError> {
            Ok(Some(files.keep(bytes)?.as_str().to_owned()))
        };
        Ok::<_, WebError>(Frozen {
            run_hash: made.run_hash,
            docx: keep(&word)?,
            pdf: keep(&set.bytes)?,
            html: keep(inside(document).as_bytes())?,
            xlsx: workbook(document)?.map(|bytes| keep(&bytes)).transpose()?.flatten(),
        })
    });
    frozen.await.map_err(anyhow::Error::from)?
}
