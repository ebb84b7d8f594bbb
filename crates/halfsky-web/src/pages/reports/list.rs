//! The reports of the regions within reach.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use halfsky_plan::ref_area::RefArea;
use halfsky_report::issue::{Reader, ReportKind, State as Progress};
use halfsky_report::opinion::OpinionState;
use halfsky_report::table::{Column, Table};
use halfsky_store::opinions;
use halfsky_store::reports::{self, StoredReport};

use super::{templates, url};
use crate::app::App;
use crate::error::WebError;
use crate::export;
use crate::list::{Choice, Listing, Params, sort_rows};
use crate::pages::rounds::{codes_within, regions_within};
use crate::pages::{Answer, page};
use crate::permission::Action;
use crate::shell::{Shell, Stage};
use crate::text;
use crate::visit::Visit;

const FILTERS: [&str; 3] = ["q", "kind", "state"];
const DEFAULT_SORT: &str = "-made";

struct Row {
    region: String,
    report: StoredReport,
    kind: Option<ReportKind>,
    state: Option<Progress>,
    url: String,
}

impl Row {
    fn kind(&self) -> &'static str {
        self.kind.map_or("", ReportKind::label)
    }

    fn state(&self) -> &'static str {
        self.state.map_or("", Progress::label)
    }

    fn reader(&self) -> &'static str {
        Reader::from_code(&self.report.reader).map_or("", Reader::label)
    }

    fn made(&self) -> String {
        text::minute(self.report.created.at)
    }
}

#[derive(Template)]
#[template(path = "reports/list.html")]
struct ListPage {
    shell: Shell,
    nothing: bool,
    /// Where a new report is made: name of the region and address.
    new: Vec<(String, String)>,
    /// The standing paragraphs: name of the region and address.
    templates: Vec<(String, String)>,
    /// Opinions nobody has decided about; None for those who may not see them.
    opinions: Option<usize>,
    kinds: Vec<Choice>,
    states: Vec<Choice>,
    list: Listing<Row>,
}

/// `GET /reports`
pub(crate) async fn show(visit: Visit, State(app): State<App>, params: Params) -> Answer {
    let areas = regions_within(&visit, &app, Action::ReadReports).await?;
    let codes: Vec<RefArea> = areas.iter().map(|area| area.code.clone()).collect();
    let names: BTreeMap<RefArea, String> =
        areas.iter().map(|area| (area.code.clone(), area.name.clone())).collect();
    let found = reports::of_regions(&app.store, &codes).await?;
    let rows: Vec<Row> = found.into_iter().map(|found| row(&names, found)).collect();
    let templates = areas.into_iter().map(|a| (a.name, templates::url(&a.code))).collect();
    let nothing = rows.is_empty();
    let rows = chosen(rows, &params);
    if let Some(format) = export::Format::asked(&params) {
        return export::answer(&table(&rows), format);
    }
    let makes = regions_within(&visit, &app, Action::EditReports).await?;
    let new = makes.into_iter().map(|a| (a.name, format!("/reports/{}/new", a.code)));
    let offered = Offered { new: new.collect(), templates, opinions: waiting(&visit, &app).await? };
    page(&list_page(&visit, (nothing, offered), rows, &params))
}

/// What can be done beside reading.
#[derive(Default)]
struct Offered {
    new: Vec<(String, String)>,
    templates: Vec<(String, String)>,
    opinions: Option<usize>,
}

/// How many opinions wait; None for those who do not answer them.
async fn waiting(visit: &Visit, app: &App) -> Result<Option<usize>, WebError> {
    if !visit.may_somewhere(Action::AnswerOpinions) {
        return Ok(None);
    }
    let codes = codes_within(visit, app, Action::AnswerOpinions).await?;
    Ok(Some(opinions::count(&app.store, &codes, OpinionState::Received.code()).await?))
}

