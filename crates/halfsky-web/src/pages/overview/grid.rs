//! What the overview tells of the last evaluation: rates, what needs action, targets × years.

use halfsky_evaluate::run::{Run, TargetResult};
use halfsky_evaluate::warning::Level;
use halfsky_report::evaluation_tables::{counting, warning};
use halfsky_store::warnings;

use crate::app::App;
use crate::error::WebError;
use crate::list::{Choice, Params};
use crate::pages::evaluations::{Chosen, run_label, target_url, url};
use crate::pages::rounds::regions_within;
use crate::pages::warnings::level_steps;
use crate::parts::status::Shape;
use crate::permission::Action;
use crate::visit::Visit;

/// Targets that need action and are told by name.
const TOLD: usize = 8;

/// One cell: the class of a target at the end of a year.
pub(super) struct Cell {
    pub(super) shape: Shape,
    /// 宫颈癌人群筛查率 2024年：预计达标困难，42.0%
    pub(super) words: String,
    pub(super) url: String,
}

/// One target with a cell for each year; None where it was not judged.
pub(super) struct Line {
    pub(super) indicator: String,
    pub(super) demand: String,
    pub(super) by: i32,
    pub(super) value: String,
    pub(super) url: String,
    pub(super) cells: Vec<Option<Cell>>,
}

/// The lines of one domain.
pub(super) struct Group {
    pub(super) domain: String,
    pub(super) lines: Vec<Line>,
}

/// A target that needs action.
pub(super) struct Pressing {
    pub(super) indicator: String,
    pub(super) url: String,
    pub(super) shape: Shape,
    pub(super) label: &'static str,
    pub(super) warning: String,
    pub(super) lead: String,
}

/// A rate of the whole plan.
pub(super) struct Rate {
    pub(super) words: &'static str,
    pub(super) percent: String,
    pub(super) unit: &'static str,
    pub(super) of: String,
}

/// The overview of one plan.
pub(super) struct Overview {
    pub(super) region: String,
    pub(super) plan: String,
    pub(super) head: String,
    pub(super) evaluations: String,
    pub(super) warnings_url: String,
    pub(super) plans: Vec<Choice>,
    pub(super) rates: Vec<Rate>,
    pub(super) counts: Vec<(Shape, &'static str, usize)>,
    pub(super) levels: Vec<(u8, &'static str, usize)>,
    pub(super) pressing: Vec<Pressing>,
    /// How many there are in all.
    pub(super) presses: usize,
    pub(super) years: Vec<i32>,
    pub(super) groups: Vec<Group>,
    pub(super) targets: usize,
}

/// The overview of the region chosen in the top bar, or of the first within reach; None before an evaluation.
pub(super) async fn load(
    visit: &Visit,
    app: &App,
    params: &Params,
) -> Result<Option<Overview>, WebError> {
    let areas = regions_within(visit, app, Action::ReadFigures).await?;
    let Some(area) = areas.into_iter().next() else { return Ok(None) };
    let Some(chosen) = Chosen::load(visit, app, area, params).await? else { return Ok(None) };
    let Some(stored) = &chosen.stored else { return Ok(None) };
    let standing = warnings::standing(&app.store, &chosen.area.code).await?;
    let of_level = |level: Level| {
        standing
            .iter()
            .filter(|w| w.plan_id == chosen.plan().plan_id && w.to == Some(level))
            .count()
    };
    let levels =
        Level::ALL.iter().rev().map(|l| (level_steps(*l), l.label(), of_level(*l))).collect();
    let mut overview = of_run(&stored.run);
    overview.region.clone_from(&chosen.area.name);
    overview.plan.clone_from(&chosen.plan().title);
    overview.head = run_label(&stored.head);
    overview.evaluations = format!("{}?{}", url(&chosen.area.code), chosen.query());
    overview.warnings_url = crate::pages::warnings::url(&chosen.area.code);
    overview.plans = chosen.plan_choices();
    overview.levels = levels;
    Ok(Some(overview))
}

/// Everything that follows from the run alone.
fn of_run(run: &Run) -> Overview {
    let years: Vec<i32> = (run.start..=run.year.min(run.end)).collect();
    let mut groups: Vec<Group> = Vec::new();
    for target in &run.targets {
        let line = line(run, target, &years);
        match groups.iter_mut().find(|g| g.domain == target.domain) {
            Some(group) => group.lines.push(line),
            None => groups.push(Group { domain: target.domain.clone(), lines: vec![line] }),
        }
    }
    let of_shape =
        |shape: Shape| run.targets.iter().filter(|t| Shape::of(t.class) == shape).count();
    let counts = Shape::ALL.map(|shape| (shape, shape.label(), of_shape(shape)));
    let pressing: Vec<Pressing> = pressing(run);
    Overview {
        region: String::new(),
        plan: String::new(),
        head: String::new(),
        evaluations: String::new(),
        warnings_url: String::new(),
        plans: Vec::new(),
        rates: rates(run),
        counts: counts.into_iter().filter(|(.., n)| *n > 0).collect(),
        levels: Vec::new(),
        presses: pressing.len(),
        pressing: pressing.into_iter().take(TOLD).collect(),
        years,
        targets: run.targets.len(),
        groups,
    }
}

fn rates(run: &Run) -> Vec<Rate> {
    let whole = run.rates.iter().filter(|r| r.by == "plan");
    whole
        .map(|rate| Rate {
            words: counting(rate),
            percent: rate.percent.clone().unwrap_or_else(|| "–".to_owned()),
            unit: if rate.percent.is_some() { "%" } else { "" },
            of: format!("{}/{}", rate.numerator.len(), rate.denominator.len()),
        })
        .collect()
}

/// Missed or hard targets, the gravest warning first.
fn pressing(run: &Run) -> Vec<Pressing> {
    let gravest = |t: &TargetResult| t.findings.iter().map(|f| f.level).max();
    let mut found: Vec<&TargetResult> = run
        .targets
        .iter()
        .filter(|t| Shape::of(t.class) == Shape::Unlikely || gravest(t) >= Some(Level::Orange))
        .collect();
    found.sort_by_key(|t| (std::cmp::Reverse(gravest(t)), t.number));
    found
        .into_iter()
        .map(|t| Pressing {
            indicator: t.indicator.clone(),
            url: target_url(run, t),
            shape: Shape::of(t.class),
            label: t.class.label(),
            warning: warning(t),
            lead: t.lead.join("、"),
        })
        .collect()
}

fn line(run: &Run, target: &TargetResult, years: &[i32]) -> Line {
    let url = target_url(run, target);
    let cell = |year: &i32| {
        let known = target.years.iter().find(|y| y.year == *year);
        let (class, value) = match known {
            Some(found) => (found.class, found.value.clone()),
            // judged by people: the judgement stands for the year of the run
            None if *year == run.year => (target.class, None),
            None => return None,
        };
        let value = value.map_or_else(String::new, |v| format!("，{v}{}", target.unit));
        Some(Cell {
            shape: Shape::of(class),
            words: format!("{} {year}年：{}{value}", target.indicator, class.label()),
            url: url.clone(),
        })
    };
    Line {
        indicator: target.indicator.clone(),
        demand: target.demand.clone(),
        by: target.by,
        value: target
            .latest
            .as_ref()
            .map_or_else(|| "–".to_owned(), |p| format!("{}{}", p.value, target.unit)),
        cells: years.iter().map(cell).collect(),
        url,
    }
}
