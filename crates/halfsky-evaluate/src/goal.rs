//! Goal: what a published figure is held against, in exact decimals.

use halfsky_plan::figure::Figure;
use halfsky_stats::forecast::Bound;
use halfsky_stats::volatility::Direction;
use rust_decimal::{Decimal, RoundingStrategy};

use crate::series::number;

/// A bound or a band, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goal {
    AtLeast(Decimal),
    AtMost(Decimal),
    Within { low: Decimal, high: Decimal },
}

impl Goal {
    /// Whether a figure satisfies it.
    pub fn met(&self, figure: Figure) -> bool {
        self.shortfall(figure).is_zero()
    }

    /// How far a figure misses it; zero where it is met.
    pub fn shortfall(&self, figure: Figure) -> Decimal {
        let value = figure.decimal();
        let miss = |from: Decimal, to: Decimal| from.checked_sub(to).unwrap_or(Decimal::MAX);
        let short = match *self {
            Self::AtLeast(target) => miss(target, value),
            Self::AtMost(target) => miss(value, target),
            Self::Within { low, high } => miss(low, value).max(miss(value, high)),
        };
        short.max(Decimal::ZERO)
    }

    /// The value to reach from where a figure stands: the bound, or the nearer end of the band.
    pub fn nearest(&self, figure: Figure) -> Decimal {
        match *self {
            Self::AtLeast(target) | Self::AtMost(target) => target,
            Self::Within { low, high } => figure.decimal().clamp(low, high),
        }
    }

    /// Which way is better; none for a band.
    pub const fn direction(&self) -> Option<Direction> {
        match self {
            Self::AtLeast(_) => Some(Direction::Up),
            Self::AtMost(_) => Some(Direction::Down),
            Self::Within { .. } => None,
        }
    }

    /// The same for computing.
    pub(crate) fn bound(&self) -> Bound {
        let float = |value: Decimal| number(Figure::new(value));
        match *self {
            Self::AtLeast(target) => Bound::AtLeast(float(target)),
            Self::AtMost(target) => Bound::AtMost(float(target)),
            Self::Within { low, high } => Bound::Within(float(low), float(high)),
        }
    }
}

/// How a computed figure is rounded to its published decimals before it is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Rounding {
    /// 四舍六入五成双, as GB/T 8170 does.
    #[default]
    HalfEven,
    /// 四舍五入.
    HalfAway,
}

impl Rounding {
    /// The figure with a number of decimals.
    pub fn round(self, figure: Figure, decimals: u32) -> Figure {
        let strategy = match self {
            Self::HalfEven => RoundingStrategy::MidpointNearestEven,
            Self::HalfAway => RoundingStrategy::MidpointAwayFromZero,
        };
        let mut value = figure.decimal().round_dp_with_strategy(decimals, strategy);
        value.rescale(decimals);
        Figure::new(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(text: &str) -> Figure {
        text.parse().unwrap()
    }

    #[test]
    fn bounds_are_included_and_exact() {
        let least = Goal::AtLeast(Decimal::from(95));
        assert!(least.met(figure("95.0")) && !least.met(figure("94.9")));
        let most = Goal::AtMost(figure("20").decimal());
        assert_eq!(most.shortfall(figure("20.1")).to_string(), "0.1");
    }

    #[test]
    fn a_band_is_missed_on_either_side() {
        let band = Goal::Within { low: figure("0.97").decimal(), high: figure("1.03").decimal() };
        assert!(band.met(figure("0.97")) && band.met(figure("1.03")));
        assert_eq!(band.shortfall(figure("1.05")).to_string(), "0.02");
        assert_eq!(band.nearest(figure("0.90")).to_string(), "0.97");
        assert_eq!(band.direction(), None);
    }

    #[test]
    fn ties_follow_the_setting() {
        assert_eq!(Rounding::HalfEven.round(figure("2.25"), 1).to_string(), "2.2");
        assert_eq!(Rounding::HalfAway.round(figure("2.25"), 1).to_string(), "2.3");
        assert_eq!(Rounding::HalfEven.round(figure("3"), 1).to_string(), "3.0");
    }
}
