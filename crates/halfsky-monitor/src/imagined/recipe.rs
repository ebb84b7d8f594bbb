//! What a figure is made from: which rows are counts, which are parts of others, which are told as they are.

use std::collections::{BTreeMap, BTreeSet};

use halfsky_plan::indicator::IndicatorCode;

use super::SizeProblem;
use crate::data_set::{DataSet, RowKind};
use crate::definition::{Definition, Level};
use crate::item::{Item, items};

/// Where the figures of a reported row come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Role {
    /// A count of its own.
    Size,
    /// So many of another row that a rate comes out.
    Part { of: IndicatorCode, rate: IndicatorCode },
    /// So many that another row is such a part of it that a rate comes out.
    Whole { of: IndicatorCode, rate: IndicatorCode },
    /// An indicator that is reported as it is.
    Own,
}

/// Everything the figures of a country are made from.
#[derive(Debug)]
pub(super) struct Recipe {
    definitions: Vec<Definition>,
    form: DataSet,
    /// Every card, by code.
    cards: BTreeMap<IndicatorCode, Definition>,
    /// Rows in an order in which each comes after those it is made from.
    order: Vec<(IndicatorCode, Role)>,
    /// The rows each indicator is worked out from, in the order they are printed.
    parts: BTreeMap<IndicatorCode, Vec<IndicatorCode>>,
    /// The reported row whose absence leaves one indicator without a figure, and no other one.
    leaves_out: BTreeMap<IndicatorCode, IndicatorCode>,
}

/// Roles given so far, in the order they were given.
#[derive(Clone, Default)]
struct Roles {
    order: Vec<(IndicatorCode, Role)>,
    known: BTreeSet<IndicatorCode>,
}

impl Roles {
    fn give(&mut self, code: &IndicatorCode, role: Role) {
        if self.known.insert(code.clone()) {
            self.order.push((code.clone(), role));
        }
    }

    /// Fits the rows of a rate in; false where both have another role already.
    fn fit(&mut self, rate: &IndicatorCode, part: &IndicatorCode, whole: &IndicatorCode) -> bool {
        let (of, rate) = (part.clone(), rate.clone());
        match (self.known.contains(part), self.known.contains(whole)) {
            _ if part == whole => false,
            (true, true) => false,
            (true, false) => {
                self.give(whole, Role::Whole { of, rate });
                true
            }
            (false, _) => {
                self.give(whole, Role::Size);
                self.give(part, Role::Part { of: whole.clone(), rate });
                true
            }
        }
    }
}

impl Recipe {
    pub(super) fn new(cards: &[Definition], wanted: usize) -> Result<Self, SizeProblem> {
        let items = items(cards);
        let (mut roles, mut definitions) = (Roles::default(), Vec::new());
        let (mut all, mut most) = (Roles::default(), 0);
        for card in in_turn(cards) {
            let mut tried = all.clone();
            if fits(card, &items, &mut tried) {
                all = tried;
                most += 1;
                if definitions.len() < wanted {
                    roles = all.clone();
                    definitions.push(card.clone());
                }
            }
        }
        if wanted == 0 || definitions.len() < wanted {
            return Err(SizeProblem::Indicators(most));
        }
        definitions.sort_by(|a, b| a.code.cmp(&b.code));
        let form = DataSet::worksheet("all", "全部指标", &definitions, cards)?;
        for row in form.rows().iter().filter(|row| row.kind == RowKind::Reported) {
            let own = definitions.iter().any(|d| d.code == row.code);
            roles.give(&row.code, if own { Role::Own } else { Role::Size });
        }
        let leaves_out = leaves_out(&form, &definitions, &items);
        let parts = definitions.iter().map(|d| (d.code.clone(), parts_of(d, &items))).collect();
        let cards = cards.iter().map(|card| (card.code.clone(), card.clone())).collect();
        Ok(Self { definitions, form, cards, order: roles.order, parts, leaves_out })
    }

    pub(super) fn definitions(&self) -> &[Definition] {
        &self.definitions
    }

    pub(super) const fn form(&self) -> &DataSet {
        &self.form
    }

    pub(super) fn card(&self, code: &IndicatorCode) -> Option<&Definition> {
        self.cards.get(code)
    }

    pub(super) fn order(&self) -> &[(IndicatorCode, Role)] {
        &self.order
    }

