//! Suppression (小样本保护): small counts are hidden from the public, and what they could be worked out from.
//!
//! The rule is that of the methods: hide each count below three and every rate that rests on it; then in each sum with
//! exactly one hidden cell hide the smallest other cell too, until no sum gives a hidden cell away.

use std::collections::{BTreeMap, BTreeSet};

use halfsky_plan::indicator::IndicatorCode;
use halfsky_plan::unit::Unit;
use rust_decimal::Decimal;

use crate::definition::Definition;
use crate::formula::{self, Expression, Function, Operator};
use crate::item::items;
use crate::observation::{
    ConfStatus, Missing, MissingReason, ObsStatus, Observation, ObservationKey, Residence, Sex,
    Value,
};

/// What is known of the indicators: which are counts of events, which rest on counts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Structure {
    /// Counts with the number below which each is hidden.
    pub counts: BTreeMap<IndicatorCode, u32>,
    /// Rates and shares with everything they are worked out from.
    pub rates: BTreeMap<IndicatorCode, Vec<IndicatorCode>>,
    /// Counts that add up to another: total and parts.
    pub sums: Vec<(IndicatorCode, Vec<IndicatorCode>)>,
}

impl Structure {
    /// What the cards say: counts of people are hidden below the number of their card (the largest, where several
    /// cards count the same people); whatever is worked out from them rests on them. Places and things (图书馆,
    /// 社区) identify nobody and are not counted as small.
    pub fn of(definitions: &[Definition]) -> Self {
        let items = items(definitions);
        let mut structure = Self::default();
        for definition in definitions {
            let below = definition.small_numbers.hide_below;
            if definition.unit == Unit::Person {
                structure.count(&definition.code, below);
            }
            let Ok(formula) = formula::parse(&definition.calculation.formula) else { continue };
            let mut basis = Vec::new();
            for reference in formula.references() {
                let Some(item) = items.get(&reference.name) else { continue };
                if item.unit == Unit::Person {
                    structure.count(&item.code, below);
                }
                basis.push(item.code.clone());
            }
            // what is only another name of a count rests on it like a rate
            if is_sum(&formula) && basis.len() > 1 {
                structure.sums.push((definition.code.clone(), basis));
            } else {
                structure.rates.insert(definition.code.clone(), basis);
            }
        }
        structure
    }

    /// Everything that decides whether figures of these indicators are hidden: themselves, what rates are worked out
    /// from, and the other members of sums. Of a region's figures no others need to be read.
    pub fn deciding(&self, codes: &[IndicatorCode]) -> BTreeSet<IndicatorCode> {
        let mut found = BTreeSet::new();
        let mut waiting = codes.to_vec();
        while let Some(code) = waiting.pop() {
            if !found.insert(code.clone()) {
                continue;
            }
            waiting.extend(self.rates.get(&code).into_iter().flatten().cloned());
            for (total, parts) in &self.sums {
                if *total == code || parts.contains(&code) {
                    waiting.extend(std::iter::once(total).chain(parts).cloned());
                }
            }
        }
        found
    }

    fn count(&mut self, code: &IndicatorCode, below: u32) {
        let known = self.counts.entry(code.clone()).or_insert(below);
        *known = below.max(*known);
    }
}

fn is_sum(formula: &Expression) -> bool {
    match formula {
        Expression::Reference(_) => true,
        Expression::Call(Function::Sum, values) => values.iter().all(is_sum),
        Expression::Binary(Operator::Add, left, right) => is_sum(left) && is_sum(right),
        _ => false,
    }
}

/// The public view: hidden figures are still there, as missing, and say why.
pub fn public_view(observations: &[Observation], structure: &Structure) -> Vec<Observation> {
    let hidden = hidden(observations, structure);
    observations
        .iter()
        .map(|observation| match hidden.get(&observation.key) {
            None => observation.clone(),
            Some(why) => Observation {
                value: Value::Missing(Missing {
                    reason: MissingReason::Secret,
                    note: why.label().to_owned(),
                    owner: String::new(),
                    substitute: String::new(),
                }),
                status: ObsStatus::Suppressed,
                confidentiality: *why,
                // the reporter's words may tell the number
                explanation: String::new(),
                ..observation.clone()
            },
        })
        .collect()
}

/// The keys to hide, each with its reason. Figures already confidential count as hidden.
pub fn hidden(
    observations: &[Observation],
    structure: &Structure,
) -> BTreeMap<ObservationKey, ConfStatus> {
    let values: BTreeMap<&ObservationKey, Decimal> =
        observations.iter().filter_map(|o| Some((&o.key, o.value.figure()?.decimal()))).collect();
    let mut hidden: BTreeMap<ObservationKey, ConfStatus> = BTreeMap::new();
    for observation in observations {
        let small = structure.counts.get(&observation.key.indicator).is_some_and(|below| {
            values.get(&observation.key).is_some_and(|value| *value < Decimal::from(*below))
        });
        if observation.confidentiality != ConfStatus::Free {
            hidden.insert(observation.key.clone(), observation.confidentiality);
        } else if small {
            hidden.insert(observation.key.clone(), ConfStatus::SmallCount);
        }
    }
    let groups = groups(&values, structure);
    loop {
        let before = hidden.len();
        hide_rates(&values, structure, &mut hidden);
        hide_complements(&values, &groups, &mut hidden);
        if hidden.len() == before {
            return hidden;
        }
    }
}

