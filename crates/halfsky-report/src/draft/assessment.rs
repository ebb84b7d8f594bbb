//! 中期评估报告, 终期评估报告: the skeleton with every table filled; the office writes what the figures cannot say.

use halfsky_evaluate::run::TargetResult;

use super::material::Material;
use super::{rates, sentences, target_table};
use crate::document::{Attachment, Composer, Document, Form, Level, Orientation};
use crate::table::{Column, Table};
use crate::template::TemplateError;

/// Which assessment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Midterm,
    Final,
}

impl Stage {
    const fn label(self) -> &'static str {
        match self {
            Self::Midterm => "中期",
            Self::Final => "终期",
        }
    }
}

/// The report of an assessment.
pub fn assessment(material: &Material<'_>, stage: Stage) -> Result<Document, TemplateError> {
    let mut text = Composer::default();
    opening(&mut text, material)?;
    attainment(&mut text, material);
    closing(&mut text, material, stage)?;
    Ok(Document {
        form: Form::Report,
        title: format!("{}{}评估报告", material.plan_title(), stage.label()),
        byline: vec![material.issuing.committee.clone(), material.issuing.date()],
        head: None,
        addressee: String::new(),
        blocks: text.finish(),
        signature: None,
        attachments: attachments(material),
        remark: String::new(),
        imprint: None,
        basis: material.basis(),
    })
}

/// 摘要, 评估工作概况 and 经济社会环境.
fn opening(text: &mut Composer, material: &Material<'_>) -> Result<(), TemplateError> {
    let standing = |id, given| material.templates.fill(id, given);
    let told = vec![("年", material.year().into()), ("达标率", rates::sentence(material).into())];
    text.heading(Level::One, "摘要");
    text.words("abstract", standing("assessment-abstract", told)?);
    text.words("abstract-own", standing("assessment-conclusions", vec![])?);
    text.heading(Level::One, "评估工作概况");
    let plan = vec![("规划", material.plan_title().into())];
    text.heading(Level::Two, "评估依据").words("basis", standing("assessment-basis", plan)?);
    text.heading(Level::Two, "组织和方法")
        .words("organisation", standing("assessment-organisation", vec![])?);
    let basis = vec![("依据", material.basis().into())];
    text.heading(Level::Two, "数据说明").words("data", standing("assessment-data", basis)?);
    text.heading(Level::One, "经济社会环境");
    text.words("environment", standing("assessment-environment", vec![])?);
    Ok(())
}

/// 目标完成情况: the rates, then domain by domain.
fn attainment(text: &mut Composer, material: &Material<'_>) {
    text.heading(Level::One, "目标完成情况");
    text.heading(Level::Two, "总体情况");
    text.table(
        rates::table(material),
        &[30, 10, 8, 8, 8, 8, 8, 8, 12, 12],
        Orientation::Upright,
        rates::notes(material),
    );
    for (number, (domain, results)) in (1..).zip(material.domains()) {
        text.heading(Level::Two, domain);
        let (told, untold): (Vec<_>, Vec<_>) = sentences::subjects(&results)
            .into_iter()
            .partition(|subject| sentences::is_told(material, subject));
        for subject in told {
            let runs = sentences::paragraph(material, &subject);
            text.runs(format!("d{number}-{}", subject.key), runs);
        }
        if !untold.is_empty() {
            text.words(format!("d{number}-untold"), sentences::untold(material, &untold));
        }
    }
}

/// From 策略措施落实情况 to what comes next.
fn closing(
    text: &mut Composer,
    material: &Material<'_>,
    stage: Stage,
) -> Result<(), TemplateError> {
    let standing = |id| material.templates.fill(id, vec![]);
    text.heading(Level::One, "策略措施落实情况");
    text.words("measures", measures(material));
    text.words("measures-own", standing("assessment-measures")?);
    text.heading(Level::One, "主要做法和成效");
    text.words("practice", standing("assessment-practice")?);
    text.heading(Level::One, "存在问题和原因");
    text.words("problems", problems(material)?);
    text.words("problems-own", standing("assessment-causes")?);
    if stage == Stage::Final {
        text.heading(Level::One, "规划期前后对比");
        text.table(
            comparison(material),
            &[16, 30, 18, 18, 18],
            Orientation::Upright,
            vec!["注：基期值和最新值口径不同的，见附件说明。".to_owned()],
        );
    }
    text.heading(
        Level::One,
        if stage == Stage::Midterm {
            "下一阶段对策建议"
        } else {
            "对下一周期规划的建议"
        },
    );
    text.words("measures-next", standing("assessment-next")?);
    Ok(())
}

