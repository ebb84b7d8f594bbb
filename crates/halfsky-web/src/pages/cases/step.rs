//! One step of a case, by the office or by one of its units. The state machine decides whether it may be taken.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use halfsky_evaluate::supervision::{Actor, RectificationPlan, Refusal, Step, Taken};
use halfsky_monitor::reporting::UnitId;
use halfsky_store::notifications::{self, ByMail, Notification, Recipient};
use halfsky_store::supervision;
use jiff::civil::Date;

use super::{Work, case};
use crate::app::App;
use crate::error::WebError;
use crate::form::{Form, Upload, UploadedFile};
use crate::pages::Answer;
use crate::pages::rounds::Area;
use crate::pages::targets::judge::{keep, refuse_large};
use crate::parts::toast::Toast;
use crate::text;
use crate::visit::Visit;

/// `POST /cases/{ref_area}/{case}/office`
pub(crate) async fn by_office(
    visit: Visit,
    State(app): State<App>,
    area: Area,
    Path((_, id)): Path<(String, String)>,
    Upload { form, file }: Upload,
) -> Answer {
    let work = Work::load(&visit, &app, area, &id).await?;
    let actor = Actor::Office { person: visit.actor() };
    take(&visit, &app, work, actor, (form, file)).await
}

/// `POST /cases/{ref_area}/{case}/units/{unit}`
pub(crate) async fn by_unit(
    visit: Visit,
    State(app): State<App>,
    area: Area,
    Path((_, id, unit)): Path<(String, String, String)>,
    Upload { form, file }: Upload,
) -> Answer {
    let work = Work::load(&visit, &app, area, &id).await?;
    let actor = Actor::Unit { unit, person: visit.actor() };
    take(&visit, &app, work, actor, (form, file)).await
}

async fn take(
    visit: &Visit,
    app: &App,
    work: Work,
    by: Actor,
    (mut form, file): (Form, Option<UploadedFile>),
) -> Answer {
    let kind = form.value("kind").to_owned();
    let step = read(&mut form, &kind, &work, visit.frame.today);
    refuse_large(&mut form, file.as_ref());
    let now = app.now();
    let mut after = None;
    if let (Some(step), false) = (&step, form.is_refused()) {
        let taken = Taken { step: step.clone(), by, on: text::date(now) };
        match work.stored.case.apply(taken.clone()) {
            Ok(case) => after = Some((case, taken)),
            Err(refusal @ Refusal::WrongStage(_)) => {
                return Err(WebError::Conflict(format!("{refusal}。请刷新后核对。")));
            }
            Err(Refusal::NotOffice | Refusal::NotResponsible | Refusal::NotLead) => {
                return Err(WebError::out_of_reach());
            }
            Err(refusal) => form.refuse(field_of(&kind, refusal), refusal.to_string()),
        }
    }
    let Some((next, taken)) = after else {
        let mut answer = case::draw(visit, app, &work, Some((&kind, form))).await?;
        *answer.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(answer);
    };
    let files = keep(app, file).await?;
    let seen = form.value("seen").parse().unwrap_or(usize::MAX - 1);
    if seen != work.stored.case.steps().len() {
        return Err(WebError::Conflict("这件督办刚被别人办理了一步。请刷新后核对。".to_owned()));
    }
    let head = &work.stored.head;
    let mut tx = app.store.begin(&work.area.code).await?;
    supervision::take(&mut tx, &head.id, seen, (&taken, &files), now).await?;
    notifications::notify(&mut tx, &notices(app, &work, &next, &taken)).await?;
    let entry = visit
        .entry(app, "case.step", &head.id.object())
        .about(&format!("{} {}", head.label(), head.indicator))
        .changed("步骤", work.stored.case.stage().label(), taken.step.label())
        .because(form.value("reason"));
    tx.commit(entry).await?;
    let toast = Toast::new(format!("已办理：{}", taken.step.label()));
    Ok(visit.redirect(app, &toast, &work.url()))
}

