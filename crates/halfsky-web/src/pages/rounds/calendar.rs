//! 监测评估日程: the dated duties of the plans in force as rounds, opened or still to be opened.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use halfsky_monitor::calendar::{self, CalendarSettings};
use halfsky_monitor::round::{Round, RoundDefaults, RoundState, RoundSubject};
use halfsky_plan::version::PlanVersion;
use halfsky_report::table::{Column, Table};
use halfsky_store::rounds;
use jiff::civil::Date;

use super::{Area, PATH, round_url, shell, subject_words};
use crate::app::App;
use crate::error::WebError;
use crate::export;
use crate::list::{Choice, Listing, Params};
use crate::pages::duties::plans_in_force;
use crate::pages::{Answer, page};
use crate::parts::due::Due;
use crate::permission::Action;
use crate::shell::Shell;
use crate::text;
use crate::visit::Visit;

/// A date of the calendar.
#[derive(Debug, Clone)]
pub(crate) struct Proposal {
    pub(crate) round: Round,
    /// The plan it comes from.
    pub(crate) plan: String,
    /// The round that was opened for it, with its state.
    pub(crate) opened: Option<(String, RoundState)>,
}

impl Proposal {
    fn what(&self) -> String {
        subject_words(&self.round.subject)
    }

    fn day(&self) -> String {
        text::long_date(self.round.due)
    }

    /// The last day seen from today, while nothing was opened for it.
    fn due(&self, today: Date) -> Option<Due> {
        let near = today <= self.round.due || self.round.due.year() >= today.year() - 1;
        (self.opened.is_none() && near).then(|| Due::on(self.round.due, today))
    }

    fn basis(&self) -> &str {
        match self.round.basis.as_str() {
            "" => "规划未写明日期，按默认日程",
            words => words,
        }
    }

    fn status(&self) -> &'static str {
        self.opened.as_ref().map_or("未开", |(_, state)| state.label())
    }

    /// The wizard, filled in with this round.
    pub(crate) fn new_url(&self, area: &Area) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("subject", &super::window::subject_code(&self.round.subject));
        query.append_pair("due", &self.round.due.to_string());
        query.append_pair("year", &year_of(&self.round.subject).to_string());
        format!("{PATH}/{}/new?{}", area.code, query.finish())
    }
}

/// The year a round speaks of.
pub(crate) fn year_of(subject: &RoundSubject) -> i32 {
    match subject {
        RoundSubject::Figures(period) => period.year(),
        RoundSubject::Text { year, .. } => *year,
    }
}

/// The calendar of the plans in force, by last day; what several plans ask for stands once.
pub(crate) fn proposals(
    plans: &[PlanVersion],
    opened: &[(String, Round)],
    today: Date,
) -> Vec<Proposal> {
    let mut found: BTreeMap<(Date, RoundSubject), Proposal> = BTreeMap::new();
    for version in plans {
        let settings = CalendarSettings {
            period: version.plan.period,
            promulgated: None,
            defaults: RoundDefaults::default(),
        };
        for round in calendar::rounds(&version.plan.calendar, &settings) {
            let same = opened.iter().find(|(_, known)| known.subject == round.subject);
            let opened = same.map(|(url, known)| (url.clone(), known.state(today)));
            let key = (round.due, round.subject.clone());
            let plan = version.plan.title.clone();
            found.entry(key).or_insert(Proposal { round, plan, opened });
        }
    }
    found.into_values().collect()
}

/// The calendar of a region as it stands.
pub(crate) async fn load(app: &App, area: &Area, today: Date) -> Result<Vec<Proposal>, WebError> {
    let plans = plans_in_force(app, &area.code).await?;
    let stored = rounds::list(&app.store, &area.code).await?;
    let opened: Vec<(String, Round)> =
        stored.into_iter().map(|s| (round_url(&area.code, &s.id), s.round)).collect();
    Ok(proposals(&plans, &opened, today))
}

#[derive(Template)]
#[template(path = "rounds/calendar.html")]
struct CalendarPage {
    shell: Shell,
    area: Area,
    nothing: bool,
    manages: bool,
    today: Date,
    years: Vec<Choice>,
    states: Vec<Choice>,
    list: Listing<Proposal>,
}

