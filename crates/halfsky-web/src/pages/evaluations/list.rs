//! The targets of a plan as a run judged them: filters, order, export of exactly what is shown.

use askama::Template;
use axum::extract::State;
use halfsky_evaluate::class::Tone;
use halfsky_evaluate::run::{Run, TargetResult};
use halfsky_monitor::organisation::standard_name;
use halfsky_report::evaluation_tables::{targets, warning};
use halfsky_report::evaluation_wording::{chance, explanation, latest, pace};

use super::{Chosen, run_label, target_url, url};
use crate::app::App;
use crate::export;
use crate::list::{Choice, Listing, Params, sort_rows};
use crate::pages::rounds::Area;
use crate::pages::{Answer, page};
use crate::parts::status::Shape;
use crate::permission::Action;
use crate::shell::{Shell, Stage};
use crate::visit::Visit;

pub(crate) const FILTERS: [&str; 6] = ["plan", "run", "q", "domain", "tone", "unit"];
const DEFAULT_SORT: &str = "number";

/// A target as the table shows it.
pub(crate) struct Row {
    pub(crate) url: String,
    pub(crate) indicator: String,
    pub(crate) domain: String,
    pub(crate) demand: String,
    pub(crate) by: i32,
    pub(crate) soft: bool,
    pub(crate) value: String,
    pub(crate) value_year: String,
    pub(crate) shape: Shape,
    pub(crate) label: &'static str,
    pub(crate) why: String,
    pub(crate) pace: String,
    pub(crate) chance: String,
    pub(crate) warning: String,
    pub(crate) lead: String,
}

impl Row {
    /// The row of a target of a run.
    pub(crate) fn of(run: &Run, target: &TargetResult) -> Self {
        Self {
            url: target_url(run, target),
            indicator: target.indicator.clone(),
            domain: target.domain.clone(),
            demand: target.demand.clone(),
            by: target.by,
            soft: target.soft,
            value: latest(target),
            value_year: target
                .latest
                .as_ref()
                .map_or_else(String::new, |p| format!("{}年", p.year)),
            shape: Shape::of(target.class),
            label: target.class.label(),
            why: explanation(target),
            pace: pace(target),
            chance: chance(target),
            warning: warning(target),
            lead: target.lead.join("、"),
        }
    }
}

#[derive(Template)]
#[template(path = "evaluations/list.html")]
struct ListPage {
    shell: Shell,
    area: Area,
    /// No plan is in force, or nothing was evaluated yet.
    without: Option<Without>,
    runs: bool,
    plan: String,
    head: String,
    counts: Vec<(Shape, &'static str, usize)>,
    plans: Vec<Choice>,
    run_choices: Vec<Choice>,
    domains: Vec<Choice>,
    tones: Vec<Choice>,
    units: Vec<Choice>,
    query: String,
    compares: bool,
    list: Listing<Row>,
}

/// Why there is nothing to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Without {
    Plan,
    Run,
}

/// `GET /evaluations/{ref_area}`
pub(crate) async fn show(
    visit: Visit,
    State(app): State<App>,
    area: Area,
    params: Params,
) -> Answer {
    let runs = visit.may(&app, Action::EvaluatePlan, &area.code).await?;
    let Some(chosen) = Chosen::load(&visit, &app, area.clone(), &params).await? else {
        return page(&ListPage { runs, ..empty(&visit, area, &params) });
    };
    let found = chosen.stored.as_ref().map(|stored| shown(&stored.run, &params));
    if let (Some(format), Some(found), Some(stored)) =
        (export::Format::asked(&params), &found, &chosen.stored)
    {
        let title = format!("{} {}年评估", chosen.plan().title, stored.run.year);
        return export::answer(&targets(&title, found.iter().copied()), format);
    }
    let rows = match (&chosen.stored, found) {
        (Some(stored), Some(found)) => found.iter().map(|t| Row::of(&stored.run, t)).collect(),
        _ => Vec::new(),
    };
    page(&ListPage { runs, ..list_page(&visit, &chosen, rows, &params) })
}

