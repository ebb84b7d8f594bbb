//! A draft: the parsed plan with its targets numbered, linked to the catalogue, and every doubt named.

use std::collections::BTreeMap;

use super::{PlanId, PlanVersion, Review, ReviewedTarget, SourceFile, VersionStatus};
use crate::comparator::Comparator;
use crate::indicator::Indicator;
use crate::matching::{LEAST_SCORE, Matcher, Wanted};
use crate::note::Severity;
use crate::plan::{Assigned, Assignment, ClausePlace, Plan};
use crate::ref_area::RefArea;
use crate::target::{Target, TargetKind};
use crate::version::IndicatorLink;

/// Everything about a draft that does not stand in the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftHeader {
    pub ref_area: RefArea,
    pub plan_id: PlanId,
    /// From 1; one more than the last version of the plan.
    pub number: u32,
    pub source: SourceFile,
    pub text: String,
    pub example: bool,
}

impl PlanVersion {
    /// Makes the draft of a parsed plan.
    pub fn draft(header: DraftHeader, plan: Plan, catalogue: &[Indicator]) -> Self {
        let matcher = Matcher::new(catalogue);
        let targets = reviewed(&plan, &matcher);
        Self {
            ref_area: header.ref_area,
            plan_id: header.plan_id,
            number: header.number,
            status: VersionStatus::Draft,
            source: header.source,
            text: header.text,
            plan,
            targets,
            corrections: Vec::new(),
            example: header.example,
        }
    }
}

fn reviewed(plan: &Plan, matcher: &Matcher<'_>) -> Vec<ReviewedTarget> {
    let units = Units::new(&plan.assignments);
    let mut list = Vec::new();
    for (place, clause) in plan.clauses() {
        for (index, target) in clause.targets.iter().enumerate() {
            let (lead, support) = units.of(place, index);
            list.push(linked(plan, matcher, Read { place: Some(place), target, lead, support }));
        }
    }
    for row in &plan.table_targets {
        let read = Read {
            place: None,
            target: &row.target,
            lead: row.lead.clone(),
            support: row.support.clone(),
        };
        list.push(linked(plan, matcher, read));
    }
    for (number, target) in (1..).zip(&mut list) {
        target.number = number;
    }
    list
}

/// A target as read, with who is responsible for it.
struct Read<'a> {
    place: Option<ClausePlace>,
    target: &'a Target,
    lead: Vec<String>,
    support: Vec<String>,
}

fn linked(plan: &Plan, matcher: &Matcher<'_>, read: Read<'_>) -> ReviewedTarget {
    let target = read.target;
    let mut doubts = Vec::new();
    let mut link = None;
    if target.kind != TargetKind::Qualitative {
        // a change is counted in points or per cent of an indicator that has a unit of its own
        let same_unit = matches!(target.kind, TargetKind::Level | TargetKind::Coverage);
        let wanted = Wanted {
            name: &target.indicator,
            beneficiary: plan.beneficiary,
            unit: target.unit.filter(|_| same_unit),
        };
        let candidates = matcher.candidates(wanted, 2);
        link = candidates.first().filter(|c| c.score >= LEAST_SCORE).cloned();
        doubts.extend(link_doubt(&candidates, matcher));
    }
    doubts.extend(reading_doubt(target));
    let inside =
        plan.notes.iter().filter(|n| n.severity != Severity::Info && target.span.covers(n.span));
    doubts.extend(inside.map(|n| n.message.clone()));
    ReviewedTarget {
        number: 0,
        place: read.place,
        target: target.clone(),
        link,
        lead: read.lead,
        support: read.support,
        review: if doubts.is_empty() { Review::Unchecked } else { Review::Pending },
        doubt: doubts.join("；"),
    }
}

/// Two candidates this close cannot be told apart by their names.
const CLOSE: u8 = 6;

fn link_doubt(candidates: &[IndicatorLink], matcher: &Matcher<'_>) -> Option<String> {
    let name =
        |link: &IndicatorLink| matcher.indicator(&link.code).map_or("", |i| i.name_zh.as_str());
    let first = candidates.first().filter(|c| c.score >= LEAST_SCORE)?;
    if let Some(second) =
        candidates.get(1).filter(|s| first.score < 99 && first.score - s.score < CLOSE)
    {
        return Some(format!(
            "指标库有两个相近指标：{} {}和{} {}，请选定",
            first.code,
            name(first),
            second.code,
            name(second)
        ));
    }
    let county = matcher.indicator(&first.code).map_or("yes", |i| i.county_value.as_str());
    match county {
        "sample" => Some("该指标由上级抽样推算，县级可能没有真实数值，请决定是否保留".to_owned()),
        "no" => Some("县级没有该指标的数值，请决定是否保留".to_owned()),
        _ => None,
    }
}

fn reading_doubt(target: &Target) -> Option<String> {
    if target.comparator == Some(Comparator::About) {
        return Some("“左右”按上下1个百分点理解，请确认".to_owned());
    }
    if target.kind != TargetKind::Qualitative && target.value.is_some() && target.unit.is_none() {
        return Some("没有读出计量单位，请补填".to_owned());
    }
    None
}

/// Responsible units by clause and by target.
struct Units<'a> {
    clauses: BTreeMap<ClausePlace, &'a Assignment>,
    targets: BTreeMap<(ClausePlace, usize), &'a Assignment>,
}

impl<'a> Units<'a> {
    fn new(assignments: &'a [Assignment]) -> Self {
        let (mut clauses, mut targets) = (BTreeMap::new(), BTreeMap::new());
        for assignment in assignments {
            match assignment.to {
                Assigned::Clause(place) => {
                    clauses.entry(place).or_insert(assignment);
                }
                Assigned::Target(place, index) => {
                    targets.entry((place, index)).or_insert(assignment);
                }
                Assigned::Row(_) => {}
            }
        }
        Self { clauses, targets }
    }

    /// Lead and supporting units: the target's own, else those of its clause.
    fn of(&self, place: ClausePlace, index: usize) -> (Vec<String>, Vec<String>) {
        let found = self.targets.get(&(place, index)).or_else(|| self.clauses.get(&place));
        found.map_or_else(Default::default, |a| (a.lead.clone(), a.support.clone()))
    }
}
