//! The outline of a plan as the tree shows it: only what the filters leave.

use std::collections::BTreeSet;

use halfsky_plan::plan::{Assigned, BaselineFact, Clause, ClausePlace, Due, Duty, Plan, Section};
use halfsky_plan::target::TargetKind;
use halfsky_plan::unit::Unit;
use halfsky_plan::version::{PlanVersion, Review, ReviewedTarget};

use crate::list::{Choice, Params};

/// A domain with the clauses that are shown.
pub(crate) struct DomainNode {
    pub(crate) name: String,
    pub(crate) objectives: Vec<ClauseRow>,
    pub(crate) measures: Vec<ClauseRow>,
    pub(crate) targets: usize,
}

/// A clause with its targets and responsible units.
pub(crate) struct ClauseRow {
    /// Its place on the page, for links.
    pub(crate) anchor: String,
    pub(crate) number: u32,
    pub(crate) text: String,
    pub(crate) targets: Vec<TargetRow>,
    pub(crate) lead: String,
    pub(crate) support: String,
}

impl ClauseRow {
    /// Whether the text itself names every unit, as inline lists do.
    pub(crate) fn tells_units(&self) -> bool {
        self.lead.split('、').chain(self.support.split('、')).all(|unit| self.text.contains(unit))
    }
}

/// A target below its clause.
pub(crate) struct TargetRow {
    pub(crate) number: u32,
    pub(crate) name: String,
    pub(crate) statement: String,
    pub(crate) by: i32,
    /// Kind, scope, 力争 and the like, in a few words.
    pub(crate) remarks: String,
    pub(crate) code: String,
    pub(crate) left_out: bool,
    pub(crate) lead: String,
    pub(crate) support: String,
    /// Its units differ from those of its clause.
    pub(crate) own_units: bool,
}

/// A duty of the calendar.
pub(crate) struct DutyRow {
    pub(crate) due: String,
    pub(crate) who: String,
    pub(crate) what: String,
    pub(crate) to_whom: String,
}

/// A past figure the plan tells.
pub(crate) struct FactRow {
    pub(crate) indicator: String,
    pub(crate) value: String,
    pub(crate) year: String,
}

/// What the address asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wanted {
    text: String,
    domain: Option<usize>,
    unit: String,
    kind: Option<TargetKind>,
    /// The year in which a target is due.
    by: Option<i32>,
}

impl Wanted {
    /// Reads the filters of an address.
    pub(crate) fn read(params: &Params) -> Self {
        Self {
            text: params.value("q").to_owned(),
            domain: params.value("domain").parse().ok(),
            unit: params.value("unit").to_owned(),
            kind: TargetKind::from_code(params.value("kind")),
            by: params.value("by").parse().ok(),
        }
    }

    /// Whether a target is of the kind and due in the year that are asked for.
    fn fits(&self, target: &ReviewedTarget) -> bool {
        self.kind.is_none_or(|kind| target.target.kind == kind)
            && self.by.is_none_or(|by| target.target.by == by)
    }

    /// Whether a target passes every filter.
    pub(crate) fn shows_target(&self, plan: &Plan, target: &ReviewedTarget) -> bool {
        let clause_text = target.place.and_then(|p| plan.clause(p)).map_or("", |c| c.text.as_str());
        let domain = target.place.filter(|p| in_domains(p.section)).map(|p| p.domain);
        self.domain.is_none_or(|wanted| domain == Some(wanted))
            && self.fits(target)
            && (clause_text.contains(&self.text) || target.target.indicator.contains(&self.text))
            && (self.unit.is_empty()
                || target.lead.iter().chain(&target.support).any(|u| *u == self.unit))
    }

    fn shows_domain(&self, at: usize) -> bool {
        self.domain.is_none_or(|wanted| wanted == at)
    }

    /// A clause is shown for itself or for one of its targets.
    fn shows_clause(&self, clause: &ClauseRow) -> bool {
        let own_unit = || {
            [&clause.lead, &clause.support].iter().any(|l| l.split('、').any(|u| u == self.unit))
        };
        let of_target = |t: &TargetRow| {
            [&t.lead, &t.support].iter().any(|l| l.split('、').any(|u| u == self.unit))
        };
        clause.text.contains(&self.text)
            && (self.unit.is_empty() || own_unit() || clause.targets.iter().any(of_target))
            && (self.kind.is_none() && self.by.is_none() || !clause.targets.is_empty())
    }
}

