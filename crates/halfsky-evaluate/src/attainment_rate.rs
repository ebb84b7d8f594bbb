//! Attainment rate (达标率): two official rules, each printed with its lists, or not at all.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::attainment::Fact;

/// Which targets stand below the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Counting {
    /// 可监测口径: without those that have no comparable figure.
    Monitorable,
    /// 全指标口径: all quantified targets.
    All,
}

impl Counting {
    /// The words shown to people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Monitorable => "可监测口径",
            Self::All => "全指标口径",
        }
    }
}

/// Whether 基本达标 stands above the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NearlyAttained {
    Counts,
    Apart,
}

/// A rate with everything that has to be printed beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttainmentRate<K> {
    pub counting: Counting,
    pub nearly: NearlyAttained,
    pub numerator: Vec<K>,
    pub denominator: Vec<K>,
    pub no_data: Vec<K>,
    pub not_comparable: Vec<K>,
    /// Per cent, exact; None where nothing stands below the line.
    pub percent: Option<Decimal>,
}

/// The classes do not add up to the number of targets: a rate must not be printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DoesNotAddUp {
    pub targets: usize,
    pub classified: usize,
}

/// The rate of targets with their facts; `targets` is how many quantified targets the plan has.
pub fn attainment_rate<K: Clone>(
    facts: &[(K, Fact)],
    targets: usize,
    counting: Counting,
    nearly: NearlyAttained,
) -> Result<AttainmentRate<K>, DoesNotAddUp> {
    if facts.len() != targets {
        return Err(DoesNotAddUp { targets, classified: facts.len() });
    }
    let of = |keep: &dyn Fn(Fact) -> bool| -> Vec<K> {
        facts.iter().filter(|(_, fact)| keep(*fact)).map(|(key, _)| key.clone()).collect()
    };
    let above = |fact: Fact| match fact {
        Fact::Attained | Fact::AttainedEarly => true,
        Fact::NearlyAttained => nearly == NearlyAttained::Counts,
        Fact::NotAttained | Fact::NoData | Fact::NotComparable => false,
    };
    let below = |fact: Fact| {
        counting == Counting::All || !matches!(fact, Fact::NoData | Fact::NotComparable)
    };
    let (numerator, denominator) = (of(&above), of(&below));
    let percent = Decimal::from(numerator.len())
        .checked_mul(Decimal::ONE_HUNDRED)
        .and_then(|n| n.checked_div(Decimal::from(denominator.len())));
    Ok(AttainmentRate {
        counting,
        nearly,
        numerator,
        denominator,
        no_data: of(&|fact| fact == Fact::NoData),
        not_comparable: of(&|fact| fact == Fact::NotComparable),
        percent,
    })
}

/// The facts of one group, and how many quantified targets it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group<K> {
    pub facts: Vec<(K, Fact)>,
    pub targets: usize,
}

/// The rates of groups (domains, units, regions) in the order of their keys.
///
/// Each group brings the number of its targets, so that each is refused on its own.
pub fn rates_by_group<G: Ord + Clone, K: Clone>(
    groups: &BTreeMap<G, Group<K>>,
    counting: Counting,
    nearly: NearlyAttained,
) -> BTreeMap<G, Result<AttainmentRate<K>, DoesNotAddUp>> {
    groups
        .iter()
        .map(|(name, group)| {
            (name.clone(), attainment_rate(&group.facts, group.targets, counting, nearly))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn facts(list: &[(Fact, usize)]) -> Vec<(usize, Fact)> {
        let all = list.iter().flat_map(|&(fact, count)| std::iter::repeat_n(fact, count));
        all.enumerate().collect()
    }

    /// The mid-term report of the national programme: 44 of 54 monitorable indicators, 81.5 %.
    #[test]
    fn official_precedent() {
        let all = facts(&[
            (Fact::AttainedEarly, 40),
            (Fact::NearlyAttained, 4),
            (Fact::NotAttained, 10),
            (Fact::NoData, 3),
        ]);
        let rate = |counting, nearly| attainment_rate(&all, 57, counting, nearly).unwrap();
        let printed = |rate: &AttainmentRate<usize>| rate.percent.unwrap().round_dp(1).to_string();
        let monitorable = rate(Counting::Monitorable, NearlyAttained::Counts);
        assert_eq!((monitorable.numerator.len(), monitorable.denominator.len()), (44, 54));
        assert_eq!(printed(&monitorable), "81.5");
        assert_eq!(printed(&rate(Counting::Monitorable, NearlyAttained::Apart)), "74.1");
        assert_eq!(printed(&rate(Counting::All, NearlyAttained::Counts)), "77.2");
        assert_eq!(monitorable.no_data, [54, 55, 56]);
    }

    /// A published report counted 90 attained, 4 not and 2 without data among 94: it cannot be printed.
    #[test]
    fn counts_that_contradict_each_other_are_refused() {
        let all = facts(&[(Fact::Attained, 90), (Fact::NotAttained, 4), (Fact::NoData, 2)]);
        let refused = attainment_rate(&all, 94, Counting::All, NearlyAttained::Apart);
        assert_eq!(refused, Err(DoesNotAddUp { targets: 94, classified: 96 }));
    }

    #[test]
    fn nothing_below_the_line_is_no_rate() {
        let none = facts(&[(Fact::NoData, 2)]);
        let rate = attainment_rate(&none, 2, Counting::Monitorable, NearlyAttained::Apart).unwrap();
        assert_eq!(rate.percent, None);
        let groups = BTreeMap::from([
            ("健康", Group { facts: none, targets: 2 }),
            ("教育", Group { facts: Vec::new(), targets: 1 }),
        ]);
        let rates = rates_by_group(&groups, Counting::All, NearlyAttained::Apart);
        assert!(rates["健康"].is_ok() && rates["教育"].is_err());
    }

    proptest! {
        #[test]
        fn the_numerator_is_part_of_the_denominator(picks in proptest::collection::vec(0usize..6, 0..40)) {
            let all: Vec<(usize, Fact)> = picks.iter().map(|p| Fact::ALL[*p]).enumerate().collect();
            for counting in [Counting::Monitorable, Counting::All] {
                let rate = attainment_rate(&all, all.len(), counting, NearlyAttained::Counts).unwrap();
                prop_assert!(rate.numerator.iter().all(|k| rate.denominator.contains(k)));
            }
        }
    }
}
