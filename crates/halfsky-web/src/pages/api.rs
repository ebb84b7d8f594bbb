//! 数据接口: published figures for other programs, in the public view. Every answer is JSON, or CSV where a table is asked
//! for; every figure names its edition.

mod openapi;

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use halfsky_monitor::edition::EditionKind;
use halfsky_monitor::names::Names;
use halfsky_monitor::observation::Observation;
use halfsky_monitor::period::Period;
use halfsky_plan::ref_area::RefArea;
use halfsky_report::figure_tables::sdmx_table;
use halfsky_report::render;
use halfsky_store::editions::{self, EditionHead, EditionKey};
use halfsky_store::observations::Years;
use serde_json::{Value, json};

use crate::app::App;
use crate::error::WebError;
use crate::list::Params;
use crate::pages::Answer;
use crate::pages::editions::kinds_of;
use crate::published::{self, View, shown};

/// The routes of this group.
pub(crate) fn routes() -> Vec<(&'static str, MethodRouter<App>)> {
    vec![
        ("/api/v1/openapi.json", get(openapi::show)),
        ("/api/v1/indicators", get(indicators)),
        ("/api/v1/regions/{ref_area}/editions", get(edition_list)),
        ("/api/v1/regions/{ref_area}/editions/{period}/{number}", get(edition)),
        ("/api/v1/regions/{ref_area}/figures", get(figures)),
    ]
}

/// A JSON answer that browsers and proxies keep to themselves.
fn answer(value: &Value) -> Response {
    let mut response = value.to_string().into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    response
}

fn nothing(what: &str) -> WebError {
    WebError::NotFound(format!("没有这个{what}。可用的地址见 /api/v1/openapi.json。"))
}

/// `GET /api/v1/indicators`: the definition cards, newest version of each.
async fn indicators(State(app): State<App>) -> Answer {
    let names = published::names(&app).await?;
    let card = |versions: &halfsky_monitor::definition::Definitions| {
        let d = versions.versions().last()?;
        Some(json!({
            "code": d.code.0,
            "name": d.name_zh,
            "domain": d.domain,
            "unit": d.unit.code(),
            "unit_label": d.unit.label(),
            "decimals": d.decimals,
            "direction": d.direction.code(),
            "definition": d.text,
            "formula": d.calculation.formula,
            "sources": d.source.departments,
            "source_variant": d.source.variant.code(),
            "period_rule": d.period_rule.code(),
            "definition_version": d.version,
            "valid_from": d.valid_from,
        }))
    };
    Ok(answer(
        &json!({ "indicators": names.cards().values().filter_map(card).collect::<Vec<_>>() }),
    ))
}

/// `GET /api/v1/regions/{ref_area}/editions`
async fn edition_list(State(app): State<App>, Path(area): Path<String>) -> Answer {
    let area = area_of(&area)?;
    let heads = editions::list(&app.store, &area).await?;
    let kinds = kinds_of(&heads, &editions::preliminary(&app.store, &area).await?);
    let list: Vec<Value> = heads.iter().map(|head| head_value(head, &kinds)).collect();
    Ok(answer(&json!({ "ref_area": area.as_str(), "editions": list })))
}

fn area_of(text: &str) -> Result<RefArea, WebError> {
    text.parse().map_err(|_| nothing("地区"))
}

fn head_value(head: &EditionHead, kinds: &BTreeMap<EditionKey, EditionKind>) -> Value {
    json!({
        "period": head.key.period.to_string(),
        "number": head.key.number,
        "label": head.key.label(),
        "kind": kinds.get(&head.key).copied().unwrap_or(EditionKind::Final).code(),
        "notes": head.notes,
        "figures": head.figures,
        "published_at": head.published_at,
        "hash": head.hash,
        "previous_hash": head.previous_hash,
    })
}

/// `GET /api/v1/regions/{ref_area}/editions/{period}/{number}`: an edition with its figures (`format=csv`).
async fn edition(
    State(app): State<App>,
    Path((area, period, number)): Path<(String, String, String)>,
    headers: HeaderMap,
    params: Params,
) -> Answer {
    let area = area_of(&area)?;
    let key = EditionKey {
        period: period.parse().map_err(|_| nothing("报告期"))?,
        number: number.parse().map_err(|_| nothing("版本"))?,
    };
    let edition = editions::load(&app.store, &area, key).await?;
    let names = published::names(&app).await?;
    let structure = names.structure(key.period.year());
    let figures = View::Public.figures(&edition.figures, structure);
    let lines: Vec<(EditionKey, Observation)> =
        figures.into_iter().map(|f| (key, f.observation)).collect();
    if wants_csv(&headers, &params) {
        return Ok(csv(&lines, &names));
    }
    let heads = editions::list(&app.store, &area).await?;
    let kinds = kinds_of(&heads, &editions::preliminary(&app.store, &area).await?);
    let head = heads.iter().find(|head| head.key == key).ok_or_else(|| nothing("版本"))?;
    Ok(answer(&json!({
        "ref_area": area.as_str(),
        "edition": head_value(head, &kinds),
        "figures": values(&lines, &names),
    })))
}

/// `GET /api/v1/regions/{ref_area}/figures`: each period from its newest edition, filtered (`format=csv`).
async fn figures(
    State(app): State<App>,
    Path(area): Path<String>,
    headers: HeaderMap,
    params: Params,
) -> Answer {
    let area = area_of(&area)?;
    let year = |name: &str, open: i32| match params.value(name) {
        "" => Ok(open),
        text => text
            .parse()
            .map_err(|_| WebError::Invalid(format!("{name} 应为四位年份，收到的是“{text}”。"))),
    };
    let years = Years { from: year("from", 1949)?, to: year("to", 2199)? };
    let names = published::names(&app).await?;
    let all = editions::of_years(&app.store, &area, years).await?;
    let fits = |name: &str, own: &str| {
        let wanted = params.value(name);
        wanted.is_empty() || wanted.split(',').any(|code| code == own)
    };
    let lines: Vec<(EditionKey, Observation)> = shown(all, &names, |_| View::Public)
        .into_iter()
        .map(|s| (s.edition, s.figure.observation))
        .filter(|(_, o)| {
            fits("indicator", &o.key.indicator.0)
                && fits("sex", o.key.sex.code())
                && fits("residence", o.key.residence.code())
        })
        .collect();
    if wants_csv(&headers, &params) {
        return Ok(csv(&lines, &names));
    }
    Ok(answer(&json!({ "ref_area": area.as_str(), "figures": values(&lines, &names) })))
}

fn wants_csv(headers: &HeaderMap, params: &Params) -> bool {
    let accepted = headers.get(header::ACCEPT).and_then(|v| v.to_str().ok()).unwrap_or("");
    params.value("format") == "csv" || accepted.starts_with("text/csv")
}

fn values(lines: &[(EditionKey, Observation)], names: &Names) -> Vec<Value> {
    render::json::figures::figures(named(lines), names)
}

/// The figures with their edition as the tables name it.
fn named(
    lines: &[(EditionKey, Observation)],
) -> impl Iterator<Item = ((Period, u32), &Observation)> {
    lines.iter().map(|(edition, o)| ((edition.period, edition.number), o))
}

/// The columns of SDMX-CSV.
fn csv(lines: &[(EditionKey, Observation)], names: &Names) -> Response {
    let table = sdmx_table(named(lines), names);
    let mut response = render::csv::csv(&table).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    response
}
