//! The page of an indicator: its series as a chart and a table, gaps between the sexes and between town and country,
//! breaks, missing years, and every revision.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use halfsky_monitor::definition::{Definition, Definitions};
use halfsky_monitor::names::Names;
use halfsky_monitor::observation::{
    Observation, ObservationKey, Residence, Sex, SourceVariant, TOTAL,
};
use halfsky_monitor::period::Period;
use halfsky_monitor::series::Series;
use halfsky_plan::figure::Figure;
use halfsky_plan::indicator::IndicatorCode;
use halfsky_plan::ref_area::RefArea;
use halfsky_plan::target::TargetKind;
use halfsky_plan::unit::Unit;
use halfsky_plan::version::VersionStatus;
use halfsky_report::chart::ChartSize;
use halfsky_report::chart::line::{LineChart, line_chart};
use halfsky_report::figure_tables::figure_table;
use halfsky_report::series_chart::{Cases, DemandedValue, cases, finding, series_chart};
use halfsky_report::wording::{cell, change, unit_heading, why_not_shown};
use halfsky_store::editions::{self, EditionKey};
use halfsky_store::observations::Years;
use halfsky_store::plans::{self, LinkedTarget};
use halfsky_store::{Slice, observations};

use super::position::{self, Standing};
use super::{area_of, indicator_url, nothing, published_years, trail_url};
use crate::app::App;
use crate::drawing;
use crate::error::WebError;
use crate::export;
use crate::list::Params;
use crate::pages::editions::edition::views;
use crate::pages::{Answer, page};
use crate::parts::tab::Tab;
use crate::permission::Action;
use crate::published::{self, Shown, View, shown};
use crate::shell::{Shell, Stage};
use crate::text;
use crate::visit::Visit;

/// Columns of the table under the chart.
const SPLITS: [(Sex, Residence); 5] = [
    (Sex::Total, Residence::Total),
    (Sex::Female, Residence::Total),
    (Sex::Male, Residence::Total),
    (Sex::Total, Residence::Urban),
    (Sex::Total, Residence::Rural),
];

struct YearRow {
    period: String,
    edition: String,
    edition_url: String,
    cells: Vec<Option<(String, String)>>,
    /// Women minus men, and towns minus villages.
    gaps: [String; 2],
    remark: String,
}

struct RevisionRow {
    period: String,
    split: String,
    number: u32,
    value: String,
    at: String,
    by: String,
    why: String,
}

#[derive(Template)]
#[template(path = "data/indicator.html")]
struct IndicatorPage {
    shell: Shell,
    region: String,
    definition: Definition,
    formula: String,
    source: String,
    finding: String,
    /// The chart, wide and narrow; empty where there is nothing to draw.
    charts: Vec<String>,
    caption: String,
    /// Addresses of the drawing and of its picture.
    chart_urls: [String; 2],
    card_url: String,
    views: Vec<Tab>,
    /// One tab for each source of figures, where there are several.
    sources: Vec<Tab>,
    breaks: Vec<String>,
    columns: Vec<&'static str>,
    split_by_sex: bool,
    split_by_residence: bool,
    rows: Vec<YearRow>,
    /// Where the region stands among its neighbours; None where it has none.
    standing: Option<Standing>,
    revisions: Vec<RevisionRow>,
    exports: (String, String),
}

/// What is published of one indicator, from one source.
struct Found {
    area: RefArea,
    region: String,
    names: Arc<Names>,
    definitions: Definitions,
    definition: Definition,
    view: View,
    source: SourceVariant,
    sources: Vec<SourceVariant>,
    shown: Vec<Shown>,
    series: Option<Series>,
    demanded: Option<DemandedValue>,
    /// What is known of the cases behind the figures.
    cases: Cases,
}