/// A rate tells its numerator when the denominator is known, and the other way round.
fn hide_rates(
    values: &BTreeMap<&ObservationKey, Decimal>,
    structure: &Structure,
    hidden: &mut BTreeMap<ObservationKey, ConfStatus>,
) {
    for key in values.keys() {
        let Some(basis) = structure.rates.get(&key.indicator) else { continue };
        let rests = |code: &IndicatorCode| {
            hidden.contains_key(&ObservationKey { indicator: code.clone(), ..(*key).clone() })
        };
        if !hidden.contains_key(*key) && basis.iter().any(rests) {
            hidden.insert((*key).clone(), ConfStatus::Complementary);
        }
    }
}

fn hide_complements(
    values: &BTreeMap<&ObservationKey, Decimal>,
    groups: &[Vec<ObservationKey>],
    hidden: &mut BTreeMap<ObservationKey, ConfStatus>,
) {
    for group in groups {
        if group.iter().filter(|key| hidden.contains_key(*key)).count() != 1 {
            continue;
        }
        let open = group.iter().filter(|key| !hidden.contains_key(*key));
        if let Some(smallest) = open.min_by_key(|key| (values.get(*key).copied(), *key)) {
            hidden.insert(smallest.clone(), ConfStatus::Complementary);
        }
    }
}

