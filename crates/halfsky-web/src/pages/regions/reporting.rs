//! Which of the regions below have reported in the rounds of a year: units counted once, so that no share passes 100 %.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use halfsky_monitor::board::Share;
use halfsky_monitor::period::Period;
use halfsky_report::table::{Column, Table};
use halfsky_store::editions::EditionKey;
use halfsky_store::regional::{self, RegionRound};
use halfsky_store::regions::Region;
use jiff::civil::Date;

use super::{Below, tabs};
use crate::app::App;
use crate::error::WebError;
use crate::export;
use crate::list::{Choice, Listing, Params, sort_rows};
use crate::pages::rounds::list::share_words;
use crate::pages::rounds::{Area, round_url};
use crate::pages::{Answer, page};
use crate::parts::tab::Tab;
use crate::permission::Action;
use crate::shell::{Shell, Stage};
use crate::text;
use crate::visit::Visit;

const FILTERS: [&str; 2] = ["q", "state"];
const DEFAULT_SORT: &str = "share";

/// How far a region is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reported {
    NoRound,
    Nothing,
    Part,
    Whole,
}

impl Reported {
    const ALL: [Self; 4] = [Self::NoRound, Self::Nothing, Self::Part, Self::Whole];

    const fn code(self) -> &'static str {
        match self {
            Self::NoRound => "none",
            Self::Nothing => "nothing",
            Self::Part => "part",
            Self::Whole => "whole",
        }
    }

    const fn label(self) -> &'static str {
        match self {
            Self::NoRound => "未开轮次",
            Self::Nothing => "全部未报",
            Self::Part => "部分已报",
            Self::Whole => "全部已报",
        }
    }
}

/// A region in the list.
struct Row {
    region: Region,
    state: Reported,
    received: Share,
    on_time: Share,
    due: Option<Date>,
    handed_down: bool,
    edition: Option<EditionKey>,
    url: String,
}

impl Row {
    fn new(region: Region, rounds: &[RegionRound], edition: Option<EditionKey>) -> Self {
        let sum = |of: fn(&RegionRound) -> usize| -> usize { rounds.iter().map(of).sum() };
        let (expected, received) = (sum(|r| r.expected), sum(|r| r.received));
        let state = match (rounds.is_empty() || expected == 0, received) {
            (true, _) => Reported::NoRound,
            (_, 0) => Reported::Nothing,
            (_, received) if received < expected => Reported::Part,
            _ => Reported::Whole,
        };
        Self {
            state,
            received: Share { count: received, of: expected },
            on_time: Share { count: sum(|r| r.on_time), of: received },
            due: rounds.iter().map(|r| r.due).max(),
            handed_down: rounds.iter().any(|r| r.handed_down_by.is_some()),
            edition,
            url: match rounds {
                [only] => round_url(&region.code, &only.id),
                _ => format!("/rounds?region={}", region.code),
            },
            region,
        }
    }

    fn received_words(&self) -> String {
        share_words(self.received)
    }

    fn on_time_words(&self) -> String {
        share_words(self.on_time)
    }

    fn due_words(&self) -> String {
        self.due.map_or_else(|| "—".to_owned(), text::long_date)
    }

    fn edition_words(&self) -> String {
        self.edition.map_or_else(|| "未发布".to_owned(), EditionKey::label)
    }
}

/// What all regions together have done.
struct Totals {
    regions: usize,
    with_round: usize,
    whole: usize,
    received: Share,
    on_time: Share,
    published: usize,
}

impl Totals {
    fn of(rows: &[Row]) -> Self {
        let count = |fits: fn(&Row) -> bool| rows.iter().filter(|row| fits(row)).count();
        let sum = |of: fn(&Row) -> usize| -> usize { rows.iter().map(of).sum() };
        let received = sum(|row| row.received.count);
        Self {
            regions: rows.len(),
            with_round: count(|row| row.state != Reported::NoRound),
            whole: count(|row| row.state == Reported::Whole),
            received: Share { count: received, of: sum(|row| row.received.of) },
            on_time: Share { count: sum(|row| row.on_time.count), of: received },
            published: count(|row| row.edition.is_some()),
        }
    }

    fn received_words(&self) -> String {
        share_words(self.received)
    }

    fn on_time_words(&self) -> String {
        share_words(self.on_time)
    }
}

#[derive(Template)]
#[template(path = "regions/reporting.html")]
struct ReportingPage {
    shell: Shell,
    region: String,
    year: i16,
    tabs: Vec<Tab>,
    levels: Vec<Choice>,
    states: Vec<Choice>,
    totals: Totals,
    list: Listing<Row>,
}

/// `GET /regions/{ref_area}`
pub(crate) async fn show(
    visit: Visit,
    State(app): State<App>,
    area: Area,
    params: Params,
) -> Answer {
    let below = Below::load(&visit, &app, (area, &params), Action::ReadRounds).await?;
    let rows = rows(&app, &below, visit.frame.year).await?;
    if let Some(format) = export::Format::asked(&params) {
        let rows = chosen(rows, &params);
        return export::answer(&table(&below.area.name, visit.frame.year, &rows), format);
    }
    page(&reporting_page(&visit, below, rows, &params))
}

