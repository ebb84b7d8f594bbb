//! A figure as printed: an exact decimal that remembers its digits.

use std::fmt;
use std::str::FromStr;

use rust_decimal::{Decimal, RoundingStrategy};

/// An exact decimal figure; `3.0` stays `3.0` because the printed digits carry the precision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Figure(Decimal);

/// The text is not a decimal figure.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}”不是数字")]
pub struct NotAFigure(pub String);

impl Figure {
    /// Wraps a decimal without changing its digits.
    pub const fn new(value: Decimal) -> Self {
        Self(value)
    }

    /// The exact value, to compute with.
    pub const fn decimal(self) -> Decimal {
        self.0
    }

    /// Rounds half away from zero to `places` decimals: the one place where a printed figure is rounded.
    #[must_use]
    pub fn rounded(self, places: u32) -> Self {
        let mut value =
            self.0.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero);
        value.rescale(places);
        Self(value)
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Figure {
    type Err = NotAFigure;

    fn from_str(text: &str) -> Result<Self, NotAFigure> {
        Decimal::from_str_exact(text.trim()).map(Self).map_err(|_| NotAFigure(text.to_owned()))
    }
}

impl From<i64> for Figure {
    fn from(value: i64) -> Self {
        Self(Decimal::from(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_printed_digits() {
        assert_eq!("3.0".parse::<Figure>().unwrap().to_string(), "3.0");
    }

    #[test]
    fn rounds_half_away_from_zero() {
        assert_eq!("2.25".parse::<Figure>().unwrap().rounded(1).to_string(), "2.3");
        assert_eq!("-2.25".parse::<Figure>().unwrap().rounded(1).to_string(), "-2.3");
    }

    #[test]
    fn refuses_words() {
        assert_eq!("三成".parse::<Figure>(), Err(NotAFigure("三成".to_owned())));
    }
}
