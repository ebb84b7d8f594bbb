//! 意见反馈 on the public portal: anybody may send an opinion; what the office decided to show is read here.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect};
use halfsky_plan::ref_area::RefArea;
use halfsky_report::opinion::{LONGEST, OpinionState, Topic, counts};
use halfsky_report::portal::opinions::{Opinions, ShownOpinion, Typed, page};
use halfsky_report::portal::{Place, Portal};
use halfsky_store::editions;
use halfsky_store::opinions::{self, NewOpinion, OpinionId, StoredOpinion};

use super::{closed, open};
use crate::app::App;
use crate::error::WebError;
use crate::form::{Form, Posted};
use crate::list::Params;
use crate::login::throttle::{self, Counted};
use crate::pages::Answer;
use crate::published;
use crate::text;
use crate::visit::Visit;

/// Opinions on one page.
const ON_PAGE: usize = 20;
/// A longer way to reach somebody is none.
const LONGEST_CONTACT: usize = 100;

/// `GET /public/{ref_area}/opinions`
pub(crate) async fn show(
    visit: Visit,
    State(app): State<App>,
    Path(area): Path<String>,
    params: Params,
) -> Answer {
    let area = open(&app, &area)?;
    let done = if params.value("sent").is_empty() {
        ""
    } else {
        "已收到您的意见，经工作人员核对后公开并答复。谢谢！"
    };
    let number = params.value("page").parse().unwrap_or(1).max(1);
    let drawn = draw(&visit, &app, &area, number, (Form::default(), done)).await?;
    Ok(Html(drawn).into_response())
}

async fn draw(
    visit: &Visit,
    app: &App,
    area: &RefArea,
    number: usize,
    (form, done): (Form, &str),
) -> Result<String, WebError> {
    // a region that published nothing has no portal
    if editions::list(&app.store, area).await?.is_empty() {
        return Err(closed());
    }
    let all = opinions::list(&app.store, area).await?;
    let region = published::region_name(app, area).await?;
    let portal = Portal { region: &region, plans: &[], reports: &[], place: Place::Served };
    let typed = Typed {
        topic: form.value("topic").to_owned(),
        content: form.value("content").to_owned(),
        contact: form.value("contact").to_owned(),
    };
    let errors = form.errors().map(|(field, message)| (field.to_owned(), message.to_owned()));
    let shown: Vec<&StoredOpinion> =
        all.iter().filter(|o| o.state == OpinionState::Shown.code()).collect();
    let from = (number - 1).saturating_mul(ON_PAGE);
    let address = |number: usize| format!("opinions?page={number}");
    let counted: Vec<_> = all
        .iter()
        .filter_map(|o| {
            let state = OpinionState::from_code(&o.state)?;
            Some((Topic::from_code(&o.topic)?, state, !o.answer.is_empty()))
        })
        .collect();
    Ok(page(
        &portal,
        &Opinions {
            token: &visit.token,
            typed,
            errors: errors.collect(),
            done,
            shown: shown.iter().skip(from).take(ON_PAGE).map(|o| public(o)).collect(),
            counts: counts(&counted),
            newer: (number > 1).then(|| address(number - 1)),
            older: (shown.len() > from.saturating_add(ON_PAGE)).then(|| address(number + 1)),
        },
    ))
}

fn public(opinion: &StoredOpinion) -> ShownOpinion {
    ShownOpinion {
        topic: Topic::from_code(&opinion.topic).map_or("", Topic::label),
        date: text::long_date(text::date(opinion.received)),
        content: opinion.content.clone(),
        answer: opinion.answer.clone(),
        answered_on: opinion
            .decided
            .as_ref()
            .map_or_else(String::new, |stamp| text::long_date(text::date(stamp.at))),
    }
}

/// `POST /public/{ref_area}/opinions`
pub(crate) async fn send(
    visit: Visit,
    State(app): State<App>,
    Path(area): Path<String>,
    Posted(mut form): Posted,
) -> Answer {
    let area = open(&app, &area)?;
    let topic = Topic::from_code(form.value("topic"));
    if topic.is_none() {
        form.refuse("topic", "请选择意见关于哪一方面");
    }
    let content = form.required("content", "请填写意见或建议");
    if content.chars().count() > LONGEST {
        form.refuse("content", format!("意见最多{LONGEST}字，请删减"));
    }
    let contact = form.value("contact").to_owned();
    if contact.chars().count() > LONGEST_CONTACT {
        form.refuse("contact", format!("联系方式最多{LONGEST_CONTACT}字"));
    }
    let Some(topic) = topic.filter(|_| !form.is_refused()) else {
        let drawn = draw(&visit, &app, &area, 1, (form, "")).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(drawn)).into_response());
    };
    if editions::list(&app.store, &area).await?.is_empty() {
        return Err(closed());
    }
    let counted = Counted::Opinion(visit.origin.address.to_string());
    throttle::take(&app, &counted).await?;
    let id = OpinionId(app.new_id());
    let opinion = NewOpinion {
        id: &id,
        topic: topic.code(),
        content: &content,
        contact: &contact,
        received: app.now(),
    };
    let mut tx = app.store.begin(&area).await?;
    opinions::receive(&mut tx, (app.secret(), app.random()), &opinion).await?;
    let entry = visit.entry_as(&app, ("公众", ""), "opinion.receive", &id.object());
    tx.commit(entry.about(topic.label())).await?;
    Ok(Redirect::to(&format!("/public/{area}/opinions?sent=1")).into_response())
}
