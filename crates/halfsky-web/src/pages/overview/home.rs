//! The start page: plans, counts and drafts that wait for a person.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::State;
use halfsky_monitor::role::Place as Where;
use halfsky_plan::ref_area::RefArea;
use halfsky_store::plans::{self, PlanFilter, PlanSort, VersionKey};
use halfsky_store::{Order, Slice};

use super::grid::{self, Overview};
use crate::app::App;
use crate::error::WebError;
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
    /// The first of them.
    plans: Vec<PlanCount>,
    all_plans: usize,
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

/// Plans that are listed; the others stand in the list of plans.
const LISTED: usize = 30;

/// What the start page tells of the plans within reach.
#[derive(Default)]
struct Plans {
    /// The first of them.
    rows: Vec<PlanRow>,
    /// How many there are.
    all: usize,
    /// How many are in force, and how many targets they have.
    in_force: (usize, usize),
    due: Vec<(VersionKey, usize)>,
}

/// `GET /`
pub(crate) async fn show(visit: Visit, State(app): State<App>, params: Params) -> Answer {
    let plans = plans(&visit, &app).await?;
    let overview = grid::load(&visit, &app, &params).await?;
    page(&HomePage { overview, ..home(&visit, plans, text::day(app.now())) })
}

async fn plans(visit: &Visit, app: &App) -> Result<Plans, WebError> {
    let regions = within_reach(visit, app).await?;
    let alive = PlanFilter { alive: true, ..PlanFilter::of(&regions) };
    let first = Slice { skipped: 0, most: LISTED };
    let by_region = (PlanSort::Region, Order::Up);
    let found = plans::find(&app.store, &alive, by_region, first).await?;
    let reviews = visit.reach(app, Action::EditPlan).await?;
    let listed: BTreeSet<RefArea> = found.iter().map(|plan| plan.ref_area.clone()).collect();
    let listed: Vec<RefArea> = listed.into_iter().collect();
    Ok(Plans {
        rows: found.into_iter().map(|plan| PlanRow::new(plan, &reviews)).collect(),
        all: plans::count(&app.store, &alive).await?,
        in_force: plans::in_force(&app.store, &regions).await?,
        due: plans::due_in(&app.store, i32::from(visit.frame.year), &listed).await?,
    })
}

fn home(visit: &Visit, plans: Plans, today: String) -> HomePage {
    let example = plans.rows.iter().any(|row| row.plan.example);
    let (due, year) = (plans.due, visit.frame.year);
    HomePage {
        shell: Shell::new(visit, Stage::Overview, "总览").showing(example.into()),
        today,
        in_force: plans.in_force.0,
        targets: plans.in_force.1,
        todo: visit.frame.tasks.clone(),
        imports: visit.may_somewhere(Action::EditPlan),
        reads: visit.may_somewhere(Action::ReadPlan),
        duties: duties(visit),
        plans: plans.rows.into_iter().map(|row| count(row, &due, year)).collect(),
        all_plans: plans.all,
        year,
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
        let html = home(&visit, Plans::default(), "2026年3月5日".to_owned()).render().unwrap();
        assert!(html.contains("从导入规划开始") && html.contains("href=\"/plans/import\""));
    }

    #[test]
    fn plans_and_tasks_stand_side_by_side() {
        let visit = Visit::sample();
        let draw = || {
            let key = VersionKey::of(&crate::samples::stored().version);
            let plans = Plans {
                rows: vec![PlanRow::new(crate::samples::summary(), &Reach::default())],
                all: 31,
                in_force: (0, 0),
                due: vec![(key, 3)],
            };
            home(&visit, plans, "2026年3月5日".to_owned()).render().unwrap()
        };
        let html = draw();
        assert!(html.contains("2025年到期") && html.contains("/versions/1?by=2025\">3</a>"));
        assert!(html.contains("列出前1份"), "thirty more stand in the list of plans");
        assert!(html.contains("需要我处理 1项") && html.contains("2条待确认"), "{html}");
        assert_eq!(html, draw());
    }
}
