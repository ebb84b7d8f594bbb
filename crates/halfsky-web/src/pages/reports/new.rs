//! A new draft from an edition and a plan in force.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use halfsky_plan::ref_area::RefArea;
use halfsky_report::issue::{Reader, ReportKind, State as Progress};
use halfsky_store::editions::{self, EditionHead};
use halfsky_store::plans::{self, PlanSummary, VersionKey};
use halfsky_store::reports::{self, ReportId, StoredReport};

use super::{area_of, made, shell, url};
use crate::app::App;
use crate::error::WebError;
use crate::form::{Form, Posted};
use crate::list::Choice;
use crate::pages::{Answer, page};
use crate::parts::toast::Toast;
use crate::published;
use crate::shell::Shell;
use crate::text;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "reports/new.html")]
struct NewPage {
    shell: Shell,
    form: Form,
    action: String,
    region: String,
    kinds: Vec<Choice>,
    plans: Vec<Choice>,
    editions: Vec<Choice>,
    readers: Vec<Choice>,
}

/// What a draft can be made from.
struct Offered {
    plans: Vec<(PlanSummary, u32)>,
    /// The newest edition of each period, newest period first.
    editions: Vec<EditionHead>,
}

impl Offered {
    async fn load(app: &App, area: &RefArea) -> Result<Self, WebError> {
        let known = plans::list(&app.store, Some(area)).await?;
        let mut editions = editions::list(&app.store, area).await?;
        // newest period first, and within it the newest number
        editions.dedup_by_key(|head| head.key.period);
        let in_force = known.into_iter().filter_map(|p| {
            let number = p.in_force?;
            (p.number == number).then_some((p, number))
        });
        Ok(Self { plans: in_force.collect(), editions })
    }
}

/// `GET /reports/{ref_area}/new`
pub(crate) async fn show(visit: Visit, State(app): State<App>, Path(area): Path<String>) -> Answer {
    let area = area_of(&area)?;
    let offered = Offered::load(&app, &area).await?;
    let region = published::region_name(&app, &area).await?;
    let today = visit.frame.today.to_string();
    let form = Form::filled(vec![
        ("kind", ReportKind::Annual.code().to_owned()),
        ("reader", Reader::Public.code().to_owned()),
        ("dated", today),
    ]);
    page(&new_page(&visit, (&area, region), &offered, form))
}

fn new_page(
    visit: &Visit,
    (area, region): (&RefArea, String),
    offered: &Offered,
    form: Form,
) -> NewPage {
    let choice =
        |value: String, label: String, name: &str| Choice::new(value, label, form.value(name));
    NewPage {
        shell: shell(visit, "新建报告"),
        action: format!("/reports/{area}/new"),
        region,
        kinds: ReportKind::ALL
            .iter()
            .map(|k| choice(k.code().to_owned(), k.label().to_owned(), "kind"))
            .collect(),
        plans: offered
            .plans
            .iter()
            .map(|(p, _)| choice(p.plan_id.0.clone(), p.title.clone(), "plan"))
            .collect(),
        editions: offered
            .editions
            .iter()
            .map(|e| choice(e.key.period.to_string(), e.key.label(), "edition"))
            .collect(),
        readers: Reader::ALL
            .iter()
            .map(|r| choice(r.code().to_owned(), r.label().to_owned(), "reader"))
            .collect(),
        form,
    }
}

/// `POST /reports/{ref_area}/new`
pub(crate) async fn make(
    visit: Visit,
    State(app): State<App>,
    Path(area): Path<String>,
    Posted(mut form): Posted,
) -> Answer {
    let area = area_of(&area)?;
    let offered = Offered::load(&app, &area).await?;
    let kind = ReportKind::from_code(form.value("kind"));
    let reader = Reader::from_code(form.value("reader"));
    let plan = offered.plans.iter().find(|(p, _)| p.plan_id.0 == form.value("plan")).cloned();
    let period = form.value("edition").to_owned();
    let edition = offered.editions.iter().find(|e| e.key.period.to_string() == period).cloned();
    let dated = form.required_day("dated", "请填写成文日期");
    for (missing, name, message) in [
        (kind.is_none(), "kind", "请选择文种"),
        (reader.is_none(), "reader", "请选择口径"),
        (plan.is_none(), "plan", "请选择已生效的规划"),
        (edition.is_none(), "edition", "请选择数据版本"),
    ] {
        if missing {
            form.refuse(name, message);
        }
    }
    let (Some(kind), Some(reader), Some((plan, number)), Some(head), Some(dated)) =
        (kind, reader, plan, edition, dated)
    else {
        let region = published::region_name(&app, &area).await?;
        let mut response = page(&new_page(&visit, (&area, region), &offered, form))?;
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(response);
    };
    let key = VersionKey { ref_area: area.clone(), plan_id: plan.plan_id.clone(), number };
    let version = plans::load(&app.store, &key).await?.version;
    let edition = editions::load(&app.store, &area, head.key).await?;
    let published = made::published(&app, &area, edition, dated).await?;
    let work = move || made::make(published, (version, None), kind, reader).0.title;
    let title = tokio::task::spawn_blocking(work).await.map_err(anyhow::Error::from)?;
    let report = StoredReport {
        id: ReportId(app.new_id()),
        kind: kind.code().to_owned(),
        plan: plan.plan_id,
        plan_version: number,
        year: head.key.period.year(),
        edition: head.key,
        edition_hash: head.hash,
        dated: dated.to_string(),
        title: title.clone(),
        reader: reader.code().to_owned(),
        state: Progress::Draft.code().to_owned(),
        revision: 1,
        created: visit.stamp(&app),
    };
    let mut tx = app.store.begin(&area).await?;
    reports::insert(&mut tx, &report).await?;
    let entry = visit
        .entry(&app, "report.draft", &report.id.object())
        .about(&title)
        .changed("数据版本", "", &head.key.label())
        .changed("成文日期", "", &text::long_date(dated));
    tx.commit(entry).await?;
    Ok(visit.redirect(&app, &Toast::new("已新建报告草稿"), &url(&area, &report.id)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_an_edition_it_says_what_is_missing() {
        let area: RefArea = "990101".parse().unwrap();
        let offered = Offered { plans: vec![], editions: vec![] };
        let html =
            new_page(&Visit::sample(), (&area, "云溪县".to_owned()), &offered, Form::default())
                .render()
                .unwrap();
        assert!(html.contains("还没有公布的数据版本"), "{html}");
        assert!(html.contains("还没有已生效的规划"), "{html}");
    }
}
