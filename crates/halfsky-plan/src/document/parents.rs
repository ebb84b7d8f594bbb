//! Parents: the plans of higher levels that a plan names as its basis.

use std::ops::Range;

use super::assemble::Document;
use super::outline::Draft;
use crate::plan::{ParentPlan, Plan};

/// 《…》 titles of outlines and plans named before the first domain, each once.
///
/// Not the plan itself, not one that ended before this one begins (a predecessor told as history).
pub fn read(document: Document<'_>, draft: &Draft, plan: &Plan) -> Vec<ParentPlan> {
    let mut found: Vec<ParentPlan> = Vec::new();
    for range in sentences(document, draft) {
        for title in titles(&document.words[range.clone()]) {
            let words = range.start + title.start..range.start + title.end;
            let name: String = document.words[words.clone()].split_whitespace().collect();
            let known = found.iter().any(|p| p.title == name);
            if !known && is_parent(&document.words[words.clone()], plan) {
                let span = document.passage.span(words);
                found.push(ParentPlan { title: name, span });
            }
        }
    }
    found
}

/// The preamble as one stretch per run of lines, so that a title broken over lines is whole.
fn sentences(document: Document<'_>, draft: &Draft) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for range in &draft.preamble {
        match runs.last_mut() {
            Some(last) if document.words[last.end..range.start].trim().is_empty() => {
                last.end = range.end;
            }
            _ => runs.push(range.clone()),
        }
    }
    runs
}

/// The words inside 《》.
fn titles(words: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (open, mark) in words.match_indices('《') {
        let start = open + mark.len();
        if let Some(length) = words[start..].find(['》', '《']).filter(|l| *l <= 200)
            && words[start + length..].starts_with('》')
        {
            found.push(start..start + length);
        }
    }
    found
}

fn is_parent(title: &str, plan: &Plan) -> bool {
    let served = title.contains("妇女") || title.contains("儿童") || title.contains("未成年");
    let general = title.contains("国民经济和社会发展");
    let kind = ["规划", "纲要", "计划"].iter().any(|k| title.contains(k));
    let own = !plan.region.is_empty() && title.starts_with(plan.region.as_str()) && served;
    let past = super::title::years(title).is_some_and(|p| p.end < plan.period.start);
    kind && (served || general) && !own && !past
}
