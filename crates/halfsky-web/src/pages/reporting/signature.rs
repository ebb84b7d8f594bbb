//! One submission: its figures as they were handed in, with the lines to sign and the bar code of their hash.

use askama::Template;
use axum::extract::{Path, State};
use halfsky_monitor::data_set::{Column, RowKind};
use halfsky_report::{barcode, wording};
use halfsky_store::submissions::{self, Scan};

use super::basis::Basis;
use super::grid::computed;
use super::task;
use crate::app::App;
use crate::error::WebError;
use crate::form::Form;
use crate::pages::{Answer, page};
use crate::shell::Shell;
use crate::text;
use crate::visit::Visit;

/// The address of a submission: region, round, unit, number.
pub(crate) type SubmissionPath = Path<(String, String, String, String)>;

/// The number an address names.
pub(crate) fn number_of(text: &str) -> Result<u32, WebError> {
    let unknown = || WebError::NotFound("没有这次报送。请从报送任务重新进入。".to_owned());
    text.parse().map_err(|_| unknown())
}

/// Digits of the hash in the bar code; the whole hash is printed beside it.
const DIGITS: usize = 16;

struct Line {
    name: String,
    code: String,
    unit: String,
    is_rate: bool,
    cells: Vec<String>,
    words: String,
}

#[derive(Template)]
#[template(path = "reporting/signature.html")]
struct SignaturePage {
    shell: Shell,
    form: Form,
    url: String,
    number: u32,
    head: Vec<(&'static str, String)>,
    name: String,
    unit: String,
    period: String,
    submitted: String,
    forced: bool,
    late: bool,
    columns: Vec<&'static str>,
    lines: Vec<Line>,
    explanations: Vec<(String, String)>,
    hash: String,
    bars: String,
    scans: Vec<Scan>,
    adds: bool,
}

impl SignaturePage {
    fn size(scan: &Scan) -> String {
        text::size(scan.size)
    }

    fn day(scan: &Scan) -> String {
        text::minute(scan.added.at)
    }
}

/// `GET …/submissions/{number}`
pub(crate) async fn show(
    visit: Visit,
    State(app): State<App>,
    Path((area, round, unit, number)): SubmissionPath,
) -> Answer {
    let number = number_of(&number)?;
    draw(&app, &visit, (area, round, unit, number), Form::default()).await
}

/// The page, perhaps with what was wrong with a scan.
pub(crate) async fn draw(
    app: &App,
    visit: &Visit,
    (area, round, unit, number): (String, String, String, u32),
    form: Form,
) -> Answer {
    let work = task::load(app, visit, &(area, round, unit)).await?;
    let basis = Basis::load(app, &work).await?;
    let (head, handed_in) = submissions::load(&app.store, work.key(), number).await?;
    let scans = submissions::scans(&app.store, work.key(), number).await?;
    let outcomes = basis.form.computed(&handed_in.entries);
    let lines = basis.form.rows().iter().map(|row| {
        let entry = handed_in.entries.get(&row.code);
        let cell = |column: &Column| {
            if !row.columns.contains(column) {
                return "—".to_owned();
            }
            if let Some(figure) = entry.and_then(|e| e.figures.get(column)) {
                return figure.to_string();
            }
            let key = halfsky_monitor::data_set::CellKey { row: row.code.clone(), column: *column };
            computed(outcomes.get(&key), row.decimals).0
        };
        let missing = entry.and_then(|e| e.missing.as_ref());
        let remark = entry.map_or("", |e| e.remark.as_str());
        let words = [
            missing.map_or("", |m| m.reason.label()),
            missing.map_or("", |m| m.note.as_str()),
            remark,
        ];
        let words = words.into_iter().filter(|w| !w.is_empty()).collect::<Vec<_>>().join("；");
        Line {
            name: row.name.clone(),
            code: row.code.0.clone(),
            unit: wording::unit_heading(row.unit),
            is_rate: matches!(row.kind, RowKind::Computed(_)),
            cells: Column::ALL.iter().map(cell).collect(),
            words,
        }
    });
    let explanations = handed_in.explanations.iter().map(|e| {
        let row = basis.form.row(&e.cell.row).map_or("", |row| row.name.as_str());
        (format!("{row} {}（{}）", e.cell.column.label(), e.rule.label()), e.words.clone())
    });
    let digits: String = head.content_hash.chars().take(DIGITS).collect();
    let bars = barcode::code_128(&digits)
        .ok_or_else(|| WebError::Internal(anyhow::anyhow!("a hash that makes no bar code")))?;
    page(&SignaturePage {
        shell: work.shell(visit, Some(&format!("第{number}次报送"))),
        form,
        url: work.url(),
        number,
        head: head_of(&basis),
        name: basis.form.name().to_owned(),
        unit: work.unit.clone(),
        period: basis.period.label(),
        submitted: format!("{}　{}", head.submitted.by, text::minute(head.submitted.at)),
        forced: head.forced,
        late: head.late,
        columns: Column::ALL.iter().map(|column| column.label()).collect(),
        lines: lines.collect(),
        explanations: explanations.collect(),
        hash: head.content_hash,
        bars,
        scans,
        adds: work.rights.fills,
    })
}

fn head_of(basis: &Basis) -> Vec<(&'static str, String)> {
    use halfsky_monitor::data_set::FormHeader;
    match basis.form.header() {
        FormHeader::Worksheet => vec![("表式", "内部工作表".to_owned())],
        FormHeader::Statistical { number, issuer, approver, approval_number, valid_until } => vec![
            ("表号", number.clone()),
            ("制定机关", issuer.clone()),
            ("批准（备案）机关", approver.clone()),
            ("文号", approval_number.clone()),
            ("有效期至", valid_until.clone()),
        ],
    }
}
