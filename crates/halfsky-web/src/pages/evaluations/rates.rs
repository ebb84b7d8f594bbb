//! 达标率 by both rules with what they count, scores, and the gender block of a run.

use askama::Template;
use axum::extract::State;
use halfsky_evaluate::run::{GenderResult, RateResult, Run};
use halfsky_report::evaluation_tables::{counting, group, rates, scores};
use halfsky_report::evaluation_wording::{index_name, index_words};
use halfsky_report::outlook_wording::value;
use halfsky_report::table::Table;
use halfsky_store::regions;

use super::{Chosen, run_label, shell, target_url};
use crate::app::App;
use crate::error::WebError;
use crate::export;
use crate::list::Params;
use crate::pages::rounds::Area;
use crate::pages::{Answer, page};
use crate::permission::Action;
use crate::shell::Shell;
use crate::visit::Visit;

/// A target in a list of numerators or denominators.
struct Named {
    name: String,
    url: String,
}

struct RateRow {
    group: String,
    counting: &'static str,
    percent: String,
    above: Vec<Named>,
    below: usize,
    no_data: Vec<Named>,
    not_comparable: usize,
    nearly: usize,
}

struct GenderRow {
    name: String,
    year: i32,
    women: String,
    men: String,
    gap: String,
    balance: String,
    parity: String,
    women_per_100_men: String,
    men_per_100_women: String,
    widening: String,
}

#[derive(Template)]
#[template(path = "evaluations/rates.html")]
struct RatesPage {
    shell: Shell,
    head: String,
    nearly_counts: bool,
    plan: Vec<RateRow>,
    domains: Vec<RateRow>,
    units: Vec<RateRow>,
    scores: Table,
    gender: Vec<GenderRow>,
    /// GII and GDI, with the value or why there is none.
    indices: Vec<(&'static str, String)>,
    exports: (String, String),
    /// The scores of this region among those of its level, for those who may see them.
    among: Option<String>,
}

/// `GET /evaluations/{ref_area}/rates`
pub(crate) async fn show(
    visit: Visit,
    State(app): State<App>,
    area: Area,
    params: Params,
) -> Answer {
    let chosen = Chosen::load(&visit, &app, area, &params).await?;
    let (chosen, run) = match &chosen {
        Some(chosen) => (chosen, chosen.stored.as_ref()),
        None => return Err(nothing()),
    };
    let stored = run.ok_or_else(nothing)?;
    if let Some(format) = export::Format::asked(&params) {
        let title = format!("{} {}年达标率", chosen.plan().title, stored.run.year);
        return export::answer(&rates(&title, &stored.run.rates), format);
    }
    let run = &stored.run;
    let of = |by: &[&str]| {
        let shown = run.rates.iter().filter(|r| by.contains(&r.by.as_str()));
        shown.map(|rate| rate_row(run, rate)).collect()
    };
    page(&RatesPage {
        shell: shell(&visit, &chosen.area, "达标率与得分").showing(chosen.plan().example.into()),
        head: format!("{} · {}", chosen.plan().title, run_label(&stored.head)),
        nearly_counts: run.parameters.nearly_counts,
        plan: of(&["plan", "soft"]),
        domains: of(&["domain"]),
        units: of(&["unit"]),
        scores: scores(run),
        gender: run.gender.iter().map(gender_row).collect(),
        indices: run.gender_indices.iter().map(|i| (index_name(i), index_words(i))).collect(),
        exports: (params.with(&[("export", "xlsx")]), params.with(&[("export", "csv")])),
        among: among(&visit, &app, chosen, run).await?,
    })
}

/// The address of the comparison with the regions of the same level.
async fn among(
    visit: &Visit,
    app: &App,
    chosen: &Chosen,
    run: &Run,
) -> Result<Option<String>, WebError> {
    let region = regions::find(&app.store, &chosen.area.code).await?;
    let Some(above) = region.and_then(|region| region.parent) else { return Ok(None) };
    if !visit.may(app, Action::ReadFigures, &above).await? {
        return Ok(None);
    }
    let of = chosen.plan().beneficiary.code();
    Ok(Some(format!("/regions/{above}/scores?of={of}&evaluated={}", run.year)))
}

/// The answer where a plan was not evaluated.
pub(super) fn nothing() -> WebError {
    WebError::NotFound("这部规划还没有评估过。请从评估列表重新进入。".to_owned())
}

fn rate_row(run: &Run, rate: &RateResult) -> RateRow {
    let named = |numbers: &[u32]| {
        let found = numbers.iter().filter_map(|number| run.target(*number));
        found.map(|t| Named { name: t.indicator.clone(), url: target_url(run, t) }).collect()
    };
    RateRow {
        group: group(rate),
        counting: counting(rate),
        percent: rate.percent.as_ref().map_or_else(|| "–".to_owned(), |p| format!("{p}%")),
        above: named(&rate.numerator),
        below: rate.denominator.len(),
        no_data: named(&rate.no_data),
        not_comparable: rate.not_comparable.len(),
        nearly: rate.nearly.len(),
    }
}

fn gender_row(found: &GenderResult) -> GenderRow {
    let told = |x: Option<f64>| x.map_or_else(|| "–".to_owned(), |x| value(x, 1));
    GenderRow {
        name: found.name.clone(),
        year: found.year,
        women: format!("{}{}", found.women, found.unit),
        men: format!("{}{}", found.men, found.unit),
        gap: found.gap.clone(),
        balance: found.balance.clone().unwrap_or_else(|| "–".to_owned()),
        parity: match (found.parity_index, found.adjusted_index) {
            (Some(index), Some(adjusted)) => {
                format!("{}（调整后{}）", value(index, 2), value(adjusted, 2))
            }
            _ => "–".to_owned(),
        },
        women_per_100_men: told(found.women_per_100_men),
        men_per_100_women: told(found.men_per_100_women),
        widening: match &found.widening {
            None => "–".to_owned(),
            Some(change) if change.starts_with('-') => format!("缩小{}", &change[1..]),
            Some(change) if change.trim_matches(['0', '.']).is_empty() => "持平".to_owned(),
            Some(change) => format!("扩大{change}"),
        },
    }
}