/// The sums among the counts: women and men, towns and villages, parts of a whole.
fn groups(
    values: &BTreeMap<&ObservationKey, Decimal>,
    structure: &Structure,
) -> Vec<Vec<ObservationKey>> {
    let mut groups: BTreeSet<Vec<ObservationKey>> = BTreeSet::new();
    let mut add = |keys: Vec<ObservationKey>| {
        let known: Vec<_> = keys.into_iter().filter(|key| values.contains_key(key)).collect();
        if known.len() > 2 {
            groups.insert(known);
        }
    };
    for key in values.keys().filter(|key| structure.counts.contains_key(&key.indicator)) {
        let of = |sex, residence| ObservationKey { sex, residence, ..(*key).clone() };
        add(Sex::ALL.iter().map(|sex| of(*sex, key.residence)).collect());
        add(Residence::ALL.iter().map(|residence| of(key.sex, *residence)).collect());
        for (total, parts) in structure.sums.iter().filter(|(total, _)| *total == key.indicator) {
            let of =
                |code: &IndicatorCode| ObservationKey { indicator: code.clone(), ..(*key).clone() };
            add(std::iter::once(total).chain(parts).map(of).collect());
        }
    }
    groups.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::period::Period;
    use proptest::prelude::*;

    fn code(text: &str) -> IndicatorCode {
        IndicatorCode(text.to_owned())
    }

    fn observed(indicator: &str, sex: Sex, residence: Residence, value: i64) -> Observation {
        let period = Period::year_of(2025).unwrap();
        let mut key = ObservationKey::total("000101".parse().unwrap(), code(indicator), period);
        key.sex = sex;
        key.residence = residence;
        Observation {
            key,
            value: Value::Figure(value.into()),
            definition_version: 1,
            status: ObsStatus::Normal,
            confidentiality: ConfStatus::Free,
            unit_mult: 0,
            explanation: "仅1例".to_owned(),
        }
    }

    #[test]
    fn the_cards_tell_counts_and_what_rests_on_them() {
        let catalogue = halfsky_plan::indicator::Catalogue::builtin();
        let definitions: Vec<Definition> = catalogue
            .indicators()
            .iter()
            .map(|card| Definition::from_catalogue(card, 2021).unwrap())
            .collect();
        let structure = Structure::of(&definitions);
        assert_eq!(structure.counts.get(&code("W-H02-N")), Some(&3));
        assert!(structure.rates[&code("W-H02")].contains(&code("W-H02-N")));
        let mut all = vec![observed("W-H02-N", Sex::Total, Residence::Total, 1)];
        all.push(observed("W-H02", Sex::Total, Residence::Total, 40));
        let hidden = hidden(&all, &structure);
        assert_eq!(hidden.len(), 2, "one death, and the rate that tells it");
    }

    #[test]
    fn a_sum_is_a_sum_however_it_is_written() {
        let sum = |text: &str| is_sum(&formula::parse(text).unwrap());
        assert!(sum("合计(甲, 乙)") && sum("甲 + 乙 + 丙") && !sum("甲 / 乙") && !sum("甲 * 100"));
    }

    fn by_sex(indicator: &str, female: i64, male: i64) -> Vec<Observation> {
        let whole = Residence::Total;
        vec![
            observed(indicator, Sex::Total, whole, female + male),
            observed(indicator, Sex::Female, whole, female),
            observed(indicator, Sex::Male, whole, male),
        ]
    }

    fn structure() -> Structure {
        Structure {
            counts: BTreeMap::from([(code("N"), 3), (code("D"), 3)]),
            rates: BTreeMap::from([(code("R"), vec![code("N"), code("D")])]),
            sums: Vec::new(),
        }
    }

    fn told(observations: &[Observation]) -> Vec<String> {
        hidden(observations, &structure())
            .iter()
            .map(|(k, why)| format!("{}{}{}", k.indicator, k.sex.label(), why.code()))
            .collect()
    }

    #[test]
    fn a_small_count_takes_the_smallest_other_cell_with_it() {
        assert_eq!(told(&by_sex("N", 2, 8)), ["N女A", "N男S"]);
        assert_eq!(told(&by_sex("N", 3, 8)), Vec::<String>::new());
        assert_eq!(told(&by_sex("N", 0, 2)), ["N合计A", "N女A", "N男A"]);
    }

    #[test]
    fn a_rate_that_rests_on_it_is_hidden_too() {
        let mut all = by_sex("N", 2, 8);
        all.extend(by_sex("D", 1000, 1000));
        all.push(observed("R", Sex::Female, Residence::Total, 200));
        all.push(observed("R", Sex::Total, Residence::Total, 500));
        assert_eq!(told(&all), ["N女A", "N男S", "R女S"]);
    }

    #[test]
    fn hidden_figures_say_so_and_tell_nothing() {
        let view = public_view(&by_sex("N", 2, 8), &structure());
        assert_eq!(view[1].status, ObsStatus::Suppressed);
        assert_eq!(view[1].value.figure(), None);
        assert_eq!(view[1].explanation, "");
        assert_eq!(view[0].value.figure(), Some(10.into()));
    }

    /// Two parts and their sum, rates on a part and on the sum, and what has nothing to do with them.
    fn branched() -> Structure {
        let people = ["A", "B", "S", "D", "X"];
        Structure {
            counts: people.iter().map(|name| (code(name), 3)).collect(),
            rates: BTreeMap::from([
                (code("RA"), vec![code("A"), code("D")]),
                (code("RS"), vec![code("S"), code("D")]),
                (code("RX"), vec![code("X"), code("D")]),
            ]),
            sums: vec![(code("S"), vec![code("A"), code("B")])],
        }
    }

    #[test]
    fn what_decides_about_an_indicator_is_a_part_of_everything() {
        let deciding = |name: &str| {
            let found = branched().deciding(&[code(name)]);
            found.iter().map(|code| code.0.clone()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(deciding("RX"), "D RX X");
        assert_eq!(deciding("RA"), "A B D RA S");
        assert_eq!(deciding("B"), "A B S");
        assert_eq!(deciding("D"), "D");
    }

    proptest! {
        #[test]
        fn what_decides_is_enough_to_know_what_is_hidden(
            cells in prop::collection::vec((0i64..9, 0i64..9), 5)
        ) {
            let structure = branched();
            let mut all = Vec::new();
            for (name, (women, men)) in ["A", "B", "S", "D", "X"].into_iter().zip(&cells) {
                all.extend(by_sex(name, *women, *men));
            }
            for name in ["RA", "RS", "RX"] {
                all.push(observed(name, Sex::Total, Residence::Total, 50));
                all.push(observed(name, Sex::Female, Residence::Total, 40));
            }
            let whole = hidden(&all, &structure);
            for name in ["A", "B", "S", "D", "X", "RA", "RS", "RX"] {
                let deciding = structure.deciding(&[code(name)]);
                let some: Vec<Observation> =
                    all.iter().filter(|o| deciding.contains(&o.key.indicator)).cloned().collect();
                let own = |found: BTreeMap<ObservationKey, ConfStatus>| -> Vec<_> {
                    found.into_iter().filter(|(key, _)| key.indicator.0 == name).collect()
                };
                prop_assert_eq!(own(hidden(&some, &structure)), own(whole.clone()));
            }
        }

        #[test]
        fn no_sum_gives_a_hidden_cell_away(cells in prop::collection::vec(0i64..9, 4)) {
            let mut all = Vec::new();
            for (sex, at) in [(Sex::Female, 0), (Sex::Male, 2)] {
                all.push(observed("N", sex, Residence::Urban, cells[at]));
                all.push(observed("N", sex, Residence::Rural, cells[at + 1]));
                all.push(observed("N", sex, Residence::Total, cells[at] + cells[at + 1]));
            }
            let (urban, rural) = (cells[0] + cells[2], cells[1] + cells[3]);
            all.push(observed("N", Sex::Total, Residence::Urban, urban));
            all.push(observed("N", Sex::Total, Residence::Rural, rural));
            all.push(observed("N", Sex::Total, Residence::Total, urban + rural));
            let hidden = hidden(&all, &structure());
            for observation in &all {
                let small = observation.value.figure().unwrap().decimal() < 3.into();
                prop_assert!(!small || hidden.contains_key(&observation.key));
            }
            let values = all.iter().map(|o| (&o.key, o.value.figure().unwrap().decimal())).collect();
            for group in groups(&values, &structure()) {
                let count = group.iter().filter(|key| hidden.contains_key(*key)).count();
                prop_assert_ne!(count, 1);
            }
        }
    }
}