impl Found {
    async fn load(
        visit: &Visit,
        app: &App,
        (area, code): (&str, &str),
        params: &Params,
    ) -> Result<Self, WebError> {
        let (area, code) = (area_of(area)?, IndicatorCode(code.to_owned()));
        let names = published::names(app).await?;
        let definitions = names.definitions(&code).cloned().ok_or_else(nothing)?;
        let view = View::of(visit, app, &area, params).await?;
        let heads = editions::list(&app.store, &area).await?;
        let mut shown = match published_years(&heads) {
            Some(years) => figures_of(app, (&area, &code), years, (&names, view)).await?,
            None => Vec::new(),
        };
        let all: Vec<Observation> = shown.iter().map(|s| s.figure.observation.clone()).collect();
        shown.retain(|s| s.figure.observation.key.indicator == code);
        let newest = shown.iter().map(|s| s.figure.observation.key.period.year()).max();
        let definition = newest
            .and_then(|year| definitions.of_year(year))
            .or_else(|| definitions.versions().last())
            .cloned()
            .ok_or_else(nothing)?;
        let mut sources: Vec<SourceVariant> =
            shown.iter().map(|s| s.figure.observation.key.source).collect();
        sources.sort_unstable();
        sources.dedup();
        let own = definition.source.variant;
        let source = SourceVariant::from_code(params.value("source"))
            .or_else(|| sources.contains(&own).then_some(own))
            .or_else(|| sources.first().copied())
            .unwrap_or(own);
        shown.retain(|s| s.figure.observation.key.source == source);
        let demanded = demanded(app, &area, &code).await?;
        let whole: Vec<Observation> = shown
            .iter()
            .map(|s| s.figure.observation.clone())
            .filter(|o| split_of(&o.key) == Some(SPLITS[0]))
            .collect();
        let series = Series::new(whole, &definitions).ok();
        let cases = series
            .as_ref()
            .map(|series| cases(&all, &names, series, demanded.as_ref()))
            .unwrap_or_default();
        Ok(Self {
            region: published::region_name(app, &area).await?,
            series,
            cases,
            area,
            names,
            definitions,
            definition,
            view,
            source,
            sources,
            shown,
            demanded,
        })
    }

    fn chart(&self) -> Option<LineChart> {
        let series = self.series.as_ref()?;
        let (demanded, cases) = (self.demanded.as_ref(), &self.cases);
        Some(series_chart(&self.region, &self.definition, series, demanded, cases))
    }

    fn code(&self) -> &IndicatorCode {
        &self.definition.code
    }

    /// The newest period with a figure of the whole region.
    fn newest_whole(&self) -> Option<Period> {
        let observations = self.shown.iter().map(|s| &s.figure.observation);
        let whole = observations.filter(|o| split_of(&o.key) == Some(SPLITS[0]));
        whole.filter(|o| o.value.figure().is_some()).map(|o| o.key.period).max()
    }

    /// The figure that is compared with those of the neighbours.
    fn asked(&self, period: Period) -> position::Asked<'_> {
        let of_year = self.definitions.of_year(period.year());
        position::Asked {
            area: &self.area,
            definition: of_year.unwrap_or(&self.definition),
            period,
            source: self.source,
        }
    }
}

/// What is published of an indicator, of the counts it is made of, and of whatever decides which of them are hidden.
async fn figures_of(
    app: &App,
    (area, code): (&RefArea, &IndicatorCode),
    years: Years,
    (names, view): (&Names, View),
) -> Result<Vec<Shown>, WebError> {
    let cards = names.definitions(code).map(Definitions::versions).unwrap_or_default();
    let counts = cards.iter().map(|card| &card.calculation);
    let counts = counts.flat_map(|c| [names.named(&c.numerator), names.named(&c.denominator)]);
    let codes: Vec<IndicatorCode> = std::iter::once(code.clone()).chain(counts.flatten()).collect();
    let needed = names.deciding(years.from..=years.to, &codes);
    let area = std::slice::from_ref(area);
    let found = editions::of_indicators(&app.store, (area, &needed), years).await?;
    Ok(shown(found, names, |_| view))
}

/// The two dimensions of a figure; None when it is split by anything else.
fn split_of(key: &ObservationKey) -> Option<(Sex, Residence)> {
    (key.age == TOTAL && key.group == TOTAL).then_some((key.sex, key.residence))
}

/// The value that a plan in force demands of the indicator, for the whole region.
async fn demanded(
    app: &App,
    area: &RefArea,
    code: &IndicatorCode,
) -> Result<Option<DemandedValue>, WebError> {
    let area = std::slice::from_ref(area);
    let linked = plans::linked_to(&app.store, area, code, Slice::ALL).await?;
    let counts = |linked: &LinkedTarget| {
        linked.status == VersionStatus::Confirmed
            && linked.target.kind == TargetKind::Level
            && linked.target.scope.is_none()
    };
    let demand = |linked: LinkedTarget| {
        let target = linked.target;
        Some(DemandedValue {
            comparator: target.comparator?,
            value: target.value?,
            unit: target.unit?,
            years: (linked.period.start, target.by),
            plan_period: (linked.period.start, linked.period.end),
        })
    };
    let mut found: Vec<DemandedValue> =
        linked.into_iter().filter(counts).filter_map(demand).collect();
    // of several, the one that is due last is drawn
    found.sort_by_key(|demanded| demanded.years.1);
    Ok(found.pop())
}

