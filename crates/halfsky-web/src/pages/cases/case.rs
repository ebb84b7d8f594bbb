//! The page of a case: what it is about, every step taken, the next ones as forms, and whether it worked.

use askama::Template;
use axum::extract::{Path, State};
use halfsky_evaluate::supervision::{Actor, Stage as CaseStage, Step, Taken};
use halfsky_report::evaluation_wording::{latest, summary};
use halfsky_store::evaluations;
use jiff::civil::Date;

use super::{Work, shell};
use crate::app::App;
use crate::error::WebError;
use crate::form::Form;
use crate::list::Choice;
use crate::pages::evaluations::target_path;
use crate::pages::rounds::Area;
use crate::pages::targets::judge::hand_out;
use crate::pages::warnings::{decide_url, level_steps, level_words};
use crate::pages::{Answer, page};
use crate::parts::due::Due;
use crate::shell::Shell;
use crate::text;
use crate::visit::Visit;

struct StepRow {
    day: String,
    words: &'static str,
    by: String,
    lines: Vec<(&'static str, String)>,
    files: Vec<(String, String)>,
}

struct LetterRow {
    kind: String,
    title: String,
    day: String,
    url: String,
}

/// A step the visitor may take now.
pub(super) struct Offer {
    kind: &'static str,
    title: &'static str,
    action: String,
    fields: Fields,
    form: Form,
}

/// Which fields the form of a step has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fields {
    Dispatch,
    None,
    Plan,
    Reason,
    Text,
    Recheck,
    Escalate,
    Remark,
}

#[derive(Template)]
#[template(path = "cases/case.html")]
struct CasePage {
    shell: Shell,
    url: String,
    stage: &'static str,
    steps: u8,
    level: String,
    due: Option<Due>,
    indicator: String,
    demand: String,
    reason: String,
    opened: String,
    lead: String,
    support: String,
    waiting: String,
    /// How the target stands now.
    now: Option<(String, String)>,
    /// Figures published after the case was opened.
    since: Option<String>,
    warning_url: Option<String>,
    taken: Vec<StepRow>,
    letters: Vec<LetterRow>,
    writes: bool,
    /// Units that may lead, and those that may take part.
    leads: Vec<Choice>,
    supports: Vec<Choice>,
    passed: Vec<Choice>,
    offers: Vec<Offer>,
}

/// `GET /cases/{ref_area}/{case}`
pub(crate) async fn show(
    visit: Visit,
    State(app): State<App>,
    area: Area,
    Path((_, case)): Path<(String, String)>,
) -> Answer {
    let work = Work::load(&visit, &app, area, &case).await?;
    draw(&visit, &app, &work, None).await
}

/// The page, perhaps with a form that was refused.
pub(super) async fn draw(
    visit: &Visit,
    app: &App,
    work: &Work,
    refused: Option<(&str, Form)>,
) -> Answer {
    let head = &work.stored.head;
    let case = &work.stored.case;
    let stored = evaluations::newest(&app.store, &work.area.code, &head.plan_id).await?;
    let run = stored.map(|s| {
        if work.small_counts || !work.own.is_empty() { s.run } else { s.run.without_small_counts() }
    });
    let target = run.as_ref().and_then(|run| run.keyed(&head.target_key));
    let opened_year = i32::from(head.opened_on.year());
    let since = target.filter(|t| t.latest.as_ref().is_some_and(|p| p.year >= opened_year));
    let mut offers = offers(work);
    if let Some((kind, form)) = refused
        && let Some(offer) = offers.iter_mut().find(|offer| offer.kind == kind)
    {
        offer.form = form.within(format!("{kind}-"));
    }
    let dispatch = offers.iter().find(|offer| offer.fields == Fields::Dispatch);
    let (leads, supports) = units(work, visit.frame.today, dispatch.map(|offer| &offer.form));
    page(&CasePage {
        shell: shell(visit, &work.area, head.label()),
        url: work.url(),
        stage: case.stage().label(),
        steps: level_steps(head.level),
        level: level_words(head.level),
        due: case.due().map(|due| Due::on(due, visit.frame.today)),
        indicator: head.indicator.clone(),
        demand: head.demand.clone(),
        reason: head.reason.clone(),
        opened: format!("{}，{}", text::long_date(head.opened_on), head.opened.by),
        lead: case.lead().map_or_else(String::new, |id| work.unit(id)),
        support: case.support().iter().map(|id| work.unit(id)).collect::<Vec<_>>().join("、"),
        waiting: waiting(work),
        now: target.map(|t| (summary(t), target_path(&work.area.code, &head.plan_id, t.number))),
        since: since.map(|t| {
            let year = t.latest.as_ref().map_or(0, |p| p.year);
            format!("立项后发布的{year}年数据为{}，{}。", latest(t), t.class.label())
        }),
        warning_url: head.warning.map(|n| decide_url(&work.area.code, &head.plan_id, n)),
        taken: case.steps().iter().enumerate().map(|(at, t)| step_row(work, at, t)).collect(),
        letters: letters(work),
        writes: work.office && case.stage() != CaseStage::Closed,
        leads,
        supports,
        passed: vec![Choice::new("yes", "通过", ""), Choice::new("no", "不通过，继续整改", "")],
        offers,
    })
}

