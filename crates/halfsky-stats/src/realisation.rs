//! Degree of realisation: how much of a standard is reached, whatever the base.

/// What the standard asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Standard {
    /// More is better.
    Positive(f64),
    /// Less is better.
    Negative(f64),
    /// Inside is best; at the outer limits nothing is realised.
    Interval { low: f64, high: f64, outer_low: f64, outer_high: f64 },
}

/// 0–100; None where the standard is not positive or its interval is empty.
///
/// Described in `docs/methods/realisation.md`.
pub fn realisation_degree(value: f64, standard: Standard) -> Option<f64> {
    let degree = match standard {
        Standard::Positive(target) if target > 0.0 => 100.0 * value / target,
        Standard::Negative(target) if target > 0.0 => {
            if value == 0.0 {
                100.0
            } else {
                100.0 * target / value
            }
        }
        Standard::Interval { low, high, outer_low, outer_high } => {
            let reach = (low - outer_low).max(outer_high - high);
            let distance = (low - value).max(value - high).max(0.0);
            if !(reach > 0.0) || low > high {
                return None;
            }
            100.0 * (1.0 - distance / reach)
        }
        Standard::Positive(_) | Standard::Negative(_) => return None,
    };
    if degree.is_nan() { None } else { Some(degree.clamp(0.0, 100.0)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::special::close;

    #[test]
    fn worked_examples() {
        close(realisation_degree(20.1, Standard::Negative(20.0)).unwrap(), 99.5, 1e-4);
        close(realisation_degree(14.3, Standard::Negative(12.0)).unwrap(), 83.9, 1e-3);
        assert_eq!(realisation_degree(0.0, Standard::Negative(20.0)), Some(100.0));
        assert_eq!(realisation_degree(120.0, Standard::Positive(100.0)), Some(100.0));
    }

    #[test]
    fn outside_an_interval_the_distance_counts() {
        let ratio =
            Standard::Interval { low: 103.0, high: 107.0, outer_low: 93.0, outer_high: 117.0 };
        assert_eq!(realisation_degree(105.0, ratio), Some(100.0));
        close(realisation_degree(112.0, ratio).unwrap(), 50.0, 1e-14);
        assert_eq!(realisation_degree(130.0, ratio), Some(0.0));
        assert_eq!(realisation_degree(1.0, Standard::Positive(0.0)), None);
    }
}
