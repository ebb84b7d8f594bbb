//! The page of a target: ten seconds for a leader first, then data, arithmetic, outlook and rule for whoever checks.

use askama::Template;
use axum::extract::{Path, State};
use halfsky_evaluate::class::Class;
use halfsky_evaluate::run::{
    Basis, FewEventsResult, OutlookResult, Peer, Run, Scenario, TargetResult, scenario,
    target_read_outs,
};
use halfsky_plan::indicator::IndicatorCode;
use halfsky_report::chart::ChartSize;
use halfsky_report::chart::line::line_chart;
use halfsky_report::delivery_wording::rule_name;
use halfsky_report::evaluation_chart::{finding, target_chart};
use halfsky_report::evaluation_wording::{
    chance, decimals, few_events, pace, peers, prior, required, summary, with_unit, yearly,
};
use halfsky_report::outlook_wording::value;
use halfsky_report::read_outs;
use halfsky_store::evaluations::{self, StoredRun};
use halfsky_store::judgements;
use halfsky_store::regions;
use halfsky_store::supervision::{self, StoredCase};
use halfsky_store::warnings::{self, StoredWarning};

use super::{Parts, TargetKey, nothing};
use crate::app::App;
use crate::drawing;
use crate::error::WebError;
use crate::form::Form;
use crate::list::Params;
use crate::pages::cases::case_url;
use crate::pages::evaluations::{run_label, shell};
use crate::pages::rounds::Area;
use crate::pages::warnings::{decide_url, level_steps};
use crate::pages::{Answer, page};
use crate::parts::status::Shape;
use crate::permission::Action;
use crate::shell::Shell;
use crate::text;
use crate::visit::Visit;

struct YearCell {
    year: i32,
    value: String,
    shape: Shape,
    label: &'static str,
}

struct WarningRow {
    steps: u8,
    level: &'static str,
    rule: &'static str,
    raised: String,
    url: String,
}

struct CaseRow {
    label: String,
    stage: &'static str,
    url: String,
}

struct JudgementRow {
    progress: &'static str,
    year: i32,
    reason: String,
    by: String,
    at: String,
    /// Name and address of each file.
    files: Vec<(String, String)>,
}

/// The outlook in words.
struct Ahead {
    chance: String,
    median: String,
    interval80: String,
    interval95: String,
    improving: String,
    swing: String,
    prior: String,
    values: u32,
}

/// The scenario in words, with the form.
struct Pace {
    words: String,
    /// What the same indicator achieved in other regions.
    peers: String,
    unit: &'static str,
    answer: Option<String>,
    form: Form,
}

#[derive(Template)]
#[template(path = "targets/target.html")]
struct TargetPage {
    shell: Shell,
    url: String,
    head: String,
    target: TargetResult,
    shape: Shape,
    label: &'static str,
    summary: String,
    finding: String,
    charts: Vec<String>,
    chart_url: String,
    /// What stands under the chart.
    caption: String,
    years: Vec<YearCell>,
    pace: String,
    progress: Option<(String, String)>,
    ahead: Option<Ahead>,
    few: Option<String>,
    volatile: bool,
    scenario: Option<Pace>,
    /// How other platforms would class the same figures.
    read_outs: Vec<(&'static str, String)>,
    data_url: Option<String>,
    method: String,
    warnings: Vec<WarningRow>,
    cases: Vec<CaseRow>,
    judgements: Vec<JudgementRow>,
    /// A qualitative target that this person may judge.
    judges: bool,
    qualitative: bool,
}

/// The newest run of the plan, or the one the address names, as the visitor may see it.
async fn load(
    visit: &Visit,
    app: &App,
    key: &TargetKey,
    params: &Params,
) -> Result<StoredRun, WebError> {
    let number: Option<u32> = params.value("run").parse().ok();
    let stored = match number {
        Some(number) => {
            let key = evaluations::RunKey {
                ref_area: key.ref_area.clone(),
                plan_id: key.plan_id.clone(),
                number,
            };
            match evaluations::load(&app.store, &key).await {
                Err(halfsky_store::Error::NotFound(_)) => None,
                other => Some(other?),
            }
        }
        None => evaluations::newest(&app.store, &key.ref_area, &key.plan_id).await?,
    };
    let StoredRun { head, run } = stored.ok_or_else(nothing)?;
    let all = visit.may(app, Action::ReadSmallCounts, &key.ref_area).await?;
    Ok(StoredRun { head, run: if all { run } else { run.without_small_counts() } })
}

/// `GET /targets/{ref_area}/{plan}/{number}`
pub(crate) async fn show(
    visit: Visit,
    State(app): State<App>,
    Path(parts): Path<Parts>,
    params: Params,
) -> Answer {
    let key = TargetKey::read(&parts)?;
    let stored = load(&visit, &app, &key, &params).await?;
    let target = stored.run.target(key.number).ok_or_else(nothing)?.clone();
    let area = Area::find(&app.store, key.ref_area.as_str()).await?;
    let warnings = warnings::list(&app.store, &key.ref_area).await?;
    let cases = supervision::list(&app.store, &key.ref_area).await?;
    let qualitative = matches!(target.class, Class::People(_));
    let said = if qualitative {
        judgements::of_plan(&app.store, &key.ref_area, &key.plan_id).await?
    } else {
        std::collections::BTreeMap::new()
    };
    let said = said.get(&target.key).map_or(&[][..], Vec::as_slice);
    let judges = qualitative && visit.may(&app, Action::Supervise, &key.ref_area).await?;
    let peers = self::peers_of(&visit, &app, (&key, &stored.run), &target).await?;
    let about = About { key: &key, stored: &stored, target: &target, area: &area, peers: &peers };
    page(&TargetPage {
        warnings: warning_rows(&about, &warnings),
        cases: case_rows(&about, &cases),
        judgements: judgement_rows(&key, said),
        judges,
        ..target_page(&visit, &about, &params)
    })
}

struct About<'a> {
    key: &'a TargetKey,
    stored: &'a StoredRun,
    target: &'a TargetResult,
    area: &'a Area,
    peers: &'a [Peer],
}

