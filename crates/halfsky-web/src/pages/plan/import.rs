//! The first step of an import: choosing a file and its region.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use halfsky_plan::ref_area::RefArea;
use halfsky_store::plan_uploads::{self, PlanUpload};
use halfsky_store::regions::{self, Region};

use crate::app::App;
use crate::error::WebError;
use crate::form::{Form, Upload, UploadedFile};
use crate::pages::{Answer, page};
use crate::permission::Action;
use crate::reading::{Outcome, PATIENCE, Reading};
use crate::shell::{Shell, Stage};
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "plan/import.html")]
struct ImportPage {
    shell: Shell,
    form: Form,
    regions: Vec<Region>,
}

/// `GET /plans/import`
pub(crate) async fn show(visit: Visit, State(app): State<App>) -> Answer {
    let reach = visit.reach(&app, Action::EditPlan).await?;
    let known = reach.only().map_or_else(Vec::new, |area| vec![("ref_area", area.to_string())]);
    draw(&visit, &app, Form::filled(known)).await
}

async fn draw(visit: &Visit, app: &App, form: Form) -> Answer {
    let reach = visit.reach(app, Action::EditPlan).await?;
    let mut regions = regions::list(&app.store).await?;
    regions.retain(|region| reach.holds(&region.code));
    page(&import_page(visit, form, regions))
}

fn import_page(visit: &Visit, form: Form, regions: Vec<Region>) -> ImportPage {
    let shell = Shell::new(visit, Stage::Plan, "导入").under("规划", "/plans");
    ImportPage { shell, form, regions }
}

/// `POST /plans/import`
pub(crate) async fn upload(visit: Visit, State(app): State<App>, upload: Upload) -> Answer {
    let Upload { mut form, file } = upload;
    let ref_area = read_region(&mut form);
    if file.is_none() {
        form.refuse("file", "请选择规划文件");
    }
    if let Some(ref_area) = &ref_area
        && !visit.may(&app, Action::EditPlan, ref_area).await?
    {
        form.refuse("ref_area", "这个地区不在您的任职范围内，不能导入它的规划");
    }
    let (Some(ref_area), Some(file), false) = (ref_area, file, form.is_refused()) else {
        return refused(&visit, &app, form).await;
    };
    let reading = Reading {
        id: app.new_id(),
        file_name: file.name.clone(),
        size: file.bytes.len() as u64,
        ref_area,
        region: form.value("region").to_owned(),
        started: app.now(),
        outcome: Outcome::Working,
    };
    let id = reading.id.clone();
    keep(&app, &reading, &file).await?;
    let task = app.readings.start(reading, file);
    // a quick reading leads straight to its result; a slow one goes on and shows its progress
    let _ = tokio::time::timeout(PATIENCE, task).await;
    if let Some(Reading { outcome: Outcome::Failed(message), .. }) = app.readings.find(&id) {
        form.refuse("file", message);
        return refused(&visit, &app, form).await;
    }
    Ok(Redirect::to(&format!("/plans/import/{id}")).into_response())
}

/// Keeps the upload for the other processes.
async fn keep(app: &App, reading: &Reading, file: &UploadedFile) -> Result<(), WebError> {
    let (files, bytes) = (app.store.files().clone(), file.bytes.clone());
    let kept = tokio::task::spawn_blocking(move || files.keep(&bytes)).await;
    let upload = PlanUpload {
        id: reading.id.clone(),
        ref_area: reading.ref_area.clone(),
        region: reading.region.clone(),
        file_name: reading.file_name.clone(),
        file: kept.map_err(anyhow::Error::from)??,
        started: reading.started,
    };
    Ok(plan_uploads::keep(&app.store, &upload).await?)
}

async fn refused(
    visit: &Visit,
    app: &App,
    form: Form,
) -> Result<axum::response::Response, WebError> {
    let mut response = draw(visit, app, form).await?;
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

fn read_region(form: &mut Form) -> Option<RefArea> {
    let code = form.value("ref_area").to_owned();
    if code.is_empty() {
        form.refuse("ref_area", "请填写区划代码");
        return None;
    }
    match code.parse() {
        Ok(code) => Some(code),
        Err(problem) => {
            form.refuse("ref_area", format!("{problem}"));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_stand_beside_their_field_and_in_the_summary() {
        let mut form = Form::filled(vec![("ref_area", "云溪".to_owned())]);
        assert!(read_region(&mut form).is_none());
        let draw = || import_page(&Visit::sample(), form.clone(), Vec::new()).render().unwrap();
        let html = draw();
        assert_eq!(html.matches("应为6到12位数字").count(), 2);
        assert!(html.contains("value=\"云溪\"") && html.contains("aria-invalid=\"true\""));
        assert_eq!(html, draw());
    }
}
