//! Comparison read-outs (对标口径) in words, as a table and as JSON: how other platforms would class the same figures.

use halfsky_evaluate::comparison::ReadOuts;
use halfsky_evaluate::run::{Run, TargetResult, target_read_outs};
use serde_json::{Value, json};

use crate::outlook_wording::value;
use crate::table::{Column, Table};

/// The read-outs of one target, each with its name.
pub fn lines(told: &ReadOuts) -> Vec<(&'static str, String)> {
    vec![
        ("Open SDG（联合国可持续发展目标平台）", open_sdg(told)),
        ("欧盟统计局", eurostat(told)),
        ("年均递减率（AARR，回归）", reduction(told)),
    ]
}

fn open_sdg(told: &ReadOuts) -> String {
    let (_, words) = told.open_sdg_class();
    match told.open_sdg.and_then(|m| m.value) {
        Some(progress) => format!("{words}（{}）", value(progress, 2)),
        None => words.to_owned(),
    }
}

fn eurostat(told: &ReadOuts) -> String {
    let (_, words) = told.eurostat_class();
    match told.eurostat.ratio {
        Some(ratio) => format!("{words}（实际增速为所需增速的{}%）", value(ratio * 100.0, 0)),
        None => words.to_owned(),
    }
}

/// A fall as a positive number, as the measure is defined.
fn reduction(told: &ReadOuts) -> String {
    let rate = told.reduction.map(|rates| rates.regression * 100.0);
    rate.map_or_else(|| "不能计算".to_owned(), |rate| format!("{}%", value(rate, 2)))
}

/// The targets of a run that have read-outs, in the order of the plan.
fn of_run(run: &Run) -> impl Iterator<Item = (&TargetResult, ReadOuts)> {
    run.targets.iter().filter_map(|target| Some((target, target_read_outs(run, target)?)))
}

/// The read-outs of a run as a table.
pub fn table(title: &str, run: &Run) -> Table {
    let row = |(target, told): (&TargetResult, ReadOuts)| {
        vec![
            target.number.to_string(),
            target.indicator.clone(),
            target.demand.clone(),
            target.by.to_string(),
            open_sdg(&told),
            eurostat(&told),
            reduction(&told),
        ]
    };
    Table {
        title: title.to_owned(),
        columns: vec![
            Column::numbers("序号"),
            Column::words("指标"),
            Column::words("目标"),
            Column::numbers("期限"),
            Column::words("Open SDG"),
            Column::words("欧盟统计局"),
            Column::words("年均递减率"),
        ],
        rows: of_run(run).map(row).collect(),
    }
}

/// The same for programs, with the codes the methods use.
pub fn json(run: &Run) -> Value {
    let entry = |(target, told): (&TargetResult, ReadOuts)| {
        json!({
            "number": target.number,
            "key": target.key,
            "indicator": target.indicator,
            "open_sdg": {
                "class": told.open_sdg_class().0,
                "value": told.open_sdg.and_then(|m| m.value),
            },
            "eurostat": { "class": told.eurostat_class().0, "ratio": told.eurostat.ratio },
            "reduction": told.reduction.map(|rates| json!({
                "regression": rates.regression,
                "endpoint": rates.endpoint,
            })),
        })
    };
    json!({
        "ref_area": run.ref_area,
        "plan": run.plan,
        "year": run.year,
        "targets": of_run(run).map(entry).collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draft::testing::Scene;

    #[test]
    fn every_target_with_figures_has_its_read_outs() {
        Scene::new().with(|material| {
            let table = table("对标口径", material.run);
            assert!(!table.rows.is_empty());
            assert!(table.rows.iter().all(|row| row.len() == table.columns.len()));
            let told = json(material.run);
            assert_eq!(told["targets"].as_array().map(Vec::len), Some(table.rows.len()));
            let class = told["targets"][0]["eurostat"]["class"].as_str();
            assert!(class.is_some_and(|class| !class.is_empty()), "{told}");
        });
    }

    #[test]
    fn a_rise_is_a_negative_reduction() {
        let figures = |values: &[(i32, &str)]| -> Vec<halfsky_evaluate::series::Observation> {
            let point = |(year, text): &(i32, &str)| halfsky_evaluate::series::Observation {
                year: *year,
                value: text.parse().unwrap(),
            };
            values.iter().map(point).collect()
        };
        let goal = halfsky_evaluate::goal::Goal::AtLeast(rust_decimal::Decimal::from(80));
        let values = figures(&[(2020, "50"), (2022, "55"), (2024, "60.5")]);
        let told = halfsky_evaluate::comparison::read_outs(&values, &goal, 2020, 2030).unwrap();
        let lines = lines(&told);
        assert!(lines[0].1.starts_with("进展显著"), "{lines:?}");
        assert_eq!(lines[2].1, "-4.88%");
    }
}
