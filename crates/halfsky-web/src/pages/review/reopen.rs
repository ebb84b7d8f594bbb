//! Opening an accepted or published submission again, so that its unit can correct it.

use askama::Template;
use axum::extract::{Path, State};
use halfsky_monitor::submission::{Refusal, Step};
use halfsky_store::{notifications, tasks};

use super::decide::{AGAIN, notice};
use super::{Case, key_of, refused, url};
use crate::app::App;
use crate::error::WebError;
use crate::form::{Form, Posted};
use crate::pages::{Answer, page};
use crate::parts::toast::Toast;
use crate::shell::{Shell, Stage};
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "review/reopen.html")]
struct ReopenPage {
    shell: Shell,
    form: Form,
    base: String,
    unit: String,
    seen: i64,
    /// The edition the figures stand in.
    edition: Option<u32>,
}

/// `GET …/reopen`
pub(crate) async fn ask(
    visit: Visit,
    State(app): State<App>,
    Path((area, round, unit)): Path<(String, String, String)>,
) -> Answer {
    let case = Case::load(&app, &key_of(&area, &round, &unit)?).await?;
    page(&reopen_page(&visit, case, Form::default()))
}

fn reopen_page(visit: &Visit, case: Case, form: Form) -> ReopenPage {
    let base = url(case.key());
    let title = format!("审核：{} {}", case.unit, case.round.round.title);
    ReopenPage {
        shell: Shell::new(visit, Stage::Approval, "退回更正")
            .under("审核", "/review")
            .under(title, base.clone()),
        seen: case.task.revision,
        edition: case.task.submission.edition,
        unit: case.unit,
        base,
        form,
    }
}

/// `POST …/reopen`
pub(crate) async fn reopen(
    visit: Visit,
    State(app): State<App>,
    Path((area, round, unit)): Path<(String, String, String)>,
    Posted(mut form): Posted,
) -> Answer {
    let case = Case::load(&app, &key_of(&area, &round, &unit)?).await?;
    let reason = form.value("reason").to_owned();
    let unreadable = || WebError::Invalid("提交的表单不完整。请返回后刷新页面重试。".to_owned());
    let seen = form.value("seen").parse().map_err(|_| unreadable())?;
    let step = Step::Reopen { reason: reason.clone() };
    let (next, transition) = match case.step(&visit, &app, &step) {
        Ok(taken) => taken,
        Err(Refusal::NoReason) => {
            form.refuse("reason", "请写明需要更正什么、为什么");
            let mut response = page(&reopen_page(&visit, case, form))?;
            *response.status_mut() = AGAIN;
            return Ok(response);
        }
        Err(refusal) => return Err(refused(&refusal)),
    };
    let key = case.key();
    let mut tx = app.store.begin(&key.ref_area).await?;
    tasks::save_step(&mut tx, key, seen, &next, &visit.stamp(&app)).await?;
    let notice = notice(&app, &case, ("returned", "请更正已接受的报送"), reason.clone());
    notifications::notify(&mut tx, &[notice]).await?;
    let entry = visit.entry(&app, "task.reopen", &key.object()).about(&case.subject());
    let entry = entry.changed("状态", transition.from.label(), transition.to.label());
    tx.commit(entry.because(&reason)).await?;
    let toast = Toast::new(format!("已退回{}更正；原数据在重新接受之前仍然有效", case.unit));
    Ok(visit.redirect(&app, &toast, &url(key)))
}
