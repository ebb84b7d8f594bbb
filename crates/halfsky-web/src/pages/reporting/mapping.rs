//! Columns of a foreign table: somebody says once what they mean, and it is remembered for this unit and form.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect};
use halfsky_monitor::data_set::{Column, DataSet};
use halfsky_monitor::workbook::{Grid, MappedColumn, Mapping, cell_name, propose};
use halfsky_plan::indicator::IndicatorCode;
use halfsky_store::form_mappings::{self, MappingKey};

use super::basis::Basis;
use super::task::{self, Work};
use super::upload::{self, FilePath};
use crate::app::App;
use crate::form::{Form, Posted};
use crate::list::{Choice, Params};
use crate::pages::{Answer, page};
use crate::shell::Shell;
use crate::visit::Visit;

/// Columns and rows that are shown.
const COLUMNS: u32 = 30;
const ROWS: u32 = 200;

/// What a column may mean, with the code of the form.
const MEANINGS: [(&str, &str, MappedColumn); 9] = [
    ("code", "指标代码", MappedColumn::Code),
    ("name", "指标名称", MappedColumn::Name),
    ("total", "合计", MappedColumn::Figure(Column::Total)),
    ("female", "女", MappedColumn::Figure(Column::Female)),
    ("male", "男", MappedColumn::Figure(Column::Male)),
    ("urban", "城镇", MappedColumn::Figure(Column::Urban)),
    ("rural", "农村", MappedColumn::Figure(Column::Rural)),
    ("missing", "缺数原因", MappedColumn::MissingReason),
    ("remark", "备注", MappedColumn::Remark),
];

struct ColumnLine {
    at: u32,
    letter: String,
    sample: String,
    choices: Vec<Choice>,
}

struct NameLine {
    at: u32,
    name: String,
    choices: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "reporting/mapping.html")]
struct MappingPage {
    shell: Shell,
    form: Form,
    url: String,
    here: String,
    sheets: Vec<Choice>,
    columns: Vec<ColumnLine>,
    names: Vec<NameLine>,
}

/// `GET …/upload/{file}/mapping`
pub(crate) async fn show(
    visit: Visit,
    State(app): State<App>,
    Path((area, round, unit, file)): FilePath,
    params: Params,
) -> Answer {
    let work = task::load(&app, &visit, &(area, round, unit)).await?;
    let basis = Basis::load(&app, &work).await?;
    let grids = upload::grids(&app, &file).await?;
    let mut mapping = propose(&grids, &basis.form);
    if mapping.check().is_err() {
        let key = work.key();
        let known = form_mappings::list(&app.store, &key.ref_area, &key.unit, basis.form.code());
        let sheet = |name: &str| name.is_empty() || grids.iter().any(|grid| grid.name == name);
        let fits = known.await?.into_iter().map(|k| k.mapping).find(|m| sheet(&m.sheet));
        mapping = fits.unwrap_or(mapping);
    }
    let sheet = params.value("sheet");
    if !sheet.is_empty() && sheet != mapping.sheet {
        mapping = Mapping { sheet: sheet.to_owned(), ..Mapping::default() };
    }
    let name = params.value("name").to_owned();
    let first = (mapping.first_row + 1).to_string();
    let form = Form::filled(vec![("title", name.clone()), ("first", first), ("name", name)]);
    page(&mapping_page(&visit, &work, (&basis.form, &grids, &file), &mapping, form))
}

fn mapping_page(
    visit: &Visit,
    work: &Work,
    (data_set, grids, file): (&DataSet, &[Grid], &str),
    mapping: &Mapping,
    form: Form,
) -> MappingPage {
    let grid = grids.iter().find(|g| mapping.sheet.is_empty() || g.name == mapping.sheet);
    let url = format!("{}/upload/{file}", work.url());
    MappingPage {
        shell: work.shell(visit, Some("设置列对应关系")),
        here: format!("{url}/mapping"),
        url: work.url(),
        sheets: grids.iter().map(|g| Choice::new(&*g.name, &*g.name, &mapping.sheet)).collect(),
        columns: grid.map(|grid| column_lines(grid, mapping)).unwrap_or_default(),
        names: grid.map(|grid| name_lines(grid, mapping, data_set)).unwrap_or_default(),
        form,
    }
}

fn column_lines(grid: &Grid, mapping: &Mapping) -> Vec<ColumnLine> {
    let line = |at: u32| {
        let texts = (0..grid.rows().min(ROWS)).map(|row| grid.text(row, at));
        let sample: Vec<String> = texts.filter(|text| !text.is_empty()).take(4).collect();
        let chosen = mapping.columns.get(&at);
        let chosen = MEANINGS.iter().find(|(_, _, m)| Some(m) == chosen).map_or("", |m| m.0);
        let choices = std::iter::once(("", "不用"))
            .chain(MEANINGS.iter().map(|(code, label, _)| (*code, *label)))
            .map(|(code, label)| Choice::new(code, label, chosen));
        let letter = cell_name(0, at).trim_end_matches('1').to_owned();
        ColumnLine { at, letter, sample: sample.join("、"), choices: choices.collect() }
    };
    (0..COLUMNS).map(line).filter(|line| !line.sample.is_empty()).collect()
}

