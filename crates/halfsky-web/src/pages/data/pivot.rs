//! The pivot: published figures by indicator, year, sex and residence, never summed.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::extract::{Path, State};
use halfsky_monitor::disaggregation::{Axis, pivot};
use halfsky_monitor::names::Names;
use halfsky_monitor::observation::{
    Observation, ObservationKey, Residence, Sex, SourceVariant, TOTAL,
};
use halfsky_monitor::period::{Period, PeriodKind};
use halfsky_report::table::{Column as TableColumn, Table};
use halfsky_report::wording::{cell, unit_heading, why_not_shown};
use halfsky_store::editions::{self, EditionKey};
use halfsky_store::observations::Years;

use super::{area_of, figures, indicator_url, published_years, trail_url};
use crate::app::App;
use crate::error::WebError;
use crate::export;
use crate::list::{Choice, Listing, Params};
use crate::pages::editions::edition::views;
use crate::pages::{Answer, page};
use crate::parts::tab::Tab;
use crate::published::{self, Shown, View};
use crate::shell::{Shell, Stage};
use crate::visit::Visit;

const FILTERS: [&str; 8] = ["q", "domain", "from", "to", "sex", "residence", "what", "rows"];

/// Years shown at first.
const YEARS: i32 = 5;

struct Cell {
    text: String,
    url: String,
    /// Why the public is not shown it, or why there is none; empty otherwise.
    why: String,
}

struct Row {
    code: String,
    name: String,
    unit: String,
    url: String,
    /// What the other row axes say.
    heads: Vec<String>,
    cells: Vec<Option<Cell>>,
    editions: BTreeSet<EditionKey>,
}

/// Rows under their heads.
struct Layout {
    /// Heads of the columns that name the row, beside code, name and unit.
    row_titles: Vec<&'static str>,
    columns: Vec<String>,
    rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "data/pivot.html")]
struct PivotPage {
    shell: Shell,
    region: String,
    base: String,
    /// Address of the list of editions.
    versions: String,
    /// Names of the editions the figures stand in.
    editions: String,
    nothing: bool,
    views: Vec<Tab>,
    choices: Choices,
    row_titles: Vec<&'static str>,
    columns: Vec<String>,
    list: Listing<Row>,
}

struct Choices {
    domains: Vec<Choice>,
    from: Vec<Choice>,
    to: Vec<Choice>,
    sex: Vec<Choice>,
    residence: Vec<Choice>,
    what: Vec<Choice>,
    rows: Vec<Choice>,
}

/// `GET /data/{ref_area}`
pub(crate) async fn show(
    visit: Visit,
    State(app): State<App>,
    Path(area): Path<String>,
    params: Params,
) -> Answer {
    let area = area_of(&area)?;
    let known = published_years(&editions::list(&app.store, &area).await?);
    let names = published::names(&app).await?;
    let view = View::of(&visit, &app, &area, &params).await?;
    let years = known.map(|known| chosen_years(known, &params));
    let all = match years {
        Some(years) => figures(&app, &area, years, (&names, view)).await?,
        None => Vec::new(),
    };
    let domains: BTreeSet<String> =
        all.iter().map(|s| names.domain(&s.figure.observation.key.indicator).to_owned()).collect();
    let kept: Vec<Shown> = all.into_iter().filter(|s| fits(s, &names, &params)).collect();
    let layout = layout(&kept, &names, &params)?;
    let region = published::region_name(&app, &area).await?;
    if let Some(format) = export::Format::asked(&params) {
        return export::answer(&table(&region, &layout), format);
    }
    let editions: BTreeSet<EditionKey> = kept.iter().map(|s| s.edition).collect();
    let widest = View::widest(&visit, &app, &area).await?;
    page(&PivotPage {
        shell: Shell::new(&visit, Stage::Data, "资料"),
        base: format!("/data/{area}"),
        versions: format!("/editions/{area}"),
        region,
        editions: editions.iter().rev().map(|key| key.label()).collect::<Vec<_>>().join("、"),
        nothing: known.is_none(),
        views: views(&params, view, widest),
        choices: choices(&domains, known.zip(years), &params),
        row_titles: layout.row_titles,
        columns: layout.columns,
        list: Listing::new(&params, layout.rows, &FILTERS, ""),
    })
}

