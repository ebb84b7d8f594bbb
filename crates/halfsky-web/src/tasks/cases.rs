//! Supervision cases that wait for the office or for one of its units.

use halfsky_evaluate::supervision::{Case, Light, Stage as CaseStage};
use halfsky_monitor::unit::UnitId;
use halfsky_store::supervision::{self, StoredCase};
use jiff::civil::Date;

use super::Task;
use super::submitted::areas;
use crate::app::App;
use crate::error::WebError;
use crate::pages::cases::case_url;
use crate::parts::due::Due;
use crate::permission::Action;
use crate::shell::Stage;
use crate::visit::Visit;

/// Every case whose next step is the visitor's.
pub(crate) async fn waiting(app: &App, visit: &Visit) -> Result<Vec<Task>, WebError> {
    let Some(account) = visit.account.as_deref() else { return Ok(Vec::new()) };
    let mut list = Vec::new();
    for area in areas(app, visit, Action::Supervise).await? {
        for stored in supervision::list(&app.store, &area).await? {
            if let Some((note, action)) = office(&stored.case, visit.frame.today) {
                let url = case_url(&area, &stored.head.id);
                list.push(task(visit, &stored, note, action, url));
            }
        }
    }
    for area in areas(app, visit, Action::AnswerSupervision).await? {
        for stored in supervision::list(&app.store, &area).await? {
            let case = &stored.case;
            for unit in case.lead().into_iter().chain(case.support().iter().map(String::as_str)) {
                let id = UnitId(unit.to_owned());
                let own = (&area, Some(&id));
                if account.may(app, Action::AnswerSupervision, own).await?
                    && let Some((note, action)) = of_unit(case, unit)
                {
                    let url = case_url(&area, &stored.head.id);
                    list.push(task(visit, &stored, note, action, url));
                }
            }
        }
    }
    Ok(list)
}

fn task(
    visit: &Visit,
    stored: &StoredCase,
    note: &'static str,
    action: &'static str,
    url: String,
) -> Task {
    Task {
        stage: Stage::Supervision,
        title: format!("{} {}", stored.head.label(), stored.head.indicator),
        note: note.to_owned(),
        due: stored.case.due().map(|due| Due::on(due, visit.frame.today)),
        url,
        action,
    }
}

/// What the office has to do next: words and the verb of the button. What a unit lets pass is the office's to urge.
fn office(case: &Case, today: Date) -> Option<(&'static str, &'static str)> {
    match case.stage() {
        CaseStage::Opened => Some(("等待交办", "交办")),
        CaseStage::Rechecking if case.recheck_passed() => Some(("复核已通过，等待销号", "销号")),
        CaseStage::Rechecking => Some(("等待复核", "复核")),
        _ if case.light(today) == Light::Overdue => Some(("单位超期未办，请督促", "查看")),
        _ => None,
    }
}

/// What a unit has to do next.
fn of_unit(case: &Case, unit: &str) -> Option<(&'static str, &'static str)> {
    if case.stage() == CaseStage::Closed {
        return None;
    }
    if !case.acknowledged().iter().any(|known| known == unit) {
        return Some(("等待签收", "签收"));
    }
    if case.lead() != Some(unit) {
        return None;
    }
    match case.stage() {
        CaseStage::Acknowledged => Some(("等待报整改方案", "填报")),
        CaseStage::Planned | CaseStage::Reporting => Some(("整改中，按期反馈", "反馈")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use halfsky_evaluate::supervision::{Actor, Step, Taken};
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_office_urges_what_a_unit_lets_pass() {
        let by = Actor::Office { person: "示例人员".to_owned() };
        let on = date(2026, 3, 1);
        let case = Case::open(&by, "预计达标困难", on).unwrap();
        assert_eq!(office(&case, on), Some(("等待交办", "交办")));
        let (lead, plan_due) = ("health".to_owned(), date(2026, 3, 20));
        let step = Step::Dispatch { lead, support: vec!["education".to_owned()], plan_due };
        let case = case.apply(Taken { step, by, on }).unwrap();
        assert_eq!(office(&case, plan_due), None);
        let late = office(&case, date(2026, 3, 21));
        assert_eq!(late, Some(("单位超期未办，请督促", "查看")));
        for unit in ["health", "education"] {
            assert_eq!(of_unit(&case, unit), Some(("等待签收", "签收")));
        }
    }
}