const FILTERS: [&str; 2] = ["of", "state"];

/// `GET /rounds/{ref_area}/calendar`
pub(crate) async fn show(
    visit: Visit,
    State(app): State<App>,
    area: Area,
    params: Params,
) -> Answer {
    let all = load(&app, &area, visit.frame.today).await?;
    let manages = visit.may(&app, Action::ManageRounds, &area.code).await?;
    let rows = chosen(&all, &params);
    if let Some(format) = export::Format::asked(&params) {
        return export::answer(&table(&area, &rows), format);
    }
    page(&calendar_page(&visit, (area, manages), &all, rows, &params))
}

fn chosen(all: &[Proposal], params: &Params) -> Vec<Proposal> {
    let (year, state) = (params.value("of"), params.value("state"));
    let fits = |p: &&Proposal| {
        (year.is_empty() || year == p.round.due.year().to_string())
            && (state.is_empty() || (state == "opened") == p.opened.is_some())
    };
    all.iter().filter(fits).cloned().collect()
}

fn calendar_page(
    visit: &Visit,
    (area, manages): (Area, bool),
    all: &[Proposal],
    rows: Vec<Proposal>,
    params: &Params,
) -> CalendarPage {
    let year = params.value("of");
    let mut known: Vec<i16> = all.iter().map(|p| p.round.due.year()).collect();
    known.dedup();
    let mut years = vec![Choice::new("", "全部年份", year)];
    years.extend(known.iter().map(|y| Choice::new(y.to_string(), format!("{y}年"), year)));
    let state = params.value("state");
    let states = [("", "全部"), ("waiting", "未开"), ("opened", "已开")];
    CalendarPage {
        shell: shell(visit, &format!("{}监测评估日程", area.name)),
        area,
        nothing: all.is_empty(),
        manages,
        today: visit.frame.today,
        years,
        states: states.map(|(value, label)| Choice::new(value, label, state)).into(),
        list: Listing::new(params, rows, &FILTERS, ""),
    }
}

fn table(area: &Area, rows: &[Proposal]) -> Table {
    let row = |p: &Proposal| {
        let (due, basis) = (p.round.due.to_string(), p.basis().to_owned());
        vec![due, p.what(), p.round.to_whom.clone(), basis, p.plan.clone(), p.status().to_owned()]
    };
    let heads = ["截止日", "报送内容", "报送给", "规划原文", "规划", "状态"];
    Table {
        title: format!("{}监测评估日程", area.name),
        columns: heads.map(Column::words).into(),
        rows: rows.iter().map(row).collect(),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn all() -> Vec<Proposal> {
        let plan = crate::samples::confirmed().version;
        proposals(&[plan.clone(), plan], &[], date(2026, 3, 5))
    }

    #[test]
    fn each_year_of_the_plan_has_its_figures_once() {
        let figures =
            all().into_iter().filter(|p| matches!(p.round.subject, RoundSubject::Figures(_)));
        let years: Vec<i32> = figures.map(|p| year_of(&p.round.subject)).collect();
        assert_eq!(years, (2021..=2030).collect::<Vec<_>>());
    }

    #[test]
    fn what_was_opened_leads_to_its_board() {
        let first = all().remove(0).round;
        let plan = crate::samples::confirmed().version;
        let opened = [("/rounds/990101/r".to_owned(), first)];
        let proposals = proposals(&[plan], &opened, date(2026, 3, 5));
        assert_eq!(proposals[0].opened.as_ref().unwrap().1, RoundState::Over);
        let params = Params::read("/rounds/990101/calendar", "");
        let draw = || {
            let rows = chosen(&proposals, &params);
            let about = (Area::sample(), true);
            calendar_page(&Visit::sample(), about, &proposals, rows, &params).render().unwrap()
        };
        assert!(draw().contains("/rounds/990101/r") && draw().contains("/rounds/990101/new?"));
        assert_eq!(draw(), draw());
        let table = table(&Area::sample(), &proposals);
        assert!(table.rows.iter().all(|row| row.len() == table.columns.len()));
    }
}