/// `GET /data/{ref_area}/{indicator}`
pub(crate) async fn show(
    visit: Visit,
    State(app): State<App>,
    Path((area, code)): Path<(String, String)>,
    params: Params,
) -> Answer {
    let found = Found::load(&visit, &app, (&area, &code), &params).await?;
    if let Some(format) = export::Format::asked(&params) {
        let title = format!("{}{}", found.region, found.definition.name_zh);
        let lines = found.shown.iter().map(|s| (s.edition.label(), &s.figure.observation));
        return export::answer(&figure_table(&title, lines, &found.names), format);
    }
    let revisions = if found.view == View::Internal {
        revisions(&visit, &app, &found).await?
    } else {
        Vec::new()
    };
    let widest = View::widest(&visit, &app, &found.area).await?;
    let standing = match found.newest_whole() {
        Some(period) => position::load(&visit, &app, &found.names, &found.asked(period)).await?,
        None => None,
    };
    let drawn = indicator_page(&visit, &found, revisions, widest, &params);
    page(&IndicatorPage { standing, ..drawn })
}

fn indicator_page(
    visit: &Visit,
    found: &Found,
    revisions: Vec<RevisionRow>,
    widest: View,
    params: &Params,
) -> IndicatorPage {
    let definition = &found.definition;
    let chart = found.chart();
    let draw = |(size, id): (ChartSize, &str)| {
        chart.as_ref().and_then(|chart| line_chart(chart, size, id).ok())
    };
    let charts = [(ChartSize::Wide, "wide"), (ChartSize::Narrow, "narrow")];
    let formula = halfsky_monitor::formula::parse(&definition.calculation.formula);
    let departments = definition.source.departments.join("、");
    let base = indicator_url(&found.area, &found.code().0);
    let chart_url = |format: &str| {
        let whole = params.with(&[("export", ""), ("format", format)]);
        match whole.split_once('?') {
            Some((_, query)) => format!("{base}/chart?{query}"),
            None => format!("{base}/chart"),
        }
    };
    let source_tab = |source: &SourceVariant| {
        Tab::new(source.label(), params.with(&[("source", source.code())]))
            .chosen_if(|| *source == found.source)
    };
    let used: Vec<usize> = (0..SPLITS.len()).filter(|at| has_split(found, SPLITS[*at])).collect();
    IndicatorPage {
        shell: Shell::new(visit, Stage::Data, definition.name_zh.clone())
            .under("资料", format!("/data/{}", found.area)),
        region: found.region.clone(),
        formula: formula.map_or_else(
            |_| definition.calculation.numerator.clone(),
            |formula| {
                halfsky_monitor::formula::explain(&definition.name_zh, &formula, definition.unit)
            },
        ),
        source: match definition.source.form.as_str() {
            "" => departments,
            form => format!("{departments}《{form}》"),
        },
        finding: match &found.series {
            Some(series) => finding(definition, series, found.demanded.as_ref(), &found.cases),
            None => format!("{}还没有公布的合计数据", definition.name_zh),
        },
        charts: charts.into_iter().filter_map(draw).collect(),
        caption: caption(found),
        chart_urls: [chart_url(""), chart_url("png")],
        card_url: format!("/indicators/{}", found.code()),
        views: views(params, found.view, widest),
        sources: if found.sources.len() > 1 {
            found.sources.iter().map(source_tab).collect()
        } else {
            Vec::new()
        },
        breaks: breaks(found),
        columns: used.iter().map(|at| ["合计", "女", "男", "城镇", "农村"][*at]).collect(),
        split_by_sex: used.contains(&1),
        split_by_residence: used.contains(&3),
        rows: year_rows(found, &used),
        standing: None,
        revisions,
        exports: (params.with(&[("export", "xlsx")]), params.with(&[("export", "csv")])),
        definition: definition.clone(),
    }
}

fn has_split(found: &Found, split: (Sex, Residence)) -> bool {
    split == SPLITS[0]
        || found.shown.iter().any(|s| split_of(&s.figure.observation.key) == Some(split))
}

/// Source, unit and editions under the chart.
fn caption(found: &Found) -> String {
    let mut editions: Vec<EditionKey> = found.shown.iter().map(|s| s.edition).collect();
    editions.sort_unstable();
    editions.dedup();
    let labels: Vec<String> = editions.iter().rev().map(|key| key.label()).collect();
    let unit = unit_heading(found.definition.unit);
    let source = found.definition.source.departments.join("、");
    format!(
        "单位：{unit}；取数方式：{}；来源：{source}；数据版本：{}",
        found.source.label(),
        labels.join("、")
    )
}

fn breaks(found: &Found) -> Vec<String> {
    let series = found.series.iter().flat_map(|series| &series.breaks);
    series.map(|b| format!("{}起与以前年份不可比：{}", b.from.label(), b.reason)).collect()
}

