//! The list of rounds: what is collected until when, and how far the units are.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use halfsky_monitor::board::{self, Share};
use halfsky_monitor::reporting::UnitId;
use halfsky_monitor::round::{Round, RoundState, RoundSubject};
use halfsky_monitor::submission::Submission;
use halfsky_report::table::{Column, Table};
use halfsky_store::rounds::{self, RoundId};
use halfsky_store::tasks;
use jiff::civil::Date;

use super::{Area, regions_within, round_url, subject_words};
use crate::app::App;
use crate::error::WebError;
use crate::export;
use crate::list::{Choice, Listing, Params, sort_rows};
use crate::pages::{Answer, page};
use crate::permission::Action;
use crate::shell::{Shell, Stage};
use crate::text;
use crate::visit::Visit;

/// A round as the list shows it.
pub(crate) struct Row {
    pub(crate) area: Area,
    pub(crate) round: Round,
    pub(crate) url: String,
    pub(crate) state: RoundState,
    pub(crate) completeness: Share,
    pub(crate) timeliness: Share,
    pub(crate) overdue: usize,
}

impl Row {
    fn new(area: &Area, id: &RoundId, round: Round, own: &[Submission], today: Date) -> Self {
        let expected: Vec<UnitId> = own.iter().map(|s| s.unit.clone()).collect();
        let board = board::board(&round, &expected, own, today);
        Self {
            area: area.clone(),
            url: round_url(&area.code, id),
            state: round.state(today),
            completeness: board.completeness,
            timeliness: board.timeliness,
            overdue: board.lines.iter().filter(|line| line.overdue).count(),
            round,
        }
    }

    fn what(&self) -> String {
        subject_words(&self.round.subject)
    }

    fn complete(&self) -> String {
        share_words(self.completeness)
    }

    fn timely(&self) -> String {
        share_words(self.timeliness)
    }

    fn window(&self) -> String {
        format!("{}至{}", text::long_date(self.round.opens), text::long_date(self.round.due))
    }
}

/// 12/15（80%）; nothing expected is said in words.
pub(crate) fn share_words(share: Share) -> String {
    match share.percent() {
        Some(percent) => format!("{}/{}（{percent}%）", share.count, share.of),
        None => "—".to_owned(),
    }
}

#[derive(Template)]
#[template(path = "rounds/list.html")]
struct ListPage {
    shell: Shell,
    nothing: bool,
    /// The regions in which this person opens rounds.
    opens: Vec<Area>,
    areas: Vec<Area>,
    states: Vec<Choice>,
    kinds: Vec<Choice>,
    list: Listing<Row>,
}

const FILTERS: [&str; 3] = ["q", "state", "kind"];
const DEFAULT_SORT: &str = "-due";

/// `GET /rounds`
pub(crate) async fn show(visit: Visit, State(app): State<App>, params: Params) -> Answer {
    let areas = regions_within(&visit, &app, Action::ReadRounds).await?;
    let manages = visit.reach(&app, Action::ManageRounds).await?;
    let opens = areas.iter().filter(|area| manages.holds(&area.code)).cloned().collect();
    let mut all = Vec::new();
    for area in &areas {
        all.extend(rows(&app, area, visit.frame.today).await?);
    }
    let nothing = all.is_empty();
    let rows = chosen(all, &params);
    if let Some(format) = export::Format::asked(&params) {
        return export::answer(&table(&rows), format);
    }
    page(&list_page(&visit, (nothing, areas, opens), rows, &params))
}

/// Every round of a region with its board.
pub(crate) async fn rows(app: &App, area: &Area, today: Date) -> Result<Vec<Row>, WebError> {
    let mut by_round: BTreeMap<RoundId, Vec<Submission>> = BTreeMap::new();
    for task in tasks::of_region(&app.store, &area.code).await? {
        by_round.entry(task.key.round).or_default().push(task.submission);
    }
    let stored = rounds::list(&app.store, &area.code).await?;
    let row = |stored: rounds::StoredRound| {
        let own = by_round.remove(&stored.id).unwrap_or_default();
        Row::new(area, &stored.id, stored.round, &own, today)
    };
    Ok(stored.into_iter().map(row).collect())
}

fn kind_of(round: &Round) -> &'static str {
    match round.subject {
        RoundSubject::Figures(_) => "figures",
        RoundSubject::Text { .. } => "text",
    }
}

