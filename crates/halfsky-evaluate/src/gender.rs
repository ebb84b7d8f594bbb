//! Gender block (性别差距): parity and gaps of figures that exist for women and men, always with their base.

use halfsky_plan::figure::Figure;
use halfsky_stats::parity::{Balance, Parity, parity, per_hundred};
use rust_decimal::Decimal;

use crate::series::{Series, number};

/// The words for a balance.
pub const fn balance_label(balance: Balance) -> &'static str {
    match balance {
        Balance::FirstBehind => "女性偏低",
        Balance::Equal => "基本均等",
        Balance::SecondBehind => "男性偏低",
    }
}

/// Women and men of one indicator in one year.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GenderGap {
    pub year: i32,
    pub women: Figure,
    pub men: Figure,
    /// 性别差: women less men, in the unit of the indicator.
    pub gap: Decimal,
    pub parity: Option<Parity>,
    /// 男=100.
    pub women_per_100_men: Option<f64>,
    /// 女=100.
    pub men_per_100_women: Option<f64>,
    /// Change of the distance since the base year: below zero is narrowing.
    pub widening: Option<Decimal>,
}

/// The gap of the latest year both have, against a base year.
pub fn gender_gap(women: &Series, men: &Series, base_year: i32, as_of: i32) -> Option<GenderGap> {
    let mut latest = women.observations().iter().rev().filter(|o| o.year <= as_of);
    let (w, m) = latest.find_map(|w| Some((*w, men.at(w.year)?)))?;
    let gap = w.value.decimal().checked_sub(m.value.decimal())?;
    let comparable =
        women.are_comparable(base_year, w.year) && men.are_comparable(base_year, w.year);
    let before = women.at(base_year).zip(men.at(base_year)).filter(|_| comparable);
    let widening = before.and_then(|(w, m)| {
        let base = w.value.decimal().checked_sub(m.value.decimal())?;
        gap.abs().checked_sub(base.abs())
    });
    let (f, g) = (number(w.value), number(m.value));
    Some(GenderGap {
        year: w.year,
        women: w.value,
        men: m.value,
        gap,
        parity: parity(f, g),
        women_per_100_men: per_hundred(f, g),
        men_per_100_women: per_hundred(g, f),
        widening,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::series::tests::series;

    #[test]
    fn the_latest_year_of_both_counts() {
        let women = series(&[(2020, "70.0"), (2022, "79.7"), (2023, "80")], &[]);
        let men = series(&[(2020, "80.0"), (2022, "86.4")], &[]);
        let found = gender_gap(&women, &men, 2020, 2023).unwrap();
        assert_eq!((found.year, found.gap.to_string().as_str()), (2022, "-6.7"));
        assert_eq!(found.widening.unwrap().to_string(), "-3.3");
        assert_eq!(found.parity.map(|p| balance_label(p.balance)), Some("女性偏低"));
        assert!((found.men_per_100_women.unwrap() - 108.4).abs() < 0.05);
    }

    #[test]
    fn a_break_leaves_no_comparison_and_one_side_no_gap() {
        let women = series(&[(2020, "70"), (2022, "79")], &[2021]);
        let men = series(&[(2020, "80"), (2022, "86")], &[]);
        assert_eq!(gender_gap(&women, &men, 2020, 2023).unwrap().widening, None);
        assert_eq!(gender_gap(&women, &series(&[], &[]), 2020, 2023), None);
    }
}
