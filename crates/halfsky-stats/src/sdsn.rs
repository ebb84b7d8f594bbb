//! Normalised score and trend arrow as the SDG Index of SDSN draws them.

/// Years over which the whole way to 100 is required.
const SPAN: f64 = 2030.0 - 2015.0;

/// Worst and best value of an indicator; the best may be the smaller one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    pub lower: f64,
    pub optimum: f64,
}

/// Direction of the arrow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrow {
    Decreasing,
    Stagnating,
    ModeratelyImproving,
    OnTrack,
}

impl Arrow {
    /// The code used in data.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Decreasing => "decreasing",
            Self::Stagnating => "stagnating",
            Self::ModeratelyImproving => "moderately_improving",
            Self::OnTrack => "on_track",
        }
    }
}

/// Scores of both years, points per year and the arrow.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trend {
    pub from: f64,
    pub to: f64,
    pub actual: f64,
    pub needed: f64,
    pub arrow: Arrow,
}

/// 0 at the lower bound, 100 at the optimum, cut outside; None where the bounds coincide.
///
/// Described in `docs/methods/sdsn.md`.
pub fn normalised(value: f64, bounds: Bounds) -> Option<f64> {
    let width = bounds.optimum - bounds.lower;
    if width == 0.0 {
        None
    } else {
        Some((100.0 * (value - bounds.lower) / width).clamp(0.0, 100.0))
    }
}

/// Trend between two years; None where the bounds coincide or no year lies between.
///
/// Described in `docs/methods/sdsn.md`.
pub fn sdsn_trend(from: (i32, f64), to: (i32, f64), bounds: Bounds) -> Option<Trend> {
    if to.0 <= from.0 {
        return None;
    }
    let (n0, n1) = (normalised(from.1, bounds)?, normalised(to.1, bounds)?);
    let actual = (n1 - n0) / (f64::from(to.0) - f64::from(from.0));
    let needed = (100.0 - n0) / SPAN;
    let arrow = if n1 >= 100.0 {
        Arrow::OnTrack
    } else if actual < 0.0 || needed == 0.0 {
        Arrow::Decreasing
    } else if actual < 0.5 * needed {
        Arrow::Stagnating
    } else if actual < needed {
        Arrow::ModeratelyImproving
    } else {
        Arrow::OnTrack
    };
    Some(Trend { from: n0, to: n1, actual, needed, arrow })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHARE: Bounds = Bounds { lower: 20.0, optimum: 95.0 };

    fn arrow(from: f64, to: f64) -> Arrow {
        sdsn_trend((2015, from), (2020, to), SHARE).unwrap().arrow
    }

    #[test]
    fn arrows() {
        assert_eq!(arrow(50.0, 45.0), Arrow::Decreasing);
        assert_eq!(arrow(50.0, 52.0), Arrow::Stagnating);
        assert_eq!(arrow(50.0, 60.0), Arrow::ModeratelyImproving);
        assert_eq!(arrow(50.0, 70.0), Arrow::OnTrack);
        assert_eq!(arrow(99.0, 97.0), Arrow::OnTrack);
        assert_eq!(arrow(99.0, 90.0), Arrow::Decreasing);
    }

    #[test]
    fn less_may_be_better() {
        let mortality = Bounds { lower: 140.0, optimum: 3.4 };
        assert_eq!(normalised(3.0, mortality), Some(100.0));
        assert_eq!(normalised(1.0, Bounds { lower: 2.0, optimum: 2.0 }), None);
    }
}