/// How many measures the plan has, domain by domain.
fn measures(material: &Material<'_>) -> String {
    let domains = &material.version.plan.domains;
    let all: usize = domains.iter().map(|d| d.measures.len()).sum();
    let told: Vec<String> =
        domains.iter().map(|d| format!("{}{}条", d.name, d.measures.len())).collect();
    format!("规划共列策略措施{all}条，其中{}。", told.join("，"))
}

fn problems(material: &Material<'_>) -> Result<String, TemplateError> {
    let mut names: Vec<&str> = material
        .run
        .targets
        .iter()
        .filter(|t| sentences::is_in_danger(t))
        .map(|t| t.indicator.as_str())
        .collect();
    names.dedup();
    material.templates.fill("assessment-problems", vec![("指标", names.join("、").into())])
}

fn comparison(material: &Material<'_>) -> Table {
    let told = |p: &Option<halfsky_evaluate::run::Printed>| {
        p.as_ref().map_or_else(|| "–".to_owned(), |p| format!("{}（{}年）", p.value, p.year))
    };
    let row = |t: &TargetResult| {
        vec![
            t.domain.clone(),
            t.indicator.clone(),
            told(&t.base),
            told(&t.latest),
            t.class.label().to_owned(),
        ]
    };
    let mut columns = ["领域", "指标"].map(Column::words).to_vec();
    columns.extend(["基期值", "最新值"].map(Column::numbers));
    columns.push(Column::words("判定"));
    let rows = material.run.targets.iter().filter(|t| t.quantified).map(row).collect();
    Table { title: "规划期前后对比".to_owned(), columns, rows }
}

fn attachments(material: &Material<'_>) -> Vec<Attachment> {
    let all: Vec<&TargetResult> =
        material.run.targets.iter().filter(|t| t.quantified || t.code.is_some()).collect();
    let mut results = Composer::default();
    results.table(
        target_table::table(material, "指标目标完成情况", &all),
        &target_table::WIDTHS,
        Orientation::Landscape,
        vec!["注：“…”表示数据缺失或不公布，“–”表示没有此项数据；均不等于0。".to_owned()],
    );
    let mut missing = Composer::default();
    let rows: Vec<Vec<String>> = material
        .run
        .targets
        .iter()
        .filter_map(|t| {
            let why = sentences::gap(material, t)?;
            Some(vec![t.domain.clone(), t.indicator.clone(), why, t.lead.join("、")])
        })
        .collect();
    if rows.is_empty() {
        missing.words("missing", "没有缺数指标。");
    } else {
        let columns = ["领域", "指标", "原因", "责任单位"].map(Column::words).to_vec();
        let table = Table { title: "缺数指标".to_owned(), columns, rows };
        missing.table(table, &[20, 30, 30, 20], Orientation::Upright, vec![]);
    }
    vec![
        Attachment { title: "指标目标完成情况表".to_owned(), blocks: results.finish() },
        Attachment { title: "缺数指标清单".to_owned(), blocks: missing.finish() },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Block;
    use crate::draft::testing::{Scene, words};

    fn headings(document: &Document) -> Vec<String> {
        let first = |b: &Block| match b {
            Block::Heading(h) if h.level == Level::One => Some(h.text.clone()),
            _ => None,
        };
        document.blocks.iter().filter_map(first).collect()
    }

    #[test]
    fn the_two_assessments_differ_in_what_they_look_at() {
        let scene = Scene::new();
        let midterm = headings(&scene.with(|m| assessment(m, Stage::Midterm)).unwrap());
        assert_eq!(midterm.last().unwrap(), "八、下一阶段对策建议");
        let last = headings(&scene.with(|m| assessment(m, Stage::Final)).unwrap());
        assert_eq!(last[7..], ["八、规划期前后对比", "九、对下一周期规划的建议"]);
    }

    #[test]
    fn measures_are_counted_and_gaps_are_listed() {
        let document = Scene::new().with(|m| assessment(m, Stage::Midterm)).unwrap();
        assert!(words(&document, "measures").starts_with("规划共列策略措施1条"));
        let Block::Table(gaps) = &document.attachments[1].blocks[0] else { panic!("a table") };
        assert!(
            gaps.table.rows.iter().any(|row| row[1].contains("学前教育") && row[2] == "未填报")
        );
    }
}
