//! The list of rounds: what is collected until when, and how far the units are.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use halfsky_monitor::board::{self, Share};
use halfsky_monitor::reporting::UnitId;
use halfsky_monitor::round::{Round, RoundState};
use halfsky_monitor::submission::Submission;
use halfsky_plan::ref_area::RefArea;
use halfsky_report::table::{Column, Table};
use halfsky_store::rounds::{self, RegionRoundKey, RoundFilter, RoundId, RoundSort};
use halfsky_store::{Order, Slice, tasks};
use jiff::civil::Date;

use super::{Area, regions_within, round_url, subject_words};
use crate::app::App;
use crate::error::WebError;
use crate::export;
use crate::list::{Choice, Listing, Pager, Params};
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

/// `GET /rounds`: the store filters, sorts and counts; boards are drawn for the rounds of one page.
pub(crate) async fn show(visit: Visit, State(app): State<App>, params: Params) -> Answer {
    let areas = regions_within(&visit, &app, Action::ReadRounds).await?;
    let codes: Vec<RefArea> = areas.iter().map(|area| area.code.clone()).collect();
    let today = visit.frame.today;
    let filter = filter(&params, &codes, today);
    let sort = sort(&params);
    if let Some(format) = export::Format::asked(&params) {
        let keys = rounds::find(&app.store, &filter, sort, Slice::ALL).await?;
        return export::answer(&table(&rows_of(&app, &areas, &keys, today).await?), format);
    }
    let pager = params.pager(rounds::count(&app.store, &filter).await?);
    let keys = rounds::find(&app.store, &filter, sort, pager.slice()).await?;
    let rows = rows_of(&app, &areas, &keys, today).await?;
    let manages = visit.reach(&app, Action::ManageRounds).await?;
    let opens = areas.iter().filter(|area| manages.holds(&area.code)).cloned().collect();
    page(&list_page(&visit, (areas, opens), (rows, pager), &params))
}

fn filter<'a>(params: &'a Params, regions: &'a [RefArea], today: Date) -> RoundFilter<'a> {
    RoundFilter {
        regions,
        title: params.value("q"),
        subject: params.value("kind"),
        state: RoundState::from_code(params.value("state")),
        today,
    }
}

fn sort(params: &Params) -> (RoundSort, Order) {
    let (key, order) = params.sort(DEFAULT_SORT);
    let sort = match key {
        "title" => RoundSort::Title,
        "region" => RoundSort::Region,
        _ => RoundSort::Due,
    };
    (sort, order)
}

/// Every round of a region with its board.
pub(crate) async fn rows(app: &App, area: &Area, today: Date) -> Result<Vec<Row>, WebError> {
    let codes = [area.code.clone()];
    let everything = Params::default();
    let filter = filter(&everything, &codes, today);
    let by_due = (RoundSort::Due, Order::Up);
    let keys = rounds::find(&app.store, &filter, by_due, Slice::ALL).await?;
    rows_of(app, std::slice::from_ref(area), &keys, today).await
}

/// Rounds with their boards, in the order of their keys.
async fn rows_of(
    app: &App,
    areas: &[Area],
    keys: &[RegionRoundKey],
    today: Date,
) -> Result<Vec<Row>, WebError> {
    let mut stored = rounds::of_keys(&app.store, keys).await?;
    let mut by_round: BTreeMap<RegionRoundKey, Vec<Submission>> = BTreeMap::new();
    for task in tasks::of_rounds(&app.store, keys).await? {
        let key = (task.key.ref_area, task.key.round);
        by_round.entry(key).or_default().push(task.submission);
    }
    let areas: BTreeMap<&RefArea, &Area> = areas.iter().map(|area| (&area.code, area)).collect();
    let row = |key: &RegionRoundKey| {
        let own = by_round.remove(key).unwrap_or_default();
        Some(Row::new(areas.get(&key.0)?, &key.1, stored.remove(key)?.round, &own, today))
    };
    Ok(keys.iter().filter_map(row).collect())
}

fn list_page(
    visit: &Visit,
    (areas, opens): (Vec<Area>, Vec<Area>),
    (rows, pager): (Vec<Row>, Pager),
    params: &Params,
) -> ListPage {
    let state = params.value("state");
    let mut states = vec![Choice::new("", "全部状态", state)];
    states.extend(RoundState::ALL.iter().map(|s| Choice::new(s.code(), s.label(), state)));
    let kinds = [("", "数据和材料"), ("figures", "数据"), ("text", "文字材料")];
    ListPage {
        shell: Shell::new(visit, Stage::Submission, "报送轮次"),
        nothing: pager.total == 0 && !params.filters(&FILTERS),
        opens,
        areas,
        states,
        kinds: kinds.map(|(value, label)| Choice::new(value, label, params.value("kind"))).into(),
        list: Listing::of_page(params, (rows, pager), &FILTERS, DEFAULT_SORT),
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
        let about = (vec![Area::sample()], vec![Area::sample()]);
        let pager = params.pager(rows.len());
        list_page(&Visit::sample(), about, (rows, pager), &params).render().unwrap()
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
    fn filters_that_leave_nothing_leave_a_way_back() {
        assert!(draw(Vec::new(), "kind=text").contains("没有符合条件的轮次"));
        let table = table(&both());
        assert!(table.rows.iter().all(|row| row.len() == table.columns.len()));
        assert_eq!(table.rows[1][8], "100");
    }

    #[test]
    fn the_address_says_what_the_store_looks_for() {
        let today = date(2026, 3, 5);
        let params = Params::read(PATH, "q=%E5%B9%B4&kind=text&state=over&sort=title");
        let asked = filter(&params, &[], today);
        assert_eq!(
            (asked.title, asked.subject, asked.state),
            ("年", "text", Some(RoundState::Over))
        );
        assert_eq!(sort(&params), (RoundSort::Title, Order::Up));
        assert_eq!(sort(&Params::read(PATH, "sort=-nonsense")), (RoundSort::Due, Order::Down));
    }

    #[test]
    fn nothing_yet_says_how_to_begin() {
        assert!(draw(Vec::new(), "").contains("还没有报送轮次"));
    }
}
