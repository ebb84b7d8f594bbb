//! Which unit handed in which text, and under which number it was filed.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use halfsky_monitor::reporting::UnitId;
use halfsky_monitor::round::{Round, RoundSubject};
use halfsky_monitor::submission::SubmissionState;
use halfsky_monitor::text_report::TextKind;
use halfsky_report::table::{Column, Table};
use halfsky_store::rounds::{self, RoundId};
use halfsky_store::tasks::{self, StoredTask};
use halfsky_store::texts::{self, TextHead};
use jiff::civil::Date;

use crate::app::App;
use crate::error::WebError;
use crate::export;
use crate::list::{Choice, Listing, Params, sort_rows};
use crate::pages::rounds::{Area, UnitNames, regions_within};
use crate::pages::{Answer, page};
use crate::permission::Action;
use crate::shell::{Shell, Stage};
use crate::text;
use crate::visit::Visit;

struct Row {
    area: Area,
    unit: String,
    kind: TextKind,
    year: i32,
    round: String,
    state: SubmissionState,
    due: Date,
    overdue: bool,
    /// Day of the last version that was handed in.
    handed_in: Option<Date>,
    version: u32,
    filing_number: String,
    url: String,
}

impl Row {
    fn handed_in_words(&self) -> String {
        self.handed_in.map_or_else(String::new, text::long_date)
    }

