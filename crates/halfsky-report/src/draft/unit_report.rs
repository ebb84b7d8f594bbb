//! 部门年度落实情况报告和下一年工作安排: pre-filled with what the program knows; the unit writes the rest.

use std::collections::BTreeSet;

use halfsky_evaluate::run::TargetResult;
use rust_decimal::Decimal;

use super::material::Material;
use super::{DraftError, sentences, target_table};
use crate::document::{Attachment, Composer, Document, Form, Level, Orientation, Signature};
use crate::table::{Column, Table};
use crate::template::TemplateError;
use crate::wording::with_unit;
use halfsky_evaluate::goal::Goal;
use halfsky_plan::figure::Figure;

/// The report of a unit.
pub fn unit_report(material: &Material<'_>, unit: &str) -> Result<Document, DraftError> {
    let is = |names: &[String]| names.iter().any(|name| name == unit);
    let lead: Vec<&TargetResult> = material.run.targets.iter().filter(|t| is(&t.lead)).collect();
    let support: Vec<&TargetResult> =
        material.run.targets.iter().filter(|t| is(&t.support) && !is(&t.lead)).collect();
    if lead.is_empty() && support.is_empty() {
        return Err(DraftError::NoDuty { unit: unit.to_owned(), known: units(material) });
    }
    let standing = |id| material.templates.fill(id, vec![]);
    let year = material.year();
    let mut text = Composer::default();
    text.heading(Level::One, "承担的目标");
    let duties = vec![
        ("规划", material.plan_title().into()),
        ("单位", unit.into()),
        ("牵头数", lead.len().into()),
        ("配合数", support.len().into()),
    ];
    text.words("duties", material.templates.fill("unit-duties", duties)?);
    if !support.is_empty() {
        text.table(supported(&support), &[25, 35, 40], Orientation::Upright, vec![]);
    }
    text.heading(Level::One, "目标完成情况");
    if lead.is_empty() {
        text.words("no-lead", standing("unit-no-lead")?);
    } else {
        for subject in sentences::subjects(&lead) {
            let runs = sentences::paragraph(material, &subject);
            text.runs(format!("result-{}", subject.key), runs);
        }
    }
    text.heading(Level::One, "主要措施和成效");
    text.words("measures", standing("unit-measures")?);
    text.heading(Level::One, "存在问题和原因");
    for (id, words) in problems(material, &lead) {
        text.words(id, words);
    }
    text.words("causes", standing("unit-causes")?);
    text.heading(Level::One, &format!("{}年工作安排", year + 1));
    for (id, words) in next_year(material, &lead)? {
        text.words(id, words);
    }
    text.words("plans", standing("unit-plans")?);
    let issuing = material.issuing;
    Ok(Document {
        form: Form::Report,
        title: format!(
            "{unit}{year}年度{}发展规划落实情况报告和{}年工作安排",
            material.version.plan.beneficiary.label(),
            year + 1
        ),
        byline: vec![],
        head: None,
        addressee: issuing.office.clone(),
        blocks: text.finish(),
        signature: Some(Signature { organ: unit.to_owned(), date: issuing.date() }),
        attachments: if lead.is_empty() { vec![] } else { vec![results(material, &lead)] },
        remark: String::new(),
        imprint: None,
        basis: material.basis(),
    })
}

/// Every unit the plan gives something to do.
pub fn units(material: &Material<'_>) -> Vec<String> {
    let all: BTreeSet<&String> =
        material.run.targets.iter().flat_map(|t| t.lead.iter().chain(&t.support)).collect();
    all.into_iter().cloned().collect()
}

fn results(material: &Material<'_>, lead: &[&TargetResult]) -> Attachment {
    let mut table = Composer::default();
    table.table(
        target_table::table(material, &format!("{}年牵头目标完成情况", material.year()), lead),
        &target_table::WIDTHS,
        Orientation::Landscape,
        vec!["注：“…”表示数据缺失或不公布，“–”表示没有此项数据；均不等于0。".to_owned()],
    );
    Attachment { title: "牵头目标完成情况表".to_owned(), blocks: table.finish() }
}

fn supported(results: &[&TargetResult]) -> Table {
    let row = |t: &&TargetResult| vec![t.domain.clone(), t.indicator.clone(), t.lead.join("、")];
    let columns = ["领域", "配合的目标", "牵头单位"].map(Column::words).to_vec();
    Table { title: "配合的目标".to_owned(), columns, rows: results.iter().map(row).collect() }
}