fn year_rows(found: &Found, used: &[usize]) -> Vec<YearRow> {
    let mut by_period: BTreeMap<Period, Vec<&Shown>> = BTreeMap::new();
    for shown in &found.shown {
        by_period.entry(shown.figure.observation.key.period).or_default().push(shown);
    }
    let row = |(period, all): (&Period, &Vec<&Shown>)| {
        let of = |split: (Sex, Residence)| {
            all.iter().find(|s| split_of(&s.figure.observation.key) == Some(split))
        };
        let gap = |a: usize, b: usize| {
            let figure = |at: usize| of(SPLITS[at])?.figure.observation.value.figure();
            match figure(a).zip(figure(b)) {
                Some((a, b)) => difference(a, b, found),
                None => String::new(),
            }
        };
        let edition = all.first().map(|s| s.edition);
        YearRow {
            period: period.label(),
            edition: edition.map(EditionKey::label).unwrap_or_default(),
            edition_url: edition
                .map(|key| crate::pages::editions::url(&found.area, key))
                .unwrap_or_default(),
            cells: used
                .iter()
                .map(|at| {
                    let observation = &of(SPLITS[*at])?.figure.observation;
                    Some((cell(Some(&observation.value)), trail_url(&observation.key)))
                })
                .collect(),
            gaps: [gap(1, 2), gap(3, 4)],
            remark: of(SPLITS[0]).map(|s| remark(s, found)).unwrap_or_default(),
        }
    };
    by_period.iter().rev().map(row).collect()
}

/// A gap between two parts: in points for rates, in the unit of the indicator for everything else.
fn difference(a: Figure, b: Figure, found: &Found) -> String {
    let unit = found.definition.unit;
    if matches!(unit, Unit::Percent | Unit::Permille) {
        return change(a, b, unit);
    }
    Figure::new(a.decimal().saturating_sub(b.decimal())).to_string()
}

/// What is to be known of the figure of a year: why it is missing or hidden, status, definition, words.
fn remark(shown: &Shown, found: &Found) -> String {
    let observation = &shown.figure.observation;
    let mut parts: Vec<String> = why_not_shown(observation).into_iter().collect();
    if let (Some(why), true) = (shown.figure.hidden, parts.is_empty()) {
        parts.push(format!("对外不公布：{}", why.label()));
    }
    if observation.status == halfsky_monitor::observation::ObsStatus::Provisional {
        parts.push("初步数".to_owned());
    }
    if found.definitions.versions().len() > 1 {
        parts.push(format!("口径第{}版", observation.definition_version));
    }
    if !observation.explanation.is_empty() {
        parts.push(observation.explanation.clone());
    }
    parts.join("；")
}

/// Every revision that has been published, and for the statistician those that have not.
async fn revisions(visit: &Visit, app: &App, found: &Found) -> Result<Vec<RevisionRow>, WebError> {
    let histories = observations::histories(&app.store, &found.area, found.code()).await?;
    let all = visit.may(app, Action::ApproveFigures, &found.area).await?;
    let mut published: BTreeMap<Period, jiff::Timestamp> = BTreeMap::new();
    for head in editions::list(&app.store, &found.area).await? {
        if let Ok(at) = head.published_at.parse() {
            let newest = published.entry(head.key.period).or_insert(at);
            *newest = at.max(*newest);
        }
    }
    let mut rows = Vec::new();
    for history in histories.iter().filter(|h| h.key().source == found.source).rev() {
        let of_edition = found.shown.iter().find(|s| s.figure.observation.key == *history.key());
        let until = of_edition.and_then(|s| published.get(&s.edition.period)).copied();
        for revision in history.revisions().iter().rev() {
            let at: Option<jiff::Timestamp> = revision.recorded.at.parse().ok();
            if !all && (until.is_none() || at > until) {
                continue;
            }
            let observation = &revision.observation;
            rows.push(RevisionRow {
                period: observation.key.period.label(),
                split: crate::pages::editions::publish::split(observation),
                number: revision.number,
                value: crate::pages::editions::publish::said(Some(observation)),
                at: at.map(text::minute).unwrap_or_default(),
                by: revision.recorded.by.clone(),
                why: revision.recorded.why.clone(),
            });
        }
    }
    Ok(rows)
}

/// `GET /data/{ref_area}/{indicator}/chart`: the drawing as a file, `?format=png` as a picture
pub(crate) async fn chart(
    visit: Visit,
    State(app): State<App>,
    Path((area, code)): Path<(String, String)>,
    params: Params,
) -> Answer {
    let found = Found::load(&visit, &app, (&area, &code), &params).await?;
    let chart = found.chart().unwrap_or_default();
    let name = format!("{}{}", found.region, found.definition.name_zh);
    drawing::answer(&app, &params, &name, (&chart, &caption(&found))).await
}
