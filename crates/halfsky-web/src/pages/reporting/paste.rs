//! A block copied from a spreadsheet, pasted into a text field: for browsers without scripts.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect};
use halfsky_monitor::data_set::Column;
use halfsky_monitor::workbook::{block_as_table, open};

use super::basis::Basis;
use super::task::{self, TaskPath, Work};
use super::upload;
use crate::app::App;
use crate::form::{Form, Posted};
use crate::list::Choice;
use crate::pages::{Answer, page};
use crate::shell::Shell;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "reporting/paste.html")]
struct PastePage {
    shell: Shell,
    form: Form,
    url: String,
    rows: Vec<Choice>,
    columns: Vec<Choice>,
}

/// `GET …/paste`
pub(crate) async fn show(visit: Visit, State(app): State<App>, Path(parts): TaskPath) -> Answer {
    let work = task::load(&app, &visit, &parts).await?;
    let basis = Basis::load(&app, &work).await?;
    page(&paste_page(&visit, &work, &basis, Form::default()))
}

fn paste_page(visit: &Visit, work: &Work, basis: &Basis, form: Form) -> PastePage {
    let rows = basis.form.rows().iter();
    let rows = rows.map(|row| Choice::new(row.code.0.clone(), &*row.name, form.value("row")));
    let columns = Column::ALL.iter();
    let columns = columns.map(|c| Choice::new(c.code(), c.label(), form.value("column")));
    PastePage {
        shell: work.shell(visit, Some("粘贴一块数据")),
        url: work.url(),
        rows: rows.collect(),
        columns: columns.collect(),
        form,
    }
}

/// `POST …/paste`
pub(crate) async fn read(
    visit: Visit,
    State(app): State<App>,
    Path(parts): TaskPath,
    Posted(mut form): Posted,
) -> Answer {
    let work = task::load(&app, &visit, &parts).await?;
    let basis = Basis::load(&app, &work).await?;
    let row = basis.form.rows().iter().position(|row| row.code.0 == form.value("row"));
    let column = Column::from_code(form.value("column"));
    let block = form.raw("block").to_owned();
    if block.trim().is_empty() {
        form.refuse("block", "请粘贴从电子表格中复制的数据");
    }
    let table =
        block_as_table(&block, &basis.form, row.unwrap_or(0), column.unwrap_or(Column::Total));
    if let Err(problem) = open(table.as_bytes()) {
        form.refuse("block", problem.to_string());
    }
    if form.is_refused() {
        let mut answer = page(&paste_page(&visit, &work, &basis, form))?;
        *answer.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(answer);
    }
    let hash = upload::keep_bytes(&app, table.into_bytes()).await?;
    let name = form_urlencoded::byte_serialize("粘贴的数据".as_bytes()).collect::<String>();
    let address = format!("{}/upload/{}?name={name}", work.url(), hash.as_str());
    Ok(Redirect::to(&address).into_response())
}
