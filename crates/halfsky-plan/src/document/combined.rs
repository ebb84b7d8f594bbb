//! Combined: one text with a women's and a children's plan becomes two drafts.
//!
//! Owns who a domain and a clause speak of; what speaks of both goes to both.

use std::ops::Range;

use super::outline::{DomainDraft, Draft};
use super::title::Served;
use super::{heading, marker, split};
use crate::plan::Beneficiary;

/// The drafts of a text by whom they serve.
pub fn by_beneficiary(text: &str, draft: Draft) -> Vec<(Beneficiary, Draft)> {
    let count = |who: Beneficiary| {
        draft.domains.iter().filter(|d| heading::beneficiary(&d.name) == Some(who)).count()
    };
    let (women, children) = (count(Beneficiary::Women), count(Beneficiary::Children));
    match draft.title.as_ref().map(|t| t.0.served) {
        Some(Served::Both) => both(text, &draft),
        Some(Served::One(who)) if women == 0 || children == 0 => vec![(who, draft)],
        _ if women > 0 && children > 0 => both(text, &draft),
        _ if children > women => vec![(Beneficiary::Children, draft)],
        _ => vec![(Beneficiary::Women, draft)],
    }
}

fn both(text: &str, draft: &Draft) -> Vec<(Beneficiary, Draft)> {
    let part = |who: Beneficiary| {
        let mut part = draft.clone();
        part.domains = draft.domains.iter().filter_map(|d| share(text, d, who)).collect();
        (!part.domains.is_empty()).then_some((who, part))
    };
    [Beneficiary::Women, Beneficiary::Children].into_iter().filter_map(part).collect()
}

/// A domain's share for one beneficiary: all, nothing, or the clauses that speak of it.
fn share(text: &str, domain: &DomainDraft, who: Beneficiary) -> Option<DomainDraft> {
    if let Some(named) = heading::beneficiary(&domain.name) {
        return (named == who).then(|| domain.clone());
    }
    let shared = DomainDraft {
        shared: true,
        objectives: spoken_to(text, &domain.objectives, who),
        measures: spoken_to(text, &domain.measures, who),
        ..domain.clone()
    };
    (!shared.objectives.is_empty() || !shared.measures.is_empty()).then_some(shared)
}

/// The clauses under the sub-heading of a beneficiary; without one, by the words of the clause.
fn spoken_to(text: &str, lines: &[Range<usize>], who: Beneficiary) -> Vec<Range<usize>> {
    let (mut kept, mut group, mut audience) = (Vec::new(), Vec::new(), None);
    for line in lines {
        match sub_heading(&text[line.clone()]) {
            Some(named) => {
                choose(text, &group, (audience, who), &mut kept);
                group.clear();
                audience = Some(named);
            }
            None => group.push(line.clone()),
        }
    }
    choose(text, &group, (audience, who), &mut kept);
    kept
}

fn choose(
    text: &str,
    group: &[Range<usize>],
    (audience, who): (Option<Beneficiary>, Beneficiary),
    kept: &mut Vec<Range<usize>>,
) {
    match audience {
        Some(named) if named == who => kept.extend_from_slice(group),
        Some(_) => {}
        None => {
            let pieces = split::split(text, group).pieces;
            let fitting = pieces.iter().filter(|p| speaks_of(text, p, who));
            kept.extend(fitting.flat_map(split::Piece::lines));
        }
    }
}

/// `妇女：`, `（1）儿童方面`: a short line that only names whom the next clauses are for.
pub fn sub_heading(line: &str) -> Option<Beneficiary> {
    let words = marker::read(line).map_or(line, |m| &line[m.length..]);
    let bare = heading::bare(words);
    let named = heading::beneficiary(bare)?;
    if !bare.starts_with(['妇', '儿']) || words.ends_with('。') {
        return None;
    }
    let section = heading::section(bare).is_some();
    (bare.chars().count() <= 6 || section).then_some(named)
}

/// Whether a clause speaks of a beneficiary; one that speaks of nobody is for both.
fn speaks_of(text: &str, piece: &split::Piece, who: Beneficiary) -> bool {
    const WOMEN: [&str; 5] = ["妇女", "女性", "孕产妇", "母亲", "女职工"];
    const CHILDREN: [&str; 8] = ["儿童", "未成年", "学生", "学前", "婴", "幼儿", "孩子", "青少年"];
    let says = |words: &[&str]| {
        piece.words.iter().any(|range| words.iter().any(|w| text[range.clone()].contains(w)))
    };
    let (women, children) = (says(&WOMEN), says(&CHILDREN));
    match who {
        Beneficiary::Women => women || !children,
        Beneficiary::Children => children || !women,
    }
}