    fn due_words(&self) -> String {
        text::long_date(self.due)
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

/// `GET /texts`
pub(crate) async fn show(visit: Visit, State(app): State<App>, params: Params) -> Answer {
    let mut all = Vec::new();
    for area in regions_within(&visit, &app, Action::ReadRounds).await? {
        all.extend(rows_of(&app, &area, visit.frame.today).await?);
    }
    let years: Vec<i32> = all.iter().map(|row| row.year).collect();
    let rows = chosen(all, &params);
    if let Some(format) = export::Format::asked(&params) {
        return export::answer(&table(&rows), format);
    }
    page(&list_page(&visit, years, rows, &params))
}

async fn rows_of(app: &App, area: &Area, today: Date) -> Result<Vec<Row>, WebError> {
    let units = UnitNames::load(&app.store, &area.code).await?;
    let stored = rounds::list(&app.store, &area.code).await?;
    let rounds: BTreeMap<RoundId, Round> = stored.into_iter().map(|s| (s.id, s.round)).collect();
    let mut heads: BTreeMap<(RoundId, UnitId), TextHead> = BTreeMap::new();
    for head in texts::heads(&app.store, &area.code).await? {
        // versions come in order: the last one that was handed in stays
        if head.submitted_at.is_some() {
            heads.insert((head.round.clone(), head.unit.clone()), head);
        }
    }
    let tasks = tasks::of_region(&app.store, &area.code).await?;
    let row = |task: StoredTask| {
        let round = rounds.get(&task.key.round)?;
        let head = heads.get(&(task.key.round.clone(), task.key.unit.clone()));
        row_of((area, &units, today), round, &task, head)
    };
    Ok(tasks.into_iter().filter_map(row).collect())
}

fn row_of(
    (area, units, today): (&Area, &UnitNames, Date),
    round: &Round,
    task: &StoredTask,
    head: Option<&TextHead>,
) -> Option<Row> {
    let RoundSubject::Text { kind, year } = round.subject else { return None };
    let due = round.due_for(&task.key.unit);
    Some(Row {
        area: area.clone(),
        unit: units.name(&task.key.unit),
        kind,
        year,
        round: round.title.clone(),
        state: task.submission.state,
        due,
        overdue: task.submission.first_submitted.is_none() && due < today,
        handed_in: head.and_then(|h| h.submitted_at).map(text::date),
        version: head.map_or(0, |h| h.version),
        filing_number: head.map_or_else(String::new, |h| h.filing_number.clone()),
        url: format!("/texts/{}/{}/{}", area.code, task.key.round.0, task.key.unit.0),
    })
}

/// What waits for the office comes first, then what is overdue.
fn rank(row: &Row) -> u8 {
    match row.state {
        SubmissionState::Submitted => 0,
        _ if row.overdue => 1,
        SubmissionState::Accepted | SubmissionState::Published => 3,
        _ => 2,
    }
}

fn chosen(all: Vec<Row>, params: &Params) -> Vec<Row> {
    let (words, kind) = (params.value("q"), params.value("kind"));
    let (year, state) = (params.value("of"), params.value("state"));
    let fits = |row: &Row| {
        row.unit.contains(words)
            && (kind.is_empty() || kind == row.kind.code())
            && (year.is_empty() || year == row.year.to_string())
            && match state {
                "" => true,
                OVERDUE => row.overdue,
                code => code == row.state.code(),
            }
    };
    let mut rows: Vec<Row> = all.into_iter().filter(fits).collect();
    sort_rows(&mut rows, params, DEFAULT_SORT, |row, key| {
        let first = match key {
            "unit" => row.unit.clone(),
            "due" => row.due.to_string(),
            "number" => row.filing_number.clone(),
            _ => rank(row).to_string(),
        };
        (first, row.due, row.area.code.clone(), row.unit.clone())
    });
    rows
}

fn list_page(visit: &Visit, mut known: Vec<i32>, rows: Vec<Row>, params: &Params) -> ListPage {
    let nothing = known.is_empty();
    known.sort_unstable_by(|a, b| b.cmp(a));
    known.dedup();
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
        nothing,
        kinds,
        years,
        states,
        list: Listing::new(params, rows, &FILTERS, DEFAULT_SORT),
    }
}

fn table(rows: &[Row]) -> Table {
    let row = |row: &Row| {
        vec![
            row.area.name.clone(),
            row.unit.clone(),
            row.kind.label().to_owned(),
            row.year.to_string(),
            row.round.clone(),
            row.state.label().to_owned(),
            row.due.to_string(),
            row.handed_in.map_or_else(String::new, |day| day.to_string()),
            row.filing_number.clone(),
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
        Row {
            area: Area::sample(),
            unit: unit.to_owned(),
            kind: TextKind::ImplementationScheme,
            year: 2025,
            round: "2025年实施方案备案".to_owned(),
            state,
            due: date(2026, 2, 28),
            overdue: state == SubmissionState::NotStarted,
            handed_in: (state == SubmissionState::Submitted).then_some(date(2026, 2, 1)),
            version: 1,
            filing_number: number.to_owned(),
            url: "/texts/990101/r/health".to_owned(),
        }
    }

    fn all() -> Vec<Row> {
        vec![
            row("县民政局", SubmissionState::Accepted, "备〔2026〕1号"),
            row("县教育局", SubmissionState::NotStarted, ""),
            row("县卫生健康局", SubmissionState::Submitted, ""),
        ]
    }

    fn draw(query: &str) -> String {
        let params = Params::read("/texts", query);
        let rows = chosen(all(), &params);
        list_page(&Visit::sample(), vec![2025], rows, &params).render().unwrap()
    }

    #[test]
    fn what_waits_for_the_office_comes_first() {
        let html = draw("");
        let at = |words: &str| html.find(words).unwrap();
        assert!(at("县卫生健康局") < at("县教育局") && at("县教育局") < at("县民政局"), "{html}");
        assert!(html.contains("备〔2026〕1号") && html.contains("逾期未报"));
        assert_eq!(html, draw(""));
    }

    #[test]
    fn late_texts_can_be_looked_at_alone() {
        let late = draw("state=overdue");
        assert!(late.contains("县教育局") && !late.contains("县民政局"));
        assert!(draw("of=2020").contains("没有符合条件的材料"));
        let table = table(&all());
        assert!(table.rows.iter().all(|row| row.len() == table.columns.len()));
    }
}
