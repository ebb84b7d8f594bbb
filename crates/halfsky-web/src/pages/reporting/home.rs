//! 报送: what the visitor's unit has to report, of every round; how far it is, and what came back.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::State;
use halfsky_monitor::reporting::UnitId;
use halfsky_monitor::round::{RoundSubject, Window};
use halfsky_monitor::submission::SubmissionState;
use halfsky_plan::ref_area::RefArea;
use halfsky_report::table::{Column, Table};
use halfsky_store::rounds::{self, StoredRound};
use halfsky_store::tasks::{self, StoredTask};
use jiff::civil::Date;

use super::task;
use crate::account::Account;
use crate::app::App;
use crate::error::WebError;
use crate::export;
use crate::list::{Choice, Listing, Params, sort_rows};
use crate::pages::{Answer, page};
use crate::parts::due::Due;
use crate::permission::{Action, grants};
use crate::shell::{Shell, Stage};
use crate::visit::Visit;

const FILTERS: [&str; 3] = ["q", "state", "subject"];
const DEFAULT_SORT: &str = "due";

/// One task of a unit, as the list and my tasks show it.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) title: String,
    pub(crate) subject: &'static str,
    pub(crate) state: SubmissionState,
    pub(crate) due: Due,
    /// Days until it opens; None once it is open.
    pub(crate) opens_in: Option<i32>,
    /// Cells that came back.
    pub(crate) returned: usize,
    pub(crate) url: String,
}

impl Line {
    fn new(task: &StoredTask, round: &StoredRound, visit: &Visit) -> Self {
        let unit = &task.key.unit;
        let opens_in = match round.round.window(unit, visit.frame.today) {
            Window::NotYet(days) => Some(days),
            Window::Open(_) | Window::Over(_) => None,
        };
        Self {
            title: round.round.title.clone(),
            subject: match round.round.subject {
                RoundSubject::Figures(_) => "数据",
                RoundSubject::Text { .. } => "材料",
            },
            state: task.submission.state,
            due: Due::on(round.round.due_for(unit), visit.frame.today),
            opens_in,
            returned: task.submission.returned.len(),
            url: task::url(&task.key),
        }
    }

    /// Whether it still has to be sent.
    pub(crate) const fn is_open(&self) -> bool {
        use SubmissionState as S;
        matches!(self.state, S::NotStarted | S::InProgress | S::Returned | S::AwaitingUnitReview)
    }

    fn note(&self) -> String {
        match (self.opens_in, self.state) {
            (Some(days), _) => format!("{days}天后开放"),
            (None, SubmissionState::Returned) if self.returned > 0 => {
                format!("退回{}格，原因见报表", self.returned)
            }
            (None, SubmissionState::Returned) => "已退回，原因见报表".to_owned(),
            (None, _) => String::new(),
        }
    }

    fn action(&self) -> &'static str {
        use SubmissionState as S;
        match self.state {
            S::NotStarted if self.opens_in.is_none() => "开始填报",
            S::InProgress | S::Returned => "继续填报",
            _ => "查看",
        }
    }
}

#[derive(Template)]
#[template(path = "reporting/home.html")]
struct HomePage {
    shell: Shell,
    /// Whether the visitor reports for a unit.
    reports: bool,
    /// Whether the visitor looks after the rounds of a region.
    oversees: bool,
    nothing: bool,
    states: Vec<Choice>,
    subjects: Vec<Choice>,
    list: Listing<Line>,
}

/// The units an account reports or reviews for.
fn units(account: &Account) -> BTreeSet<(RefArea, UnitId)> {
    let both = [Action::ReportFigures, Action::ReviewFigures].into_iter();
    both.flat_map(|action| grants(&account.appointments, action))
        .filter_map(|(held, _)| {
            let unit = held.unit.as_ref()?;
            Some((held.ref_area.clone(), UnitId(unit.0.clone())))
        })
        .collect()
}

/// Every task of the visitor's units.
pub(crate) async fn lines(app: &App, visit: &Visit) -> Result<Vec<Line>, WebError> {
    let Some(account) = visit.account.as_deref() else { return Ok(Vec::new()) };
    let mut lines = Vec::new();
    for (area, unit) in units(account) {
        let rounds = rounds::list(&app.store, &area).await?;
        for task in tasks::of_unit(&app.store, &area, &unit).await? {
            let Some(round) = rounds.iter().find(|r| r.id == task.key.round) else { continue };
            lines.push(Line::new(&task, round, visit));
        }
    }
    Ok(lines)
}

