//! Tables of single figures: what an edition holds, what was handed in, the trail of one figure.

use halfsky_monitor::names::Names;
use halfsky_monitor::observation::Observation;

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

#[cfg(test)]
mod tests {
    use super::*;
    use halfsky_monitor::observation::{
        ConfStatus, Missing, MissingReason, ObsStatus, ObservationKey, Value,
    };
    use halfsky_monitor::period::Period;
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
}
