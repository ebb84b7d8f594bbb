//! 监测评估日程: the dated duties of the plans in force as rounds, opened or still to be opened.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use halfsky_monitor::calendar::{self, CalendarSettings};
use halfsky_monitor::round::{Round, RoundDefaults, RoundState, RoundSubject};
use halfsky_plan::version::PlanVersion;
use halfsky_report::table::{Column, Table};
use halfsky_store::rounds;
use halfsky_store::supervision::{self, StoredCase};
use jiff::civil::Date;

use super::{Area, PATH, UnitNames, round_url, shell, subject_words};
use crate::app::App;
use crate::error::WebError;
use crate::export;
use crate::list::{Choice, Listing, Params};
use crate::pages::cases;
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

/// An open case with a date, as the calendar shows it.
struct CaseRow {
    label: String,
    indicator: String,
    lead: String,
    /// What the date is of.
    what: &'static str,
    due: Due,
    url: String,
}

/// The cases that wait for something until a day, the most urgent first.
fn case_rows(area: &Area, all: &[StoredCase], units: &UnitNames, today: Date) -> Vec<CaseRow> {
    let row = |stored: &StoredCase| {
        let (head, case) = (&stored.head, &stored.case);
        let due = Due::on(case.due()?, today);
        let what = if case.plan().is_some() { "完成整改" } else { "报整改方案" };
        Some(CaseRow {
            label: head.label(),
            indicator: head.indicator.clone(),
            lead: cases::board::lead(case, units),
            what,
            due,
            url: cases::case_url(&area.code, &head.id),
        })
    };
    let mut rows: Vec<CaseRow> = all.iter().filter_map(row).collect();
    rows.sort_by(|a, b| (a.due.date, &a.label).cmp(&(b.due.date, &b.label)));
    rows
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
    cases: Vec<CaseRow>,
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
    let cases = if visit.may(&app, Action::ReadFigures, &area.code).await? {
        let units = UnitNames::load(&app.store, &area.code).await?;
        let all = supervision::list(&app.store, &area.code).await?;
        case_rows(&area, &all, &units, visit.frame.today)
    } else {
        Vec::new()
    };
    page(&CalendarPage { cases, ..calendar_page(&visit, (area, manages), &all, rows, &params) })
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
        cases: Vec::new(),
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
    use halfsky_evaluate::supervision::{Actor, Case, Step, Taken};
    use halfsky_evaluate::warning::Level;
    use halfsky_plan::version::PlanId;
    use halfsky_store::plans::Stamp;
    use halfsky_store::supervision::{CaseHead, CaseId};
    use jiff::civil::date;

    use super::*;
    use crate::parts::due::Lamp;

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

    /// A case that was dispatched with a day for its plan.
    fn case(number: u32, plan_due: Date) -> StoredCase {
        let office = Actor::Office { person: "示例人员".to_owned() };
        let on = date(2026, 3, 1);
        let opened = Case::open(&office, "预计达标困难", on).unwrap();
        let step = Step::Dispatch { lead: "health".to_owned(), support: Vec::new(), plan_due };
        let head = CaseHead {
            id: CaseId(format!("case-{number}")),
            number,
            plan_id: PlanId("plan-1".to_owned()),
            target_key: "W-H05|level||2030".to_owned(),
            indicator: "宫颈癌筛查率".to_owned(),
            demand: "达到75%".to_owned(),
            level: Level::Red,
            warning: None,
            visit: None,
            reason: "预计达标困难".to_owned(),
            opened_on: on,
            opened: Stamp {
                at: "2026-03-01T01:00:00Z".parse().unwrap(),
                by: "示例人员".to_owned(),
            },
        };
        let case = opened.apply(Taken { step, by: office, on }).unwrap();
        StoredCase { head, case, files: vec![Vec::new()], letters: Vec::new() }
    }

    #[test]
    fn cases_stand_in_the_calendar_with_their_lights() {
        let all =
            [case(1, date(2026, 3, 20)), case(2, date(2026, 3, 6)), case(3, date(2026, 3, 2))];
        let rows = case_rows(&Area::sample(), &all, &UnitNames::sample(), date(2026, 3, 5));
        let lamps: Vec<Lamp> = rows.iter().map(|row| row.due.lamp).collect();
        assert_eq!(lamps, [Lamp::Overdue, Lamp::Near, Lamp::Normal]);
        let params = Params::read("/rounds/990101/calendar", "");
        let about = (Area::sample(), true);
        let page = calendar_page(&Visit::sample(), about, &[], Vec::new(), &params);
        let html = CalendarPage { cases: rows, ..page }.render().unwrap();
        assert!(html.contains("督办〔2026〕3号") && html.contains("报整改方案"), "{html}");
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
