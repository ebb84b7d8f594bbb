//! The way of a task: every step and every change, who, when and why.

use askama::Template;
use axum::extract::{Path, State};
use halfsky_monitor::submission::SubmissionState;
use halfsky_store::audit::search::{self, Filter, From};
use halfsky_store::audit::{self, SealedEntry, wording};
use halfsky_store::submissions::{self, SubmissionHead};

use super::task::{self, TaskPath, Work};
use crate::app::App;
use crate::audit_table;
use crate::error::WebError;
use crate::pages::{Answer, page};
use crate::shell::Shell;
use crate::text;
use crate::visit::Visit;

/// Entries that are shown.
const SHOWN: usize = 200;

#[derive(Template)]
#[template(path = "reporting/history.html")]
struct HistoryPage {
    shell: Shell,
    url: String,
    unit: String,
    state: &'static str,
    submissions: Vec<Handed>,
    events: Vec<Event>,
    older: bool,
}

struct Handed {
    number: u32,
    at: String,
    by: String,
    forced: bool,
    late: bool,
}

struct Event {
    at: String,
    who: String,
    what: String,
    why: String,
    changes: Vec<(String, String, String)>,
}

/// `GET …/history`
pub(crate) async fn show(visit: Visit, State(app): State<App>, Path(parts): TaskPath) -> Answer {
    let work = task::load(&app, &visit, &parts).await?;
    let found = search::find(&app.store, &filter(&work, ""), &From::Newest, SHOWN).await?;
    let handed = submissions::list(&app.store, work.key()).await?;
    page(&HistoryPage {
        shell: work.shell(&visit, Some("办理过程")),
        url: work.url(),
        unit: work.unit.clone(),
        state: work.state().label(),
        submissions: handed.iter().rev().map(handed_of).collect(),
        events: found.entries.iter().map(event).collect(),
        older: found.older,
    })
}

fn filter(work: &Work, action: &str) -> Filter {
    Filter {
        ref_area: Some(work.key().ref_area.clone()),
        action: action.to_owned(),
        object: work.key().object(),
        ..Filter::default()
    }
}

/// Title and reason of the last return, by the unit's reviewer or by whom a text was sent to, when the report was
/// not sent again since.
pub(crate) async fn sent_back(
    app: &App,
    work: &Work,
) -> Result<Option<(String, String)>, WebError> {
    if !matches!(work.state(), SubmissionState::InProgress | SubmissionState::Returned) {
        return Ok(None);
    }
    let found = search::find(&app.store, &filter(work, ""), &From::Newest, SHOWN).await?;
    let returns = |e: &SealedEntry| [".send_back", ".return"].iter().any(|d| e.action.ends_with(d));
    let steps =
        |e: &SealedEntry| returns(e) || ["task.send", "task.submit"].contains(&e.action.as_str());
    let last = found.entries.into_iter().find(steps).filter(returns);
    Ok(last.map(|entry| {
        let at = audit_table::second(&entry.at);
        (format!("退回原因（{}，{at}）", entry.actor), entry.reason)
    }))
}

fn handed_of(head: &SubmissionHead) -> Handed {
    Handed {
        number: head.number,
        at: text::minute(head.submitted.at),
        by: head.submitted.by.clone(),
        forced: head.forced,
        late: head.late,
    }
}

fn event(entry: &SealedEntry) -> Event {
    let changes = entry.changes().into_iter().map(|c| (c.field, c.before, c.after));
    Event {
        at: audit_table::second(&entry.at),
        who: entry.actor.clone(),
        what: wording::action_words(&entry.action)
            .map_or_else(|| audit::sentence(entry), str::to_owned),
        why: entry.reason.clone(),
        changes: changes.collect(),
    }
}