/// The units a case may be given to, as the form of the dispatch names them.
fn units(work: &Work, today: Date, form: Option<&Form>) -> (Vec<Choice>, Vec<Choice>) {
    let (mut leads, mut supports) = (vec![Choice::new("", "请选择", "")], Vec::new());
    let lead = form.map_or("", |form| form.value("lead"));
    for (id, name) in work.units.on(today) {
        let chosen = form.is_some_and(|form| form.values("support").any(|unit| unit == id.0));
        leads.push(Choice::new(id.0.clone(), name.clone(), lead));
        supports.push(Choice { value: id.0, label: name, chosen });
    }
    (leads, supports)
}

/// Whom the case waits for.
fn waiting(work: &Work) -> String {
    let case = &work.stored.case;
    let lead = case.lead().map_or_else(|| "牵头单位".to_owned(), |id| work.unit(id));
    match case.stage() {
        CaseStage::Opened => "等待妇儿工委办交办".to_owned(),
        CaseStage::Dispatched => format!("等待{lead}签收"),
        CaseStage::Acknowledged => format!("等待{lead}报整改方案"),
        CaseStage::Planned | CaseStage::Reporting => format!("{lead}整改中"),
        CaseStage::Rechecking if case.recheck_passed() => "复核已通过，等待销号".to_owned(),
        CaseStage::Rechecking => "等待妇儿工委办复核".to_owned(),
        CaseStage::Closed => "已销号".to_owned(),
    }
}

fn letters(work: &Work) -> Vec<LetterRow> {
    if !work.reads_letters() {
        return Vec::new();
    }
    let row = |(at, l): (usize, &halfsky_store::supervision::Letter)| LetterRow {
        kind: l.kind.clone(),
        title: l.title.clone(),
        day: text::long_date(l.dated),
        url: format!("{}/letters/{}", work.url(), at + 1),
    };
    work.stored.letters.iter().enumerate().map(row).collect()
}

fn step_row(work: &Work, at: usize, taken: &Taken) -> StepRow {
    let by = match &taken.by {
        Actor::Office { person } => format!("妇儿工委办 {person}"),
        Actor::Unit { unit, person } => format!("{} {person}", work.unit(unit)),
        Actor::Program => String::new(),
    };
    let files = work.stored.files.get(at).map_or(&[][..], Vec::as_slice);
    StepRow {
        day: text::long_date(taken.on),
        words: taken.step.label(),
        by,
        lines: lines(work, &taken.step),
        files: files
            .iter()
            .enumerate()
            .map(|(n, f)| (f.name.clone(), format!("{}/files/{}/{n}", work.url(), at + 1)))
            .collect(),
    }
}

