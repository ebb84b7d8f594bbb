//! What both gap rules share: the distance of two series widens two years running.

use halfsky_plan::figure::Figure;
use rust_decimal::Decimal;

use crate::series::Series;

/// The last three years both have, with their distances, if it widened twice by more than a printed unit.
pub(super) fn widening(one: &Series, other: &Series, as_of: i32) -> Option<Vec<(i32, String)>> {
    let gap = one
        .combined(other, |a, b| a.decimal().checked_sub(b.decimal()).map(|d| Figure::new(d.abs())));
    let [.., a, b, c] = gap.comparable(as_of) else { return None };
    let widened = [(a, b), (b, c)].into_iter().all(|(from, to)| {
        let unit = Decimal::new(1, from.value.decimal().scale().max(to.value.decimal().scale()));
        to.value.decimal() - from.value.decimal() > unit
    });
    widened.then(|| [a, b, c].map(|o| (o.year, o.value.to_string())).to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::series::tests::series;

    #[test]
    fn widening_twice_counts_and_once_does_not() {
        let men = series(&[(2021, "80.0"), (2022, "82.0"), (2023, "85.0")], &[]);
        let women = |last| series(&[(2021, "78.0"), (2022, "79.0"), (2023, last)], &[]);
        let found = widening(&women("80.0"), &men, 2023).unwrap();
        assert_eq!(found[2], (2023, "5.0".to_owned()));
        assert_eq!(widening(&women("82.0"), &men, 2023), None);
        assert_eq!(widening(&women("80.0"), &men, 2022), None);
    }

    #[test]
    fn a_break_hides_a_widening() {
        let men = series(&[(2021, "80"), (2022, "85"), (2023, "90")], &[2022]);
        let women = series(&[(2021, "78"), (2022, "78"), (2023, "78")], &[]);
        assert_eq!(widening(&women, &men, 2023), None);
    }
}