fn name_lines(grid: &Grid, mapping: &Mapping, data_set: &DataSet) -> Vec<NameLine> {
    let column = mapping.columns.iter().find(|(_, c)| **c == MappedColumn::Name);
    let Some((&column, _)) = column else { return Vec::new() };
    (mapping.first_row..grid.rows().min(ROWS))
        .map(|at| (at, grid.text(at, column)))
        .filter(|(_, name)| !name.is_empty())
        .map(|(at, name)| {
            let own = data_set.row_named(&name).map(|row| &row.code);
            let chosen = mapping.names.get(&name).or(own).map_or("", |code| code.0.as_str());
            let rows = data_set.rows().iter();
            let rows = rows.map(|row| Choice::new(row.code.0.clone(), &*row.name, chosen));
            let none = std::iter::once(Choice::new("", "不导入", chosen));
            NameLine { at, choices: none.chain(rows).collect(), name }
        })
        .collect()
}

/// `POST …/upload/{file}/mapping`
pub(crate) async fn save(
    visit: Visit,
    State(app): State<App>,
    Path((area, round, unit, file)): FilePath,
    Posted(mut form): Posted,
) -> Answer {
    let work = task::load(&app, &visit, &(area, round, unit)).await?;
    let basis = Basis::load(&app, &work).await?;
    let grids = upload::grids(&app, &file).await?;
    let mapping = typed(&form, &grids);
    if let Err(problem) = mapping.check() {
        form.refuse("first", problem.to_string());
    }
    if form.value("title").is_empty() {
        form.refuse("title", "请给这种表起个名字，下次上传自动使用");
    }
    // once it is known where the names stand, it is asked what they mean
    let names = grids.iter().find(|g| mapping.sheet.is_empty() || g.name == mapping.sheet);
    let names = names.map(|grid| name_lines(grid, &mapping, &basis.form)).unwrap_or_default();
    let open = |line: &NameLine| line.choices.first().is_some_and(|none| none.chosen);
    if !form.is_refused() && !form.ticked("rows") && names.iter().any(open) {
        let around = (&basis.form, grids.as_slice(), file.as_str());
        return page(&mapping_page(&visit, &work, around, &mapping, form));
    }
    if form.is_refused() {
        let around = (&basis.form, grids.as_slice(), file.as_str());
        let mut answer = page(&mapping_page(&visit, &work, around, &mapping, form))?;
        *answer.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(answer);
    }
    let name: String = form.value("title").chars().take(60).collect();
    let key = MappingKey {
        unit: work.key().unit.clone(),
        form: basis.form.code().to_owned(),
        name: name.clone(),
    };
    let mut tx = app.store.begin(&work.key().ref_area).await?;
    form_mappings::save(&mut tx, &key, &mapping, &visit.stamp(&app)).await?;
    let entry = visit.entry(&app, "form.map", &format!("form {}", key.form)).about(&name);
    tx.commit(entry).await?;
    let file_name = form_urlencoded::byte_serialize(form.value("name").as_bytes());
    let file_name = file_name.collect::<String>();
    let address = format!("{}/upload/{file}?name={file_name}", work.url());
    Ok(Redirect::to(&address).into_response())
}

fn typed(form: &Form, grids: &[Grid]) -> Mapping {
    let sheet = form.value("sheet").to_owned();
    let grid = grids.iter().find(|g| sheet.is_empty() || g.name == sheet);
    let first = form.value("first").parse::<u32>().unwrap_or(1).saturating_sub(1);
    let columns: BTreeMap<u32, MappedColumn> = (0..COLUMNS)
        .filter_map(|at| {
            let code = form.value(&format!("c{at}"));
            Some((at, MEANINGS.iter().find(|(known, _, _)| *known == code)?.2))
        })
        .collect();
    let by_name = columns.iter().find(|(_, c)| **c == MappedColumn::Name).map(|(at, _)| *at);
    let names = grid.zip(by_name).map(|(grid, column)| {
        let chosen = (first..grid.rows().min(ROWS)).filter_map(|at| {
            let code = form.value(&format!("n{at}"));
            (!code.is_empty()).then(|| (grid.text(at, column), IndicatorCode(code.to_owned())))
        });
        chosen.collect()
    });
    Mapping { sheet, first_row: first, columns, names: names.unwrap_or_default() }
}
