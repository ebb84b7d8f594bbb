//! 分性别统计资料: one year, women and men, towns and villages side by side, with shares, ratios and gaps.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Path, State};
use halfsky_monitor::disaggregation::{DomainTable, SplitRow, by_domain};
use halfsky_monitor::edition::Edition;
use halfsky_monitor::observation::Observation;
use halfsky_monitor::period::Period;
use halfsky_plan::ref_area::RefArea;
use halfsky_report::table::{Column as TableColumn, Table};
use halfsky_report::yearbook::domain_table;
use halfsky_store::editions;

use super::{area_of, indicator_url, nothing};
use crate::app::App;
use crate::export;
use crate::list::{Choice, Listing, Params};
use crate::pages::editions::edition::views;
use crate::pages::editions::url;
use crate::pages::{Answer, page};
use crate::parts::tab::Tab;
use crate::published::{self, View};
use crate::shell::{Shell, Stage};
use crate::visit::Visit;

const FILTERS: [&str; 2] = ["year", "domain"];

struct Row {
    domain: String,
    /// The domain begins here.
    first: bool,
    url: String,
    cells: Vec<String>,
}

#[derive(Template)]
#[template(path = "data/by-sex.html")]
struct BySexPage {
    shell: Shell,
    region: String,
    /// Name and address of the edition; None before the first.
    edition: Option<(String, String)>,
    views: Vec<Tab>,
    years: Vec<Choice>,
    domains: Vec<Choice>,
    heads: Vec<String>,
    list: Listing<Row>,
}

/// `GET /data/{ref_area}/by-sex`
pub(crate) async fn show(
    visit: Visit,
    State(app): State<App>,
    Path(area): Path<String>,
    params: Params,
) -> Answer {
    let area = area_of(&area)?;
    let region = published::region_name(&app, &area).await?;
    let heads = editions::list(&app.store, &area).await?;
    let years: BTreeSet<i32> = heads.iter().map(|h| h.key.period.year()).collect();
    let asked = params.value("year").parse().ok().filter(|year| years.contains(year));
    let year = asked.or_else(|| years.last().copied());
    let edition = match year {
        Some(year) => {
            let period = Period::year_of(year).map_err(|_| nothing())?;
            editions::newest(&app.store, &area, period).await?
        }
        None => None,
    };
    let names = published::names(&app).await?;
    let view = View::of(&visit, &app, &area, &params).await?;
    let tables: Vec<DomainTable> = edition.as_ref().map_or_else(Vec::new, |edition| {
        let definitions = names.in_year(edition.period.year());
        let figures = view.figures(&edition.figures, names.structure(edition.period.year()));
        let figures: Vec<Observation> = figures.into_iter().map(|f| f.observation).collect();
        by_domain(&figures, &definitions)
    });
    let domain = params.value("domain");
    let kept: Vec<&DomainTable> =
        tables.iter().filter(|t| domain.is_empty() || t.domain == domain).collect();
    if let Some(format) = export::Format::asked(&params) {
        let label = edition.as_ref().map(Edition::label).unwrap_or_default();
        return export::answer(&whole(&region, &label, &kept), format);
    }
    let rows: Vec<Row> = kept.iter().flat_map(|table| rows_of(&area, table)).collect();
    let empty = DomainTable { domain: String::new(), rows: Vec::new() };
    let shown_year = year.map(|y| y.to_string()).unwrap_or_default();
    let widest = View::widest(&visit, &app, &area).await?;
    let mut domains = vec![Choice::new("", "全部领域", domain)];
    domains.extend(tables.iter().map(|t| Choice::new(&t.domain, &t.domain, domain)));
    page(&BySexPage {
        shell: Shell::new(&visit, Stage::Data, "分性别统计资料")
            .under("资料", format!("/data/{area}")),
        region,
        views: views(&params, view, widest),
        years: years
            .iter()
            .rev()
            .map(|y| Choice::new(y.to_string(), format!("{y}年"), &shown_year))
            .collect(),
        domains,
        heads: domain_table(&empty).columns.into_iter().map(|c| c.title).collect(),
        edition: edition.map(|e| (e.label(), url(&area, editions::EditionKey::of(&e)))),
        list: Listing::new(&params, rows, &FILTERS, ""),
    })
}

/// The indicators of a domain.
fn rows_of(area: &RefArea, table: &DomainTable) -> Vec<Row> {
    let cells = domain_table(table).rows;
    let row = |(at, (row, cells)): (usize, (&SplitRow, Vec<String>))| Row {
        domain: table.domain.clone(),
        first: at == 0,
        url: indicator_url(area, &row.definition.code.0),
        cells,
    };
    table.rows.iter().zip(cells).enumerate().map(row).collect()
}

/// All domains in one table, each row with its domain.
fn whole(region: &str, edition: &str, tables: &[&DomainTable]) -> Table {
    let empty = DomainTable { domain: String::new(), rows: Vec::new() };
    let mut columns = vec![TableColumn::words("领域")];
    columns.extend(domain_table(&empty).columns);
    let rows = tables.iter().flat_map(|table| {
        domain_table(table).rows.into_iter().map(|row| {
            let mut cells = vec![table.domain.clone()];
            cells.extend(row);
            cells
        })
    });
    Table {
        title: format!("{region}分性别统计资料_{edition}"), columns, rows: rows.collect()
    }
}
