//! The start page: plans, counts and drafts that wait for a person.

use askama::Template;
use axum::extract::State;
use halfsky_monitor::role::Place as Where;
use halfsky_plan::version::VersionStatus;
use halfsky_store::plans::{self, VersionKey};

use super::grid::{self, Overview};
use crate::app::App;
use crate::list::Params;
use crate::pages::plan::list::{PlanRow, within_reach};
use crate::pages::plan::{PlanKey, version_url};
use crate::pages::{Answer, page};
use crate::parts::status::Shape;
use crate::permission::Action;
use crate::shell::{Shell, Stage};
use crate::tasks::Task;
use crate::text;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "overview/home.html")]
struct HomePage {
    shell: Shell,
    today: String,
    plans: Vec<PlanCount>,
    /// The year that the top bar chose.
    year: i16,
    todo: Vec<Task>,
    in_force: usize,
    targets: usize,
    /// This person may import plans.
    imports: bool,
    /// This person may read plans; administrators have other work.
    reads: bool,
    duties: Vec<Duty>,
    /// What the last evaluation says; None before the first.
    overview: Option<Overview>,
}

/// A plan with how many of its targets are due in the chosen year.
struct PlanCount {
    row: PlanRow,
    due: usize,
    /// These targets.
    due_url: String,
}

/// What a person is appointed as, and for how long.
struct Duty {
    role: &'static str,
    region: String,
    days: String,
}

/// `GET /`
pub(crate) async fn show(visit: Visit, State(app): State<App>, params: Params) -> Answer {
    let (found, reviews) = within_reach(&visit, &app).await?;
    let rows = found.into_iter().map(|plan| PlanRow::new(plan, &reviews)).collect();
    let due = plans::due_in(&app.store, i32::from(visit.frame.year)).await?;
    let overview = grid::load(&visit, &app, &params).await?;
    page(&HomePage { overview, ..home(&visit, rows, &due, text::day(app.now())) })
}

fn home(visit: &Visit, rows: Vec<PlanRow>, due: &[(VersionKey, usize)], today: String) -> HomePage {
    let example = rows.iter().any(|row| row.plan.example);
    let alive: Vec<PlanRow> =
        rows.into_iter().filter(|row| row.plan.status != VersionStatus::Discarded).collect();
    let confirmed = || alive.iter().filter(|row| row.plan.status == VersionStatus::Confirmed);
    HomePage {
        shell: Shell::new(visit, Stage::Overview, "总览").showing(example.into()),
        today,
        in_force: confirmed().count(),
        targets: confirmed().map(|row| row.plan.targets).sum(),
        todo: visit.frame.tasks.clone(),
        imports: visit.may_somewhere(Action::EditPlan),
        reads: visit.may_somewhere(Action::ReadPlan),
        duties: duties(visit),
        plans: alive.into_iter().map(|row| count(row, due, visit.frame.year)).collect(),
        year: visit.frame.year,
        overview: None,
    }
}

fn count(row: PlanRow, due: &[(VersionKey, usize)], year: i16) -> PlanCount {
    let plan = PlanKey { ref_area: row.plan.ref_area.clone(), plan_id: row.plan.plan_id.clone() };
    let key = plan.version(row.plan.number);
    let found = due.iter().find(|(of, _)| *of == key);
    let due_url = format!("{}?by={year}", version_url(&key));
    PlanCount { row, due: found.map_or(0, |(_, count)| *count), due_url }
}

fn duties(visit: &Visit) -> Vec<Duty> {
    let held = visit.account.iter().flat_map(|account| &account.appointments);
    held.map(|appointment| Duty {
        role: appointment.role.label(),
        region: match appointment.role.place() {
            Where::Installation => "全系统".to_owned(),
            Where::Region | Where::Unit => format!("区划 {}", appointment.ref_area),
        },
        days: appointment.validity.to_string(),
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::Reach;

    #[test]
    fn an_empty_house_says_what_to_do() {
        let visit = Visit::sample();
        let html = home(&visit, Vec::new(), &[], "2026年3月5日".to_owned()).render().unwrap();
        assert!(html.contains("从导入规划开始") && html.contains("href=\"/plans/import\""));
    }

    #[test]
    fn plans_and_tasks_stand_side_by_side() {
        let visit = Visit::sample();
        let draw = || {
            let rows = vec![PlanRow::new(crate::samples::summary(), &Reach::default())];
            let key = VersionKey::of(&crate::samples::stored().version);
            home(&visit, rows, &[(key, 3)], "2026年3月5日".to_owned()).render().unwrap()
        };
        let html = draw();
        assert!(html.contains("2025年到期") && html.contains("/versions/1?by=2025\">3</a>"));
        assert!(html.contains("需要我处理 1项") && html.contains("2条待确认"), "{html}");
        assert_eq!(html, draw());
    }
}
