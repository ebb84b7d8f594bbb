//! Tables of an evaluation: every target, the two rates, the scores, what changed between two runs.

use halfsky_evaluate::run::{Difference, RateResult, Run, TargetResult};

use crate::delivery_wording::rule_name;
use crate::evaluation_wording::{chance, change, explanation, latest, pace};
use crate::outlook_wording::value;
use crate::table::{Column, Table};

/// Every target of a run, or those a list shows, in the order given.
pub fn targets<'a>(title: &str, shown: impl IntoIterator<Item = &'a TargetResult>) -> Table {
    Table {
        title: title.to_owned(),
        columns: vec![
            Column::numbers("序号"),
            Column::words("领域"),
            Column::words("指标"),
            Column::words("目标"),
            Column::numbers("期限"),
            Column::words("最新值"),
            Column::words("达标情况"),
            Column::words("序时进度"),
            Column::words("达标概率"),
            Column::words("研判结论"),
            Column::words("预警"),
            Column::words("牵头单位"),
            Column::words("说明"),
        ],
        rows: shown.into_iter().map(row).collect(),
    }
}

fn row(target: &TargetResult) -> Vec<String> {
    let year = target.latest.as_ref().map_or_else(String::new, |p| format!("（{}年）", p.year));
    vec![
        target.number.to_string(),
        target.domain.clone(),
        target.indicator.clone(),
        target.demand.clone(),
        target.by.to_string(),
        format!("{}{year}", latest(target)),
        target.fact.map_or("–", halfsky_evaluate::attainment::Fact::label).to_owned(),
        pace(target),
        chance(target),
        target.class.marked(),
        warning(target),
        target.lead.join("、"),
        explanation(target),
    ]
}

/// The gravest finding of a target with its rule; a dash where there is none.
pub fn warning(target: &TargetResult) -> String {
    let gravest = target.findings.iter().rev().max_by_key(|f| f.level);
    gravest.map_or_else(
        || "–".to_owned(),
        |f| {
            let rule = rule_name(f.rule, f.evidence.undelivered.as_ref());
            format!("{}：{rule}", f.level.label())
        },
    )
}

/// The words of a rule that counts.
pub fn counting(rate: &RateResult) -> &'static str {
    if rate.counting == "all" { "全指标口径" } else { "可监测口径" }
}

/// The name of a group with a rate.
pub fn group(rate: &RateResult) -> String {
    match rate.by.as_str() {
        "plan" => "全部目标".to_owned(),
        "soft" => "力争目标（另计）".to_owned(),
        _ => rate.group.clone(),
    }
}

/// 达标率 with everything that has to stand beside it.
pub fn rates<'a>(title: &str, shown: impl IntoIterator<Item = &'a RateResult>) -> Table {
    let row = |rate: &RateResult| {
        vec![
            group(rate),
            counting(rate).to_owned(),
            rate.percent.as_ref().map_or_else(|| "–".to_owned(), |p| format!("{p}%")),
            rate.numerator.len().to_string(),
            rate.denominator.len().to_string(),
            rate.nearly.len().to_string(),
            rate.no_data.len().to_string(),
            rate.not_comparable.len().to_string(),
        ]
    };
    Table {
        title: title.to_owned(),
        columns: vec![
            Column::words("范围"),
            Column::words("口径"),
            Column::numbers("达标率"),
            Column::numbers("达标"),
            Column::numbers("参与计算"),
            Column::numbers("基本达标"),
            Column::numbers("无数据"),
            Column::numbers("口径不可比"),
        ],
        rows: shown.into_iter().map(row).collect(),
    }
}

/// 综合得分 by domain and overall.
pub fn scores(run: &Run) -> Table {
    let told = |score: Option<f64>| score.map_or_else(|| "–".to_owned(), |s| value(s, 1));
    let composite = &run.composite;
    let mut rows: Vec<Vec<String>> = composite
        .domains
        .iter()
        .map(|d| vec![d.domain.clone(), told(d.score), format!("{}/{}", d.scored, d.targets)])
        .collect();
    for (name, score) in [
        ("总分（领域算术平均）", composite.arithmetic),
        ("总分（领域几何平均）", composite.geometric),
        ("不均衡度", composite.imbalance),
    ] {
        rows.push(vec![name.to_owned(), told(score), String::new()]);
    }
    Table {
        title: "综合得分".to_owned(),
        columns: vec![
            Column::words("领域"),
            Column::numbers("得分"),
            Column::numbers("有得分的目标"),
        ],
        rows,
    }
}

/// What changed from one run to another.
pub fn differences(title: &str, found: &Difference) -> Table {
    let class = |class: Option<halfsky_evaluate::class::Class>| {
        class.map_or_else(|| "–".to_owned(), halfsky_evaluate::class::Class::marked)
    };
    Table {
        title: title.to_owned(),
        columns: vec![
            Column::words("指标"),
            Column::words("目标"),
            Column::words("原结论"),
            Column::words("新结论"),
            Column::words("变化原因"),
        ],
        rows: found
            .targets
            .iter()
            .map(|t| {
                let why: Vec<String> = t.changes.iter().map(change).collect();
                vec![
                    t.indicator.clone(),
                    t.demand.clone(),
                    class(t.before),
                    class(t.after),
                    why.join("；"),
                ]
            })
            .collect(),
    }
}
