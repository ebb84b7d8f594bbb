//! Saving what is typed into the grid: cell by cell, by itself while somebody types, or as a plain form.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect};
use halfsky_monitor::data_set::{CellKey, Column, Row};
use halfsky_monitor::entry_text::read_figure;
use halfsky_monitor::observation::MissingReason;
use halfsky_monitor::submission::{Step, SubmissionState};
use halfsky_monitor::validation::{Explanation, Rule};
use halfsky_plan::indicator::IndicatorCode;
use halfsky_store::audit::Entry;
use halfsky_store::entries::{self, CellChange, Draft, Field, FieldKey, Saved};
use halfsky_store::tasks;

use super::basis::Basis;
use super::grid::field_label;
use super::grid::{self, Filled, Typed};
use super::step::{self, Checked};
use super::task::{self, TaskPath, Work};
use crate::app::App;
use crate::error::WebError;
use crate::form::{Form, Posted};
use crate::list::Params;
use crate::pages::Answer;
use crate::parts::toast::Toast;
use crate::visit::Visit;

/// Changes that are told one by one in the audit entry; more are told by their number.
const TOLD: usize = 300;

/// What a posted grid asks for.
#[derive(Debug, Default)]
struct Asked {
    changes: Vec<CellChange>,
    unreadable: Vec<(FieldKey, String, String)>,
    explanations: Vec<Explanation>,
}

/// `POST /reporting/{ref_area}/{round}/{unit}`
pub(crate) async fn save(
    visit: Visit,
    State(app): State<App>,
    Path(parts): TaskPath,
    (params, headers): (Params, HeaderMap),
    Posted(form): Posted,
) -> Answer {
    let work = task::load(&app, &visit, &parts).await?;
    let basis = Basis::load(&app, &work).await?;
    let asked = asked(&basis, &form);
    let typed = Typed { unreadable: asked.unreadable, conflicts: Vec::new() };
    let change = Change { changes: asked.changes, explanations: asked.explanations };
    let saved = keep(&app, (&visit, &work), &basis, &change, "entry.save").await?;
    let typed = Typed { conflicts: saved.conflicts.clone(), ..typed };
    let by_script = headers.contains_key("hx-request");
    if by_script || !typed.is_nothing() {
        let work = task::load(&app, &visit, &parts).await?;
        let filled = Filled::load(&app, &work, &basis).await?;
        let mut page =
            grid::draw(&app, &visit, &work, (&basis, &filled), (&params, &typed)).await?;
        if !by_script {
            *page.status_mut() = if typed.conflicts.is_empty() {
                StatusCode::UNPROCESSABLE_ENTITY
            } else {
                StatusCode::CONFLICT
            };
        }
        return Ok(page);
    }
    if form.value("then") == "send" {
        return Ok(Redirect::to(&format!("{}/send", work.url())).into_response());
    }
    let words = if saved.written.is_empty() && change.explanations.is_empty() {
        "没有改动".to_owned()
    } else {
        "已保存".to_owned()
    };
    Ok(visit.redirect(&app, &Toast::new(words), &params.with(&[("page", params.value("page"))])))
}

/// Cells to be written and words on warnings.
#[derive(Debug, Default)]
pub(crate) struct Change {
    pub(crate) changes: Vec<CellChange>,
    pub(crate) explanations: Vec<Explanation>,
}

/// Keeps a change with everything that follows from it: the state of the task, the findings of the checks, the audit
/// entry. Nothing is written when nothing changes.
pub(crate) async fn keep(
    app: &App,
    (visit, work): (&Visit, &Work),
    basis: &Arc<Basis>,
    change: &Change,
    action: &str,
) -> Result<Saved, WebError> {
    let next = step::take(app, visit, work, &Step::Save, Checked::default())
        .map_err(|refusal| step::refused(&refusal))?;
    let key = work.key();
    let stamp = visit.stamp(app);
    let mut tx = app.store.begin(&key.ref_area).await?;
    tasks::require(&mut tx, key, work.task.revision).await?;
    let before = entries::load_in(&mut tx, key).await?;
    let changes = own_first(&before, &change.changes, &stamp.by);
    let saved = entries::save(&mut tx, key, &changes, &stamp).await?;
    if saved.written.is_empty() && change.explanations.is_empty() {
        tx.rollback().await?;
        return Ok(saved);
    }
    entries::explain(&mut tx, key, &change.explanations, &stamp).await?;
    let after = entries::load_in(&mut tx, key).await?;
    let findings = basis.check(&after.entries().0).await?;
    entries::save_findings(&mut tx, key, &findings).await?;
    if work.state() != SubmissionState::InProgress {
        tasks::save_step(&mut tx, key, work.task.revision, &next, &stamp).await?;
    }
    let entry = visit.entry(app, action, &key.object()).about(&work.round.round.title);
    tx.commit(told(entry, basis, &before, &saved, &changes)).await?;
    Ok(saved)
}

