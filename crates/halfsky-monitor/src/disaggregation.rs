//! Disaggregation (分性别统计资料): women and men, towns and villages side by side; and the pivot.

use std::collections::{BTreeMap, BTreeSet};

use halfsky_plan::figure::Figure;
use halfsky_plan::unit::Unit;
use rust_decimal::Decimal;

use crate::definition::Definition;
use crate::observation::{Observation, ObservationKey, Residence, Sex, TOTAL, Value};

/// One indicator, split. What cannot be said is None; nothing is made up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SplitRow {
    pub definition: Definition,
    pub total: Option<Value>,
    pub female: Option<Value>,
    pub male: Option<Value>,
    /// Women in a hundred of all; counts only.
    pub female_share: Option<Decimal>,
    /// 性别比（女=100）: men for each hundred women.
    pub men_per_100_women: Option<Decimal>,
    /// 女性与男性之比（男=100）: women for each hundred men.
    pub women_per_100_men: Option<Decimal>,
    /// 性别差: women minus men, in the unit of the indicator (points for percentages).
    pub gender_gap: Option<Decimal>,
    pub urban: Option<Value>,
    pub rural: Option<Value>,
    /// Towns minus villages, in the unit of the indicator.
    pub residence_gap: Option<Decimal>,
}

/// The indicators of one domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DomainTable {
    pub domain: String,
    pub rows: Vec<SplitRow>,
}

/// The tables of one region and one period, domains and indicators in the order of the definitions given.
/// Observations of other regions or periods must have been left out.
pub fn by_domain(observations: &[Observation], definitions: &[Definition]) -> Vec<DomainTable> {
    let mut tables: Vec<DomainTable> = Vec::new();
    for definition in definitions {
        let own: Vec<&Observation> =
            observations.iter().filter(|o| o.key.indicator == definition.code).collect();
        if own.is_empty() {
            continue;
        }
        let row = split_row(definition, &own);
        match tables.iter_mut().find(|t| t.domain == definition.domain) {
            Some(table) => table.rows.push(row),
            None => {
                tables.push(DomainTable { domain: definition.domain.clone(), rows: vec![row] });
            }
        }
    }
    tables
}

fn split_row(definition: &Definition, own: &[&Observation]) -> SplitRow {
    let value = |sex, residence| {
        let fits = |key: &ObservationKey| {
            (key.sex, key.residence) == (sex, residence) && key.age == TOTAL && key.group == TOTAL
        };
        own.iter().find(|o| fits(&o.key)).map(|o| o.value.clone())
    };
    let [total, female, male] =
        [Sex::Total, Sex::Female, Sex::Male].map(|sex| value(sex, Residence::Total));
    let [urban, rural] = [Residence::Urban, Residence::Rural].map(|r| value(Sex::Total, r));
    let number =
        |value: &Option<Value>| value.as_ref().and_then(Value::figure).map(Figure::decimal);
    let (women, men) = (number(&female), number(&male));
    let counts = matches!(definition.unit, Unit::Count | Unit::Person | Unit::Count10k);
    SplitRow {
        female_share: women.zip(number(&total)).filter(|_| counts).and_then(|(w, t)| of_100(w, t)),
        men_per_100_women: men.zip(women).and_then(|(m, w)| of_100(m, w)),
        women_per_100_men: women.zip(men).and_then(|(w, m)| of_100(w, m)),
        gender_gap: difference(women, men),
        residence_gap: difference(number(&urban), number(&rural)),
        definition: definition.clone(),
        total,
        female,
        male,
        urban,
        rural,
    }
}

/// A hundred times the ratio; None when there is nothing to divide by.
fn of_100(a: Decimal, b: Decimal) -> Option<Decimal> {
    if b <= Decimal::ZERO { None } else { a.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(b) }
}

fn difference(a: Option<Decimal>, b: Option<Decimal>) -> Option<Decimal> {
    a?.checked_sub(b?)
}

/// A dimension rows or columns of a pivot may stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Axis {
    Indicator,
    RefArea,
    Period,
    Sex,
    Residence,
    Age,
    Group,
    Source,
}

impl Axis {
    /// The code of a key on this axis.
    pub fn of(self, key: &ObservationKey) -> String {
        match self {
            Self::Indicator => key.indicator.0.clone(),
            Self::RefArea => key.ref_area.as_str().to_owned(),
            Self::Period => key.period.to_string(),
            Self::Sex => key.sex.code().to_owned(),
            Self::Residence => key.residence.code().to_owned(),
            Self::Age => key.age.clone(),
            Self::Group => key.group.clone(),
            Self::Source => key.source.code().to_owned(),
        }
    }
}

/// Observations laid out by two sets of axes. Heads are codes, sorted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pivot {
    pub rows: Vec<Vec<String>>,
    pub columns: Vec<Vec<String>>,
    /// By row, then column; None where nothing was observed.
    pub cells: Vec<Vec<Option<Value>>>,
}

