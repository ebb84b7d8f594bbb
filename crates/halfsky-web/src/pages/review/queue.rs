//! The queue of the statistician: what was handed in, with what the checks found.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use halfsky_monitor::period::Period;
use halfsky_monitor::round::RoundSubject;
use halfsky_monitor::submission::SubmissionState;
use halfsky_plan::ref_area::RefArea;
use halfsky_report::table::{Column as TableColumn, Table};
use halfsky_store::entries::{self, FindingCount};
use halfsky_store::regions;
use halfsky_store::rounds::{self, RoundId, StoredRound};
use halfsky_store::submissions::{self, SubmissionHead};
use halfsky_store::tasks::{self, StoredTask};
use jiff::Timestamp;

use super::{unit_name, unit_names, url};
use crate::app::App;
use crate::error::WebError;
use crate::export;
use crate::list::{Choice, Listing, Params, sort_rows};
use crate::pages::{Answer, page};
use crate::parts::tab::Tab;
use crate::permission::Action;
use crate::shell::{Shell, Stage};
use crate::text;
use crate::visit::Visit;

const FILTERS: [&str; 4] = ["q", "period", "found", "late"];
const DEFAULT_SORT: &str = "submitted";

/// The states a statistician has to do with, the first of them shown unless another is asked for.
const STATES: [SubmissionState; 4] = [
    SubmissionState::Submitted,
    SubmissionState::Returned,
    SubmissionState::Accepted,
    SubmissionState::Published,
];

/// One task in the queue.
pub(super) struct Row {
    pub(super) task: StoredTask,
    pub(super) unit: String,
    pub(super) round: String,
    pub(super) region: String,
    pub(super) period: Period,
    pub(super) head: Option<SubmissionHead>,
    pub(super) found: FindingCount,
}

impl Row {
    pub(super) fn url(&self) -> String {
        url(&self.task.key)
    }

    /// What identifies it in a form: round, unit and the revision seen.
    pub(super) fn form_value(&self) -> String {
        let key = &self.task.key;
        format!("{}/{}/{}", key.round.0, key.unit.0, self.task.revision)
    }

    /// Nothing was found in it: it may be accepted together with others.
    pub(super) fn is_clean(&self) -> bool {
        self.found == FindingCount::default()
    }

    fn submitted_at(&self) -> Option<Timestamp> {
        self.head.as_ref().map(|head| head.submitted.at)
    }

    pub(super) fn submitted(&self) -> String {
        self.submitted_at().map(text::minute).unwrap_or_default()
    }

    pub(super) fn is_late(&self) -> bool {
        self.head.as_ref().is_some_and(|head| head.late)
    }

    fn findings(&self) -> String {
        match (self.found.errors, self.found.warnings) {
            (0, 0) => "无".to_owned(),
            (0, warnings) => format!("{warnings}处提示"),
            (errors, 0) => format!("{errors}处错误"),
            (errors, warnings) => format!("{errors}处错误，{warnings}处提示"),
        }
    }
}

/// Regions that are shown each with the number of submissions without findings.
struct Bulk {
    region: String,
    count: usize,
    url: String,
}

#[derive(Template)]
#[template(path = "review/queue.html")]
struct QueuePage {
    shell: Shell,
    states: Vec<Tab>,
    periods: Vec<Choice>,
    found: Vec<Choice>,
    late: Vec<Choice>,
    bulk: Vec<Bulk>,
    several_regions: bool,
    publish: Vec<(String, String)>,
    list: Listing<Row>,
}

/// `GET /review`
pub(crate) async fn show(visit: Visit, State(app): State<App>, params: Params) -> Answer {
    let areas = areas(&visit, &app).await?;
    let mut all = Vec::new();
    for (area, name) in &areas {
        all.extend(of_region(&app, area, name).await?);
    }
    let state = chosen_state(&params);
    let rows = chosen(all, state, &params);
    if let Some(format) = export::Format::asked(&params) {
        return export::answer(&table(&rows.0, state), format);
    }
    page(&queue_page(&visit, &areas, rows, state, &params))
}

/// The regions the queue is about: the chosen one where it is within reach, else all within reach.
async fn areas(visit: &Visit, app: &App) -> Result<Vec<(RefArea, String)>, WebError> {
    let reach = visit.reach(app, Action::ApproveFigures).await?;
    let all = regions::list(&app.store).await?;
    let within: Vec<_> = all.into_iter().filter(|r| reach.holds(&r.code)).collect();
    let chosen = visit.frame.region.as_ref().filter(|code| reach.holds(code));
    let kept = within.into_iter().filter(|r| chosen.is_none_or(|code| r.code == *code));
    Ok(kept.map(|r| (r.code, r.name)).collect())
}

/// Every task of figures of a region that was handed in at least once, in a fixed number of statements.
pub(super) async fn of_region(
    app: &App,
    area: &RefArea,
    region: &str,
) -> Result<Vec<Row>, WebError> {
    let store = &app.store;
    let rounds: BTreeMap<RoundId, StoredRound> =
        rounds::list(store, area).await?.into_iter().map(|r| (r.id.clone(), r)).collect();
    let names = unit_names(app, area).await?;
    let mut heads = submissions::newest(store, area).await?;
    let found = entries::finding_counts(store, area).await?;
    let mut rows = Vec::new();
    for state in STATES {
        for task in tasks::in_state(store, area, state).await? {
            let Some(round) = rounds.get(&task.key.round) else { continue };
            let RoundSubject::Figures(period) = round.round.subject else { continue };
            let key = (task.key.round.clone(), task.key.unit.clone());
            rows.push(Row {
                unit: unit_name(&names, &task.key.unit),
                round: round.round.title.clone(),
                region: region.to_owned(),
                period,
                head: heads.remove(&key),
                found: found.get(&key).copied().unwrap_or_default(),
                task,
            });
        }
    }
    Ok(rows)
}

