//! 领导一页纸: how it stands, what is in danger, who has to act. One page, always.

use std::collections::BTreeMap;

use halfsky_evaluate::class::Class;
use halfsky_evaluate::run::TargetResult;
use halfsky_evaluate::status::Status;

use super::material::{Material, code, printed};
use super::{rates, sentences};
use crate::document::{Composer, Document, Form, Level, Run};
use crate::template::TemplateError;
use crate::wording::unit_heading;

/// More are not read.
const MOST_NAMED: usize = 6;
const MOST_UNITS: usize = 4;
/// Lines of the page that are filled: two of the 22 are kept for fonts that run wide.
const LINES: usize = 20;
/// Characters on a line; a line that ends in a figure breaks early.
const ON_LINE: usize = 27;
/// Title, byline, three headings, and the line that says how many more there are.
const STANDING: usize = 6;
/// Characters of an indicator's name that fit in a list.
const NAME: usize = 24;

/// The page of a year.
pub fn brief(material: &Material<'_>) -> Result<Document, TemplateError> {
    let year = material.year();
    let mut text = Composer::default();
    let overall = format!("{}。", rates::sentence(material));
    let mut danger: Vec<&TargetResult> =
        material.run.targets.iter().filter(|t| sentences::is_in_danger(t)).collect();
    danger.sort_by_key(|t| (grade(t), t.number));
    let missing = material.run.targets.iter().filter(|t| sentences::gap(material, t).is_some());
    let gaps = match missing.count() {
        0 => None,
        gaps => {
            let given = vec![("年", year.into()), ("项数", gaps.into())];
            Some(material.templates.fill("brief-gaps", given)?)
        }
    };
    let units = units(material, &danger)?;
    text.heading(Level::One, "总体判断");
    text.words("overall", overall.clone());
    text.heading(Level::One, "需要关注");
    if danger.is_empty() {
        text.words("danger", material.templates.fill("brief-none", vec![])?);
    }
    let taken: usize = [Some(&overall), gaps.as_ref(), Some(&units)]
        .into_iter()
        .flatten()
        .map(|words| lines(words))
        .sum();
    let mut left = LINES.saturating_sub(STANDING + taken);
    let mut named = 0;
    for target in danger.iter().take(MOST_NAMED) {
        let line = line(material, target);
        let words: String = line.iter().map(Run::text).collect();
        // the worst one is always named
        if named > 0 && lines(&words) > left {
            break;
        }
        left = left.saturating_sub(lines(&words));
        named += 1;
        text.runs(format!("danger-{}", target.key), line);
    }
    if danger.len() > named {
        let given = vec![("项数", (danger.len() - named).into())];
        text.words("danger-more", material.templates.fill("brief-more", given)?);
    }
    if let Some(gaps) = gaps {
        text.words("gaps", gaps);
    }
    text.heading(Level::One, "需要推动");
    text.words("units", units);
    Ok(Document {
        form: Form::Report,
        title: format!(
            "{}{year}年{}规划监测摘要",
            material.region,
            material.version.plan.beneficiary.label()
        ),
        byline: vec![format!("{}  {}", material.issuing.office, material.issuing.date())],
        head: None,
        addressee: String::new(),
        blocks: text.finish(),
        signature: None,
        attachments: vec![],
        remark: String::new(),
        imprint: None,
        basis: material.basis(),
    })
}

/// Lines a paragraph takes, its first one indented by two characters.
fn lines(words: &str) -> usize {
    let tenths = |c: char| if c.is_ascii() { 6 } else { 10 };
    (words.chars().map(tenths).sum::<usize>() + 20).div_ceil(ON_LINE * 10)
}

/// Worst first.
fn grade(target: &TargetResult) -> u8 {
    match target.class {
        Class::Goal(Status::NotAttained) => 0,
        Class::Goal(Status::OffTrack) => 1,
        _ => 2,
    }
}

/// `孕产妇死亡率20.1/10万（2030年目标不高于12/10万），预计达标困难，县卫生健康局牵头。`
fn line(material: &Material<'_>, target: &TargetResult) -> Vec<Run> {
    let name: String = target.indicator.chars().take(NAME).collect();
    let mut runs = vec![Run::Text(name)];
    let unit = material.definition(target).map(|d| d.unit);
    let now = code(target).and_then(|code| material.whole(&code, material.year()));
    if let Some(figure) = now.zip(unit).and_then(|(now, unit)| printed(now, unit)) {
        runs.push(figure);
    } else {
        let unit = unit.map(unit_heading).unwrap_or_default();
        let latest = target.latest.as_ref().map_or_else(
            || "（无数据）".to_owned(),
            |l| format!("（{}年{}，单位{unit}）", l.year, l.value),
        );
        runs.push(Run::Text(latest));
    }
    runs.push(Run::Text(format!(
        "（{}年目标{}），{}{}。",
        target.by,
        target.demand,
        target.class.label(),
        match target.lead.first() {
            Some(unit) => format!("，{unit}牵头"),
            None => "，牵头单位未明确".to_owned(),
        }
    )));
    runs
}

/// The units with most to do.
fn units(material: &Material<'_>, danger: &[&TargetResult]) -> Result<String, TemplateError> {
    let mut by_unit: BTreeMap<&str, usize> = BTreeMap::new();
    for unit in danger.iter().flat_map(|t| &t.lead) {
        *by_unit.entry(unit).or_default() += 1;
    }
    let mut units: Vec<(&str, usize)> = by_unit.into_iter().collect();
    units.sort_by_key(|(unit, count)| (std::cmp::Reverse(*count), *unit));
    let told: Vec<String> =
        units.iter().take(MOST_UNITS).map(|(unit, count)| format!("{unit}（{count}项）")).collect();
    let given = vec![("单位", told.join("、").into()), ("还有", (units.len() > MOST_UNITS).into())];
    material.templates.fill("brief-units", given)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draft::testing::{Scene, words};

    #[test]
    fn the_worst_stands_first_and_says_who_leads() {
        let document = Scene::new().with(brief).unwrap();
        assert_eq!(document.title, "示例县2025年妇女规划监测摘要");
        let danger: Vec<String> = document
            .paragraphs()
            .filter(|p| p.id.starts_with("danger-"))
            .map(crate::document::Paragraph::text)
            .collect();
        assert!(!danger.is_empty() && danger.len() <= MOST_NAMED + 1, "{danger:?}");
        assert!(danger.iter().all(|d| d.contains("牵头")), "{danger:?}");
        assert!(words(&document, "units").contains("牵头分析原因"));
    }

    #[test]
    fn without_figures_it_says_so() {
        let document = Scene::empty().with(brief).unwrap();
        assert!(words(&document, "gaps").contains("缺少2025年数据"));
        assert_eq!(document.figures().count(), 0);
    }
}