/// Two observations fall into one cell: an axis is missing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("同一格有多个数值，请把“{}”也列为行或列，或先筛选其中一类", .0)]
pub struct Overlap(pub &'static str);

/// Lays observations out. A cell holds one observation, never a sum: rates do not add up.
pub fn pivot(
    observations: &[Observation],
    rows: &[Axis],
    columns: &[Axis],
) -> Result<Pivot, Overlap> {
    let head =
        |axes: &[Axis], key: &ObservationKey| axes.iter().map(|a| a.of(key)).collect::<Vec<_>>();
    let mut cells: BTreeMap<(Vec<String>, Vec<String>), &Observation> = BTreeMap::new();
    for observation in observations {
        let at = (head(rows, &observation.key), head(columns, &observation.key));
        if let Some(other) = cells.insert(at, observation) {
            return Err(Overlap(differing(&other.key, &observation.key)));
        }
    }
    let row_heads: BTreeSet<Vec<String>> = cells.keys().map(|(row, _)| row.clone()).collect();
    let column_heads: BTreeSet<Vec<String>> = cells.keys().map(|(_, c)| c.clone()).collect();
    let line = |row: &Vec<String>| {
        let cell = |column: &Vec<String>| {
            cells.get(&(row.clone(), column.clone())).map(|o| o.value.clone())
        };
        column_heads.iter().map(cell).collect::<Vec<_>>()
    };
    Ok(Pivot {
        cells: row_heads.iter().map(line).collect(),
        rows: row_heads.into_iter().collect(),
        columns: column_heads.into_iter().collect(),
    })
}

fn differing(a: &ObservationKey, b: &ObservationKey) -> &'static str {
    let axes = [
        (Axis::Indicator, "指标"),
        (Axis::RefArea, "地区"),
        (Axis::Period, "报告期"),
        (Axis::Sex, "性别"),
        (Axis::Residence, "城乡"),
        (Axis::Age, "年龄"),
        (Axis::Group, "分组"),
        (Axis::Source, "取数方式"),
    ];
    axes.into_iter().find(|(axis, _)| axis.of(a) != axis.of(b)).map_or("版本", |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observation::{ConfStatus, ObsStatus};
    use crate::period::Period;
    use halfsky_plan::indicator::{Catalogue, IndicatorCode};

    fn observed(code: &str, year: i32, sex: Sex, residence: Residence, value: &str) -> Observation {
        let period = Period::year_of(year).unwrap();
        let code = IndicatorCode(code.to_owned());
        let key = ObservationKey::total("000101".parse().unwrap(), code, period);
        Observation {
            key: ObservationKey { sex, residence, ..key },
            value: Value::Figure(value.parse().unwrap()),
            definition_version: 1,
            status: ObsStatus::Normal,
            confidentiality: ConfStatus::Free,
            unit_mult: 0,
            explanation: String::new(),
        }
    }

    fn definition(code: &str, unit: Unit) -> Definition {
        let catalogue = Catalogue::builtin();
        let card = catalogue.find(&IndicatorCode(code.to_owned())).unwrap();
        Definition { unit, ..Definition::from_catalogue(card, 2021).unwrap() }
    }

    fn row(unit: Unit, [total, female, male]: [&str; 3]) -> SplitRow {
        let of = |sex, value| observed("C-E01", 2025, sex, Residence::Total, value);
        let all = [of(Sex::Total, total), of(Sex::Female, female), of(Sex::Male, male)];
        by_domain(&all, &[definition("C-E01", unit)]).remove(0).rows.remove(0)
    }

    #[test]
    fn counts_have_shares_and_both_ratios() {
        let row = row(Unit::Person, ["205", "100", "105"]);
        let printed = |v: Option<Decimal>| v.map(|v| v.round_dp(2).to_string()).unwrap();
        assert_eq!(printed(row.female_share), "48.78");
        assert_eq!(printed(row.men_per_100_women), "105");
        assert_eq!(printed(row.women_per_100_men), "95.24");
        assert_eq!(printed(row.gender_gap), "-5");
    }

    #[test]
    fn rates_have_a_gap_but_no_share() {
        let row = row(Unit::Percent, ["90.0", "91.5", "88.9"]);
        assert_eq!(row.female_share, None);
        assert_eq!(row.gender_gap, Some("2.6".parse().unwrap()));
    }

    #[test]
    fn nothing_is_divided_by_zero() {
        let row = row(Unit::Person, ["0", "0", "0"]);
        assert_eq!((row.female_share, row.men_per_100_women), (None, None));
    }

    #[test]
    fn towns_and_villages_stand_side_by_side() {
        let of = |residence, value| observed("C-E01", 2025, Sex::Total, residence, value);
        let all = [of(Residence::Urban, "95"), of(Residence::Rural, "90.5")];
        let tables = by_domain(&all, &[definition("C-E01", Unit::Percent)]);
        assert_eq!(tables[0].rows[0].residence_gap, Some("4.5".parse().unwrap()));
        assert_eq!(tables[0].rows[0].total, None);
    }

    #[test]
    fn a_pivot_shows_one_observation_a_cell() {
        let of = |year, sex, value| observed("A", year, sex, Residence::Total, value);
        let all =
            [of(2024, Sex::Female, "1"), of(2025, Sex::Female, "2"), of(2025, Sex::Male, "3")];
        let pivot = super::pivot(&all, &[Axis::Sex], &[Axis::Period]).unwrap();
        assert_eq!(pivot.columns, [["2024"], ["2025"]]);
        let printed: Vec<Vec<Option<String>>> = pivot
            .cells
            .iter()
            .map(|line| {
                let figure = |v: &Option<Value>| v.as_ref().and_then(Value::figure);
                line.iter().map(|v| figure(v).map(|f| f.to_string())).collect()
            })
            .collect();
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(printed, [vec![some("1"), some("2")], vec![None, some("3")]]);
        let overlap = super::pivot(&all, &[Axis::Indicator], &[Axis::Period]).unwrap_err();
        assert_eq!(overlap, Overlap("性别"));
    }
}
