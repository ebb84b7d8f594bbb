//! 消息: the inbox of the visitor, over every region of the appointments.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::routing::{MethodRouter, get};
use halfsky_monitor::reporting::UnitId;
use halfsky_plan::ref_area::RefArea;
use halfsky_store::notifications::{self, InboxLine, Reader};
use jiff::Timestamp;

use crate::account::Account;
use crate::app::App;
use crate::error::WebError;
use crate::form::Posted;
use crate::list::{Choice, Listing, Params};
use crate::pages::{Answer, page};
use crate::parts::toast::Toast;
use crate::shell::{Shell, Stage};
use crate::text;
use crate::visit::Visit;

/// Where the inbox is.
pub(crate) const PATH: &str = "/messages";

/// The newest messages of a region that are shown.
const MOST: u32 = 500;

/// The routes of this group.
pub(crate) fn routes() -> Vec<(&'static str, MethodRouter<App>)> {
    vec![(PATH, get(show).post(mark_read))]
}

/// The inboxes of an account, one for each region it is appointed in.
fn readers(account: &Account) -> BTreeMap<RefArea, Reader> {
    let mut readers: BTreeMap<RefArea, Reader> = BTreeMap::new();
    for held in &account.appointments {
        let reader = readers.entry(held.ref_area.clone()).or_insert_with(|| Reader {
            account: account.id.0.clone(),
            units: Vec::new(),
            roles: Vec::new(),
        });
        reader.units.extend(held.unit.iter().map(|unit| UnitId(unit.0.clone())));
        reader.roles.push(held.role.code().to_owned());
    }
    readers
}

/// How many messages the visitor has not read.
pub(crate) async fn unread(app: &App, account: &Account) -> Result<u64, WebError> {
    let mut count = 0;
    for (area, reader) in readers(account) {
        count += notifications::unread(&app.store, &area, &reader).await?;
    }
    Ok(count)
}

/// What a kind is called.
fn kind_label(kind: &str) -> &'static str {
    match kind {
        "opened" => "报送通知",
        "reminder" => "催报提醒",
        "extended" => "延期",
        "returned" => "退回",
        "submitted" => "报送",
        "accepted" => "接受",
        "published" => "发布",
        "job" => "后台任务",
        _ => "消息",
    }
}

#[derive(Template)]
#[template(path = "messages/inbox.html")]
struct InboxPage {
    shell: Shell,
    nothing: bool,
    unread: usize,
    /// What was shown when the page was drawn, and nothing newer, is marked as read.
    until: String,
    kinds: Vec<Choice>,
    states: Vec<Choice>,
    list: Listing<InboxLine>,
}

impl InboxPage {
    fn at(line: &InboxLine) -> String {
        text::minute(line.notification.created_at)
    }
}

const FILTERS: [&str; 2] = ["kind", "state"];

/// `GET /messages`
async fn show(visit: Visit, State(app): State<App>, params: Params) -> Answer {
    let mut lines = Vec::new();
    for (area, reader) in readers(visit.account()?) {
        lines.extend(notifications::inbox(&app.store, &area, &reader, MOST).await?);
    }
    page(&inbox_page(&visit, lines, app.now(), &params))
}

fn inbox_page(
    visit: &Visit,
    mut lines: Vec<InboxLine>,
    now: Timestamp,
    params: &Params,
) -> InboxPage {
    lines.sort_by_key(|line| std::cmp::Reverse(line.notification.created_at));
    let (nothing, unread) =
        (lines.is_empty(), lines.iter().filter(|l| l.read_at.is_none()).count());
    let (kind, state) = (params.value("kind"), params.value("state"));
    let mut kinds = vec![Choice::new("", "全部类别", kind)];
    let mut known: Vec<&str> = lines.iter().map(|l| l.notification.kind.as_str()).collect();
    known.sort_unstable();
    known.dedup();
    kinds.extend(known.into_iter().map(|k| Choice::new(k, kind_label(k), kind)));
    let states = [("", "全部"), ("unread", "未读"), ("read", "已读")];
    let fits = |line: &InboxLine| {
        (kind.is_empty() || kind == line.notification.kind)
            && (state.is_empty() || (state == "read") == line.read_at.is_some())
    };
    lines.retain(fits);
    InboxPage {
        shell: Shell::new(visit, Stage::None, "消息"),
        nothing,
        unread,
        until: now.to_string(),
        kinds,
        states: states.map(|(value, label)| Choice::new(value, label, state)).into(),
        list: Listing::new(params, lines, &FILTERS, ""),
    }
}

/// `POST /messages`: marks what the page showed as read.
async fn mark_read(visit: Visit, State(app): State<App>, Posted(form): Posted) -> Answer {
    let now = app.now();
    let until: Timestamp = form.value("until").parse().unwrap_or(now).min(now);
    for (area, reader) in readers(visit.account()?) {
        notifications::mark_read(&app.store, &area, &reader, until, now).await?;
    }
    Ok(visit.redirect(&app, &Toast::new("已全部标为已读"), PATH))
}

#[cfg(test)]
mod tests {
    use halfsky_store::notifications::{ByMail, Notification, Recipient};

    use super::*;

    fn line(kind: &str, read_at: Option<Timestamp>) -> InboxLine {
        InboxLine {
            notification: Notification {
                id: kind.to_owned(),
                to: Recipient::Unit(UnitId("health".to_owned())),
                kind: kind.to_owned(),
                title: format!("标题{kind}"),
                content: "县卫生健康局：\n请尽快填报".to_owned(),
                link: "/tasks".to_owned(),
                created_at: crate::testing::now(),
                by_mail: ByMail::Yes,
            },
            read_at,
        }
    }

    fn draw(lines: Vec<InboxLine>, query: &str) -> String {
        let params = Params::read(PATH, query);
        inbox_page(&Visit::sample(), lines, crate::testing::now(), &params).render().unwrap()
    }

    #[test]
    fn what_was_not_read_is_marked() {
        let html =
            draw(vec![line("reminder", None), line("returned", Some(crate::testing::now()))], "");
        assert!(html.contains("催报提醒") && html.contains("1条未读"), "{html}");
        let unread = draw(
            vec![line("reminder", None), line("returned", Some(crate::testing::now()))],
            "state=unread",
        );
        assert!(unread.contains("标题reminder") && !unread.contains("标题returned"));
        assert_eq!(
            html,
            draw(vec![line("reminder", None), line("returned", Some(crate::testing::now()))], "")
        );
    }

    #[test]
    fn an_empty_inbox_says_so() {
        assert!(draw(Vec::new(), "").contains("还没有消息"));
        assert!(
            draw(vec![line("job", Some(crate::testing::now()))], "state=unread")
                .contains("没有这样的消息")
        );
    }
}