/// The years asked for, within those that are known; the last ones at first.
fn chosen_years(known: Years, params: &Params) -> Years {
    let year = |name: &str| params.value(name).parse().ok();
    let to = year("to").unwrap_or(known.to).clamp(known.from, known.to);
    let from = year("from").unwrap_or(to - YEARS + 1).clamp(known.from, to);
    Years { from, to }
}

fn fits(shown: &Shown, names: &Names, params: &Params) -> bool {
    let key = &shown.figure.observation.key;
    let words = params.value("q");
    let chosen = |name: &str, own: &str| match params.value(name) {
        "" => own == TOTAL,
        "all" => true,
        code => own == code,
    };
    let domain = params.value("domain");
    key.age == TOTAL
        && key.group == TOTAL
        && (names.name(&key.indicator).contains(words)
            || key.indicator.0.to_uppercase().contains(&words.to_uppercase()))
        && (domain.is_empty() || names.domain(&key.indicator) == domain)
        && chosen("sex", key.sex.code())
        && chosen("residence", key.residence.code())
        && match params.value("what") {
            "item" => !names.is_indicator(&key.indicator),
            "all" => true,
            _ => names.is_indicator(&key.indicator),
        }
}

/// The row axes beside the indicator, and the column axes.
fn axes(params: &Params) -> (Vec<Axis>, Vec<Axis>) {
    let all = |name: &str| params.value(name) == "all";
    let mut columns = vec![Axis::Period];
    columns.extend(all("sex").then_some(Axis::Sex));
    columns.extend(all("residence").then_some(Axis::Residence));
    let asked = match params.value("rows") {
        "period" => Axis::Period,
        "sex" => Axis::Sex,
        "residence" => Axis::Residence,
        _ => return (Vec::new(), columns),
    };
    columns.retain(|axis| *axis != asked);
    (vec![asked], columns)
}

const fn title_of(axis: Axis) -> &'static str {
    match axis {
        Axis::Period => "报告期",
        Axis::Sex => "性别",
        Axis::Residence => "城乡",
        _ => "取数方式",
    }
}

/// The words for a code on an axis.
fn word(axis: Axis, code: &str) -> String {
    let label = match axis {
        Axis::Period => return code.parse().map_or_else(|_| code.to_owned(), Period::label),
        Axis::Sex => Sex::from_code(code).map(Sex::label),
        Axis::Residence => Residence::from_code(code).map(Residence::label),
        _ => SourceVariant::from_code(code).map(SourceVariant::label),
    };
    label.unwrap_or(code).to_owned()
}

/// The health year stands in the column of the year it is labelled by: each indicator has one rule.
fn laid_out(observation: &Observation) -> Observation {
    let mut copy = observation.clone();
    if copy.key.period.kind() == PeriodKind::HealthYear {
        copy.key.period = Period::year_of(copy.key.period.year()).unwrap_or(copy.key.period);
    }
    copy
}

fn layout(kept: &[Shown], names: &Names, params: &Params) -> Result<Layout, WebError> {
    let (mut extra, columns) = axes(params);
    let sources: BTreeSet<_> = kept.iter().map(|s| s.figure.observation.key.source).collect();
    if sources.len() > 1 {
        extra.push(Axis::Source);
    }
    let mut rows = vec![Axis::Indicator];
    rows.extend(&extra);
    let copies: Vec<Observation> = kept.iter().map(|s| laid_out(&s.figure.observation)).collect();
    let pivot = pivot(&copies, &rows, &columns)
        .map_err(|overlap| WebError::Refused(format!("{overlap}。请在上方改选后重试。")))?;
    let head =
        |axes: &[Axis], key: &ObservationKey| axes.iter().map(|a| a.of(key)).collect::<Vec<_>>();
    let places: BTreeMap<(Vec<String>, Vec<String>), &Shown> = copies
        .iter()
        .zip(kept)
        .map(|(copy, shown)| ((head(&rows, &copy.key), head(&columns, &copy.key)), shown))
        .collect();
    let words = |axes: &[Axis], codes: &[String]| -> Vec<String> {
        axes.iter().zip(codes).map(|(axis, code)| word(*axis, code)).collect()
    };
    let row = |codes: &Vec<String>| {
        let found: Vec<Option<&Shown>> = pivot
            .columns
            .iter()
            .map(|column| places.get(&(codes.clone(), column.clone())).copied())
            .collect();
        let first = found.iter().flatten().next();
        let key = first.map(|shown| &shown.figure.observation.key);
        Row {
            code: codes[0].clone(),
            name: key.map_or("", |key| names.name(&key.indicator)).to_owned(),
            unit: key
                .and_then(|key| names.unit(&key.indicator))
                .map(unit_heading)
                .unwrap_or_default(),
            url: key.map(|key| indicator_url(&key.ref_area, &key.indicator.0)).unwrap_or_default(),
            heads: words(&extra, &codes[1..]),
            editions: found.iter().flatten().map(|shown| shown.edition).collect(),
            cells: found.into_iter().map(|shown| shown.map(shown_cell)).collect(),
        }
    };
    Ok(Layout {
        row_titles: extra.iter().map(|axis| title_of(*axis)).collect(),
        columns: if columns.is_empty() {
            vec!["数值".to_owned()]
        } else {
            pivot.columns.iter().map(|codes| words(&columns, codes).join(" ")).collect()
        },
        rows: pivot.rows.iter().map(row).collect(),
    })
}