fn lines(work: &Work, step: &Step) -> Vec<(&'static str, String)> {
    match step {
        Step::Dispatch { lead, support, plan_due } => {
            let mut lines = vec![("牵头单位", work.unit(lead))];
            if !support.is_empty() {
                let names: Vec<String> = support.iter().map(|id| work.unit(id)).collect();
                lines.push(("配合单位", names.join("、")));
            }
            lines.push(("整改方案期限", text::long_date(*plan_due)));
            lines
        }
        Step::Acknowledge => Vec::new(),
        Step::SubmitPlan(plan) => vec![
            ("原因", plan.causes.clone()),
            ("措施", plan.measures.clone()),
            ("责任人", plan.person.clone()),
            ("完成期限", text::long_date(plan.deadline)),
        ],
        Step::ReturnPlan { reason } | Step::Close { reason } | Step::Recheck { reason, .. } => {
            vec![("理由", reason.clone())]
        }
        Step::Report { text } => vec![("进展", text.clone())],
        Step::AskForRecheck { evidence } => vec![("整改情况", evidence.clone())],
        Step::Escalate { to, reason } => vec![("升级至", to.clone()), ("理由", reason.clone())],
        Step::Remark { leader, text } => vec![("领导", leader.clone()), ("批示", text.clone())],
    }
}

/// The steps the state machine allows now, of those the visitor may take.
fn offers(work: &Work) -> Vec<Offer> {
    let case = &work.stored.case;
    let stage = case.stage();
    let offer = |kind: &'static str, title, action: String, fields| Offer {
        kind,
        title,
        action,
        fields,
        form: Form::default().within(format!("{kind}-")),
    };
    let mut offers = Vec::new();
    if work.office {
        let office = || format!("{}/office", work.url());
        match stage {
            CaseStage::Opened => {
                offers.push(offer("dispatch", "交办", office(), Fields::Dispatch));
            }
            CaseStage::Planned => {
                offers.push(offer("return_plan", "退回整改方案", office(), Fields::Reason));
            }
            CaseStage::Rechecking if case.recheck_passed() => {
                offers.push(offer("close", "销号", office(), Fields::Reason));
            }
            CaseStage::Rechecking => {
                offers.push(offer("recheck", "复核", office(), Fields::Recheck));
            }
            _ => {}
        }
        offers.push(offer("remark", "记录批示", office(), Fields::Remark));
        if stage != CaseStage::Closed {
            offers.push(offer("escalate", "升级", office(), Fields::Escalate));
        }
    }
    for unit in &work.own {
        let action = || format!("{}/units/{unit}", work.url());
        let leads = case.lead() == Some(unit.as_str());
        if stage != CaseStage::Closed && !case.acknowledged().contains(unit) {
            offers.push(offer("acknowledge", "签收", action(), Fields::None));
        }
        if leads && stage == CaseStage::Acknowledged {
            offers.push(offer("submit_plan", "报整改方案", action(), Fields::Plan));
        }
        if matches!(stage, CaseStage::Planned | CaseStage::Reporting) {
            offers.push(offer("report", "报整改进展", action(), Fields::Text));
        }
        if leads && stage == CaseStage::Reporting {
            offers.push(offer("ask_for_recheck", "申请复核", action(), Fields::Text));
        }
    }
    offers
}

/// `GET /cases/{ref_area}/{case}/files/{sequence}/{position}`: for the office and the units of the case.
pub(crate) async fn file(
    visit: Visit,
    State(app): State<App>,
    area: Area,
    Path((_, case, sequence, position)): Path<(String, String, String, String)>,
) -> Answer {
    let work = Work::load(&visit, &app, area, &case).await?;
    if !work.reads_letters() {
        return Err(WebError::out_of_reach());
    }
    let missing = || WebError::NotFound("没有这个文件。".to_owned());
    let sequence: usize = sequence.parse().map_err(|_| missing())?;
    let position: usize = position.parse().map_err(|_| missing())?;
    let files = sequence.checked_sub(1).and_then(|at| work.stored.files.get(at));
    let file = files.and_then(|f| f.get(position)).ok_or_else(missing)?;
    hand_out(&app, file).await
}
