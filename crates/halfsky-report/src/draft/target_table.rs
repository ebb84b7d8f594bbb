//! 指标目标监测结果一览表: every target of a plan in one row.

use halfsky_evaluate::run::TargetResult;

use super::material::{Before, Material, code};
use super::sentences::gap;
use crate::table::{Column, Table};
use crate::wording::{change, unit_heading};

/// Shares of the width.
pub(super) const WIDTHS: [u16; 11] = [9, 18, 7, 8, 12, 8, 8, 10, 9, 13, 14];

/// The table of some results.
pub(super) fn table(material: &Material<'_>, title: &str, results: &[&TargetResult]) -> Table {
    let year = material.year();
    let mut columns = vec![Column::words("领域"), Column::words("指标"), Column::words("单位")];
    columns.push(Column::numbers("基期值（年）"));
    columns.push(Column::words("目标（期限）"));
    columns.push(Column::numbers(&format!("{}年", year - 1)));
    columns.push(Column::numbers(&format!("{year}年")));
    columns.push(Column::numbers("较上年"));
    columns.extend(["判定", "责任单位", "说明"].map(Column::words));
    let rows = results.iter().map(|result| row(material, result)).collect();
    Table { title: title.to_owned(), columns, rows }
}

fn row(material: &Material<'_>, result: &TargetResult) -> Vec<String> {
    let none = || "–".to_owned();
    let code = code(result);
    let year = material.year();
    let now = code.as_ref().and_then(|code| material.whole(code, year));
    let earlier = code.as_ref().and_then(|code| material.whole(code, year - 1));
    let shown = |o: Option<&halfsky_monitor::observation::Observation>| {
        crate::wording::cell(o.map(|o| &o.value))
    };
    let definition = material.definition(result);
    let changed = now.map_or_else(none, |now| match (material.before(now), material.pair(now)) {
        (Before::NotComparable, _) => "不可比".to_owned(),
        (_, Some(pair)) => change(pair.now, pair.before, pair.unit),
        _ => none(),
    });
    vec![
        result.domain.clone(),
        result.indicator.clone(),
        definition.map_or_else(String::new, |d| unit_heading(d.unit)),
        result.base.as_ref().map_or_else(none, |b| format!("{}（{}）", b.value, b.year)),
        format!("{}（{}）", result.demand, result.by),
        shown(earlier),
        shown(now),
        changed,
        result.class.label().to_owned(),
        result.lead.join("、"),
        gap(material, result).unwrap_or_default(),
    ]
}
