//! Opening an accepted or published submission again, so that its unit can correct it.

use askama::Template;
use axum::extract::State;
use halfsky_monitor::submission::{Refusal, Step};

use super::decide::{Back, give_back, seen};
use super::{Case, CasePath, refused, url};
use crate::app::App;
use crate::form::{Form, Posted};
use crate::pages::{self, Answer, page};
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
pub(crate) async fn ask(visit: Visit, State(app): State<App>, path: CasePath) -> Answer {
    let case = Case::at(&app, &path).await?;
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
    path: CasePath,
    Posted(mut form): Posted,
) -> Answer {
    let case = Case::at(&app, &path).await?;
    let reason = form.value("reason").to_owned();
    let seen = seen(&form)?;
    let step = Step::Reopen { reason: reason.clone() };
    let (next, transition) = match case.step(&visit, &app, &step) {
        Ok(taken) => taken,
        Err(Refusal::NoReason) => {
            form.refuse("reason", "请写明需要更正什么、为什么");
            return pages::refused(&reopen_page(&visit, case, form));
        }
        Err(refusal) => return Err(refused(&refusal)),
    };
    let key = case.key();
    let deed = "请更正已接受的报送";
    let back = Back { action: "task.reopen", deed, words: &reason, seen, next, transition };
    let tx = app.store.begin(&key.ref_area).await?;
    give_back(&visit, &app, &case, (tx, back)).await?;
    let toast = Toast::new(format!("已退回{}更正；原数据在重新接受之前仍然有效", case.unit));
    Ok(visit.redirect(&app, &toast, &url(key)))
}
