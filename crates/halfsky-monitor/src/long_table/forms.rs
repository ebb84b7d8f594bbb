//! Forms: what the lines of a year are held against. Years under the same definitions share them, because a form is
//! dear to make and a table speaks of many years.

use std::collections::{BTreeMap, BTreeSet};

use halfsky_plan::indicator::IndicatorCode;

use crate::data_set::{DataSet, DataSetProblem};
use crate::definition::Definition;
use crate::names::Names;

/// A form that was made, by its place in [`Forms::made`].
pub(super) type FormId = usize;

/// Which version of each card holds in a year, cards in code order.
type Versions = Vec<Option<u32>>;

/// The forms of a table.
pub(super) struct Forms<'a> {
    names: &'a Names,
    made: Vec<DataSet>,
    /// For each year the first one asked for that has the same definitions.
    like: BTreeMap<i32, i32>,
    first: BTreeMap<Versions, i32>,
    /// By such a year and the codes of the lines; None where they make no form.
    of_codes: BTreeMap<(i32, Vec<&'a IndicatorCode>), Option<FormId>>,
    whole: BTreeMap<i32, Option<FormId>>,
}

impl<'a> Forms<'a> {
    pub(super) fn new(names: &'a Names) -> Self {
        Self {
            names,
            made: Vec::new(),
            like: BTreeMap::new(),
            first: BTreeMap::new(),
            of_codes: BTreeMap::new(),
            whole: BTreeMap::new(),
        }
    }

    /// Every form so far.
    pub(super) fn made(&self) -> &[DataSet] {
        &self.made
    }

    /// The form of every indicator and item of a year; None where they do not fit together.
    pub(super) fn whole(&mut self, year: i32) -> Option<&DataSet> {
        let like = self.like(year);
        let id = if let Some(known) = self.whole.get(&like) {
            *known
        } else {
            let cards = self.names.in_year(like);
            let id = self.make(&cards, &cards).ok();
            self.whole.insert(like, id);
            id
        };
        id.map(|id| &self.made[id])
    }

    /// The form of some codes in a year: of the indicators among them, and of those whose items are among them.
    pub(super) fn of(
        &mut self,
        year: i32,
        codes: Vec<&'a IndicatorCode>,
    ) -> Result<Option<FormId>, DataSetProblem> {
        let key = (self.like(year), codes);
        if let Some(known) = self.of_codes.get(&key) {
            return Ok(*known);
        }
        let cards = self.names.in_year(key.0);
        let wanted: BTreeSet<&IndicatorCode> = key.1.iter().copied().collect();
        let named: BTreeSet<&str> = key.1.iter().map(|code| self.names.name(code)).collect();
        let needed: Vec<Definition> = cards
            .iter()
            .filter(|card| {
                let parts = [&card.calculation.numerator, &card.calculation.denominator];
                wanted.contains(&card.code)
                    || parts.iter().any(|part| named.contains(part.as_str()))
            })
            .cloned()
            .collect();
        let id = if needed.is_empty() { None } else { Some(self.make(&needed, &cards)?) };
        self.of_codes.insert(key, id);
        Ok(id)
    }

    fn make(
        &mut self,
        cards: &[Definition],
        catalogue: &[Definition],
    ) -> Result<FormId, DataSetProblem> {
        self.made.push(DataSet::worksheet("F", "长表", cards, catalogue)?);
        Ok(self.made.len() - 1)
    }

    /// The first year asked for in which every card had the version it has in this year.
    fn like(&mut self, year: i32) -> i32 {
        if let Some(known) = self.like.get(&year) {
            return *known;
        }
        let version = |card: &crate::definition::Definitions| Some(card.of_year(year)?.version);
        let versions: Versions = self.names.cards().values().map(version).collect();
        let first = *self.first.entry(versions).or_insert(year);
        self.like.insert(year, first);
        first
    }
}
