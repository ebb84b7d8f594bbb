//! One opinion: read, shown or not, answered. How to reach the sender is read on request, and that is recorded.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use halfsky_plan::ref_area::RefArea;
use halfsky_report::opinion::{LONGEST_ANSWER, OpinionState, Topic};
use halfsky_store::opinions::{self, OpinionId, StoredOpinion};

use crate::app::App;
use crate::error::WebError;
use crate::form::{Form, Posted};
use crate::list::Choice;
use crate::pages::{Answer, page};
use crate::parts::toast::Toast;
use crate::shell::{Shell, Stage};
use crate::text;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "opinions/read.html")]
struct ReadPage {
    shell: Shell,
    opinion: StoredOpinion,
    topic: &'static str,
    state: &'static str,
    received: String,
    decided: String,
    action: String,
    /// Where it is read by everybody.
    public: String,
    /// Shown after it was asked for.
    contact: Option<String>,
    states: Vec<Choice>,
    form: Form,
}

fn nothing() -> WebError {
    WebError::NotFound("没有这条意见。请从意见列表重新进入。".to_owned())
}

async fn load(app: &App, area: &str, id: &str) -> Result<(RefArea, StoredOpinion), WebError> {
    let area: RefArea = area.parse().map_err(|_| nothing())?;
    let opinion = opinions::load(&app.store, &area, &OpinionId(id.to_owned())).await?;
    Ok((area, opinion))
}

fn filled(opinion: &StoredOpinion) -> Form {
    let state = match OpinionState::from_code(&opinion.state) {
        Some(OpinionState::Received) | None => String::new(),
        Some(state) => state.code().to_owned(),
    };
    Form::filled(vec![
        ("seen", opinion.revision.to_string()),
        ("state", state),
        ("answer", opinion.answer.clone()),
    ])
}

/// `GET /opinions/{ref_area}/{opinion}`
pub(crate) async fn show(
    visit: Visit,
    State(app): State<App>,
    Path((area, id)): Path<(String, String)>,
) -> Answer {
    let (area, opinion) = load(&app, &area, &id).await?;
    let form = filled(&opinion);
    page(&read_page(&visit, &area, opinion, (form, None)))
}

fn read_page(
    visit: &Visit,
    area: &RefArea,
    opinion: StoredOpinion,
    (form, contact): (Form, Option<String>),
) -> ReadPage {
    let chosen = form.value("state");
    let offered = [(OpinionState::Shown, "公开"), (OpinionState::Closed, "不公开")];
    ReadPage {
        shell: Shell::new(visit, Stage::Report, "处理意见")
            .under("报告", "/reports")
            .under("公众意见", super::PATH),
        topic: Topic::from_code(&opinion.topic).map_or("", Topic::label),
        state: OpinionState::from_code(&opinion.state).map_or("", OpinionState::label),
        received: text::minute(opinion.received),
        decided: opinion.decided.as_ref().map_or_else(String::new, |stamp| {
            format!("{}由{}处理", text::minute(stamp.at), stamp.by)
        }),
        action: format!("{}/{area}/{}", super::PATH, opinion.id.0),
        public: format!("/public/{area}/opinions"),
        states: offered.map(|(s, words)| Choice::new(s.code(), words, chosen)).into(),
        contact,
        form,
        opinion,
    }
}

/// `POST /opinions/{ref_area}/{opinion}`: `what` is `contact` to see how to reach the sender, or a decision.
pub(crate) async fn decide(
    visit: Visit,
    State(app): State<App>,
    Path((area, id)): Path<(String, String)>,
    Posted(mut form): Posted,
) -> Answer {
    let (area, opinion) = load(&app, &area, &id).await?;
    let topic = Topic::from_code(&opinion.topic).map_or("", Topic::label);
    if form.value("what") == "contact" {
        let contact = opinions::contact(&app.store, app.secret(), &area, &opinion.id).await?;
        let tx = app.store.begin(&area).await?;
        tx.commit(visit.entry(&app, "opinion.read", &opinion.id.object()).about(topic)).await?;
        let form = filled(&opinion);
        return page(&read_page(&visit, &area, opinion, (form, Some(contact))));
    }
    let state = OpinionState::from_code(form.value("state"));
    let state = state.filter(|state| *state != OpinionState::Received);
    if state.is_none() {
        form.refuse("state", "请选择公开或者不公开");
    }
    let answer = form.value("answer").to_owned();
    if answer.chars().count() > LONGEST_ANSWER {
        form.refuse("answer", format!("答复最多{LONGEST_ANSWER}字，请删减"));
    }
    let Some(state) = state.filter(|_| !form.is_refused()) else {
        let mut response = page(&read_page(&visit, &area, opinion, (form, None)))?;
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(response);
    };
    let seen = form.value("seen").parse().unwrap_or(0);
    let mut tx = app.store.begin(&area).await?;
    let decision = (state.code(), answer.as_str());
    opinions::decide(&mut tx, &opinion.id, seen, decision, &visit.stamp(&app)).await?;
    let before = OpinionState::from_code(&opinion.state).map_or("", OpinionState::label);
    let entry = visit
        .entry(&app, "opinion.decide", &opinion.id.object())
        .about(topic)
        .changed("状态", before, state.label())
        .changed("答复", &opinion.answer, &answer);
    tx.commit(entry).await?;
    Ok(visit.redirect(&app, &Toast::new("已处理意见"), super::PATH))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::opinions::list::tests::opinion;

    fn draw(contact: Option<&str>) -> String {
        let area: RefArea = "990101".parse().unwrap();
        let opinion = opinion("o1", OpinionState::Received);
        let form = filled(&opinion);
        let shown = contact.map(str::to_owned);
        read_page(&Visit::sample(), &area, opinion, (form, shown)).render().unwrap()
    }

    #[test]
    fn the_sender_is_shown_after_it_was_asked_for() {
        assert!(draw(None).contains("查看联系方式"));
        let asked = draw(Some("13800000000"));
        assert!(asked.contains("13800000000") && !asked.contains("查看联系方式"));
        assert_eq!(draw(None), draw(None));
    }
}
