//! Sentences about indicators: the figure, what it was, how it stands to the plan.

use std::collections::BTreeMap;

use halfsky_evaluate::attainment::Fact;
use halfsky_evaluate::class::Class;
use halfsky_evaluate::run::TargetResult;
use halfsky_evaluate::status::Status;
use halfsky_monitor::observation::{Observation, Residence, Sex, Value};
use halfsky_plan::unit::Unit;

use super::material::{Before, Material, code, printed};
use crate::document::Run;
use crate::wording::comparison::{Pair, not_comparable, respectively};
use crate::wording::{target, why_not_shown};

/// The targets of one indicator, one sentence each: figure, comparison, target by target.
pub(super) struct Subject<'a> {
    /// What the plan calls it.
    pub(super) name: &'a str,
    /// The key of its paragraph: the code, else the number of its first target.
    pub(super) key: String,
    pub(super) targets: Vec<&'a TargetResult>,
}

/// Results put together by indicator, in order; those without a linked indicator stand alone.
pub(super) fn subjects<'a>(results: &[&'a TargetResult]) -> Vec<Subject<'a>> {
    let mut subjects: Vec<Subject<'_>> = Vec::new();
    for result in results {
        let key = result.code.clone().unwrap_or_else(|| format!("t{}", result.number));
        match subjects.iter_mut().find(|s| s.key == key) {
            Some(subject) => subject.targets.push(result),
            None => {
                subjects.push(Subject { name: &result.indicator, key, targets: vec![result] });
            }
        }
    }
    subjects
}

fn text(words: impl Into<String>) -> Run {
    Run::Text(words.into())
}

/// The paragraph of an indicator.
pub(super) fn paragraph(material: &Material<'_>, subject: &Subject<'_>) -> Vec<Run> {
    let year = material.year();
    let Some(code) = subject.targets.first().and_then(|t| code(t)) else {
        return vec![text(unlinked(subject))];
    };
    let Some(now) = material.whole(&code, year) else {
        return vec![text(format!(
            "{}{year}年无公布数据，本报告不作评价。{}",
            subject.name,
            owner(subject)
        ))];
    };
    let unit = material.names.of_year(&code, year).map_or(Unit::Ratio, |d| d.unit);
    let Some(figure) = printed(now, unit) else {
        let why = why_not_shown(now).unwrap_or_default();
        return vec![text(format!(
            "{}{year}年数据缺失（{why}），本报告不作评价。{}",
            subject.name,
            owner(subject)
        ))];
    };
    let mut runs = vec![text(format!("{}为", subject.name)), figure];
    if let Some(comparison) = comparison(material, now) {
        runs.push(text(format!("，{comparison}")));
    }
    for result in &subject.targets {
        runs.push(text(format!("，{}", outcome(material, result))));
    }
    runs.push(text("。"));
    if subject.targets.iter().any(|t| t.few_events.as_ref().is_some_and(|few| few.guards)) {
        runs.push(text("本指标事件数少，单年波动大，宜结合多年合并数据分析。"));
    }
    runs.extend(sides(material, now, unit));
    runs
}

/// Whether there is a figure of the year to tell.
pub(super) fn is_told(material: &Material<'_>, subject: &Subject<'_>) -> bool {
    let code = subject.targets.first().and_then(|t| code(t));
    let now = code.and_then(|code| material.whole(&code, material.year()));
    now.is_some_and(|o| o.value.figure().is_some())
}

/// Many indicators without figures in one paragraph, by the reason.
pub(super) fn untold(material: &Material<'_>, subjects: &[Subject<'_>]) -> String {
    let mut by_reason: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for subject in subjects {
        let reason = subject.targets.first().and_then(|t| gap(material, t));
        let reason = reason.unwrap_or_else(|| "尚无对应监测指标".to_owned());
        by_reason.entry(reason).or_default().push(subject.name);
    }
    let told: Vec<String> = by_reason
        .iter()
        .map(|(reason, names)| format!("{reason}{}项：{}", names.len(), names.join("、")))
        .collect();
    format!(
        "本领域另有{}项指标{}年没有数据，本报告不作评价。其中，{}。",
        subjects.len(),
        material.year(),
        told.join("；")
    )
}

