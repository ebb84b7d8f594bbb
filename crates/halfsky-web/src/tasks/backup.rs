//! Backups that have not succeeded for days wait for the system administrator.

use halfsky_store::backup::runs;
use jiff::{SignedDuration, Timestamp};

use super::Task;
use crate::app::App;
use crate::error::WebError;
use crate::permission::Action;
use crate::shell::Stage;
use crate::visit::Visit;

/// A daily backup may fail once and succeed an hour later; after this somebody has to look.
const OVERDUE: SignedDuration = SignedDuration::from_hours(48);

/// What is to be done about backups.
pub(crate) async fn waiting(app: &App, visit: &Visit) -> Result<Vec<Task>, WebError> {
    let automatic = app.settings.backups.as_ref().is_some_and(|policy| policy.hour.is_some());
    if !automatic || !visit.may_somewhere(Action::ManageBackup) {
        return Ok(Vec::new());
    }
    let last = runs::last_done(&app.store).await?.map(|run| run.started_at);
    Ok(task(last, app.now()).into_iter().collect())
}

fn task(last: Option<Timestamp>, now: Timestamp) -> Option<Task> {
    let title = match last {
        None => "还没有成功的备份".to_owned(),
        Some(last) => {
            let age = now.duration_since(last);
            if age < OVERDUE {
                return None;
            }
            format!("{}天没有成功备份", age.as_hours() / 24)
        }
    };
    Some(Task {
        stage: Stage::Admin,
        title,
        note: "查看失败原因，处理后立即备份".to_owned(),
        due: None,
        url: "/admin/backup".to_owned(),
        action: "查看",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_without_a_backup_are_counted() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let title = |last: Option<&str>| {
            task(last.map(at), at("2026-03-05T02:00:00Z")).map(|task| task.title)
        };
        assert_eq!(title(None).unwrap(), "还没有成功的备份");
        assert_eq!(title(Some("2026-03-04T02:00:00Z")), None);
        assert_eq!(title(Some("2026-03-02T01:00:00Z")).unwrap(), "3天没有成功备份");
    }
}