    pub(super) fn parts(&self, indicator: &IndicatorCode) -> &[IndicatorCode] {
        self.parts.get(indicator).map_or(&[], Vec::as_slice)
    }

    pub(super) fn leaves_out(&self, indicator: &IndicatorCode) -> Option<&IndicatorCode> {
        self.leaves_out.get(indicator)
    }
}

/// The cards a county has figures for, one from each domain in turn.
fn in_turn(cards: &[Definition]) -> Vec<&Definition> {
    let mut domains: BTreeMap<&str, Vec<&Definition>> = BTreeMap::new();
    for card in cards.iter().filter(|card| card.valid_at(Level::County)) {
        domains.entry(&card.domain).or_default().push(card);
    }
    let longest = domains.values().map(Vec::len).max().unwrap_or(0);
    (0..longest).flat_map(|at| domains.values().filter_map(move |d| d.get(at).copied())).collect()
}

/// Gives the rows under an indicator their roles; false where they do not fit what is there already.
fn fits(card: &Definition, items: &BTreeMap<String, Item>, roles: &mut Roles) -> bool {
    let calculation = &card.calculation;
    if calculation.formula.is_empty() {
        // an indicator may be an item of others, which gave it a role before
        let free = !roles.known.contains(&card.code);
        roles.give(&card.code, Role::Own);
        return free;
    }
    let found = [&calculation.numerator, &calculation.denominator].map(|name| items.get(name));
    let [Some(part), Some(whole)] = found else { return false };
    // a rate of two indicators would need both of them first
    let indicator = |item: &Item| !item.code.0.ends_with("-N") && !item.code.0.ends_with("-D");
    if indicator(part) || indicator(whole) {
        return false;
    }
    roles.fit(&card.code, &part.code, &whole.code)
}

fn parts_of(card: &Definition, items: &BTreeMap<String, Item>) -> Vec<IndicatorCode> {
    if card.calculation.formula.is_empty() {
        return Vec::new();
    }
    let names = [&card.calculation.numerator, &card.calculation.denominator];
    names.into_iter().filter_map(|name| items.get(name)).map(|item| item.code.clone()).collect()
}

/// For each indicator the row to leave empty: its own, or its numerator where nothing else needs that.
fn leaves_out(
    form: &DataSet,
    definitions: &[Definition],
    items: &BTreeMap<String, Item>,
) -> BTreeMap<IndicatorCode, IndicatorCode> {
    let mut users: BTreeMap<&IndicatorCode, usize> = BTreeMap::new();
    for definition in definitions {
        let calculation = &definition.calculation;
        for item in [&calculation.numerator, &calculation.denominator] {
            if let Some(item) = items.get(item) {
                *users.entry(&item.code).or_default() += 1;
            }
        }
    }
    let mut found = BTreeMap::new();
    for definition in definitions {
        let Some(row) = form.row(&definition.code) else { continue };
        if row.kind == RowKind::Reported {
            found.insert(definition.code.clone(), definition.code.clone());
            continue;
        }
        let Some(part) = items.get(&definition.calculation.numerator) else { continue };
        if users.get(&part.code) == Some(&1) {
            found.insert(definition.code.clone(), part.code.clone());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::card;
    use halfsky_plan::indicator::Catalogue;

    fn recipe(wanted: usize) -> Recipe {
        Recipe::new(&card::definitions(&Catalogue::builtin()).unwrap(), wanted).unwrap()
    }

    #[test]
    fn every_reported_row_has_one_role() {
        let recipe = recipe(250);
        let reported = recipe.form.rows().iter().filter(|row| row.kind == RowKind::Reported);
        let given: Vec<_> = recipe.order.iter().map(|(code, _)| code).collect();
        for row in reported {
            assert_eq!(given.iter().filter(|code| ***code == row.code).count(), 1, "{}", row.code);
        }
    }

    #[test]
    fn a_part_comes_after_its_whole() {
        let recipe = recipe(250);
        for (at, (_, role)) in recipe.order.iter().enumerate() {
            let (Role::Part { of, .. } | Role::Whole { of, .. }) = role else { continue };
            assert!(recipe.order[..at].iter().any(|(code, _)| code == of), "{role:?}");
        }
    }

    #[test]
    fn a_few_indicators_come_from_different_domains() {
        let recipe = recipe(8);
        let domains: BTreeSet<_> = recipe.definitions.iter().map(|d| &d.domain).collect();
        assert_eq!(domains.len(), 8);
    }
}
