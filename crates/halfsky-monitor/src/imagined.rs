//! An imagined country (虚拟地区): regions, figures and reporting as they could be, for trying the program at any
//! size. The same parameters always give the same country.
//!
//! Its codes begin with digits that GB/T 2260 gives to no province, and its names belong to no place.

mod chance;
mod figures;
mod place;
mod plan_text;
mod recipe;

use std::collections::{BTreeMap, BTreeSet};

use halfsky_plan::indicator::IndicatorCode;
use halfsky_plan::plan::Beneficiary;

use crate::data_set::{DataSet, DataSetProblem, Entries, FormHeader};
use crate::definition::Definition;
use crate::reporting::UnitId;
use crate::unit_form;

pub use figures::Sums;
pub use place::{MOST_COUNTIES, Place};

use chance::Chance;
use recipe::Recipe;

/// The last year with figures: the newest one of the built-in example, too.
pub const LAST_YEAR: i32 = 2025;

/// The most years a country has figures for.
pub const MOST_YEARS: u16 = 30;

/// How large a country is, and which of all countries of that size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Regions at county level; cities and provinces come on top.
    pub counties: usize,
    pub indicators: usize,
    pub years: u16,
    pub seed: u64,
}

/// A size no country can have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SizeProblem {
    #[error("县级地区数应为1至{MOST_COUNTIES}")]
    Counties,
    #[error("年数应为1至{MOST_YEARS}")]
    Years,
    #[error("指标数应为1至{0}：内置目录中县级有数、能编出数据的指标共{0}项")]
    Indicators(usize),
    #[error(transparent)]
    Form(#[from] DataSetProblem),
}

/// What became of a unit's report in the last round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    OnTime,
    /// Handed in, but after the last day.
    Late,
    InProgress,
    NotStarted,
}

impl Delivery {
    /// Whether the report is there.
    pub const fn arrived(self) -> bool {
        matches!(self, Self::OnTime | Self::Late)
    }
}

/// Who reports what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Department {
    pub unit: UnitId,
    /// As the catalogue names it; see [`Place::unit_name`].
    pub name: String,
    pub indicators: Vec<IndicatorCode>,
}

/// A country, ready to tell its figures.
#[derive(Debug)]
pub struct Country {
    size: Size,
    chance: Chance,
    recipe: Recipe,
}

impl Country {
    /// A country of a size whose indicators are taken from the cards, in turn from every domain.
    pub fn new(size: Size, cards: &[Definition]) -> Result<Self, SizeProblem> {
        if !(1..=MOST_COUNTIES).contains(&size.counties) {
            return Err(SizeProblem::Counties);
        }
        if !(1..=MOST_YEARS).contains(&size.years) {
            return Err(SizeProblem::Years);
        }
        let recipe = Recipe::new(cards, size.indicators)?;
        Ok(Self { size, chance: Chance::new(size.seed), recipe })
    }

    /// Its size.
    pub const fn size(&self) -> Size {
        self.size
    }

    /// The years with figures, oldest first.
    pub fn years(&self) -> impl DoubleEndedIterator<Item = i32> + use<> {
        LAST_YEAR - i32::from(self.size.years) + 1..=LAST_YEAR
    }

    /// Its regions: the counties of a city, then the city; the cities of a province, then the province.
    pub fn places(&self) -> Vec<Place> {
        place::places(self.size.counties)
    }

    /// The cards of its indicators, in code order.
    pub fn definitions(&self) -> &[Definition] {
        self.recipe.definitions()
    }

    /// Every row its units report or work out, on one form.
    pub const fn form(&self) -> &DataSet {
        self.recipe.form()
    }

    /// The departments that report, each with its indicators; the same in every region.
    pub fn departments(&self) -> Vec<Department> {
        let mut named: BTreeMap<&str, Vec<IndicatorCode>> = BTreeMap::new();
        for definition in self.definitions() {
            let first = definition.source.departments.first().map(String::as_str);
            named.entry(first.unwrap_or(place::OFFICE)).or_default().push(definition.code.clone());
        }
        (1..)
            .zip(named)
            .map(|(number, (name, indicators))| Department {
                unit: UnitId(format!("u{number:02}")),
                name: name.to_owned(),
                indicators,
            })
            .collect()
    }

    /// The form a department fills in.
    pub fn unit_form(
        &self,
        department: &Department,
        place: &Place,
    ) -> Result<DataSet, DataSetProblem> {
        let mut wanted: BTreeSet<&IndicatorCode> = BTreeSet::new();
        for code in &department.indicators {
            wanted.insert(code);
            wanted.extend(self.recipe.parts(code));
        }
        let rows = self.form().rows().iter().filter(|row| wanted.contains(&row.code)).cloned();
        let name = format!("{}妇女儿童发展规划监测表", place.unit_name(&department.name));
        let code = unit_form::form_code(&department.unit);
        DataSet::new(&code, &name, 1, FormHeader::Worksheet, rows.collect())
    }

    /// What the units of a county fill in for a year, all forms together.
    pub fn entries(&self, county: &Place, year: i32) -> Entries {
        figures::entries(&self.recipe, self.chance, county, year)
    }