fn row(names: &BTreeMap<RefArea, String>, (area, report): (RefArea, StoredReport)) -> Row {
    Row {
        region: names.get(&area).cloned().unwrap_or_default(),
        kind: ReportKind::from_code(&report.kind),
        state: Progress::from_code(&report.state),
        url: url(&area, &report.id),
        report,
    }
}

fn list_page(
    visit: &Visit,
    (nothing, offered): (bool, Offered),
    rows: Vec<Row>,
    params: &Params,
) -> ListPage {
    let all = |label: &str, chosen: &str| vec![Choice::new("", label, chosen)];
    let (kind, state) = (params.value("kind"), params.value("state"));
    let mut kinds = all("全部文种", kind);
    kinds.extend(ReportKind::ALL.iter().map(|k| Choice::new(k.code(), k.label(), kind)));
    let mut states = all("全部状态", state);
    states.extend(Progress::ALL.iter().map(|s| Choice::new(s.code(), s.label(), state)));
    ListPage {
        shell: Shell::new(visit, Stage::Report, "报告"),
        nothing,
        new: offered.new,
        templates: offered.templates,
        opinions: offered.opinions,
        kinds,
        states,
        list: Listing::new(params, rows, &FILTERS, DEFAULT_SORT),
    }
}

fn chosen(mut rows: Vec<Row>, params: &Params) -> Vec<Row> {
    let (words, kind, state) = (params.value("q"), params.value("kind"), params.value("state"));
    rows.retain(|row| {
        (words.is_empty() || row.report.title.contains(words))
            && (kind.is_empty() || row.report.kind == kind)
            && (state.is_empty() || row.report.state == state)
    });
    sort_rows(&mut rows, params, DEFAULT_SORT, |row, key| {
        let first = match key {
            "title" => row.report.title.clone(),
            "year" => row.report.year.to_string(),
            _ => row.report.created.at.to_string(),
        };
        (first, row.report.id.0.clone())
    });
    rows
}

fn table(rows: &[Row]) -> Table {
    let columns =
        ["地区", "报告", "文种", "年度", "口径", "状态", "数据版本", "新建时间", "新建人"];
    let row = |r: &Row| {
        vec![
            r.region.clone(),
            r.report.title.clone(),
            r.kind().to_owned(),
            r.report.year.to_string(),
            r.reader().to_owned(),
            r.state().to_owned(),
            r.report.edition.label(),
            r.made(),
            r.report.created.by.clone(),
        ]
    };
    Table {
        title: "报告".to_owned(),
        columns: columns.map(Column::words).to_vec(),
        rows: rows.iter().map(row).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::reports::read::tests::report;

    fn draw(query: &str, rows: Vec<Row>, new: Vec<(String, String)>) -> String {
        let params = Params::read("/reports", query);
        let nothing = rows.is_empty();
        let rows = chosen(rows, &params);
        let offered = Offered { new, opinions: Some(2), ..Offered::default() };
        list_page(&Visit::sample(), (nothing, offered), rows, &params).render().unwrap()
    }

    fn rows() -> Vec<Row> {
        let area = crate::pages::rounds::board::tests::place().area;
        let names = BTreeMap::from([(area.code.clone(), area.name)]);
        vec![row(&names, (area.code, report()))]
    }

    #[test]
    fn a_report_is_listed_with_its_state_and_edition() {
        let html = draw("", rows(), vec![]);
        for words in ["年度统计监测报告", "草稿", "2025年第1版", "/reports/"] {
            assert!(html.contains(words), "{words}");
        }
        assert_eq!(html, draw("", rows(), vec![]));
    }

    #[test]
    fn the_empty_list_says_what_to_do() {
        let new = vec![("云溪县".to_owned(), "/reports/990101/new".to_owned())];
        assert!(draw("", vec![], new).contains("/reports/990101/new"));
        assert!(draw("", vec![], vec![]).contains("还没有报告"));
        assert!(draw("state=issued", rows(), vec![]).contains("没有符合条件的报告"));
    }
}
