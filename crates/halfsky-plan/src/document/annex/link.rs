//! Links: the statements of tables complete the targets of clauses, or stand as targets of their own.

use super::row::Statement;
use super::value::{self, Subject};
use crate::document::clause::{Context, read_targets};
use crate::figure::Figure;
use crate::matching::Name;
use crate::note::{Note, Severity, Span};
use crate::plan::{Assigned, Assignment, ClausePlace, Plan, Section, TableTarget};
use crate::target::{Baseline, Target, TargetKind};

/// Above this many comparisons only equal names are linked: no real table comes near.
const COMPARISONS: usize = 2_000_000;

/// A target of a clause, prepared for comparison.
struct Known {
    place: ClausePlace,
    index: usize,
    name: Name,
    /// Scope and name together, where the target has a scope.
    scoped: Option<Name>,
}

/// Links statements to the targets and clauses of a plan.
pub(super) struct Linker {
    known: Vec<Known>,
    /// Clauses of objectives and measures, their words without punctuation.
    clauses: Vec<(ClausePlace, String)>,
    budget: usize,
}

impl Linker {
    pub(super) fn new(plan: &Plan) -> Self {
        let mut known = Vec::new();
        let mut clauses = Vec::new();
        for (place, clause) in plan.clauses() {
            if matches!(place.section, Section::Implementation | Section::Monitoring) {
                continue;
            }
            clauses.push((place, squash(&clause.text)));
            for (index, target) in clause.targets.iter().enumerate() {
                let scoped =
                    target.scope.as_ref().map(|s| Name::new(&format!("{s}{}", target.indicator)));
                known.push(Known { place, index, name: Name::new(&target.indicator), scoped });
            }
        }
        Self { known, clauses, budget: COMPARISONS }
    }

    /// A row of an indicator table.
    pub(super) fn indicator(&mut self, plan: &mut Plan, row: &Statement) {
        let targets = read(plan, row);
        let group = self.group(plan, row, &targets);
        let extra = complete(plan, row, &group, targets);
        for (place, index) in &group {
            assign(plan, row, *place, *index);
        }
        for target in extra {
            plan.table_targets.push(TableTarget {
                target,
                lead: row.lead.clone(),
                support: row.support.clone(),
            });
        }
    }

    /// The targets of one clause that a row speaks of: the same name, milestones included.
    fn group(
        &mut self,
        plan: &Plan,
        row: &Statement,
        read: &[Target],
    ) -> Vec<(ClausePlace, usize)> {
        if self.budget < self.known.len() {
            return Vec::new();
        }
        self.budget -= self.known.len();
        let name = Name::new(&row.name);
        let mut best: Option<(u32, usize)> = None;
        for (at, known) in self.known.iter().enumerate() {
            let Some(target) = target_at(plan, known.place, known.index) else { continue };
            let scoped = known.scoped.as_ref().map_or(0, |scoped| name.likeness(scoped));
            let alike = u32::from(name.likeness(&known.name).max(scoped));
            let same_value = target.value.is_some()
                && read.iter().any(|t| {
                    t.value.map(Figure::decimal) == target.value.map(Figure::decimal)
                        && (t.unit == target.unit || t.unit.is_none() || target.unit.is_none())
                });
            if alike < if same_value { 55 } else { 82 } {
                continue;
            }
            let domain = plan.domains.get(known.place.domain).map_or("", |d| d.name.as_str());
            let same_domain = !row.domain.is_empty()
                && (row.domain.contains(domain) || domain.contains(&row.domain));
            let objective = known.place.section == Section::Objective;
            let score = alike
                + 25 * u32::from(same_value)
                + 3 * u32::from(same_domain)
                + u32::from(objective);
            if best.is_none_or(|(top, _)| score > top) {
                best = Some((score, at));
            }
        }
        let Some((_, at)) = best else { return Vec::new() };
        let place = self.known[at].place;
        let Some(first) = target_at(plan, place, self.known[at].index) else { return Vec::new() };
        let Some(clause) = plan.clause(place) else { return Vec::new() };
        let same = |t: &Target| (&t.indicator, &t.scope) == (&first.indicator, &first.scope);
        (0..clause.targets.len())
            .filter(|i| same(&clause.targets[*i]))
            .map(|i| (place, i))
            .collect()
    }

