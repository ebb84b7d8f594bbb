//! 达标率 and 综合得分 of a run.

use std::collections::BTreeMap;

use halfsky_monitor::organisation::standard_name;
use halfsky_plan::figure::Figure;
use halfsky_stats::composite::Weighted;

use super::record::{CompositeResult, DomainScore, PlanParameters, RateResult, TargetResult};
use crate::attainment::Fact;
use crate::attainment_rate::{AttainmentRate, Counting, attainment_rate};
use crate::composite::composite;

/// Groups that have a rate of their own, in the order they are told.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Group {
    Plan,
    Domain(String),
    Unit(String),
    Soft,
}

impl Group {
    const fn code(&self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Domain(_) => "domain",
            Self::Unit(_) => "unit",
            Self::Soft => "soft",
        }
    }

    fn name(&self) -> &str {
        match self {
            Self::Domain(name) | Self::Unit(name) => name,
            Self::Plan | Self::Soft => "",
        }
    }
}

/// Both rates of the plan, of every domain, of every lead unit, and of what is only striven for.
pub(super) fn rates(targets: &[TargetResult], parameters: &PlanParameters) -> Vec<RateResult> {
    let mut groups: BTreeMap<Group, Vec<(u32, Fact)>> = BTreeMap::new();
    groups.entry(Group::Plan).or_default();
    for target in targets.iter().filter(|t| t.quantified) {
        let fact = (target.number, target.fact.unwrap_or(Fact::NoData));
        if target.soft {
            groups.entry(Group::Soft).or_default().push(fact);
            continue;
        }
        groups.entry(Group::Plan).or_default().push(fact);
        groups.entry(Group::Domain(target.domain.clone())).or_default().push(fact);
        let mut units: Vec<String> = target.lead.iter().map(|name| standard_name(name)).collect();
        units.sort();
        units.dedup();
        for unit in units {
            groups.entry(Group::Unit(unit)).or_default().push(fact);
        }
    }
    let mut results = Vec::new();
    for (group, facts) in &groups {
        for counting in [Counting::Monitorable, Counting::All] {
            // every target has one fact, so the classes always add up
            if let Ok(rate) = attainment_rate(facts, facts.len(), counting, parameters.nearly()) {
                results.push(result(group, facts, rate));
            }
        }
    }
    results
}

fn result(group: &Group, facts: &[(u32, Fact)], rate: AttainmentRate<u32>) -> RateResult {
    let nearly = facts.iter().filter(|(_, f)| *f == Fact::NearlyAttained).map(|(n, _)| *n);
    RateResult {
        by: group.code().to_owned(),
        group: group.name().to_owned(),
        counting: match rate.counting {
            Counting::Monitorable => "monitorable",
            Counting::All => "all",
        }
        .to_owned(),
        nearly: nearly.collect(),
        percent: rate.percent.map(|p| Figure::new(p).rounded(1).to_string()),
        numerator: rate.numerator,
        denominator: rate.denominator,
        no_data: rate.no_data,
        not_comparable: rate.not_comparable,
    }
}

/// Scores of the domains and overall. Of a target with several dates the last one counts: base and target stay the
/// same over the whole plan.
pub(super) fn composite_of(targets: &[TargetResult]) -> CompositeResult {
    let mut last: BTreeMap<String, &TargetResult> = BTreeMap::new();
    for target in targets.iter().filter(|t| t.quantified && !t.soft) {
        let group = super::target::group_of_key(&target.key);
        let known = last.entry(group).or_insert(target);
        if target.by > known.by {
            *known = target;
        }
    }
    let mut scores: BTreeMap<String, Vec<Weighted>> = BTreeMap::new();
    for target in targets.iter().filter(|t| last.values().any(|l| l.number == t.number)) {
        let weighted = Weighted { score: target.score, weight: 1.0 };
        scores.entry(target.domain.clone()).or_default().push(weighted);
    }
    let found = composite(&scores);
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    CompositeResult {
        domains: scores
            .iter()
            .map(|(domain, parts)| DomainScore {
                domain: domain.clone(),
                score: found.domains.get(domain).copied().flatten(),
                scored: count(parts.iter().filter(|p| p.score.is_some()).count()),
                targets: count(parts.len()),
            })
            .collect(),
        arithmetic: found.overall.map(|o| o.arithmetic),
        geometric: found.overall.map(|o| o.geometric),
        imbalance: found.overall.map(|o| o.imbalance),
    }
}
