//! Which clause or target a unit list speaks of.

use std::ops::Range;

use super::{UnitList, unit_lists};
use crate::document::annex::AnnexInput;
use crate::document::passage::Passage;
use crate::note::{Note, Severity, Span};
use crate::plan::{Assigned, Assignment, ClausePlace, Plan, Section};

/// Reads the unit lists of all clauses into `Plan::assignments`.
///
/// A list at the end of a clause speaks of the clause; a list behind one of several sentences speaks of
/// the targets of that sentence; a single list on the last clause of a section, on a line of its own,
/// speaks of the whole section.
pub(crate) fn read(plan: &mut Plan, input: &AnnexInput) {
    let mut found = Vec::new();
    for (place, passage) in &input.clauses {
        let organising = matches!(place.section, Section::Implementation | Section::Monitoring);
        let lists = unit_lists(passage.text());
        if lists.is_empty() || organising {
            continue;
        }
        let targets = plan.clause(*place).map_or(&[][..], |clause| &clause.targets);
        let spans: Vec<Span> = targets.iter().map(|target| target.span).collect();
        found.extend(of_clause(*place, passage, lists, &spans));
    }
    plan.assignments.append(&mut found);
    unread(plan, input);
}

fn of_clause(
    place: ClausePlace,
    passage: &Passage,
    lists: Vec<UnitList>,
    targets: &[Span],
) -> Vec<Assignment> {
    let text = passage.text();
    let single = lists.len() == 1;
    let mut from = 0;
    let mut assignments = Vec::new();
    for list in lists {
        let span = passage.span(list.range.clone());
        let region = if single { sentences_before(text, &list) } else { from..list.range.start };
        from = list.range.end;
        let reach = passage.span(region);
        let held: Vec<usize> = (0..targets.len()).filter(|i| reach.covers(targets[*i])).collect();
        let ends = text[list.range.end..].trim_end_matches(['。', '；', '，']).is_empty();
        let whole = held.is_empty() || held.len() == targets.len() || (single && ends);
        let to = if whole {
            vec![Assigned::Clause(place)]
        } else {
            held.into_iter().map(|target| Assigned::Target(place, target)).collect()
        };
        let units = (list.lead, list.support);
        assignments.extend(to.into_iter().map(|to| Assignment {
            to,
            lead: units.0.clone(),
            support: units.1.clone(),
            span,
        }));
    }
    assignments
}

/// The sentence before a list, where the list stands inside it or right behind it.
fn sentences_before(text: &str, list: &UnitList) -> Range<usize> {
    let before = text[..list.range.start].trim_end_matches(['。', '；']);
    let start = before.rfind(['。', '；']).map_or(0, |at| at + '。'.len_utf8());
    start..list.range.start
}

/// Tells of labels whose units could not be read (牵头单位： with nothing behind it).
fn unread(plan: &mut Plan, input: &AnnexInput) {
    for (place, passage) in &input.clauses {
        let text = passage.text();
        let Some(at) = ["牵头单位：", "责任单位：", "牵头单位:", "责任单位:"]
            .iter()
            .find_map(|l| text.find(l))
        else {
            continue;
        };
        if plan
            .assignments
            .iter()
            .any(|a| matches!(&a.to, Assigned::Clause(p) | Assigned::Target(p, _) if p == place))
        {
            continue;
        }
        plan.notes.push(Note {
            span: passage.span(at..text.len()),
            severity: Severity::Warning,
            message: "这里写有责任单位，但没有读出单位名称".to_owned(),
            hint: "请在“责任分工”中为这一条选定牵头单位和责任单位".to_owned(),
        });
    }
}
