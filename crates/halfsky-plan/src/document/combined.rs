//! Combined: one text with a women's and a children's plan becomes two drafts.

use super::heading;
use super::outline::{DomainDraft, Draft};
use super::title::Served;
use crate::plan::Beneficiary;

/// The drafts of a text by whom they serve.
pub fn by_beneficiary(draft: Draft) -> Vec<(Beneficiary, Draft)> {
    let named = |d: &DomainDraft| heading::beneficiary(&d.name);
    let count = |who: Beneficiary| draft.domains.iter().filter(|d| named(d) == Some(who)).count();
    let (women, children) = (count(Beneficiary::Women), count(Beneficiary::Children));
    let told = draft.title.as_ref().map(|t| t.0.served);
    match told {
        Some(Served::One(who)) if (women == 0 || children == 0) => vec![(who, draft)],
        Some(Served::Both) => both(&draft),
        _ if women > 0 && children > 0 => both(&draft),
        _ if children > women => vec![(Beneficiary::Children, draft)],
        _ => vec![(Beneficiary::Women, draft)],
    }
}

fn both(draft: &Draft) -> Vec<(Beneficiary, Draft)> {
    [Beneficiary::Women, Beneficiary::Children]
        .into_iter()
        .filter_map(|who| {
            let mut part = draft.clone();
            part.domains.retain(|d| heading::beneficiary(&d.name).is_none_or(|named| named == who));
            (!part.domains.is_empty()).then_some((who, part))
        })
        .collect()
}