fn chosen(all: Vec<Row>, params: &Params) -> Vec<Row> {
    let (words, state, kind) = (params.value("q"), params.value("state"), params.value("kind"));
    let fits = |row: &Row| {
        row.round.title.contains(words)
            && (state.is_empty() || state == row.state.code())
            && (kind.is_empty() || kind == kind_of(&row.round))
    };
    let mut rows: Vec<Row> = all.into_iter().filter(fits).collect();
    sort_rows(&mut rows, params, DEFAULT_SORT, |row, key| {
        let first = match key {
            "title" => row.round.title.clone(),
            "region" => row.area.code.to_string(),
            _ => row.round.due.to_string(),
        };
        (first, row.area.code.clone(), row.round.title.clone())
    });
    rows
}

fn list_page(
    visit: &Visit,
    (nothing, areas, opens): (bool, Vec<Area>, Vec<Area>),
    rows: Vec<Row>,
    params: &Params,
) -> ListPage {
    let state = params.value("state");
    let mut states = vec![Choice::new("", "全部状态", state)];
    states.extend(RoundState::ALL.iter().map(|s| Choice::new(s.code(), s.label(), state)));
    let kinds = [("", "数据和材料"), ("figures", "数据"), ("text", "文字材料")];
    ListPage {
        shell: Shell::new(visit, Stage::Submission, "报送轮次"),
        nothing,
        opens,
        areas,
        states,
        kinds: kinds.map(|(value, label)| Choice::new(value, label, params.value("kind"))).into(),
        list: Listing::new(params, rows, &FILTERS, DEFAULT_SORT),
    }
}

fn table(rows: &[Row]) -> Table {
    let words = ["地区", "报送内容", "报告期", "开始日", "截止日", "状态"].map(Column::words);
    let counts = ["应报", "已报", "完整率（%）", "按时", "及时率（%）", "逾期未报"];
    let percent = |share: Share| share.percent().map_or_else(String::new, |p| p.to_string());
    let row = |row: &Row| {
        vec![
            row.area.name.clone(),
            row.round.title.clone(),
            row.what(),
            row.round.opens.to_string(),
            row.round.due.to_string(),
            row.state.label().to_owned(),
            row.completeness.of.to_string(),
            row.completeness.count.to_string(),
            percent(row.completeness),
            row.timeliness.count.to_string(),
            percent(row.timeliness),
            row.overdue.to_string(),
        ]
    };
    Table {
        title: "报送轮次".to_owned(),
        columns: words.into_iter().chain(counts.map(Column::numbers)).collect(),
        rows: rows.iter().map(row).collect(),
    }
}

#[cfg(test)]
mod tests {
    use halfsky_monitor::period::Period;
    use halfsky_monitor::round::RoundDefaults;
    use jiff::civil::date;

    use super::*;
    use crate::pages::rounds::PATH;

    fn row(year: i32, submitted: Option<Date>) -> Row {
        let period = Period::year_of(year).unwrap();
        let due = date(i16::try_from(year).unwrap() + 1, 5, 20);
        let title = format!("{year}年统计监测数据");
        let round = Round::figures(period, &title, due, &RoundDefaults::default());
        let unit = Submission {
            first_submitted: submitted,
            ..Submission::new(UnitId("health".to_owned()))
        };
        let id = RoundId("r".to_owned());
        Row::new(&Area::sample(), &id, round, &[unit], date(2026, 3, 5))
    }

    fn draw(rows: Vec<Row>, query: &str) -> String {
        let params = Params::read(PATH, query);
        let about = (rows.is_empty(), vec![Area::sample()], vec![Area::sample()]);
        let rows = chosen(rows, &params);
        list_page(&Visit::sample(), about, rows, &params).render().unwrap()
    }

    fn both() -> Vec<Row> {
        vec![row(2025, None), row(2024, Some(date(2025, 5, 1)))]
    }

    #[test]
    fn shows_how_far_the_units_are() {
        let html = draw(both(), "");
        assert!(html.contains("1/1（100%）") && html.contains("0/1（0%）"), "{html}");
        assert!(html.contains("未开始") && html.contains("已截止"));
        assert_eq!(html, draw(both(), ""));
    }

    #[test]
    fn filters_and_exports_what_is_shown() {
        let over = draw(both(), "state=over");
        assert!(over.contains("2024年统计监测数据") && !over.contains("2025年统计监测数据"));
        assert!(draw(both(), "kind=text").contains("没有符合条件的轮次"));
        let table = table(&both());
        assert!(table.rows.iter().all(|row| row.len() == table.columns.len()));
        assert_eq!(table.rows[1][8], "100");
    }

    #[test]
    fn nothing_yet_says_how_to_begin() {
        assert!(draw(Vec::new(), "").contains("还没有报送轮次"));
    }
}