    /// A row of a task table: it gives units to a clause, or to some targets of it.
    pub(super) fn task(&mut self, plan: &mut Plan, row: &Statement) {
        let words = squash(&row.name);
        let to = match self.clause_of(&words) {
            Some(place) => places(plan, place, &words),
            None => match self.targets_of(plan, row) {
                Some(to) => to,
                None => vec![Assigned::Row(row.name.clone())],
            },
        };
        if row.lead.is_empty() && row.support.is_empty() {
            return;
        }
        for to in to {
            plan.assignments.push(Assignment {
                to,
                lead: row.lead.clone(),
                support: row.support.clone(),
                span: row.span,
            });
        }
    }

    /// The targets a task states in other words than the clauses; those no clause states stand alone.
    fn targets_of(&mut self, plan: &mut Plan, row: &Statement) -> Option<Vec<Assigned>> {
        let mut targets = read_targets(&row.name, &context(plan, row)).targets;
        // a task without a figure or a direction is kept as a row, not as a target beside the clauses
        targets.retain(|target| target.kind != TargetKind::Qualitative);
        if targets.is_empty() {
            return None;
        }
        let mut to = Vec::new();
        for mut target in targets {
            let probe = Statement { name: target.indicator.clone(), ..row.clone() };
            let group = self.group(plan, &probe, std::slice::from_ref(&target));
            if group.is_empty() {
                target.span = row.span;
                let (lead, support) = (row.lead.clone(), row.support.clone());
                plan.table_targets.push(TableTarget { target, lead, support });
            }
            to.extend(group.into_iter().map(|(place, index)| Assigned::Target(place, index)));
        }
        Some(to)
    }

    /// The clause whose words a task repeats, wholly or in part.
    fn clause_of(&mut self, words: &str) -> Option<ClausePlace> {
        if words.chars().count() < 6 || self.budget < self.clauses.len() * 8 {
            return None;
        }
        self.budget -= self.clauses.len() * 8;
        let whole = self.clauses.iter().find(|(_, text)| {
            text.contains(words) || (text.chars().count() >= 10 && words.contains(text.as_str()))
        });
        if let Some((place, _)) = whole {
            return Some(*place);
        }
        let name = Name::new(words);
        self.clauses
            .iter()
            .map(|(place, text)| (name.likeness(&Name::new(text)), *place))
            .filter(|(score, _)| *score >= 70)
            .max_by_key(|(score, _)| *score)
            .map(|(_, place)| place)
    }
}

/// Letters and figures only.
fn squash(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric() || "%％‰".contains(*c)).collect()
}

/// The clause, or those of its targets that stand in the words.
fn places(plan: &Plan, place: ClausePlace, words: &str) -> Vec<Assigned> {
    let Some(clause) = plan.clause(place) else { return Vec::new() };
    let targets = &clause.targets;
    if words.contains(&squash(&clause.text)) {
        return vec![Assigned::Clause(place)];
    }
    let held: Vec<usize> =
        (0..targets.len()).filter(|i| words.contains(&squash(&targets[*i].quote))).collect();
    if held.is_empty() || held.len() == targets.len() {
        return vec![Assigned::Clause(place)];
    }
    held.into_iter().map(|target| Assigned::Target(place, target)).collect()
}

fn context<'a>(plan: &'a Plan, row: &'a Statement) -> Context<'a> {
    Context {
        period: plan.period,
        beneficiary: plan.beneficiary,
        section: Section::Objective,
        domain: &row.domain,
    }
}

/// The targets a row states, one for each value cell that can be read.
fn read(plan: &mut Plan, row: &Statement) -> Vec<Target> {
    let baseline = row.baseline.as_ref().and_then(|(year, cell)| {
        Some(Baseline { value: value::baseline(&cell.text)?, year: *year, span: cell.span })
    });
    let mut targets = Vec::new();
    let mut notes = Vec::new();
    for (by, cell) in &row.values {
        let subject = Subject { name: &row.name, unit: &row.unit, by: *by };
        match value::target(&cell.text, subject, &context(plan, row)) {
            Some(target) => targets.push(Target {
                baseline,
                binding: row.binding,
                quote: row.quote.clone(),
                span: row.span,
                ..target
            }),
            None => notes.push(unread_value(row, &cell.text, cell.span)),
        }
    }
    if baseline.is_none()
        && let Some((_, cell)) = &row.baseline
    {
        notes.push(Note {
            span: cell.span,
            severity: Severity::Info,
            message: format!("附表中“{}”的基期值“{}”没有读懂", row.name, cell.text),
            hint: "请在该目标中填写基期值".to_owned(),
        });
    }
    plan.notes.append(&mut notes);
    targets
}

