//! 催报: one click for the chosen units: logged, told in the inbox, and sent by e-mail.

use axum::extract::State;
use halfsky_monitor::organ::office_name;
use halfsky_monitor::reporting::UnitId;
use halfsky_report::reminder::reminder;
use halfsky_store::notifications::{self, ByMail, Notification, Recipient};
use halfsky_store::tasks::TaskKey;
use halfsky_store::{organs, reminders};

use super::{Place, board};
use crate::app::App;
use crate::error::WebError;
use crate::form::Posted;
use crate::pages::Answer;
use crate::parts::toast::Toast;
use crate::visit::Visit;

/// `POST /rounds/{ref_area}/{round}/remind`: a unit that was reminded by hand today is left alone.
pub(crate) async fn send(
    visit: Visit,
    State(app): State<App>,
    place: Place,
    Posted(form): Posted,
) -> Answer {
    let today = visit.frame.today;
    let chosen: Vec<UnitId> = form.values("unit").map(|id| UnitId(id.to_owned())).collect();
    if chosen.is_empty() {
        let text = "没有选择单位，没有催报。请返回，勾选要催报的单位。".to_owned();
        return Err(WebError::Refused(text));
    }
    let standing = board::standing(&app, &place, today).await?;
    let (mut due, mut left) = (Vec::new(), 0);
    for line in standing.lines.iter().filter(|line| chosen.contains(&line.unit)) {
        if line.waits && line.reminded.1 != Some(today) {
            due.push(line);
        } else {
            left += 1;
        }
    }
    if due.is_empty() {
        let toast = Toast::new("所选单位今天已催报过或已报送，没有再发");
        return Ok(visit.redirect(&app, &toast, &place.url()));
    }
    let organs = organs::list(&app.store, &place.area.code).await?;
    let (stamp, sender) = (visit.stamp(&app), office_name(&organs, &place.area.name, today));
    let mut tx = app.store.begin(&place.area.code).await?;
    let mut told = Vec::new();
    for line in &due {
        let window = place.round().window(&line.unit, today);
        let unit = (line.name.as_str(), line.due.date);
        let letter = reminder(place.round(), unit, window, &sender);
        let key = TaskKey {
            ref_area: place.area.code.clone(),
            round: place.stored.id.clone(),
            unit: line.unit.clone(),
        };
        reminders::log(&mut tx, &key, None, &letter.body, &stamp).await?;
        told.push(Notification {
            id: app.new_id(),
            to: Recipient::Unit(line.unit.clone()),
            kind: "reminder".to_owned(),
            title: letter.title,
            content: letter.body,
            link: "/tasks".to_owned(),
            created_at: stamp.at,
            by_mail: ByMail::Yes,
        });
    }
    notifications::notify(&mut tx, &told).await?;
    let names: Vec<&str> = due.iter().map(|line| line.name.as_str()).collect();
    let entry = visit
        .entry(&app, "round.remind", &place.object())
        .about(&place.round().title)
        .changed("催报单位", "", &names.join("、"));
    tx.commit(entry).await?;
    let words = match left {
        0 => format!("已催报{}个单位", due.len()),
        left => format!("已催报{}个单位；另有{left}个已报送或今天催报过，没有再发", due.len()),
    };
    Ok(visit.redirect(&app, &Toast::new(words), &place.url()))
}