/// Where on the page of a plan a clause stands.
pub(crate) fn anchor(place: ClausePlace) -> String {
    format!("{}-{}-{}", place.section.code(), place.domain + 1, place.clause + 1)
}

fn in_domains(section: Section) -> bool {
    matches!(section, Section::Objective | Section::Measure)
}

/// The domains with what the filters leave; a domain without anything is left out.
pub(crate) fn domains(version: &PlanVersion, wanted: &Wanted) -> Vec<DomainNode> {
    let mut list = Vec::new();
    for (at, domain) in version.plan.domains.iter().enumerate() {
        if !wanted.shows_domain(at) {
            continue;
        }
        let rows =
            |section, clauses: &[Clause]| clause_rows(version, wanted, (section, at), clauses);
        let node = DomainNode {
            name: domain.name.clone(),
            objectives: rows(Section::Objective, &domain.objectives),
            measures: rows(Section::Measure, &domain.measures),
            targets: 0,
        };
        let targets = node.objectives.iter().chain(&node.measures).map(|c| c.targets.len()).sum();
        if !node.objectives.is_empty() || !node.measures.is_empty() {
            list.push(DomainNode { targets, ..node });
        }
    }
    list
}

/// 组织实施
pub(crate) fn implementation(version: &PlanVersion, wanted: &Wanted) -> Vec<ClauseRow> {
    outside(version, wanted, Section::Implementation, &version.plan.implementation)
}

/// 监测评估
pub(crate) fn monitoring(version: &PlanVersion, wanted: &Wanted) -> Vec<ClauseRow> {
    outside(version, wanted, Section::Monitoring, &version.plan.monitoring)
}

fn outside(
    version: &PlanVersion,
    wanted: &Wanted,
    section: Section,
    clauses: &[Clause],
) -> Vec<ClauseRow> {
    if wanted.domain.is_some() {
        Vec::new()
    } else {
        clause_rows(version, wanted, (section, 0), clauses)
    }
}

fn clause_rows(
    version: &PlanVersion,
    wanted: &Wanted,
    (section, domain): (Section, usize),
    clauses: &[Clause],
) -> Vec<ClauseRow> {
    let rows = clauses.iter().enumerate().map(|(at, clause)| {
        let place = ClausePlace { section, domain, clause: at };
        let (lead, support) = owners(&version.plan, place);
        let targets = version.targets.iter().filter(|t| t.place == Some(place));
        let targets = targets
            .filter(|t| wanted.fits(t))
            .map(|t| below(target_row(t), &lead, &support))
            .collect();
        let (number, text) = (clause.number, clause.text.clone());
        ClauseRow { anchor: anchor(place), number, text, targets, lead, support }
    });
    rows.filter(|row| wanted.shows_clause(row)).collect()
}

/// A target below its clause names its units only where they are its own.
fn below(mut row: TargetRow, lead: &str, support: &str) -> TargetRow {
    row.own_units = row.lead != lead || row.support != support;
    row
}

/// Units named for a whole clause.
fn owners(plan: &Plan, place: ClausePlace) -> (String, String) {
    let of =
        |a: &&halfsky_plan::plan::Assignment| matches!(&a.to, Assigned::Clause(p) if *p == place);
    let join = |lists: Vec<&Vec<String>>| {
        lists.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join("、")
    };
    let named: Vec<_> = plan.assignments.iter().filter(of).collect();
    (
        join(named.iter().map(|a| &a.lead).collect()),
        join(named.iter().map(|a| &a.support).collect()),
    )
}

/// Targets of the annexed tables.
pub(crate) fn table_targets(version: &PlanVersion, wanted: &Wanted) -> Vec<TargetRow> {
    let alone = version.targets.iter().filter(|t| t.place.is_none());
    alone.filter(|t| wanted.shows_target(&version.plan, t)).map(target_row).collect()
}

