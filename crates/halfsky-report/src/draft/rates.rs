//! The table of attainment by domain, and the sentence over it.

use halfsky_evaluate::attainment::Fact;
use halfsky_evaluate::attainment_rate::{Counting, NearlyAttained, attainment_rate};
use halfsky_evaluate::run::TargetResult;
use halfsky_plan::figure::Figure;

use super::material::{Material, facts};
use crate::table::{Column, Table};
use crate::wording::rate::rate;

fn nearly(material: &Material<'_>) -> NearlyAttained {
    if material.run.parameters.nearly_counts {
        NearlyAttained::Counts
    } else {
        NearlyAttained::Apart
    }
}

/// Both rules, each with numerator and denominator.
pub(crate) fn sentence(material: &Material<'_>) -> String {
    let all: Vec<&TargetResult> = material.run.targets.iter().collect();
    let facts = facts(all.iter());
    let told: Vec<String> = [Counting::Monitorable, Counting::All]
        .into_iter()
        .filter_map(|counting| {
            attainment_rate(&facts, facts.len(), counting, nearly(material)).ok()
        })
        .map(|r| rate(&r))
        .collect();
    told.join("；")
}

/// One row for each domain, and the sum.
pub(crate) fn table(material: &Material<'_>) -> Table {
    let mut columns = vec![Column::words("领域"), Column::numbers("指标目标（项）")];
    columns.extend(Fact::ALL.map(|fact| Column::numbers(fact.label())));
    columns.push(Column::numbers("达标率（可监测口径，%）"));
    columns.push(Column::numbers("达标率（全指标口径，%）"));
    let mut rows: Vec<Vec<String>> = material
        .domains()
        .into_iter()
        .filter(|(_, results)| results.iter().any(|r| r.quantified && !r.soft))
        .map(|(domain, results)| row(material, domain, &results))
        .collect();
    let all: Vec<&TargetResult> = material.run.targets.iter().collect();
    rows.push(row(material, "合计", &all));
    Table {
        title: format!("{}年各领域指标目标达标情况", material.year()), columns, rows
    }
}

fn row(material: &Material<'_>, name: &str, results: &[&TargetResult]) -> Vec<String> {
    let facts = facts(results.iter());
    let mut row = vec![name.to_owned(), facts.len().to_string()];
    row.extend(Fact::ALL.map(|fact| facts.iter().filter(|(_, f)| *f == fact).count().to_string()));
    for counting in [Counting::Monitorable, Counting::All] {
        let rate = attainment_rate(&facts, facts.len(), counting, nearly(material)).ok();
        let percent = rate.and_then(|r| r.percent);
        row.push(
            percent.map_or_else(
                || "–".to_owned(),
                |percent| Figure::new(percent).rounded(1).to_string(),
            ),
        );
    }
    row
}

/// What has to be said under the table.
pub(super) fn notes(material: &Material<'_>) -> Vec<String> {
    let nearly = match nearly(material) {
        NearlyAttained::Counts => "达标率的分子包括基本达标。",
        NearlyAttained::Apart => "达标率的分子不包括基本达标。",
    };
    let mut notes = vec![format!(
        "注：可监测口径的分母不含无数据和口径不可比的指标目标，全指标口径的分母为全部指标目标。{nearly}"
    )];
    let soft = material.run.targets.iter().filter(|t| t.quantified && t.soft).count();
    if soft > 0 {
        notes.push(format!("注：规划中“力争”实现的{soft}项指标目标单独统计，不计入本表。"));
    }
    notes
}
