//! The board: cases in columns by state with their lights, and what every unit has to do.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use halfsky_evaluate::supervision::{Case, Light, Stage as CaseStage};
use halfsky_evaluate::warning::Level;
use halfsky_monitor::reporting::UnitId;
use halfsky_report::table::{Column as TableColumn, Table};
use halfsky_store::supervision::{self, StoredCase};
use jiff::civil::Date;

use super::case_url;
use crate::app::App;
use crate::export;
use crate::list::Params;
use crate::pages::rounds::{Area, UnitNames};
use crate::pages::warnings::{level_steps, level_words};
use crate::pages::{Answer, page};
use crate::parts::due::Due;
use crate::shell::{Shell, Stage};
use crate::visit::Visit;

/// The columns: the state machine's stages as an office sorts them.
const COLUMNS: [(&str, &[CaseStage]); 5] = [
    ("已立项", &[CaseStage::Opened]),
    ("待签收", &[CaseStage::Dispatched]),
    ("整改中", &[CaseStage::Acknowledged, CaseStage::Planned, CaseStage::Reporting]),
    ("待复核", &[CaseStage::Rechecking]),
    ("已销号", &[CaseStage::Closed]),
];

struct Card {
    url: String,
    label: String,
    indicator: String,
    steps: u8,
    level: String,
    lead: String,
    stage: &'static str,
    due: Option<Due>,
    escalated: bool,
}

struct Column {
    title: &'static str,
    cards: Vec<Card>,
}

struct UnitRow {
    unit: String,
    open: usize,
    overdue: usize,
    closed: usize,
}

#[derive(Template)]
#[template(path = "cases/board.html")]
struct BoardPage {
    shell: Shell,
    warnings: String,
    visits: String,
    total: usize,
    columns: Vec<Column>,
    units: Vec<UnitRow>,
    exports: (String, String),
}

/// `GET /cases/{ref_area}`
pub(crate) async fn show(
    visit: Visit,
    State(app): State<App>,
    area: Area,
    params: Params,
) -> Answer {
    let cases = supervision::list(&app.store, &area.code).await?;
    let units = UnitNames::load(&app.store, &area.code).await?;
    if let Some(format) = export::Format::asked(&params) {
        return export::answer(&table(&area, &cases, &units), format);
    }
    page(&board_page(&visit, &area, &cases, &units, &params))
}

fn board_page(
    visit: &Visit,
    area: &Area,
    cases: &[StoredCase],
    units: &UnitNames,
    params: &Params,
) -> BoardPage {
    let today = visit.frame.today;
    let column = |(title, stages): (&'static str, &[CaseStage])| Column {
        title,
        cards: cases
            .iter()
            .filter(|c| stages.contains(&c.case.stage()))
            .map(|c| card(area, c, units, today))
            .collect(),
    };
    BoardPage {
        shell: Shell::new(visit, Stage::Supervision, format!("{}督办", area.name)),
        warnings: crate::pages::warnings::url(&area.code),
        visits: crate::pages::visits::url(&area.code),
        total: cases.len(),
        columns: COLUMNS.map(column).into(),
        units: unit_rows(cases, units, today),
        exports: (params.with(&[("export", "xlsx")]), params.with(&[("export", "csv")])),
    }
}

fn card(area: &Area, stored: &StoredCase, units: &UnitNames, today: Date) -> Card {
    let (head, case) = (&stored.head, &stored.case);
    Card {
        url: case_url(&area.code, &head.id),
        label: head.label(),
        indicator: head.indicator.clone(),
        steps: level_steps(head.level),
        level: level_words(head.level),
        lead: lead(case, units),
        stage: case.stage().label(),
        due: case.due().map(|due| Due::on(due, today)),
        escalated: case.escalations() > 0,
    }
}

/// The name of the lead unit; empty before the dispatch.
pub(crate) fn lead(case: &Case, units: &UnitNames) -> String {
    case.lead().map_or_else(String::new, |id| units.name(&UnitId(id.to_owned())))
}

/// Cases by lead unit: open, overdue, closed.
fn unit_rows(cases: &[StoredCase], units: &UnitNames, today: Date) -> Vec<UnitRow> {
    let mut rows: BTreeMap<String, UnitRow> = BTreeMap::new();
    for stored in cases.iter().filter(|c| c.case.lead().is_some()) {
        let unit = lead(&stored.case, units);
        let row = rows.entry(unit.clone()).or_insert_with(|| UnitRow {
            unit,
            open: 0,
            overdue: 0,
            closed: 0,
        });
        if stored.case.stage() == CaseStage::Closed {
            row.closed += 1;
        } else {
            row.open += 1;
        }
        row.overdue += usize::from(stored.case.light(today) == Light::Overdue);
    }
    rows.into_values().collect()
}

fn table(area: &Area, cases: &[StoredCase], units: &UnitNames) -> Table {
    let heads = [
        "编号",
        "指标",
        "目标",
        "等级",
        "牵头单位",
        "阶段",
        "期限",
        "升级次数",
        "立项日期",
        "理由",
    ];
    let row = |c: &StoredCase| {
        vec![
            c.head.label(),
            c.head.indicator.clone(),
            c.head.demand.clone(),
            Level::label(c.head.level).to_owned(),
            lead(&c.case, units),
            c.case.stage().label().to_owned(),
            c.case.due().map_or_else(String::new, |d| d.to_string()),
            c.case.escalations().to_string(),
            c.head.opened_on.to_string(),
            c.head.reason.clone(),
        ]
    };
    Table {
        title: format!("{}督办台账", area.name),
        columns: heads.map(TableColumn::words).into(),
        rows: cases.iter().map(row).collect(),
    }
}
