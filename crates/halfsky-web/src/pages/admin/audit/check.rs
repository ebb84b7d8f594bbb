//! 核验: recomputes every chain and anchor, says what was found and what to do next.

use std::time::Duration;

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect};
use halfsky_store::audit::Anchor;

use super::{PATH, tabs};
use crate::app::App;
use crate::checking::{self, OBJECT, State as Running, Told};
use crate::form::{Form, Posted};
use crate::pages::admin::{refused, shell};
use crate::pages::{Answer, page};
use crate::parts::progress::{self, Progress};
use crate::parts::tab::Tab;
use crate::shell::Shell;
use crate::visit::Visit;

/// How long a request waits for the end before the page shows progress instead.
const PATIENCE: Duration = Duration::from_millis(900);

/// Verifications that are listed.
const LISTED: i64 = 20;

#[derive(Template)]
#[template(path = "admin/audit-check.html")]
struct CheckPage {
    shell: Shell,
    tabs: Vec<Tab>,
    form: Form,
    working: Option<Progress>,
    /// The last attempt could not be brought to its end.
    stopped: bool,
    /// What was found, newest first.
    told: Vec<Told>,
}

fn url() -> String {
    format!("{PATH}/check")
}

/// `GET /admin/audit/check`
pub(crate) async fn show(visit: Visit, State(app): State<App>, headers: HeaderMap) -> Answer {
    let state = app.checking.state();
    if !matches!(state, Running::Running { .. })
        && let Some(reload) = progress::finished(&headers)
    {
        return Ok(reload);
    }
    draw(&visit, &app, Form::default()).await
}

async fn draw(visit: &Visit, app: &App, form: Form) -> Answer {
    page(&loaded(visit, app, form).await?)
}

async fn loaded(visit: &Visit, app: &App, form: Form) -> Result<CheckPage, crate::error::WebError> {
    let told = checking::history(&app.store, LISTED).await?;
    let working = match app.checking.state() {
        Running::Running { started, percent } => {
            let seconds = app.now().duration_since(started).as_secs();
            let progress = Progress::new("正在核验审计记录", seconds);
            Some(Progress { percent: Some(percent), ..progress })
        }
        Running::Idle | Running::Stopped => None,
    };
    let stopped = app.checking.state() == Running::Stopped;
    Ok(check_page(visit, (told, working, stopped), form))
}

fn check_page(
    visit: &Visit,
    (told, working, stopped): (Vec<Told>, Option<Progress>, bool),
    form: Form,
) -> CheckPage {
    let shell = shell(visit, "核验").under("审计", PATH);
    CheckPage {
        shell: if working.is_some() { shell.refreshing(2) } else { shell },
        tabs: tabs("/check"),
        form,
        working,
        stopped,
        told,
    }
}

/// `POST /admin/audit/check`: begins; with an anchor that was kept elsewhere, that is compared, too.
pub(crate) async fn start(
    visit: Visit,
    State(app): State<App>,
    Posted(mut form): Posted,
) -> Answer {
    let typed = form.value("anchor").to_owned();
    let kept = if typed.is_empty() { None } else { Anchor::parse(&typed) };
    if kept.is_none() && !typed.is_empty() {
        form.refuse(
            "anchor",
            "这不是锚定的文字。请从另存的文件里复制全部内容，从“半边天审计锚定”一行开始",
        );
        return refused(&loaded(&visit, &app, form).await?);
    }
    let mut entry = visit.entry(&app, "audit.verify", OBJECT);
    if let Some(kept) = &kept {
        entry = entry.because(&format!("与另存的第{}号锚定对照", kept.number));
    }
    let clock = app.clock();
    if let Some(task) = app.checking.start(app.store.clone(), kept, (entry, move || clock())) {
        // a quick verification leads straight to its result; a slow one goes on and shows its progress
        let _ = tokio::time::timeout(PATIENCE, task).await;
    }
    Ok(Redirect::to(&url()).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draw(told: Vec<Told>, working: Option<Progress>, stopped: bool) -> String {
        let draw = || {
            let state = (told.clone(), working.clone(), stopped);
            check_page(&Visit::sample(), state, Form::default()).render().unwrap()
        };
        assert_eq!(draw(), draw());
        draw()
    }

    fn told(intact: bool) -> Told {
        Told {
            at: "2026-03-05T01:30:00Z".to_owned(),
            by: "张三".to_owned(),
            intact,
            extent: "2条链、3条记录、1号锚定".to_owned(),
            findings: if intact {
                Vec::new()
            } else {
                vec!["区划 990101：缺少第 4 条".to_owned()]
            },
        }
    }

    #[test]
    fn says_what_was_found_and_what_to_do() {
        assert!(draw(Vec::new(), None, false).contains("还没有核验过"));
        let html = draw(vec![told(true)], None, false);
        assert!(html.contains("审计记录完整") && html.contains("2026年3月5日 09:30:00"));
        let html = draw(vec![told(false), told(true)], None, false);
        assert!(html.contains("缺少第 4 条") && html.contains("保留现场"));
        assert!(draw(Vec::new(), None, true).contains("没有完成"));
    }

    #[test]
    fn shows_how_far_it_is() {
        let progress =
            Progress { percent: Some(40), ..Progress::new("正在核验审计记录", 3) };
        let html = draw(vec![told(true)], Some(progress), false);
        assert!(html.contains("value=\"40\"") && html.contains("http-equiv=\"refresh\""));
        assert!(!html.contains("name=\"anchor\""));
    }
}
