//! 修改轮次: title, window, reminders; what is collected and from whom stays.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use halfsky_store::rounds;

use super::{Place, subject_words, window};
use crate::app::App;
use crate::form::{Form, Posted};
use crate::list::Choice;
use crate::pages::{Answer, page};
use crate::parts::toast::Toast;
use crate::shell::Shell;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "rounds/change.html")]
struct ChangePage {
    shell: Shell,
    url: String,
    what: String,
    form: Form,
    late: Vec<Choice>,
}

/// `GET /rounds/{ref_area}/{round}/change`
pub(crate) async fn show(visit: Visit, place: Place) -> Answer {
    let mut form = window::filled(place.round());
    form.set("seen", place.stored.revision.to_string());
    page(&change_page(&visit, &place, form))
}

fn change_page(visit: &Visit, place: &Place, form: Form) -> ChangePage {
    ChangePage {
        shell: place.shell(visit, "修改轮次"),
        url: place.url(),
        what: subject_words(&place.round().subject),
        late: window::late_policies(form.value("late")),
        form,
    }
}

/// `POST /rounds/{ref_area}/{round}/change`
pub(crate) async fn save(
    visit: Visit,
    State(app): State<App>,
    place: Place,
    Posted(mut form): Posted,
) -> Answer {
    let old = place.round();
    let Some(mut round) = window::window(&mut form, old.subject.clone()) else {
        let mut response = page(&change_page(&visit, &place, form))?;
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(response);
    };
    round.extensions.clone_from(&old.extensions);
    round.basis.clone_from(&old.basis);
    let seen = form.value("seen").parse().unwrap_or(0);
    let days = |days: &[u16]| days.iter().map(u16::to_string).collect::<Vec<_>>().join("、");
    let entry = visit
        .entry(&app, "round.change", &place.object())
        .about(&old.title)
        .changed("名称", &old.title, &round.title)
        .changed("开始日", &old.opens.to_string(), &round.opens.to_string())
        .changed("截止日", &old.due.to_string(), &round.due.to_string())
        .changed("提醒日", &days(&old.reminder_days), &days(&round.reminder_days))
        .changed("截止以后", old.late.label(), round.late.label())
        .changed("报送给", &old.to_whom, &round.to_whom);
    let mut tx = app.store.begin(&place.area.code).await?;
    rounds::change(&mut tx, &place.stored.id, seen, &round).await?;
    tx.commit(entry).await?;
    Ok(visit.redirect(&app, &Toast::new(format!("已修改 {}", round.title)), &place.url()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_what_stands() {
        let place = super::super::board::tests::place();
        let draw = || {
            let form = window::filled(place.round());
            change_page(&Visit::sample(), &place, form).render().unwrap()
        };
        assert!(draw().contains("14、7、3、1") && draw().contains("2025年数据"));
        assert_eq!(draw(), draw());
    }
}
