//! Which unit handed in which text, and under which number it was filed.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use halfsky_monitor::submission::SubmissionState;
use halfsky_monitor::text_report::TextKind;
use halfsky_plan::ref_area::RefArea;
use halfsky_report::table::{Column, Table};
use halfsky_store::tasks::TaskKey;
use halfsky_store::texts::{self, ExpectedText, TextFilter, TextSort};
use halfsky_store::{Order, Slice};
use jiff::civil::Date;

use crate::app::App;
use crate::error::WebError;
use crate::export;
use crate::list::{Choice, Listing, Pager, Params};
use crate::pages::rounds::regions_within;
use crate::pages::{Answer, page};
use crate::permission::Action;
use crate::shell::{Shell, Stage};
use crate::text;
use crate::visit::Visit;

struct Row {
    text: ExpectedText,
    region: String,
    overdue: bool,
    url: String,
}

impl Row {
    fn new(text: ExpectedText, areas: &BTreeMap<RefArea, String>, today: Date) -> Self {
        let TaskKey { ref_area, round, unit } = &text.key;
        Self {
            region: areas.get(ref_area).cloned().unwrap_or_default(),
            overdue: text.first_submitted.is_none() && text.due < today,
            url: format!("/texts/{ref_area}/{}/{}", round.0, unit.0),
            text,
        }
    }

    fn handed_in(&self) -> Option<Date> {
        self.text.handed_in.map(text::date)
    }

    fn handed_in_words(&self) -> String {
        self.handed_in().map_or_else(String::new, text::long_date)
    }

    fn due_words(&self) -> String {
        text::long_date(self.text.due)
    }
}

#[derive(Template)]
#[template(path = "texts/list.html")]
struct ListPage {
    shell: Shell,
    nothing: bool,
    kinds: Vec<Choice>,
    years: Vec<Choice>,
    states: Vec<Choice>,
    list: Listing<Row>,
}

const FILTERS: [&str; 4] = ["q", "kind", "of", "state"];
const DEFAULT_SORT: &str = "state";
const OVERDUE: &str = "overdue";

/// `GET /texts`: the store filters, sorts and counts, and gives one page.
pub(crate) async fn show(visit: Visit, State(app): State<App>, params: Params) -> Answer {
    let areas = regions_within(&visit, &app, Action::ReadRounds).await?;
    let codes: Vec<RefArea> = areas.iter().map(|area| area.code.clone()).collect();
    let names = areas.into_iter().map(|area| (area.code, area.name)).collect();
    let today = visit.frame.today;
    let (filter, sort) = (filter(&params, &codes, today), sort(&params));
    let rows = async |slice| {
        let found = texts::find(&app.store, &filter, sort, slice).await?;
        Ok::<Vec<Row>, WebError>(found.into_iter().map(|t| Row::new(t, &names, today)).collect())
    };
    if let Some(format) = export::Format::asked(&params) {
        return export::answer(&table(&rows(Slice::ALL).await?), format);
    }
    let pager = params.pager(texts::count(&app.store, &filter).await?);
    let rows = rows(pager.slice()).await?;
    let years = texts::years(&app.store, &codes).await?;
    page(&list_page(&visit, &years, (rows, pager), &params))
}

fn filter<'a>(params: &'a Params, regions: &'a [RefArea], today: Date) -> TextFilter<'a> {
    TextFilter {
        regions,
        kind: TextKind::from_code(params.value("kind")),
        year: params.value("of").parse().ok(),
        unit: params.value("q"),
        state: SubmissionState::from_code(params.value("state")),
        overdue: params.value("state") == OVERDUE,
        today,
    }
}

fn sort(params: &Params) -> (TextSort, Order) {
    let (key, order) = params.sort(DEFAULT_SORT);
    let sort = match key {
        "unit" => TextSort::Unit,
        "due" => TextSort::Due,
        "number" => TextSort::FilingNumber,
        _ => TextSort::Waiting,
    };
    (sort, order)
}

