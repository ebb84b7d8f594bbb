//! Accepting a submission, which turns its figures into observations, and sending it back.

use axum::extract::State;
use halfsky_monitor::data_set::CellKey;
use halfsky_monitor::submission::{CellReturn, Step, Submission, Transition};
use halfsky_store::notifications::{self, ByMail, Notification, Recipient};
use halfsky_store::observations::{self, Recording, Years};
use halfsky_store::submissions::{self, Decision};
use halfsky_store::{Tx, tasks};

use super::{Case, CasePath, history, lines, refused, submission, url};
use crate::acceptance::{self, Acceptance};
use crate::app::App;
use crate::error::WebError;
use crate::form::{Form, Posted};
use crate::pages::Answer;
use crate::parts::toast::Toast;
use crate::published;
use crate::visit::Visit;

/// The longest reason that is taken, in characters.
const LONGEST_REASON: usize = 500;

/// `POST …/accept`
pub(crate) async fn accept(
    visit: Visit,
    State(app): State<App>,
    path: CasePath,
    Posted(mut form): Posted,
) -> Answer {
    let case = Case::at(&app, &path).await?;
    let returned = lines::returned(&case.form, &form);
    if !returned.is_empty() || !form.value("reason").is_empty() {
        form.refuse("reason", "已填写退回原因，没有接受；请改用“退回”，或清空退回原因后再接受");
        return submission::draw_refused(&visit, &app, &case, form).await;
    }
    let seen = seen(&form)?;
    let recording = take_over(&visit, &app, &case, seen).await?;
    let mut toast = Toast::new(format!("已接受{}的报送，{}", case.unit, told(recording)));
    if let Some((name, next)) = next_waiting(&app, &case).await? {
        toast = toast.with_link(&format!("审核下一份：{name}"), &next);
    }
    Ok(visit.redirect(&app, &toast, "/review"))
}

fn told(recording: Recording) -> String {
    let Recording { added, revised, unchanged } = recording;
    let mut words = vec![format!("新记录{added}项")];
    if revised > 0 {
        words.push(format!("修订{revised}项"));
    }
    if unchanged > 0 {
        words.push(format!("{unchanged}项与已有数据相同"));
    }
    words.join("，")
}

/// The revision of the task that the page was drawn with.
pub(super) fn seen(form: &Form) -> Result<i64, WebError> {
    let unreadable = || WebError::Invalid("提交的表单不完整。请返回后刷新页面重试。".to_owned());
    form.value("seen").parse().map_err(|_| unreadable())
}

/// Accepts a submission: the decision, the step, the observations, the register of missing data and the word to the
/// unit, all or nothing.
pub(super) async fn take_over(
    visit: &Visit,
    app: &App,
    case: &Case,
    seen: i64,
) -> Result<Recording, WebError> {
    let key = case.key();
    let (next, transition) = case.step(visit, app, &Step::Accept).map_err(|r| refused(&r))?;
    let number = next.version;
    let (_, handed_in) = submissions::load(&app.store, key, number).await?;
    let steps = history(app, key).await?;
    let asked = steps.iter().find(|e| matches!(&*e.action, "task.return" | "task.reopen"));
    let why = match asked {
        Some(entry) => format!("接受{}第{number}次报送；更正原因：{}", case.unit, entry.reason),
        None => format!("接受{}第{number}次报送", case.unit),
    };
    let indicators = published::names(app).await?.cards().keys().cloned().collect();
    let units = super::unit_names(app, &key.ref_area).await?;
    let stamp = visit.stamp(app);
    let mut tx = app.store.begin(&key.ref_area).await?;
    // writers of a region follow one another: what other units have reported stands until this is kept
    let year = case.period.year();
    let years = Years { from: year, to: year };
    let others =
        observations::figures_of_others(&app.store, &key.ref_area, years, &key.unit).await?;
    tasks::save_step(&mut tx, key, seen, &next, &stamp).await?;
    let acceptance = Acceptance {
        key,
        form: &case.form,
        period: case.period,
        handed_in: &handed_in,
        why: &why,
        others: &others,
        indicators: &indicators,
        units: &units,
    };
    let recording = acceptance::keep(&mut tx, &acceptance, &stamp).await?;
    let notice = notice(app, case, ("accepted", "报送已接受"), String::new());
    notifications::notify(&mut tx, &[notice]).await?;
    let entry = visit.entry(app, "task.accept", &key.object()).about(&case.subject());
    let states = (transition.from.label(), transition.to.label());
    tx.commit(entry.changed("状态", states.0, states.1)).await?;
    Ok(recording)
}