/// The indicator of a target in comparable regions. A region the visitor may not read is not named; of rare events
/// elsewhere nothing is told to those who may not see small counts.
async fn peers_of(
    visit: &Visit,
    app: &App,
    (key, run): (&TargetKey, &Run),
    target: &TargetResult,
) -> Result<Vec<Peer>, WebError> {
    let Some(code) = target.code.clone().filter(|_| target.own_series).map(IndicatorCode) else {
        return Ok(Vec::new());
    };
    let all = visit.may(app, Action::ReadSmallCounts, &key.ref_area).await?;
    if target.few_events.is_some() && !all {
        return Ok(Vec::new());
    }
    let mut peers = Vec::new();
    for peer in evaluations::peer_series(&app.store, &key.ref_area, &code, run.year).await? {
        let named = visit.may(app, Action::ReadFigures, &peer.ref_area).await?;
        let region = regions::find(&app.store, &peer.ref_area).await?.filter(|_| named);
        let name = region.map_or_else(|| "另一个同级地区".to_owned(), |region| region.name);
        let source = format!("{}已发布数据", peer.edition.label());
        peers.push(Peer { name, source, series: peer.series });
    }
    Ok(peers)
}

fn target_page(visit: &Visit, about: &About<'_>, params: &Params) -> TargetPage {
    let (target, run) = (about.target, &about.stored.run);
    let url = about.key.url();
    TargetPage {
        shell: shell(visit, about.area, target.indicator.clone()),
        head: run_label(&about.stored.head),
        shape: Shape::of(target.class),
        label: target.class.label(),
        summary: summary(target),
        finding: finding(target),
        charts: charts(run, target),
        chart_url: format!("{url}/chart?run={}", about.stored.head.key.number),
        years: years(target),
        pace: pace(target),
        progress: target.pace.as_ref().and_then(|p| {
            let percent = |x: f64| format!("{}%", value(x * 100.0, 0));
            Some((percent(p.progress?), percent(p.time_progress?)))
        }),
        ahead: target.outlook.as_ref().map(|o| ahead(target, o)),
        volatile: target.volatility.as_ref().is_some_and(|v| v.volatile),
        few: target.few_events.as_ref().map(|few: &FewEventsResult| few_events(few)),
        scenario: scenario(target, about.peers, asked(params)).map(|s| pace_of(target, &s, params)),
        read_outs: target_read_outs(run, target)
            .map_or_else(Vec::new, |told| read_outs::lines(&told)),
        data_url: target.code.as_ref().map(|code| format!("/data/{}/{code}", run.ref_area)),
        caption: caption(run, target),
        method: run.method.clone(),
        qualitative: matches!(target.class, Class::People(_)),
        warnings: Vec::new(),
        cases: Vec::new(),
        judgements: Vec::new(),
        judges: false,
        target: target.clone(),
        url,
    }
}

/// What stands under the chart.
fn caption(run: &Run, target: &TargetResult) -> String {
    let mut parts = Vec::new();
    if !target.unit.is_empty() {
        parts.push(format!("单位：{}", target.unit));
    }
    parts.push(format!("数据版本：{}", editions(run)));
    if target.outlook.is_some() {
        parts.push("浅色为预测中位数和80%区间".to_owned());
    }
    parts.join("；")
}

fn charts(run: &Run, target: &TargetResult) -> Vec<String> {
    let chart = target_chart(target, (run.start, run.end));
    [(ChartSize::Wide, "wide"), (ChartSize::Narrow, "narrow")]
        .into_iter()
        .filter_map(|(size, id)| line_chart(&chart, size, id).ok())
        .collect()
}

fn years(target: &TargetResult) -> Vec<YearCell> {
    target
        .years
        .iter()
        .map(|y| YearCell {
            year: y.year,
            value: y.value.as_ref().map_or_else(|| "–".to_owned(), |v| with_unit(target, v)),
            shape: Shape::of(y.class),
            label: y.class.label(),
        })
        .collect()
}

