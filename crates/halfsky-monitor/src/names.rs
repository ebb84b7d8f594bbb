//! Names (名称): what a published figure is called, indicators and reported items alike.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::sync::{LazyLock, OnceLock};

use halfsky_plan::indicator::IndicatorCode;
use halfsky_plan::unit::Unit;

use crate::definition::{Definition, Definitions};
use crate::item::Item;
use crate::suppression::Structure;

/// What is known before the first card holds: nothing.
static NOTHING: LazyLock<Structure> = LazyLock::new(Structure::default);

/// Every card with its versions, and every item under them.
#[derive(Debug, Clone, Default)]
pub struct Names {
    cards: BTreeMap<IndicatorCode, Definitions>,
    items: BTreeMap<IndicatorCode, Item>,
    /// What decides about small counts, from each year on in which a version of a card begins; worked out when it is
    /// first asked for.
    structures: OnceLock<BTreeMap<i32, Structure>>,
}

impl Names {
    /// Puts cards and items (given by name, as the formulas name them) together.
    pub fn new(cards: BTreeMap<IndicatorCode, Definitions>, items: BTreeMap<String, Item>) -> Self {
        let items = items.into_values().map(|item| (item.code.clone(), item)).collect();
        Self { cards, items, structures: OnceLock::new() }
    }

    /// Every card with its versions.
    pub const fn cards(&self) -> &BTreeMap<IndicatorCode, Definitions> {
        &self.cards
    }

    /// Every item by the name formulas call it.
    pub fn items(&self) -> BTreeMap<String, Item> {
        self.items.values().map(|item| (item.name.clone(), item.clone())).collect()
    }

    /// Every version of a card; None for an item.
    pub fn definitions(&self, code: &IndicatorCode) -> Option<&Definitions> {
        self.cards.get(code)
    }

    /// The version of a card that holds for a year.
    pub fn of_year(&self, code: &IndicatorCode, year: i32) -> Option<&Definition> {
        self.cards.get(code)?.of_year(year)
    }

    /// The cards that hold for a year, in code order.
    pub fn in_year(&self, year: i32) -> Vec<Definition> {
        self.cards.values().filter_map(|card| card.of_year(year)).cloned().collect()
    }

    /// What decides in a year which small counts are hidden.
    pub fn structure(&self, year: i32) -> &Structure {
        let structures = self.structures.get_or_init(|| {
            let versions = self.cards.values().flat_map(Definitions::versions);
            let begins: BTreeSet<i32> = versions.map(|card| card.valid_from).collect();
            begins.into_iter().map(|year| (year, Structure::of(&self.in_year(year)))).collect()
        });
        structures.range(..=year).next_back().map_or(&*NOTHING, |(_, structure)| structure)
    }

    /// Everything that must be read to show some indicators of these years: what decides whether they are hidden.
    pub fn deciding(
        &self,
        years: RangeInclusive<i32>,
        codes: &[IndicatorCode],
    ) -> BTreeSet<IndicatorCode> {
        years.flat_map(|year| self.structure(year).deciding(codes)).collect()
    }

    /// Whether a code is a card, not an item under one.
    pub fn is_indicator(&self, code: &IndicatorCode) -> bool {
        self.cards.contains_key(code)
    }

    /// The name people know; the code itself where nobody named it.
    pub fn name<'a>(&'a self, code: &'a IndicatorCode) -> &'a str {
        match (self.newest(code), self.items.get(code)) {
            (Some(card), _) => &card.name_zh,
            (None, Some(item)) => &item.name,
            (None, None) => &code.0,
        }
    }

    /// The codes of a name, cards before items; more than one where women's and children's plans share it.
    pub fn named(&self, name: &str) -> Vec<IndicatorCode> {
        let card = |(code, card): (&IndicatorCode, &Definitions)| {
            let newest = card.versions().last()?;
            (newest.name_zh == name).then(|| code.clone())
        };
        let cards: Vec<IndicatorCode> = self.cards.iter().filter_map(card).collect();
        if !cards.is_empty() {
            return cards;
        }
        let items = self.items.values().filter(|item| item.name == name);
        items.map(|item| item.code.clone()).collect()
    }

    /// The unit of its figures.
    pub fn unit(&self, code: &IndicatorCode) -> Option<Unit> {
        let card = self.newest(code).map(|card| card.unit);
        card.or_else(|| self.items.get(code).map(|item| item.unit))
    }

    /// The domain of an indicator; empty for an item.
    pub fn domain(&self, code: &IndicatorCode) -> &str {
        self.newest(code).map_or("", |card| &card.domain)
    }

    fn newest(&self, code: &IndicatorCode) -> Option<&Definition> {
        self.cards.get(code)?.versions().last()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::item::items;
    use halfsky_plan::indicator::Catalogue;

    #[test]
    fn indicators_and_items_have_names_and_units() {
        let cards: Vec<Definition> = Catalogue::builtin()
            .indicators()
            .iter()
            .map(|card| Definition::from_catalogue(card, 2021).unwrap())
            .collect();
        let items = items(&cards);
        let cards = cards
            .into_iter()
            .map(|card| (card.code.clone(), Definitions::new(vec![card]).unwrap()))
            .collect();
        let names = Names::new(cards, items);
        let code = |text: &str| IndicatorCode(text.to_owned());
        let told = |text: &str| {
            let code = code(text);
            (names.name(&code).to_owned(), names.unit(&code), names.is_indicator(&code))
        };
        assert_eq!(told("W-H02"), ("孕产妇死亡率".to_owned(), Some(Unit::Per100k), true));
        assert_eq!(told("W-H02-N"), ("孕产妇死亡数".to_owned(), Some(Unit::Person), false));
        assert_eq!(told("X"), ("X".to_owned(), None, false));
        assert_eq!(names.named("孕产妇死亡率"), [code("W-H02")]);
        assert_eq!(names.named("孕产妇死亡数"), [code("W-H02-N")]);
        assert_eq!(names.named("农村自来水普及率"), [code("C-V01"), code("W-V01")]);
        assert_eq!(names.named("X"), []);
        assert!(names.of_year(&code("W-H02"), 2020).is_none());
        assert!(!names.in_year(2025).is_empty());
    }

    #[test]
    fn what_decides_about_small_counts_follows_the_cards_of_the_year() {
        let catalogue = Catalogue::builtin();
        let of = |text: &str, year: i32, version: u32| {
            let card = catalogue.find(&IndicatorCode(text.to_owned())).unwrap();
            Definition { version, ..Definition::from_catalogue(card, year).unwrap() }
        };
        let mut later = of("W-H02", 2023, 2);
        later.small_numbers.hide_below = 7;
        let cards = [vec![of("W-H02", 2021, 1), later], vec![of("W-H05", 2022, 1)]];
        let cards = cards
            .map(|versions| (versions[0].code.clone(), Definitions::new(versions).unwrap()))
            .into();
        let names = Names::new(cards, BTreeMap::new());
        assert_eq!(names.structure(2020), &Structure::default());
        for year in 2021..=2026 {
            assert_eq!(names.structure(year), &Structure::of(&names.in_year(year)), "{year}");
        }
        assert_ne!(names.structure(2021), names.structure(2022));
        assert_ne!(names.structure(2022), names.structure(2023));
        let code = |text: &str| IndicatorCode(text.to_owned());
        let of_two = names.deciding(2022..=2023, &[code("W-H02"), code("W-H05")]);
        assert!(of_two.contains(&code("W-H02-N")) && of_two.contains(&code("W-H05")));
        assert!(!names.deciding(2022..=2023, &[code("W-H05")]).contains(&code("W-H02-N")));
    }
}
