//! Working scales: where equal steps mean equal effort.

/// Below this per cent, and above 100 less it, the logit scale does not look closer.
pub const CLAMP: f64 = 0.05;

/// The scale a series is computed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scale {
    /// Shares of a whole, in per cent.
    Logit,
    /// Positive amounts.
    Log,
    /// Differences and everything without bounds.
    Identity,
}

/// A value that the scale cannot hold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OutOfScale(pub f64);

impl Scale {
    /// All scales, in the order they are offered.
    pub const ALL: [Self; 3] = [Self::Logit, Self::Log, Self::Identity];

    /// The code used in data.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Logit => "logit",
            Self::Log => "log",
            Self::Identity => "identity",
        }
    }

    /// The scale of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.code() == code)
    }
}

/// The value on the working scale; `floor` lifts stray zeros of the log scale.
///
/// Described in `docs/methods/working-scale.md`.
pub fn to_working(scale: Scale, value: f64, floor: Option<f64>) -> Result<f64, OutOfScale> {
    if !value.is_finite() {
        return Err(OutOfScale(value));
    }
    match scale {
        Scale::Logit => {
            let share = value.clamp(CLAMP, 100.0 - CLAMP) / 100.0;
            Ok(libm::log(share / (1.0 - share)))
        }
        Scale::Log => {
            let lifted = floor.map_or(value, |floor| value.max(floor));
            if lifted > 0.0 { Ok(libm::log(lifted)) } else { Err(OutOfScale(value)) }
        }
        Scale::Identity => Ok(value),
    }
}

/// The value in its own unit; infinite where a log scale value passes the range of numbers.
///
/// Described in `docs/methods/working-scale.md`.
pub fn from_working(scale: Scale, z: f64) -> f64 {
    match scale {
        Scale::Logit => 100.0 / (1.0 + libm::exp(-z)),
        Scale::Log => libm::exp(z),
        Scale::Identity => z,
    }
}

/// Whether the logit scale can still tell a target from the ends: not at or beyond the clamp.
///
/// Described in `docs/methods/working-scale.md`.
pub fn informative(scale: Scale, target: f64) -> bool {
    scale != Scale::Logit || (target > CLAMP && target < 100.0 - CLAMP)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::special::close;

    #[test]
    fn there_and_back() {
        for (scale, value) in
            [(Scale::Logit, 84.6), (Scale::Log, 14.3), (Scale::Identity, -2.5), (Scale::Log, 1e9)]
        {
            close(from_working(scale, to_working(scale, value, None).unwrap()), value, 1e-14);
        }
    }

    #[test]
    fn the_ends_of_a_share_are_clamped() {
        assert_eq!(to_working(Scale::Logit, 100.0, None), to_working(Scale::Logit, 99.95, None));
        assert!(!informative(Scale::Logit, 99.95) && informative(Scale::Logit, 99.9));
        assert!(informative(Scale::Log, 100.0));
    }

    #[test]
    fn zero_needs_a_floor() {
        assert_eq!(to_working(Scale::Log, 0.0, None), Err(OutOfScale(0.0)));
        assert_eq!(to_working(Scale::Log, 0.0, Some(0.05)), to_working(Scale::Log, 0.05, None));
        assert!(to_working(Scale::Identity, f64::NAN, None).is_err());
    }
}
