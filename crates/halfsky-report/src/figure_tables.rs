//! Tables of single figures: what an edition holds, what was handed in, the trail of one figure.

use halfsky_monitor::names::Names;
use halfsky_monitor::observation::{Observation, Value};
use halfsky_monitor::period::Period;
use halfsky_plan::unit::Unit;

use crate::table::{Column, Table};
use crate::wording::{cell, unit_heading, why_not_shown};

/// Published figures, one a row, each with the name of its edition.
pub fn figure_table<'a>(
    title: &str,
    lines: impl Iterator<Item = (String, &'a Observation)>,
    names: &Names,
) -> Table {
    let mut columns = ["代码", "指标", "计量单位", "报告期", "性别", "城乡", "取数方式"]
        .map(Column::words)
        .to_vec();
    columns.push(Column::numbers("数值"));
    columns.extend(
        ["数据状态", "缺数或不公布的原因", "口径版本", "情况说明", "数据版本"].map(Column::words),
    );
    Table {
        title: title.to_owned(),
        columns,
        rows: lines.map(|(edition, figure)| row(&edition, figure, names)).collect(),
    }
}

fn row(edition: &str, figure: &Observation, names: &Names) -> Vec<String> {
    let key = &figure.key;
    vec![
        key.indicator.to_string(),
        names.name(&key.indicator).to_owned(),
        names.unit(&key.indicator).map(unit_heading).unwrap_or_default(),
        key.period.label(),
        key.sex.label().to_owned(),
        key.residence.label().to_owned(),
        key.source.label().to_owned(),
        cell(Some(&figure.value)),
        figure.status.label().to_owned(),
        why_not_shown(figure).unwrap_or_default(),
        format!("第{}版", figure.definition_version),
        figure.explanation.clone(),
        edition.to_owned(),
    ]
}

/// Which edition a figure stands in: its period and its number.
pub type Edition = (Period, u32);

/// The columns of SDMX-CSV, without its structure columns, then what SDMX has no column for. What is written here,
/// `halfsky_monitor::long_table` reads.
pub fn sdmx_table<'a>(
    lines: impl Iterator<Item = (Edition, &'a Observation)>,
    names: &Names,
) -> Table {
    let mut columns =
        ["REF_AREA", "INDICATOR", "TIME_PERIOD", "SEX", "RESIDENCE", "AGE", "GROUP", "SOURCE"]
            .map(Column::words)
            .to_vec();
    columns.push(Column::numbers("OBS_VALUE"));
    columns.extend(
        [
            "OBS_STATUS",
            "CONF_STATUS",
            "UNIT_MEASURE",
            "UNIT_MULT",
            "MISSING_REASON",
            "DEFINITION_VERSION",
            "EDITION_PERIOD",
            "EDITION_NUMBER",
            "NOTE",
        ]
        .map(Column::words),
    );
    let rows = lines.map(|(edition, figure)| sdmx_row(edition, figure, names)).collect();
    Table { title: "figures".to_owned(), columns, rows }
}

fn sdmx_row((period, number): Edition, figure: &Observation, names: &Names) -> Vec<String> {
    let key = &figure.key;
    let (missing, note) = match &figure.value {
        Value::Figure(_) => ("", figure.explanation.clone()),
        Value::Missing(missing) => (missing.reason.code(), missing.note.clone()),
    };
    vec![
        key.ref_area.to_string(),
        key.indicator.to_string(),
        key.period.to_string(),
        key.sex.code().to_owned(),
        key.residence.code().to_owned(),
        key.age.clone(),
        key.group.clone(),
        key.source.code().to_owned(),
        figure.value.figure().map(|f| f.to_string()).unwrap_or_default(),
        figure.status.code().to_owned(),
        figure.confidentiality.code().to_owned(),
        names.unit(&key.indicator).map_or("", Unit::code).to_owned(),
        figure.unit_mult.to_string(),
        missing.to_owned(),
        figure.definition_version.to_string(),
        period.to_string(),
        number.to_string(),
        note,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use halfsky_monitor::observation::{
        ConfStatus, Missing, MissingReason, ObsStatus, ObservationKey,
    };
    use halfsky_plan::indicator::IndicatorCode;

    #[test]
    fn a_missing_figure_tells_its_reason() {
        let period = Period::year_of(2025).unwrap();
        let code = IndicatorCode("X".to_owned());
        let missing = Missing {
            reason: MissingReason::NoStatistics,
            note: "未开展".to_owned(),
            owner: String::new(),
            substitute: String::new(),
        };
        let figure = Observation {
            key: ObservationKey::total("000101".parse().unwrap(), code, period),
            value: Value::Missing(missing),
            definition_version: 2,
            status: ObsStatus::NotCollected,
            confidentiality: ConfStatus::Free,
            unit_mult: 0,
            explanation: String::new(),
        };
        let lines = std::iter::once(("2025年第1版".to_owned(), &figure));
        let table = figure_table("表", lines, &Names::default());
        assert_eq!(table.rows[0].len(), table.columns.len());
        assert_eq!(table.rows[0][7..11], ["…", "未统计", "无此项统计（未开展）", "第2版"]);
        assert_eq!(table.rows[0][12], "2025年第1版");
    }

    #[test]
    fn sdmx_lines_have_a_cell_for_each_column_and_can_be_read_again() {
        use halfsky_monitor::long_table::{Known, read};
        use std::collections::BTreeSet;

        let cards =
            halfsky_monitor::card::definitions(&halfsky_plan::indicator::Catalogue::builtin())
                .unwrap();
        let items = halfsky_monitor::item::items(&cards);
        let versions = cards.into_iter().map(|card| {
            let code = card.code.clone();
            let versions = halfsky_monitor::definition::Definitions::new(vec![card]).unwrap();
            (code, versions)
        });
        let names = Names::new(versions.collect(), items);
        let period = Period::year_of(2025).unwrap();
        let told = |code: &str, value: Value| {
            let code = IndicatorCode(code.to_owned());
            let status = match &value {
                Value::Figure(_) => ObsStatus::Normal,
                Value::Missing(missing) => missing.reason.status(),
            };
            Observation {
                key: ObservationKey::total("990101".parse().unwrap(), code, period),
                value,
                definition_version: 1,
                status,
                confidentiality: ConfStatus::Free,
                unit_mult: 0,
                explanation: String::new(),
            }
        };
        let missing = Missing {
            reason: MissingReason::SampledAbove,
            note: "推算，不分县".to_owned(),
            owner: String::new(),
            substitute: String::new(),
        };
        let mut sampled = told("W-F05", Value::Missing(missing));
        sampled.key.source = names.of_year(&sampled.key.indicator, 2025).unwrap().source.variant;
        let written = [told("C-E02", Value::Figure("88.10".parse().unwrap())), sampled];
        let table = sdmx_table(written.iter().map(|o| ((period, 1), o)), &names);
        assert!(table.rows.iter().all(|row| row.len() == table.columns.len()));
        let csv = crate::render::csv::csv(&table);
        let regions = BTreeSet::from(["990101".parse().unwrap()]);
        let known = Known { names: &names, regions: &regions, region: None };
        let again = read(&halfsky_monitor::workbook::open(&csv).unwrap(), &known);
        assert_eq!(again.problems, []);
        let lines: Vec<Observation> = again.lines.into_iter().map(|l| l.observation).collect();
        assert_eq!(lines, written);
    }
}
