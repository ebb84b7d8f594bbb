//! The audit chains wait to be verified.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};

use super::Task;
use crate::app::App;
use crate::checking::{self, Told};
use crate::error::WebError;
use crate::pages::admin::audit;
use crate::parts::due::Due;
use crate::permission::Action;
use crate::shell::Stage;
use crate::visit::Visit;

/// Days after which a verification is due again.
const EVERY: i32 = 7;

/// What waits for the auditor.
pub(crate) async fn waiting(app: &App, visit: &Visit) -> Result<Vec<Task>, WebError> {
    if !visit.may_somewhere(Action::ReadAudit) {
        return Ok(Vec::new());
    }
    let last = checking::last(&app.store).await?;
    Ok(task(last.as_ref(), crate::text::date(app.now())).into_iter().collect())
}

/// The task that the last verification leaves; None while it is fresh and found nothing.
fn task(last: Option<&Told>, today: Date) -> Option<Task> {
    let of = |title: String, note: &str, due: Option<Due>| Task {
        stage: Stage::Admin,
        title,
        note: note.to_owned(),
        due,
        url: format!("{}/check", audit::PATH),
        action: "核验",
    };
    let advice = "建议每周核验一次";
    let Some(last) = last else {
        return Some(of("审计记录还没有核验过".to_owned(), advice, None));
    };
    if !last.intact {
        let note = "请按核验页的步骤保留现场、查明原因";
        return Some(of("上次核验发现审计记录被改动".to_owned(), note, None));
    }
    let then = last.at.parse::<Timestamp>().ok().map(crate::text::date)?;
    let days = then.until(today).map_or(0, |span| span.get_days());
    let due = then.checked_add(EVERY.days()).ok()?;
    (days >= EVERY)
        .then(|| of(format!("审计记录已{days}天未核验"), advice, Some(Due::on(due, today))))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn told(intact: bool) -> Told {
        Told {
            at: "2026-03-05T01:30:00Z".to_owned(),
            by: String::new(),
            intact,
            extent: String::new(),
            findings: Vec::new(),
        }
    }

    #[test]
    fn waits_after_a_week() {
        let title = |last: Option<&Told>, day| task(last, day).map(|task| task.title);
        assert_eq!(title(Some(&told(true)), date(2026, 3, 11)), None);
        let late = title(Some(&told(true)), date(2026, 4, 14));
        assert_eq!(late.as_deref(), Some("审计记录已40天未核验"));
        assert!(title(None, date(2026, 3, 5)).unwrap().contains("还没有核验过"));
        assert!(title(Some(&told(false)), date(2026, 3, 5)).unwrap().contains("被改动"));
    }
}
