//! Position (同级位置): where one region stands among those of its level below the same region above.

use halfsky_monitor::definition::Direction;

use super::{place, spread};

/// Regions there must be: of fewer, the middle and the quarters would be the figures of single neighbours.
pub const FEWEST: usize = 5;

/// Where a value stands among others.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Position {
    /// From 1; equal values share a place.
    pub place: usize,
    pub regions: usize,
    /// From 1, the first quarter of the places, to 4.
    pub quarter: usize,
    pub lower_quartile: f64,
    pub median: f64,
    pub upper_quartile: f64,
}

/// The position of `own` among `values`, which hold it, too; None where there are too few to tell a distribution.
pub fn position(values: &[f64], own: f64, direction: Direction) -> Option<Position> {
    if values.len() < FEWEST {
        return None;
    }
    let (spread, place) = (spread(values)?, place(values, own, direction));
    Some(Position {
        place,
        regions: values.len(),
        quarter: (place * 4).div_ceil(values.len()),
        lower_quartile: spread.lower_quartile,
        median: spread.median,
        upper_quartile: spread.upper_quartile,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_place_and_its_quarter() {
        let values = [90.0, 91.0, 92.0, 93.0, 94.0, 95.0, 96.0, 97.0];
        let check = |own, direction, expected| {
            let found = position(&values, own, direction).unwrap();
            assert_eq!((found.place, found.quarter), expected, "{own}");
        };
        check(97.0, Direction::Increase, (1, 1));
        check(96.0, Direction::Increase, (2, 1));
        check(95.0, Direction::Increase, (3, 2));
        check(90.0, Direction::Increase, (8, 4));
        check(90.0, Direction::Decrease, (1, 1));
        let middle = position(&values, 93.0, Direction::Increase).unwrap();
        assert_eq!((middle.regions, middle.median), (8, 93.5));
    }

    #[test]
    fn few_neighbours_are_no_distribution() {
        assert_eq!(position(&[1.0, 2.0, 3.0, 4.0], 1.0, Direction::Increase), None);
        assert!(position(&[1.0, 2.0, 3.0, 4.0, 5.0], 1.0, Direction::Increase).is_some());
    }

    proptest! {
        #[test]
        fn every_value_stands_somewhere(values in prop::collection::vec(0.0f64..100.0, 5..40)) {
            for own in &values {
                let found = position(&values, *own, Direction::Decrease).unwrap();
                prop_assert!((1..=values.len()).contains(&found.place));
                prop_assert!((1..=4).contains(&found.quarter));
                prop_assert!(found.lower_quartile <= found.median);
                prop_assert!(found.median <= found.upper_quartile);
            }
        }
    }
}