fn shown_cell(shown: &Shown) -> Cell {
    let observation = &shown.figure.observation;
    let hidden = shown.figure.hidden.map(|why| format!("对外不公布：{}", why.label()));
    Cell {
        text: cell(Some(&observation.value)),
        url: trail_url(&observation.key),
        why: why_not_shown(observation).or(hidden).unwrap_or_default(),
    }
}

fn choices(domains: &BTreeSet<String>, years: Option<(Years, Years)>, params: &Params) -> Choices {
    let list = |name: &str, labels: &[(&str, &str)]| -> Vec<Choice> {
        labels.iter().map(|(code, label)| Choice::new(*code, *label, params.value(name))).collect()
    };
    let year_list = |chosen: i32, known: Years| -> Vec<Choice> {
        let chosen = chosen.to_string();
        let years = (known.from..=known.to).rev();
        years.map(|y| Choice::new(y.to_string(), format!("{y}年"), &chosen)).collect()
    };
    let mut all = vec![Choice::new("", "全部领域", params.value("domain"))];
    let named = domains.iter().filter(|d| !d.is_empty());
    all.extend(named.map(|d| Choice::new(d, d, params.value("domain"))));
    Choices {
        domains: all,
        from: years.map_or_else(Vec::new, |(known, chosen)| year_list(chosen.from, known)),
        to: years.map_or_else(Vec::new, |(known, chosen)| year_list(chosen.to, known)),
        sex: list("sex", &[("", "合计"), ("F", "女"), ("M", "男"), ("all", "合计、女、男")]),
        residence: list(
            "residence",
            &[("", "合计"), ("U", "城镇"), ("R", "农村"), ("all", "合计、城镇、农村")],
        ),
        what: list("what", &[("", "指标"), ("item", "分子分母等数据项"), ("all", "全部")]),
        rows: list(
            "rows",
            &[
                ("", "指标"),
                ("period", "指标和年份"),
                ("sex", "指标和性别"),
                ("residence", "指标和城乡"),
            ],
        ),
    }
}

fn table(region: &str, layout: &Layout) -> Table {
    let mut columns = ["代码", "指标", "计量单位"].map(TableColumn::words).to_vec();
    columns.extend(layout.row_titles.iter().map(|title| TableColumn::words(title)));
    columns.extend(layout.columns.iter().map(|title| TableColumn::numbers(title)));
    columns.push(TableColumn::words("数据版本"));
    let row = |row: &Row| {
        let mut cells = vec![row.code.clone(), row.name.clone(), row.unit.clone()];
        cells.extend(row.heads.iter().cloned());
        let text = |c: &Option<Cell>| c.as_ref().map_or_else(|| cell(None), |c| c.text.clone());
        cells.extend(row.cells.iter().map(text));
        let editions: Vec<String> = row.editions.iter().map(|key| key.label()).collect();
        cells.push(editions.join("、"));
        cells
    };
    Table { title: format!("{region}资料"), columns, rows: layout.rows.iter().map(row).collect() }
}
