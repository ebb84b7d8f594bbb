//! One indicator: chart, figures by year, targets, what it means.

use crate::chart::put;
use halfsky_monitor::definition::Definition;
use halfsky_monitor::observation::{Observation, Residence, Sex, TOTAL};
use halfsky_monitor::series::Series;
use halfsky_plan::indicator::IndicatorCode;

use super::frame::{Frame, page as framed, scrolling};
use super::{Page, Portal};
use crate::chart::line::line_chart;
use crate::chart::{ChartSize, escape};
use crate::draft::Material;
use crate::draft::material::demanded;
use crate::render::csv;
use crate::series_chart::{cases, series_chart};
use crate::table::{Column, Table};
use crate::wording::{cell, unit_heading, why_not_shown};

pub(super) fn page(portal: &Portal<'_>, code: &IndicatorCode) -> Option<String> {
    let material = of(portal, code)?;
    let definition = material.names.definitions(code)?.of_year(material.year())?;
    let mut content = chart(portal, code).unwrap_or_default();
    content.push_str(&scrolling(&figures(portal, code)));
    put(
        &mut content,
        format_args!(
            "<p><a href=\"{}.csv\" download>下载本指标数据（csv）</a></p>",
            escape(&code.0)
        ),
    );
    content.push_str(&targets(portal, code));
    content.push_str(&meaning(definition));
    let frame =
        Frame { up: "../", here: "indicators.html", title: &definition.name_zh, content: &content };
    Some(framed(portal, &frame))
}

/// The figures of an indicator as a file.
pub(super) fn csv(portal: &Portal<'_>, code: &IndicatorCode) -> Option<Page> {
    of(portal, code)?;
    let bytes = csv::csv(&figures(portal, code));
    Some(Page { media_type: "text/csv; charset=utf-8", bytes })
}

/// The plan an indicator belongs to: the first that knows it.
fn of<'a>(portal: &Portal<'a>, code: &IndicatorCode) -> Option<&'a Material<'a>> {
    if !super::indicators::codes(portal).contains(code) {
        return None;
    }
    let has_target = |m: &&Material<'_>| {
        m.run.targets.iter().any(|t| t.code.as_deref() == Some(code.0.as_str()))
    };
    portal.plans.iter().find(has_target).or_else(|| portal.plans.first())
}

fn chart(portal: &Portal<'_>, code: &IndicatorCode) -> Option<String> {
    let material = of(portal, code)?;
    let definitions = material.names.definitions(code)?;
    let definition = definitions.of_year(material.year())?;
    let years = material.figures.iter().map(|o| o.key.period.year()).min()?..=material.year();
    let whole = years.filter_map(|year| material.whole(code, year)).cloned().collect();
    let series = Series::new(whole, definitions).ok()?;
    let target = material.run.targets.iter().find(|t| t.code.as_deref() == Some(code.0.as_str()));
    let target = target.and_then(|t| demanded(material, t));
    let cases = cases(material.figures, material.names, &series, target.as_ref());
    let drawn = series_chart(material.region, definition, &series, target.as_ref(), &cases);
    let wide = line_chart(&drawn, ChartSize::Wide, "wide").ok()?;
    let narrow = line_chart(&drawn, ChartSize::Narrow, "narrow").ok()?;
    Some(format!(
        "<figure>{wide}{narrow}<figcaption>{}。计量单位：{}。数据来源：{}。</figcaption></figure>",
        escape(&drawn.title),
        escape(&unit_heading(definition.unit)),
        escape(&definition.source.departments.join("、"))
    ))
}

/// Years down, women and men, towns and villages across; only columns that hold something.
fn figures(portal: &Portal<'_>, code: &IndicatorCode) -> Table {
    let title = "历年数据".to_owned();
    let Some(material) = of(portal, code) else {
        return Table { title, columns: Vec::new(), rows: Vec::new() };
    };
    let own: Vec<&Observation> = material
        .figures
        .iter()
        .filter(|o| o.key.indicator == *code && o.key.age == TOTAL && o.key.group == TOTAL)
        .collect();
    let sides = [
        ("合计", Sex::Total, Residence::Total),
        ("女", Sex::Female, Residence::Total),
        ("男", Sex::Male, Residence::Total),
        ("城镇", Sex::Total, Residence::Urban),
        ("农村", Sex::Total, Residence::Rural),
    ];
    let held: Vec<_> = sides
        .into_iter()
        .filter(|(_, sex, residence)| {
            own.iter().any(|o| (o.key.sex, o.key.residence) == (*sex, *residence))
        })
        .collect();
    let mut years: Vec<i32> = own.iter().map(|o| o.key.period.year()).collect();
    years.sort_unstable();
    years.dedup();
    let mut columns = vec![Column::words("年份")];
    columns.extend(held.iter().map(|(name, ..)| Column::numbers(name)));
    columns.push(Column::words("说明"));
    let row = |year: &i32| {
        let mut row = vec![format!("{year}年")];
        let of = |sex, residence| material.observation(code, *year, sex, residence);
        row.extend(
            held.iter().map(|(_, sex, residence)| cell(of(*sex, *residence).map(|o| &o.value))),
        );
        let why = held.iter().find_map(|(_, sex, residence)| why_not_shown(of(*sex, *residence)?));
        row.push(why.unwrap_or_default());
        row
    };
    Table { title, columns, rows: years.iter().map(row).collect() }
}

fn targets(portal: &Portal<'_>, code: &IndicatorCode) -> String {
    let mut html = String::new();
    for material in portal.plans {
        let own = material.run.targets.iter().filter(|t| t.code.as_deref() == Some(&code.0));
        for target in own {
            put(
                &mut html,
                format_args!(
                    "<li>{}：{}年{}，<span class=\"tone-{}\">{}</span></li>",
                    escape(&material.version.plan.title),
                    target.by,
                    escape(&target.demand),
                    target.class.tone().code(),
                    escape(&target.class.marked())
                ),
            );
        }
    }
    if html.is_empty() { html } else { format!("<h2>规划目标</h2><ul>{html}</ul>") }
}

fn meaning(definition: &Definition) -> String {
    let told = |term: &str, words: &str| {
        if words.trim().is_empty() {
            String::new()
        } else {
            format!("<dt>{term}</dt><dd>{}</dd>", escape(words))
        }
    };
    format!(
        "<h2>指标解释</h2><dl>{}{}{}{}{}</dl>",
        told("含义", &definition.text),
        told("计算方法", &crate::yearbook::calculation(definition)),
        told("计量单位", &unit_heading(definition.unit)),
        told("数据来源", &definition.source.departments.join("、")),
        told("报告期", definition.period_rule.label()),
    )
}
