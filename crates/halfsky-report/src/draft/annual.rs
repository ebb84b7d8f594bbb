//! 年度统计监测报告: lead, overall table, one section for each domain, warnings and missing data, problems, suggestions.

use std::collections::BTreeMap;

use halfsky_evaluate::attainment::Fact;
use halfsky_evaluate::class::Class;
use halfsky_evaluate::run::TargetResult;
use halfsky_evaluate::status::Status;

use super::material::{Material, code};
use super::{rates, sentences, target_table};
use crate::chart::put;
use crate::delivery_wording::rule_name;
use crate::document::{Attachment, Composer, Document, Form, Level, Orientation};
use crate::series_chart::{cases, series_chart};
use crate::table::{Column, Table};
use crate::template::TemplateError;

/// More indicators without figures than this are told in one paragraph.
const LISTED: usize = 3;

/// The report of a year.
pub fn annual(material: &Material<'_>) -> Result<Document, TemplateError> {
    let mut text = Composer::default();
    text.words("lead", lead(material)?);
    text.heading(Level::One, "总体情况");
    text.words("overall", format!("{}。", rates::sentence(material)));
    text.words("classes", classes(material));
    text.table(
        rates::table(material),
        &[30, 10, 8, 8, 8, 8, 8, 8, 12, 12],
        Orientation::Upright,
        rates::notes(material),
    );
    for (number, (domain, results)) in (1..).zip(material.domains()) {
        section(&mut text, material, number, domain, &results);
    }
    attention(&mut text, material)?;
    text.heading(Level::One, "主要问题");
    for (id, words) in problems(material)? {
        text.words(id, words);
    }
    text.heading(Level::One, "工作建议");
    for (id, words) in suggestions(material)? {
        text.words(id, words);
    }
    let year = material.year();
    Ok(Document {
        form: Form::Report,
        title: format!("{year}年{}统计监测报告", material.plan_title()),
        byline: vec![material.issuing.monitoring.clone(), material.issuing.date()],
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

/// Names the plan, the basis of the figures, the domains, and one overall judgement.
fn lead(material: &Material<'_>) -> Result<String, TemplateError> {
    let quantified = material.run.targets.iter().filter(|t| t.quantified).count();
    material.templates.fill(
        "annual-lead",
        vec![
            ("年", material.year().into()),
            ("规划", material.plan_title().into()),
            ("数据版本", material.edition.label().into()),
            ("领域数", material.domains().len().into()),
            ("目标数", material.run.targets.len().into()),
            ("指标目标数", quantified.into()),
            ("总体判断", judgement(material)?.into()),
            ("含初步数据", material.edition.is_preliminary().into()),
        ],
    )
}

fn judgement(material: &Material<'_>) -> Result<String, TemplateError> {
    let danger = material.run.targets.iter().filter(|t| sentences::is_in_danger(t)).count();
    let given = vec![
        ("年", material.year().into()),
        ("差距数", danger.into()),
        ("缺数数", gaps(material).into()),
    ];
    material.templates.fill("annual-judgement", given)
}

/// How many targets have no figure of the year.
fn gaps(material: &Material<'_>) -> usize {
    material.run.targets.iter().filter(|t| sentences::gap(material, t).is_some()).count()
}

/// How many targets stand in each class.
fn classes(material: &Material<'_>) -> String {
    let count = |class: Class| material.run.targets.iter().filter(|t| t.class == class).count();
    let told: Vec<String> = Class::all()
        .into_iter()
        .map(|class| (class, count(class)))
        .filter(|(_, count)| *count > 0)
        .map(|(class, count)| format!("{}{count}项", class.label()))
        .collect();
    format!("按研判结论分，{}。", told.join("，"))
}

fn section(
    text: &mut Composer,
    material: &Material<'_>,
    number: usize,
    domain: &str,
    results: &[&TargetResult],
) {
    text.heading(Level::One, domain);
    text.words(format!("d{number}-conclusion"), conclusion(material, results));
    let (shown, rest): (Vec<_>, Vec<_>) = sentences::subjects(results)
        .into_iter()
        .partition(|s| s.targets.iter().any(|t| t.quantified || t.code.is_some()));
    let (told, untold): (Vec<_>, Vec<_>) =
        shown.into_iter().partition(|subject| sentences::is_told(material, subject));
    let mut charted = false;
    for subject in &told {
        let runs = sentences::paragraph(material, subject);
        text.runs(format!("d{number}-{}", subject.key), runs);
        if !charted {
            charted = chart(text, material, subject);
        }
    }
    if untold.len() <= LISTED {
        for subject in &untold {
            let runs = sentences::paragraph(material, subject);
            text.runs(format!("d{number}-{}", subject.key), runs);
        }
    } else {
        text.words(format!("d{number}-untold"), sentences::untold(material, &untold));
    }
    if !rest.is_empty() {
        text.words(format!("d{number}-others"), others(&rest));
    }
}

/// The conclusion sentence of a domain: what it says of its targets and which of them need attention.
fn conclusion(material: &Material<'_>, results: &[&TargetResult]) -> String {
    let quantified: Vec<_> = results.iter().copied().filter(|r| r.quantified).collect();
    if quantified.is_empty() {
        return format!("本领域{}项目标均为定性目标。", results.len());
    }
    let attained = quantified.iter().filter(|r| r.fact.is_some_and(Fact::is_attained)).count();
    let names = |keep: &dyn Fn(&TargetResult) -> bool| {
        let mut names: Vec<&str> =
            results.iter().filter(|r| keep(r)).map(|r| r.indicator.as_str()).collect();
        names.dedup();
        names.join("、")
    };
    let danger = names(&|r| sentences::is_in_danger(r));
    // of the targets that were counted, so that not more are missing than there are
    let counted = sentences::subjects(&quantified);
    let missing = counted.iter().filter(|s| !sentences::is_told(material, s)).count();
    let mut told = format!("本领域{}项指标目标中，{attained}项已达到目标要求", quantified.len());
    if !danger.is_empty() {
        put(&mut told, format_args!("；{danger}有待加快推进"));
    }
    if missing > 0 {
        put(&mut told, format_args!("；{missing}项指标缺少{}年数据，有待补齐", material.year()));
    }
    told + "。"
}

/// Qualitative targets that no figure speaks of, by how they were judged.
fn others(subjects: &[sentences::Subject<'_>]) -> String {
    let mut classes: BTreeMap<Class, usize> = BTreeMap::new();
    for target in subjects.iter().flat_map(|s| &s.targets) {
        *classes.entry(target.class).or_default() += 1;
    }
    let count: usize = classes.values().sum();
    let told: Vec<String> =
        classes.iter().map(|(class, count)| format!("{}{count}项", class.label())).collect();
    format!("本领域另有定性目标{count}项，其中{}。", told.join("，"))
}

/// The first indicator of a domain with three figures or more is drawn.
fn chart(text: &mut Composer, material: &Material<'_>, subject: &sentences::Subject<'_>) -> bool {
    let Some(code) = subject.targets.first().and_then(|t| code(t)) else { return false };
    let Some(definitions) = material.names.definitions(&code) else { return false };
    let Some(definition) = definitions.of_year(material.year()) else { return false };
    let years = material.run.start - 1..=material.year();
    let figures = years.filter_map(|year| material.whole(&code, year)).cloned().collect();
    let Ok(series) = halfsky_monitor::series::Series::new(figures, definitions) else {
        return false;
    };
    if series.points.len() < 3 {
        return false;
    }
    let demanded = subject.targets.first().and_then(|t| super::material::demanded(material, t));
    let cases = cases(material.figures, material.names, &series, demanded.as_ref());
    text.chart(series_chart(material.region, definition, &series, demanded.as_ref(), &cases));
    true
}

/// Warnings, then what is missing.
fn attention(text: &mut Composer, material: &Material<'_>) -> Result<(), TemplateError> {
    text.heading(Level::One, "预警和缺数指标");
    let counted = |id, count: usize| {
        let given = vec![("年", material.year().into()), ("项数", count.into())];
        material.templates.fill(id, given)
    };
    let warned: Vec<&TargetResult> =
        material.run.targets.iter().filter(|t| !t.findings.is_empty()).collect();
    text.words("warnings", counted("annual-warnings", warned.len())?);
    if !warned.is_empty() {
        text.table(warnings(&warned), &[16, 24, 12, 10, 20, 18], Orientation::Upright, vec![]);
    }
    let gaps: Vec<(&TargetResult, String)> = material
        .run
        .targets
        .iter()
        .filter_map(|t| Some((t, sentences::gap(material, t)?)))
        .collect();
    text.words("missing", counted("annual-missing", gaps.len())?);
    if !gaps.is_empty() {
        text.table(missing(&gaps), &[20, 30, 30, 20], Orientation::Upright, vec![]);
    }
    Ok(())
}

fn warnings(warned: &[&TargetResult]) -> Table {
    let row = |target: &&TargetResult, finding: &halfsky_evaluate::run::FindingResult| {
        let evidence: Vec<String> =
            finding.evidence.figures.iter().map(|f| format!("{}年{}", f.year, f.value)).collect();
        vec![
            target.domain.clone(),
            target.indicator.clone(),
            rule_name(finding.rule, finding.evidence.undelivered.as_ref()).to_owned(),
            format!("{}色", finding.level.label()),
            evidence.join("，"),
            target.lead.join("、"),
        ]
    };
    let rows = warned.iter().flat_map(|t| t.findings.iter().map(move |f| row(t, f))).collect();
    let columns = ["领域", "指标", "预警规则", "建议等级", "依据的数据", "责任单位"];
    Table { title: "预警指标".to_owned(), columns: columns.map(Column::words).to_vec(), rows }
}

fn missing(gaps: &[(&TargetResult, String)]) -> Table {
    let row = |(target, why): &(&TargetResult, String)| {
        vec![target.domain.clone(), target.indicator.clone(), why.clone(), target.lead.join("、")]
    };
    let columns = ["领域", "指标", "原因", "责任单位"].map(Column::words).to_vec();
    Table { title: "缺数指标".to_owned(), columns, rows: gaps.iter().map(row).collect() }
}

/// What the results show, one kind of problem a paragraph.
fn problems(material: &Material<'_>) -> Result<Vec<(&'static str, String)>, TemplateError> {
    let mut problems = Vec::new();
    let list = |keep: &dyn Fn(&TargetResult) -> bool| {
        let mut names: Vec<&str> =
            material.run.targets.iter().filter(|t| keep(t)).map(|t| t.indicator.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        (!names.is_empty()).then(|| names.join("、"))
    };
    let status = |t: &TargetResult, s: Status| t.class == Class::Goal(s);
    let off_track = list(&|t| status(t, Status::OffTrack) || status(t, Status::NotAttained));
    let at_risk = list(&|t| status(t, Status::AtRisk));
    let worse = list(&|t| {
        code(t)
            .and_then(|code| material.whole(&code, material.year()))
            .and_then(|now| material.pair(now))
            .is_some_and(|pair| pair.is_worse())
    });
    for (id, template, names) in [
        ("problem-off-track", "annual-problem-off-track", off_track),
        ("problem-at-risk", "annual-problem-at-risk", at_risk),
        ("problem-worse", "annual-problem-worse", worse),
    ] {
        if let Some(names) = names {
            problems.push((id, material.templates.fill(template, vec![("指标", names.into())])?));
        }
    }
    let gaps = gaps(material);
    if gaps > 0 {
        let given = vec![("年", material.year().into()), ("项数", gaps.into())];
        let words = material.templates.fill("annual-problem-missing", given)?;
        problems.push(("problem-missing", words));
    }
    if problems.is_empty() {
        let words = material.templates.fill("annual-problem-none", vec![])?;
        problems.push(("problem-none", words));
    }
    Ok(problems)
}

/// Who has to act on what.
fn suggestions(material: &Material<'_>) -> Result<Vec<(String, String)>, TemplateError> {
    let mut by_unit: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut without: Vec<&str> = Vec::new();
    for target in material.run.targets.iter().filter(|t| sentences::is_in_danger(t)) {
        if target.lead.is_empty() {
            without.push(&target.indicator);
        }
        for unit in &target.lead {
            let names = by_unit.entry(unit).or_default();
            if !names.contains(&target.indicator.as_str()) {
                names.push(&target.indicator);
            }
        }
    }
    let mut told: Vec<(String, String)> = Vec::new();
    for (unit, names) in by_unit {
        let given = vec![("单位", unit.into()), ("指标", names.join("、").into())];
        told.push((format!("suggest-{unit}"), material.templates.fill("annual-suggest", given)?));
    }
    let mut suggest = |id: &str, template, given| -> Result<(), TemplateError> {
        told.push((id.to_owned(), material.templates.fill(template, given)?));
        Ok(())
    };
    if !without.is_empty() {
        without.dedup();
        let given = vec![("指标", without.join("、").into())];
        suggest("suggest-unassigned", "annual-suggest-unassigned", given)?;
    }
    if gaps(material) > 0 {
        suggest("suggest-data", "annual-suggest-data", vec![])?;
    }
    if told.is_empty() {
        let words = material.templates.fill("annual-suggest-keep", vec![])?;
        told.push(("suggest-keep".to_owned(), words));
    }
    Ok(told)
}

fn attachments(material: &Material<'_>) -> Vec<Attachment> {
    let all: Vec<&TargetResult> =
        material.run.targets.iter().filter(|t| t.quantified || t.code.is_some()).collect();
    let title = "指标目标监测结果一览表";
    let mut table = Composer::default();
    table.table(
        target_table::table(material, &format!("{}年指标目标监测结果", material.year()), &all),
        &target_table::WIDTHS,
        Orientation::Landscape,
        vec![
            "注：“…”表示数据缺失或不公布，“–”表示没有此项数据；均不等于0。".to_owned(),
            format!("注：{}", material.basis()),
        ],
    );
    vec![Attachment { title: title.to_owned(), blocks: table.finish() }]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draft::testing::{Scene, words};
    use crate::wording::with_unit;
    use halfsky_monitor::observation::Sex;

    fn made(scene: &Scene) -> Document {
        scene.with(annual).unwrap()
    }

    fn told(scene: &Scene, part: &str, domain: usize) -> String {
        let id = format!("d{domain}-{}", scene.code(part));
        words(&made(scene), &id)
    }

    #[test]
    fn an_indicator_is_told_with_its_change_and_its_target() {
        assert_eq!(
            told(&Scene::new(), "孕产妇死亡率", 1),
            "孕产妇死亡率为9.8/10万，比2024年降低19%，提前实现2030年12/10万的规划目标。"
        );
    }

    #[test]
    fn women_and_men_stand_side_by_side() {
        let told = told(&Scene::new(), "高中阶段", 2);
        assert!(told.starts_with("高中阶段毛入学率为91.9%，比2024年下降0.6个百分点，"), "{told}");
        assert!(
            told.ends_with(
                "其中，女性和男性分别为93.6%和88.7%，比2024年分别提高0.7个和3.0个百分点。"
            ),
            "{told}"
        );
    }

    #[test]
    fn a_kept_level_agrees_with_the_plan() {
        let told = told(&Scene::new(), "系统管理率", 1);
        assert!(
            told.contains("为94.2%，与2024年持平，与“保持在92%以上”的规划目标相一致"),
            "{told}"
        );
    }

    #[test]
    fn where_a_figure_is_missing_no_sentence_is_made_of_it() {
        let missing = told(&Scene::new(), "学前教育", 2);
        assert_eq!(
            missing,
            "学前教育毛入园率2025年数据缺失（未填报），本报告不作评价。责任单位：县教育局。"
        );
        let empty = Scene::empty();
        let document = made(&empty);
        assert_eq!(document.figures().count(), 0);
        assert!(told(&empty, "孕产妇死亡率", 1).contains("无公布数据，本报告不作评价"));
    }

    #[test]
    fn no_more_figures_are_missing_than_targets_ask_for() {
        let told = words(&made(&Scene::empty()), "d2-conclusion");
        assert_eq!(
            told, "本领域2项指标目标中，0项已达到目标要求；2项指标缺少2025年数据，有待补齐。",
            "the target without a figure is no indicator"
        );
    }

    #[test]
    fn across_a_break_nothing_is_compared() {
        let mut scene = Scene::new();
        scene.break_in("孕产妇死亡率", 2025);
        let told = told(&scene, "孕产妇死亡率", 1);
        assert!(told.contains("统计口径调整，与2024年不可比"), "{told}");
        assert!(!told.contains('比') || !told.contains("降低"), "{told}");
    }

    #[test]
    fn every_figure_is_the_published_one() {
        let scene = Scene::new();
        scene.with(|material| {
            let document = annual(material).unwrap();
            let mut seen = 0;
            for (text, key) in document.figures() {
                let published = material.figures.iter().find(|o| o.key == *key).unwrap();
                let unit = material.names.unit(&key.indicator).unwrap();
                assert_eq!(text, with_unit(published.value.figure().unwrap(), unit));
                seen += 1;
            }
            assert!(seen >= 6, "{seen}");
        });
    }

    #[test]
    fn counts_and_rates_add_up() {
        let scene = Scene::new();
        let document = made(&scene);
        let overall = words(&document, "overall");
        assert!(overall.contains("可监测口径") && overall.contains("全指标口径"), "{overall}");
        let table = document
            .blocks
            .iter()
            .find_map(|b| match b {
                crate::document::Block::Table(t) => Some(&t.table),
                _ => None,
            })
            .unwrap();
        let number = |row: &[String], at: usize| row[at].parse::<usize>().unwrap();
        let (sum, domains) = table.rows.split_last().unwrap();
        for column in 1..8 {
            let parts: usize = domains.iter().map(|row| number(row, column)).sum();
            assert_eq!(parts, number(sum, column), "{}", table.columns[column].title);
        }
        for row in &table.rows {
            assert_eq!(number(row, 1), (2..8).map(|column| number(row, column)).sum::<usize>());
        }
    }

    #[test]
    fn what_got_worse_is_named() {
        let mut scene = Scene::new();
        scene.publish("孕产妇死亡率", Sex::Total, &["", "", "", "", "12.1", "20.3"]);
        assert!(told(&scene, "孕产妇死亡率", 1).contains("由2024年的12.1/10万上升到20.3/10万"));
        let document = made(&scene);
        assert!(words(&document, "problem-worse").contains("孕产妇死亡率"));
    }

    #[test]
    fn the_same_material_makes_the_same_report() {
        let scene = Scene::new();
        assert_eq!(made(&scene), made(&scene));
    }
}
