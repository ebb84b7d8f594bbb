//! Accepting together what the checks found nothing in, after one look at the list.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use halfsky_monitor::submission::SubmissionState;
use halfsky_plan::ref_area::RefArea;
use halfsky_store::tasks::TaskKey;

use super::decide::take_over;
use super::queue::{Row, of_region};
use super::{Case, key_of, nothing};
use crate::app::App;
use crate::error::WebError;
use crate::form::{Form, Posted};
use crate::pages::{Answer, with_form};
use crate::parts::toast::Toast;
use crate::shell::{Shell, Stage};
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "review/bulk.html")]
struct BulkPage {
    shell: Shell,
    form: Form,
    action: String,
    rows: Vec<Row>,
}

impl BulkPage {
    /// Ticked at first; drawn again, as the person left it.
    fn chosen(&self, row: &Row) -> bool {
        !self.form.is_refused() || self.form.values("task").any(|v| v == row.form_value())
    }
}

/// `GET /review/{ref_area}/accept`
pub(crate) async fn ask(visit: Visit, State(app): State<App>, Path(area): Path<String>) -> Answer {
    let area = area.parse().map_err(|_| nothing())?;
    draw(&visit, &app, &area, Form::default()).await
}

async fn draw(visit: &Visit, app: &App, area: &RefArea, form: Form) -> Answer {
    let mut rows = of_region(app, area, "").await?;
    rows.retain(|r| r.task.submission.state == SubmissionState::Submitted && r.is_clean());
    if rows.is_empty() {
        return Ok(Redirect::to("/review").into_response());
    }
    let drawn = BulkPage {
        shell: Shell::new(visit, Stage::Approval, "接受没有提示的报送").under("审核", "/review"),
        action: format!("/review/{area}/accept"),
        rows,
        form,
    };
    with_form(&drawn, &drawn.form)
}

/// `POST /review/{ref_area}/accept`
///
/// Each submission is accepted on its own, with its own entry in the audit log: one that somebody else has decided
/// about meanwhile stays as that person left it.
pub(crate) async fn accept(
    visit: Visit,
    State(app): State<App>,
    Path(area): Path<String>,
    Posted(mut form): Posted,
) -> Answer {
    let area: RefArea = area.parse().map_err(|_| nothing())?;
    let chosen: Vec<(TaskKey, i64)> =
        form.values("task").map(|value| read(&area, value)).collect::<Result<_, _>>()?;
    if chosen.is_empty() {
        form.refuse("task", "请至少勾选一份报送");
        return draw(&visit, &app, &area, form).await;
    }
    let (mut accepted, mut left) = (0, Vec::new());
    for (key, seen) in chosen {
        let case = Case::load(&app, &key).await?;
        match take_over(&visit, &app, &case, seen).await {
            Ok(_) => accepted += 1,
            Err(WebError::Conflict(_) | WebError::Refused(_)) => left.push(case.unit),
            Err(error) => return Err(error),
        }
    }
    let mut words = format!("已接受{accepted}份报送");
    if !left.is_empty() {
        words = format!("{words}；{}的报送刚有变化，没有接受，请逐份查看", left.join("、"));
    }
    Ok(visit.redirect(&app, &Toast::new(words), "/review"))
}

fn read(area: &RefArea, value: &str) -> Result<(TaskKey, i64), WebError> {
    let unreadable = || WebError::Invalid("提交的表单不完整。请返回后刷新页面重试。".to_owned());
    let mut parts = value.rsplitn(2, '/');
    let seen = parts.next().and_then(|seen| seen.parse().ok()).ok_or_else(unreadable)?;
    let (round, unit) =
        parts.next().and_then(|rest| rest.split_once('/')).ok_or_else(unreadable)?;
    Ok((key_of(area.as_str(), round, unit)?, seen))
}