/// The targets the address asks for, in the order it asks for.
fn shown<'a>(run: &'a Run, params: &Params) -> Vec<&'a TargetResult> {
    let (words, domain) = (params.value("q"), params.value("domain"));
    let (tone, unit) = (params.value("tone"), params.value("unit"));
    let fits = |t: &&TargetResult| {
        (words.is_empty() || t.indicator.contains(words))
            && (domain.is_empty() || t.domain == domain)
            && (tone.is_empty() || t.class.tone().code() == tone)
            && (unit.is_empty() || t.lead.iter().any(|name| standard_name(name) == unit))
    };
    let mut found: Vec<&TargetResult> = run.targets.iter().filter(fits).collect();
    sort_rows(&mut found, params, DEFAULT_SORT, |t, key| {
        let first = match key {
            "indicator" => t.indicator.clone(),
            "by" => t.by.to_string(),
            _ => String::new(),
        };
        // without a probability a target stands after all that have one
        let chance = t.outlook.as_ref().and_then(|o| o.probability).unwrap_or(2.0);
        let chance = if key == "chance" { format!("{chance:.9}") } else { String::new() };
        let tone = if key == "status" { Some(t.class.tone()) } else { None };
        (tone, chance, first, t.number)
    });
    found
}

fn empty(visit: &Visit, area: Area, params: &Params) -> ListPage {
    ListPage {
        shell: Shell::new(visit, Stage::Evaluation, format!("{}评估", area.name)),
        area,
        without: Some(Without::Plan),
        runs: false,
        plan: String::new(),
        head: String::new(),
        counts: Vec::new(),
        plans: Vec::new(),
        run_choices: Vec::new(),
        domains: Vec::new(),
        tones: Vec::new(),
        units: Vec::new(),
        query: String::new(),
        compares: false,
        list: Listing::new(params, Vec::new(), &FILTERS, DEFAULT_SORT),
    }
}

fn list_page(visit: &Visit, chosen: &Chosen, rows: Vec<Row>, params: &Params) -> ListPage {
    let plan = chosen.plan();
    let all = chosen.stored.iter().flat_map(|s| &s.run.targets);
    let count = |shape: Shape| all.clone().filter(|t| Shape::of(t.class) == shape).count();
    let counts = Shape::ALL.map(|shape| (shape, shape.label(), count(shape)));
    let options = |name: &str, first: &str, values: Vec<String>| {
        let chosen = params.value(name);
        let mut list = vec![Choice::new("", first, chosen)];
        list.extend(values.into_iter().map(|v| Choice::new(v.clone(), v, chosen)));
        list
    };
    let mut domains: Vec<String> = Vec::new();
    let mut units: Vec<String> = Vec::new();
    for target in all.clone() {
        if !domains.contains(&target.domain) {
            domains.push(target.domain.clone());
        }
        units.extend(target.lead.iter().map(|name| standard_name(name)));
    }
    units.sort();
    units.dedup();
    let tone = params.value("tone");
    let mut tones = vec![Choice::new("", "全部结论", tone)];
    tones.extend(Tone::ALL.map(|t| Choice::new(t.code(), t.label(), tone)));
    ListPage {
        shell: Shell::new(visit, Stage::Evaluation, format!("{}评估", chosen.area.name))
            .showing(plan.example.into()),
        area: chosen.area.clone(),
        without: chosen.stored.is_none().then_some(Without::Run),
        runs: false,
        plan: plan.title.clone(),
        head: chosen.stored.as_ref().map_or_else(String::new, |s| run_label(&s.head)),
        counts: counts.into_iter().filter(|(.., n)| *n > 0).collect(),
        plans: chosen.plan_choices(),
        run_choices: chosen.run_choices(),
        domains: options("domain", "全部领域", domains),
        tones,
        units: options("unit", "全部牵头单位", units),
        query: chosen.query(),
        compares: chosen.heads.len() > 1,
        list: Listing::new(params, rows, &FILTERS, DEFAULT_SORT),
    }
}

impl ListPage {
    fn base(&self) -> String {
        url(&self.area.code)
    }
}