fn unread_value(row: &Statement, words: &str, span: Span) -> Note {
    Note {
        span,
        severity: Severity::Warning,
        message: format!("附表中“{}”的目标值“{words}”没有读懂", row.name),
        hint: "请在目标清单中补充这一项的目标值和计量单位".to_owned(),
    }
}

fn target_at(plan: &Plan, place: ClausePlace, index: usize) -> Option<&Target> {
    plan.clause(place)?.targets.get(index)
}

fn target_mut(plan: &mut Plan, place: ClausePlace, index: usize) -> Option<&mut Target> {
    let clause = match place.section {
        Section::Objective => plan.domains.get_mut(place.domain)?.objectives.get_mut(place.clause),
        Section::Measure => plan.domains.get_mut(place.domain)?.measures.get_mut(place.clause),
        Section::Implementation => plan.implementation.get_mut(place.clause),
        Section::Monitoring => plan.monitoring.get_mut(place.clause),
    }?;
    clause.targets.get_mut(index)
}

/// Completes the targets of the group; gives back the targets that stand only in the table.
fn complete(
    plan: &mut Plan,
    row: &Statement,
    group: &[(ClausePlace, usize)],
    read: Vec<Target>,
) -> Vec<Target> {
    let mut extra = Vec::new();
    let sample = read.first().cloned();
    let single = read.len() == 1 && group.len() == 1;
    for target in read {
        let same_year = group.iter().find(|(place, index)| {
            target_at(plan, *place, *index).is_some_and(|t| t.by == target.by || single)
        });
        let Some((place, index)) = same_year else {
            extra.push(target);
            continue;
        };
        let Some(stated) = target_mut(plan, *place, *index) else { continue };
        if stated.value.is_none() && target.value.is_some() {
            extra.push(target);
            continue;
        }
        if stated.unit.is_none() && stated.value.is_some() {
            stated.unit = target.unit;
        }
        let note = contradiction(stated, &target, row);
        plan.notes.extend(note);
    }
    for (place, index) in group {
        if let Some(stated) = target_mut(plan, *place, *index) {
            stated.binding = stated.binding.or(row.binding);
            stated.baseline = stated.baseline.or(sample.as_ref().and_then(|t| t.baseline));
        }
    }
    extra
}

/// A value of the table that says other than the clause.
fn contradiction(stated: &Target, table: &Target, row: &Statement) -> Option<Note> {
    let (in_clause, in_table) = (stated.value?, table.value?);
    let same_unit = stated.unit == table.unit || table.unit.is_none();
    if in_clause.decimal() == in_table.decimal() && same_unit {
        return None;
    }
    let with_unit = |t: &Target| {
        let value = t.value.map_or(String::new(), |v| v.to_string());
        format!("{value}{}", t.unit.map_or("", crate::unit::Unit::label))
    };
    Some(Note {
        span: row.span,
        severity: Severity::Warning,
        message: format!(
            "“{}”：附表写{}，条文写{}，两处不一致",
            row.name,
            with_unit(table),
            with_unit(stated)
        ),
        hint: "已按条文读取；请核对印发的文本，确定以哪一处为准".to_owned(),
    })
}

/// Gives the units of a row to a target, unless the clause already names the same lead.
fn assign(plan: &mut Plan, row: &Statement, place: ClausePlace, index: usize) {
    if row.lead.is_empty() && row.support.is_empty() {
        return;
    }
    let inline = plan
        .assignments
        .iter()
        .find(|a| a.to == Assigned::Target(place, index) || a.to == Assigned::Clause(place));
    if let Some(inline) = inline {
        let told = |unit: &String| inline.lead.contains(unit) || inline.support.contains(unit);
        if row.lead.iter().all(|u| inline.lead.contains(u)) && row.support.iter().all(told) {
            return;
        }
        if !row.lead.is_empty() && !inline.lead.is_empty() && row.lead != inline.lead {
            plan.notes.push(Note {
                span: row.span,
                severity: Severity::Warning,
                message: format!(
                    "“{}”：附表的牵头单位是{}，条文的牵头单位是{}，两处不一致",
                    row.name,
                    row.lead.join("、"),
                    inline.lead.join("、")
                ),
                hint: "请在“责任分工”中确定牵头单位".to_owned(),
            });
        }
    }
    plan.assignments.push(Assignment {
        to: Assigned::Target(place, index),
        lead: row.lead.clone(),
        support: row.support.clone(),
        span: row.span,
    });
}
