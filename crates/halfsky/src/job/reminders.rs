//! 自动提醒: on the set days before the end, and on the first day after it, units that have not reported are
//! told; each of these days once.

use halfsky_monitor::organ::office_name;
use halfsky_plan::ref_area::RefArea;
use halfsky_report::reminder::reminder;
use halfsky_store::jobs::End;
use halfsky_store::notifications::{self, ByMail, Notification, Recipient};
use halfsky_store::plans::Stamp;
use halfsky_store::reminders::{self, JOB};
use halfsky_store::rounds::StoredRound;
use halfsky_store::tasks::StoredTask;
use halfsky_store::{Store, organs, regions, rounds, tasks, units};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use super::{Runner, SCHEDULE};
use crate::{clock, entropy};

/// How long after its last day a round may still have units with an extension, in days.
const LOOK_BACK: i64 = 366;

/// Puts the reminders of the day in line.
pub(super) async fn schedule(runner: &Runner, now: Timestamp) -> anyhow::Result<()> {
    runner.add(JOB, clock::day(now).to_string(), "", now).await
}

/// Reminds every unit for which this is a set day.
pub(super) async fn work(runner: &Runner) -> anyhow::Result<End> {
    let now = clock::now();
    let sent = remind(&runner.store, now).await?;
    Ok(End::Done(match sent {
        0 => "今天没有要提醒的单位".to_owned(),
        sent => format!("提醒{sent}次"),
    }))
}

/// Reminds on the day of an instant; tells how many reminders went out.
async fn remind(store: &Store, now: Timestamp) -> anyhow::Result<usize> {
    let today = clock::day(now);
    let mut sent = 0;
    let since = today.saturating_sub(LOOK_BACK.days());
    for area in rounds::regions_with_rounds_due_from(store, since).await? {
        sent += remind_in(store, &area, now, today).await?;
    }
    Ok(sent)
}

async fn remind_in(
    store: &Store,
    area: &RefArea,
    now: Timestamp,
    today: Date,
) -> anyhow::Result<usize> {
    let rounds = rounds::list(store, area).await?;
    let tasks = tasks::of_region(store, area).await?;
    let due = due(&rounds, &tasks, today);
    if due.is_empty() {
        return Ok(0);
    }
    let names = units::list(store, Some(area)).await?;
    let region = regions::find(store, area).await?.map_or_else(String::new, |r| r.name);
    let sender = office_name(&organs::list(store, area).await?, &region, today);
    let stamp = Stamp { at: now, by: SCHEDULE.to_owned() };
    let (mut told, mut reminded) = (Vec::new(), Vec::new());
    let mut tx = store.begin(area).await?;
    for (stored, task) in due {
        let (round, unit) = (&stored.round, &task.key.unit);
        let found = names.iter().find(|u| u.unit.id.0 == unit.0);
        let name = found.map_or(unit.0.as_str(), |u| u.unit.name.as_str());
        let letter =
            reminder(round, (name, round.due_for(unit)), round.window(unit, today), &sender);
        if !reminders::log(&mut tx, &task.key, Some(today), &letter.body, &stamp).await? {
            continue;
        }
        reminded.push(format!("{name}（{}）", round.title));
        told.push(Notification {
            id: entropy::new_id(now)?,
            to: Recipient::Unit(unit.clone()),
            kind: "reminder".to_owned(),
            title: letter.title,
            content: letter.body,
            link: "/tasks".to_owned(),
            created_at: now,
            by_mail: ByMail::Yes,
        });
    }
    if told.is_empty() {
        tx.rollback().await?;
        return Ok(0);
    }
    notifications::notify(&mut tx, &told).await?;
    let entry = Runner::entry("round.remind", &format!("reminders {today}"))
        .about(&format!("{}个单位", told.len()))
        .changed("自动提醒", "", &reminded.join("、"));
    tx.commit(entry).await?;
    Ok(told.len())
}

/// The tasks for which this is a set day and which the unit has not finished, with their rounds.
fn due<'a>(
    rounds: &'a [StoredRound],
    tasks: &'a [StoredTask],
    today: Date,
) -> Vec<(&'a StoredRound, &'a StoredTask)> {
    let found = tasks.iter().filter_map(|task| {
        let stored = rounds.iter().find(|stored| stored.id == task.key.round)?;
        let waits = task.submission.state.waits_for_unit();
        (waits && stored.round.reminds(&task.key.unit, today)).then_some((stored, task))
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use halfsky_store::notifications::Reader;
    use halfsky_store::testing::TestDatabase;
    use halfsky_web::testing::reporting::{self, FIGURES, HEALTH};

    use super::*;

    async fn inbox(database: &TestDatabase) -> Vec<String> {
        let reader = Reader {
            account: "reporter".to_owned(),
            units: vec![halfsky_monitor::reporting::UnitId(HEALTH.to_owned())],
            roles: Vec::new(),
        };
        let area = "990101".parse().unwrap();
        let lines = notifications::inbox(&database.store, &area, &reader, 50).await.unwrap();
        lines.into_iter().map(|line| line.notification.title).collect()
    }

    #[tokio::test]
    async fn a_set_day_reminds_once() {
        let database = halfsky_web::testing::database().await;
        reporting::settle(&database.store).await;
        let area = "990101".parse().unwrap();
        let stored = rounds::list(&database.store, &area).await.unwrap();
        let round = stored.iter().find(|s| s.id.0 == FIGURES).unwrap();
        let days = i64::from(*round.round.reminder_days.first().unwrap());
        let day = round.round.due.saturating_sub(days.days());
        let noon: Timestamp = format!("{day}T04:00:00Z").parse().unwrap();
        let sent = remind(&database.store, noon).await.unwrap();
        assert!(sent > 0);
        assert_eq!(remind(&database.store, noon).await.unwrap(), 0, "each day once");
        assert!(inbox(&database).await.iter().any(|title| title.contains(&round.round.title)));
        let quiet: Timestamp = "2026-02-21T04:00:00Z".parse().unwrap();
        assert_eq!(remind(&database.store, quiet).await.unwrap(), 0, "no set day");
    }
}