/// The field of a form a refusal belongs to.
fn field_of(kind: &str, refusal: Refusal) -> &'static str {
    match (kind, refusal) {
        (_, Refusal::DayInThePast) => "due",
        ("report" | "ask_for_recheck" | "remark", _) => "text",
        ("dispatch", _) => "lead",
        ("submit_plan", _) => "causes",
        _ => "reason",
    }
}

/// The step a form describes; None when something in it is refused.
fn read(form: &mut Form, kind: &str, work: &Work, today: Date) -> Option<Step> {
    match kind {
        "dispatch" => {
            let known = work.units.on(today);
            let unit = |id: &str| known.contains_key(&UnitId(id.to_owned()));
            let lead = form.required("lead", "请选择牵头单位");
            if !lead.is_empty() && !unit(&lead) {
                form.refuse("lead", "没有这个单位，请重新选择");
            }
            let support: Vec<String> = form
                .values("support")
                .filter(|id| !id.is_empty() && unit(id) && *id != lead)
                .map(str::to_owned)
                .collect();
            let plan_due = form.required_day("due", "请填写整改方案期限")?;
            Some(Step::Dispatch { lead, support, plan_due })
        }
        "acknowledge" => Some(Step::Acknowledge),
        "submit_plan" => {
            let causes = form.required("causes", "请写明原因");
            let measures = form.required("measures", "请写明措施");
            let person = form.required("who", "请写明责任人");
            let deadline = form.required_day("due", "请填写完成期限")?;
            Some(Step::SubmitPlan(RectificationPlan { causes, measures, person, deadline }))
        }
        "return_plan" => Some(Step::ReturnPlan { reason: reason(form) }),
        "report" => Some(Step::Report { text: form.required("text", "请写明整改进展") }),
        "ask_for_recheck" => {
            let evidence = form.required("text", "请写明整改情况和依据");
            Some(Step::AskForRecheck { evidence })
        }
        "recheck" => {
            let passed = match form.value("passed") {
                "yes" => true,
                "no" => false,
                _ => {
                    form.refuse("passed", "请选择复核结果");
                    return None;
                }
            };
            Some(Step::Recheck { passed, reason: reason(form) })
        }
        "close" => Some(Step::Close { reason: reason(form) }),
        "escalate" => {
            let to = form.required("who", "请写明升级至哪里");
            Some(Step::Escalate { to, reason: reason(form) })
        }
        "remark" => {
            let leader = form.required("who", "请写明领导职务");
            Some(Step::Remark { leader, text: form.required("text", "请写明批示内容") })
        }
        _ => {
            form.refuse("kind", "不能识别这一步，请刷新后重试");
            None
        }
    }
}

fn reason(form: &mut Form) -> String {
    form.required("reason", "请写明理由")
}

/// Whoever has to do something next is told.
fn notices(
    app: &App,
    work: &Work,
    next: &halfsky_evaluate::supervision::Case,
    taken: &Taken,
) -> Vec<Notification> {
    let office = Recipient::Role(halfsky_monitor::role::Role::CommitteeOffice.code().to_owned());
    let recipients = match &taken.by {
        Actor::Unit { .. } | Actor::Program => vec![office],
        Actor::Office { .. } => {
            let units = next.lead().into_iter().chain(next.support().iter().map(String::as_str));
            units.map(|id| Recipient::Unit(UnitId(id.to_owned()))).collect()
        }
    };
    let head = &work.stored.head;
    recipients
        .into_iter()
        .map(|to| Notification {
            id: app.new_id(),
            to,
            kind: "supervision".to_owned(),
            title: format!("{}：{}", head.label(), taken.step.label()),
            content: head.indicator.clone(),
            link: work.url(),
            created_at: app.now(),
            by_mail: ByMail::No,
        })
        .collect()
}
