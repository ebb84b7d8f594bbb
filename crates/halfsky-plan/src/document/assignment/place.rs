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
/// the targets of that sentence; a list under the heading of a domain, or a single one set apart behind
/// the last clause of a section, speaks of every clause there.
pub(crate) fn read(plan: &mut Plan, input: &AnnexInput) {
    let mut found = Vec::new();
    let mut apart = Vec::new();
    for (place, passage) in &input.clauses {
        let organising = matches!(place.section, Section::Implementation | Section::Monitoring);
        let lists = if organising { Vec::new() } else { lists_of(passage) };
        if lists.is_empty() {
            continue;
        }
        if let [list] = lists.as_slice()
            && is_set_apart(passage, list)
        {
            apart.push((*place, list.clone(), passage.span(list.range.clone())));
        }
        let targets = plan.clause(*place).map_or(&[][..], |clause| &clause.targets);
        let spans: Vec<Span> = targets.iter().map(|target| target.span).collect();
        found.extend(of_clause(*place, passage, lists, &spans));
    }
    for (place, list, span) in apart {
        of_section(plan, &mut found, place, (&list, span));
    }
    for (domain, passage) in &input.headings {
        for list in lists_of(passage) {
            of_domain(plan, &mut found, *domain, (&list, passage.span(list.range.clone())));
        }
    }
    plan.assignments.append(&mut found);
    unread(plan, input);
}

/// The lists of a passage; names parted by white space alone are told apart by the gaps in the source.
fn lists_of(passage: &Passage) -> Vec<UnitList> {
    let mut lists = unit_lists(passage.text());
    let source = passage.span(0..passage.text().len());
    // nothing was dropped where the source is as long as the text
    let gaps = source.end - source.start != passage.text().len();
    if gaps && !lists.is_empty() {
        let spaced = unit_lists(&with_gaps(passage));
        if spaced.len() == lists.len() {
            for (list, spaced) in lists.iter_mut().zip(spaced) {
                (list.lead, list.support) = (spaced.lead, spaced.support);
            }
        }
    }
    lists
}

/// The words with a space where the source has characters that were dropped.
fn with_gaps(passage: &Passage) -> String {
    let text = passage.text();
    let mut words = String::with_capacity(text.len() + 16);
    let mut end = None;
    for (at, c) in text.char_indices() {
        let span = passage.span(at..at + c.len_utf8());
        if end.is_some_and(|end| span.start > end) {
            words.push(' ');
        }
        end = Some(span.end);
        words.push(c);
    }
    words
}

/// Whether a list ends the clause and stands behind dropped white space (a line of its own).
fn is_set_apart(passage: &Passage, list: &UnitList) -> bool {
    let text = passage.text();
    let ends = text[list.range.end..].trim_end_matches(['。', '；']).is_empty();
    let before = &text[..list.range.start];
    let Some(mark) = before.chars().next_back() else { return false };
    let gap = passage.span(list.range.clone()).start
        > passage.span(before.len() - mark.len_utf8()..before.len()).end;
    ends && gap && "。；！".contains(mark)
}

/// A single list behind the last of at least three clauses, none of which has a list of its own.
fn of_section(
    plan: &Plan,
    found: &mut Vec<Assignment>,
    place: ClausePlace,
    (list, span): (&UnitList, Span),
) {
    let domain = plan.domains.get(place.domain);
    let count = domain.map_or(0, |domain| match place.section {
        Section::Objective => domain.objectives.len(),
        Section::Measure => domain.measures.len(),
        Section::Implementation | Section::Monitoring => 0,
    });
    if count < 3 || place.clause + 1 != count {
        return;
    }
    let same = |p: &ClausePlace| (p.section, p.domain) == (place.section, place.domain);
    let others = found.iter().any(
        |a| matches!(&a.to, Assigned::Clause(p) | Assigned::Target(p, _) if same(p) && *p != place),
    );
    if others {
        return;
    }
    let clauses = (0..count).map(|clause| ClausePlace { clause, ..place });
    for clause in clauses.filter(|p| *p != place) {
        found.push(assigned(clause, list, span));
    }
}