fn problems(material: &Material<'_>, lead: &[&TargetResult]) -> Vec<(String, String)> {
    let told = |t: &&TargetResult| {
        let id = format!("problem-{}", t.key);
        if let Some(why) = sentences::gap(material, t) {
            let year = material.year();
            return Some((id, format!("{}{year}年数据缺失（{why}）。", t.indicator)));
        }
        sentences::is_in_danger(t).then(|| {
            let (by, demand, class) = (t.by, &t.demand, t.class.label());
            (id, format!("{}距{by}年目标（{demand}）尚有差距，研判为{class}。", t.indicator))
        })
    };
    lead.iter().filter_map(told).collect()
}

/// What is not met yet, with the equal yearly steps that would reach it.
fn next_year(
    material: &Material<'_>,
    lead: &[&TargetResult],
) -> Result<Vec<(String, String)>, TemplateError> {
    let open = lead.iter().filter(|t| t.quantified && t.fact.is_none_or(|f| !f.is_attained()));
    let mut told: Vec<(String, String)> = open
        .filter_map(|t| {
            let words = match step(material, t) {
                Some(words) => words,
                None if t.by > material.year() => {
                    format!("推进{}达到{}年目标（{}）。", t.indicator, t.by, t.demand)
                }
                None => return None,
            };
            Some((format!("next-{}", t.key), words))
        })
        .collect();
    if told.is_empty() {
        told.push(("next".to_owned(), material.templates.fill("unit-keep", vec![])?));
    }
    Ok(told)
}

fn step(material: &Material<'_>, target: &TargetResult) -> Option<String> {
    let latest = target.latest.as_ref()?;
    let years = target.by - latest.year;
    let demand = material.demand(target)?;
    let unit = material.definition(target)?.unit;
    let now: Decimal = latest.value.parse().ok()?;
    let goal = match demand.goal {
        Goal::AtLeast(value) | Goal::AtMost(value) => value,
        Goal::Within { .. } => return None,
    };
    if years < 1 || demand.goal.met(Figure::new(now)) {
        return None;
    }
    let yearly = goal.checked_sub(now)?.checked_div(Decimal::from(years))?;
    let verb = if yearly.is_sign_negative() { "降低" } else { "提高" };
    // rounded up in size: smaller steps would not arrive
    let size = yearly.abs().round_dp_with_strategy(2, rust_decimal::RoundingStrategy::AwayFromZero);
    let size = with_unit(Figure::new(size.normalize()), unit).replace('%', "个百分点");
    Some(format!(
        "{}{}年为{}，到{}年达到目标（{}）平均每年需{verb}{size}。",
        target.indicator,
        latest.year,
        with_unit(Figure::new(now), unit),
        target.by,
        target.demand
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draft::testing::{Scene, words};

    #[test]
    fn a_unit_finds_its_targets_filled_in() {
        let scene = Scene::new();
        let document = scene.with(|m| unit_report(m, "县卫生健康局")).unwrap();
        assert_eq!(document.title, "县卫生健康局2025年度妇女发展规划落实情况报告和2026年工作安排");
        assert!(words(&document, "duties").contains("牵头4项目标，配合0项目标"));
        let id = format!("result-{}", scene.code("孕产妇死亡率"));
        assert!(words(&document, &id).starts_with("孕产妇死亡率为9.8/10万"));
        let next: Vec<String> = document
            .paragraphs()
            .filter(|p| p.id.starts_with("next-"))
            .map(crate::document::Paragraph::text)
            .collect();
        assert!(
            next.iter().any(|n| n.contains("到2030年达到目标") && n.contains("平均每年需提高5.88个百分点")),
            "{next:?}"
        );
    }

    #[test]
    fn a_unit_that_only_supports_has_no_results_of_its_own() {
        let document = Scene::new().with(|m| unit_report(m, "县财政局")).unwrap();
        assert!(words(&document, "no-lead").contains("没有牵头的目标"));
        assert!(document.attachments.is_empty());
    }

    #[test]
    fn a_unit_without_targets_has_no_report() {
        let refused = Scene::new().with(|m| unit_report(m, "县气象局")).unwrap_err();
        let told = refused.to_string();
        assert!(
            told.starts_with("规划没有给“县气象局”分配目标；有分工的单位：县卫生健康局"),
            "{told}"
        );
    }
}
