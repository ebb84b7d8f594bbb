//! To the reviewer of the unit: what stands open is shown once more, then the report is sent.

use askama::Template;
use axum::extract::{Path, State};
use halfsky_monitor::round::RoundSubject;
use halfsky_monitor::submission::{Refusal, Step};
use halfsky_monitor::validation::{Severity, unexplained};
use halfsky_store::notifications::{self, Recipient};
use halfsky_store::tasks;

use super::basis::Basis;
use super::grid::Filled;
use super::step::{self, Checked};
use super::task::{self, TaskPath, Work};
use super::text;
use crate::app::App;
use crate::error::WebError;
use crate::form::{Form, Posted};
use crate::pages::{Answer, with_form};
use crate::parts::toast::Toast;
use crate::shell::Shell;
use crate::visit::Visit;

/// A warning with the unit's words on it.
pub(crate) struct Warned {
    pub(crate) message: String,
    /// Empty while nothing was said.
    pub(crate) words: String,
}

/// What a report is like before it goes on.
#[derive(Default)]
pub(crate) struct Summary {
    /// What blocks, one sentence each.
    pub(crate) errors: Vec<String>,
    pub(crate) warnings: Vec<Warned>,
    pub(crate) checked: Option<Filled>,
}

impl Summary {
    /// Reads and checks what is filled in or written.
    pub(crate) async fn load(app: &App, work: &Work) -> Result<Self, WebError> {
        if let RoundSubject::Text { kind, .. } = work.round.round.subject {
            let open = text::open_version(app, work, kind).await?;
            let errors = open.report.problems().iter().map(ToString::to_string).collect();
            return Ok(Self { errors, ..Self::default() });
        }
        let basis = Basis::load(app, work).await?;
        let filled = Filled::load(app, work, &basis).await?;
        let of = |severity| filled.findings.iter().filter(move |f| f.severity == severity);
        let open = unexplained(&filled.findings, &filled.explanations);
        let warned = of(Severity::Warning).map(|finding| {
            let said = filled.explanations.iter();
            let mut said = said.filter(|e| e.cell == finding.cell && e.rule == finding.rule);
            let words = said.next().filter(|_| !open.contains(&finding));
            Warned {
                message: finding.message.clone(),
                words: words.map_or_else(String::new, |e| e.words.clone()),
            }
        });
        let errors = of(Severity::Error).map(|f| f.message.clone()).collect();
        let warnings = warned.collect();
        Ok(Self { errors, warnings, checked: Some(filled) })
    }

    /// The findings and words a step is judged by.
    pub(crate) fn checked(&self) -> Checked<'_> {
        self.checked.as_ref().map_or_else(Checked::default, |filled| Checked {
            findings: &filled.findings,
            explanations: &filled.explanations,
        })
    }

    /// How many warnings nobody has explained.
    pub(crate) fn unexplained(&self) -> usize {
        self.warnings.iter().filter(|w| w.words.is_empty()).count()
    }
}

#[derive(Template)]
#[template(path = "reporting/send.html")]
struct SendPage {
    shell: Shell,
    form: Form,
    url: String,
    unit: String,
    seen: i64,
    summary: Summary,
    is_text: bool,
}

/// `GET …/send`
pub(crate) async fn ask(visit: Visit, State(app): State<App>, Path(parts): TaskPath) -> Answer {
    let work = task::load(&app, &visit, &parts).await?;
    draw(&app, &visit, &work, Form::default()).await
}

async fn draw(app: &App, visit: &Visit, work: &Work, form: Form) -> Answer {
    let summary = Summary::load(app, work).await?;
    let drawn = SendPage {
        shell: work.shell(visit, Some("送本单位审核")),
        form,
        url: work.url(),
        unit: work.unit.clone(),
        seen: work.task.revision,
        is_text: summary.checked.is_none(),
        summary,
    };
    with_form(&drawn, &drawn.form)
}

/// `POST …/send`
pub(crate) async fn send(
    visit: Visit,
    State(app): State<App>,
    Path(parts): TaskPath,
    Posted(mut form): Posted,
) -> Answer {
    let work = task::load(&app, &visit, &parts).await?;
    let summary = Summary::load(&app, &work).await?;
    if let Some(first) = summary.errors.first().filter(|_| summary.checked.is_none()) {
        form.refuse("seen", first.clone());
        return draw(&app, &visit, &work, form).await;
    }
    let next = match step::take(&app, &visit, &work, &Step::RequestUnitReview, summary.checked()) {
        Ok(next) => next,
        Err(refusal @ (Refusal::Errors(_) | Refusal::Unexplained(_))) => {
            form.refuse("seen", refusal.to_string());
            return draw(&app, &visit, &work, form).await;
        }
        Err(refusal) => return Err(step::refused(&refusal)),
    };
    let key = work.key();
    let seen = form.value("seen").parse().unwrap_or(0);
    let stamp = visit.stamp(&app);
    let mut tx = app.store.begin(&key.ref_area).await?;
    tasks::save_step(&mut tx, key, seen, &next, &stamp).await?;
    let title = format!("{}待本单位审核", work.round.round.title);
    let to = Recipient::Unit(key.unit.clone());
    let content = format!("{}已填好，请本单位审核人核对后报送。", visit.actor());
    let message = step::message(&app, &work, to, ("waiting", title), content);
    notifications::notify(&mut tx, &[message]).await?;
    tx.commit(visit.entry(&app, "task.send", &key.object()).about(&work.round.round.title)).await?;
    Ok(visit.redirect(&app, &Toast::new("已送本单位审核"), &work.url()))
}
