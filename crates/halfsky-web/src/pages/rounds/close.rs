//! 结束轮次: the last day moves to today, and nothing late is taken without an extension.

use askama::Template;
use axum::extract::State;
use halfsky_store::rounds;

use super::Place;
use crate::app::App;
use crate::error::WebError;
use crate::form::Posted;
use crate::pages::{Answer, page};
use crate::parts::toast::Toast;
use crate::shell::Shell;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "rounds/close.html")]
struct ClosePage {
    shell: Shell,
    action: String,
    place: Place,
}

impl ClosePage {
    fn new(visit: &Visit, place: Place) -> Self {
        let action = format!("{}/close", place.url());
        Self { shell: place.shell(visit, "结束本轮报送"), action, place }
    }
}

/// `GET /rounds/{ref_area}/{round}/close`
pub(crate) async fn ask(visit: Visit, place: Place) -> Answer {
    page(&ClosePage::new(&visit, place))
}

/// `POST /rounds/{ref_area}/{round}/close`
pub(crate) async fn close(
    visit: Visit,
    State(app): State<App>,
    place: Place,
    Posted(form): Posted,
) -> Answer {
    let old = place.round();
    let refused = |refusal| WebError::Refused(format!("{refusal}。"));
    let closed = old.clone().close(visit.frame.today).map_err(refused)?;
    let seen = form.value("seen").parse().unwrap_or(0);
    let entry = visit
        .entry(&app, "round.close", &place.object())
        .about(&old.title)
        .changed("截止日", &old.due.to_string(), &closed.due.to_string())
        .changed("截止以后", old.late.label(), closed.late.label());
    let mut tx = app.store.begin(&place.area.code).await?;
    rounds::change(&mut tx, &place.stored.id, seen, &closed).await?;
    tx.commit(entry).await?;
    let toast = Toast::new(format!("已结束 {}，今天过后不再受理", old.title));
    Ok(visit.redirect(&app, &toast, &place.url()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_question_says_what_happens() {
        let place = super::super::board::tests::place();
        let html = ClosePage::new(&Visit::sample(), place).render().unwrap();
        assert!(html.contains("今天") && html.contains("延期"), "{html}");
    }
}
