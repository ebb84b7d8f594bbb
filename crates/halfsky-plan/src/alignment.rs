//! Alignment (衔接): a plan beside the plan of the level above, target by target.

use std::cmp::Ordering;

use crate::comparator::Comparator;
use crate::matching::{likeness, reduced};
use crate::target::{Target, TargetKind};
use crate::version::{PlanVersion, ReviewedTarget};

/// How a target stands to that of the level above.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// The lower plan has no such target.
    Missing,
    /// The lower plan demands less.
    Looser,
    /// Due later than above.
    Later,
    /// Both are there but cannot be compared (other kind or other unit).
    NotComparable,
    /// The same demand at the same time.
    Same,
    /// The lower plan demands more.
    Stricter,
    /// Due earlier than above.
    Earlier,
    /// Only the lower plan has it.
    Additional,
}

impl Relation {
    /// All relations, those that need a look first.
    pub const ALL: [Self; 8] = [
        Self::Missing,
        Self::Looser,
        Self::Later,
        Self::NotComparable,
        Self::Same,
        Self::Stricter,
        Self::Earlier,
        Self::Additional,
    ];

    /// The code used in data and addresses.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Looser => "looser",
            Self::Later => "later",
            Self::NotComparable => "not_comparable",
            Self::Same => "same",
            Self::Stricter => "stricter",
            Self::Earlier => "earlier",
            Self::Additional => "additional",
        }
    }

    /// The relation of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.code() == code)
    }

    /// The word shown to people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Missing => "本级缺项",
            Self::Looser => "低于上级",
            Self::Later => "晚于上级",
            Self::NotComparable => "不可比",
            Self::Same => "一致",
            Self::Stricter => "高于上级",
            Self::Earlier => "早于上级",
            Self::Additional => "本级新增",
        }
    }
}

/// A pair of targets, or one that stands alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aligned<'a> {
    pub lower: Option<&'a ReviewedTarget>,
    pub upper: Option<&'a ReviewedTarget>,
    /// One or two relations (stricter and earlier).
    pub relations: Vec<Relation>,
}

/// Names this alike speak of the same indicator in two plans.
const SAME_INDICATOR: u8 = 78;

/// Aligns the targets that arithmetic or a direction can judge; qualities are left to people.
///
/// Order: targets of the level above in their order, then what only the lower plan has.
pub fn align<'a>(lower: &'a PlanVersion, upper: &'a PlanVersion) -> Vec<Aligned<'a>> {
    let judged = |t: &&ReviewedTarget| t.target.kind != TargetKind::Qualitative;
    let above: Vec<&ReviewedTarget> = upper.active_targets().filter(judged).collect();
    let mut own: Vec<Option<&ReviewedTarget>> =
        lower.active_targets().filter(judged).map(Some).collect();
    let mut partner: Vec<Option<&ReviewedTarget>> = vec![None; above.len()];
    for pass in 0..4 {
        for (at, target) in above.iter().enumerate() {
            if partner[at].is_none() {
                partner[at] = own
                    .iter_mut()
                    .find(|o| o.is_some_and(|o| fits(o, target, pass)))
                    .and_then(Option::take);
            }
        }
    }
    let mut list: Vec<Aligned<'a>> = above
        .into_iter()
        .zip(partner)
        .map(|(upper, lower)| Aligned {
            lower,
            upper: Some(upper),
            relations: lower
                .map_or_else(|| vec![Relation::Missing], |l| relations(&l.target, &upper.target)),
        })
        .collect();
    list.extend(own.into_iter().flatten().map(|l| Aligned {
        lower: Some(l),
        upper: None,
        relations: vec![Relation::Additional],
    }));
    list
}

/// Whether two targets are a pair, from the surest reason (pass 0) to the weakest (pass 3).
fn fits(lower: &ReviewedTarget, upper: &ReviewedTarget, pass: u8) -> bool {
    let (a, b) = (&lower.target, &upper.target);
    let linked = match (&lower.link, &upper.link) {
        (Some(x), Some(y)) => x.code == y.code,
        _ => false,
    };
    let named = reduced(&a.indicator) == reduced(&b.indicator);
    let comparable = a.value.is_some() == b.value.is_some() && a.scope == b.scope;
    match pass {
        0 => (linked || named) && comparable && a.by == b.by,
        1 => (linked || named) && comparable,
        2 => linked || named,
        _ => {
            comparable
                && lower.place.map(|p| p.section) == upper.place.map(|p| p.section)
                && likeness(&a.indicator, &b.indicator) >= SAME_INDICATOR
        }
    }
}

fn relations(lower: &Target, upper: &Target) -> Vec<Relation> {
    let mut list = Vec::new();
    match demand(lower, upper) {
        None => list.push(Relation::NotComparable),
        Some(Ordering::Less) => list.push(Relation::Looser),
        Some(Ordering::Greater) => list.push(Relation::Stricter),
        Some(Ordering::Equal) => {}
    }
    match lower.by.cmp(&upper.by) {
        Ordering::Less => list.push(Relation::Earlier),
        Ordering::Greater => list.push(Relation::Later),
        Ordering::Equal => {}
    }
    if list.is_empty() {
        list.push(Relation::Same);
    }
    list
}

/// How much the lower target demands against the upper one; None where they cannot be compared.
fn demand(lower: &Target, upper: &Target) -> Option<Ordering> {
    match (lower.value, upper.value) {
        (Some(a), Some(b)) => {
            if lower.unit != upper.unit
                || family(lower.kind) != family(upper.kind)
                || lower.base_year != upper.base_year
            {
                return None;
            }
            match (lower.comparator?, upper.comparator?) {
                (Comparator::AtMost, Comparator::AtMost) => Some(b.decimal().cmp(&a.decimal())),
                (Comparator::AtMost, _) | (_, Comparator::AtMost) => None,
                // “左右” at the same value allows a little less than “以上”
                (Comparator::About, Comparator::AtLeast) if a.decimal() == b.decimal() => {
                    Some(Ordering::Less)
                }
                (Comparator::AtLeast, Comparator::About) if a.decimal() == b.decimal() => {
                    Some(Ordering::Greater)
                }
                (
                    Comparator::AtLeast | Comparator::About,
                    Comparator::AtLeast | Comparator::About,
                ) => Some(a.decimal().cmp(&b.decimal())),
            }
        }
        // a value demands more than a direction
        (Some(_), None) => Some(Ordering::Greater),
        (None, Some(_)) => Some(Ordering::Less),
        (None, None) => (lower.direction == upper.direction && lower.kind == upper.kind)
            .then_some(Ordering::Equal),
    }
}

/// Full coverage is a level of 100 %: both are held against a figure.
const fn family(kind: TargetKind) -> TargetKind {
    match kind {
        TargetKind::Coverage => TargetKind::Level,
        other => other,
    }
}

#[cfg(test)]
mod tests;