fn list_page(
    visit: &Visit,
    known: &[i32],
    (rows, pager): (Vec<Row>, Pager),
    params: &Params,
) -> ListPage {
    let (kind, year, state) = (params.value("kind"), params.value("of"), params.value("state"));
    let mut kinds = vec![Choice::new("", "全部材料", kind)];
    kinds.extend(TextKind::ALL.iter().map(|k| Choice::new(k.code(), k.label(), kind)));
    let mut years = vec![Choice::new("", "全部年份", year)];
    years.extend(known.iter().map(|y| Choice::new(y.to_string(), format!("{y}年"), year)));
    let mut states =
        vec![Choice::new("", "全部状态", state), Choice::new(OVERDUE, "逾期未报", state)];
    let shown = SubmissionState::ALL.iter().filter(|s| **s != SubmissionState::Published);
    states.extend(shown.map(|s| Choice::new(s.code(), s.label(), state)));
    ListPage {
        shell: Shell::new(visit, Stage::Submission, "文字材料")
            .under("报送轮次", crate::pages::rounds::PATH),
        nothing: known.is_empty(),
        kinds,
        years,
        states,
        list: Listing::of_page(params, (rows, pager), &FILTERS, DEFAULT_SORT),
    }
}

fn table(rows: &[Row]) -> Table {
    let row = |row: &Row| {
        vec![
            row.region.clone(),
            row.text.unit.clone(),
            row.text.kind.label().to_owned(),
            row.text.year.to_string(),
            row.text.round.clone(),
            row.text.state.label().to_owned(),
            row.text.due.to_string(),
            row.handed_in().map_or_else(String::new, |day| day.to_string()),
            row.text.filing_number.clone(),
        ]
    };
    let heads =
        ["地区", "单位", "材料", "年份", "轮次", "状态", "截止日", "报送日", "备案（归档）号"];
    Table {
        title: "文字材料".to_owned(),
        columns: heads.map(Column::words).into(),
        rows: rows.iter().map(row).collect(),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn row(unit: &str, state: SubmissionState, number: &str) -> Row {
        let text = ExpectedText {
            key: crate::testing::reporting::task("r", "health"),
            unit: unit.to_owned(),
            kind: TextKind::ImplementationScheme,
            year: 2025,
            round: "2025年实施方案备案".to_owned(),
            state,
            due: date(2026, 2, 28),
            first_submitted: (state == SubmissionState::Submitted).then_some(date(2026, 2, 1)),
            handed_in: None,
            version: 1,
            filing_number: number.to_owned(),
        };
        let names = BTreeMap::from([(text.key.ref_area.clone(), "云溪县".to_owned())]);
        Row::new(text, &names, date(2026, 3, 5))
    }

    fn all() -> Vec<Row> {
        vec![
            row("县卫生健康局", SubmissionState::Submitted, ""),
            row("县教育局", SubmissionState::NotStarted, ""),
            row("县民政局", SubmissionState::Accepted, "备〔2026〕1号"),
        ]
    }

    fn draw(query: &str, rows: Vec<Row>) -> String {
        let params = Params::read("/texts", query);
        let pager = params.pager(rows.len());
        list_page(&Visit::sample(), &[2025], (rows, pager), &params).render().unwrap()
    }

    #[test]
    fn texts_stand_with_their_state_and_number() {
        let html = draw("", all());
        assert!(html.contains("备〔2026〕1号") && html.contains("逾期未报"), "{html}");
        assert!(html.contains("/texts/990101/r/health") && html.contains("云溪县"));
        assert_eq!(html, draw("", all()));
        assert!(draw("of=2020", Vec::new()).contains("没有符合条件的材料"));
        let table = table(&all());
        assert!(table.rows.iter().all(|row| row.len() == table.columns.len()));
    }

    #[test]
    fn the_address_says_what_the_store_looks_for() {
        let today = date(2026, 3, 5);
        let late = Params::read("/texts", "state=overdue&of=2025&sort=-due");
        let asked = filter(&late, &[], today);
        assert!(asked.overdue && asked.state.is_none() && asked.year == Some(2025));
        assert_eq!(sort(&late), (TextSort::Due, Order::Down));
        let waiting = Params::read("/texts", "state=submitted&q=%E5%B1%80");
        let asked = filter(&waiting, &[], today);
        assert_eq!((asked.state, asked.unit), (Some(SubmissionState::Submitted), "局"));
        assert_eq!(sort(&waiting), (TextSort::Waiting, Order::Up));
    }
}
