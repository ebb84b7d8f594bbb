//! 延期: more time for one unit, with the reason; the unit is told.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use halfsky_monitor::reporting::UnitId;
use halfsky_monitor::round::{Extension, ExtensionRefusal};
use halfsky_store::notifications::{self, ByMail, Notification, Recipient};
use halfsky_store::rounds;
use halfsky_store::tasks;

use super::Place;
use crate::app::App;
use crate::error::WebError;
use crate::form::{Form, Posted};
use crate::list::{Choice, Params};
use crate::pages::{Answer, page};
use crate::parts::toast::Toast;
use crate::shell::Shell;
use crate::text;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "rounds/extend.html")]
struct ExtendPage {
    shell: Shell,
    place: Place,
    form: Form,
    units: Vec<Choice>,
    due_hint: String,
}

/// The units that have a task in the round.
async fn units(app: &App, place: &Place) -> Result<Vec<(UnitId, String)>, WebError> {
    let tasks = tasks::of_round(&app.store, &place.area.code, &place.stored.id).await?;
    let named = tasks.into_iter().map(|t| (t.key.unit.clone(), place.units.name(&t.key.unit)));
    Ok(named.collect())
}

/// `GET /rounds/{ref_area}/{round}/extend?unit=…`
pub(crate) async fn ask(
    visit: Visit,
    State(app): State<App>,
    place: Place,
    params: Params,
) -> Answer {
    let units = units(&app, &place).await?;
    let form = Form::filled(vec![
        ("unit", params.value("unit").to_owned()),
        ("seen", place.stored.revision.to_string()),
    ]);
    page(&extend_page(&visit, place, &units, form))
}

fn extend_page(visit: &Visit, place: Place, units: &[(UnitId, String)], form: Form) -> ExtendPage {
    let chosen = form.value("unit").to_owned();
    let mut choices = vec![Choice::new("", "请选择", &chosen)];
    choices.extend(units.iter().map(|(id, name)| Choice::new(id.0.as_str(), name, &chosen)));
    ExtendPage {
        shell: place.shell(visit, "批准延期"),
        due_hint: format!(
            "现在的截止日是{}",
            text::long_date(place.round().due_for(&UnitId(chosen)))
        ),
        place,
        form,
        units: choices,
    }
}

/// `POST /rounds/{ref_area}/{round}/extend`
pub(crate) async fn grant(
    visit: Visit,
    State(app): State<App>,
    place: Place,
    Posted(mut form): Posted,
) -> Answer {
    let units = units(&app, &place).await?;
    let unit = units.iter().find(|(id, _)| id.0 == form.value("unit")).cloned();
    if unit.is_none() {
        form.refuse("unit", "请选择单位");
    }
    let until = form.required_day("until", "请填写延期后的截止日");
    let extension = unit.zip(until).map(|((unit, name), until)| {
        let (reason, by) = (form.value("reason").to_owned(), visit.actor());
        let granted_at = app.now().to_string();
        (Extension { unit, until, reason, granted_by: by, granted_at }, name)
    });
    let Some((extension, name)) = extension.filter(|(extension, _)| {
        let refusal = place.round().clone().extend(extension.clone()).err();
        if let Some(refusal) = refusal {
            let field = match refusal {
                ExtensionRefusal::NoReason => "reason",
                ExtensionRefusal::NotLater => "until",
            };
            form.refuse(field, refusal.to_string());
        }
        refusal.is_none()
    }) else {
        let mut response = page(&extend_page(&visit, place, &units, form))?;
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(response);
    };
    let before = place.round().due_for(&extension.unit);
    let seen = form.value("seen").parse().unwrap_or(0);
    let mut tx = app.store.begin(&place.area.code).await?;
    rounds::extend(&mut tx, &place.stored.id, seen, &extension).await?;
    let told = Notification {
        id: app.new_id(),
        to: Recipient::Unit(extension.unit.clone()),
        kind: "extended".to_owned(),
        title: format!("已批准延期：{}", place.round().title),
        content: format!(
            "{name}：\n“{}”的截止日延至{}。原因：{}",
            place.round().title,
            text::long_date(extension.until),
            extension.reason
        ),
        link: "/tasks".to_owned(),
        created_at: app.now(),
        by_mail: ByMail::Yes,
    };
    notifications::notify(&mut tx, &[told]).await?;
    let entry = visit
        .entry(&app, "round.extend", &place.object())
        .about(&format!("{} {name}", place.round().title))
        .changed("截止日", &before.to_string(), &extension.until.to_string())
        .because(&extension.reason);
    tx.commit(entry).await?;
    let words = format!("已批准{name}延期至{}", text::long_date(extension.until));
    Ok(visit.redirect(&app, &Toast::new(words), &place.url()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offers_the_units_of_the_round() {
        let draw = || {
            let place = super::super::board::tests::place();
            let units = [(UnitId("health".to_owned()), "县卫生健康局".to_owned())];
            let form = Form::filled(vec![("unit", "health".to_owned())]);
            extend_page(&Visit::sample(), place, &units, form).render().unwrap()
        };
        assert!(draw().contains("县卫生健康局") && draw().contains("2026年2月24日"), "{}", draw());
        assert_eq!(draw(), draw());
    }
}
