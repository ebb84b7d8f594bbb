//! The warnings of a region: those that stand, or every step ever told.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use halfsky_evaluate::run::UndeliveredResult;
use halfsky_evaluate::warning::{Level, Rule};
use halfsky_plan::version::PlanId;
use halfsky_report::delivery_wording::{delay, rule_name};
use halfsky_report::table::{Column, Table};
use halfsky_store::plans;
use halfsky_store::warnings::{self, StoredWarning};

use super::{decide_url, level_steps, level_words, url};
use crate::app::App;
use crate::export;
use crate::list::{Choice, Listing, Params, sort_rows};
use crate::pages::rounds::Area;
use crate::pages::{Answer, page};
use crate::parts::tab::Tab;
use crate::permission::Action;
use crate::shell::{Shell, Stage};
use crate::text;
use crate::visit::Visit;

const FILTERS: [&str; 4] = ["q", "level", "rule", "plan"];
const DEFAULT_SORT: &str = "-level";

struct Row {
    url: String,
    indicator: String,
    demand: String,
    plan: String,
    steps: u8,
    level: String,
    /// The level before.
    from: &'static str,
    over: bool,
    provisional: bool,
    rule: &'static str,
    /// How late a figure came, or since when it is missing.
    delay: String,
    lead: String,
    raised: String,
    decision: &'static str,
    order: (Option<Level>, jiff::Timestamp),
}

#[derive(Template)]
#[template(path = "warnings/list.html")]
struct ListPage {
    shell: Shell,
    views: Vec<Tab>,
    counts: Vec<(u8, &'static str, usize)>,
    levels: Vec<Choice>,
    rules: Vec<Choice>,
    plans: Vec<Choice>,
    /// Title and address of the parameters of each plan.
    parameters: Vec<(String, String)>,
    sets: bool,
    cases: String,
    list: Listing<Row>,
}

/// `GET /warnings/{ref_area}`
pub(crate) async fn show(
    visit: Visit,
    State(app): State<App>,
    area: Area,
    params: Params,
) -> Answer {
    let history = params.value("view") == "history";
    let standing = warnings::standing(&app.store, &area.code).await?;
    let found =
        if history { warnings::list(&app.store, &area.code).await? } else { standing.clone() };
    let mut in_force = plans::list(&app.store, Some(&area.code)).await?;
    in_force.retain(|plan| plan.in_force.is_some());
    let titles: BTreeMap<PlanId, String> =
        in_force.iter().map(|p| (p.plan_id.clone(), p.title.clone())).collect();
    let rows = chosen(&area, &found, &titles, &params);
    if let Some(format) = export::Format::asked(&params) {
        return export::answer(&table(&area, &rows), format);
    }
    let count = |level: Level| standing.iter().filter(|w| w.to == Some(level)).count();
    let (level, rule, plan) = (params.value("level"), params.value("rule"), params.value("plan"));
    let mut levels = vec![Choice::new("", "全部等级", level)];
    levels.extend(Level::ALL.iter().rev().map(|l| Choice::new(l.code(), level_words(*l), level)));
    let mut rules = vec![Choice::new("", "全部规则", rule)];
    rules.extend(Rule::ALL.map(|r| Choice::new(r.code(), r.label(), rule)));
    let mut choices = vec![Choice::new("", "全部规划", plan)];
    choices
        .extend(titles.iter().map(|(id, title)| Choice::new(id.0.as_str(), title.clone(), plan)));
    let views = [("现有预警", ""), ("全部记录", "history")].map(|(label, view)| {
        Tab::new(label, params.with(&[("view", view)])).chosen_if(|| params.value("view") == view)
    });
    page(&ListPage {
        shell: Shell::new(&visit, Stage::Supervision, format!("{}预警", area.name))
            .showing(in_force.iter().any(|p| p.example).into()),
        views: views.into(),
        counts: Level::ALL.iter().rev().map(|l| (level_steps(*l), l.label(), count(*l))).collect(),
        levels,
        rules,
        plans: choices,
        parameters: in_force
            .iter()
            .map(|p| {
                let address = format!("{}/{}/parameters", url(&area.code), p.plan_id.0);
                (p.title.clone(), address)
            })
            .collect(),
        sets: visit.may(&app, Action::EvaluatePlan, &area.code).await?,
        cases: crate::pages::cases::url(&area.code),
        list: Listing::new(&params, rows, &FILTERS, DEFAULT_SORT),
    })
}

/// What a warning keeps of a figure that came late or is missing.
fn undelivered(warning: &StoredWarning) -> Option<&UndeliveredResult> {
    warning.evidence.as_ref()?.undelivered.as_ref()
}

fn chosen(
    area: &Area,
    all: &[StoredWarning],
    titles: &BTreeMap<PlanId, String>,
    params: &Params,
) -> Vec<Row> {
    let (words, level) = (params.value("q"), params.value("level"));
    let (rule, plan) = (params.value("rule"), params.value("plan"));
    let fits = |w: &&StoredWarning| {
        (words.is_empty() || w.indicator.contains(words))
            && (level.is_empty() || w.to.is_some_and(|l| l.code() == level))
            && (rule.is_empty() || w.key.rule.code() == rule)
            && (plan.is_empty() || w.plan_id.0 == plan)
    };
    let row = |w: &StoredWarning| Row {
        url: decide_url(&area.code, &w.plan_id, w.number),
        indicator: w.indicator.clone(),
        demand: w.demand.clone(),
        plan: titles.get(&w.plan_id).cloned().unwrap_or_default(),
        steps: w.to.map_or(1, level_steps),
        level: w.to.map_or_else(|| "解除".to_owned(), level_words),
        from: w.from.map_or("", Level::label),
        over: w.to.is_none(),
        provisional: w.provisional,
        rule: rule_name(w.key.rule, undelivered(w)),
        delay: undelivered(w).map_or_else(String::new, |told| delay(told, text::date(w.raised_at))),
        lead: w.lead.join("、"),
        raised: text::day(w.raised_at),
        decision: w.decision.as_ref().map_or("待处理", |d| d.decision.label()),
        order: (w.to, w.raised_at),
    };
    let mut rows: Vec<Row> = all.iter().filter(fits).map(row).collect();
    sort_rows(&mut rows, params, DEFAULT_SORT, |row, key| {
        let name = if key == "indicator" { row.indicator.clone() } else { String::new() };
        let level = if key == "level" { row.order.0 } else { None };
        (name, level, row.order.1)
    });
    rows
}

fn table(area: &Area, rows: &[Row]) -> Table {
    let heads = [
        "指标",
        "目标",
        "规划",
        "原等级",
        "等级",
        "规则",
        "迟报、缺报情况",
        "牵头单位",
        "产生日期",
        "处理",
    ];
    Table {
        title: format!("{}预警", area.name),
        columns: heads.map(Column::words).into(),
        rows: rows
            .iter()
            .map(|row| {
                vec![
                    row.indicator.clone(),
                    row.demand.clone(),
                    row.plan.clone(),
                    row.from.to_owned(),
                    row.level.clone(),
                    row.rule.to_owned(),
                    row.delay.clone(),
                    row.lead.clone(),
                    row.raised.clone(),
                    row.decision.to_owned(),
                ]
            })
            .collect(),
    }
}