fn chosen_state(params: &Params) -> Option<SubmissionState> {
    match params.value("state") {
        "all" => None,
        code => SubmissionState::from_code(code)
            .filter(|state| STATES.contains(state))
            .or(Some(SubmissionState::Submitted)),
    }
}

/// The rows that fit, and how many there are in each state under the same filters.
type Chosen = (Vec<Row>, BTreeMap<SubmissionState, usize>);

fn chosen(all: Vec<Row>, state: Option<SubmissionState>, params: &Params) -> Chosen {
    let (words, period) = (params.value("q"), params.value("period"));
    let fits = |row: &Row| {
        (row.unit.contains(words) || row.round.contains(words))
            && (period.is_empty() || row.period.to_string() == period)
            && match params.value("found") {
                "none" => row.is_clean(),
                "some" => !row.is_clean(),
                _ => true,
            }
            && match params.value("late") {
                "yes" => row.is_late(),
                "no" => !row.is_late(),
                _ => true,
            }
    };
    let mut rows: Vec<Row> = all.into_iter().filter(fits).collect();
    let mut counts = BTreeMap::new();
    for row in &rows {
        *counts.entry(row.task.submission.state).or_insert(0) += 1;
    }
    rows.retain(|row| state.is_none_or(|state| row.task.submission.state == state));
    sort_rows(&mut rows, params, DEFAULT_SORT, |row, key| {
        let number = match key {
            "found" => row.found.errors * 1000 + row.found.warnings,
            _ => 0,
        };
        let first = match key {
            "unit" => row.unit.clone(),
            "period" => row.period.to_string(),
            "submitted" => row.submitted_at().map(|at| at.to_string()).unwrap_or_default(),
            _ => String::new(),
        };
        (number, first, row.unit.clone(), row.round.clone())
    });
    (rows, counts)
}

fn queue_page(
    visit: &Visit,
    areas: &[(RefArea, String)],
    (rows, counts): Chosen,
    state: Option<SubmissionState>,
    params: &Params,
) -> QueuePage {
    let tab = |label: &str, code: &str, count: usize, current: bool| {
        let url = params.with(&[("state", code)]);
        Tab::new(label, url).counting(count).chosen_if(|| current)
    };
    let mut states: Vec<Tab> = STATES
        .iter()
        .map(|s| {
            let count = counts.get(s).copied().unwrap_or(0);
            tab(s.label(), s.code(), count, state == Some(*s))
        })
        .collect();
    states.push(tab("全部", "all", counts.values().sum(), state.is_none()));
    let clean = |area: &RefArea| {
        let submitted = |r: &&Row| r.task.submission.state == SubmissionState::Submitted;
        rows.iter()
            .filter(submitted)
            .filter(|r| r.task.key.ref_area == *area && r.is_clean())
            .count()
    };
    let bulk = areas
        .iter()
        .map(|(area, name)| Bulk {
            region: name.clone(),
            count: clean(area),
            url: format!("/review/{area}/accept"),
        })
        .filter(|bulk| bulk.count > 0)
        .collect();
    QueuePage {
        shell: Shell::new(visit, Stage::Approval, "审核"),
        states,
        periods: periods(&rows, params.value("period")),
        found: ["", "none", "some"]
            .into_iter()
            .zip(["全部", "没有错误和提示", "有错误或提示"])
            .map(|(code, label)| Choice::new(code, label, params.value("found")))
            .collect(),
        late: ["", "yes", "no"]
            .into_iter()
            .zip(["全部", "迟报", "按时"])
            .map(|(code, label)| Choice::new(code, label, params.value("late")))
            .collect(),
        bulk,
        several_regions: areas.len() > 1,
        publish: areas.iter().map(|(a, name)| (name.clone(), format!("/editions/{a}"))).collect(),
        list: Listing::new(params, rows, &FILTERS, DEFAULT_SORT),
    }
}

/// The periods of the rows, and the chosen one even where nothing is left of it.
fn periods(rows: &[Row], chosen: &str) -> Vec<Choice> {
    let mut known: BTreeMap<Period, String> =
        rows.iter().map(|r| (r.period, r.period.label())).collect();
    if let Ok(period) = chosen.parse::<Period>() {
        known.insert(period, period.label());
    }
    let mut choices = vec![Choice::new("", "全部报告期", chosen)];
    choices.extend(known.into_iter().rev().map(|(p, l)| Choice::new(p.to_string(), l, chosen)));
    choices
}

fn table(rows: &[Row], state: Option<SubmissionState>) -> Table {
    let mut columns = ["地区", "单位", "报送轮次", "报告期", "状态", "报送次数", "报送时间"]
        .map(TableColumn::words)
        .to_vec();
    columns.extend(["错误", "提示"].map(TableColumn::numbers));
    columns.extend(["迟报", "强制报送"].map(TableColumn::words));
    let yes = |yes: bool| if yes { "是" } else { "否" }.to_owned();
    let row = |r: &Row| {
        vec![
            r.region.clone(),
            r.unit.clone(),
            r.round.clone(),
            r.period.label(),
            r.task.submission.state.label().to_owned(),
            r.task.submission.version.to_string(),
            r.submitted(),
            r.found.errors.to_string(),
            r.found.warnings.to_string(),
            yes(r.is_late()),
            yes(r.head.as_ref().is_some_and(|h| h.forced)),
        ]
    };
    let what = state.map_or("全部", SubmissionState::label);
    Table { title: format!("审核列表_{what}"), columns, rows: rows.iter().map(row).collect() }
}
