//! Figures (数据): levels, trends and noise by indicator and region; counts drawn from them; what is missing, and why.

mod level;

use std::collections::BTreeMap;

use halfsky_plan::figure::Figure;
use halfsky_plan::indicator::IndicatorCode;
use halfsky_plan::unit::Unit;
use rust_decimal::Decimal;
use rust_decimal::prelude::FromPrimitive as _;

use super::chance::Chance;
use super::place::Place;
use super::recipe::{Recipe, Role};
use crate::data_set::{Column, DataSet, Entries, Row, RowEntry, RowKind};
use crate::definition::Definition;
use crate::observation::{Missing, MissingReason};

pub(super) use level::{Profile, level};

/// Values of a row by column; every column is worked out, also those that are not asked for.
type Cells = BTreeMap<Column, f64>;

/// What a county's units fill in for a year.
pub(super) fn entries(recipe: &Recipe, country: Chance, place: &Place, year: i32) -> Entries {
    let profile = Profile::of(country, place);
    let mut known: BTreeMap<&IndicatorCode, Cells> = BTreeMap::new();
    let mut entries = Entries::new();
    for (code, role) in recipe.order() {
        let Some(row) = recipe.form().row(code) else { continue };
        let chance = profile.chance.of(&code.0).in_year(year);
        let rate = |code: &IndicatorCode| Some(level(recipe.card(code)?, &profile, year));
        let cells = match role {
            Role::Size => Some(level::size(row, &profile, year)),
            Role::Part { of, rate: by } => known
                .get(of)
                .zip(rate(by))
                .map(|(whole, rate)| part(whole, &rate, kind(recipe, by), chance)),
            Role::Whole { of, rate: by } => {
                known.get(of).zip(rate(by)).map(|(part, rate)| whole(part, &rate))
            }
            Role::Own => recipe.card(code).map(|card| own(card, &profile, year, chance)),
        };
        let Some(cells) = cells else { continue };
        let entry = entries.entry(code.clone()).or_default();
        for column in &row.columns {
            if let Some(figure) = cells.get(column).and_then(|v| figure(*v, row.decimals)) {
                entry.figures.insert(*column, figure);
            }
        }
        known.insert(code, cells);
    }
    leave_out(recipe, &profile, year, &mut entries);
    entries
}

/// How a part stands to what it is counted against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// It belongs to the whole and is never larger.
    Share,
    /// It may be larger.
    Ratio,
}

fn kind(recipe: &Recipe, rate: &IndicatorCode) -> Kind {
    let share = |d: &Definition| matches!(d.unit, Unit::Percent | Unit::Permille | Unit::Per100k);
    match recipe.card(rate) {
        Some(card) if share(card) && !card.calculation.gross => Kind::Share,
        _ => Kind::Ratio,
    }
}

/// Draws how many of each part of a whole there are.
fn part(whole: &Cells, rate: &Cells, kind: Kind, chance: Chance) -> Cells {
    let of = |cells: &Cells, column| cells.get(&column).copied().unwrap_or(0.0);
    let draw = |column: Column| {
        let all = of(whole, column);
        let drawn = chance.of(column.code()).events(all, of(rate, column));
        if kind == Kind::Share { drawn.min(all) } else { drawn }
    };
    let (female, male) = (draw(Column::Female), draw(Column::Male));
    let total = female + male;
    // what lives in towns is drawn, the rest lives in the country; neither is more than there is
    let mut urban = draw(Column::Urban).min(total);
    if kind == Kind::Share {
        urban = urban.max(total - of(whole, Column::Rural)).min(of(whole, Column::Urban));
    }
    cells([total, female, male, urban, total - urban])
}

/// How large a whole must be for a part to be such a part of it.
fn whole(part: &Cells, rate: &Cells) -> Cells {
    let of = |column: Column| {
        let rate = rate.get(&column).copied().unwrap_or(1.0).max(1e-9);
        let part = part.get(&column).copied().unwrap_or(0.0);
        libm::round(part / rate).max(part)
    };
    let (female, male) = (of(Column::Female), of(Column::Male));
    let (total, urban) = (female + male, of(Column::Urban));
    let known = |column| part.get(&column).copied().unwrap_or(0.0);
    let urban = urban.min(total - known(Column::Rural)).max(known(Column::Urban));
    cells([total, female, male, urban, total - urban])
}

