//! Regional comparison (地区比较): how the regions below one region spread in an indicator, where one of them stands,
//! and which lie further from all of them together than chance explains.

pub mod position;

use halfsky_monitor::definition::Direction;
use halfsky_stats::describe::quartiles;
use halfsky_stats::funnel::{INNER, OUTER, binomial_limits, funnel_limits};
use halfsky_stats::rate_interval::Limits;

/// How values spread.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    pub regions: usize,
    pub lowest: f64,
    pub lower_quartile: f64,
    pub median: f64,
    pub upper_quartile: f64,
    pub highest: f64,
}

/// The spread of the values that are there; None of nothing.
pub fn spread(values: &[f64]) -> Option<Spread> {
    let [lower_quartile, median, upper_quartile] = quartiles(values)?;
    let lowest = values.iter().copied().min_by(f64::total_cmp)?;
    let highest = values.iter().copied().max_by(f64::total_cmp)?;
    let regions = values.len();
    Some(Spread { regions, lowest, lower_quartile, median, upper_quartile, highest })
}

/// The place of a value from 1, the best first; where no side is better, the highest first. Equal values share a place.
pub fn place(values: &[f64], own: f64, direction: Direction) -> usize {
    let ahead = |other: &&f64| match direction {
        Direction::Decrease => **other < own,
        Direction::Increase | Direction::Balance | Direction::None => **other > own,
    };
    1 + values.iter().filter(ahead).count()
}

/// What a rate is made of in one region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    pub part: u64,
    pub whole: u64,
}

/// Which chance a rate has.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Chance {
    /// The part belongs to the whole: binomial.
    Share,
    /// Events among many: Poisson.
    Events,
}

/// Whether a region lies further off than chance explains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Below the outer limit: once in a thousand by chance.
    FarBelow,
    /// Below the inner limit: once in forty by chance.
    Below,
    Within,
    Above,
    FarAbove,
}

/// The funnel around one region's rate, as parts of one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Funnel {
    pub rate: f64,
    pub inner: Limits,
    pub outer: Limits,
    pub standing: Standing,
}

/// The rate of all regions together, as a part of one; None where nothing is counted or nothing happened.
pub fn together(counts: &[Counts]) -> Option<f64> {
    let part: u64 = counts.iter().map(|c| c.part).sum();
    let whole: u64 = counts.iter().map(|c| c.whole).sum();
    (part > 0 && whole > 0).then(|| part as f64 / whole as f64)
}

/// The limits of chance for so large a whole around the rate of all; None where they cannot be drawn.
pub fn limits(rate: f64, whole: u64, chance: Chance) -> Option<(Limits, Limits)> {
    let of = |tail| match chance {
        Chance::Share => binomial_limits(rate, whole, tail),
        Chance::Events => funnel_limits(rate * whole as f64, tail)
            .map(|l| Limits { lower: l.lower * rate, upper: l.upper * rate }),
    };
    Some((of(INNER)?, of(OUTER)?))
}

/// Where a region stands in the funnel around the rate of all.
pub fn funnel(rate: f64, counts: Counts, chance: Chance) -> Option<Funnel> {
    let (inner, outer) = limits(rate, counts.whole, chance)?;
    let own = counts.part as f64 / counts.whole as f64;
    let standing = if own < outer.lower {
        Standing::FarBelow
    } else if own < inner.lower {
        Standing::Below
    } else if own > outer.upper {
        Standing::FarAbove
    } else if own > inner.upper {
        Standing::Above
    } else {
        Standing::Within
    };
    Some(Funnel { rate: own, inner, outer, standing })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_spread_of_a_few_regions() {
        let found = spread(&[4.0, 1.0, 3.0, 2.0, 5.0]).unwrap();
        assert_eq!((found.regions, found.lowest, found.highest), (5, 1.0, 5.0));
        assert_eq!((found.lower_quartile, found.median, found.upper_quartile), (2.0, 3.0, 4.0));
        assert_eq!(spread(&[]), None);
    }

    #[test]
    fn the_better_side_comes_first() {
        let values = [10.0, 20.0, 20.0, 30.0];
        let check = |own, direction, expected| assert_eq!(place(&values, own, direction), expected);
        check(30.0, Direction::Increase, 1);
        check(20.0, Direction::Increase, 2);
        check(10.0, Direction::Increase, 4);
        check(10.0, Direction::Decrease, 1);
        check(30.0, Direction::Decrease, 4);
    }

    #[test]
    fn a_small_region_may_stray_further_than_a_large_one() {
        let rate = 0.90;
        let standing =
            |part, whole, chance| funnel(rate, Counts { part, whole }, chance).unwrap().standing;
        assert_eq!(standing(8, 10, Chance::Share), Standing::Within);
        assert_eq!(standing(8_000, 10_000, Chance::Share), Standing::FarBelow);
        assert_eq!(standing(9_070, 10_000, Chance::Share), Standing::Above);
    }

    #[test]
    fn rare_events_are_held_against_their_expectation() {
        let all = [Counts { part: 40, whole: 400_000 }, Counts { part: 0, whole: 2_000 }];
        let rate = together(&all).unwrap();
        let check = |part, expected| {
            let counts = Counts { part, whole: 50_000 };
            assert_eq!(funnel(rate, counts, Chance::Events).unwrap().standing, expected);
        };
        // five are expected
        check(5, Standing::Within);
        check(1, Standing::Below);
        check(13, Standing::Above);
        check(20, Standing::FarAbove);
        assert_eq!(together(&[Counts { part: 0, whole: 10 }]), None);
    }
}