/// `比2024年降低2.5%`, or that the definition changed; None where there is nothing before.
pub(super) fn comparison(material: &Material<'_>, now: &Observation) -> Option<String> {
    let year = now.key.period.year() - 1;
    match material.before(now) {
        Before::None => None,
        Before::NotComparable => Some(not_comparable(year)),
        Before::Comparable(_) => material.pair(now).map(|pair| pair.against(year)),
    }
}

/// How a target stands: the fact, and the outlook where it is not met.
pub(super) fn outcome(material: &Material<'_>, result: &TargetResult) -> String {
    let unit = material.definition(result).map_or(Unit::Ratio, |d| d.unit);
    let fact = result.fact.zip(material.demand(result));
    match (fact, result.class) {
        (Some((fact, demand)), class) => {
            let told = target::fact(fact, &demand, unit);
            match class {
                Class::Goal(Status::AttainedFragile) => format!("{told}，但基础尚不牢固"),
                Class::Goal(status @ (Status::OnTrack | Status::AtRisk | Status::OffTrack)) => {
                    format!("{told}，研判为{}", status.label())
                }
                _ => told,
            }
        }
        (None, Class::Trend(_) | Class::People(_)) => {
            format!("规划要求“{}”，研判为{}", result.demand, result.class.label())
        }
        (None, class) => format!("规划要求“{}”，暂不作判断（{}）", result.demand, class.label()),
    }
}

/// Women and men, towns and villages, where both are published.
fn sides(material: &Material<'_>, now: &Observation, unit: Unit) -> Vec<Run> {
    let mut runs = Vec::new();
    let (code, year) = (&now.key.indicator, now.key.period.year());
    let of = |sex, residence| material.observation(code, year, sex, residence);
    if now.key.sex == Sex::Total {
        let sexes = of(Sex::Female, Residence::Total).zip(of(Sex::Male, Residence::Total));
        runs.extend(two(material, "其中，女性和男性", sexes, unit));
    }
    let residences = of(now.key.sex, Residence::Urban).zip(of(now.key.sex, Residence::Rural));
    runs.extend(two(material, "城镇和农村", residences, unit));
    runs
}

fn two(
    material: &Material<'_>,
    names: &str,
    sides: Option<(&Observation, &Observation)>,
    unit: Unit,
) -> Vec<Run> {
    let Some((one, other)) = sides else { return Vec::new() };
    let (Some(first), Some(second)) = (printed(one, unit), printed(other, unit)) else {
        return Vec::new();
    };
    let mut runs = vec![text(format!("{names}分别为")), first, text("和"), second];
    let pairs: Option<Vec<Pair>> =
        [one, other].into_iter().map(|side| material.pair(side)).collect();
    if let Some(pairs) = pairs {
        runs.push(text(format!("，{}", respectively(&pairs, one.key.period.year() - 1))));
    }
    runs.push(text("。"));
    runs
}

fn unlinked(subject: &Subject<'_>) -> String {
    let told = |t: &&TargetResult| format!("规划要求“{}”，{}", t.demand, t.class.label());
    let told: Vec<String> = subject.targets.iter().map(told).collect();
    format!("{}：{}。", subject.name, told.join("；"))
}

fn owner(subject: &Subject<'_>) -> String {
    match subject.targets.first().map(|t| t.lead.as_slice()) {
        None | Some([]) => String::new(),
        Some(lead) => format!("责任单位：{}。", lead.join("、")),
    }
}

/// Whether a figure of the year is missing, and why: for lists.
pub(super) fn gap(material: &Material<'_>, result: &TargetResult) -> Option<String> {
    let code = code(result)?;
    match material.whole(&code, material.year()) {
        None => Some("无公布数据".to_owned()),
        Some(found) => match &found.value {
            Value::Figure(_) => None,
            Value::Missing(_) => why_not_shown(found),
        },
    }
}

/// Whether a result belongs among those that need somebody's attention.
pub(super) fn is_in_danger(result: &TargetResult) -> bool {
    matches!(result.class, Class::Goal(Status::AtRisk | Status::OffTrack | Status::NotAttained))
        || result.fact == Some(Fact::NotAttained) && !result.broken.is_empty()
}
