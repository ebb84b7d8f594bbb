//! Reported items (数据项): the numerators and denominators under the indicators, each counted once.

use std::collections::BTreeMap;

use halfsky_plan::indicator::IndicatorCode;
use halfsky_plan::unit::Unit;

use crate::definition::Definition;

/// What a department counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The code of the first indicator that needs it, with `-N` (numerator) or `-D` (denominator);
    /// the indicator's own code when the item is itself an indicator (a ratio of two rates).
    pub code: IndicatorCode,
    pub name: String,
    pub unit: Unit,
}

/// The items of the definitions by name. One name is one item, whichever indicators use it:
/// 活产数 is counted once and divides many rates.
///
/// Give the definitions in code order: the first to name an item gives it its code.
pub fn items(definitions: &[Definition]) -> BTreeMap<String, Item> {
    let mut found: BTreeMap<String, Item> = BTreeMap::new();
    for definition in definitions.iter().filter(|d| !d.calculation.formula.is_empty()) {
        let calculation = &definition.calculation;
        for (name, mark) in [(&calculation.numerator, "N"), (&calculation.denominator, "D")] {
            if !name.is_empty() {
                found.entry(name.clone()).or_insert_with(|| {
                    match definitions.iter().find(|d| d.name_zh == *name) {
                        Some(own) => {
                            Item { code: own.code.clone(), name: name.clone(), unit: own.unit }
                        }
                        None => Item {
                            code: IndicatorCode(format!("{}-{mark}", definition.code)),
                            name: name.clone(),
                            unit: unit_of(name),
                        },
                    }
                });
            }
        }
    }
    found
}

/// Words that end the name of a count of people.
const PEOPLE: [&str; 12] = [
    "人数",
    "人口数",
    "死亡数",
    "活产数",
    "产妇数",
    "儿童数",
    "学生数",
    "在校生数",
    "女生数",
    "人次",
    "围产儿数",
    "受益人口",
];

/// A catalogue names its items without a unit; what counts people says so in its name.
fn unit_of(name: &str) -> Unit {
    let bare = name.split(['（', '(']).next().unwrap_or(name);
    if PEOPLE.iter().any(|word| bare.ends_with(word)) { Unit::Person } else { Unit::Count }
}

#[cfg(test)]
mod tests {
    use super::*;
    use halfsky_plan::indicator::Catalogue;

    #[test]
    fn a_shared_denominator_is_one_item() {
        let definitions: Vec<_> = Catalogue::builtin()
            .indicators()
            .iter()
            .map(|card| Definition::from_catalogue(card, 2021).unwrap())
            .collect();
        let items = items(&definitions);
        let births = &items["活产数"];
        assert_eq!(births.unit, Unit::Person);
        let users = definitions.iter().filter(|d| d.calculation.denominator == "活产数").count();
        assert!(users > 5, "many rates are per live birth");
        let codes: std::collections::BTreeSet<_> = items.values().map(|i| &i.code).collect();
        assert_eq!(codes.len(), items.len(), "codes are unique");
    }
}
