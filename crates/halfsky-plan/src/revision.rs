//! Revision (修订): what changed between two versions of a plan.

use std::collections::BTreeMap;

use crate::matching::{likeness, reduced};
use crate::plan::{Clause, Plan, Section};
use crate::version::{PlanVersion, ReviewedTarget};

/// One change of a target between two versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TargetChange<'a> {
    Added(&'a ReviewedTarget),
    Removed(&'a ReviewedTarget),
    Changed { before: &'a ReviewedTarget, after: &'a ReviewedTarget, fields: Vec<FieldChange> },
}

/// One field that differs, as shown to people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// 指标, 目标值, 期限 …
    pub field: &'static str,
    pub before: String,
    pub after: String,
}

/// One change of a clause's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClauseChange<'a> {
    Added { domain: &'a str, section: Section, clause: &'a Clause },
    Removed { domain: &'a str, section: Section, clause: &'a Clause },
    Reworded { domain: &'a str, section: Section, before: &'a Clause, after: &'a Clause },
}

/// Everything that changed, targets in the order of the later version, then what it dropped.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Changes<'a> {
    pub targets: Vec<TargetChange<'a>>,
    pub clauses: Vec<ClauseChange<'a>>,
}

impl Changes<'_> {
    /// Whether both versions say the same.
    pub fn is_empty(&self) -> bool {
        self.targets.is_empty() && self.clauses.is_empty()
    }
}

/// What changed from `before` to `after`; left-out targets do not count.
pub fn changes<'a>(before: &'a PlanVersion, after: &'a PlanVersion) -> Changes<'a> {
    Changes {
        targets: target_changes(before, after),
        clauses: clause_changes(&before.plan, &after.plan),
    }
}

/// Names this alike speak of the same indicator in two versions of one plan.
const SAME_NAME: u8 = 80;

fn target_changes<'a>(before: &'a PlanVersion, after: &'a PlanVersion) -> Vec<TargetChange<'a>> {
    let mut old: Vec<Option<&ReviewedTarget>> = before.active_targets().map(Some).collect();
    let new: Vec<&ReviewedTarget> = after.active_targets().collect();
    let mut partner: Vec<Option<&ReviewedTarget>> = vec![None; new.len()];
    // the surest pairs first, so that a likely pair never takes the partner of a sure one
    for fits in [same_name_and_year, same_name, like_name_and_place] {
        for (at, target) in
            new.iter().enumerate().filter(|(at, _)| partner[*at].is_none()).collect::<Vec<_>>()
        {
            let found = old.iter_mut().find(|o| o.is_some_and(|o| fits(o, target)));
            partner[at] = found.and_then(Option::take);
        }
    }
    let mut list = Vec::new();
    for (after, before) in new.into_iter().zip(partner) {
        match before {
            None => list.push(TargetChange::Added(after)),
            Some(before) => {
                let fields = field_changes(before, after);
                if !fields.is_empty() {
                    list.push(TargetChange::Changed { before, after, fields });
                }
            }
        }
    }
    list.extend(old.into_iter().flatten().map(TargetChange::Removed));
    list
}

fn same_name(a: &ReviewedTarget, b: &ReviewedTarget) -> bool {
    reduced(&a.target.indicator) == reduced(&b.target.indicator)
        && a.target.kind == b.target.kind
        && a.target.scope == b.target.scope
}

fn same_name_and_year(a: &ReviewedTarget, b: &ReviewedTarget) -> bool {
    a.target.by == b.target.by && same_name(a, b)
}

fn like_name_and_place(a: &ReviewedTarget, b: &ReviewedTarget) -> bool {
    let place = |t: &ReviewedTarget| t.place.map(|p| (p.section, p.domain));
    place(a) == place(b) && likeness(&a.target.indicator, &b.target.indicator) >= SAME_NAME
}

fn field_changes(a: &ReviewedTarget, b: &ReviewedTarget) -> Vec<FieldChange> {
    shown(a)
        .into_iter()
        .zip(shown(b))
        .filter(|(x, y)| x.1 != y.1)
        .map(|(x, y)| FieldChange { field: x.0, before: x.1, after: y.1 })
        .collect()
}

const YES_NO: [&str; 2] = ["否", "是"];

/// The fields of a target as people compare them.
fn shown(reviewed: &ReviewedTarget) -> [(&'static str, String); 10] {
    let t = &reviewed.target;
    let text = |value: Option<&str>| value.unwrap_or("").to_owned();
    [
        ("指标", t.indicator.clone()),
        ("类型", t.kind.label().to_owned()),
        ("比较方式", text(t.comparator.map(crate::comparator::Comparator::label))),
        ("目标值", t.statement()),
        ("期限", format!("{}年", t.by)),
        ("范围", text(t.scope.as_deref())),
        ("力争", YES_NO[usize::from(t.soft)].to_owned()),
        ("每年保持", YES_NO[usize::from(t.keep)].to_owned()),
        ("牵头单位", reviewed.lead.join("、")),
        ("责任单位", reviewed.support.join("、")),
    ]
}

fn clause_changes<'a>(before: &'a Plan, after: &'a Plan) -> Vec<ClauseChange<'a>> {
    let (old, new) = (sections(before), sections(after));
    let mut list = Vec::new();
    let keys: std::collections::BTreeSet<_> = old.keys().chain(new.keys()).copied().collect();
    for (section, domain) in keys {
        let (a, b) = (
            old.get(&(section, domain)).copied().unwrap_or(&[]),
            new.get(&(section, domain)).copied().unwrap_or(&[]),
        );
        let changed: Vec<&Clause> =
            b.iter().filter(|c| !a.iter().any(|o| o.text == c.text)).collect();
        let mut dropped: Vec<Option<&Clause>> =
            a.iter().filter(|c| !b.iter().any(|n| n.text == c.text)).map(Some).collect();
        for clause in changed {
            let same_number =
                dropped.iter_mut().find(|o| o.is_some_and(|o| o.number == clause.number));
            match same_number.and_then(Option::take) {
                Some(before) => {
                    list.push(ClauseChange::Reworded { domain, section, before, after: clause });
                }
                None => list.push(ClauseChange::Added { domain, section, clause }),
            }
        }
        list.extend(dropped.into_iter().flatten().map(|clause| ClauseChange::Removed {
            domain,
            section,
            clause,
        }));
    }
    list
}

fn sections(plan: &Plan) -> BTreeMap<(Section, &str), &[Clause]> {
    let mut map = BTreeMap::new();
    for domain in &plan.domains {
        map.insert((Section::Objective, domain.name.as_str()), domain.objectives.as_slice());
        map.insert((Section::Measure, domain.name.as_str()), domain.measures.as_slice());
    }
    map.insert((Section::Implementation, ""), plan.implementation.as_slice());
    map.insert((Section::Monitoring, ""), plan.monitoring.as_slice());
    map
}

#[cfg(test)]
mod tests;