fn ahead(target: &TargetResult, o: &OutlookResult) -> Ahead {
    let places = decimals(target);
    let one = |v: Option<f64>| v.map_or_else(|| "–".to_owned(), |v| value(v, places));
    let interval = |low: Option<f64>, high: Option<f64>| match (low, high) {
        _ if !o.drawn => "只有一个可比数据，不给区间".to_owned(),
        (Some(low), Some(high)) => format!("{}～{}", value(low, places), value(high, places)),
        _ => "区间过宽".to_owned(),
    };
    let percent = |p: f64| halfsky_report::outlook_wording::probability(p);
    Ahead {
        chance: chance(target),
        median: one(o.median),
        interval80: interval(o.low80, o.high80),
        interval95: interval(o.low95, o.high95),
        improving: o.improving.map_or_else(|| "–".to_owned(), percent),
        swing: value(o.swing, 4),
        prior: prior(o),
        values: o.values,
    }
}

/// The yearly change somebody asks about: a plain number, be it typed with a full-width minus.
fn asked(params: &Params) -> Option<f64> {
    let typed = params.value("change").replace('−', "-").replace(['%', '％'], "");
    typed.trim().parse().ok().filter(|x: &f64| x.is_finite() && x.abs() < 1e6)
}

fn pace_of(target: &TargetResult, told: &Scenario, params: &Params) -> Pace {
    let mut form = Form::filled(vec![("change", params.value("change").to_owned())]);
    if !params.value("change").is_empty() && asked(params).is_none() {
        form.refuse("change", format!("“{}”不是数字，请填写每年变化多少", params.value("change")));
    }
    let answer = told.asked.map(|asked| {
        let places = decimals(target) + 1;
        format!(
            "每年{}，到{}年为{}，{}目标（{}）。",
            yearly(target, told.basis, asked.per_year),
            target.by,
            with_unit(target, &value(asked.reached, places)),
            if asked.meets { "能达到" } else { "达不到" },
            target.demand
        )
    });
    Pace {
        words: required(target, told),
        peers: peers(target, told),
        unit: match told.basis {
            Basis::Percent => "每年增减百分之几，下降写负数",
            Basis::Units => "每年增减多少（与指标同单位），下降写负数",
        },
        answer,
        form,
    }
}

fn editions(run: &Run) -> String {
    let labels: Vec<String> =
        run.editions.iter().map(|e| format!("{}年第{}版", e.period, e.number)).collect();
    labels.join("、")
}

fn warning_rows(about: &About<'_>, all: &[StoredWarning]) -> Vec<WarningRow> {
    let own = all.iter().filter(|w| {
        w.plan_id == about.key.plan_id && w.key.target == about.target.key && w.to.is_some()
    });
    own.map(|w| WarningRow {
        steps: w.to.map_or(1, level_steps),
        level: w.to.map_or("", halfsky_evaluate::warning::Level::label),
        rule: rule_name(w.key.rule, w.evidence.as_ref().and_then(|e| e.undelivered.as_ref())),
        raised: text::day(w.raised_at),
        url: decide_url(&about.key.ref_area, &w.plan_id, w.number),
    })
    .collect()
}

fn case_rows(about: &About<'_>, all: &[StoredCase]) -> Vec<CaseRow> {
    let own = all
        .iter()
        .filter(|c| c.head.plan_id == about.key.plan_id && c.head.target_key == about.target.key);
    own.map(|c| CaseRow {
        label: c.head.label(),
        stage: c.case.stage().label(),
        url: case_url(&about.key.ref_area, &c.head.id),
    })
    .collect()
}

fn judgement_rows(key: &TargetKey, all: &[judgements::Judgement]) -> Vec<JudgementRow> {
    let row = |(at, j): (usize, &judgements::Judgement)| JudgementRow {
        progress: j.progress.label(),
        year: j.year,
        reason: j.reason.clone(),
        by: j.stamp.by.clone(),
        at: text::day(j.stamp.at),
        files: j
            .evidence
            .iter()
            .enumerate()
            .map(|(n, file)| (file.name.clone(), format!("{}/evidence/{}/{n}", key.url(), at + 1)))
            .collect(),
    };
    all.iter().enumerate().rev().map(row).collect()
}

/// `GET /targets/{ref_area}/{plan}/{number}/chart`, `?format=png` as a picture
pub(crate) async fn chart(
    visit: Visit,
    State(app): State<App>,
    Path(parts): Path<Parts>,
    params: Params,
) -> Answer {
    let key = TargetKey::read(&parts)?;
    let stored = load(&visit, &app, &key, &params).await?;
    let run = &stored.run;
    let target = run.target(key.number).ok_or_else(nothing)?;
    let chart = target_chart(target, (run.start, run.end));
    drawing::answer(&app, &params, &target.indicator, (&chart, &caption(run, target))).await
}