/// Nobody is in conflict with themselves: what the same person changed in another window counts as seen.
fn own_first(before: &Draft, changes: &[CellChange], own: &str) -> Vec<CellChange> {
    let seen = |change: &CellChange| {
        let cell = before.cells.get(&(change.row.clone(), change.field))?;
        (cell.changed.by == own).then_some(cell.revision)
    };
    let with = |change: &CellChange| CellChange {
        seen: seen(change).unwrap_or(change.seen),
        ..change.clone()
    };
    changes.iter().map(with).collect()
}

/// The audit entry of what was written: each cell with its value before and after.
fn told(
    mut entry: Entry,
    basis: &Basis,
    before: &Draft,
    saved: &Saved,
    changes: &[CellChange],
) -> Entry {
    if saved.written.len() > TOLD {
        return entry.changed("填报的格数", "", &saved.written.len().to_string());
    }
    for change in changes {
        let key = (change.row.clone(), change.field);
        if saved.written.contains_key(&key) {
            let old = before.content(&change.row, change.field);
            entry = entry.changed(&label(basis, &key), old, &change.content);
        }
    }
    entry
}

/// A field of the form in words: 活产数·合计. No two fields of a form share them.
pub(crate) fn label(basis: &Basis, (row, field): &FieldKey) -> String {
    let name = basis.form.row(row).map_or(row.0.as_str(), |row| row.name.as_str());
    format!("{name}·{}", field_label(*field))
}

/// Reads the grid: only what differs from what was shown counts as typed.
fn asked(basis: &Basis, form: &Form) -> Asked {
    let mut asked = Asked::default();
    let taken: Vec<&str> = form.values("take").collect();
    let insisted: BTreeMap<&str, &str> =
        form.values("mine").filter_map(|value| value.split_once('|')).collect();
    for row in basis.form.rows() {
        for field in fields(row) {
            let name = format!("{}.{}", row.code, field.code());
            if !form.ticked(&name) || taken.contains(&name.as_str()) {
                continue;
            }
            let seen = form.value(&format!("s.{name}"));
            let (seen, content) = seen.split_once('|').unwrap_or(("0", ""));
            let revision = insisted.get(name.as_str()).copied().unwrap_or(seen);
            let words = form.value(&name);
            match read(row, field, words) {
                Ok(new) if new == content => {}
                Ok(new) => asked.changes.push(CellChange {
                    row: row.code.clone(),
                    field,
                    seen: revision.parse().unwrap_or(0),
                    content: new,
                }),
                Err(problem) => {
                    let key = (row.code.clone(), field);
                    asked.unreadable.push((key, words.to_owned(), problem));
                }
            }
        }
        asked.explanations.extend(explanations(row, form));
    }
    asked
}

/// The fields of a row.
pub(crate) fn fields(row: &Row) -> impl Iterator<Item = Field> {
    let words =
        [Field::Missing, Field::MissingNote, Field::MissingOwner, Field::Substitute, Field::Remark];
    row.columns.iter().map(|column| Field::Figure(*column)).chain(words)
}

/// Longest words in a field.
const LONGEST: usize = 500;

/// What is kept of the words typed into a field.
pub(crate) fn read(row: &Row, field: Field, words: &str) -> Result<String, String> {
    match field {
        Field::Figure(_) => match read_figure(words, row) {
            Ok(figure) => Ok(figure.map_or_else(String::new, |figure| figure.to_string())),
            Err(problem) => Err(problem.to_string()),
        },
        Field::Missing if words.is_empty() || MissingReason::from_code(words).is_some() => {
            Ok(words.to_owned())
        }
        Field::Missing => Err("请从列表中选择缺数原因".to_owned()),
        _ if words.chars().count() > LONGEST => Err(format!("不能超过{LONGEST}个字")),
        _ => Ok(words.to_owned()),
    }
}

fn explanations(row: &Row, form: &Form) -> Vec<Explanation> {
    let mut found = Vec::new();
    for column in &row.columns {
        for rule in Rule::ALL {
            let name = format!("e.{}.{}.{}", row.code, column.code(), rule.code());
            let words: String = form.value(&name).chars().take(LONGEST).collect();
            if form.ticked(&name) && words != form.value(&format!("s.{name}")) {
                found.push(explanation(&row.code, *column, *rule, words));
            }
        }
    }
    found
}

fn explanation(row: &IndicatorCode, column: Column, rule: Rule, words: String) -> Explanation {
    Explanation { cell: CellKey { row: row.clone(), column }, rule, words }
}
