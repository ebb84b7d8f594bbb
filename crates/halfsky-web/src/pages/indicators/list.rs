//! The catalogue of indicators.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::State;
use halfsky_plan::indicator::Indicator;
use halfsky_plan::plan::Beneficiary;
use halfsky_report::table::{Column as TableColumn, Table};
use halfsky_store::indicators;

use super::{county_label, direction_label, evidence_label, unit_label};
use crate::app::App;
use crate::export;
use crate::list::{Choice, Listing, Params, sort_rows};
use crate::pages::{Answer, page};
use crate::shell::{Shell, Stage};
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "indicators/list.html")]
struct ListPage {
    shell: Shell,
    beneficiaries: Vec<Choice>,
    domains: Vec<Choice>,
    counties: Vec<Choice>,
    list: Listing<Indicator>,
}

const FILTERS: [&str; 4] = ["q", "beneficiary", "domain", "county"];
const DEFAULT_SORT: &str = "code";

/// `GET /indicators`
pub(crate) async fn show(visit: Visit, State(app): State<App>, params: Params) -> Answer {
    let catalogue = indicators::load_catalogue(&app.store).await?;
    let rows = chosen(&catalogue, &params);
    if let Some(format) = export::Format::asked(&params) {
        return export::answer(&table(&rows), format);
    }
    page(&list_page(&visit, &catalogue, rows, &params))
}

fn list_page(
    visit: &Visit,
    catalogue: &[Indicator],
    rows: Vec<Indicator>,
    params: &Params,
) -> ListPage {
    ListPage {
        shell: Shell::new(visit, Stage::Indicator, "指标"),
        beneficiaries: beneficiaries(params.value("beneficiary")),
        domains: domains(catalogue, params.value("domain")),
        counties: counties(params.value("county")),
        list: Listing::new(params, rows, &FILTERS, DEFAULT_SORT),
    }
}

fn beneficiaries(chosen: &str) -> Vec<Choice> {
    let mut list = vec![Choice::new("", "全部对象", chosen)];
    let both = [Beneficiary::Women, Beneficiary::Children];
    list.extend(both.map(|b| Choice::new(b.code(), b.label(), chosen)));
    list
}

fn domains(catalogue: &[Indicator], chosen: &str) -> Vec<Choice> {
    let names: BTreeSet<&str> = catalogue.iter().map(|i| i.domain.as_str()).collect();
    let mut list = vec![Choice::new("", "全部领域", chosen)];
    list.extend(names.into_iter().filter(|n| !n.is_empty()).map(|n| Choice::new(n, n, chosen)));
    list
}

fn counties(chosen: &str) -> Vec<Choice> {
    let mut list = vec![Choice::new("", "不限", chosen)];
    list.extend(["yes", "sample", "no"].map(|code| Choice::new(code, county_label(code), chosen)));
    list
}

fn chosen(catalogue: &[Indicator], params: &Params) -> Vec<Indicator> {
    let words = params.value("q");
    let upper = words.to_uppercase();
    let fits = |name: &str, value: &str| {
        let wanted = params.value(name);
        wanted.is_empty() || wanted == value
    };
    let mut rows: Vec<Indicator> = catalogue
        .iter()
        .filter(|i| {
            (i.name_zh.contains(words)
                || i.code.0.to_uppercase().contains(&upper)
                || i.aliases.iter().any(|a| a.contains(words)))
                && fits("beneficiary", i.beneficiary.code())
                && fits("domain", &i.domain)
                && fits("county", &i.county_value)
        })
        .cloned()
        .collect();
    sort_rows(&mut rows, params, DEFAULT_SORT, |i, key| {
        let first = match key {
            "name" => i.name_zh.clone(),
            "domain" => i.domain.clone(),
            _ => String::new(),
        };
        (first, i.code.clone())
    });
    rows
}

fn table(rows: &[Indicator]) -> Table {
    let heads = [
        "代码",
        "指标",
        "英文名称",
        "对象",
        "领域",
        "单位",
        "方向",
        "分子",
        "分母",
        "乘数",
        "数据来源部门",
        "县级数据",
        "其他叫法",
        "来源",
    ];
    let row = |i: &Indicator| {
        vec![
            i.code.to_string(),
            i.name_zh.clone(),
            i.name_en.clone(),
            i.beneficiary.label().to_owned(),
            i.domain.clone(),
            unit_label(&i.unit).to_owned(),
            direction_label(&i.direction).to_owned(),
            i.numerator.clone(),
            i.denominator.clone(),
            i.multiplier.clone(),
            i.source_departments.join("、"),
            county_label(&i.county_value).to_owned(),
            i.aliases.join("、"),
            evidence_label(&i.evidence).to_owned(),
        ]
    };
    Table {
        title: "指标目录".to_owned(),
        columns: heads.map(TableColumn::words).to_vec(),
        rows: rows.iter().map(row).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use halfsky_plan::indicator::Catalogue;

    fn draw(query: &str) -> String {
        let catalogue = Catalogue::builtin();
        let params = Params::read("/indicators", query);
        let rows = chosen(catalogue.indicators(), &params);
        list_page(&Visit::sample(), catalogue.indicators(), rows, &params).render().unwrap()
    }

    #[test]
    fn finds_by_name_and_by_code() {
        assert!(draw("q=%E5%AD%95%E4%BA%A7%E5%A6%87").contains("孕产妇死亡率"));
        assert!(draw("q=w-h02").contains("孕产妇死亡率"));
        assert!(draw("q=%3F%3F").contains("没有符合条件的指标"));
        assert_eq!(draw(""), draw(""));
    }

    #[test]
    fn the_export_has_a_cell_for_every_column() {
        let table = table(Catalogue::builtin().indicators());
        assert!(table.rows.iter().all(|row| row.len() == table.columns.len()));
    }
}