/// A list under the heading of a domain speaks of its clauses without a list of their own.
fn of_domain(plan: &Plan, found: &mut Vec<Assignment>, domain: usize, list: (&UnitList, Span)) {
    let mut taken: Vec<ClausePlace> = found
        .iter()
        .filter_map(|a| match &a.to {
            Assigned::Clause(place) | Assigned::Target(place, _) => Some(*place),
            Assigned::Row(_) => None,
        })
        .collect();
    taken.sort_unstable();
    for (place, _) in plan.clauses() {
        let inside = matches!(place.section, Section::Objective | Section::Measure);
        if inside && place.domain == domain && taken.binary_search(&place).is_err() {
            found.push(assigned(place, list.0, list.1));
        }
    }
}

fn assigned(place: ClausePlace, list: &UnitList, span: Span) -> Assignment {
    let (lead, support) = (list.lead.clone(), list.support.clone());
    Assignment { to: Assigned::Clause(place), lead, support, span }
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
        let held: Vec<usize> = (0..targets.len())
            .filter(|i| reach.start <= targets[*i].start && targets[*i].start < reach.end)
            .collect();
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

const LABELS: &[&str] = &["牵头单位：", "责任单位：", "牵头单位:", "责任单位:"];

/// Tells of labels whose units could not be read (牵头单位： with nothing behind it).
fn unread(plan: &mut Plan, input: &AnnexInput) {
    let mut read: Vec<ClausePlace> = plan
        .assignments
        .iter()
        .filter_map(|a| match &a.to {
            Assigned::Clause(place) | Assigned::Target(place, _) => Some(*place),
            Assigned::Row(_) => None,
        })
        .collect();
    read.sort_unstable();
    for (place, passage) in &input.clauses {
        let text = passage.text();
        let label = LABELS.iter().find_map(|label| text.find(label));
        let Some(at) = label.filter(|_| read.binary_search(place).is_err()) else { continue };
        plan.notes.push(Note {
            span: passage.span(at..text.len()),
            severity: Severity::Warning,
            message: "这里写有责任单位，但没有读出单位名称".to_owned(),
            hint: "请在“责任分工”中为这一条选定牵头单位和责任单位".to_owned(),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::parse;

    const HEAD: &str = "青禾县儿童发展规划（2021—2030年）\n（一）儿童与健康\n";

    /// Reads a plan of one domain and writes its assignments as `o1 lead|support`.
    #[track_caller]
    fn check(body: &str, expect: &[&str]) {
        let parsed = parse(&format!("{HEAD}{body}"));
        let plan = &parsed.plans[0];
        let found: Vec<String> = plan
            .assignments
            .iter()
            .map(|a| {
                let to = match &a.to {
                    Assigned::Clause(p) => format!("{}{}", &p.section.code()[..1], p.clause + 1),
                    Assigned::Target(p, target) => {
                        format!("{}{}.{}", &p.section.code()[..1], p.clause + 1, target + 1)
                    }
                    Assigned::Row(words) => words.clone(),
                };
                format!("{to} {}|{}", a.lead.join("、"), a.support.join("、"))
            })
            .collect();
        assert_eq!(found, expect, "{body}");
        assert_eq!(plan.domains[0].name, "儿童与健康", "{body}");
    }

    #[test]
    fn lists_on_lines_of_their_own() {
        check(
            "主要目标：\n1.婴儿死亡率下降到4‰以下。\n牵头单位：卫健局\n责任单位：财政局 妇联\n2.近视率下降。\n策略措施：\n1.加强服务。\n",
            &["o1 卫健局|财政局、妇联"],
        );
    }

    #[test]
    fn a_list_for_one_of_several_sentences() {
        check(
            "主要目标：\n1.婴儿死亡率下降到4‰以下（卫健局负责）。入园率达到95%以上（教育局负责）。\n策略措施：\n1.加强服务。\n",
            &["o1.1 卫健局|", "o1.2 教育局|"],
        );
    }

    #[test]
    fn a_list_for_a_section_or_a_domain() {
        check(
            "主要目标：\n1.婴儿死亡率下降。\n2.近视率下降。\n3.入园率提高。\n（责任单位：卫健局、教育局）\n策略措施：\n1.加强服务。\n",
            &["o3 |卫健局、教育局", "o1 |卫健局、教育局", "o2 |卫健局、教育局"],
        );
        check(
            "牵头单位：卫健局\n主要目标：\n1.婴儿死亡率下降。\n2.近视率下降。（牵头单位：教育局）\n策略措施：\n1.加强服务。\n",
            &["o2 教育局|", "o1 卫健局|", "m1 卫健局|"],
        );
    }
}