async fn rows(app: &App, below: &Below, year: i16) -> Result<Vec<Row>, WebError> {
    let codes = below.codes();
    let invalid = |_| WebError::NotFound("没有这个年份。请从列表重新进入。".to_owned());
    let period = Period::year_of(i32::from(year)).map_err(invalid)?;
    let mut rounds: BTreeMap<_, Vec<RegionRound>> = BTreeMap::new();
    for round in regional::rounds_of(&app.store, period, &codes).await? {
        rounds.entry(round.ref_area.clone()).or_default().push(round);
    }
    let editions = regional::editions_of(&app.store, period, &codes).await?;
    let editions: BTreeMap<_, _> = editions.into_iter().collect();
    let row = |region: &Region| {
        let own = rounds.get(&region.code).map_or(&[][..], Vec::as_slice);
        Row::new(region.clone(), own, editions.get(&region.code).copied())
    };
    Ok(below.regions.iter().map(row).collect())
}

fn chosen(rows: Vec<Row>, params: &Params) -> Vec<Row> {
    let (words, state) = (params.value("q"), params.value("state"));
    let fits = |row: &Row| {
        (row.region.name.contains(words) || row.region.code.as_str() == words)
            && (state.is_empty() || state == row.state.code())
    };
    let mut rows: Vec<Row> = rows.into_iter().filter(fits).collect();
    sort_rows(&mut rows, params, DEFAULT_SORT, |row, key| {
        let first = match key {
            "region" => 0,
            "on_time" => row.on_time.percent().map_or(0, |p| p + 1),
            "edition" => row.edition.map_or(0, |key| usize::try_from(key.number).unwrap_or(0)),
            // the least complete first
            _ => row.received.percent().map_or(0, |p| p + 1),
        };
        (first, row.region.code.clone())
    });
    rows
}

fn reporting_page(visit: &Visit, below: Below, rows: Vec<Row>, params: &Params) -> ReportingPage {
    let totals = Totals::of(&rows);
    let state = params.value("state");
    let mut states = vec![Choice::new("", "全部状态", state)];
    states.extend(Reported::ALL.map(|s| Choice::new(s.code(), s.label(), state)));
    let title = format!("{}各地报送情况", below.area.name);
    ReportingPage {
        shell: Shell::new(visit, Stage::Data, title).under("地区汇总", super::PATH),
        region: below.area.name,
        year: visit.frame.year,
        tabs: tabs(&below.area.code, "报送情况"),
        levels: below.levels,
        states,
        totals,
        list: Listing::new(params, chosen(rows, params), &FILTERS, DEFAULT_SORT),
    }
}

fn table(region: &str, year: i16, rows: &[Row]) -> Table {
    let words = ["代码", "地区", "状态", "截止日"].map(Column::words);
    let counts = ["应报单位", "已报单位", "完整率（%）", "按时", "及时率（%）"];
    let percent = |share: Share| share.percent().map_or_else(String::new, |p| p.to_string());
    let row = |row: &Row| {
        vec![
            row.region.code.to_string(),
            row.region.name.clone(),
            row.state.label().to_owned(),
            row.due.map_or_else(String::new, |day| day.to_string()),
            row.received.of.to_string(),
            row.received.count.to_string(),
            percent(row.received),
            row.on_time.count.to_string(),
            percent(row.on_time),
            row.edition_words(),
        ]
    };
    let columns = words.into_iter().chain(counts.map(Column::numbers));
    Table {
        title: format!("{region}{year}年各地报送情况"),
        columns: columns.chain([Column::words("数据版本")]).collect(),
        rows: rows.iter().map(row).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::region;
    use super::*;
    use halfsky_store::rounds::RoundId;
    use jiff::civil::date;

    fn round(code: &str, expected: usize, received: usize, on_time: usize) -> RegionRound {
        RegionRound {
            ref_area: code.parse().unwrap(),
            id: RoundId("figures-2025".to_owned()),
            title: "2025年数据".to_owned(),
            due: date(2026, 4, 10),
            handed_down_by: None,
            expected,
            received,
            on_time,
        }
    }

    fn rows() -> Vec<Row> {
        let period = Period::year_of(2025).unwrap();
        let edition = Some(EditionKey { period, number: 1 });
        vec![
            Row::new(region("980121", "甲县"), &[round("980121", 3, 3, 2)], edition),
            Row::new(region("980122", "乙县"), &[round("980122", 3, 1, 1)], None),
            Row::new(region("980123", "丙县"), &[], None),
        ]
    }

    fn draw(rows: Vec<Row>, query: &str) -> String {
        let params = Params::read("/regions/980100", query);
        let below = Below {
            area: Area { code: "980100".parse().unwrap(), ..Area::sample() },
            regions: Vec::new(),
            levels: Vec::new(),
        };
        reporting_page(&Visit::sample(), below, rows, &params).render().unwrap()
    }

    #[test]
    fn shows_who_has_reported_and_the_least_complete_first() {
        let html = draw(rows(), "");
        assert!(html.contains("3/3（100%）") && html.contains("1/3（33%）"), "{html}");
        assert!(html.contains("4/6（66%）"), "all together: {html}");
        let at = |words: &str| html.find(words).unwrap();
        assert!(at("丙县") < at("乙县") && at("乙县") < at("甲县"));
        assert_eq!(html, draw(rows(), ""));
    }

    #[test]
    fn filters_and_exports_what_is_shown() {
        let html = draw(rows(), "state=whole");
        assert!(html.contains("甲县") && !html.contains("乙县"));
        assert!(draw(rows(), "q=丁").contains("没有符合条件的地区"));
        let table = table("某市", 2025, &rows());
        assert!(table.rows.iter().all(|row| row.len() == table.columns.len()));
        assert_eq!((table.rows[0][6].as_str(), table.rows[2][6].as_str()), ("100", ""));
    }

    #[test]
    fn a_region_without_others_below_says_so() {
        assert!(draw(Vec::new(), "").contains("没有下级地区"));
    }
}