/// `GET /reporting`
pub(crate) async fn show(visit: Visit, State(app): State<App>, params: Params) -> Answer {
    let all = lines(&app, &visit).await?;
    let nothing = all.is_empty();
    let rows = chosen(all, &params);
    if let Some(format) = export::Format::asked(&params) {
        return export::answer(&table(&rows), format);
    }
    page(&home_page(&visit, (nothing, rows), &params))
}

fn chosen(mut rows: Vec<Line>, params: &Params) -> Vec<Line> {
    rows.retain(|line| {
        let (q, state, subject) =
            (params.value("q"), params.value("state"), params.value("subject"));
        line.title.contains(q)
            && (state.is_empty() || state == line.state.code())
            && (subject.is_empty() || subject == line.subject)
    });
    sort_rows(&mut rows, params, DEFAULT_SORT, |line, key| {
        let first = match key {
            "title" => line.title.clone(),
            "state" => format!("{:?}", line.state),
            _ => String::new(),
        };
        // what is still to be sent by its last day, what is done with the newest first
        let day = line.due.date.since(Date::ZERO).map_or(0, |span| i64::from(span.get_days()));
        let order = if line.is_open() { day } else { -day };
        (first, !line.is_open(), order, line.url.clone())
    });
    rows
}

fn home_page(visit: &Visit, (nothing, rows): (bool, Vec<Line>), params: &Params) -> HomePage {
    let any = |label| Choice::new("", label, "-");
    let states = SubmissionState::ALL
        .iter()
        .map(|s| Choice::new(s.code(), s.label(), params.value("state")));
    let subjects =
        ["数据", "材料"].map(|subject| Choice::new(subject, subject, params.value("subject")));
    let account = visit.account.as_deref();
    HomePage {
        shell: Shell::new(visit, Stage::Submission, "报送"),
        reports: account.is_some_and(|account| !units(account).is_empty()),
        oversees: visit.may_somewhere(Action::ApproveFigures)
            || visit.may_somewhere(Action::EditPlan),
        nothing,
        states: std::iter::once(any("全部状态")).chain(states).collect(),
        subjects: std::iter::once(any("全部内容")).chain(subjects).collect(),
        list: Listing::new(params, rows, &FILTERS, DEFAULT_SORT),
    }
}

fn table(rows: &[Line]) -> Table {
    let columns = ["报送任务", "内容", "状态", "截止日期", "备注"].map(Column::words).to_vec();
    let rows = rows.iter().map(|line| {
        vec![
            line.title.clone(),
            line.subject.to_owned(),
            line.state.label().to_owned(),
            line.due.date.to_string(),
            line.note(),
        ]
    });
    Table { title: "我的报送任务".to_owned(), columns, rows: rows.collect() }
}

#[cfg(test)]
mod tests {
    use halfsky_monitor::role::Role;

    use super::*;

    fn line(state: SubmissionState, due: &str, opens_in: Option<i32>) -> Line {
        let today = "2026-03-05".parse().unwrap();
        Line {
            title: "2025年数据<b>".to_owned(),
            subject: "数据",
            state,
            due: Due::on(due.parse().unwrap(), today),
            opens_in,
            returned: 2,
            url: format!("/reporting/990101/{due}/health"),
        }
    }

    #[test]
    fn the_list_draws_twice_alike() {
        let rows = || {
            vec![
                line(SubmissionState::Returned, "2026-04-04", None),
                line(SubmissionState::NotStarted, "2026-06-04", Some(30)),
            ]
        };
        let draw = || {
            let params = Params::default();
            home_page(&Visit::sample_of(Role::Reporter), (false, rows()), &params).render().unwrap()
        };
        let html = draw();
        assert!(html.contains("退回2格") && html.contains("30天后开放"));
        assert!(html.contains("2025年数据&#60;b&#62;"), "{html}");
        assert_eq!(html, draw());
    }

    #[test]
    fn what_is_sent_comes_last() {
        use SubmissionState as S;
        let rows = vec![
            line(SubmissionState::Submitted, "2026-03-01", None),
            line(SubmissionState::InProgress, "2026-06-04", None),
            line(SubmissionState::Returned, "2026-04-04", None),
        ];
        let order: Vec<_> =
            chosen(rows, &Params::default()).into_iter().map(|line| line.state).collect();
        assert_eq!(order, [S::Returned, S::InProgress, S::Submitted]);
    }
}