/// An indicator that is reported as it is: a count is drawn, another figure stands at its level.
fn own(card: &Definition, profile: &Profile, year: i32, chance: Chance) -> Cells {
    let level = level(card, profile, year);
    if !matches!(card.unit, Unit::Count | Unit::Person) {
        return level;
    }
    let all = level.get(&Column::Total).copied().unwrap_or(0.0);
    let total = chance.events(all, 1.0).max(libm::floor(all.min(1.0)));
    let share = |name: &str, share: f64| chance.of(name).events(total, share).min(total);
    let (female, urban) = (share("female", 0.49), share("urban", profile.urban));
    cells([total, female, total - female, urban, total - urban])
}

pub(super) fn cells(values: [f64; 5]) -> Cells {
    Column::ALL.iter().copied().zip(values).collect()
}

fn figure(value: f64, decimals: u32) -> Option<Figure> {
    Some(Figure::new(Decimal::from_f64(value)?).rounded(decimals))
}

/// Empties the rows of which a region has no figure in a year, with the reason.
fn leave_out(recipe: &Recipe, profile: &Profile, year: i32, entries: &mut Entries) {
    for definition in recipe.definitions() {
        let Some(reason) = why_missing(definition, profile, year) else { continue };
        let Some(entry) = recipe.leaves_out(&definition.code).and_then(|row| entries.get_mut(row))
        else {
            continue;
        };
        *entry = missing(reason);
    }
}

fn missing(reason: MissingReason) -> RowEntry {
    let (note, owner, substitute) = (String::new(), String::new(), String::new());
    let missing = Missing { reason, note, owner, substitute };
    RowEntry { missing: Some(missing), ..RowEntry::default() }
}

fn why_missing(definition: &Definition, profile: &Profile, year: i32) -> Option<MissingReason> {
    if !definition.period_rule.every_year() && year.rem_euclid(5) != 0 {
        return Some(MissingReason::NotYet);
    }
    let chance = profile.chance.of(&definition.code.0);
    let always = chance.of("never").uniform();
    if always < 0.012 {
        return Some(MissingReason::NoStatistics);
    }
    if always < 0.015 {
        return Some(MissingReason::Secret);
    }
    let drawn = chance.of("missing").in_year(year).uniform();
    match drawn {
        d if d < 0.010 => Some(MissingReason::NotReported),
        d if d < 0.014 => Some(MissingReason::BeingRedefined),
        _ => None,
    }
}

/// What is added up for the region above: counts in full, everything else as the mean of the regions.
#[derive(Debug, Clone, Default)]
pub struct Sums {
    regions: u32,
    cells: BTreeMap<(IndicatorCode, Column), (Decimal, u32)>,
}

impl Sums {
    /// Adds what one region below reports.
    pub fn add(&mut self, entries: &Entries) {
        self.regions += 1;
        for (code, entry) in entries {
            for (column, figure) in &entry.figures {
                let cell = self.cells.entry((code.clone(), *column)).or_default();
                cell.0 += figure.decimal();
                cell.1 += 1;
            }
        }
    }

    /// What the region above reports: a row of which fewer than half of the regions have a figure is missing.
    pub fn entries(&self, form: &DataSet) -> Entries {
        let mut entries = Entries::new();
        for row in form.rows().iter().filter(|row| row.kind == RowKind::Reported) {
            let told: Vec<_> = row.columns.iter().filter_map(|c| self.cell(row, *c)).collect();
            let entry = if told.len() == row.columns.len() {
                RowEntry { figures: told.into_iter().collect(), ..RowEntry::default() }
            } else {
                missing(MissingReason::NoStatistics)
            };
            entries.insert(row.code.clone(), entry);
        }
        entries
    }

    fn cell(&self, row: &Row, column: Column) -> Option<(Column, Figure)> {
        let (sum, number) = *self.cells.get(&(row.code.clone(), column))?;
        if number * 2 < self.regions {
            return None;
        }
        let counted = matches!(row.unit, Unit::Count | Unit::Person | Unit::Count10k);
        let value = if counted { sum } else { sum / Decimal::from(number.max(1)) };
        Some((column, Figure::new(value).rounded(row.decimals)))
    }
}