/// The word to the unit about what was decided.
fn notice(app: &App, case: &Case, (kind, deed): (&str, &str), content: String) -> Notification {
    let key = case.key();
    Notification {
        id: app.new_id(),
        to: Recipient::Unit(key.unit.clone()),
        kind: kind.to_owned(),
        title: format!("{deed}：{}", case.round.round.title),
        content,
        link: format!("/reporting/{}/{}/{}", key.ref_area, key.round.0, key.unit.0),
        created_at: app.now(),
        by_mail: if kind == "returned" { ByMail::Yes } else { ByMail::No },
    }
}

/// The next submission of the region that waits for a decision, with the name of its unit.
async fn next_waiting(app: &App, case: &Case) -> Result<Option<(String, String)>, WebError> {
    use halfsky_monitor::submission::SubmissionState::Submitted;
    let waiting = tasks::in_state(&app.store, &case.key().ref_area, Submitted).await?;
    let Some(next) = waiting.into_iter().find(|task| task.form.is_some()) else { return Ok(None) };
    let names = super::unit_names(app, &next.key.ref_area).await?;
    Ok(Some((super::unit_name(&names, &next.key.unit), url(&next.key))))
}

/// `POST …/return`
pub(crate) async fn send_back(
    visit: Visit,
    State(app): State<App>,
    path: CasePath,
    Posted(mut form): Posted,
) -> Answer {
    let case = Case::at(&app, &path).await?;
    let cells = lines::returned(&case.form, &form);
    let reason = form.value("reason").to_owned();
    let longest = cells.iter().map(|c| &c.reason).chain([&reason]).map(|r| r.chars().count()).max();
    if longest > Some(LONGEST_REASON) {
        form.refuse("reason", format!("退回原因请不超过{LONGEST_REASON}字"));
        return submission::draw_refused(&visit, &app, &case, form).await;
    }
    let step = Step::Return { cells: cells.clone(), reason: reason.clone() };
    let (next, transition) = match case.step(&visit, &app, &step) {
        Ok(taken) => taken,
        Err(refusal @ halfsky_monitor::submission::Refusal::NoReason) => {
            form.refuse("reason", refusal.to_string());
            return submission::draw_refused(&visit, &app, &case, form).await;
        }
        Err(refusal) => return Err(refused(&refusal)),
    };
    let key = case.key();
    let words = in_words(&case, &cells, &reason);
    let decision = Decision::Returned { cells, reason };
    let mut tx = app.store.begin(&key.ref_area).await?;
    submissions::decide(&mut tx, key, next.version, &decision, &visit.stamp(&app)).await?;
    let back = Back {
        action: "task.return",
        deed: "报送被退回",
        words: &words,
        seen: seen(&form)?,
        next,
        transition,
    };
    give_back(&visit, &app, &case, (tx, back)).await?;
    let toast = Toast::new(format!("已退回{}，该单位可以立即看到退回原因", case.unit));
    Ok(visit.redirect(&app, &toast, &url(key)))
}

/// The step by which a report goes back to its unit.
pub(super) struct Back<'a> {
    /// The action in the audit log.
    pub(super) action: &'static str,
    /// What the unit is told, before the title of the round.
    pub(super) deed: &'static str,
    pub(super) words: &'a str,
    /// The revision of the task that the page was drawn with.
    pub(super) seen: i64,
    pub(super) next: Submission,
    pub(super) transition: Transition,
}

/// Keeps the step with the word to the unit.
pub(super) async fn give_back(
    visit: &Visit,
    app: &App,
    case: &Case,
    (mut tx, back): (Tx, Back<'_>),
) -> Result<(), WebError> {
    let key = case.key();
    tasks::save_step(&mut tx, key, back.seen, &back.next, &visit.stamp(app)).await?;
    let notice = notice(app, case, ("returned", back.deed), back.words.to_owned());
    notifications::notify(&mut tx, &[notice]).await?;
    let entry = visit.entry(app, back.action, &key.object()).about(&case.subject());
    let states = (back.transition.from.label(), back.transition.to.label());
    tx.commit(entry.changed("状态", states.0, states.1).because(back.words)).await?;
    Ok(())
}

/// What came back, as one text: the reason for the whole, then each cell by its name.
fn in_words(case: &Case, cells: &[CellReturn], reason: &str) -> String {
    let name = |cell: &CellKey| lines::cell_name(&case.form, cell);
    let cells = cells.iter().map(|c| format!("{}：{}", name(&c.cell), c.reason));
    let all = std::iter::once(reason.to_owned()).filter(|r| !r.is_empty()).chain(cells);
    all.collect::<Vec<_>>().join("；")
}
