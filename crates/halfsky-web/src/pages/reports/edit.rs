//! One paragraph: what the program makes, and what a person writes in its place.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use halfsky_report::document::TextState;
use halfsky_report::issue::is_open;
use halfsky_store::reports::{self, StoredEdit};

use super::{area_of, made, nothing, shell, url};
use crate::app::App;
use crate::error::WebError;
use crate::form::{Form, Posted};
use crate::list::Params;
use crate::pages::{Answer, page};
use crate::parts::toast::Toast;
use crate::shell::Shell;
use crate::visit::Visit;

/// Longer paragraphs are cut into several.
const LONGEST: usize = 4000;

#[derive(Template)]
#[template(path = "reports/edit.html")]
struct EditPage {
    shell: Shell,
    form: Form,
    action: String,
    back: String,
    /// What the program makes now.
    made: String,
    edited: bool,
    outdated: bool,
}

/// A paragraph with what the program makes of it.
struct Paragraph {
    id: String,
    text: String,
    made: String,
    state: TextState,
    seen: i64,
    title: String,
    back: String,
    report: reports::ReportId,
}

async fn paragraph(app: &App, area: &str, id: &str, name: &str) -> Result<Paragraph, WebError> {
    let area = area_of(area)?;
    let made = made::load(app, &area, id).await?;
    if !is_open(made.state) {
        return Err(WebError::Refused(format!("报告{}，不能再修改文字。", made.state.label())));
    }
    let found = made.document.paragraphs().find(|p| p.id == name).ok_or_else(nothing)?;
    Ok(Paragraph {
        id: name.to_owned(),
        text: found.text(),
        made: made.generated.get(name).cloned().unwrap_or_else(|| found.text()),
        state: found.state,
        seen: made.report.revision,
        title: made.report.title.clone(),
        back: url(&area, &made.report.id),
        report: made.report.id,
    })
}

/// `GET /reports/{ref_area}/{report}/edit?paragraph=…`
pub(crate) async fn show(
    visit: Visit,
    State(app): State<App>,
    Path((area, id)): Path<(String, String)>,
    params: Params,
) -> Answer {
    let found = paragraph(&app, &area, &id, params.value("paragraph")).await?;
    let form = Form::filled(vec![
        ("text", found.text.clone()),
        ("paragraph", found.id.clone()),
        ("seen", found.seen.to_string()),
    ]);
    page(&edit_page(&visit, &found, form))
}

fn edit_page(visit: &Visit, found: &Paragraph, form: Form) -> EditPage {
    EditPage {
        shell: shell(visit, "修改文字").under(found.title.clone(), found.back.clone()),
        action: format!("{}/edit", found.back),
        back: found.back.clone(),
        made: found.made.clone(),
        edited: found.state != TextState::Generated,
        outdated: found.state == TextState::Outdated,
        form,
    }
}

/// `POST /reports/{ref_area}/{report}/edit`: `decision` is `save`, or `restore` for the words the program makes.
pub(crate) async fn save(
    visit: Visit,
    State(app): State<App>,
    Path((area, id)): Path<(String, String)>,
    Posted(mut form): Posted,
) -> Answer {
    let found = paragraph(&app, &area, &id, form.value("paragraph")).await?;
    let area = area_of(&area)?;
    let seen = form.value("seen").parse().unwrap_or(0);
    let restore = form.value("decision") == "restore";
    let text = if restore {
        String::new()
    } else {
        form.required("text", "请填写文字；不需要改写的，可以恢复自动生成的文字")
    };
    if text.chars().count() > LONGEST {
        form.refuse("text", format!("一段最多{LONGEST}字，请删减"));
    }
    if form.is_refused() {
        let mut response = page(&edit_page(&visit, &found, form))?;
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(response);
    }
    let text: String = text.lines().map(str::trim).collect();
    let restore = restore || text == found.made;
    let mut tx = app.store.begin(&area).await?;
    if restore {
        reports::drop_edit(&mut tx, &found.report, seen, &found.id).await?;
    } else {
        let edit = StoredEdit {
            paragraph: found.id.clone(),
            content: text.clone(),
            replaced: found.made.clone(),
            changed: visit.stamp(&app),
        };
        reports::save_edit(&mut tx, &found.report, seen, &edit).await?;
    }
    let after = if restore { &found.made } else { &text };
    let entry = visit
        .entry(&app, "report.edit", &found.report.object())
        .about(&found.title)
        .changed("文字", &found.text, after);
    tx.commit(entry).await?;
    let toast = if restore { "已恢复自动生成的文字" } else { "已保存修改的文字" };
    Ok(visit.redirect(&app, &Toast::new(toast), &found.back))
}