fn target_row(reviewed: &ReviewedTarget) -> TargetRow {
    let t = &reviewed.target;
    let mut remarks = Vec::new();
    if !matches!(t.kind, TargetKind::Level | TargetKind::Trend) {
        remarks.push(t.kind.label().to_owned());
    }
    remarks.extend(t.scope.clone());
    remarks.extend(t.base_year.map(|year| format!("以{year}年为基数")));
    remarks.extend(t.soft.then(|| "力争".to_owned()));
    remarks.extend(t.keep.then(|| "每年保持".to_owned()));
    remarks.extend(t.binding.map(|b| b.label().to_owned()));
    let unit = t.unit.map_or("", Unit::label);
    remarks.extend(t.baseline.as_ref().map(|b| format!("基期{}{unit}", b.value)));
    TargetRow {
        number: reviewed.number,
        name: t.indicator.clone(),
        statement: t.statement(),
        by: t.by,
        remarks: remarks.join("，"),
        code: reviewed.link.as_ref().map_or_else(String::new, |l| l.code.0.clone()),
        left_out: reviewed.review == Review::LeftOut,
        lead: reviewed.lead.join("、"),
        support: reviewed.support.join("、"),
        own_units: true,
    }
}

/// The duties in the order of the plan.
pub(crate) fn duties(plan: &Plan) -> Vec<DutyRow> {
    let row = |duty: &Duty| DutyRow {
        due: due(&duty.due),
        who: duty.who.clone(),
        what: duty.what.clone(),
        to_whom: duty.to_whom.clone().unwrap_or_default(),
    };
    plan.calendar.iter().map(row).collect()
}

fn due(due: &Due) -> String {
    match due {
        Due::EveryYearBy { month, day: Some(day) } => format!("每年{month}月{day}日前"),
        Due::EveryYearBy { month, day: None } => format!("每年{month}月底前"),
        Due::TimesPerYear { times } => format!("每年至少{times}次"),
        Due::AfterPromulgation { months } => format!("颁布后{months}个月内"),
        Due::InYear { year } => format!("{year}年"),
        Due::EveryYears { years } => format!("每{years}年"),
        Due::EveryYear => "每年".to_owned(),
    }
}

/// The past figures in the order of the plan.
pub(crate) fn facts(plan: &Plan) -> Vec<FactRow> {
    let row = |fact: &BaselineFact| FactRow {
        indicator: fact.indicator.clone(),
        value: format!("{}{}", fact.value, fact.unit.map_or("", Unit::label)),
        year: fact.year.map_or_else(String::new, |y| format!("{y}年")),
    };
    plan.baseline.iter().map(row).collect()
}

/// The domains as choices of a filter.
pub(crate) fn domain_choices(version: &PlanVersion, chosen: &str) -> Vec<Choice> {
    let mut list = vec![Choice::new("", "全部领域", chosen)];
    let names = version.plan.domains.iter().enumerate();
    list.extend(names.map(|(at, d)| Choice::new(at.to_string(), d.name.clone(), chosen)));
    list
}

/// The responsible units as choices of a filter.
pub(crate) fn unit_choices(version: &PlanVersion, chosen: &str) -> Vec<Choice> {
    let of_targets = version.targets.iter().flat_map(|t| t.lead.iter().chain(&t.support));
    let of_clauses = version.plan.assignments.iter().flat_map(|a| a.lead.iter().chain(&a.support));
    let units: BTreeSet<&String> = of_targets.chain(of_clauses).collect();
    let mut list = vec![Choice::new("", "全部单位", chosen)];
    list.extend(units.into_iter().map(|u| Choice::new(u.clone(), u.clone(), chosen)));
    list
}

/// The years in which targets are due as choices of a filter.
pub(crate) fn year_choices(version: &PlanVersion, chosen: &str) -> Vec<Choice> {
    let years: BTreeSet<i32> = version.active_targets().map(|t| t.target.by).collect();
    let mut list = vec![Choice::new("", "不限期限", chosen)];
    list.extend(years.into_iter().map(|y| Choice::new(y.to_string(), format!("{y}年"), chosen)));
    list
}

/// The kinds of target as choices of a filter.
pub(crate) fn kind_choices(chosen: &str) -> Vec<Choice> {
    let mut list = vec![Choice::new("", "全部条文", chosen)];
    list.extend(TargetKind::ALL.iter().map(|k| {
        Choice::new(k.code(), format!("{}目标", k.label().trim_end_matches("目标")), chosen)
    }));
    list
}
