//! The reviewer of the unit: sends back with a reason, or submits.

use askama::Template;
use axum::extract::{Path, State};
use halfsky_monitor::role::Role;
use halfsky_monitor::round::{RoundSubject, Window};
use halfsky_monitor::submission::{Refusal, Step};
use halfsky_monitor::validation::Severity;
use halfsky_store::notifications::{self, Recipient};
use halfsky_store::submissions::{self, HandedIn};
use halfsky_store::{tasks, texts};

use super::send::Summary;
use super::step;
use super::task::{self, TaskPath, Work};
use super::text;
use crate::app::App;
use crate::error::WebError;
use crate::form::{Form, Posted};
use crate::pages::{Answer, with_form};
use crate::parts::toast::Toast;
use crate::shell::Shell;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "reporting/answer.html")]
struct AnswerPage {
    shell: Shell,
    form: Form,
    url: String,
    unit: String,
    to_whom: String,
    seen: i64,
    summary: Summary,
    is_text: bool,
}

/// `GET …/answer`
pub(crate) async fn ask(visit: Visit, State(app): State<App>, Path(parts): TaskPath) -> Answer {
    let work = task::load(&app, &visit, &parts).await?;
    draw(&app, &visit, &work, Form::default()).await
}

async fn draw(app: &App, visit: &Visit, work: &Work, form: Form) -> Answer {
    let summary = Summary::load(app, work).await?;
    let drawn = AnswerPage {
        shell: work.shell(visit, Some("本单位审核")),
        form,
        url: work.url(),
        unit: work.unit.clone(),
        to_whom: work.round.round.to_whom.clone(),
        seen: work.task.revision,
        is_text: summary.checked.is_none(),
        summary,
    };
    with_form(&drawn, &drawn.form)
}

/// `POST …/answer`
pub(crate) async fn answer(
    visit: Visit,
    State(app): State<App>,
    Path(parts): TaskPath,
    Posted(mut form): Posted,
) -> Answer {
    let work = task::load(&app, &visit, &parts).await?;
    let done = if form.value("decision") == "send_back" {
        send_back(&app, &visit, &work, &form).await?
    } else if form.ticked("agreed") {
        submit(&app, &visit, &work, &form).await?
    } else {
        form.refuse("agreed", "请先勾选“我已核对”，再报送");
        return draw(&app, &visit, &work, form).await;
    };
    match done {
        Ok(toast) => Ok(visit.redirect(&app, &toast, &work.url())),
        Err(refusal @ Refusal::NoReason) => {
            form.refuse("reason", refusal.to_string());
            draw(&app, &visit, &work, form).await
        }
        Err(refusal @ (Refusal::Errors(_) | Refusal::Unexplained(_))) => {
            form.refuse("agreed", refusal.to_string());
            draw(&app, &visit, &work, form).await
        }
        Err(refusal) => Err(step::refused(&refusal)),
    }
}

/// What somebody is told afterwards, or why the step is not taken.
type Done = Result<Toast, Refusal>;

async fn send_back(app: &App, visit: &Visit, work: &Work, form: &Form) -> Result<Done, WebError> {
    let reason = form.value("reason").to_owned();
    let step = Step::SendBack { reason: reason.clone() };
    let next = match step::take(app, visit, work, &step, step::Checked::default()) {
        Ok(next) => next,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let key = work.key();
    let title = format!("{}被本单位审核人退回", work.round.round.title);
    let to = Recipient::Unit(key.unit.clone());
    let message = step::message(app, work, to, ("returned", title), reason.clone());
    let seen = form.value("seen").parse().unwrap_or(0);
    let mut tx = app.store.begin(&key.ref_area).await?;
    tasks::save_step(&mut tx, key, seen, &next, &visit.stamp(app)).await?;
    notifications::notify(&mut tx, &[message]).await?;
    let entry = visit.entry(app, "task.send_back", &key.object());
    tx.commit(entry.about(&work.round.round.title).because(&reason)).await?;
    Ok(Ok(Toast::new("已退回填报人修改")))
}

async fn submit(app: &App, visit: &Visit, work: &Work, form: &Form) -> Result<Done, WebError> {
    let summary = Summary::load(app, work).await?;
    let next = match step::take(app, visit, work, &Step::Submit, summary.checked()) {
        Ok(next) => next,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let key = work.key();
    let stamp = visit.stamp(app);
    let seen = form.value("seen").parse().unwrap_or(0);
    let late = work.round.round.window(&key.unit, visit.frame.today);
    let (role, text_version) = match work.round.round.subject {
        RoundSubject::Figures(_) => (Role::Statistician, 0),
        RoundSubject::Text { kind, .. } => {
            (Role::CommitteeOffice, text::open_version(app, work, kind).await?.version)
        }
    };
    let title = format!("{}报送了{}", work.unit, work.round.round.title);
    let to = Recipient::Role(role.code().to_owned());
    let message = step::message(app, work, to, ("submitted", title), "请审核。".to_owned());
    let mut tx = app.store.begin(&key.ref_area).await?;
    tasks::save_step(&mut tx, key, seen, &next, &stamp).await?;
    match &summary.checked {
        Some(filled) => {
            let handed_in = HandedIn {
                number: next.version,
                entries: filled.entries.clone(),
                explanations: filled.explanations.clone(),
                forced: filled.count(Severity::Warning) > 0,
                late: matches!(late, Window::Over(_)),
            };
            submissions::insert(&mut tx, key, &handed_in, &stamp).await?;
        }
        None => texts::hand_in(&mut tx, key, text_version, &stamp).await?,
    }
    notifications::notify(&mut tx, &[message]).await?;
    let entry = visit.entry(app, "task.submit", &key.object()).about(&work.round.round.title);
    let why = if summary.warnings.is_empty() {
        String::new()
    } else {
        format!("强制报送：{}处提示已说明", summary.warnings.len())
    };
    tx.commit(entry.because(&why)).await?;
    let toast = Toast::new(format!("已报送{}", work.round.round.to_whom));
    Ok(Ok(match summary.checked {
        Some(_) => {
            toast.with_link("打印盖章页", &format!("{}/submissions/{}", work.url(), next.version))
        }
        None => toast,
    }))
}
