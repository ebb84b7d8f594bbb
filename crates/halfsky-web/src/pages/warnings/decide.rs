//! One warning with its frozen evidence: a person takes it up, which opens a case, or sets it aside with the reason.

use askama::Template;
use axum::extract::{Path, State};
use halfsky_evaluate::run::release_label;
use halfsky_evaluate::supervision::{Actor, Case};
use halfsky_evaluate::warning::Level;
use halfsky_plan::version::PlanId;
use halfsky_report::delivery_wording::{delivery, rule_name};
use halfsky_report::outlook_wording::{probability, value};
use halfsky_store::supervision::{self, CaseHead, CaseId};
use halfsky_store::warnings::{self, Decided, Decision, StoredWarning};
use halfsky_store::{evaluations, plans};

use super::{decide_url, level_steps, level_words, shell, url};
use crate::app::App;
use crate::error::WebError;
use crate::form::{Form, Posted};
use crate::list::Choice;
use crate::pages::cases::case_url;
use crate::pages::evaluations::target_path;
use crate::pages::rounds::Area;
use crate::pages::{Answer, page, refused};
use crate::parts::toast::Toast;
use crate::permission::Action;
use crate::shell::Shell;
use crate::text;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "warnings/decide.html")]
struct DecidePage {
    shell: Shell,
    action: String,
    back: String,
    plan: String,
    demand: String,
    lead: String,
    steps: u8,
    level: String,
    from: &'static str,
    over: bool,
    provisional: bool,
    rule: &'static str,
    /// Which figure came late or is missing; it tells no figure, so that everybody may read it.
    delivery: Option<String>,
    release: String,
    raised: String,
    evidence: Vec<(&'static str, String)>,
    figures: Vec<(i32, String)>,
    target_url: Option<String>,
    decided: Option<String>,
    decides: bool,
    choices: Vec<Choice>,
    form: Form,
}

async fn load(app: &App, area: &Area, plan: &str, number: &str) -> Result<StoredWarning, WebError> {
    let missing = || WebError::NotFound("没有这条预警。请从预警列表重新进入。".to_owned());
    let number = number.parse().map_err(|_| missing())?;
    let found = warnings::find(&app.store, &area.code, &PlanId(plan.to_owned()), number).await;
    match found {
        Err(halfsky_store::Error::NotFound(_)) => Err(missing()),
        other => Ok(other?),
    }
}

/// `GET /warnings/{ref_area}/{plan}/{number}`
pub(crate) async fn ask(
    visit: Visit,
    State(app): State<App>,
    area: Area,
    Path((_, plan, number)): Path<(String, String, String)>,
) -> Answer {
    let warning = load(&app, &area, &plan, &number).await?;
    let form = Form::filled(vec![("decision", "confirmed".to_owned())]);
    page(&decide_page(&visit, &app, &area, &warning, form).await?)
}

async fn decide_page(
    visit: &Visit,
    app: &App,
    area: &Area,
    warning: &StoredWarning,
    form: Form,
) -> Result<DecidePage, WebError> {
    let plans = plans::list(&app.store, Some(&area.code)).await?;
    let plan = plans.into_iter().find(|p| p.plan_id == warning.plan_id);
    let newest = evaluations::newest(&app.store, &area.code, &warning.plan_id).await?;
    let target = newest.as_ref().and_then(|s| s.run.keyed(&warning.key.target));
    let few = target.is_some_and(|t| t.few_events.as_ref().is_some_and(|f| f.guards));
    let all = visit.may(app, Action::ReadSmallCounts, &area.code).await?;
    let shows = all || !few;
    let undelivered = warning.evidence.as_ref().and_then(|e| e.undelivered.as_ref());
    let chosen = form.value("decision");
    let label = |d: Decision| match d {
        Decision::Confirmed => "确认，立项督办",
        Decision::Rejected => "不予处理",
    };
    Ok(DecidePage {
        shell: shell(visit, area, warning.indicator.clone()),
        action: decide_url(&area.code, &warning.plan_id, warning.number),
        back: url(&area.code),
        plan: plan.map_or_else(String::new, |p| p.title),
        demand: warning.demand.clone(),
        lead: warning.lead.join("、"),
        steps: warning.to.map_or(1, level_steps),
        level: warning.to.map_or_else(|| "解除".to_owned(), level_words),
        from: warning.from.map_or("", Level::label),
        over: warning.to.is_none(),
        provisional: warning.provisional,
        rule: rule_name(warning.key.rule, undelivered),
        delivery: undelivered.map(|told| delivery(told, text::date(warning.raised_at))),
        release: release_label(&warning.release),
        raised: text::minute(warning.raised_at),
        evidence: if shows { evidence(warning) } else { Vec::new() },
        figures: warning
            .evidence
            .iter()
            .filter(|_| shows)
            .flat_map(|e| &e.figures)
            .map(|p| (p.year, p.value.clone()))
            .collect(),
        target_url: target.map(|t| target_path(&area.code, &warning.plan_id, t.number)),
        decided: warning.decision.as_ref().map(|d| {
            let reason =
                if d.reason.is_empty() { String::new() } else { format!("：{}", d.reason) };
            format!("{}（{}，{}）{reason}", d.decision.label(), d.stamp.by, text::day(d.stamp.at))
        }),
        decides: warning.decision.is_none()
            && warning.to.is_some()
            && visit.may(app, Action::Supervise, &area.code).await?,
        choices: [Decision::Confirmed, Decision::Rejected]
            .map(|d| Choice::new(d.code(), label(d), chosen))
            .into(),
        form,
    })
}

/// What the warning rests on, in the order people ask for it.
fn evidence(warning: &StoredWarning) -> Vec<(&'static str, String)> {
    let Some(e) = &warning.evidence else { return Vec::new() };
    let mut lines = vec![("当时结论", e.status.label().to_owned())];
    lines.extend(e.probability.map(|p| ("达标概率", probability(p))));
    lines.extend(e.pace.map(|r| ("序时进度比", value(r, 2))));
    lines.extend(e.events.map(|n| ("近三年例数", n.to_string())));
    lines.extend(e.prior.as_ref().map(|p| ("先验", p.origin.label().to_owned())));
    lines.push(("方法版本", e.method.clone()));
    lines
}

/// `POST /warnings/{ref_area}/{plan}/{number}`
pub(crate) async fn save(
    visit: Visit,
    State(app): State<App>,
    area: Area,
    Path((_, plan, number)): Path<(String, String, String)>,
    Posted(mut form): Posted,
) -> Answer {
    let warning = load(&app, &area, &plan, &number).await?;
    let Some(level) = warning.to else {
        return Err(WebError::Refused("这条预警已经解除，不用处理。".to_owned()));
    };
    let decision = Decision::from_code(form.value("decision"));
    if decision.is_none() {
        form.refuse("decision", "请选择怎么处理");
    }
    let reason = form.required("reason", "请写明理由");
    let (Some(decision), false) = (decision, form.is_refused()) else {
        return refused(&decide_page(&visit, &app, &area, &warning, form).await?);
    };
    let decided = Decided { decision, reason: reason.clone(), stamp: visit.stamp(&app) };
    let mut tx = app.store.begin(&area.code).await?;
    warnings::decide(&mut tx, &warning.plan_id, warning.number, &decided).await?;
    let entry = visit
        .entry(&app, "warning.decide", &warning.object())
        .about(&format!("{} {}", warning.indicator, warning.key.rule.label()))
        .changed("处理", "", decision.label())
        .because(&reason);
    if decision == Decision::Rejected {
        tx.commit(entry).await?;
        return Ok(visit.redirect(&app, &Toast::new("已记下不予处理的理由"), &url(&area.code)));
    }
    let head = opened(&visit, &app, &warning, level, &reason)?;
    let number = supervision::open(&mut tx, &head).await?;
    let label = CaseHead { number, ..head.clone() }.label();
    tx.commit(entry.changed("立项", "", &label)).await?;
    let toast = Toast::new(format!("已立项：{label}"));
    Ok(visit.redirect(&app, &toast, &case_url(&area.code, &head.id)))
}

/// The case a warning leads to. Its number is given when it is kept.
fn opened(
    visit: &Visit,
    app: &App,
    warning: &StoredWarning,
    level: Level,
    reason: &str,
) -> Result<CaseHead, WebError> {
    let opened = visit.stamp(app);
    let opened_on = text::date(opened.at);
    let actor = Actor::Office { person: opened.by.clone() };
    Case::open(&actor, reason, opened_on)
        .map_err(|refusal| WebError::Refused(format!("{refusal}。")))?;
    Ok(CaseHead {
        id: CaseId(app.new_id()),
        number: 0,
        plan_id: warning.plan_id.clone(),
        target_key: warning.key.target.clone(),
        indicator: warning.indicator.clone(),
        demand: warning.demand.clone(),
        level,
        warning: Some(warning.number),
        visit: None,
        reason: reason.to_owned(),
        opened_on,
        opened,
    })
}