    /// What became of a unit's report in the last round.
    pub fn delivery(&self, place: &Place, unit: &UnitId) -> Delivery {
        let chance = self.chance.of(place.code.as_str()).of("delivery");
        // some regions are tardy as a whole
        let tardy = if chance.uniform() < 0.15 { 0.35 } else { 0.03 };
        let drawn = chance.of(&unit.0).uniform();
        if drawn < tardy / 2.0 {
            Delivery::NotStarted
        } else if drawn < tardy {
            Delivery::InProgress
        } else if drawn < tardy + 0.08 {
            Delivery::Late
        } else {
            Delivery::OnTime
        }
    }

    /// The text of a region's plan for 2021 to 2030; None where none of its indicators suits one.
    pub fn plan_text(&self, place: &Place, beneficiary: Beneficiary) -> Option<String> {
        plan_text::plan_text(&self.recipe, self.chance, place, beneficiary)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::card;
    use crate::data_set::RowKind;
    use crate::observation::Value;
    use crate::observe::{Occasion, observe};
    use crate::period::Period;
    use halfsky_plan::indicator::Catalogue;

    fn size(counties: usize, indicators: usize) -> Size {
        Size { counties, indicators, years: 5, seed: 7 }
    }

    fn country(size: Size) -> Country {
        Country::new(size, &card::definitions(&Catalogue::builtin()).unwrap()).unwrap()
    }

    #[test]
    fn the_same_seed_is_the_same_country_and_another_is_not() {
        let (one, other) = (country(size(3, 40)), country(size(3, 40)));
        let places = one.places();
        let third = country(Size { seed: 8, ..size(3, 40) });
        for place in places.iter().filter(|p| p.is_county()) {
            for year in one.years() {
                assert_eq!(one.entries(place, year), other.entries(place, year));
                assert_ne!(one.entries(place, year), third.entries(place, year));
            }
        }
    }

    #[test]
    fn what_is_asked_is_told_or_says_why_not() {
        let country = country(size(2, 200));
        let place = &country.places()[0];
        let entries = country.entries(place, 2024);
        for row in country.form().rows().iter().filter(|row| row.kind == RowKind::Reported) {
            let entry = &entries[&row.code];
            let filled = row.columns.iter().all(|column| entry.figures.contains_key(column));
            assert!(filled || entry.missing.is_some(), "{} {entry:?}", row.code);
        }
    }

    #[test]
    fn every_figure_is_possible_and_parts_add_up() {
        let country = country(size(12, 250));
        let form = country.form();
        let mut told = 0;
        let mut missing = 0;
        for place in country.places().iter().filter(|p| p.is_county()) {
            let entries = country.entries(place, 2025);
            let occasion = Occasion {
                ref_area: &place.code,
                period: Period::year_of(2025).unwrap(),
                unit: &UnitId("u01".to_owned()),
            };
            for observation in observe(form, &entries, &[], &occasion) {
                let row = form.row(&observation.key.indicator).unwrap();
                match observation.value {
                    Value::Figure(figure) => {
                        told += 1;
                        let possible = row.plausible.possible.contain(figure.decimal());
                        assert!(possible, "{} {} {figure}", place.code, row.name);
                    }
                    Value::Missing(_) => missing += 1,
                }
            }
        }
        assert!(missing * 100 > told && missing * 5 < told, "{missing} of {told}");
    }

    #[test]
    fn a_city_has_the_sum_of_its_counties() {
        let country = country(size(4, 60));
        let mut sums = Sums::default();
        let places = country.places();
        let counties: Vec<_> = places.iter().filter(|p| p.is_county()).collect();
        for county in &counties {
            sums.add(&country.entries(county, 2025));
        }
        let whole = sums.entries(country.form());
        let births = IndicatorCode("C-H01-D".to_owned());
        let figure = |entries: &Entries| {
            let entry = entries.get(&births)?;
            entry.figures.get(&crate::data_set::Column::Total).map(|f| f.decimal())
        };
        let parts: rust_decimal::Decimal =
            counties.iter().filter_map(|c| figure(&country.entries(c, 2025))).sum();
        assert_eq!(figure(&whole), Some(parts));
    }

    #[test]
    fn sizes_that_cannot_be_are_refused() {
        let cards = card::definitions(&Catalogue::builtin()).unwrap();
        let refuse = |size| Country::new(size, &cards).map(|_| ()).unwrap_err();
        assert_eq!(refuse(size(0, 5)), SizeProblem::Counties);
        assert_eq!(refuse(Size { years: 0, ..size(1, 5) }), SizeProblem::Years);
        assert!(matches!(refuse(size(1, 9999)), SizeProblem::Indicators(most) if most > 250));
    }

    #[test]
    fn some_units_are_late_and_some_are_silent() {
        let country = country(size(300, 1));
        let count = |wanted| {
            let places = country.places();
            let unit = UnitId("u01".to_owned());
            places.iter().filter(|p| country.delivery(p, &unit) == wanted).count()
        };
        let late = [Delivery::Late, Delivery::InProgress, Delivery::NotStarted].map(count);
        assert!(late.iter().all(|n| *n > 3), "{late:?}");
        assert!(count(Delivery::OnTime) > 200);
    }
}
